"""How many choices are proven the best, on carts of everyday size under crowded rulebooks.

    python benchmarks/proofs.py [--carts N]

Each cart has 12 lines and up to 60 units; the 22 promotions of its rulebook crowd every lane:
six compete for the same units, two of them in groups, each shop has a threshold and a coupon,
and the platform takes 50 off every 300. Harder than a mall's usual night: to the cent, such
thresholds ask which of thousands of sets of units just reaches them.
"""

from __future__ import annotations

import argparse
from random import Random
from statistics import median
from time import perf_counter
from typing import Any

from mallops import (
    Quote,
    compile_rulebook,
    decode_cart,
    decode_catalog,
    decode_rulebook,
    instant,
    quote,
)

AT = instant("2026-11-11T12:00:00+08:00")
CATEGORIES = ("care/skin", "care/hair", "food/fresh", "food/dry", "home", "toys")
LINES, UNITS = 12, 60

Doc = dict[str, Any]


def main() -> None:
    """Print the shares for carts of one, two and three shops."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--carts", type=int, default=20, metavar="N", help="carts of each kind")
    carts = parser.parse_args().carts
    print(f"{carts} carts of {LINES} lines, up to {UNITS} units, 18 to 22 promotions")
    print("\nshops  proven    median   slowest  worst gap of the others")
    for shops in (1, 2, 3):
        found, seconds = [], []
        for seed in range(carts):
            one, took = priced(Random(seed), shops)
            found.append(one)
            seconds.append(took)
        gaps = [one.gap.minor / one.payable.minor for one in found if one.gap is not None]
        worst = f"{max(gaps):.1%} of what is paid" if gaps else "-"
        proven = sum(one.optimal is True for one in found) / len(found)
        print(
            f"{shops:>5}  {proven:>6.0%}  {median(seconds) * 1000:>5.0f} ms"
            f"  {max(seconds):>6.1f} s  {worst}"
        )


def priced(random: Random, shops: int) -> tuple[Quote, float]:
    """A cart of so many shops under a rulebook of its own, and how long its quote took."""
    products = [product(random, number, shops) for number in range(LINES)]
    rulebook = decode_rulebook({"currency": "CNY", "promotions": promotions(random, products)})
    catalog = decode_catalog({"products": products}, rulebook.currency)
    cart = decode_cart(cart_of(random, products, rulebook.promotions), rulebook.currency)
    compiled = compile_rulebook(rulebook, catalog)
    start = perf_counter()
    found = quote(compiled, cart, AT)
    return found, perf_counter() - start


def product(random: Random, number: int, shops: int) -> Doc:
    """A product at 5.00 to 300.00, often at .00 or .90."""
    fen = random.choice((0, 90, random.randrange(100)))
    return {
        "sku": f"S{number:02}",
        "price": f"{random.randint(5, 300)}.{fen:02}",
        "shop": f"s{random.randint(1, shops)}",
        "category": random.choice(CATEGORIES),
        "brand": random.choice(("b1", "b2", "b3")),
    }


def cart_of(random: Random, products: list[Doc], known: Any) -> Doc:
    """A line of each product, every coupon, a fee of each shop."""
    left, lines = UNITS - LINES, []
    for number, each in enumerate(products):
        more = min(left, random.choice((0, 0, 1, 1, 2, 4, 7, 9)))
        left -= more
        lines.append({"id": str(number), "sku": each["sku"], "quantity": 1 + more})
    return {
        "lines": lines,
        "coupons": [each.id for each in known if each.coupon],
        "shipping": [
            {"shop": shop, "fee": "8.00"} for shop in sorted({each["shop"] for each in products})
        ],
    }


def promotions(random: Random, products: list[Doc]) -> list[Doc]:
    """A festival's promotions in every default lane."""
    found = [
        promotion("member", "item", percent(random.choice(("2", "3", "5")))),
        promotion("tenth", "item", percent(random.choice(("10", "15"))), some(random, products)),
        flash_sale(random, products),
        promotion(
            "second", "item", {"kind": "nth_unit", "n": 2, "percent": "50"}, some(random, products)
        ),
        any_three(random, products),
        promotion("each", "item", {**off("3.00"), "per": "unit"}, some(random, products)),
        promotion("gift", "shop", {"kind": "gift", "sku": "S00", "quantity": 1, "value": "15.00"})
        | {"requires": {"amount": "500.00"}},
        promotion("cross", "platform", {**off("50.00"), "every": "300.00"}),
        promotion("twelfth", "platform", {**percent("12"), "at_most": "100.00"}),
        promotion("mall-1", "platform-coupon", {**percent("10"), "at_most": "40.00"}) | COUPON,
        promotion("mall-2", "platform-coupon", off("30.00"))
        | COUPON
        | {"requires": {"amount": "600.00"}},
        promotion("mall-3", "platform-coupon", off("15.00"), {"category": ["care"]}) | COUPON,
        promotion("free", "shipping", {"kind": "shipping_off", "percent": "100"})
        | {"requires": {"amount": "99.00"}},
        promotion("five", "shipping", {"kind": "shipping_off", "amount": "5.00"}),
    ]
    for shop in sorted({each["shop"] for each in products}):
        of_shop = {"shop": [shop]}
        found.append(promotion(f"{shop}-off", "shop", shop_benefit(random), of_shop))
        found.append(
            promotion(f"{shop}-coupon", "shop-coupon", off("20.00"), of_shop)
            | COUPON
            | {"requires": {"amount": random.choice(("100.00", "200.00"))}}
        )
    return found


