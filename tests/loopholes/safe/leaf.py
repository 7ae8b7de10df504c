"""One brand's tea shop in Japan: prices in whole yen, with nothing below."""

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

YEN = limits(3, 5_000, "5000000")


def leaf() -> tuple[Document, Document]:
    products = [
        *goods(
            "tea/green",
            """sencha-100 1200 540
            sencha-200 2300 1040
            gyokuro-50 2800 1260
            gyokuro-100 5400 2430
            genmaicha 900 400
            hojicha 980 440""",
            brand="leaf",
        ),
        *goods("tea/matcha", "matcha-30 1900 850\nmatcha-100 5800 2600\nlatte 1300 570"),
        *goods(
            "ware",
            "kyusu 6800 3100\ncup-pair 3600 1600\nwhisk 2200 980\nbowl 7800 3500\ntin 1600 690",
        ),
        *goods(
            "sweets",
            "yokan 1500 680\nmonaka 1100 490\ncookies 1250 560\nwarabi 980 430\nbox-8 3200 1440",
        ),
        *goods("gifts", "furoshiki 800 260\nspoon 450 140"),
    ]
    promotions = [
        promotion("green-tenth", "item", percent("10"), limits=YEN, **of(category=["tea/green"])),
        promotion("sweets-three", "item", nth(3, "40"), limits=YEN, **of(category=["sweets"])),
        promotion("ware-pair", "item", bundle(2, "9000"), limits=YEN, **of(sku=["kyusu", "bowl"])),
        promotion(
            "matcha-off",
            "item",
            amount("150", per="unit"),
            at_most_units=2,
            limits={},
            **of(category=["tea/matcha"]),
        ),
        promotion(
            "cloth",
            "shop",
            gift("furoshiki", "800"),
            requires={"amount": "8000"},
            limits=limits(1, 3_000, "2400000"),
        ),
        promotion(
            "spend",
            "platform",
            tiers("amount_off", ("5000", "300"), ("10000", "800"), ("20000", "2000")),
            limits=YEN,
        ),
        coupon("c-500", "platform-coupon", "500", "6000", limits=limits(1, 4_000, "2000000")),
        coupon(
            "c-first",
            "platform-coupon",
            "300",
            "3000",
            audience={"first_order": True},
            limits=limits(1, 4_000, "1200000"),
        ),
        promotion(
            "friends",
            "shop-coupon",
            percent("5", "1000"),
            audience={"groups": ["friend"]},
            limits=YEN,
        ),
        free_shipping("free-5000", "5000", limits=limits(20, 50_000, "40000000")),
    ]
    points = {
        "worth": {"points": 1, "money": "1"},
        "at_most_percent": "30",
        "step": 10,
        "earn": {"per": "100", "points": 1, "at_most_per_day": 500},
        "expire": {"inactive_days": 365},
    }
    prices = [entry("gyokuro-100", "5100", groups=["friend"])]
    book, catalog = mall("leaf", products, promotions, points, prices, window_days=8)
    return book | {"currency": "JPY", "timezone": "Asia/Tokyo"}, catalog
