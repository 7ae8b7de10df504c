"""Points within a unit of work: several requests of one customer, all posted or none."""

from __future__ import annotations

from collections.abc import Sequence

from pendulum import DateTime

from mallops.findings import Refusal
from mallops.operations.running import answered
from mallops.points.deciding import decide
from mallops.points.drafting import Terms
from mallops.points.model import Entry
from mallops.points.requests import Asked
from mallops.points.wallet import Wallet
from mallops.repositories import Change, Unit


def order_key(order: str) -> str:
    """What the ledger's keys begin with: an order's id is any text, and some are the ledger's."""
    return f"order/{order}"


async def posted(
    unit: Unit, wallet: Wallet, key: str, requests: Sequence[Asked], at: DateTime, terms: Terms
) -> Wallet | Refusal:
    """The wallet after the requests, under the key and their places; nothing stored if refused."""
    entries: list[Entry] = []
    after = wallet
    for place, request in enumerate(requests):
        decision = decide(after, f"{key}/{place}", request, at, terms)
        if isinstance(decision, Refusal):
            return decision
        entries += decision.entries
        after = decision.wallet
    if entries:
        await answered(unit.points.append([Change(tuple(entries), after)]))
    return after
