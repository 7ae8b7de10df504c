"""Every incident of the museum: found with its kind, its stories play, and clean once repaired."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from examples.incidents.gallery import HEAD, incidents, section
from mallops.errors import InputError
from mallops.findings import Severity
from mallops.loopholes.incidents.model import Mall
from mallops.loopholes.incidents.running import Checked, check_incident, check_mall, mismatches_of
from mallops.loopholes.model import Kind
from mallops.loopholes.replay import replay
from mallops.messages import locales

ROOT = Path(__file__).parents[2]
INCIDENTS = incidents()
PAGE = (ROOT / "docs" / "incidents.md").read_text("utf-8")
SECTIONS = [each.strip("\n") for each in re.split(r"\n(?=## )", PAGE.removeprefix(HEAD))][1:]
CHANGED = "the page is other than what is found: run examples/incidents/gallery.py again"


@pytest.mark.parametrize("name", INCIDENTS)
def test_it_is_found_and_repaired_and_told(name: str) -> None:
    incident = INCIDENTS[name]
    checked = check_incident(incident)
    assert list(mismatches_of(incident, checked)) == []
    _require_witnesses(checked, incident.codes)
    # What is shown as an example has nothing else wrong with it either.
    left = [each.code for each in checked.repaired.found if each.severity is not Severity.NOTE]
    assert left == []
    told = section(name, incident, checked)
    assert told.strip("\n") in SECTIONS, CHANGED


def _require_witnesses(checked: Checked, codes: frozenset[str]) -> None:
    for found in checked.report.found:
        if found.code in codes and found.witness is not None:
            assert found.loss is not None
            assert found.loss.minor > 0
            assert replay(checked.report.compiled, found.witness).outcomes


def test_the_page_has_each_once_and_no_other() -> None:
    assert PAGE.startswith(HEAD)
    assert len(SECTIONS) == len(INCIDENTS)


@pytest.mark.parametrize("name", INCIDENTS)
def test_it_says_what_it_is_in_all_languages(name: str) -> None:
    incident = INCIDENTS[name]
    known = {locale.replace("_", "-") for locale in locales()}
    for texts in (incident.title, incident.about, incident.repair):
        assert texts.keys() == known
    assert incident.codes
    assert incident.year
    assert incident.source
    if incident.kinds & {Kind.OUTSIDE_PRICE, Kind.IDENTITY}:
        assert incident.rules_cannot_tell.keys() == known


def test_a_repair_changes_numbers_and_deletes_nothing_that_customers_had() -> None:
    """A repaired rulebook has as many promotions, and its catalogue as many products."""
    for name, incident in INCIDENTS.items():
        for before, after, key in (
            (incident.mall.rulebook, incident.repaired.rulebook, "promotions"),
            (incident.mall.catalog, incident.repaired.catalog, "products"),
        ):
            assert isinstance(before, dict)
            assert isinstance(after, dict)
            assert len(after.get(key, ())) >= len(before.get(key, ())), name
        assert incident.repaired != incident.mall, name


def test_a_negative_price_is_refused_as_it_is_read() -> None:
    """What happened in 2026 cannot be written here, so the file shows what is nearest to it."""
    incident = INCIDENTS["2026-negative-unit-price"]
    with pytest.raises(InputError) as caught:
        check_mall(_with_price(incident.mall, "-1.00"), incident.at, ())
    assert caught.value.problems[0].path == "$.products[0].price"


def _with_price(mall: Mall, price: str) -> Mall:
    catalog: Any = mall.catalog
    first, *others = catalog["products"]
    return evolve(mall, catalog={**catalog, "products": [{**first, "price": price}, *others]})
