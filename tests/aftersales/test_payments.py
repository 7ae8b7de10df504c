"""Refunds through captures: never past any of them, whatever fails and comes twice."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from mallops.aftersales.payments import (
    Capture,
    Part,
    Payments,
    Refund,
    RefundState,
    ask_refund,
    conclude_refund,
    split_refund,
)
from mallops.errors import InputError
from mallops.findings import Refusal
from mallops.money import Currency, Money
from tests.aftersales.shop import CNY, code, yuan

POINTS = Currency("POINTS", 0)
CARD = Capture("c", "card", yuan("60.00"))
WALLET = Capture("w", "wallet", yuan("40.00"))
BONUS = Capture("p", "points", Money(500, POINTS))
PAID = Payments((CARD, WALLET, BONUS))


def split(payments: Payments, amount: Money) -> dict[str, str]:
    parts = split_refund(payments, amount)
    assert not isinstance(parts, Refusal)
    return {part.capture: str(part.amount) for part in parts}


def asked(payments: Payments, refund: str, amount: Money) -> Payments:
    found = ask_refund(payments, refund, amount)
    assert isinstance(found, Payments), found
    return found


def ended(payments: Payments, refund: str, capture: str, state: RefundState) -> Payments:
    found = conclude_refund(payments, refund, capture, state)
    assert isinstance(found, Payments), found
    return found


def test_captures_are_filled_in_their_order() -> None:
    assert split(PAID, yuan("0.00")) == {}
    assert split(PAID, yuan("60.00")) == {"c": "60.00"}
    assert split(PAID, yuan("60.01")) == {"c": "60.00", "w": "0.01"}
    assert split(PAID, yuan("100.00")) == {"c": "60.00", "w": "40.00"}


def test_money_and_points_never_mix() -> None:
    assert split(PAID, Money(500, POINTS)) == {"p": "500"}
    assert code(split_refund(PAID, Money(501, POINTS))) == "refund_too_much"
    assert code(split_refund(PAID, Money(1, Currency.of("USD")))) == "refund_too_much"


def test_what_is_pending_counts() -> None:
    pending = asked(PAID, "r1", yuan("70.00"))
    assert split(pending, yuan("30.00")) == {"w": "30.00"}
    refusal = ask_refund(pending, "r2", yuan("30.01"))
    assert isinstance(refusal, Refusal)
    assert refusal.details == {"asked": "30.01", "left": "30.00"}


def test_what_failed_is_free_again_and_only_that() -> None:
    pending = asked(PAID, "r1", yuan("70.00"))
    failed = ended(pending, "r1", "c", RefundState.FAILED)
    done = ended(failed, "r1", "w", RefundState.DONE)
    assert {name: str(left) for name, left in done.left.items()} == {
        "c": "60.00",
        "w": "30.00",
        "p": "500",
    }
    assert split(done, yuan("70.00")) == {"c": "60.00", "w": "10.00"}


def test_what_comes_twice_happens_once() -> None:
    pending = asked(PAID, "r1", yuan("70.00"))
    assert asked(pending, "r1", yuan("70.00")) is pending
    done = ended(pending, "r1", "c", RefundState.DONE)
    assert ended(done, "r1", "c", RefundState.DONE) is done
    with pytest.raises(InputError, match=r"70\.00, which refund 'r1' was asked for"):
        ask_refund(pending, "r1", yuan("60.00"))


def test_an_answer_that_contradicts_an_earlier_one_is_refused() -> None:
    pending = asked(PAID, "r1", yuan("10.00"))
    for first, then in (
        (RefundState.DONE, RefundState.FAILED),
        (RefundState.FAILED, RefundState.DONE),
    ):
        refusal = conclude_refund(ended(pending, "r1", "c", first), "r1", "c", then)
        assert refusal == Refusal("refund_concluded", {"refund": "r1", "state": first.value})


@pytest.mark.parametrize(
    ("refund", "capture", "state", "paths"),
    [
        ("r2", "c", RefundState.DONE, ["$.refund"]),
        ("r1", "w", RefundState.DONE, ["$.refund"]),
        ("r1", "c", RefundState.PENDING, ["$.state"]),
        ("r2", "c", RefundState.PENDING, ["$.refund", "$.state"]),
    ],
)
def test_answers_to_nothing_are_errors(
    refund: str, capture: str, state: RefundState, paths: list[str]
) -> None:
    pending = asked(PAID, "r1", yuan("10.00"))
    with pytest.raises(InputError) as caught:
        conclude_refund(pending, refund, capture, state)
    assert [problem.path for problem in caught.value.problems] == paths


def part(refund: str, capture: str, amount: Money, **more: Any) -> Refund:
    return Refund(refund, Part(capture, amount), **more)


@pytest.mark.parametrize(
    ("captures", "refunds", "paths"),
    [
        ((CARD, Capture("c", "wallet", yuan("1.00"))), (), ["$.captures[1].id"]),
        ((Capture("c", "card", yuan("0.00")),), (), ["$.captures[0].amount"]),
        ((CARD,), (part("r", "x", yuan("1.00")),), ["$.refunds[0].capture"]),
        ((CARD,), (part("r", "c", Money(1, POINTS)),), ["$.refunds[0].capture"]),
        ((CARD,), (part("r", "c", yuan("-1.00")),), ["$.refunds[0].amount"]),
        ((CARD,), (part("r", "c", yuan("1.00")),) * 2, ["$.refunds[1].id"]),
        (
            (CARD,),
            (part("r", "c", yuan("60.00"), state=RefundState.DONE), part("s", "c", yuan("0.01"))),
            ["$.refunds"],
        ),
    ],
)
def test_what_cannot_have_happened_is_an_error(
    captures: tuple[Capture, ...], refunds: tuple[Refund, ...], paths: list[str]
) -> None:
    with pytest.raises(InputError) as caught:
        Payments(captures, refunds)
    assert [problem.path for problem in caught.value.problems] == paths


def test_a_refund_below_zero_is_an_error() -> None:
    with pytest.raises(InputError):
        split_refund(PAID, yuan("-0.01"))


SIZES = {"a": 10, "b": 25, "c": 1}
AMOUNTS = st.integers(0, 40) | st.sampled_from([0, 1, 10, 25, 36, 37])


class Bookkeeping(RuleBasedStateMachine):
    """Random requests and answers, beside a list of single minor units that are here or gone."""

    asked = Bundle("asked")

    def __init__(self) -> None:
        super().__init__()
        self.payments = Payments(
            tuple(Capture(name, "card", Money(size, CNY)) for name, size in SIZES.items())
        )
        # Every minor unit that was captured, and the refund that has it now.
        self.coins: list[list[str]] = [
            [name, ""] for name, size in SIZES.items() for _ in range(size)
        ]
        self.answers: dict[tuple[str, str], RefundState] = {}
        self.count = 0

    @rule(target=asked, amount=AMOUNTS)
    def ask(self, amount: int) -> str:
        self.count += 1
        name, free = f"r{self.count}", [coin for coin in self.coins if not coin[1]]
        found = ask_refund(self.payments, name, Money(amount, CNY))
        if amount > len(free):
            assert code(found) == "refund_too_much"
            return name
        assert isinstance(found, Payments)
        self.payments = found
        for coin in free[:amount]:
            coin[1] = name
        return name

    @rule(refund=asked)
    def ask_again(self, refund: str) -> None:
        before = [each.part.amount.minor for each in self.payments.refunds if each.id == refund]
        if before:
            again = ask_refund(self.payments, refund, Money(sum(before), CNY))
            assert again is self.payments

    @rule(refund=asked, capture=st.sampled_from("abc"), is_done=st.booleans())
    def answer(self, refund: str, capture: str, is_done: bool) -> None:
        mine = [coin for coin in self.coins if coin == [capture, refund]]
        state = RefundState.DONE if is_done else RefundState.FAILED
        before = self.answers.get((refund, capture))
        if before is None and not mine:
            with pytest.raises(InputError):
                conclude_refund(self.payments, refund, capture, state)
        elif before is None:
            self.payments = ended(self.payments, refund, capture, state)
            self.answers[refund, capture] = state
            for coin in mine:
                coin[1] = refund if is_done else ""
        else:
            found = conclude_refund(self.payments, refund, capture, state)
            if before is state:
                assert found is self.payments
            else:
                assert code(found) == "refund_concluded"

    @invariant()
    def the_coins_are_where_the_payments_say(self) -> None:
        left = {name: amount.minor for name, amount in self.payments.left.items()}
        assert left == {
            name: sum(coin == [name, ""] for coin in self.coins) for name in ("a", "b", "c")
        }

    @invariant()
    def no_more_is_paid_out_than_was_captured(self) -> None:
        paid_out = Counter[str]()
        for each in self.payments.refunds:
            if each.state is not RefundState.FAILED:
                paid_out[each.part.capture] += each.part.amount.minor
        assert all(paid_out[name] <= size for name, size in SIZES.items())


TestBookkeeping = Bookkeeping.TestCase


@pytest.mark.parametrize("cut", range(0, 10_001, 777))
def test_two_refunds_one_after_the_other_are_split_like_one(cut: int) -> None:
    whole, first = yuan("100.00"), Money(cut, CNY)
    after = asked(PAID, "r1", first)
    once, then = split(PAID, first), split(after, whole - first)
    together = {name: yuan(once.get(name, "0")) + yuan(then.get(name, "0")) for name in ("c", "w")}
    assert {name: str(amount) for name, amount in together.items()} == split(PAID, whole)
