"""What people call the things of a machine."""

from __future__ import annotations

from mallops.lifecycles.boxes import box_of
from mallops.lifecycles.machine import TIMER, Calendar, Machine, Row, Term
from mallops.messages import localized

_UNITS = {
    Calendar.MINUTES: "min",
    Calendar.HOURS: "h",
    Calendar.DAYS: "d",
    Calendar.MIDNIGHTS: "d 24:00",
    Calendar.WORKDAYS: "workdays",
}


def named(machine: Machine, kind: str, name: str, locale: str) -> str:
    """What a state, event, actor, guard, deadline or effect is called; its id without wording.

    >>> said = {"en": {"state.paid": "Paid"}, "zh_CN": {"state.paid": "已付款"}}
    >>> order = Machine("order", "1", (), (), (), (), wording=said)
    >>> named(order, "state", "paid", "zh_CN"), named(order, "state", "gone", "zh_CN")
    ('已付款', 'gone')
    """
    key = f"{kind}.{name}"
    return localized(
        {each: said.get(key, "") for each, said in machine.wording.items()}, locale, name
    )


def label(machine: Machine, row: Row, locale: str) -> tuple[str, str]:
    """A row in two lines: its event, and who brings it or after what time it comes, and where.

    >>> pay = Row("created", "pay", "paid", frozenset({"buyer"}))
    >>> label(Machine("order", "1", (), ("pay",), ("buyer",), (pay,)), pay, "en")
    ('pay', 'buyer')
    """
    people = sorted(row.actors - {TIMER}, key=machine.actors.index)
    who = [named(machine, "actor", actor, locale) for actor in people]
    if TIMER in row.actors:
        who.append(_clock(machine, row))
    asked = [f"{fact}={_values(among)}" for fact, among in box_of(machine, row).items()]
    where = f" [{', '.join(asked)}]" if asked else ""
    return named(machine, "event", row.event, locale), f"{', '.join(who)}{where}"


def _clock(machine: Machine, row: Row) -> str:
    """How long the timer waits until it brings the row's event, by the newest term."""
    waits = [
        _length(deadline.terms[-1])
        for deadline in machine.begins.get(row.source, ())
        if deadline.event == row.event and deadline.terms
    ]
    waits += [f"{each.within} h" for each in machine.effects if each.timed_out == row.event]
    return "+" + "/".join(dict.fromkeys(waits))


def _length(term: Term) -> str:
    return f"{term.length} {_UNITS[term.calendar]}"


def _values(among: frozenset[object]) -> str:
    return "|".join(sorted(map(str, among)))
