"""Looking at a rulebook and its catalogue for what is surely not meant."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from pendulum import DateTime

from mallops.catalog.model import Catalog
from mallops.loopholes.checks import (
    accounts,
    audiences,
    below_cost,
    blocking,
    bringing,
    clock_changes,
    coupons,
    day_ends,
    discounts,
    effects,
    entries,
    fitting,
    floors,
    funding,
    gifts_back,
    gifts_of_points,
    giveaways,
    kept_benefits,
    leftovers,
    licences,
    limits,
    never_wins,
    odd_prices,
    outside_prices,
    overlaps,
    points_rates,
    return_terms,
    rewards,
    running,
    settling,
    shelf,
    thresholds,
    tiers,
    unbounded,
    unit_prices,
    zero_prices,
)
from mallops.loopholes.examined import Examined, examine
from mallops.loopholes.model import Loophole
from mallops.loopholes.tolerance import USUAL, Tolerance
from mallops.rules.book import Rulebook

Check = Callable[[Examined], Iterable[Loophole]]

CHECKS: tuple[Check, ...] = (
    thresholds.check,
    discounts.check,
    giveaways.check,
    below_cost.check,
    effects.check,
    tiers.check,
    fitting.check,
    running.check,
    audiences.check,
    bringing.check,
    never_wins.check,
    blocking.check,
    overlaps.check,
    day_ends.check,
    clock_changes.check,
    leftovers.check,
    shelf.check,
    entries.check,
    zero_prices.check,
    floors.check,
    odd_prices.check,
    unit_prices.check,
    unbounded.check,
    accounts.check,
    limits.check,
    coupons.check,
    rewards.check,
    points_rates.check,
    gifts_of_points.check,
    settling.check,
    kept_benefits.check,
    gifts_back.check,
    return_terms.check,
    outside_prices.check,
    funding.check,
    licences.check,
)
"""The checks, in the order of what they find."""


def lint(
    rulebook: Rulebook,
    catalog: Catalog,
    at: DateTime | None = None,
    tolerance: Tolerance = USUAL,
) -> tuple[Loophole, ...]:
    """All that the rules themselves give away, without trying a single cart.

    `at` is the instant to judge by: what is over by then can do no harm, and is told as such.
    `tolerance` says what the mall puts up with. The codes are told in `docs/loophole-checks.md`.
    Raises `InputError` for a rulebook or a catalogue that cannot be used at all, as
    `compile_rulebook` does. Takes time in proportion to both.

    >>> from mallops.catalog.model import Sku
    >>> from mallops.money import Currency, Money
    >>> from mallops.rules.benefits import AmountOff
    >>> from mallops.rules.promotions import Promotion, Requires
    >>> cny = Currency.of("CNY")
    >>> hundred = Money(10000, cny)
    >>> off = Promotion("off", "platform", AmountOff(hundred), requires=Requires(hundred))
    >>> tea = Sku("tea", Money(2000, cny))
    >>> worst, *_ = lint(Rulebook(cny, promotions=(off,)), Catalog((tea,)))
    >>> print(worst.severity.value, worst.code, worst.subjects[0].path)
    error off_reaches_threshold $.promotions[0].benefit.amount
    """
    examined = examine(rulebook, catalog, at, tolerance)
    return tuple(loophole for check in CHECKS for loophole in check(examined))
