"""Random documents: of any shape, of the format's shapes, and valid ones spoilt."""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import deepcopy
from typing import Any

from hypothesis import strategies as st

from mallops.errors import InputError
from mallops.rulebook.hours import HOURS
from mallops.rulebook.points import BY_AGE, INACTIVE, YEARLY, Expire
from mallops.rulebook.reader import Kind
from mallops.rulebook.records import REQUIRED, ListOf, MapOf, Record, SetOf, Tagged
from mallops.rulebook.scalars import (
    AMOUNT,
    CLOCK,
    CLOCK_END,
    CURRENCY,
    FACTOR,
    FLAG,
    ID,
    INSTANT,
    NAME,
    PERCENT,
    POINTS,
    TEXT,
    TIMEZONE,
    VERSION,
    YEAR_DAY,
    Scalar,
)
from tests.rulebook.documents import Doc

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
# Few, so that some repeat and some refer to each other, with the names of default lanes.
IDS = st.sampled_from(
    ["item", "shop", "shop-coupon", "platform", "platform-coupon", "shipping", "A", "b c", "满减"]
)
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**28), 10**28)
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["1.00", "50", "max", "item", "2026-11-11T00:00", "percent_off"]),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4)
    ),
    max_leaves=12,
)
_MINUTES = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.integers(0, 59))
_DIGITS = st.integers(0, 10**15 - 1)
_MOMENTS = st.datetimes().map(lambda at: f"{at.isoformat()}")
_SCALARS: dict[int, st.SearchStrategy[Any]] = {
    id(kind): strategy
    for kind, strategy in (
        (TEXT, TEXTS),
        (NAME, TEXTS),
        (ID, IDS),
        (FLAG, st.booleans()),
        (VERSION, TEXTS | st.integers(0, 9)),
        (POINTS, st.just("max") | st.integers(0, 9)),
        (AMOUNT, _DIGITS.map(str) | st.sampled_from(["0.00", "9.90", "12.3", "100.00"])),
        (PERCENT, st.decimals(0, 100, places=3).map(lambda value: f"{value:f}")),
        (FACTOR, st.sampled_from(["1", "1.50", "03.0", 2, "0.5"])),
        (YEAR_DAY, st.dates().map(lambda day: f"{day.month:02}-{day.day:02}")),
        (CLOCK, _MINUTES),
        (CLOCK_END, _MINUTES | st.just("24:00")),
        (INSTANT, _MOMENTS | _MOMENTS.map("{}Z".format) | _MOMENTS.map("{}-09:30".format)),
        (CURRENCY, st.just("CNY")),
        (TIMEZONE, st.sampled_from(["Asia/Shanghai", "America/New_York", "Asia/Kolkata"])),
    )
}


def of_kind(kind: Kind[Any]) -> st.SearchStrategy[Any]:
    """Documents that have the shape of a kind, whatever the checks say of what they hold."""
    match kind:
        case Scalar() if id(kind) in _SCALARS:
            return _SCALARS[id(kind)]
        case Scalar():
            return _of_shape(kind.shape)
        case Record():
            return of_record(kind)
        case Tagged():
            return st.one_of([of_kind(member) for member in kind.members.values()])
        case ListOf() | SetOf():
            return st.lists(of_kind(kind.item), max_size=3)
        case MapOf():
            return st.dictionaries(TEXTS.filter(bool), of_kind(kind.value), max_size=2)
        case Expire():
            return of_kind(BY_AGE) | of_kind(YEARLY) | of_kind(INACTIVE)
        case _ if kind is HOURS:
            return st.fixed_dictionaries(
                {"from": _MINUTES, "to": _MINUTES},
                optional={"days": st.lists(st.sampled_from(["mon", "sat"]))},
            )
        case _:
            return _SCALARS[id(kind)]


def of_record(record: Record[Any]) -> st.SearchStrategy[Doc]:
    """Objects with all that the record requires, and some of the rest."""
    held = {field.key: of_kind(field.kind) for field in record.fields}
    required = {field.key for field in record.fields if field.default is REQUIRED}
    return st.fixed_dictionaries(
        {key: kind for key, kind in held.items() if key in required},
        optional={key: kind for key, kind in held.items() if key not in required},
    )


def _of_shape(shape: Any) -> st.SearchStrategy[Any]:
    if "const" in shape:
        return st.just(shape["const"])
    if "enum" in shape:
        return st.sampled_from(shape["enum"])
    return st.integers(max(shape["minimum"], -5), 5)


