"""Reports for programs: JSON by its own schema, and SARIF by the standard's."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from jsonschema import Draft4Validator, Draft202012Validator

from mallops.loopholes.report.acknowledgements import decode_acknowledged
from mallops.loopholes.report.documents import FORMAT, encode_reports, report_schema
from mallops.loopholes.report.fingerprints import fingerprint
from mallops.loopholes.report.report import Place, Report, Source
from mallops.loopholes.report.sarif import PAGE, sarif
from mallops.loopholes.report.schema import REPORT_SCHEMAS
from mallops.messages import locales
from mallops.rulebook import canonical_json
from tests.loopholes.report.samples import (
    ALL,
    CATALOG,
    RULEBOOK,
    WORD,
    cheap,
    compiled,
    kept,
    plain,
    referred,
    report,
)
from tests.loopholes.report.sarif_schema import LOG

ROOT = Path(__file__).parents[3]
FILE = canonical_json({"rulebook": RULEBOOK, "catalog": CATALOG, "scenarios": []})
SOURCE = Source(
    Place("rules/双 11.json", "$.rulebook", FILE),
    Place("rules/双 11.json", "$.catalog", FILE),
    Place("/srv/known.toml"),
)
STALE = evolve(WORD, code="gone", path="$.acknowledged[1]")
REPORTS = {
    "everything": [report(words=(WORD, STALE), source=SOURCE), report()],
    "no files": [report()],
    "nothing found": [evolve(report(), found=(), notes=())],
    "no reports": [],
}


def found_in(document: Any) -> Any:
    return json.loads(json.dumps(document))


@pytest.mark.parametrize("locale", locales())
@pytest.mark.parametrize("name", REPORTS)
def test_json_is_by_its_schema(name: str, locale: str) -> None:
    document = found_in(encode_reports(REPORTS[name], locale))
    Draft202012Validator(report_schema()).validate(document)
    assert document["format"] == FORMAT


@pytest.mark.parametrize("name", REPORT_SCHEMAS)
def test_the_schemas_are_what_the_code_makes(name: str) -> None:
    """Mend with: mallops schema NAME > docs/schema/NAME.schema.json."""
    Draft202012Validator.check_schema(REPORT_SCHEMAS[name]())
    file = ROOT / "docs" / "schema" / f"{name}.schema.json"
    assert file.read_text(encoding="utf-8") == canonical_json(REPORT_SCHEMAS[name]())


def test_every_key_is_used_and_on_the_page() -> None:
    """Of stories and acknowledgements other pages and tests tell."""
    definitions = report_schema()["$defs"]
    assert isinstance(definitions, dict)
    own = ("reports", "report", "loophole", "subject", "witness", "note", "place")
    records = [report_schema(), *(definitions[name] for name in own if name in definitions)]
    keys = {key for record in records for key in record["properties"]}
    written = set(re.findall(r'"(\w+)":', json.dumps(encode_reports(REPORTS["everything"]))))
    assert keys <= written
    page = (ROOT / "docs" / "loophole-report.md").read_text("utf-8")
    known: Any = REPORT_SCHEMAS["acknowledged"]()
    of_known = (known, known["$defs"]["acknowledgement"])
    words = keys.union(*(record["properties"] for record in of_known))
    assert [key for key in sorted(words) if f"`{key}`" not in page] == []


def test_json_has_the_numbers() -> None:
    [document] = found_in(encode_reports([report(words=(WORD,), source=SOURCE)], "en"))["reports"]
    assert (document["errors"], document["warnings"], document["notes"]) == (1, 2, 1)
    assert document["rulebook_file"] == {"file": "rules/双 11.json", "path": "$.rulebook"}
    [accepted] = document["accepted"]
    assert (accepted["loss"], accepted["repeat"]) == ("65.00", "once")
    again = decode_acknowledged({"acknowledged": [accepted["acknowledgement"]]})
    assert again == (WORD,)


# --- SARIF ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("locale", locales())
@pytest.mark.parametrize("name", REPORTS)
def test_sarif_is_by_the_standard(name: str, locale: str) -> None:
    Draft202012Validator(LOG).validate(found_in(sarif(REPORTS[name], locale)))


@pytest.mark.skipif("SARIF_SCHEMA" not in os.environ, reason="SARIF_SCHEMA names no schema")
@pytest.mark.parametrize("name", REPORTS)
def test_sarif_is_by_the_schema_of_the_standard(name: str) -> None:
    schema = json.loads(Path(os.environ["SARIF_SCHEMA"]).read_text("utf-8"))
    assert schema["properties"]["version"]["enum"] == ["2.1.0"]
    Draft4Validator(schema).validate(found_in(sarif(REPORTS[name])))


def run_of(*reports: Report) -> Any:
    [run] = found_in(sarif(reports, "en"))["runs"]
    return run


def test_every_loophole_is_a_result_of_its_rule() -> None:
    run = run_of(*REPORTS["everything"])
    rules = run["tool"]["driver"]["rules"]
    codes = [rule["id"] for rule in rules]
    assert codes == sorted({loophole.code for loophole in ALL})
    assert len(run["results"]) == 2 * len(ALL)
    for result in run["results"]:
        rule = rules[result["ruleIndex"]]
        assert rule["id"] == result["ruleId"]
        assert rule["defaultConfiguration"]["level"] == result["level"]
        assert f"[`{rule['id']}`]({PAGE})" in rule["help"]["markdown"]


def test_a_result_stands_at_its_lines() -> None:
    [result] = run_of(report(cheap(), source=SOURCE))["results"]
    places = [*result["locations"], *result["relatedLocations"]]
    lines = FILE.split("\n")
    expected = {
        "$.rulebook.promotions[2].benefit.amount": '"20.00"',
        "$.rulebook.promotions[0].benefit.percent": '"50"',
        "$.catalog.products[0].cost": '"120.00"',
    }
    shown = {}
    for place in places:
        region = place["physicalLocation"]["region"]
        assert region["startLine"] == region["endLine"]
        cut = lines[region["startLine"] - 1][region["startColumn"] - 1 : region["endColumn"] - 1]
        shown[place["logicalLocations"][0]["fullyQualifiedName"]] = cut
        uri = place["physicalLocation"]["artifactLocation"]["uri"]
        assert uri == "rules/%E5%8F%8C%2011.json"
    assert shown == expected


def test_without_files_it_stands_at_its_path() -> None:
    [result] = run_of(report(plain()))["results"]
    [location] = result["locations"]
    assert "physicalLocation" not in location
    [logical] = location["logicalLocations"]
    assert (logical["name"], logical["fullyQualifiedName"]) == ("SAVE20", "$.promotions[2]")


def test_a_toml_file_has_no_lines() -> None:
    source = Source(Place("/srv/rules.toml"))
    [result] = run_of(report(plain(), source=source))["results"]
    physical = result["locations"][0]["physicalLocation"]
    assert physical == {"artifactLocation": {"uri": "file:///srv/rules.toml"}}


def test_what_was_acknowledged_is_suppressed() -> None:
    run = run_of(report(cheap(), kept(), words=(WORD, STALE), source=SOURCE))
    [open_, suppressed] = run["results"]
    assert (open_["ruleId"], suppressed["ruleId"]) == ("sample_points_kept", "sample_below_cost")
    assert "suppressions" not in open_
    [suppression] = suppressed["suppressions"]
    assert "it brings people in" in suppression["justification"]
    [invocation] = run["invocations"]
    [stale] = invocation["toolConfigurationNotifications"]
    assert stale["descriptor"] == {"id": "acknowledgement_unused"}
    logical = stale["locations"][0]["logicalLocations"][0]
    assert logical["fullyQualifiedName"] == "$.acknowledged[1]"


def test_it_is_known_again_by_its_fingerprint() -> None:
    [result] = run_of(report(referred()))["results"]
    expected = fingerprint(compiled().rulebook.id, referred())
    assert result["partialFingerprints"] == {"mallops/v1": expected}
    assert result["properties"]["loss"] == "20.00"
    assert len(result["properties"]["story"]) == 3
