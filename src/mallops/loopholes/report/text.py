"""A report as plain text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from mallops.layout import columns, one_line
from mallops.loopholes.model import Loophole, Witness
from mallops.loopholes.report.fingerprints import fingerprint
from mallops.loopholes.report.report import Accepted, Report
from mallops.loopholes.report.retelling import retold
from mallops.loopholes.report.wording import Words
from mallops.promotions.compiled import Compiled

_INDENT = "   "
_UNDER_MOMENT = " " * 18


def report_text(report: Report, locale: str = "zh_CN") -> str:
    """The report, its witnesses step by step, without a line break at the end.

    Raises `InputError` for a locale without wording.
    """
    words = Words(locale)
    sections = [
        [
            one_line(words.title(report.compiled.rulebook, report.at)),
            *filter(None, [one_line(str(report.source))]),
            words.counts(report),
        ],
        *(
            list(loophole_lines(place, loophole, report.compiled, words))
            for place, loophole in enumerate(report.found, 1)
        ),
        [] if report.found else [words("nothing")],
        _section("acknowledged", [_accepted(each, words) for each in report.accepted], words),
        _section(
            "stale", [f"{report.stands(each)}  {words.note(each)}" for each in report.stale], words
        ),
        _section("searched", [words.note(note) for note in report.notes], words)
        or [words("nothing_searched")],
    ]
    return "\n\n".join("\n".join(lines) for lines in sections if lines)


def _section(label: str, lines: list[str], words: Words) -> list[str]:
    """The lines under their heading; nothing where there are none."""
    return [words(label), *(f"{_INDENT}{one_line(line)}" for line in lines)] if lines else []


def loophole_lines(
    place: int, loophole: Loophole, compiled: Compiled, words: Words
) -> Iterator[str]:
    """A loophole of a rulebook, with the number that it has in a list, and its story."""
    said = one_line(words.loophole(loophole))
    yield f"{place}. {words(loophole.severity.value)} [{loophole.code}] {said}"
    facts = [
        ("kind", f"{words(loophole.kind.value)} ({loophole.kind.value})"),
        *(
            ("rules", f"{words(f'in_{each.document}')} {each.id}  {each.path}")
            for each in loophole.subjects
        ),
        ("loss_is", words.loss(loophole)),
        ("fingerprint", fingerprint(compiled.rulebook.id, loophole)),
    ]
    width = max(columns(words(label)) for label, _ in facts)
    for label, fact in facts:
        if fact:
            name = words(label)
            yield f"{_INDENT}{name}{' ' * (width - columns(name))}  {one_line(fact)}"
    if loophole.witness is not None:
        yield from story_lines(loophole.witness, compiled, words)


def story_lines(witness: Witness, compiled: Compiled, words: Words) -> Iterator[str]:
    """A story under its heading, as it goes in the world of these rules."""
    yield f"{_INDENT}{words('story')}"
    told = retold(compiled, witness, words.locale)
    for step in told.steps:
        who = f" ({step.customer})" if step.customer else ""
        cart = f": {', '.join(step.cart)}" if step.cart else ""
        yield f"{_INDENT * 2}{step.moment}  {one_line(step.deed + who + cart)}"
        for line in step.came:
            yield f"{_INDENT * 2}{_UNDER_MOMENT}{one_line(line)}"
    yield f"{_INDENT * 2}{words('gain', gain=str(told.gain))}"


def _accepted(accepted: Accepted, words: Words) -> str:
    loophole = accepted.loophole
    said = words.loophole(loophole)
    return f"{words(loophole.severity.value)} [{loophole.code}] {said} ({words.accepted(accepted)})"
