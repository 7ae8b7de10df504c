"""The demo runs, adds up, and its data is what `docs/data.md` says it is."""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
import pytest

from examples import festival, points
from examples.data import cut_slice
from mallops.money import Currency, Money
from mallops.rulebook.book import decode_rulebook
from mallops.rulebook.catalog import decode_catalog

DATA = Path(cut_slice.__file__).parent
PENNY = Money(1, Currency.of("GBP"))


def document(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def titles(locale: str) -> list[str]:
    return [one["title"][locale] for one in document(festival.RULEBOOK)["promotions"]]


@pytest.mark.parametrize(
    ("locale", "language", "laws"),
    [("en", "en", "20 carts, 3 laws, 0 broken"), ("zh_CN", "zh-CN", "20 单，3 条定律，违反 0 次")],
)
def test_the_demo_tells_all_it_promises(
    locale: str, language: str, laws: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert festival.main(["--carts", "20", "--locale", locale]) == 0
    printed = capsys.readouterr().out
    assert all(title in printed for title in titles(language))
    assert festival.WORDS[locale]["payable"] in printed
    assert printed.splitlines()[-1] == laws


def test_what_the_promotions_gave_adds_up(capsys: pytest.CaptureFixture[str]) -> None:
    festival.main(["--carts", "20"])
    rows = capsys.readouterr().out.splitlines()
    first = next(i for i, row in enumerate(rows) if row.startswith("promotion "))
    last = next(i for i, row in enumerate(rows) if row.startswith("All promotions"))
    gave = [Decimal(row.split()[-2]) for row in rows[first + 1 : last + 1]]
    assert len(gave) == len(titles("en")) + 1
    assert sum(gave[:-1]) == gave[-1] > 0


def test_the_demo_does_without_rich(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "rich.console", None)
    assert festival.main(["--carts", "4"]) == 0
    assert capsys.readouterr().err.splitlines() == [f"Pricing {n}/4" for n in (1, 2, 3, 4)]


@pytest.mark.parametrize("number", ["0", "-1", "many"])
def test_the_demo_wants_a_cart(number: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        festival.main(["--carts", number])
    assert stopped.value.code == 2
    assert number in capsys.readouterr().err


def test_both_languages_have_the_same_words() -> None:
    assert festival.WORDS["en"].keys() == festival.WORDS["zh_CN"].keys()


def few() -> list[festival.Priced]:
    rulebook = decode_rulebook(document(festival.RULEBOOK))
    catalog = decode_catalog(document(festival.CATALOG), rulebook.currency, rulebook.timezone)
    return festival.price(rulebook, catalog, festival.read_orders(rulebook)[:3])


@pytest.mark.parametrize("number", range(3))
def test_a_broken_law_is_named_with_its_invoice(number: int) -> None:
    first, *rest = few()
    quote = first.quote
    line, *lines = quote.lines
    unit, *units = line.units
    below = attrs.evolve(unit, net=-PENNY, points=unit.points + unit.net + PENNY)
    broken = (
        attrs.evolve(quote, goods=quote.goods + PENNY, shipping=quote.shipping - PENNY),
        attrs.evolve(quote, points_worth=quote.points_worth + PENNY),
        attrs.evolve(
            quote,
            lines=(attrs.evolve(line, units=(below, *units), net=line.net - unit.net), *lines),
        ),
    )[number]
    law = list(festival.LAWS)[number]
    assert f"{first.order.invoice}: {law}" in festival.broken_laws(
        [attrs.evolve(first, quote=broken), *rest]
    )
    assert festival.broken_laws([first, *rest]) == []


def test_limits_carry_over_from_cart_to_cart() -> None:
    priced = few()[0]
    granted = festival.given_away(priced.quote)
    spent = festival.Spent()
    spent.book("c1", priced.quote)
    spent.book("", priced.quote)
    usage = spent.usage("c1")
    assert usage.keys() == granted.keys() != set()
    assert {(one.total, one.customer) for one in usage.values()} == {(2, 1)}
    assert all(usage[name].spent == amount * 2 for name, amount in granted.items())
    assert {one.customer for one in spent.usage("").values()} == {0}


# -- the slice -------------------------------------------------------------------------------


def test_carts_and_catalogue_fit_each_other() -> None:
    catalog, scenarios = document(festival.CATALOG), document(festival.CARTS)["scenarios"]
    carts = [scenario["cart"] for scenario in scenarios]
    shop_of = {item["sku"]: item["shop"] for item in catalog["products"]}
    assert {line["sku"] for cart in carts for line in cart["lines"]} == shop_of.keys()
    assert {entry["sku"] for entry in catalog["prices"]} <= shop_of.keys()
    for cart in carts:
        assert [parcel["shop"] for parcel in cart["shipping"]] == sorted(
            {shop_of[line["sku"]] for line in cart["lines"]}
        )
        assert len(cart["lines"]) <= cut_slice.MOST_LINES
        assert sum(line["quantity"] for line in cart["lines"]) <= cut_slice.MOST_UNITS


def test_the_slice_is_small_and_names_its_source() -> None:
    assert sum(path.stat().st_size for path in DATA.glob("*.json")) < 600_000
    told = (DATA / "README.md").read_text(encoding="utf-8")
    assert all(words in told for words in ("10.24432/C5CG6D", "Chen (2019)", "CC BY 4.0"))


# -- how it is cut ---------------------------------------------------------------------------


def record(**changed: Any) -> dict[str, Any]:
    made_up = {
        "invoice": "579000",
        "stock_code": "22423",
        "description": "REGENCY  CAKESTAND 3 TIER",
        "quantity": 2,
        "ts": cut_slice.WEEK_STARTS.replace(tzinfo=None),
        "unit_price": 12.75,
        "customer_id": 12345,
        "country": "United Kingdom",
    }
    return made_up | changed


def row(**changed: Any) -> cut_slice.Row:
    found = cut_slice.as_row(record(**changed))
    assert found is not None
    return found


def test_a_row_is_read_in_pence() -> None:
    assert (row().price, row().title) == (1275, "REGENCY CAKESTAND 3 TIER")
    assert row(stock_code="85123a ").sku == "85123A"


@pytest.mark.parametrize(
    "changed",
    [
        {"invoice": "C579000", "quantity": -2},
        {"unit_price": 0.0},
        {"description": None},
        {"stock_code": "POST"},
        {"stock_code": "gift_0001_20"},
        {"stock_code": "23444"},
    ],
)
def test_what_is_no_sale_of_goods_is_left_out(changed: dict[str, Any]) -> None:
    assert cut_slice.as_row(record(**changed)) is None


def bought(*pairs: tuple[int, float]) -> list[cut_slice.Row]:
    return [row(quantity=quantity, unit_price=price) for quantity, price in pairs]


def test_the_regular_price_is_no_rare_one() -> None:
    often = bought(*[(1, 2.08)] * 9, (24, 1.79))
    assert cut_slice.regular_price([*often, *bought((1, 4.13))]) == 208


def test_a_tier_is_a_lower_price_for_more() -> None:
    regular = [(2, 2.00)] * 5
    rows = bought(*regular, *[(12, 1.80)] * 4, *[(6, 1.70)] * 4, *[(100, 1.50)] * 3, (500, 1.40))
    # 1.70 asks for less than 1.80 did, and one sale at 1.40 is none.
    assert cut_slice.quantity_tiers(rows, 200) == [(12, 180), (100, 150)]


def test_a_clearance_is_no_tier() -> None:
    assert cut_slice.quantity_tiers(bought(*[(1, 2.00)] * 3, *[(50, 1.00)] * 3), 200) == []


@pytest.mark.parametrize(
    ("title", "category"),
    [
        ("RABBIT NIGHT LIGHT", "home/lights"),
        ("WHITE HANGING HEART T-LIGHT HOLDER", "home/candles"),
        ("PAPER CHAIN KIT 50'S CHRISTMAS ", "christmas/paper"),
        ("HAND WARMER OWL DESIGN", "home/warmth"),
        ("LUNCH BAG CARS BLUE", "bags/lunch"),
        ("BREAD BIN, CREAM", "kitchen/cookware"),
        ("CLAM SHELL SMALL", "home/ornaments"),
    ],
)
def test_a_category_follows_from_whole_words(title: str, category: str) -> None:
    assert cut_slice.category_of(title) == category


def test_standing_follows_from_the_year_before() -> None:
    order = cut_slice.Order(at=cut_slice.WEEK_STARTS, lines=2, units=24, spent=1000)
    assert cut_slice.groups_of("France", []) == ["abroad", "member"]
    assert cut_slice.groups_of("United Kingdom", [order] * 3) == ["member", "wholesale"]
    assert cut_slice.groups_of("United Kingdom", [attrs.evolve(order, units=2)] * 10) == [
        "member",
        "vip",
    ]


def test_points_pay_once_a_week() -> None:
    rows = [row(customer_id=12344, ts=cut_slice.WEEK_STARTS.replace(tzinfo=None, day=24))]
    old = cut_slice.Order(at=rows[0].at - timedelta(days=30), lines=1, units=1, spent=12_345)
    assert cut_slice.customer_fields(rows, [old])["points"] == 123
    again = attrs.evolve(old, at=rows[0].at - timedelta(days=1))
    assert "points" not in cut_slice.customer_fields(rows, [old, again])


def test_a_first_order_and_a_guest() -> None:
    assert cut_slice.customer_fields([row()], [])["customer"]["first_order"] is True
    assert cut_slice.customer_fields([row(customer_id=None)], []) == {}


# -- points ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("locale", "told"),
    [
        ("en", "307 points expire on 31 March 2027"),
        ("zh_CN", "307 积分将于2027年3月31日到期"),
    ],
)
def test_the_story_of_points_ends_with_books_that_balance(
    locale: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert points.main(["--locale", locale]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("115.00 - 57.50\n")
    assert told in printed
