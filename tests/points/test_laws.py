"""Laws of the points ledger, one by one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

import pytest
from attrs import evolve
from hypothesis import assume, given
from hypothesis import strategies as st
from pendulum import DateTime

from mallops.errors import InputError
from mallops.findings import Refusal
from mallops.points.concluding import Decision
from mallops.points.deciding import decide, reverse
from mallops.points.drafting import Terms
from mallops.points.model import Account, Entry, Posting
from mallops.points.requests import (
    Act,
    Asked,
    Capture,
    Charge,
    Close,
    Correct,
    Earn,
    GiveBack,
    Grant,
    Hold,
    Release,
    Settle,
    Spend,
    TakeBack,
)
from mallops.points.sweeping import Balance, balance, sweep
from mallops.points.transfers import transfer
from mallops.points.wallet import Wallet, apply
from mallops.rules.points import ExpireByAge, ExpireInactive, ExpireYearly, Transfer
from mallops.time import instant, local_instant

SHANGHAI = "Asia/Shanghai"
START = local_instant("2026-11-11T10:00", SHANGHAI)
MICROSECOND = timedelta(microseconds=1)
FOR_EVER = Terms()
A_WEEK = Terms(ExpireByAge(7, revive_days=2))
WHILE_ACTIVE = Terms(ExpireInactive(7))


def _at(days: float = 0, start: DateTime = START) -> DateTime:
    return instant(start + timedelta(days=days))


class Purse:
    """A wallet that is asked for one thing after the other; entries are named by their place."""

    def __init__(self, terms: Terms = FOR_EVER, customer: str = "c1") -> None:
        self.terms, self.wallet = terms, Wallet(customer)
        self.log: list[Entry] = []

    def post(self, decision: Decision) -> Entry:
        self.wallet = decision.wallet
        self.log += decision.entries
        return decision.entry

    def ask(self, at: DateTime, *requests: Asked) -> Entry:
        for request in requests:
            found = self.asked(at, request)
            assert isinstance(found, Decision), found
            entry = self.post(found)
        return entry

    def asked(self, at: DateTime, request: Asked) -> Decision | Refusal:
        return decide(self.wallet, f"k{self.wallet.version}", request, at, self.terms)

    def refused(self, at: DateTime, request: Asked) -> str:
        found = self.asked(at, request)
        assert isinstance(found, Refusal)
        return found.code

    def has(self, at: DateTime) -> Balance:
        return balance(self.wallet, at, self.terms)

    def in_lots(self, at: DateTime) -> dict[str, int]:
        """What is available, by the lots' names."""
        return dict(sweep(self.wallet, at, self.terms)[0].available)


def _purse(terms: Terms, at: DateTime, *requests: Asked) -> Purse:
    purse = Purse(terms)
    purse.ask(at, *requests)
    return purse


# --- what the machine, and reading, once found ---------------------------------------------------


def test_a_correction_downwards_is_undone_by_one_upwards_alone() -> None:
    """Nothing would tell that it was undone before: each time would invent points."""
    purse = _purse(FOR_EVER, START, Grant(10))
    entry = purse.ask(START, Correct(-4))
    found = reverse(purse.wallet, "undo", entry, START, FOR_EVER)
    assert isinstance(found, Refusal)
    assert found.code == "not_reversible"


@pytest.mark.parametrize("request_", [Grant(5), Act("review", 5), Correct(5)])
def test_what_gave_points_is_undone_once(request_: Asked) -> None:
    purse = _purse(A_WEEK, START, Charge("o1", 2))
    entry = purse.ask(START, request_)
    found = reverse(purse.wallet, "undo", entry, START, A_WEEK)
    assert isinstance(found, Decision)
    purse.post(found)
    assert purse.has(START) == Balance(0, 0, 0, debt=2)
    again = reverse(purse.wallet, "again", entry, START, A_WEEK)
    assert isinstance(again, Refusal)
    assert again.code == "already_used"


def test_points_from_others_keep_nobody_active() -> None:
    sender, receiver = Purse(WHILE_ACTIVE, "c1"), Purse(WHILE_ACTIVE, "c2")
    sender.ask(START, Act("sign-in", 10))
    receiver.ask(START, Act("sign-in", 10))
    sent = transfer(sender.wallet, receiver.wallet, "gift", 4, _at(6), Transfer(True), WHILE_ACTIVE)
    assert not isinstance(sent, Refusal)
    sender.post(sent[0])
    receiver.post(sent[1])
    assert (sender.has(_at(7)).available, receiver.has(_at(7)).available) == (6, 0)


