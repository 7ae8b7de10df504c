"""Histories at random: a store beside one that is made of plain dicts.

Each step is a unit of work of a few calls. Some conflict, and some units are given up. Every
answer is compared, and after each step all that there is to be read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from attrs import evolve, frozen
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from pendulum import DateTime

from mallops.cart import Usage
from mallops.money import Money
from mallops.repositories import (
    Answer,
    Conflict,
    Coupon,
    Exhausted,
    Filed,
    Logged,
    Purchase,
    Reservation,
    Store,
    Take,
    Unit,
)
from mallops.rules.promotions import Limits
from mallops.testing.contracts.answers import told
from mallops.testing.contracts.asking import begun
from mallops.testing.contracts.cases import filed_at, logged, running
from mallops.testing.contracts.outbox import message
from mallops.testing.contracts.purchases import CNY, plain
from mallops.testing.contracts.samples import START
from mallops.testing.naive_store import NaiveStore

ORDERS, CODES, CASES = ("o1", "o2", "o3"), ("a", "b", "c"), ("c1", "c2")
CUSTOMERS, KEYS, MESSAGES = ("anna", "bo"), ("k1", "k2", "k3", "", ""), ("m1", "m2", "m3")
LIMITS = {
    "p": Limits(total=3),
    "q": Limits(per_customer=3),
    "r": Limits(total=9, budget=Money(10, CNY)),
}

Arguments = tuple[Any, ...]


@frozen
class Call:
    """A call of a repository's method, of which some arguments hang on what is stored by then."""

    name: str
    arguments: Callable[[NaiveStore, DateTime], Arguments]


class GivenUp(Exception):
    """A unit of work is left by this."""


def _call(
    name: str, made: Callable[..., Arguments], *drawn: st.SearchStrategy[Any]
) -> st.SearchStrategy[Call]:
    """Calls with what is made of the store so far, the instant, and what is drawn."""

    def call(given: Arguments) -> Call:
        return Call(name, lambda twin, at: made(twin, at, *given))

    return st.tuples(*drawn).map(call)


def _reserve(
    _twin: NaiveStore, at: DateTime, order: str, customer: str, uses: dict[str, int], days: int
) -> Arguments:
    takes = tuple(
        Take(name, each % 3 + 1, Money(each, CNY) if name == "r" else None, LIMITS[name])
        for name, each in sorted(uses.items())
    )
    return Reservation(order, customer, takes, at.add(days=days)), at


def _bought(twin: NaiveStore, place: int) -> str:
    """An order that has reserved something, or, once in a while, none that has."""
    orders = [*twin.reservations, "nobody's"]
    return orders[place % len(orders)]


def _coupon(code: str, customer: str, source: str) -> Coupon:
    ends = None if code == "a" else START.add(days=5)
    return Coupon(code, "p", customer, ends, source=source)


def _saved(twin: NaiveStore, at: DateTime, order: str, late: int, settles: int) -> tuple[Purchase]:
    before = twin.orders.get(order)
    version = (before.version if before else 1) + 1 - late
    return (plain(order, at.add(days=settles) if settles else None, version=version),)


def _moved(
    twin: NaiveStore, _at: DateTime, case: str, late: int, keys: Sequence[str], day: int
) -> tuple[Filed, Sequence[Logged]]:
    before = twin.cases.get(case)
    steps = (before.case.steps if before else 0) + len(keys) - late
    return _case_at(case, steps, keys, day)


def _case_at(
    case: str, steps: int, keys: Sequence[str], day: int
) -> tuple[Filed, Sequence[Logged]]:
    filed = evolve(filed_at(case, steps), kept_gifts=("MUG",))
    if day:
        deadline, awaited = (day, 0) if day % 2 else (0, day)
        filed = running(case, steps, deadline=deadline, awaited=awaited)
    first = steps - len(keys) + 1
    return filed, [logged(case, first + place, key) for place, key in enumerate(keys)]


_ORDER, _CODE = st.sampled_from(ORDERS), st.sampled_from(CODES)
_CODES, _PAID = st.lists(_CODE, unique=True, min_size=1, max_size=2), st.sampled_from(ORDERS[:2])
_CUSTOMER, _CASE = st.sampled_from(CUSTOMERS), st.sampled_from(CASES)
_MESSAGE, _DAYS = st.sampled_from(MESSAGES), st.integers(1, 4)
_PLACE = st.integers(0, 9)
_BUYING = st.integers(1, 9).map(lambda number: f"o{number}")
_PROMOTIONS = st.lists(st.sampled_from([*LIMITS]), unique=True, min_size=1)
_USES = st.dictionaries(st.sampled_from([*LIMITS]), st.integers(1, 6), min_size=1, max_size=2)
_LATE, _KEYS = st.sampled_from([0, 0, 0, 0, 0, 1, -1]), st.lists(st.sampled_from(KEYS), max_size=2)

