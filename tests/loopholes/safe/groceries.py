"""Rice, flour and oil: thin margins, packs of many sizes, and actions that earn points."""

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
    mall,
    nth,
    of,
    percent,
    promotion,
    tiers,
)


def groceries() -> tuple[Document, Document]:
    products = [
        *goods(
            "rice",
            """rice-5 38.00 29.00 东北大米 5斤
            rice-10 74.00 57.00 东北大米 10斤
            rice-1kg 15.60 11.50 东北大米 1kg
            rice-5kg 76.00 58.00 长粒香米 5公斤
            rice-2kg 31.00 24.00 长粒香米 2kg
            rice-500 7.80 5.90 长粒香米 500克""",
        ),
        *goods(
            "flour",
            """flour-5 21.00 15.80 面粉 5斤
            flour-10 41.00 31.00 面粉 10斤
            flour-1kg 8.60 6.20 面粉 1kg
            flour-25kg 199.00 155.00 面粉 25kg
            flour-500 4.40 3.10 面粉 500g""",
        ),
        *goods(
            "oil",
            """oil-5l 69.00 54.00 菜籽油 5L
            oil-1l 14.50 11.00 菜籽油 1L
            oil-500 7.50 5.50 菜籽油 500ml
            oil-1.8l 25.80 20.00 菜籽油 1.8升
            oil-900 13.20 10.00 菜籽油 900毫升""",
        ),
        *goods(
            "snacks",
            """nuts 39.00 27.00 坚果 500g
            dates 36.00 25.00 红枣 500g
            raisins 33.00 23.00 葡萄干 1斤
            seeds 31.00 22.00 瓜子 500克
            figs 42.00 30.00 无花果 500g""",
        ),
        *goods("home", "towels 19.90 12.00\nsoap 12.80 7.50\nbags 9.90 5.00\nbowl 25.00 14.00"),
    ]
    promotions = [
        promotion("rice-less", "item", percent("6"), **of(category=["rice"])),
        promotion("flour-less", "item", percent("5"), **of(category=["flour"])),
        promotion("oil-pair", "item", nth(2, "20"), **of(category=["oil"])),
        promotion(
            "nuts-price", "item", fixed("35.00"), at_most_units=3, limits={}, **of(sku=["nuts"])
        ),
        promotion("snacks-three", "item", bundle(3, "88.00"), **of(sku=["dates", "raisins"])),
        promotion(
            "members-rice",
            "shop",
            percent("2"),
            audience={"groups": ["member"]},
            **of(category=["rice"]),
        ),
        promotion(
            "bowl",
            "shop",
            gift("bowl"),
            requires={"amount": "199.00"},
            audience={"groups": ["plus"]},
            **of(category=["home"]),
        ),
        promotion(
            "from-99",
            "platform",
            tiers("amount_off", ("99.00", "5.00"), ("199.00", "12.00"), ("299.00", "20.00")),
        ),
        coupon("c-8", "platform-coupon", "8.00", "129.00"),
        coupon("c-new", "platform-coupon", "10.00", "99.00", audience={"first_order": True}),
        coupon("c-oil", "shop-coupon", "5.00", "69.00", **of(category=["oil"])),
        free_shipping("free-59", "59.00"),
    ]
    prices = [
        entry("rice-5", "36.00", groups=["member"]),
        entry("oil-5l", "66.00", groups=["member"]),
        entry("flour-10", "39.50", min_quantity=4),
    ]
    points = POINTS | {
        "actions": [
            {
                "id": "sign_in",
                "points": 2,
                "times": {"day": 1},
                "streak": [{"days": 7, "points": 20}],
            },
            {"id": "review", "points": 10, "times": {"day": 3, "month": 20}},
        ]
    }
    return mall(
        "groceries", products, promotions, points, prices, excluded={"category": ["snacks"]}
    )