@pytest.mark.parametrize("day", [7, 9])
def test_what_an_idle_customer_is_given_begins_the_days_anew(day: int) -> None:
    """From the very instant at which they were over; while they run, it goes with the rest."""
    purse = _purse(WHILE_ACTIVE, START, Act("sign-in", 5))
    purse.ask(_at(day), Grant(3))
    purse.ask(_at(day + 6), Grant(2))
    end = _at(day + 7)
    assert purse.has(instant(end - MICROSECOND)).available == 5
    assert purse.has(end).available == 0


def test_a_debt_that_a_lapsed_hold_has_paid_is_in_no_ones_way() -> None:
    """Whether or not anybody swept the ledger when the hold lapsed."""
    purse = _purse(FOR_EVER, START, Grant(10), Hold("o1", 6, _at(1)), TakeBack("o2", 6))
    assert purse.has(START).debt == 2
    found = transfer(purse.wallet, Wallet("c2"), "gift", 1, _at(1), Transfer(True), FOR_EVER)
    assert not isinstance(found, Refusal)


def test_an_earlier_instant_counts_as_the_wallets_own() -> None:
    """Also for what is due by then: here points that came with their end behind them."""
    late = Purse(A_WEEK, "c2")
    late.ask(_at(9), Earn("o1", 1))
    early = _purse(A_WEEK, START, Grant(5))
    sent = transfer(early.wallet, late.wallet, "gift", 5, _at(6), Transfer(True), A_WEEK)
    assert not isinstance(sent, Refusal)
    late.post(sent[1])
    assert late.refused(_at(6), Spend("o2", 5)) == "points_short"
    assert late.has(_at(6)).available == 0


# --- histories -----------------------------------------------------------------------------------

ORDERS = ("o1", "o2", "o3")
some = st.integers(1, 9)
orders = st.sampled_from(ORDERS)
aging = st.sampled_from(
    [
        Terms(ExpireByAge(3, revive_days=1)),
        Terms(ExpireByAge(2, revive_days=4)),
        FOR_EVER,
        Terms(ExpireYearly(11, 13, revive_days=2)),
    ]
)


def _requests(order: st.SearchStrategy[str]) -> st.SearchStrategy[Asked]:
    return st.one_of(
        st.builds(Grant, some),
        st.builds(Earn, order, some),
        st.builds(Spend, order, some),
        st.builds(Settle, order, st.integers(0, 3)),
        st.builds(GiveBack, order, some),
        st.builds(Hold, order, some, st.sampled_from([_at(2.5), _at(40)])),
        st.builds(TakeBack, order, some),
        st.builds(Capture, order),
        st.builds(Release, order),
        st.builds(Charge, order, some),
        st.builds(Close, order),
    )


histories = st.lists(st.tuples(st.sampled_from([0, 0.5, 1]), _requests(orders)), max_size=12)


def _lived(terms: Terms, history: Iterable[tuple[float, Asked]]) -> tuple[Purse, DateTime]:
    """A purse after all of a history that could happen, and the instant at which it ends."""
    purse, day = _purse(terms, START, Grant(10), Earn("o1", 5)), 0.0
    for later, request in history:
        day += later
        _try(purse, _at(day), request)
    return purse, _at(day)


def _try(purse: Purse, at: DateTime, request: Asked) -> bool:
    """Whether it was done: more given back than ever paid is impossible, some is refused."""
    try:
        found = purse.asked(at, request)
    except InputError:
        return False
    if isinstance(found, Decision):
        purse.post(found)
    return isinstance(found, Decision)


def _copy(purse: Purse) -> Purse:
    copy = Purse(purse.terms)
    copy.wallet, copy.log = purse.wallet, list(purse.log)
    return copy


def _points(purse: Purse) -> tuple[object, ...]:
    """All that can be said of the points, but how many entries told it."""
    wallet = purse.wallet
    ends = {name: (lot.expires, lot.revived) for name, lot in wallet.lots.items()}
    return (
        ends,
        wallet.available,
        wallet.pending,
        wallet.held,
        wallet.redeemed,
        wallet.debt,
        wallet.totals,
    )


# --- what may come in any order, or in parts -----------------------------------------------------


