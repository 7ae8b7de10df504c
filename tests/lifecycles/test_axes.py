"""Machines out of axes: what is written out, what is left out, and what is refused."""

from __future__ import annotations

import pytest
from attrs import evolve

from mallops.errors import InputError
from mallops.lifecycles.axes import NONE, Axis, Change, Limit, Part, Said, To, compose
from mallops.lifecycles.machine import TIMER, Calendar, Effect, Guard, Row, State, Term

WORDS = {
    name: Said("词", name)
    for name in (
        *("event.press", "event.break", "event.burn_out", "event.mended", "event.unmended"),
        *("event.unheard", "actor.owner", f"actor.{TIMER}", "guard.dark", "deadline.life"),
        "effect.mend",
    )
}
LIGHT = Axis("light", {"off": Said("熄灭", "off"), "on": Said("亮起", "on")})
GLASS = Axis("glass", {NONE: Said("", ""), "broken": Said("破碎", "broken")})
PRESS = Change("press", ("owner",), {"light": "off"}, To({"light": "on"}))
BREAK = Change("break", ("owner",), {"light": ("off", "on")}, To({"glass": "broken"}))
LIFE = Limit("life", {"light": "on"}, (Term(1, Calendar.HOURS),), "burn_out", "owner")
BURN = Change("burn_out", (TIMER,), {"light": "on"}, To({"light": "off"}))
LAMP = Part((LIGHT, GLASS), (PRESS, BREAK, BURN), (LIFE,), words=WORDS)
ENDS = ({"glass": "broken"},)


def test_what_can_be_reached_is_written_out_flat() -> None:
    lamp = compose("lamp", "1", [LAMP], ENDS)
    assert lamp.states == (
        State("off", axes={"light": "off", "glass": NONE}),
        State("on", axes={"light": "on", "glass": NONE}),
        State("off_broken", True, {"light": "off", "glass": "broken"}),
        State("on_broken", True, {"light": "on", "glass": "broken"}),
    )
    owner = frozenset({"owner"})
    assert lamp.rows == (
        Row("off", "press", "on", owner),
        Row("off", "break", "off_broken", owner),
        Row("on", "break", "on_broken", owner),
        Row("on", "burn_out", "off", frozenset({TIMER})),
    )
    (life,) = lamp.deadlines
    assert life.states == frozenset({"on"})
    assert lamp.wording["zh_CN"]["state.on_broken"] == "亮起，破碎"
    assert lamp.wording["en"]["state.on_broken"] == "on, broken"


def test_what_no_row_uses_is_left_out() -> None:
    unused = Part(
        changes=(Change("mended", ("owner",), {"paint": "wet"}, To({}), (), ""),),
        effects=(Effect("mend", "mended", "unmended", "unheard", 1),),
        facts={"night": (True, False)},
    )
    assert compose("lamp", "1", [LAMP, unused], ENDS) == compose("lamp", "1", [LAMP], ENDS)


def test_an_absent_axis_is_none() -> None:
    gated = evolve(
        PRESS, where={"light": "off", "paint": NONE}, to=To({"light": "on", "paint": NONE})
    )
    lamp = compose("lamp", "1", [evolve(LAMP, changes=(gated, BREAK, BURN))], ENDS)
    assert lamp == compose("lamp", "1", [LAMP], ENDS)


def test_guards_effects_and_approvals_reach_the_rows() -> None:
    guard = Guard("dark", "night", frozenset({True}))
    press = evolve(PRESS, guards=(guard,), to=To({"light": "on"}, ("mend",)), approves="owner")
    part = Part(
        effects=(Effect("mend", "mended", "unmended", "unheard", 1),),
        facts={"night": (True, False)},
    )
    lamp = compose("lamp", "1", [evolve(LAMP, changes=(press, BREAK, BURN)), part], ENDS)
    assert lamp.rows[0] == Row(
        "off", "press", "on", frozenset({"owner"}), (guard,), ("mend",), "owner"
    )
    assert (lamp.facts, lamp.effects) == (part.facts, part.effects)


@pytest.mark.parametrize(
    ("part", "path", "value"),
    [
        (evolve(LAMP, axes=(LIGHT, LIGHT)), "$.axes", "light"),
        (
            evolve(LAMP, changes=(evolve(PRESS, where={"light": "of"}),)),
            "$.changes.press.where.light",
            "got 'of'",
        ),
        (
            evolve(LAMP, changes=(evolve(PRESS, to=To({"light": "dim"})),)),
            "$.changes.press.to.light",
            "got 'dim'",
        ),
        (
            evolve(LAMP, changes=(evolve(PRESS, to=To({"paint": "wet"})),)),
            "$.changes.press.to",
            "got paint",
        ),
        (
            evolve(LAMP, limits=(evolve(LIFE, where={"glass": "new"}),)),
            "$.limits.life.where.glass",
            "got 'new'",
        ),
        (evolve(LAMP, words={}), "$.words", "event.press"),
    ],
)
def test_a_slip_is_refused_where_it_is(part: Part, path: str, value: str) -> None:
    with pytest.raises(InputError) as raised:
        compose("lamp", "1", [part], ENDS)
    (problem,) = raised.value.problems
    assert problem.path == path
    assert value in str(raised.value)


def test_an_end_that_cannot_be_is_refused() -> None:
    with pytest.raises(InputError, match=r"ends\.glass"):
        compose("lamp", "1", [LAMP], [{"glass": "molten"}])


def test_two_combinations_of_one_name_are_refused() -> None:
    shade = Axis("shade", {NONE: Said("", ""), "on": Said("有罩", "shaded")})
    turn = Axis("turn", {"off": Said("关", "off"), NONE: Said("", "")})
    shady = Change("press", ("owner",), {"shade": NONE}, To({"shade": "on", "turn": NONE}))
    part = Part(
        (turn, evolve(LIGHT, values={NONE: Said("", ""), "on": Said("亮起", "on")}), shade),
        (shady, evolve(PRESS, where={"light": NONE}, to=To({"light": "on", "turn": NONE}))),
        words=WORDS,
    )
    with pytest.raises(InputError, match="one combination"):
        compose("lamp", "1", [part], [])
