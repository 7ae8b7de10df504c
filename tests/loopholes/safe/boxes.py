"""Boxes by subscription: the first for less, several for less each, and what goes with them."""

from __future__ import annotations

from tests.loopholes.safe.writing import (
    POINTS,
    Document,
    add_on,
    amount,
    bundle,
    coupon,
    entry,
    free_shipping,
    gift,
    goods,
    limits,
    mall,
    of,
    percent,
    promotion,
    reward,
)


def boxes() -> tuple[Document, Document]:
    products = [
        *goods(
            "boxes/month",
            """snack-box 99.00 46.00
            coffee-box 129.00 60.00
            flower-box 159.00 76.00
            wine-box 299.00 142.00
            toy-box 139.00 65.00
            book-box 119.00 55.00""",
        ),
        *goods(
            "boxes/quarter",
            """snack-3 279.00 134.00
            coffee-3 369.00 176.00
            flower-3 449.00 218.00
            toy-3 389.00 186.00""",
        ),
        *goods("boxes/year", "snack-12 1049.00 520.00\ncoffee-12 1389.00 690.00"),
        *goods(
            "singles",
            """nuts 32.00 13.00
            beans-250 68.00 30.00
            vase 79.00 31.00
            grinder 199.00 92.00
            puzzle 59.00 24.00
            candle 69.00 26.00
            mug 39.00 14.00""",
        ),
        *goods("extras", "card 12.00 3.00\nribbon 9.00 2.00"),
    ]
    monthly = {"category": ["boxes/month"]}
    promotions = [
        promotion(
            "first-box",
            "item",
            amount("20.00", per="unit"),
            at_most_units=1,
            audience={"first_order": True},
            limits=limits(1, 20_000, "400000.00"),
            items=monthly,
        ),
        promotion("three-snacks", "item", bundle(3, "269.00"), **of(sku=["snack-box"])),
        promotion("quarters", "item", percent("6"), **of(category=["boxes/quarter"])),
        promotion("years", "item", percent("8", "110.00"), **of(category=["boxes/year"])),
        promotion(
            "mug",
            "shop",
            gift("mug", "39.00"),
            requires={"quantity": 1, "amount": "350.00"},
            limits=limits(1, 5_000, "195000.00"),
            **of(category=["boxes"]),
        ),
        promotion("candle-add", "order-add", add_on("candle", "49.00"), items=monthly),
        promotion(
            "again-points",
            "order-reward",
            reward(points=200),
            requires={"amount": "250.00"},
            limits=limits(3, 20_000, "200000.00"),
            **of(category=["boxes"]),
        ),
        promotion(
            "next-box",
            "order-next",
            reward(coupon="c-next"),
            requires={"amount": "99.00"},
            limits=limits(1, 10_000, "150000.00"),
            items=monthly,
        ),
        coupon("c-next", "platform-coupon", "15.00", "129.00"),
        coupon("c-friend", "platform-coupon", "20.00", "199.00", audience={"first_order": True}),
        free_shipping("free-box", "99.00"),
    ]
    points = POINTS | {
        "at_most_percent": "25",
        "expire": {"inactive_days": 400},
        "actions": [{"id": "rate_box", "points": 15, "times": {"month": 2}}],
    }
    book, catalog = mall(
        "boxes",
        products,
        promotions,
        points,
        [entry("coffee-box", "119.00", groups=["subscriber"])],
        window_days=7,
    )
    book["lanes"] = [
        {"id": "item", "seat": "unit"},
        {"id": "shop", "seat": "shop"},
        {"id": "platform-coupon", "seat": "order"},
        {"id": "order-add", "seat": "order"},
        {"id": "order-reward", "seat": "order"},
        {"id": "order-next", "seat": "order"},
        {"id": "shipping", "seat": "parcel"},
    ]
    return book, catalog
