"""A statement for people: what happened, day by day, and what goes when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from mallops.layout import columns, one_line
from mallops.points.statement import EXPIRED, Expiring, Row, Statement
from mallops.points.wording import Words

_GAP = "  "


def statement_text(statement: Statement, locale: str = "zh_CN") -> str:
    """The statement as aligned plain text, without a line break at the end.

    Days are local ones, and end as people say it: what is gone when January begins expires
    on 31 December. Raises `InputError` for a locale without a catalogue (`$.locale`).
    """
    words = Words("statement", locale)
    day = words.day("that_year", statement.day)
    going = [expiring_text(each, statement.day, locale) for each in statement.expiring]
    sections = [
        [words("head", customer=statement.customer, day=day)],
        _table(statement, words),
        _section("now", _balance(statement, words), words),
        _section("expiring", going, words) if going else [],
    ]
    return "\n\n".join("\n".join(map(one_line, lines)) for lines in sections if lines)


def expiring_text(expiring: Expiring, today: date, locale: str = "zh_CN") -> str:
    """When points go, in one sentence; the year is told if it is not that of `today`.

    Raises as `statement_text` does.

    >>> from mallops.time import instant
    >>> end = instant("2027-01-01T00:00:00+08:00")
    >>> expiring = Expiring(120, date(2026, 12, 31), end)
    >>> expiring_text(expiring, date(2026, 11, 18), "en")
    '120 points expire on 31 December'
    >>> expiring_text(expiring, date(2026, 11, 18))
    '120 积分将于12月31日到期'
    """
    words = Words("statement", locale)
    form = "this_year" if expiring.day.year == today.year else "that_year"
    idle = "true" if expiring.if_idle else ""
    return words.counted("expires", expiring.points, day=words.day(form, expiring.day), idle=idle)


def _section(label: str, lines: Iterable[str], words: Words) -> list[str]:
    return [words(label), *(_GAP + line for line in lines)]


def _table(statement: Statement, words: Words) -> list[str]:
    """Date, points and balance in columns of their own, and what happened behind them."""
    heads = ("date", "points", "balance", "cause")
    lines = [tuple(words(f"column_{head}") for head in heads)]
    if statement.opening:
        lines.append(("", "", words.number(statement.opening), words("opening")))
    for row in statement.rows:
        lines += _told(row, words)
    widths = [max(columns(line[place]) for line in lines) for place in range(3)]
    return [_GAP + _aligned(line, widths) for line in lines]


def _aligned(line: Sequence[str], widths: Sequence[int]) -> str:
    day, points, balance = (
        " " * (width - columns(cell)) for cell, width in zip(line[:3], widths, strict=True)
    )
    return _GAP.join((line[0] + day, points + line[1], balance + line[2], line[3]))


def _told(row: Row, words: Words) -> Iterator[tuple[str, str, str, str]]:
    details = {
        name: words.number(int(value)) if name == "rewards" else value
        for name, value in row.details.items()
    }
    day = words.day("row_day", row.day)
    yield day, words.change(row.points), words.number(row.balance), words(row.cause, **details)
    for note in _notes(row, words):
        yield "", "", "", _GAP + note


def _notes(row: Row, words: Words) -> Iterator[str]:
    """What the row did besides to what is available, where that is not plain from its cause."""
    order = row.details.get("order", "")
    if row.pending > 0:
        yield words.counted("pending", row.pending, order=order)
    if row.pending < 0 and row.cause == "take_back":
        yield words.counted("pending_taken", -row.pending)
    if row.held < 0 and row.cause == "capture":
        yield words.counted("held_used", -row.held)
    if row.debt < 0:
        yield words.counted("paid", -row.debt)
    if row.debt > 0:
        yield words.counted("owed", row.debt)
    if row.expired and row.cause != EXPIRED:
        yield words.counted("lost", row.expired)


def _balance(statement: Statement, words: Words) -> Iterator[str]:
    balance = statement.balance
    yield words.counted("available", balance.available)
    for label, points in (
        ("still_pending", balance.pending),
        ("held", balance.held),
        ("owed", balance.debt),
    ):
        if points:
            yield words.counted(label, points)
