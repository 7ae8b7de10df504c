"""A festival with all there is: tiers, coupons, freight, gifts, add-ons, points and members."""

from __future__ import annotations

from tests.loopholes.safe.writing import (
    FESTIVAL,
    POINTS,
    Document,
    add_on,
    amount,
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
    reward,
    tiers,
)


def gala() -> tuple[Document, Document]:
    products = [
        *goods(
            "home/bed",
            """quilt 399.00 165.00
            sheets 229.00 94.00
            pillow 99.00 40.00
            throw 149.00 61.00
            mattress 1299.00 560.00""",
            shop="nest",
            brand="nest",
        ),
        *goods(
            "home/bath",
            "towels 89.00 35.00\nrobe 199.00 80.00\nmat 59.00 23.00\ncaddy 69.00 27.00",
            shop="nest",
        ),
        *goods(
            "food/tea",
            "green 88.00 35.00\nblack 98.00 39.00\noolong 168.00 68.00\npuer 268.00 108.00",
            shop="hill",
        ),
        *goods(
            "food/sweets",
            "mooncake 128.00 52.00\nnougat 58.00 23.00\nfruit 48.00 19.00\nnuts 78.00 32.00",
            shop="hill",
        ),
        *goods(
            "tech/audio",
            "buds 299.00 128.00\nspeaker 399.00 172.00\nradio 199.00 84.00",
            shop="volt",
            brand="volt",
        ),
        *goods(
            "tech/small",
            "lamp 159.00 66.00\nclock 129.00 53.00\ncharger 99.00 39.00\nfan 119.00 49.00",
            shop="volt",
        ),
        *goods("gifts", "tote 39.00 11.00\ncup 49.00 15.00\npins 19.00 5.00", shop="volt"),
    ]
    promotions = [
        promotion("bed-less", "item", percent("10"), **of(category=["home/bed"])),
        promotion("bath-pair", "item", nth(2, "40"), **of(category=["home/bath"])),
        promotion("tea-three", "item", bundle(3, "239.00"), **of(sku=["green", "black"])),
        promotion("sweets-less", "item", percent("12", "30.00"), **of(category=["food/sweets"])),
        promotion(
            "buds-night",
            "item",
            fixed("259.00"),
            schedule=FESTIVAL,
            limits=limits(1, 1_000, "40000.00"),
            **of(sku=["buds"]),
        ),
        promotion("small-less", "item", percent("8"), **of(category=["tech/small"])),
        promotion(
            "nest-tiers",
            "shop",
            tiers("amount_off", ("300.00", "20.00"), ("600.00", "50.00")),
            **of(shop=["nest"]),
        ),
        promotion(
            "hill-cup", "shop", gift("cup"), requires={"amount": "260.00"}, **of(shop=["hill"])
        ),
        promotion(
            "volt-tiers",
            "shop",
            tiers("percent_off", ("200.00", "4"), ("500.00", "7")),
            **of(shop=["volt"]),
        ),
        coupon("c-nest", "shop-coupon", "15.00", "200.00", **of(shop=["nest"])),
        coupon("c-hill", "shop-coupon", "10.00", "150.00", **of(shop=["hill"])),
        promotion(
            "gala-300",
            "platform",
            amount("30.00", every="300.00", at_most_times=3),
            schedule=FESTIVAL,
            requires={"amount": "300.00"},
        ),
        coupon("c-gala", "platform-coupon", "25.00", "300.00", schedule=FESTIVAL),
        coupon("c-new", "platform-coupon", "12.00", "120.00", audience={"first_order": True}),
        coupon("c-gold", "platform-coupon", "40.00", "500.00", audience={"groups": ["gold"]}),
        promotion("pins-add", "order-add", add_on("pins", "12.00"), requires={"amount": "150.00"}),
        promotion(
            "tote",
            "order-gift",
            gift("tote", "39.00"),
            requires={"amount": "600.00"},
            limits=limits(1, 3_000, "117000.00"),
        ),
        promotion(
            "points-200",
            "order-reward",
            reward(points=200),
            requires={"amount": "400.00"},
            limits=limits(3, 10_000, "100000.00"),
        ),
        free_shipping("free-nest", "199.00", **of(shop=["nest"])),
        promotion(
            "ship-5",
            "shipping",
            {"kind": "shipping_off", "amount": "5.00"},
            requires={"amount": "88.00"},
        ),
    ]
    points = POINTS | {
        "at_most_percent": "30",
        "earn": {
            "per": "1.00",
            "points": 1,
            "groups": {"gold": "1.5"},
            "at_most_per_order": 3000,
            "campaigns": [
                {
                    "id": "gala-double",
                    "multiplier": "2",
                    "schedule": FESTIVAL,
                    "at_most_per_customer": 2000,
                }
            ],
        },
    }
    book, catalog = mall(
        "gala",
        products,
        promotions,
        points,
        [entry("mattress", "1199.00", groups=["gold"])],
        shipping="never",
    )
    book["lanes"] = [
        {"id": "item", "seat": "unit"},
        {"id": "shop", "seat": "shop"},
        {"id": "shop-coupon", "seat": "shop"},
        {"id": "platform", "seat": "order"},
        {"id": "platform-coupon", "seat": "order"},
        {"id": "order-add", "seat": "order"},
        {"id": "order-gift", "seat": "order"},
        {"id": "order-reward", "seat": "order"},
        {"id": "shipping", "seat": "parcel"},
    ]
    return book, catalog