USAGE = [
    _call("usage.reserve", _reserve, _BUYING, _CUSTOMER, _USES, _DAYS),
    _call("usage.commit", lambda twin, at, place: (_bought(twin, place), at), _PLACE),
    _call(
        "usage.release",
        lambda twin, _, place, promotions: (_bought(twin, place), promotions),
        *(_PLACE, _PROMOTIONS),
    ),
]
COUPONS = [
    _call(
        "coupons.issue",
        lambda _, __, codes, *given: ([_coupon(code, *given) for code in codes],),
        *(_CODES, st.just("anna") | _CUSTOMER, st.just("o1") | st.sampled_from(["o2", ""])),
    ),
    _call("coupons.hold", lambda _, __, *given: given, _CODES, _PAID),
    _call("coupons.hold", lambda _, __, code, order: ([code], order), _CODE, _PAID),
    _call("coupons.redeem", lambda _, __, *given: given, _PAID),
    _call("coupons.give_back", lambda _, __, *given: given, st.just(CODES) | _CODES, _PAID),
    _call("coupons.withdraw", lambda _, __, code: ([code],), st.sampled_from("cb")),
]
ORDERS_AND_CASES = [
    _call("orders.add", lambda _, at, order, day: (plain(order, at.add(days=day)),), _ORDER, _DAYS),
    _call("orders.save", _saved, _ORDER, _LATE, st.integers(0, 4)),
    _call(
        "cases.add",
        lambda _, __, case, keys, day: _case_at(case, len(keys), keys, day),
        *(_CASE, _KEYS, st.integers(0, 9)),
    ),
    _call("cases.save", _moved, _CASE, _LATE, _KEYS, st.integers(0, 9)),
]
OUTBOX = [
    _call(
        "outbox.put",
        lambda _, __, keys, minute: ([message(key, minute) for key in keys],),
        *(st.lists(_MESSAGE, min_size=1, max_size=2), st.integers(0, 2)),
    ),
    _call(
        "outbox.claim",
        lambda _, at, days, limit: (at, at.add(days=days), limit),
        *(_DAYS, st.integers(1, 3)),
    ),
    _call("outbox.drop", lambda _, __, *given: given, _MESSAGE),
]
BEGUN = [
    Call("coupons.issue", lambda _, __: ([_coupon(code, "anna", "o1") for code in CODES],)),
    Call("orders.add", lambda _, at: (plain("o1", at.add(days=2)),)),
    Call("orders.add", lambda _, at: (plain("o2", at.add(days=1)),)),
    Call("cases.add", lambda _, __: _case_at("c2", 1, ["k1"], 3)),
]


def _calls(*kinds: st.SearchStrategy[Call]) -> st.SearchStrategy[list[Call]]:
    return st.lists(st.one_of(*kinds), min_size=1, max_size=2)


_GIVEN_UP = st.sampled_from([False, False, False, False, True])


