from __future__ import annotations

import re
from decimal import Decimal
from textwrap import dedent
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from mallops.cart import Cart, Line, ShippingFee, Usage
from mallops.catalog.model import Catalog, Sku
from mallops.errors import InputError
from mallops.findings import Refusal
from mallops.layout import columns
from mallops.money import Currency, Money, allocate, total
from mallops.promotions.engine import compile_rulebook, quote
from mallops.promotions.explain import explain, explain_text
from mallops.promotions.quote import (
    Applied,
    Quote,
    QuotedGift,
    QuotedLine,
    QuotedParcel,
    QuotedReward,
    QuotedUnit,
    Step,
)
from mallops.rules.benefits import AmountOff, Benefit, NthUnit, Per, PercentOff, ShippingOff
from mallops.rules.book import Choice as RulebookChoice
from mallops.rules.book import Rulebook
from mallops.rules.points import PointsRules, Worth
from mallops.rules.promotions import (
    DEFAULT_LANES,
    Audience,
    Criteria,
    Lane,
    Limits,
    Promotion,
    Requires,
    Schedule,
    Seat,
    Selector,
)
from mallops.time import Window, instant

CNY = Currency.of("CNY")
NOTHING = Money.zero(CNY)


def money(text: str) -> Money:
    return Money.parse(text, CNY)


def promotion(id_: str, **title: str) -> Promotion:
    by_tag = {tag.replace("_", "-"): text for tag, text in title.items()}
    return Promotion(id_, "platform", PercentOff(Decimal(10)), title=by_tag)


def unit(number: int, list_price: str, *steps: Step, points: str = "0.00") -> QuotedUnit:
    net = money(list_price) - total((step.amount for step in steps), CNY) - money(points)
    return QuotedUnit(number, money(list_price), steps, money(points), net)


def line(id_: str, sku: str, *units: QuotedUnit, shop: str = "s1") -> QuotedLine:
    net = total((unit.net for unit in units), CNY)
    return QuotedLine(id_, sku, shop, units[0].list_price, units, net)


FESTIVAL = Rulebook(
    CNY,
    id="double11",
    version="3",
    title={"zh-CN": "双11礼品节", "en": "Double 11 gifts"},
    promotions=(
        promotion("vip10", zh_CN="会员九折", en="10% off for members"),
        promotion("full300", zh_CN="每满300减50", en="50 off every 300"),
        promotion("post99", zh_CN="满99包邮", en="Free shipping from 99"),
        promotion("SAVE10", zh_CN="满500减10", en="10 off 500"),
        promotion("flash", en="Flash sale"),
        promotion("pair"),
    ),
)

VIP10 = Step("item", "vip10", money("10.00"))

FESTIVAL_QUOTE = Quote(
    rulebook="double11",
    version="3",
    at=instant("2026-11-10T16:00:00Z"),
    payable=money("230.00"),
    goods=money("230.00"),
    shipping=NOTHING,
    points_used=1000,
    points_worth=money("10.00"),
    lines=(
        line(
            "1",
            "TEA",
            unit(1, "100.00", VIP10, Step("platform", "full300", money("15.52")), points="3.21"),
            unit(2, "100.00", VIP10, Step("platform", "full300", money("15.52")), points="3.21"),
            unit(3, "100.00", Step("platform", "full300", money("17.24")), points="3.58"),
        ),
        line("2", "CUP", unit(1, "10.00", Step("platform", "full300", money("1.72")))),
    ),
    parcels=(
        QuotedParcel("s1", money("8.00"), (Step("shipping", "post99", money("8.00")),), NOTHING),
    ),
    applied=(
        Applied("full300", "platform", money("50.00"), ("",)),
        Applied("post99", "shipping", money("8.00"), ("s1",)),
        Applied("vip10", "item", money("20.00"), ("",)),
    ),
    gifts=(QuotedGift("full300", "BAG", 2, money("15.00")),),
    rewards=(
        QuotedReward("full300", points=200),
        QuotedReward("vip10", multiplier=Decimal("1.5")),
        QuotedReward("vip10", coupon="NEXT"),
    ),
    refused={
        "SAVE10": Refusal(
            "below_amount", {"required": "500.00", "reached": "310.00", "missing": "190.00"}
        ),
        "GONE": Refusal("unknown_coupon"),
        "flash": Refusal("not_scheduled", {"starts": "2026-11-11T20:00"}),
        "pair": Refusal("outbid", {"by": "vip10"}),
    },
    optimal=True,
    gap=None,
)

