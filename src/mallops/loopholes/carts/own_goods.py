"""Carts below cost of one shop's goods: what the mall pays, that shop gets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mallops.findings import Severity
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
    and rewards are left out: they come from others, or are had once the goods were sold. Of goods
    without a shop nobody knows who supplies them; where they are below cost for everybody, without
    any promotion, whoever it is may buy them back, which is a warning.
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
    shop = min(shops, default="")
    if len(shops) != 1 or loss <= 0 or (not shop and quote.applied):
        return
    lost = Money(loss, compiled.rulebook.currency)
    named = {"shop": shop} if shop else {}
    yield Loophole(
        code="shop_buys_from_itself" if shop else "supplier_buys_back",
        kind=Kind.CONVERSION,
        severity=cart.severity if shop else Severity.WARNING,
        subjects=cart.subjects,
        details={
            **named,
            "cart": cart.details["cart"],
            "paid": str(quote.goods),
            "cost": str(quote.goods + lost),
        },
        witness=cart.witness,
        loss=lost,
        repeat=cart.repeat,
    )
