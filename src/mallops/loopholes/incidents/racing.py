"""The search for a race in a description of handlers, beside those of a rulebook."""

from __future__ import annotations

from pendulum import DateTime

from mallops.findings import Severity
from mallops.loopholes.checking import Search, Searched
from mallops.loopholes.incidents.model import Handlers
from mallops.loopholes.model import Kind, Loophole, Repeat, Subject
from mallops.loopholes.report.report import Note
from mallops.loopholes.sequences.races import Race, find_race
from mallops.loopholes.tolerance import Tolerance
from mallops.promotions.compiled import Compiled
from mallops.rules.paths import at_key


def raced(handlers: Handlers) -> Search:
    """A search that judges what handlers do at once; it asks nothing of the rulebook.

    When it runs it raises `InputError` as `find_race` does.
    """

    def search(_compiled: Compiled, _at: DateTime, _tolerance: Tolerance) -> Searched:
        found = find_race(handlers.cells, handlers.operations)
        details = {"operations": str(len(handlers.operations)), "states": str(found.states)}
        loopholes = () if found.race is None else (_loophole(handlers, found.race),)
        return Searched(loopholes, (Note("races_searched", details),))

    return search


def _loophole(handlers: Handlers, race: Race) -> Loophole:
    """The race with its calls in order, and what was given away of each cell."""
    cells = sorted(race.given)
    details = {
        "given": ", ".join(f"{race.given[cell]} {cell}" for cell in cells),
        "there": ", ".join(f"{handlers.cells[cell]} {cell}" for cell in cells),
        "gone": ", ".join(f"{race.gone[cell]} {cell}" for cell in cells),
        "calls": ", ".join(map(str, race.calls)),
    }
    return Loophole(
        "race_gives_too_much",
        Kind.RACE,
        Severity.ERROR,
        tuple(Subject("handlers", cell, at_key("$.cells", cell)) for cell in cells),
        details,
        repeat=Repeat.AGAIN,
    )
