"""Streams of few customers and SKUs, so that events meet: returns, flags, late ones, twice."""

from __future__ import annotations

from hypothesis import strategies as st
from pendulum import UTC, DateTime

from mallops.recommend.events import Event, EventKind
from mallops.recommend.likeness import Likeness, Measure
from mallops.recommend.state import Settings

START = DateTime(2026, 1, 1, tzinfo=UTC)
ORDERS = ("", "o1", "o2", "o3")


@st.composite
def events(draw: st.DrawFn, most: int = 30) -> list[Event]:
    """Events with ids of their own, in any order."""
    count = draw(st.integers(0, most))
    return [
        Event(
            f"e{number}",
            draw(st.sampled_from("abcd")),
            draw(st.sampled_from("stuvwxyz")),
            draw(st.sampled_from([EventKind.BUY] * 6 + list(EventKind))),
            # Often the same instant as another.
            START.add(days=draw(st.integers(0, 60)), hours=draw(st.sampled_from([0, 0, 13]))),
            draw(st.integers(1, 3)),
            draw(st.sampled_from(ORDERS)),
            draw(st.sampled_from(["", "north"])),
        )
        for number in range(count)
    ]


likenesses = st.builds(
    Likeness,
    measure=st.sampled_from(Measure),
    size=st.integers(1, 4),
    damping=st.integers(1, 9),
    half_life=st.sampled_from([None, 20]),
)


@st.composite
def settings_of_states(draw: st.DrawFn) -> Settings:
    """Settings with and without a beginning, and with or without baskets."""
    return Settings(
        epoch=draw(st.sampled_from([DateTime(1970, 1, 1, tzinfo=UTC), START.subtract(hours=8)])),
        since=draw(st.sampled_from([None, START.add(days=20)])),
        until=START.add(days=50),
        linking=draw(st.sampled_from([frozenset({EventKind.BUY}), frozenset(EventKind)])),
        customers=draw(likenesses),
        orders=draw(st.none() | likenesses),
    )


flags = st.frozensets(st.sampled_from(ORDERS[1:]), max_size=2)
