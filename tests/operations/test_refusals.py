"""What operations refuse, what they take for a mistake, and what they give up: nothing stored."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from attrs import define, evolve

from mallops.adapters.memory import MemoryStore
from mallops.adapters.memory.store import MemoryUnit
from mallops.aftersales.payments import Capture
from mallops.errors import InputError
from mallops.lifecycles.flows import HOUSE, orders
from mallops.messages import message
from mallops.money import Currency, Money
from mallops.operations import (
    ATTEMPTS,
    Mall,
    Told,
    advance_case,
    cancel,
    checkout,
    drain_outbox,
    open_case,
    pay,
    receive,
    run_due,
    settle_points,
)
from mallops.operations.mall import KEPT
from mallops.points.concluding import Decision
from mallops.points.deciding import decide
from mallops.points.drafting import Terms
from mallops.points.requests import Release
from mallops.repositories import Change, Conflict, Coupon
from mallops.rulebook import decode_catalog
from tests.operations.house import (
    AT,
    CNY,
    FLASH,
    MACHINES,
    SAVE10,
    Provider,
    cart,
    codes,
    content,
    given,
    house,
    memory,
    moved,
    paid,
    placed,
    purchase,
    received,
    returned,
    rulebook,
    state,
    waiting,
    yuan,
)

Asked = Callable[[Mall], object]
CARD = [Capture("x", "card", yuan("60.00"))]


def _mall() -> Mall:
    mall = house(SAVE10)
    given(mall, "anna", 500, {"c-1": "SAVE10"})
    placed(mall, "unpaid", cart({"A": 1}))
    paid(mall, "paid", cart({"A": 2}))
    received(mall, "received", cart({"A": 2}))
    with memory(mall).begin() as unit:
        unit.coupons.issue([Coupon("c-2", "SAVE10", "bob", expires=AT)])
        gone = {"products": [{"sku": "C", "status": "delisted"}]}
        unit.catalog.put(decode_catalog(gone, CNY))
    return mall


REFUSED: Mapping[str, tuple[Asked, tuple[str, ...]]] = {
    "no such coupon": (
        lambda mall: checkout(mall, "o", cart({"A": 1}, coupons=["NONE"]), AT),
        ("coupon_not_held",),
    ),
    "the coupon of another": (
        lambda mall: checkout(mall, "o", cart({"A": 1}, "kim", coupons=["SAVE10"]), AT),
        ("coupon_not_held",),
    ),
    "a coupon that has expired": (
        lambda mall: checkout(mall, "o", cart({"A": 1}, "bob", coupons=["SAVE10"]), AT),
        ("coupon_not_held",),
    ),
    "more points than there are": (
        lambda mall: checkout(mall, "o", cart({"A": 1}, points=501), AT),
        ("points_short",),
    ),
    "another price than was shown": (
        lambda mall: checkout(mall, "o", cart({"A": 1}), AT, yuan("59.99")),
        ("price_changed",),
    ),
    "what is sold no more": (
        lambda mall: checkout(mall, "o", cart({"A": 1, "C": 1}), AT),
        ("delisted",),
    ),
    "what was never sold": (
        lambda mall: checkout(mall, "o", cart({"A": 1, "Z": 1}), AT),
        ("unknown_sku",),
    ),
    "pay what is not there": (lambda mall: pay(mall, "o", CARD, AT), ("unknown_order",)),
    "cancel what is not there": (lambda mall: cancel(mall, "o", "buyer", AT), ("unknown_order",)),
    "receive what is not there": (lambda mall: receive(mall, "o", "buyer", AT), ("unknown_order",)),
    "advance what is not there": (
        lambda mall: advance_case(mall, "o", "ship", "seller", AT, "k"),
        ("unknown_case",),
    ),
    "a case of what is not there": (
        lambda mall: open_case(mall, "returns", "as", "o", {"A": 1}, AT),
        ("unknown_order",),
    ),
    "another amount": (
        lambda mall: pay(mall, "unpaid", [Capture("x", "card", yuan("59.99"))], AT),
        ("amount_differs",),
    ),
    "no amount": (lambda mall: pay(mall, "unpaid", [], AT), ("amount_differs",)),
    "paid by another payment": (
        lambda mall: pay(mall, "paid", [Capture("y", "card", yuan("120.00"))], AT),
        ("not_here",),
    ),
    "cancelled by the buyer": (lambda mall: cancel(mall, "paid", "buyer", AT), ("not_yours",)),
    "cancelled on its way": (lambda mall: cancel(mall, "received", "seller", AT), ("not_here",)),
    "not sent yet": (lambda mall: receive(mall, "paid", "buyer", AT), ("not_here",)),
    "a case of what is not paid": (
        lambda mall: open_case(mall, "refund_only", "as", "unpaid", {"A": 1}, AT),
        ("not_paid",),
    ),
    "a return of what has not come": (
        lambda mall: open_case(mall, "returns", "as", "paid", {"A": 1}, AT),
        ("not_returnable", "not_received"),
    ),
    "too many": (
        lambda mall: open_case(mall, "returns", "as", "received", {"A": 3}, AT),
        ("not_returnable", "units_taken", "too_many"),
    ),
    "more money than was paid": (
        lambda mall: open_case(mall, "complaint", "as", "paid", {}, AT, asked=yuan("120.01")),
        ("refund_too_much",),
    ),
    "no price that fell": (
        lambda mall: open_case(mall, "price_protection", "as", "paid", {"A": 1}, AT),
        ("no_difference",),
    ),
    "goods that are kept": (
        lambda mall: advance_case(mall, "paid", "undo", "platform", AT, "k"),
        ("units_kept",),
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_refusal_stores_nothing(name: str) -> None:
    asked, expected = REFUSED[name]
    mall = _mall()
    before = content(mall)
    found: Any = asked(mall)
    assert codes(found) == expected
    assert content(mall) == before
    for refusal in getattr(found, "reasons", (found,)):
        for locale in ("en", "zh_CN"):
            guard = f"guard.{refusal.code}"
            of_machine = any(guard in each.wording[locale] for each in MACHINES)
            told = of_machine or message(refusal.code, locale, refusal.details)
            assert told, refusal.code


def test_what_was_due_has_happened_though_the_case_is_refused() -> None:
    mall = _mall()
    late = AT.add(days=8)
    found = open_case(mall, "returns", "as", "received", {"A": 1}, late)
    assert codes(found) == ("not_returnable", "window_closed")
    assert state(mall, "received") == "completed"
    with memory(mall).begin() as unit:
        assert unit.cases.case("as") is None


WRONG: Mapping[str, tuple[Asked, str]] = {
    "no order id": (lambda mall: checkout(mall, "", cart({"A": 1}), AT), "$.order"),
    "nobody": (lambda mall: checkout(mall, "o", cart({"A": 1}, ""), AT), "$.customer.id"),
    "no rules yet": (
        lambda mall: checkout(mall, "o", cart({"A": 1}), AT.subtract(days=2)),
        "$.rulebook",
    ),
    "one capture twice": (
        lambda mall: pay(mall, "unpaid", [*CARD, *CARD], AT),
        "$.captures",
    ),
    "a capture of nothing": (
        lambda mall: pay(mall, "unpaid", [*CARD, Capture("y", "card", yuan("0.00"))], AT),
        "$.captures[1].amount",
    ),
    "an event of no machine": (
        lambda mall: advance_case(mall, "paid", "dance", "seller", AT, "k"),
        "$.event",
    ),
    "nobody's event": (
        lambda mall: advance_case(mall, "paid", "ship", "ghost", AT, "k", {"parcels": "all"}),
        "$.actor",
    ),
    "a fact too few": (
        lambda mall: advance_case(mall, "paid", "ship", "seller", AT, "k"),
        "$.facts.parcels",
    ),
    "a fact out of its domain": (
        lambda mall: advance_case(mall, "paid", "ship", "seller", AT, "k", {"parcels": "most"}),
        "$.facts.parcels",
    ),
    "no such line": (
        lambda mall: advance_case(
            mall, "paid", "ship", "seller", AT, "k", {"parcels": "all"}, {"Z": 1}
        ),
        "$.units.Z",
    ),
    "no such flow": (
        lambda mall: open_case(mall, "dance", "as", "paid", {"A": 1}, AT),
        "$.flow",
    ),
    "the flow of orders": (
        lambda mall: open_case(mall, "orders", "as", "paid", {"A": 1}, AT, event="paid"),
        "$.flow",
    ),
    "no case id": (
        lambda mall: open_case(mall, "returns", "", "received", {"A": 1}, AT),
        "$.case",
    ),
    "a complaint about no amount": (
        lambda mall: open_case(mall, "complaint", "as", "paid", {}, AT),
        "$.asked",
    ),
    "an amount for a return": (
        lambda mall: open_case(mall, "returns", "as", "received", {"A": 1}, AT, asked=yuan("1.00")),
        "$.asked",
    ),
    "units of no line": (
        lambda mall: open_case(mall, "returns", "as", "received", {"Z": 1}, AT),
        "$.units.Z",
    ),
    "no units": (
        lambda mall: open_case(mall, "returns", "as", "received", {}, AT),
        "$.units",
    ),
    "a claim that is over before it begins": (
        lambda mall: drain_outbox(mall, Provider(), AT, AT),
        "$.until",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_mistake_is_told_by_its_path_and_stores_nothing(name: str) -> None:
    asked, path = WRONG[name]
    mall = _mall()
    before = content(mall)
    with pytest.raises(InputError) as raised:
        asked(mall)
    assert any(problem.path.startswith(path) for problem in raised.value.problems)
    assert content(mall) == before


def test_a_payment_in_another_currency_is_a_mistake() -> None:
    mall = _mall()
    dollars = Money(6000, Currency.of("USD"))
    with pytest.raises(InputError, match=r"\$\.captures\[0\]\.amount"):
        pay(mall, "unpaid", [Capture("x", "card", dollars)], AT)


# --- what is gone --------------------------------------------------------------------------------


def test_a_reservation_that_is_gone_leaves_the_payment_to_be_voided() -> None:
    mall = house(FLASH)
    placed(mall, "o1", cart({"A": 1}))
    with memory(mall).begin() as unit:
        unit.usage.release("o1", ["flash"])
    before = content(mall)
    found = pay(mall, "o1", [Capture("x", "card", yuan("54.00"))], AT)
    assert codes(found) == ("reservation_lapsed",)
    assert content(mall) == before


def test_points_that_are_held_no_more_leave_the_limits_as_they_were() -> None:
    """They are asked for after the limits have been used for good in the same unit of work."""
    mall = house(FLASH)
    given(mall, "anna", 500)
    payable = placed(mall, "o1", cart({"A": 1}, points=100)).order.quote.payable
    with memory(mall).begin() as unit:
        released = decide(unit.points.wallet("anna"), "gone", Release("o1"), AT, Terms())
        assert isinstance(released, Decision)
        unit.points.append([Change(released.entries, released.wallet)])
    before = content(mall)
    assert codes(pay(mall, "o1", [Capture("x", "card", payable)], AT)) == ("reservation_lapsed",)
    assert content(mall) == before


# --- machines and versions that are missing ------------------------------------------------------


def test_a_case_whose_machine_is_missing_stands_in_nobodys_way() -> None:
    mall = _mall()
    moved(open_case(mall, "returns", "as1", "received", {"A": 1}, AT))
    lame = Mall(mall.store, "mall", [orders(HOUSE)])
    late = AT.add(days=30)
    with pytest.raises(InputError, match=r"\$\.machines"):
        advance_case(lame, "as1", "accept", "seller", AT, "k")
    ran = run_due(lame, late)
    assert set(ran.failed) == {"as1"}
    assert {"unpaid", "paid", "received"} <= {*ran.done}
    assert state(mall, "unpaid") != "unpaid"
    assert settle_points(lame, late).failed == {}
    # The mall that has it takes it up.
    assert run_due(mall, late).failed == {}
    assert state(mall, "as1") != "requested"


def test_an_order_keeps_the_version_that_priced_it_however_many_come_after() -> None:
    mall = house(FLASH)
    received(mall, "o1", cart({"A": 1}))
    for place in range(2, KEPT + 4):
        with memory(mall).begin() as unit:
            unit.rulebooks.publish(rulebook(version=str(place)), AT.add(minutes=place))
        later = placed(mall, f"o{place}", cart({"A": 1}), AT.add(minutes=place))
        assert (later.order.quote.version, later.order.quote.payable) == (str(place), yuan("60.00"))
    returned(mall, "as1", "o1", {"A": 1}, AT.add(days=1))
    assert purchase(mall, "o1").payments.refunds[0].part.amount == yuan("54.00")


def test_an_order_whose_version_is_missing_waits_for_it() -> None:
    mall, other = house(FLASH), house()
    received(mall, "o1", cart({"A": 1}))
    moved(open_case(mall, "returns", "as1", "o1", {"A": 1}, AT))
    with memory(mall).begin() as unit, memory(other).begin() as there:
        found, case = unit.orders.order("o1"), unit.cases.case("o1")
        assert found is not None
        assert case is not None
        lost = evolve(found.order.quote, version="lost")
        there.orders.add(evolve(found, order=evolve(found.order, quote=lost)))
        there.cases.add(case, ())
    with pytest.raises(InputError, match=r"\$\.version"):
        open_case(other, "returns", "as1", "o1", {"A": 1}, AT)
    late = AT.add(days=30)
    assert settle_points(other, late).failed.keys() == {"o1"}


def test_every_case_that_fails_is_told_though_more_wait() -> None:
    mall = house()
    for place in range(5):
        received(mall, f"o{place}", cart({"A": 1}))
        moved(open_case(mall, "returns", f"as{place}", f"o{place}", {"A": 1}, AT))
    lame = Mall(mall.store, "mall", [orders(HOUSE)])
    ran = run_due(lame, AT.add(days=30), limit=7)
    assert len(ran.failed) + len(ran.done) == 7
    assert run_due(lame, AT.add(days=30)).done == tuple(f"o{place}" for place in range(2, 5))


# --- conflicts -----------------------------------------------------------------------------------


@define(eq=False)
class Contested:
    """A store in which others are faster so many times."""

    store: MemoryStore
    times: int
    begun: int = 0

    @contextmanager
    def begin(self) -> Iterator[MemoryUnit]:
        self.begun += 1
        with self.store.begin() as unit:
            yield unit
            if self.begun <= self.times:
                raise Conflict("somebody was faster")


CONTESTED: Mapping[str, Asked] = {
    "checkout": lambda mall: checkout(
        mall, "o", cart({"A": 1}, coupons=["SAVE10"], points="max"), AT
    ),
    "pay": lambda mall: pay(mall, "unpaid", CARD, AT),
    "cancel": lambda mall: cancel(mall, "unpaid", "buyer", AT),
    "advance": lambda mall: advance_case(
        mall, "paid", "ship", "seller", AT, "k", {"parcels": "all"}
    ),
    "open": lambda mall: open_case(mall, "returns", "as", "received", {"A": 1}, AT),
    "run due": lambda mall: run_due(mall, AT.add(days=1)),
    "settle": lambda mall: settle_points(mall, AT.add(days=30)),
    "drain": lambda mall: drain_outbox(mall, Provider(), AT, AT.add(minutes=1)),
}


@pytest.mark.parametrize("name", CONTESTED)
def test_who_is_slower_each_time_gives_up_and_has_stored_nothing(name: str) -> None:
    mall = _mall()
    before = content(mall)
    contested = Contested(memory(mall), 1000)
    with pytest.raises(Conflict):
        CONTESTED[name](Mall(contested, "mall", MACHINES))
    assert contested.begun == ATTEMPTS
    assert content(mall) == before


@pytest.mark.parametrize("name", CONTESTED)
def test_who_is_slower_nine_times_gets_there(name: str) -> None:
    quick, slow = _mall(), _mall()
    expected = CONTESTED[name](quick)
    found = CONTESTED[name](Mall(Contested(memory(slow), ATTEMPTS - 1), "mall", MACHINES))
    assert found == expected
    assert content(slow) == content(quick)


def test_a_message_whose_answer_cannot_be_stored_waits_and_moves_money_once() -> None:
    mall, provider = _mall(), Provider()
    moved(cancel(mall, "paid", "seller", AT))
    contested = Contested(memory(mall), 0)

    def perform(asked: Any) -> Told | None:
        told = provider(asked)
        contested.times = contested.begun + ATTEMPTS
        return told

    found = drain_outbox(Mall(contested, "mall", MACHINES), perform, AT, AT.add(minutes=1))
    assert isinstance(found.failed["paid/2/refund"], Conflict)
    assert state(mall, "paid") == "closed_refunding"
    later = AT.add(minutes=1)
    drain_outbox(mall, provider, later, later.add(minutes=1))
    assert state(mall, "paid") == "closed_refunded"
    assert (len(provider.calls), provider.total) == (2, yuan("120.00"))


# --- the outbox ----------------------------------------------------------------------------------


def test_one_message_that_cannot_be_performed_stands_in_no_others_way() -> None:
    """Nor does one whose answer is nonsense."""
    mall, provider = house(), Provider()
    for place, order in enumerate(("o1", "o2", "o3")):
        paid(mall, order, cart({"A": 1}))
        moved(cancel(mall, order, "seller", AT.add(seconds=place)))

    def perform(asked: Any) -> Told | None:
        if asked.order == "o1":
            raise TimeoutError("the line is dead")
        return Told("nonsense") if asked.order == "o2" else provider(asked)

    found = drain_outbox(mall, perform, AT.add(minutes=1), AT.add(minutes=2))
    assert {key: type(error) for key, error in found.failed.items()} == {
        "o1/2/refund": TimeoutError,
        "o2/2/refund": InputError,
    }
    assert list(found.told) == ["o3/2/refund"]
    assert state(mall, "o3") == "closed_refunded"
    # They wait for the end of the claim, and are then performed.
    assert drain_outbox(mall, provider, AT.add(seconds=90), AT.add(minutes=2)).told == {}
    later = drain_outbox(mall, provider, AT.add(minutes=2), AT.add(minutes=3))
    assert list(later.told) == ["o1/2/refund", "o2/2/refund"]
    assert purchase(mall, "o1").payments.left_in(CNY) == yuan("0.00")


def test_what_has_timed_out_is_not_performed_any_more() -> None:
    mall, provider = house(), Provider()
    paid(mall, "o1", cart({"A": 1}))
    moved(cancel(mall, "o1", "seller", AT))
    late = AT.add(days=4)
    found = drain_outbox(mall, provider, late, late.add(minutes=1))
    assert (found.told, found.refused, found.failed, provider.calls) == ({}, {}, {}, [])
    assert state(mall, "o1") == "closed_refund_asked"


def test_an_answer_to_what_timed_out_meanwhile_is_told_as_refused() -> None:
    mall = house()
    paid(mall, "o1", cart({"A": 1}))
    moved(cancel(mall, "o1", "seller", AT))

    def slow(_: object) -> Told:
        run_due(mall, AT.add(days=4))
        return Told("refunded")

    found = drain_outbox(mall, slow, AT, AT.add(minutes=1))
    assert codes(found.refused["o1/2/refund"]) == ("not_here",)
    assert state(mall, "o1") == "closed_refund_asked"
    assert waiting(mall) == ["o1/3/ask_refund"]