IN_CHINESE = """\
报价说明
  规则  双11礼品节 (double11)
  版本  3
  时间  2026-11-11 00:00:00+08:00 (Asia/Shanghai)
  币种  CNY
  选用  已证明：没有更优惠的组合

商品
  行 1：TEA × 3，店铺 s1
    第 1–2 件，每件（× 2）
      标价                             100.00
      item：会员九折 (vip10)           -10.00
      platform：每满300减50 (full300)  -15.52
      积分抵扣                          -3.21
      实付                              71.27
    第 3 件
      标价                             100.00
      platform：每满300减50 (full300)  -17.24
      积分抵扣                          -3.58
      实付                              79.18
    小计                               221.72
  行 2：CUP × 1，店铺 s1
    标价                                10.00
    platform：每满300减50 (full300)     -1.72
    实付                                 8.28

运费
  店铺 s1
    运费                                 8.00
    shipping：满99包邮 (post99)         -8.00
    实付                                 0.00

赠品
  BAG × 2，价值 15.00：每满300减50 (full300)

付款后发放
  200 积分：每满300减50 (full300)
  1.5 倍积分：会员九折 (vip10)
  优惠券 NEXT：会员九折 (vip10)

合计
  标价合计                             310.00
  运费合计                               8.00
  item：会员九折 (vip10)               -20.00
  platform：每满300减50 (full300)      -50.00
  shipping：满99包邮 (post99)           -8.00
  1000 积分抵扣                        -10.00
  应付                                 230.00
    其中商品                           230.00
    其中运费                             0.00

未使用的优惠
  GONE
    unknown_coupon：没有与此优惠券对应的优惠
  满500减10 (SAVE10)
    below_amount：计入商品须满 500.00，已有 310.00，还差 190.00
  Flash sale (flash)
    not_scheduled：不在活动时间内：2026-11-11T20:00 开始
  pair
    outbid：同层已用 vip10，不可叠加"""

IN_ENGLISH = """\
Quote
  Rulebook  Double 11 gifts (double11)
  Version   3
  Time      2026-11-11 00:00:00+08:00 (Asia/Shanghai)
  Currency  CNY
  Choice    proven: no other combination is better for the customer

Goods
  line 1: TEA × 3, shop s1
    units 1–2, each (× 2)
      list price                              100.00
      item: 10% off for members (vip10)       -10.00
      platform: 50 off every 300 (full300)    -15.52
      paid with points                         -3.21
      net                                      71.27
    unit 3
      list price                              100.00
      platform: 50 off every 300 (full300)    -17.24
      paid with points                         -3.58
      net                                      79.18
    line total                                221.72
  line 2: CUP × 1, shop s1
    list price                                 10.00
    platform: 50 off every 300 (full300)       -1.72
    net                                         8.28

Shipping
  shop s1
    fee                                         8.00
    shipping: Free shipping from 99 (post99)   -8.00
    net                                         0.00

Gifts
  BAG × 2, worth 15.00: 50 off every 300 (full300)

After payment
  200 points: 50 off every 300 (full300)
  1.5 times the points: 10% off for members (vip10)
  coupon NEXT: 10% off for members (vip10)

Total
  list prices                                 310.00
  shipping fees                                 8.00
  item: 10% off for members (vip10)           -20.00
  platform: 50 off every 300 (full300)        -50.00
  shipping: Free shipping from 99 (post99)     -8.00
  paid with 1000 points                       -10.00
  payable                                     230.00
    for goods                                 230.00
    for shipping                                0.00

Not applied
  GONE
    unknown_coupon: no promotion goes by this coupon
  10 off 500 (SAVE10)
    below_amount: needs 500.00 of the goods that count, has 310.00: 190.00 more
  Flash sale (flash)
    not_scheduled: does not run at this time: it starts at 2026-11-11T20:00
  pair
    outbid: vip10 has its place"""


def test_a_festival_cart_in_chinese() -> None:
    assert explain_text(FESTIVAL_QUOTE, FESTIVAL) == IN_CHINESE


