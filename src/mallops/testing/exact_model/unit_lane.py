"""The unit lane: how many units of each line every promotion takes, at list price.

Prices are constants here, so that "dearest first" is an order of lines, and what stands where in it
follows from how many units were taken of the dearer ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mallops.testing.exact_model.mall import Lines, Mall, OutsideModel
from mallops.testing.exact_model.parts import Expr, Flag, Part, listed
from mallops.testing.exact_model.sums import Sums, half_up
from mallops.testing.oracle import hundredth

Doc = dict[str, Any]


@dataclass(frozen=True)
class Taking:
    """What a promotion takes: `counts` units of each line, of which it reduces `reduced`.

    Either `each` names what comes off a unit of each line, or `total` what comes off all.
    """

    promotion: Doc
    counts: Mapping[int, Flag]
    reduced: Mapping[int, Expr]
    each: Mapping[int, int]
    total: Flag | None = None


class UnitLane:
    """The takings of the promotions of a lane."""

    def __init__(self, mall: Mall, sums: Sums, lane: Doc) -> None:
        self.mall, self.sums = mall, sums
        self.takings = [
            self._taking(promotion)
            for promotion in mall.case.candidates(lane)
            if mall.fitting(promotion.get("items"), mall.everywhere)
        ]
        for line in mall.everywhere:
            counts = [taking.counts[line] for taking in self.takings if line in taking.counts]
            sums.model.add(sum(counts) <= mall.quantities[line])

    # What a promotion takes.

    def _taking(self, promotion: Doc) -> Taking:
        sums, mall = self.sums, self.mall
        lines = sorted(
            mall.fitting(promotion.get("items"), mall.everywhere),
            key=lambda line: (-mall.prices[line], line),
        )
        counts = {line: sums.model.new_int_var(0, mall.quantities[line], "") for line in lines}
        seated = sums.flag()
        count = sum(counts.values())
        sums.model.add(count >= 1).only_enforce_if(seated)
        sums.model.add(count == 0).only_enforce_if(~seated)
        self._require(promotion, seated, counts)
        taking = self._discounted(promotion, counts)
        # What takes nothing has no seat.
        sums.model.add(self._taken(taking) >= 1).only_enforce_if(seated)
        return taking

    def _require(self, promotion: Doc, seated: Flag, counts: Mapping[int, Flag]) -> None:
        """`requires` is measured on the units taken or, if it says so, on the order as it is."""
        requires = promotion.get("requires") or {}
        base: Expr = sum(self.mall.prices[line] * count for line, count in counts.items())
        count: Expr = sum(counts.values())
        if "items" in requires or requires.get("scope") == "order":
            selector = requires.get("items", promotion.get("items"))
            lines = self.mall.fitting(selector, self.mall.everywhere)
            base, count = self.mall.worth(lines), self.mall.size(lines)
        self.sums.require(requires, seated, base, count)

    def _discounted(self, promotion: Doc, counts: Mapping[int, Flag]) -> Taking:
        benefit, prices = promotion["benefit"], self.mall.prices
        match benefit["kind"]:
            case "fixed_price":
                price = self.mall.case.money(benefit["price"])
                each = {line: max(0, prices[line] - price) for line in counts}
            case "amount_off" if benefit.get("per") == "unit":
                amount = self.mall.case.money(benefit["amount"])
                each = {line: min(amount, prices[line]) for line in counts}
            case "nth_unit":
                return self._every_nth(promotion, counts)
            case "bundle_price":
                return self._bundles(promotion, counts)
            case _:
                reduced = self._dearest(counts, promotion.get("at_most_units"))
                base = sum(prices[line] * number for line, number in reduced.items())
                total = self.sums.total_off(benefit, base, self.mall.worth(counts))
                return Taking(promotion, counts, reduced, {}, total)
        return Taking(
            promotion, counts, self._dearest(counts, promotion.get("at_most_units")), each
        )

    def _dearest(self, counts: Mapping[int, Flag], most: int | None) -> dict[int, Expr]:
        """How many units of each line are among the dearest so many."""
        if most is None:
            return dict(counts)
        found: dict[int, Expr] = {}
        before: Expr = 0
        for line, up_to in self._up_to(counts):
            reached = self.sums.smaller(up_to, most, most)
            found[line] = reached - before
            before = reached
        return found

    def _up_to(self, counts: Mapping[int, Flag]) -> Iterator[tuple[int, Expr]]:
        """Each line, dearest first, and how many units are taken of it and of dearer ones."""
        up_to: Expr = 0
        for line, count in counts.items():
            up_to = up_to + count
            yield line, up_to

    def _every_nth(self, promotion: Doc, counts: Mapping[int, Flag]) -> Taking:
        """Of n units the last is reduced: a line has as many of those as groups end in it."""
        benefit, size = promotion["benefit"], self.mall.size(counts)
        most = size // benefit["n"]
        rate = hundredth(benefit["percent"])
        off_all: Expr = 0
        ended: Expr = 0
        for line, up_to in self._up_to(counts):
            ends = self.sums.divided(up_to, benefit["n"], most)
            if "at_most_times" in benefit:
                ends = self.sums.smaller(ends, benefit["at_most_times"], most)
            off_all = off_all + half_up(self.mall.prices[line] * rate) * (ends - ended)
            ended = ends
        total = self.sums.whole(off_all, self.mall.worth(counts))
        # It follows, and guides the solver: the cheapest unit is no dearer than the group's mean.
        means = sum(
            half_up(self.mall.prices[line] * rate) * count for line, count in counts.items()
        )
        self.sums.model.add(benefit["n"] * total <= means)
        return Taking(promotion, counts, counts, {}, total)

    def _bundles(self, promotion: Doc, counts: Mapping[int, Flag]) -> Taking:
        """What the first groups come to, one more at a time, and each group's saving."""
        benefit, sums = promotion["benefit"], self.sums
        size, price = benefit["size"], self.mall.case.money(benefit["price"])
        most = self.mall.size(counts) // size
        groups = min(most, benefit.get("at_most_times", most))
        whole = sums.divided(sum(counts.values()), size, most)
        savings: list[Expr] = []
        before: Expr = 0
        for number in range(1, groups + 1):
            firsts = self._dearest(counts, number * size)
            worth = sum(self.mall.prices[line] * count for line, count in firsts.items())
            dearest = size * max(self.mall.prices[line] for line in counts)
            saved = sums.larger(0, worth - before - price, dearest)
            full = sums.flag()
            sums.model.add(whole >= number).only_enforce_if(full)
            sums.model.add(whole < number).only_enforce_if(~full)
            savings.append(sums.only_if(saved, dearest, full))
            before = worth
        total = sums.whole(sum(savings), self.mall.worth(counts))
        # It follows, and guides the solver: each unit pays its part of the price.
        dearer = sum(
            max(0, size * self.mall.prices[line] - price) * count for line, count in counts.items()
        )
        sums.model.add(size * total <= dearer)
        return Taking(promotion, counts, counts, {}, total)

    def _taken(self, taking: Taking) -> Expr:
        """All that a promotion takes."""
        if taking.total is not None:
            return taking.total
        return sum(off * taking.reduced[line] for line, off in taking.each.items())

    # What is left.

    def parts(self, cells: Sequence[Lines]) -> list[Part]:
        """The units of each cell: those that a promotion closes to later lanes, and the others."""
        shares = [self._shares(taking, cells) for taking in self.takings]
        found: list[Part] = []
        for place, cell in enumerate(cells):
            of_cell = [share[place] for share in shares]
            found += self._parts_of(cell, of_cell)
        return found

    def _shares(self, taking: Taking, cells: Sequence[Lines]) -> list[Expr]:
        """What a promotion takes of each cell."""
        if taking.total is None:
            return [
                sum(taking.each[line] * taking.reduced[line] for line in cell & taking.each.keys())
                for cell in cells
            ]
        shared = [place for place, cell in enumerate(cells) if cell & taking.counts.keys()]
        found: list[Expr] = [0] * len(cells)
        for place, share in zip(shared, self._spread(taking, cells, shared), strict=True):
            found[place] = share
        return found

    def _spread(
        self, taking: Taking, cells: Sequence[Lines], shared: Sequence[int]
    ) -> Sequence[Expr]:
        assert taking.total is not None
        benefit, mall = taking.promotion["benefit"], self.mall
        if len(shared) <= 1:
            return [taking.total] * len(shared)
        if benefit["kind"] in {"nth_unit", "bundle_price"}:
            raise OutsideModel("a group over units that a later lane tells apart")
        own = [cells[place] & taking.counts.keys() for place in shared]
        bases = [sum(mall.prices[line] * taking.reduced[line] for line in part) for part in own]
        sizes, mosts = [mall.size(part) for part in own], [mall.worth(part) for part in own]
        if benefit["kind"] == "percent_off" and "at_most" not in benefit:
            always = self.sums.model.new_constant(1)
            rate = hundredth(benefit["percent"])
            return self.sums.spread_by_rate(taking.total, rate, always, bases, sizes, mosts)
        return self.sums.spread(taking.total, bases, sizes, mosts)

    def _parts_of(self, cell: Lines, shares: Sequence[Expr]) -> Iterator[Part]:
        """What the takings leave of a cell."""
        mall, sums, everything = self.mall, self.sums, listed(self.mall, cell)
        base, count = everything.base, everything.count
        cheapest = min(self._least_price(line) for line in cell)
        for taking, share in zip(self.takings, shares, strict=True):
            base = base - share
            lines = frozenset(self._closes(taking) & cell)
            if lines:
                gone = sum(mall.prices[line] * taking.reduced[line] for line in lines) - share
                number = sum(taking.reduced[line] for line in lines)
                base, count = base - gone, count - number
                closed = dict.fromkeys(taking.promotion["blocks"])
                worth, size = mall.worth(lines), mall.size(lines)
                own, units = sums.whole(gone, worth), sums.whole(number, size)
                yield Part(cell, own, units, worth, size, cheapest, closed)
        worth, size = everything.most, everything.size
        yield Part(cell, sums.whole(base, worth), sums.whole(count, size), worth, size, cheapest)

    def _closes(self, taking: Taking) -> Lines:
        """The lines of which every unit that is reduced gets closed to some lane."""
        benefit = taking.promotion["benefit"]
        if not taking.promotion.get("blocks"):
            return frozenset()
        if taking.total is None:
            return frozenset(line for line, off in taking.each.items() if off)
        cheapest = min(self.mall.prices[line] for line in taking.counts)
        # Two of the smallest share and one of them is left after all rounding.
        if (
            "at_most" in benefit
            or benefit["kind"] != "percent_off"
            or (hundredth(benefit["percent"]) * cheapest < 3)
        ):
            raise OutsideModel("a promotion that closes units, of which some may get no share")
        return frozenset(taking.counts)

    def _least_price(self, line: int) -> int:
        """What a unit of a line still costs at least."""
        price = self.mall.prices[line]
        return min(
            (self._least_after(taking, line, price) for taking in self.takings), default=price
        )

    def _least_after(self, taking: Taking, line: int, price: int) -> int:
        if line not in taking.counts:
            return price
        if taking.total is None:
            return price - taking.each[line]
        benefit = taking.promotion["benefit"]
        if benefit["kind"] != "percent_off":
            return 0
        return max(0, price - half_up(price * hundredth(benefit["percent"])) - 2)
