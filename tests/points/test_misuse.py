"""What no ledger takes: numbers that are no whole ones, and instants without an offset."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve
from pendulum import DateTime

from mallops.errors import InputError
from mallops.money import Currency
from mallops.points.breakage import breakage
from mallops.points.concluding import Decision
from mallops.points.counts import Count
from mallops.points.deciding import decide, reverse
from mallops.points.drafting import Terms
from mallops.points.liability import liability
from mallops.points.model import Account
from mallops.points.requests import (
    Act,
    Asked,
    Charge,
    Correct,
    Earn,
    GiveBack,
    Grant,
    Hold,
    Settle,
    Spend,
    TakeBack,
)
from mallops.points.statement import statement
from mallops.points.sweeping import balance, next_due, sweep
from mallops.points.transfers import transfer
from mallops.points.wallet import Wallet, apply, replay
from mallops.rules.points import ExpireInactive, PointsRules, Transfer
from mallops.time import instant

AT = instant("2026-11-11T12:00:00+08:00")
NAIVE = DateTime(2026, 11, 11, 12)
TERMS = Terms()
WORTH = PointsRules().worth_in(Currency.of("CNY"))


def decided(wallet: Wallet, key: str, asked: Asked) -> Decision:
    found = decide(wallet, key, asked, AT, TERMS)
    assert isinstance(found, Decision)
    return found


FIRST = decided(Wallet("a"), "welcome", Grant(500))
WALLET = decided(FIRST.wallet, "o1", Spend("o1", 100)).wallet

NO_WHOLE_NUMBERS: tuple[Any, ...] = (True, 1.5, 3.0, float("nan"), Decimal(3), "5", None)
WITH_POINTS: dict[str, Callable[[Any], Asked]] = {
    "earn": lambda points: Earn("o2", points),
    "settle": lambda points: Settle("o2", points),
    "act": lambda points: Act("sign_in", points),
    "grant": Grant,
    "spend": lambda points: Spend("o2", points),
    "hold": lambda points: Hold("o2", points, AT.add(minutes=30)),
    "give back": lambda points: GiveBack("o1", points),
    "take back": lambda points: TakeBack("o2", points),
    "charge": lambda points: Charge("o2", points),
    "correct": Correct,
}
AT_AN_INSTANT: dict[str, Callable[[Wallet], object]] = {
    "decide": lambda wallet: decide(wallet, "k", Grant(5), NAIVE, TERMS),
    "reverse": lambda wallet: reverse(wallet, "k", FIRST.entry, NAIVE, TERMS),
    "transfer": lambda wallet: transfer(wallet, Wallet("b"), "k", 5, NAIVE, Transfer(True), TERMS),
    "sweep": lambda wallet: sweep(wallet, NAIVE, TERMS),
    "balance": lambda wallet: balance(wallet, NAIVE, TERMS),
    "statement": lambda wallet: statement(wallet, (), NAIVE, TERMS),
    "statement of entries": lambda _: statement(Wallet("a"), FIRST.entries, NAIVE, TERMS),
    "liability": lambda wallet: liability([wallet], NAIVE, TERMS, WORTH),
    "breakage": lambda _: breakage([FIRST.entries], NAIVE, TERMS),
}


@pytest.mark.parametrize("points", NO_WHOLE_NUMBERS, ids=repr)
@pytest.mark.parametrize("asked", WITH_POINTS.values(), ids=WITH_POINTS)
def test_points_are_whole_numbers(asked: Callable[[Any], Asked], points: object) -> None:
    with pytest.raises(InputError, match=r"\$\.(points|rewards): got .*, expected a number of"):
        decide(WALLET, "k", asked(points), AT, TERMS)


@pytest.mark.parametrize("points", NO_WHOLE_NUMBERS, ids=repr)
def test_points_given_away_are_whole_numbers(points: Any) -> None:
    with pytest.raises(InputError, match=r"\$\.points"):
        transfer(WALLET, Wallet("b"), "k", points, AT, Transfer(True), TERMS)


@pytest.mark.parametrize("wallet", [Wallet("a"), WALLET], ids=["empty", "used"])
@pytest.mark.parametrize("ask", AT_AN_INSTANT.values(), ids=AT_AN_INSTANT)
def test_instants_have_an_offset(ask: Callable[[Wallet], object], wallet: Wallet) -> None:
    with pytest.raises(InputError, match=r"\$\.at: got .*, expected an instant with an offset"):
        ask(wallet)


def test_a_hold_ends_at_an_instant_with_an_offset() -> None:
    with pytest.raises(InputError, match=r"\$\.until: got .*, expected an instant with an offset"):
        decide(WALLET, "k", Hold("o2", 5, NAIVE), AT, TERMS)


def test_what_is_undone_is_the_customers_own() -> None:
    other = decided(Wallet("b"), "welcome", Grant(100)).entry
    with pytest.raises(InputError, match=r"\$\.entry\.customer: got 'b', expected .*'a'"):
        reverse(FIRST.wallet, "k", other, AT, TERMS)


def test_only_a_hold_puts_points_on_hold() -> None:
    spent = decided(FIRST.wallet, "o1", Spend("o1", 100)).entry
    moved = tuple(
        evolve(each, account=Account.HELD) if each.account is Account.REDEEMED else each
        for each in spent.postings
    )
    with pytest.raises(InputError, match=r"\$\.request: got .*, expected a hold"):
        apply(FIRST.wallet, evolve(spent, postings=moved))


# --- rules that change, values that are shared -----------------------------------------------


def test_points_outlive_idleness_once_the_rules_no_longer_ask_for_it() -> None:
    noon = instant("2026-11-11T12:00+08:00")
    idle, never = Terms(ExpireInactive(30)), Terms(None)
    granted = decide(Wallet("c"), "g", Grant(100), noon, idle)
    assert isinstance(granted, Decision)
    assert balance(granted.wallet, noon.add(days=31), idle).available == 0
    assert balance(granted.wallet, noon.add(days=31), never).available == 100
    spent = decide(granted.wallet, "s", Spend("o", 10), noon.add(days=31), never)
    assert isinstance(spent, Decision)
    assert balance(spent.wallet, noon.add(days=900), never).available == 90
    log = (*granted.entries, *spent.entries)
    assert replay("c", log) == spent.wallet
    # Nothing is due any more, so that nobody waits for it.
    assert next_due(spent.wallet) is None


def test_an_entry_does_not_change_with_the_counts_it_was_made_of() -> None:
    counts = {"orders/day": Count("2026-11-11", 5)}
    request = Earn("o", 5, counts)
    counts.clear()
    assert request.counts == {"orders/day": Count("2026-11-11", 5)}