def test_a_festival_cart_in_english() -> None:
    assert explain_text(FESTIVAL_QUOTE, FESTIVAL, "en") == IN_ENGLISH


def plain_quote(*lines: QuotedLine) -> Quote:
    goods = total((line.net for line in lines), CNY)
    return Quote(
        rulebook="",
        version="",
        at=instant("2026-11-11T00:00:00+08:00"),
        payable=goods,
        goods=goods,
        shipping=NOTHING,
        points_used=0,
        points_worth=NOTHING,
        lines=lines,
        parcels=(),
        applied=(),
        gifts=(),
        rewards=(),
        refused={},
        optimal=None,
        gap=None,
    )


def test_a_cart_without_promotions_has_no_empty_sections() -> None:
    quote = plain_quote(line("1", "TEA", unit(1, "60.00"), shop=""))
    text = explain_text(quote, Rulebook(CNY), "en")
    assert text == dedent(
        """\
        Quote
          Time      2026-11-11 00:00:00+08:00 (Asia/Shanghai)
          Currency  CNY
          Choice    lane by lane, by priority

        Goods
          line 1: TEA × 1
            list price  60.00
            net         60.00

        Total
          list prices   60.00
          payable       60.00"""
    )


def test_an_empty_cart_costs_nothing() -> None:
    text = explain_text(plain_quote(), Rulebook(CNY), "zh_CN")
    assert text.endswith("合计\n  标价合计  0.00\n  应付      0.00")


def test_units_with_the_same_way_are_told_together() -> None:
    step = Step("item", "p", money("1.00"))
    units = (
        unit(1, "9.00", step),
        unit(2, "9.00", step),
        unit(3, "9.00"),
        unit(4, "9.00", step),
        unit(5, "9.00", step, points="1.00"),
    )
    (told,) = explain(plain_quote(line("1", "TEA", *units)), Rulebook(CNY)).lines
    assert [alike.numbers for alike in told.units] == [(1, 2, 4), (3,), (5,)]
    text = explain_text(plain_quote(line("1", "TEA", *units)), Rulebook(CNY))
    assert "第 1–2、4 件，每件（× 3）" in text


@pytest.mark.parametrize(
    ("optimal", "gap", "text"),
    [
        (True, None, "已证明：没有更优惠的组合"),
        (False, money("3.20"), "未证明：搜索达到上限，最多还可再省 3.20"),
        (False, None, "未证明：搜索达到上限"),
        (None, None, "按优先级逐层选用"),
    ],
)
def test_the_choice_is_told(optimal: bool | None, gap: Money | None, text: str) -> None:
    quote = evolve(plain_quote(), optimal=optimal, gap=gap)
    assert explain(quote, Rulebook(CNY)).choice == text


def test_the_time_is_that_of_the_rulebook() -> None:
    rulebook = Rulebook(CNY, timezone="America/New_York")
    text = explain_text(plain_quote(), rulebook, "en")
    assert "2026-11-10 11:00:00-05:00 (America/New_York)" in text


def test_deductions_are_in_the_order_of_the_lanes() -> None:
    lanes = (Lane("z", Seat.ORDER), Lane("a", Seat.ORDER))
    applied = (Applied("p", "a", NOTHING, ("",)), Applied("q", "z", NOTHING, ("",)))
    quote = evolve(plain_quote(), applied=applied)
    taken = explain(quote, Rulebook(CNY, lanes=lanes)).totals.deductions
    assert [deduction.promotion for deduction in taken] == ["q", "p"]


def test_amounts_have_the_digits_of_the_currency() -> None:
    yen = Currency.of("JPY")
    nothing = Money.zero(yen)
    quote = evolve(
        plain_quote(), payable=nothing, goods=nothing, shipping=nothing, points_worth=nothing
    )
    assert explain_text(quote, Rulebook(yen), "en").endswith("payable      0")


def test_a_title_cannot_break_the_lines() -> None:
    rulebook = Rulebook(CNY, promotions=(promotion("p", en="a\nb\x1b[31m\ud800"),))
    quote = evolve(plain_quote(), refused={"p": Refusal("inactive")})
    text = explain_text(quote, rulebook, "en")
    assert "\n  a b [31m  (p)\n    inactive: switched off" in text


