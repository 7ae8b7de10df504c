"""Documents that the tests start from: one of each that uses every key there is."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from mallops.errors import InputError
from mallops.money import Currency

Doc = dict[str, Any]

CNY = Currency.of("CNY")
AT = "2026-11-11T12:00:00+08:00"


def benefit(kind: str, **fields: object) -> Doc:
    return {"kind": kind, **fields}


def promotion(lane: str, held: Doc, **fields: object) -> Doc:
    return {"id": fields.pop("id", "p"), "lane": lane, "benefit": held, **fields}


def rulebook(*promotions: Doc, **fields: object) -> Doc:
    return {"currency": "CNY", "promotions": list(promotions), **fields}


def tiers(*held: Doc) -> Doc:
    return benefit("tiers", tiers=list(held))


PERCENT_OFF = benefit("percent_off", percent="12.5", at_most="20.00")
AMOUNT_OFF = benefit("amount_off", amount="50.00", every="300.00", at_most_times=3)
AMOUNT_OFF_EACH = benefit("amount_off", amount="5.00", per="unit")
FIXED_PRICE = benefit("fixed_price", price="39.90")
NTH_UNIT = benefit("nth_unit", n=4, percent="100", units=2, at_most_times=1)
BUNDLE_PRICE = benefit("bundle_price", size=3, price="99.00", at_most_times=2)
GIFT = benefit("gift", sku="MUG", quantity=1, value="9.90")
ADD_ON = benefit("add_on", sku="MUG", price="1.00", quantity=2)
SHIPPING_OFF = benefit("shipping_off", percent="100")
REWARD = benefit("reward", points=500)

FULL_PROMOTION: Doc = {
    "id": "double11",
    "lane": "platform",
    "priority": -7,
    "title": {"en": "50 off every 300", "zh-CN": "跨店每满300减50"},
    "schedule": {
        "starts": "2026-11-10T20:00:00+08:00",
        "ends": "2026-11-12T00:00:00+08:00",
        "weekly": [
            {"days": ["sat", "sun"], "from": "20:00", "to": "24:00"},
            {"from": "22:00", "to": "02:00"},
        ],
    },
    "audience": {"groups": ["gold", "vip"], "first_order": True},
    "coupon": True,
    "active": False,
    "items": {
        "category": ["care"],
        "brand": ["b1", "b2"],
        "sku": ["A"],
        "shop": ["s1"],
        "tag": ["new"],
        "price": {"at_least": "20.00", "below": "500.00"},
        "reduced": False,
        "except": {"sku": ["X"], "price": {"below": "1.00"}, "reduced": True},
    },
    "requires": {
        "amount": "300.00",
        "quantity": 2,
        "distinct": 2,
        "items": {"brand": ["b1"], "except": {"tag": ["old"]}},
        "scope": "order",
    },
    "at_most_units": 5,
    "benefit": AMOUNT_OFF,
    "blocks": ["platform-coupon", "shipping"],
    "limits": {"per_customer": 1, "total": 10000, "budget": "50000.00"},
    "funding": {"platform": "60", "shop": "40"},
}

FULL_RULEBOOK: Doc = {
    "format": "mallops.rulebook/1",
    "id": "festival",
    "version": "2026-11",
    "title": {"en": "Double 11", "zh-CN": "双11"},
    "currency": "CNY",
    "timezone": "Asia/Tokyo",
    "rounding": "half_even",
    "lanes": [
        {"id": "item", "seat": "unit"},
        {"id": "shop", "seat": "shop"},
        {"id": "platform", "seat": "order"},
        {"id": "platform-coupon", "seat": "order"},
        {"id": "shipping", "seat": "parcel"},
    ],
    "choice": "priority",
    "promotions": [
        {
            **FULL_PROMOTION,
            "schedule": {
                **FULL_PROMOTION["schedule"],
                "starts": "2026-11-10T21:00:00+09:00",
                "ends": "2026-11-12T01:00:00+09:00",
            },
        },
        promotion("item", PERCENT_OFF, id="percent"),
        promotion("item", AMOUNT_OFF_EACH, id="each"),
        promotion("item", FIXED_PRICE, id="fixed"),
        promotion("item", NTH_UNIT, id="nth"),
        promotion("item", BUNDLE_PRICE, id="bundle"),
        promotion("shop", GIFT, id="gift"),
        promotion("shop", ADD_ON, id="add-on"),
        promotion("shipping", SHIPPING_OFF, id="free"),
        promotion("shipping", benefit("shipping_off", amount="3.00"), id="less"),
        promotion("shipping", benefit("shipping_off", price="3.00"), id="three"),
        promotion("platform", REWARD, id="points"),
        promotion("platform", benefit("reward", multiplier="1.5"), id="times"),
        promotion("platform", benefit("reward", coupon="double11"), id="next"),
        promotion(
            "shop",
            tiers(
                {"amount": "100.00", "benefit": PERCENT_OFF}, {"amount": "200.00", "benefit": GIFT}
            ),
            id="tiers",
        ),
        promotion(
            "shipping", tiers({"quantity": 3, "benefit": SHIPPING_OFF}), id="free-from-three"
        ),
    ],
    "points": {
        "worth": {"points": 100, "money": "1.00"},
        "at_most_percent": "50",
        "step": 100,
        "earn": {
            "per": "1.00",
            "points": 1,
            "groups": {"vip": "1.5"},
            "at_most_per_day": 500,
            "settles": "paid",
            "at_most_per_order": 300,
            "at_most_per_month": 2000,
            "items": [
                {"items": {"tag": ["card"]}, "multiplier": "0"},
                {
                    "items": {
                        "category": ["care"],
                        "brand": ["b1"],
                        "sku": ["A"],
                        "shop": ["s1"],
                        "tag": ["new"],
                        "except": {
                            "category": ["care/hair"],
                            "brand": ["b2"],
                            "sku": ["X"],
                            "shop": ["s2"],
                            "tag": ["old"],
                        },
                    },
                    "multiplier": "2",
                },
            ],
            "campaigns": [
                {
                    "id": "double11",
                    "multiplier": "3",
                    "schedule": {
                        "starts": "2026-11-11T00:00:00+09:00",
                        "ends": "2026-11-12T00:00:00+09:00",
                        "weekly": [{"days": ["wed"], "from": "20:00", "to": "24:00"}],
                    },
                    "audience": {"groups": ["vip"], "first_order": True},
                    "items": {"category": ["care"]},
                    "at_most_per_order": 100,
                    "at_most_per_customer": 200,
                    "at_most": 1000000,
                }
            ],
        },
        "expire": {"yearly": "12-31", "grace_months": 3, "revive_days": 10},
        "actions": [
            {
                "id": "sign_in",
                "points": 5,
                "times": {"day": 1, "month": 20, "year": 200, "ever": 2000},
                "streak": [{"days": 7, "points": 20}, {"days": 30, "points": 100}],
            }
        ],
        "tiers": {
            "months": 6,
            "grace_days": 30,
            "tiers": [
                {"id": "silver", "points": 100},
                {"id": "gold", "points": 1000, "title": {"en": "Gold", "zh-CN": "金卡"}},
            ],
        },
        "transfer": {"allowed": True, "at_least": 100, "at_most_per_day": 1000},
        "hold_minutes": 15,
    },
    "after_sales": {
        "window_days": 15,
        "lost_threshold": "reprice",
        "earned_points": "keep",
        "used_points": "forfeit",
        "coupon": "forfeit",
        "gift": "keep",
        "shipping": "last",
        "excluded": {
            "category": ["food/fresh"],
            "brand": ["b9"],
            "sku": ["F"],
            "shop": ["s9"],
            "tag": ["final"],
        },
        "excluded_if_confirmed": {"tag": ["near-expiry"]},
        "excluded_once_opened": {"category": ["media"]},
    },
}

FULL_CATALOG: Doc = {
    "products": [
        {
            "sku": "A",
            "price": "60.00",
            "shop": "s1",
            "category": "care/skin",
            "brand": "b1",
            "tags": ["new", "red"],
            "cost": "31.50",
            "floor": "35.00",
            "title": {"en": "Cream", "zh-CN": "面霜"},
            "pictures": ["a.jpg", "b.jpg"],
            "product": "cream",
            "variant": {"size": "50 ml"},
        },
        {"sku": "MUG", "status": "draft"},
        {"sku": "OLD", "price": "5.00", "status": "delisted"},
    ],
    "prices": [
        {
            "sku": "A",
            "price": "55.00",
            "groups": ["vip"],
            "min_quantity": 2,
            "starts": "2026-11-01T00:00:00+08:00",
            "ends": "2026-12-01T00:00:00+08:00",
            "channels": ["app"],
        }
    ],
}

FULL_CART: Doc = {
    "customer": {"id": "c1", "groups": ["vip"], "first_order": True},
    "lines": [{"id": "1", "sku": "A", "quantity": 2}, {"id": "2", "sku": "A", "quantity": 1}],
    "shipping": [{"shop": "s1", "fee": "8.00"}],
    "coupons": ["SAVE10"],
    "points": "max",
    "channel": "app",
}


def changed(document: Doc, path: str, value: object) -> Doc:
    """A copy with `value` at a path of keys and positions such as `points.earn.per`."""
    copy: Any = deepcopy(document)
    *steps, last = (int(step) if step.isdecimal() else step for step in path.split("."))
    held = copy
    for step in steps:
        held = held[step]
    held[last] = value
    found: Doc = copy
    return found


def problems(decode: Callable[[], object]) -> dict[str, str]:
    """What is expected at each path at which `decode` finds a problem."""
    with pytest.raises(InputError) as caught:
        decode()
    return {problem.path: problem.expected for problem in caught.value.problems}
