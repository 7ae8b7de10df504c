"""A pharmacy: medicines are in no promotion, earn no points, and do not come back."""

from __future__ import annotations

from tests.loopholes.safe.writing import (
    POINTS,
    Document,
    coupon,
    fixed,
    free_shipping,
    gift,
    goods,
    mall,
    nth,
    of,
    percent,
    promotion,
    tiers,
)


def pharmacy() -> tuple[Document, Document]:
    products = [
        *goods(
            "medicine/otc",
            """ibuprofen 19.80 12.00
            cough-syrup 26.00 17.00
            antacid 22.50 14.00
            antihistamine 24.00 15.00""",
            tags=["medicine"],
        ),
        *goods(
            "medicine/rx",
            """statin 58.00 44.00
            antibiotic 32.00 23.00
            insulin 79.00 66.00""",
            tags=["medicine", "prescription"],
        ),
        *goods(
            "health/vitamins",
            """vitamin-c 69.00 32.00
            vitamin-d 79.00 36.00
            calcium 89.00 41.00
            fish-oil 129.00 60.00
            zinc 59.00 27.00""",
        ),
        *goods(
            "health/devices",
            """thermometer 49.00 24.00
            monitor 259.00 165.00
            scale 119.00 66.00
            nebulizer 329.00 210.00""",
        ),
        *goods("care", "plasters 15.00 6.50\ngauze 12.00 5.00\nmasks 29.00 13.00\nbox 25.00 9.00"),
        *goods("care/baby", "wipes 19.90 9.00\nbalm 45.00 21.00\nlotion 59.00 28.00"),
    ]
    no_medicine = {"except": {"tag": ["medicine", "prescription"]}}
    health = ["health", "care"]
    promotions = [
        promotion("vitamins-pair", "item", nth(2, "40"), **of(category=["health/vitamins"])),
        promotion("devices-less", "item", percent("8"), **of(category=["health/devices"])),
        promotion("care-less", "item", percent("10"), **of(category=["care"])),
        promotion(
            "monitor-price",
            "item",
            fixed("229.00"),
            priority=3,
            at_most_units=1,
            limits={},
            **of(sku=["monitor"]),
        ),
        promotion("box", "shop", gift("box"), requires={"amount": "199.00"}, **of(category=health)),
        promotion(
            "from-150",
            "platform",
            tiers("amount_off", ("150.00", "12.00"), ("300.00", "30.00")),
            items=no_medicine,
        ),
        coupon("c-10", "platform-coupon", "10.00", "120.00", items=no_medicine),
        coupon(
            "c-new",
            "platform-coupon",
            "8.00",
            "79.00",
            items=no_medicine,
            audience={"first_order": True},
        ),
        coupon("c-baby", "shop-coupon", "6.00", "60.00", **of(category=["care/baby"])),
        promotion(
            "seniors",
            "shop-coupon",
            percent("5", "15.00"),
            items=no_medicine,
            audience={"groups": ["senior"]},
        ),
        free_shipping("free-79", "79.00", items=no_medicine),
    ]
    points = POINTS | {
        "earn": {
            "per": "1.00",
            "points": 1,
            "items": [{"items": {"tag": ["medicine", "prescription"]}, "multiplier": "0"}],
        }
    }
    return mall("pharmacy", products, promotions, points, excluded={"category": ["medicine"]})
