from __future__ import annotations

from decimal import Decimal
from typing import Any

from attrs import evolve

from mallops.findings import Severity
from mallops.loopholes.linting import lint
from mallops.loopholes.model import Repeat
from mallops.rules.aftersales import (
    AfterSalesRules,
    EarnedPoints,
    GiftReturn,
    LostThreshold,
    ShippingRefund,
)
from mallops.rules.benefits import AmountOff, Gift, NthUnit, ShippingOff
from mallops.rules.book import Rulebook
from mallops.rules.promotions import Criteria, Limits, Requires
from mallops.stories.model import Look, Receive, SendBack
from tests.loopholes.asking import buying, ending, found, has
from tests.loopholes.mall import AT, BOOK, CATALOG, POINTS, TENTH, cny, offering

REPRICE = LostThreshold.REPRICE
_KEEP: dict[str, Any] = {"lost_threshold": LostThreshold.KEEP}
FINAL = Criteria(categories=frozenset({"tea", "ware"}))


def policy(book: Rulebook = BOOK, **changes: Any) -> Rulebook:
    return evolve(book, after_sales=evolve(BOOK.after_sales, **changes))


def test_the_policies_as_they_come_are_silent_without_thresholds() -> None:
    book = evolve(BOOK, promotions=(TENTH,), after_sales=AfterSalesRules())
    assert lint(book, CATALOG, AT) == ()


def test_points_that_are_kept_pump_on_the_engine() -> None:
    book = policy(earned_points=EarnedPoints.KEEP)
    [pump] = found("points_kept_after_return", book)
    assert (pump.severity, pump.repeat) == (Severity.ERROR, Repeat.AGAIN)
    sku = pump.details["sku"]
    deeds = (buying("o1", **{sku: 5}), Receive("o1"), SendBack("o1", {sku: 5}))
    for told, gains in ((book, True), (BOOK, False)):
        # The points settle some days later.
        end = ending(told, *deeds, *(Look() for _ in range(24 * 10)))
        assert (end.wealth > cny("0.00")) is gains


def test_points_that_are_worth_nothing_or_never_come_back_may_be_kept() -> None:
    keeps = policy(earned_points=EarnedPoints.KEEP)
    for book in (
        evolve(keeps, points=None),
        evolve(keeps, points=evolve(POINTS, earn=None)),
        evolve(keeps, points=evolve(POINTS, at_most_percent=Decimal(0))),
        policy(earned_points=EarnedPoints.KEEP, excluded=FINAL),
    ):
        assert not has("points_kept_after_return", book)


def test_a_gift_that_is_kept_is_lost_with_its_value() -> None:
    book = policy(offering(Gift("cup", 2)), gift=GiftReturn.KEEP)
    [kept] = found("gift_kept_after_return", book)
    assert (kept.severity, kept.loss) == (Severity.ERROR, cny("60.00"))
    worthless = policy(offering(Gift("cup", 2, cny("0.00"))), gift=GiftReturn.KEEP)
    final = policy(offering(Gift("cup", 2)), gift=GiftReturn.KEEP, excluded=FINAL)
    for book in (worthless, final, offering(Gift("cup", 2))):
        assert not has("gift_kept_after_return", book)


def test_the_use_of_a_gift_comes_back_with_the_goods_on_the_engine() -> None:
    once: dict[str, Any] = {"requires": Requires(cny("200.00")), "limits": Limits(per_customer=1)}
    book = policy(offering(Gift("cup", 1), **once), gift=GiftReturn.KEEP)
    rounds = [
        deed
        for id_ in ("o1", "o2", "o3")
        for deed in (buying(id_, pot=1), Receive(id_), SendBack(id_, {"pot": 1}))
    ]
    end = ending(book, *rounds)
    assert (end.units, end.cash) == ({"cup": 3}, cny("0.00"))


def test_what_filled_up_goes_back_and_the_discount_stays_on_the_engine() -> None:
    deeds = (buying("o1", green=3, cup=1), Receive("o1"), SendBack("o1", {"cup": 1}))
    kept, honest = (
        ending(book, *deeds).cash for book in (policy(**_KEEP), policy(lost_threshold=REPRICE))
    )
    assert kept > honest


def test_the_threshold_that_loses_most_is_named() -> None:
    keeps = policy(lost_threshold=LostThreshold.KEEP)
    [lost] = found("threshold_kept_after_return", keeps)
    # Three times 30 for every 200.
    assert (lost.details["promotion"], lost.loss) == ("thirty", cny("90.00"))
    from_500 = Requires(cny("500.00"))
    more = policy(offering(AmountOff(cny("99.00")), requires=from_500), **_KEEP)
    [lost] = found("threshold_kept_after_return", more)
    assert (lost.details["promotion"], lost.loss) == ("more", cny("99.00"))


def test_pairs_have_a_threshold_and_percentages_have_none() -> None:
    [*_, pair] = offering(NthUnit(2, Decimal(50))).promotions
    pairs = evolve(BOOK, promotions=(pair,))
    assert has("threshold_kept_after_return", policy(pairs, **_KEEP))
    tenth = evolve(BOOK, promotions=(TENTH,))
    assert not has("threshold_kept_after_return", policy(tenth, **_KEEP))


def test_freight_without_a_threshold_is_told_to_nobody() -> None:
    last: dict[str, Any] = {"shipping": ShippingRefund.LAST}
    free = ShippingOff(percent=Decimal(100))
    assert not has("freight_never_paid", policy(offering(free, "shipping"), **last))
    asking = offering(free, "shipping", requires=Requires(quantity=3))
    assert has("freight_never_paid", policy(asking, **last))
    assert not has("freight_never_paid", asking)
