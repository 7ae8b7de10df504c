from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import Any

import pytest
from attrs import evolve

from mallops.cart import Cart, Line, Shopper
from mallops.promotions.compiled import compile_rulebook
from mallops.promotions.engine import quote
from mallops.rules.benefits import (
    AmountOff,
    Benefit,
    BundlePrice,
    FixedPrice,
    NthUnit,
    Per,
    PercentOff,
    Tier,
    Tiers,
)
from mallops.rules.book import Choice, Rulebook
from mallops.rules.promotions import Audience, Limits, Promotion, Requires, Selector
from mallops.time import WeeklyHours
from tests.loopholes.asking import found, has
from tests.loopholes.mall import AT, BOOK, CATALOG, CNY, TENTH, cny, named, running, within

WIDE = evolve(TENTH, id="wide", limits=Limits())
NARROW = evolve(TENTH, id="narrow", benefit=PercentOff(Decimal(5)))


def beaten(wide: Promotion, narrow: Promotion, **book: Any) -> bool:
    pair = Rulebook(CNY, promotions=(wide, narrow), **book)
    return "narrow" in {each.details["promotion"] for each in found("never_wins", pair)}


def test_who_beats_it_is_named() -> None:
    book = evolve(BOOK, promotions=(WIDE, NARROW))
    [never] = found("never_wins", book)
    assert [each.path for each in never.subjects] == ["$.promotions[1]", "$.promotions[0]"]
    assert never.details == {"promotion": "narrow", "by": "wide", "later": ""}


@pytest.mark.parametrize(
    "changes",
    [
        {"limits": Limits(total=10)},
        {"coupon": True},
        {"active": False},
        {"lane": "shop"},
        {"blocks": ("shop",)},
        {"audience": Audience(frozenset({"vip"}))},
        {"audience": Audience(first_order=True)},
        {"items": named("green")},
        {"items": within("tea/green")},
        {"requires": Requires(quantity=2)},
        {"requires": Requires(items=named("pot"))},
        {"schedule": running("2026-11-02T00:00", "2026-11-21T00:00")},
        {"schedule": evolve(TENTH.schedule, weekly=(WeeklyHours(["sat"], 0, 1440),))},
        {"benefit": PercentOff(Decimal(4))},
        {"benefit": PercentOff(Decimal(10), cny("100.00"))},
        {"at_most_units": 3},
    ],
)
def test_one_that_may_not_be_there_or_gives_less_beats_nothing(changes: dict[str, Any]) -> None:
    assert beaten(WIDE, NARROW)
    assert not beaten(evolve(WIDE, **changes), NARROW)


def test_a_later_threshold_may_want_the_lower_discount() -> None:
    later = evolve(TENTH, id="later", lane="shop", requires=Requires(cny("100.00")))
    [never] = found("never_wins", Rulebook(CNY, promotions=(WIDE, NARROW, later)))
    assert never.details["later"] == "later"
    by_priority = Rulebook(CNY, choice=Choice.PRIORITY, promotions=(WIDE, NARROW, later))
    # By priority the smaller id goes first, and that is the narrow one.
    assert not has("never_wins", by_priority)
    assert beaten(evolve(WIDE, priority=1), NARROW, choice=Choice.PRIORITY)


def off(amount: str, **fields: Any) -> AmountOff:
    return AmountOff(cny(amount), **fields)


BENEFITS: tuple[Benefit, ...] = (
    PercentOff(Decimal(5)),
    PercentOff(Decimal(20)),
    PercentOff(Decimal(20), cny("30.00")),
    off("5.00"),
    off("30.00"),
    off("8.00", every=cny("60.00")),
    off("8.00", every=cny("100.00"), at_most_times=2),
    off("3.00", per=Per.UNIT),
    FixedPrice(cny("50.00")),
    FixedPrice(cny("70.00")),
    NthUnit(2, Decimal(50)),
    NthUnit(2, Decimal(30)),
    BundlePrice(2, cny("100.00")),
    BundlePrice(2, cny("130.00")),
    Tiers((Tier(off("5.00"), cny("60.00")), Tier(off("30.00"), cny("200.00")))),
    Tiers((Tier(off("4.00"), cny("60.00")), Tier(off("20.00"), cny("300.00")))),
    Tiers((Tier(PercentOff(Decimal(10)), quantity=1), Tier(PercentOff(Decimal(30)), quantity=3))),
)
ITEMS = (Selector(), within("tea"), named("green", "cup"))
REQUIRES = (Requires(), Requires(cny("150.00")), Requires(quantity=2))


def drawn(random: Random, name: str, lane: str) -> Promotion:
    return Promotion(
        name,
        lane,
        random.choice(BENEFITS),
        items=random.choice(ITEMS),
        requires=random.choice(REQUIRES),
        priority=random.randint(0, 1),
    )


def carts(random: Random, count: int) -> list[Cart]:
    found = []
    for _ in range(count):
        skus = random.sample([sku.sku for sku in CATALOG.skus], random.randint(1, 3))
        lines = tuple(Line(sku, sku, random.randint(1, 4)) for sku in skus)
        found.append(Cart(lines=lines, shopper=Shopper("c")))
    return found


@pytest.mark.parametrize("choice", Choice)
@pytest.mark.parametrize("lane", ["item", "shop", "platform"])
def test_what_never_wins_costs_nobody_anything_if_it_is_taken_out(
    choice: Choice, lane: str
) -> None:
    random = Random(20261111)
    proven = 0
    for _ in range(600):
        pair = (drawn(random, "a", lane), drawn(random, "b", lane))
        book = Rulebook(CNY, choice=choice, promotions=pair)
        gone = {each.details["promotion"] for each in found("never_wins", book)}
        if not gone:
            continue
        proven += 1
        left = tuple(each for each in pair if each.id not in gone)
        before = compile_rulebook(book, CATALOG)
        after = compile_rulebook(evolve(book, promotions=left), CATALOG)
        for cart in carts(random, 8):
            was, now = quote(before, cart, AT), quote(after, cart, AT)
            assert was.payable == now.payable, (pair, cart)
    assert proven >= 5
