"""Hospitals that sell check-ups, visits to doctors, vaccines and what a pharmacy has.

What needs a licence is in no promotion, earns no points, and cannot be sent back.
"""

from __future__ import annotations

from tests.loopholes.safe.writing import (
    POINTS,
    Document,
    coupon,
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

LICENSED = {"except": {"tag": ["medicine", "prescription"]}}


def clinic() -> tuple[Document, Document]:
    products = [
        *goods(
            "visits/first",
            """visit-general 60.00 35.00
            visit-children 90.00 52.00
            visit-skin 120.00 70.00
            visit-heart 180.00 105.00""",
            shop="hospital-north",
        ),
        *goods(
            "visits/online",
            "ask-general 30.00 14.00\nask-diet 45.00 20.00\nask-mind 160.00 88.00",
            shop="hospital-south",
        ),
        *goods(
            "checks",
            """check-basic 399.00 205.00
            check-full 1299.00 680.00
            check-heart 899.00 465.00
            check-women 999.00 520.00
            check-parents 1599.00 840.00""",
            shop="hospital-north",
        ),
        *goods("vaccines", "flu 128.00 98.00\nhpv 1318.00 1180.00", tags=["prescription"]),
        *goods(
            "medicines",
            """amoxicillin 28.00 21.00
            metformin 46.00 36.00
            loratadine 22.00 15.00
            inhaler 118.00 96.00""",
            tags=["medicine"],
        ),
        *goods("teeth", "cleaning 199.00 92.00\nwhitening 899.00 410.00\nbraces 6800.00 3900.00"),
        *goods(
            "home",
            """pressure-meter 289.00 150.00
            glucose-meter 199.00 98.00
            strips 89.00 42.00
            thermometer 69.00 30.00
            pill-box 25.00 8.00""",
        ),
    ]
    promotions = [
        promotion("online-third", "item", nth(3, "50"), **of(category=["visits/online"])),
        promotion("checks-less", "item", percent("12", "150.00"), **of(category=["checks"])),
        promotion("teeth-less", "item", percent("10", "300.00"), **of(category=["teeth"])),
        promotion(
            "parents-two",
            "shop",
            percent("8", "200.00"),
            requires={"quantity": 2},
            funding={"hospital-north": "100"},
            **of(sku=["check-parents"]),
        ),
        promotion(
            "pill-box",
            "shop",
            gift("pill-box"),
            requires={"amount": "250.00"},
            **of(category=["home"]),
        ),
        promotion(
            "health-days",
            "platform",
            tiers("amount_off", ("500.00", "30.00"), ("1000.00", "80.00"), ("2000.00", "180.00")),
            items=LICENSED,
        ),
        coupon("c-home", "shop-coupon", "15.00", "150.00", **of(category=["home"])),
        coupon(
            "c-first",
            "platform-coupon",
            "20.00",
            "200.00",
            items=LICENSED,
            audience={"first_order": True},
        ),
        coupon(
            "c-checks", "platform-coupon", "50.00", "800.00", **of(category=["checks", "teeth"])
        ),
        promotion(
            "elders",
            "shop-coupon",
            percent("5", "40.00"),
            audience={"groups": ["elder"]},
            items=LICENSED,
            limits=limits(12, 50_000, "500000.00"),
        ),
        free_shipping("free-99", "99.00", items=LICENSED),
    ]
    points = POINTS | {
        "at_most_percent": "20",
        "earn": {
            "per": "1.00",
            "points": 1,
            "at_most_per_month": 10_000,
            "items": [{"items": {"tag": ["medicine", "prescription"]}, "multiplier": "0"}],
        },
    }
    licensed = {"category": ["medicines", "vaccines"]}
    return mall("clinic", products, promotions, points, excluded=licensed, window_days=10)
