"""Which findings came, which went, and which stay."""

from __future__ import annotations

from collections.abc import Iterable

from mallops.loopholes.diffing.model import FindingChanges
from mallops.loopholes.model import Loophole
from mallops.loopholes.report.fingerprints import fingerprint
from mallops.loopholes.report.report import in_order


def known_by(loophole: Loophole) -> str:
    """What a finding is known by, whichever rulebook of the two it is of."""
    return fingerprint("", loophole)


def diff_findings(old: Iterable[Loophole], new: Iterable[Loophole]) -> FindingChanges:
    """Findings of two worlds side by side; of several that are known by the same, one for one.

    >>> from mallops.findings import Severity
    >>> from mallops.loopholes.model import Kind
    >>> def found(code):
    ...     return Loophole(code, Kind.CONFIGURATION, Severity.NOTE, ())
    >>> changes = diff_findings([found("a"), found("b")], [found("b"), found("c"), found("c")])
    >>> [[each.code for each in some] for some in (changes.new, changes.gone, changes.unchanged)]
    [['c', 'c'], ['a'], ['b']]
    """
    left: dict[str, list[Loophole]] = {}
    for loophole in in_order(old):
        left.setdefault(known_by(loophole), []).append(loophole)
    came: list[Loophole] = []
    stay: list[Loophole] = []
    for loophole in in_order(new):
        before = left.get(known_by(loophole))
        if before:
            before.pop(0)
            stay.append(loophole)
        else:
            came.append(loophole)
    gone = in_order(each for several in left.values() for each in several)
    return FindingChanges(tuple(came), gone, tuple(stay))
