"""From carts that are bad to a loophole that anybody can play."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from mallops.findings import Severity
from mallops.loopholes.carts.goals import (
    BelowMargin,
    CheaperSplit,
    CheaperWithMore,
    DeepDiscount,
    Goal,
    code_of,
    kind_of,
    severity_of,
)
from mallops.loopholes.carts.judging import Judged
from mallops.loopholes.carts.measuring import excess, less, loss
from mallops.loopholes.carts.ordering import ordered
from mallops.loopholes.carts.stock import Stock
from mallops.loopholes.carts.sums import added, applied, sums_of
from mallops.loopholes.carts.till import Counts, Visit, cart_of
from mallops.loopholes.model import Loophole, Repeat, Subject
from mallops.loopholes.replay import replay
from mallops.loopholes.subjects import promotion_at, sku_at
from mallops.money import Money
from mallops.promotions.compiled import Compiled
from mallops.promotions.engine import quote
from mallops.promotions.quote import Quote
from mallops.rules.promotions import Limits

USUAL_DROP = 3
"""A threshold that takes one part in so many of a price, or more, is not like others."""


def loophole_of(stock: Stock, goal: Goal, visit: Visit, judged: Judged) -> Loophole:
    """The loophole that carts show, by what the engine of stories says of them."""
    compiled = stock.compiled
    witness, _ = ordered(stock, visit, judged.orders)
    quotes = [found for found in replay(compiled, witness).outcomes if isinstance(found, Quote)]
    groups = visit.visitor.shopper.groups
    sums = added([sums_of(compiled, each, groups) for each in quotes])
    currency = compiled.rulebook.currency
    details = {
        "cart": " + ".join(map(shown, judged.orders)),
        "listed": str(Money(sums.listed, currency)),
        "paid": str(Money(sums.paid, currency)),
        "cost": str(Money(sums.cost + sums.fees + sums.rewards, currency)),
    }
    if isinstance(goal, BelowMargin | DeepDiscount):
        details["percent"] = str(goal.percent)
    severity = severity_of(goal)
    if isinstance(goal, CheaperWithMore | CheaperSplit):
        cart = cart_of(stock, visit.visitor, judged.other)
        before = sums_of(compiled, quote(compiled, cart, visit.at), groups)
        details |= {"other": shown(judged.other), "before": str(Money(before.paid, currency))}
        lost = less(goal, before, sums)
        if isinstance(goal, CheaperWithMore) and sums.kept < 0:
            severity = Severity.ERROR
        elif isinstance(goal, CheaperWithMore) and lost * USUAL_DROP < before.paid:
            known = _has_costs(compiled, judged.orders)
            severity = Severity.NOTE if known else severity
        if isinstance(goal, CheaperSplit) and (
            _is_rounding(lost, before.paid, quotes) or _may_be_repeated(compiled, quotes)
        ):
            severity = Severity.NOTE
    else:
        assert excess(goal, sums) < 0, "a cart on its own costs what it does in a story"
        lost = loss(goal, sums)
    return Loophole(
        code=code_of(goal),
        kind=kind_of(goal),
        severity=severity,
        subjects=_subjects(compiled, judged.orders, quotes),
        details=details,
        witness=witness,
        loss=Money(lost, currency),
        repeat=_repeat(compiled, quotes),
    )


def _has_costs(compiled: Compiled, orders: Sequence[Counts]) -> bool:
    """Whether what all goods cost is known."""
    return all(compiled.skus[sku].cost is not None for counts in orders for sku, _ in counts)


def _is_rounding(lost: int, paid: int, quotes: Sequence[Quote]) -> bool:
    """Whether a minor unit for each unit is all that is saved, and next to nothing of the price."""
    units = sum(len(line.units) for found in quotes for line in found.lines)
    return lost <= units and lost * 100 < paid


def _may_be_repeated(compiled: Compiled, quotes: Sequence[Quote]) -> bool:
    """Whether the rules say of all that is had in several orders how often a customer may."""
    times = Counter(name for found in quotes for name in applied(found))
    rules = (compiled.rules[compiled.positions[each]] for each in times if times[each] > 1)
    return all(rule.promotion.limits.per_customer is not None for rule in rules)


def shown(counts: Counts) -> str:
    """Counts as text: `2 TEA, 1 CUP`."""
    return ", ".join(f"{count} {sku}" for sku, count in counts)


def _subjects(
    compiled: Compiled, orders: Sequence[Counts], quotes: Sequence[Quote]
) -> tuple[Subject, ...]:
    """The promotions that applied, and the goods."""
    names = {name for found in quotes for name in applied(found)}
    skus = dict.fromkeys(sku for counts in orders for sku, _ in counts)
    return (
        *(promotion_at(compiled.rulebook, each) for each in sorted(names)),
        *(sku_at(compiled.catalog, sku) for sku in skus),
    )


def _repeat(compiled: Compiled, quotes: Sequence[Quote]) -> Repeat:
    """Once, where a promotion that took part is bounded or asks for a coupon or a first order."""
    names = {name for found in quotes for name in applied(found)}
    promotions = (compiled.rules[compiled.positions[each]].promotion for each in names)
    once = any(
        each.limits != Limits() or each.coupon or each.audience.first_order for each in promotions
    )
    return Repeat.ONCE if once else Repeat.AGAIN
