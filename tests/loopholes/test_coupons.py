from __future__ import annotations

from decimal import Decimal

from mallops.findings import Severity
from mallops.rules.benefits import AmountOff, PercentOff
from mallops.rules.promotions import Audience, Limits, Requires
from tests.loopholes.asking import found, has
from tests.loopholes.mall import cny, offering

FIVE = AmountOff(cny("5.00"))
VOUCHER = AmountOff(cny("300.00"))
FROM_1000 = Requires(cny("1000.00"))


def test_a_threshold_makes_a_coupon_of_nobody_milder() -> None:
    total = Limits(total=1000)
    [bare] = found("coupon_without_owner", offering(FIVE, coupon=True, limits=total))
    book = offering(FIVE, coupon=True, limits=total, requires=FROM_1000)
    [asking] = found("coupon_without_owner", book)
    assert (bare.severity, asking.severity) == (Severity.WARNING, Severity.NOTE)


def test_a_coupon_with_a_bound_by_customer_has_an_owner() -> None:
    assert not has("coupon_without_owner", offering(FIVE, coupon=True))
    assert not has("coupon_without_owner", offering(FIVE, limits=Limits(total=1000)))


def test_a_voucher_for_a_large_share_can_be_sold() -> None:
    [sold] = found("coupon_resale", offering(VOUCHER, coupon=True, requires=FROM_1000))
    assert (sold.severity, sold.loss) == (Severity.NOTE, cny("300.00"))
    [money] = found("coupon_resale", offering(VOUCHER, coupon=True))
    assert money.severity is Severity.WARNING


def test_members_alone_and_small_shares_cannot() -> None:
    vip = Audience(frozenset({"vip"}))
    for book in (
        offering(VOUCHER, coupon=True, requires=FROM_1000, audience=vip),
        offering(VOUCHER, requires=FROM_1000),
        offering(AmountOff(cny("200.00")), coupon=True, requires=FROM_1000),
        offering(PercentOff(Decimal(10)), coupon=True),
    ):
        assert not has("coupon_resale", book)
