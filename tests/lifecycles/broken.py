"""One fault at a time, planted in a good machine: each yields its code and no other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from attrs import evolve

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
from tests.lifecycles.claims import (
    BUYER,
    CLAIM,
    GIVEN,
    OPENED,
    PLATFORM,
    SEALED,
    SELLER,
    by,
    days,
    instead,
    row,
    told,
    with_rows,
    without,
)


def _deadline(number: int, **changes: Any) -> Machine:
    deadlines = list(CLAIM.deadlines)
    deadlines[number] = evolve(deadlines[number], **changes)
    return evolve(CLAIM, deadlines=tuple(deadlines))


def _effect(**changes: Any) -> Machine:
    return evolve(CLAIM, effects=(evolve(CLAIM.effects[0], **changes),))


def _more(
    machine: Machine, states: tuple[State, ...] = (), events: tuple[str, ...] = ()
) -> Machine:
    return told(
        evolve(machine, states=(*machine.states, *states), events=(*machine.events, *events))
    )


def _state(number: int, **changes: Any) -> Machine:
    states = list(CLAIM.states)
    states[number] = evolve(states[number], **changes)
    return evolve(CLAIM, states=tuple(states))


def _names() -> Iterator[tuple[str, Machine]]:
    agree, refuse = row("applied", "agree"), row("applied", "refuse")
    yield "no_states", Machine("empty", "1", (), (), (), ())
    yield "unknown_state", instead(refuse, evolve(refuse, target="refussed"))
    yield "unknown_state", instead(refuse, evolve(refuse, source="aplied"))
    yield "unknown_state", _deadline(0, states=frozenset({"applied", "aplied"}))
    yield "unknown_event", instead(refuse, evolve(refuse, event="decline"))
    yield "unknown_event", _deadline(1, event="expire")
    yield "unknown_event", _effect(failed="rejected")
    yield "unknown_actor", instead(refuse, evolve(refuse, actors=by(SELLER, "shop")))
    yield "unknown_actor", instead(agree, evolve(agree, approves="customer"))
    yield "unknown_actor", _deadline(1, benefits="shop")
    yield "unknown_actor", _deadline(1, benefits="")
    yield "unknown_fact", instead(refuse, evolve(refuse, guards=(evolve(GIVEN, fact="why"),)))
    yield "unknown_effect", instead(agree, evolve(agree, effects=("repay",)))
    yield "duplicate_id", evolve(CLAIM, states=(*CLAIM.states, State("failed")))
    yield "duplicate_id", evolve(CLAIM, events=(*CLAIM.events, "agree"))
    yield "duplicate_id", evolve(CLAIM, actors=(*CLAIM.actors, SELLER))
    yield "duplicate_id", evolve(CLAIM, deadlines=(*CLAIM.deadlines, CLAIM.deadlines[0]))
    yield "duplicate_id", evolve(CLAIM, effects=(*CLAIM.effects, CLAIM.effects[0]))


def _endings() -> Iterator[tuple[str, Machine]]:
    withdraw = row("refused", "withdraw")
    yield "too_many_places", _parallel(16)
    yield "unreachable_state", _more(CLAIM, (State("archived", final=True),))
    yield (
        "dead_end",
        _more(instead(withdraw, evolve(withdraw, target="shelved")), (State("shelved"),)),
    )
    # Two states that lead to each other and nowhere else.
    yield (
        "dead_end",
        _more(
            with_rows(
                Row("shelved", "refuse", "hidden", by(SELLER)),
                Row("hidden", "edit", "shelved", by(BUYER)),
                machine=instead(withdraw, evolve(withdraw, target="shelved")),
            ),
            (State("shelved", patient="why not"), State("hidden", patient="why not")),
        ),
    )
    # The way out is for the provider's answer, and that can come only once.
    bounced = row("refunding", "bounced")
    yield "dead_end", instead(bounced, evolve(bounced, target="refunding"))
    yield "leaves_final", with_rows(Row("closed", "edit", "applied", by(BUYER)))
    yield "leaves_final", with_rows(Row("closed", "edit", "closed", by(SELLER)))


def _guards() -> Iterator[tuple[str, Machine]]:
    refuse, edit = row("applied", "refuse"), row("refused", "edit")
    dispute = row("refused", "dispute")
    typo = Guard("no_reason", "reason", frozenset({"damagd", "late"}))
    yield "outside_domain", instead(refuse, evolve(refuse, guards=(typo,)))
    text = Guard("opened", "sealed", frozenset({"True", True}))
    yield "outside_domain", instead(edit, evolve(edit, guards=(text,)))
    late = Guard("no_reason", "reason", frozenset({"late"}))
    damaged = Guard("no_reason", "reason", frozenset({"damaged"}))
    yield "never_holds", instead(dispute, evolve(dispute, guards=(late, damaged)))
    never = evolve(GIVEN, among=frozenset())
    yield "never_holds", instead(dispute, evolve(dispute, guards=(never,)))
    # With the seal unbroken and damaged goods, the buyer's edit leads two ways.
    yield "ambiguous_row", instead(edit, edit, evolve(edit, target="disputed", guards=(damaged,)))
    yield "ambiguous_row", with_rows(Row("applied", "refuse", "closed", by(SELLER, PLATFORM)))
    yield "ambiguous_row", with_rows(refuse)


def _clocks() -> Iterator[tuple[str, Machine]]:
    lapse = row("refused", "lapse")
    hours = Term(48, Calendar.HOURS)
    yield "impossible_term", _deadline(0, terms=())
    yield "impossible_term", _deadline(0, terms=(evolve(hours, length=0),))
    yield "impossible_term", _deadline(0, terms=(Term(-1, Calendar.MIDNIGHTS),))
    yield "impossible_term", _deadline(0, terms=(hours, Term(3, Calendar.WORKDAYS)))
    yield "impossible_term", _effect(within=0)
    yield "unhandled_deadline", _deadline(1, states=frozenset({"refused", "failed"}))
    yield "unhandled_deadline", _deadline(1, states=frozenset({"refused", "closed"}))
    yield "unhandled_deadline", instead(lapse, evolve(lapse, actors=by(SELLER)))
    yield "unhandled_deadline", instead(lapse, evolve(lapse, guards=(SEALED,)))
    yield (
        "no_deadline",
        told(
            evolve(
                without(lapse),
                deadlines=(CLAIM.deadlines[0], CLAIM.deadlines[2]),
                events=tuple(event for event in CLAIM.events if event != "lapse"),
            )
        ),
    )
    yield "no_deadline", _state(2, patient="")
    yield "needless_patience", _state(0, patient="sellers are busy")
    yield "needless_patience", _state(6, patient="it is over")
    # A reminder that is sent again and again.
    yield "deadline_cycle", instead(lapse, evolve(lapse, target="refused"))
    # Two states whose deadlines fire into each other.
    yield "deadline_cycle", instead(lapse, evolve(lapse, target="applied"), machine=_ping())
    # Whatever the facts, in circles.
    yield (
        "deadline_cycle",
        instead(
            lapse,
            evolve(lapse, target="failed", guards=(SEALED,)),
            evolve(lapse, target="applied", guards=(OPENED,)),
            machine=_ping("failed"),
        ),
    )


def _ping(also: str = "") -> Machine:
    """The claim whose silence leads to `refused`, and so does another state's deadline."""
    silence = row("applied", "silence")
    machine = instead(silence, evolve(silence, target="refused", effects=()))
    if also:
        again = row("failed", "again")
        machine = instead(again, evolve(again, target="refused", effects=()), machine=machine)
    return machine


