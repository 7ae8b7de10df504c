"""Limits for each customer that several accounts, or orders that were undone, get around."""

from __future__ import annotations

from collections.abc import Iterator

from mallops.loopholes.signals.counting import Add, Entry, Key, Rows, totals
from mallops.loopholes.signals.events import Act, Event
from mallops.loopholes.signals.model import Suspicion
from mallops.loopholes.signals.settings import Scale, Settings
from mallops.loopholes.signals.sharing import ADDRESS, DEVICE, PAYMENT, scopes

CUSTOMER = "customer"


def entries(event: Event, settings: Settings) -> Iterator[Entry]:
    """One use more of each limited promotion: by the customer, and from where the order comes."""
    for key, _ in _uses(event):
        yield Add(key, settings.uses, (1,))


def suspicions(event: Event, rows: Rows, settings: Settings) -> Iterator[Suspicion]:
    """How many uses there were, in percent of what one customer may have."""
    for key, at_most in _uses(event):
        (used,) = totals(rows, key)
        _, scope, _, promotion = key
        score = _scale(settings, scope).score(100 * used // at_most)
        if score:
            details = {
                "promotion": promotion,
                "used": str(used),
                "allowed": str(at_most),
                "scope": scope,
            }
            yield Suspicion("uses_over_limit", score, (event.customer,), details)


def _uses(event: Event) -> Iterator[tuple[Key, int]]:
    if event.act is not Act.ORDER:
        return
    where = [(CUSTOMER, event.customer), *scopes(event)]
    for use in event.promotions:
        if use.at_most is not None:
            for scope, value in where:
                yield ("used", scope, value, use.promotion), use.at_most


def _scale(settings: Settings, scope: str) -> Scale:
    scales = {
        CUSTOMER: settings.uses_by_customer,
        ADDRESS: settings.uses_by_address,
        DEVICE: settings.uses_by_device,
        PAYMENT: settings.uses_by_payment,
    }
    return scales[scope]
