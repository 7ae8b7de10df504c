"""Many outcomes added up: sums that merge in any order to the same totals."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import TypeVar

from attrs import define, field, frozen
from pendulum import DateTime

from mallops.errors import InputError
from mallops.money import Currency, Money, total
from mallops.promotions.compiled import Compiled
from mallops.promotions.engine import DEFAULT_SEARCH_BUDGET
from mallops.rules.bounds import check_count
from mallops.simulation.outcome import Account, Case, Outcome, Unpriced
from mallops.simulation.running import price_each, price_in_turn

KEPT = 20
"""How many carts are kept by name, of those that could not be priced or changed most."""


@frozen(order=True)
class Slice:
    """What a sum of grants is of: a promotion, a shop's goods, and who bears it."""

    promotion: str
    shop: str
    party: str


@frozen
class Granted:
    """What was granted: taken off prices and fees, and the value of gifts."""

    discount: Money
    gifts: Money

    @property
    def amount(self) -> Money:
        """Both."""
        return self.discount + self.gifts

    def __add__(self, other: Granted) -> Granted:
        return Granted(self.discount + other.discount, self.gifts + other.gifts)


K = TypeVar("K", bound=Hashable)
V = TypeVar("V", int, Granted, Account)


@frozen
class Failures:
    """How many carts could not be priced, and the first of them by id."""

    count: int = 0
    first: tuple[Unpriced, ...] = ()


@frozen(order=True)
class LastUse:
    """The cart that took the last of a promotion's budget or uses."""

    at: DateTime
    case: str


@frozen
class Summary:
    """What a rulebook did over many carts.

    `carts` counts those priced; `unpriced` tells of the others, which are in no sum. `applied`
    counts carts by promotion. `grants` are cut as fine as anyone asks for, and `accounts` are
    by shop: the properties add them up along each side. `unproven` quotes may each be dearer
    than the best choice by up to their gap, and `gap` is the sum of these. `exhausted` names
    the cart that took the last of a promotion; only pricing in turn finds that out.
    """

    currency: Currency
    carts: int = 0
    applied: Mapping[str, int] = field(factory=dict)
    grants: Mapping[Slice, Granted] = field(factory=dict)
    accounts: Mapping[str, Account] = field(factory=dict)
    unproven: int = 0
    gap: Money = field()
    exhausted: Mapping[str, LastUse] = field(factory=dict)
    unpriced: Failures = Failures()

    @gap.default
    def _no_gap(self) -> Money:
        return Money.zero(self.currency)

    @property
    def account(self) -> Account:
        """The sums over all shops."""
        return _sum(self.accounts.values(), Account.zero(self.currency))

    @property
    def granted(self) -> Granted:
        """All that was granted, by whomever it is borne.

        With the sums of `account`: list prices + fees = payable + discounts + points.
        """
        return _sum(self.grants.values(), self._nothing)

    @property
    def promotions(self) -> dict[str, Granted]:
        """What each promotion that applied granted, by id; nothing for a reward."""
        sums = dict.fromkeys(sorted(self.applied), self._nothing)
        return sums | self._by(lambda slice_: slice_.promotion)

    @property
    def parties(self) -> dict[str, Granted]:
        """What each party bears, by name; "" is nobody, see `mallops.simulation.funding`."""
        return self._by(lambda slice_: slice_.party)

    @property
    def shops(self) -> dict[str, Granted]:
        """What was granted on each shop's goods and freight, whoever bears it."""
        return self._by(lambda slice_: slice_.shop)

    def borne(self, party: str) -> dict[str, Granted]:
        """What a party bears on each shop's goods and freight.

        For the party `shop` it is what that shop has to bear itself.
        """
        return self._by(lambda slice_: slice_.shop, lambda slice_: slice_.party == party)

    def funded(self, promotion: str) -> dict[str, Granted]:
        """What each party bears of a promotion."""
        return self._by(lambda slice_: slice_.party, lambda slice_: slice_.promotion == promotion)

    @property
    def _nothing(self) -> Granted:
        nothing = Money.zero(self.currency)
        return Granted(nothing, nothing)

    def _by(
        self, side: Callable[[Slice], str], wanted: Callable[[Slice], bool] = lambda _: True
    ) -> dict[str, Granted]:
        sums: dict[str, Granted] = {}
        for slice_ in sorted(filter(wanted, self.grants)):
            _count_in(sums, side(slice_), self.grants[slice_])
        return sums