@given(aging, histories, st.data())
def test_what_concerns_different_orders_may_come_in_either_order(
    terms: Terms, history: list[tuple[float, Asked]], data: st.DataObject
) -> None:
    """At one instant, any two requests of different orders lead to the same balance.

    They do, if neither is refused in either order, but for two things that the law says: a debt
    is paid by what comes after it, so that where there is one, the same is available less what
    is owed; and giving points back revives a lot, so that points released into that lot after
    it are saved, and before it are lost.
    """
    purse, at = _lived(terms, history)
    one = data.draw(_requests(st.just("o1")))
    two = data.draw(_requests(st.just("o2")))
    released = [request for request in (one, two) if isinstance(request, Release | GiveBack)]
    assume(len({type(request) for request in released}) < 2)
    this, that = _copy(purse), _copy(purse)
    assume(_try(this, at, one) and _try(this, at, two))
    assume(_try(that, at, two) and _try(that, at, one))
    first, second = this.has(at), that.has(at)
    assert first.available - first.debt == second.available - second.debt
    assert (first.pending, first.held) == (second.pending, second.held)
    if not purse.wallet.debt and not isinstance(one, Charge) and not isinstance(two, Charge):
        assert first == second


@given(aging, histories, orders, st.data())
def test_points_come_back_one_by_one_or_at_once(
    terms: Terms, history: list[tuple[float, Asked]], order: str, data: st.DataObject
) -> None:
    """Into the same lots, with the same ends; as many are lost, and pay as much debt."""
    purse, at = _lived(terms, history)
    purse.ask(at, Correct(data.draw(some)))
    _try(purse, at, Spend(order, data.draw(st.integers(1, max(1, purse.has(at).available)))))
    paid = sum(take.points for take in purse.wallet.redeemed.get(order, ()))
    assume(paid)
    points = data.draw(st.integers(1, paid))
    at = instant(at + timedelta(days=data.draw(st.integers(0, 5))))
    whole, parts = _copy(purse), _copy(purse)
    whole.ask(at, GiveBack(order, points))
    parts.ask(at, *[GiveBack(order, 1)] * points)
    assert _points(whole) == _points(parts)


@given(aging, histories, orders, st.integers(1, 20))
def test_points_are_taken_one_by_one_or_at_once(
    terms: Terms, history: list[tuple[float, Asked]], order: str, points: int
) -> None:
    purse, at = _lived(terms, history)
    whole, parts = _copy(purse), _copy(purse)
    whole.ask(at, TakeBack(order, points))
    parts.ask(at, *[TakeBack(order, 1)] * points)
    assert _points(whole) == _points(parts)


# --- holds ---------------------------------------------------------------------------------------


@given(aging, histories, some, st.sampled_from([0, 1, 2, 3, 5]), st.booleans())
def test_a_hold_moves_no_end(
    terms: Terms,
    history: list[tuple[float, Asked]],
    points: int,
    days: int,
    lapse: bool,
) -> None:
    """Held and released, or lapsed, the points are as if they had never been on hold."""
    purse, at = _lived(terms, history)
    assume(not purse.wallet.debt)
    over = instant(at + timedelta(days=days))
    held = _copy(purse)
    assume(_try(held, at, Hold("other", points, over if lapse else instant(over + MICROSECOND))))
    if not lapse:
        assert _try(held, over, Release("other"))
    for later in range(8):
        then = instant(over + timedelta(days=later))
        assert held.in_lots(then) == purse.in_lots(then)


def test_held_points_pay_although_their_lot_has_ended() -> None:
    purse = _purse(A_WEEK, START, Grant(10), Hold("o1", 6, _at(9)))
    assert purse.has(_at(7)) == Balance(0, 0, 6, 0)
    purse.ask(_at(8), Capture("o1"))
    assert purse.wallet.totals[Account.REDEEMED] == 6
    purse.ask(_at(8), GiveBack("o1", 6))
    assert [purse.has(_at(days)).available for days in (8, 9.999, 10)] == [6, 6, 0]


@pytest.mark.parametrize("at", [_at(7), _at(8)])
def test_points_released_after_their_end_are_lost_and_pay_no_debt(at: DateTime) -> None:
    purse = _purse(A_WEEK, START, Grant(10), Hold("o1", 6, _at(9)), Charge("o2", 3))
    purse.ask(at, Release("o1"))
    assert purse.has(at) == Balance(0, 0, 0, debt=3)
    assert purse.wallet.totals[Account.EXPIRED] == 10


