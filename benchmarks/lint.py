"""How long lint takes, and how that grows with the rulebook and with the catalogue.

    python benchmarks/lint.py [--rounds N]

Promotions are about categories, brands, shops, some SKUs, or all goods, in four lanes, half of them
without limits, on some days of one month. Seconds are those of the processor. Everything is drawn
from a seed; nothing is asserted about time.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from decimal import Decimal
from random import Random
from statistics import median
from time import process_time

from mallops.catalog.model import Catalog, PriceEntry, Sku
from mallops.loopholes.linting import lint
from mallops.money import Currency, Money
from mallops.rules.benefits import AmountOff, Benefit, NthUnit, PercentOff, Tier, Tiers
from mallops.rules.book import Rulebook
from mallops.rules.promotions import Criteria, Limits, Promotion, Requires, Schedule, Selector
from mallops.time import Window, instant

SEED = 20261111
SIZES = ((10, 3_000), (100, 3_000), (1_000, 3_000), (1_000, 10_000), (4_000, 3_000))
CNY = Currency.of("CNY")
AT = instant("2026-11-10T12:00:00+08:00")
LANES = ("item", "shop", "shop-coupon", "platform")


def yuan(amount: int) -> Money:
    """So many whole yuan."""
    return Money(amount * 100, CNY)


def catalog(random: Random, count: int) -> Catalog:
    """SKUs with what is in a pack, and a members' price for every second one."""
    skus = []
    for number in range(count):
        price = random.randint(20, 90)
        sku = Sku(
            f"s{number}",
            yuan(price),
            shop=f"shop{number % 20}",
            category=f"c{random.randrange(10)}/d{random.randrange(10)}",
            brand=f"b{number % 50}",
            cost=yuan(price * 3 // 5),
            title={"zh-CN": f"商品{number} {random.choice((400, 500, 600))}g"},
        )
        skus.append(sku)
    prices = [
        PriceEntry(sku.sku, Money(sku.price.minor * 9 // 10, CNY), groups=frozenset({"vip"}))
        for sku in skus[::2]
        if sku.price is not None
    ]
    return Catalog(tuple(skus), tuple(prices))


def items(random: Random, count: int) -> Selector:
    """What a promotion is about."""
    one = random.randrange(5)
    if one == 0:
        return Selector()
    if one == 1:
        skus = frozenset(f"s{random.randrange(count)}" for _ in range(20))
        return Selector(Criteria(skus=skus))
    if one == 2:
        return Selector(Criteria(brands=frozenset({f"b{random.randrange(50)}"})))
    if one == 3:
        shop = frozenset({f"shop{random.randrange(20)}"})
        return Selector(Criteria(shops=shop, at_least=yuan(random.randint(20, 60))))
    path = f"c{random.randrange(10)}/d{random.randrange(10)}"
    return Selector(Criteria(categories=frozenset({path})))


def benefit(random: Random) -> Benefit:
    """What it brings."""
    steps = (Tier(AmountOff(yuan(20)), yuan(200)), Tier(AmountOff(yuan(60)), yuan(500)))
    found: tuple[Benefit, ...] = (
        PercentOff(Decimal(random.randint(5, 30))),
        AmountOff(yuan(random.randint(5, 40)), every=yuan(200)),
        NthUnit(2, Decimal(50)),
        Tiers(steps),
    )
    return random.choice(found)


def promotion(random: Random, number: int, count: int) -> Promotion:
    """One of some days in November."""
    first = random.randint(1, 20)
    days = (first, first + random.randint(1, 8))
    starts, ends = (instant(f"2026-11-{day:02}T10:00:00+08:00") for day in days)
    return Promotion(
        f"p{number}",
        random.choice(LANES),
        benefit(random),
        schedule=Schedule(Window(starts, ends)),
        items=items(random, count),
        requires=Requires(yuan(100)),
        limits=random.choice((Limits(), Limits(per_customer=2, budget=yuan(50_000)))),
    )


def seconds(promotions: int, skus: int, rounds: int) -> tuple[float, int]:
    """The median time of some rounds, and how much was found."""
    random = Random(SEED)
    goods = catalog(random, skus)
    rules = tuple(promotion(random, number, skus) for number in range(promotions))
    book = Rulebook(CNY, promotions=rules)
    times = []
    for _ in range(rounds):
        begun = process_time()
        found = lint(book, goods, AT)
        times.append(process_time() - begun)
    return median(times), len(found)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print one row for each size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args(arguments).rounds
    print("promotions     SKUs  seconds  found")
    for promotions, skus in SIZES:
        took, found = seconds(promotions, skus, rounds)
        print(f"{promotions:10,} {skus:8,} {took:8.2f} {found:6,}")


if __name__ == "__main__":
    main()