@pytest.mark.parametrize(
    ("rulebook", "locale", "paths"),
    [
        (Rulebook(CNY, id="other", version="2"), "en", ["$.rulebook", "$.version"]),
        (Rulebook(CNY, version="2"), "en", ["$.version"]),
        (Rulebook(CNY, timezone="Asia/Peking"), "en", ["$.timezone"]),
        (Rulebook(CNY), "fr", ["$.locale"]),
    ],
)
def test_misuse_is_refused(rulebook: Rulebook, locale: str, paths: list[str]) -> None:
    with pytest.raises(InputError) as caught:
        explain_text(plain_quote(), rulebook, locale)
    assert [problem.path for problem in caught.value.problems] == paths


# Any quote that keeps the laws, whether or not an engine would choose it.

TITLES = st.sampled_from(["满减", "10 off", "第2件半价", "e\u0301té", "x" * 40, ""])


@st.composite
def lawful(draw: st.DrawFn) -> tuple[Rulebook, Quote]:
    lines = draw(st.lists(lawful_lines(), max_size=3))
    parcels = tuple(draw(lawful_parcel(shop)) for shop in draw(st.sets(st.sampled_from("ab"))))
    lines = [evolve(line, id=str(number)) for number, line in enumerate(lines, 1)]
    units = [unit for line in lines for unit in line.units]
    steps = [step for unit in units for step in unit.steps]
    steps += [step for parcel in parcels for step in parcel.steps]
    applied = tuple(
        Applied(id_, lane, total((s.amount for s in steps if s.promotion == id_), CNY), ("",))
        for id_, lane in sorted({(step.promotion, step.lane) for step in steps})
    )
    goods = total((line.net for line in lines), CNY)
    shipping = total((parcel.net for parcel in parcels), CNY)
    worth = total((unit.points for unit in units), CNY)
    quote = evolve(
        plain_quote(),
        lines=tuple(lines),
        parcels=parcels,
        applied=applied,
        goods=goods,
        shipping=shipping,
        payable=goods + shipping,
        points_used=worth.minor,
        points_worth=worth,
    )
    promotions = tuple(promotion(a.promotion, en=draw(TITLES)) for a in applied)
    return Rulebook(CNY, promotions=promotions), quote


@st.composite
def lawful_lines(draw: st.DrawFn) -> QuotedLine:
    list_price = draw(st.integers(0, 20_000))
    ways = draw(st.lists(lawful_way(list_price), min_size=1, max_size=2))
    chosen = draw(st.lists(st.sampled_from(ways), min_size=1, max_size=6))
    units = tuple(evolve(way, number=number) for number, way in enumerate(chosen, 1))
    return line("?", "TEA", *units)


@st.composite
def lawful_way(draw: st.DrawFn, list_price: int) -> QuotedUnit:
    taken, points = draw_shares(draw, list_price)
    steps = tuple(
        Step(lane.id, f"in {lane.id}", Money(amount, CNY))
        for lane, amount in zip(DEFAULT_LANES, taken, strict=False)
        if amount
    )
    return unit(1, str(Money(list_price, CNY)), *steps, points=str(Money(points, CNY)))


@st.composite
def lawful_parcel(draw: st.DrawFn, shop: str) -> QuotedParcel:
    fee = draw(st.integers(0, 2_000))
    off = draw(st.integers(0, fee))
    step = Step("shipping", "in shipping", Money(off, CNY))
    return QuotedParcel(shop, Money(fee, CNY), (step,) if off else (), Money(fee - off, CNY))


def draw_shares(draw: st.DrawFn, whole: int) -> tuple[list[int], int]:
    """What two lanes and points take of a price, the rest staying to be paid."""
    weights = draw(st.lists(st.integers(0, 5), min_size=4, max_size=4).filter(any))
    *lanes, points, _ = allocate(whole, weights)
    return lanes, points


PRICED = re.compile(r"(?P<label> *\S.*?)  +(?P<amount>-?\d+\.\d\d)")


