"""What may not be recommended to this customer, whatever it scores."""

from __future__ import annotations

from collections.abc import Iterator

from mallops.catalog.fitting import fits
from mallops.catalog.model import Sku
from mallops.catalog.screening import why_unsold
from mallops.findings import Refusal
from mallops.recommend.ranking.model import Context, Customer, Goods
from mallops.recommend.ranking.rules import Rules
from mallops.rules.promotions import Selector


def exclusions(sku: str, rules: Rules, context: Context) -> tuple[Refusal, ...]:
    """All that is against a SKU, margins aside, in a fixed order.

    `unknown_sku`, `draft`, `delisted` or `unpriced`; `out_of_stock`; `not_in_region`;
    `not_audience`; `age_unknown` or `under_age`; `needs_permit`; `not_for_them`; `in_cart`;
    `returned`; `already_bought`. Each names the `sku`.

    >>> tea = Goods(Sku("tea", None), stock=0)
    >>> against = exclusions("tea", Rules(), Context(Customer(), {"tea": tea}))
    >>> [refusal.code for refusal in against]
    ['unpriced', 'out_of_stock']
    """
    goods = context.goods.get(sku)
    if goods is None:
        return (Refusal("unknown_sku", {"sku": sku}),)
    return (
        *_shelf(goods, context.customer),
        *_medical(goods, context.customer),
        *_history(goods.sku, rules, context.customer),
    )


def _shelf(goods: Goods, customer: Customer) -> Iterator[Refusal]:
    named = {"sku": goods.sku.sku}
    if unsold := why_unsold(goods.sku):
        yield Refusal(unsold, named)
    if goods.stock is not None and goods.stock < 1:
        yield Refusal("out_of_stock", named)
    if goods.regions and customer.region not in goods.regions:
        regions = ", ".join(sorted(goods.regions))
        yield Refusal("not_in_region", {**named, "region": customer.region, "regions": regions})
    if goods.groups and goods.groups.isdisjoint(customer.cart.shopper.groups):
        yield Refusal("not_audience", {**named, "groups": ", ".join(sorted(goods.groups))})


def _medical(goods: Goods, customer: Customer) -> Iterator[Refusal]:
    named = {"sku": goods.sku.sku}
    if goods.least_age is not None:
        asked = {**named, "required": str(goods.least_age)}
        if customer.age is None:
            yield Refusal("age_unknown", asked)
        elif customer.age < goods.least_age:
            yield Refusal("under_age", {**asked, "age": str(customer.age)})
    if lacking := goods.needs - customer.holds:
        yield Refusal("needs_permit", {**named, "needs": ", ".join(sorted(lacking))})
    if met := goods.not_for & customer.traits:
        yield Refusal("not_for_them", {**named, "traits": ", ".join(sorted(met))})


def _history(sku: Sku, rules: Rules, customer: Customer) -> Iterator[Refusal]:
    named = {"sku": sku.sku}
    if any(line.sku == sku.sku for line in customer.cart.lines):
        yield Refusal("in_cart", named)
    if sku.sku in customer.returned:
        yield Refusal("returned", named)
    once = rules.bought_once
    if once is not None and sku.sku in customer.bought and selected(once, sku):
        yield Refusal("already_bought", named)


def selected(selector: Selector, sku: Sku) -> bool:
    """Whether a SKU fits at its own price."""
    return fits(selector, sku, 0 if sku.price is None else sku.price.minor)[0]
