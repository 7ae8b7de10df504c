"""Points and rewards that can be spent while the goods that earned them can still go back."""

from __future__ import annotations

from collections.abc import Iterator

from mallops.findings import Severity
from mallops.loopholes.coming_back import returnable
from mallops.loopholes.examined import Examined
from mallops.loopholes.handouts import points_worth
from mallops.loopholes.model import Kind, Loophole, Repeat
from mallops.loopholes.offers import offers
from mallops.loopholes.subjects import section_at
from mallops.rules.aftersales import EarnedPoints
from mallops.rules.benefits import Reward
from mallops.rules.points import Settles


def check(examined: Examined) -> Iterator[Loophole]:
    """Settling at payment or receipt, before the window of returns closes.

    What is clawed back then is missing, and becomes a debt that nobody pays who does not come
    back. Where earned points are kept in spite of a return there is not even a debt.
    """
    earn = examined.rulebook.earn
    if earn is None or earn.settles is Settles.WINDOW_CLOSED or returnable(examined) is None:
        return
    settles = earn.settles.value
    keeps = examined.rulebook.after_sales.earned_points is EarnedPoints.KEEP
    if earn.points and points_worth(examined, 1_000_000):
        yield Loophole(
            "points_settle_early",
            Kind.SEQUENCE,
            Severity.ERROR if keeps else Severity.WARNING,
            (section_at("points", ".earn.settles"),),
            {"settles": settles},
            repeat=Repeat.AGAIN if keeps else Repeat.ONCE,
        )
    for promotion in examined.live:
        for offer in offers(promotion):
            if isinstance(offer.benefit, Reward) and offer.benefit.multiplier is None:
                subjects = (
                    examined.at_promotion(promotion.id, offer.path),
                    section_at("points", ".earn.settles"),
                )
                details = {"promotion": promotion.id, "settles": settles}
                kind, severity = Kind.SEQUENCE, Severity.WARNING
                yield Loophole("reward_settles_early", kind, severity, subjects, details)
