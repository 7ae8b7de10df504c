"""The naive player of stories against the conformance file, sums done by hand, and its laws."""

from __future__ import annotations

import json
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mallops.rulebook import decode_cart, decode_catalog, decode_rulebook
from mallops.testing.oracle import TooLarge
from mallops.testing.stories import stories
from mallops.testing.story_oracle import Ambiguous, play

Doc = dict[str, Any]

CONFORMANCE = Path(__file__).parent / "conformance"
FILES = ("5-stories", "7-returns", "8-points")
PRODUCTS = [
    {"sku": "A", "price": "60.00", "shop": "s1", "category": "care/skin"},
    {"sku": "B", "price": "40.00", "shop": "s1", "category": "care/hair"},
    {"sku": "C", "price": "25.00", "shop": "s2", "category": "food"},
]
EARN = {"per": "1.00", "points": 1}
PAID = EARN | {"settles": "paid"}


def _conformance() -> list[Any]:
    """The stories without errors: the naive player takes documents for valid."""
    found = []
    for file in FILES:
        document = json.loads((CONFORMANCE / f"{file}.json").read_text(encoding="utf-8"))
        for doc in document["scenarios"]:
            expectations = [doc.get("expect", {}), *(s.get("expect", {}) for s in doc["story"])]
            if not any("error" in expected for expected in expectations):
                told = {"catalog": document["catalog"]} | doc
                found.append(pytest.param(told, id=f"{file}: {doc['name']}"))
    return found


def _holds(scenario: Doc) -> None:
    """Every field that a step expects is what the step comes to."""
    for step, outcome in zip(scenario["story"], play(scenario), strict=True):
        expected = step.get("expect", {})
        assert {key: outcome.get(key) for key in expected} == expected, step


@pytest.mark.parametrize("scenario", _conformance())
def test_conformance(scenario: Doc) -> None:
    _holds(scenario)


# --- by hand -------------------------------------------------------------------------------------


def _told(steps: Sequence[Doc], opening: Doc | None = None, **sections: Any) -> Doc:
    """A scenario of a small mall. A step's `at` may do without seconds and offset."""
    return {
        "catalog": {"products": PRODUCTS},
        "rulebook": {"currency": "CNY", **sections},
        "opening": opening or {},
        "story": [step | {"at": _at(step["at"])} for step in steps],
    }


def _at(text: str) -> str:
    return text if len(text) > 16 else f"2026-{text}:00+08:00"


def _cart(*skus: str, **fields: Any) -> Doc:
    lines = [{"id": str(n), "sku": sku, "quantity": 1} for n, sku in enumerate(skus, 1)]
    return {"lines": lines, **fields}


def _order(at: str, name: str, cart: Doc, **expect: Any) -> Doc:
    return {"at": at, "do": "order", "id": name, "cart": cart, "expect": expect}


def _move(at: str, do: str, name: str, **expect: Any) -> Doc:
    return {"at": at, "do": do, "order": name, "expect": expect}


def _return(at: str, name: str, *lines: str, kept: Sequence[str] = (), **expect: Any) -> Doc:
    units = dict.fromkeys(lines, 1)
    gifts = {"kept_gifts": list(kept)} if kept else {}
    return {"at": at, "do": "return", "order": name, "units": units, "expect": expect} | gifts


def _balance(at: str, customer: str | None = None, **expect: Any) -> Doc:
    whose = {"customer": customer} if customer else {}
    return {"at": at, "do": "balance", "expect": expect} | whose


def _grant(at: str, **what: Any) -> Doc:
    return {"at": at, "do": "grant", **what}


def _promotion(name: str, lane: str, requires: Doc | None = None, **benefit: Any) -> Doc:
    asked = {"requires": requires} if requires else {}
    return {"id": name, "lane": lane, "benefit": benefit} | asked


HUNDRED = {"amount": "100.00"}


