"""Laws of the points ledger, one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pendulum import DateTime

from mallops.errors import InputError
from mallops.findings import Refusal
from mallops.points.concluding import Decision
from mallops.points.deciding import decide, reverse
from mallops.points.drafting import Terms
from mallops.points.model import Account, Entry
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
