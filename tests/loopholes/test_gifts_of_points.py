from __future__ import annotations

from attrs import evolve

from mallops.rules.points import Action, StreakStep, Times, Transfer
from tests.loopholes.asking import found, has
from tests.loopholes.mall import BOOK, POINTS, acting, cny


def test_the_loss_is_that_of_an_account_in_a_month() -> None:
    # The cheapest goods are a cup of 30.00.
    [paid] = found("actions_pay_for_goods", acting(Action("sign_in", 3000, Times(day=1))))
    assert paid.loss == cny("900.00")
    assert not has("actions_pay_for_goods", acting(Action("sign_in", 2999, Times(day=1))))


def test_the_narrowest_bound_counts() -> None:
    for times in (Times(day=5, month=29), Times(day=5, year=359), Times(day=5, ever=1000)):
        assert not has("actions_pay_for_goods", acting(Action("review", 3000, times)))


def test_streaks_are_reached_again() -> None:
    # The seventh day of each week, four times in thirty days.
    often = acting(Action("sign_in", 0, Times(day=1), (StreakStep(7, 22_500),)))
    assert has("actions_pay_for_goods", often)
    less = acting(Action("sign_in", 0, Times(day=1), (StreakStep(7, 22_000),)))
    assert not has("actions_pay_for_goods", less)


def test_a_transfer_has_a_day() -> None:
    bounded = Transfer(allowed=True, at_most_per_day=500)
    for transfer in (bounded, Transfer()):
        assert not has("transfer_unbounded", evolve(BOOK, points=evolve(POINTS, transfer=transfer)))
