"""Which carts may differ in two worlds, and a guess by how much, so that those come first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from attrs import define, field, frozen

from mallops.loopholes.carts.bids import Bid, places_of
from mallops.loopholes.carts.bounds import Bounds
from mallops.loopholes.carts.needs import Need, asked_of, goods_of, may_fit, reached_of
from mallops.loopholes.carts.probes import probes
from mallops.loopholes.carts.till import Counts, counts_of, within
from mallops.loopholes.diffing.visits import Contrast, Side
from mallops.promotions.compiled import Rule


@frozen
class _Asked:
    """What a cart has to hold for a rule to apply: the first of all, and one of the others."""

    asked: Need
    reached: tuple[Need, ...]


@define
class Likely:
    """The carts of one contrast: whether a cart may differ, and a guess by how much."""

    contrast: Contrast
    bounds: Bounds
    numbers: Mapping[str, int] = field(init=False)
    _asked: Sequence[tuple[_Asked, Sequence[int]]] = field(init=False)
    _bids: Sequence[Sequence[tuple[Bid, frozenset[int]]]] = field(init=False)
    _dearest: Sequence[Sequence[int]] = field(init=False)

    def __attrs_post_init__(self) -> None:
        contrast = self.contrast
        sides = contrast.old, contrast.new
        self.numbers = {sku.sku: place for place, sku in enumerate(contrast.new.stock.goods)}
        self._dearest = [_dearest(side) for side in sides]
        self._asked = [
            (_asked(rule, side), dearest)
            for side, rules, dearest in zip(
                sides, (contrast.before, contrast.after), self._dearest, strict=True
            )
            for rule in rules
        ]
        self._bids = [list(self._bids_of(side)) for side in sides]

    def _bids_of(self, side: Side) -> Iterator[tuple[Bid, frozenset[int]]]:
        """What each rule can do, and to which goods."""
        visit = self.contrast.visit
        for place in places_of(side.stock.compiled, visit, side.priced, self.bounds):
            for bid in place.bids:
                yield bid, goods_of(side.priced, bid.limit.fits)

    def may_differ(self, counts: Counts) -> bool:
        """Whether a cart holds a good that changed, or enough for a rule that one world lacks.

        All needs are measured at list prices, which no discount adds to.
        """
        contrast, held = self.contrast, self._held(counts)
        if contrast.all_over or any(place in contrast.goods for place in held):
            return True
        return any(
            _is_met(asked.asked, held, dearest)
            and any(_is_met(each, held, dearest) for each in asked.reached)
            for asked, dearest in self._asked
        )

    def guess(self, counts: Counts) -> int:
        """What the cart may pay more after, in minor units; below zero, what it may pay less."""
        held = self._held(counts)
        old, new = (
            _left(held, bids, dearest)
            for bids, dearest in zip(self._bids, self._dearest, strict=True)
        )
        return new - old

    def probes(self) -> set[Counts]:
        """Small carts at the thresholds of both worlds, of those that may differ."""
        sides = self.contrast.old, self.contrast.new
        found = {
            counts for side in sides for counts in probes(side.rules, side.stock.goods, self.bounds)
        }
        return {counts for counts in found if self.may_differ(counts)}

    def around(self, counts: Counts) -> Iterator[Counts]:
        """Carts with one unit more or less of something, or another good instead of one."""
        held = dict(counts)
        for sku in self.numbers:
            more = held.get(sku, 0) + 1
            yield from self._if_within({**held, sku: more})
            for other, count in counts:
                if other != sku:
                    yield from self._if_within({**held, other: count - 1, sku: more})
                    if sku not in held:
                        yield from self._if_within({**held, other: 0, sku: count})
        for sku, count in counts:
            yield from self._if_within({**held, sku: count - 1})

    def _if_within(self, held: Mapping[str, int]) -> Iterator[Counts]:
        counts = counts_of(held)
        if counts and within(self.bounds, counts) and self.may_differ(counts):
            yield counts

    def _held(self, counts: Counts) -> dict[int, int]:
        return {self.numbers[sku]: count for sku, count in counts}


def _asked(rule: Rule, side: Side) -> _Asked:
    priced = side.priced
    own = [may_fit(rule.promotion.items, each) for each in priced]
    goods = goods_of(priced, own)
    asked = asked_of(rule, priced, own, {id(each) for each in priced})
    return _Asked(asked, tuple(reached_of(step, goods) for step in rule.steps))


def _dearest(side: Side) -> list[int]:
    """The highest list price of each good."""
    found = [0] * len(side.stock.goods)
    for each in side.priced:
        found[each.good] = max(found[each.good], each.price)
    return found


def _is_met(need: Need, held: Mapping[int, int], prices: Sequence[int]) -> bool:
    amount = units = 0
    for good, count in held.items():
        if good in need.goods:
            amount += prices[good] * count
            units += count
    return amount >= need.amount and units >= need.quantity


def _left(
    held: Mapping[int, int],
    bids: Iterable[tuple[Bid, frozenset[int]]],
    prices: Sequence[int],
) -> int:
    """What the cart lists for, less what each rule that it has enough for takes at most."""
    taken: dict[str, int] = {}
    for bid, goods in bids:
        if all(_is_met(need, held, prices) for need in bid.needs):
            about = sum(prices[good] * count for good, count in held.items() if good in goods)
            most = bid.limit.most_of(about) if about else 0
            taken[bid.rule.id] = max(taken.get(bid.rule.id, 0), most)
    return sum(prices[good] * count for good, count in held.items()) - sum(taken.values())
