"""Pricing many carts: each by itself, or in turn, so that budgets run out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from attrs import define, evolve, field

from mallops.cart import Usage
from mallops.errors import InputError
from mallops.money import Money
from mallops.promotions.compiled import Compiled
from mallops.promotions.engine import DEFAULT_SEARCH_BUDGET, quote
from mallops.rules.promotions import Limits
from mallops.simulation.accounting import Accounting
from mallops.simulation.outcome import Case, Outcome, Unpriced


def price_each(
    compiled: Compiled,
    cases: Iterable[Case | Unpriced],
    search_budget: int = DEFAULT_SEARCH_BUDGET,
) -> Iterator[Outcome | Unpriced]:
    """What comes of each case by itself, in their order, as they are asked for.

    No case knows of the others, so a budget that ten thousand carts share is whole for each
    of them. A case whose cart is refused comes back as `Unpriced`, and one that was unpriced
    to begin with comes back as it is: nothing is lost, and nothing stops the run.
    """
    accounting = Accounting.of(compiled)
    for case in cases:
        yield _priced(compiled, accounting, case, search_budget)


def price_in_turn(
    compiled: Compiled,
    cases: Iterable[Case | Unpriced],
    search_budget: int = DEFAULT_SEARCH_BUDGET,
) -> Iterator[Outcome | Unpriced]:
    """As `price_each`, where what one case uses of the limits is gone for those after it.

    The order of the cases is that in which they come, and is for the caller to choose. What
    a case's own `usage` says is gone comes on top. A guest (a shopper without an id) cannot
    be known again, so has no uses of its own.
    """
    accounting = Accounting.of(compiled)
    limits = {promotion.id: promotion.limits for promotion in compiled.rulebook.promotions}
    used = _Used()
    for case in cases:
        if isinstance(case, Unpriced):
            yield case
            continue
        customer = case.cart.shopper.id
        usage = used.on_top_of(case.usage, customer)
        outcome = _priced(compiled, accounting, evolve(case, usage=usage), search_budget)
        if isinstance(outcome, Outcome):
            used.book(outcome, customer)
            outcome = evolve(outcome, exhausts=tuple(_exhausted(outcome, usage, limits)))
        yield outcome


def _priced(
    compiled: Compiled, accounting: Accounting, case: Case | Unpriced, search_budget: int
) -> Outcome | Unpriced:
    if isinstance(case, Unpriced):
        return case
    try:
        found = quote(compiled, case.cart, case.at, case.usage, search_budget)
    except InputError as error:
        return Unpriced(case.id, error.problems)
    return accounting.outcome(case, found)


def _exhausted(
    outcome: Outcome, usage: Mapping[str, Usage], limits: Mapping[str, Limits]
) -> Iterator[str]:
    """The promotions of whose uses in all, or budget, the outcome took the last."""
    for promotion, granted in outcome.granted.items():
        before, bound = usage.get(promotion, Usage()), limits[promotion]
        spent = granted if before.spent is None else before.spent + granted
        used_up = bound.total is not None and before.total + 1 >= bound.total
        if used_up or (bound.budget is not None and spent >= bound.budget):
            yield promotion


@define
class _Used:
    """What the cases so far have used of every promotion's limits."""

    uses: Counter[str] = field(factory=Counter)
    uses_of: Counter[tuple[str, str]] = field(factory=Counter)
    spent: dict[str, Money] = field(factory=dict)

    def book(self, outcome: Outcome, customer: str) -> None:
        """Count an outcome in."""
        for promotion, granted in outcome.granted.items():
            self.uses[promotion] += 1
            if customer:
                self.uses_of[promotion, customer] += 1
            before = self.spent.get(promotion)
            self.spent[promotion] = granted if before is None else before + granted

    def on_top_of(self, usage: Mapping[str, Usage], customer: str) -> dict[str, Usage]:
        """What is gone for a customer: `usage`, and what the cases so far have used."""
        return {
            promotion: self._gone(usage.get(promotion, Usage()), promotion, customer)
            for promotion in usage.keys() | self.uses.keys()
        }

    def _gone(self, before: Usage, promotion: str, customer: str) -> Usage:
        spent = self.spent.get(promotion)
        if spent is None or before.spent is None:
            spent = spent or before.spent
        else:
            spent = before.spent + spent
        return Usage(
            total=before.total + self.uses[promotion],
            customer=before.customer + (self.uses_of[promotion, customer] if customer else 0),
            spent=spent,
        )
