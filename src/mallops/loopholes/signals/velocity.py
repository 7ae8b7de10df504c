"""Orders that come faster than people order."""

from __future__ import annotations

from collections.abc import Iterator

from mallops.loopholes.signals.counting import Add, Entry, Rows, totals
from mallops.loopholes.signals.events import Act, Event
from mallops.loopholes.signals.model import Suspicion
from mallops.loopholes.signals.settings import Settings


def entries(event: Event, settings: Settings) -> Iterator[Entry]:
    """One order more by the customer."""
    if event.act is Act.ORDER:
        yield Add(("orders", event.customer), settings.orders_fast.span, (1,))


def suspicions(event: Event, rows: Rows, settings: Settings) -> Iterator[Suspicion]:
    """How many orders the customer has placed in the window."""
    if event.act is Act.ORDER:
        (orders,) = totals(rows, ("orders", event.customer))
        score = settings.orders_fast.scale.score(orders)
        if score:
            yield Suspicion("orders_fast", score, (event.customer,), {"orders": str(orders)})
