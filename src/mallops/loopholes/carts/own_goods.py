"""Carts below cost of one shop's goods: what the mall pays, that shop gets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mallops.loopholes.carts.goals import BelowCost, code_of
from mallops.loopholes.carts.sums import cost_of
from mallops.loopholes.model import Kind, Loophole
from mallops.loopholes.replay import replay
from mallops.money import Money
from mallops.promotions.compiled import Compiled
from mallops.promotions.quote import Quote


def own_goods(compiled: Compiled, carts: Iterable[Loophole]) -> Iterator[Loophole]:
    """Of carts below cost, those that their shop can order from itself with profit.

    What a unit of a shop's goods costs the mall is what that shop is paid for it. Gifts, freight
    and rewards are left out: they come from others, or are had once the goods were sold.
    """
    for each in carts:
        if each.code == code_of(BelowCost()) and each.witness is not None:
            for outcome in replay(compiled, each.witness).outcomes:
                if isinstance(outcome, Quote):
                    yield from _sold(compiled, each, outcome)


def _sold(compiled: Compiled, cart: Loophole, quote: Quote) -> Iterator[Loophole]:
    shops = {compiled.skus[line.sku].shop for line in quote.lines}
    costs = (cost_of(compiled.skus[line.sku]) * len(line.units) for line in quote.lines)
    loss = sum(costs) - quote.goods.minor
    if len(shops) > 1 or not all(shops) or loss <= 0:
        return
    lost = Money(loss, compiled.rulebook.currency)
    yield Loophole(
        code="shop_buys_from_itself",
        kind=Kind.CONVERSION,
        severity=cart.severity,
        subjects=cart.subjects,
        details={
            "shop": min(shops),
            "cart": cart.details["cart"],
            "paid": str(quote.goods),
            "cost": str(quote.goods + lost),
        },
        witness=cart.witness,
        loss=lost,
        repeat=cart.repeat,
    )
