"""From a verdict on a story to a loophole: shrunk, told what it is of, and how often it can be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import frozen

from mallops.findings import Severity
from mallops.loopholes.model import Kind, Loophole, Subject
from mallops.loopholes.sequences.blaming import subjects_of
from mallops.loopholes.sequences.repeating import repeat_of
from mallops.loopholes.sequences.shrinking import shrunk
from mallops.loopholes.sequences.tales import Tale
from mallops.loopholes.sequences.verdicts import (
    DEBT_LEFT,
    FREIGHT_FOR_NOTHING,
    GIFT_FOR_NOTHING,
    GIFT_UNPAID,
    KEPT_TOO_CHEAP,
    LIMIT_PASSED,
    POINTS_BEAT_PRICE,
    PUMP_COUPONS,
    PUMP_MONEY,
    PUMP_POINTS,
    PUMPS,
    Verdict,
)
from mallops.money import Money
from mallops.promotions.compiled import Compiled

KINDS: Mapping[str, tuple[Kind, Severity]] = {
    PUMP_MONEY: (Kind.SEQUENCE, Severity.ERROR),
    PUMP_POINTS: (Kind.CONVERSION, Severity.ERROR),
    PUMP_COUPONS: (Kind.SEQUENCE, Severity.ERROR),
    POINTS_BEAT_PRICE: (Kind.CONVERSION, Severity.ERROR),
    LIMIT_PASSED: (Kind.UNBOUNDED, Severity.ERROR),
    GIFT_FOR_NOTHING: (Kind.KEPT_TOO_CHEAP, Severity.ERROR),
    DEBT_LEFT: (Kind.SEQUENCE, Severity.ERROR),
    KEPT_TOO_CHEAP: (Kind.KEPT_TOO_CHEAP, Severity.ERROR),
    GIFT_UNPAID: (Kind.KEPT_TOO_CHEAP, Severity.WARNING),
    FREIGHT_FOR_NOTHING: (Kind.SEQUENCE, Severity.WARNING),
}
"""What each code is, those first that say most about a story."""

_SAY_MORE = frozenset({*PUMPS, POINTS_BEAT_PRICE, GIFT_FOR_NOTHING})
"""What is kept is too cheap where these are: it is then no news of the same rules."""


@frozen
class Found:
    """A story, and what is wrong with it."""

    tale: Tale
    verdict: Verdict

    def shows_more(self, other: Found) -> bool:
        """Whether it loses more than another, or as much with fewer goods."""
        return (-self.verdict.loss, self.tale.units) < (-other.verdict.loss, other.tale.units)


def loopholes_of(compiled: Compiled, found: Iterable[Found]) -> tuple[Loophole, ...]:
    """One loophole for each code and the rules that it is of, with the shortest story there is."""
    best: dict[tuple[str, tuple[Subject, ...]], Found] = {}
    for each in sorted(found, key=_length):
        best.setdefault((each.verdict.code, subjects_of(compiled, *_parts(each))), each)
    loopholes: dict[tuple[str, tuple[Subject, ...]], Loophole] = {}
    for (code, _), each in sorted(best.items(), key=lambda item: list(KINDS).index(item[0][0])):
        tale, verdict = shrunk(compiled, *_parts(each))
        subjects = subjects_of(compiled, tale, verdict)
        if any(_says_it(*key, code, subjects) for key in loopholes):
            continue
        loopholes[code, subjects] = _loophole(compiled, tale, verdict, subjects)
    return tuple(loopholes.values())


def _says_it(told: str, of: tuple[Subject, ...], code: str, subjects: tuple[Subject, ...]) -> bool:
    """Whether a loophole that was told, of some rules, says what another of more rules would."""
    same = told == code or (code == KEPT_TOO_CHEAP and told in _SAY_MORE)
    return same and set(of) <= set(subjects)


def _parts(found: Found) -> tuple[Tale, Verdict]:
    return found.tale, found.verdict


def _length(found: Found) -> tuple[int, int, int, int]:
    tale = found.tale
    return len(tale.steps), len(tale.setting.opening), -found.verdict.loss, tale.units


def _loophole(
    compiled: Compiled, tale: Tale, verdict: Verdict, subjects: tuple[Subject, ...]
) -> Loophole:
    currency = compiled.rulebook.currency
    loss = Money(verdict.loss, currency)
    details = {"loss": str(loss)}
    if verdict.code == KEPT_TOO_CHEAP and verdict.honest is not None:
        honest = Money(verdict.honest, currency)
        details |= {"honest": str(honest), "paid": str(honest - loss)}
    if verdict.about:
        details["promotion"] = verdict.about
    kind, severity = KINDS[verdict.code]
    return Loophole(
        code=verdict.code,
        kind=kind,
        severity=severity,
        subjects=subjects,
        details=details,
        witness=tale.witness,
        loss=loss,
        repeat=repeat_of(compiled, tale, verdict),
    )
