"""The index of promotions beside a look at every one of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal
from random import Random

import pytest
from pendulum import DateTime

from mallops.catalog.model import Sku
from mallops.catalog.products import in_category
from mallops.promotions.index import index_of
from mallops.rules.benefits import PercentOff
from mallops.rules.promotions import Audience, Criteria, Promotion, Schedule, Selector
from mallops.time import Window, instant, microseconds

BENEFIT = PercentOff(Decimal(10))
START = instant("2026-11-11T00:00:00+08:00")
CATEGORIES = ("", "a", "a/b", "a/b/c", "ab", "d")
GROUPS = ("vip", "staff", "new")


def _naive(
    promotions: Sequence[Promotion],
    skus: Sequence[Sku],
    groups: Collection[str],
    coupons: Collection[str],
    at: DateTime,
) -> dict[int, list[int]]:
    """As `Index.touching`, from every promotion and SKU; coupons are found whatever they ask."""
    found: dict[int, list[int]] = {}
    for number, promotion in enumerate(promotions):
        if promotion.coupon:
            if promotion.active and promotion.id in coupons:
                found[number] = []
            continue
        wanted, window = promotion.audience.groups, promotion.schedule.window
        if (
            promotion.active
            and (not wanted or not wanted.isdisjoint(groups))
            and (window.starts is None or window.starts <= at)
            and (window.ends is None or at < window.ends)
        ):
            asked, places = _places(promotion.items.include, skus)
            if places or not asked:
                found[number] = places
    return found


def _places(items: Criteria, skus: Sequence[Sku]) -> tuple[bool, list[int]]:
    """Whether anything is asked, and whose first of the asked fields fits."""
    if items.skus:
        return True, [at for at, sku in enumerate(skus) if sku.sku in items.skus]
    if items.brands:
        return True, [at for at, sku in enumerate(skus) if sku.brand in items.brands]
    if items.tags:
        return True, [at for at, sku in enumerate(skus) if items.tags & sku.tags]
    if items.categories:
        named = items.categories
        fit = [any(in_category(sku.category, name) for name in named) for sku in skus]
        return True, [at for at, fits in enumerate(fit) if fits]
    if items.shops:
        return True, [at for at, sku in enumerate(skus) if sku.shop in items.shops]
    return False, []


def _some(random: Random, values: Sequence[str], chance: float) -> frozenset[str]:
    if random.random() > chance:
        return frozenset()
    return frozenset(random.sample(values, random.randint(1, min(3, len(values)))))


def _edge(random: Random) -> DateTime | None:
    if random.random() < 0.3:
        return None
    return START.add(microseconds=random.randint(0, 12))


def _promotion(random: Random, number: int, names: Sequence[str]) -> Promotion:
    return Promotion(
        f"p{number:05}",
        "item",
        BENEFIT,
        coupon=random.random() < 0.1,
        active=random.random() < 0.9,
        schedule=Schedule(Window(_edge(random), _edge(random))),
        audience=Audience(_some(random, GROUPS, 0.3)),
        items=Selector(
            Criteria(
                categories=_some(random, [name for name in CATEGORIES if name], 0.3),
                brands=_some(random, ("x", "y", "z"), 0.2),
                skus=_some(random, names, 0.2),
                shops=_some(random, ("s1", "s2"), 0.2),
                tags=_some(random, ("t1", "t2", "t3"), 0.2),
            )
        ),
    )


def _sku(random: Random, number: int) -> Sku:
    return Sku(
        f"k{number:02}",
        None,
        random.choice(("", "s1", "s2", "s3")),
        random.choice(CATEGORIES),
        random.choice(("", "x", "y", "w")),
        _some(random, ("t1", "t2", "t4"), 0.5),
    )


def _agree(random: Random, count: int, asked: int) -> None:
    skus = [_sku(random, number) for number in range(20)]
    names = [sku.sku for sku in skus]
    promotions = [_promotion(random, number, names) for number in range(count)]
    index = index_of(promotions, skus)
    for _ in range(asked):
        cart = random.sample(skus, random.randint(0, 5))
        # A SKU may be on two lines.
        cart += cart[:1]
        groups = _some(random, GROUPS, 0.6)
        coupons = random.sample([each.id for each in promotions], 3)
        at = START.add(microseconds=random.randint(-1, 13))
        found = index.touching([sku.sku for sku in cart], groups, coupons, at)
        assert found == _naive(promotions, cart, groups, coupons, at)


@pytest.mark.parametrize("seed", range(40))
def test_what_touches_a_cart_is_what_a_look_at_every_promotion_finds(seed: int) -> None:
    random = Random(seed)
    _agree(random, random.randint(3, 60), 30)


def test_ten_thousand_promotions_are_found_alike() -> None:
    _agree(Random(1), 10_000, 20)


@pytest.mark.parametrize(
    ("moment", "runs"),
    [
        ("2026-11-10T23:59:59.999999+08:00", False),
        ("2026-11-11T00:00:00+08:00", True),
        ("2026-11-10T16:00:00Z", True),
        ("2026-11-11T23:59:59.999999+08:00", True),
        ("2026-11-12T00:00:00+08:00", False),
    ],
)
def test_a_window_holds_its_start_and_not_its_end(moment: str, *, runs: bool) -> None:
    window = Window(START, instant("2026-11-12T00:00:00+08:00"))
    index = index_of([Promotion("p", "item", BENEFIT, schedule=Schedule(window))], ())
    assert index.touching((), (), (), instant(moment)) == ({0: []} if runs else {})


def test_windows_that_never_open_are_never_found() -> None:
    later = START.add(microseconds=1)
    never = [Window(START, START), Window(later, START)]
    promotions = [
        Promotion(f"p{number}", "item", BENEFIT, schedule=Schedule(window))
        for number, window in enumerate(never)
    ]
    index = index_of(promotions, ())
    for micro in (-1, 0, 1, 2):
        assert index.touching((), (), (), START.add(microseconds=micro)) == {}


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("0001-01-01T00:00:00Z", -62_135_596_800_000_000),
        ("1969-12-31T23:59:59.999999Z", -1),
        ("1970-01-01T08:00:00+08:00", 0),
        ("9999-12-31T23:59:59.999999Z", 253_402_300_799_999_999),
    ],
)
def test_moments_are_microseconds_since_1970_before_it_too(text: str, moment: int) -> None:
    assert microseconds(instant(text)) == moment
