"""Phones and laptops: high prices, thin margins, levels, and a coupon for the next order."""

from __future__ import annotations

from tests.loopholes.safe.writing import (
    FESTIVAL,
    POINTS,
    Document,
    add_on,
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
    reward,
    tiers,
)


def electronics() -> tuple[Document, Document]:
    products = [
        *goods(
            "phones",
            """phone-s 2999.00 2510.00
            phone-m 3999.00 3350.00
            phone-l 5499.00 4600.00
            phone-old 1599.00 1290.00
            phone-fold 8999.00 7600.00""",
            brand="orion",
        ),
        *goods(
            "laptops",
            """book-13 5299.00 4480.00
            book-15 6799.00 5750.00
            book-pro 9999.00 8500.00
            book-air 4599.00 3900.00""",
            brand="orion",
        ),
        *goods(
            "audio",
            """buds 499.00 330.00
            buds-pro 899.00 600.00
            headset 1299.00 860.00
            speaker 399.00 250.00
            soundbar 1599.00 1100.00""",
            brand="echo",
        ),
        *goods(
            "parts",
            """charger 129.00 62.00
            cable 39.00 15.00
            case 79.00 28.00
            film 49.00 14.00
            power-bank 199.00 110.00
            hub 259.00 140.00
            mouse 149.00 75.00
            keyboard 399.00 220.00""",
        ),
    ]
    promotions = [
        promotion(
            "phone-200",
            "item",
            amount("200.00", per="unit"),
            at_most_units=1,
            limits={},
            **of(sku=["phone-m", "phone-l"]),
        ),
        promotion(
            "old-price",
            "item",
            fixed("1399.00"),
            at_most_units=2,
            limits={},
            **of(sku=["phone-old"]),
        ),
        promotion("audio-tenth", "item", percent("10", "150.00"), **of(category=["audio"])),
        promotion("parts-three", "item", nth(3, "60"), **of(category=["parts"])),
        promotion("case-add", "shop", add_on("case", "49.00"), **of(category=["phones"])),
        promotion("laptop-mouse", "order-gift", gift("mouse"), **of(category=["laptops"])),
        promotion(
            "from-5000",
            "platform",
            tiers(
                "amount_off", ("3000.00", "100.00"), ("5000.00", "200.00"), ("9000.00", "400.00")
            ),
        ),
        coupon("c-100", "platform-coupon", "100.00", "2000.00"),
        coupon(
            "c-300", "platform-coupon", "300.00", "6000.00", audience={"groups": ["gold", "black"]}
        ),
        coupon("c-audio", "shop-coupon", "40.00", "499.00", **of(category=["audio"])),
        coupon("c-next", "platform-coupon", "50.00", "999.00"),
        promotion(
            "next-coupon",
            "order-gift",
            reward(coupon="c-next"),
            requires={"amount": "1999.00"},
            limits=limits(1, 5000, "250000.00"),
        ),
        promotion(
            "points-500",
            "order-reward",
            reward(points=500),
            requires={"amount": "999.00"},
            **of(brand=["echo"]),
        ),
        free_shipping("free-200", "200.00"),
    ]
    points = POINTS | {
        "at_most_percent": "20",
        "earn": {
            "per": "10.00",
            "points": 10,
            "groups": {"gold": "1.5", "black": "2"},
            "at_most_per_order": 20_000,
            "settles": "window_closed",
            "items": [{"items": {"category": ["phones"]}, "multiplier": "0.5"}],
            "campaigns": [
                {
                    "id": "audio-week",
                    "multiplier": "2",
                    "schedule": FESTIVAL,
                    "items": {"category": ["audio"]},
                    "at_most_per_customer": 5000,
                }
            ],
        },
    }
    book, catalog = mall(
        "electronics",
        products,
        promotions,
        points,
        [entry("phone-s", "2899.00", groups=["gold", "black"])],
    )
    book["lanes"] = [
        {"id": "item", "seat": "unit"},
        {"id": "shop", "seat": "shop"},
        {"id": "shop-coupon", "seat": "shop"},
        {"id": "platform", "seat": "order"},
        {"id": "platform-coupon", "seat": "order"},
        {"id": "order-gift", "seat": "order"},
        {"id": "order-reward", "seat": "order"},
        {"id": "shipping", "seat": "parcel"},
    ]
    return book, catalog