def _effects() -> Iterator[tuple[str, Machine]]:
    bounced, unanswered = row("refunding", "bounced"), row("refunding", "unanswered")
    agree = row("applied", "agree")
    yield "unanswered_effect", without(bounced)
    yield "unanswered_effect", without(unanswered)
    yield "unanswered_effect", instead(unanswered, evolve(unanswered, actors=by(PLATFORM)))
    yield "unanswered_effect", told(instead(bounced, evolve(bounced, guards=(SEALED,))))
    # Whoever gives the claim up while the refund is under way leaves its answer to nobody.
    yield "unanswered_effect", with_rows(Row("refunding", "withdraw", "closed", by(BUYER)))
    yield "moved_twice", doubled(evolve(agree, effects=("refund", "refund"), target="doubled"))
    yield (
        "moved_twice",
        doubled(agree, Row("refunding", "retry", "doubled", by(SELLER), (), ("refund",))),
    )
    yield "moved_twice", partly_paid("refund", CLAIM.effects[0])
    transfer = Effect("transfer", "paid", "bounced", "unanswered", 24, money="refund")
    yield "moved_twice", partly_paid("transfer", *CLAIM.effects, transfer)


def doubled(agree: Row, *more: Row) -> Machine:
    """A claim with a state in which two refunds are under way, either of which may come back."""
    comebacks = (row("refunding", event) for event in ("paid", "bounced", "unanswered"))
    rows = (evolve(each, source="doubled", target="refunding") for each in comebacks)
    machine = instead(row("applied", "agree"), agree, *more, *rows)
    return _more(machine, (State("doubled"),))


