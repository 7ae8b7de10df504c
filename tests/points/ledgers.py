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
    decision = decide(wallets[who], key, _request(draw, wallets[who], at), at, terms)
    return () if isinstance(decision, Refusal) else [(who, decision)]


# Built once: to put strategies together takes longer than to draw from them.
_POINTS = st.integers(1, 60)
_PLACES = st.integers(0, 99)
_KINDS = st.sampled_from(
    (Earn, Settle, Spend, Hold) * 3
    + (Grant, Capture, Release, GiveBack, TakeBack) * 2
    + (Act, Charge, Close, Correct)
)


def _request(draw: st.DrawFn, wallet: Wallet, at: DateTime) -> Asked:
    """A request that mostly can be had: what there is, is spent, held, captured and returned."""
    kind, points, place = draw(_KINDS), draw(_POINTS), draw(_PLACES)
    order = ORDERS[place % len(ORDERS)]
    some = min(points, sum(wallet.available.values()) or points)
    if kind is GiveBack and wallet.redeemed:
        order = sorted(wallet.redeemed)[place % len(wallet.redeemed)]
        return GiveBack(order, min(points, sum(take.points for take in wallet.redeemed[order])))
    if kind in {Capture, Release} and wallet.held:
        order = sorted(wallet.held)[place % len(wallet.held)]
        return Capture(order) if kind is Capture else Release(order)
    if kind is Settle and wallet.pending:
        return Settle(sorted(wallet.pending)[place % len(wallet.pending)], place % 3 * 10)
    if kind is Hold:
        return Hold(order, some, at + timedelta(hours=4 if place % 2 else 48))
    if kind is Correct:
        return Correct(points if place % 2 else -some, "typo" if place % 3 else "")
    plain: dict[type, Asked] = {
        Act: Act("sign_in", points),
        Charge: Charge(order, points),
        Close: Close(order),
        Earn: Earn(order, points),
        Spend: Spend(order, some),
        TakeBack: TakeBack(order, points),
    }
    return plain.get(kind, Grant(points, "welcome" if place % 2 else ""))
