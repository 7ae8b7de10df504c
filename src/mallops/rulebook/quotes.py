"""How a quote is written, as one document: rulebook section 6."""

from __future__ import annotations

from collections import Counter

from mallops.promotions.quote import Quote, QuotedReward
from mallops.rulebook.scalars import FACTOR

QUOTE_FIELDS = {
    "payable": "What is to be paid: goods and shipping.",
    "goods": "What is paid for goods, after points.",
    "shipping": "What is left of the shipping fees.",
    "points_used": "How many points pay.",
    "lines": "What is paid for each line, by its id.",
    "units": "What is paid for each unit of a line, in order, by the line's id.",
    "discounts": "What each promotion took off, freight included, by its id; above 0 only.",
    "gifts": "Units at 0.00, by SKU: a list of sku and quantity.",
    "rewards": "What is granted after payment: a list, by promotion.",
    "applied": "The promotions that apply, by id.",
    "refused": "Why each other promotion, or unknown coupon, did not: codes by id.",
    "optimal": "true: proven the best; false: a limit on search was hit; null: by priority.",
    "gap": "By how much a better quote could be lower; there where optimal is false.",
}
"""The keys of a quote's document, in order, and what they hold."""


def encode_quote(quote: Quote) -> dict[str, object]:
    """The document of a quote; lists and keys are sorted by id.

    Beyond rulebook section 6 it has `rewards`, and `gap` where `optimal` is false.
    """
    lines = sorted(quote.lines, key=lambda line: line.id)
    discounts = {applied.promotion: applied.discount for applied in quote.applied}
    document: dict[str, object] = {
        "payable": str(quote.payable),
        "goods": str(quote.goods),
        "shipping": str(quote.shipping),
        "points_used": quote.points_used,
        "lines": {line.id: str(line.net) for line in lines},
        "units": {line.id: [str(unit.net) for unit in line.units] for line in lines},
        "discounts": {name: str(discounts[name]) for name in sorted(discounts) if discounts[name]},
        "gifts": _gifts(quote),
        "rewards": [_reward(reward) for reward in sorted(quote.rewards, key=_place)],
        "applied": sorted(discounts),
        "refused": {name: quote.refused[name].code for name in sorted(quote.refused)},
        "optimal": quote.optimal,
    }
    if quote.gap is not None:
        document["gap"] = str(quote.gap)
    return document


def _gifts(quote: Quote) -> list[dict[str, object]]:
    quantities: Counter[str] = Counter()
    for gift in quote.gifts:
        quantities[gift.sku] += gift.quantity
    return [{"sku": sku, "quantity": quantities[sku]} for sku in sorted(quantities)]


def _place(reward: QuotedReward) -> tuple[str, int, str, str]:
    factor = "" if reward.multiplier is None else str(FACTOR.write(reward.multiplier, ""))
    return reward.promotion, reward.points or 0, factor, reward.coupon or ""


def _reward(reward: QuotedReward) -> dict[str, object]:
    written: dict[str, object] = {"promotion": reward.promotion}
    if reward.points is not None:
        written["points"] = reward.points
    if reward.multiplier is not None:
        written["multiplier"] = FACTOR.write(reward.multiplier, "")
    if reward.coupon is not None:
        written["coupon"] = reward.coupon
    return written
