"""Tents and boots for dollars, in a time zone whose clock changes in the month of the sale."""

from __future__ import annotations

from tests.loopholes.safe.writing import (
    POINTS,
    Document,
    amount,
    coupon,
    entry,
    fixed,
    free_shipping,
    gift,
    goods,
    limits,
    mall,
    nth,
    of,
    percent,
    promotion,
    tiers,
)

FRIDAY = {"starts": "2026-11-27T06:00", "ends": "2026-12-01T06:00"}
EVENINGS = {"weekly": [{"days": ["thu", "fri"], "from": "18:00", "to": "23:00"}]}


def outdoor() -> tuple[Document, Document]:
    products = [
        *goods(
            "tents",
            "tent-1 189.00 92.00\ntent-2 259.00 128.00\ntent-4 399.00 199.00\ntarp 79.00 34.00",
            brand="ridge",
        ),
        *goods(
            "sleep",
            "bag-warm 169.00 79.00\nbag-cold 279.00 134.00\nmat 59.00 24.00\npad 119.00 54.00",
            brand="ridge",
        ),
        *goods(
            "boots",
            """boots-low 129.00 60.00
            boots-mid 159.00 75.00
            boots-high 219.00 104.00
            gaiters 39.00 15.00""",
            brand="tread",
        ),
        *goods(
            "packs",
            "pack-20 89.00 39.00\npack-40 149.00 68.00\npack-65 229.00 108.00\nbelt 29.00 10.00",
            brand="haul",
        ),
        *goods(
            "kitchen",
            """stove 69.00 30.00
            pot-set 49.00 20.00
            filter 44.00 18.00
            bottle 24.00 8.50
            mug 14.00 4.50
            spork 6.50 1.80""",
        ),
        *goods("light", "headlamp 49.00 20.00\nlantern 39.00 16.00\nbattery 19.00 8.00"),
    ]
    promotions = [
        promotion("boots-less", "item", percent("15"), **of(category=["boots"])),
        promotion("kitchen-third", "item", nth(3, "70"), **of(category=["kitchen"])),
        promotion(
            "tent-friday",
            "item",
            fixed("219.00"),
            schedule=FRIDAY,
            limits=limits(1, 300, "12000.00"),
            **of(sku=["tent-2"]),
        ),
        promotion(
            "light-evenings",
            "item",
            percent("12"),
            schedule={"starts": "2026-11-05T00:00", "ends": "2026-12-05T00:00"} | EVENINGS,
            **of(category=["light"]),
        ),
        promotion(
            "ridge-mat",
            "shop",
            gift("mug", "14.00"),
            requires={"amount": "250.00"},
            **of(brand=["ridge"]),
        ),
        promotion(
            "pack-tiers",
            "shop",
            tiers("percent_off", ("150.00", "5"), ("300.00", "10")),
            **of(brand=["haul"]),
        ),
        promotion("spend-200", "platform", amount("20.00", every="200.00", at_most_times=2)),
        coupon("SAVE15", "platform-coupon", "15.00", "120.00"),
        coupon("WELCOME10", "platform-coupon", "10.00", "75.00", audience={"first_order": True}),
        coupon("CREW25", "platform-coupon", "25.00", "180.00", audience={"groups": ["crew"]}),
        free_shipping("free-50", "50.00"),
    ]
    points = POINTS | {
        "at_most_percent": "40",
        "earn": {"per": "1.00", "points": 2, "at_most_per_order": 2000},
    }
    prices = [
        entry("pack-65", "209.00", groups=["crew"]),
        entry("battery", "17.00", min_quantity=4),
    ]
    book, catalog = mall("outdoor", products, promotions, points, prices, window_days=30)
    return book | {"currency": "USD", "timezone": "America/New_York"}, catalog
