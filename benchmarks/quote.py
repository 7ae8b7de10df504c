"""How many carts a second are priced, and how that grows with the rulebook.

    python benchmarks/quote.py [--carts N] [--rounds N]

Carts of ten lines are priced under rulebooks of 1 to 10,000 promotions, of which ten (one in
the first row) fit each cart and the others are about other goods, other customers, other days
or coupons that the cart does not hold. Everything drawn is drawn from a seed, so each run
prices the same carts under the same rulebooks. Nothing is asserted about time.
"""

from __future__ import annotations

import argparse
import platform
from collections.abc import Sequence
from decimal import Decimal
from random import Random
from statistics import median
from time import perf_counter

from attrs import define, field, frozen

from mallops.cart import Cart, Line, ShippingFee, Shopper
from mallops.catalog.model import Catalog, Sku
from mallops.money import Currency, Money
from mallops.promotions.compiled import Compiled, compile_rulebook
from mallops.promotions.engine import quote
from mallops.promotions.quote import Quote
from mallops.rules.benefits import (
    AmountOff,
    FixedPrice,
    Gift,
    NthUnit,
    PercentOff,
    ShippingOff,
    SimpleBenefit,
    Tier,
    Tiers,
)
from mallops.rules.book import Rulebook
from mallops.rules.promotions import (
    Audience,
    Criteria,
    Limits,
    Promotion,
    Requires,
    Schedule,
    Selector,
)
from mallops.time import Window, instant

SEED = 20261111
SIZES = (1, 10, 100, 1_000, 10_000)
BASE_SIZE = 10
LINES = 10

CNY = Currency.of("CNY")
AT = instant("2026-11-11T00:30:00+08:00")
LAST_YEAR = Schedule(
    Window(instant("2025-11-10T20:00:00+08:00"), instant("2025-11-12T00:00:00+08:00"))
)

FESTIVAL_SHOPS = ("shop-00", "shop-01", "shop-02")
FESTIVAL_CATEGORIES = ("care/skin", "care/hair", "home/light", "home/kitchen", "food/tea")
OTHER_SHOPS = tuple(f"shop-{number:02}" for number in range(3, 40))
SKUS_A_SHOP = 50
FLASH = "shop-00-000"
GIFT = "shop-03-000"
PRICES = ("9.90", "19.00", "29.90", "39.00", "59.00", "79.90", "99.00", "128.00", "199.00")

# The codes of promotions that no unit had to be looked at for, or that fit none.
NOT_FITTING = frozenset({"inactive", "not_scheduled", "not_audience", "no_coupon", "no_items"})


@frozen
class Shape:
    """What a cart of `LINES` lines looks like: of how many shops, how many units a line."""

    name: str
    shops: int
    most_units: int


SHAPES = (
    Shape("one shop, single units", 1, 1),
    Shape("one shop, 1-3 units a line", 1, 3),
    Shape("three shops, single units", 3, 1),
    Shape("three shops, 1-3 units a line", 3, 3),
    Shape("three shops, 1-6 units a line", 3, 6),
)


@frozen
class Subject:
    """A rulebook of so many promotions, and the seconds that compiling it took."""

    size: int
    compiled: Compiled
    compiling: float


@define
class Round:
    """Carts priced once: the quotes, the seconds of each, and those that its refusals took."""

    quotes: list[Quote] = field(factory=list)
    quoting: list[float] = field(factory=list)
    explaining: list[float] = field(factory=list)


