"""Every value that is impossible in a rulebook, with its path, in files and in code alike."""

from __future__ import annotations

from decimal import Decimal

import pytest
from attrs import evolve

from mallops.money import Currency, Money
from mallops.rulebook import decode_rulebook
from mallops.rules.aftersales import AfterSalesRules
from mallops.rules.benefits import FixedPrice, Gift, NthUnit, PercentOff
from mallops.rules.book import Rulebook
from mallops.rules.check import rulebook_problems
from mallops.rules.points import (
    Campaign,
    Earn,
    ExpireYearly,
    GoodsFactor,
    PointsRules,
    Worth,
)
from mallops.rules.promotions import Criteria, Lane, Promotion, Requires, Seat, Selector
from tests.rulebook.documents import (
    ADD_ON,
    AMOUNT_OFF,
    BUNDLE_PRICE,
    CNY,
    FIXED_PRICE,
    FULL_PROMOTION,
    FULL_RULEBOOK,
    GIFT,
    NTH_UNIT,
    PERCENT_OFF,
    REWARD,
    SHIPPING_OFF,
    Doc,
    benefit,
    changed,
    problems,
    promotion,
    rulebook,
    tiers,
)

P = "$.promotions[0]"
B = f"{P}.benefit"
CAMPAIGN = "points.earn.campaigns[0]"
ACTION = "points.actions[0]"


def found(document: Doc) -> dict[str, str]:
    return problems(lambda: decode_rulebook(document))


@pytest.mark.parametrize(
    ("held", "path"),
    [
        (benefit("percent_off", percent="120"), "percent"),
        (benefit("percent_off", percent="100.000001"), "percent"),
        (benefit("percent_off", percent="-5"), "percent"),
        (benefit("percent_off", percent="10", at_most="-1.00"), "at_most"),
        (benefit("amount_off", amount="-0.01"), "amount"),
        (benefit("amount_off", amount="5.00", every="0.00"), "every"),
        (benefit("amount_off", amount="5.00", every="60.00", at_most_times=0), "at_most_times"),
        (benefit("fixed_price", price="-1.00"), "price"),
        (benefit("nth_unit", n=0, percent="50", units=0), "n"),
        (benefit("nth_unit", n=2, percent="50", units=0), "units"),
        (benefit("nth_unit", n=2, percent="101"), "percent"),
        (benefit("nth_unit", n=2, percent="50", at_most_times=0), "at_most_times"),
        (benefit("bundle_price", size=0, price="9.00"), "size"),
        (benefit("bundle_price", size=3, price="-9.00"), "price"),
        (benefit("bundle_price", size=3, price="9.00", at_most_times=-1), "at_most_times"),
    ],
)
def test_a_number_out_of_range_in_a_benefit(held: Doc, path: str) -> None:
    assert f"{B}.{path}" in found(rulebook(promotion("item", held)))


@pytest.mark.parametrize(
    ("lane", "held", "path"),
    [
        ("shop", benefit("gift", sku="MUG", quantity=0), "quantity"),
        ("shop", benefit("gift", sku="MUG", quantity=1, value="-1.00"), "value"),
        ("shop", benefit("gift", sku="", quantity=1), "sku"),
        ("shop", benefit("add_on", sku="MUG", price="1.00", quantity=0), "quantity"),
        ("shop", benefit("add_on", sku="MUG", price="-1.00", quantity=1), "price"),
        ("shop", benefit("add_on", sku="", price="1.00", quantity=1), "sku"),
        ("shop", benefit("reward", points=0), "points"),
        ("shop", benefit("reward", multiplier="0.5"), "multiplier"),
        ("shipping", benefit("shipping_off", percent="100.5"), "percent"),
        ("shipping", benefit("shipping_off", amount="-1.00"), "amount"),
        ("shipping", benefit("shipping_off", price="-1.00"), "price"),
    ],
)
def test_a_number_out_of_range_in_another_lane(lane: str, held: Doc, path: str) -> None:
    assert f"{B}.{path}" in found(rulebook(promotion(lane, held)))


def test_every_and_times_are_for_the_seat_and_not_for_each_unit() -> None:
    held = benefit("amount_off", amount="5.00", every="60.00", at_most_times=2, per="unit")
    wrong = found(rulebook(promotion("item", held)))
    assert set(wrong) == {f"{B}.every", f"{B}.at_most_times"}
    assert all(f"{B}.per" in expected for expected in wrong.values())