def simulate(
    compiled: Compiled,
    cases: Iterable[Case | Unpriced],
    search_budget: int = DEFAULT_SEARCH_BUDGET,
    *,
    in_turn: bool = False,
) -> Summary:
    """What a rulebook does over many carts.

    `in_turn` lets what one cart uses of budgets and limits be gone for the next, as
    `mallops.simulation.running.price_in_turn` tells; otherwise each is priced by itself.
    Carts that are refused are counted, and raise nothing.

    >>> from mallops import (
    ...     Cart, Line, compile_rulebook, decode_catalog, decode_rulebook, instant)
    >>> book = decode_rulebook({"currency": "CNY", "promotions": [
    ...     {"id": "tenth", "lane": "item", "benefit": {"kind": "percent_off", "percent": "10"},
    ...      "funding": {"platform": "100"}, "limits": {"budget": "15.00"}}]})
    >>> shelf = decode_catalog({"products": [{"sku": "TEA", "price": "60.00"}]}, book.currency)
    >>> cases = [
    ...     Case(name, instant("2026-11-11T00:00Z"), Cart(lines=(Line("1", sku, 2),)))
    ...     for name, sku in (("a", "TEA"), ("b", "TAE"), ("c", "TEA"))]
    >>> compiled = compile_rulebook(book, shelf)
    >>> summary = simulate(compiled, cases)
    >>> summary.carts, str(summary.parties["platform"].amount), str(summary.account.payable)
    (2, '24.00', '216.00')
    >>> print(*summary.unpriced.first)
    b: $.lines[0].sku: got 'TAE', expected a SKU of the catalogue
    >>> in_turn = simulate(compiled, cases, in_turn=True)
    >>> str(in_turn.granted.amount), in_turn.exhausted["tenth"].case
    ('15.00', 'c')
    """
    price = price_in_turn if in_turn else price_each
    return summarize(price(compiled, cases, search_budget), compiled.rulebook.currency)


def summarize(
    outcomes: Iterable[Outcome | Unpriced], currency: Currency, kept: int = KEPT
) -> Summary:
    """Outcomes added up, of carts in `currency`; `kept` is how many failures keep their name."""
    tally = Tally(currency, kept)
    for outcome in outcomes:
        tally.count(outcome)
    return tally.summary()


@define
class Tally:
    """A summary while it is being added up, one outcome after the other."""

    currency: Currency
    kept: int = KEPT
    carts: int = 0
    applied: dict[str, int] = field(factory=dict)
    grants: dict[Slice, Granted] = field(factory=dict)
    accounts: dict[str, Account] = field(factory=dict)
    unproven: int = 0
    gap: int = 0
    exhausted: dict[str, LastUse] = field(factory=dict)
    failed: int = 0
    first: list[Unpriced] = field(factory=list)

    def __attrs_post_init__(self) -> None:
        require_kept(self.kept)

    def count(self, outcome: Outcome | Unpriced) -> None:
        """Count an outcome in."""
        if isinstance(outcome, Unpriced):
            self.failed += 1
            self.first = least([*self.first, outcome], self.kept)
            return
        self.carts += 1
        self.unproven += outcome.optimal is False
        self.gap += 0 if outcome.gap is None else outcome.gap.minor
        for promotion in outcome.applied:
            _count_in(self.applied, promotion, 1)
        for grant in outcome.grants:
            slice_ = Slice(grant.promotion, grant.shop, grant.party)
            _count_in(self.grants, slice_, Granted(grant.discount, grant.gifts))
        for shop, account in outcome.accounts.items():
            _count_in(self.accounts, shop, account)
        for promotion in outcome.exhausts:
            _earlier(self.exhausted, promotion, LastUse(outcome.at, outcome.id))

    def summary(self) -> Summary:
        """What has been counted in so far."""
        return Summary(
            currency=self.currency,
            carts=self.carts,
            applied=dict(self.applied),
            grants=dict(self.grants),
            accounts=dict(self.accounts),
            unproven=self.unproven,
            gap=Money(self.gap, self.currency),
            exhausted=dict(self.exhausted),
            unpriced=Failures(self.failed, tuple(self.first)),
        )


def merge_summaries(summaries: Iterable[Summary], currency: Currency, kept: int = KEPT) -> Summary:
    """Summaries of parts as that of the whole: in any order, and in any grouping.

    The summary of nothing changes none. `kept` is as for `summarize`, and the same for all.
    """
    require_kept(kept)
    every = list(summaries)
    exhausted: dict[str, LastUse] = {}
    for one in every:
        for promotion, use in one.exhausted.items():
            _earlier(exhausted, promotion, use)
    return Summary(
        currency,
        sum(one.carts for one in every),
        added(one.applied for one in every),
        added(one.grants for one in every),
        added(one.accounts for one in every),
        sum(one.unproven for one in every),
        total((one.gap for one in every), currency),
        exhausted,
        Failures(
            sum(one.unpriced.count for one in every),
            tuple(least([gone for one in every for gone in one.unpriced.first], kept)),
        ),
    )


def require_kept(kept: int) -> None:
    """Raise `InputError` at `$.kept` for a number of carts that is none."""
    if problems := list(check_count(kept, "$.kept", least=0)):
        raise InputError(problems)


def added(parts: Iterable[Mapping[K, V]]) -> dict[K, V]:
    """The values of each key added up."""
    sums: dict[K, V] = {}
    for part in parts:
        for key, value in part.items():
            _count_in(sums, key, value)
    return sums


def least(failures: list[Unpriced], kept: int) -> list[Unpriced]:
    """So many failures, the first by id: which are kept hangs on no order."""
    return sorted(failures, key=lambda gone: (gone.id, str(gone)))[:kept]


def _count_in(sums: dict[K, V], key: K, value: V) -> None:
    held = sums.get(key)
    sums[key] = value if held is None else held + value


def _earlier(found: dict[str, LastUse], promotion: str, use: LastUse) -> None:
    if promotion not in found or use < found[promotion]:
        found[promotion] = use


def _sum(values: Iterable[V], zero: V) -> V:
    for value in values:
        zero = zero + value
    return zero
