"""Hypothesis strategies that draw malls: catalogues, rulebooks, carts and whole scenarios.

They draw the raw JSON documents of rulebook format 1, valid by its law, so that a test may
decode them, hand them to `mallops.testing.oracle`, or write them to a file. What they draw
is small and mean: prices at which rounding matters, thresholds next to sums that a cart can
reach, ties, floors, spent budgets, closed schedules. Everything shrinks to its plainest.

>>> from hypothesis import given, settings
>>> @settings(max_examples=5)
... @given(scenarios())
... def test_a_scenario_is_complete(scenario):
...     assert scenario.keys() == {"name", "at", "catalog", "rulebook", "cart", "usage"}
>>> test_a_scenario_is_complete()
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

from attrs import frozen
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from mallops.money import Currency, Money

__all__ = [
    "CURRENCIES",
    "EVERYDAY",
    "SMALL",
    "Doc",
    "Size",
    "carts",
    "catalogs",
    "rulebooks",
    "scenarios",
    "usages",
]

Doc = dict[str, Any]
"""A JSON object, as `json.load` returns it."""

T = TypeVar("T")


@frozen
class Size:
    """How much a document holds at most; `units` is over all lines of a cart."""

    products: int = 4
    prices: int = 2
    lines: int = 3
    units: int = 6
    promotions: int = 6


SMALL = Size()
"""Few enough seatings for the oracle to try them all, nearly always."""

EVERYDAY = Size(products=8, prices=4, lines=12, units=60, promotions=20)
"""What a mall's carts look like; far too much for the oracle."""

CURRENCIES = ("CNY", "JPY", "KWD")
"""Currencies of two digits, of none and of three."""

# Wherever one of these is drawn, the first is the plainest, to which examples shrink.
LANES: tuple[Doc, ...] = (
    {"id": "item", "seat": "unit"},
    {"id": "shop", "seat": "shop"},
    {"id": "shop-coupon", "seat": "shop"},
    {"id": "platform", "seat": "order"},
    {"id": "platform-coupon", "seat": "order"},
    {"id": "shipping", "seat": "parcel"},
)
OTHER_LANES: tuple[Doc, ...] = (
    {"id": "goods", "seat": "unit"},
    {"id": "flash", "seat": "unit"},
    {"id": "mall", "seat": "order"},
    {"id": "store", "seat": "shop"},
    {"id": "voucher", "seat": "shop"},
    {"id": "bank", "seat": "order"},
    {"id": "freight", "seat": "parcel"},
    {"id": "member-freight", "seat": "parcel"},
)
# Ids that sort otherwise as text than as numbers, without case, or as people would.
PROMOTIONS = ("p", "p1", "p10", "p2", "Q", "a", "b", "b-1", "x", "z", "双11", "é")
LINES = ("1", "2", "10", "3", "b", "a")
SHOPS = ("s1", "s2", "s10")
CATEGORIES = ("care", "care/skin", "careful", "food")
BRANDS = ("b1", "b2")
TAGS = ("new", "gift")
GROUPS = ("vip", "staff")
CHANNELS = ("app", "web")
# In minor units; most have parts that are hard to round.
PRICES = (1000, 6000, 4000, 2500, 0, 10, 99, 333, 505, 1990, 3333, 4999, 9999)
PERCENTS = ("10", "50", "100", "20", "5", "12.5", "33.3", "0.01", "99.99", "0")
ROUNDINGS = ("half_up", "half_down", "half_even", "down")
ZONES = ("Asia/Shanghai", "America/New_York", "Europe/London")
# Wednesday noon, edges of days and weeks, and hours that New York's clock repeats or skips.
MOMENTS = (
    "2026-11-11T12:00:00+08:00",
    "2026-11-10T20:00:00+08:00",
    "2026-11-10T16:00:00Z",
    "2026-11-14T23:59:59+08:00",
    "2026-11-15T00:30:00+08:00",
    "2026-11-01T01:30:00-04:00",
    "2026-11-01T01:30:00-05:00",
    "2026-03-08T03:15:00-04:00",
)
EDGES = (
    "2026-11-10T20:00",
    "2026-11-11T12:00",
    "2026-11-11T12:00:01+08:00",
    "2026-11-11T00:00:00",
    "2026-11-01T01:30",
    "2026-03-08T02:30",
)
DAYS = ("wed", "sat", "sun", "mon", "tue", "thu", "fri")
CLOCKS = ("12:00", "20:00", "00:00", "01:30", "03:15", "23:59")


