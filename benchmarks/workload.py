"""Carts and rules as plain data, for mallops and for the engines it is measured beside.

Two families of rules, each a list of which the first 1, 10, 100 or all 1,000 are in force:

- `mall`: the first ten are about what these customers buy, and the rest mostly about other goods,
  as in a mall where every shop has its own; so few of a thousand fit one cart.
- `all fit`: every rule fits every cart, so an index of rules by goods is of no use.

An item rule takes a percentage or an amount off each unit of its goods; of several that fit a unit
the mall gives one. An order rule takes a percentage or an amount off the order from a threshold; of
several the mall gives one, and it stacks with item rules. Prices and percentages are whole, so that
rounding explains no more than a cent of what two engines charge differently. All amounts are in
minor units, all is drawn from a seed, and nothing here knows an engine but the translation to
mallops at the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Literal, TypedDict

from mallops import Cart, Compiled, compile_rulebook, decode_cart, decode_catalog, decode_rulebook

Level = Literal["item", "order"]
About = Literal["category", "brand", "sku"]
Off = Literal["percent", "amount"]

SEED = 20261111
SIZES = (1, 10, 100, 1_000)
LINES = (10, 100)

CATEGORIES, PRODUCTS, SHOPS, BRANDS_A_CATEGORY = 100, 4_000, 80, 4
# What these customers come for, of the hundred categories.
POPULAR = 10
# What one of the others takes off: tenths, or whole amounts below every price.
OTHERS_OFF: tuple[tuple[Off, int], ...] = (
    ("percent", 10),
    ("percent", 20),
    ("percent", 30),
    ("amount", 300),
    ("amount", 900),
)
CROWDED_OFF: tuple[tuple[Off, int], ...] = (
    *(("percent", value) for value in range(1, 31)),
    *(("amount", value) for value in range(50, 1_550, 50)),
)
PRICES = (19, 29, 39, 49, 59, 69, 79, 99, 119, 129, 159, 199, 259, 299)
# For `all fit`: of each kind so many, all of them in each cart of ten lines or more.
CLASSES = 5


class Product(TypedDict):
    """One thing that can be bought."""

    sku: str
    price: int
    shop: str
    category: str
    brand: str


class Rule(TypedDict):
    """An item rule is about `values` of `field`; an order rule asks for a `threshold`.

    `priority` is for engines that do not choose: the higher goes first.
    """

    id: str
    level: Level
    priority: int
    field: About | Literal[""]
    values: list[str]
    threshold: int
    off: Off
    value: int


class CartLine(TypedDict):
    """So many units of a product."""

    sku: str
    quantity: int


class Family(TypedDict):
    """Rules, and carts by their number of lines."""

    products: list[Product]
    rules: list[Rule]
    carts: dict[str, list[list[CartLine]]]


def families(carts: int) -> dict[str, Family]:
    """Both families, with `carts` of ten lines and a third as many of a hundred."""
    counts = {10: carts, 100: max(1, carts // 3)}
    return {"mall": mall(Random(SEED), counts), "all fit": all_fit(Random(SEED), counts)}


# -- a mall ----------------------------------------------------------------------------------


def mall(random: Random, counts: dict[int, int]) -> Family:
    """A hundred categories, and customers who mostly buy from ten of them."""
    products = [mall_product(random, number) for number in range(PRODUCTS)]
    return {
        "products": products,
        "rules": ranked(mall_rules(random, products)),
        "carts": {
            str(lines): [mall_cart(random, products, lines) for _ in range(count)]
            for lines, count in counts.items()
        },
    }


def mall_product(random: Random, number: int) -> Product:
    """A product; categories take turns, each has brands of its own, and any shop may sell it."""
    category = number % CATEGORIES
    return {
        "sku": f"p{number:04}",
        "price": random.choice(PRICES) * 100,
        "shop": f"s{random.randrange(SHOPS):02}",
        "category": f"c{category:02}",
        "brand": f"b{category:02}-{random.randrange(BRANDS_A_CATEGORY)}",
    }


def is_popular(product: Product) -> bool:
    """Whether a product is of one of the popular categories."""
    return int(product["category"][1:]) < POPULAR


def mall_cart(random: Random, products: Sequence[Product], lines: int) -> list[CartLine]:
    """One line in ten is of any other goods; of the popular ones, one is of the first category."""
    popular = [each for each in products if is_popular(each)]
    others = [each for each in products if not is_popular(each)]
    wanted = random.choice([each for each in popular if each["category"] == "c00"])
    rest = [each for each in popular if each is not wanted]
    many = lines // 10
    found = [wanted, *random.sample(rest, lines - 1 - many), *random.sample(others, many)]
    return [cart_line(random, each) for each in found]


def cart_line(random: Random, product: Product) -> CartLine:
    """One to three units."""
    return {"sku": product["sku"], "quantity": random.choice((1, 1, 1, 2, 2, 3))}


def mall_rules(random: Random, products: Sequence[Product]) -> list[Rule]:
    """A thousand: ten for popular goods and whole orders, then others of all kinds."""
    popular = [each for each in products if is_popular(each)]
    others = [each for each in products if not is_popular(each)]
    rules = [
        item_rule("category", ["c00"], "percent", 10),
        order_rule(120_000, "amount", 6_000),
        item_rule("category", ["c01", "c02"], "percent", 20),
        item_rule("category", ["c03"], "amount", 500),
        item_rule("brand", ["b00-1", "b04-1", "b05-1"], "percent", 30),
        item_rule("brand", ["b02-2", "b05-2"], "amount", 800),
        item_rule("sku", skus(random, popular, 16), "amount", 1_000),
        item_rule("category", ["c06"], "percent", 10),
        item_rule("brand", ["b06-0", "b07-0", "b08-0"], "percent", 20),
        order_rule(250_000, "amount", 15_000),
    ]
    # Orders get a third offer by the time there are a hundred rules, and a fourth after that.
    further = {40: order_rule(400_000, "percent", 10), 400: order_rule(180_000, "amount", 10_000)}
    for number in range(len(rules), max(SIZES)):
        # Now and then about what is bought here too, and the more rules the rarer.
        goods = popular if number in (25, 75, 250, 500, 750) else others
        rules.append(further.get(number) or other_rule(random, goods))
    return rules


def other_rule(random: Random, products: Sequence[Product]) -> Rule:
    """A rule about some goods: a flash sale, most often."""
    one = random.choice(products)
    off, value = random.choice(OTHERS_OFF)
    match random.randrange(10):
        case 0:
            return item_rule("category", [one["category"]], off, value)
        case 1 | 2 | 3:
            return item_rule("brand", [one["brand"]], off, value)
        case _:
            return item_rule("sku", skus(random, products, random.randint(1, 12)), off, value)


def skus(random: Random, products: Sequence[Product], count: int) -> list[str]:
    """Some products."""
    return sorted(each["sku"] for each in random.sample(products, count))


# -- all rules fit all carts -----------------------------------------------------------------


def all_fit(random: Random, counts: dict[int, int]) -> Family:
    """Five categories and five brands, all of them in every cart, and rules about these alone."""
    products = [crowded_product(random, number) for number in range(CLASSES * CLASSES * 8)]
    return {
        "products": products,
        "rules": ranked(crowded_rules(random)),
        "carts": {
            str(lines): [crowded_cart(random, products, lines) for _ in range(count)]
            for lines, count in counts.items()
        },
    }


def crowded_product(random: Random, number: int) -> Product:
    """A product; every pair of a category and a brand has as many."""
    return {
        "sku": f"p{number:04}",
        "price": random.choice(PRICES) * 100,
        "shop": f"s{number % 3}",
        "category": f"c{number % CLASSES}",
        "brand": f"b{number // CLASSES % CLASSES}",
    }


def crowded_cart(random: Random, products: Sequence[Product], lines: int) -> list[CartLine]:
    """Of each category and each brand something, then anything."""
    by_pair = [
        [each for each in products if (each["category"], each["brand"]) == (f"c{i}", f"b{i}")]
        for i in range(CLASSES)
    ]
    sure = [random.choice(found) for found in by_pair]
    rest = [each for each in products if each not in sure]
    return [cart_line(random, each) for each in [*sure, *random.sample(rest, lines - CLASSES)]]


def crowded_rules(random: Random) -> list[Rule]:
    """A thousand different ones: about some of the categories or brands, or whole orders."""
    rules = [
        item_rule(field, [f"{field[0]}{i}" for i in chosen], off, value)
        for field in ("category", "brand")
        for chosen in ((0,), (1,), (2,), (3,), (4,), (0, 1), (1, 2), (2, 3), (3, 4), (0, 4))
        for off, value in CROWDED_OFF
    ]
    random.shuffle(rules)
    # One in twenty is about the order, from a threshold that every cart reaches.
    for number in range(1, max(SIZES), 20):
        rules.insert(number, order_rule(10_000, "amount", 500 + number))
    return rules[: max(SIZES)]


# -- rules -----------------------------------------------------------------------------------


def item_rule(about: About, values: list[str], off: Off, value: int) -> Rule:
    """So much off each unit of some goods."""
    return {
        "id": "",
        "level": "item",
        "priority": 0,
        "field": about,
        "values": values,
        "threshold": 0,
        "off": off,
        "value": value,
    }


def order_rule(threshold: int, off: Off, value: int) -> Rule:
    """So much off the order from a threshold."""
    return {
        "id": "",
        "level": "order",
        "priority": 0,
        "field": "",
        "values": [],
        "threshold": threshold,
        "off": off,
        "value": value,
    }


def ranked(rules: Sequence[Rule]) -> list[Rule]:
    """With ids and a merchant's priorities: item rules before order rules, strong before weak."""
    usual = sum(PRICES) * 100 // len(PRICES)
    found: list[Rule] = []
    for number, rule in enumerate(rules):
        base = usual if rule["level"] == "item" else max(rule["threshold"], usual)
        worth = base * rule["value"] // 100 if rule["off"] == "percent" else rule["value"]
        first = 1_000_000 if rule["level"] == "item" else 0
        found.append({**rule, "id": f"r{number:04}", "priority": first + worth})
    return found


