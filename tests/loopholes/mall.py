"""A small mall that nothing is wrong with, and short ways to break it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from attrs import evolve

from mallops.catalog.model import Catalog, PriceEntry, Sku
from mallops.money import Currency, Money
from mallops.rules.aftersales import AfterSalesRules, LostThreshold
from mallops.rules.benefits import AmountOff, Benefit, PercentOff
from mallops.rules.book import Rulebook
from mallops.rules.points import Action, Earn, PointsRules
from mallops.rules.promotions import Criteria, Limits, Promotion, Requires, Schedule, Selector
from mallops.time import Window, instant

CNY = Currency.of("CNY")
AT = instant("2026-11-10T12:00+08:00")


def cny(text: str) -> Money:
    return Money.parse(text, CNY)


def sku(id_: str, price: str, cost: str | None, category: str, **fields: Any) -> Sku:
    known = None if cost is None else cny(cost)
    return Sku(id_, cny(price), category=category, cost=known, **fields)


def named(*skus: str) -> Selector:
    return Selector(Criteria(skus=frozenset(skus)))


def within(*categories: str) -> Selector:
    return Selector(Criteria(categories=frozenset(categories)))


def running(starts: str, ends: str) -> Schedule:
    return Schedule(Window(instant(f"{starts}+08:00"), instant(f"{ends}+08:00")))


FESTIVAL = running("2026-11-01T00:00", "2026-11-21T00:00")
CAPPED = Limits(per_customer=2, total=10_000, budget=cny("50000.00"))

CATALOG = Catalog(
    (
        sku("green", "60.00", "31.50", "tea", floor=cny("36.00")),
        sku("black", "80.00", "40.00", "tea", floor=cny("45.00")),
        sku("pot", "200.00", "110.00", "ware", floor=cny("120.00")),
        sku("cup", "30.00", "12.00", "ware", floor=cny("15.00")),
    ),
    (PriceEntry("pot", cny("180.00"), groups=frozenset({"vip"})),),
)

TENTH = Promotion(
    "tenth",
    "item",
    PercentOff(Decimal(10)),
    schedule=FESTIVAL,
    items=within("tea"),
    limits=CAPPED,
    funding={"platform": Decimal(100)},
)
THIRTY = Promotion(
    "thirty",
    "platform",
    AmountOff(cny("30.00"), every=cny("200.00"), at_most_times=3),
    schedule=FESTIVAL,
    requires=Requires(cny("200.00")),
    limits=CAPPED,
    funding={"platform": Decimal(100)},
)
EARN = Earn(cny("1.00"), 1)
POINTS = PointsRules(at_most_percent=Decimal(50), earn=EARN)
BOOK = Rulebook(
    CNY,
    id="mall",
    version="1",
    promotions=(TENTH, THIRTY),
    points=POINTS,
    after_sales=AfterSalesRules(lost_threshold=LostThreshold.REPRICE),
)


def with_promotions(*promotions: Promotion, book: Rulebook = BOOK) -> Rulebook:
    """The mall's rulebook with more promotions, which come after its own."""
    return evolve(book, promotions=(*book.promotions, *promotions))


def changed(promotion: Promotion, **changes: Any) -> Rulebook:
    """The mall's rulebook with one of its promotions changed."""
    others = tuple(
        evolve(each, **changes) if each.id == promotion.id else each for each in BOOK.promotions
    )
    return evolve(BOOK, promotions=others)


def offering(benefit: Benefit, lane: str = "shop", **fields: Any) -> Rulebook:
    """The mall's rulebook with one more promotion of all goods."""
    given: dict[str, Any] = {"schedule": FESTIVAL, "limits": CAPPED, "funding": TENTH.funding}
    return with_promotions(Promotion("more", lane, benefit, **(given | fields)))


def earning(**changes: Any) -> Rulebook:
    """The mall's rulebook with another way to earn points."""
    return evolve(BOOK, points=evolve(POINTS, earn=evolve(EARN, **changes)))


def acting(*actions: Action) -> Rulebook:
    """The mall's rulebook with actions that earn points."""
    return evolve(BOOK, points=evolve(POINTS, actions=actions))


def with_skus(*skus: Sku) -> Catalog:
    """The mall's catalogue with more SKUs, or others in the place of those of the same id."""
    by_id = {each.sku: each for each in (*CATALOG.skus, *skus)}
    return evolve(CATALOG, skus=tuple(by_id.values()))


def with_entries(*entries: PriceEntry) -> Catalog:
    """The mall's catalogue with more price entries."""
    return evolve(CATALOG, prices=(*CATALOG.prices, *entries))
