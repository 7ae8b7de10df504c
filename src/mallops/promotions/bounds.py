"""Lower bounds on what a cart can still come to: proofs that a branch need not be searched.

A bound follows the total of each shop as an interval `[low, high]` through the lanes to
come. `high` is what the units cost now, since nothing raises a price. `low` falls, at each
seat, to the least that any bidder could leave of any total in the interval. What a bidder
takes is bounded by `Piece`s: functions of the total that never fall as it grows, and that
hold whichever units earlier lanes take from it. `docs/choice.md` says why each bound holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from attrs import define

from mallops.money import Rounding, divide
from mallops.promotions import benefits
from mallops.promotions.basket import Basket
from mallops.promotions.compiled import Step
from mallops.promotions.seating import Bidder
from mallops.promotions.terms import (
    AddOnTerm,
    EachPrice,
    Freight,
    GiftTerm,
    Lump,
    Percentage,
    RewardTerm,
)
from mallops.rules.promotions import Seat


@define
class Piece:
    """At most what `term` takes of `reach` or less, once the total is `threshold` at least.

    `most` bounds it however much is reached: all there is to say where `term` is None.
    """

    threshold: int
    reach: int
    most: int
    term: Percentage | Lump | None

    @property
    def rate(self) -> int:
        """What it takes of a total at most, in millionths of it, rounding aside."""
        term = self.term
        if isinstance(term, Percentage):
            return -(-term.numerator * MILLION // term.denominator)
        if isinstance(term, Lump) and term.every is not None:
            return min(MILLION, -(-term.amount * MILLION // term.every))
        if self.threshold <= self.most:
            return MILLION
        return -(-self.most * MILLION // self.threshold)

    def steps(self) -> Iterator[int]:
        """The totals at which it begins to take more at once."""
        yield self.threshold
        if isinstance(self.term, Lump) and self.term.every is not None:
            times = self.reach // self.term.every
            if self.term.times is not None:
                times = min(times, self.term.times)
            yield from (self.term.every * time for time in range(1, min(times, MOST_STEPS) + 1))

    def before(self, way: tuple[int, int, int]) -> tuple[int, int, int]:
        """From a total after the piece to that before it, and then back by a `way`.

        A way is (up, down, more): a total times `up` over `down`, and `more`.
        """
        up, down, more = way
        if isinstance(self.term, Percentage) and self.term.numerator < self.term.denominator:
            return (
                up * self.term.denominator,
                down * (self.term.denominator - self.term.numerator),
                more,
            )
        return up, down, more + self.most * up // down


MILLION = 1_000_000
MOST_STEPS = 100


@define
class Offer:
    """What a bidder can do at most on one seat: off goods, off freight, gifts, at list price.

    `exact` tells that, where it takes anything off goods, its pieces say how much.
    """

    pieces: tuple[Piece, ...]
    goods: int
    freight: int
    worth: int
    brings: bool
    threshold: int
    exact: bool

    @property
    def certain(self) -> bool:
        """Whether it says just what it does: one thing, and nothing else instead."""
        return self.exact and not self.brings and len(self.pieces) == 1

    @property
    def idle(self) -> bool:
        """Whether it can neither take anything nor bring anything."""
        return not (self.goods or self.freight or self.brings)


def offer(bidder: Bidder, seat: int, basket: Basket, rounding: Rounding, closed: int) -> Offer:
    """What the bidder can do at most on the seat, in any state that can come.

    `closed` has a bit for each lane that something may close to some units.
    """
    pieces: list[Piece] = []
    freight, worth, brings = 0, 0, False
    threshold: int | None = None
    for step in bidder.rule.steps:
        if not _reachable(bidder, step, seat, basket):
            continue
        least = _threshold(bidder, step)
        threshold = least if threshold is None else min(threshold, least)
        match step.term:
            case RewardTerm():
                brings = True
            case GiftTerm():
                brings = True
                worth = max(worth, _capped(step.term.quantity * step.term.value, bidder))
            case Freight():
                fee = basket.parcels[seat][1]
                off = benefits.freight(step.term, fee, rounding)
                freight = max(freight, _capped(off, bidder))
            case _:
                pieces.append(_piece(bidder, step, seat, basket, rounding))
    goods = max((piece.most for piece in pieces), default=0)
    return Offer(
        tuple(piece for piece in pieces if piece.most),
        goods,
        freight,
        worth,
        brings,
        threshold or 0,
        not basket.floored
        and not closed >> bidder.rule.lane & 1
        and _takes_all(bidder, seat, basket)
        and all(piece.term is not None for piece in pieces),
    )


def _takes_all(bidder: Bidder, seat: int, basket: Basket) -> bool:
    """Whether all the goods of the seat are its own, and no budget limits what it takes."""
    there = len(basket.price)
    if bidder.rule.seat is Seat.SHOP:
        there = len(basket.members[seat])
    return bidder.rest is None and bidder.statuses is None and len(bidder.seats[seat]) == there


def _reachable(bidder: Bidder, step: Step, seat: int, basket: Basket) -> bool:
    """Whether the requirements could be met by all units that may fit, at list price."""
    units, rule, price = bidder.seats[seat], bidder.rule, basket.price
    measured = units if bidder.measured is None else bidder.measured[seat]
    if not units or rule.quantity > len(measured):
        return False
    if rule.distinct > len({basket.lines[basket.line[unit]].sku.sku for unit in measured}):
        return False
    if rule.amount is not None and rule.amount > sum(price[unit] for unit in measured):
        return False
    if step.quantity is not None and step.quantity > len(units):
        return False
    return step.amount is None or step.amount <= sum(price[unit] for unit in units)


def _threshold(bidder: Bidder, step: Step) -> int:
    """What the seat's total must be at least: only a measure of the seat's own units tells."""
    own = bidder.rule.amount if bidder.measured is None else None
    return max(own or 0, step.amount or 0)


def _piece(bidder: Bidder, step: Step, seat: int, basket: Basket, rounding: Rounding) -> Piece:
    units, price, term = bidder.seats[seat], basket.price, step.term
    if isinstance(term, AddOnTerm):
        units = bidder.extras[seat][term.sku]
    bases = sorted((price[unit] for unit in units), reverse=True)
    reach, most_units = sum(bases), bidder.rule.promotion.at_most_units
    if isinstance(term, AddOnTerm):
        bases, term = bases[: term.quantity], EachPrice(term.price)
    elif most_units is not None:
        bases = bases[:most_units]
    assert not isinstance(term, GiftTerm | RewardTerm | Freight | AddOnTerm)
    most = _capped(benefits.total(term, bases, None, rounding), bidder)
    # With `at_most_units` the units taken are not the whole reach, so only `most` holds.
    linear = isinstance(term, Percentage | Lump) and most_units is None
    return Piece(
        _threshold(bidder, step),
        reach,
        most,
        term if linear and isinstance(term, Percentage | Lump) else None,
    )


def _capped(amount: int, bidder: Bidder) -> int:
    return amount if bidder.rest is None else min(amount, bidder.rest)


def least_left(pieces: Iterable[Piece], low: int, high: int, rounding: Rounding) -> int:
    """The least that any piece leaves of a total between `low` and `high`.

    A `low` from which a pool is yet to come off may be above `high`; it is then at `high`.
    """
    if low > high:
        low = high
    best = low
    for piece in pieces:
        threshold = piece.threshold
        at = low if low >= threshold else threshold
        if at > high:
            continue
        left = at - taken(piece, at, rounding)
        if left < best:
            best = left
        term = piece.term
        if isinstance(term, Lump) and term.every is not None:
            for jump in _jumps(term, at, min(high, piece.reach)):
                left = jump - taken(piece, jump, rounding)
                if left < best:
                    best = left
    return best if best > 0 else 0


def taken(piece: Piece, total: int, rounding: Rounding) -> int:
    """What the piece takes of a total at most; of all of a seat's goods, just what it takes."""
    reached = total if total < piece.reach else piece.reach
    term = piece.term
    if term is None:
        off = reached
    elif isinstance(term, Percentage):
        off = divide(reached * term.numerator, term.denominator, rounding)
    else:
        off = benefits.lump(term, reached)
    return off if off < piece.most else piece.most


def _jumps(term: Lump, start: int, end: int) -> Sequence[int]:
    """Between which totals an amount for every so much leaves least: its next and last jump."""
    assert term.every is not None
    following = -(-start // term.every) * term.every
    last = end // term.every * term.every
    if term.times is not None:
        last = min(last, term.times * term.every)
    return [at for at in (following, last) if start <= at <= end]
