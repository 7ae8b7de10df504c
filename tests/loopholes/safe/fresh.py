"""Fresh food: evening hours, a window of one day, and no points."""

from __future__ import annotations

from tests.loopholes.safe.writing import (
    NOVEMBER,
    Document,
    coupon,
    entry,
    fixed,
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


def fresh() -> tuple[Document, Document]:
    products = [
        *goods(
            "fruit",
            """apples 12.80 8.20 苹果 1kg
            pears 11.60 7.40 梨 1kg
            oranges 13.90 9.00 橙子 1kg
            grapes 19.90 13.00 葡萄 1kg
            bananas 9.90 6.20 香蕉 1kg
            mangoes 22.80 15.00 芒果 1kg""",
        ),
        *goods(
            "vegetables",
            """cabbage 4.90 2.80 白菜 1kg
            tomatoes 8.80 5.40 番茄 1kg
            potatoes 5.60 3.30 土豆 1kg
            carrots 5.20 3.00 胡萝卜 1kg
            peppers 9.60 6.00 青椒 1kg""",
        ),
        *goods(
            "meat",
            """pork 34.00 25.00 猪肉 500g
            beef 58.00 44.00 牛肉 500g
            lamb 56.00 43.00 羊肉 500g
            chicken 24.00 17.50 鸡肉 500g
            duck 26.00 19.00 鸭肉 500g""",
        ),
        *goods("fish", "shrimp 59.00 44.00\nsalmon 79.00 60.00\ncarp 28.00 20.00\ncod 66.00 50.00"),
        *goods("dairy", "milk 12.90 9.20\nyogurt 15.80 11.00\ncheese 29.80 21.00\neggs 18.80 14.0"),
    ]
    evening = {"weekly": [{"from": "20:00", "to": "23:00"}]}
    morning = {"weekly": [{"days": ["sat", "sun"], "from": "07:00", "to": "10:00"}]}
    promotions = [
        *(
            promotion(
                f"{kind}-evening",
                "item",
                percent("20"),
                schedule=NOVEMBER | evening,
                blocks=["shop"],
                **of(category=[kind]),
            )
            for kind in ("fruit", "vegetables", "meat", "fish")
        ),
        promotion(
            "dairy-morning",
            "item",
            percent("10"),
            schedule=NOVEMBER | morning,
            blocks=["shop"],
            **of(category=["dairy"]),
        ),
        promotion("fruit-second", "item", nth(2, "30"), **of(sku=["apples", "pears"])),
        promotion(
            "eggs-price",
            "item",
            fixed("16.90"),
            at_most_units=2,
            limits={},
            blocks=["shop"],
            **of(sku=["eggs"]),
        ),
        promotion(
            "from-69", "platform", tiers("amount_off", ("69.00", "5.00"), ("129.00", "12.00"))
        ),
        coupon("c-6", "platform-coupon", "6.00", "79.00"),
        coupon(
            "c-new",
            "platform-coupon",
            "9.00",
            "69.00",
            audience={"first_order": True},
            limits=limits(1, 3000, "27000.00"),
        ),
        promotion(
            "milk",
            "shop",
            gift("milk"),
            requires={"amount": "159.00"},
            limits=limits(1, 2000, "25800.00"),
        ),
        promotion(
            "ship-half",
            "shipping",
            {"kind": "shipping_off", "percent": "50"},
            requires={"amount": "39.00"},
        ),
    ]
    return mall(
        "fresh",
        products,
        promotions,
        None,
        [entry("milk", "11.90", min_quantity=6)],
        window_days=1,
        excluded_once_opened={"category": ["dairy"]},
    )
