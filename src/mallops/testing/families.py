"""Families of carts on which the best choice is hard to find or hard to prove, by seed.

A family is a function from a `random.Random` and a `Size` to a scenario: the raw documents of
rulebook format 1, as `mallops.testing.strategies` draws them. Its docstring says what makes it
hard. Where strategies make up any mall that the law allows, a family makes up one kind of trouble
over and over: small enough for `mallops.testing.oracle`, middling for
`mallops.testing.exact_model`, or as large as a mall's carts are for a benchmark.

>>> drawn = scenario("thresholds", seed=1, size=TINY)
>>> sorted(drawn)
['at', 'cart', 'catalog', 'name', 'rulebook', 'usage']
>>> scenario("thresholds", seed=1, size=TINY) == drawn
True
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random

from mallops.testing.mall import (
    Doc,
    Mall,
    Size,
    bundle,
    fixed,
    freight,
    gift,
    nth,
    odd_price,
    off,
    part,
    percent,
    tiers,
)

__all__ = ["FAMILIES", "LARGE", "MIDDLING", "TINY", "Doc", "Family", "Size", "scenario"]

AT = "2026-11-11T12:00:00+08:00"

TINY = Size(lines=4, units=7, promotions=6, shops=2)
"""Few enough seatings to try them all."""

MIDDLING = Size(lines=10, units=40, promotions=15, shops=3)
"""What a solver settles in seconds."""

LARGE = Size(lines=15, units=60, promotions=24, shops=3)
"""The edge of what a day brings."""

Family = Callable[[Random, Size], Doc]


def scenario(family: str, seed: int, size: Size) -> Doc:
    """The family's scenario of that seed."""
    drawn = FAMILIES[family](Random(f"{family} {seed}"), size)
    return {"name": f"{family} {seed}", "at": AT, **drawn, "usage": {}}


# --- the families -------------------------------------------------------------------------------


def everyday(random: Random, size: Size) -> Doc:
    """A festival's usual night: few lines, few of each, something in every lane.

    Nothing is set against the search. Thresholds are round, prices end in .00 or .90, and half of
    the promotions are about goods of one category or brand.
    """
    mall = Mall(random, size, shops=random.choice((1, 1, 2, size.shops)))
    lines = min(size.lines, 1 + int(random.expovariate(0.22)))
    mall.fill(lines, spread=(0, 0, 0, 1, 1, 2, 4))
    for shop in mall.shops:
        mall.add("shop", shop_benefit(random), {"shop": [shop]})
        mall.add("shop-coupon", off(2000), {"shop": [shop]}, amount=random.choice((10000, 20000)))
        mall.add("item", nth(2, "50"), {"shop": [shop], **mall.some()})
    mall.add("item", percent(random.choice(("3", "5"))))
    mall.add("item", percent(random.choice(("10", "15"))), mall.some())
    mall.add("item", fixed(mall.price_of_a_flash()), mall.two(), blocks=["shop-coupon"])
    mall.add("platform", off(5000, every=30000))
    mall.add("platform", percent("12", at_most=10000), amount=50000)
    mall.add("platform-coupon", off(3000), amount=40000)
    mall.add("platform-coupon", percent("10", at_most=4000), mall.some())
    mall.add("platform-coupon", gift(mall.sku(), 1500), amount=30000)
    mall.add("shipping", freight(percent="100"), amount=9900, scope="order")
    mall.add("shipping", freight(amount="5.00"))
    return mall.documents(most=random.choice((6, 10, size.promotions)))


def shop_benefit(random: Random) -> Doc:
    """What a shop takes off its own goods on a usual night."""
    return random.choice(
        (
            off(3000, every=30000),
            percent("8", at_most=5000),
            tiers([(19900, off(2000)), (39900, off(5000))]),
        )
    )


