"""What a return gives back, and until when."""

from __future__ import annotations

from enum import Enum

from attrs import frozen

from mallops.rules.promotions import Criteria


class LostThreshold(Enum):
    """What happens to a threshold's discount when a return falls below it."""

    KEEP = "keep"
    REPRICE = "reprice"


class EarnedPoints(Enum):
    """What happens to the points that returned goods had earned."""

    CLAW_BACK = "claw_back"
    KEEP = "keep"


class Spent(Enum):
    """What happens to points or a coupon that paid for returned goods."""

    RETURN = "return"
    FORFEIT = "forfeit"


class GiftReturn(Enum):
    """Whether a gift is due back once the kept goods no longer earn it."""

    RETURN_OR_PAY = "return_or_pay"
    KEEP = "keep"


class ShippingRefund(Enum):
    """Whether the fee of a shipped order comes back: never, or with its last unit."""

    NEVER = "never"
    LAST = "last"


@frozen
class AfterSalesRules:
    """The mall's return policy.

    `excluded` goods cannot be returned; `excluded_if_confirmed` ones cannot where the buyer
    confirmed so at the purchase, `excluded_once_opened` ones once their seal is broken. None
    names no goods.
    """

    window_days: int = 7
    lost_threshold: LostThreshold = LostThreshold.KEEP
    earned_points: EarnedPoints = EarnedPoints.CLAW_BACK
    used_points: Spent = Spent.RETURN
    coupon: Spent = Spent.RETURN
    gift: GiftReturn = GiftReturn.RETURN_OR_PAY
    shipping: ShippingRefund = ShippingRefund.NEVER
    excluded: Criteria | None = None
    excluded_if_confirmed: Criteria | None = None
    excluded_once_opened: Criteria | None = None