def test_a_day_earns_so_much_and_a_cancelled_order_frees_none_of_it() -> None:
    vip = {"id": "c1", "groups": ["new", "vip", "staff"]}
    earn = EARN | {"groups": {"vip": "1.5", "staff": "0.5"}, "at_most_per_day": 100}
    _holds(
        _told(
            [
                _order("11-11T10:00", "o1", _cart("A", customer=vip)),
                _balance("11-11T10:00", pending=90),
                _move("11-11T10:00", "cancel", "o1", points_taken=90, refund="60.00"),
                _order("11-11T11:00", "o2", _cart("B", customer=vip)),
                _balance("11-11T11:00", pending=10),
                _order("11-11T23:59", "o3", _cart("C", customer=vip)),
                _balance("11-11T23:59", pending=10),
                _order("11-12T00:00", "o4", _cart("C", customer=vip)),
                _balance("11-12T00:00", pending=10 + 37),
            ],
            points={"earn": earn},
        )
    )


def test_the_lots_of_a_year_go_together_after_the_grace() -> None:
    _holds(
        _told(
            [
                _balance("11-11T10:00", points=100),
                _balance("2027-03-31T23:59:59+08:00", points=100),
                _balance("2027-04-01T00:00:00+08:00", points=0),
            ],
            opening={"points": 100},
            points={"expire": {"yearly": "12-31", "grace_months": 3}},
        )
    )


@pytest.mark.parametrize(
    ("start", "before", "end"),
    [
        # The clock skips the hour: what would have been 02:30 is 03:30.
        ("2026-03-05T02:30:00-05:00", "2026-03-08T03:29:59-04:00", "2026-03-08T03:30:00-04:00"),
        # The hour comes twice, and the second is the later for the customer.
        ("2026-10-29T01:30:00-04:00", "2026-11-01T01:29:59-05:00", "2026-11-01T01:30:00-05:00"),
    ],
)
def test_a_lot_ends_at_its_local_hour(start: str, before: str, end: str) -> None:
    _holds(
        _told(
            [_balance(start), _balance(before, points=7), _balance(end, points=0)],
            opening={"points": 7},
            points={"expire": {"after_days": 3}},
            timezone="America/New_York",
        )
    )


def test_a_lot_is_revived_once() -> None:
    """3000 points paid 15.00 of each of two units; the lot is gone on the 11th."""
    _holds(
        _told(
            [
                _order("11-01T12:00", "o1", _cart("B", "B", points="max"), payable="50.00"),
                _move("11-05T12:00", "receive", "o1"),
                _return("11-12T12:00", "o1", "1", refund="25.00", points_returned=1500),
                _balance("11-12T12:00", points=1500),
                _balance("11-17T11:59", points=1500),
                _balance("11-17T12:00", points=0),
                _return("11-18T12:00", "o1", "2", refund="25.00", points_returned=1500),
                _balance("11-18T12:00", points=0, cash="0.00"),
            ],
            opening={"points": 3000},
            points={"expire": {"after_days": 10, "revive_days": 5}},
            after_sales={"window_days": 30},
        )
    )


def test_points_return_to_the_lot_that_was_taken_last() -> None:
    _holds(
        _told(
            [
                _balance("11-01T12:00", points=300),
                _grant("11-03T12:00", points=300),
                _order("11-04T12:00", "o1", _cart("B", "B", points="max"), payable="74.00"),
                _move("11-04T12:00", "receive", "o1"),
                _return("11-05T12:00", "o1", "1", refund="37.00", points_returned=300),
                _balance("11-11T12:00", points=300),
                _balance("11-13T11:59", points=300),
                _balance("11-13T12:00", points=0),
            ],
            opening={"points": 300},
            points={"expire": {"after_days": 10, "revive_days": 0}},
        )
    )


