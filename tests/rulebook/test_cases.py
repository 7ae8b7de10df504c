from __future__ import annotations

import pytest

from mallops.errors import InputError
from mallops.money import Currency
from mallops.rulebook.cases import common_catalog, decode_cases
from mallops.rulebook.scenarios import decode_scenarios
from mallops.simulation.outcome import Case, Unpriced
from mallops.time import instant

CNY = Currency.of("CNY")
AT = "2026-11-11T00:00:00+08:00"
CART = {"lines": [{"id": "1", "sku": "A", "quantity": 1}]}


def test_a_scenario_is_a_case() -> None:
    scenarios = decode_scenarios(
        {
            "scenarios": [
                {"name": "a", "at": AT, "cart": CART, "usage": {"p": {"total": 2}}},
                {"at": AT, "cart": CART},
            ]
        }
    )
    first, second = decode_cases(scenarios, CNY)
    assert isinstance(first, Case)
    assert isinstance(second, Case)
    assert (first.id, first.at, first.usage["p"].total) == ("a", instant(AT), 2)
    assert (second.id, second.cart, second.usage) == ("$.scenarios[1]", first.cart, {})


@pytest.mark.parametrize(
    ("scenario", "paths"),
    [
        ({"cart": CART}, ["$.at"]),
        ({"at": AT, "cart": None}, ["$"]),
        ({"at": AT, "cart": {"line": []}}, ["$.line"]),
        ({"at": AT, "cart": CART, "usage": {"p": {"total": -1}}}, ["$.usage.p.total"]),
        ({"at": AT, "cart": CART, "x": 1, "expect": {"error": "$.x"}}, ["$.x"]),
        ({"at": AT, "story": []}, ["$.story"]),
    ],
)
def test_one_that_is_none_says_why(scenario: dict[str, object], paths: list[str]) -> None:
    [found] = decode_cases(decode_scenarios({"scenarios": [{"name": "a", **scenario}]}), CNY)
    assert isinstance(found, Unpriced)
    assert [problem.path for problem in found.problems] == paths


def test_the_catalogue_is_one() -> None:
    shared = decode_scenarios({"catalog": {"products": []}, "scenarios": [{}, {}]})
    assert common_catalog(shared) == {"products": []}
    own = decode_scenarios({"scenarios": [{"catalog": {}}, {"catalog": {}}]})
    with pytest.raises(InputError, match=r"^\$\.scenarios\[1\]\.catalog"):
        common_catalog(own)
    with pytest.raises(InputError, match=r"^\$\.catalog"):
        common_catalog(decode_scenarios({"scenarios": [{}]}))
