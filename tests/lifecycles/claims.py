"""A good machine, small enough to be read: a claim for a refund that keeps the goods."""

from __future__ import annotations

from attrs import evolve

from mallops.lifecycles.checks.wording import worded
from mallops.lifecycles.machine import (
    PROVIDER,
    TIMER,
    Calendar,
    Deadline,
    Effect,
    Guard,
    Machine,
    Row,
    State,
    Term,
)

BUYER, SELLER, PLATFORM = "buyer", "seller", "platform"


def by(*actors: str) -> frozenset[str]:
    return frozenset(actors)


def told(machine: Machine) -> Machine:
    """The machine with wording for all that it names, and for nothing else."""
    wording = {
        locale: {key: f"{key} ({locale})" for key in worded(machine)} for locale in ("en", "zh_CN")
    }
    return evolve(machine, wording=wording)


def days(length: int) -> tuple[Term, ...]:
    return (Term(length, Calendar.DAYS),)


GIVEN = Guard("no_reason", "reason", frozenset({"damaged", "late"}))
SEALED = Guard("opened", "sealed", frozenset({True}))
OPENED = Guard("sealed", "sealed", frozenset({False}))

CLAIM = told(
    Machine(
        "claim",
        "1",
        states=(
            State("applied", axes={"money": "pending"}),
            State("refused", axes={"money": "pending"}),
            State("disputed", patient="the platform's staff have goals of their own"),
            State("refunding", axes={"money": "moving"}),
            State("failed", axes={"money": "errored"}),
            State("refunded", final=True, axes={"money": "moved"}),
            State("closed", final=True, axes={"money": "kept"}),
        ),
        events=(
            *("agree", "refuse", "withdraw", "silence", "edit", "dispute", "lapse", "uphold"),
            *("dismiss", "paid", "bounced", "unanswered", "retry", "again"),
        ),
        actors=(BUYER, SELLER, PLATFORM, TIMER, PROVIDER),
        rows=(
            Row("applied", "agree", "refunding", by(SELLER), (), ("refund",), BUYER),
            Row("applied", "refuse", "refused", by(SELLER), (GIVEN,)),
            Row("applied", "withdraw", "closed", by(BUYER)),
            Row("applied", "silence", "refunding", by(TIMER), (), ("refund",)),
            Row("refused", "edit", "applied", by(BUYER), (SEALED,)),
            Row("refused", "edit", "disputed", by(BUYER), (OPENED,)),
            Row("refused", "dispute", "disputed", by(BUYER)),
            Row("refused", "withdraw", "closed", by(BUYER)),
            Row("refused", "lapse", "closed", by(TIMER)),
            Row("disputed", "uphold", "refunding", by(PLATFORM), (), ("refund",), BUYER),
            Row("disputed", "dismiss", "closed", by(PLATFORM)),
            Row("refunding", "paid", "refunded", by(PROVIDER)),
            Row("refunding", "bounced", "failed", by(PROVIDER)),
            Row("refunding", "unanswered", "failed", by(TIMER)),
            Row("failed", "retry", "refunding", by(SELLER, PLATFORM), (), ("refund",)),
            Row("failed", "again", "refunding", by(TIMER), (), ("refund",)),
        ),
        facts={"reason": ("none", "damaged", "late"), "sealed": (True, False)},
        deadlines=(
            Deadline("answer", frozenset({"applied"}), days(2), "silence", BUYER),
            Deadline("appeal", frozenset({"refused"}), days(7), "lapse", SELLER),
            Deadline("repeat", frozenset({"failed"}), days(1), "again", BUYER),
        ),
        effects=(Effect("refund", "paid", "bounced", "unanswered", 24, money="refund"),),
    )
)


def row(source: str, event: str, machine: Machine = CLAIM) -> Row:
    """The first row of that state and event."""
    return machine.moves[source, event][0]


def with_rows(*rows: Row, machine: Machine = CLAIM) -> Machine:
    """The machine with more rows."""
    return evolve(machine, rows=(*machine.rows, *rows))


def without(*rows: Row, machine: Machine = CLAIM) -> Machine:
    """The machine without some of its rows."""
    return evolve(machine, rows=tuple(each for each in machine.rows if each not in rows))


def instead(old: Row, *new: Row, machine: Machine = CLAIM) -> Machine:
    """The machine with some rows in the place of one."""
    at = machine.rows.index(old)
    return evolve(machine, rows=(*machine.rows[:at], *new, *machine.rows[at + 1 :]))
