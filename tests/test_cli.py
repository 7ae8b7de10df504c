"""The command line: what it prints, and how it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mallops import cli
from mallops.cli import main
from mallops.loopholes.report.schema import REPORT_SCHEMAS
from mallops.rulebook.schema import SCHEMAS
from tests.rulebook.documents import Doc, changed
from tests.rulebook.test_scenarios import FILE, SCENARIO

CONFORMANCE = Path(__file__).parent / "conformance"
WRONG = {**SCENARIO, "name": "满减 gone wrong", "expect": {"payable": "1.00", "optimal": None}}
REFUSED = {**SCENARIO, "name": "refused", "at": "now"}
AWAITED = {**REFUSED, "name": "awaited", "expect": {"error": "$.at"}}


@pytest.fixture
def write(tmp_path: Path) -> Any:
    """Writes a scenario file with these scenarios, and returns its path."""

    def written(*scenarios: Doc, name: str = "s.json", **fields: object) -> str:
        path = tmp_path / name
        document = {**FILE, "scenarios": list(scenarios), **fields}
        path.write_text(json.dumps(document), encoding="utf-8")
        return str(path)

    return written


Run = subprocess.CompletedProcess[str]


def run(*arguments: str, **options: Any) -> Run:
    command = [sys.executable, "-m", "mallops", *arguments]
    return subprocess.run(
        command, capture_output=True, encoding="utf-8", check=False, timeout=60, **options
    )


@pytest.mark.parametrize("number", [1, 2, 3, 4, 6])
def test_the_conformance_files_pass(number: int, capsys: pytest.CaptureFixture[str]) -> None:
    [file] = CONFORMANCE.glob(f"{number}-*.json")
    assert main(["test", str(file)]) == 0
    [line] = capsys.readouterr().out.splitlines()
    assert line.endswith(" passed, 0 failed")


def test_failures_are_told_field_by_field(write: Any, capsys: pytest.CaptureFixture[str]) -> None:
    file = write(SCENARIO, WRONG, REFUSED, AWAITED)
    assert main(["test", file]) == 1
    assert capsys.readouterr().out == (
        f"FAILED {file}: 满减 gone wrong\n"
        "  payable\n"
        '    expected "1.00"\n'
        '    got      "54.00"\n'
        "  optimal\n"
        "    expected null\n"
        "    got      true\n"
        f"FAILED {file}: refused\n"
        "  error\n"
        "    expected nothing\n"
        "    got      scenario $.at: got 'now', expected an instant with an offset, such as"
        ' "2026-11-10T20:00:00+08:00"\n'
        "2 passed, 2 failed\n"
    )


def test_all_problems_of_a_refusal_are_told(write: Any, capsys: pytest.CaptureFixture[str]) -> None:
    file = write({**REFUSED, "cart": {"lines": 5}})
    assert main(["test", file]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[3].startswith("    got      scenario $.at: ")
    assert lines[4] == "             cart $.lines: got 5, expected a list"


def test_many_files(write: Any, capsys: pytest.CaptureFixture[str]) -> None:
    files = [write(SCENARIO, name="a.json"), write(WRONG, SCENARIO, name="b.json")]
    assert main(["test", *files]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "2 passed, 1 failed"


def test_failures_as_json(write: Any, capsys: pytest.CaptureFixture[str]) -> None:
    file = write(SCENARIO, WRONG)
    assert main(["test", "--json", file]) == 1
    assert json.loads(capsys.readouterr().out) == {
        "passed": 1,
        "failed": 1,
        "failures": [
            {
                "file": file,
                "name": "满减 gone wrong",
                "mismatches": [
                    {"field": "payable", "expected": "1.00", "got": "54.00"},
                    {"field": "optimal", "expected": None, "got": True},
                ],
            }
        ],
    }


def test_an_unusable_file_does_not_stop_the_others(
    write: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [write({**SCENARIO, "usge": 1}, name="a.json"), write(SCENARIO, name="b.json"), "no"]
    assert main(["test", *files]) == 2
    captured = capsys.readouterr()
    assert captured.out == "1 passed, 0 failed\n"
    unknown = "$.scenarios[0].usge: got 1, expected no such key; did you mean usage?"
    assert captured.err.splitlines() == [
        f"mallops: {files[0]}: {unknown}",
        "mallops: no: No such file or directory",
    ]


@pytest.mark.parametrize("command", ["test", "quote", "explain"])
@pytest.mark.parametrize(
    "content", ["", "{", "[]", "{}", "[" * 100_000, "\x00", '{"scenarios": NaN}', "9" * 10_000]
)
def test_unusable_files(
    command: str, content: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "bad.json"
    file.write_text(content, encoding="utf-8")
    assert main([command, str(file)]) == 2
    captured = capsys.readouterr()
    assert captured.err.startswith(f"mallops: {file}: $")
    assert captured.out == ("0 passed, 0 failed\n" if command == "test" else "")


@pytest.mark.parametrize("command", ["test", "quote", "explain", "hints"])
@pytest.mark.parametrize("name", ["nowhere.json", ".", "a\0b", ""])
def test_files_that_are_none(command: str, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, name]) == 2
    assert capsys.readouterr().err.startswith("mallops: ")


def test_quotes(write: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["quote", write(SCENARIO, AWAITED)]) == 0
    printed = capsys.readouterr().out
    first, second = json.loads(printed)
    assert first["name"] == "a tenth off"
    assert first["quote"]["payable"] == "54.00"
    assert second["name"] == "awaited"
    assert "$.at" in second["error"]
    assert second["problems"] == [
        {
            "document": "scenario",
            "path": "$.at",
            "got": "'now'",
            "expected": 'an instant with an offset, such as "2026-11-10T20:00:00+08:00"',
        }
    ]
    assert printed.startswith('[\n  {\n    "name": "a tenth off",\n')


def test_quotes_on_one_line(write: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["quote", "--json", write(SCENARIO)]) == 0
    [line] = capsys.readouterr().out.splitlines()
    assert [found["name"] for found in json.loads(line)] == ["a tenth off"]


@pytest.mark.parametrize("command", ["quote", "explain", "hints"])
def test_what_nobody_expected_to_be_refused(
    command: str, write: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, write(SCENARIO, REFUSED)]) == 2
    assert "$.at" in capsys.readouterr().out


def test_explain(write: Any, capsys: pytest.CaptureFixture[str]) -> None:
    file = write(SCENARIO, AWAITED)
    assert main(["explain", file, "--name", "a tenth off"]) == 0
    assert "54.00" in capsys.readouterr().out
    assert main(["explain", file, "--name", "a tenth off", "--locale", "en"]) == 0
    assert capsys.readouterr().out.startswith("Quote\n")
    assert main(["explain", file]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if line.startswith("# ")] == ["# a tenth off", "# awaited"]


def test_explain_names_that_are_not_there(write: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", write(SCENARIO), "--name", "other"]) == 2
    assert "no scenario named 'other'" in capsys.readouterr().err
    assert main(["explain", write()]) == 2
    assert "no scenario" in capsys.readouterr().err


def test_hints(write: Any, capsys: pytest.CaptureFixture[str]) -> None:
    file = str(Path(__file__).parent.parent / "docs" / "examples" / "near-misses.json")
    assert main(["hints", file, "--locale", "en"]) == 0
    printed = capsys.readouterr().out
    assert "add SOAP × 1 and pay 12.50 less" in printed
    assert "SAVE15" not in printed
    assert "STAFF" not in printed
    assert main(["hints", file, "--coupon", "SAVE15", "--coupon", "STAFF", "--most", "1"]) == 0
    assert "使用优惠券 STAFF 比 SAVE10 多省 89.00" in capsys.readouterr().out
    assert main(["hints", write(SCENARIO, AWAITED)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if line.startswith("# ")] == ["# a tenth off", "# awaited"]
    assert main(["hints", file, "--name", "other"]) == 2


SUMMER = Path(__file__).parent.parent / "docs" / "examples"
OLD, NEW, CARTS = (str(SUMMER / f"summer-{name}.json") for name in ("1", "2", "carts"))


def test_a_diff_is_in_chinese_unless_asked(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", OLD, NEW, CARTS]) == 0
    assert capsys.readouterr().out.startswith("模拟结果 ")
    assert main(["diff", OLD, NEW, CARTS, "--locale", "en", "--top", "1"]) == 0
    printed = capsys.readouterr().out
    assert ("8801, 2026-07-01" in printed, "8802, 2026-07-01" in printed) == (True, False)


def test_a_simulation_in_turn_ends_its_budgets(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", NEW, CARTS, "--locale", "en"]) == 0
    assert "past its budget of 80.00" in capsys.readouterr().out
    asked = ["--in-turn", "--search-budget", "500"]
    assert main(["simulate", NEW, CARTS, "--locale", "en", *asked]) == 0
    assert "used up with cart 8804" in capsys.readouterr().out


def test_carts_that_are_refused_are_told(write: Any, capsys: pytest.CaptureFixture[str]) -> None:
    rulebook = write(name="book.json")
    Path(rulebook).write_text('{"currency": "CNY"}', encoding="utf-8")
    story = {"name": "told", "story": []}
    carts = write(SCENARIO, REFUSED, story)
    for command in (["simulate", rulebook], ["diff", rulebook, rulebook]):
        assert main([*command, carts, "--locale", "en"]) == 2
        printed = capsys.readouterr().out.splitlines()
        assert printed[-2].startswith("  refused: $.at: got 'now'")
        assert printed[-1] == "  told: $.story: got a story, expected a cart instead"


def test_rulebooks_of_two_currencies(write: Any, capsys: pytest.CaptureFixture[str]) -> None:
    files = []
    for code in ("CNY", "EUR"):
        files.append(write(name=f"{code}.json"))
        Path(files[-1]).write_text(json.dumps({"currency": code}), encoding="utf-8")
    assert main(["diff", *files, write(SCENARIO)]) == 2
    told = f"mallops: {files[1]}: $.currency: got 'EUR', expected CNY, as in the rulebook before\n"
    assert capsys.readouterr().err == told


@pytest.mark.parametrize("place", range(3))
def test_a_diff_of_unusable_files(
    place: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text("[]", encoding="utf-8")
    files = [str(bad) if number == place else file for number, file in enumerate((OLD, NEW, CARTS))]
    assert main(["diff", *files]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(f"mallops: {bad}: $")
    assert main(["simulate", *files[::2]]) == (0 if place == 1 else 2)


def test_carts_of_two_catalogues(write: Any, capsys: pytest.CaptureFixture[str]) -> None:
    carts = write(SCENARIO, {**SCENARIO, "catalog": {"products": []}})
    assert main(["simulate", OLD, carts]) == 2
    told = "$.scenarios[1].catalog: got another one, expected that of $.scenarios[0]"
    assert capsys.readouterr().err == f"mallops: {carts}: {told}\n"


def test_a_rulebook_that_does_not_fit_the_carts(
    write: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["simulate", NEW, write(SCENARIO)]) == 0
    gift = {"id": "p", "lane": "shop", "benefit": {"kind": "gift", "sku": "X", "quantity": 1}}
    book = write(name="book.json")
    Path(book).write_text(json.dumps({"currency": "CNY", "promotions": [gift]}), encoding="utf-8")
    capsys.readouterr()
    assert main(["simulate", book, write(SCENARIO)]) == 2
    assert capsys.readouterr().err.startswith(f"mallops: {book}: $.promotions[0].benefit.sku: ")


@pytest.mark.parametrize("name", SCHEMAS)
def test_schemas(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", name]) == 0
    assert json.loads(capsys.readouterr().out) == SCHEMAS[name]()


def test_the_schema_of_rulebooks_is_the_default(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "mallops rulebook"
    named = (*SCHEMAS, *REPORT_SCHEMAS)
    assert named == cli._SCHEMAS  # noqa: SLF001 - named twice, to load them lazily


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["price"],
        ["test"],
        ["quote"],
        ["quote", "a.json", "b.json"],
        ["explain", "a.json", "--locale", "fr"],
        ["hints", "a.json", "--locale", "fr"],
        ["hints", "a.json", "--most", "0"],
        ["hints", "a.json", "--most", "many"],
        ["schema", "quote"],
        ["simulate", "a.json"],
        ["diff", "a.json", "b.json"],
        ["diff", "a.json", "b.json", "c.json", "--top", "-1"],
        ["simulate", "a.json", "b.json", "--search-budget", "1.5"],
        ["--json"],
    ],
)
def test_misuse(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert capsys.readouterr().err.startswith("usage: mallops")


def test_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    printed = capsys.readouterr().out
    assert all(
        f"\n    {word} " in printed for word in ("test", "quote", "explain", "hints", "schema")
    )
    words = ("test", "quote", "explain", "simulate", "diff", "schema")
    assert all(f"\n    {word} " in printed for word in words)


# --- as a process ------------------------------------------------------------------------


def test_the_exit_status_is_the_processes(write: Any) -> None:
    assert run("test", write(SCENARIO)).returncode == 0
    assert run("test", write(WRONG)).returncode == 1
    assert run("test", "nowhere.json").returncode == 2


def test_a_terminal_that_cannot_show_chinese(write: Any) -> None:
    ascii_only = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = run("test", write(WRONG), env=ascii_only)
    assert done.returncode == 1
    assert done.stdout.splitlines()[0].endswith(r"\u6ee1\u51cf gone wrong")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such pipes")
def test_a_reader_that_goes_away(write: Any) -> None:
    many = write(*[SCENARIO] * 200)
    command = f'"{sys.executable}" -m mallops quote "{many}"'
    script = f"{command} | true; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", script],  # noqa: S607 - the shell that is there
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )
    assert (done.stdout.strip(), done.stderr) == ("141", "")


def test_ctrl_c(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(_name: str) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "_schema", interrupted)
    assert main(["schema"]) == 130
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "")


def test_an_output_without_a_descriptor(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_name: str) -> int:
        raise BrokenPipeError

    monkeypatch.setattr(cli, "_schema", broken)
    assert main(["schema"]) == 141


def test_rich_is_not_needed(write: Any) -> None:
    code = (
        "import sys; sys.modules['rich'] = None\n"
        "from mallops.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "explain", write(SCENARIO)],
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_file_may_be_changed_between_runs(write: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["test", write(SCENARIO)]) == 0
    assert main(["test", write(changed(SCENARIO, "expect.payable", "1.00"))]) == 1
    capsys.readouterr()
