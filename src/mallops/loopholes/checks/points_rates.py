"""Points that come back for what was paid, and are worth as much as it, or nearly."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from mallops.findings import Severity
from mallops.loopholes.examined import Examined, span_of
from mallops.loopholes.model import Kind, Loophole, Repeat
from mallops.loopholes.offers import offers
from mallops.loopholes.subjects import section_at
from mallops.rules.benefits import Reward
from mallops.rules.points import Earn, PointsRules
from mallops.rules.promotions import Selector


def check(examined: Examined) -> Iterator[Loophole]:
    """The rate of earning at its best, in per cent of what is paid.

    That is for the customer of the best group, the best goods, within the best campaign, and with
    the best multiplier of each lane. At 100% it is an error: whoever buys has all the money back
    in points. Caps on orders and days bound how much that is, and not that it is so.
    """
    rules, earn = examined.rulebook.points, examined.rulebook.earn
    if rules is None or earn is None or not rules.at_most_percent:
        return
    share = _base(examined, rules, earn) * _best(examined, earn) * 100
    if share >= Fraction(examined.tolerance.rich_points):
        severity = Severity.ERROR if share >= 100 else Severity.WARNING
        details = {"share": str(share.numerator // share.denominator)}
        subjects = (section_at("points", ".earn"), section_at("points", ".worth"))
        repeat = Repeat.AGAIN
        kind = Kind.CONVERSION
        yield Loophole("points_rate_high", kind, severity, subjects, details, repeat=repeat)


def _base(examined: Examined, rules: PointsRules, earn: Earn) -> Fraction:
    """What an amount earns, at its worth, for the amount: without any multiplier but a group's."""
    worth = rules.worth_in(examined.rulebook.currency)
    group = max([Fraction(1), *map(Fraction, earn.groups.values())])
    return group * Fraction(earn.points * worth.money.minor, earn.per.minor * worth.points)


def _best(examined: Examined, earn: Earn) -> Fraction:
    """The highest that a multiplier of goods, a campaign and rewards come to together."""
    factors = [(_ids(examined, rule.items), Fraction(rule.multiplier)) for rule in earn.items]
    campaigns = [
        (_ids(examined, each.items), Fraction(each.multiplier))
        for each in earn.campaigns
        if examined.is_to_come(span_of(each.schedule.window))
    ]
    rewards = _rewards(examined)
    best = Fraction(0)
    for sku in examined.priced:
        fitting = [factor for ids, factor in factors if sku in ids]
        factor = Fraction(0) if 0 in fitting else max(fitting, default=Fraction(1))
        campaign = max((each for ids, each in campaigns if sku in ids), default=Fraction(1))
        best = max(best, factor * (campaign + rewards))
        if not factors and not campaigns:
            break
    return best


def _ids(examined: Examined, items: Selector) -> frozenset[str]:
    return frozenset(each.id for each in examined.goods(items).skus)


def _rewards(examined: Examined) -> Fraction:
    """What multipliers of promotions add: one in each lane."""
    return sum(
        (
            max(
                (
                    Fraction(offer.benefit.multiplier) - 1
                    for promotion in promotions
                    for offer in offers(promotion)
                    if isinstance(offer.benefit, Reward) and offer.benefit.multiplier is not None
                ),
                default=Fraction(0),
            )
            for promotions in examined.by_lane.values()
        ),
        Fraction(0),
    )
