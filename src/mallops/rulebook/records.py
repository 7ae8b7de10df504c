"""How values made of others are written in files: objects by a table of fields, and lists.

The table of a record is the one place that says which keys there are, what they hold, and
what they mean when absent: the reader, the writer and the JSON Schema all follow it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from difflib import get_close_matches
from enum import Enum
from typing import Any, Generic, TypeVar

from attrs import field, frozen

from mallops.rulebook.reader import Kind, Notes, Schema, list_at, object_at
from mallops.rulebook.scalars import ID, NAME, TEXT
from mallops.rules.paths import at_key

T = TypeVar("T")
H = TypeVar("H", bound=Hashable)


class _Required(Enum):
    """The default of what has none."""

    REQUIRED = "required"


REQUIRED = _Required.REQUIRED
_GUESSABLE = 40


@frozen
class Field:
    """A key of a record: what it holds, and the default that stands for its absence.

    `name` is what the value is called in code, where that is not the key. A `fixed` field
    holds one text only, which is no part of the value; the canonical form always has it.
    """

    key: str
    kind: Kind[Any]
    about: str
    default: Any = REQUIRED
    name: str = ""
    fixed: bool = False

    @property
    def named(self) -> str:
        """What the value is called in code."""
        return self.name or self.key


def _own(default: object) -> object:
    """The default, or a copy of one that could be changed."""
    return dict(default) if isinstance(default, dict) else default


def _attributes(value: object) -> Callable[[str], object]:
    return lambda name: getattr(value, name)


@frozen(eq=False)
class Record(Kind[T], Generic[T]):
    """An object with the keys of `fields` and no others.

    `build` makes the value of what the fields hold, by their names. `parts` takes a value
    apart again: it tells what each name holds, by default the attribute of that name.
    """

    title: str
    build: Callable[..., T]
    fields: tuple[Field, ...]
    about: str
    parts: Callable[[T], Callable[[str], object]] = _attributes
    keys: Mapping[str, Field] = field(init=False)

    @keys.default
    def _keys(self) -> Mapping[str, Field]:
        return {column.key: column for column in self.fields}

    def read(self, value: object, path: str, notes: Notes, /) -> T:
        """The value at `path`; what is required and not there is read as None."""
        given = object_at(value, path, notes)
        # Of an object that is none, a missing key is no further problem.
        inner = notes if isinstance(value, dict) else Notes(notes.currency, notes.timezone)
        held = {}
        for column in self.fields:
            if column.key in given or column.default is REQUIRED:
                part = column.kind.read(given.get(column.key), f"{path}.{column.key}", inner)
            else:
                part = _own(column.default)
            if not column.fixed:
                held[column.named] = part
        for key in given:
            if key not in self.keys:
                notes.refuse(at_key(path, key), given[key], self._no_such(key))
        return self.build(**held)

    def write(self, value: T, timezone: str, /) -> dict[str, object]:
        """The object, in the order of the fields and without defaults."""
        part = self.parts(value)
        written = {}
        for column in self.fields:
            held = None if column.fixed else part(column.named)
            if column.fixed or held != column.default:
                written[column.key] = column.kind.write(held, timezone)
        return written

    def schema(self, defs: dict[str, Schema], /) -> Schema:
        """A reference to the object's definition."""
        if self.title not in defs:
            defs[self.title] = {}  # stands in while the fields refer to one another
            defs[self.title] = self.definition(defs)
        return {"$ref": f"#/$defs/{self.title}"}

    def definition(self, defs: dict[str, Schema]) -> Schema:
        """The object's own schema."""
        required = [column.key for column in self.fields if column.default is REQUIRED]
        return {
            "description": self.about,
            "type": "object",
            "properties": {column.key: self._described(column, defs) for column in self.fields},
            **({"required": required} if required else {}),
            "additionalProperties": False,
        }

    def _described(self, column: Field, defs: dict[str, Schema]) -> Schema:
        return {"description": column.about, **column.kind.schema(defs)}

    def _no_such(self, key: object) -> str:
        near = (
            get_close_matches(key.lower(), self.keys, n=1)
            if isinstance(key, str) and len(key) <= _GUESSABLE
            else []
        )
        return f"no such key; did you mean {near[0]}?" if near else "no such key"