def test_a_hold_lapses_at_its_instant() -> None:
    purse = _purse(FOR_EVER, START, Grant(10), Hold("o1", 6, _at(1)))
    assert purse.has(instant(_at(1) - MICROSECOND)) == Balance(4, 0, 6, 0)
    assert purse.has(_at(1)) == Balance(10, 0, 0, 0)
    assert purse.refused(_at(1), Capture("o1")) == "not_held"


def test_an_order_holds_once_and_no_more_than_there_is() -> None:
    purse = _purse(FOR_EVER, START, Grant(10), Hold("o1", 6, _at(1)))
    assert purse.refused(START, Hold("o1", 1, _at(1))) == "already_held"
    assert purse.refused(START, Hold("o2", 5, _at(1))) == "points_short"
    assert purse.refused(START, Spend("o2", 5)) == "points_short"
    assert purse.refused(START, Correct(-5)) == "points_short"
    assert purse.refused(START, Release("o2")) == "not_held"


# --- ends ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("timezone", "expire", "settled", "end"),
    [
        (SHANGHAI, ExpireByAge(7), "2026-11-11T10:00", "2026-11-18T10:00"),
        ("America/New_York", ExpireByAge(1), "2026-10-31T01:30", "2026-11-01T06:30Z"),
        ("America/New_York", ExpireByAge(1), "2027-03-13T02:30", "2027-03-14T07:30Z"),
        ("Europe/London", ExpireByAge(1), "2027-03-27T01:30", "2027-03-28T01:30Z"),
        (SHANGHAI, ExpireInactive(7), "2026-11-11T10:00", "2026-11-18T10:00"),
        (SHANGHAI, ExpireYearly(12, 31), "2026-12-31T23:59", "2027-01-01T00:00"),
        (SHANGHAI, ExpireYearly(12, 31), "2027-01-01T00:00", "2028-01-01T00:00"),
        (SHANGHAI, ExpireYearly(12, 31, 2), "2026-11-11T10:00", "2027-03-01T00:00"),
        (SHANGHAI, ExpireYearly(12, 31, 2), "2027-11-11T10:00", "2028-03-01T00:00"),
        (SHANGHAI, ExpireYearly(2, 29, 1), "2026-11-11T10:00", "2027-03-30T00:00"),
        ("America/New_York", ExpireYearly(10, 31), "2026-10-31T10:00", "2026-11-01T00:00"),
    ],
)
def test_a_lot_is_gone_at_its_end_and_not_before(
    timezone: str, expire: ExpireByAge | ExpireInactive | ExpireYearly, settled: str, end: str
) -> None:
    terms, start = Terms(expire, timezone), local_instant(settled, timezone)
    ends = instant(end) if end.endswith("Z") else local_instant(end, timezone)
    before = instant(ends - MICROSECOND)
    purse = _purse(terms, start, Grant(5))
    assert purse.has(before).available == 5
    assert purse.has(ends).available == 0
    assert isinstance(purse.asked(before, Spend("o1", 5)), Decision)
    assert purse.refused(ends, Spend("o1", 1)) == "points_short"


@given(st.lists(st.tuples(st.integers(0, 364), some), min_size=1, max_size=5))
def test_the_lots_of_a_year_go_together(lots: list[tuple[int, int]]) -> None:
    terms = Terms(ExpireYearly(12, 31, grace_months=2))
    new_year = local_instant("2027-01-01T00:00", SHANGHAI)
    end = local_instant("2028-03-01T00:00", SHANGHAI)
    purse = Purse(terms)
    for day, points in sorted(lots):
        purse.ask(_at(day, new_year), Grant(points))
    total = sum(points for _, points in lots)
    assert purse.has(instant(end - MICROSECOND)).available == total
    assert purse.has(end) == Balance(0, 0, 0, 0)


