"""Coupons that others use than those they were issued to."""

from __future__ import annotations

from collections.abc import Iterator

from mallops.loopholes.signals.counting import Entry, Meet, Rows, members
from mallops.loopholes.signals.events import Act, Event
from mallops.loopholes.signals.model import Suspicion
from mallops.loopholes.signals.settings import Settings


def entries(event: Event, settings: Settings) -> Iterator[Entry]:
    """Who used coupons of an owner, and whose coupons a customer used; one's own play no part."""
    span = settings.coupons_passed_on.span
    for owner in _owners(event):
        yield Meet(("coupons_of", owner), span, event.customer)
        yield Meet(("coupons_by", event.customer), span, owner)


def suspicions(event: Event, rows: Rows, settings: Settings) -> Iterator[Suspicion]:
    """How many others use an owner's coupons, and how many others' coupons a customer uses."""
    scale = settings.coupons_passed_on.scale
    owners = _owners(event)
    for owner in owners:
        users = len(members(rows, ("coupons_of", owner)))
        score = scale.score(users)
        if score:
            yield Suspicion("coupons_sold", score, (owner,), {"accounts": str(users)})
    if owners:
        others = len(members(rows, ("coupons_by", event.customer)))
        score = scale.score(others)
        if score:
            details = {"accounts": str(others)}
            yield Suspicion("coupons_bought", score, (event.customer,), details)


def _owners(event: Event) -> list[str]:
    """The others whose coupons an order used, each once."""
    if event.act is not Act.ORDER:
        return []
    owners = dict.fromkeys(voucher.owner for voucher in event.coupons)
    return [owner for owner in owners if owner and owner != event.customer]