def test_lost_points_pay_no_debt_and_others_do() -> None:
    """The debt of 60 is older than the return of 1000 points to a lot that is gone."""
    _holds(
        _told(
            [
                _order("11-01T12:00", "o1", _cart("B", points="max"), payable="30.00"),
                _move("11-01T12:00", "receive", "o1"),
                _order("11-01T12:00", "o2", _cart("A")),
                _move("11-01T12:00", "receive", "o2"),
                _balance("11-01T12:00", points=90),
                _order("11-01T12:00", "o3", _cart("C", points=90), payable="24.10"),
                _return("11-01T12:00", "o2", "1", points_taken=60),
                _balance("11-01T12:00", points=0, debt=36),
                _return("11-11T12:00", "o1", "1", points_returned=1000, points_taken=30),
                _balance("11-11T12:00", points=0, debt=66),
                _grant("11-11T12:00", points=100),
                _balance("11-11T12:00", points=34, debt=0),
            ],
            opening={"points": 1000},
            points={"earn": PAID, "expire": {"after_days": 10, "revive_days": 0}},
            after_sales={"window_days": 30},
        )
    )


def test_repriced_goods_keep_the_points_that_they_still_use() -> None:
    _holds(
        _told(
            [
                _order("11-01T12:00", "o1", _cart("A", "A", points="max"), payable="60.00"),
                _move("11-01T12:00", "receive", "o1"),
                _return("11-02T12:00", "o1", "2", refund="30.00", points_returned=0),
                _return("11-03T12:00", "o1", "1", refund="30.00", points_returned=3000),
                _balance("11-03T12:00", points=3000, cash="0.00", units={}),
            ],
            opening={"points": 3000},
            points={},
            after_sales={"lost_threshold": "reprice"},
            promotions=[_promotion("p", "shop", HUNDRED, kind="amount_off", amount="30.00")],
        )
    )


def test_what_a_refund_cannot_withhold_is_left_to_the_next() -> None:
    gift = _promotion("g", "shop", HUNDRED, kind="gift", sku="C", quantity=2, value="35.00")
    _holds(
        _told(
            [
                _order("11-01T12:00", "o1", _cart("A", "A")),
                _balance("11-01T12:00", units={"A": 2, "C": 2}),
                _move("11-01T12:00", "receive", "o1"),
                _return("11-02T12:00", "o1", "1", kept=["C"], refund="0.00", withheld="60.00"),
                _return("11-02T12:00", "o1", "2", refund="50.00", withheld="10.00"),
                _balance("11-02T12:00", cash="-70.00", units={"C": 2}),
            ],
            promotions=[gift],
        )
    )


def test_each_shop_takes_its_own_gift_back() -> None:
    _holds(
        _told(
            [
                _order("11-01T12:00", "o1", _cart("A", "C"), gifts=[{"sku": "B", "quantity": 2}]),
                _move("11-01T12:00", "receive", "o1"),
                _return("11-02T12:00", "o1", "1", refund="60.00", withheld="0.00"),
                _balance("11-02T12:00", units={"B": 1, "C": 1}),
                _return("11-02T12:00", "o1", "2", kept=["B"], refund="0.00", withheld="25.00"),
                _balance("11-02T12:00", cash="-25.00", units={"B": 1}),
            ],
            promotions=[_promotion("g", "shop", kind="gift", sku="B", quantity=1)],
        )
    )


def test_a_lower_tier_of_gifts_asks_for_the_difference() -> None:
    tiers = [
        {"quantity": number, "benefit": {"kind": "gift", "sku": "C", "quantity": number}}
        for number in (1, 2)
    ]
    _holds(
        _told(
            [
                _order("11-01T12:00", "o1", _cart("A", "A")),
                _move("11-01T12:00", "receive", "o1"),
                _return("11-02T12:00", "o1", "1", kept=["C"], refund="35.00", withheld="25.00"),
                _return("11-02T12:00", "o1", "2", refund="60.00", withheld="0.00"),
                _balance("11-02T12:00", units={"C": 1}),
            ],
            promotions=[_promotion("g", "platform", kind="tiers", tiers=tiers)],
        )
    )


