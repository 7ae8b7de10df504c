"""Scenario files, and the scenarios in them, run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from mallops.errors import InputError
from mallops.promotions.engine import compile_rulebook
from mallops.rulebook import decode_scenarios, read_scenarios
from mallops.rulebook.asking import Quoted, quote_scenario
from mallops.rulebook.running import Failed, Mismatch, Passed, run_scenario
from mallops.rulebook.scenarios import Scenario
from mallops.rulebook.shared import Rejected, Shared
from tests.rulebook.documents import (
    AT,
    PERCENT_OFF,
    Doc,
    benefit,
    changed,
    problems,
    promotion,
    rulebook,
)
from tests.rulebook.strategies import JSON, spoilt

TENTH = rulebook(promotion("item", benefit("percent_off", percent="10")))
CATALOG: Doc = {"products": [{"sku": "A", "price": "60.00", "shop": "s1"}]}
CART: Doc = {"lines": [{"id": "1", "sku": "A", "quantity": 1}]}
SCENARIO: Doc = {"name": "a tenth off", "at": AT, "cart": CART, "expect": {"payable": "54.00"}}
FILE: Doc = {
    "format": "mallops.scenarios/1",
    "rulebook": TENTH,
    "catalog": CATALOG,
    "scenarios": [SCENARIO],
}


def file_of(**fields: object) -> Doc:
    return {**FILE, "scenarios": [{**SCENARIO, **fields}]}


def only(document: Doc, folder: Path | None = None) -> Scenario:
    [scenario] = decode_scenarios(document, folder)
    return scenario


def outcome(**fields: object) -> Passed | Failed:
    return run_scenario(only(file_of(**fields)))


def expecting(**expect: object) -> Passed | Failed:
    return outcome(expect=expect)


def refusing(path: str, **fields: object) -> Passed | Failed:
    return outcome(expect={"error": path}, **fields)


def test_a_scenario_passes() -> None:
    assert outcome() == Passed("a tenth off")
    assert expecting() == Passed("a tenth off")


def test_every_field_of_a_quote_can_be_expected() -> None:
    assert isinstance(
        expecting(
            payable="54.00",
            goods="54.00",
            shipping="0.00",
            points_used=0,
            lines={"1": "54.00"},
            units={"1": ["54.00"]},
            discounts={"p": "6.00"},
            gifts=[],
            rewards=[],
            applied=["p"],
            refused={},
            optimal=True,
            gap=None,
        ),
        Passed,
    )


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("payable", "54"),
        ("payable", 54.5),
        ("payable", None),
        ("points_used", False),
        ("points_used", 0.0),
        ("lines", {}),
        ("lines", {"1": "54.00", "2": "0.00"}),
        ("units", {"1": []}),
        ("applied", []),
        ("applied", ["p", "p"]),
        ("optimal", 1),
        ("optimal", None),
        ("gap", "0.00"),
    ],
)
def test_each_field_is_compared_whole(field: str, wrong: object) -> None:
    got = expecting(**{field: wrong})
    assert isinstance(got, Failed)
    [mismatch] = got.mismatches
    assert (mismatch.field, mismatch.expected) == (field, wrong)
    assert mismatch.got != wrong or type(mismatch.got) is not type(wrong)


def test_all_that_differs_is_told() -> None:
    got = expecting(payable="1.00", goods="54.00", applied=[])
    assert got == Failed(
        "a tenth off", (Mismatch("payable", "1.00", "54.00"), Mismatch("applied", [], ["p"]))
    )


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("$.promotions[0].lane", {"rulebook": rulebook(promotion("vip", PERCENT_OFF))}),
        ("$.currency", {"rulebook": {}}),
        ("$", {"rulebook": []}),
        ("$.products[0].price", {"catalog": {"products": [{"sku": "A"}]}}),
        ("$.lines[0].sku", {"cart": {"lines": [{"id": "1", "sku": "B", "quantity": 1}]}}),
        ("$.lines[0].quantity", {"cart": changed(CART, "lines.0.quantity", 0)}),
        ("$.promotions[0].benefit.sku", {
            "rulebook": rulebook(promotion("shop", benefit("gift", sku="G", quantity=1)))
        }),
        ("$.at", {"at": "2026-11-11T12:00:00"}),
        ("$.at", {"at": None}),
        ("$.at", {"at": 5}),
        ("$.cart", {"cart": None}),
        ("$.usage", {"usage": None}),
        ("$.usage.p.total", {"usage": {"p": {"total": -1}}}),
        ("$.usage.p.spent", {"usage": {"p": {"spent": "1.001"}}}),
        ("$.usage.p.times", {"usage": {"p": {"times": 1}}}),
        ("$.usage.q", {"usage": {"q": {"total": 1}}}),
        ("$.usge", {"usge": {}}),
        ("$.name", {"name": 5}),
        ("$.rulebook", {"rulebook": "nowhere.json"}),
    ],
)  # fmt: skip
def test_errors_are_expected_by_path(path: str, fields: Doc) -> None:
    assert isinstance(refusing(path, **fields), Passed)
    assert isinstance(refusing(path + "x", **fields), Failed)
    assert isinstance(refusing("$.nothing.like.it", **fields), Failed)


def test_an_error_that_does_not_come() -> None:
    got = refusing("$.at")
    assert got == Failed("a tenth off", (Mismatch("error", "$.at", "a quote of 54.00"),))


def test_an_error_that_nobody_expects() -> None:
    got = outcome(at="now", cart={"lines": [{"id": "1", "sku": "B", "quantity": 1}]})
    assert isinstance(got, Failed)
    [mismatch] = got.mismatches
    assert (mismatch.field, mismatch.expected) == ("error", None)
    told = str(mismatch.got).splitlines()
    assert [line.split(":")[0] for line in told] == ["scenario $.at", "cart $.lines[0].sku"]


def test_all_documents_are_looked_at() -> None:
    result = quote_scenario(
        only(
            file_of(
                rulebook=rulebook(promotion("vip", PERCENT_OFF)),
                catalog=changed(CATALOG, "products.0.price", 5),
                cart={"lines": [{"id": "1", "sku": "B", "quantity": 0}]},
                usage={"p": {"total": "1"}, "q": {}},
            )
        )
    )
    assert isinstance(result, Rejected)
    assert {
        document: [problem.path for problem in found] for document, found in result.problems.items()
    } == {
        "scenario": ["$.usage.p.total"],
        "rulebook": ["$.promotions[0].lane"],
        "catalog": ["$.products[0].price"],
        "cart": ["$.lines[0].quantity"],
    }


def test_a_currency_that_cannot_be_read_says_nothing_of_digits() -> None:
    result = quote_scenario(only(file_of(rulebook={**TENTH, "currency": 5})))
    assert isinstance(result, Rejected)
    assert list(result.problems) == ["rulebook"]


@pytest.mark.parametrize("key", ["rulebook", "catalog"])
def test_what_is_missing(key: str) -> None:
    document = {name: held for name, held in FILE.items() if name != key}
    result = quote_scenario(only(document))
    assert isinstance(result, Rejected)
    assert [problem.path for problem in result.problems["scenario"]] == [f"$.{key}"]
    assert list(result.problems) == ["scenario"]


def test_what_stands_in_a_scenario_prevails() -> None:
    fifth = rulebook(promotion("item", benefit("percent_off", percent="20")))
    dearer = changed(CATALOG, "products.0.price", "100.00")
    got = outcome(rulebook=fifth, catalog=dearer, expect={"payable": "80.00"})
    assert isinstance(got, Passed)


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ([], "$"),
        ({}, "$.scenarios"),
        ({**FILE, "scenario": []}, "$.scenario"),
        ({**FILE, "format": "mallops.scenarios/2"}, "$.format"),
        ({**FILE, "scenarios": {}}, "$.scenarios"),
        ({**FILE, "scenarios": [5]}, "$.scenarios[0]"),
        (file_of(usge={}), "$.scenarios[0].usge"),
        (file_of(name=5), "$.scenarios[0].name"),
        (file_of(expect=None), "$.scenarios[0].expect"),
        (file_of(expect={"paid": "1.00"}), "$.scenarios[0].expect.paid"),
        (file_of(expect={"error": 5}), "$.scenarios[0].expect.error"),
        (file_of(story={}), "$.scenarios[0].story"),
        (file_of(rulebook="nowhere.json"), "$.scenarios[0].rulebook"),
        ({**FILE, "catalog": "nowhere.json"}, "$.catalog"),
    ],
)
def test_files_that_are_unusable(document: object, path: str) -> None:
    assert path in problems(lambda: decode_scenarios(document))


def test_an_error_is_expected_alone() -> None:
    both = file_of(at="now", expect={"error": "$.at", "payable": "1.00"})
    assert set(problems(lambda: decode_scenarios(both))) == {"$.scenarios[0].expect"}


def test_documents_in_files_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "tenth.json").write_text(json.dumps(TENTH), encoding="utf-8")
    (tmp_path / "goods.toml").write_text(
        '[[products]]\nsku = "A"\nprice = "60.00"\nshop = "s1"\n', encoding="utf-8"
    )
    document = {**FILE, "rulebook": "rules/tenth.json", "catalog": "goods.toml"}
    (tmp_path / "all.json").write_text(json.dumps(document), encoding="utf-8")
    [scenario] = read_scenarios(tmp_path / "all.json")
    assert isinstance(run_scenario(scenario), Passed)
    again = decode_scenarios({**document, "scenarios": [SCENARIO, SCENARIO]}, tmp_path)
    assert again[0].rulebook is again[1].rulebook


@pytest.mark.parametrize("content", ["", "{", "[" * 1000, "\x00"])
def test_a_file_that_is_referred_to_and_cannot_be_read(tmp_path: Path, content: str) -> None:
    (tmp_path / "bad.json").write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=r"\$\.rulebook"):
        decode_scenarios({**FILE, "rulebook": "bad.json"}, tmp_path)
    got = run_scenario(only(file_of(rulebook="bad.json", expect={"error": "$.rulebook"}), tmp_path))
    assert isinstance(got, Passed)


@pytest.mark.parametrize("name", ["/etc/hostname", "no/such.json", "a\0b", ".", ""])
def test_paths_that_lead_nowhere(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match=r"\$\.rulebook"):
        decode_scenarios({**FILE, "rulebook": name}, tmp_path)


def test_a_scenario_file_in_toml(tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_text(
        """
        [[scenarios]]
        name = "an empty cart"
        at = 2026-11-11T00:00:00+08:00
        cart = {}
        rulebook = { currency = "CNY" }
        catalog = {}
        expect = { payable = "0.00" }
        """,
        encoding="utf-8",
    )
    [scenario] = read_scenarios(tmp_path / "s.toml")
    assert run_scenario(scenario) == Passed("an empty cart")


def test_what_is_shared_is_compiled_once(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[object] = []

    def counting(*documents: Any) -> Any:
        compiled.append(documents)
        return compile_rulebook(*documents)

    monkeypatch.setattr("mallops.rulebook.shared.compile_rulebook", counting)
    scenarios = decode_scenarios({**FILE, "scenarios": [SCENARIO] * 5})
    shared = Shared()
    for scenario in scenarios:
        assert isinstance(quote_scenario(scenario, shared), Quoted)
    assert len(compiled) == 1


@given(spoilt(FILE))
def test_spoilt_files_are_refused_or_run(document: Doc) -> None:
    refused_or_run(document)


@given(JSON)
def test_random_json_is_refused_or_run(document: object) -> None:
    refused_or_run(document)


def refused_or_run(document: object) -> None:
    scenarios: tuple[Scenario, ...] = ()
    try:
        scenarios = decode_scenarios(document)
    except InputError as error:
        message = str(error)
    else:
        message = "\n".join(str(run_scenario(scenario)) for scenario in scenarios)
    assert message.encode("utf-8") is not None
