"""Which quotes of one cart are the same: what is gone of a limit may be nothing to a cart."""

from __future__ import annotations

from collections.abc import Mapping

from mallops.cart import Usage
from mallops.promotions.compiled import Compiled, Rule
from mallops.promotions.eligibility import UNLIMITED, budget_left, is_used_up
from mallops.promotions.quote import Quote
from mallops.promotions.terms import GiftTerm


def felt(compiled: Compiled, usage: Mapping[str, Usage], like: Quote) -> frozenset[object]:
    """What of a usage the cart of a quote can feel, at the instant of that quote.

    Two usages of which it feels the same bring the same quote. A limit with a use left is like
    one that nobody has used, and so is a budget that has all the cart comes to, since no more
    comes off; what gifts are worth, though, is bounded by nothing in the cart.
    """
    most = sum(line.list_price.minor * len(line.units) for line in like.lines)
    most += sum(parcel.fee.minor for parcel in like.parcels)
    return frozenset(
        (name, used)
        for name, used in usage.items()
        if name in compiled.positions
        and _is_felt(compiled.rules[compiled.positions[name]], used, most)
    )


def _is_felt(rule: Rule, used: Usage, most: int) -> bool:
    limits = rule.promotion.limits
    if limits == UNLIMITED:
        return False
    if is_used_up(limits, used):
        return True
    left = budget_left(rule.promotion, {rule.id: used})
    gives = any(isinstance(step.term, GiftTerm) for step in rule.steps)
    return left is not None and (gives or left < most)
