"""Strict reading: types, keys and forms, all problems at once, each at its path."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mallops.money import Money
from mallops.rulebook import decode_cart, decode_catalog, decode_rulebook, parse_json
from mallops.rulebook.reader import MAX_PROBLEMS
from mallops.rulebook.scalars import MAX_ID, MAX_TEXT, MAX_WHOLE
from mallops.rules.benefits import PercentOff, Reward
from mallops.rules.promotions import Selector
from mallops.time import instant
from tests.rulebook.documents import (
    CNY,
    FULL_CART,
    FULL_CATALOG,
    FULL_PROMOTION,
    FULL_RULEBOOK,
    PERCENT_OFF,
    Doc,
    benefit,
    changed,
    problems,
    promotion,
    rulebook,
)

P = "$.promotions[0]"


def found(document: object) -> dict[str, str]:
    return problems(lambda: decode_rulebook(document))


def in_promotion(path: str, value: object) -> dict[str, str]:
    return found(rulebook(changed(FULL_PROMOTION, path, value)))


@pytest.mark.parametrize("document", [None, 5, "x", [], True, 1.5, object(), b"{}", {1, 2}])
def test_a_document_is_an_object(document: object) -> None:
    assert found(document) == {"$": "an object"}
    assert problems(lambda: decode_catalog(document, CNY)) == {"$": "an object"}
    assert problems(lambda: decode_cart(document, CNY)) == {"$": "an object"}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("id", 5),
        ("lane", None),
        ("priority", "1"),
        ("priority", True),
        ("priority", 1.0),
        ("priority", 2**53),
        ("title", "50 off"),
        ("title.en", 5),
        ("schedule", []),
        ("schedule.starts", "2026-11-10"),
        ("schedule.starts", "20:00"),
        ("schedule.starts", 1762776000),
        ("schedule.starts", datetime(2026, 11, 10)),  # noqa: DTZ001 - the point
        ("schedule.weekly", {}),
        ("schedule.weekly.0", "sat"),
        ("audience.groups", "vip"),
        ("audience.first_order", 1),
        ("coupon", "true"),
        ("active", 0),
        ("items", []),
        ("items.category", "care"),
        ("items.reduced", "false"),
        ("items.price", "20.00"),
        ("items.price.below", 500),
        ("items.except", ["X"]),
        ("requires.quantity", "2"),
        ("requires.quantity", 2.0),
        ("requires.scope", "cart"),
        ("at_most_units", False),
        ("benefit", None),
        ("benefit", "percent_off"),
        ("blocks", "shipping"),
        ("limits.budget", 50000),
        ("limits.total", None),
        ("funding", ["platform"]),
        ("funding.shop", 40),
        ("funding.shop", "40%"),
        ("funding.shop", "4e1"),
        ("funding.shop", " 40"),
        ("funding.shop", "+40"),
        ("funding.shop", "４０"),
        ("funding.shop", ""),
    ],
)
def test_types_in_a_promotion(path: str, value: object) -> None:
    assert set(in_promotion(path, value)) == {f"{P}.{_written(path)}"}


def _written(path: str) -> str:
    return "".join(f"[{step}]" if step.isdecimal() else f".{step}" for step in path.split("."))[1:]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("format", "mallops.rulebook/2"),
        ("format", None),
        ("version", 1.5),
        ("version", -1),
        ("timezone", 8),
        ("rounding", "up"),
        ("lanes", {}),
        ("lanes.0", "item"),
        ("lanes.0.seat", "line"),
        ("choice", True),
        ("promotions", {}),
        ("promotions.3", None),
        ("points", 5),
        ("points.worth", None),
        ("points.worth.money", 1),
        ("points.earn.groups.vip", 1.5),
        ("points.earn.groups.vip", 10**9),
        ("points.earn.settles", "never"),
        ("points.expire", "never"),
        ("points.expire.yearly", "12-31-2026"),
        ("points.expire.yearly", 1231),
        ("after_sales.window_days", "7"),
        ("after_sales.lost_threshold", None),
        ("after_sales.excluded", ["F"]),
    ],
)
def test_types_in_a_rulebook(path: str, value: object) -> None:
    assert set(found(changed(FULL_RULEBOOK, path, value))) == {f"$.{_written(path)}"}


@pytest.mark.parametrize("code", [None, 5, "", "RMB", "cny", "CNYX", ["CNY"]])
def test_currencies(code: object) -> None:
    """Amounts are then looked at for their form alone, and nothing is said of their digits."""
    document = rulebook(promotion("item", benefit("fixed_price", price="1.234567")), currency=code)
    assert set(found(document)) == {"$.currency"}
    assert set(found(changed(document, "promotions.0.benefit.price", "x"))) == {
        "$.currency",
        f"{P}.benefit.price",
    }


def test_a_timezone_that_nobody_knows_leaves_instants_unread() -> None:
    document = changed(FULL_RULEBOOK, "timezone", "Asia/Peking")
    assert set(found(document)) == {"$.timezone"}


@pytest.mark.parametrize(
    ("document", "missing"),
    [
        ({}, "$.currency"),
        (rulebook({"lane": "item", "benefit": PERCENT_OFF}), f"{P}.id"),
        (rulebook({"id": "p", "benefit": PERCENT_OFF}), f"{P}.lane"),
        (rulebook({"id": "p", "lane": "item"}), f"{P}.benefit"),
        (rulebook(promotion("item", {})), f"{P}.benefit.kind"),
        (rulebook(promotion("item", {"kind": "percent_off"})), f"{P}.benefit.percent"),
        (rulebook(points={"worth": {"points": 1}}), "$.points.worth.money"),
        (rulebook(lanes=[{"id": "x"}]), "$.lanes[0].seat"),
    ],
)
def test_what_is_required(document: Doc, missing: str) -> None:
    assert set(found(document)) == {missing}


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("amount_off", {"amount"}),
        ("fixed_price", {"price"}),
        ("nth_unit", {"n", "percent"}),
        ("bundle_price", {"size", "price"}),
        ("gift", {"sku", "quantity"}),
        ("add_on", {"sku", "price", "quantity"}),
        ("tiers", {"tiers"}),
    ],
)
def test_what_a_benefit_requires(kind: str, fields: set[str]) -> None:
    wrong = found(rulebook(promotion("shop", benefit(kind))))
    assert set(wrong) == {f"{P}.benefit.{field}" for field in fields}


@pytest.mark.parametrize(
    ("path", "known"),
    [
        ("currrency", "currency"),
        ("promotions.0.Id", "id"),
        ("promotions.0.benefit.atmost", ""),
        ("promotions.0.benefit.percents", ""),
        ("promotions.0.items.categories", "category"),
        ("promotions.0.items.except.except", ""),
        ("promotions.0.items.price.from", ""),
        ("promotions.0.schedule.end", "ends"),
        ("promotions.0.schedule.weekly.0.until", ""),
        ("promotions.0.requires.item", "items"),
        ("promotions.0.limits.customer", "per_customer"),
        ("promotions.0.audience.group", "groups"),
        ("promotions.14.benefit.tiers.0.percent", ""),
        ("lanes.0.name", ""),
        ("points.worth.of", ""),
        ("points.earn.multiplier", ""),
        ("points.earn.items.0.items.price", ""),
        ("points.earn.items.1.items.except.reduced", ""),
        ("points.earn.campaigns.0.at_most_per_day", ""),
        ("points.actions.0.times.week", ""),
        ("points.actions.0.streak.0.day", "days"),
        ("points.tiers.tiers.0.name", ""),
        ("points.tiers.year", ""),
        ("points.transfer.allow", "allowed"),
        ("points.hold_minute", "hold_minutes"),
        ("points.expire.after_days", ""),
        ("points.expire.inactive", ""),
        ("after_sales.window", "window_days"),
        ("after_sales.excluded.reduced", ""),
    ],
)
def test_unknown_keys(path: str, known: str) -> None:
    wrong = found(changed(FULL_RULEBOOK, path, 1))
    assert set(wrong) == {f"$.{_written(path)}"}
    assert known in wrong[f"$.{_written(path)}"]


def test_unknown_keys_of_catalogues_and_carts() -> None:
    catalog = changed(FULL_CATALOG, "products.0.colour", "red")
    assert set(problems(lambda: decode_catalog(catalog, CNY))) == {"$.products[0].colour"}
    cart = changed(FULL_CART, "customer.name", "Li")
    assert set(problems(lambda: decode_cart(cart, CNY))) == {"$.customer.name"}


@pytest.mark.parametrize(
    ("key", "path"),
    [
        ("满减", "$.满减"),
        ("a b", '$["a b"]'),
        ('"', r'$["\""]'),
        ("", '$[""]'),
        ("\ud800", r'$["\ud800"]'),
        (5, "$.5"),
        (None, "$.None"),
    ],
)
def test_keys_of_any_kind_have_a_path(key: object, path: str) -> None:
    document: dict[Any, object] = {"currency": "CNY", key: 1}
    assert set(found(document)) == {path}


def test_a_very_long_key_is_cut() -> None:
    [path] = found({"currency": "CNY", "x" * 10_000: 1})
    assert len(path) < 200


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ('{"currency": "CNY", "currency": "CNY"}', "$.currency"),
        ('{"currency": "CNY", "title": {"en": "a", "en": "a"}}', "$.title.en"),
        (
            '{"currency": "CNY", "promotions": [{"benefit": {"kind": "gift", "kind": "gift"}}]}',
            f"{P}.benefit.kind",
        ),
        ('{"currency": "CNY", "what": 1, "what": 1}', "$.what"),
    ],
)
def test_keys_that_repeat(document: str, path: str) -> None:
    assert found(parse_json(document))[path] in {"it once", "no such key"}


@pytest.mark.parametrize("text", ["\ud800", "a\udfffb"])
def test_halves_of_surrogate_pairs(text: str) -> None:
    assert set(found(rulebook(promotion("item", PERCENT_OFF, id=text)))) == {f"{P}.id"}
    assert set(found(rulebook(title={"en": text}))) == {"$.title.en"}
    assert set(found(rulebook(title={text: "x"}))) != set()


def test_lengths() -> None:
    assert set(found(rulebook(id="x" * (MAX_ID + 1)))) == {"$.id"}
    assert set(found(rulebook(title={"en": "x" * (MAX_TEXT + 1)}))) == {"$.title.en"}
    decode_rulebook(rulebook(id="x" * MAX_ID, title={"en": "界" * MAX_TEXT}))


@pytest.mark.parametrize("digits", [16, 31, 5_000])
def test_numbers_of_many_digits(digits: int) -> None:
    document = parse_json('{"currency": "CNY", "points": {"step": %s}}' % ("9" * digits))
    assert set(found(document)) == {"$.points.step"}
    decode_rulebook(rulebook(promotion("item", PERCENT_OFF, priority=-MAX_WHOLE)))


@pytest.mark.parametrize("number", ["1.5", "1e2", "1.0", "NaN", "Infinity", "-Infinity", "1e999"])
def test_no_floats(number: str) -> None:
    document = parse_json(f'{{"currency": "CNY", "points": {{"step": {number}}}}}')
    assert set(found(document)) == {"$.points.step"}


def test_hours() -> None:
    def weekly(**hours: object) -> Doc:
        return rulebook(promotion("item", PERCENT_OFF, schedule={"weekly": [hours]}))

    to = f"{P}.schedule.weekly[0].to"
    same = found(weekly(**{"from": "10:00", "to": "10:00"}))
    assert set(same) == {to}
    assert f"{P}.schedule.weekly[0].from" in same[to]
    assert set(found(weekly(**{"from": "10:00"}))) == {to}
    assert set(found(weekly(to="10:00"))) == {f"{P}.schedule.weekly[0].from"}
    assert set(found(weekly(**{"from": "24:00", "to": "00:00"}))) == {
        f"{P}.schedule.weekly[0].from"
    }
    assert set(found(weekly(**{"from": "9:00", "to": "24:30"}))) == {
        f"{P}.schedule.weekly[0].from",
        to,
    }
    assert set(found(weekly(days=["Sat"], **{"from": "09:00", "to": "24:00"}))) == {
        f"{P}.schedule.weekly[0].days[0]"
    }
    book = decode_rulebook(weekly(**{"from": "00:00", "to": "24:00"}))
    assert book.promotions[0].schedule.weekly[0].days == frozenset()


def test_problems_of_structure_come_first_and_hide_only_what_depends_on_them() -> None:
    document = rulebook(
        promotion("item", benefit("percent_off", percent="120", atmost="1.00")),
        promotion("item", benefit("fixed_price", price=5), at_most_units=0, limits={"total": -1}),
        promotion("nowhere", benefit("unheard-of", percent="120")),
        promotion("item", benefit("gift", sku="G"), id=7),
        {"id": "p", "benefit": PERCENT_OFF, "blocks": ["nowhere"]},
    )
    with pytest.raises(ValueError, match="expected") as caught:
        decode_rulebook(document)
    assert [problem.path for problem in caught.value.problems] == [  # type: ignore[attr-defined]
        "$.promotions[0].benefit.atmost",
        "$.promotions[1].benefit.price",
        "$.promotions[2].benefit.kind",
        "$.promotions[3].id",
        "$.promotions[3].benefit.quantity",
        "$.promotions[4].lane",
        "$.promotions[1].id",
        "$.promotions[2].id",
        "$.promotions[4].id",
        "$.promotions[0].benefit.percent",
        "$.promotions[1].at_most_units",
        "$.promotions[1].limits.total",
        "$.promotions[2].lane",
        "$.promotions[4].blocks[0]",
    ]


def test_a_broken_lane_hides_what_is_said_of_lanes() -> None:
    lanes = [{"id": "item", "seat": "unit"}, {"id": 5, "seat": "shop"}]
    document = rulebook(promotion("nowhere", PERCENT_OFF, blocks=["elsewhere"]), lanes=lanes)
    assert set(found(document)) == {"$.lanes[1].id"}


def test_very_many_problems() -> None:
    wrong = found(rulebook(*[{}] * (10 * MAX_PROBLEMS)))
    assert len(wrong) == MAX_PROBLEMS + 1
    assert "$" in wrong


def test_an_empty_list_is_as_if_absent() -> None:
    lists: Doc = {"category": [], "brand": [], "sku": [], "shop": [], "tag": [], "price": {}}
    book = decode_rulebook(
        rulebook(
            promotion(
                "item",
                PERCENT_OFF,
                items={**lists, "except": lists},
                audience={"groups": []},
                blocks=[],
                requires={"items": lists},
            ),
            after_sales={"excluded": {"category": []}},
        )
    )
    [one] = book.promotions
    assert one.items == Selector()
    assert one.requires.items == Selector()
    assert book.after_sales.excluded is None
    assert decode_rulebook(rulebook()).points is None


def test_factors_are_text_or_whole() -> None:
    for written in (2, "2", "2.0"):
        book = decode_rulebook(rulebook(promotion("shop", benefit("reward", multiplier=written))))
        assert book.promotions[0].benefit == Reward(multiplier=Decimal(2))


def test_a_version_may_be_a_number() -> None:
    assert decode_rulebook(rulebook(version=3)).version == "3"


def test_local_instants_are_the_rulebooks() -> None:
    schedule = {"starts": "2026-11-10T20:00", "ends": "2026-11-10T20:00Z"}
    document = rulebook(promotion("item", PERCENT_OFF, schedule=schedule), timezone="Asia/Tokyo")
    window = decode_rulebook(document).promotions[0].schedule.window
    assert window.starts == instant("2026-11-10T20:00+09:00")
    assert window.ends == instant("2026-11-10T20:00Z")


def test_amounts_have_the_currencys_digits() -> None:
    document = rulebook(promotion("item", benefit("fixed_price", price="12")))
    assert str(decode_rulebook(document).promotions[0].benefit) == (
        f"FixedPrice(price={Money(1200, CNY)!r})"
    )


@given(st.decimals(0, 100, places=12) | st.integers(0, 100).map(Decimal))
def test_percentages_are_exact(percent: Decimal) -> None:
    document = rulebook(promotion("item", benefit("percent_off", percent=f"{percent:f}")))
    assert decode_rulebook(document).promotions[0].benefit == PercentOff(percent)