def test_a_reward_spent_before_it_is_taken_back_is_owed() -> None:
    coupon = _promotion("k", "shop-coupon", kind="amount_off", amount="10.00") | {"coupon": True}
    _holds(
        _told(
            [
                _order("11-01T12:00", "o1", _cart("A", "A"), payable="120.00"),
                _balance("11-01T12:00", points=120, coupons=["k"], wealth="-108.80"),
                _order("11-02T12:00", "o2", _cart("B", coupons=["k"]), payable="30.00"),
                _move("11-03T12:00", "receive", "o1"),
                _return("11-04T12:00", "o1", "1", "2", refund="120.00", points_taken=1120),
                _balance("11-04T12:00", points=30, debt=1000, coupons=[], wealth="-39.70"),
                _move("11-05T12:00", "receive", "o2"),
                _return("11-05T12:00", "o2", "1", refund="30.00", points_taken=30),
                _balance("11-05T12:00", points=0, debt=1000, coupons=["k"], wealth="0.00"),
            ],
            points={"earn": PAID},
            promotions=[_promotion("r", "platform", HUNDRED, kind="reward", coupon="k"), coupon],
        )
    )


def test_rewards_are_granted_as_far_as_kept_goods_earn_them() -> None:
    tiers = [
        {"amount": amount, "benefit": {"kind": "reward", "points": points}}
        for amount, points in (("50.00", 20), ("100.00", 50))
    ]
    _holds(
        _told(
            [
                _order("11-01T12:00", "o1", _cart("A", "A")),
                _move("11-01T12:00", "receive", "o1"),
                _return("11-02T12:00", "o1", "1", points_taken=60),
                _balance("11-08T23:59", points=0, pending=60),
                _balance("11-09T00:00", points=80, pending=0),
            ],
            points={"earn": EARN},
            promotions=[_promotion("r", "platform", kind="tiers", tiers=tiers)],
        )
    )


def test_a_multiplier_is_taken_back_with_the_threshold() -> None:
    _holds(
        _told(
            [
                _order("11-01T12:00", "o1", _cart("A", "A")),
                _balance("11-01T12:00", points=240),
                _move("11-01T12:00", "receive", "o1"),
                _return("11-02T12:00", "o1", "1", points_taken=60 + 120),
                _balance("11-02T12:00", points=60),
            ],
            points={"earn": PAID},
            promotions=[_promotion("r", "platform", HUNDRED, kind="reward", multiplier="2")],
        )
    )


def test_a_freight_coupon_comes_back_with_the_goods_of_its_parcel() -> None:
    coupon = _promotion("f", "shipping", kind="shipping_off", percent="100") | {"coupon": True}
    fees = [{"shop": "s1", "fee": "8.00"}]
    _holds(
        _told(
            [
                _order("11-01T12:00", "o1", _cart("A", "C", shipping=fees, coupons=["f"])),
                _balance("11-01T12:00", coupons=[], cash="-85.00"),
                _move("11-01T12:00", "receive", "o1"),
                _return("11-02T12:00", "o1", "1", refund="60.00"),
                _balance("11-02T12:00", coupons=["f"], unvalued=["f"]),
            ],
            opening={"coupons": ["f"]},
            promotions=[coupon],
        )
    )


def test_limits_are_counted_over_all_customers_and_for_each() -> None:
    """The budget has 5.00 left for the second customer, until the first one cancels."""
    one, two = ({"id": name} for name in ("c1", "c2"))
    offer = _promotion("l", "shop", kind="amount_off", amount="10.00")
    _holds(
        _told(
            [
                _order("11-01T12:00", "o1", _cart("B", customer=one), payable="30.00"),
                _order("11-01T12:00", "o2", _cart("B", customer=one), payable="40.00"),
                _order("11-01T12:00", "o3", _cart("B", customer=two), payable="35.00"),
                _move("11-01T12:00", "cancel", "o1", refund="30.00"),
                _order("11-01T12:00", "o4", _cart("A", customer=one), payable="50.00"),
                _balance("11-01T12:00", "c1", cash="-90.00"),
                _balance("11-01T12:00", "c2", cash="-35.00", points=5),
            ],
            opening={"c1": {}, "c2": {"points": 5}},
            promotions=[offer | {"limits": {"per_customer": 1, "budget": "15.00"}}],
        )
    )


