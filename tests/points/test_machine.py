"""A ledger never loses or invents a point, whatever happens, in whatever order, and when.

A machine plays against two ledgers and their naive twin: one ledger is swept after every step,
one only when it is asked for something.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from attrs import define, field
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from pendulum import DateTime

from mallops.findings import Refusal
from mallops.points.concluding import Decision
from mallops.points.deciding import decide, reverse
from mallops.points.drafting import Terms
from mallops.points.model import CLAIMS, LIABILITY, Account, Entry
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
    Reverse,
    Settle,
    Spend,
    TakeBack,
)
from mallops.points.sweeping import balance, sweep
from mallops.points.transfers import transfer
from mallops.points.wallet import Wallet, replay
from mallops.rules.points import Expire, ExpireByAge, ExpireInactive, ExpireYearly, Transfer
from mallops.testing.naive_points import NEVER, Event, Has, Law, refusal, told
from mallops.time import instant, local_instant

CUSTOMERS = ("c1", "c2", "c3")
# Points are what the ledger is for, so it is tried harder than what the profile asks for.
MANY = max(150, settings().max_examples)
MICROSECOND = timedelta(microseconds=1)
# A zone and when it begins there: clocks change within days, a year ends, a leap day is near.
STARTS = (
    ("Asia/Shanghai", "2026-11-11T10:00"),
    ("America/New_York", "2026-10-30T01:30"),
    ("America/New_York", "2027-03-12T02:30"),
    ("Europe/London", "2026-10-24T01:30"),
    ("Europe/London", "2027-03-27T00:00"),
    ("Asia/Shanghai", "2028-02-28T23:59:59"),
)
# Each way to expire as the rules have it and as a rulebook writes it, for the twin.
EXPIRE: tuple[tuple[Expire | None, Mapping[str, object] | None], ...] = (
    (ExpireByAge(2, revive_days=1), {"after_days": 2, "revive_days": 1}),
    (None, None),
    (ExpireByAge(1, revive_days=3), {"after_days": 1, "revive_days": 3}),
    (ExpireByAge(1, revive_days=0), {"after_days": 1, "revive_days": 0}),
    (ExpireInactive(2), {"inactive_days": 2}),
    (ExpireInactive(1), {"inactive_days": 1}),
    (ExpireYearly(12, 31, 2), {"yearly": "12-31", "grace_months": 2}),
    (ExpireYearly(2, 29, 1, 2), {"yearly": "02-29", "grace_months": 1, "revive_days": 2}),
    (ExpireYearly(11, 1, 0, 1), {"yearly": "11-01", "revive_days": 1}),
)
TRANSFERS = (Transfer(True), Transfer(True, at_least=2, at_most_per_day=5), Transfer())

customers = st.sampled_from(CUSTOMERS)
orders = st.sampled_from(("o1", "o2", "o3"))
some = st.integers(1, 8)
picks = st.integers(0, 5)


@define
class Ledger:
    """One customer's log, and the wallet that it adds up to."""

    wallet: Wallet
    log: list[Entry] = field(factory=list)

    def post(self, decision: Decision) -> None:
        self.log += decision.entries
        self.wallet = decision.wallet

    def sweep(self, at: DateTime, terms: Terms) -> None:
        self.wallet, entries = sweep(self.wallet, at, terms)
        self.log += entries


def _plain(at: datetime) -> datetime:
    """The instant as the twin has it, which knows nothing of pendulum."""
    return datetime.fromisoformat(at.isoformat()).astimezone(UTC)


def _ledgers() -> dict[str, Ledger]:
    return {customer: Ledger(Wallet(customer)) for customer in CUSTOMERS}


