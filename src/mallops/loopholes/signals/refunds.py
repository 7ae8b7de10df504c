"""Money that goes back too often, and goods that do not come with it."""

from __future__ import annotations

from collections.abc import Iterator

from mallops.loopholes.signals.counting import Add, Entry, Key, Rows, totals
from mallops.loopholes.signals.events import Act, Event
from mallops.loopholes.signals.model import Suspicion
from mallops.loopholes.signals.settings import Settings

_BACK = (Act.RETURN, Act.REFUND_ONLY)


def entries(event: Event, settings: Settings) -> Iterator[Entry]:
    """What was paid, what went back and how often, and how often nothing came back for it."""
    if event.amount is not None and (event.act is Act.ORDER or event.act in _BACK):
        minor = event.amount.minor
        amounts = (minor, 0, 0) if event.act is Act.ORDER else (0, minor, 1)
        yield Add(_money(event), settings.refund_share.span, amounts)
    if event.act is Act.REFUND_ONLY:
        yield Add(("refund_only", event.customer), settings.refund_only.span, (1,))


def suspicions(event: Event, rows: Rows, settings: Settings) -> Iterator[Suspicion]:
    """The share of what was paid that went back, and how often goods were kept."""
    if event.act not in _BACK:
        return
    if event.amount is not None:
        paid, refunded, refunds = totals(rows, _money(event))
        # What was paid for before the window may go back in it.
        share = 100 * refunded // max(paid, refunded, 1)
        score = settings.refund_share.scale.score(share)
        if score and refunds >= settings.least_refunds:
            details = {"share": str(share), "refunds": str(refunds)}
            yield Suspicion("refunds_high", score, (event.customer,), details)
    if event.act is Act.REFUND_ONLY:
        (kept,) = totals(rows, ("refund_only", event.customer))
        score = settings.refund_only.scale.score(kept)
        if score:
            details = {"refunds": str(kept)}
            yield Suspicion("goods_kept", score, (event.customer,), details)


def _money(event: Event) -> Key:
    # Amounts of two currencies do not add up.
    assert event.amount is not None
    return "money", event.customer, event.amount.currency.code
