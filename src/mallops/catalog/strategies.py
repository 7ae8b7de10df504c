"""Price strategies: functions that propose price entries, and apply nothing.

Each looks at every SKU of the catalogue that `among` picks (all by default), and reports
those that it can do nothing for. Each holds its prices at what `mallops.catalog.bounds` calls
the least: `at_least` is a margin in per cent of the cost. Proposals compose: `limited`
narrows one to customers, channels or a window, `with_ending` makes its prices end in .90,
`together` joins several. `mallops.catalog.report` shows what a proposal would change.

All rounding is to the minor unit, once per price. A percentage that is none, and whatever
else is impossible in the arguments, raises `InputError`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise

from attrs import evolve, frozen
from pendulum import DateTime

from mallops.catalog.bounds import AT_COST, require_at_least
from mallops.catalog.model import Catalog, Sku
from mallops.catalog.percent import MOST, check_percent, percent_of
from mallops.catalog.proposals import Proposal, lacking, propose, together
from mallops.errors import InputError, Problem, shown
from mallops.findings import Finding, Severity
from mallops.money import Money, Rounding
from mallops.time import Window

__all__ = [
    "Among",
    "MarkdownStep",
    "QuantityTier",
    "cost_plus",
    "every_sku",
    "markdown_ladder",
    "quantity_tiers",
    "rival_minus",
]

Among = Callable[[Sku], bool]
"""Which SKUs a strategy is for."""


def every_sku(_: Sku) -> bool:
    """Picks every SKU, listed or not.

    >>> every_sku(Sku("tea", None))
    True
    """
    return True


def cost_plus(
    catalog: Catalog,
    percent: Decimal,
    *,
    at_least: Decimal | None = AT_COST,
    among: Among = every_sku,
    rounding: Rounding = Rounding.HALF_UP,
) -> Proposal:
    """Cost plus `percent` per cent of it (a markup: 100 doubles it).

    Needs a cost of each SKU: `missing_cost`. A SKU without a price gets its first as an own
    price, with the finding `missing_price`.

    >>> from mallops.money import Currency
    >>> cny = Currency.of("CNY")
    >>> tea = Sku("tea", Money(6000, cny), cost=Money(3150, cny))
    >>> print(*(entry.price for entry in cost_plus(Catalog((tea,)), Decimal(50)).entries))
    47.25
    """
    _require(check_percent(percent, "$.percent", high=MOST))

    def one(sku: Sku, path: str) -> Proposal:
        if sku.cost is None:
            return lacking("missing_cost", sku, f"{path}.cost")
        wanted = sku.cost + percent_of(sku.cost, percent, rounding)
        return propose(sku, path, wanted, at_least)

    return _for_each(catalog, among, at_least, one)


def rival_minus(
    catalog: Catalog,
    rivals: Mapping[str, Money],
    minus: Money | Decimal,
    *,
    at_least: Decimal | None = AT_COST,
    among: Among = every_sku,
    rounding: Rounding = Rounding.HALF_UP,
) -> Proposal:
    """A rival's price less an amount of money, or less so many per cent of it.

    `rivals` is by SKU id. A SKU without one is reported as `missing_rival_price`, a rival's
    price of a SKU that the catalogue does not have as `unknown_sku`. Prices of others can be
    set by others: a fake listing at one fen costs whatever the bounds leave open, so look at
    `held` in the report before `at_least` is loosened.

    >>> from mallops.money import Currency
    >>> cny = Currency.of("CNY")
    >>> tea = Sku("tea", Money(6000, cny), cost=Money(3150, cny))
    >>> rivals = {"tea": Money(5590, cny)}
    >>> for minus in (Money(100, cny), Decimal(10)):
    ...     print(rival_minus(Catalog((tea,)), rivals, minus).entries[0].price)
    54.90
    50.31
    """
    _require(_rival_problems(rivals, minus))

    def one(sku: Sku, path: str) -> Proposal:
        rival = rivals.get(sku.sku)
        if rival is None:
            return lacking("missing_rival_price", sku, path)
        off = minus if isinstance(minus, Money) else percent_of(rival, minus, rounding)
        return propose(sku, path, rival - off, at_least)

    proposal = _for_each(catalog, among, at_least, one)
    return evolve(proposal, findings=(*proposal.findings, *_unknown(catalog, rivals)))


@frozen
class MarkdownStep:
    """`percent` off the product's own price, from `starts` until the next step."""

    starts: DateTime
    percent: Decimal


def markdown_ladder(
    catalog: Catalog,
    steps: Sequence[MarkdownStep],
    *,
    ends: DateTime | None = None,
    at_least: Decimal | None = AT_COST,
    among: Among = every_sku,
    rounding: Rounding = Rounding.HALF_UP,
) -> Proposal:
    """Dated steps of per cent off the product's own price, as for a season's end.

    Each step holds until the next starts, the last until `ends` (None: for good), so that a
    later step may also be a smaller one. Starts ascend. What is taken off is rounded, as for
    a promotion. Needs a price of each SKU: `missing_price`.

    >>> from mallops.money import Currency
    >>> from mallops.time import instant
    >>> cny = Currency.of("CNY")
    >>> tea = Sku("tea", Money(6000, cny), cost=Money(3150, cny))
    >>> dates = [("2027-01-01T00:00+08:00", 20), ("2027-02-01T00:00+08:00", 50)]
    >>> steps = [MarkdownStep(instant(date), Decimal(percent)) for date, percent in dates]
    >>> print(*(entry.price for entry in markdown_ladder(Catalog((tea,)), steps).entries))
    48.00 31.50
    """
    bounds = [*(step.starts for step in steps), ends]
    windows = [Window(starts, until) for starts, until in pairwise(bounds)]
    _require(_ladder_problems(steps, windows))

    def one(sku: Sku, path: str) -> Proposal:
        if sku.price is None:
            return lacking("missing_price", sku, f"{path}.price")
        prices = [_less(sku.price, step.percent, rounding) for step in steps]
        return together(
            *(
                propose(sku, path, price, at_least, window=window)
                for price, window in zip(prices, windows, strict=True)
            )
        )

    return _for_each(catalog, among, at_least, one)


