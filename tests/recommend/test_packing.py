"""Whether places can be filled, against trying all ways."""

from __future__ import annotations

from collections import Counter
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from mallops.recommend.ranking.capping import Type
from mallops.recommend.ranking.packing import Budget, fill

SHOPS, BRANDS, CATEGORIES = ("1", "2", "3", "4"), ("1", "2", "3", "4"), ("1", "2", "3", "4")


@st.composite
def types(draw: st.DrawFn) -> Type:
    category = draw(st.sampled_from(CATEGORIES))
    found = {
        ("shop", draw(st.sampled_from(SHOPS))),
        ("brand", draw(st.sampled_from(BRANDS))),
        ("category", category),
    }
    if category in {"1", "2"}:
        found.add(("category", "low/"))
    return frozenset(found)


TYPES = st.lists(types(), max_size=14)
ROOM = st.lists(st.sampled_from([0, 1, 1, 1, 2]), min_size=13, max_size=13)
COUNTERS = [
    *(("shop", name) for name in SHOPS),
    *(("brand", name) for name in BRANDS),
    *(("category", name) for name in (*CATEGORIES, "low/")),
]


def most(units: list[Type], room: dict[tuple[str, str], int]) -> int:
    """The most that fits, by taking and leaving each unit."""

    @cache
    def of(first: int, left: tuple[int, ...]) -> int:
        if first == len(units):
            return 0
        after = tuple(n - (c in units[first]) for c, n in zip(room, left, strict=True))
        leaving = of(first + 1, left)
        return leaving if min(after) < 0 else max(leaving, 1 + of(first + 1, after))

    return of(0, tuple(room.values()))


@settings(max_examples=150)
@given(TYPES, ROOM, st.data())
def test_places_are_filled_where_they_can_be(
    units: list[Type], left: list[int], data: st.DataObject
) -> None:
    room = dict(zip(COUNTERS, left, strict=True))
    best = most(units, room)
    hint = Counter(data.draw(st.lists(st.sampled_from(units), max_size=4)) if units else [])
    found = fill(Counter(units), room, best, hint, Budget(2_000))
    assert found is not None
    assert sum(found.values()) == best
    assert all(found[type_] <= units.count(type_) for type_ in found)
    load = Counter(counter for type_, n in found.items() for counter in type_ for _ in range(n))
    assert all(load[counter] <= room[counter] for counter in load)
    budget = Budget(2_000)
    assert fill(Counter(units), room, best + 1, hint, budget) is None
    assert not budget.spent
