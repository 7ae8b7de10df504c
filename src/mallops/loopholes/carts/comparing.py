"""Carts that are compared with others: all of them where they are few, else the likely ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mallops.cart import Cart
from mallops.loopholes.carts.bounds import Bounds
from mallops.loopholes.carts.counting import all_carts, number_of_carts
from mallops.loopholes.carts.finds import Finds, look
from mallops.loopholes.carts.goals import CheaperSplit, CheaperWithMore
from mallops.loopholes.carts.needs import Priced, may_fit, priced_goods
from mallops.loopholes.carts.probes import probes
from mallops.loopholes.carts.till import Till
from mallops.promotions.compiled import Rule
from mallops.promotions.eligibility import standing


def compare(till: Till, goal: CheaperWithMore | CheaperSplit, finds: Finds, bounds: Bounds) -> bool:
    """Judge carts beside others; whether nothing within the bounds was left out.

    Where neither a promotion nor a price for a quantity can be in it, a cart costs what its parts
    do, and nothing is quoted.
    """
    goods = till.stock.goods
    priced = priced_goods(till.compiled, till.visit, goods, bounds)
    rules = tuple(_rules_for(till, priced))
    if len(priced) == len(goods) and not rules:
        return True
    few = number_of_carts(len(goods), bounds) <= till.allowed
    for counts in all_carts(goods, bounds) if few else probes(rules, goods, bounds):
        if not till.can_quote(counts):
            break
        look(till, goal, finds, counts)
    return few and not till.short


def _rules_for(till: Till, priced: Sequence[Priced]) -> Iterator[Rule]:
    """The promotions that are for the visitor, then, and about any of the goods."""
    visitor, timezone = till.visit.visitor, till.compiled.rulebook.timezone
    cart = Cart(visitor.shopper, coupons=visitor.coupons)
    for rule in till.compiled.rules:
        if not standing(rule.promotion, cart, till.visit.at, timezone, {}) and any(
            may_fit(rule.promotion.items, each) for each in priced
        ):
            yield rule
