"""Malls of eight trades that nobody can abuse, as documents: what lint must not call an error.

Amounts are in yuan. Every one has limits on what it hands out, floors at cost, points that settle
when the window of returns is closed, and a policy of returns that takes back what was for the
goods. What is broken in them, one thing at a time, is in `mutants.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Document = dict[str, Any]

NOVEMBER = {"starts": "2026-11-01T00:00", "ends": "2026-12-02T00:00"}
FESTIVAL = {"starts": "2026-11-09T20:00", "ends": "2026-11-13T00:00"}
WHOLE = {"platform": "100"}


def goods(category: str, rows: str, **fields: Any) -> list[Document]:
    """Products, each row a SKU, its price, its cost and what else is in its title.

    The floor is the cost.
    """
    found = []
    for row in rows.strip().splitlines():
        sku, price, cost, *title = row.split()
        product: Document = {
            "sku": sku,
            "price": price,
            "cost": cost,
            "floor": cost,
            "category": category,
        }
        if title:
            product["title"] = {"zh-CN": " ".join(title)}
        found.append(product | fields)
    return found


def entry(sku: str, price: str, **fields: Any) -> Document:
    return {"sku": sku, "price": price, **fields}


def limits(per_customer: int, total: int, budget: str) -> Document:
    return {"per_customer": per_customer, "total": total, "budget": budget}


def promotion(id_: str, lane: str, benefit: Document, **fields: Any) -> Document:
    """A promotion of this month, funded by the platform, with limits."""
    usual = {
        "schedule": NOVEMBER,
        "funding": WHOLE,
        "limits": limits(5, 20_000, "200000.00"),
    }
    return {"id": id_, "lane": lane, "benefit": benefit} | usual | fields


def percent(number: str, at_most: str | None = None) -> Document:
    capped = {} if at_most is None else {"at_most": at_most}
    return {"kind": "percent_off", "percent": number, **capped}


def amount(off: str, **fields: Any) -> Document:
    return {"kind": "amount_off", "amount": off, **fields}


def tiers(kind: str, *steps: tuple[str, str]) -> Document:
    """Tiers of amounts off, or of percentages, each from an amount on."""
    field = "amount" if kind == "amount_off" else "percent"
    return {
        "kind": "tiers",
        "tiers": [{"amount": reach, "benefit": {"kind": kind, field: off}} for reach, off in steps],
    }


def gift(sku: str, value: str | None = None, quantity: int = 1) -> Document:
    worth = {} if value is None else {"value": value}
    return {"kind": "gift", "sku": sku, "quantity": quantity, **worth}


def nth(n: int, off: str) -> Document:
    return {"kind": "nth_unit", "n": n, "percent": off}


def fixed(price: str) -> Document:
    return {"kind": "fixed_price", "price": price}


def bundle(size: int, price: str) -> Document:
    return {"kind": "bundle_price", "size": size, "price": price}


def add_on(sku: str, price: str, quantity: int = 1) -> Document:
    return {"kind": "add_on", "sku": sku, "price": price, "quantity": quantity}


def reward(**what: Any) -> Document:
    return {"kind": "reward", **what}


def coupon(id_: str, lane: str, off: str, least: str, **fields: Any) -> Document:
    """A coupon of an amount, from an amount on, once for each customer."""
    usual = {
        "coupon": True,
        "requires": {"amount": least},
        "limits": limits(1, 10_000, "200000.00"),
    }
    return promotion(id_, lane, amount(off), **(usual | fields))


def free_shipping(id_: str, least: str, **fields: Any) -> Document:
    benefit = {"kind": "shipping_off", "percent": "100"}
    return promotion(id_, "shipping", benefit, requires={"amount": least}, **fields)


def of(**criteria: Any) -> Document:
    return {"items": criteria}


def mall(
    id_: str,
    products: list[Document],
    promotions: list[Document],
    points: Document | None = None,
    prices: list[Document] | None = None,
    **after_sales: Any,
) -> tuple[Document, Document]:
    """A rulebook and a catalogue."""
    book: Document = {
        "id": id_,
        "version": "1",
        "currency": "CNY",
        "promotions": promotions,
        "after_sales": {"lost_threshold": "reprice", **after_sales},
    }
    if points is not None:
        book["points"] = points
    return book, {"products": products, "prices": prices or []}


POINTS: Document = {
    "worth": {"points": 100, "money": "1.00"},
    "at_most_percent": "50",
    "step": 100,
    "earn": {"per": "1.00", "points": 1, "at_most_per_day": 5000},
    "expire": {"after_days": 365, "revive_days": 30},
}


def _cosmetics() -> tuple[Document, Document]:
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


def _groceries() -> tuple[Document, Document]:
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
        promotion("nuts-price", "item", fixed("35.00"), at_most_units=3, **of(sku=["nuts"])),
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
            requires={"amount": "299.00"},
            audience={"groups": ["plus"]},
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


def _electronics() -> tuple[Document, Document]:
    products = [
        *goods(
            "phones",
            """phone-s 2999.00 2510.00
            phone-m 3999.00 3350.00
            phone-l 5499.00 4600.00
            phone-old 1599.00 1290.00
            phone-fold 8999.00 7600.00""",
            brand="orion",
        ),
        *goods(
            "laptops",
            """book-13 5299.00 4480.00
            book-15 6799.00 5750.00
            book-pro 9999.00 8500.00
            book-air 4599.00 3900.00""",
            brand="orion",
        ),
        *goods(
            "audio",
            """buds 499.00 330.00
            buds-pro 899.00 600.00
            headset 1299.00 860.00
            speaker 399.00 250.00
            soundbar 1599.00 1100.00""",
            brand="echo",
        ),
        *goods(
            "parts",
            """charger 129.00 62.00
            cable 39.00 15.00
            case 79.00 28.00
            film 49.00 14.00
            power-bank 199.00 110.00
            hub 259.00 140.00
            mouse 149.00 75.00
            keyboard 399.00 220.00""",
        ),
    ]
    promotions = [
        promotion(
            "phone-200",
            "item",
            amount("200.00", per="unit"),
            at_most_units=1,
            **of(sku=["phone-m", "phone-l"]),
        ),
        promotion("old-price", "item", fixed("1399.00"), at_most_units=2, **of(sku=["phone-old"])),
        promotion("audio-tenth", "item", percent("10", "150.00"), **of(category=["audio"])),
        promotion("parts-three", "item", nth(3, "60"), **of(category=["parts"])),
        promotion("case-add", "shop", add_on("case", "49.00"), **of(category=["phones"])),
        promotion("laptop-mouse", "order-gift", gift("mouse"), **of(category=["laptops"])),
        promotion(
            "from-5000",
            "platform",
            tiers(
                "amount_off", ("3000.00", "100.00"), ("5000.00", "200.00"), ("9000.00", "400.00")
            ),
        ),
        coupon("c-100", "platform-coupon", "100.00", "2000.00"),
        coupon(
            "c-300", "platform-coupon", "300.00", "6000.00", audience={"groups": ["gold", "black"]}
        ),
        coupon("c-audio", "shop-coupon", "40.00", "499.00", **of(category=["audio"])),
        coupon("c-next", "platform-coupon", "50.00", "999.00"),
        promotion(
            "next-coupon",
            "order-gift",
            reward(coupon="c-next"),
            requires={"amount": "1999.00"},
            limits=limits(1, 5000, "250000.00"),
        ),
        promotion(
            "points-500",
            "order-reward",
            reward(points=500),
            requires={"amount": "999.00"},
            **of(brand=["echo"]),
        ),
        free_shipping("free-200", "200.00"),
    ]
    points = POINTS | {
        "at_most_percent": "20",
        "earn": {
            "per": "10.00",
            "points": 10,
            "groups": {"gold": "1.5", "black": "2"},
            "at_most_per_order": 20_000,
            "settles": "window_closed",
            "items": [{"items": {"category": ["phones"]}, "multiplier": "0.5"}],
            "campaigns": [
                {
                    "id": "audio-week",
                    "multiplier": "2",
                    "schedule": FESTIVAL,
                    "items": {"category": ["audio"]},
                    "at_most_per_customer": 5000,
                }
            ],
        },
    }
    book, catalog = mall(
        "electronics",
        products,
        promotions,
        points,
        [entry("phone-s", "2899.00", groups=["gold", "black"])],
    )
    book["lanes"] = [
        {"id": "item", "seat": "unit"},
        {"id": "shop", "seat": "shop"},
        {"id": "shop-coupon", "seat": "shop"},
        {"id": "platform", "seat": "order"},
        {"id": "platform-coupon", "seat": "order"},
        {"id": "order-gift", "seat": "order"},
        {"id": "order-reward", "seat": "order"},
        {"id": "shipping", "seat": "parcel"},
    ]
    return book, catalog


def _books() -> tuple[Document, Document]:
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


def _pharmacy() -> tuple[Document, Document]:
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


def _fresh() -> tuple[Document, Document]:
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
                **of(category=[kind]),
            )
            for kind in ("fruit", "vegetables", "meat", "fish")
        ),
        promotion(
            "dairy-morning",
            "item",
            percent("10"),
            schedule=NOVEMBER | morning,
            **of(category=["dairy"]),
        ),
        promotion("fruit-second", "item", nth(2, "30"), **of(sku=["apples", "pears"])),
        promotion("eggs-price", "item", fixed("16.90"), at_most_units=2, **of(sku=["eggs"])),
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


def _shops() -> tuple[Document, Document]:
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


def _members() -> tuple[Document, Document]:
    kinds = {
        "clothes/shirts": ("shirt", (159, 189, 209, 229)),
        "clothes/trousers": ("trousers", (239, 259, 289)),
        "clothes/coats": ("coat", (599, 699, 899, 1099)),
        "shoes": ("shoes", (329, 399, 459, 529, 599)),
        "bags": ("bag", (269, 359, 499)),
        "extras": ("belt", (89, 99, 119)),
    }
    products = [
        product
        for category, (name, prices) in kinds.items()
        for product in goods(
            category,
            "\n".join(
                f"{name}-{place} {price}.00 {price * 0.45:.2f}"
                for place, price in enumerate(prices)
            ),
        )
    ]
    products += goods("gifts", "scarf 79.00 28.00\nsocks 29.00 9.00")
    levels = {"silver": "3", "gold": "5", "black": "8"}
    promotions = [
        *(
            promotion(
                f"level-{level}",
                "item",
                percent(off),
                audience={"groups": [level]},
                limits=limits(50, 100_000, "900000.00"),
            )
            for level, off in levels.items()
        ),
        promotion("coats", "shop", percent("10"), **of(category=["clothes/coats"])),
        promotion("two-shirts", "shop", bundle(2, "299.00"), **of(category=["clothes/shirts"])),
        promotion(
            "socks", "shop", gift("socks"), requires={"amount": "399.00"}, **of(category=["shoes"])
        ),
        promotion(
            "black-scarf",
            "order-gift",
            gift("scarf", "79.00"),
            requires={"amount": "899.00"},
            audience={"groups": ["black"]},
        ),
        promotion("bonus", "order-gift", reward(points=300), requires={"amount": "299.00"}),
        promotion(
            "from-600", "platform", tiers("amount_off", ("600.00", "50.00"), ("1000.00", "100.00"))
        ),
        coupon(
            "c-birthday",
            "platform-coupon",
            "50.00",
            "399.00",
            audience={"groups": ["silver", "gold", "black"]},
        ),
        coupon("c-return", "platform-coupon", "30.00", "299.00"),
        coupon("c-welcome", "platform-coupon", "20.00", "199.00", audience={"first_order": True}),
        free_shipping("free-gold", "1.00", audience={"groups": ["gold", "black"]}),
        free_shipping("free-199", "199.00"),
    ]
    points = POINTS | {
        "earn": {
            "per": "1.00",
            "points": 1,
            "at_most_per_month": 50_000,
            "groups": {"silver": "1.2", "gold": "1.5", "black": "2"},
            "campaigns": [
                {
                    "id": "members-day",
                    "multiplier": "2",
                    "schedule": FESTIVAL,
                    "at_most_per_order": 2000,
                }
            ],
        },
        "tiers": {
            "tiers": [
                {"id": "silver", "points": 1000},
                {"id": "gold", "points": 5000},
                {"id": "black", "points": 20_000},
            ],
            "months": 12,
            "grace_days": 30,
        },
        "transfer": {"allowed": True, "at_least": 100, "at_most_per_day": 1000},
        "actions": [
            {"id": "sign_in", "points": 3, "times": {"day": 1}},
            {"id": "profile", "points": 200, "times": {"ever": 1}},
        ],
    }
    book, catalog = mall(
        "members",
        products,
        promotions,
        points,
        [entry("coat-0", "569.00", groups=["gold", "black"])],
        window_days=14,
    )
    book["lanes"] = [
        {"id": "item", "seat": "unit"},
        {"id": "shop", "seat": "shop"},
        {"id": "platform", "seat": "order"},
        {"id": "platform-coupon", "seat": "order"},
        {"id": "order-gift", "seat": "order"},
        {"id": "shipping", "seat": "parcel"},
    ]
    return book, catalog


SAFE: Mapping[str, tuple[Document, Document]] = {
    "cosmetics": _cosmetics(),
    "groceries": _groceries(),
    "electronics": _electronics(),
    "books": _books(),
    "pharmacy": _pharmacy(),
    "fresh": _fresh(),
    "shops": _shops(),
    "members": _members(),
}
"""The rulebook and the catalogue of each mall, by its trade."""
