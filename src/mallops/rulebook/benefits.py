"""How benefits are written in files."""

from __future__ import annotations

from mallops.rulebook.records import Field, ListOf, Record, Tagged
from mallops.rulebook.scalars import AMOUNT, COUNT, FACTOR, ID, PERCENT, const, one_of
from mallops.rules.benefits import (
    AddOn,
    AmountOff,
    Benefit,
    BundlePrice,
    FixedPrice,
    Gift,
    NthUnit,
    Per,
    PercentOff,
    Reward,
    ShippingOff,
    SimpleBenefit,
    Tier,
    Tiers,
)
from mallops.rules.kinds import kind_of


def _kind(name: str) -> Field:
    return Field("kind", const(name), "Which benefit this is.", fixed=True)


_TIMES = Field("at_most_times", COUNT, "How often it is granted in a seat, at most.", None)

PERCENT_OFF = Record(
    "percent_off",
    PercentOff,
    (
        _kind("percent_off"),
        Field("percent", PERCENT, "How much of what the units cost is off."),
        Field("at_most", AMOUNT, "The most that is off, in all.", None),
    ),
    "A percentage off the units taken together.",
)
AMOUNT_OFF = Record(
    "amount_off",
    AmountOff,
    (
        _kind("amount_off"),
        Field("amount", AMOUNT, "What is off."),
        Field("every", AMOUNT, "The amount is off for every so much that the units cost.", None),
        _TIMES,
        Field("per", one_of(Per), "Off the whole seat, or off each unit.", Per.SEAT),
    ),
    "An amount off once, or for every so much, or off each unit.",
)
FIXED_PRICE = Record(
    "fixed_price",
    FixedPrice,
    (
        _kind("fixed_price"),
        Field("price", AMOUNT, "What each unit costs, unless it costs less already."),
    ),
    "A price for each unit that is dearer.",
)
NTH_UNIT = Record(
    "nth_unit",
    NthUnit,
    (
        _kind("nth_unit"),
        Field("n", COUNT, "How many units make a group."),
        Field("percent", PERCENT, "How much of their price is off the cheapest of a group."),
        Field("units", COUNT, "How many units of a group are the cheapest.", 1),
        _TIMES,
    ),
    "In each whole group, dearest first, a percentage off the cheapest units.",
)
BUNDLE_PRICE = Record(
    "bundle_price",
    BundlePrice,
    (
        _kind("bundle_price"),
        Field("size", COUNT, "How many units make a group."),
        Field("price", AMOUNT, "What a group costs, unless it costs less already."),
        _TIMES,
    ),
    "A price for each whole group, dearest first, that is dearer.",
)
GIFT = Record(
    "gift",
    Gift,
    (
        _kind("gift"),
        Field("sku", ID, "The SKU that is given."),
        Field("quantity", COUNT, "How many units of it."),
        Field("value", AMOUNT, "What a unit is worth; by default the product's price.", None),
    ),
    "Units at 0.00.",
)
ADD_ON = Record(
    "add_on",
    AddOn,
    (
        _kind("add_on"),
        Field("sku", ID, "The SKU that comes at a special price."),
        Field("price", AMOUNT, "That price."),
        Field("quantity", COUNT, "For how many units of it, at most."),
    ),
    "The dearest units of a SKU in the seat at a special price.",
)
SHIPPING_OFF = Record(
    "shipping_off",
    ShippingOff,
    (
        _kind("shipping_off"),
        Field("percent", PERCENT, "How much of the fee is off.", None),
        Field("amount", AMOUNT, "What is off the fee.", None),
        Field("price", AMOUNT, "What is left of the fee, unless it is less already.", None),
    ),
    "Off a shipping fee: exactly one of percent, amount and price.",
)
REWARD = Record(
    "reward",
    Reward,
    (
        _kind("reward"),
        Field("points", COUNT, "Points that are granted.", None),
        Field("multiplier", FACTOR, "What the points earned are multiplied by.", None),
        Field("coupon", ID, "The id of the coupon promotion that is granted.", None),
    ),
    "Granted after payment: exactly one of points, multiplier and coupon.",
)

_SIMPLE = {
    record.title: record
    for record in (
        PERCENT_OFF,
        AMOUNT_OFF,
        FIXED_PRICE,
        NTH_UNIT,
        BUNDLE_PRICE,
        GIFT,
        ADD_ON,
        SHIPPING_OFF,
        REWARD,
    )
}
SIMPLE_BENEFIT: Tagged[SimpleBenefit] = Tagged("simple_benefit", _SIMPLE, kind_of)

TIER = Record(
    "tier",
    Tier,
    (
        Field("amount", AMOUNT, "What the units cost, at least.", None),
        Field("quantity", COUNT, "How many units there are, at least.", None),
        Field("benefit", SIMPLE_BENEFIT, "What that brings."),
    ),
    "A tier: exactly one of amount and quantity, and what it brings.",
)
TIERS = Record(
    "tiers",
    Tiers,
    (_kind("tiers"), Field("tiers", ListOf(TIER), "The tiers, ascending, of one measure.")),
    "The benefit of the highest tier that the units reach.",
)
BENEFIT: Tagged[Benefit] = Tagged("benefit", {**_SIMPLE, "tiers": TIERS}, kind_of)
