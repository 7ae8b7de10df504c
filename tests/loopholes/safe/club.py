"""A warehouse club: members' prices, promotions by priority, and cards that are goods too."""

from __future__ import annotations

from tests.loopholes.safe.writing import (
    POINTS,
    Document,
    bundle,
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

PAID = ["basic", "plus"]


def club() -> tuple[Document, Document]:
    products = [
        *goods("cards", "card-basic 260.00 120.00\ncard-plus 680.00 320.00", brand="club"),
        *goods(
            "pantry",
            """olive-oil 89.00 52.00
            rice-10kg 92.00 55.00
            pasta-12 76.00 44.00
            nuts-mix 108.00 62.00
            coffee-1kg 128.00 72.00
            honey-2 96.00 54.00""",
        ),
        *goods(
            "frozen",
            """shrimp-2kg 168.00 98.00
            beef-rolls 139.00 82.00
            dumplings 69.00 38.00
            pizza-4 79.00 44.00
            berries 85.00 48.00""",
        ),
        *goods(
            "paper",
            "tissues-24 79.00 44.00\ntowels-12 69.00 38.00\nwipes-10 59.00 31.00",
        ),
        *goods(
            "home",
            """pan-set 399.00 205.00
            bedding 459.00 240.00
            lamp 199.00 98.00
            storage-6 149.00 74.00
            rug 329.00 165.00""",
        ),
        *goods("bakery", "muffins-12 58.00 29.00\ncroissants 52.00 26.00\ncake 128.00 64.00"),
        *goods("gifts", "cool-bag 39.00 13.00\napron 49.00 16.00"),
    ]
    own = {"except": {"category": ["cards"]}}
    promotions = [
        promotion(
            "beef-week",
            "item",
            fixed("125.00"),
            priority=9,
            at_most_units=2,
            limits={},
            audience={"groups": PAID},
            **of(sku=["beef-rolls"]),
        ),
        promotion("paper-two", "item", nth(2, "25"), priority=5, **of(category=["paper"])),
        promotion("bakery-two", "item", bundle(2, "99.00"), priority=4, **of(category=["bakery"])),
        promotion("home-less", "item", percent("9"), priority=3, **of(category=["home"])),
        promotion(
            "plus-extra",
            "shop",
            percent("3"),
            audience={"groups": ["plus"]},
            items=own,
            limits=limits(60, 500_000, "2000000.00"),
        ),
        promotion(
            "cool-bag",
            "gifts",
            gift("cool-bag"),
            requires={"amount": "499.00", "items": {"category": ["frozen"]}},
            audience={"groups": PAID},
            **of(category=["frozen"]),
        ),
        promotion(
            "stock-up",
            "platform",
            tiers("amount_off", ("400.00", "20.00"), ("800.00", "55.00")),
            items=own,
        ),
        coupon(
            "c-renew", "platform-coupon", "30.00", "400.00", items=own, audience={"groups": PAID}
        ),
        coupon(
            "c-join",
            "platform-coupon",
            "20.00",
            "300.00",
            items=own,
            audience={"first_order": True},
        ),
        free_shipping("free-299", "299.00", items=own, audience={"groups": ["basic"]}),
        free_shipping("free-plus", "99.00", items=own, audience={"groups": ["plus"]}),
    ]
    prices = [
        entry("olive-oil", "79.00", groups=PAID),
        entry("coffee-1kg", "115.00", groups=PAID),
        entry("shrimp-2kg", "152.00", groups=["plus"]),
        entry("bedding", "429.00", groups=PAID),
        entry("tissues-24", "72.00", min_quantity=3),
    ]
    points = POINTS | {
        "at_most_percent": "30",
        "earn": {
            "per": "1.00",
            "points": 1,
            "groups": {"plus": "2"},
            "at_most_per_month": 8_000,
            "items": [{"items": {"category": ["cards"]}, "multiplier": "0"}],
        },
    }
    cards = {"category": ["cards"]}
    book, catalog = mall(
        "club", products, promotions, points, prices, window_days=15, excluded=cards
    )
    book["choice"] = "priority"
    book["lanes"] = [
        {"id": "item", "seat": "unit"},
        {"id": "shop", "seat": "shop"},
        {"id": "platform", "seat": "order"},
        {"id": "platform-coupon", "seat": "order"},
        {"id": "gifts", "seat": "order"},
        {"id": "shipping", "seat": "parcel"},
    ]
    return book, catalog
