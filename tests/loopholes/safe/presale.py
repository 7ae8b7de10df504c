"""A sale in phases: early prices, then the night itself, then what is left; and no points."""

from __future__ import annotations

from tests.loopholes.safe.writing import (
    Document,
    amount,
    coupon,
    fixed,
    free_shipping,
    gift,
    goods,
    limits,
    mall,
    of,
    percent,
    promotion,
    tiers,
)

EARLY = {"starts": "2026-11-01T20:00", "ends": "2026-11-10T20:00"}
NIGHT = {"starts": "2026-11-10T20:00", "ends": "2026-11-12T00:00"}
REST = {"starts": "2026-11-12T00:00", "ends": "2026-11-16T00:00"}
ALL = {"starts": "2026-11-01T20:00", "ends": "2026-11-16T00:00"}


def presale() -> tuple[Document, Document]:
    products = [
        *goods(
            "washers",
            "washer-8 1899.00 1080.00\nwasher-10 2599.00 1490.00\ndryer-9 2999.00 1720.00",
        ),
        *goods(
            "fridges",
            "fridge-2 1599.00 910.00\nfridge-4 3699.00 2150.00\nfridge-6 5999.00 3480.00",
        ),
        *goods(
            "kitchen",
            """oven 899.00 480.00
            steamer 599.00 310.00
            blender 299.00 150.00
            kettle 129.00 60.00
            cooker 399.00 205.00
            hood 1799.00 1000.00""",
        ),
        *goods(
            "floors",
            "robot 1999.00 1120.00\nvacuum 1299.00 710.00\nmop 499.00 255.00\nbags 49.00 18.00",
        ),
        *goods("air", "cleaner 999.00 540.00\nfan 259.00 125.00\nheater 329.00 165.00"),
        *goods("gifts", "scale 69.00 25.00\nlunch-box 59.00 20.00"),
    ]
    once = limits(1, 2_000, "500000.00")
    promotions = [
        promotion(
            "early-washer",
            "item",
            amount("150.00", per="unit"),
            schedule=EARLY,
            limits=once,
            **of(category=["washers"]),
        ),
        promotion(
            "night-washer",
            "item",
            amount("180.00", per="unit"),
            schedule=NIGHT,
            limits=once,
            **of(category=["washers"]),
        ),
        promotion(
            "rest-washer",
            "item",
            amount("80.00", per="unit"),
            schedule=REST,
            limits=once,
            **of(category=["washers"]),
        ),
        promotion(
            "robot-night",
            "item",
            fixed("1799.00"),
            schedule=NIGHT,
            limits=once,
            blocks=["shop-coupon"],
            **of(sku=["robot"]),
        ),
        promotion("kitchen-less", "item", percent("8"), schedule=ALL, **of(category=["kitchen"])),
        promotion(
            "fridge-scale",
            "shop",
            gift("scale"),
            schedule=ALL,
            requires={"amount": "1500.00"},
            **of(category=["fridges"]),
        ),
        promotion(
            "early-spend",
            "platform",
            tiers("amount_off", ("1000.00", "50.00"), ("3000.00", "180.00")),
            schedule=EARLY,
        ),
        promotion(
            "night-spend",
            "platform",
            tiers("amount_off", ("1000.00", "60.00"), ("3000.00", "220.00")),
            schedule=NIGHT,
        ),
        promotion("rest-spend", "platform", percent("4", "120.00"), schedule=REST),
        coupon("c-100", "platform-coupon", "100.00", "2000.00"),
        coupon("c-kitchen", "shop-coupon", "30.00", "499.00", **of(category=["kitchen"])),
        coupon("c-early", "platform-coupon", "40.00", "999.00", audience={"groups": ["waiting"]}),
        free_shipping("free-99", "99.00"),
    ]
    return mall("presale", products, promotions, None, window_days=7)
