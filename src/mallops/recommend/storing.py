"""A state as JSON and back: a document with a version, its numbers in columns."""

from __future__ import annotations

import json
from array import array
from collections.abc import Mapping, Sequence
from typing import Any

from pendulum import DateTime

from mallops.errors import InputError, Problem, shown
from mallops.recommend.events import EventKind
from mallops.recommend.likeness import Likeness, Measure
from mallops.recommend.links import Links, PackedLinks
from mallops.recommend.packing import completed, pack
from mallops.recommend.state import Packed, Settings, State
from mallops.recommend.stored import problems
from mallops.time import instant

__all__ = ["VERSION", "dumps", "loads"]

VERSION = 1
"""The version of the format that is written, and the only one that is read."""

_FORMAT = "mallops.recommend.state"
_EVENTS: Mapping[str, tuple[str, str]] = {
    "starts": ("starts", "q"),
    "skus": ("row_skus", "i"),
    "ats": ("ats", "q"),
    "kinds": ("kinds", "b"),
    "quantities": ("quantities", "q"),
    "orders": ("orders", "i"),
    "regions": ("regions", "i"),
    "kept": ("kept", "b"),
}


def dumps(state: State) -> str:
    """The state as JSON text: two states that score alike in everything give the same text."""
    whole = pack(state)
    packed = whole.packed
    document = {
        "format": _FORMAT,
        "version": VERSION,
        "settings": _settings(whole.settings),
        "flagged": sorted(whole.flagged),
        "customers": list(packed.customers),
        "skus": list(packed.skus),
        "orders": list(packed.order_names),
        "regions": list(packed.region_names),
        "events": {
            "ids": list(packed.ids),
            **{name: list(getattr(packed, column)) for name, (column, _) in _EVENTS.items()},
        },
        "links": _links(whole.links),
        "order_links": None if whole.order_links is None else _links(whole.order_links),
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def _settings(settings: Settings) -> dict[str, Any]:
    def text(at: DateTime | None) -> str | None:
        # In UTC: a time zone may be off by seconds, and says nothing that scores hang on.
        return None if at is None else at.in_timezone("UTC").isoformat()

    return {
        "epoch": text(settings.epoch),
        "since": text(settings.since),
        "until": text(settings.until),
        "linking": sorted(settings.linking),
        "customers": _likeness(settings.customers),
        "orders": None if settings.orders is None else _likeness(settings.orders),
    }


def _likeness(likeness: Likeness) -> dict[str, Any]:
    return {
        "measure": likeness.measure,
        "size": likeness.size,
        "damping": likeness.damping,
        "half_life": likeness.half_life,
    }


def _links(links: Links) -> dict[str, Any]:
    packed = links.packed
    starts = [0]
    skus: list[int] = []
    likeness: list[int] = []
    for sku in range(len(packed.skus)):
        start = packed.row_starts[sku]
        stop = min(packed.row_starts[sku + 1], start + links.likeness.size)
        skus += packed.row_skus[start:stop]
        likeness += packed.row_likeness[start:stop]
        starts.append(len(skus))
    return {
        "holders": list(packed.holders),
        "held": {
            "starts": list(packed.held_starts),
            "skus": list(packed.held_skus),
            "strengths": list(packed.held_strengths),
        },
        "nearest": {"starts": starts, "skus": skus, "likeness": likeness},
    }


def loads(text: str) -> State:
    """The state of a JSON text. Raises `InputError` for what no state is written as.

    `stored.problems` tells what is looked at; nothing is fitted anew, so read what you wrote.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise _refused("$", text, "JSON") from None
    if not isinstance(document, dict) or document.get("format") != _FORMAT:
        raise _refused("$.format", document, f'"{_FORMAT}"')
    if document.get("version") != VERSION:
        raise _refused("$.version", document.get("version"), str(VERSION))
    if wrong := list(problems(document)):
        raise InputError(wrong)
    try:
        return _state(document)
    except InputError:
        raise
    except (KeyError, IndexError, TypeError, ValueError, OverflowError, AttributeError) as error:
        raise _refused("$", document, f"the columns of a state ({error!r})") from error


def _refused(path: str, value: object, expected: str) -> InputError:
    return InputError([Problem(path, shown(value), expected)])


def _state(document: Mapping[str, Any]) -> State:
    settings = _read_settings(document["settings"])
    events = document["events"]
    packed = Packed(
        customers=document["customers"],
        skus=document["skus"],
        order_names=document["orders"],
        region_names=document["regions"],
        ids=events["ids"],
        **{column: array(kind, events[name]) for name, (column, kind) in _EVENTS.items()},
    )
    orders = document["order_links"]
    return State(
        settings,
        packed,
        _read_links(settings.customers, packed.skus, document["links"]),
        None if settings.orders is None else _read_links(settings.orders, packed.skus, orders),
        frozenset(document["flagged"]),
    )


def _read_settings(document: Mapping[str, Any]) -> Settings:
    def at(name: str) -> Any:
        text = document[name]
        return None if text is None else instant(text, f"$.settings.{name}")

    orders = document["orders"]
    return Settings(
        epoch=instant(document["epoch"], "$.settings.epoch"),
        since=at("since"),
        until=at("until"),
        linking=frozenset(map(EventKind, document["linking"])),
        customers=_read_likeness(document["customers"]),
        orders=None if orders is None else _read_likeness(orders),
    )


def _read_likeness(document: Mapping[str, Any]) -> Likeness:
    size, damping, half_life = (document[name] for name in ("size", "damping", "half_life"))
    if {type(size), type(damping), type(half_life)} - {int, type(None)}:
        raise TypeError("a likeness of whole numbers")
    return Likeness(Measure(document["measure"]), size, damping, half_life)


def _read_links(likeness: Likeness, skus: Sequence[str], document: Mapping[str, Any]) -> Links:
    held, nearest = document["held"], document["nearest"]
    packed = PackedLinks(
        likeness,
        holders=document["holders"],
        skus=skus,
        held_starts=array("q", held["starts"]),
        held_skus=array("i", held["skus"]),
        held_strengths=array("i", held["strengths"]),
        row_starts=array("q", nearest["starts"]),
        row_skus=array("i", nearest["skus"]),
        row_likeness=array("q", nearest["likeness"]),
        width=likeness.size,
    )
    return completed(Links(packed))
