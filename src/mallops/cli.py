"""The command line: `mallops test`, `quote`, `explain`, `simulate`, `check` and more.

Exit statuses: 0 done; 1 a scenario failed, or a loophole was found; 2 unusable input or
arguments. One that is stopped ends as the shell expects: 130 by Ctrl-C, 141 where nobody reads
its output.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from mallops.messages import locales

if TYPE_CHECKING:
    from pendulum import DateTime

    from mallops.catalog.model import Catalog
    from mallops.loopholes.report.report import Acknowledgement, Place, Report
    from mallops.loopholes.report.sources import Pair
    from mallops.promotions.compiled import Compiled
    from mallops.rulebook.asking import Quoted
    from mallops.rulebook.playing import Played
    from mallops.rulebook.running import Failed, Mismatch, Passed
    from mallops.rulebook.scenarios import Scenario
    from mallops.rulebook.shared import Rejected, Shared
    from mallops.rules.book import Rulebook
    from mallops.simulation.outcome import Case, Unpriced

T = TypeVar("T")

PASSED, FAILED, UNUSABLE = 0, 1, 2
_INTERRUPTED, _NOBODY_READS = 130, 141
_SCHEMAS = (
    "rulebook",
    "catalog",
    "cart",
    "scenarios",
    "machine",
    "report",
    "acknowledged",
    "difference",
    "incident",
)
_FORMATS = ("text", "json", "sarif", "html")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line with `argv` (None: the process's own) and return its exit status.

    >>> main(["schema", "cart"])  # doctest: +ELLIPSIS
    {
      "$schema": "https://json-schema.org/draft/2020-12/schema",
    ...
    0
    """
    try:
        status = _run(argv)
        # A reader that went away is noticed here, and not as Python ends.
        sys.stdout.flush()
    except BrokenPipeError:
        _read_by_nobody()
        return _NOBODY_READS
    except KeyboardInterrupt:
        return _INTERRUPTED
    return status


def _run(argv: Sequence[str] | None) -> int:
    try:
        arguments = _parser().parse_args(argv)
    except SystemExit as stop:  # how argparse ends after --help and misuse
        return stop.code if isinstance(stop.code, int) else UNUSABLE
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A terminal that cannot show a character is no reason to fail.
        sys.stdout.reconfigure(errors="backslashreplace")
    match arguments.command:
        case "test":
            return _test(arguments.files, as_json=arguments.json)
        case "quote":
            return _quote(arguments.file, as_json=arguments.json)
        case "explain":
            return _explain(arguments.file, arguments.name, arguments.locale)
        case "hints":
            coupons = tuple(arguments.coupon)
            return _hints(arguments.file, arguments.name, arguments.locale, coupons, arguments.most)
        case "simulate":
            return _simulate(arguments)
        case "diff":
            return _diff(arguments)
        case "check":
            return _check(arguments)
        case _:
            return _schema(arguments.name)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="mallops", description="What a mall charges, and why: rulebooks and scenarios."
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    test = commands.add_parser("test", help="run scenarios against what they expect")
    about = "a scenario file or an incident, JSON or TOML"
    test.add_argument("files", nargs="+", metavar="FILE", help=about)
    test.add_argument("--json", action="store_true", help="print the outcome as JSON")
    quote = commands.add_parser("quote", help="print the quotes of a file's scenarios as JSON")
    quote.add_argument("file", metavar="FILE", help="a scenario file, JSON or TOML")
    quote.add_argument("--json", action="store_true", help="on one line, for programs")
    explain = commands.add_parser("explain", help="tell how a file's scenarios come to cost")
    explain.add_argument("file", metavar="FILE", help="a scenario file, JSON or TOML")
    explain.add_argument("--name", help="only the scenario of this name")
    explain.add_argument("--locale", choices=locales(), default="zh_CN", help="the language")
    hints = commands.add_parser("hints", help="tell what carts narrowly miss")
    hints.add_argument("file", metavar="FILE", help="a scenario file, JSON or TOML")
    hints.add_argument("--name", help="only the scenario of this name")
    hints.add_argument("--locale", choices=locales(), default="zh_CN", help="the language")
    coupon_help = "a coupon that the customer could get; give it once for each"
    hints.add_argument("--coupon", action="append", default=[], metavar="ID", help=coupon_help)
    hints.add_argument("--most", type=_at_least_one, default=5, metavar="N", help="at most N hints")
    simulate = commands.add_parser("simulate", help="add up what a rulebook does over many carts")
    simulate.add_argument("rulebook", metavar="RULEBOOK", help="a rulebook's file")
    _add_carts(simulate)
    diff = commands.add_parser("diff", help="tell what many carts pay once a rulebook changes")
    diff.add_argument("old", metavar="OLD", help="the rulebook's file before")
    diff.add_argument("new", metavar="NEW", help="the rulebook's file after")
    _add_carts(diff)
    diff.add_argument(
        "--top", type=_whole, default=20, metavar="N", help="the carts that changed most to name"
    )
    _add_check(commands.add_parser("check", help="tell how a rulebook can be abused"))
    schema = commands.add_parser("schema", help="print a JSON Schema of the file format")
    schema.add_argument("name", nargs="?", choices=_SCHEMAS, default="rulebook", metavar="NAME")
    schema.epilog = f"NAME is one of {', '.join(_SCHEMAS)}; rulebook if left out."
    return parser


