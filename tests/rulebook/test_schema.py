"""The JSON Schemas: fresh, valid, and never stricter than the codec."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator

from mallops.errors import InputError
from mallops.rulebook import canonical_json, decode_scenarios
from mallops.rulebook.asking import quote_scenario
from mallops.rulebook.schema import SCHEMAS
from mallops.rulebook.shared import Rejected
from tests.rulebook.documents import (
    FULL_CART,
    FULL_CATALOG,
    FULL_RULEBOOK,
    Doc,
    benefit,
    changed,
    promotion,
    rulebook,
)
from tests.rulebook.strategies import spoilt
from tests.rulebook.test_machines import FULL_MACHINE
from tests.rulebook.test_scenarios import FILE

ROOT = Path(__file__).parents[2]
CONFORMANCE = sorted((ROOT / "tests" / "conformance").glob("*.json"))
VALIDATORS = {name: Draft202012Validator(make()) for name, make in SCHEMAS.items()}
FULL = {
    "rulebook": FULL_RULEBOOK,
    "catalog": FULL_CATALOG,
    "cart": FULL_CART,
    "scenarios": FILE,
    "machine": FULL_MACHINE,
}


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_files_are_what_the_code_makes(name: str) -> None:
    """Mend with: mallops schema NAME > docs/schema/NAME.schema.json."""
    file = ROOT / "docs" / "schema" / f"{name}.schema.json"
    assert file.read_text(encoding="utf-8") == canonical_json(SCHEMAS[name]())


@pytest.mark.parametrize("name", SCHEMAS)
def test_they_are_schemas(name: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[name]())


@pytest.mark.parametrize("name", SCHEMAS)
def test_they_accept_a_document_that_uses_every_key(name: str) -> None:
    VALIDATORS[name].validate(FULL[name])


@pytest.mark.parametrize("file", CONFORMANCE, ids=[file.stem for file in CONFORMANCE])
def test_they_accept_the_conformance_files(file: Path) -> None:
    VALIDATORS["scenarios"].validate(json.loads(file.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("name", "document"),
    [
        ("rulebook", {}),
        ("rulebook", {"currency": "yuan"}),
        ("rulebook", changed(FULL_RULEBOOK, "promotion", [])),
        ("rulebook", changed(FULL_RULEBOOK, "rounding", "up")),
        ("rulebook", changed(FULL_RULEBOOK, "promotions.0.benefit.amount", 50)),
        ("rulebook", changed(FULL_RULEBOOK, "promotions.0.benefit.amount", "-50.00")),
        ("rulebook", changed(FULL_RULEBOOK, "promotions.1.benefit.percent", "120")),
        ("rulebook", changed(FULL_RULEBOOK, "promotions.1.benefit.atmost", "5.00")),
        ("rulebook", changed(FULL_RULEBOOK, "promotions.4.benefit.n", 0)),
        ("rulebook", changed(FULL_RULEBOOK, "promotions.0.schedule.starts", "2026-11-11")),
        ("rulebook", changed(FULL_RULEBOOK, "points.expire.yearly", "13-01")),
        ("rulebook", rulebook(promotion("item", benefit("unheard-of")))),
        ("catalog", changed(FULL_CATALOG, "products.0.colour", "red")),
        ("catalog", changed(FULL_CATALOG, "products.0.sku", "")),
        ("cart", changed(FULL_CART, "lines.0.quantity", 0)),
        ("cart", changed(FULL_CART, "points", "all")),
        ("scenarios", changed(FILE, "scenarios.0.usge", {})),
        ("scenarios", changed(FILE, "scenarios.0.at", "2026-11-11T00:00:00")),
        ("scenarios", changed(FILE, "scenarios.0.expect.paid", "1.00")),
        ("scenarios", changed(FILE, "rulebook.currency", 5)),
    ],
)
def test_they_see_what_is_wrong_in_itself(name: str, document: Doc) -> None:
    assert not VALIDATORS[name].is_valid(document)


def test_a_scenario_that_expects_an_error_may_hold_anything() -> None:
    wrong = changed(FILE, "scenarios.0.cart", {"lines": 5})
    assert not VALIDATORS["scenarios"].is_valid(wrong)
    VALIDATORS["scenarios"].validate(changed(wrong, "scenarios.0.expect", {"error": "$.lines"}))


@given(spoilt(FILE))
def test_scenario_files_that_run_are_valid(document: Doc) -> None:
    if _runs(document):
        VALIDATORS["scenarios"].validate(document)


def _runs(document: Doc) -> bool:
    try:
        scenarios = decode_scenarios(document)
    except InputError:
        return False
    return bool(scenarios) and not any(
        scenario.expected_error is not None or isinstance(quote_scenario(scenario), Rejected)
        for scenario in scenarios
    )


def test_every_key_is_described() -> None:
    """Editors show it, and the page of the format is held to the same keys."""
    for name in SCHEMAS:
        for record in _objects(SCHEMAS[name]()):
            for key, shape in record["properties"].items():
                assert shape.get("description"), (name, key)


def test_the_page_tells_every_key() -> None:
    pages = ("rulebook-format", "stories", "machine-format")
    page = "".join((ROOT / "docs" / f"{name}.md").read_text("utf-8") for name in pages)
    keys = {
        key
        for name in SCHEMAS
        for record in _objects(SCHEMAS[name]())
        for key in record["properties"]
    }
    assert [key for key in sorted(keys) if f"`{key}`" not in page] == []


def _objects(schema: Any) -> list[Any]:
    """Every object's schema that closes its keys, wherever it stands."""
    held = schema.values() if isinstance(schema, dict) else schema
    inner = [found for value in held if isinstance(value, dict | list) for found in _objects(value)]
    closed = isinstance(schema, dict) and schema.get("additionalProperties") is False
    return [schema, *inner] if closed else inner
