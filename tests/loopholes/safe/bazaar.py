"""A market of fifteen shops, each with goods and a promotion of its own, under one roof."""

from __future__ import annotations

from tests.loopholes.safe.writing import (
    POINTS,
    Document,
    amount,
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

WARES = {
    "potter": ("ware", (58, 88, 138)),
    "weaver": ("cloth", (79, 129, 199)),
    "joiner": ("wood", (99, 169, 289)),
    "smith": ("metal", (69, 149, 239)),
    "glazier": ("glass", (49, 89, 159)),
    "tanner": ("leather", (119, 219, 349)),
    "candler": ("candles", (29, 49, 79)),
    "soapery": ("soap", (25, 39, 65)),
    "baker": ("bread", (18, 28, 48)),
    "dairy": ("cheese", (38, 58, 98)),
    "brewer": ("drinks", (35, 59, 89)),
    "grocer": ("pantry", (22, 45, 68)),
    "printer": ("paper", (19, 39, 79)),
    "toymaker": ("toys", (45, 99, 169)),
    "gardener": ("plants", (32, 69, 119)),
}


def bazaar() -> tuple[Document, Document]:
    products = [
        product
        for shop, (category, prices) in WARES.items()
        for product in goods(
            category,
            "\n".join(f"{shop}-{price} {price}.00 {price * 0.46:.2f}" for price in prices),
            shop=shop,
        )
    ]
    shared = {"platform": "50", "shop": "50"}
    promotions = [
        *(
            promotion(
                f"{shop}-less",
                "item",
                percent(off, "60.00"),
                funding={shop: "100"},
                **of(shop=[shop]),
            )
            for shop, off in (
                ("potter", "8"),
                ("weaver", "10"),
                ("joiner", "12"),
                ("tanner", "6"),
                ("toymaker", "15"),
            )
        ),
        promotion(
            "candles-pair", "item", nth(2, "30"), funding={"candler": "100"}, **of(shop=["candler"])
        ),
        promotion(
            "soap-pair", "item", nth(3, "50"), funding={"soapery": "100"}, **of(shop=["soapery"])
        ),
        promotion(
            "smith-tiers",
            "shop",
            tiers("amount_off", ("150.00", "8.00"), ("300.00", "22.00")),
            funding={"smith": "100"},
            **of(shop=["smith"]),
        ),
        promotion(
            "baker-gift",
            "shop",
            gift("baker-18"),
            requires={"amount": "120.00"},
            funding={"baker": "100"},
            **of(shop=["baker"]),
        ),
        *(
            coupon(
                f"c-{shop}",
                "shop-coupon",
                off,
                least,
                funding={shop: "100"},
                **of(shop=[shop]),
            )
            for shop, off, least in (
                ("glazier", "6.00", "90.00"),
                ("dairy", "5.00", "80.00"),
                ("tanner", "15.00", "250.00"),
            )
        ),
        promotion(
            "market-day",
            "platform",
            amount("15.00", every="150.00", at_most_times=4),
            funding=shared,
        ),
        coupon("c-market", "platform-coupon", "12.00", "150.00", funding=shared),
        coupon(
            "c-new",
            "platform-coupon",
            "8.00",
            "90.00",
            audience={"first_order": True},
            limits=limits(1, 9_000, "72000.00"),
        ),
        free_shipping("free-joiner", "150.00", funding={"joiner": "100"}, **of(shop=["joiner"])),
        promotion(
            "ship-3",
            "shipping",
            {"kind": "shipping_off", "amount": "3.00"},
            requires={"amount": "49.00"},
            funding=shared,
        ),
    ]
    return mall("bazaar", products, promotions, POINTS, window_days=7)