@frozen
class Figures:
    """Carts a second without and with refusals, the usual and the slowest, and what is proven."""

    quotes: float
    with_reasons: float
    usual: float
    slowest: float
    proven: float


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a row for each size of rulebook, then one for each shape of cart."""
    options = parsed(arguments)
    catalog = catalogue(Random(SEED))
    drawn = [shape for shape in SHAPES for _ in range(options.carts)]
    random = Random(SEED)
    carts = [drawn_cart(random, catalog, shape) for shape in drawn]
    subjects = [compiled_with(size, catalog) for size in SIZES]
    # In turn, so that whatever else the machine does meets all sizes alike.
    rounds = [[priced(one.compiled, carts) for one in subjects] for _ in range(options.rounds)]
    by_size = {one.size: [every[i] for every in rounds] for i, one in enumerate(subjects)}

    print(
        f"{len(carts)} carts of {LINES} lines; median of {options.rounds} rounds; "
        f"{platform.python_implementation()} {platform.python_version()}"
    )
    print(
        "\npromotions  fitting    compile  carts/s  to 10  with reasons"
        "     median    slowest  proven"
    )
    base = figures(by_size[BASE_SIZE]).quotes
    for one in subjects:
        found = figures(by_size[one.size])
        fitting = common([fitting_of(each, one.size) for each in by_size[one.size][-1].quotes])
        print(
            f"{one.size:>10,}  {fitting:>7}  {ms(one.compiling)}"
            f"  {found.quotes:>7.1f}  {found.quotes / base:>5.2f}  {found.with_reasons:>12.1f}"
            f"  {ms(found.usual)}  {ms(found.slowest)}  {found.proven:>6.0%}"
        )

    print(f"\nshape, with {BASE_SIZE} promotions     units  carts/s     median    slowest  proven")
    for shape in SHAPES:
        places = [i for i, of in enumerate(drawn) if of is shape]
        found = figures([only(places, each) for each in by_size[BASE_SIZE]])
        units = sum(line.quantity for i in places for line in carts[i].lines) / len(places)
        print(
            f"{shape.name:<30}  {units:>5.1f}  {found.quotes:>7.1f}"
            f"  {ms(found.usual)}  {ms(found.slowest)}  {found.proven:>6.0%}"
        )


def ms(seconds: float) -> str:
    """Seconds as milliseconds, in a column."""
    return f"{seconds * 1000:>6.1f} ms"


def parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The options."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--carts", type=int, default=8, metavar="N", help="carts of each shape")
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="rounds, of the median")
    return parser.parse_args(arguments)


# -- measuring -------------------------------------------------------------------------------


def compiled_with(size: int, catalog: Catalog) -> Subject:
    """A rulebook of so many promotions, compiled."""
    rulebook = Rulebook(CNY, id="bench", promotions=promotions(Random(SEED), size))
    start = perf_counter()
    compiled = compile_rulebook(rulebook, catalog)
    return Subject(size, compiled, perf_counter() - start)


def priced(compiled: Compiled, carts: Sequence[Cart]) -> Round:
    """Every cart once."""
    found = Round()
    for cart in carts:
        start = perf_counter()
        one = quote(compiled, cart, AT)
        quoted = perf_counter()
        # Why a promotion did not apply is worked out when first asked for.
        len(one.refused)
        explained = perf_counter()
        found.quotes.append(one)
        found.quoting.append(quoted - start)
        found.explaining.append(explained - quoted)
    return found


def only(places: Sequence[int], of: Round) -> Round:
    """What a round says of some of its carts."""
    return Round(
        [of.quotes[i] for i in places],
        [of.quoting[i] for i in places],
        [of.explaining[i] for i in places],
    )


def figures(rounds: Sequence[Round]) -> Figures:
    """The medians of some rounds over the same carts."""
    quotes = rounds[-1].quotes
    quoting = median(sum(one.quoting) for one in rounds)
    explaining = median(sum(one.explaining) for one in rounds)
    return Figures(
        quotes=len(quotes) / quoting,
        with_reasons=len(quotes) / (quoting + explaining),
        usual=median(median(one.quoting) for one in rounds),
        slowest=median(max(one.quoting) for one in rounds),
        proven=sum(1 for one in quotes if one.optimal) / len(quotes),
    )


def fitting_of(found: Quote, size: int) -> int:
    """How many of the promotions fit a unit of the cart, for this customer, now."""
    return size - sum(refusal.code in NOT_FITTING for refusal in found.refused.values())


def common(counts: Sequence[int]) -> int:
    """The count that all carts share; a benchmark that says ten must have ten everywhere."""
    [shared] = set(counts)
    return shared


# -- what is priced --------------------------------------------------------------------------


def catalogue(random: Random) -> Catalog:
    """Forty shops of fifty SKUs; three of them take part in the festival."""
    return Catalog(
        tuple(
            Sku(
                f"{shop}-{number:03}",
                yuan(random.choice(PRICES)),
                shop=shop,
                category=category(shop, number),
                brand=f"{shop}-brand-{number % 5}",
                tags=frozenset({"new"} if number % 7 == 0 else ()),
                floor=yuan("5.00"),
            )
            for shop in (*FESTIVAL_SHOPS, *OTHER_SHOPS)
            for number in range(SKUS_A_SHOP)
        )
    )


def category(shop: str, number: int) -> str:
    """The festival's shops sell some categories, every other shop its own."""
    if shop in FESTIVAL_SHOPS:
        return FESTIVAL_CATEGORIES[number % len(FESTIVAL_CATEGORIES)]
    return f"other/{shop}/{number % 4}"


def drawn_cart(random: Random, catalog: Catalog, shape: Shape) -> Cart:
    """A cart with something for each of the ten promotions, and else what its shops sell."""
    shops = FESTIVAL_SHOPS[: shape.shops]
    by_category = {
        name: [sku.sku for sku in catalog.skus if sku.shop in shops and sku.category == name]
        for name in FESTIVAL_CATEGORIES
    }
    # Keys, for a set that keeps its order; the rest makes sure of ten different SKUs.
    rest = [sku for found in by_category.values() for sku in found]
    wanted = [FLASH, *map(random.choice, by_category.values()), *random.sample(rest, LINES)]
    skus = list(dict.fromkeys(wanted))[:LINES]
    return Cart(
        shopper=Shopper("c1", frozenset({"member"})),
        lines=tuple(
            Line(str(number), sku, random.randint(1, shape.most_units))
            for number, sku in enumerate(skus, start=1)
        ),
        shipping=tuple(
            ShippingFee(shop, yuan("8.00"))
            for shop in sorted({sku.rpartition("-")[0] for sku in skus})
        ),
        coupons=("coupon-shop", "coupon-mall"),
    )