@frozen(eq=False)
class Tagged(Kind[T], Generic[T]):
    """An object of one of several records, told by what its `key` holds."""

    title: str
    members: Mapping[str, Record[Any]]
    tag: Callable[[T], str]
    key: str = "kind"

    def read(self, value: object, path: str, notes: Notes, /) -> T:
        """The value at `path`, read as the record of its kind."""
        kind = value.get(self.key) if isinstance(value, dict) else None
        member = self.members.get(kind) if isinstance(kind, str) else None
        if member is None:
            expected = f"one of {', '.join(self.members)}"
            if isinstance(value, dict):
                notes.refuse(f"{path}.{self.key}", kind, expected)
            else:
                notes.refuse(path, value, f"an object with a {self.key}, {expected}")
            # Whatever else is there or missing, nobody can say without knowing the kind.
            notes.skip(path)
            stand_in: T = next(iter(self.members.values())).read(None, path, Notes(notes.currency))
            return stand_in
        read: T = member.read(value, path, notes)
        return read

    def write(self, value: T, timezone: str, /) -> object:
        """The object of its kind."""
        return self.members[self.tag(value)].write(value, timezone)

    def schema(self, defs: dict[str, Schema], /) -> Schema:
        """Any of the records."""
        if self.title not in defs:
            defs[self.title] = {"oneOf": [member.schema(defs) for member in self.members.values()]}
        return {"$ref": f"#/$defs/{self.title}"}


@frozen(eq=False)
class Later(Kind[object]):
    """What is looked at later: `of` tells what it then has to be, None that anything may be."""

    of: Kind[Any] | None = None

    def read(self, value: object, _path: str, _notes: Notes, /) -> object:
        """The value itself."""
        return value

    def write(self, value: object, _timezone: str, /) -> object:
        """The value itself."""
        return value

    def schema(self, defs: dict[str, Schema], /) -> Schema:
        """What it has to be in the end."""
        return {} if self.of is None else self.of.schema(defs)


@frozen(eq=False)
class ListOf(Kind[tuple[T, ...]], Generic[T]):
    """A list, whose order is kept."""

    item: Kind[T]

    def read(self, value: object, path: str, notes: Notes, /) -> tuple[T, ...]:
        """The items."""
        items = list_at(value, path, notes)
        return tuple(self.item.read(item, f"{path}[{i}]", notes) for i, item in enumerate(items))

    def write(self, value: tuple[T, ...], timezone: str, /) -> list[object]:
        """The items in their order."""
        return [self.item.write(item, timezone) for item in value]

    def schema(self, defs: dict[str, Schema], /) -> Schema:
        """An array."""
        return {"type": "array", "items": self.item.schema(defs)}


@frozen(eq=False)
class SetOf(Kind[frozenset[H]], Generic[H]):
    """A list whose order, and what repeats in it, plays no part; `order` sorts it in files."""

    item: Kind[H]
    order: Callable[[Iterable[H]], list[H]] = sorted  # type: ignore[assignment]  # H is str

    def read(self, value: object, path: str, notes: Notes, /) -> frozenset[H]:
        """The items."""
        items = list_at(value, path, notes)
        return frozenset(
            self.item.read(item, f"{path}[{i}]", notes) for i, item in enumerate(items)
        )

    def write(self, value: frozenset[H], timezone: str, /) -> list[object]:
        """The items, sorted."""
        return [self.item.write(item, timezone) for item in self.order(value)]

    def schema(self, defs: dict[str, Schema], /) -> Schema:
        """An array."""
        return {"type": "array", "items": self.item.schema(defs)}


@frozen(eq=False)
class MapOf(Kind[Mapping[str, T]], Generic[T]):
    """An object with any keys, which are names, and values of one kind."""

    value: Kind[T]

    def read(self, value: object, path: str, notes: Notes, /) -> Mapping[str, T]:
        """The values by key."""
        given = object_at(value, path, notes)
        return {
            ID.read(key, at_key(path, key), notes): self.value.read(
                given[key], at_key(path, key), notes
            )
            for key in given
        }

    def write(self, value: Mapping[str, T], timezone: str, /) -> dict[str, object]:
        """The values, sorted by key."""
        return {key: self.value.write(value[key], timezone) for key in sorted(value)}

    def schema(self, defs: dict[str, Schema], /) -> Schema:
        """An object."""
        return {
            "type": "object",
            "propertyNames": ID.shape,
            "additionalProperties": self.value.schema(defs),
        }


NAMES = SetOf(NAME)
TITLES = MapOf(TEXT)