class PointsMachine(RuleBasedStateMachine):
    """What customers and the mall do, and time."""

    now: DateTime
    terms: Terms
    transfers: Transfer
    law: Law

    @initialize(
        start=st.sampled_from(STARTS),
        expire=st.sampled_from(EXPIRE),
        transfers=st.sampled_from(TRANSFERS),
    )
    def begin(
        self,
        start: tuple[str, str],
        expire: tuple[Expire | None, Mapping[str, object] | None],
        transfers: Transfer,
    ) -> None:
        zone, local = start
        self.now = local_instant(local, zone)
        self.terms = Terms(expire[0], zone)
        self.transfers = transfers
        self.law = Law(
            ZoneInfo(zone),
            expire[1],
            transfers.allowed,
            transfers.at_least,
            transfers.at_most_per_day,
        )
        self.events: list[Event] = []
        self.answers: dict[tuple[str, int, DateTime], Has] = {}
        self.asked = 0
        self.often, self.late = _ledgers(), _ledgers()

    # --- what time does --------------------------------------------------------------------------

    @rule(
        leap=st.sampled_from(
            [timedelta(hours=1), timedelta(minutes=30), timedelta(days=1), timedelta(days=40)]
        )
    )
    def time_passes(self, leap: timedelta) -> None:
        self.now = instant(self.now + leap)

    @rule(past=st.sampled_from([timedelta(0), -MICROSECOND, MICROSECOND]))
    def something_ends(self, past: timedelta) -> None:
        """To the very instant at which something ends next, just before it, or just past it."""
        coming = min(self.has(customer).next_end() for customer in CUSTOMERS)
        if coming != NEVER:
            self.now = max(self.now, instant(_plain(coming + past)))

    # --- what customers do, and the mall ---------------------------------------------------------

    @rule(customer=customers, order=orders, points=some)
    def earn(self, customer: str, order: str, points: int) -> None:
        self.ask(customer, "earn", Earn(order, points), order, points)

    @precondition(lambda self: self.did("earn"))
    @rule(one=picks, rewards=st.sampled_from([0, 0, 3]))
    def settle(self, one: int, rewards: int) -> None:
        customer, order = self.one_of("pending", one)
        self.ask(customer, "settle", Settle(order, rewards), order, rewards)

    @rule(customer=customers, points=st.integers(1, 20), do=st.sampled_from(["grant", "act"]))
    def give(self, customer: str, points: int, do: str) -> None:
        request = Grant(points) if do == "grant" else Act("sign-in", points)
        self.ask(customer, do, request, points=points)

    @rule(one=picks, order=orders, points=some)
    def spend(self, one: int, order: str, points: int) -> None:
        customer, _ = self.one_of("available", one)
        self.ask(customer, "spend", Spend(order, points), order, points)

    @rule(
        one=picks,
        order=orders,
        points=some,
        lapse=st.sampled_from([timedelta(days=2), timedelta(minutes=30), timedelta(0)]),
    )
    def hold(self, one: int, order: str, points: int, lapse: timedelta) -> None:
        customer, _ = self.one_of("available", one)
        until = instant(self.now + lapse)
        self.ask(customer, "hold", Hold(order, points, until), order, points, until)

    @precondition(lambda self: self.did("hold"))
    @rule(one=picks)
    def capture(self, one: int) -> None:
        customer, order = self.one_of("held", one)
        self.ask(customer, "capture", Capture(order), order)

    @precondition(lambda self: self.did("hold"))
    @rule(one=picks)
    def release(self, one: int) -> None:
        customer, order = self.one_of("held", one)
        self.ask(customer, "release", Release(order), order)

    @precondition(lambda self: self.did("spend", "capture"))
    @rule(one=picks)
    def cancel(self, one: int) -> None:
        """All that paid comes back, then all that was earned is taken."""
        customer, order = self.one_of("redeemed", one)
        self.give_back(customer, order, 10**6)
        earned = sum(
            event.points
            for event in self.events
            if (event.customer, event.order, event.do) == (customer, order, "earn")
        )
        if earned:
            self.ask(customer, "take back", TakeBack(order, earned), order, earned)

    @rule(one=picks, place=st.sampled_from(["redeemed", "pending"]), given=some, taken=some)
    def return_a_part(self, one: int, place: str, given: int, taken: int) -> None:
        customer, order = self.one_of(place, one)
        self.give_back(customer, order, given)
        self.ask(customer, "take back", TakeBack(order, taken), order, taken)

    def give_back(self, customer: str, order: str, points: int) -> None:
        points = min(points, self.has(customer).count("redeemed", order))
        if points:
            self.ask(customer, "give back", GiveBack(order, points), order, points)

    @precondition(lambda self: self.did("spend", "capture"))
    @rule(one=picks, points=some)
    def charge(self, one: int, points: int) -> None:
        customer, order = self.one_of("redeemed", one)
        self.ask(customer, "charge", Charge(order, points), order, points)

    @precondition(lambda self: self.did("spend", "capture"))
    @rule(one=picks)
    def close(self, one: int) -> None:
        customer, order = self.one_of("redeemed", one)
        self.ask(customer, "close", Close(order), order)

    @rule(one=picks, points=some, sign=st.sampled_from([-1, 1]))
    def correct(self, one: int, points: int, sign: int) -> None:
        customer, _ = self.one_of("available", one)
        self.ask(customer, "correct", Correct(points * sign), points=points * sign)

    @precondition(lambda self: self.events)
    @rule(data=st.data())
    def reverse(self, data: st.DataObject) -> None:
        """One of the latest events of one customer, most of which cannot be undone."""
        chosen = data.draw(st.sampled_from(self.events[:-6:-1]))
        key = self.key()
        event = Event(_plain(self.now), chosen.customer, "reverse", key, of=chosen.key)
        refused = refusal(self.events, event, self.law)
        for ledgers in (self.often, self.late):
            ledger = ledgers[chosen.customer]
            [entry] = [each for each in ledger.log if each.key == chosen.key]
            found = reverse(ledger.wallet, key, entry, self.now, self.terms)
            self.posted(refused, (ledger, found))
        self.told(refused, event)

    @rule(one=picks, receiver=customers, points=some)
    def transfer(self, one: int, receiver: str, points: int) -> None:
        sender, _ = self.one_of("available", one)
        key = self.key()
        event = Event(_plain(self.now), sender, "transfer", key, points, to=receiver)
        refused = refusal(self.events, event, self.law)
        for ledgers in (self.often, self.late):
            giver, taker = ledgers[sender], ledgers[receiver]
            found = transfer(
                giver.wallet, taker.wallet, key, points, self.now, self.transfers, self.terms
            )
            if isinstance(found, Refusal):
                self.posted(refused, (giver, found))
            else:
                sent, received = found
                self.posted(refused, (giver, sent), (taker, received))
        self.told(refused, event)

    def one_of(self, place: str, one: int) -> tuple[str, str]:
        """One of the customers and orders that have points there, or any if none has."""
        found = [
            (customer, point.order)
            for customer in CUSTOMERS
            for point in self.has(customer).at(place)
        ]
        there = list(dict.fromkeys(found)) or [(customer, "o1") for customer in CUSTOMERS]
        return there[one % len(there)]

    def key(self) -> str:
        self.asked += 1
        return f"k{self.asked}"

    def ask(
        self,
        customer: str,
        do: str,
        request: Asked,
        order: str = "",
        points: int = 0,
        until: datetime = NEVER,
    ) -> None:
        """Ask both ledgers and the twin for the same."""
        key = self.key()
        event = Event(_plain(self.now), customer, do, key, points, order, _plain(until))
        refused = refusal(self.events, event, self.law)
        for ledgers in (self.often, self.late):
            ledger = ledgers[customer]
            found = decide(ledger.wallet, key, request, self.now, self.terms)
            self.posted(refused, (ledger, found))
        self.told(refused, event)

    def posted(self, refused: str | None, *found: tuple[Ledger, Decision | Refusal]) -> None:
        for ledger, decision in found:
            if isinstance(decision, Refusal):
                assert decision.code == refused
            else:
                assert refused is None
                ledger.post(decision)

    def told(self, refused: str | None, event: Event) -> None:
        if refused is None:
            self.events.append(event)

    def did(self, *done: str) -> bool:
        return any(event.do in done for event in self.events)

    def has(self, customer: str) -> Has:
        """What the twin says, which tells it once an instant and event."""
        asked = (customer, len(self.events), self.now)
        if asked not in self.answers:
            self.answers[asked] = told(self.events, customer, _plain(self.now), self.law)
        return self.answers[asked]

    # --- what always holds -----------------------------------------------------------------------

    @invariant()
    def all_is_well(self) -> None:
        for ledger in self.often.values():
            ledger.sweep(self.now, self.terms)
        self.both_ledgers_have_what_the_twin_has()
        self.swept_late_is_swept_often()
        self.the_books_balance()

    def both_ledgers_have_what_the_twin_has(self) -> None:
        for customer, ledger in self.often.items():
            has = self.has(customer)
            _agree(ledger.wallet, has)
            found = balance(self.late[customer].wallet, self.now, self.terms)
            assert found == balance(ledger.wallet, self.now, self.terms)
            places = ("available", "pending", "held")
            assert [found.available, found.pending, found.held] == [
                has.count(place) for place in places
            ]
            assert found.debt == has.debt

    def swept_late_is_swept_often(self) -> None:
        """To the last entry: each is of the instant at which it fell due."""
        for customer, ledger in self.late.items():
            late = Ledger(ledger.wallet, list(ledger.log))
            late.sweep(self.now, self.terms)
            assert late == self.often[customer]

    def the_books_balance(self) -> None:
        sent = Counter[Account]()
        for ledger in self.often.values():
            totals = _check_log(ledger.log)
            assert sum(totals.values()) == 0
            assert -sum(totals[account] for account in LIABILITY) == sum(
                totals[account] for account in CLAIMS
            )
            assert all(totals[account] >= 0 for account in (*CLAIMS[:3], Account.REDEEMED))
            assert totals[Account.DEBT] == -ledger.wallet.debt <= 0
            sent[Account.TRANSFERRED] += totals[Account.TRANSFERRED]
            assert replay(ledger.wallet.customer, ledger.log) == ledger.wallet
        assert sent.total() == 0