def test_more_units_than_a_group_has() -> None:
    wrong = found(rulebook(promotion("item", benefit("nth_unit", n=2, percent="50", units=3))))
    assert wrong == {f"{B}.units": f"at most {B}.n, which is 2"}


@pytest.mark.parametrize(
    ("kind", "given", "fields"),
    [
        ("shipping_off", {}, ("percent", "amount", "price")),
        ("shipping_off", {"percent": "50", "price": "1.00"}, ("percent", "amount", "price")),
        ("reward", {}, ("points", "multiplier", "coupon")),
        ("reward", {"points": 5, "multiplier": "2"}, ("points", "multiplier", "coupon")),
    ],
)
def test_exactly_one_of_three(kind: str, given: Doc, fields: tuple[str, ...]) -> None:
    lane = "shipping" if kind == "shipping_off" else "shop"
    wrong = found(rulebook(promotion(lane, benefit(kind, **given))))
    assert set(wrong) == {B}
    assert all(f"{B}.{field}" in wrong[B] for field in fields)


def test_a_reward_grants_a_coupon_promotion_of_the_same_rulebook() -> None:
    held = benefit("reward", coupon="other")
    other = promotion("shop", PERCENT_OFF, id="other")
    assert set(found(rulebook(promotion("shop", held), other))) == {f"{B}.coupon"}
    decode_rulebook(rulebook(promotion("shop", held), {**other, "coupon": True}))


@pytest.mark.parametrize("held", [GIFT, ADD_ON, REWARD])
@pytest.mark.parametrize("lane", ["item", "shipping"])
def test_what_needs_a_whole_seat(held: Doc, lane: str) -> None:
    wrong = found(rulebook(promotion(lane, held)))
    assert set(wrong) == {f"{B}.kind"}
    assert f"{P}.lane" in wrong[f"{B}.kind"]
    for fitting in ("shop", "shop-coupon", "platform", "platform-coupon"):
        decode_rulebook(rulebook(promotion(fitting, held)))


@pytest.mark.parametrize("lane", ["item", "shop", "platform"])
def test_freight_is_for_parcel_lanes(lane: str) -> None:
    assert set(found(rulebook(promotion(lane, SHIPPING_OFF)))) == {f"{B}.kind"}


@pytest.mark.parametrize("held", [PERCENT_OFF, AMOUNT_OFF, FIXED_PRICE, NTH_UNIT, BUNDLE_PRICE])
def test_parcel_lanes_are_for_freight(held: Doc) -> None:
    assert set(found(rulebook(promotion("shipping", held)))) == {f"{B}.kind"}


def test_tiers_are_held_to_the_same() -> None:
    held = tiers({"amount": "1.00", "benefit": SHIPPING_OFF}, {"amount": "2.00", "benefit": GIFT})
    assert set(found(rulebook(promotion("item", held)))) == {
        f"{B}.tiers[0].benefit.kind",
        f"{B}.tiers[1].benefit.kind",
    }
    decode_rulebook(
        rulebook(promotion("shipping", tiers({"quantity": 1, "benefit": SHIPPING_OFF})))
    )


@pytest.mark.parametrize(
    ("lane", "held"),
    [
        ("item", NTH_UNIT),
        ("item", BUNDLE_PRICE),
        ("shop", GIFT),
        ("shop", ADD_ON),
        ("shop", REWARD),
        ("shipping", SHIPPING_OFF),
    ],
)
def test_units_are_not_cut_down_for_all_benefits(lane: str, held: Doc) -> None:
    wrong = found(rulebook(promotion(lane, held, at_most_units=2)))
    assert set(wrong) == {f"{P}.at_most_units"}
    assert f"{B}.kind" in wrong[f"{P}.at_most_units"]
    inside = tiers({"quantity": 1, "benefit": held})
    wrong = found(rulebook(promotion(lane, inside, at_most_units=2)))
    assert f"{B}.tiers[0].benefit.kind" in wrong[f"{P}.at_most_units"]


@pytest.mark.parametrize("held", [PERCENT_OFF, AMOUNT_OFF, FIXED_PRICE])
def test_units_are_cut_down_for_the_others(held: Doc) -> None:
    decode_rulebook(rulebook(promotion("item", held, at_most_units=2)))
    inside = tiers({"quantity": 1, "benefit": held})
    decode_rulebook(rulebook(promotion("item", inside, at_most_units=2)))


