"""One fault at a time, planted in a good mall: each yields its code, and no error of another.

Each rule has a function here; what it yields is a code, a rulebook, and a catalogue.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from attrs import evolve

from mallops.catalog.model import Catalog, Listing, PriceEntry
from mallops.rules.aftersales import EarnedPoints, GiftReturn, LostThreshold, ShippingRefund
from mallops.rules.benefits import (
    AddOn,
    AmountOff,
    BundlePrice,
    FixedPrice,
    Gift,
    NthUnit,
    Per,
    PercentOff,
    Reward,
    ShippingOff,
    Tier,
    Tiers,
)
from mallops.rules.book import Choice, Rulebook
from mallops.rules.points import (
    Action,
    Campaign,
    Earn,
    ExpireByAge,
    ExpireYearly,
    GoodsFactor,
    PointsRules,
    Settles,
    StreakStep,
    Times,
    Transfer,
    Worth,
)
from mallops.rules.promotions import (
    Audience,
    Criteria,
    Limits,
    Promotion,
    Requires,
    Schedule,
    Selector,
)
from mallops.time import WeeklyHours
from tests.loopholes.mall import (
    BOOK,
    CATALOG,
    FESTIVAL,
    POINTS,
    TENTH,
    THIRTY,
    acting,
    changed,
    cny,
    earning,
    named,
    offering,
    running,
    sku,
    with_entries,
    with_promotions,
    with_skus,
    within,
)

Broken = tuple[str, Rulebook, Catalog]

UNBOUNDED = Limits()


def percent(number: int, at_most: str | None = None) -> PercentOff:
    return PercentOff(Decimal(number), None if at_most is None else cny(at_most))


def by_amount(*tiers: tuple[str, str]) -> Tiers:
    """Tiers of amounts off, each from an amount on."""
    return Tiers(tuple(Tier(AmountOff(cny(off)), cny(reach)) for reach, off in tiers))


def by_priority(*promotions: Promotion) -> Rulebook:
    return evolve(BOOK, choice=Choice.PRIORITY, promotions=promotions)


def _thresholds() -> Iterator[Broken]:
    goods = with_skus(sku("bag", "50.00", "1.00", "bags"))
    off = offering(AmountOff(cny("100.00")), requires=Requires(cny("100.00")))
    yield "off_reaches_threshold", off, goods
    yield "off_reaches_threshold", off, CATALOG


def _discounts() -> Iterator[Broken]:
    for benefit in (
        percent(71),
        NthUnit(2, Decimal(80), units=2),
        AmountOff(cny("29.00")),
        AmountOff(cny("29.00"), per=Per.UNIT),
        FixedPrice(cny("50.00")),
        BundlePrice(2, cny("100.00")),
        Gift("pot", 1),
        Gift("cup", 1, cny("500.00")),
        AddOn("pot", cny("1.00"), 2),
        Tiers((Tier(percent(10), quantity=1), Tier(percent(75), quantity=2))),
    ):
        yield "deep_discount", offering(benefit), CATALOG
    steep = offering(AmountOff(cny("150.00")), requires=Requires(cny("200.00")))
    yield "deep_discount", steep, CATALOG


def _giveaways() -> Iterator[Broken]:
    goods = with_skus(sku("bag", "50.00", "1.00", "bags"))
    for benefit in (percent(100), FixedPrice(cny("0.00")), BundlePrice(2, cny("0.00"))):
        yield "everything_free", offering(benefit, limits=Limits(per_customer=1)), goods


def _below_cost() -> Iterator[Broken]:
    goods = with_skus(sku("bag", "50.00", "45.00", "bags"))
    for benefit in (
        percent(20),
        AmountOff(cny("10.00")),
        AmountOff(cny("6.00"), per=Per.UNIT),
        FixedPrice(cny("40.00")),
        NthUnit(2, Decimal(50)),
        BundlePrice(3, cny("120.00")),
    ):
        yield "promotion_below_cost", offering(benefit, items=named("bag")), goods


def _effects() -> Iterator[Broken]:
    for benefit in (
        percent(0),
        percent(10, "0.00"),
        AmountOff(cny("0.00")),
        FixedPrice(cny("200.00")),
        BundlePrice(2, cny("400.00")),
        NthUnit(2, Decimal(0)),
        AddOn("pot", cny("200.00"), 1),
        Reward(multiplier=Decimal(1)),
    ):
        yield "never_any_effect", offering(benefit), CATALOG
    for freight in (ShippingOff(percent=Decimal(0)), ShippingOff(amount=cny("0.00"))):
        yield "never_any_effect", offering(freight, "shipping"), CATALOG
    for limits in (Limits(per_customer=0), Limits(total=0), Limits(budget=cny("0.00"))):
        yield "never_any_effect", offering(percent(10), limits=limits), CATALOG


def _tiers() -> Iterator[Broken]:
    for tiers in (
        by_amount(("200.00", "30.00"), ("500.00", "20.00")),
        Tiers((Tier(percent(20), quantity=2), Tier(percent(15), quantity=5))),
        # 20% of 500 is 100, and more than 50 off.
        Tiers((Tier(percent(20), cny("100.00")), Tier(AmountOff(cny("50.00")), cny("500.00")))),
        Tiers((Tier(Gift("cup", 2), quantity=2), Tier(Gift("cup", 1), quantity=5))),
        Tiers((Tier(Reward(points=20), quantity=2), Tier(Reward(points=10), quantity=5))),
    ):
        yield "tier_gives_less", offering(tiers), CATALOG
    for low, high in (
        (ShippingOff(amount=cny("8.00")), ShippingOff(amount=cny("5.00"))),
        (ShippingOff(price=cny("1.00")), ShippingOff(price=cny("2.00"))),
        (ShippingOff(percent=Decimal(90)), ShippingOff(percent=Decimal(50))),
    ):
        tiers = Tiers((Tier(low, quantity=2), Tier(high, quantity=5)))
        yield "tier_gives_less", offering(tiers, "shipping"), CATALOG
    rising = by_amount(("200.00", "20.00"), ("500.00", "60.00"))
    yield "tier_unreachable", offering(rising, requires=Requires(cny("500.00"))), CATALOG
    by_units = Tiers((Tier(percent(10), quantity=1), Tier(percent(15), quantity=3)))
    yield "tier_unreachable", offering(by_units, requires=Requires(quantity=3)), CATALOG
    far = by_amount(("200.00", "20.00"), ("50000000.00", "60.00"))
    yield "tier_unreachable", offering(far), CATALOG
    many = Tiers((Tier(percent(10), quantity=1), Tier(percent(15), quantity=100_001)))
    yield "tier_unreachable", offering(many), CATALOG


def _fitting() -> Iterator[Broken]:
    yield "no_goods_fit", changed(TENTH, items=within("teas")), CATALOG
    dear = Selector(Criteria(at_least=cny("500.00")))
    yield "no_goods_fit", changed(TENTH, items=dear), CATALOG
    unlisted = with_skus(evolve(CATALOG.skus[3], listing=Listing.DELISTED))
    yield "no_goods_fit", changed(TENTH, items=named("cup")), unlisted
    yield "no_goods_fit", changed(TENTH, requires=Requires(items=within("teas"))), CATALOG
    yield "too_few_goods", changed(TENTH, requires=Requires(distinct=3)), CATALOG
    yield "too_few_goods", changed(TENTH, requires=Requires(quantity=100_001)), CATALOG
    yield "too_few_goods", changed(TENTH, benefit=NthUnit(100_001, Decimal(50))), CATALOG
    bundle = BundlePrice(100_001, cny("1000000.00"))
    yield "too_few_goods", changed(TENTH, benefit=bundle), CATALOG


def _running() -> Iterator[Broken]:
    backwards = running("2026-11-12T00:00", "2026-11-10T20:00")
    yield "window_empty", changed(TENTH, schedule=backwards), CATALOG
    over = running("2026-10-01T00:00", "2026-10-05T00:00")
    yield "promotion_over", changed(TENTH, schedule=over), CATALOG
    # The 14th and 15th are a weekend.
    weekdays = running("2026-11-16T00:00", "2026-11-20T00:00")
    weekend = Schedule(weekdays.window, (WeeklyHours(["sat", "sun"], 0, 1440),))
    yield "hours_never_open", changed(TENTH, schedule=weekend), CATALOG


def _audiences() -> Iterator[Broken]:
    for group in ("VIP", "vip ", "v-i-p"):
        audience = Audience(frozenset({group}))
        yield "group_spelled_otherwise", changed(TENTH, audience=audience), CATALOG


def _bringing() -> Iterator[Broken]:
    for benefit in (Gift("mug", 1, cny("1.00")), AddOn("mug", cny("1.00"), 1)):
        yield "brings_unlisted", offering(benefit), CATALOG
    for changes in (
        {"active": False},
        {"schedule": running("2026-10-01T00:00", "2026-10-05T00:00")},
    ):
        coupon = evolve(THIRTY, id="next", coupon=True, **changes)
        book = with_promotions(coupon, book=offering(Reward(coupon="next")))
        yield "brings_dead_coupon", book, CATALOG


def _never_wins() -> Iterator[Broken]:
    # In the last lane of all there is nothing to be kept in reach.
    wide = evolve(TENTH, id="wide", lane="platform-coupon", items=Selector(), limits=UNBOUNDED)
    for narrow in (
        evolve(TENTH, id="narrow", lane="platform-coupon", benefit=percent(5)),
        evolve(wide, id="narrow", audience=Audience(first_order=True)),
        evolve(wide, id="narrow", requires=Requires(cny("100.00"))),
        evolve(wide, id="wide-2"),
        evolve(
            wide,
            id="narrow",
            benefit=AmountOff(cny("9.00")),
            requires=Requires(cny("90.00")),
        ),
    ):
        yield "never_wins", with_promotions(wide, narrow), CATALOG
    before = evolve(wide, lane="shop")
    less = evolve(before, id="less", benefit=percent(5))
    yield "never_wins", with_promotions(before, less), CATALOG
    first, second = evolve(TENTH, limits=UNBOUNDED), evolve(TENTH, id="then", priority=-1)
    yield "never_wins", by_priority(first, second), CATALOG


def _blocking() -> Iterator[Broken]:
    first = evolve(
        TENTH, limits=UNBOUNDED, items=named("bag"), blocks=("platform",), benefit=percent(5)
    )
    goods = with_skus(sku("bag", "50.00", "1.00", "bags"))
    goods = evolve(goods, skus=tuple(evolve(each, floor=None) for each in goods.skus))
    yield "always_blocked", by_priority(first, evolve(THIRTY, items=named("bag"))), goods


def _overlaps() -> Iterator[Broken]:
    half = evolve(TENTH, id="half", benefit=percent(20))
    yield "schedules_overlap", with_promotions(half), CATALOG
    again = evolve(TENTH, id="again", schedule=running("2026-11-21T00:30", "2026-11-23T00:00"))
    yield "schedules_gap", with_promotions(again), CATALOG


def _day_ends() -> Iterator[Broken]:
    for end in ("2026-11-20T23:59", "2026-11-20T23:59:59", "2026-11-20T23:59:59.999"):
        yield (
            "ends_before_midnight",
            changed(TENTH, schedule=running("2026-11-01T00:00", end)),
            CATALOG,
        )
    until = running("2026-11-01T00:00", "2026-11-11T00:00")
    yield "ends_as_day_begins", changed(TENTH, schedule=until), CATALOG
    month = running("2026-11-01T00:00", "2026-11-30T00:00")
    entry = PriceEntry("cup", cny("25.00"), window=month.window)
    yield "ends_as_day_begins", BOOK, with_entries(entry)


def _clock_changes() -> Iterator[Broken]:
    abroad = evolve(BOOK, timezone="America/New_York")
    # 01:30 comes twice on the first of November, and 02:30 not at all on the 14th of March.
    for starts in ("2026-11-01T13:30", "2027-03-14T15:30"):
        schedule = running(starts, "2027-03-20T08:00")
        yield (
            "edge_in_clock_change",
            evolve(abroad, promotions=(evolve(TENTH, schedule=schedule),)),
            CATALOG,
        )


def _leftovers() -> Iterator[Broken]:
    book = evolve(BOOK, promotions=(evolve(TENTH, id="test-1"), THIRTY))
    yield "test_object_live", book, CATALOG
    yield "test_object_live", changed(TENTH, title={"zh-CN": "测试活动"}), CATALOG
    yield "test_object_live", BOOK, with_skus(sku("TEST_pot", "10.00", "5.00", "ware"))
    entry = PriceEntry("cup", cny("25.00"), groups=frozenset({"test"}))
    yield "test_object_live", BOOK, with_entries(entry)


def _shelf() -> Iterator[Broken]:
    yield "price_below_cost", BOOK, with_skus(sku("bag", "50.00", "60.00", "bags"))
    high = sku("bag", "50.00", "40.00", "bags", floor=cny("60.00"))
    yield "floor_above_price", BOOK, with_skus(high)
    yield "entry_below_cost", BOOK, with_entries(PriceEntry("pot", cny("100.00")))
    yield "entry_below_floor", BOOK, with_entries(PriceEntry("pot", cny("115.00")))
    yield "entry_never_wins", BOOK, with_entries(PriceEntry("pot", cny("200.00")))
    backwards = running("2026-11-12T00:00", "2026-11-10T20:00").window
    entry = PriceEntry("pot", cny("150.00"), window=backwards)
    yield "entry_never_wins", BOOK, with_entries(entry)


def _entries() -> Iterator[Broken]:
    over = running("2026-10-01T00:00", "2026-10-05T00:00").window
    yield "entry_over", BOOK, with_entries(PriceEntry("pot", cny("190.00"), window=over))
    dozen = PriceEntry("cup", cny("28.00"), min_quantity=12)
    few = PriceEntry("cup", cny("27.00"), min_quantity=3)
    yield "quantity_price_rises", BOOK, with_entries(dozen, few)


def _zero_prices() -> Iterator[Broken]:
    yield "price_zero", BOOK, with_skus(sku("mug", "0.00", None, "gifts"))
    entry = PriceEntry("mug", cny("0.00"), groups=frozenset({"vip"}))
    goods = with_skus(sku("mug", "5.00", None, "gifts"))
    yield "price_zero", BOOK, evolve(goods, prices=(entry,))
    yield "price_least", BOOK, with_skus(sku("mug", "0.01", None, "gifts"))


def _floors() -> Iterator[Broken]:
    low = sku("mug", "40.00", "20.00", "mugs", floor=cny("0.01"))
    yield "floor_too_low", BOOK, with_skus(low)
    none = sku("mug", "40.00", "20.00", "mugs", floor=cny("0.00"))
    yield "floor_too_low", BOOK, with_skus(none)
    more = [
        sku(f"mug-{i}", "40.00", "20.00", "mugs", floor=cny("25.00") if i else None)
        for i in range(4)
    ]
    yield "floor_missing", BOOK, with_skus(*more)


LAMPS = ("120.00", "95.00", "150.00", "4.80")


def _odd_prices() -> Iterator[Broken]:
    yield "price_far_above_cost", BOOK, with_skus(sku("mug", "90.00", "9.00", "mugs"))
    yield "price_far_below_cost", BOOK, with_skus(sku("mug", "1.80", "9.00", "mugs"))
    lamps = [sku(f"lamp-{i}", price, None, "lamps") for i, price in enumerate(LAMPS)]
    yield "price_far_below_category", BOOK, with_skus(*lamps)
    lens = sku("lens", "13000.00", None, "lenses")
    for price in ("94.48", "2000.00"):
        goods = evolve(with_skus(lens), prices=(PriceEntry("lens", cny(price)),))
        yield "price_far_below_others", BOOK, goods
    past = running("2026-10-01T00:00", "2026-10-05T00:00").window
    slipped = sku("lens", "129.00", None, "lenses")
    history = tuple(
        PriceEntry("lens", cny(price), window=past) for price in ("12900.00", "12500.00")
    )
    yield "price_far_below_others", BOOK, evolve(with_skus(slipped), prices=history)


def sacks(*packs: tuple[str, str]) -> Catalog:
    """Sacks of rice, each with its price and what its title says."""
    return with_skus(
        *(
            sku(f"rice-{i}", price, None, "rice", title={"zh-CN": f"大米 {pack}"})
            for i, (price, pack) in enumerate(packs)
        )
    )


RICE = (("15.00", "1kg"), ("31.00", "2公斤"), ("38.00", "5斤"), ("72.00", "10斤"))


def _unit_prices() -> Iterator[Broken]:
    # A jin's price at a kilogram; grams priced as if they were kilograms; and dear for nothing.
    for odd in (("7.60", "1kg"), ("16.00", "1000kg"), ("96.00", "1kg")):
        yield "unit_price_odd", BOOK, sacks(*RICE, odd)


def _unbounded() -> Iterator[Broken]:
    goods = with_skus(sku("bag", "50.00", "20.00", "bags"))
    hundred = AmountOff(cny("100.00"))
    for coupon in (True, False):
        free = offering(hundred, limits=UNBOUNDED, coupon=coupon)
        yield "grant_unbounded", free, goods
    for benefit in (Gift("cup", 1), Reward(points=50), FixedPrice(cny("11.00"))):
        yield "grant_unbounded", offering(benefit, limits=UNBOUNDED, schedule=Schedule()), CATALOG
    from_100 = Requires(cny("100.00"))
    tenth = offering(percent(10), limits=UNBOUNDED, coupon=True, requires=from_100)
    yield "grant_unbounded", tenth, CATALOG
    yield "campaign_unbounded", earning(campaigns=(Campaign("double", Decimal(2)),)), CATALOG
    yield "action_unbounded", acting(Action("sign_in", 5)), CATALOG
    yield "action_bounded_by_time", acting(Action("share", 20, Times(day=50))), CATALOG


def _accounts() -> Iterator[Broken]:
    fifteen = AmountOff(cny("15.00"))
    newcomers = Audience(first_order=True)
    new = offering(fifteen, requires=Requires(cny("80.00")), limits=UNBOUNDED, audience=newcomers)
    yield "grant_bounded_by_account", new, CATALOG
    yield "newcomers_unbounded", new, CATALOG
    for benefit in (Gift("cup", 1), Reward(points=500)):
        once = offering(benefit, limits=Limits(per_customer=1))
        yield "grant_bounded_by_account", once, CATALOG


def _limits() -> Iterator[Broken]:
    yield "total_below_customer", offering(percent(5), limits=Limits(10, 5)), CATALOG
    for benefit in (AmountOff(cny("30.00")), percent(5, "30.00"), Gift("cup", 1)):
        small = Limits(per_customer=1, budget=cny("29.00"))
        book = offering(benefit, limits=small, requires=Requires(cny("500.00")))
        yield "budget_below_one_use", book, CATALOG


def _coupons() -> Iterator[Broken]:
    anyone = Limits(total=1000)
    for requires in (Requires(), Requires(cny("200.00"))):
        five = offering(AmountOff(cny("5.00")), requires=requires, coupon=True, limits=anyone)
        yield "coupon_without_owner", five, CATALOG
    voucher = offering(AmountOff(cny("300.00")), coupon=True, requires=Requires(cny("1000.00")))
    yield "coupon_resale", voucher, CATALOG
    yield "coupon_resale", offering(AmountOff(cny("30.00")), coupon=True), CATALOG
    yield "coupon_resale", offering(percent(30), coupon=True), CATALOG


def _rewards() -> Iterator[Broken]:
    for points in (3000, 2500):
        yield "reward_near_cost", offering(Reward(points=points), limits=UNBOUNDED), CATALOG
    yield "reward_near_cost", offering(Reward(points=3000)), CATALOG
    coupon = evolve(THIRTY, id="next", lane="platform-coupon", coupon=True, limits=UNBOUNDED)
    own = evolve(coupon, benefit=AmountOff(cny("30.00")))
    reward = offering(Reward(coupon="next"), limits=UNBOUNDED, schedule=Schedule())
    yield "reward_loop", with_promotions(own, book=reward), CATALOG
    bare = evolve(own, benefit=AmountOff(cny("5.00")), requires=Requires())
    yield "reward_loop", with_promotions(bare, book=reward), CATALOG


def _points_rates() -> Iterator[Broken]:
    yield "points_rate_high", earning(per=cny("0.01")), CATALOG
    yield "points_rate_high", earning(points=10), CATALOG
    yield "points_rate_high", earning(groups={"vip": Decimal(100)}), CATALOG
    dear = PointsRules(Worth(1, cny("1.00")), earn=Earn(cny("1.00"), 1))
    yield "points_rate_high", evolve(BOOK, points=dear), CATALOG
    campaign = Campaign("twelve", Decimal(12), FESTIVAL)
    yield "points_rate_high", earning(campaigns=(campaign,)), CATALOG
    tea = GoodsFactor(within("tea"), Decimal(12))
    yield "points_rate_high", earning(items=(tea,)), CATALOG
    yield "points_rate_high", offering(Reward(multiplier=Decimal(12))), CATALOG


def _gifts_of_points() -> Iterator[Broken]:
    daily = Action("sign_in", 3000, Times(day=1))
    yield "actions_pay_for_goods", acting(daily), CATALOG
    steps = (StreakStep(7, 40_000),)
    yield "actions_pay_for_goods", acting(Action("sign_in", 1, Times(day=1), steps)), CATALOG
    passing = evolve(BOOK, points=evolve(POINTS, transfer=Transfer(allowed=True)))
    yield "transfer_unbounded", passing, CATALOG


def _settling() -> Iterator[Broken]:
    for settles in (Settles.PAID, Settles.RECEIVED):
        yield "points_settle_early", earning(settles=settles), CATALOG
    promotions = offering(Reward(points=50)).promotions
    early = evolve(earning(settles=Settles.PAID), promotions=promotions)
    yield "reward_settles_early", early, CATALOG


def _kept_benefits() -> Iterator[Broken]:
    points = evolve(BOOK.after_sales, earned_points=EarnedPoints.KEEP)
    yield "points_kept_after_return", evolve(BOOK, after_sales=points), CATALOG
    gifts = evolve(BOOK.after_sales, gift=GiftReturn.KEEP)
    yield (
        "gift_kept_after_return",
        evolve(offering(Gift("cup", 1)), after_sales=gifts),
        CATALOG,
    )
    thresholds = evolve(BOOK.after_sales, lost_threshold=LostThreshold.KEEP)
    yield "threshold_kept_after_return", evolve(BOOK, after_sales=thresholds), CATALOG
    freight = evolve(BOOK.after_sales, shipping=ShippingRefund.LAST)
    free = offering(ShippingOff(percent=Decimal(100)), "shipping", requires=Requires(cny("99.00")))
    yield "freight_never_paid", evolve(free, after_sales=freight), CATALOG


def _gifts_back() -> Iterator[Broken]:
    from_500 = Requires(cny("500.00"))
    for value in ("0.00", "5.00", "20.00"):
        cheap = offering(Gift("cup", 1, cny(value)), requires=from_500)
        yield "gift_undervalued", cheap, CATALOG
    yield "gift_dearer_than_goods", offering(Gift("pot", 1), items=named("cup")), CATALOG
    excluded = evolve(BOOK.after_sales, excluded=Criteria(skus=frozenset({"cup"})))
    kept = evolve(offering(Gift("cup", 1), requires=from_500), after_sales=excluded)
    yield "gift_not_returnable", kept, CATALOG


def _return_terms() -> Iterator[Broken]:
    for days in (0, 90):
        after_sales = evolve(BOOK.after_sales, window_days=days)
        yield "return_window_odd", evolve(BOOK, after_sales=after_sales), CATALOG
    for expire in (ExpireByAge(30, 30), ExpireYearly(12, 31, revive_days=400)):
        book = evolve(BOOK, points=evolve(POINTS, expire=expire))
        yield "revival_outlives_points", book, CATALOG


def _outside_prices() -> Iterator[Broken]:
    yield "price_unguarded", BOOK, with_skus(sku("mug", "40.00", None, "mugs"))
    for price in ("20.00", "10.00"):
        entry = PriceEntry("cup", cny(price), channels=frozenset({"price-match"}))
        yield "price_set_outside", BOOK, with_entries(entry)
    yield "price_set_outside", changed(TENTH, title={"zh-CN": "全网比价"}), CATALOG
    follows = changed(TENTH, title={"en": "Match any rival"}, limits=UNBOUNDED)
    yield "price_set_outside", follows, CATALOG


def _funding() -> Iterator[Broken]:
    hundred = Decimal(100)
    for share in ("60", "140"):
        shares = {"platform": Decimal(share) / 2, "shop": Decimal(share) / 2}
        yield "funding_not_whole", changed(TENTH, funding=shares), CATALOG
    yield "funding_unknown_party", changed(TENTH, funding={"plattform": hundred}), CATALOG
    nothing = {"platform": hundred, "shop": Decimal(0)}
    yield "funding_empty_share", changed(TENTH, funding=nothing), CATALOG
    goods = evolve(
        CATALOG,
        skus=tuple(evolve(each, shop=f"s{place % 2}") for place, each in enumerate(CATALOG.skus)),
    )
    for party in ("s1", "shop"):
        yield "funding_of_others", changed(THIRTY, funding={party: hundred}), goods
    yield "funding_missing", with_promotions(*_three_funded()), CATALOG


def _three_funded() -> Iterator[Promotion]:
    for place, category in enumerate(("tea", "ware")):
        funding = {"platform": Decimal(100)} if place else {}
        yield evolve(
            TENTH, id=f"more-{category}", lane="shop", items=within(category), funding=funding
        )


def _licences() -> Iterator[Broken]:
    pills = sku("pills", "40.00", "20.00", "health", tags=frozenset({"medicine"}))
    goods = with_skus(pills)
    bare = evolve(BOOK, promotions=(), points=None)
    given = offering(Gift("pills", 1), items=within("ware"))
    added = offering(AddOn("pills", cny("30.00"), 1), items=within("ware"))
    for book in (given, added):
        yield "licensed_given", evolve(book, points=None), goods
    yield "licensed_promoted", evolve(bare, promotions=(THIRTY,)), goods
    yield "licensed_earns_points", evolve(bare, points=POINTS), goods
    yield "licensed_paid_with_points", evolve(bare, points=evolve(POINTS, earn=None)), goods


BROKEN: tuple[Broken, ...] = (
    *_thresholds(),
    *_discounts(),
    *_giveaways(),
    *_below_cost(),
    *_effects(),
    *_tiers(),
    *_fitting(),
    *_running(),
    *_audiences(),
    *_bringing(),
    *_never_wins(),
    *_blocking(),
    *_overlaps(),
    *_day_ends(),
    *_clock_changes(),
    *_leftovers(),
    *_shelf(),
    *_entries(),
    *_zero_prices(),
    *_floors(),
    *_odd_prices(),
    *_unit_prices(),
    *_unbounded(),
    *_accounts(),
    *_limits(),
    *_coupons(),
    *_rewards(),
    *_points_rates(),
    *_gifts_of_points(),
    *_settling(),
    *_kept_benefits(),
    *_gifts_back(),
    *_return_terms(),
    *_outside_prices(),
    *_funding(),
    *_licences(),
)
