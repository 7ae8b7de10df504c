"""Which units can be returned, and why the others cannot."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve

from mallops.aftersales.order import Order
from mallops.aftersales.policies import under
from mallops.aftersales.returning import Return, cancel, return_units
from mallops.aftersales.standing import Standing, Stated, standings
from mallops.errors import InputError
from mallops.promotions.compiled import Compiled
from mallops.rules.aftersales import AfterSalesRules, GiftReturn
from mallops.rules.promotions import Criteria
from tests.aftersales.shop import CLOSED, FRIDAY, cart, code, order, placed, returned, shop, yuan

STRICT = {
    "excluded": {"category": ["food"]},
    "excluded_if_confirmed": {"tag": ["near-expiry"]},
    "excluded_once_opened": {"category": ["media", "home"]},
}


def told(compiled: Compiled, bought: Order, stated: Stated | None = None) -> dict[Any, list[str]]:
    found = standings(compiled, bought, FRIDAY, stated)
    return {each.unit: [refusal.code for refusal in each.against] for each in found}


def test_each_unit_has_all_that_is_against_it_in_order() -> None:
    compiled = shop(after_sales=STRICT)
    bought = order(compiled, ("TEA", 1), ("CUP", 3), ("DISC", 2))
    bought = returned(compiled, bought, {"2": 1}).order
    stated = Stated(
        confirmed=frozenset({"1", "2", "3"}),
        opened=frozenset({("1", 1), ("2", 2), ("3", 2)}),
        pending=frozenset({("2", 2), ("2", 1)}),
    )
    assert told(compiled, bought, stated) == {
        ("1", 1): ["excluded"],
        ("2", 1): ["already_returned"],
        ("2", 2): ["in_another_case", "seal_broken"],
        ("2", 3): [],
        ("3", 1): ["confirmed_exception"],
        ("3", 2): ["confirmed_exception", "seal_broken"],
    }


def test_a_reason_says_which_unit_it_is() -> None:
    compiled = shop(after_sales=STRICT)
    bought = order(compiled, ("TEA", 1), ("CUP", 1))
    tea, cup = standings(compiled, bought, FRIDAY, Stated(opened=frozenset({("2", 1)})))
    assert [refusal.details for refusal in tea.against] == [{"line": "1"}]
    assert [refusal.details for refusal in cup.against] == [{"line": "2", "unit": "1"}]
    assert isinstance(cup, Standing)
    assert (cup.line, cup.number, cup.sku) == ("2", 1, "CUP")


def test_what_is_confirmed_or_opened_matters_for_goods_of_the_policy_alone() -> None:
    compiled = shop()
    bought = order(compiled, ("TEA", 1), ("DISC", 1))
    stated = Stated(frozenset({"1", "2"}), opened=frozenset({("1", 1), ("2", 1)}))
    assert told(compiled, bought, stated) == {("1", 1): [], ("2", 1): []}


def test_what_is_against_the_whole_order_is_against_each_unit() -> None:
    compiled = shop(after_sales=STRICT)
    unreceived = placed(compiled, cart(("TEA", 1), ("CUP", 1)))
    assert told(compiled, unreceived) == {
        ("1", 1): ["not_received", "excluded"],
        ("2", 1): ["not_received"],
    }
    undone = cancel(unreceived, FRIDAY)
    assert isinstance(undone, Return)
    assert told(compiled, undone.order)["2", 1] == ["cancelled", "already_returned"]
    late = standings(compiled, order(compiled, ("CUP", 1)), CLOSED)
    assert [refusal.details for refusal in late[0].against] == [{"closed": "2026-11-21T00:00:00"}]


def test_the_lowest_numbers_that_can_come_back_do() -> None:
    compiled = shop(after_sales=STRICT)
    bought = order(compiled, ("CUP", 4))
    stated = Stated(opened=frozenset({("1", 1)}), pending=frozenset({("1", 3)}))
    found = returned(compiled, bought, {"1": 2}, stated=stated)
    assert found.units == (("1", 2), ("1", 4))


@pytest.mark.parametrize(
    ("units", "expected"),
    [
        ({"1": 1}, "excluded"),
        ({"2": 4, "1": 1}, "too_many"),
        ({"2": 3}, "seal_broken"),
        ({"2": 3, "3": 1}, "confirmed_exception"),
        ({"2": 2, "4": 1}, "in_another_case"),
        ({"2": 3, "4": 1}, "in_another_case"),
    ],
)
def test_the_first_code_that_holds_for_any_line_is_given(
    units: dict[str, int], expected: str
) -> None:
    compiled = shop(after_sales=STRICT)
    bought = order(compiled, ("TEA", 1), ("CUP", 3), ("DISC", 1), ("MUG", 1))
    stated = Stated(
        confirmed=frozenset({"3"}),
        opened=frozenset({("2", 2)}),
        pending=frozenset({("4", 1)}),
    )
    assert code(return_units(compiled, bought, units, FRIDAY, stated=stated)) == expected


def test_a_unit_of_another_case_is_no_reason_against_the_others() -> None:
    compiled = shop()
    bought = order(compiled, ("CUP", 2))
    stated = Stated(pending=frozenset({("1", 1)}))
    assert returned(compiled, bought, {"1": 1}, stated=stated).units == (("1", 2),)
    assert code(return_units(compiled, bought, {"1": 2}, FRIDAY, stated=stated)) == (
        "in_another_case"
    )


def test_what_is_stated_of_other_orders_is_an_error() -> None:
    compiled = shop()
    bought = order(compiled, ("CUP", 2))
    stated = Stated(frozenset({"9"}), frozenset({("1", 3)}), frozenset({("8", 1)}))
    with pytest.raises(InputError) as caught:
        return_units(compiled, bought, {"1": 1}, FRIDAY, stated=stated)
    assert [problem.path for problem in caught.value.problems] == [
        "$.stated.confirmed.9",
        "$.stated.opened.1",
        "$.stated.pending.8",
    ]


def test_a_rulebook_that_did_not_price_the_order_is_an_error() -> None:
    bought = order(shop(id="mall", version="1"), ("CUP", 2))
    with pytest.raises(InputError) as caught:
        return_units(shop(id="mall", version="2"), bought, {"1": 1}, FRIDAY)
    assert [problem.path for problem in caught.value.problems] == ["$.version"]


def test_another_policy_may_be_asked_for() -> None:
    compiled = shop(
        {
            "id": "gift",
            "lane": "platform",
            "benefit": {"kind": "gift", "sku": "MUG", "quantity": 1},
        }
    )
    bought = order(compiled, ("CUP", 1))
    longer = under(compiled, AfterSalesRules(window_days=30))
    found = return_units(longer, bought, {"1": 1}, CLOSED, ["MUG"])
    assert getattr(found, "refund", None) == yuan("15.00")
    generous = under(compiled, AfterSalesRules(gift=GiftReturn.KEEP))
    assert returned(generous, bought, {"1": 1}, kept_gifts=["MUG"]).refund == yuan("40.00")
    assert code(return_units(compiled, bought, {"1": 1}, CLOSED)) == "window_closed"


def test_an_impossible_policy_is_an_error() -> None:
    policy = AfterSalesRules(window_days=-1, excluded_once_opened=Criteria())
    with pytest.raises(InputError) as caught:
        under(shop(), policy)
    assert [problem.path for problem in caught.value.problems] == [
        "$.after_sales.window_days",
        "$.after_sales.excluded_once_opened",
    ]
    possible = evolve(policy, window_days=0, excluded_once_opened=None)
    assert under(shop(), possible).rulebook.after_sales == possible