def _agree(wallet: Wallet, has: Has) -> None:
    """The same points in the same places, lot by lot and order by order."""
    assert wallet.available == has.in_lots()
    ends = {lot.id: wallet.end_of(lot) or NEVER for lot in wallet.in_turn()}
    assert ends == {point.lot.key: has.end(point.lot) for point in has.at("available")}
    assert wallet.pending == Counter(point.order for point in has.at("pending"))
    held = {
        (order, take.lot): take.points for order, each in wallet.held.items() for take in each.takes
    }
    assert held == Counter((point.order, point.lot.key) for point in has.at("held"))
    redeemed = Counter[tuple[str, str]]()
    for order, takes in wallet.redeemed.items():
        for take in takes:
            redeemed[order, take.lot] += take.points
    assert redeemed == Counter((point.order, point.lot.key) for point in has.at("redeemed"))
    # The wallet is no larger than what is alive.
    alive = [*has.at("available"), *has.at("held"), *has.at("redeemed")]
    assert wallet.lots.keys() == {point.lot.key for point in alive}
    assert wallet.held.keys() == has.holds.keys()
    assert wallet.debt == has.debt
    assert wallet.totals.get(Account.EXPIRED, 0) == has.count("expired")
    spent = has.count("redeemed") + has.count("closed")
    assert wallet.totals.get(Account.REDEEMED, 0) == spent


def _check_log(log: list[Entry]) -> Counter[Account]:
    """What the entries add up to; no lot gives more than went into it, at any time."""
    totals, lots = Counter[Account](), Counter[tuple[Account, str]]()
    for before, after in pairwise(log):
        assert before.number + 1 == after.number
        assert before.at <= after.at
    for entry in log:
        assert sum(posting.points for posting in entry.postings) == 0
        for posting in entry.postings:
            totals[posting.account] += posting.points
            lots[posting.account, posting.lot] += posting.points
            owed = posting.account is Account.DEBT and posting.points < 0
            assert not owed or isinstance(entry.request, TakeBack | Charge | Reverse)
        _check_lots(lots)
    return totals


def _check_lots(lots: Counter[tuple[Account, str]]) -> None:
    owned = (Account.AVAILABLE, Account.HELD, Account.REDEEMED, Account.EXPIRED)
    for (account, lot), points in lots.items():
        if account in owned and lot:
            assert points >= 0


TestMachine = PointsMachine.TestCase
TestMachine.settings = settings(
    max_examples=MANY, stateful_step_count=40, report_multiple_bugs=False
)