# --- drawing ----------------------------------------------------------------------------------


@cache
def _below(limit: int) -> SearchStrategy[int]:
    """Whole numbers from 0. Kept, since making a strategy takes longer than drawing from it."""
    return st.integers(0, limit - 1)


@frozen
class Dice:
    """What documents are drawn with: small whole numbers, which Hypothesis shrinks well."""

    draw: DrawFn

    def whole(self, least: int, most: int) -> int:
        """A whole number within both bounds."""
        return least + self.draw(_below(most - least + 1))

    def once_in(self, times: int) -> bool:
        """True once in so many times, and False where things are plain."""
        return self.draw(_below(times)) == times - 1

    def one_of(self, values: Sequence[T]) -> T:
        """One of the values."""
        return values[self.draw(_below(len(values)))]

    def some(self, values: Sequence[T], most: int = 2) -> list[T]:
        """One or more of the values, in any order."""
        left = list(values)
        return [
            left.pop(self.draw(_below(len(left))))
            for _ in range(self.whole(1, min(most, len(left))))
        ]

    def shuffled(self, values: Sequence[T]) -> list[T]:
        """All of the values, in any order."""
        left = list(values)
        return [left.pop(self.draw(_below(len(left)))) for _ in values]

    def fields(self, odds: Mapping[str, tuple[int, Callable[[], object]]]) -> Doc:
        """An object that has each of these keys once in so many times."""
        return {key: value() for key, (times, value) in odds.items() if self.once_in(times)}


def written(minor: int, currency: Currency) -> str:
    """Minor units as files have them, never below zero."""
    return str(Money(max(0, minor), currency))


def _amount(dice: Dice, currency: Currency) -> str:
    """An amount: mostly one of a few, so that many are equal."""
    return written(dice.whole(0, 12_000) if dice.once_in(4) else dice.one_of(PRICES), currency)


def _currency(catalog: Doc, code: str | None) -> Currency:
    """The currency of that code, or one that the amounts of the catalogue can be in."""
    digits = len(catalog["products"][0]["price"].partition(".")[2])
    return Currency.of(code or {0: "JPY", 2: "CNY", 3: "KWD"}[digits])


# --- catalogues -------------------------------------------------------------------------------


@st.composite
def catalogs(draw: DrawFn, currency: str = "CNY", size: Size = SMALL) -> Doc:
    """Catalogues with one product or more, in several shops, and price entries for them."""
    dice, money = Dice(draw), Currency.of(currency)
    skus = [chr(ord("A") + number) for number in range(dice.whole(1, size.products))]
    catalog: Doc = {"products": [draw(_products(money, sku)) for sku in dice.shuffled(skus)]}
    if dice.once_in(3):
        count = dice.whole(0, size.prices)
        catalog["prices"] = [_price_entry(dice, money, skus) for _ in range(count)]
    return catalog


@st.composite
def _products(draw: DrawFn, currency: Currency, sku: str) -> Doc:
    """A product, mostly of the first shop."""
    dice = Dice(draw)
    product: Doc = {"sku": sku, "price": _amount(dice, currency)}
    if not dice.once_in(10):
        product["shop"] = dice.one_of(("s1", "s1", "s2", *SHOPS))
    return product | dice.fields(
        {
            "category": (2, lambda: dice.one_of(CATEGORIES)),
            "brand": (2, lambda: dice.one_of(BRANDS)),
            "tags": (5, lambda: dice.some(TAGS)),
            "cost": (20, lambda: _amount(dice, currency)),
            "floor": (6, lambda: _amount(dice, currency)),
        }
    )


def _price_entry(dice: Dice, currency: Currency, skus: Sequence[str]) -> Doc:
    """Another price for one of the SKUs, for some customers, quantities, channels or times."""
    return {"sku": dice.one_of(skus), "price": _amount(dice, currency)} | dice.fields(
        {
            "groups": (4, lambda: dice.some(GROUPS)),
            "min_quantity": (3, lambda: dice.whole(1, 4)),
            "channels": (8, lambda: dice.some(CHANNELS)),
            "starts": (6, lambda: dice.one_of(EDGES)),
            "ends": (6, lambda: dice.one_of(EDGES)),
        }
    )


# --- rulebooks --------------------------------------------------------------------------------