def _at_least_one(text: str) -> int:
    """A whole number above 0, as argparse reads it."""
    if not text.isascii() or not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number, at least 1")
    return int(text)


def _add_carts(command: argparse.ArgumentParser) -> None:
    """What a simulation runs over, and how."""
    command.add_argument("carts", metavar="CARTS", help="a scenario file with one catalogue")
    command.add_argument(
        "--in-turn", action="store_true", help="what a cart uses of a limit is gone for the next"
    )
    command.add_argument(
        "--search-budget", type=_whole, metavar="N", help="the steps of the search, for each cart"
    )
    command.add_argument("--locale", choices=locales(), default="zh_CN", help="the language")


def _add_check(check: argparse.ArgumentParser) -> None:
    """What is checked, by when, and how it is told."""
    about = "a rulebook, or a scenario file or an incident with rulebook and catalogue"
    check.add_argument("files", nargs="+", metavar="FILE", help=about)
    check.add_argument("--catalog", metavar="FILE", help="the catalogue of files that have none")
    at_help = "the instant of the check, with its offset; if left out, an incident's own, or now"
    check.add_argument("--at", type=_instant, metavar="INSTANT", help=at_help)
    check.add_argument("--locale", choices=locales(), default="zh_CN", help="the language")
    check.add_argument("--format", choices=_FORMATS, default="text", help="how it is told")
    check.add_argument("--output", metavar="FILE", help="write there, and not to the output")
    check.add_argument("--acknowledged", metavar="FILE", help="what is known and put up with")
    check.add_argument("--strict", action="store_true", help="a warning ends with status 1 too")
    check.add_argument("--quick", action="store_true", help="only read the rules, search nothing")
    mended = "check the repaired malls of incidents"
    check.add_argument("--repaired", action="store_true", help=mended)
    check.add_argument("--witnesses", metavar="DIR", help="write each story there as a scenario")
    against_help = "the rulebook before: tell what FILE changes, as text or JSON"
    check.add_argument("--against", metavar="OLD", help=against_help)
    before_help = "the catalogue of OLD; that of --catalog, if left out"
    check.add_argument("--against-catalog", metavar="FILE", help=before_help)


def _instant(text: str) -> DateTime:
    """An instant with its offset, as argparse reads it."""
    from mallops.errors import InputError
    from mallops.time import instant

    try:
        return instant(text, "$")
    except InputError as error:
        [problem] = error.problems
        raise argparse.ArgumentTypeError(f"{text!r} is not {problem.expected}") from None


def _whole(text: str) -> int:
    """A whole number from 0, as argparse reads it."""
    if not text.isascii() or not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text} is no whole number")
    return int(text)


def _test(files: Sequence[str], *, as_json: bool) -> int:
    from mallops.rulebook.running import Failed

    outcomes = [(file, outcome) for file in files for outcome in _outcomes(file, as_json=as_json)]
    failures = [(file, found) for file, found in outcomes if isinstance(found, Failed)]
    unusable = any(found is None for _, found in outcomes)
    failed = len(failures)
    passed = sum(found is not None for _, found in outcomes) - failed
    if as_json:
        told = [_failure(file, found) for file, found in failures]
        _print_json({"passed": passed, "failed": failed, "failures": told}, indent=2)
    else:
        print(f"{passed} passed, {failed} failed")
    return UNUSABLE if unusable else FAILED if failures else PASSED