def assert_adds_up(rulebook: Rulebook, quote: Quote) -> None:
    """Add up what stands in the English text, as its reader would."""
    running = in_line = Decimal(0)
    each = 1
    for row in explain_text(quote, rulebook, "en").splitlines():
        priced = PRICED.fullmatch(row)
        if priced is None:
            running = Decimal(0)
            in_line = Decimal(0) if row.startswith("  line ") else in_line
            count = re.search(r"each \(× (\d+)\)$", row)
            each = int(count[1]) if count else 1
            continue
        amount = Decimal(priced["amount"])
        match priced["label"].strip():
            case "line total":
                assert amount == in_line
            case "net":
                assert amount == running
                in_line += amount * each
                running = Decimal(0)
            case "payable":
                assert amount == running == quote.payable.decimal()
                running = Decimal(0)
            case "for shipping":
                assert running + amount == quote.payable.decimal()
            case _:
                running += amount


@given(lawful())
def test_the_numbers_shown_add_up(case: tuple[Rulebook, Quote]) -> None:
    assert_adds_up(*case)


@given(lawful(), st.sampled_from(["en", "zh_CN"]))
def test_all_amounts_end_in_one_column(case: tuple[Rulebook, Quote], locale: str) -> None:
    rulebook, quote = case
    rows = explain_text(quote, rulebook, locale).splitlines()
    assert len({columns(row) for row in rows if PRICED.fullmatch(row)}) == 1


@given(lawful())
def test_the_explanation_adds_up(case: tuple[Rulebook, Quote]) -> None:
    rulebook, quote = case
    explanation = explain(quote, rulebook)
    for line_ in explanation.lines:
        assert line_.net == total((u.net * len(u.numbers) for u in line_.units), CNY)
        assert sorted(n for u in line_.units for n in u.numbers) == [*range(1, line_.quantity + 1)]
        for units in line_.units:
            taken = total((taken.amount for taken in units.deductions), CNY)
            assert units.list_price - taken - units.points == units.net
    totals = explanation.totals
    taken = total((taken.amount for taken in totals.deductions), CNY)
    assert totals.list_prices + totals.fees - taken - totals.points_worth == totals.payable


# What the engine hands over.

CATALOG = Catalog(
    (
        Sku("TEA", money("120.00"), shop="s1", category="drinks"),
        Sku("CUP", money("45.00"), shop="s1", category="home"),
        Sku("BAG", money("19.90"), shop="s2", category="home"),
    )
)


def shop_rule(id_: str, benefit: Benefit, lane: str = "shop", **terms: Any) -> Promotion:
    return Promotion(id_, lane, benefit, **terms)


def opens(text: str) -> Schedule:
    return Schedule(Window(starts=instant(text)))


TEN_OFF = AmountOff(money("10.00"))

REFUSING = Rulebook(
    CNY,
    promotions=(
        shop_rule("better", AmountOff(money("30.00")), blocks=("shop-coupon",)),
        shop_rule("closed", TEN_OFF, "shop-coupon"),
        shop_rule("off", TEN_OFF, active=False),
        shop_rule("later", TEN_OFF, schedule=opens("2026-11-12T00:00:00+08:00")),
        shop_rule("vips", TEN_OFF, audience=Audience(frozenset({"vip", "gold"}))),
        shop_rule("first", TEN_OFF, audience=Audience(first_order=True)),
        shop_rule("voucher", TEN_OFF, coupon=True),
        shop_rule("gone", TEN_OFF, limits=Limits(total=3)),
        shop_rule("once", TEN_OFF, limits=Limits(per_customer=1)),
        shop_rule("spent", TEN_OFF, limits=Limits(budget=money("50.00"))),
        shop_rule("toys", TEN_OFF, items=Selector(Criteria(frozenset({"toys"})))),
        shop_rule("three", TEN_OFF, requires=Requires(quantity=3)),
        shop_rule("kinds", TEN_OFF, requires=Requires(distinct=3)),
        shop_rule("costly", TEN_OFF, requires=Requires(amount=money("200.00"))),
        shop_rule("nothing", PercentOff(Decimal(0))),
        shop_rule("worse", TEN_OFF),
    ),
)