@pytest.mark.parametrize(
    ("held", "path", "other"),
    [
        ([], "tiers", ""),
        ([{"benefit": PERCENT_OFF}], "tiers[0]", "tiers[0].quantity"),
        (
            [{"amount": "1.00", "quantity": 1, "benefit": PERCENT_OFF}],
            "tiers[0]",
            "tiers[0].amount",
        ),
        (
            [{"amount": "1.00", "benefit": PERCENT_OFF}, {"quantity": 2, "benefit": PERCENT_OFF}],
            "tiers[1].quantity",
            "tiers[0].amount",
        ),
        (
            [{"amount": "2.00", "benefit": PERCENT_OFF}, {"amount": "2.00", "benefit": GIFT}],
            "tiers[1].amount",
            "tiers[0].amount",
        ),
        (
            [{"quantity": 3, "benefit": PERCENT_OFF}, {"quantity": 2, "benefit": PERCENT_OFF}],
            "tiers[1].quantity",
            "tiers[0].quantity",
        ),
        ([{"quantity": 0, "benefit": PERCENT_OFF}], "tiers[0].quantity", ""),
        ([{"amount": "-1.00", "benefit": PERCENT_OFF}], "tiers[0].amount", ""),
        (
            [{"quantity": 1, "benefit": benefit("percent_off", percent="101")}],
            "tiers[0].benefit.percent",
            "",
        ),
    ],
)
def test_tiers(held: list[Doc], path: str, other: str) -> None:
    wrong = found(rulebook(promotion("shop", tiers(*held))))
    assert set(wrong) == {f"{B}.{path}"}
    assert not other or f"{B}.{other}" in wrong[f"{B}.{path}"]


def test_no_tiers_within_tiers() -> None:
    inner = tiers({"quantity": 1, "benefit": PERCENT_OFF})
    wrong = found(rulebook(promotion("shop", tiers({"quantity": 1, "benefit": inner}))))
    assert set(wrong) == {f"{B}.tiers[0].benefit.kind"}


def test_ids_are_unique_and_not_empty() -> None:
    one = promotion("item", PERCENT_OFF)
    assert found(rulebook(one, one, one)) == {
        "$.promotions[1].id": "another than $.promotions[0].id",
        "$.promotions[2].id": "another than $.promotions[0].id",
    }
    lanes = [{"id": "item", "seat": "unit"}, {"id": "item", "seat": "shop"}]
    assert found(rulebook(one, lanes=lanes)) == {"$.lanes[1].id": "another than $.lanes[0].id"}
    assert set(found(rulebook({**one, "id": ""}))) == {"$.promotions[0].id"}
    assert set(found(rulebook(lanes=[{"id": "", "seat": "unit"}]))) == {"$.lanes[0].id"}


def test_lanes() -> None:
    assert set(found(rulebook(lanes=[]))) == {"$.lanes"}
    assert set(found(rulebook(promotion("vip", PERCENT_OFF)))) == {f"{P}.lane"}
    only = [{"id": "vip", "seat": "unit"}]
    assert set(found(rulebook(promotion("item", PERCENT_OFF), lanes=only))) == {f"{P}.lane"}
    decode_rulebook(rulebook(promotion("vip", PERCENT_OFF), lanes=only))


def test_only_later_lanes_are_blocked() -> None:
    blocks = ["shop", "vip", "item", "platform", "shipping"]
    wrong = found(rulebook(promotion("shop", PERCENT_OFF, blocks=blocks)))
    assert set(wrong) == {f"{P}.blocks[0]", f"{P}.blocks[1]", f"{P}.blocks[2]"}
    assert f"{P}.lane" in wrong[f"{P}.blocks[0]"]


@pytest.mark.parametrize(
    ("path", "value", "wrong"),
    [
        ("requires.amount", "-1.00", None),
        ("requires.quantity", 0, None),
        ("requires.distinct", 0, None),
        ("requires.items", {"price": {"below": "-1.00"}}, "requires.items.price.below"),
        ("at_most_units", 0, None),
        ("limits.per_customer", -1, None),
        ("limits.total", -1, None),
        ("limits.budget", "-1.00", None),
        ("items.price.at_least", "-1.00", None),
        ("items.except.price.below", "-1.00", None),
        ("funding.shop", "101", None),
    ],
)
def test_a_number_out_of_range_in_a_promotion(path: str, value: object, wrong: str | None) -> None:
    document = rulebook(changed(FULL_PROMOTION, path, value))
    assert set(found(document)) == {f"{P}.{wrong or path}"}