class StoreMachine(RuleBasedStateMachine):
    """What a store does, unit by unit, and what plain dicts do."""

    def __init__(self, store: Store) -> None:
        super().__init__()
        self.store = store
        self.twin = NaiveStore()
        self.at = START

    @rule()
    def wait(self) -> None:
        """Time passes, by whole days: what is to end ends at the very instant."""
        self.at = self.at.add(days=1)

    @initialize()
    def begin(self) -> None:
        """Something is there already."""
        self._work(BEGUN)

    @rule(calls=_calls(*USAGE), given_up=_GIVEN_UP)
    def limit(self, calls: list[Call], given_up: bool) -> None:
        """A unit of work on limits."""
        self._work(calls, given_up=given_up)

    @rule(calls=_calls(*COUPONS), given_up=_GIVEN_UP)
    def pay(self, calls: list[Call], given_up: bool) -> None:
        """A unit of work on coupons."""
        self._work(calls, given_up=given_up)

    @rule(calls=_calls(*ORDERS_AND_CASES), given_up=_GIVEN_UP)
    def handle(self, calls: list[Call], given_up: bool) -> None:
        """A unit of work on orders and cases."""
        self._work(calls, given_up=given_up)

    @rule(calls=_calls(*OUTBOX), given_up=_GIVEN_UP)
    def perform(self, calls: list[Call], given_up: bool) -> None:
        """A unit of work on messages."""
        self._work(calls, given_up=given_up)

    @rule(calls=_calls(*USAGE, *COUPONS, *ORDERS_AND_CASES, *OUTBOX), given_up=_GIVEN_UP)
    def buy(self, calls: list[Call], given_up: bool) -> None:
        """A unit of work on all of it."""
        self._work(calls, given_up=given_up)

    @invariant()
    def the_same_is_there(self) -> None:
        """All of it, however it can be asked for."""
        with begun(self.store) as unit:
            self._same_limits(unit)
            self._same_coupons(unit)
            self._same_orders(unit)
            self._same_cases(unit)
            self._same_messages(unit)

    def _work(self, calls: Sequence[Call], *, given_up: bool = False) -> None:
        """A unit of work, which a conflict ends, or which is given up at its end."""
        before = self.twin.copy()
        try:
            with begun(self.store) as unit:
                for call in calls:
                    self._make(unit, call)
                if given_up:
                    raise GivenUp
        except (Conflict, GivenUp):
            self.twin = before

    def _make(self, unit: Unit, call: Call) -> None:
        """The same call of both; they answer the same, or conflict both, for the same cause."""
        repository, method = call.name.split(".")
        arguments = call.arguments(self.twin, self.at)
        expected, cause = _outcome(getattr(self.twin, f"{repository}_{method}"), arguments)
        found, conflict = _outcome(getattr(getattr(unit, repository), method), arguments)
        assert isinstance(conflict, Exhausted) == isinstance(cause, Exhausted), call.name
        assert (conflict is None) == (cause is None), f"{call.name}: {conflict!r}, not {cause!r}"
        if conflict is not None:
            raise conflict
        assert _plain(found) == expected, call.name

    def _same_limits(self, unit: Unit) -> None:
        for customer in CUSTOMERS:
            found = told(unit.usage.used([*LIMITS], customer, self.at))
            for promotion in LIMITS:
                used = found.get(promotion, Usage())
                used = evolve(used, spent=used.spent or None)
                assert used == self.twin.usage_used(promotion, customer, self.at)

    def _same_coupons(self, unit: Unit) -> None:
        for code in CODES:
            assert told(unit.coupons.coupon(code)) == self.twin.coupons_coupon(code)
        for order in ORDERS:
            assert [*told(unit.coupons.of_order(order))] == self.twin.coupons_of_order(order)
            assert [*told(unit.coupons.rewards(order))] == self.twin.coupons_rewards(order)
        for customer in CUSTOMERS:
            found = [*told(unit.coupons.free(customer, ["p"], self.at))]
            assert found == self.twin.coupons_free(customer, ["p"], self.at)

    def _same_orders(self, unit: Unit) -> None:
        for order in ORDERS:
            assert told(unit.orders.order(order)) == self.twin.orders_order(order)
        self._same_waiting(unit.orders.settling, self.twin.settling(self.at))

    def _same_cases(self, unit: Unit) -> None:
        for case in CASES:
            assert told(unit.cases.case(case)) == self.twin.cases_case(case)
            assert [*told(unit.cases.log(case))] == self.twin.cases_log(case)
            for key in KEYS:
                assert told(unit.cases.logged(case, key)) == self.twin.cases_logged(case, key)
        assert [*told(unit.cases.of_order("o1"))] == self.twin.cases_of_order("o1")
        self._same_waiting(unit.cases.due, self.twin.due(self.at))

    def _same_messages(self, unit: Unit) -> None:
        """By a claim that is over at once."""
        for limit in (1, 9):
            found = [*told(unit.outbox.claim(self.at, self.at, limit))]
            assert found == self.twin.outbox_claim(self.at, self.at, limit)

    def _same_waiting(
        self,
        waiting: Callable[[DateTime, int], Answer[Sequence[str]]],
        expected: Sequence[tuple[DateTime, str]],
    ) -> None:
        """Who waits longest comes first; of equals, either may."""
        moments = {name: moment for moment, name in expected}
        for limit in (1, 9):
            found = told(waiting(self.at, limit))
            assert [moments[name] for name in found] == sorted(moments.values())[:limit]
            assert len({*found}) == len(found)


def _outcome(method: Callable[..., Any], arguments: Arguments) -> tuple[object, Conflict | None]:
    try:
        return told(method(*arguments)), None
    except Conflict as conflict:
        return None, conflict


def _plain(answer: object) -> object:
    """A sequence of any kind as a list."""
    return [*answer] if isinstance(answer, Sequence) else answer
