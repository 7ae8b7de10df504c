"""Histories at random: a repository beside logs that are lists and wallets that are replayed."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import evolve
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from pendulum import DateTime

from mallops.findings import Refusal
from mallops.operations import audit_points, post_points, sweep_points, transfer_points
from mallops.points.concluding import Decision
from mallops.points.deciding import decide
from mallops.points.drafting import Terms
from mallops.points.model import Entry
from mallops.points.requests import Capture, Correct, Grant, Hold, Release, Spend, Stated
from mallops.points.sweeping import next_due, sweep
from mallops.points.transfers import transfer
from mallops.points.wallet import Wallet, replay
from mallops.repositories import Change, Conflict, PointsRepository
from mallops.rules.points import ExpireByAge, Transfer
from mallops.testing.contracts.answers import told
from mallops.testing.contracts.samples import START, grant

TERMS = Terms(ExpireByAge(3, revive_days=1))
RULES = Transfer(allowed=True)

CUSTOMERS = st.sampled_from(["anna", "bo", "chen"])
KEYS = st.sampled_from([f"key {i}" for i in range(5)])
ORDERS = st.sampled_from(["o1", "o2"])
POINTS = st.integers(1, 20)
REQUESTS: st.SearchStrategy[Stated] = st.one_of(
    st.builds(Grant, POINTS),
    st.builds(Spend, ORDERS, POINTS),
    st.builds(Hold, ORDERS, POINTS, st.integers(1, 9).map(lambda days: START.add(days=days))),
    st.builds(Capture, ORDERS),
    st.builds(Release, ORDERS),
    st.builds(Correct, POINTS.map(lambda points: -points)),
)


class PointsMachine(RuleBasedStateMachine):
    """What a repository does, step by step, and what plain lists of entries do."""

    def __init__(self, repository: PointsRepository) -> None:
        super().__init__()
        self.repository = repository
        self.at = START
        self.logs: dict[str, list[Entry]] = {name: [] for name in ("anna", "bo", "chen")}
        self.asked: dict[tuple[str, str], object] = {}

    # --- steps --------------------------------------------------------------------------------

    @rule(hours=st.sampled_from([1, 24, 72]))
    def wait(self, hours: int) -> None:
        """Time passes."""
        self.at = self.at.add(hours=hours)

    @initialize(points=st.lists(POINTS, min_size=2, max_size=6))
    def begin(self, points: list[int]) -> None:
        """Two customers have something to spend, and the third is not known yet."""
        for place, granted in enumerate(points):
            self.post(("anna", "bo")[place % 2], f"begin {place}", Grant(granted))

    @rule(customer=CUSTOMERS, key=KEYS, request=REQUESTS)
    def post(self, customer: str, key: str, request: Stated) -> None:
        """A request is posted; of its payload instants are no part."""
        question = evolve(request, until=START) if isinstance(request, Hold) else request
        found = post_points(self.repository, customer, key, request, self.at, TERMS)
        if self._is_known(found, [customer], key, question):
            return
        self._check([found], decide(self._wallet(customer), key, request, self.at, TERMS), question)

    @rule(sender=CUSTOMERS, receiver=CUSTOMERS, key=KEYS, points=POINTS)
    def give(self, sender: str, receiver: str, key: str, points: int) -> None:
        """Points are given away, or refused to both."""
        question = (sender, receiver, points)
        giving, taking = self._wallet(sender), self._wallet(receiver)
        found = transfer_points(
            self.repository, sender, receiver, key, points, self.at, RULES, TERMS
        )
        if self._is_known(found, [sender, receiver], key, question):
            return
        decisions = transfer(giving, taking, key, points, self.at, RULES, TERMS)
        self._check([found, told(self.repository.entry(receiver, key))], decisions, question)

    @rule(limit=st.integers(0, 3))
    def sweep(self, limit: int) -> None:
        """What is due is posted, for some customers."""
        due = self._due()[:limit]
        expected = {name: sweep(self._wallet(name), self.at, TERMS)[1] for name in self.logs}
        posted = sweep_points(self.repository, self.at, TERMS, limit)
        swept = {entry.customer for entry in posted}
        assert sorted(moment for moment, name in self._due() if name in swept) == [
            moment for moment, _ in due
        ]
        for name in swept:
            assert [each for each in posted if each.customer == name] == [*expected[name]]
            self.logs[name] += expected[name]

    @rule(data=st.data(), other=CUSTOMERS, first=st.booleans())
    def be_late(self, data: st.DataObject, other: str, first: bool) -> None:
        """A change of an old version conflicts, and takes one of another customer with it."""
        customer = data.draw(st.sampled_from([name for name, log in self.logs.items() if log]))
        seen = data.draw(st.integers(0, len(self.logs[customer]) - 1))
        late = grant(replay(customer, self.logs[customer][:seen]), "late")
        changes = [late] if other == customer else [late, grant(self._wallet(other), "late")]
        self._conflicts(changes if first else [*reversed(changes)])

    @rule(data=st.data())
    def reuse(self, data: st.DataObject) -> None:
        """A second entry of a key conflicts."""
        customer, key = data.draw(st.sampled_from([*self.asked]))
        self._conflicts([grant(self._wallet(customer), key)])

    # --- what holds after each ----------------------------------------------------------------

    @invariant()
    def logs_are_the_same(self) -> None:
        """Entry by entry, from any number on, and by key."""
        for customer, log in self.logs.items():
            assert [*told(self.repository.entries(customer))] == log
            half = len(log) // 2
            assert [*told(self.repository.entries(customer, half))] == log[half:]
            for entry in log:
                assert told(self.repository.entry(customer, entry.key)) == entry
            assert told(self.repository.entry(customer, "late")) is None

    @invariant()
    def wallets_are_replayed_logs(self) -> None:
        """Part by part."""
        for customer in self.logs:
            assert told(self.repository.wallet(customer)) == self._wallet(customer)
            assert audit_points(self.repository, customer) == ()

    @invariant()
    def the_same_is_due(self) -> None:
        """Who waits longest comes first; of equals, either may."""
        moments = {name: moment for moment, name in self._due()}
        found = told(self.repository.due(self.at, 10))
        assert [moments[name] for name in found] == sorted(moments.values())
        assert len(set(found)) == len(found) == len(moments)

    # --- parts --------------------------------------------------------------------------------

    def _wallet(self, customer: str) -> Wallet:
        return replay(customer, self.logs[customer])

    def _due(self) -> list[tuple[DateTime, str]]:
        moments = [(next_due(self._wallet(name)), name) for name in self.logs]
        return sorted(
            (moment, name) for moment, name in moments if moment is not None and moment <= self.at
        )

    def _is_known(
        self, found: Entry | Refusal, customers: Iterable[str], key: str, question: object
    ) -> bool:
        """Whether the key was there, and then got what it has to get."""
        for customer in customers:
            if (customer, key) in self.asked:
                if self.asked[customer, key] == question:
                    assert found == next(each for each in self.logs[customer] if each.key == key)
                else:
                    assert found == Refusal("key_reused", {"key": key})
                return True
        return False

    def _check(
        self,
        found: list[Entry | Refusal | None],
        expected: Decision | tuple[Decision, Decision] | Refusal,
        question: object,
    ) -> None:
        """What was posted is what was to be decided."""
        if isinstance(expected, Refusal):
            assert found[0] == expected
            return
        decisions = [expected] if isinstance(expected, Decision) else expected
        for entry, decision in zip(found, decisions, strict=True):
            assert isinstance(entry, Entry)
            assert evolve(entry, payload="") == decision.entry
            self.logs[entry.customer] += (*decision.entries[:-1], entry)
            self.asked[entry.customer, entry.key] = question

    def _conflicts(self, changes: list[Change]) -> None:
        try:
            told(self.repository.append(changes))
        except Conflict:
            return
        raise AssertionError("no conflict was raised")
