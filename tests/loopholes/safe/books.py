"""Books: many goods of like prices, amounts off for every so much, and forfeit coupons."""

from __future__ import annotations

from tests.loopholes.safe.writing import (
    POINTS,
    Document,
    amount,
    bundle,
    coupon,
    gift,
    goods,
    mall,
    nth,
    of,
    percent,
    promotion,
)


def books() -> tuple[Document, Document]:
    kinds = {
        "novels": (46, 58, 42, 39, 65, 49, 52),
        "children": (29, 35, 32, 39, 45, 28),
        "science": (88, 96, 79, 108, 69),
        "languages": (55, 62, 48, 75),
    }
    products = [
        product
        for kind, prices in kinds.items()
        for product in goods(
            f"books/{kind}",
            "\n".join(
                f"{kind}-{place} {price}.00 {price * 0.5:.2f}" for place, price in enumerate(prices)
            ),
            tags=["book"],
        )
    ]
    products += goods("stationery", "pen 18.00 8.00\nnotebook 25.00 11.00\nbag 35.00 16.00")
    promotions = [
        *(
            promotion(f"{kind}-less", "item", percent("12"), **of(category=[f"books/{kind}"]))
            for kind in ("novels", "science", "languages")
        ),
        promotion("children-three", "item", bundle(3, "85.00"), **of(category=["books/children"])),
        promotion("pens", "item", nth(3, "50"), **of(sku=["pen", "notebook"])),
        promotion(
            "every-100",
            "platform",
            amount("12.00", every="100.00", at_most_times=5),
            **of(tag=["book"]),
        ),
        promotion("bag", "shop", gift("bag"), requires={"amount": "260.00"}, **of(tag=["book"])),
        coupon("c-15", "platform-coupon", "15.00", "150.00"),
        coupon("c-40", "platform-coupon", "40.00", "300.00"),
        coupon("c-teachers", "shop-coupon", "10.00", "99.00", audience={"groups": ["teacher"]}),
        promotion(
            "evening",
            "shop-coupon",
            percent("3", "20.00"),
            coupon=True,
            requires={"amount": "49.00"},
            schedule={
                "starts": "2026-11-01T00:00",
                "ends": "2027-02-02T00:00",
                "weekly": [{"days": ["fri", "sat"], "from": "20:00", "to": "24:00"}],
            },
        ),
        promotion(
            "ship-6",
            "shipping",
            {"kind": "shipping_off", "amount": "6.00"},
            requires={"amount": "59.00"},
        ),
    ]
    points = POINTS | {"expire": {"yearly": "12-31", "grace_months": 3}}
    return mall("books", products, promotions, points, coupon="forfeit")
