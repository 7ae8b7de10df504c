"""mallops check: which files it takes, what it writes, and how it ends."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mallops.cli import main
from mallops.loopholes import searches
from mallops.loopholes.checking import Searched
from mallops.loopholes.model import Loophole
from mallops.loopholes.report.report import Note
from tests.loopholes.report.samples import CATALOG, RULEBOOK, cheap, kept, plain, referred

AT = ["--at", "2026-11-11T10:00:00+08:00", "--locale", "en"]
CART = {"name": "a", "at": "2026-11-11T10:00:00+08:00", "cart": {}}
ACKNOWLEDGED = """
[[acknowledged]]
code = "sample_points_kept"
rulebook = "festival"
subjects = ["after_sales", "points"]
reason = "known"
owner = "Li Lei"
expires = 2026-12-31
"""

Found = Callable[..., None]


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> Found:
    """Makes a check find these in full, and nothing in a hurry."""

    def finds(*loopholes: Loophole) -> None:
        searched = Searched(loopholes, (Note("sample_search"),))
        monkeypatch.setattr(searches, "FULL", (lambda *_: searched,))
        monkeypatch.setattr(searches, "QUICK", ())

    return finds


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., str]:
    def written(name: str, document: Any) -> str:
        text = document if isinstance(document, str) else json.dumps(document)
        (tmp_path / name).write_text(text, encoding="utf-8")
        return str(tmp_path / name)

    return written


@pytest.fixture
def files(write: Callable[..., str]) -> tuple[str, str]:
    return write("rulebook.json", RULEBOOK), write("catalog.json", CATALOG)


Capture = pytest.CaptureFixture[str]


def test_a_rulebook_over_a_catalogue(found: Found, files: tuple[str, str], capsys: Capture) -> None:
    rulebook, catalog = files
    found(plain())
    assert main(["check", rulebook, "--catalog", catalog, *AT]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("Festival (festival), version 1, at 2026-11-11 10:00")
    assert f"{rulebook}, {catalog}" in printed
    assert "sample_untitled" in printed


@pytest.mark.parametrize(
    ("loopholes", "options", "status"),
    [
        ([], [], 0),
        ([referred()], [], 0),
        ([referred()], ["--strict"], 1),
        ([kept(), plain()], [], 1),
        ([kept()], ["--quick"], 0),
    ],
)
def test_statuses(
    found: Found,
    files: tuple[str, str],
    loopholes: list[Loophole],
    options: list[str],
    status: int,
) -> None:
    found(*loopholes)
    assert main(["check", files[0], "--catalog", files[1], *AT, *options]) == status


def test_now_is_the_instant_unless_there_is_one(
    found: Found, files: tuple[str, str], capsys: Capture
) -> None:
    found()
    assert main(["check", files[0], "--catalog", files[1], "--format", "json"]) == 0
    [told] = json.loads(capsys.readouterr().out)["reports"]
    assert told["at"].endswith(("Z", "+00:00"))


def test_a_scenario_file_brings_its_own(
    found: Found, write: Callable[..., str], capsys: Capture
) -> None:
    """Shared documents are checked once; those that are expected to be wrong, not at all."""
    found()
    write("catalog.json", CATALOG)
    other = {**RULEBOOK, "id": "other"}
    file = write(
        "s.json",
        {
            "rulebook": RULEBOOK,
            "catalog": "catalog.json",
            "scenarios": [
                CART,
                {**CART, "rulebook": other},
                CART,
                {**CART, "rulebook": {"currency": 5}, "expect": {"error": "$.currency"}},
            ],
        },
    )
    assert main(["check", file, *AT, "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)["reports"]
    assert [each["rulebook"] for each in told] == ["festival", "other"]
    assert [each["rulebook_file"]["path"] for each in told if "path" in each["rulebook_file"]] == [
        "$.rulebook",
        "$.scenarios[1].rulebook",
    ]
    assert {Path(each["catalog_file"]["file"]).name for each in told} == {"catalog.json"}


def test_a_scenario_file_without_a_catalogue_is_lent_one(
    found: Found, write: Callable[..., str], files: tuple[str, str]
) -> None:
    found()
    file = write("s.json", {"rulebook": RULEBOOK, "scenarios": [CART]})
    assert main(["check", file, *AT]) == 2
    assert main(["check", file, "--catalog", files[1], *AT]) == 0


def test_acknowledged_ones_end_well(
    found: Found, files: tuple[str, str], write: Callable[..., str], capsys: Capture
) -> None:
    found(kept())
    rulebook, catalog = files
    known = write("known.toml", ACKNOWLEDGED)
    command = ["check", rulebook, "--catalog", catalog, *AT, "--acknowledged", known]
    assert main(command) == 0
    assert "by Li Lei until 2026-12-31: known" in capsys.readouterr().out
    assert main([*command, "--at", "2027-01-01T00:00:00+08:00"]) == 1
    assert "it is in force again" in capsys.readouterr().out


def test_forms(found: Found, files: tuple[str, str], capsys: Capture, tmp_path: Path) -> None:
    found(kept(), cheap())
    command = ["check", files[0], "--catalog", files[1], *AT]
    output = tmp_path / "report.html"
    assert main([*command, "--format", "html", "--output", str(output)]) == 1
    assert capsys.readouterr().out == ""
    assert output.read_text("utf-8").startswith("<!doctype html>\n")
    assert main([*command, "--format", "sarif"]) == 1
    [run] = json.loads(capsys.readouterr().out)["runs"]
    lines = Path(files[0]).read_text("utf-8").splitlines()
    region = run["results"][0]["locations"][0]["physicalLocation"]["region"]
    cut = slice(region["startColumn"] - 1, region["endColumn"] - 1)
    assert lines[region["startLine"] - 1][cut] == '"20.00"'


def test_witnesses_are_scenarios_that_pass(
    found: Found, files: tuple[str, str], capsys: Capture, tmp_path: Path
) -> None:
    found(kept(), cheap(), referred(), plain())
    folder = tmp_path / "new" / "witnesses"
    command = ["check", files[0], "--catalog", files[1], *AT, "--witnesses", str(folder)]
    assert main(command) == 1
    written = sorted(map(str, folder.iterdir()))
    capsys.readouterr()
    assert len(written) == 3
    assert main(["test", *written]) == 0
    assert capsys.readouterr().out == "3 passed, 0 failed\n"


@pytest.mark.parametrize(
    ("name", "document", "told"),
    [
        ("r.json", "{", "$: got "),
        ("r.json", {**RULEBOOK, "currency": 5}, "$.currency: got 5"),
        ("s.json", {"scenarios": [{"name": "none"}]}, "$.scenarios: got none"),
        ("s.json", {"scenarios": [], "x": 1}, "$.x: got 1"),
        ("g.json", {"currency": "CNY", "promotions": RULEBOOK["promotions"][1:2]}, "MUG"),
    ],
)
def test_unusable_files_do_not_stop_the_others(
    found: Found,
    write: Callable[..., str],
    capsys: Capture,
    name: str,
    document: Any,
    told: str,
) -> None:
    found(plain())
    bad = write(name, document)
    # What one of the files needs and the catalogue lacks.
    goods = {"products": [{"sku": "TEA", "price": "1.00"}]} if name == "g.json" else CATALOG
    good = {"currency": "CNY", "promotions": RULEBOOK["promotions"][:1]}
    catalog = write("goods.json", goods)
    command = ["check", bad, write("good.json", good), "--catalog", catalog, *AT]
    assert main(command) == 2
    captured = capsys.readouterr()
    assert captured.err.startswith(f"mallops: {bad}: ")
    assert told in captured.err
    assert "sample_untitled" in captured.out


def test_what_is_not_there(
    found: Found, files: tuple[str, str], capsys: Capture, tmp_path: Path
) -> None:
    found(kept())
    rulebook, catalog = files
    nowhere = str(tmp_path / "nowhere" / "at all")
    usable = ["check", rulebook, "--catalog", catalog, *AT]
    for command in (
        ["check", rulebook, *AT],
        ["check", nowhere, "--catalog", catalog, *AT],
        ["check", rulebook, "--catalog", nowhere, *AT],
        [*usable, "--acknowledged", nowhere],
        [*usable, "--acknowledged", catalog],
        [*usable, "--output", nowhere],
        [*usable, "--witnesses", f"{rulebook}/below"],
        ["check", rulebook, "--catalog", catalog, "--at", "2026-11-11"],
    ):
        assert main(command) == 2
        assert "mallops" in capsys.readouterr().err
