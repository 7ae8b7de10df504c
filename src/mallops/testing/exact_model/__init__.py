"""The best choice as an integer programme, for carts that are too large to enumerate.

A third reading of the law, by a solver (OR-Tools CP-SAT) that knows nothing of the engine. Decided
are, in the unit lane, how many units of each line every promotion takes and, in the lanes after it,
which promotion has each seat. Rounding, thresholds, tiers, groups and closed lanes are constraints,
to the minor unit.

Only what largest remainder does to single units is left open. Units are followed in parts, as fine
as later lanes tell them apart. What comes off one part is exact; where it comes off several, each
share may lie anywhere within a minor unit a unit of its exact proportion. No legal seating is lost
by that, so the least objective of the model is a bound from below. The seating that has it is
priced by `mallops.testing.oracle`, which is a bound from above. Where the two differ that seating
is forbidden and the model is solved again; once they meet, the optimum is known to the cent.

Of documents the oracle's reading is shared: list prices, eligibility, selectors. What is modelled,
and what is not, is in `mallops.testing.exact_model.mall`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mallops.testing.exact_model.mall import Mall, OutsideModel, check
from mallops.testing.exact_model.programme import Programme
from mallops.testing.exact_model.replay import objective_of
from mallops.testing.oracle import read_case

__all__ = ["Bounds", "OutsideModel", "best_objective"]

Doc = dict[str, Any]


@dataclass(frozen=True)
class Bounds:
    """No seating has an objective below `least`, and one has `found`; in minor units."""

    least: int
    found: int

    @property
    def proven(self) -> bool:
        """Whether the optimum is known."""
        return self.least == self.found


def best_objective(
    catalog: Doc,
    rulebook: Doc,
    cart: Doc,
    at: str,
    usage: Doc | None = None,
    *,
    effort: float = 10.0,
) -> Bounds:
    """Bounds of goods and shipping less gifts, over all legal seatings; mostly they meet.

    `effort` bounds the solver's deterministic time, so that the same documents give the same bounds
    on any machine. Raises `OutsideModel`.

    >>> catalog = {"products": [{"sku": "A", "price": "60.00"}]}
    >>> tenth = {"id": "p", "lane": "item", "benefit": {"kind": "percent_off", "percent": "10"}}
    >>> cart = {"lines": [{"id": "1", "sku": "A", "quantity": 2}]}
    >>> rulebook = {"currency": "CNY", "promotions": [tenth]}
    >>> best_objective(catalog, rulebook, cart, "2026-11-11T00:00:00+08:00")
    Bounds(least=10800, found=10800)
    """
    if rulebook.get("choice", "best") != "best":
        raise OutsideModel("choice")
    mall = Mall(read_case(catalog, rulebook, cart, at, usage or {}))
    check(mall)
    return narrowed(Programme(mall), effort)


def narrowed(programme: Programme, effort: float) -> Bounds:
    """The bounds once they meet, or once the effort is spent."""
    case = programme.mall.case
    found = objective_of(case, {}, {})
    assert found is not None
    bounds: list[int] = []
    while effort > 0:
        outcome = programme.solve(effort, below=found)
        effort -= outcome.spent
        bounds.append(outcome.least)
        proposal = outcome.proposal
        if proposal is None:
            break
        priced = objective_of(case, proposal.counts, proposal.seats)
        # The model may think too little, never too much.
        assert priced is None or priced >= proposal.modelled
        found = found if priced is None else min(found, priced)
        if outcome.least >= found:
            break
        programme.forbid(proposal)
    return Bounds(min(found, max(bounds)), found)