def crowded(random: Random, size: Size) -> Doc:
    """Full carts under a rulebook that crowds every lane, as on the first night of a festival.

    Six promotions compete for the same units, two of them in groups; each shop has a threshold and
    a coupon, and the platform takes 50 off every 300. No number is set against the search, but
    there are many, and to the cent their thresholds are as good as any.
    """
    mall = Mall(random, size, shops=random.randint(1, size.shops))
    mall.fill(lines=size.lines, spread=(0, 0, 1, 1, 2, 4, 7, 9))
    mall.add("item", percent(random.choice(("2", "3", "5"))))
    mall.add("item", percent(random.choice(("10", "15"))), mall.some())
    closed = random.choice(([], ["shop-coupon"], ["shop", "shop-coupon"]))
    mall.add("item", fixed(mall.price_of_a_flash()), mall.two(), blocks=closed)
    grouping = {"shop": [random.choice(mall.shops)]}
    mall.add("item", nth(2, "50"), {**grouping, **mall.some()})
    mall.add("item", bundle(3, mall.price_of_a_bundle(3)), {**grouping, **mall.some()})
    mall.add("item", off(300, per="unit"), mall.some())
    for shop in mall.shops:
        of_shop = {"shop": [shop]}
        mall.add("shop", shop_benefit(random), of_shop)
        mall.add("shop-coupon", off(2000), of_shop, amount=random.choice((10000, 20000)))
    mall.add("shop", gift(mall.sku(), 1500), amount=50000)
    mall.add("platform", off(5000, every=30000))
    mall.add("platform", percent("12", at_most=10000))
    mall.add("platform-coupon", percent("10", at_most=4000))
    mall.add("platform-coupon", off(3000), amount=60000)
    mall.add("platform-coupon", off(1500), {"category": ["care"]})
    mall.add("shipping", freight(percent="100"), amount=9900)
    mall.add("shipping", freight(amount="5.00"))
    return mall.documents()


