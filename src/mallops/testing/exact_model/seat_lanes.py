"""Lanes of shops, orders and parcels: one promotion or none on each seat."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from mallops.testing.exact_model.mall import Lines, Mall, OutsideModel, benefits
from mallops.testing.exact_model.parts import Closed, Expr, Flag, Part, like
from mallops.testing.exact_model.sums import Sums
from mallops.testing.oracle import hundredth

Doc = dict[str, Any]


@dataclass(frozen=True)
class Open:
    """What a part counts for in a lane; `is_open` is None where it is open for certain."""

    part: Part
    base: Expr
    count: Expr
    is_open: Flag | None


@dataclass(frozen=True)
class Bid:
    """A promotion on a seat: whether it has it, its units as places of parts, what it takes."""

    promotion: Doc
    seat: int
    on: Flag
    units: tuple[int, ...]
    total: Flag


class SeatLane:
    """The bids of a lane's promotions for its seats, and the gifts that they bring.

    `fees` are what is left of the fees, if the lane is one of parcels.
    """

    def __init__(
        self,
        mall: Mall,
        sums: Sums,
        lane: Doc,
        parts: Sequence[Part],
        fees: Sequence[Expr] | None = None,
    ) -> None:
        self.mall, self.sums, self.lane, self.fees = mall, sums, lane, fees
        self.parts = parts
        self.opened = [self._open(part) for part in parts]
        self.gifts: list[Expr] = []
        self.bids: list[Bid] = []
        for seat, lines in enumerate(mall.seats(lane)):
            bids = list(self._bids(seat, lines))
            sums.model.add(sum(bid.on for bid in bids) <= 1)
            self.bids += bids

    def _open(self, part: Part) -> Open | None:
        """None for what is closed for certain."""
        by = part.closed.get(self.lane["id"], ())
        if by is None:
            return None
        if not by:
            return Open(part, part.base, part.count, None)
        is_open = self.sums.none_of(by)
        base = self.sums.only_if(part.base, part.most, is_open)
        return Open(part, base, self.sums.only_if(part.count, part.size, is_open), is_open)

    def _within(self, lines: Lines) -> tuple[int, ...]:
        """The parts that are of some lines and may be open."""
        return tuple(
            place
            for place, it in enumerate(self.opened)
            if it is not None and it.part.lines <= lines
        )

    def _those(self, places: Sequence[int]) -> list[Open]:
        return [it for place in places if (it := self.opened[place]) is not None]

    # What a promotion gives on a seat.

    def _bids(self, seat: int, lines: Lines) -> Iterator[Bid]:
        for promotion in self.mall.case.candidates(self.lane):
            units = self._within(self.mall.fitting(promotion.get("items"), lines))
            if units:
                yield self._bid(promotion, seat, lines, units)

    def _bid(self, promotion: Doc, seat: int, lines: Lines, units: tuple[int, ...]) -> Bid:
        sums, on, taken = self.sums, self.sums.flag(), self._those(units)
        base: Expr = sum(it.base for it in taken)
        count: Expr = sum(it.count for it in taken)
        sums.model.add(count >= 1).only_enforce_if(on)
        self._require(promotion, on, lines)
        most = sum(it.part.most for it in taken)
        if self.fees is not None:
            most = self.mall.case.fees[seat]
        offs = [
            self._granted(benefit, applies, base, most, seat)
            for benefit, applies in self._applying(promotion, on, base, count)
        ]
        return Bid(promotion, seat, on, units, sums.whole(sum(offs), most))

    def _require(self, promotion: Doc, on: Flag, lines: Lines) -> None:
        measured = self._those(self._within(self.mall.measured(promotion, lines)))
        base: Expr = sum(it.base for it in measured)
        count: Expr = sum(it.count for it in measured)
        self.sums.require(promotion.get("requires") or {}, on, base, count)

    def _applying(
        self, promotion: Doc, on: Flag, base: Expr, count: Expr
    ) -> Iterator[tuple[Doc, Flag]]:
        """The benefits, each with whether it is the one that applies."""
        benefit, sums = promotion["benefit"], self.sums
        if benefit["kind"] != "tiers":
            yield benefit, on
            return
        applies = [sums.flag() for _ in benefit["tiers"]]
        sums.model.add(sum(applies) == on)
        for place, tier in enumerate(benefit["tiers"]):
            sums.require(tier, applies[place], base, count)
            for higher in benefit["tiers"][place + 1 :]:
                sums.fall_short(higher, applies[place], base, count)
            yield tier["benefit"], applies[place]

    def _granted(self, benefit: Doc, on: Flag, base: Expr, most: int, seat: int) -> Expr:
        """What a benefit takes where it applies. A gift takes nothing, and is noted."""
        if benefit["kind"] == "reward":
            return 0
        if benefit["kind"] == "gift":
            self.gifts.append(self._value(benefit) * on)
            return 0
        if self.fees is None:
            taken = self.sums.total_off(benefit, base, most)
        else:
            taken = self.sums.freight_off(benefit, self.fees[seat], most)
        # What takes nothing has no seat.
        self.sums.model.add(taken >= 1).only_enforce_if(on)
        return self.sums.only_if(taken, most, on)

    def _value(self, gift: Doc) -> int:
        case, value = self.mall.case, gift.get("value")
        each = case.gift_values[gift["sku"]] if value is None else case.money(value)
        return int(gift["quantity"]) * each

    # What is left.

    def left_of_fees(self) -> list[Expr]:
        """What the bids leave of each fee."""
        assert self.fees is not None
        return [
            self.sums.whole(
                fee - sum(bid.total for bid in self.bids if bid.seat == seat),
                self.mall.case.fees[seat],
            )
            for seat, fee in enumerate(self.fees)
        ]

    def left(self, cells: Sequence[Lines], later: Sequence[str]) -> list[Part]:
        """The parts after the lane, as coarse as the cells and what is closed later allow."""
        closed = [self._closed(place, later) for place in range(len(self.parts))]
        groups: dict[tuple[object, ...], list[int]] = {}
        for place, part in enumerate(self.parts):
            cell = next(number for number, cell in enumerate(cells) if part.lines <= cell)
            groups.setdefault((cell, *like(closed[place])), []).append(place)
        together = list(groups.values())
        shares = [self._shares(bid, together) for bid in self.bids]
        return [
            self._merged(places, sum(share[number] for share in shares), closed[places[0]])
            for number, places in enumerate(together)
        ]

    def _merged(self, places: Sequence[int], taken: Expr, closed: Closed) -> Part:
        parts = [self.parts[place] for place in places]
        lines = frozenset[int]().union(*(part.lines for part in parts))
        most, size = sum(part.most for part in parts), sum(part.size for part in parts)
        base = self.sums.whole(sum(part.base for part in parts) - taken, most)
        count: Expr = sum(part.count for part in parts)
        cheapest = min(self._cheapest(place) for place in places)
        return Part(lines, base, count, most, size, cheapest, closed)

    def _shares(self, bid: Bid, groups: Sequence[Sequence[int]]) -> list[Expr]:
        """What a bid takes of each group of parts."""
        own = [[place for place in places if place in bid.units] for places in groups]
        shared = [number for number, places in enumerate(own) if places]
        found: list[Expr] = [0] * len(groups)
        spread = self._spread(bid, [self._those(own[number]) for number in shared])
        for number, share in zip(shared, spread, strict=True):
            found[number] = share
        return found

    def _spread(self, bid: Bid, groups: Sequence[Sequence[Open]]) -> Sequence[Expr]:
        if len(groups) == 1:
            return [bid.total]
        benefit = bid.promotion["benefit"]
        bases: list[Expr] = [sum(it.base for it in group) for group in groups]
        sizes = [sum(it.part.size for it in group) for group in groups]
        mosts = [sum(it.part.most for it in group) for group in groups]
        if benefit["kind"] == "percent_off" and "at_most" not in benefit:
            rate = hundredth(benefit["percent"])
            return self.sums.spread_by_rate(bid.total, rate, bid.on, bases, sizes, mosts)
        return self.sums.spread(bid.total, bases, sizes, mosts)

    # What gets closed.

    def _closed(self, place: int, later: Sequence[str]) -> Closed:
        """What closes a part to later lanes, the bids of this lane included."""
        part, it = self.parts[place], self.opened[place]
        closed: Closed = {lane: by for lane, by in part.closed.items() if lane in later}
        for bid in self.bids:
            lanes = [lane for lane in bid.promotion.get("blocks", []) if lane in later]
            if it is None or place not in bid.units or not lanes or not self._takes(bid, part):
                continue
            flag = bid.on if it.is_open is None else self.sums.both(bid.on, it.is_open)
            for lane in lanes:
                by = closed.get(lane, ())
                closed[lane] = None if by is None else (*by, flag)
        return closed

    def _takes(self, bid: Bid, part: Part) -> bool:
        """Whether each unit of a part gets a share if the bid has its seat; none does of a gift."""
        kinds = {benefit["kind"] for benefit in benefits(bid.promotion)}
        if kinds <= {"gift", "reward"}:
            return False
        most = sum(it.part.most for it in self._those(bid.units))
        if kinds & {"gift", "reward"} or not all(
            self._reaches(benefit, part.cheapest, most) for benefit in benefits(bid.promotion)
        ):
            raise OutsideModel("a promotion that closes units, of which some may get no share")
        return True

    def _reaches(self, benefit: Doc, cheapest: int, most: int) -> bool:
        """Whether the share of the cheapest unit is a minor unit at least, all rounding done."""
        case = self.mall.case
        if benefit["kind"] == "amount_off":
            return cheapest >= 1 and case.money(benefit["amount"]) * cheapest >= most
        if "at_most" in benefit and case.money(benefit["at_most"]) * cheapest < most:
            return False
        return hundredth(benefit["percent"]) * cheapest >= 2

    def _cheapest(self, place: int) -> int:
        """What a unit of a part still costs at least."""
        before = self.parts[place].cheapest
        rates = [self._rate(bid.promotion) for bid in self.bids if place in bid.units]
        if not rates:
            return before
        return max(0, int(before * (1 - min(Fraction(1), max(rates)))) - 2)

    def _rate(self, promotion: Doc) -> Fraction:
        """What part of its units' price a promotion takes at most."""
        requires = promotion.get("requires") or {}
        own = {} if "items" in requires or "scope" in requires else requires
        tiers = promotion["benefit"].get("tiers", [own | {"benefit": promotion["benefit"]}])
        return max(self._rate_from(tier, tier["benefit"]) for tier in tiers)

    def _rate_from(self, threshold: Doc, benefit: Doc) -> Fraction:
        case = self.mall.case
        if benefit["kind"] == "percent_off":
            return hundredth(benefit["percent"])
        if benefit["kind"] != "amount_off":
            return Fraction(0)
        reached = benefit.get("every") or threshold.get("amount")
        if reached is None or not case.money(reached):
            return Fraction(1)
        return Fraction(case.money(benefit["amount"]), case.money(reached))