def promotions(random: Random, size: int) -> tuple[Promotion, ...]:
    """So many promotions: at most ten that fit the carts, and others around them."""
    festival = FIT_ALL if size == 1 else FESTIVAL
    others = (other(random, number) for number in range(size - len(festival)))
    found = [*festival, *others]
    random.shuffle(found)
    return tuple(found)


def other(random: Random, number: int) -> Promotion:
    """A promotion that fits no cart: of other goods, most often."""
    name = f"other-{number:05}"
    shop = random.choice(OTHER_SHOPS)
    off = PercentOff(Decimal(random.randint(5, 30)))
    threshold = Requires(amount=yuan("99.00"))
    match random.randrange(50):
        # Of the whole mall, and so looked at for each cart.
        case 0 if number % 2:
            return Promotion(name, "platform", off, schedule=LAST_YEAR)
        case 0:
            return Promotion(name, "platform", off, audience=Audience(frozenset({"staff"})))
        case kind if kind < 4:
            return Promotion(name, "platform-coupon", off, coupon=True)
        case kind if kind < 8:
            return Promotion(name, "shop-coupon", off, coupon=True, items=of(shops=[shop]))
        case kind if kind < 18:
            amount = AmountOff(yuan("10.00"), every=yuan("100.00"))
            return Promotion(name, "shop", amount, items=of(shops=[shop]), requires=threshold)
        case kind if kind < 26:
            category = f"other/{shop}/{random.randrange(4)}"
            return Promotion(name, "item", off, items=of(categories=[category]))
        case kind if kind < 34:
            brand = f"{shop}-brand-{random.randrange(5)}"
            return Promotion(name, "item", NthUnit(2, Decimal(50)), items=of(brands=[brand]))
        case _:
            sku = f"{shop}-{random.randrange(SKUS_A_SHOP):03}"
            return Promotion(name, "item", FixedPrice(yuan("9.90")), items=of(skus=[sku]))


def yuan(text: str) -> Money:
    """An amount."""
    return Money.parse(text, CNY)


def of(
    categories: Sequence[str] = (),
    brands: Sequence[str] = (),
    skus: Sequence[str] = (),
    shops: Sequence[str] = (),
) -> Selector:
    """The goods that a promotion is about."""
    return Selector(
        Criteria(
            categories=frozenset(categories),
            brands=frozenset(brands),
            skus=frozenset(skus),
            shops=frozenset(shops),
        )
    )


def from_amount(amount: str, benefit: SimpleBenefit) -> Tier:
    """A tier."""
    return Tier(benefit, amount=yuan(amount))


FIT_ALL = (
    Promotion(
        "every-300",
        "platform",
        AmountOff(yuan("50.00"), every=yuan("300.00"), at_most_times=3),
        limits=Limits(budget=yuan("100000.00")),
    ),
)
FESTIVAL = (
    *FIT_ALL,
    Promotion("care-12", "item", PercentOff(Decimal(12)), items=of(categories=["care"])),
    Promotion(
        "second-half-price",
        "item",
        NthUnit(2, Decimal(50)),
        items=of(categories=["care/hair", "home/kitchen"]),
    ),
    Promotion("flash", "item", FixedPrice(yuan("6.90")), items=of(skus=[FLASH]), at_most_units=2),
    Promotion(
        "shop-tiers",
        "shop",
        Tiers(
            (
                from_amount("100.00", AmountOff(yuan("8.00"))),
                from_amount("200.00", AmountOff(yuan("20.00"))),
                from_amount("400.00", AmountOff(yuan("50.00"))),
            )
        ),
    ),
    Promotion("home-5", "shop", PercentOff(Decimal(5)), items=of(categories=["home"])),
    Promotion(
        "coupon-shop",
        "shop-coupon",
        AmountOff(yuan("15.00")),
        coupon=True,
        items=of(shops=["shop-00"]),
        requires=Requires(amount=yuan("129.00")),
        limits=Limits(per_customer=1),
    ),
    Promotion(
        "coupon-mall",
        "platform-coupon",
        PercentOff(Decimal(8), at_most=yuan("40.00")),
        coupon=True,
        requires=Requires(amount=yuan("200.00")),
        limits=Limits(per_customer=1),
    ),
    Promotion(
        "gift", "platform-coupon", Gift(GIFT, 1, yuan("25.00")), requires=Requires(quantity=8)
    ),
    Promotion(
        "post-free",
        "shipping",
        ShippingOff(percent=Decimal(100)),
        requires=Requires(amount=yuan("99.00")),
    ),
)


if __name__ == "__main__":
    main()
