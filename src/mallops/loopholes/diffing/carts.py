"""Which carts pay less, and which pay more, once a rulebook or a catalogue changes."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve
from pendulum import DateTime

from mallops.loopholes.carts.bounds import Bounds
from mallops.loopholes.carts.finding import LAYING
from mallops.loopholes.carts.ordering import ordered
from mallops.loopholes.carts.stock import Stock, sellable, stocks_of
from mallops.loopholes.carts.sums import applied
from mallops.loopholes.carts.till import Counts, Visit
from mallops.loopholes.diffing.comparing import (
    LEAST,
    LESS,
    MORE,
    Compared,
    Extreme,
    compare_all,
    extreme,
    smallest,
)
from mallops.loopholes.diffing.model import CartChange, CartDifference, Direction, Paid, Proof
from mallops.loopholes.diffing.narrowing import narrowed_both
from mallops.loopholes.diffing.pricing import only_tightened, same_prices
from mallops.loopholes.diffing.visits import contrasts
from mallops.promotions.compiled import Compiled
from mallops.promotions.quote import Quote


def diff_carts(old: Compiled, new: Compiled, at: DateTime, bounds: Bounds) -> CartDifference:
    """The carts of goods of both worlds that pay less, and that pay more, by most.

    What is proven from the rules alone is of no bounds, but for carts that spend no points, and
    of promotions that nobody has used up.
    """
    olds, news = narrowed_both(*stocks_of(old, new, bounds), bounds)
    found = contrasts(olds, news, at, bounds, _affordable(olds, news, bounds))
    compared = compare_all(found.visits, bounds)
    changes = [change for each in compared for change in each.changes.values()]
    whole = not news.aside and not found.is_partial and all(each.exhausted for each in compared)
    return CartDifference(
        cheaper=_direction(olds, news, compared, LESS, _proof(old, new, whole=whole)),
        dearer=_direction(olds, news, compared, MORE, _proof(new, old, whole=whole)),
        bounds=evolve(bounds, visitors=found.visitors),
        instants=found.instants,
        quoted=len(changes),
        less=sum(change < 0 for change in changes),
        more=sum(change > 0 for change in changes),
        gone=tuple(sorted(sellable(old) - sellable(new))),
        added=tuple(sorted(sellable(new) - sellable(old))),
        left_out=news.left_out,
        aside=news.aside,
        is_partial=found.is_partial,
    )


def _affordable(old: Stock, new: Stock, bounds: Bounds) -> int:
    """So many visits can be laid out, with half of the quotes for a few carts of each."""
    cells = max(1, len(new.goods)) * max(1, len(old.compiled.rules) + len(new.compiled.rules))
    return max(1, min(bounds.quotes // LEAST // 2, bounds.cells * LAYING // cells // 2))


def _proof(loose: Compiled, tight: Compiled, *, whole: bool) -> Proof | None:
    """Why no cart pays less under `tight`, or less than one that was quoted."""
    shared = sellable(loose) & sellable(tight)
    if same_prices(loose, tight, shared):
        return Proof.SAME
    if only_tightened(loose, tight, shared):
        return Proof.TIGHTENED
    return Proof.EXHAUSTED if whole else None


def _direction(
    old: Stock, new: Stock, compared: Sequence[Compared], sign: int, proof: Proof | None
) -> Direction:
    found = extreme(compared, sign)
    if found is None:
        return Direction(None, proof)
    most = _change(old, new, smallest(old, new, found))
    # A quote that is not the best may be above another: then it is the quotes that are told.
    return Direction(most, proof if proof is Proof.EXHAUSTED else None)


def _change(old: Stock, new: Stock, found: Extreme) -> CartChange:
    (before, was), (after, now) = (_paid(stock, found.visit, found.counts) for stock in (old, new))
    return CartChange(
        cart=found.counts,
        visitor=found.visit.visitor,
        at=found.visit.at,
        before=before,
        after=after,
        doubtful=was.optimal is False or now.optimal is False,
    )


def _paid(stock: Stock, visit: Visit, counts: Counts) -> tuple[Paid, Quote]:
    # A coupon that this world does not know changes nothing, and is no part of its story.
    known = stock.compiled.positions
    held = tuple(each for each in visit.visitor.coupons if each in known)
    visit = evolve(visit, visitor=evolve(visit.visitor, coupons=held))
    witness, (quote,) = ordered(stock, visit, (counts,))
    return Paid(witness, quote.payable, tuple(sorted(applied(quote)))), quote
