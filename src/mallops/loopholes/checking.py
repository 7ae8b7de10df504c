"""Checking a rulebook: every search in turn, and what of it was acknowledged."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from attrs import frozen
from pendulum import DateTime

from mallops.catalog.model import Catalog
from mallops.loopholes.model import Loophole
from mallops.loopholes.report.acknowledgements import sort_out
from mallops.loopholes.report.report import Acknowledgement, Note, Report, Source, in_order
from mallops.loopholes.tolerance import USUAL, Tolerance
from mallops.promotions.compiled import Compiled, compile_rulebook
from mallops.rules.book import Rulebook


@frozen
class Searched:
    """What a search found, and what it looked at within which bounds."""

    loopholes: tuple[Loophole, ...]
    notes: tuple[Note, ...] = ()


Search = Callable[[Compiled, DateTime, Tolerance], Searched]
"""A way to look for loopholes. Whatever bounds it has, its notes tell."""

_NOWHERE = Source()


def check(
    rulebook: Rulebook,
    catalog: Catalog,
    at: DateTime,
    searches: Sequence[Search],
    tolerance: Tolerance = USUAL,
    acknowledgements: Iterable[Acknowledgement] = (),
    source: Source = _NOWHERE,
) -> Report:
    """What the searches find in a rulebook over a catalogue at an instant.

    Raises `InputError` for a rulebook and a catalogue that `compile_rulebook` refuses. The
    order of what is found does not depend on that of the searches.
    """
    compiled = compile_rulebook(rulebook, catalog)
    results = [search(compiled, at, tolerance) for search in searches]
    loopholes = in_order(loophole for result in results for loophole in result.loopholes)
    told = sort_out(loopholes, acknowledgements, rulebook, at)
    return Report(
        compiled=compiled,
        at=at,
        found=told.found,
        accepted=told.accepted,
        stale=told.stale,
        notes=tuple(note for result in results for note in result.notes),
        source=source,
    )
