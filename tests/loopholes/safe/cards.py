"""Games, subscriptions to them, and gift cards: nothing is sent, and codes do not come back.

A gift card is money: no promotion touches it, and it earns no points.
"""

from __future__ import annotations

from tests.loopholes.safe.writing import (
    FESTIVAL,
    POINTS,
    Document,
    bundle,
    coupon,
    entry,
    fixed,
    goods,
    limits,
    mall,
    nth,
    of,
    percent,
    promotion,
    reward,
    tiers,
)

NO_CARDS = {"except": {"category": ["cards"]}}


def cards() -> tuple[Document, Document]:
    products = [
        *goods(
            "cards",
            """card-50 50.00 49.00
            card-100 100.00 98.00
            card-200 200.00 196.00
            card-500 500.00 490.00""",
            tags=["stored-value"],
        ),
        *goods(
            "games/new",
            """star-road 298.00 178.00
            iron-sea 268.00 160.00
            night-city 328.00 196.00
            farm-life 128.00 74.00""",
        ),
        *goods(
            "games/old",
            """old-kings 98.00 48.00
            puzzle-box 48.00 22.00
            drift 68.00 31.00
            arena 88.00 41.00
            tower 58.00 26.00""",
        ),
        *goods("passes", "pass-1m 45.00 29.00\npass-3m 119.00 78.00\npass-12m 399.00 265.00"),
        *goods("add-ons", "road-map 48.00 22.00\nsea-skins 38.00 16.00\ncity-tales 98.00 50.00"),
        *goods("goods", "pad 299.00 160.00\nheadset 399.00 215.00\nposter 39.00 12.00"),
    ]
    promotions = [
        promotion("old-less", "item", percent("25"), **of(category=["games/old"])),
        promotion(
            "night-week",
            "item",
            fixed("288.00"),
            schedule=FESTIVAL,
            limits=limits(1, 8_000, "320000.00"),
            **of(sku=["night-city"]),
        ),
        promotion("add-ons-two", "item", nth(2, "30"), **of(category=["add-ons"])),
        promotion("passes-two", "item", bundle(2, "225.00"), **of(sku=["pass-3m"])),
        promotion(
            "players",
            "shop",
            percent("4", "30.00"),
            audience={"groups": ["player"]},
            **of(category=["games"]),
        ),
        promotion(
            "more-games",
            "platform",
            tiers("amount_off", ("300.00", "15.00"), ("600.00", "40.00")),
            items=NO_CARDS,
        ),
        coupon("c-12", "platform-coupon", "12.00", "150.00", items=NO_CARDS),
        coupon(
            "c-new",
            "platform-coupon",
            "8.00",
            "80.00",
            items=NO_CARDS,
            audience={"first_order": True},
        ),
        coupon("c-pad", "shop-coupon", "20.00", "250.00", **of(category=["goods"])),
        promotion(
            "poster-points",
            "order-reward",
            reward(points=300),
            requires={"amount": "300.00"},
            limits=limits(2, 10_000, "60000.00"),
            **of(category=["games/new"]),
        ),
    ]
    points = POINTS | {
        "at_most_percent": "15",
        "earn": {
            "per": "1.00",
            "points": 1,
            "at_most_per_day": 3000,
            "items": [{"items": {"category": ["cards"]}, "multiplier": "0"}],
        },
    }
    codes = {"category": ["cards", "games", "passes", "add-ons"]}
    book, catalog = mall(
        "cards",
        products,
        promotions,
        points,
        [entry("farm-life", "118.00", groups=["player"])],
        excluded=codes,
    )
    book["lanes"] = [
        {"id": "item", "seat": "unit"},
        {"id": "shop", "seat": "shop"},
        {"id": "shop-coupon", "seat": "shop"},
        {"id": "platform", "seat": "order"},
        {"id": "platform-coupon", "seat": "order"},
        {"id": "order-reward", "seat": "order"},
    ]
    return book, catalog
