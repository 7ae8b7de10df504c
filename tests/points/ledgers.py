"""Ledgers that Hypothesis makes up: two customers who ask for all that can be asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from attrs import frozen
from hypothesis import strategies as st
from pendulum import DateTime

from mallops.findings import Refusal
from mallops.points.concluding import Decision
from mallops.points.deciding import decide, reverse
from mallops.points.drafting import Terms
from mallops.points.model import Entry
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
from mallops.points.transfers import transfer
from mallops.points.wallet import Wallet
from mallops.rules.points import ExpireByAge, ExpireInactive, ExpireYearly, Transfer
from mallops.time import instant

# A few days before a year ends, so that points of both years meet.
START = instant("2026-12-28T22:00:00+08:00")
CUSTOMERS = ("a", "b")
ORDERS = ("o1", "o2", "o3")
TERMS = (
    Terms(),
    Terms(ExpireByAge(2, revive_days=1)),
    Terms(ExpireYearly(12, 31, revive_days=1)),
    Terms(ExpireInactive(2)),
)


@frozen
class Ledger:
    """The logs of all customers, their wallets, and the instant of the last thing asked."""

    terms: Terms
    at: DateTime
    wallets: tuple[Wallet, ...]
    logs: tuple[tuple[Entry, ...], ...]


@st.composite
def ledgers(draw: st.DrawFn) -> Ledger:
    """Ledgers of up to 25 requests, hours or days apart; many that are refused leave nothing."""
    terms, at = draw(st.sampled_from(TERMS)), START
    wallets = [Wallet(customer) for customer in CUSTOMERS]
    logs: list[list[Entry]] = [[] for _ in CUSTOMERS]
    for number in range(draw(st.integers(0, 25))):
        at += timedelta(hours=draw(st.sampled_from((0, 1, 0, 1, 26, 24 * 20))))
        who = draw(st.integers(0, len(CUSTOMERS) - 1))
        for whose, decision in _asked(draw, f"k{number}", wallets, logs, who, at, terms):
            wallets[whose] = decision.wallet
            logs[whose] += decision.entries
    return Ledger(terms, at, tuple(wallets), tuple(map(tuple, logs)))


def _asked(
    draw: st.DrawFn,
    key: str,
    wallets: Sequence[Wallet],
    logs: Sequence[Sequence[Entry]],
    who: int,
    at: DateTime,
    terms: Terms,
) -> Iterable[tuple[int, Decision]]:
    """What comes of one more request, and of whom it comes."""
    kind = draw(st.integers(0, 9))
    if kind == 0:
        points = draw(st.integers(1, 40))
        found = transfer(
            wallets[who], wallets[1 - who], key, points, at, Transfer(allowed=True), terms
        )
        return () if isinstance(found, Refusal) else zip((who, 1 - who), found, strict=True)
    if kind == 1 and logs[who]:
        entry = draw(st.sampled_from(logs[who]))
        undone = reverse(wallets[who], key, entry, at, terms)
        return () if isinstance(undone, Refusal) else [(who, undone)]
    decision = decide(wallets[who], key, draw(_requests(wallets[who], at)), at, terms)
    return () if isinstance(decision, Refusal) else [(who, decision)]


def _requests(wallet: Wallet, at: DateTime) -> st.SearchStrategy[Asked]:
    """Requests that mostly can be had: what there is, is spent, held, captured and returned."""
    points, orders = st.integers(1, 60), st.sampled_from(ORDERS)
    free = st.sampled_from([order for order in ORDERS if order not in wallet.held] or ORDERS)
    held = st.sampled_from(sorted(wallet.held) or ORDERS)
    pending = st.sampled_from(sorted(wallet.pending) or ORDERS)
    some = st.integers(1, sum(wallet.available.values()) or 1)
    until = st.sampled_from((4, 48)).map(lambda hours: at + timedelta(hours=hours))
    asked: list[st.SearchStrategy[Asked]] = [
        st.builds(Earn, orders, st.integers(0, 60)),
        st.builds(Settle, pending, st.integers(0, 20)),
    ]
    if wallet.available:
        asked += [st.builds(Spend, orders, some), st.builds(Hold, free, some, until)] * 2
    else:
        asked += [
            st.builds(Act, st.just("sign_in"), points),
            st.builds(Grant, points, st.sampled_from(("", "welcome"))),
        ] * 2
    if wallet.held:
        asked += [st.builds(Capture, held), st.builds(Release, held)] * 2
    asked += [
        st.builds(GiveBack, st.just(order), st.integers(1, sum(take.points for take in takes)))
        for order, takes in wallet.redeemed.items()
    ]
    seldom: list[st.SearchStrategy[Asked]] = [
        st.builds(TakeBack, orders, st.integers(1, 30)),
        st.builds(Charge, orders, st.integers(1, 10)),
        st.builds(Close, st.just("o3")),
        st.builds(Correct, st.integers(-30, 30).filter(bool), st.sampled_from(("", "typo"))),
        st.builds(Spend, orders, points),
    ]
    return st.one_of(asked * 4 + seldom)