def _outcomes(file: str, *, as_json: bool) -> Iterator[Passed | Failed | None]:
    """What becomes of each scenario of a file, told at once; None for an unusable file."""
    from mallops.rulebook.running import Failed

    runs = _usable(file, lambda: _runs(file))
    if runs is None:
        yield None
        return
    for run in runs:
        outcome = run()
        if isinstance(outcome, Failed) and not as_json:
            _print_failure(file, outcome)
        yield outcome


def _runs(file: str) -> list[Callable[[], Passed | Failed]]:
    """What runs the incident that a file holds, or each of its scenarios; raises `InputError`."""
    from mallops.loopholes.incidents.reading import decode_incident, is_incident
    from mallops.rulebook.documents import read_document
    from mallops.rulebook.running import run_scenario
    from mallops.rulebook.scenarios import decode_scenarios
    from mallops.rulebook.shared import Shared

    document = read_document(file)
    if is_incident(document):
        from mallops.loopholes.incidents.running import run_incident

        return [partial(run_incident, decode_incident(document), file)]
    shared = Shared()
    scenarios = decode_scenarios(document, Path(file).parent)
    return [partial(run_scenario, scenario, shared) for scenario in scenarios]


def _print_failure(file: str, failure: Failed) -> None:
    print(f"FAILED {file}: {failure.name}")
    for mismatch in failure.mismatches:
        print(f"  {mismatch.field}")
        for label, value in (("expected", mismatch.expected), ("got", mismatch.got)):
            first, *more = _lines(mismatch, value)
            print(f"    {label:<8} {first}")
            for line in more:
                print(f"             {line}")


def _lines(mismatch: Mismatch, value: object) -> list[str]:
    """A value as JSON, but nothing and messages as they are."""
    if value is None and mismatch.field != "optimal":
        return ["nothing"]
    if mismatch.field == "error":
        return str(value).splitlines()
    return [json.dumps(value, ensure_ascii=False)]


def _failure(file: str, failure: Failed) -> dict[str, object]:
    mismatches = [
        {"field": mismatch.field, "expected": mismatch.expected, "got": mismatch.got}
        for mismatch in failure.mismatches
    ]
    return {"file": file, "name": failure.name, "mismatches": mismatches}


def _quote(file: str, *, as_json: bool) -> int:
    scenarios = _scenarios(file)
    if scenarios is None:
        return UNUSABLE
    results = list(_results(scenarios))
    _print_json(
        [{"name": scenario.name, **_answered(result)} for scenario, result in results],
        indent=None if as_json else 2,
    )
    return _status(results)


def _answered(result: Quoted | Played | Rejected) -> dict[str, object]:
    from mallops.rulebook.playing import Played
    from mallops.rulebook.quotes import encode_quote
    from mallops.rulebook.shared import Rejected
    from mallops.rulebook.stories import encode_outcome

    match result:
        case Played():
            return {
                "story": [
                    {"error": str(step.outcome)}
                    if isinstance(step.outcome, Rejected)
                    else encode_outcome(step.outcome)
                    for step in result.steps
                ]
            }
        case Rejected():
            return {"error": str(result), "problems": _problems(result)}
        case _:
            return {"quote": encode_quote(result.quote)}


def _problems(rejected: Rejected) -> list[dict[str, str]]:
    return [
        {
            "document": document,
            "path": problem.path,
            "got": problem.value,
            "expected": problem.expected,
        }
        for document, problems in rejected.problems.items()
        for problem in problems
    ]


def _explain(file: str, name: str | None, locale: str) -> int:
    from mallops.promotions.explain import explain_text
    from mallops.rulebook.asking import Quoted, quote_scenario
    from mallops.rulebook.playing import Played, play_scenario
    from mallops.rulebook.shared import Rejected
    from mallops.stories.telling import story_text

    def explained(scenario: Scenario, shared: Shared) -> str | Rejected:
        if scenario.story is not None:
            played = play_scenario(scenario, shared)
            if isinstance(played, Played):
                taken = [
                    (step.step, step.outcome)
                    for step in played.steps
                    if not isinstance(step.outcome, Rejected)
                ]
                return story_text(taken, played.rulebook, locale)
            return played
        result = quote_scenario(scenario, shared)
        if isinstance(result, Quoted):
            return explain_text(result.quote, result.rulebook, locale)
        return result

    return _tell(file, name, explained)