def mended(document: Doc, decode: Callable[[Doc], object]) -> Doc:
    """The document less what `decode` refuses: promotions, products, lines, or whole keys."""
    kept = deepcopy(document)
    while True:
        try:
            decode(kept)
        except InputError as error:
            _without(kept, [problem.path for problem in error.problems])
        else:
            return kept


def _without(document: Doc, paths: list[str]) -> None:
    items = {match.groups() for path in paths if (match := re.match(r"\$\.(\w+)\[(\d+)\]", path))}
    for key, place in sorted(items, key=lambda item: -int(item[1])):
        del document[key][int(place)]
    for path in paths:
        if match := re.fullmatch(r"\$\.(\w+)(\..*|\[\".*|)", path):
            document.pop(match[1], None)


_FREIGHT = frozenset({"shipping_off"})
_WHOLE = frozenset({"gift", "add_on", "reward"})
_UNCUT = _FREIGHT | _WHOLE | {"nth_unit", "bundle_price"}


def fitted(document: Doc) -> Doc:
    """A rulebook's document of the right shape, with most of what the checks refuse put right."""
    copy = deepcopy(document)
    copy.pop("lanes", None)
    for i, promotion in enumerate(copy.get("promotions", [])):
        promotion["id"] += str(i)
        promotion.pop("blocks", None)
        if "funding" in promotion:
            promotion["funding"] = {"platform": "99.5", "shop": "0.5"}
        held = promotion["benefit"]
        if held["kind"] == "tiers":
            kinds = {_fit_tier(tier, place) for place, tier in enumerate(held["tiers"])}
        else:
            kinds = {_fit(held)}
        promotion["lane"] = _lane_for(kinds, i)
        if promotion["lane"] == "item":
            promotion["blocks"] = ["shipping", "shop"]
        if kinds & _UNCUT:
            promotion.pop("at_most_units", None)
    _fit_points(copy.get("points", {}))
    return copy


def _fit_points(points: Doc) -> None:
    earn = points.get("earn", {})
    for listed in (earn.get("campaigns", []), points.get("actions", [])):
        for i, held in enumerate(listed):
            held["id"] += str(i)
    for campaign in earn.get("campaigns", []):
        campaign["multiplier"] = "1.5"
    for action in points.get("actions", []):
        for i, step in enumerate(action.get("streak", [])):
            step["days"] += 10 * i
    if "tiers" in points:
        points["tiers"].update(
            months=3, tiers=points["tiers"]["tiers"] or [{"id": "", "points": 1}]
        )
        for i, tier in enumerate(points["tiers"]["tiers"]):
            tier["id"] += str(i)
            tier["points"] += 10 * i


def _lane_for(kinds: set[str], number: int) -> str:
    if kinds & _FREIGHT:
        return "shipping"
    return ("shop", "platform", "item")[number % (2 if kinds & _WHOLE else 3)]


def _fit_tier(tier: Doc, place: int) -> str:
    tier.pop("amount", None)
    tier["quantity"] = place + 1
    return _fit(tier["benefit"])


def _fit(held: Doc) -> str:
    match held["kind"]:
        case "shipping_off":
            _keep_one(held, "price", "amount", "percent", otherwise="100")
        case "reward":
            held.pop("coupon", None)
            if held.get("multiplier") == "0.5":
                del held["multiplier"]
            _keep_one(held, "multiplier", "points", otherwise=5)
        case "nth_unit":
            held["n"] += held.get("units", 1)
        case "amount_off" if held.get("per") == "unit":
            held.pop("every", None)
            held.pop("at_most_times", None)
    return str(held["kind"])


def _keep_one(held: Doc, *keys: str, otherwise: object) -> None:
    kept = next((key for key in keys if key in held), keys[-1])
    value = held.get(kept, otherwise)
    for key in keys:
        held.pop(key, None)
    held[kept] = value


@st.composite
def spoilt(draw: st.DrawFn, document: Doc) -> Doc:
    """The document with one thing in it replaced, removed or added."""
    copy: Any = deepcopy(document)
    holders = list(_holders(copy))
    holder = draw(st.sampled_from(holders))
    junk = draw(JSON)
    keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
    key = draw(st.sampled_from(keys)) if keys else None
    match draw(st.sampled_from(["replace", "remove", "add"])):
        case "remove" if key is not None:
            del holder[key]
        case "replace" if key is not None:
            holder[key] = junk
        case _ if isinstance(holder, dict):
            holder[draw(st.text(max_size=6))] = junk
        case _:
            holder.append(junk)
    found: Doc = copy
    return found


def _holders(value: Any) -> list[Any]:
    held = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    own = [value] if isinstance(value, dict | list) else []
    return own + [holder for inner in held for holder in _holders(inner)]