@pytest.mark.parametrize(
    ("path", "value", "wrong"),
    [
        ("timezone", "Asia/Peking", None),
        ("currency", "RMB", None),
        ("points.worth.points", 0, None),
        ("points.worth.money", "0.00", None),
        ("points.at_most_percent", "100.01", None),
        ("points.step", 0, None),
        ("points.earn.per", "0.00", None),
        ("points.earn.points", -1, None),
        ("points.earn.at_most_per_day", -1, None),
        ("points.earn.groups.vip", "-1", None),
        ("points.expire.yearly", "02-30", None),
        ("points.expire.yearly", "13-01", None),
        ("points.expire.yearly", "01-00", None),
        ("points.expire.grace_months", -1, None),
        ("points.expire.grace_months", 1201, None),
        ("points.expire.revive_days", -1, None),
        ("points.expire", {"after_days": 0}, "points.expire.after_days"),
        ("points.expire", {"after_days": 40_000}, "points.expire.after_days"),
        ("points.expire", {"inactive_days": 0}, "points.expire.inactive_days"),
        ("points.expire", {"inactive_days": 40_000}, "points.expire.inactive_days"),
        ("points.earn.at_most_per_order", -1, None),
        ("points.earn.at_most_per_month", -1, None),
        ("points.earn.items.0.multiplier", "-1", "points.earn.items[0].multiplier"),
        ("points.earn.campaigns.0.id", "", f"{CAMPAIGN}.id"),
        ("points.earn.campaigns.0.multiplier", "0.99", f"{CAMPAIGN}.multiplier"),
        ("points.earn.campaigns.0.at_most_per_order", -1, f"{CAMPAIGN}.at_most_per_order"),
        ("points.earn.campaigns.0.at_most_per_customer", -1, f"{CAMPAIGN}.at_most_per_customer"),
        ("points.earn.campaigns.0.at_most", -1, f"{CAMPAIGN}.at_most"),
        ("points.actions.0.id", "", f"{ACTION}.id"),
        ("points.actions.0.points", -1, f"{ACTION}.points"),
        ("points.actions.0.times.day", 0, f"{ACTION}.times.day"),
        ("points.actions.0.times.ever", 0, f"{ACTION}.times.ever"),
        ("points.actions.0.streak.0.days", 1, f"{ACTION}.streak[0].days"),
        ("points.actions.0.streak.1.days", 7, f"{ACTION}.streak[1].days"),
        ("points.actions.0.streak.1.days", 40_000, f"{ACTION}.streak[1].days"),
        ("points.actions.0.streak.1.points", 0, f"{ACTION}.streak[1].points"),
        ("points.tiers.months", 5, None),
        ("points.tiers.months", 0, None),
        ("points.tiers.months", 1, "points.tiers.grace_days"),
        ("points.tiers.grace_days", -1, None),
        ("points.tiers.grace_days", 169, None),
        ("points.tiers.tiers", [], None),
        ("points.tiers.tiers.0.points", 0, "points.tiers.tiers[0].points"),
        ("points.tiers.tiers.1.points", 100, "points.tiers.tiers[1].points"),
        ("points.tiers.tiers.1.id", "silver", "points.tiers.tiers[1].id"),
        ("points.transfer.at_least", 0, None),
        ("points.transfer.at_most_per_day", -1, None),
        ("points.hold_minutes", 0, None),
        ("points.hold_minutes", 10**8, None),
        ("after_sales.window_days", -1, None),
        ("after_sales.window_days", 40_000, None),
    ],
)
def test_a_number_out_of_range_elsewhere(path: str, value: object, wrong: str | None) -> None:
    assert set(found(changed(FULL_RULEBOOK, path, value))) == {f"$.{wrong or path}"}


def test_what_is_merely_unwise_is_not_impossible() -> None:
    unwise = {
        "schedule": {"starts": "2026-11-12T00:00", "ends": "2026-11-10T00:00"},
        "items": {"price": {"at_least": "5.00", "below": "1.00"}, "sku": ["nobody sells it"]},
        "requires": {"amount": "0.00"},
        "limits": {"total": 0, "per_customer": 0, "budget": "0.00"},
    }
    decode_rulebook(
        rulebook(
            promotion("item", benefit("amount_off", amount="0.00"), **unwise),
            promotion("item", benefit("percent_off", percent="0"), id="nothing"),
            promotion("item", benefit("nth_unit", n=1, percent="100"), id="all"),
        )
    )
    decode_rulebook(changed(FULL_RULEBOOK, "points.expire.yearly", "02-29"))