@frozen
class Goods:
    """What promotions can be about: a catalogue's SKUs, what it says of them, and its prices."""

    currency: Currency
    skus: tuple[str, ...]
    values: Mapping[str, Sequence[str]]
    prices: tuple[int, ...]


def goods_of(catalog: Doc, currency: Currency) -> Goods:
    products: list[Doc] = catalog["products"]
    priced = [*products, *catalog.get("prices", [])]

    def said(field: str, other: str) -> list[str]:
        # What no product has is asked for too.
        return [*(product[field] for product in products if field in product), other]

    return Goods(
        currency=currency,
        skus=tuple(product["sku"] for product in products),
        values={
            "sku": [product["sku"] for product in products],
            "category": said("category", "care"),
            "brand": said("brand", "b1"),
            "shop": said("shop", "s2"),
            "tag": [*(tag for product in products for tag in product.get("tags", [])), "new"],
        },
        prices=tuple(Money.parse(doc["price"], currency).minor for doc in priced),
    )


@st.composite
def rulebooks(draw: DrawFn, catalog: Doc, currency: str | None = None, size: Size = SMALL) -> Doc:
    """Rulebooks about the goods of a catalogue; `currency` is that of its amounts."""
    dice, goods = Dice(draw), goods_of(catalog, _currency(catalog, currency))
    book: Doc = {"currency": goods.currency.code}
    lanes: Sequence[Doc] = LANES
    if dice.once_in(2):
        lanes = book["lanes"] = dice.some(OTHER_LANES, most=5)
    # Few places, so that promotions compete or build on each other.
    places = dice.some(range(len(lanes)), most=3 if size.promotions <= len(PROMOTIONS) else 8)
    count = 0 if dice.once_in(30) else dice.whole(1, size.promotions)
    names = dice.shuffled(_names(PROMOTIONS, "r", count))[:count]
    found = [draw(_promotions(goods, lanes, dice.one_of(places), name)) for name in names]
    book["promotions"] = _with_coupons(found)
    return book | dice.fields(
        {
            "choice": (5, lambda: dice.one_of(("priority", "best"))),
            "rounding": (3, lambda: dice.one_of(ROUNDINGS)),
            "points": (4, lambda: _points_rules(dice, goods.currency)),
            "timezone": (4, lambda: dice.one_of(ZONES)),
        }
    )


def _names(known: Sequence[str], prefix: str, count: int) -> list[str]:
    """The known names, and as many more as are wanted."""
    return [*known, *(f"{prefix}{number}" for number in range(len(known), count))]


def _with_coupons(promotions: list[Doc]) -> list[Doc]:
    """The promotions with rewards that name a coupon of theirs, or else bring points."""
    coupons = [promotion["id"] for promotion in promotions if promotion.get("coupon")]
    for promotion in promotions:
        for benefit in _simple_benefits(promotion["benefit"]):
            if "coupon" in benefit:
                wanted: int = benefit.pop("coupon")
                benefit.update(
                    {"coupon": coupons[wanted % len(coupons)]} if coupons else {"points": 50}
                )
    return promotions


def _simple_benefits(benefit: Doc) -> Iterator[Doc]:
    """The benefit itself, or those of its tiers."""
    if benefit["kind"] != "tiers":
        yield benefit
    for tier in benefit.get("tiers", []):
        yield tier["benefit"]


def _points_rules(dice: Dice, currency: Currency) -> Doc:
    """What points are worth, also where one of them is worth no whole minor unit."""
    points, money = dice.one_of((1, 100, 30, 7)), written(dice.one_of((1, 100, 7, 30)), currency)
    return {"worth": {"points": points, "money": money}} | dice.fields(
        {
            "at_most_percent": (2, lambda: dice.one_of(PERCENTS)),
            "step": (2, lambda: dice.one_of((1, 10, 7, 100))),
            "earn": (8, lambda: {"per": written(100, currency), "points": 1}),
        }
    )


