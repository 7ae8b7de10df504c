"""The naive twin of the kernel of lifecycles: it searches where the kernel looks up.

It takes a machine's rows, deadlines and effects as plain lists, keeps a case as a dict, and
works everything out from the whole history of instants at which states were entered.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

Doc = dict[str, Any]
"""A machine, or a case, in plain values."""


def begin(machine: Doc, at: datetime) -> Doc:
    """A case in the machine's first state."""
    first = machine["states"][0]
    return {"state": first, "since": at, "steps": 0, "entered": [(first, at, "")], "awaited": []}


def step(
    machine: Doc,
    case: Doc,
    event: str,
    actor: str,
    at: datetime,
    facts: Mapping[str, object],
    answers: str = "",
) -> Doc | list[str]:
    """The case after a move, or the codes of every reason against it. Deadlines are in hours."""
    at = max(at, case["since"])
    rows = [
        row for row in machine["rows"] if row["source"] == case["state"] and row["event"] == event
    ]
    if not rows:
        return ["not_here"]
    late = [each for each in expected(machine, case) if each[0] <= at]
    first = min(late) if late else None
    if first is not None and (first[1] != event or actor != "timer"):
        return ["overdue", *against(rows, actor, facts)]
    if first is None and actor == "timer":
        return ["not_due", *against(rows, actor, facts)]
    awaited = list(case["awaited"])
    fired = first[2] if first is not None and first[2] in machine["deadlines"] else ""
    if not fired and any(event in effect["answers"] for effect in machine["effects"].values()):
        key = first[2] if first is not None else answers
        answered = [
            each
            for each in awaited
            if each["key"] == key and event in machine["effects"][each["effect"]]["answers"]
        ]
        if not answered:
            return ["not_awaited", *against(rows, actor, facts)]
        awaited = [each for each in awaited if each not in answered]
    for row in rows:
        if actor in row["actors"] and all(facts[fact] in among for _, fact, among in row["guards"]):
            return _after(machine, case, row, at, awaited, fired)
    return against(rows, actor, facts)


def against(rows: list[Doc], actor: str, facts: Mapping[str, object]) -> list[str]:
    """Whose move it is, or every guard that fails; nothing where a row may be taken."""
    mine = [row for row in rows if actor in row["actors"]]
    if not mine:
        return ["not_yours"]
    codes: list[str] = []
    for row in mine:
        failing = [code for code, fact, among in row["guards"] if facts[fact] not in among]
        if not failing:
            return []
        codes += [code for code in failing if code not in codes]
    return codes


def _after(machine: Doc, case: Doc, row: Doc, at: datetime, awaited: list[Doc], fired: str) -> Doc:
    number = case["steps"] + 1
    for name in row["effects"]:
        until = at + timedelta(hours=machine["effects"][name]["within"])
        awaited = [*awaited, {"key": f"c/{number}/{name}", "effect": name, "until": until}]
    return {
        "state": row["target"],
        "since": at,
        "steps": number,
        "entered": [*case["entered"], (row["target"], at, fired)],
        "awaited": awaited,
    }


def running(machine: Doc, case: Doc) -> list[tuple[str, datetime]]:
    """Each deadline that runs, and when it is due: from when its states were last entered."""
    found = []
    for name, deadline in machine["deadlines"].items():
        if case["state"] not in deadline["states"]:
            continue
        began = None
        for state, at, fired in case["entered"]:
            if state not in deadline["states"]:
                began = None
            elif began is None or fired == name:
                began = at
        assert began is not None
        found.append((name, began + timedelta(hours=deadline["hours"])))
    return found


def expected(machine: Doc, case: Doc) -> list[tuple[datetime, str, str]]:
    """What the timer will bring: instant, event, and the key of an effect."""
    found = [(at, machine["deadlines"][name]["event"], name) for name, at in running(machine, case)]
    effects = machine["effects"]
    return found + [
        (each["until"], effects[each["effect"]]["answers"][2], each["key"])
        for each in case["awaited"]
    ]
