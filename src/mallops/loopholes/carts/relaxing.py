"""The least that any cart of many can leave of what it costs: bounds that prove there is none.

A `Form` is a sum over a cart's units, and a constant, that no cart of a kind goes below. Forms are
made of what bids can do at most; `docs/loophole-carts.md` says why they hold. Amounts are in
thousandths of a minor unit, rounded towards the weaker bound.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from math import ceil
from typing import Literal, assert_never

from attrs import define, evolve, field, frozen

from mallops.loopholes.carts.bids import Bid, Limit, Place
from mallops.loopholes.carts.bounds import Bounds
from mallops.loopholes.carts.goals import BelowCost, BelowMargin, DeepDiscount, Free, SingleGoal
from mallops.loopholes.carts.measuring import Excess
from mallops.loopholes.carts.needs import Need, Priced
from mallops.loopholes.carts.sums import share

MILLI = 1000

NONE = Fraction(0)

Way = Literal["rate", "cap", "spread"]
"""How a bid is bounded: a share of each unit, its cap, or its cap shared out by what it needs."""

WAYS: tuple[Way, ...] = ("rate", "cap", "spread")

KEPT_FORMS = 6
"""So many forms are evaluated for each box of carts."""


@frozen
class Aim:
    """What a goal asks, as a sum: it is missed by a cart whose goods leave `rhs` or more.

    `weights` (by priced good, in thousandths) is what a unit has to bring; `besides` how much of
    what a promotion gives besides counts.
    """

    weights: tuple[int, ...]
    rhs: int
    besides: Fraction


def aim_at(goal: SingleGoal, priced: Sequence[Priced], worst: Excess) -> Aim:
    """What carts have to fall short of to be worse than the worst so far."""
    match goal:
        case BelowCost():
            weights = tuple(each.cost * MILLI for each in priced)
            return Aim(weights, _up(worst), Fraction(1))
        case BelowMargin():
            factor = 1 + share(goal.percent)
            weights = tuple(_up(each.cost * factor) for each in priced)
            return Aim(weights, _up(worst), factor)
        case Free():
            most = goal.at_most.minor if goal.at_most is not None else 0
            return Aim((0,) * len(priced), _up(worst + most + 1), Fraction(0))
        case DeepDiscount():
            left = max(Fraction(0), 1 - share(goal.percent) + worst)
            return Aim(tuple(_up(each.price * left) for each in priced), 0, Fraction(0))
        case _:
            assert_never(goal)


def _up(amount: Fraction | int) -> int:
    return ceil(amount * MILLI)


@define
class Form:
    """`constant` and a sum of `units` (by good): no cart of its kind comes to less.

    `tails[j][n]` is the least that n more units of the goods from j on can add.
    """

    constant: int
    units: tuple[int, ...]
    tails: list[list[int]] = field(factory=list)

    def least(self, bounds: Bounds) -> int:
        """The least of any cart that has a unit."""
        each, most = bounds.each, min(bounds.units, bounds.distinct * bounds.each)
        falling = sorted(unit for unit in self.units if unit < 0)
        if not falling:
            return self.constant + min(self.units, default=0)
        found = self.constant
        for unit in falling:
            found += unit * min(each, most)
            most -= min(each, most)
        return found

    def of(self, counts: Iterable[tuple[int, int]]) -> int:
        """What it says of one cart: how many units of which goods, by place."""
        return self.constant + sum(self.units[good] * count for good, count in counts)

    def extend(self, order: Sequence[int], bounds: Bounds) -> None:
        """Work out the tails for goods in an order."""
        most = min(bounds.units, bounds.distinct * bounds.each)
        self.tails = [[0] * (most + 1)]
        falling: list[int] = []
        for good in reversed(order):
            if self.units[good] < 0:
                falling.append(self.units[good])
                falling.sort()
            row = [0]
            for unit in falling:
                row += [row[-1] + unit * count for count in range(1, bounds.each + 1)]
                if len(row) > most:
                    break
            row += [row[-1]] * (most + 1 - len(row))
            self.tails.append(row[: most + 1])
        self.tails.reverse()


@frozen
class Scene:
    """A visit as the bounds see it: its priced goods, and places with what bids there can do."""

    priced: tuple[Priced, ...]
    count: int
    aim: Aim
    bounds: Bounds


def forms_of(scene: Scene, places: Sequence[Place], decided: Sequence[bool]) -> list[Form]:
    """The best forms for carts to which, in decided places, the only bid applies or none does.

    One that rules all of them out is the only one.
    """
    return _best_forms(scene, places, decided, lambda form: form.least(scene.bounds), scene.aim.rhs)


def least_of(scene: Scene, places: Sequence[Place], counts: Mapping[int, int], enough: int) -> int:
    """The least that one cart can come to (how many units of which goods, by place).

    Unlike forms of many carts it knows what the cart has reached, and how often. No more is
    proven than `enough`.
    """
    numbers = [n for n, each in enumerate(scene.priced) if each.good in counts]
    goods = {good: place for place, good in enumerate(sorted(counts))}
    prices = {scene.priced[n].good: scene.priced[n].price for n in numbers}
    of_cart = evolve(
        scene,
        priced=tuple(evolve(scene.priced[n], good=goods[scene.priced[n].good]) for n in numbers),
        count=len(goods),
        aim=evolve(scene.aim, weights=tuple(scene.aim.weights[n] for n in numbers)),
    )
    held = [(goods[good], count) for good, count in counts.items()]
    reached = []
    for place in places:
        bids = tuple(
            _of_cart(bid, numbers, goods)
            for bid in place.bids
            if all(_is_met(need, counts, prices) for need in bid.needs)
        )
        if bids:
            reached.append(evolve(place, bids=bids))
    undecided = (False,) * len(reached)
    forms = _best_forms(of_cart, reached, undecided, lambda form: form.of(held), enough)
    return forms[0].of(held)


def _is_met(need: Need, counts: Mapping[int, int], prices: Mapping[int, int]) -> bool:
    """Whether the cart holds what is needed, each good at the dearest of its prices."""
    there = [(count, prices[good]) for good, count in counts.items() if good in need.goods]
    amount = sum(count * price for count, price in there)
    return amount >= need.amount and sum(count for count, _ in there) >= need.quantity


def _of_cart(bid: Bid, numbers: Sequence[int], goods: Mapping[int, int]) -> Bid:
    """The bid as it is of a few goods, called by other places."""
    limit = evolve(
        bid.limit,
        fits=tuple(bid.limit.fits[n] for n in numbers),
        rates=tuple(bid.limit.rates[n] for n in numbers),
        off=tuple(bid.limit.off[n] for n in numbers),
    )
    needs = tuple(
        evolve(need, goods=frozenset(goods[good] for good in need.goods if good in goods))
        for need in bid.needs
    )
    return evolve(bid, limit=limit, needs=needs)


def _best_forms(
    scene: Scene,
    places: Sequence[Place],
    decided: Sequence[bool],
    measure: Callable[[Form], int],
    enough: int,
) -> list[Form]:
    """The best forms that are found; the first that measures up to `enough` will do."""
    lows = _lows(scene, places)
    binding = any(each.floor > low for each, low in zip(scene.priced, lows, strict=True))
    ways = [_ways(place) for place in places]
    parts = [
        [_part(scene, place, each, binding=binding) for each in of_place]
        for place, of_place in zip(places, ways, strict=True)
    ]
    known: dict[tuple[int, ...], Form] = {}

    def form(choice: Sequence[int]) -> Form:
        key = tuple(choice)
        if key not in known:
            picked = [parts[place][way] for place, way in enumerate(choice)]
            known[key] = _form(scene, picked, binding=binding)
        return known[key]

    for start in range(2):
        chosen = [min(start, len(each) - 1) for each in ways]
        good = _climb(measure, ways, chosen, form, enough)
        if good is not None:
            return [good]
    found = sorted(known.values(), key=measure, reverse=True)[: KEPT_FORMS - 2]
    for flat in (_floors(scene, places), _total(scene, places, decided)):
        mixed = [_mixed(each, flat, part) for each in found[:3] for part in (1, 2, 3)]
        found += [max(mixed, key=measure), flat]
    found.sort(key=measure, reverse=True)
    return found


def _climb(
    measure: Callable[[Form], int],
    ways: Sequence[Sequence[object]],
    chosen: list[int],
    form: Callable[[Sequence[int]], Form],
    enough: int,
) -> Form | None:
    """Change one place after the other to the way that proves most; a form that proves enough."""
    best = measure(form(chosen))
    if best >= enough:
        return form(chosen)
    for place, options in enumerate(ways):
        for way in range(len(options)):
            tried = [*chosen[:place], way, *chosen[place + 1 :]]
            value = measure(form(tried))
            if value >= enough:
                return form(tried)
            if value > best:
                best, chosen = value, tried
    return None


def _ways(place: Place) -> list[tuple[Way, ...]]:
    """How the bids of a place can be bounded, each way for all of them, and the natural one."""
    found = [tuple(_natural(bid) for bid in place.bids)]
    found += [tuple(way if _can(bid, way) else _natural(bid) for bid in place.bids) for way in WAYS]
    return list(dict.fromkeys(found))


def _natural(bid: Bid) -> Way:
    up, down = bid.limit.rate
    if up < down and not bid.limit.gives:
        return "rate"
    if _can(bid, "spread"):
        return "spread"
    return "cap" if _can(bid, "cap") else "rate"


def _can(bid: Bid, way: Way) -> bool:
    match way:
        case "rate":
            return True
        case "cap":
            return bid.limit.cap is not None
        case "spread":
            return bid.limit.cap is not None and bool(bid.needs)
        case _:
            assert_never(way)


def _lows(scene: Scene, places: Sequence[Place]) -> list[int]:
    """The least that each priced good can come to at any time, floors aside."""
    found = []
    for number, each in enumerate(scene.priced):
        low = each.price
        for place in places:
            low = min((bid.limit.left(number, low) for bid in place.bids), default=low)
        found.append(low)
    return found


@frozen
class _Part:
    """What one place does to a form, its bids bounded in one way.

    `constant` is what it takes of any cart, `spread` (by priced good, empty: nothing) what it takes
    of each unit, and `rated` the bids that leave a share of a unit, by priced good those that fit.
    `taken` is what these take of list prices, where floors bind.
    """

    constant: int
    spread: tuple[int, ...]
    rated: tuple[tuple[Limit, ...], ...]
    taken: tuple[int, ...]


def _part(scene: Scene, place: Place, ways: Sequence[Way], *, binding: bool) -> _Part:
    besides, constants = scene.aim.besides, [0]
    spreads: list[list[int]] = []
    rated: list[Limit] = []
    for bid, way in zip(place.bids, ways, strict=True):
        gives = _up(bid.limit.gives * besides) if bid.limit.gives else 0
        match way:
            case "rate":
                rated.append(bid.limit)
                constants.append(gives)
            case "cap":
                assert bid.limit.cap is not None
                constants.append(max(bid.limit.cap * MILLI, gives))
            case "spread":
                assert bid.limit.cap is not None
                spreads.append(_spread(scene, bid, max(bid.limit.cap * MILLI, gives)))
            case _:
                assert_never(way)
    together = sum if place.several else max
    spread = [together(of_unit) for of_unit in zip(*spreads, strict=True)]
    rewards = max((bid.limit.gives_of for bid in place.bids), default=NONE) * besides
    if rewards:
        spread = [
            more + _up(each.price * rewards)
            for more, each in zip(spread or [0] * len(scene.priced), scene.priced, strict=True)
        ]
    return _Part(
        constant=together(constants),
        spread=tuple(spread),
        rated=tuple(
            tuple(limit for limit in rated if limit.fits[number])
            for number in range(len(scene.priced))
        ),
        taken=tuple(_taken(scene, rated)) if binding else (),
    )


def _taken(scene: Scene, rated: Sequence[Limit]) -> Iterator[int]:
    """What is taken at most of each list price, whichever applies."""
    for number, each in enumerate(scene.priced):
        lefts = (limit.left(number, each.price) for limit in rated)
        yield each.price - min(lefts, default=each.price)


def _form(scene: Scene, parts: Sequence[_Part], *, binding: bool) -> Form:
    """What is left of each unit, with each bid bounded in its way."""
    lefts = _additive(scene, parts) if binding else _chained(scene, parts)
    found = [left * MILLI for left in lefts]
    for part in parts:
        if part.spread:
            found = [left - more for left, more in zip(found, part.spread, strict=True)]
    return _by_good(scene, -sum(part.constant for part in parts), found)


def _chained(scene: Scene, parts: Sequence[_Part]) -> Iterator[int]:
    """Place after place takes of what the places before have left."""
    for number, each in enumerate(scene.priced):
        low = each.price
        for part in parts:
            limits = part.rated[number]
            if limits:
                low = min(limit.left(number, low) for limit in limits)
        yield low


def _additive(scene: Scene, parts: Sequence[_Part]) -> list[int]:
    """With floors a share may go on to other units: what places take of list prices adds up."""
    taken = (part.taken for part in parts)
    prices = [each.price for each in scene.priced]
    return [price - sum(of) for price, *of in zip(prices, *taken, strict=True)]


def _spread(scene: Scene, bid: Bid, cap: int) -> list[int]:
    """The cap, shared out over what a cart has to hold to have it."""
    need = max(bid.needs, key=lambda need: need.amount)
    return [
        0
        if each.good not in need.goods
        else -(-cap * each.price // need.amount)
        if need.amount
        else -(-cap // need.quantity)
        for each in scene.priced
    ]


def _by_good(scene: Scene, constant: int, lefts: Sequence[int]) -> Form:
    """The form of what is left of each good over what it has to bring, at its worst price."""
    units: list[int | None] = [None] * scene.count
    for each, left, weight in zip(scene.priced, lefts, scene.aim.weights, strict=True):
        value = left - weight
        before = units[each.good]
        units[each.good] = value if before is None or value < before else before
    return Form(constant, tuple(unit for unit in units if unit is not None))


def _floors(scene: Scene, places: Sequence[Place]) -> Form:
    """No promotion takes a unit below its floor."""
    lefts = [min(each.floor, each.price) * MILLI for each in scene.priced]
    return _brought(scene, places, 0, lefts)


def _total(scene: Scene, places: Sequence[Place], decided: Sequence[bool]) -> Form:
    """What is left of all goods: each bid that applies for sure had reached what it requires."""
    left = 0
    for place, is_decided in zip(places, decided, strict=True):
        if is_decided and place.bids:
            left = max(left, place.bids[0].least)
        if place.bids:
            left = max(0, left - _most_of(place, left))
    return _brought(scene, places, left * MILLI, [0] * len(scene.priced))


def _most_of(place: Place, total: int) -> int:
    """What a place takes at most of all goods that come to a total."""
    each = [bid.limit.most_of(total) for bid in place.bids]
    if not place.several:
        return max(each)
    by_rate = max(bid.limit.rate[0] * total // bid.limit.rate[1] for bid in place.bids)
    # A rounding each, and what is left of a minor unit by the share itself.
    roundings = sum(bid.limit.roundings + 1 for bid in place.bids)
    return min(sum(each), by_rate + roundings)


def _brought(scene: Scene, places: Sequence[Place], constant: int, lefts: Sequence[int]) -> Form:
    """A form less all that promotions give besides."""
    besides = scene.aim.besides
    rewards = NONE
    for place in places:
        gives = [_up(bid.limit.gives * besides) if bid.limit.gives else 0 for bid in place.bids]
        constant -= sum(gives) if place.several else max(gives, default=0)
        rewards += max((bid.limit.gives_of for bid in place.bids), default=NONE) * besides
    lefts = [
        left - (_up(each.price * rewards) if rewards else 0)
        for left, each in zip(lefts, scene.priced, strict=True)
    ]
    return _by_good(scene, constant, lefts)


def _mixed(one: Form, other: Form, part: int) -> Form:
    """A bound between two: so many quarters of one, and the rest of the other."""
    rest = 4 - part
    return Form(
        (one.constant * part + other.constant * rest) // 4,
        tuple((a * part + b * rest) // 4 for a, b in zip(one.units, other.units, strict=True)),
    )
