"""JSON Schemas (2020-12) of the file format, made of the tables that the codec reads by.

A schema accepts all that the codec accepts, so what a schema refuses, the codec refuses
too; the codec sees more, such as ids that repeat and lanes that nobody defined. Editors use
them to complete and to check while one types. `docs/schema/` holds them as files, which
`mallops schema NAME` prints.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from mallops.rulebook.book import RULEBOOK
from mallops.rulebook.cart import CART
from mallops.rulebook.catalog import CATALOG
from mallops.rulebook.machines import MACHINE
from mallops.rulebook.reader import Schema
from mallops.rulebook.records import Record
from mallops.rulebook.scalars import MOMENT
from mallops.rulebook.scenarios import SCENARIO, SCENARIOS
from mallops.rulebook.usage import USAGE

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def rulebook_schema() -> Schema:
    """The schema of a rulebook's document.

    >>> rulebook_schema()["required"]
    ['currency']
    """
    defs: dict[str, Schema] = {}
    return document_schema("rulebook", RULEBOOK.definition(defs), defs)


def catalog_schema() -> Schema:
    """The schema of a catalogue's document.

    >>> list(catalog_schema()["properties"])
    ['products', 'prices']
    """
    defs: dict[str, Schema] = {}
    return document_schema("catalog", CATALOG.definition(defs), defs)


def cart_schema() -> Schema:
    """The schema of a cart's document.

    >>> list(cart_schema()["properties"])
    ['customer', 'lines', 'shipping', 'coupons', 'points', 'channel']
    """
    defs: dict[str, Schema] = {}
    return document_schema("cart", CART.definition(defs), defs)


def machine_schema() -> Schema:
    """The schema of a machine's document.

    >>> machine_schema()["required"]
    ['id', 'version', 'states', 'events', 'actors', 'rows']
    """
    defs: dict[str, Schema] = {}
    return document_schema("machine", MACHINE.definition(defs), defs)


def scenarios_schema() -> Schema:
    """The schema of a scenario file.

    The documents of a scenario that expects an error may be wrong in any way; a rulebook or
    catalogue at the top of the file, where scenarios share it, may not.

    >>> list(scenarios_schema()["properties"])
    ['format', 'catalog', 'rulebook', 'scenarios']
    """
    defs: dict[str, Schema] = {}
    top = _with(SCENARIOS.definition(defs), _shared(defs))
    items: Schema = {"description": "The scenarios.", "type": "array", "items": _scenario(defs)}
    return document_schema("scenarios", _with(top, {"scenarios": items}), defs)


SCHEMAS: Mapping[str, Callable[[], Schema]] = MappingProxyType(
    {
        "rulebook": rulebook_schema,
        "catalog": catalog_schema,
        "cart": cart_schema,
        "scenarios": scenarios_schema,
        "machine": machine_schema,
    }
)
"""How to make each schema, by name."""


def document_schema(name: str, body: Schema, defs: Mapping[str, Schema]) -> Schema:
    """The schema of a whole document: what it is called, its own keys, and its definitions."""
    return {
        "$schema": _DIALECT,
        "$id": f"urn:mallops:{name}:1",
        "title": f"mallops {name}",
        **body,
        "$defs": {key: defs[key] for key in sorted(defs)},
    }


def _scenario(defs: dict[str, Schema]) -> Schema:
    held = SCENARIO.definition(defs)
    asked: dict[str, Schema] = {
        "at": MOMENT.schema(defs),
        "cart": CART.schema(defs),
        "usage": USAGE.schema(defs),
    }
    return {
        "description": held["description"],
        "type": "object",
        "if": {"required": ["expect"], "properties": {"expect": {"required": ["error"]}}},
        "then": {"properties": {"expect": held["properties"]["expect"]}},  # type: ignore[index]
        "else": {
            **_with(held, _shared(defs) | asked),
            "if": {"required": ["story"]},
            "else": {"required": ["at", "cart"]},
        },
    }


def _shared(defs: dict[str, Schema]) -> dict[str, Schema]:
    records: dict[str, Record[Any]] = {"catalog": CATALOG, "rulebook": RULEBOOK}
    return {
        key: {"anyOf": [record.schema(defs), {"type": "string"}]} for key, record in records.items()
    }


def _with(held: Schema, kinds: Mapping[str, Schema]) -> Schema:
    """An object's schema, with those kinds for keys that it has left open."""
    properties: Any = held["properties"]
    return {
        **held,
        "properties": {key: {**about, **kinds.get(key, {})} for key, about in properties.items()},
    }
