"""Points without an order: what actions bring, and points that are passed on."""

from __future__ import annotations

from collections.abc import Iterator

from mallops.findings import Severity
from mallops.loopholes.examined import Examined
from mallops.loopholes.handouts import MONTH, money, monthly_points, points_worth
from mallops.loopholes.model import Kind, Loophole, Repeat
from mallops.loopholes.subjects import section_at


def check(examined: Examined) -> Iterator[Loophole]:
    """Actions that pay for goods every day, and transfers that gather what many accounts have.

    Neither asks for a purchase, so an account that was made up does as well as a customer; rules
    cannot tell them apart. The loss is what one of them brings in a month.
    """
    points = examined.rulebook.points
    if points is None or not points_worth(examined, 1_000_000):
        return
    monthly = points_worth(examined, sum(map(monthly_points, points.actions)))
    cheapest = min((each.price for each in examined.shelves.all if each.price), default=0)
    if cheapest and monthly >= cheapest * MONTH:
        loss = money(examined, monthly)
        details = {"worth": str(money(examined, monthly // MONTH)), "month": str(loss)}
        yield Loophole(
            "actions_pay_for_goods",
            Kind.IDENTITY,
            Severity.WARNING,
            (section_at("points", ".actions"),),
            details,
            loss=loss,
            repeat=Repeat.AGAIN,
        )
    if points.transfer.allowed and points.transfer.at_most_per_day is None:
        subject = section_at("points", ".transfer")
        kind, severity = Kind.IDENTITY, Severity.WARNING
        details = {"least": str(points.transfer.at_least)}
        yield Loophole("transfer_unbounded", kind, severity, (subject,), details)
