"""Sellers who order from themselves, for what an order brings."""

from __future__ import annotations

from collections.abc import Iterator

from mallops.loopholes.signals.counting import Add, Entry, Rows, totals
from mallops.loopholes.signals.events import Act, Event
from mallops.loopholes.signals.links import links_to
from mallops.loopholes.signals.model import Suspicion
from mallops.loopholes.signals.settings import Settings


def entries(event: Event, settings: Settings) -> Iterator[Entry]:
    """One order more of the customer at each of the sellers."""
    if event.act is Act.ORDER:
        for seller in event.sellers:
            yield Add(("bought", event.customer, seller), settings.self_purchase.span, (1,))


def suspicions(event: Event, rows: Rows, settings: Settings) -> Iterator[Suspicion]:
    """How often the customer ordered from whoever seems to be the same person."""
    if event.act is not Act.ORDER:
        return
    for seller in event.sellers:
        (orders,) = totals(rows, ("bought", event.customer, seller))
        for link in links_to(event, seller, rows, settings.links):
            score = settings.self_purchase.scale.score(orders) * link.sure // 100
            if score:
                accounts = tuple(sorted({event.customer, seller}))
                details = {"orders": str(orders), "seller": seller, "by": link.by}
                yield Suspicion("self_purchase", score, accounts, details)