@st.composite
def _promotions(draw: DrawFn, goods: Goods, lanes: Sequence[Doc], place: int, name: str) -> Doc:
    """A promotion of that id in the lane at that place."""
    dice, seat = Dice(draw), lanes[place]["seat"]
    cut = seat != "parcel" and dice.once_in(8)
    benefit = _benefit(dice, goods, CUT_KINDS if cut else SEAT_KINDS[seat])
    promotion = {"id": name, "lane": lanes[place]["id"], "benefit": benefit}
    if cut:
        promotion["at_most_units"] = dice.whole(1, 3)
    later = [lane["id"] for lane in lanes[place + 1 :]]
    if later and dice.once_in(5):
        promotion["blocks"] = dice.some(later, most=4)
    return promotion | dice.fields(
        {
            "priority": (3, lambda: dice.whole(-1, 2)),
            "items": (3, lambda: selector(dice, goods)),
            "requires": (3, lambda: _requires(dice, goods)),
            "coupon": (5, lambda: True),
            "limits": (5, lambda: _limits(dice, goods)),
            "audience": (15, lambda: _audience(dice)),
            "schedule": (12, lambda: _schedule(dice)),
            "active": (25, lambda: dice.once_in(2)),
            "title": (30, lambda: {"en": "Offer", "zh-CN": "优惠"}),
            "funding": (30, lambda: {"platform": "60", "shop": "40"}),
        }
    )


def _limits(dice: Dice, goods: Goods) -> Doc:
    """A budget, mostly, or a number of uses."""
    return dice.fields(
        {
            "budget": (2, lambda: part(dice, goods)),
            "total": (4, lambda: dice.whole(0, 3)),
            "per_customer": (4, lambda: dice.whole(0, 2)),
        }
    )


def _audience(dice: Dice) -> Doc:
    return dice.fields(
        {"groups": (2, lambda: dice.some(GROUPS)), "first_order": (2, lambda: dice.once_in(2))}
    )


def _schedule(dice: Dice) -> Doc:
    """A window, weekly hours, or both."""
    return dice.fields(
        {
            "starts": (2, lambda: dice.one_of(EDGES)),
            "ends": (3, lambda: dice.one_of(EDGES)),
            "weekly": (3, lambda: [_hours(dice) for _ in range(dice.whole(0, 2))]),
        }
    )


def _hours(dice: Dice) -> Doc:
    """Hours on some days, also past midnight."""
    opens = dice.one_of(CLOCKS)
    closes = dice.one_of([clock for clock in ("24:00", *CLOCKS) if clock != opens])
    return {"days": dice.some(DAYS, most=3), "from": opens, "to": closes}


# --- what a promotion is about ------------------------------------------------------------------


def selector(dice: Dice, goods: Goods) -> Doc:
    """Fields that units must fit and, rarely, those whose units are taken out again."""
    return _criteria(dice, goods) | dice.fields({"except": (5, lambda: _criteria(dice, goods))})


def _criteria(dice: Dice, goods: Goods) -> Doc:
    """One field or two of a selector, each of them asking something."""
    fields = dice.some(("sku", "category", "brand", "price", "reduced", "shop", "tag"))
    criteria = {field: _criterion(dice, goods, field) for field in fields}
    # An empty list is as if it were not there.
    return {"brand": [], **criteria} if dice.once_in(20) else criteria


def _criterion(dice: Dice, goods: Goods, field: str) -> object:
    if field == "reduced":
        return dice.once_in(2)
    if field == "price":
        return _price_bounds(dice, goods)
    return dice.some(goods.values[field])


def _price_bounds(dice: Dice, goods: Goods) -> Doc:
    """Bounds of the list price at, or next to, prices of the goods."""
    bounds = dice.one_of((("at_least",), ("below",), ("at_least", "below")))
    found = {bound: dice.one_of(goods.prices) + dice.one_of((0, 1, -1)) for bound in bounds}
    return {bound: written(minor, goods.currency) for bound, minor in found.items()}


def _requires(dice: Dice, goods: Goods) -> Doc:
    """What must be in the cart."""
    return dice.fields(
        {
            "amount": (2, lambda: written(threshold(dice, goods), goods.currency)),
            "quantity": (3, lambda: dice.whole(1, 4)),
            "distinct": (5, lambda: dice.whole(1, 3)),
            "items": (3, lambda: selector(dice, goods)),
            "scope": (3, lambda: dice.one_of(("order", "seat"))),
        }
    )


def part(dice: Dice, goods: Goods) -> str:
    """An amount that matters to the goods: a part of a price, or one that is no part of any."""
    minor = dice.one_of(goods.prices) * dice.one_of((10, 50, 20, 33, 100, 90)) // 100
    if dice.once_in(6):
        minor = dice.one_of(PRICES)
    return written(minor, goods.currency)


