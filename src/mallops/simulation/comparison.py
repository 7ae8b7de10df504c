"""The same carts under two rulebooks: who pays more, who less, and which changed most."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import tee

from attrs import field, frozen
from pendulum import DateTime

from mallops.errors import InputError, Problem, shown
from mallops.money import Currency, Money
from mallops.promotions.compiled import Compiled
from mallops.promotions.engine import DEFAULT_SEARCH_BUDGET
from mallops.simulation.outcome import Case, Outcome, Unpriced
from mallops.simulation.running import price_each, price_in_turn
from mallops.simulation.summary import KEPT, Summary, Tally, merge_summaries

Pair = tuple[Outcome | Unpriced, Outcome | Unpriced]
"""What comes of one case before, and after."""


@frozen
class Moves:
    """How many carts pay more, less and the same, and how much more and less all together.

    `doubtful` counts those that pay more or less by no more than the gap of the dearer quote:
    with a longer search it might have come out as low as the other.
    """

    more: int
    less: int
    same: int
    more_by: Money
    less_by: Money
    doubtful: int

    @classmethod
    def zero(cls, currency: Currency) -> Moves:
        """No carts."""
        return cls(0, 0, 0, Money.zero(currency), Money.zero(currency), 0)

    def __add__(self, other: Moves) -> Moves:
        return Moves(
            self.more + other.more,
            self.less + other.less,
            self.same + other.same,
            self.more_by + other.more_by,
            self.less_by + other.less_by,
            self.doubtful + other.doubtful,
        )


@frozen
class Change:
    """A cart that pays more or less: before and after, and the promotions that came and went."""

    id: str
    at: DateTime
    before: Money
    after: Money
    gained: tuple[str, ...]
    lost: tuple[str, ...]
    doubtful: bool

    @property
    def difference(self) -> Money:
        """What it pays more; below zero, what it pays less."""
        return self.after - self.before


@frozen
class Comparison:
    """What becomes of many carts when a rulebook becomes another.

    `before` and `after` add up the carts that both rulebooks price, so that their sums are of
    the same carts; `uncompared` counts the others, and the `unpriced` of each summary tells
    why. `moves` is over all compared carts, `groups` over those of the customers of each
    group ("": customers of none, and guests); a customer of two groups counts in both.
    `changes` are the carts that changed most, the largest difference first and then by id.
    """

    before: Summary
    after: Summary
    moves: Moves
    groups: Mapping[str, Moves] = field(factory=dict)
    changes: tuple[Change, ...] = ()
    uncompared: int = 0

    @property
    def currency(self) -> Currency:
        """Of all amounts."""
        return self.before.currency


def compare(
    before: Compiled,
    after: Compiled,
    cases: Iterable[Case | Unpriced],
    search_budget: int = DEFAULT_SEARCH_BUDGET,
    *,
    in_turn: bool = False,
    kept: int = KEPT,
) -> Comparison:
    """What becomes of many carts when the rulebook `before` becomes `after`.

    `in_turn` is as for `simulate`, each rulebook with budgets of its own. `kept` is how many
    changed carts keep their name, and how many of the refused. Raises `InputError` at
    `$.currency` where the two rulebooks charge in different currencies.

    >>> from mallops import (
    ...     Cart, Line, compile_rulebook, decode_catalog, decode_rulebook, instant)
    >>> def version(amount):
    ...     book = decode_rulebook({"currency": "CNY", "promotions": [
    ...         {"id": "full100", "lane": "platform", "requires": {"amount": amount},
    ...          "benefit": {"kind": "amount_off", "amount": "10.00"}}]})
    ...     goods = {"products": [{"sku": "TEA", "price": "60.00"}]}
    ...     return compile_rulebook(book, decode_catalog(goods, book.currency))
    >>> cases = [
    ...     Case(str(quantity), instant("2026-11-11T00:00Z"), Cart(lines=(Line("1", "TEA", quantity),)))
    ...     for quantity in (1, 2, 3)]
    >>> found = compare(version("100.00"), version("150.00"), cases)
    >>> found.moves.more, found.moves.less, found.moves.same, str(found.moves.more_by)
    (1, 0, 2, '10.00')
    >>> [(change.id, str(change.difference), change.lost) for change in found.changes]
    [('2', '10.00', ('full100',))]
    """  # noqa: E501
    currency = require_one_currency(before, after)
    price = price_in_turn if in_turn else price_each
    # One case is priced under both before the next is taken, so cases may be a stream.
    ours, theirs = tee(cases)
    pairs = zip(
        price(before, ours, search_budget), price(after, theirs, search_budget), strict=True
    )
    return compared(pairs, currency, kept)


def require_one_currency(before: Compiled, after: Compiled) -> Currency:
    """The currency that both rulebooks charge in; `InputError` at `$.currency` if it is not one."""
    currency, other = before.rulebook.currency, after.rulebook.currency
    if other != currency:
        expected = f"{currency.code}, as in the rulebook before"
        raise InputError([Problem("$.currency", shown(other.code), expected)])
    return currency


def compared(pairs: Iterable[Pair], currency: Currency, kept: int = KEPT) -> Comparison:
    """Pairs of outcomes added up, each of one case under the two rulebooks."""
    before, after = Tally(currency, kept), Tally(currency, kept)
    groups: dict[str, Moves] = {}
    moves, changes, uncompared = Moves.zero(currency), list[Change](), 0
    for ours, theirs in pairs:
        if isinstance(ours, Unpriced) or isinstance(theirs, Unpriced):
            uncompared += 1
            _count_failure(before, ours)
            _count_failure(after, theirs)
            continue
        before.count(ours)
        after.count(theirs)
        change = _change(ours, theirs)
        move = _move(change)
        moves += move
        for group in ours.groups or ("",):
            groups[group] = groups.get(group, Moves.zero(currency)) + move
        if change.difference:
            changes = _largest([*changes, change], kept)
    return Comparison(before.summary(), after.summary(), moves, groups, tuple(changes), uncompared)


def merge_comparisons(
    comparisons: Iterable[Comparison], currency: Currency, kept: int = KEPT
) -> Comparison:
    """Comparisons of parts as that of the whole: in any order, and in any grouping."""
    every = list(comparisons)
    moves = Moves.zero(currency)
    groups: dict[str, Moves] = {}
    for one in every:
        moves += one.moves
        for group, moved in one.groups.items():
            groups[group] = groups.get(group, Moves.zero(currency)) + moved
    return Comparison(
        merge_summaries((one.before for one in every), currency, kept),
        merge_summaries((one.after for one in every), currency, kept),
        moves,
        groups,
        tuple(_largest([change for one in every for change in one.changes], kept)),
        sum(one.uncompared for one in every),
    )


def _count_failure(tally: Tally, outcome: Outcome | Unpriced) -> None:
    if isinstance(outcome, Unpriced):
        tally.count(outcome)


def _change(before: Outcome, after: Outcome) -> Change:
    had, has = set(before.applied), set(after.applied)
    difference = after.payable - before.payable
    dearer = after if difference.minor > 0 else before
    return Change(
        id=before.id,
        at=before.at,
        before=before.payable,
        after=after.payable,
        gained=tuple(sorted(has - had)),
        lost=tuple(sorted(had - has)),
        doubtful=dearer.gap is not None and 0 < abs(difference.minor) <= dearer.gap.minor,
    )


def _move(change: Change) -> Moves:
    nothing, difference = Money.zero(change.before.currency), change.difference
    more, less = difference > nothing, difference < nothing
    return Moves(
        more=int(more),
        less=int(less),
        same=int(not difference),
        more_by=difference if more else nothing,
        less_by=-difference if less else nothing,
        doubtful=int(change.doubtful),
    )


def _largest(changes: list[Change], kept: int) -> list[Change]:
    """So many changes, the largest first: which are kept hangs on no order."""

    def place(change: Change) -> tuple[object, ...]:
        # Beyond the id only for two carts of one name, so that ties never depend on the order.
        return (
            -abs(change.difference.minor),
            change.id,
            change.at,
            change.before.minor,
            change.gained,
            change.lost,
            change.doubtful,
        )

    return sorted(changes, key=place)[:kept]
