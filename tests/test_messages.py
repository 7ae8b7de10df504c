from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import mallops
from mallops.catalog.completeness import SHORTCOMINGS, completeness
from mallops.catalog.model import Catalog, PriceEntry, Sku
from mallops.errors import InputError
from mallops.loopholes.carts.goals import (
    BelowCost,
    BelowMargin,
    CheaperSplit,
    CheaperWithMore,
    DeepDiscount,
    Free,
    Goal,
    code_of,
)
from mallops.loopholes.checks.shelf import ADOPTED
from mallops.loopholes.sequences.identities import ACCOUNT_PAYS, ACTION_PAYS, ACTION_POOLS
from mallops.loopholes.sequences.telling import KINDS
from mallops.loopholes.signals.sharing import CODES
from mallops.messages import Wording, locales, localized, message, wordings
from mallops.money import Currency, Money
from mallops.time import Window, instant

PACKAGE = Path(mallops.__file__).parent
LOCALES = ("en", "zh_CN")

# Rulebook section 6, and what the engine may say of each; a detail with values has these alone.
REFUSALS: dict[str, dict[str, list[str]]] = {
    "inactive": {},
    "not_scheduled": {"starts": ["2026-11-10T20:00"], "ends": ["2026-11-12T00:00"]},
    "not_audience": {"groups": ["vip, gold"], "first_order": ["true"]},
    "no_coupon": {},
    "used_up": {"limit": ["total", "per_customer", "budget"], "used": ["3"], "allowed": ["3"]},
    "no_items": {},
    "blocked": {"by": ["a, b"]},
    "below_quantity": {
        "required": ["2"],
        "reached": ["1"],
        "missing": ["1"],
        "measure": ["quantity", "distinct"],
    },
    "below_amount": {"required": ["300.00"], "reached": ["280.00"], "missing": ["20.00"]},
    "no_effect": {},
    "outbid": {"by": ["a, b"]},
    "unknown_coupon": {},
}


def every_wording(locale: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], Wording]:
    return {
        (code, wording.conditions): wording
        for code, found in wordings(locale).items()
        for wording in found
    }


def test_the_locales_are_those_of_the_house() -> None:
    assert locales() == LOCALES


def test_all_locales_say_the_same_codes_with_the_same_blanks() -> None:
    blanks = [
        {key: wording.blanks for key, wording in every_wording(locale).items()}
        for locale in LOCALES
    ]
    assert blanks[0] == blanks[1]


@pytest.mark.parametrize("locale", LOCALES)
def test_no_wording_is_empty_or_written_twice(locale: str) -> None:
    text = (files("mallops") / "locale" / f"{locale}.po").read_text("utf-8")
    written = re.findall(r'^msgid "(.+)"$', text, re.MULTILINE)
    assert len(written) == len(set(written)) == len(every_wording(locale))
    assert all(wording.text for wording in every_wording(locale).values())


@pytest.mark.parametrize("locale", LOCALES)
def test_what_a_wording_shows_is_given_wherever_it_is_taken(locale: str) -> None:
    for code, found in wordings(locale).items():
        plain = [wording for wording in found if not wording.conditions]
        assert len(plain) == 1, f"{code} needs a wording that asks for no details"
        for wording in found:
            given_for_sure = {name for name, _ in wording.conditions} | plain[0].blanks
            assert wording.blanks <= given_for_sure, (code, wording)


@st.composite
def refusals(draw: st.DrawFn) -> tuple[str, dict[str, str]]:
    code = draw(st.sampled_from(sorted(REFUSALS)))
    names = draw(st.sets(st.sampled_from(sorted(REFUSALS[code])))) if REFUSALS[code] else set()
    return code, {name: draw(st.sampled_from(REFUSALS[code][name])) for name in sorted(names)}


@pytest.mark.parametrize("locale", LOCALES)
@given(refusal=refusals())
def test_a_refusal_has_wording_whichever_details_are_given(
    locale: str, refusal: tuple[str, dict[str, str]]
) -> None:
    text = message(*refusal[:1], locale, refusal[1])
    assert text
    assert "{" not in text


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(("code", "details"), REFUSALS.items())
def test_a_refusal_shows_all_its_numbers(
    locale: str, code: str, details: dict[str, list[str]]
) -> None:
    given_all = {name: values[0] for name, values in details.items()}
    text = message(code, locale, given_all)
    chooses = {"limit", "measure", "first_order"}
    assert all(value in text for name, value in given_all.items() if name not in chooses)


@pytest.mark.parametrize("locale", LOCALES)
def test_what_a_catalogue_lacks_can_be_said_with_the_details_it_comes_with(locale: str) -> None:
    low, high = Money(100, Currency.of("CNY")), Money(200, Currency.of("CNY"))
    at = instant("2026-11-11T00:00:00+08:00")
    catalog = Catalog(
        (
            Sku("bare", None),
            Sku("odd", low, cost=high, floor=high, product="p"),
            Sku("twin", high, cost=high, floor=high, product="p"),
        ),
        (
            PriceEntry("twin", low),
            PriceEntry("twin", high),
            PriceEntry("twin", low, window=Window(at, at)),
        ),
    )
    findings = completeness(catalog)
    assert {finding.code for finding in findings} > SHORTCOMINGS
    for finding in findings:
        assert finding.details["sku"] in message(finding.code, locale, finding.details)


