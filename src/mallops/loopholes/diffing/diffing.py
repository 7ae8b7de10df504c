"""What a change opens: carts that pay less, stories that pay more, and findings that are new."""

from __future__ import annotations

from collections.abc import Iterable

from pendulum import DateTime

from mallops.loopholes.carts.bounds import DEFAULT_BOUNDS, Bounds
from mallops.loopholes.diffing.carts import diff_carts
from mallops.loopholes.diffing.findings import diff_findings
from mallops.loopholes.diffing.model import Difference
from mallops.loopholes.diffing.stories import diff_stories
from mallops.loopholes.linting import lint
from mallops.loopholes.model import Loophole
from mallops.loopholes.report.acknowledgements import sort_out
from mallops.loopholes.report.report import Acknowledgement
from mallops.loopholes.sequences.bounds import Bounds as StoryBounds
from mallops.loopholes.sequences.searching import StorySearch, find_stories
from mallops.loopholes.tolerance import USUAL, Tolerance
from mallops.promotions.compiled import Compiled
from mallops.simulation.comparison import require_one_currency


def diff(
    old: Compiled,
    new: Compiled,
    at: DateTime,
    carts: Bounds = DEFAULT_BOUNDS,
    stories: StoryBounds | None = None,
    tolerance: Tolerance = USUAL,
    acknowledgements: Iterable[Acknowledgement] = (),
) -> Difference:
    """What becomes of carts, stories and findings when `old` becomes `new`, from `at` on.

    Rulebook and catalogue may both change; carts are of goods that both worlds sell. `carts`
    bounds the carts that are quoted in both, `stories` the search of stories in each. Findings of
    the new world that `acknowledgements` are about are told apart. Raises `InputError` at
    `$.currency` where the two charge in different currencies, and as `find_stories` does.
    """
    require_one_currency(old, new)
    before, after = (find_stories(each, at, stories) for each in (old, new))
    now = _findings(new, at, tolerance, after)
    sorted_out = sort_out(now, acknowledgements, new.rulebook, at)
    return Difference(
        old=old,
        new=new,
        at=at,
        carts=diff_carts(old, new, at, carts),
        stories=diff_stories(old, new, before, after),
        findings=diff_findings(_findings(old, at, tolerance, before), now),
        accepted=tuple(each.loophole for each in sorted_out.accepted),
    )


def _findings(
    compiled: Compiled, at: DateTime, tolerance: Tolerance, told: StorySearch
) -> tuple[Loophole, ...]:
    found = lint(compiled.rulebook, compiled.catalog, at, tolerance)
    return (*found, *told.loopholes)
