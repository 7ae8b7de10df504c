"""Three shops that pay for their own promotions, and share those of the platform."""

from __future__ import annotations

from tests.loopholes.safe.writing import (
    FESTIVAL,
    POINTS,
    WHOLE,
    Document,
    amount,
    coupon,
    entry,
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


def shops() -> tuple[Document, Document]:
    products = [
        *goods(
            "ware/pots",
            """pot-s 128.00 60.00
            pot-m 168.00 80.00
            pot-l 228.00 110.00
            pan 159.00 76.00
            wok 189.00 92.00""",
            shop="kiln",
        ),
        *goods(
            "ware/cups",
            """cup 39.00 16.00
            mug 49.00 20.00
            glass 29.00 11.00
            saucer 25.00 9.00""",
            shop="kiln",
        ),
        *goods(
            "tea",
            """green 88.00 42.00
            black 98.00 47.00
            oolong 128.00 62.00
            white 158.00 78.00
            jasmine 78.00 37.00""",
            shop="tea-house",
        ),
        *goods(
            "linen",
            """sheet 199.00 105.00
            cover 299.00 160.00
            pillow 99.00 50.00
            towel 59.00 27.00
            robe 259.00 130.00""",
            shop="loom",
        ),
        *goods("food", "honey 69.00 35.00\njam 39.00 18.00\ncake 49.00 24.00", shop="tea-house"),
    ]
    shared = {"platform": "60", "shop": "40"}
    promotions = [
        promotion(
            "kiln-tenth", "item", percent("10"), funding={"kiln": "100"}, **of(shop=["kiln"])
        ),
        promotion(
            "tea-pair", "item", nth(2, "50"), funding={"tea-house": "100"}, **of(category=["tea"])
        ),
        promotion("loom-less", "item", percent("15"), funding={"loom": "100"}, **of(shop=["loom"])),
        promotion(
            "kiln-200",
            "shop",
            amount("20.00"),
            requires={"amount": "200.00"},
            funding={"kiln": "100"},
            **of(shop=["kiln"]),
        ),
        promotion(
            "tea-cup",
            "shop",
            gift("jam"),
            requires={"amount": "199.00"},
            funding={"tea-house": "70", "platform": "30"},
            **of(shop=["tea-house"]),
        ),
        promotion(
            "loom-tiers",
            "shop",
            tiers("percent_off", ("299.00", "5"), ("599.00", "8")),
            funding={"loom": "100"},
            **of(shop=["loom"]),
        ),
        *(
            coupon(
                f"c-{shop}",
                "shop-coupon",
                "15.00",
                "150.00",
                funding={shop: "100"},
                **of(shop=[shop]),
            )
            for shop in ("kiln", "tea-house", "loom")
        ),
        promotion(
            "double11",
            "platform",
            amount("50.00", every="300.00", at_most_times=3),
            requires={"amount": "300.00"},
            schedule=FESTIVAL,
            funding=shared,
        ),
        promotion(
            "weekend",
            "platform",
            percent("3", "30.00"),
            funding=shared,
            schedule={
                "starts": "2026-11-14T00:00",
                "ends": "2026-11-30T08:00",
                "weekly": [{"days": ["sat", "sun"], "from": "00:00", "to": "24:00"}],
            },
        ),
        coupon("c-platform", "platform-coupon", "20.00", "199.00", funding=shared),
        coupon(
            "c-vip",
            "platform-coupon",
            "30.00",
            "249.00",
            funding=WHOLE,
            audience={"groups": ["vip"]},
        ),
        free_shipping("free-kiln", "99.00", funding={"kiln": "100"}, **of(shop=["kiln"])),
        free_shipping("free-tea", "88.00", funding={"shop": "100"}, **of(shop=["tea-house"])),
    ]
    return mall("shops", products, promotions, POINTS, [entry("green", "82.00", groups=["vip"])])
