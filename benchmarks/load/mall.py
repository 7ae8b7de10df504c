"""A festival's rush: more carts than a promotion has uses, a budget money, or coupons there are."""

from __future__ import annotations

from collections import Counter
from random import Random

from pendulum import DateTime

from mallops import Cart, Currency, decode_cart, decode_catalog, decode_rulebook, instant
from mallops.adapters.sql import SqlStore
from mallops.lifecycles.flows import orders
from mallops.operations import Mall, post_points
from mallops.points.drafting import Terms
from mallops.points.requests import Grant
from mallops.repositories import Coupon, Store

START = instant("2026-11-11T00:00:00+08:00")
CNY = Currency.of("CNY")
USES = 1_000
BUDGET = 20_000_00
CUSTOMERS = 500
HOT = 5
COUPONS = 3
POINTS = 1_000
SKUS = 50

RULEBOOK = decode_rulebook(
    {
        "format": "mallops.rulebook/1",
        "id": "festival",
        "version": "1",
        "currency": "CNY",
        "promotions": [
            {
                "id": "first",
                "lane": "item",
                "benefit": {"kind": "percent_off", "percent": "10"},
                "limits": {"total": USES},
            },
            {
                "id": "budget",
                "lane": "platform",
                "benefit": {"kind": "amount_off", "amount": "5.00"},
                "limits": {"budget": f"{BUDGET // 100}.00"},
            },
            {
                "id": "twice",
                "lane": "shop",
                "benefit": {"kind": "amount_off", "amount": "3.00"},
                "limits": {"per_customer": 2},
            },
            {
                "id": "COUPON",
                "lane": "platform-coupon",
                "coupon": True,
                "benefit": {"kind": "amount_off", "amount": "10.00"},
            },
        ],
        "points": {"earn": {"per": "1.00", "points": 1}},
    }
)
TERMS = Terms.of(RULEBOOK)


def mall_of(store: Store) -> Mall:
    """The mall of every worker."""
    return Mall(store, "festival", (orders(),))


def fill(store: SqlStore) -> None:
    """Goods, rules, and what every customer begins with."""
    goods = [{"sku": f"S{n}", "price": f"{20 + n}.90", "shop": "s1"} for n in range(SKUS)]
    with store.begin() as unit:
        unit.catalog.put(decode_catalog({"products": goods}, CNY))
        unit.rulebooks.publish(RULEBOOK, START.subtract(days=1))
        unit.coupons.issue(
            [
                Coupon(f"{customer}/{n}", "COUPON", customer)
                for customer in map(name_of, range(CUSTOMERS))
                for n in range(COUPONS)
            ]
        )
    for customer in map(name_of, range(CUSTOMERS)):
        with store.begin() as unit:
            post_points(unit.points, customer, "opening", Grant(POINTS), START, TERMS)


def name_of(customer: int) -> str:
    """A customer's id."""
    return f"c{customer:03}"


def cart_of(number: int) -> Cart:
    """The cart of one order: always the same, whoever asks for it."""
    random = Random(number)
    # A tenth of all orders come from a handful of accounts that several people share.
    customer = random.randrange(HOT if random.random() < 0.1 else CUSTOMERS)
    skus = Counter(random.choices(range(SKUS), k=random.randint(1, 4)))
    return decode_cart(
        {
            "customer": {"id": name_of(customer)},
            "lines": [
                {"id": f"{place}", "sku": f"S{sku}", "quantity": count}
                for place, (sku, count) in enumerate(sorted(skus.items()), 1)
            ],
            "coupons": ["COUPON"] if number % 5 == 0 else [],
            "points": 100 if number % 4 == 0 else 0,
        },
        CNY,
    )


def placed_at(number: int) -> DateTime:
    """When an order is placed: a hundred each second."""
    return START.add(microseconds=number * 10_000)