REFUSED_IN_CHINESE = """\
未使用的优惠
  NOPE
    unknown_coupon：没有与此优惠券对应的优惠
  closed
    blocked：适用商品已享 better，不能同享
  costly
    below_amount：计入商品须满 200.00，已有 165.00，还差 35.00
  first
    not_audience：仅限首单
  gone
    used_up：总次数已用完：已用 3 次，上限 3 次
  kinds
    below_quantity：计入商品须满 3 种，已有 2 种，还差 1 种
  later
    not_scheduled：不在活动时间内：2026-11-12T00:00:00 开始
  nothing
    no_effect：可优惠金额为零
  off
    inactive：未启用
  once
    used_up：该顾客的次数已用完：已用 1 次，上限 1 次
  spent
    used_up：预算已用完：已用 50.00，预算 50.00
  three
    below_quantity：计入商品须满 3 件，已有 2 件，还差 1 件
  toys
    no_items：购物车中没有适用的商品或运费
  vips
    not_audience：仅限客户组：gold, vip
  voucher
    no_coupon：订单未使用此优惠券
  worse
    outbid：同层已用 better，不可叠加"""


REFUSED_IN_ENGLISH = """\
Not applied
  NOPE
    unknown_coupon: no promotion goes by this coupon
  closed
    blocked: better closes its lane to all the goods that it applies to
  costly
    below_amount: needs 200.00 of the goods that count, has 165.00: 35.00 more
  first
    not_audience: only for a first order
  gone
    used_up: uses in all: 3 of 3
  kinds
    below_quantity: needs 3 different goods that count, has 2: 1 more
  later
    not_scheduled: does not run at this time: it starts at 2026-11-12T00:00:00
  nothing
    no_effect: it would take nothing off
  off
    inactive: switched off
  once
    used_up: uses by this customer: 1 of 1
  spent
    used_up: budget: 50.00 of 50.00 spent
  three
    below_quantity: needs 3 of the goods that count, has 2: 1 more
  toys
    no_items: nothing in the cart that it applies to
  vips
    not_audience: only for customers in: gold, vip
  voucher
    no_coupon: the cart holds no such coupon
  worse
    outbid: better has its place"""


def refused_sections(locale: str) -> str:
    cart = Cart(lines=(Line("1", "TEA", 1), Line("2", "CUP", 1)), coupons=("NOPE",))
    usage = {
        "gone": Usage(total=3),
        "once": Usage(total=7, customer=1),
        "spent": Usage(spent=money("50.00")),
    }
    at = instant("2026-11-11T00:00:00+08:00")
    quoted = quote(compile_rulebook(REFUSING, CATALOG), cart, at, usage)
    return explain_text(quoted, REFUSING, locale).split("\n\n")[-1]


def test_every_refusal_of_the_engine_in_chinese() -> None:
    assert refused_sections("zh_CN") == REFUSED_IN_CHINESE


def test_every_refusal_of_the_engine_in_english() -> None:
    assert refused_sections("en") == REFUSED_IN_ENGLISH


@given(
    quantities=st.fixed_dictionaries({sku: st.integers(0, 4) for sku in ("TEA", "CUP", "BAG")}),
    points=st.integers(0, 3_000),
    choice=st.sampled_from(RulebookChoice),
)
def test_what_the_engine_quotes_adds_up(
    quantities: dict[str, int], points: int, choice: RulebookChoice
) -> None:
    rulebook = Rulebook(
        CNY,
        choice=choice,
        promotions=(
            shop_rule("half", NthUnit(2, Decimal(50)), "item"),
            shop_rule("each", AmountOff(money("1.11"), per=Per.UNIT), "item"),
            shop_rule("percent", PercentOff(Decimal("12.5"))),
            shop_rule("full", AmountOff(money("50.00"), every=money("300.00")), "platform"),
            shop_rule("freight", ShippingOff(percent=Decimal(50)), "shipping"),
        ),
        points=PointsRules(Worth(100, money("1.00"))),
    )
    lines = tuple(Line(sku, sku, count) for sku, count in quantities.items() if count)
    shops = sorted({sku.shop for sku in CATALOG.skus if quantities[sku.sku]})
    fees = tuple(ShippingFee(shop, money("7.01")) for shop in shops)
    cart = Cart(lines=lines, shipping=fees, points=points)
    at = instant("2026-11-11T00:00:00+08:00")
    assert_adds_up(rulebook, quote(compile_rulebook(rulebook, CATALOG), cart, at))
