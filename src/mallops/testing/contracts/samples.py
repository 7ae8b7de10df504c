"""Logs to store: every kind of entry, with values at which storage is known to go wrong."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import evolve
from pendulum import DateTime

from mallops.findings import Refusal
from mallops.points.concluding import Decision
from mallops.points.counts import Count
from mallops.points.deciding import decide, reverse
from mallops.points.drafting import Terms
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
from mallops.points.sweeping import sweep
from mallops.points.transfers import transfer
from mallops.points.wallet import Wallet
from mallops.repositories import Change
from mallops.rules.points import ExpireByAge, ExpireInactive, Transfer
from mallops.time import instant

START = instant("2026-11-11T00:00:00.123456+08:00")
"""With microseconds, which some columns cut off."""

BY_AGE = Terms(ExpireByAge(30, revive_days=10))
IDLE = Terms(ExpireInactive(90))

MANY = 2**53 + 1
"""Points, or minor units, that a floating-point number cannot hold."""

ALIKE = ("a", "A", "a ", " a", "á", "a\u0301", "ａ", "'a'", "a%", "")
"""What a collation that is meant for reading takes for the same."""

NAMES = ALIKE[:-1]
"""The same for ids, which are never empty."""

TEXT = "祝贺 'round' \"and\" round\n\t\\ %s {} 🎉👩‍👩‍👧 " + "é" * 5_000
"""What people write."""


def grant(wallet: Wallet, key: str, points: int = 1, at: DateTime = START) -> Change:
    """One grant, on top of a wallet."""
    return decided(decide(wallet, key, Grant(points, "祝贺 'round'"), at, BY_AGE))


def decided(decision: Decision | Refusal) -> Change:
    """A decision, as it is appended."""
    assert not isinstance(decision, Refusal)
    payload = f"of {decision.entry.key}"
    *due, entry = decision.entries
    return Change((*due, evolve(entry, payload=payload)), decision.wallet)


def every_kind(giver: str, taker: str) -> tuple[list[Change], list[Change]]:
    """Two customers' changes, in which every kind of request and every field has its part."""
    counts = {"orders/day": Count("2026-11-11", 70), "campaign/c": Count("", 20)}
    changes = _changes(
        Wallet(giver),
        [
            (0, Earn("o1", 70, counts, "c", 20)),
            (1, Settle("o1", 5)),
            (1, Act("sign_in", 5, {"action/sign_in/day": Count("2026-11-12", 1)})),
            (2, Grant(MANY, "祝贺 'round'\n\"and\" round")),
            (3, Spend("o2", 60)),
            (3, Hold("o3", 10, START.add(days=4, microseconds=1))),
            (3, Capture("o3")),
            (3, Hold("o4", 5, START.add(days=5))),
            (4, Release("o4")),
            (4, Hold("o5", 5, START.add(days=5))),
            # The hold of o5 has lapsed by now. What comes back moves the end of its lot.
            (29, GiveBack("o2", 60)),
            (29, Earn("o6", 9)),
            (29, TakeBack("o6", MANY + 200)),
            (29, Charge("o6", 11)),
            (29, Correct(500, "")),
            (29, Correct(-7, "counted twice")),
            (30, Close("o2")),
            (30, Grant(1, "by mistake")),
        ],
    )
    wallet, mistaken = changes[-1].wallet, changes[-1].entries[-1]
    changes.append(decided(reverse(wallet, "undo", mistaken, _on(30), BY_AGE)))
    sent = transfer(changes[-1].wallet, Wallet(taker), "given", 40, _on(31), Transfer(True), BY_AGE)
    assert isinstance(sent, tuple)
    giving, taking = map(decided, sent)
    swept = sweep(giving.wallet, _on(300), BY_AGE)
    idle = _changes(taking.wallet, [(32, Spend("o7", 3)), (33, Grant(2))], IDLE)
    return [*changes, giving, Change(swept[1], swept[0])], [taking, *idle]


def _changes(
    wallet: Wallet, requests: Iterable[tuple[int, Asked]], terms: Terms = BY_AGE
) -> list[Change]:
    changes = []
    for place, (day, request) in enumerate(requests):
        change = decided(decide(wallet, f"{place}", request, _on(day), terms))
        changes.append(change)
        wallet = change.wallet
    return changes


def _on(day: int) -> DateTime:
    return START.add(days=day)