# -- for mallops -----------------------------------------------------------------------------


def compiled_for(family: Family, size: int) -> Compiled:
    """The first `size` rules in the lanes `item` and `platform`, and the catalogue, compiled."""
    rulebook = decode_rulebook(rulebook_document(family["rules"][:size]))
    products = [{**each, "price": major(each["price"])} for each in family["products"]]
    return compile_rulebook(rulebook, decode_catalog({"products": products}, rulebook.currency))


def cart_for(compiled: Compiled, lines: Sequence[CartLine]) -> Cart:
    """A cart, as mallops takes it."""
    document = {"lines": [{"id": f"{i:03}", **line} for i, line in enumerate(lines)]}
    return decode_cart(document, compiled.rulebook.currency)


def rulebook_document(rules: Sequence[Rule]) -> dict[str, object]:
    """Rules in the rulebook's format."""
    return {"currency": "CNY", "promotions": [promotion_document(rule) for rule in rules]}


def promotion_document(rule: Rule) -> dict[str, object]:
    """A rule as a promotion; its seat, a unit or the order, is why one is given and not all."""
    benefit: dict[str, object] = {"kind": "percent_off", "percent": str(rule["value"])}
    if rule["off"] == "amount":
        benefit = {"kind": "amount_off", "amount": major(rule["value"])}
    if rule["level"] == "order":
        asked = {"amount": major(rule["threshold"])}
        return {"id": rule["id"], "lane": "platform", "benefit": benefit, "requires": asked}
    if rule["off"] == "amount":
        benefit["per"] = "unit"
    items = {rule["field"]: rule["values"]}
    return {"id": rule["id"], "lane": "item", "benefit": benefit, "items": items}


def major(minor: int) -> str:
    """An amount as files write it."""
    return f"{minor // 100}.{minor % 100:02}"