def test_a_lot_lives_on_once() -> None:
    """It lives on whole, with the points that never left it; and for no less than it would."""
    purse = _purse(A_WEEK, START, Grant(10), Spend("o1", 6))
    purse.ask(_at(1), GiveBack("o1", 1))
    assert not purse.wallet.lots["k0"].revived
    purse.ask(_at(6), GiveBack("o1", 1))
    assert [purse.has(_at(days)).available for days in (7, 7.999, 8)] == [6, 6, 0]
    purse.ask(_at(7), GiveBack("o1", 1))
    assert [purse.has(_at(days)).available for days in (7.999, 8)] == [7, 0]
    purse.ask(_at(8), GiveBack("o1", 3))
    assert purse.has(_at(8)).available == 0
    assert purse.wallet.totals == {
        Account.ISSUED: -10,
        Account.EXPIRED: 10,
        Account.REDEEMED: 0,
    }
    assert purse.wallet.lots == {}


def test_points_passed_on_are_no_younger_for_it() -> None:
    """They keep their turn and their end, and live on no second time."""
    purse = _purse(A_WEEK, START, Grant(8), Spend("o1", 6))
    purse.ask(_at(6), GiveBack("o1", 3))
    giver = evolve(purse.wallet, customer="c2")
    found = transfer(giver, Wallet("c1"), "t", 5, _at(6), Transfer(True), A_WEEK)
    assert not isinstance(found, Refusal)
    taker = Purse(A_WEEK)
    taker.post(found[1])
    [lot], [passed_on] = purse.wallet.lots.values(), taker.wallet.lots.values()
    assert (passed_on.settled, passed_on.expires) == (lot.settled, lot.expires) == (START, _at(8))
    taker.ask(_at(7), Spend("o2", 5), GiveBack("o2", 5))
    assert [taker.has(_at(days)).available for days in (7.999, 8)] == [5, 0]


# --- debt ----------------------------------------------------------------------------------------


def _credited(purse: Purse, way: str) -> None:
    """Eight points come in."""
    match way:
        case "settle":
            purse.ask(START, Settle("o1"))
        case "give back":
            purse.ask(START, GiveBack("o2", 8))
        case "release":
            purse.ask(START, Release("o3"))
        case "lapse":
            purse.wallet, _ = sweep(purse.wallet, _at(1), purse.terms)
        case "receive":
            sender = _purse(FOR_EVER, START, Grant(8))
            giver = evolve(sender.wallet, customer="c2")
            found = transfer(giver, purse.wallet, "t", 8, START, Transfer(True), FOR_EVER)
            assert not isinstance(found, Refusal)
            purse.post(found[1])
        case _:
            given: dict[str, Asked] = {
                "grant": Grant(8),
                "act": Act("review", 8),
                "correct": Correct(8),
            }
            purse.ask(START, given[way])


@pytest.mark.parametrize("owed", [3, 8, 11])
@pytest.mark.parametrize(
    "way", ["grant", "act", "correct", "settle", "give back", "release", "lapse", "receive"]
)
def test_whatever_comes_in_pays_the_debt_first(way: str, owed: int) -> None:
    purse = _purse(FOR_EVER, START, Grant(16), Earn("o1", 8), Spend("o2", 8))
    purse.ask(START, Hold("o3", 8, _at(1)), Charge("o4", owed))
    before = purse.has(START)
    assert (before.available, before.debt) == (0, owed)
    _credited(purse, way)
    after = purse.has(START)
    assert (after.available, after.debt) == (max(0, 8 - owed), max(0, owed - 8))


def test_points_that_are_lost_pay_no_debt() -> None:
    purse = _purse(Terms(ExpireByAge(7, revive_days=0)), START, Grant(8), Spend("o1", 8))
    purse.ask(_at(7), Charge("o2", 5), GiveBack("o1", 8))
    assert purse.has(_at(7)) == Balance(0, 0, 0, debt=5)


def test_pending_points_pay_no_debt_and_are_taken_first() -> None:
    purse = _purse(FOR_EVER, START, Charge("o2", 3), Earn("o1", 8))
    assert purse.has(START) == Balance(0, 8, 0, 3)
    purse.ask(START, TakeBack("o1", 5))
    assert purse.has(START) == Balance(0, 3, 0, 3)
    purse.ask(START, TakeBack("o1", 5))
    assert purse.has(START) == Balance(0, 0, 0, 5)


def test_a_claw_back_takes_what_its_order_earned_before_what_ends_first() -> None:
    purse = _purse(A_WEEK, START, Grant(4), Earn("o1", 5), Earn("o2", 5))
    purse.ask(_at(1), Settle("o2"), Settle("o1"))
    own, other = "k4", "k3"
    purse.ask(_at(1), TakeBack("o1", 3))
    assert purse.in_lots(_at(1)) == {"k0": 4, other: 5, own: 2}
    purse.ask(_at(1), TakeBack("o1", 8))
    assert purse.in_lots(_at(1)) == {other: 3}
    purse.ask(_at(1), TakeBack("o1", 8))
    assert purse.has(_at(1)) == Balance(0, 0, 0, debt=5)


