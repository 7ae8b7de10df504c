"""Carts that are compared with others: all of them where they are few, else the likely ones."""

from __future__ import annotations

from mallops.loopholes.carts.bids import places_of
from mallops.loopholes.carts.bounds import Bounds
from mallops.loopholes.carts.counting import all_carts, number_of_carts
from mallops.loopholes.carts.finds import Finds, look
from mallops.loopholes.carts.goals import CheaperSplit, CheaperWithMore
from mallops.loopholes.carts.needs import priced_goods
from mallops.loopholes.carts.probes import probes
from mallops.loopholes.carts.till import Till


def compare(till: Till, goal: CheaperWithMore | CheaperSplit, finds: Finds, bounds: Bounds) -> bool:
    """Judge carts beside others; whether nothing within the bounds was left out.

    Where neither a promotion nor a price for a quantity can be in it, a cart costs what its parts
    do, and nothing is quoted.
    """
    goods = till.stock.goods
    priced = priced_goods(till.compiled, till.visit, goods, bounds)
    if len(priced) == len(goods) and not places_of(till.compiled, till.visit, priced, bounds):
        return True
    few = number_of_carts(len(goods), bounds) <= till.allowed
    for counts in all_carts(goods, bounds) if few else probes(till.compiled.rules, goods, bounds):
        if not till.can_quote(counts):
            break
        look(till, goal, finds, counts)
    return few and not till.short