@pytest.mark.parametrize(
    ("details", "text"),
    [
        ({}, "its uses or its budget are used up"),
        ({"limit": "total"}, "its uses or its budget are used up"),
        ({"limit": "total", "used": "3", "allowed": "3"}, "uses in all: 3 of 3"),
        (
            {"limit": "per_customer", "used": "1", "allowed": "1"},
            "uses by this customer: 1 of 1",
        ),
        (
            {"limit": "budget", "used": "500.00", "allowed": "500.00"},
            "budget: 500.00 of 500.00 spent",
        ),
        ({"limit": "total", "used": "", "allowed": ""}, "its uses or its budget are used up"),
    ],
)
def test_the_wording_is_chosen_by_the_details(details: dict[str, str], text: str) -> None:
    assert message("used_up", "en", details) == text


def test_what_fills_a_blank_is_not_read_as_a_template() -> None:
    details = {"by": "{by} {0} {missing.__class__} %s"}
    assert message("outbid", "en", details) == "{by} {0} {missing.__class__} %s has its place"


def test_a_locale_may_be_written_with_a_hyphen() -> None:
    assert message("inactive", "zh-CN", {}) == message("inactive", "zh_CN", {}) == "未启用"


@pytest.mark.parametrize("locale", ["fr", "", "../en", "en.po", "EN"])
def test_an_unknown_locale_is_told_which_there_are(locale: str) -> None:
    with pytest.raises(InputError) as caught:
        message("outbid", locale, {})
    (problem,) = caught.value.problems
    assert problem.path == "$.locale"
    assert problem.expected == "one of en, zh_CN"


@pytest.mark.parametrize("code", ["no_such_code", "", "used_up[limit=budget,used,allowed]"])
def test_an_unknown_code_is_refused(code: str) -> None:
    with pytest.raises(InputError) as caught:
        message(code, "en", {})
    assert [problem.path for problem in caught.value.problems] == ["$.code"]


def test_a_missing_blank_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        message("explain.unit", "en", {})
    assert [problem.path for problem in caught.value.problems] == ["$.details.number"]


def test_titles_fall_back_to_the_language_then_to_any() -> None:
    titles = {"en": "Free", "zh-Hant-TW": "免運", "zh-CN": "包邮"}
    assert localized(titles, "zh_CN", "id") == "包邮"
    assert localized(titles, "zh_HK", "id") == "包邮"
    assert localized({"en": "Free", "zh-Hant-TW": "免運"}, "zh_CN", "id") == "免運"
    assert localized(titles, "fr", "id") == "Free"
    assert localized({"en": " ", "zh-CN": "包邮"}, "en", "id") == "包邮"
    assert localized({"en": ""}, "en", "id") == "id"


def test_the_page_tells_the_refusals_in_their_order() -> None:
    page = (Path(__file__).parent.parent / "docs" / "explain.md").read_text("utf-8")
    assert re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE) == [*REFUSALS]


def test_the_catalogues_wait_until_they_are_needed() -> None:
    code = "import sys, mallops.messages; sys.exit('babel' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


GOALS: tuple[Goal, ...] = (
    BelowCost(),
    BelowMargin(Decimal(0)),
    Free(),
    DeepDiscount(Decimal(0)),
    CheaperWithMore(),
    CheaperSplit(),
)
GIVERS = ("Concern", "Finding", "Loophole", "Refusal", "Suspicion", "lacking")

# Modules that give a code by name: where the codes are told, so that none is missed.
TOLD = {
    "catalog/completeness.py": SHORTCOMINGS,
    "catalog/proposals.py": frozenset[str](),  # `lacking` passes on what it is called with.
    "catalog/screening.py": frozenset({"unknown_sku", "draft", "delisted", "unpriced"}),
    "loopholes/checks/shelf.py": ADOPTED,
    "loopholes/carts/own_goods.py": frozenset({"shop_buys_from_itself", "supplier_buys_back"}),
    "loopholes/carts/witnessing.py": frozenset(map(code_of, GOALS)),
    "loopholes/sequences/identities.py": frozenset({ACCOUNT_PAYS, ACTION_PAYS, ACTION_POOLS}),
    "loopholes/signals/sharing.py": frozenset(CODES.values()),
    "loopholes/sequences/telling.py": frozenset(KINDS),
    # Guards have codes of their machine's, and their wording is the machine's as well.
    "lifecycles/explaining.py": frozenset[str](),
    "lifecycles/stepping.py": frozenset[str](),
    "recommend/ranking/excluding.py": frozenset({"draft", "delisted", "unpriced"}),
    "recommend/ranking/pinning.py": frozenset(
        {"pin_blocked", "pin_beyond", "pin_taken", "pin_twice", "pin_gives_way"}
    ),
    "testing/naive_signals.py": frozenset[str](),  # They are those of the signals.
}


def codes_in(module: Path) -> Iterator[str]:
    """The codes that a module gives to one of `GIVERS`."""
    name = module.relative_to(PACKAGE).as_posix()
    for call in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(call, ast.Call) and ast.unparse(call.func) in GIVERS:
            named = (keyword.value for keyword in call.keywords if keyword.arg == "code")
            match next(iter((*call.args, *named))):
                case ast.Constant(value=str() as code):
                    yield code
                case ast.Name(id=constant) if constant.isupper():
                    yield constant_of(name, constant)
                case _ if name.startswith("promotions/"):
                    yield from REFUSALS
                case _:
                    assert name in TOLD, f"tell the codes of {name} in this file"
                    yield from TOLD[name]


def constant_of(module: str, name: str) -> str:
    loaded = importlib.import_module(f"mallops.{module.removesuffix('.py').replace('/', '.')}")
    return str(getattr(loaded, name))


@pytest.mark.parametrize("locale", LOCALES)
def test_every_code_of_the_library_has_wording(locale: str) -> None:
    used = {code for module in PACKAGE.rglob("*.py") for code in codes_in(module)}
    assert used | REFUSALS.keys() <= wordings(locale).keys()