def threshold(dice: Dice, goods: Goods) -> int:
    """What few units add up to, or would but for a discount or a minor unit."""
    total = sum(dice.one_of(goods.prices) for _ in range(dice.whole(1, 3)))
    return max(0, total * dice.one_of((100, 90, 50, 80, 200)) // 100 + dice.one_of((0, 0, 1, -1)))


# --- benefits -----------------------------------------------------------------------------------


CUT_KINDS = ("percent_off", "amount_off", "each_off", "every_off", "fixed_price")
GOODS_KINDS = (*CUT_KINDS, "nth_unit", "bundle_price")
WHOLE_KINDS = (*GOODS_KINDS, "gift", "add_on", "reward")
SEAT_KINDS: Mapping[str, tuple[str, ...]] = {
    "unit": GOODS_KINDS,
    "shop": WHOLE_KINDS,
    "order": WHOLE_KINDS,
    "parcel": ("shipping_off",),
}


def _benefit(dice: Dice, goods: Goods, kinds: Sequence[str]) -> Doc:
    """A benefit of one of the kinds, at times in tiers."""
    if not dice.once_in(6):
        return _simple_benefit(dice, goods, dice.one_of(kinds))
    steps: list[tuple[str, object]]
    if dice.once_in(2):
        wanted = {dice.whole(1, 5) for _ in range(dice.whole(1, 3))}
        steps = [("quantity", quantity) for quantity in sorted(wanted)]
    else:
        wanted = {threshold(dice, goods) for _ in range(dice.whole(1, 3))}
        steps = [("amount", written(amount, goods.currency)) for amount in sorted(wanted)]
    tiers = [
        {measure: step, "benefit": _simple_benefit(dice, goods, dice.one_of(kinds))}
        for measure, step in steps
    ]
    return {"kind": "tiers", "tiers": tiers}


def _simple_benefit(dice: Dice, goods: Goods, kind: str) -> Doc:
    match kind:
        case "percent_off":
            return _percent_off(dice, goods)
        case "amount_off":
            return {"kind": kind, "amount": part(dice, goods)}
        case "each_off":
            return {"kind": "amount_off", "amount": part(dice, goods), "per": "unit"}
        case "every_off":
            return _every_off(dice, goods)
        case "fixed_price":
            return {"kind": kind, "price": part(dice, goods)}
        case "nth_unit":
            return _nth_unit(dice)
        case "bundle_price":
            return _bundle_price(dice, goods)
        case "gift":
            return _gift(dice, goods)
        case "add_on":
            return _add_on(dice, goods)
        case "reward":
            return _reward(dice)
        case _:
            return _shipping_off(dice, goods)


def _percent_off(dice: Dice, goods: Goods) -> Doc:
    return {"kind": "percent_off", "percent": dice.one_of(PERCENTS)} | dice.fields(
        {"at_most": (5, lambda: part(dice, goods))}
    )


def _every_off(dice: Dice, goods: Goods) -> Doc:
    amount = part(dice, goods)
    every = written(max(1, threshold(dice, goods)), goods.currency)
    return {"kind": "amount_off", "amount": amount, "every": every} | dice.fields(
        {"at_most_times": (3, lambda: dice.whole(1, 3))}
    )


def _nth_unit(dice: Dice) -> Doc:
    n = dice.whole(1, 4)
    return {"kind": "nth_unit", "n": n, "percent": dice.one_of(PERCENTS)} | dice.fields(
        {"units": (3, lambda: dice.whole(1, n)), "at_most_times": (4, lambda: dice.whole(1, 2))}
    )


def _bundle_price(dice: Dice, goods: Goods) -> Doc:
    price = written(threshold(dice, goods), goods.currency)
    return {"kind": "bundle_price", "size": dice.whole(1, 4), "price": price} | dice.fields(
        {"at_most_times": (4, lambda: dice.whole(1, 2))}
    )


def _gift(dice: Dice, goods: Goods) -> Doc:
    return {
        "kind": "gift",
        "sku": dice.one_of(goods.skus),
        "quantity": dice.whole(1, 3),
    } | dice.fields({"value": (2, lambda: part(dice, goods))})


def _add_on(dice: Dice, goods: Goods) -> Doc:
    sku, quantity = dice.one_of(goods.skus), dice.whole(1, 3)
    price = part(dice, goods)
    return {"kind": "add_on", "sku": sku, "price": price, "quantity": quantity}


def _reward(dice: Dice) -> Doc:
    # Which coupon it names is settled once all promotions are known.
    field = dice.one_of((("points", 100), ("multiplier", "1.5"), ("coupon", 0), ("coupon", 1)))
    return {"kind": "reward", field[0]: field[1]}


def _shipping_off(dice: Dice, goods: Goods) -> Doc:
    field = dice.one_of(("percent", "amount", "price"))
    value = dice.one_of(PERCENTS) if field == "percent" else _amount(dice, goods.currency)
    return {"kind": "shipping_off", field: value}


# --- carts and scenarios ------------------------------------------------------------------------


@st.composite
def carts(
    draw: DrawFn,
    catalog: Doc,
    rulebook: Doc | None = None,
    currency: str | None = None,
    size: Size = SMALL,
) -> Doc:
    """Carts of the catalogue's goods, most often with the coupons that the rulebook asks for."""
    dice, money = Dice(draw), _currency(catalog, currency)
    lines = _lines(dice, [product["sku"] for product in catalog["products"]], size)
    cart: Doc = {"lines": lines, "shipping": _fees(dice, catalog, lines, money)}
    if rulebook and (coupons := _coupons(dice, rulebook)):
        cart["coupons"] = coupons
    return cart | dice.fields(
        {
            "customer": (2, lambda: _customer(dice)),
            "points": (2, lambda: dice.one_of(("max", 0, 100, 4999, 10**6))),
            "channel": (6, lambda: dice.one_of(CHANNELS)),
        }
    )


def _lines(dice: Dice, skus: Sequence[str], size: Size) -> list[Doc]:
    """One line or more, some of the same SKU; none, rarely."""
    count = 0 if dice.once_in(40) else dice.whole(1, min(size.lines, size.units))
    most = size.units // max(1, count)
    return [
        {"id": name, "sku": dice.one_of(skus), "quantity": dice.whole(1, most)}
        for name in dice.shuffled(_names(LINES, "l", count))[:count]
    ]


def _fees(dice: Dice, catalog: Doc, lines: Sequence[Doc], currency: Currency) -> list[Doc]:
    """Fees of most of the shops that the lines are of."""
    shop_of = {product["sku"]: product.get("shop") for product in catalog["products"]}
    shops = sorted({shop for line in lines if (shop := shop_of[line["sku"]])})
    return [
        {"shop": shop, "fee": _amount(dice, currency)}
        for shop in dice.shuffled(shops)
        if not dice.once_in(6)
    ]


def _coupons(dice: Dice, rulebook: Doc) -> list[str]:
    """Most of the coupons asked for, and rarely one that nobody asked for."""
    promotions = rulebook.get("promotions", [])
    asked = [promotion["id"] for promotion in promotions if promotion.get("coupon")]
    held = [coupon for coupon in dice.shuffled(asked) if not dice.once_in(5)]
    if dice.once_in(12):
        others = [promotion["id"] for promotion in promotions if not promotion.get("coupon")]
        held.append(dice.one_of(["unknown", *others]))
    return held


def _customer(dice: Dice) -> Doc:
    return {"id": "c1"} | dice.fields(
        {"groups": (2, lambda: dice.some(GROUPS)), "first_order": (2, lambda: dice.once_in(2))}
    )


@st.composite
def usages(draw: DrawFn, rulebook: Doc) -> Doc:
    """What is gone of the limits of some promotions of a rulebook, by id."""
    dice, currency = Dice(draw), Currency.of(rulebook["currency"])
    limited = [doc["id"] for doc in rulebook.get("promotions", []) if "limits" in doc]
    return {name: _usage(dice, currency) for name in limited if dice.once_in(2)}


def _usage(dice: Dice, currency: Currency) -> Doc:
    return dice.fields(
        {
            "total": (2, lambda: dice.whole(0, 3)),
            "customer": (2, lambda: dice.whole(0, 2)),
            "spent": (2, lambda: _amount(dice, currency)),
        }
    )


@st.composite
def scenarios(draw: DrawFn, size: Size = SMALL) -> Doc:
    """Scenarios as section 7 of the law has them, with `usage` and without `expect`."""
    dice = Dice(draw)
    currency = dice.one_of(CURRENCIES)
    catalog = draw(catalogs(currency, size))
    rulebook = draw(rulebooks(catalog, currency, size))
    return {
        "name": "drawn",
        "at": dice.one_of(MOMENTS),
        "catalog": catalog,
        "rulebook": rulebook,
        "cart": draw(carts(catalog, rulebook, currency, size)),
        "usage": draw(usages(rulebook)),
    }
