"""A simulation for people: one table of amounts, a column for each rulebook."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from attrs import frozen
from pendulum import DateTime

from mallops.layout import columns, one_line
from mallops.messages import localized, message
from mallops.money import Money
from mallops.rules.book import Rulebook
from mallops.rules.promotions import Promotion
from mallops.simulation.comparison import Change, Comparison, Moves
from mallops.simulation.funding import OWN_SHOP
from mallops.simulation.outcome import Account
from mallops.simulation.summary import Granted, Summary

_INDENT = "  "
_NOTHING = "-"


def summary_text(summary: Summary, rulebook: Rulebook, locale: str = "zh_CN") -> str:
    """What a rulebook did over many carts, as aligned plain text.

    Amounts are in major units of the rulebook's currency; the text ends without a line break.
    Raises `InputError` for a locale without a catalogue (`$.locale`).
    """
    return _Report((_Side(summary, rulebook),), locale).text(_Report.summary)


def comparison_text(
    comparison: Comparison, before: Rulebook, after: Rulebook, locale: str = "zh_CN"
) -> str:
    """What becomes of many carts when a rulebook becomes another; else as `summary_text`.

    The columns are before, after, and what that makes more (or less, with a "-").
    """
    sides = (_Side(comparison.before, before), _Side(comparison.after, after))
    return _Report(sides, locale).text(lambda report: report.comparison(comparison))


@frozen
class _Row:
    """A line of the report: a label at a depth, and a cell in each column or in none."""

    depth: int
    label: str
    cells: tuple[str, ...] = ()

    @property
    def left(self) -> str:
        """The label behind its indent, on one line and without control characters."""
        return _INDENT * self.depth + one_line(self.label)


@frozen
class _Side:
    """A column: a summary, and the rulebook that made it."""

    summary: Summary
    rulebook: Rulebook

    @property
    def promotions(self) -> dict[str, Promotion]:
        return {promotion.id: promotion for promotion in self.rulebook.promotions}


_Section = Iterable[_Row]


@frozen
class _Report:
    """The sections of a report, over one side or two."""

    sides: tuple[_Side, ...]
    locale: str

    def text(self, sections: Callable[[_Report], Iterable[_Section]]) -> str:
        """The sections, those without rows left out."""
        filled = [rows for section in sections(self) if (rows := list(section))]
        return "\n\n".join(_aligned(filled))

    def summary(self) -> Iterator[_Section]:
        """What there is to say of one rulebook."""
        yield self._head()
        yield self._totals()
        yield self._promotions()
        yield self._parties()
        yield self._shops()
        yield self._proofs()
        yield self._failures()

    def comparison(self, comparison: Comparison) -> Iterator[_Section]:
        """What there is to say of two."""
        head, *rest = self.summary()
        yield head
        yield self._moves(comparison)
        yield self._groups(comparison.groups)
        *sums, failures = rest
        yield from sums
        yield self._changes(comparison.changes)
        yield failures

    def _head(self) -> _Section:
        names = ("before", "after", "difference") if len(self.sides) == 2 else ("result",)
        yield _Row(0, self._word("head"), tuple(map(self._word, names)))
        yield self._texts("rulebook", [side.rulebook.id for side in self.sides])
        yield self._texts("version", [side.rulebook.version for side in self.sides])
        yield self._counts(1, "carts", [side.summary.carts for side in self.sides])

    def _moves(self, comparison: Comparison) -> _Section:
        moves, nothing = comparison.moves, Money.zero(comparison.currency)
        yield _Row(0, self._word("moves"))
        for which, count, amount in (
            ("more", moves.more, moves.more_by),
            ("less", moves.less, -moves.less_by),
            ("same", moves.same, nothing),
        ):
            yield _Row(1, self._word(which, count=str(count)), ("", "", _signed(amount)))
        if moves.doubtful:
            yield _Row(1, self._word("doubtful", count=str(moves.doubtful)))
        if comparison.uncompared:
            yield _Row(1, self._word("uncompared", count=str(comparison.uncompared)))

    def _groups(self, groups: Mapping[str, Moves]) -> _Section:
        if set(groups) <= {""}:
            return
        yield _Row(0, self._word("groups"))
        for group, moves in sorted(groups.items()):
            counts = {"more": str(moves.more), "less": str(moves.less), "same": str(moves.same)}
            difference = _signed(moves.more_by - moves.less_by)
            yield _Row(1, self._word("group", group=group, **counts), ("", "", difference))

    def _totals(self) -> _Section:
        accounts = [side.summary.account for side in self.sides]
        granted = [side.summary.granted for side in self.sides]
        yield _Row(0, self._word("totals"))
        yield self._amounts(1, "list_prices", [one.list_prices for one in accounts])
        yield self._amounts(1, "fees", [one.fees for one in accounts])
        yield self._amounts(1, "discounts", [-one.discount for one in granted])
        yield self._amounts(1, "points", [-one.points for one in accounts])
        yield self._amounts(1, "payable", [one.payable for one in accounts])
        yield self._amounts(1, "gifts", [one.gifts for one in granted])
        yield self._amounts(1, "covered", [one.covered for one in accounts])
        yield self._amounts(1, "cost", [-one.cost for one in accounts])
        yield self._amounts(1, "gifts_cost", [-one.gifts_cost for one in accounts])
        yield self._amounts(1, "margin", [one.margin for one in accounts])
        yield self._counts(1, "units", [one.units for one in accounts])
        if any(one.uncosted for one in accounts):
            yield self._counts(1, "uncosted", [one.uncosted for one in accounts])
        if any(one.uncosted_gifts for one in accounts):
            yield self._counts(1, "uncosted_gifts", [one.uncosted_gifts for one in accounts])

    def _promotions(self) -> _Section:
        ids = sorted({id_ for side in self.sides for id_ in side.promotions})
        if ids:
            yield _Row(0, self._word("promotions"))
        for id_ in ids:
            granted = [side.summary.promotions.get(id_) for side in self.sides]
            yield _Row(1, self._title(id_), self._money(map(_amount, granted)))
            yield self._counts(
                2, "applied", [side.summary.applied.get(id_, 0) for side in self.sides]
            )
            yield from self._by_party(2, [side.summary.funded(id_) for side in self.sides])
            yield from self._limits(id_)

    def _limits(self, id_: str) -> Iterator[_Row]:
        """Where a promotion ran out, and where it would have."""
        for name, side in zip(("before", "after"), self.sides, strict=False):
            which = self._word(name) if len(self.sides) == 2 else ""
            if last := side.summary.exhausted.get(id_):
                at = self._local(last.at, side.rulebook)
                yield _Row(2, self._word("exhausted", which=which, case=last.case, at=at))
            promotion, granted = side.promotions.get(id_), side.summary.promotions.get(id_)
            budget = None if promotion is None else promotion.limits.budget
            if budget is not None and granted is not None and granted.amount > budget:
                yield _Row(2, self._word("past_budget", which=which, budget=str(budget)))

    def _parties(self) -> _Section:
        rows = list(self._by_party(1, [side.summary.parties for side in self.sides]))
        return [_Row(0, self._word("parties")), *rows] if rows else []

    def _by_party(self, depth: int, sums: Sequence[Mapping[str, Granted]]) -> Iterator[_Row]:
        for party in sorted({party for one in sums for party in one}):
            cells = self._money(_amount(one.get(party)) for one in sums)
            # Two parties have a name of their own in each language, if they are called as here.
            yield _Row(depth, self._word("party", party=party, known=party), cells)

    def _shops(self) -> _Section:
        shops = sorted({shop for side in self.sides for shop in side.summary.accounts})
        if shops:
            yield _Row(0, self._word("shops"))
        for shop in shops:
            nothing = Account.zero(self.sides[0].rulebook.currency)
            accounts = [side.summary.accounts.get(shop, nothing) for side in self.sides]
            granted = [_amount(side.summary.shops.get(shop)) for side in self.sides]
            borne = [_amount(side.summary.borne(OWN_SHOP).get(shop)) for side in self.sides]
            yield _Row(1, self._word("shop", shop=shop))
            yield self._amounts(2, "list_prices", [one.list_prices for one in accounts])
            yield self._amounts(2, "granted", granted)
            yield self._amounts(2, "borne", borne)
            yield self._amounts(2, "margin", [one.margin for one in accounts])

    def _proofs(self) -> _Section:
        if any(side.summary.unproven for side in self.sides):
            yield _Row(0, self._word("proofs"))
            yield self._counts(1, "unproven", [side.summary.unproven for side in self.sides])
            yield self._amounts(1, "gap", [side.summary.gap for side in self.sides])

    def _changes(self, changes: Sequence[Change]) -> _Section:
        if changes:
            yield _Row(0, self._word("changes"))
        for change in changes:
            at = self._local(change.at, self.sides[0].rulebook)
            label = self._word("case", case=change.id, at=at)
            yield _Row(1, label, self._money([change.before, change.after]))
            for which, ids in (("gained", change.gained), ("lost", change.lost)):
                if ids:
                    yield _Row(2, self._word(which, promotions=", ".join(ids)))

    def _failures(self) -> _Section:
        """Each cart that was refused, once where both rulebooks refuse it alike."""
        told = dict.fromkeys(gone for side in self.sides for gone in side.summary.unpriced.first)
        if told:
            yield _Row(0, self._word("failures"))
            counts = [side.summary.unpriced.count for side in self.sides]
            yield self._counts(1, "refused", counts)
        for gone in told:
            yield _Row(1, str(gone))

    # -- cells -----------------------------------------------------------------------------

    def _word(self, label: str, **details: str) -> str:
        return message(f"simulation.{label}", self.locale, details)

    def _title(self, id_: str) -> str:
        """A promotion's title as the last rulebook that has it says."""
        promotion = next(
            side.promotions[id_] for side in reversed(self.sides) if id_ in side.promotions
        )
        title = localized(promotion.title, self.locale, id_)
        return f"{title} ({id_})" if title != id_ else id_

    def _local(self, at: DateTime, rulebook: Rulebook) -> str:
        return at.in_timezone(rulebook.timezone).strftime("%Y-%m-%d %H:%M")

    def _texts(self, label: str, texts: Sequence[str]) -> _Row:
        rest = ("",) * (len(self.sides) - 1)
        return _Row(1, self._word(label), (*(text or _NOTHING for text in texts), *rest))

    def _amounts(self, depth: int, label: str, amounts: Iterable[Money | None]) -> _Row:
        return _Row(depth, self._word(label), self._money(amounts))

    def _money(self, amounts: Iterable[Money | None]) -> tuple[str, ...]:
        """The amounts, and of two what the second is more; nothing counts as zero."""
        zero, held = Money.zero(self.sides[0].rulebook.currency), list(amounts)
        cells = [_NOTHING if amount is None else str(amount) for amount in held]
        if len(held) == 2:
            cells.append(_signed((held[1] or zero) - (held[0] or zero)))
        return tuple(cells)

    def _counts(self, depth: int, label: str, counts: Sequence[int]) -> _Row:
        cells = list(map(str, counts))
        if len(counts) == 2:
            more = counts[1] - counts[0]
            cells.append(f"+{more}" if more > 0 else str(more))
        return _Row(depth, self._word(label), tuple(cells))


def _amount(granted: Granted | None) -> Money | None:
    return None if granted is None else granted.amount


def _signed(amount: Money) -> str:
    return f"+{amount}" if amount.minor > 0 else str(amount)


def _aligned(sections: Sequence[Sequence[_Row]]) -> Iterator[str]:
    """Each section's text; cells end in the same columns throughout."""
    rows = [row for section in sections for row in section if row.cells]
    label = max((columns(row.left) for row in rows), default=0)
    widths = [max(map(columns, cells)) for cells in zip(*(row.cells for row in rows), strict=True)]
    for section in sections:
        yield "\n".join(_line(row, label, widths) for row in section)


def _line(row: _Row, label: int, widths: Sequence[int]) -> str:
    if not row.cells:
        return row.left
    cells = (
        " " * (width - columns(cell)) + cell for cell, width in zip(row.cells, widths, strict=True)
    )
    gap = " " * (label - columns(row.left))
    return f"{row.left}{gap}  {'  '.join(cells)}".rstrip()
