"""Second-hand goods: each is one of its kind, and what was opened once does not come back."""

from __future__ import annotations

from tests.loopholes.safe.writing import (
    Document,
    coupon,
    free_shipping,
    goods,
    limits,
    mall,
    of,
    percent,
    promotion,
    tiers,
)


def second_hand() -> tuple[Document, Document]:
    products = [
        *goods(
            "used/phones",
            """u-phone-a 1299.00 930.00
            u-phone-b 1899.00 1380.00
            u-phone-c 2599.00 1900.00
            u-phone-d 899.00 640.00""",
            tags=["inspected"],
        ),
        *goods(
            "used/laptops",
            "u-book-a 2399.00 1740.00\nu-book-b 3299.00 2400.00\nu-book-c 1599.00 1150.00",
            tags=["inspected"],
        ),
        *goods(
            "used/cameras",
            "u-cam-a 1799.00 1270.00\nu-cam-b 2899.00 2080.00\nu-lens-a 999.00 700.00",
            tags=["inspected"],
        ),
        *goods(
            "used/bags",
            "u-bag-a 688.00 390.00\nu-bag-b 1288.00 740.00\nu-bag-c 2888.00 1690.00",
            tags=["luxury"],
        ),
        *goods(
            "used/clothes",
            """u-coat-a 259.00 120.00
            u-coat-b 329.00 155.00
            u-dress-a 159.00 72.00
            u-shoes-a 199.00 92.00
            u-knit-a 119.00 54.00""",
        ),
        *goods("used/books", "u-set-a 68.00 30.00\nu-set-b 88.00 39.00\nu-atlas 120.00 55.00"),
        *goods("care", "case-new 49.00 18.00\nkit 39.00 14.00\nfilm-new 29.00 9.00"),
    ]
    kept = {"category": ["used/phones", "used/laptops", "used/cameras"]}
    promotions = [
        promotion(
            "clothes-two",
            "shop",
            percent("8"),
            requires={"distinct": 2},
            **of(category=["used/clothes"]),
        ),
        promotion("books-less", "item", percent("10"), **of(category=["used/books"])),
        promotion("care-less", "item", percent("20"), **of(category=["care"])),
        promotion(
            "bags-dear",
            "item",
            percent("6", "150.00"),
            items={"category": ["used/bags"], "price": {"at_least": "1000.00"}},
        ),
        promotion(
            "inspected",
            "item",
            percent("4", "80.00"),
            items={"tag": ["inspected"], "reduced": False},
        ),
        promotion(
            "autumn",
            "platform",
            tiers("amount_off", ("1000.00", "30.00"), ("2500.00", "90.00")),
        ),
        coupon("c-20", "platform-coupon", "20.00", "500.00"),
        coupon("c-first", "platform-coupon", "10.00", "199.00", audience={"first_order": True}),
        coupon(
            "c-seller",
            "platform-coupon",
            "40.00",
            "900.00",
            audience={"groups": ["seller"]},
            limits=limits(1, 5_000, "200000.00"),
        ),
        free_shipping("free-150", "150.00"),
    ]
    points = {
        "worth": {"points": 100, "money": "1.00"},
        "at_most_percent": "10",
        "step": 50,
        "earn": {"per": "2.00", "points": 1, "at_most_per_order": 1500},
        "expire": {"after_days": 180},
    }
    return mall(
        "second_hand",
        products,
        promotions,
        points,
        window_days=7,
        excluded_once_opened=kept,
        used_points="return",
    )
