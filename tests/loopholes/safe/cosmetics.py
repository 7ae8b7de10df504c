"""Creams and lipsticks: gifts, add-ons, bundles, and coupons for members."""

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
    free_shipping,
    gift,
    goods,
    mall,
    nth,
    of,
    percent,
    promotion,
    reward,
    tiers,
)


def cosmetics() -> tuple[Document, Document]:
    products = [
        *goods(
            "care/skin",
            """cream-day 168.00 72.00
            cream-night 198.00 84.00
            serum-c 259.00 110.00
            serum-ha 229.00 98.00
            toner 129.00 55.00
            cleanser 89.00 38.00
            mask-box 119.00 48.00
            sunscreen 99.00 45.00
            eye-cream 239.00 99.00""",
            brand="luna",
        ),
        *goods(
            "care/hair",
            """shampoo 79.00 33.00
            conditioner 79.00 34.00
            hair-oil 109.00 46.00
            hair-mask 99.00 41.00""",
            brand="silk",
        ),
        *goods(
            "makeup/lips",
            """lip-red 139.00 52.00
            lip-nude 139.00 52.00
            lip-gloss 99.00 37.00
            lip-balm 49.00 19.00""",
            brand="rouge",
        ),
        *goods(
            "makeup/face",
            """foundation 219.00 88.00
            powder 159.00 62.00
            blush 129.00 49.00
            primer 149.00 60.00""",
            brand="rouge",
        ),
        *goods("gifts", "pouch 39.00 12.00\nmirror 29.00 9.00"),
    ]
    promotions = [
        promotion("skin-tenth", "item", percent("10"), **of(category=["care/skin"])),
        promotion("hair-pair", "item", nth(2, "50"), **of(category=["care/hair"])),
        promotion("lips-two", "item", bundle(2, "199.00"), **of(sku=["lip-red", "lip-nude"])),
        promotion("face-tenth", "item", percent("12"), **of(category=["makeup/face"])),
        promotion(
            "serum-night",
            "item",
            percent("15"),
            schedule=FESTIVAL
            | {"weekly": [{"days": ["tue", "wed"], "from": "20:00", "to": "22:00"}]},
            priority=5,
            **of(sku=["serum-c"]),
        ),
        promotion("every-300", "platform", amount("40.00", every="300.00", at_most_times=3)),
        promotion(
            "luna-pouch", "shop", gift("pouch"), requires={"amount": "399.00"}, **of(brand=["luna"])
        ),
        promotion(
            "rouge-tiers",
            "shop-coupon",
            tiers("amount_off", ("199.00", "15.00"), ("399.00", "40.00")),
            coupon=True,
            **of(brand=["rouge"]),
        ),
        promotion(
            "mirror-add", "order-add", add_on("mirror", "19.00"), requires={"amount": "199.00"}
        ),
        coupon("c-30", "platform-coupon", "30.00", "300.00"),
        coupon("c-new", "platform-coupon", "15.00", "129.00", audience={"first_order": True}),
        coupon("c-vip", "platform-coupon", "50.00", "399.00", audience={"groups": ["vip"]}),
        promotion(
            "double-points", "order-reward", reward(multiplier="2"), requires={"amount": "200.00"}
        ),
        free_shipping("free-99", "99.00"),
    ]
    book, catalog = mall(
        "cosmetics",
        products,
        promotions,
        POINTS,
        [entry("cream-day", "158.00", groups=["vip"]), entry("toner", "119.00", min_quantity=3)],
    )
    book["lanes"] = [
        {"id": "item", "seat": "unit"},
        {"id": "shop", "seat": "shop"},
        {"id": "shop-coupon", "seat": "shop"},
        {"id": "platform", "seat": "order"},
        {"id": "platform-coupon", "seat": "order"},
        {"id": "order-add", "seat": "order"},
        {"id": "order-reward", "seat": "order"},
        {"id": "shipping", "seat": "parcel"},
    ]
    return book, catalog