def thresholds(random: Random, size: Size) -> Doc:
    """Knapsacks: a threshold is, to the cent, what some set of discounts leaves of a shop.

    Each class of goods may take a percentage or not, so the shop's total after the lane is one of
    exponentially many subset sums. The threshold is one of them, or a cent beside it, and to reach
    it is worth more than the discounts that have to be left: a bound that adds up fractions of
    units cannot see whether a set of whole ones gets there.
    """
    mall = Mall(random, size, shops=random.choice((1, 1, 2)))
    mall.fill(lines=size.lines, spread=(0, 0, 1, 2, 3, 5), price=odd_price)
    for rate in ("7", "12.5", "20", "33"):
        mall.add("item", percent(rate), mall.skus(3))
    mall.add("item", off(random.randint(150, 600), per="unit"), mall.skus(3))
    for shop in mall.shops:
        for lane, worth in (("shop", 12), ("shop-coupon", 8), ("shop-coupon", 10)):
            reached, left = mall.after_some_discounts(shop)
            amount = max(100, part(left, worth * random.choice((1, 2))))
            mall.add(lane, off(amount), {"shop": [shop]}, amount=reached)
    total = sum(mall.after_some_discounts(shop)[0] for shop in mall.shops)
    mall.add("platform", off(total // 15), amount=part(total, 85))
    mall.add("platform-coupon", off(total // 25), amount=part(total, 80) // 100 * 100)
    return mall.documents()


def groups(random: Random, size: Size) -> Doc:
    """Groups that want the same units: pairs, threes and bundles over overlapping goods.

    What a group saves depends on which others are in it, so no unit has a worth of its own. A dear
    unit makes a pair better and a bundle of its three worse; percentages wait for what is left
    over, and a threshold of the shop is against all of it.
    """
    mall = Mall(random, size, shops=1)
    mall.fill(lines=size.lines, spread=(0, 1, 1, 2, 3, 5))
    for n, rate in ((2, "50"), (3, "100"), (2, "40"), (4, "90")):
        mall.add("item", nth(n, rate), mall.some())
    for count in (2, 3, 3):
        mall.add("item", bundle(count, mall.price_of_a_bundle(count)), mall.skus(4))
    mall.add("item", percent(random.choice(("15", "22"))), mall.some())
    mall.add("item", percent("8"))
    mall.add("item", off(random.randint(300, 900), per="unit"), mall.skus(2))
    total = mall.total()
    mall.add("shop", off(total // 10), amount=part(total, random.choice((75, 80, 85))))
    mall.add("shop-coupon", off(total // 20), amount=part(total, 70) // 100 * 100)
    mall.add("platform", off(3000, every=20000))
    mall.add("platform-coupon", percent("6", at_most=2500))
    return mall.documents()


def chains(random: Random, size: Size) -> Doc:
    """Blocks: what is cheap early closes what is cheap later, lane after lane.

    A flash price closes the shop's lanes, the shop's offer the coupon, the coupon the platform. A
    greedy choice is wrong at every link, and a bound that forgets what is closed is far too low.
    """
    mall = Mall(random, size, shops=random.choice((1, 2, 2)))
    mall.fill(lines=size.lines, spread=(0, 0, 1, 2, 3))
    closings = (["shop"], ["shop", "shop-coupon"], ["platform"], ["platform", "platform-coupon"])
    for closed in random.sample(closings, 3):
        mall.add("item", fixed(mall.price_of_a_flash()), mall.skus(3), blocks=closed)
    mall.add("item", percent("12"), mall.some(), blocks=["platform-coupon"])
    mall.add("item", percent("4"))
    for shop in mall.shops:
        of_shop = {"shop": [shop]}
        mall.add("shop", percent("15"), of_shop, blocks=["shop-coupon", "platform"])
        mall.add("shop", off(2500), of_shop, amount=15000)
        mall.add("shop-coupon", percent("11"), of_shop, blocks=["platform"])
        mall.add("shop-coupon", off(1800), of_shop, amount=12000, blocks=["platform-coupon"])
    mall.add("platform", off(4000, every=25000), blocks=["platform-coupon"])
    mall.add("platform", percent("9"))
    mall.add("platform-coupon", percent("10", at_most=6000))
    mall.add("platform-coupon", off(2200), amount=20000)
    return mall.documents()


def across(random: Random, size: Size) -> Doc:
    """Shops with tiers and a coupon each, under an "every so much" of the platform.

    Every shop's thresholds pull at the same discounts, and the platform's multiples add the
    shops' totals up again: what is right in one shop depends on the cents of the others.
    """
    mall = Mall(random, size, shops=max(2, random.randint(2, size.shops)))
    mall.fill(lines=size.lines, spread=(0, 0, 1, 2, 4))
    mall.add("item", percent("5"))
    for shop in mall.shops:
        of_shop = {"shop": [shop]}
        reached, left = mall.after_some_discounts(shop)
        steps = [
            (part(reached, rate) // 100 * 100 + 100, off(part(left, rate) // 9 + 100))
            for rate in (50, 75, 94)
        ]
        mall.add("shop", tiers(steps), of_shop)
        mall.add("shop-coupon", off(left // 12 + 100), of_shop, amount=part(reached, 85))
        mall.add("item", percent(random.choice(("10", "18"))), {**of_shop, **mall.some()})
        mall.add("item", off(random.randint(200, 700), per="unit"), {**of_shop, **mall.some()})
    total = mall.total()
    mall.add("platform", off(total // 40 + 100, every=max(1000, total // 4)))
    mall.add("platform", off(total // 12), amount=part(total, 80))
    mall.add("platform-coupon", off(total // 18), amount=part(total, 70))
    mall.add("platform-coupon", percent("7", at_most=total // 20), mall.some())
    return mall.documents()


def floors(random: Random, size: Size) -> Doc:
    """Floors just under the prices: a discount moves from the units that have no room to others.

    What a promotion takes is no longer what its benefit says, and where it comes off depends on
    which lanes have been at each unit before.
    """
    mall = Mall(random, size, shops=random.choice((1, 2)))
    mall.fill(lines=size.lines, spread=(0, 0, 1, 2, 3), floor=(0, 70, 85, 95))
    mall.add("item", percent("10"), mall.some())
    mall.add("item", percent("20"), mall.skus(3))
    mall.add("item", nth(2, "60"), mall.some())
    mall.add("item", bundle(3, mall.price_of_a_bundle(3)), mall.skus(4))
    mall.add("item", fixed(mall.price_of_a_flash()), mall.two(), blocks=["shop"])
    for shop in mall.shops:
        reached, left = mall.after_some_discounts(shop)
        mall.add("shop", off(left // 8 + 100), {"shop": [shop]}, amount=reached)
        mall.add("shop-coupon", percent("12"), {"shop": [shop]})
    mall.add("platform", off(3000, every=20000))
    mall.add("platform", percent("8"), mall.some())
    mall.add("platform-coupon", off(mall.total() // 12), amount=part(mall.total(), 75))
    return mall.documents()


def twins(random: Random, size: Size) -> Doc:
    """Promotions that are nearly the same: a cent apart, a superset of one another, or twice.

    One of each litter is enough, and which one hardly changes the price. A search that does not
    see that looks at all of them in all combinations, and ties are everywhere.
    """
    mall = Mall(random, size, shops=random.choice((1, 2)))
    mall.fill(lines=max(1, size.lines // 2), spread=(0, 1, 2, 3))
    wide, narrow = mall.some(), mall.skus(2)
    amount = random.randint(500, 900)
    for more in (0, 0, 1, 2):
        mall.add("item", off(amount + more, per="unit"), random.choice((wide, narrow)))
        mall.add("shop", off(1500 + more), amount=10000 - 50 * more)
        mall.add("platform", percent(("8", "8", "8.1", "8.2")[more]), priority=more)
        mall.add("platform-coupon", off(1200 + 100 * more), amount=9000 + 700 * more)
    for rate in ("10", "10", "10.5"):
        mall.add("item", percent(rate), random.choice((wide, {})))
        mall.add("item", nth(2, "50"), random.choice((wide, narrow)))
    return mall.documents()


def gifts(random: Random, size: Size) -> Doc:
    """Gifts and rewards against discounts that are worth about as much, in the same seats.

    A gift leaves the total where later thresholds are, and a discount does not; of equal totals
    the law wants the gift, so that the proof of a price is not yet the proof of the choice.
    """
    mall = Mall(random, size, shops=random.choice((1, 2)))
    mall.fill(lines=size.lines, spread=(0, 0, 1, 2))
    mall.add("item", percent("6"))
    mall.add("item", percent("14"), mall.some())
    worth = random.randint(900, 2400)
    for shop in mall.shops:
        of_shop = {"shop": [shop]}
        reached, _ = mall.after_some_discounts(shop)
        mall.add("shop", gift(mall.sku(), worth), of_shop, amount=reached)
        mall.add("shop", off(worth + random.choice((-1, 0, 1, 120))), of_shop, amount=reached - 300)
        mall.add("shop-coupon", gift(mall.sku(), 500), of_shop, quantity=2)
        mall.add("shop-coupon", off(random.choice((500, 640))), of_shop, amount=3000)
    total = mall.total()
    every_tier = [(total // 3, off(900)), (total * 2 // 3, gift(mall.sku(), 2000, quantity=2))]
    mall.add("platform", tiers(every_tier))
    mall.add("platform", off(3100), amount=part(total, 80))
    mall.add("platform-coupon", {"kind": "reward", "points": 200}, amount=part(total, 60))
    mall.add("platform-coupon", gift(mall.sku(), 1300), amount=part(total, 70))
    mall.add("platform-coupon", off(1300), amount=part(total, 70))
    return mall.documents()


def parcels(random: Random, size: Size) -> Doc:
    """Free shipping at thresholds that the discounts of all earlier lanes fall short of.

    The last lane speaks last: whether a shop's parcel is free hangs on the share of the platform's
    discounts that falls to that shop, and a discount of a few cents too much costs a whole fee.
    """
    shops = max(2, size.shops - random.randint(0, 1))
    mall = Mall(random, size, shops, fees=(600, 800, 1500))
    mall.fill(lines=size.lines, spread=(0, 0, 0, 1, 2))
    mall.add("item", percent("5"), mall.some())
    mall.add("item", percent("12"), mall.skus(3))
    mall.add("item", off(random.randint(100, 400), per="unit"), mall.skus(3))
    for shop in mall.shops:
        of_shop = {"shop": [shop]}
        reached, left = mall.after_some_discounts(shop)
        steps = [(part(reached, 70), freight(percent="50")), (reached, freight(percent="100"))]
        mall.add("shipping", tiers(steps), of_shop)
        mall.add("shop", off(left // 15 + 50), of_shop, amount=part(reached, 90))
    total = mall.total()
    mall.add("platform", off(total // 14), amount=part(total, 85))
    mall.add("platform-coupon", percent("4", at_most=2000))
    mall.add("shipping", freight(percent="100"), amount=part(total, 88), scope="order")
    mall.add("shipping", freight(price="4.00"), amount=part(total, 80), scope="order")
    return mall.documents()


FAMILIES: Mapping[str, Family] = {
    family.__name__: family
    for family in (
        everyday, crowded, thresholds, groups, chains, across, floors, twins, gifts, parcels
    )
}  # fmt: skip
"""All families by name."""
