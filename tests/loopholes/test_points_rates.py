from __future__ import annotations

from decimal import Decimal

from attrs import evolve

from mallops.findings import Severity
from mallops.loopholes.linting import lint
from mallops.loopholes.tolerance import Tolerance
from mallops.rules.benefits import Reward
from mallops.rules.points import Campaign, GoodsFactor
from mallops.rules.promotions import Promotion
from tests.loopholes.asking import found, has
from tests.loopholes.mall import (
    AT,
    BOOK,
    CATALOG,
    EARN,
    FESTIVAL,
    POINTS,
    cny,
    earning,
    running,
    with_promotions,
    within,
)


def test_all_of_it_is_an_error() -> None:
    [rich] = found("points_rate_high", earning(points=10))
    [whole] = found("points_rate_high", earning(points=100))
    assert (rich.severity, rich.details["share"]) == (Severity.WARNING, "10")
    assert (whole.severity, whole.details["share"]) == (Severity.ERROR, "100")


def test_multipliers_of_group_goods_campaign_and_lanes_are_taken_together() -> None:
    book = earning(
        groups={"vip": Decimal(2)},
        items=(GoodsFactor(within("tea"), Decimal(2)),),
        campaigns=(Campaign("triple", Decimal(3), FESTIVAL),),
    )
    # 1% times two, two and three; and two lanes that add one each before the campaign.
    [rich] = found("points_rate_high", book)
    assert rich.details["share"] == "12"
    shops = Promotion("m1", "shop", Reward(multiplier=Decimal(2)))
    more = with_promotions(shops, evolve(shops, id="m2", lane="platform"), book=book)
    [richer] = found("points_rate_high", more)
    assert richer.details["share"] == "20"


def test_what_does_not_meet_does_not_multiply() -> None:
    tea, ware = within("tea"), within("ware")
    apart = earning(
        items=(GoodsFactor(tea, Decimal(4)),),
        campaigns=(Campaign("four", Decimal(4), FESTIVAL, items=ware),),
    )
    assert not has("points_rate_high", apart)
    nothing = earning(
        items=(GoodsFactor(tea, Decimal(0)), GoodsFactor(tea, Decimal(40))),
    )
    assert not has("points_rate_high", nothing)
    over = running("2026-10-01T00:00", "2026-10-05T00:00")
    past = earning(campaigns=(Campaign("forty", Decimal(40), over),))
    assert not has("points_rate_high", past)


def test_points_that_pay_for_nothing() -> None:
    rules = evolve(POINTS, at_most_percent=Decimal(0), earn=evolve(EARN, per=cny("0.01")))
    assert not has("points_rate_high", evolve(BOOK, points=rules))


def test_the_tolerance_decides() -> None:
    assert not has("points_rate_high")
    strict = lint(BOOK, CATALOG, AT, Tolerance(rich_points=Decimal(1)))
    assert "points_rate_high" in {each.code for each in strict}