COUPON: Doc = {"coupon": True}


def flash_sale(random: Random, products: list[Doc]) -> Doc:
    """Two products at three quarters of the cheaper one's price, closed to some later lanes."""
    two = random.sample(products, 2)
    price = f"{min(float(each['price']) for each in two) * 0.75:.0f}.00"
    held = promotion("flash", "item", fixed(price), {"sku": [each["sku"] for each in two]})
    return held | {"blocks": random.choice(([], ["shop-coupon"], ["shop", "shop-coupon"]))}


def any_three(random: Random, products: list[Doc]) -> Doc:
    """Any three of a brand for two and a half times its middle price."""
    brand = random.choice(products)["brand"]
    prices = sorted(float(each["price"]) for each in products if each["brand"] == brand)
    price = f"{prices[len(prices) // 2] * 2.5:.0f}.00"
    held = {"kind": "bundle_price", "size": 3, "price": price}
    return promotion("three", "item", held, {"brand": [brand]})


def shop_benefit(random: Random) -> Doc:
    """What a shop takes off its own goods."""
    tiers = [("199.00", "20.00"), ("399.00", "50.00")]
    return random.choice(
        (
            {**off("30.00"), "every": "300.00"},
            {**percent("8"), "at_most": "50.00"},
            {"kind": "tiers", "tiers": [{"amount": t, "benefit": off(a)} for t, a in tiers]},
        )
    )


def promotion(name: str, lane: str, benefit: Doc, items: Doc | None = None) -> Doc:
    """A promotion's document."""
    return {"id": name, "lane": lane, "benefit": benefit, "items": items or {}}


def some(random: Random, products: list[Doc]) -> Doc:
    """A selector of a category, a brand or two SKUs."""
    return random.choice(
        (
            {"category": [random.choice(("care", "food", "home", "toys"))]},
            {"brand": [random.choice(("b1", "b2", "b3"))]},
            {"sku": [each["sku"] for each in random.sample(products, 2)]},
        )
    )


def percent(of: str) -> Doc:
    """So much per cent off."""
    return {"kind": "percent_off", "percent": of}


def off(amount: str) -> Doc:
    """An amount off."""
    return {"kind": "amount_off", "amount": amount}


def fixed(price: str) -> Doc:
    """A price for each unit."""
    return {"kind": "fixed_price", "price": price}


if __name__ == "__main__":
    main()
