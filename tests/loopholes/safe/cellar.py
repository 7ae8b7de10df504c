"""A wine merchant who sets nothing as others do, and is safe all the same.

What paid for goods that come back is forfeit; amounts are rounded down; points go with the year,
pay little, and cannot be given away; sealed bottles come back within two weeks, opened ones never.
"""

from __future__ import annotations

from tests.loopholes.safe.writing import (
    Document,
    amount,
    bundle,
    coupon,
    entry,
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


def cellar() -> tuple[Document, Document]:
    products = [
        *goods(
            "wine/red",
            """house-red 68.00 31.00
            rioja 128.00 58.00
            malbec 98.00 44.00
            barolo 388.00 180.00
            margaux 1288.00 640.00""",
        ),
        *goods(
            "wine/white",
            """house-white 62.00 28.00
            riesling 118.00 53.00
            chablis 208.00 95.00
            sake 158.00 71.00""",
        ),
        *goods("wine/sparkling", "cava 98.00 44.00\ncremant 148.00 67.00\nchampagne 428.00 200.00"),
        *goods(
            "spirits",
            "gin 188.00 84.00\nwhisky 328.00 150.00\nrum 168.00 75.00\nbaijiu 598.00 280.00",
        ),
        *goods("glass", "glasses-6 199.00 86.00\ndecanter 259.00 112.00\nopener 49.00 17.00"),
        *goods("food", "olives 38.00 16.00\ncheese 78.00 34.00\ncrackers 22.00 9.00"),
    ]
    promotions = [
        promotion("reds-six", "item", nth(6, "100"), **of(category=["wine/red"])),
        promotion("whites-two", "item", bundle(2, "219.00"), **of(sku=["riesling", "sake"])),
        promotion(
            "sparkling-off",
            "item",
            amount("12.00", per="unit"),
            at_most_units=6,
            limits={},
            **of(category=["wine/sparkling"]),
        ),
        promotion("glass-less", "item", percent("10"), **of(category=["glass"])),
        promotion(
            "case",
            "shop",
            {
                "kind": "tiers",
                "tiers": [
                    {"quantity": 6, "benefit": {"kind": "percent_off", "percent": "5"}},
                    {"quantity": 12, "benefit": {"kind": "percent_off", "percent": "9"}},
                ],
            },
            **of(category=["wine"]),
        ),
        promotion(
            "opener",
            "shop",
            gift("opener", "49.00"),
            requires={"amount": "800.00"},
            **of(category=["spirits"]),
        ),
        promotion(
            "spend",
            "platform",
            tiers("amount_off", ("400.00", "20.00"), ("900.00", "60.00")),
        ),
        coupon("c-25", "platform-coupon", "25.00", "350.00"),
        coupon("c-taste", "platform-coupon", "10.00", "150.00", audience={"first_order": True}),
        promotion(
            "cellar-friends",
            "shop-coupon",
            percent("4", "60.00"),
            coupon=True,
            audience={"groups": ["friend"]},
            limits=limits(4, 8_000, "300000.00"),
        ),
        free_shipping("free-500", "500.00"),
    ]
    points = {
        "worth": {"points": 1000, "money": "5.00"},
        "at_most_percent": "5",
        "step": 1000,
        "earn": {
            "per": "5.00",
            "points": 7,
            "at_most_per_day": 4000,
            "at_most_per_month": 20_000,
            "settles": "window_closed",
        },
        "expire": {"yearly": "06-30", "grace_months": 2, "revive_days": 0},
        "transfer": {"allowed": False},
        "hold_minutes": 5,
    }
    book, catalog = mall(
        "cellar",
        products,
        promotions,
        points,
        [entry("margaux", "1188.00", groups=["friend"])],
        window_days=14,
        used_points="forfeit",
        coupon="forfeit",
        excluded_once_opened={"category": ["wine", "spirits", "food"]},
    )
    return book | {"rounding": "down"}, catalog
