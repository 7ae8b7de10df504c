"""A promotion whose lane another one closes, always."""

from __future__ import annotations

from collections.abc import Iterator

from mallops.findings import Severity
from mallops.loopholes.covering import applies_whenever
from mallops.loopholes.examined import Examined
from mallops.loopholes.model import Kind, Loophole
from mallops.rules.benefits import AmountOff, Per, PercentOff
from mallops.rules.book import Choice
from mallops.rules.promotions import Promotion, Requires


def check(examined: Examined) -> Iterator[Loophole]:
    """Where priority decides: an earlier promotion takes all the units first, and blocks them.

    Where the best is chosen, what blocks is left out whenever that is cheaper.
    """
    if examined.rulebook.choice is not Choice.PRIORITY:
        return
    blocking: dict[str, list[Promotion]] = {}
    for each in examined.live:
        if each.blocks and _takes_some_of_all(examined, each):
            for lane in each.blocks:
                blocking.setdefault(lane, []).append(each)
    for promotion in examined.live:
        for other in blocking.get(promotion.lane, ()):
            if applies_whenever(examined, other, promotion):
                subjects = (
                    examined.at_promotion(promotion.id, ".lane"),
                    examined.at_promotion(other.id, ".blocks"),
                )
                details = {"promotion": promotion.id, "by": other.id, "lane": promotion.lane}
                kind, severity = Kind.CONFIGURATION, Severity.WARNING
                yield Loophole("always_blocked", kind, severity, subjects, details)
                break


def _takes_some_of_all(examined: Examined, promotion: Promotion) -> bool:
    """Whether it takes money off every unit that fits, with nothing before it to take any."""
    if promotion.requires != Requires() or promotion.at_most_units is not None:
        return False
    goods = examined.goods(promotion.items)
    benefit = promotion.benefit
    if isinstance(benefit, PercentOff):
        takes = benefit.at_most is None and benefit.percent * goods.least >= 100
    else:
        takes = isinstance(benefit, AmountOff) and benefit.per is Per.UNIT and bool(benefit.amount)
    return takes and not any(each.floor for each in goods.skus) and _is_first(examined, promotion)


def _is_first(examined: Examined, promotion: Promotion) -> bool:
    order = examined.lanes
    return promotion is min(
        examined.live, key=lambda each: (order[each.lane], -each.priority, each.id)
    )