@frozen
class QuantityTier:
    """`percent` off each unit's own price for who buys `min_quantity` or more of the SKU."""

    min_quantity: int
    percent: Decimal


def quantity_tiers(
    catalog: Catalog,
    tiers: Sequence[QuantityTier],
    *,
    at_least: Decimal | None = AT_COST,
    among: Among = every_sku,
    rounding: Rounding = Rounding.HALF_UP,
) -> Proposal:
    """Per cent off each unit's price from so many units of one SKU on, as in wholesale.

    Quantities and percentages both ascend: whoever buys more never pays more for each. What
    is taken off is rounded per unit. Needs a price of each SKU: `missing_price`.

    >>> from mallops.money import Currency
    >>> cny = Currency.of("CNY")
    >>> tea = Sku("tea", Money(6000, cny), cost=Money(3150, cny))
    >>> tiers = [QuantityTier(10, Decimal(5)), QuantityTier(50, Decimal("12.5"))]
    >>> for entry in quantity_tiers(Catalog((tea,)), tiers).entries:
    ...     print(entry.min_quantity, entry.price)
    10 57.00
    50 52.50
    """
    _require(_tier_problems(tiers))

    def one(sku: Sku, path: str) -> Proposal:
        if sku.price is None:
            return lacking("missing_price", sku, f"{path}.price")
        prices = [_less(sku.price, tier.percent, rounding) for tier in tiers]
        return together(
            *(
                propose(sku, path, price, at_least, min_quantity=tier.min_quantity)
                for price, tier in zip(prices, tiers, strict=True)
            )
        )

    return _for_each(catalog, among, at_least, one)


def _for_each(
    catalog: Catalog,
    among: Among,
    at_least: Decimal | None,
    one: Callable[[Sku, str], Proposal],
) -> Proposal:
    require_at_least(at_least)
    return together(
        *(one(sku, f"$.products[{index}]") for index, sku in enumerate(catalog.skus) if among(sku))
    )


def _less(price: Money, percent: Decimal, rounding: Rounding) -> Money:
    return price - percent_of(price, percent, rounding)


def _unknown(catalog: Catalog, rivals: Mapping[str, Money]) -> tuple[Finding, ...]:
    known = {sku.sku for sku in catalog.skus}
    return tuple(
        Finding("unknown_sku", Severity.WARNING, f"$.rivals.{sku}", {"sku": sku})
        for sku in sorted(rivals.keys() - known)
    )


def _rival_problems(rivals: Mapping[str, Money], minus: Money | Decimal) -> list[Problem]:
    problems = [
        Problem(f"$.rivals.{sku}", str(price), "an amount, at least 0")
        for sku, price in sorted(rivals.items())
        if price.minor < 0
    ]
    if not isinstance(minus, Money):
        problems.extend(check_percent(minus, "$.minus"))
    elif minus.minor < 0:
        problems.append(Problem("$.minus", str(minus), "an amount, at least 0"))
    return problems


def _ladder_problems(steps: Sequence[MarkdownStep], windows: Sequence[Window]) -> list[Problem]:
    problems = _percent_problems([step.percent for step in steps], "$.steps")
    for index, window in enumerate(windows):
        if window.starts is not None and window.ends is not None and window.ends <= window.starts:
            is_last = index == len(windows) - 1
            path = "$.ends" if is_last else f"$.steps[{index + 1}].starts"
            expected = f"an instant after {window.starts}, of $.steps[{index}].starts"
            problems.append(Problem(path, str(window.ends), expected))
    return problems


def _tier_problems(tiers: Sequence[QuantityTier]) -> list[Problem]:
    problems = _percent_problems([tier.percent for tier in tiers], "$.tiers")
    problems += [
        Problem(f"$.tiers[{index}].min_quantity", shown(tier.min_quantity), "a whole number from 1")
        for index, tier in enumerate(tiers)
        if type(tier.min_quantity) is not int or tier.min_quantity < 1
    ]
    # What is no number cannot be in order.
    return problems or _order_problems(tiers)


def _order_problems(tiers: Sequence[QuantityTier]) -> list[Problem]:
    problems = []
    for index, (lower, tier) in enumerate(pairwise(tiers), start=1):
        if tier.min_quantity <= lower.min_quantity:
            expected = f"more than {lower.min_quantity}, of $.tiers[{index - 1}].min_quantity"
            path = f"$.tiers[{index}].min_quantity"
            problems.append(Problem(path, shown(tier.min_quantity), expected))
        if tier.percent <= lower.percent:
            expected = f"more than {lower.percent}, of $.tiers[{index - 1}].percent"
            problems.append(Problem(f"$.tiers[{index}].percent", shown(tier.percent), expected))
    return problems


def _percent_problems(percents: Sequence[Decimal], path: str) -> list[Problem]:
    return [
        problem
        for index, percent in enumerate(percents)
        for problem in check_percent(percent, f"{path}[{index}].percent")
    ]


def _require(problems: Sequence[Problem]) -> None:
    if problems:
        raise InputError(problems)