def _hints(file: str, name: str | None, locale: str, coupons: tuple[str, ...], most: int) -> int:
    from mallops.promotions.hint_text import hints_text
    from mallops.promotions.hints import hints
    from mallops.rulebook.asking import Asked, ask_scenario

    def told(scenario: Scenario, shared: Shared) -> str | Rejected:
        asked = ask_scenario(scenario, shared)
        if not isinstance(asked, Asked):
            return asked
        found = hints(
            asked.compiled, asked.cart, asked.at, asked.usage, obtainable=coupons, most=most
        )
        return hints_text(found, asked.compiled.rulebook, locale)

    return _tell(file, name, told)


def _tell(file: str, name: str | None, tell: Callable[[Scenario, Shared], str | Rejected]) -> int:
    """Print what is to be told of a file's scenarios, or of the one of that name."""
    from mallops.rulebook.shared import Shared

    scenarios = _scenarios(file)
    if scenarios is None:
        return UNUSABLE
    chosen = [scenario for scenario in scenarios if name is None or scenario.name == name]
    if not chosen:
        return _complain(file, "no scenario" if name is None else f"no scenario named {name!r}")
    shared = Shared()
    results = [(scenario, tell(scenario, shared)) for scenario in chosen]
    for place, (scenario, result) in enumerate(results):
        if len(results) > 1:
            print(*([""] if place else []), f"# {scenario.name}", "", sep="\n")
        print(result)
    return _status(results)


def _simulate(arguments: argparse.Namespace) -> int:
    from mallops.simulation.report import summary_text
    from mallops.simulation.summary import simulate

    run = _run_of((arguments.rulebook,), arguments.carts)
    if run is None:
        return UNUSABLE
    (compiled,), cases = run
    summary = simulate(compiled, cases, _search_budget(arguments), in_turn=arguments.in_turn)
    print(summary_text(summary, compiled.rulebook, arguments.locale))
    return UNUSABLE if summary.unpriced.count else PASSED


def _diff(arguments: argparse.Namespace) -> int:
    from mallops.simulation.comparison import compare
    from mallops.simulation.report import comparison_text

    run = _run_of((arguments.old, arguments.new), arguments.carts)
    if run is None:
        return UNUSABLE
    (before, after), cases = run
    found = _usable(
        arguments.new,
        lambda: compare(
            before,
            after,
            cases,
            _search_budget(arguments),
            in_turn=arguments.in_turn,
            kept=arguments.top,
        ),
    )
    if found is None:
        return UNUSABLE
    print(comparison_text(found, before.rulebook, after.rulebook, arguments.locale))
    return UNUSABLE if found.uncompared else PASSED


def _run_of(
    rulebooks: Sequence[str], carts: str
) -> tuple[list[Compiled], Sequence[Case | Unpriced]] | None:
    """The rulebooks over the carts' catalogue, and the carts; None after telling what is wrong."""
    from mallops.rulebook.cases import decode_cases

    scenarios = _scenarios(carts)
    if scenarios is None:
        return None
    versions: list[Compiled] = []
    for file in rulebooks:
        compiled = _compiled(file, carts, scenarios)
        if compiled is None:
            return None
        versions.append(compiled)
    return versions, decode_cases(scenarios, versions[0].rulebook.currency)


def _compiled(file: str, carts: str, scenarios: Sequence[Scenario]) -> Compiled | None:
    from mallops.promotions.compiled import compile_rulebook
    from mallops.rulebook.book import decode_rulebook
    from mallops.rulebook.cases import common_catalog
    from mallops.rulebook.catalog import decode_catalog
    from mallops.rulebook.documents import read_document

    book = _usable(file, lambda: decode_rulebook(read_document(file)))
    if book is None:
        return None
    shelf = _usable(
        carts, lambda: decode_catalog(common_catalog(scenarios), book.currency, book.timezone)
    )
    return None if shelf is None else _usable(file, lambda: compile_rulebook(book, shelf))


def _search_budget(arguments: argparse.Namespace) -> int:
    from mallops.promotions.engine import DEFAULT_SEARCH_BUDGET

    asked: int | None = arguments.search_budget
    return DEFAULT_SEARCH_BUDGET if asked is None else asked


def _check(arguments: argparse.Namespace) -> int:
    import pendulum

    # Here, at the face of it, is where an instant comes from; below, all are handed one.
    now = pendulum.now("UTC")  # noqa: TID251
    put_up_with = _acknowledged(arguments.acknowledged)
    if put_up_with is None:
        return UNUSABLE
    if arguments.against is not None:
        return _check_against(arguments, arguments.at or now, put_up_with[0])
    if arguments.against_catalog is not None:
        return _complain("--against-catalog", "goes with --against alone")
    reports: list[Report] = []
    status = PASSED
    for pair in _pairs(arguments.files, arguments.catalog, repaired=arguments.repaired):
        at = arguments.at or (pair and pair.at) or now
        report = None if pair is None else _report(pair, at, *put_up_with, quick=arguments.quick)
        if report is None:
            status = UNUSABLE
        else:
            reports.append(report)
            status = max(status, report.status(strict=arguments.strict))
    told = _print_reports(reports, arguments)
    if arguments.witnesses is not None:
        told = max(told, _write_witnesses(reports, arguments.witnesses))
    return max(status, told)


