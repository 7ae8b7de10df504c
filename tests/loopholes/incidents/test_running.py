"""Incidents as files: what is refused, what passes, what fails, and how the commands take them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mallops.cli import main
from mallops.errors import InputError
from mallops.findings import Severity
from mallops.loopholes.incidents.model import Handlers, Mall
from mallops.loopholes.incidents.reading import decode_incident, is_incident
from mallops.loopholes.incidents.running import check_mall, run_incident
from mallops.loopholes.model import Kind
from mallops.loopholes.sequences.races import Check, Decide, Read, Write
from mallops.rulebook.running import Failed, Mismatch, Passed

Doc = dict[str, Any]
AT = "2026-11-11T10:00:00+08:00"


def off(amount: str, **fields: Any) -> Doc:
    benefit = {"kind": "amount_off", "amount": amount}
    return {"id": "off", "lane": "platform-coupon", "coupon": True, "benefit": benefit, **fields}


def book(*promotions: Doc) -> Doc:
    return {
        "currency": "CNY",
        "promotions": list(promotions),
        "after_sales": {"lost_threshold": "reprice"},
    }


MENDED = off("5.00", requires={"amount": "100.00"}, limits={"per_customer": 1, "total": 100})
COUPON: Doc = {
    "title": {"en": "No end of it"},
    "kinds": ["K6"],
    "codes": ["grant_unbounded"],
    "at": AT,
    "rulebook": book(off("100.00")),
    "catalog": {"products": [{"sku": "TEA", "price": "60.00", "cost": "30.00"}]},
    "repaired": {"rulebook": book(MENDED)},
}


def spend(check: str) -> list[Doc]:
    return [
        {"do": "read", "cell": "points"},
        {"do": "decide", "cell": "points", "amount": 5},
        {"do": "write", "cell": "points", "amount": 5, "check": check},
    ]


def tills(check: str) -> Doc:
    return {"cells": {"points": 5}, "operations": {"till 1": spend(check), "till 2": spend(check)}}


RACE: Doc = {
    "kinds": ["K7"],
    "at": AT,
    "rulebook": {"currency": "CNY"},
    "catalog": {},
    "handlers": tills("nothing"),
    "repaired": {"handlers": tills("version")},
}


def test_what_is_left_out_of_the_repair_stays() -> None:
    incident = decode_incident(COUPON)
    assert incident.repaired == Mall(COUPON["repaired"]["rulebook"], COUPON["catalog"])
    bare = decode_incident({key: COUPON[key] for key in ("kinds", "at", "rulebook", "catalog")})
    assert bare.repaired == bare.mall


def test_handlers_are_read_call_by_call() -> None:
    handlers = decode_incident(RACE).mall.handlers
    calls = (Read("points"), Decide("points", 5), Write("points", 5, Check.NOTHING))
    assert handlers == Handlers({"points": 5}, {"till 1": calls, "till 2": calls})


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"kinds": ["K10"]}, "$.kinds[0]"),
        ({"kind": ["K6"]}, "$.kind"),
        ({"at": "2026-11-11"}, "$.at"),
        ({"repaired": {"rulebok": {}}}, "$.repaired.rulebok"),
        ({"handlers": {"cells": {"a": -1}, "operations": {}}}, "$.handlers.cells.a"),
        ({"handlers": {"cells": {}, "operations": {"o": [{"do": "look"}]}}}, None),
    ],
)
def test_what_is_refused(change: Doc, path: str | None) -> None:
    with pytest.raises(InputError) as caught:
        decode_incident(COUPON | change)
    assert caught.value.problems[0].path == (path or "$.handlers.operations.o[0].do")


def test_which_documents_are_incidents() -> None:
    assert is_incident(COUPON)
    others: list[object] = [book(), {"scenarios": [], "rulebook": {}, "catalog": {}}, [], None]
    for other in others:
        assert not is_incident(other)


def test_one_that_is_as_it_says() -> None:
    assert run_incident(decode_incident(COUPON)) == Passed("No end of it")
    assert run_incident(decode_incident(RACE), "race") == Passed("race")


@pytest.mark.parametrize(
    ("change", "field", "got"),
    [
        ({"kinds": ["K7", "K6"]}, "kinds", None),
        ({"codes": ["price_zero"]}, "codes", None),
        ({"repaired": {}}, "repaired", None),
        ({"rulebook": {}}, "error", "$.currency"),
    ],
)
def test_one_that_is_not(change: Doc, field: str, got: str | None) -> None:
    outcome = run_incident(decode_incident(COUPON | change))
    assert isinstance(outcome, Failed)
    assert field in [each.field for each in outcome.mismatches]
    assert got is None or got in str(outcome.mismatches[0].got)


def test_an_error_of_another_kind_is_left_as_well() -> None:
    """The repair sells below cost: that is no K6, and not clean either."""
    dear = {"products": [{"sku": "TEA", "price": "60.00", "cost": "61.00"}]}
    repaired = {**COUPON["repaired"], "catalog": dear}
    outcome = run_incident(decode_incident(COUPON | {"repaired": repaired}))
    left = ["K2 error cart_below_cost", "K2 error price_below_cost"]
    assert outcome == Failed("No end of it", (Mismatch("repaired", [], left),))


def test_a_race_is_told_with_its_calls() -> None:
    incident = decode_incident(RACE)
    report = check_mall(incident.mall, incident.at, ())
    [race] = report.found
    assert (race.code, race.kind, race.severity) == (
        "race_gives_too_much",
        Kind.RACE,
        Severity.ERROR,
    )
    assert race.details["given"] == "10 points"
    assert [(each.document, each.path) for each in race.subjects] == [
        ("handlers", "$.cells.points")
    ]
    handlers = incident.mall.handlers
    assert handlers is not None
    assert given(handlers, race.details["calls"].split(", ")) == 10
    mended = check_mall(incident.repaired, incident.at, ())
    assert mended.found == ()
    assert [note.code for note in mended.notes] == ["races_searched"]


def given(handlers: Handlers, calls: list[str]) -> int:
    """What tills that check nothing give away if their calls come so: played by hand."""
    left, read, total = handlers.cells["points"], dict[str, int](), 0
    for call in calls:
        till, _, deed = call.rpartition(" ")
        match deed:
            case "read":
                read[till] = left
            case "decide":
                assert read[till] >= 5
            case _:
                left = read[till] - 5
                total += 5
    return total


@pytest.fixture
def write(tmp_path: Path) -> Callable[[Doc], str]:
    def written(document: Doc) -> str:
        file = tmp_path / "incident.json"
        file.write_text(json.dumps(document), "utf-8")
        return str(file)

    return written


Capture = pytest.CaptureFixture[str]


@pytest.mark.parametrize(("document", "kind"), [(COUPON, "K6"), (RACE, "K7")])
def test_check_takes_the_file_alone(
    write: Callable[[Doc], str], capsys: Capture, document: Doc, kind: str
) -> None:
    file = write(document)
    assert main(["check", file, "--format", "json"]) == 1
    [report] = json.loads(capsys.readouterr().out)["reports"]
    assert kind in {each["kind"] for each in report["found"]}
    assert report["at"] == AT
    assert report["rulebook_file"]["path"] == "$.rulebook"
    assert main(["check", "--repaired", file, "--format", "json"]) == 0
    [mended] = json.loads(capsys.readouterr().out)["reports"]
    assert mended["errors"] == mended["warnings"] == 0
    changed = "$.repaired.rulebook" if "rulebook" in document["repaired"] else "$.rulebook"
    assert mended["rulebook_file"]["path"] == changed


def test_an_instant_that_is_asked_for_comes_first(
    write: Callable[[Doc], str], capsys: Capture
) -> None:
    asked = "2027-01-01T00:00:00+08:00"
    main(["check", write(COUPON), "--quick", "--at", asked, "--format", "json"])
    assert json.loads(capsys.readouterr().out)["reports"][0]["at"] == asked


def test_a_race_stands_in_the_lines_of_its_file(
    write: Callable[[Doc], str], capsys: Capture
) -> None:
    file = write(RACE)
    main(["check", file, "--quick", "--format", "sarif"])
    [run] = json.loads(capsys.readouterr().out)["runs"]
    region = run["results"][0]["locations"][0]["physicalLocation"]["region"]
    text = Path(file).read_text("utf-8")
    assert text[region["startColumn"] - 1 : region["endColumn"] - 1] == "5"
    assert main(["check", file, "--quick", "--locale", "en"]) == 1
    assert "handlers points  $.cells.points" in capsys.readouterr().out


def test_test_runs_it(write: Callable[[Doc], str], capsys: Capture) -> None:
    file = write(RACE)
    assert main(["test", file]) == 0
    assert capsys.readouterr().out == "1 passed, 0 failed\n"
    file = write(RACE | {"repaired": {}})
    assert main(["test", file]) == 1
    told = capsys.readouterr().out
    assert f"FAILED {file}: {file}" in told
    assert '"K7 error race_gives_too_much"' in told
    assert main(["test", write({"rulebook": {}})]) == 2
    assert "$.kinds: got nothing" in capsys.readouterr().err
