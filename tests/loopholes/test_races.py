"""Operations at once, described call by call, against a plain list of all their orders."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mallops.errors import InputError
from mallops.loopholes.sequences.races import Call, Check, Decide, Read, Write, find_race


def spend(amount: int, check: Check, cell: str = "points") -> tuple[Call, ...]:
    return (Read(cell), Decide(cell, amount), Write(cell, amount, check))


def till(*checks: Check, amount: int = 100) -> dict[str, tuple[Call, ...]]:
    return {f"till {number}": spend(amount, check) for number, check in enumerate(checks, 1)}


def test_an_unchecked_write_spends_the_same_points_twice() -> None:
    race = find_race({"points": 100}, till(Check.NOTHING, Check.NOTHING)).race
    assert race is not None
    assert (race.given, race.gone) == ({"points": 200}, {"points": 100})


def test_a_write_that_takes_blindly_leaves_less_than_nothing() -> None:
    race = find_race({"points": 150}, till(Check.BLIND, Check.BLIND)).race
    assert race is not None
    assert (race.given, race.gone) == ({"points": 200}, {"points": 200})


def test_what_is_lost_is_found_where_there_is_enough_for_both() -> None:
    race = find_race({"points": 500}, till(Check.NOTHING, Check.NOTHING)).race
    assert race is not None
    assert (race.given, race.gone) == ({"points": 200}, {"points": 100})
    assert find_race({"points": 500}, till(Check.BLIND, Check.BLIND)).race is None


@pytest.mark.parametrize("check", [Check.VERSION, Check.ENOUGH])
def test_three_checked_writes_never_race(check: Check) -> None:
    search = find_race({"points": 200}, till(check, check, check))
    assert search.race is None
    assert search.states > 50


def test_one_careless_handler_is_enough() -> None:
    assert find_race({"points": 100}, till(Check.NOTHING, Check.ENOUGH)).race is not None


def test_a_refund_that_is_delivered_twice_pays_once_if_it_is_claimed() -> None:
    pay = Write("refunds", 50, Check.BLIND)
    looked = (Read("message"), Decide("message", 1), pay, Write("message", 1, Check.NOTHING))
    claimed = (Write("message", 1, Check.ENOUGH), pay)
    cells = {"message": 1, "refunds": 50}
    careless = find_race(cells, {"once": looked, "twice": looked}).race
    assert careless is not None
    assert set(careless.given) == {"message", "refunds"}
    assert find_race(cells, {"once": claimed, "twice": claimed}).race is None


def test_one_operation_alone_never_races() -> None:
    assert find_race({"points": 100}, till(Check.NOTHING)).race is None


def test_calls_about_what_is_not_there_or_was_not_read_are_refused() -> None:
    with pytest.raises(InputError) as caught:
        find_race({"points": 1}, {"a": (Read("uses"),), "b": (Write("points", 1, Check.VERSION),)})
    assert [each.path for each in caught.value.problems] == [
        "$.operations.a[0].cell",
        "$.operations.b[0].cell",
    ]


def orders(operations: dict[str, tuple[Call, ...]]) -> Iterator[tuple[str, ...]]:
    names = [name for name, calls in operations.items() for _ in calls]
    yield from set(permutations(names))


def pays_too_much(
    start: int, operations: dict[str, tuple[Call, ...]], order: tuple[str, ...]
) -> bool:
    value = version = given_away = 0
    value = start
    place = dict.fromkeys(operations, 0)
    read: dict[str, tuple[int, int]] = {}
    undone: set[str] = set()
    for name in order:
        call = operations[name][place[name]]
        place[name] += 1
        if name in undone:
            continue
        if isinstance(call, Read):
            read[name] = value, version
        elif isinstance(call, Decide):
            if read[name][0] < call.amount:
                undone.add(name)
        elif (call.check is Check.VERSION and read[name][1] != version) or (
            call.check is Check.ENOUGH and value < call.amount
        ):
            undone.add(name)
        else:
            was = read[name][0] if call.check in {Check.NOTHING, Check.VERSION} else value
            value, version = was - call.amount, version + 1
            given_away += call.amount
    return given_away > min(start, start - value)


@given(
    st.integers(0, 3),
    st.lists(st.tuples(st.integers(1, 2), st.sampled_from(Check)), min_size=2, max_size=2),
)
def test_all_orders_are_gone_through(start: int, kinds: list[tuple[int, Check]]) -> None:
    operations = {
        f"o{number}": spend(amount, check) for number, (amount, check) in enumerate(kinds)
    }
    race = find_race({"points": start}, operations).race
    bad = [order for order in orders(operations) if pays_too_much(start, operations, order)]
    assert (race is not None) == bool(bad)
    if race is not None:
        assert sum(race.given.values()) > min(start, race.gone["points"])