# --- what is spent first -------------------------------------------------------------------------


@given(aging, histories, some)
def test_what_expires_first_is_spent_first(
    terms: Terms, history: list[tuple[float, Asked]], points: int
) -> None:
    """No lot is touched while one that goes before it has points left."""
    purse, at = _lived(terms, history)
    before = purse.in_lots(at)
    lots = purse.wallet.lots
    assume(_try(purse, at, Spend("other", points)))
    after = purse.in_lots(at)
    touched = [lots[name] for name, count in before.items() if after.get(name, 0) < count]
    for left in (lots[name] for name in after):
        for gone in touched:
            if gone is not left and left.expires is not None:
                assert gone.expires is not None
                first, second = (gone.expires, gone.settled), (left.expires, left.settled)
                assert first <= second


def test_an_older_lot_that_lives_on_has_its_turn_by_its_new_end() -> None:
    purse = _purse(A_WEEK, START, Grant(4), Spend("o1", 4))
    purse.ask(_at(6), Grant(4))
    purse.ask(_at(12), GiveBack("o1", 4), Spend("o2", 1))
    assert purse.in_lots(_at(12)) == {"k0": 4, "k2": 3}
    assert purse.in_lots(_at(13)) == {"k0": 4}


def test_points_return_to_where_they_were_taken_last() -> None:
    purse = _purse(A_WEEK, START, Grant(4))
    purse.ask(_at(1), Grant(4), Spend("o1", 6))
    assert purse.in_lots(_at(1)) == {"k1": 2}
    purse.ask(_at(1), GiveBack("o1", 1))
    assert purse.in_lots(_at(1)) == {"k1": 3}
    purse.ask(_at(1), GiveBack("o1", 3))
    assert purse.in_lots(_at(1)) == {"k0": 2, "k1": 4}


# --- what cannot be ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "request_",
    [
        GiveBack("o1", 7),
        GiveBack("o1", 0),
        GiveBack("o2", 1),
        Spend("o1", 0),
        Grant(0),
        Hold("o3", 0, START),
        TakeBack("o1", -1),
        Charge("o1", 0),
        Earn("o1", -1),
        Correct(0),
        Settle("o1", -1),
    ],
)
def test_impossible_requests_are_a_callers_mistake(request_: Asked) -> None:
    purse = _purse(FOR_EVER, START, Grant(10), Spend("o1", 6))
    with pytest.raises(InputError):
        purse.asked(START, request_)


@pytest.mark.parametrize("key", ["", "due/1"])
def test_keys_of_the_ledger_itself_are_not_for_callers(key: str) -> None:
    with pytest.raises(InputError, match=r"\$\.key"):
        decide(Wallet("c1"), key, Grant(1), START, FOR_EVER)


def test_nothing_comes_back_to_a_closed_order() -> None:
    purse = _purse(FOR_EVER, START, Grant(10), Spend("o1", 10))
    purse.ask(START, Close("o1"))
    assert purse.wallet.lots == {}
    with pytest.raises(InputError):
        purse.asked(START, GiveBack("o1", 1))


def _broken(entry: Entry) -> Sequence[tuple[str, Entry]]:
    postings = entry.postings
    short = (Posting(Account.AVAILABLE, -1, lot="k0"), Posting(Account.EXPIRED, 1, lot="k0"))
    return [
        ("customer", evolve(entry, customer="c2")),
        ("number", evolve(entry, number=entry.number + 1)),
        ("postings", evolve(entry, postings=postings[1:])),
        ("postings", evolve(entry, postings=(*postings, *short * 11))),
    ]


@pytest.mark.parametrize("place", range(4))
def test_a_wallet_takes_no_entry_that_is_not_its_next_or_does_not_add_up(place: int) -> None:
    purse = _purse(FOR_EVER, START, Grant(5))
    found = purse.asked(START, Grant(5))
    assert isinstance(found, Decision)
    path, entry = _broken(found.entry)[place]
    with pytest.raises(InputError, match=rf"\$\.{path}"):
        apply(purse.wallet, entry)
