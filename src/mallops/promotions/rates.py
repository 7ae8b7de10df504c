"""What a promotion of a unit lane takes off one unit, at most and at least.

All amounts are in thousandths of a minor unit, rounded towards the weaker bound. Why rates add
up to a bound on what a promotion takes in all is in `docs/choice.md`.
"""

from __future__ import annotations

from collections.abc import Iterable

from mallops.money import Rounding
from mallops.promotions.benefits import each
from mallops.promotions.compiled import Rule
from mallops.promotions.group_bounds import HALF, MILLI
from mallops.promotions.seating import Bidder
from mallops.promotions.terms import (
    Bundle,
    EachAmount,
    EachPrice,
    Lump,
    Nth,
    Percentage,
    Term,
)


def half_of(rounding: Rounding) -> int:
    """What one rounding may add."""
    return 0 if rounding is Rounding.DOWN else HALF


def short_of(rounding: Rounding) -> int:
    """What one rounding may leave untaken."""
    return MILLI if rounding is Rounding.DOWN else HALF


def most_off(rule: Rule, base: int, floor: int, rounding: Rounding) -> int:
    """What a rule takes off one unit at most, its share of what it takes of several."""
    steps = rule.steps
    most = _most(steps[0].term, base, rounding)
    if len(steps) > 1:
        most = max(_most(step.term, base, rounding) for step in steps)
    if rule.each:
        # Only what is off a unit itself is bounded by its floor: a share may come from
        # other units that have reached theirs.
        most = min(most, max(0, base - floor) * MILLI)
    return most


def is_additive(bidder: Bidder) -> bool:
    """Whether it takes exactly its rate off each unit, floors and rounding aside."""
    return bidder.rule.additive and bidder.rest is None


def rounding_of(rule: Rule, bases: Iterable[int], rounding: Rounding) -> int:
    """How much more than its rates a rule may take of units of these bases, in all.

    Only a percentage is rounded once for all its units: nothing, if it is whole of each of them.
    """
    terms = [step.term for step in rule.steps if isinstance(step.term, Percentage)]
    if all(base * term.numerator % term.denominator == 0 for base in bases for term in terms):
        return 0
    return half_of(rounding)


def is_rated(rule: Rule, bound_by_floors: bool) -> bool:
    """Whether rates bound its share of one shop's units, beside units of other shops.

    A bundle's saving is shared out by base, not as its units' prices would have it; and a
    floor sends a share on to other units.
    """
    bundles = any(isinstance(step.term, Bundle) for step in rule.steps)
    return not bundles and (rule.each or not bound_by_floors)


def least_off(bidder: Bidder, base: int, one_shop: bool) -> int:
    """What the bidder takes off a unit for certain, once seated with it; 0 where unsure."""
    if not is_additive(bidder):
        return 0
    term = bidder.rule.steps[0].term
    if isinstance(term, Percentage):
        exact = base * term.numerator * MILLI // term.denominator
        # Shared over several shops, a unit's share may be a minor unit short of exact.
        return exact if one_shop else max(0, exact - MILLI - HALF)
    assert isinstance(term, EachAmount | EachPrice)
    return each(term, base) * MILLI


def _most(term: Term, base: int, rounding: Rounding) -> int:
    match term:
        case Percentage():
            return -(-base * term.numerator * MILLI // term.denominator)
        case Lump() if term.every is not None:
            return min(base * MILLI, -(-base * term.amount * MILLI // term.every))
        case Lump():
            return base * MILLI
        case EachAmount() | EachPrice():
            return each(term, base) * MILLI
        case Nth():
            share = term.denominator * term.size
            half = half_of(rounding)
            return -(-base * term.numerator * term.units * MILLI // share) - (-half // term.size)
        case Bundle():
            return max(0, base * MILLI - term.price * MILLI // term.size)
        case _:
            raise AssertionError(f"{term} does not sit in a unit lane")
