"""An explanation as plain text: labels on the left, amounts in one column on the right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attrs import frozen

from mallops.layout import columns, one_line
from mallops.messages import message
from mallops.money import Money
from mallops.promotions.explanation import (
    Deduction,
    Explanation,
    GiftExplanation,
    LineExplanation,
    ParcelExplanation,
    RefusedExplanation,
    RewardExplanation,
    UnitsExplanation,
)

_INDENT = "  "


@frozen
class Row:
    """One line of text: a label at a depth, and an amount or nothing."""

    depth: int
    label: str
    amount: str = ""

    @property
    def left(self) -> str:
        """The label behind its indent, on one line and without control characters."""
        return _INDENT * self.depth + one_line(self.label)


def render(explanation: Explanation) -> str:
    """The explanation as text, in its own locale, without a line break at the end.

    A character that East Asian fonts draw double counts as two columns, so amounts stand
    in line on a terminal in either language.
    """
    words = _Words(explanation.locale)
    sections = [
        _header(explanation, words),
        _section("goods", (row for line in explanation.lines for row in _line(line, words)), words),
        _section(
            "shipping", (row for fee in explanation.parcels for row in _parcel(fee, words)), words
        ),
        _section("gifts", (_gift(gift, words) for gift in explanation.gifts), words),
        _section("rewards", (_reward(reward, words) for reward in explanation.rewards), words),
        _section("total", _totals(explanation, words), words),
        _section(
            "refused", (row for no in explanation.refused for row in _refused(no, words)), words
        ),
    ]
    return "\n\n".join(aligned([rows for rows in sections if rows]))


@frozen
class _Words:
    """The wording of the labels, in one locale."""

    locale: str

    def __call__(self, label: str, **details: str) -> str:
        return message(f"explain.{label}", self.locale, details)


def aligned(sections: Iterable[list[Row]]) -> Iterator[str]:
    """Each section's text; all amounts end in the same column."""
    sections = list(sections)
    priced = [row for rows in sections for row in rows if row.amount]
    label = max((columns(row.left) for row in priced), default=0)
    amount = max((len(row.amount) for row in priced), default=0)
    for rows in sections:
        yield "\n".join(
            row.left + " " * (label - columns(row.left) + 2) + row.amount.rjust(amount)
            if row.amount
            else row.left
            for row in rows
        )


def _header(explanation: Explanation, words: _Words) -> list[Row]:
    at = explanation.at.isoformat(sep=" ")
    facts = {
        words("rulebook"): _named(explanation.title, explanation.rulebook),
        words("version"): explanation.version,
        words("at"): f"{at} ({explanation.timezone})",
        words("currency"): explanation.currency,
        words("choice"): explanation.choice,
    }
    width = max(map(columns, facts)) + 2
    return [
        Row(0, words("quote")),
        *(
            Row(1, label + " " * (width - columns(label)) + fact)
            for label, fact in facts.items()
            if fact
        ),
    ]


def _section(label: str, rows: Iterable[Row], words: _Words) -> list[Row]:
    """The rows under their heading; nothing where there are none."""
    found = list(rows)
    return [Row(0, words(label)), *found] if found else []


def _line(line: LineExplanation, words: _Words) -> Iterator[Row]:
    yield Row(
        1, words("line", id=line.id, sku=line.sku, quantity=str(line.quantity), shop=line.shop)
    )
    if line.quantity == 1:
        yield from _way(line.units[0], 2, words)
        return
    for units in line.units:
        yield Row(2, _which(units, words))
        yield from _way(units, 3, words)
    yield Row(2, words("line_net"), str(line.net))


def _which(units: UnitsExplanation, words: _Words) -> str:
    if len(units.numbers) == 1:
        return words("unit", number=str(units.numbers[0]))
    numbers = words("and").join(ranges(units.numbers))
    return words("units", numbers=numbers, count=str(len(units.numbers)))


def ranges(numbers: tuple[int, ...]) -> list[str]:
    """Ascending numbers, those that follow each other as one range.

    >>> ranges((1, 2, 3, 5))
    ['1–3', '5']
    """
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return [str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs]


def _way(units: UnitsExplanation, depth: int, words: _Words) -> Iterator[Row]:
    yield Row(depth, words("list_price"), str(units.list_price))
    yield from _deductions(units.deductions, depth, words)
    if units.points:
        yield Row(depth, words("points"), _less(units.points))
    yield Row(depth, words("net"), str(units.net))


def _parcel(parcel: ParcelExplanation, words: _Words) -> Iterator[Row]:
    yield Row(1, words("parcel", shop=parcel.shop))
    yield Row(2, words("fee"), str(parcel.fee))
    yield from _deductions(parcel.deductions, 2, words)
    yield Row(2, words("net"), str(parcel.net))


def _deductions(deductions: Iterable[Deduction], depth: int, words: _Words) -> Iterator[Row]:
    for taken in deductions:
        title = _named(taken.title, taken.promotion)
        yield Row(depth, words("deduction", lane=taken.lane, title=title), _less(taken.amount))


def _gift(gift: GiftExplanation, words: _Words) -> Row:
    label = words(
        "gift",
        sku=gift.sku,
        quantity=str(gift.quantity),
        value=str(gift.value),
        title=_named(gift.title, gift.promotion),
    )
    return Row(1, label)


def _reward(reward: RewardExplanation, words: _Words) -> Row:
    title = _named(reward.title, reward.promotion)
    return Row(1, words("reward", reward=reward.reward, title=title))


def _totals(explanation: Explanation, words: _Words) -> Iterator[Row]:
    totals = explanation.totals
    yield Row(1, words("list_prices"), str(totals.list_prices))
    if explanation.parcels:
        yield Row(1, words("fees"), str(totals.fees))
    yield from _deductions(totals.deductions, 1, words)
    if totals.points_used:
        points = words("points_used", points=str(totals.points_used))
        yield Row(1, points, _less(totals.points_worth))
    yield Row(1, words("payable"), str(totals.payable))
    if explanation.parcels:
        yield Row(2, words("payable_goods"), str(totals.goods))
        yield Row(2, words("payable_shipping"), str(totals.shipping))


def _refused(refused: RefusedExplanation, words: _Words) -> Iterator[Row]:
    yield Row(1, _named(refused.title, refused.promotion))
    yield Row(2, words("reason", code=refused.code, reason=refused.reason))


def _less(amount: Money) -> str:
    return str(-amount)


def _named(title: str, id_: str) -> str:
    return f"{title} ({id_})" if id_ and title != id_ else title