def _check_against(
    arguments: argparse.Namespace, at: DateTime, words: Sequence[Acknowledgement]
) -> int:
    """Tell what a file changes; 1 where that opens something."""
    from mallops.loopholes.diffing.diffing import diff
    from mallops.loopholes.diffing.documents import encode_difference
    from mallops.loopholes.diffing.text import difference_text
    from mallops.rulebook.documents import canonical_json

    said = _not_against(arguments)
    if said:
        return _complain("--against", said)
    [file], before = arguments.files, arguments.against_catalog or arguments.catalog
    old, new = _one_world(arguments.against, before), _one_world(file, arguments.catalog)
    if old is None or new is None:
        return UNUSABLE
    found = _usable(file, lambda: diff(old, new, at, acknowledgements=words))
    if found is None:
        return UNUSABLE
    told = f"{difference_text(found, arguments.locale)}\n"
    if arguments.format == "json":
        told = canonical_json(encode_difference(found, arguments.locale))
    return max(found.status(strict=arguments.strict), _print_told(told, arguments.output))


def _not_against(arguments: argparse.Namespace) -> str:
    """What cannot be asked of a change, or nothing."""
    if len(arguments.files) > 1:
        return "takes one FILE"
    if arguments.format not in {"text", "json"}:
        return f"is told as text or json, not as {arguments.format}"
    if arguments.quick or arguments.witnesses is not None:
        return "goes without --quick and --witnesses"
    return ""


def _one_world(file: str, catalog: str | None) -> Compiled | None:
    """The one rulebook over a catalogue that a file has; None after telling what is wrong."""
    from mallops.promotions.compiled import compile_rulebook

    pairs = list(_pairs((file,), catalog, repaired=False))
    if len(pairs) != 1:
        _complain(file, "several rulebooks, where one is compared")
        return None
    [pair] = pairs
    decoded = None if pair is None else _decoded(pair)
    return None if decoded is None else _usable(file, lambda: compile_rulebook(*decoded))


def _acknowledged(file: str | None) -> tuple[tuple[Acknowledgement, ...], Place] | None:
    """What is put up with, and where that stands; None after telling what is wrong."""
    from mallops.loopholes.report.acknowledgements import decode_acknowledged
    from mallops.loopholes.report.report import Place
    from mallops.loopholes.report.sources import located

    if file is None:
        return (), Place()
    found = _usable(file, lambda: located(file))
    if found is None:
        return None
    words = _usable(file, lambda: decode_acknowledged(found.document))
    return None if words is None else (words, found.place)


def _pairs(files: Sequence[str], catalog: str | None, *, repaired: bool) -> Iterator[Pair | None]:
    """The rulebooks of the files; None for an unusable file, after telling why."""
    from mallops.loopholes.report.sources import located, pairs

    shelf = None
    if catalog is not None:
        shelf = _usable(catalog, lambda: located(catalog))
        if shelf is None:
            yield None
            return
    for file in files:
        yield from _usable(file, partial(pairs, file, shelf, repaired=repaired)) or (None,)


def _report(
    pair: Pair,
    at: DateTime,
    words: Sequence[Acknowledgement],
    acknowledged: Place,
    *,
    quick: bool,
) -> Report | None:
    """What is found in a rulebook; None after telling what is wrong with it."""
    from mallops.loopholes.checking import check
    from mallops.loopholes.incidents.racing import raced
    from mallops.loopholes.report.report import Source
    from mallops.loopholes.searches import FULL, QUICK

    decoded = _decoded(pair)
    if decoded is None:
        return None
    source = Source(pair.rulebook.place, pair.catalog.place, acknowledged, pair.handlers_at)
    races = () if pair.handlers is None else (raced(pair.handlers),)
    searches = (*(QUICK if quick else FULL), *races)
    return _usable(
        str(pair.rulebook.place),
        lambda: check(*decoded, at, searches, acknowledgements=words, source=source),
    )


