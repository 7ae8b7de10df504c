"""The rules that a list of recommendations is made by, as values."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum

from attrs import frozen

from mallops.catalog.percent import MOST, check_percent
from mallops.errors import InputError, Problem, shown
from mallops.recommend.scored import MOST_AMOUNT
from mallops.recommend.traits import Traits
from mallops.rules.bounds import check_count, check_unique
from mallops.rules.promotions import Schedule, Selector
from mallops.time import known_timezone


class Kind(StrEnum):
    """Whether a customer has bought the SKU before, or would discover it."""

    REPEAT = "repeat"
    DISCOVERY = "discovery"


class By(StrEnum):
    """What a cap counts by."""

    SHOP = "shop"
    BRAND = "brand"
    CATEGORY = "category"
    PRODUCT = "product"


@frozen
class Cap:
    """At most `most` of each shop, brand, category or product; of `value` alone if given.

    A category that is named counts those below it too, and each category by itself counts its
    own. SKUs without a brand, category or product are not counted by it; a shop without a name is
    a shop. All caps hold together: of two about the same, the lower.
    """

    by: By
    most: int
    value: str = ""


@frozen
class Boost:
    """Operations staff raise the score of `items` by `amount`, or lower it, for a time."""

    id: str
    items: Selector
    amount: float
    schedule: Schedule = Schedule()


@frozen
class Pin:
    """Operations staff want a SKU at a place, the first being 1, for a time.

    A pin is a wish: what may not be recommended is not, and N places are filled before it is
    heard.
    """

    id: str
    sku: str
    place: int
    schedule: Schedule = Schedule()


@frozen
class Quota:
    """How many of the list's places go to one kind: no more than `most`, and `least` if any."""

    least: int = 0
    most: int | None = None


@frozen
class Margin:
    """What a SKU has to bring: its cost and `at_least` per cent of it, from -100 up.

    Whatever has no cost is left out where this is asked for: nobody could tell what it loses.
    """

    at_least: Decimal = Decimal(0)


@frozen
class Diversity:
    """How far likeness to what is on the list takes a score down: by `weight`, were it the same.

    `weight` is in the unit of the scores; `traits` are what likeness is told by.
    """

    weight: float
    traits: Traits = Traits()


@frozen
class Exploration:
    """What is seldom shown gets its chance: a draw from what is known of its rate, by `weight`.

    `taken` and `passed` are what is believed before a SKU was ever shown.
    """

    weight: float
    taken: float = 1.0
    passed: float = 1.0


@frozen
class Rules:
    """All rules of a list; as they come, they ask nothing. `timezone` is that of all schedules.

    `bought_once` are the goods that a customer who has them does not need again. Raises
    `InputError` with every problem.

    >>> Rules(caps=(Cap(By.SHOP, 0),))
    Traceback (most recent call last):
    ...
    mallops.errors.InputError: $.caps[0].most: got 0, expected a whole number, at least 1
    """

    timezone: str = "Asia/Shanghai"
    bought_once: Selector | None = None
    boosts: tuple[Boost, ...] = ()
    pins: tuple[Pin, ...] = ()
    caps: tuple[Cap, ...] = ()
    repeat: Quota = Quota()
    discovery: Quota = Quota()
    margin: Margin | None = None
    diversity: Diversity | None = None
    exploration: Exploration | None = None

    def __attrs_post_init__(self) -> None:
        known_timezone(self.timezone, "$.timezone")
        problems = list(_problems(self))
        if problems:
            raise InputError(problems)


def _problems(rules: Rules) -> Iterator[Problem]:
    yield from check_unique((boost.id for boost in rules.boosts), "$.boosts", ".id")
    yield from check_unique((pin.id for pin in rules.pins), "$.pins", ".id")
    if rules.bought_once is not None:
        yield from _check_selector(rules.bought_once, "$.bought_once")
    for i, boost in enumerate(rules.boosts):
        yield from _check_selector(boost.items, f"$.boosts[{i}].items")
        if not abs(boost.amount) <= MOST_AMOUNT:
            yield Problem(f"$.boosts[{i}].amount", shown(boost.amount), "a finite number")
    for i, pin in enumerate(rules.pins):
        yield from check_count(pin.place, f"$.pins[{i}].place")
    for i, cap in enumerate(rules.caps):
        yield from check_count(cap.most, f"$.caps[{i}].most", least=0 if cap.value else 1)
        if cap.by is By.CATEGORY and cap.value.endswith("/"):
            expected = f"a category as goods have it, {shown(cap.value.rstrip('/'))}"
            yield Problem(f"$.caps[{i}].value", shown(cap.value), expected)
    for name, quota in (("repeat", rules.repeat), ("discovery", rules.discovery)):
        yield from check_count(quota.least, f"$.{name}.least", least=0)
        yield from check_count(quota.most, f"$.{name}.most", least=quota.least)
    if rules.margin is not None:
        yield from check_percent(rules.margin.at_least, "$.margin.at_least", Decimal(-100), MOST)
    if (apart := rules.diversity) is not None:
        yield from _check_weight(apart.weight, "$.diversity.weight")
    if (exploring := rules.exploration) is not None:
        yield from _check_weight(exploring.weight, "$.exploration.weight")
        for prior in (exploring.taken, exploring.passed):
            if not 1e-6 <= prior <= 1e12:
                yield Problem("$.exploration", shown(prior), "a finite number from 1e-06 to 1e+12")


def _check_selector(selector: Selector, path: str) -> Iterator[Problem]:
    for criteria in (selector.include, selector.exclude):
        if criteria is not None and criteria.reduced is not None:
            yield Problem(path, shown(criteria.reduced), "nothing asked of `reduced`")


def _check_weight(weight: float, path: str) -> Iterator[Problem]:
    if not 0 <= weight <= MOST_AMOUNT:
        yield Problem(path, shown(weight), "a finite number that is not negative")
