"""Which changes of a cart to judge, and in what order, so that few quotes find the best."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from attrs import define

from mallops.catalog.fitting import fits
from mallops.promotions.changes import UNCHANGED, count_changes, every_change, with_goods
from mallops.promotions.fill_ups import FillUp, fill_ups
from mallops.promotions.hint import Added, Change
from mallops.promotions.promise import Prospect, promise
from mallops.promotions.quote import Quote
from mallops.promotions.requotes import Question, Requotes
from mallops.promotions.shortfalls import Aim, aims, reached
from mallops.rules.benefits import AddOn, SimpleBenefit, Tiers
from mallops.rules.promotions import Promotion, Selector

# What stands against a promotion whatever goods are added.
_CLOSED = frozenset({"inactive", "not_scheduled", "not_audience", "no_coupon", "used_up"})

Aims = Mapping[Change, Sequence[Aim]]


def scout(
    desk: Requotes, offered: Collection[str], coupons: Sequence[Change], most_units: int
) -> tuple[Aims, int]:
    """Judge what the budget allows; the aims by the coupons taken, and how many were left untried.

    First the coupons by themselves, for half the budget at most. Then all that is lacking takes
    turns, the most promising first, each with its cheapest fill-up that is not judged yet. Then
    whatever else there is.
    """
    for change in _most_promising(desk, coupons)[: desk.left // 2]:
        desk.judge(change)
    live = _live(desk, offered)
    prices = _prices(desk.question, offered, live, most_units)
    found = _aims(desk, live)
    _take_turns(desk, _turns(desk, found, prices, most_units))
    for change in _rest(desk.question, prices, coupons, most_units):
        if desk.judge(change) is None:
            break
    return found, count_changes(len(prices), most_units, len(coupons)) - len(desk.judged)


def _most_promising(desk: Requotes, coupons: Iterable[Change]) -> list[Change]:
    """The coupons, the one that might take most of the whole cart first."""
    units = [unit for line in desk.before.lines for unit in line.units]
    prices = [unit.list_price.minor for unit in units]
    fees = sum(parcel.fee.minor for parcel in desk.before.parcels)
    cart = Prospect(sum(prices), len(prices), max(prices, default=0), fees)
    promotions, skus = desk.question.promotions, desk.question.compiled.skus

    def hoped(change: Change) -> int:
        benefits = (each for name in change.coupons for each in _benefits(promotions[name]))
        return max(promise(benefit, cart, skus) for benefit in benefits)

    return sorted(coupons, key=lambda change: (-hoped(change), change.coupons, change.instead_of))


def _contexts(desk: Requotes) -> Iterator[tuple[Change, Quote]]:
    """The cart as it is, and with each of the coupons that were quoted by themselves."""
    yield UNCHANGED, desk.before
    yield from ((change, after) for change, after in desk.after.items() if not change.goods)


def _live(desk: Requotes, offered: Iterable[str]) -> Mapping[str, Promotion]:
    """The promotions that stand and may fit goods of the cart, or goods on offer."""
    compiled, cart = desk.question.compiled, desk.question.cart
    skus = [*offered, *(line.sku for line in cart.lines)]
    contexts = list(_contexts(desk))
    taken = (coupon for change, _ in contexts for coupon in change.coupons)
    coupons = (*cart.coupons, *taken)
    touching = compiled.index.touching(skus, cart.shopper.groups, coupons, desk.question.at)
    standing = [
        rule.promotion
        for rule in (compiled.rules[number] for number in sorted(touching))
        if any(_stands(rule.id, quote) for _, quote in contexts)
    ]
    # Those of all goods first: it is asked of thousands of SKUs whether one of these wants them.
    standing.sort(key=lambda promotion: promotion.items != Selector())
    return {promotion.id: promotion for promotion in standing}


def _stands(promotion: str, quote: Quote) -> bool:
    refusal = quote.refused.get(promotion)
    return refusal is None or refusal.code not in _CLOSED


def _prices(
    question: Question, offered: Iterable[str], live: Mapping[str, Promotion], most_units: int
) -> Mapping[str, int]:
    """The goods on offer that count for something, with what the next unit is listed at."""
    bought: dict[str, int] = {}
    for line in question.cart.lines:
        bought[line.sku] = bought.get(line.sku, 0) + line.quantity
    found: dict[str, int] = {}
    for sku in sorted(offered):
        had = bought.get(sku, 0)
        prices = [question.price(sku, had + count) for count in range(1, most_units + 1)]
        if prices and (
            any(_counts(question, live, sku, price) for price in set(prices))
            or (had and question.price(sku, had) != prices[-1])
        ):
            found[sku] = prices[0]
    return found


def _counts(question: Question, live: Mapping[str, Promotion], sku: str, price: int) -> bool:
    """Whether a SKU may count for one of the promotions, or be sold by it as an add-on."""
    goods = question.compiled.skus[sku]
    return any(
        any(fits(promotion.items, goods, price))
        or (
            promotion.requires.items is not None
            and any(fits(promotion.requires.items, goods, price))
        )
        or any(isinstance(each, AddOn) and each.sku == sku for each in _benefits(promotion))
        for promotion in live.values()
    )


def _benefits(promotion: Promotion) -> Sequence[SimpleBenefit]:
    benefit = promotion.benefit
    if isinstance(benefit, Tiers):
        return [tier.benefit for tier in benefit.tiers]
    return [benefit]


def _aims(desk: Requotes, live: Mapping[str, Promotion]) -> Aims:
    """What is lacking in the cart as it is, and what the coupons lack once they are taken."""
    compiled = desk.question.compiled
    found: dict[Change, list[Aim]] = {}
    for taken, quote in _contexts(desk):
        units = desk.question.units(quote)
        wanted = taken.coupons or sorted(live)
        found[taken] = [
            aim
            for name in wanted
            if name in live and _stands(name, quote)
            for aim in aims(live[name], quote, units, compiled.rulebook.lanes, compiled.skus)
        ]
    return found


@define(eq=False)
class _Turn:
    """One aim, the fill-ups that wait to be tried for it, and the least that one has to cost."""

    taken: Change
    aim: Aim
    waiting: deque[FillUp]
    least: int = 0

    def step(self, desk: Requotes) -> bool:
        """Judge the next fill-up; False where there is none, no budget, or no need for more."""
        while self.waiting and self.waiting[0].cost < self.least:
            self.waiting.popleft()
        if not self.waiting:
            return False
        fill_up = self.waiting.popleft()
        change = with_goods(self.taken, *fill_up.added())
        gain = desk.judge(change)
        if gain is None or self.aim.promotion.id in gain.brings:
            return False
        units = desk.question.units(desk.after[change])
        still = self.aim.need.required.beyond(reached(self.aim, units))
        self.least = fill_up.cost + still.amount
        return True


def _turns(
    desk: Requotes, found: Aims, prices: Mapping[str, int], most_units: int
) -> Iterator[_Turn]:
    """A turn for each aim, the most promising first."""
    skus = desk.question.compiled.skus
    ranked = sorted(
        ((taken, aim) for taken, of_context in found.items() for aim in of_context if aim.promise),
        key=lambda each: -each[1].promise,
    )
    for taken, aim in ranked:
        yield _Turn(taken, aim, deque(fill_ups(aim, prices, skus, most_units, desk.left)))


def _take_turns(desk: Requotes, turns: Iterable[_Turn]) -> None:
    waiting = deque(turns)
    while waiting:
        turn = waiting.popleft()
        if turn.step(desk):
            waiting.append(turn)


def _rest(
    question: Question, prices: Mapping[str, int], coupons: Sequence[Change], most_units: int
) -> Iterator[Change]:
    """All changes: coupons, more of what has a price for more, and then the others."""
    yield from coupons
    entries = question.compiled.entries
    for line in question.cart.lines:
        if line.sku in prices and entries.get(line.sku):
            for count in range(1, most_units + 1):
                yield with_goods(UNCHANGED, Added(line.sku, count))
    yield from every_change(prices, most_units, coupons)
