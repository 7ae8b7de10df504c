from __future__ import annotations

from mallops.findings import Severity
from mallops.loopholes.model import Kind
from mallops.rules.benefits import AmountOff, Gift
from mallops.rules.promotions import Audience, Limits, Requires
from tests.loopholes.asking import found, has
from tests.loopholes.mall import cny, offering

FIFTEEN = AmountOff(cny("15.00"))
FROM_80 = Requires(cny("80.00"))
NEW = Audience(first_order=True)


def test_the_loss_is_that_of_each_account() -> None:
    book = offering(FIFTEEN, requires=FROM_80, limits=Limits(per_customer=3), coupon=True)
    [one] = found("grant_bounded_by_account", book)
    assert (one.kind, one.severity, one.loss) == (Kind.IDENTITY, Severity.NOTE, cny("45.00"))


def test_newcomers_come_once() -> None:
    book = offering(FIFTEEN, requires=FROM_80, limits=Limits(per_customer=3), audience=NEW)
    [one] = found("grant_bounded_by_account", book)
    assert (one.severity, one.loss) == (Severity.WARNING, cny("15.00"))


def test_a_total_or_a_budget_bounds_all_accounts_together() -> None:
    for limits in (Limits(1, 1000), Limits(1, budget=cny("1000.00"))):
        book = offering(FIFTEEN, requires=FROM_80, limits=limits, audience=NEW)
        assert not has("grant_bounded_by_account", book)


def test_what_anybody_has_who_buys_is_no_reason_for_accounts() -> None:
    once = Limits(per_customer=1)
    assert not has("grant_bounded_by_account", offering(FIFTEEN, requires=FROM_80, limits=once))
    assert has("grant_bounded_by_account", offering(Gift("cup", 1), limits=once))