# --- what only code can build ------------------------------------------------------------


def built(*promotions: Promotion) -> Rulebook:
    return Rulebook(CNY, promotions=promotions)


def paths(book: Rulebook) -> list[str]:
    return [problem.path for problem in rulebook_problems(book)]


@pytest.mark.parametrize("percent", ["NaN", "sNaN", "Infinity", "-1", "100.0000000000000000000001"])
def test_percentages_that_only_code_can_build(percent: str) -> None:
    assert paths(built(Promotion("p", "item", PercentOff(Decimal(percent))))) == [f"{B}.percent"]


def test_amounts_in_another_currency() -> None:
    yen = Money(5, Currency.of("JPY"))
    required = Requires(amount=yen, items=Selector(exclude=Criteria(below=yen)))
    one = Promotion("p", "shop", FixedPrice(yen), requires=required)
    assert paths(built(one)) == [
        f"{P}.requires.amount",
        f"{P}.requires.items.except.price.below",
        f"{B}.price",
    ]


def test_values_that_files_cannot_hold() -> None:
    empty = Selector(exclude=Criteria())
    book = Rulebook(
        CNY,
        timezone="Nowhere",
        lanes=(Lane("", Seat.SHOP),),
        promotions=(Promotion("", "", Gift("", 1), items=empty),),
        points=PointsRules(
            Worth(1, Money(-1, CNY)), at_most_percent=Decimal("NaN"), expire=ExpireYearly(0, 1)
        ),
        after_sales=AfterSalesRules(excluded=Criteria()),
    )
    assert paths(book) == [
        "$.timezone",
        "$.lanes[0].id",
        f"{P}.id",
        f"{P}.items.except",
        f"{B}.sku",
        "$.points.worth.money",
        "$.points.at_most_percent",
        "$.points.expire.yearly",
        "$.after_sales.excluded",
    ]


def test_what_is_excluded_from_returns_is_told_by_what_goods_are() -> None:
    priced = Criteria(tags=frozenset("t"), at_least=Money(1, CNY), reduced=True)
    for rules, key in (
        (AfterSalesRules(excluded=priced), "excluded"),
        (AfterSalesRules(excluded_if_confirmed=priced), "excluded_if_confirmed"),
        (AfterSalesRules(excluded_once_opened=priced), "excluded_once_opened"),
    ):
        path = f"$.after_sales.{key}"
        assert paths(Rulebook(CNY, after_sales=rules)) == [f"{path}.price", f"{path}.reduced"]


def test_what_goods_earn_is_told_by_what_they_are() -> None:
    priced = Selector(
        Criteria(at_least=Money(1, CNY)), Criteria(tags=frozenset("t"), reduced=False)
    )
    empty = Selector(exclude=Criteria())
    earn = Earn(
        Money(100, CNY),
        1,
        items=(GoodsFactor(priced, Decimal(2)),),
        campaigns=(Campaign("c", Decimal("NaN"), items=empty),),
    )
    assert paths(Rulebook(CNY, points=PointsRules(earn=earn))) == [
        "$.points.earn.items[0].items.price",
        "$.points.earn.items[0].items.except.reduced",
        "$.points.earn.campaigns[0].multiplier",
        "$.points.earn.campaigns[0].items.except",
    ]


@pytest.mark.parametrize("listed", ["earn.campaigns", "actions"])
def test_ids_in_the_points_section_are_told_apart(listed: str) -> None:
    points = FULL_RULEBOOK["points"]
    held = (points["earn"]["campaigns"] if listed == "earn.campaigns" else points["actions"]) * 2
    document = changed(FULL_RULEBOOK, f"points.{listed}", held)
    assert found(document) == {f"$.points.{listed}[1].id": f"another than $.points.{listed}[0].id"}


def test_the_same_rulebook_without_its_faults_is_fine() -> None:
    fine = Promotion("p", "item", NthUnit(2, Decimal(50)))
    assert rulebook_problems(built(fine)) == []
    assert rulebook_problems(evolve(built(fine), lanes=(Lane("x", Seat.UNIT),))) != []
