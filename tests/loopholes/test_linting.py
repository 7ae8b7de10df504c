"""What holds for every rule; what is special to one has a test file of its own."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest

from mallops.catalog.model import Catalog
from mallops.findings import Severity
from mallops.loopholes import checks
from mallops.loopholes.linting import CHECKS, lint
from mallops.messages import locales, message
from mallops.rules.book import Rulebook
from tests.loopholes.broken import BROKEN
from tests.loopholes.mall import AT, BOOK, CATALOG
from tests.test_messages import codes_in

RULES = sorted(path for path in Path(checks.__file__).parent.glob("*.py") if path.stem[0] != "_")
PAGES = Path(__file__).parents[2] / "docs" / "checks"
INDEX = (PAGES.parent / "loophole-checks.md").read_text("utf-8")
CODES = {code for module in RULES for code in codes_in(module)}

# What is far below cost is below it.
INSEPARABLE = {"price_far_below_cost": ("price_below_cost",)}


def test_a_good_mall_has_no_loopholes() -> None:
    assert lint(BOOK, CATALOG, AT) == ()


@pytest.mark.parametrize(
    ("code", "book", "catalog"), BROKEN, ids=[f"{each[0]}-{i}" for i, each in enumerate(BROKEN)]
)
def test_a_planted_fault_is_found_and_no_other_error(
    code: str, book: Rulebook, catalog: Catalog
) -> None:
    found = lint(book, catalog, AT)
    assert code in {each.code for each in found}
    errors = {each.code for each in found if each.severity is Severity.ERROR}
    assert errors <= {code, *INSEPARABLE.get(code, ())}


def test_every_code_has_a_broken_mall() -> None:
    assert {code for code, _, _ in BROKEN} == CODES


def test_every_rule_takes_part_once() -> None:
    named = {import_module(f"{checks.__name__}.{path.stem}").check for path in RULES}
    assert set(CHECKS) == named
    assert len(CHECKS) == len(named)


def test_every_rule_has_its_own_tests() -> None:
    tested = {path.stem for path in Path(__file__).parent.glob("test_*.py")}
    assert {f"test_{path.stem}" for path in RULES} <= tested


@pytest.mark.parametrize("locale", locales())
def test_a_loophole_can_be_said_with_the_details_it_comes_with(locale: str) -> None:
    for _, book, catalog in BROKEN:
        for found in lint(book, catalog, AT):
            said = message(found.code, locale, found.details)
            assert "{" not in said
            assert any(value in said for value in found.details.values())


def test_what_is_found_stands_where_it_is_said_to_stand() -> None:
    for _, book, catalog in BROKEN:
        for found in lint(book, catalog, AT):
            assert found.subjects
            for subject in found.subjects:
                assert subject.document in {"rulebook", "catalog"}
                assert subject.path.startswith("$.")


def test_each_rule_has_a_page_with_a_bad_and_a_good_example_of_each_code() -> None:
    pages = {path.stem.replace("-", "_"): path.read_text("utf-8") for path in PAGES.glob("*.md")}
    assert pages.keys() == {path.stem for path in RULES}
    sections: dict[str, str] = {}
    for rule in RULES:
        page = f"{pages[rule.stem]}\n##"
        own = dict(re.findall(r"^## `(\w+)`\n(.*?)(?=^##)", page, re.DOTALL | re.MULTILINE))
        assert own.keys() == set(codes_in(rule))
        sections |= own
    severities: dict[str, set[str]] = {}
    for _, book, catalog in BROKEN:
        for found in lint(book, catalog, AT):
            severities.setdefault(found.code, set()).add(found.severity.name.capitalize())
    for code, section in sections.items():
        told = section.split(".", 1)[0].strip()
        assert told.split(" ", 1)[0] in severities[code], code
        # The bad example first, then one that has not this fault.
        bad, good = section.split(f"'{code}'", 1)
        assert ">>> " in bad, code
        assert re.search(r"^\[\]$", good, re.MULTILINE), code


def test_the_table_of_the_rules_names_the_codes_of_each_page() -> None:
    table = dict(re.findall(r"^\| \[[^]]+\]\(checks/(.+?)\.md\).*\| (.*) \|$", INDEX, re.MULTILINE))
    told = {page: sorted(re.findall(r"`(\w+)`", codes)) for page, codes in table.items()}
    assert told == {path.stem.replace("_", "-"): sorted(set(codes_in(path))) for path in RULES}
