from __future__ import annotations

import pytest
from attrs import evolve

from mallops.findings import Severity
from mallops.rules.aftersales import GiftReturn
from mallops.rules.benefits import Gift
from mallops.rules.promotions import Criteria, Requires
from mallops.stories.model import Receive, SendBack
from tests.loopholes.asking import buying, ending, found, has
from tests.loopholes.mall import BOOK, cny, named, offering, sku, with_skus

FROM_500 = Requires(cny("500.00"))
CODES = ("gift_undervalued", "gift_dearer_than_goods", "gift_not_returnable")


@pytest.mark.parametrize(
    ("value", "severity", "loss"),
    [
        ("0.00", Severity.WARNING, "60.00"),
        ("11.99", Severity.WARNING, "36.02"),
        # At the mall's cost, and below the price: somebody may want it for that.
        ("12.00", Severity.NOTE, "36.00"),
    ],
)
def test_what_is_paid_for_a_gift_that_is_kept(value: str, severity: Severity, loss: str) -> None:
    [one] = found("gift_undervalued", offering(Gift("cup", 2, cny(value)), requires=FROM_500))
    assert (one.severity, one.loss) == (severity, cny(loss))


def test_a_gift_at_its_price_that_asks_for_enough() -> None:
    for gift in (Gift("cup", 2), Gift("cup", 1, cny("30.00"))):
        assert not any(has(code, offering(gift, requires=FROM_500)) for code in CODES)


def test_the_goods_that_earn_a_gift_are_worth_as_much() -> None:
    [dear] = found("gift_dearer_than_goods", offering(Gift("pot", 1), items=named("cup")))
    assert dear.loss == cny("170.00")
    even = offering(Gift("pot", 1), items=named("cup"), requires=Requires(cny("200.00")))
    assert not has("gift_dearer_than_goods", even)


def test_goods_that_cost_nothing_earn_a_gift_for_nothing() -> None:
    free = with_skus(sku("call", "0.00", None, "calls"))
    given = offering(Gift("pot", 1), items=named("call"))
    [dear] = found("gift_dearer_than_goods", given, free)
    assert (dear.loss, dear.details["least"]) == (cny("200.00"), "0.00")
    asking = offering(Gift("pot", 1), items=named("call"), requires=Requires(cny("0.01")))
    assert not has("gift_dearer_than_goods", asking, free)


def test_only_gifts_that_are_due_back_have_to_come() -> None:
    excluded = Criteria(skus=frozenset({"cup"}))
    book = offering(Gift("cup", 1), requires=FROM_500)
    kept = evolve(BOOK.after_sales, excluded=excluded, gift=GiftReturn.KEEP)
    assert not any(has(code, evolve(book, after_sales=kept)) for code in CODES)
    due = evolve(kept, gift=GiftReturn.RETURN_OR_PAY)
    assert has("gift_not_returnable", evolve(book, after_sales=due))


def test_a_dear_gift_is_had_for_what_earned_it_on_the_engine() -> None:
    book = offering(Gift("pot", 1), items=named("cup"))
    back = SendBack("o1", {"cup": 1}, ("pot",))
    end = ending(book, buying("o1", cup=1), Receive("o1"), back)
    assert (end.units, end.cash) == ({"pot": 1}, cny("0.00") - cny("30.00"))
