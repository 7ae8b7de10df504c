"""How the after-sales section of a rulebook is written."""

from __future__ import annotations

from mallops.rulebook.criteria import EXCLUDED
from mallops.rulebook.records import Field, Record
from mallops.rulebook.scalars import NUMBER, one_of
from mallops.rules.aftersales import (
    AfterSalesRules,
    EarnedPoints,
    GiftReturn,
    LostThreshold,
    ShippingRefund,
    Spent,
)

AFTER_SALES = Record(
    "after_sales",
    AfterSalesRules,
    (
        Field("window_days", NUMBER, "Whole days in which goods can be returned.", 7),
        Field(
            "lost_threshold",
            one_of(LostThreshold),
            "What a return below a threshold does to its discount.",
            LostThreshold.KEEP,
        ),
        Field(
            "earned_points",
            one_of(EarnedPoints),
            "What happens to points that returned goods had earned.",
            EarnedPoints.CLAW_BACK,
        ),
        Field(
            "used_points",
            one_of(Spent),
            "What happens to points that paid for returned goods.",
            Spent.RETURN,
        ),
        Field(
            "coupon",
            one_of(Spent),
            "What happens to a coupon once all that it discounted is back.",
            Spent.RETURN,
        ),
        Field(
            "gift",
            one_of(GiftReturn),
            "Whether a gift is due back with the goods that brought it.",
            GiftReturn.RETURN_OR_PAY,
        ),
        Field(
            "shipping",
            one_of(ShippingRefund),
            "Whether the fee of a shipped order is refunded.",
            ShippingRefund.NEVER,
        ),
        Field("excluded", EXCLUDED, "Goods that cannot be returned.", None),
        Field(
            "excluded_if_confirmed",
            EXCLUDED,
            "Goods that cannot be returned where the buyer confirmed so at the purchase.",
            None,
        ),
        Field(
            "excluded_once_opened",
            EXCLUDED,
            "Goods that cannot be returned once their seal is broken.",
            None,
        ),
    ),
    "What a return gives back, and until when.",
)