def partly_paid(then: str, *effects: Effect) -> Machine:
    """Some claims are paid and then tried again, as if the payment had failed."""
    paid, retry, again = row("refunding", "paid"), row("failed", "retry"), row("failed", "again")
    machine = instead(
        paid, evolve(paid, guards=(SEALED,)), evolve(paid, target="failed", guards=(OPENED,))
    )
    machine = instead(retry, evolve(retry, effects=(then,)), machine=machine)
    machine = instead(again, evolve(again, effects=(then,)), machine=machine)
    return told(evolve(machine, effects=effects))


def _people() -> Iterator[tuple[str, Machine]]:
    withdraw, agree = row("applied", "withdraw"), row("applied", "agree")
    yield "nobody_acts", instead(withdraw, evolve(withdraw, actors=by()))
    yield "nobody_acts", with_rows(Row("disputed", "lapse", "closed", by(TIMER)))
    yield "nobody_acts", with_rows(Row("failed", "paid", "refunded", by(PROVIDER)))
    # The timer knows when an effect is late, and never how it came out.
    yield "nobody_acts", with_rows(Row("refunding", "paid", "closed", by(TIMER)))
    yield "own_approval", instead(agree, evolve(agree, actors=by(SELLER, BUYER)))


def _wording() -> Iterator[tuple[str, Machine]]:
    english, chinese = CLAIM.wording["en"], CLAIM.wording["zh_CN"]
    for key in ("state.failed", "event.edit", "actor.seller", "guard.opened", "deadline.appeal"):
        less = {name: text for name, text in chinese.items() if name != key}
        yield "no_wording", evolve(CLAIM, wording={"en": english, "zh_CN": less})
    yield "no_wording", evolve(CLAIM, wording={"en": english})
    yield (
        "no_wording",
        evolve(CLAIM, wording={"zh_CN": chinese, "en": {**english, "effect.refund": " "}}),
    )
    yield (
        "unused_wording",
        evolve(CLAIM, wording={"zh_CN": chinese, "en": {**english, "state.faild": "?"}}),
    )


def _unused() -> Iterator[tuple[str, Machine]]:
    yield "unused_event", told(evolve(CLAIM, events=(*CLAIM.events, "applaud")))
    yield "unused_actor", told(evolve(CLAIM, actors=(*CLAIM.actors, "courier")))
    yield "unused_fact", evolve(CLAIM, facts={**CLAIM.facts, "weight": ("light", "heavy")})
    parcel = Effect("parcel", "paid", "bounced", "unanswered", 24)
    yield "unused_effect", told(evolve(CLAIM, effects=(*CLAIM.effects, parcel)))
    nowhere = Deadline("nowhere", frozenset(), days(1), "lapse", BUYER)
    yield "unused_deadline", told(evolve(CLAIM, deadlines=(*CLAIM.deadlines, nowhere)))


def _parallel(count: int) -> Machine:
    """So many effects at once that nobody can go through the orders in which they come back."""
    effects = tuple(Effect(f"e{i}", f"yes{i}", f"no{i}", f"late{i}", 1) for i in range(count))
    begin = Row("new", "begin", "busy", by(SELLER), (), tuple(each.id for each in effects))
    answers = tuple(Row("busy", each.succeeded, "busy", by(PROVIDER)) for each in effects)
    comebacks = ((each.succeeded, each.failed, each.timed_out) for each in effects)
    return Machine(
        "parallel",
        "1",
        (State("new"), State("busy"), State("done", final=True)),
        ("begin", *(event for events in comebacks for event in events)),
        (SELLER, PROVIDER, TIMER),
        (begin, *answers),
        effects=effects,
    )


BROKEN: tuple[tuple[str, Machine], ...] = (
    *_names(),
    *_endings(),
    *_guards(),
    *_clocks(),
    *_effects(),
    *_people(),
    *_wording(),
    *_unused(),
)
"""Each code that `verify` can give, with the machines that yield it."""
