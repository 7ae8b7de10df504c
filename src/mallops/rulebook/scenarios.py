"""Scenario files: carts with the quotes that a rulebook owes them (rulebook section 7)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from attrs import evolve, frozen

from mallops.errors import InputError, Problem, shown
from mallops.rulebook.documents import read_document
from mallops.rulebook.quotes import QUOTE_FIELDS
from mallops.rulebook.reader import Kind, Notes, Schema, list_at, object_at
from mallops.rulebook.records import Field, Later, ListOf, Record
from mallops.rulebook.scalars import TEXT, const
from mallops.rulebook.stories import OPENINGS, STEP
from mallops.rules.paths import at_key

FORMAT = "mallops.scenarios/1"
"""What the `format` of a scenario file is, if it is given."""


@frozen
class Scenario:
    """A cart and what is expected of its quote.

    All but the name and `expect` are documents as they stand in the file, or None where
    nothing stands: they are decoded when the scenario is run, so that it can expect them to
    be refused. `problems` are those with the scenario's own keys.
    """

    name: str
    rulebook: object
    catalog: object
    at: object
    cart: object
    usage: object
    expect: Mapping[str, object]
    opening: object
    story: tuple[object, ...] | None
    problems: tuple[Problem, ...] = ()

    @property
    def expected_error(self) -> str | None:
        """The path that a refusal has to name; None where a quote is expected."""
        error = self.expect.get("error")
        return error if isinstance(error, str) else None


class _Expect(Kind[Mapping[str, object]]):
    """Fields of a quote, or `error` alone."""

    def read(self, value: object, path: str, notes: Notes, /) -> Mapping[str, object]:
        """What is expected."""
        given = object_at(value, path, notes)
        for key in given:
            if key != "error" and key not in QUOTE_FIELDS:
                notes.refuse(at_key(path, key), given[key], "a field of a quote, or error")
        if "error" in given:
            TEXT.read(given["error"], f"{path}.error", notes)
            if len(given) > 1:
                notes.refuse(path, given, f"nothing beside {path}.error")
        return given

    def write(self, value: Mapping[str, object], _timezone: str, /) -> object:
        """The fields themselves."""
        return dict(value)

    def schema(self, _defs: dict[str, Schema], /) -> Schema:
        """Either form."""
        error = "The path that the refusal of a document, or of the scenario, names."
        fields = {key: {"description": about} for key, about in QUOTE_FIELDS.items()}
        return {
            "oneOf": [
                {
                    "type": "object",
                    "properties": {"error": {"description": error, **TEXT.shape}},
                    "required": ["error"],
                    "additionalProperties": False,
                },
                {"type": "object", "properties": fields, "additionalProperties": False},
            ]
        }


_ANYTHING = Later()
_EXPECT = _Expect()
_DOCUMENTS = (
    Field("catalog", _ANYTHING, "A catalogue, or the path of its file from here.", None),
    Field("rulebook", _ANYTHING, "A rulebook, or the path of its file from here.", None),
)


SCENARIO = Record(
    "scenario",
    Scenario,
    (
        Field("name", TEXT, "What it shows.", ""),
        *_DOCUMENTS,
        Field("at", _ANYTHING, "The moment of the quote, with its offset.", None),
        Field("cart", _ANYTHING, "What is bought.", None),
        Field("usage", _ANYTHING, "What is gone of promotions' limits, by promotion.", {}),
        Field("expect", _EXPECT, "What the quote has to be.", {}),
        Field("opening", Later(OPENINGS), "What the customers of a story begin with.", None),
        Field("story", ListOf(Later(STEP)), "Steps, instead of a cart.", None),
    ),
    "A cart, and the quote that the rulebook owes it.",
)


@frozen
class _File:
    """The top level of a scenario file; its scenarios are read one by one."""

    catalog: object
    rulebook: object
    scenarios: object


SCENARIOS = Record(
    "scenarios",
    _File,
    (
        Field("format", const(FORMAT), "The format, and its version.", None, fixed=True),
        *_DOCUMENTS,
        Field("scenarios", _ANYTHING, "The scenarios."),
    ),
    "Carts, and the quotes that rulebooks owe them.",
)


def read_scenarios(path: str | Path) -> tuple[Scenario, ...]:
    """The scenarios of a file, JSON or TOML, with the documents that it refers to.

    Raises `InputError` as `decode_scenarios` and `read_document` do, `OSError` as the latter.
    """
    path = Path(path)
    return decode_scenarios(read_document(path), path.parent)


def decode_scenarios(document: object, folder: Path | None = None) -> tuple[Scenario, ...]:
    """The scenarios of a scenario file's document.

    Paths of rulebooks and catalogues are relative to `folder`; without one they are refused.
    Raises `InputError` with the problems of the file itself. The documents in it are
    decoded later, when a scenario is run. A scenario that expects an error may itself be
    wrong: the problems with its own keys are then among its `problems`.

    >>> [scenario] = decode_scenarios({"scenarios": [{"name": "empty", "cart": {}}]})
    >>> scenario.name, scenario.at
    ('empty', None)
    """
    notes = Notes()
    top = SCENARIOS.read(document, "$", notes)
    files = _Files(folder, {})
    rulebook = files.opened(top.rulebook, "$.rulebook", notes)
    catalog = files.opened(top.catalog, "$.catalog", notes)
    scenarios = []
    items = list_at(top.scenarios, "$.scenarios", notes) if isinstance(document, dict) else []
    for i, item in enumerate(items):
        scenario = _read_scenario(item, f"$.scenarios[{i}]", files, notes)
        if scenario.rulebook is None:
            scenario = evolve(scenario, rulebook=rulebook)
        if scenario.catalog is None:
            scenario = evolve(scenario, catalog=catalog)
        scenarios.append(scenario)
    if notes.problems:
        raise InputError(notes.problems)
    return tuple(scenarios)


def _read_scenario(item: object, path: str, files: _Files, notes: Notes) -> Scenario:
    own = _expects_error(item)
    if own:
        notes, path = Notes(), "$"
    scenario = SCENARIO.read(item, path, notes)
    scenario = evolve(
        scenario,
        rulebook=files.opened(scenario.rulebook, f"{path}.rulebook", notes),
        catalog=files.opened(scenario.catalog, f"{path}.catalog", notes),
    )
    return evolve(scenario, problems=tuple(notes.problems)) if own else scenario


def _expects_error(item: object) -> bool:
    match item:
        case {"expect": {"error": str()} as expect}:
            return len(expect) == 1
        case _:
            return False


@frozen
class _Files:
    """The documents that a scenario file refers to, each read once."""

    folder: Path | None
    found: dict[Path, object]

    def opened(self, document: object, path: str, notes: Notes) -> object:
        """The document itself, or that in the file whose path it is."""
        if not isinstance(document, str):
            return document
        if self.folder is None or Path(document).is_absolute():
            notes.refuse(path, document, "a document, or the relative path of its file")
            return None
        file = self.folder / document
        if file not in self.found:
            try:
                self.found[file] = read_document(file)
            except (OSError, ValueError) as error:
                expected = f"a file that can be read ({_reason(error)})"
                notes.add(Problem(path, shown(document), expected))
                return None
        return self.found[file]


def _reason(error: Exception) -> str:
    if isinstance(error, InputError):
        return "; ".join(f"{problem.expected}, not {problem.value}" for problem in error.problems)
    return str(error.strerror if isinstance(error, OSError) else error)
