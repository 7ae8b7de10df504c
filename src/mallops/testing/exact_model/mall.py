"""What the model is about: a case by lines, and the bounds of what is modelled.

Modelled are rulebooks in which a unit lane comes before all others, with rounding half up, and
goods without floors. There a unit lane has percentages, amounts, fixed prices, every nth unit,
bundles; lanes of shops and orders have percentages, amounts, gifts, rewards and tiers of those;
lanes of parcels have freight. Not modelled are budgets, add-ons, `distinct` and `reduced`. Further
bounds are told where `OutsideModel` is raised.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from mallops.testing.oracle import Case, fits, seats_of

Doc = dict[str, Any]
Lines = frozenset[int]
"""Lines by their place in `Mall.units`."""


class OutsideModel(Exception):
    """The documents ask for something that the model does not have."""


class Mall:
    """A case by lines instead of units, since those of a line start alike."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.units = units_by_line(case)
        self.prices = [case.units[units[0]].listed for units in self.units]
        self.quantities = [len(units) for units in self.units]
        self.everywhere: Lines = frozenset(range(len(self.units)))
        self.lanes = [lane for lane in case.lanes if case.candidates(lane)]

    def fitting(self, items: Doc | None, among: Iterable[int]) -> Lines:
        """The lines that a selector fits."""
        start = self.case.start
        return frozenset(
            line for line in among if fits(self.case, items, self.units[line][0], start)
        )

    def seats(self, lane: Doc) -> list[Lines]:
        """The lines of each seat of a lane."""
        line_of = {unit: line for line, units in enumerate(self.units) for unit in units}
        return [
            frozenset(line_of[unit] for unit in seat.units) for seat in seats_of(self.case, lane)
        ]

    def measured(self, promotion: Doc, seat: Lines) -> Lines:
        """The lines that `requires` looks at from a seat of a shop, an order or a parcel."""
        requires = promotion.get("requires") or {}
        among = self.everywhere if requires.get("scope") == "order" else seat
        return self.fitting(requires.get("items", promotion.get("items")), among)

    def worth(self, lines: Iterable[int]) -> int:
        """What lines come to at list price."""
        return sum(self.prices[line] * self.quantities[line] for line in lines)

    def size(self, lines: Iterable[int]) -> int:
        """How many units lines have."""
        return sum(self.quantities[line] for line in lines)


def units_by_line(case: Case) -> list[list[int]]:
    """The units of each line, in the order of lines."""
    found: dict[str, list[int]] = {}
    for unit in case.everywhere:
        found.setdefault(case.units[unit].line, []).append(unit)
    return list(found.values())


# --- what is modelled -----------------------------------------------------------------------------

TOTALS = {"percent_off", "amount_off", "gift", "reward"}
KINDS = {
    "unit": {"percent_off", "amount_off", "fixed_price", "nth_unit", "bundle_price"},
    "shop": TOTALS,
    "order": TOTALS,
    "parcel": {"shipping_off"},
}


def check(mall: Mall) -> None:
    """Raise `OutsideModel` for what is not modelled, wherever it stands."""
    case = mall.case
    if case.rounding != "half_up":
        raise OutsideModel("rounding")
    if any(unit.floor for unit in case.units):
        raise OutsideModel("floor")
    for place, lane in enumerate(mall.lanes):
        if lane["seat"] == "unit" and place:
            raise OutsideModel("a unit lane after another lane")
        for promotion in case.candidates(lane):
            for reason in reasons(mall, lane["seat"], promotion):
                raise OutsideModel(reason)


def reasons(mall: Mall, seat: str, promotion: Doc) -> Iterator[str]:
    """What a promotion asks for that the model does not have."""
    requires = promotion.get("requires") or {}
    selectors = [promotion.get("items") or {}, requires.get("items") or {}]
    if mall.case.rests[promotion["id"]] is not None:
        yield "budget"
    if any("reduced" in {**each, **(each.get("except") or {})} for each in selectors):
        yield "reduced"
    if "distinct" in requires:
        yield "distinct"
    if seat != "unit" and "at_most_units" in promotion:
        yield "at_most_units of a seat"
    if seat == "unit" and promotion["benefit"]["kind"] == "tiers":
        yield "tiers of units"
    for benefit in benefits(promotion):
        if benefit["kind"] not in KINDS[seat]:
            yield f"{benefit['kind']} in a lane of {seat}s"
        if seat != "unit" and "per" in benefit:
            yield "an amount for each unit of a seat"
        if benefit.get("units", 1) != 1:
            yield "several units of a group"


def benefits(promotion: Doc) -> list[Doc]:
    """The benefit, or those of its tiers."""
    benefit = promotion["benefit"]
    if benefit["kind"] != "tiers":
        return [benefit]
    return [tier["benefit"] for tier in benefit["tiers"]]
