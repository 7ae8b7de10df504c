"""A last look at a quote before it becomes an order: go on, ask somebody, or refuse.

Searches look for such carts beforehand. This is for what they were not asked for: a price that
was imported a minute ago, a rulebook that nobody checked. What is refused is certain, by the
mall's own numbers; what is only odd is for a person.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from attrs import field, frozen

from mallops.errors import CurrencyMismatch, InputError, Problem, shown
from mallops.loopholes.carts.sums import Sums, share, sums_of
from mallops.money import Money
from mallops.promotions.compiled import Compiled
from mallops.promotions.quote import Quote, QuotedLine


class Decision(StrEnum):
    """What to do with an order."""

    ALLOW = "allow"
    REVIEW = "review"
    REFUSE = "refuse"


@frozen
class Concern:
    """Something about a quote: a stable code, the decision that it asks for, and its numbers."""

    code: str
    decision: Decision
    details: Mapping[str, str] = field(factory=dict)


@frozen
class Verdict:
    """The strictest decision of all reasons; without one, to allow."""

    decision: Decision
    reasons: tuple[Concern, ...] = ()


@frozen
class Policy:
    """The bounds of a guard.

    `below_cost` is what to do where goods are paid with less than they cost; `leaders` are SKUs
    that are meant to be sold so, and count for what is paid for them. `unknown_cost` is what to do
    where the costs of some goods are not known. `most_discount` is how much promotions may take
    off what goods list for, in percent. `most_given` is how much they may give in all, gifts and
    freight included; None: no bound. `odd_price` is how many times a list price may be below its
    reference: that of `references`, or else the SKU's own price. From a score of `suspicious` on
    an account's orders are looked at.
    """

    below_cost: Decision = Decision.REFUSE
    unknown_cost: Decision = Decision.ALLOW
    leaders: frozenset[str] = frozenset()
    most_discount: Decimal = Decimal(70)
    most_given: Money | None = None
    odd_price: Decimal = Decimal(5)
    references: Mapping[str, Money] = field(factory=dict)
    suspicious: int = 60


USUAL = Policy()
"""The bounds of a mall that says nothing else."""


def guard(
    quote: Quote,
    compiled: Compiled,
    policy: Policy = USUAL,
    groups: frozenset[str] = frozenset(),
    score: int = 0,
) -> Verdict:
    """Whether a quote may become an order, with every reason, the strictest first.

    `compiled` is what it was quoted with, `groups` are the shopper's, and `score` is what signals
    say of the account: it may ask for a review, and never for more. Points that pay are money: they
    were given away when they were earned. Raises `InputError` for a quote of another rulebook, of
    another version, or of SKUs that the catalogue has not, and `CurrencyMismatch` for bounds in
    another currency.
    """
    _require_its_own(quote, compiled)
    sums = sums_of(compiled, quote, groups)
    received = sum(map(_received, quote.lines))
    found = [
        *_below_cost(quote, compiled, policy, sums.rewards),
        *_free(quote, received),
        *_discount(policy, sums.listed, received),
        *_odd_prices(quote, compiled, policy),
        *_given(quote, policy, sums, received),
    ]
    if score >= policy.suspicious:
        found.append(Concern("guard_suspicious", Decision.REVIEW, {"score": str(score)}))
    strictness = list(Decision)
    reasons = sorted(found, key=lambda each: -strictness.index(each.decision))
    return Verdict(reasons[0].decision if reasons else Decision.ALLOW, tuple(reasons))


def _require_its_own(quote: Quote, compiled: Compiled) -> None:
    rulebook = compiled.rulebook
    problems = [
        Problem(f"$.{name}", shown(got), f"{shown(wanted)}, which is what guards it")
        for name, got, wanted in (
            ("rulebook", quote.rulebook, rulebook.id),
            ("version", quote.version, rulebook.version),
        )
        if got != wanted
    ]
    problems += [
        Problem(f"$.lines[{place}].sku", shown(line.sku), "a SKU of the catalogue")
        for place, line in enumerate(quote.lines)
        if line.sku not in compiled.skus
    ]
    if problems:
        raise InputError(problems)


def _received(line: QuotedLine) -> int:
    """What goods are paid with, points included."""
    return line.net.minor + sum(unit.points.minor for unit in line.units)


def _below_cost(
    quote: Quote, compiled: Compiled, policy: Policy, rewards: int
) -> Iterator[Concern]:
    """Goods and gifts, by the costs that are known; freight's are not."""
    left, unknown, worth_of_gifts = 0, [], 0
    for line in quote.lines:
        received, cost = _received(line), compiled.skus[line.sku].cost
        whole = 0 if cost is None else cost.minor * len(line.units)
        if line.sku in policy.leaders:
            left += max(0, received - whole)
        else:
            left += received - whole
            unknown += [line.sku] if cost is None else []
    for gift in quote.gifts:
        sku = compiled.skus.get(gift.sku)
        if sku is None or sku.cost is None:
            unknown.append(gift.sku)
            worth_of_gifts += gift.value.minor
        else:
            left -= sku.cost.minor * gift.quantity
    currency = compiled.rulebook.currency
    all_told = left - worth_of_gifts - rewards
    if left < 0:
        details = {"loss": str(Money(-left, currency))}
        yield Concern("guard_below_cost", policy.below_cost, details)
    elif all_told < 0:
        details = {"loss": str(Money(-all_told, currency))}
        yield Concern("guard_below_cost_all_told", Decision.REVIEW, details)
    if unknown:
        details = {"skus": ", ".join(sorted(set(unknown)))}
        yield Concern("guard_cost_unknown", policy.unknown_cost, details)


def _free(quote: Quote, received: int) -> Iterator[Concern]:
    if quote.lines and not received + quote.shipping.minor:
        yield Concern("guard_free", Decision.REVIEW)


def _discount(policy: Policy, listed: int, received: int) -> Iterator[Concern]:
    off = Fraction(listed - received, listed) if listed else Fraction(0)
    if off > share(policy.most_discount):
        details = {"share": str(int(100 * off)), "most": str(policy.most_discount)}
        yield Concern("guard_discount_deep", Decision.REVIEW, details)


def _odd_prices(quote: Quote, compiled: Compiled, policy: Policy) -> Iterator[Concern]:
    for line in quote.lines:
        reference = policy.references.get(line.sku, compiled.skus[line.sku].price)
        if reference is None:
            continue
        if reference.currency != line.list_price.currency:
            raise CurrencyMismatch(f"{line.sku} is quoted in {line.list_price.currency.code}")
        if line.list_price.minor * Fraction(policy.odd_price) < reference.minor:
            details = {
                "sku": line.sku,
                "price": str(line.list_price),
                "reference": str(reference),
            }
            yield Concern("guard_price_odd", Decision.REVIEW, details)


def _given(quote: Quote, policy: Policy, sums: Sums, received: int) -> Iterator[Concern]:
    freight = sums.fees - quote.shipping.minor
    given = Money(sums.listed - received + freight + sums.gifts, quote.payable.currency)
    if policy.most_given is not None and given > policy.most_given:
        details = {"given": str(given), "most": str(policy.most_given)}
        yield Concern("guard_given_much", Decision.REVIEW, details)
