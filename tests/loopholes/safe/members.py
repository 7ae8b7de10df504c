"""Clothes for members: levels, transfers of points, and a campaign that doubles them."""

from __future__ import annotations

from tests.loopholes.safe.writing import (
    FESTIVAL,
    POINTS,
    Document,
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
    tiers,
)


def members() -> tuple[Document, Document]:
    kinds = {
        "clothes/shirts": ("shirt", (159, 189, 209, 229)),
        "clothes/trousers": ("trousers", (239, 259, 289)),
        "clothes/coats": ("coat", (599, 699, 899, 1099)),
        "shoes": ("shoes", (329, 399, 459, 529, 599)),
        "bags": ("bag", (269, 359, 499)),
        "extras": ("belt", (89, 99, 119)),
    }
    products = [
        product
        for category, (name, prices) in kinds.items()
        for product in goods(
            category,
            "\n".join(
                f"{name}-{place} {price}.00 {price * 0.45:.2f}"
                for place, price in enumerate(prices)
            ),
        )
    ]
    products += goods("gifts", "scarf 79.00 28.00\nsocks 29.00 9.00")
    levels = {"silver": "3", "gold": "5", "black": "8"}
    promotions = [
        *(
            promotion(
                f"level-{level}",
                "item",
                percent(off),
                audience={"groups": [level]},
                limits=limits(50, 100_000, "900000.00"),
            )
            for level, off in levels.items()
        ),
        promotion("coats", "shop", percent("10"), **of(category=["clothes/coats"])),
        promotion("two-shirts", "shop", bundle(2, "299.00"), **of(category=["clothes/shirts"])),
        promotion(
            "socks", "shop", gift("socks"), requires={"amount": "399.00"}, **of(category=["shoes"])
        ),
        promotion(
            "black-scarf",
            "order-gift",
            gift("scarf", "79.00"),
            requires={"amount": "899.00"},
            audience={"groups": ["black"]},
        ),
        promotion("bonus", "order-gift", reward(points=300), requires={"amount": "299.00"}),
        promotion(
            "from-600", "platform", tiers("amount_off", ("600.00", "50.00"), ("1000.00", "100.00"))
        ),
        coupon(
            "c-birthday",
            "platform-coupon",
            "50.00",
            "399.00",
            audience={"groups": ["silver", "gold", "black"]},
        ),
        coupon("c-return", "platform-coupon", "30.00", "299.00"),
        coupon("c-welcome", "platform-coupon", "20.00", "199.00", audience={"first_order": True}),
        free_shipping("free-gold", "1.00", audience={"groups": ["gold", "black"]}),
        free_shipping("free-199", "199.00"),
    ]
    points = POINTS | {
        "earn": {
            "per": "1.00",
            "points": 1,
            "at_most_per_month": 50_000,
            "groups": {"silver": "1.2", "gold": "1.5", "black": "2"},
            "campaigns": [
                {
                    "id": "members-day",
                    "multiplier": "2",
                    "schedule": FESTIVAL,
                    "at_most_per_order": 2000,
                }
            ],
        },
        "tiers": {
            "tiers": [
                {"id": "silver", "points": 1000},
                {"id": "gold", "points": 5000},
                {"id": "black", "points": 20_000},
            ],
            "months": 12,
            "grace_days": 30,
        },
        "transfer": {"allowed": True, "at_least": 100, "at_most_per_day": 1000},
        "actions": [
            {"id": "sign_in", "points": 3, "times": {"day": 1}},
            {"id": "profile", "points": 200, "times": {"ever": 1}},
        ],
    }
    book, catalog = mall(
        "members",
        products,
        promotions,
        points,
        [entry("coat-0", "569.00", groups=["gold", "black"])],
        window_days=14,
    )
    book["lanes"] = [
        {"id": "item", "seat": "unit"},
        {"id": "shop", "seat": "shop"},
        {"id": "platform", "seat": "order"},
        {"id": "platform-coupon", "seat": "order"},
        {"id": "order-gift", "seat": "order"},
        {"id": "shipping", "seat": "parcel"},
    ]
    return book, catalog