def test_the_first_code_that_holds_for_any_line() -> None:
    cart = _cart("A", "C")
    twice = {"at": "11-02T12:00", "do": "return", "order": "o1"}
    _holds(
        _told(
            [
                _order("11-01T12:00", "o1", cart | {"coupons": ["k"]}, refused="coupon_not_held"),
                _order("11-01T12:00", "o1", cart | {"points": 100}, refused="points_short"),
                _order("11-01T12:00", "o1", cart, payable="85.00"),
                _move("11-01T12:00", "ship", "o2", refused="unknown_order"),
                _return("11-01T12:00", "o1", "1", refused="not_received"),
                _move("11-01T12:00", "receive", "o1", refused=None),
                _move("11-01T12:00", "ship", "o1", refused="already_shipped"),
                _move("11-01T12:00", "cancel", "o1", refused="already_shipped"),
                _return("11-02T12:00", "o1", "2", refused="excluded"),
                twice | {"units": {"1": 2, "2": 1}, "expect": {"refused": "too_many"}},
                _return("11-02T12:00", "o1", "1", refund="60.00"),
                twice | {"units": {"1": 1, "2": 2}, "expect": {"refused": "already_returned"}},
                _move("11-08T12:00", "receive", "o1", refused=None),
                _return("11-09T00:00", "o1", "1", refused="window_closed"),
            ],
            points={},
            after_sales={"excluded": {"category": ["food"]}},
        )
    )


def test_a_tie_between_units_judges_nothing() -> None:
    """Any two of the three are a pair, and the law does not say which."""
    pair = _promotion("h", "item", kind="nth_unit", n=2, percent="50")
    with pytest.raises(Ambiguous):
        play(_told([_order("11-01T12:00", "o1", _cart("B", "B", "B"))], promotions=[pair]))


# --- laws ----------------------------------------------------------------------------------------


def _outcomes(scenario: Doc) -> list[Doc]:
    """What the steps come to, where the story leaves nothing open and is small enough."""
    try:
        return play(scenario)
    except (Ambiguous, TooLarge):
        assume(condition=False)
        raise


def _did(scenario: Doc, kind: str) -> list[tuple[Doc, Doc]]:
    """The steps of a kind that were not refused, with what they came to."""
    played = zip(scenario["story"], _outcomes(scenario), strict=True)
    return [(step, got) for step, got in played if step["do"] == kind and not _refused(got)]


def _refused(outcome: Doc) -> bool:
    return isinstance(outcome.get("refused"), str)


def _at_once(scenario: Doc, *steps: Doc) -> list[Doc]:
    """What steps come to that follow the story's first order at its instant.

    All the story's grants come before it, so that the order may pay with more than it opened.
    """
    order = next((step for step in scenario["story"] if step["do"] == "order"), None)
    assume(order is not None)
    assert order is not None
    grants = [step | {"at": order["at"]} for step in scenario["story"] if step["do"] == "grant"]
    before = [*grants, _about(order, {"do": "balance"}), order]
    after = [_about(order, step) for step in steps]
    played = _outcomes(scenario | {"story": before + after})[len(grants) :]
    assume("payable" in played[1])
    return played


def _about(order: Doc, step: Doc) -> Doc:
    """A step on the order, at its instant."""
    customer = order["cart"].get("customer", {})
    whose = {"customer": customer["id"]} if step["do"] == "balance" and customer else {}
    return step | {"at": order["at"], "order": order["id"]} | whose


def _net(balance: Doc) -> Doc:
    """What a balance comes to whether or not points were set off against debt."""
    others = {key: balance[key] for key in ("cash", "units", "coupons", "pending")}
    return others | {"points": balance["points"] - balance["debt"]}


