"""From a file to the rulebooks in it, each with a catalogue, and where both stand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from attrs import frozen
from pendulum import DateTime

from mallops.errors import InputError, Problem
from mallops.loopholes.incidents.model import Handlers
from mallops.loopholes.incidents.reading import decode_incident, is_incident
from mallops.loopholes.report.report import Place
from mallops.rulebook.documents import read_document
from mallops.rulebook.scenarios import Scenario, decode_scenarios


@frozen
class Located:
    """A document as it was read, and where it stands."""

    document: object
    place: Place


@frozen
class Pair:
    """A rulebook and the catalogue that it is over, as documents.

    An incident says at which instant it is to be checked, and may have handlers.
    """

    rulebook: Located
    catalog: Located
    at: DateTime | None = None
    handlers: Handlers | None = None
    handlers_at: Place = Place()


def located(file: str) -> Located:
    """The document that a file holds; raises as `read_document` does."""
    document = read_document(file)
    # Only of JSON can be told where in the text something stands.
    is_toml = file.lower().endswith(".toml")
    text = "" if is_toml else Path(file).read_text("utf-8-sig")
    return Located(document, Place(file, "$", text))


def pairs(file: str, catalog: Located | None = None, *, repaired: bool = False) -> tuple[Pair, ...]:
    """What there is to check in a rulebook's file, over `catalog`, or in one that has both.

    Of an incident that is the mall with the fault or, if so asked, `repaired`.

    A scenario file has its own catalogues; `catalog` is for scenarios that name none. Documents
    that several scenarios share are checked once, and those of scenarios that expect them to be
    refused not at all. Raises `InputError` where there is nothing to check, and as
    `read_scenarios` does.
    """
    found = located(file)
    if is_incident(found.document):
        return (_of_incident(found, repaired=repaired),)
    if not (isinstance(found.document, dict) and "scenarios" in found.document):
        if catalog is None:
            raise InputError([Problem("$", "a rulebook alone", "a catalogue for it (--catalog)")])
        return (Pair(found, catalog),)
    scenarios = decode_scenarios(found.document, Path(file).parent)
    distinct: dict[tuple[int, int], Pair] = {}
    for place, scenario in enumerate(scenarios):
        # By identity, as scenarios share documents.
        key = (id(scenario.rulebook), id(scenario.catalog))
        if key not in distinct and scenario.expected_error is None:
            distinct.update((key, pair) for pair in _pair(found, place, scenario, catalog))
    if not distinct:
        expected = "a scenario with a rulebook and a catalogue"
        raise InputError([Problem("$.scenarios", "none", expected)])
    return tuple(distinct.values())


def _of_incident(file: Located, *, repaired: bool) -> Pair:
    incident = decode_incident(file.document)
    mended: dict[str, object] = file.document["repaired"]  # type: ignore[index]  # it was decoded
    mall = incident.repaired if repaired else incident.mall

    def place(key: str) -> Place:
        path = f"$.repaired.{key}" if repaired and mended.get(key) is not None else f"$.{key}"
        return Place(file.place.file, path, file.place.text)

    return Pair(
        Located(mall.rulebook, place("rulebook")),
        Located(mall.catalog, place("catalog")),
        incident.at,
        mall.handlers,
        place("handlers"),
    )


def _pair(file: Located, place: int, scenario: Scenario, catalog: Located | None) -> Iterator[Pair]:
    """The documents of a scenario; nothing where it lacks one of them."""
    if scenario.catalog is not None:
        catalog = _stands(file, place, "catalog", scenario.catalog)
    if scenario.rulebook is not None and catalog is not None:
        yield Pair(_stands(file, place, "rulebook", scenario.rulebook), catalog)


def _stands(file: Located, scenario: int, key: str, document: object) -> Located:
    """Where a scenario's document stands: in the scenario, in a file of its own, or at the top."""
    top: dict[str, object] = file.document  # type: ignore[assignment]  # it was decoded
    own: dict[str, object] = top["scenarios"][scenario]  # type: ignore[index]
    path, written = f"$.scenarios[{scenario}].{key}", own.get(key)
    if written is None:
        path, written = f"$.{key}", top.get(key)
    if isinstance(written, str):
        return Located(document, located(str(Path(file.place.file).parent / written)).place)
    return Located(document, Place(file.place.file, path, file.place.text))