def _decoded(pair: Pair) -> tuple[Rulebook, Catalog] | None:
    """The rulebook and the catalogue of a pair; None after telling what is wrong with one."""
    from mallops.rulebook.book import decode_rulebook
    from mallops.rulebook.catalog import decode_catalog

    rulebook, catalog = pair.rulebook, pair.catalog
    book = _usable(str(rulebook.place), lambda: decode_rulebook(rulebook.document))
    if book is None:
        return None
    shelf = _usable(
        str(catalog.place), lambda: decode_catalog(catalog.document, book.currency, book.timezone)
    )
    return None if shelf is None else (book, shelf)


def _print_reports(reports: Sequence[Report], arguments: argparse.Namespace) -> int:
    return _print_told(_told_reports(reports, arguments.format, arguments.locale), arguments.output)


def _print_told(told: str, file: str | None) -> int:
    """Print a text, or write it to a file."""
    if file is None:
        print(told, end="")
        return PASSED
    return UNUSABLE if _usable(file, lambda: Path(file).write_text(told, "utf-8")) is None else 0


def _told_reports(reports: Sequence[Report], form: str, locale: str) -> str:
    from mallops.rulebook.documents import canonical_json

    match form:
        case "json":
            from mallops.loopholes.report.documents import encode_reports

            return canonical_json(encode_reports(reports, locale))
        case "sarif":
            from mallops.loopholes.report.sarif import sarif

            return canonical_json(sarif(reports, locale))
        case "html":
            from mallops.loopholes.report.page import page

            return page(reports, locale)
        case _:
            from mallops.loopholes.report.text import report_text

            return "\n".join(f"{report_text(report, locale)}\n" for report in reports)


def _write_witnesses(reports: Sequence[Report], folder: str) -> int:
    """Each story that was found as a scenario file, in a folder that need not be there yet."""
    from mallops.loopholes.report.scenarios import witness_files
    from mallops.rulebook.documents import canonical_json

    def written() -> bool:
        Path(folder).mkdir(parents=True, exist_ok=True)
        for name, document in witness_files(reports):
            (Path(folder) / name).write_text(canonical_json(document), "utf-8")
        return True

    return UNUSABLE if _usable(folder, written) is None else PASSED


def _schema(name: str) -> int:
    from mallops.loopholes.report.schema import REPORT_SCHEMAS
    from mallops.rulebook.documents import canonical_json
    from mallops.rulebook.schema import SCHEMAS

    print(canonical_json({**SCHEMAS, **REPORT_SCHEMAS}[name]()), end="")
    return PASSED


def _results(
    scenarios: Iterable[Scenario],
) -> Iterator[tuple[Scenario, Quoted | Played | Rejected]]:
    from mallops.rulebook.asking import quote_scenario
    from mallops.rulebook.playing import play_scenario
    from mallops.rulebook.shared import Shared

    shared = Shared()
    for scenario in scenarios:
        asked = quote_scenario if scenario.story is None else play_scenario
        yield scenario, asked(scenario, shared)


def _status(results: Iterable[tuple[Scenario, Quoted | Played | Rejected | str]]) -> int:
    """Unusable if something was rejected that no scenario expects to be."""
    from mallops.rulebook.shared import Rejected

    unusable = any(
        isinstance(result, Rejected) and scenario.expected_error is None
        for scenario, result in results
    )
    return UNUSABLE if unusable else PASSED


def _scenarios(file: str) -> Sequence[Scenario] | None:
    """The scenarios of a file, or None after telling why it is unusable."""
    from mallops.rulebook.scenarios import read_scenarios

    return _usable(file, lambda: read_scenarios(file))


def _usable(file: str, read: Callable[[], T]) -> T | None:
    """What `read` makes of a file, or None after telling why it is unusable."""
    from mallops.errors import InputError

    try:
        return read()
    except InputError as error:
        _complain(file, *map(str, error.problems))
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        _complain(file, (isinstance(error, OSError) and error.strerror) or str(error))
    return None


def _complain(file: str, *messages: str) -> int:
    for message in messages:
        print(f"mallops: {file}: {message}", file=sys.stderr)
    return UNUSABLE


def _print_json(document: object, indent: int | None) -> None:
    print(json.dumps(document, indent=indent, ensure_ascii=False))


def _read_by_nobody() -> None:
    """Let Python's last flush go nowhere, quietly."""
    with suppress(OSError, ValueError):  # an output without a descriptor has no such flush
        output = sys.stdout.fileno()
        os.dup2(os.open(os.devnull, os.O_WRONLY), output)