def _total(outcomes: Sequence[Doc], *fields: str) -> Fraction:
    return sum((Fraction(got[field]) for got in outcomes for field in fields), Fraction(0))


@given(stories())
def test_stories_are_drawn_valid(scenario: Doc) -> None:
    book = decode_rulebook(scenario["rulebook"])
    decode_catalog(scenario["catalog"], book.currency, book.timezone)
    for step in scenario["story"]:
        if step["do"] == "order":
            decode_cart(step["cart"], book.currency)


@given(stories())
def test_cash_adds_up(scenario: Doc) -> None:
    paid = _total([got for _, got in _did(scenario, "order")], "payable")
    back = [got for kind in ("cancel", "return") for _, got in _did(scenario, kind)]
    last = {step.get("customer"): got for step, got in _did(scenario, "balance")}
    assert _total(list(last.values()), "cash") == _total(back, "refund") - paid


@given(stories())
def test_nothing_but_cash_and_debt_is_ever_below_zero(scenario: Doc) -> None:
    for _, got in _did(scenario, "balance"):
        assert min(got["points"], got["pending"], got["debt"]) >= 0
        assert all(count > 0 for count in got["units"].values())
    for kind in ("cancel", "return"):
        for _, got in _did(scenario, kind):
            assert min(Fraction(got[field]) for field in got) >= 0


@given(stories())
def test_a_refused_step_changes_nothing(scenario: Doc) -> None:
    """Told without the refused steps, the others come to the same."""
    first, *others = zip(scenario["story"], _outcomes(scenario), strict=True)
    # The first step says when the story opens and, by its cart, for whom.
    assume(not _refused(first[1]))
    done = [first, *(each for each in others if not _refused(each[1]))]
    assert play(scenario | {"story": [step for step, _ in done]}) == [got for _, got in done]


@given(stories())
def test_no_goods_are_refunded_twice_nor_left_unpaid(scenario: Doc) -> None:
    """What came back of a whole order, withheld or not, is all that its goods were paid with."""
    freight = scenario["rulebook"].get("after_sales", {}).get("shipping") == "last"
    returns = _did(scenario, "return")
    for step, quote in _did(scenario, "order"):
        of_order = [each for each in returns if each[0]["order"] == step["id"]]
        counts = [count for back, _ in of_order for count in back["units"].values()]
        whole = sum(counts) == sum(map(len, quote["units"].values()))
        most = Fraction(quote["goods"]) + Fraction(quote["shipping"]) * (freight and whole)
        came = _total([got for _, got in of_order], "refund", "withheld")
        assert came == most if whole else came <= most


@given(stories())
def test_a_cancelled_order_leaves_nothing_behind(scenario: Doc) -> None:
    before, ordered, cancelled, after = _at_once(scenario, {"do": "cancel"}, {"do": "balance"})
    assert _net(after) == _net(before)
    assert cancelled["refund"] == ordered["payable"]
    assert cancelled["points_returned"] == ordered["points_used"]


@given(stories(), st.randoms(use_true_random=False))
def test_units_come_back_one_by_one_or_at_once_for_the_same(scenario: Doc, chance: Any) -> None:
    counts = _at_once(scenario)[1]["units"]
    units = [line for line, nets in counts.items() for _ in nets]
    chance.shuffle(units)
    whole = {"do": "return", "units": {line: len(nets) for line, nets in counts.items()}}
    parts = [{"do": "return", "units": {line: 1}} for line in units]
    received, balance = {"do": "receive"}, {"do": "balance"}
    *_, at_once, one = _at_once(scenario, received, whole, balance)
    *came, other = _at_once(scenario, received, *parts, balance)[3:]
    assume(not any(map(_refused, [at_once, *came])))
    assert _net(one) == _net(other)
    for field in at_once:
        assert _total(came, field) == Fraction(at_once[field])
