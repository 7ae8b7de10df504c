"""A liability for the mall's own people: gross and by month, then what may go unused."""

from __future__ import annotations

from collections.abc import Iterator

from mallops.layout import columns
from mallops.money import format_money
from mallops.points.breakage import Net
from mallops.points.liability import Liability, Owed
from mallops.points.wording import Words

_GAP = "  "

_Line = tuple[str, str, str]


def liability_text(liability: Liability, net: Net | None = None, locale: str = "zh_CN") -> str:
    """The liability as aligned plain text, without a line break at the end.

    With `net`, the estimate of unused points follows with its basis, and both sums are told.
    Raises `InputError` for a locale without a catalogue (`$.locale`).
    """
    words = Words("liability", locale)
    sections = [list(_accounts(liability, words)), list(_months(liability, words))]
    if net is not None:
        sections.append(list(_net(net, words)))
    lines = [line for section in sections for line in section]
    widths = [max(columns(line[place]) for line in lines) for place in range(3)]
    day = words.day("day", liability.day)
    head = words("head", day=day, customers=words.number(liability.customers))
    heads = [head, words("months"), words("unused")]
    texts = [
        "\n".join([title, *(_aligned(line, widths) for line in section)])
        for title, section in zip(heads, sections, strict=False)
    ]
    if net is not None:
        texts[-1] += "\n" + "\n".join(_GAP + line for line in _basis(net, words))
    return "\n\n".join(texts)


def _accounts(liability: Liability, words: Words) -> Iterator[_Line]:
    yield "", words("points"), words("money")
    yield _line(words("available"), liability.available, words)
    yield _line(words("pending"), liability.pending, words)
    yield _line(words("held"), liability.held, words)
    yield _line(words("debt"), Owed(0, liability.debt.money * 0) - liability.debt, words)
    yield _line(words("in_all"), liability.in_all, words)


def _months(liability: Liability, words: Words) -> Iterator[_Line]:
    for month, owed in liability.months.items():
        yield _line(month, owed, words)
    yield _line(words("never"), liability.never, words)


def _net(net: Net, words: Words) -> Iterator[_Line]:
    yield _line(words("gross"), net.gross, words)
    yield _line(words("expected"), net.unused, words)
    yield _line(words("net"), net.net, words)
    yield _line(words("least"), net.least, words)
    yield _line(words("most"), net.most, words)


def _basis(net: Net, words: Words) -> Iterator[str]:
    basis = net.basis
    low, high = words.percent(basis.low), words.percent(basis.high)
    yield words("share", share=words.percent(basis.share), low=low, high=high)
    numbers = {
        "expired": basis.expired,
        "redeemed": basis.redeemed,
        "lots": basis.lots,
        "customers": basis.customers,
    }
    yield words("basis", **{name: words.number(each) for name, each in numbers.items()})


def _line(label: str, owed: Owed, words: Words) -> _Line:
    return label, words.number(owed.points), format_money(owed.money, words.locale)


def _aligned(line: _Line, widths: list[int]) -> str:
    label, points, money = (
        " " * (width - columns(cell)) for cell, width in zip(line, widths, strict=True)
    )
    return f"{_GAP}{line[0]}{label}{_GAP}{points}{line[1]}{_GAP}{money}{line[2]}"
