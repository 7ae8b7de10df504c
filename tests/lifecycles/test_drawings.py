"""What is made of a machine: drawings, tables and constraints say all of it, and nothing else."""

from __future__ import annotations

import re
import sqlite3
from itertools import combinations
from xml.etree import ElementTree as ET

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from mallops.errors import InputError
from mallops.lifecycles.layers import Link, Size, laid_out
from mallops.lifecycles.machine import Machine, State
from mallops.lifecycles.mermaid import mermaid
from mallops.lifecycles.permissions import permission_table, permissions
from mallops.lifecycles.sql import state_check
from mallops.lifecycles.svg import svg
from tests.lifecycles.claims import CLAIM, with_rows
from tests.lifecycles.test_verifying_mutants import mutants

BARE = evolve(CLAIM, wording={})
ODD = evolve(
    BARE,
    states=tuple(
        evolve(state, id={"failed": "end", "closed": '<a> "b"; c: d'}.get(state.id, state.id))
        for state in CLAIM.states
    ),
    rows=(),
    deadlines=(),
)


def texts(drawing: str) -> list[str]:
    # The drawing is our own: no stranger's entities are in it.
    return [each.text or "" for each in ET.fromstring(drawing).iter() if each.tag.endswith("text")]  # noqa: S314


def test_the_mermaid_text_has_every_row_and_every_end() -> None:
    lines = mermaid(BARE).splitlines()
    assert sum(" : " in line for line in lines) == len(CLAIM.rows)
    assert "    [*] --> applied" in lines
    assert "    closed --> [*]" in lines
    assert "    applied --> refunding : silence · +2 d" in lines
    assert "    refused --> closed : lapse · +7 d" in lines
    assert "    refunding --> failed : unanswered · +24 h" in lines


def test_wording_is_that_of_the_locale() -> None:
    assert 'state "state.applied (zh_CN)" as applied' in mermaid(CLAIM, "zh_CN")
    assert "state.applied (zh_CN)" in texts(svg(CLAIM, "zh_CN"))
    assert "event.edit (en)" in permission_table(CLAIM, "en")


def test_names_that_mermaid_would_misread_are_numbered() -> None:
    text = mermaid(ODD)
    assert 'state "end" as state-5' in text
    assert 'state "#60;a#62; #34;b#34;#59; c#58; d" as state-7' in text
    assert not re.search(r"^\s+end ", text, re.MULTILINE)


@given(mutants())
def test_a_drawing_of_any_machine_names_all_its_states_and_events(machine: Machine) -> None:
    said = texts(svg(evolve(machine, wording={})))
    for state in machine.states:
        assert said.count(state.id) >= 1
    for row in machine.rows:
        assert any(line == row.event or line.startswith(f"↻ {row.event} ·") for line in said)
    assert svg(machine) == svg(machine)


def test_a_drawing_holds_whatever_names_are() -> None:
    assert '<a> "b"; c: d' in texts(svg(ODD))


def test_a_row_back_to_its_state_stands_in_the_box() -> None:
    looped = with_rows(evolve(CLAIM.rows[2], target="applied", event="edit"), machine=BARE)
    assert "↻ edit · buyer" in texts(svg(looped))


names = st.integers(0, 7).map(str)
sizes = st.builds(Size, st.integers(10, 200), st.integers(10, 60))


@given(
    st.dictionaries(names, sizes, min_size=1),
    st.lists(st.tuples(names, names, sizes), max_size=12),
)
def test_boxes_and_labels_do_not_overlap_and_stand_within(
    boxes: dict[str, Size], drawn: list[tuple[str, str, Size]]
) -> None:
    links = [
        Link(source, target, label)
        for source, target, label in drawn
        if source != target and {source, target} <= boxes.keys()
    ]
    layout = laid_out(boxes, links)
    labels = (link.label for link in links)
    placed = [
        *((layout.boxes[name], size) for name, size in boxes.items()),
        *zip(layout.labels, labels, strict=True),
    ]
    for ((x, y), size), ((other_x, other_y), other) in combinations(placed, 2):
        apart_x = abs(x - other_x) >= (size.width + other.width) / 2
        apart_y = abs(y - other_y) >= (size.height + other.height) / 2
        assert apart_x or apart_y
    for (x, y), size in placed:
        assert size.width / 2 <= x <= layout.size.width - size.width / 2
        assert size.height / 2 <= y <= layout.size.height - size.height / 2
    for link, route in zip(links, layout.routes, strict=True):
        for end, name in ((route[0], link.source), (route[-1], link.target)):
            x, y = layout.boxes[name]
            assert abs(end[0] - x) <= boxes[name].width / 2
            assert abs(abs(end[1] - y) - boxes[name].height / 2) < 0.001


def test_permissions_are_the_rows_by_actor() -> None:
    found = permissions(CLAIM)
    assert len(found) == sum(len(row.actors) for row in CLAIM.rows)
    retries = [each.actor for each in found if each.event == "retry"]
    assert retries == ["seller", "platform"]
    refuse = next(each for each in found if each.event == "refuse")
    assert refuse.codes == ("no_reason",)


def test_the_table_keeps_its_columns_whatever_names_are() -> None:
    piped = evolve(BARE, wording={"en": {"event.agree": "yes | no\nmaybe"}})
    lines = permission_table(piped).splitlines()
    assert len(lines) == len(CLAIM.rows) + 2
    assert lines[2].startswith(r"| applied | yes \| no maybe | ")
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in lines} == {len(CLAIM.actors) + 4}


def test_a_database_takes_the_states_and_no_others() -> None:
    check = state_check(ODD, column='sta"te')
    with sqlite3.connect(":memory:") as database:
        database.execute(f'CREATE TABLE cases ("sta""te" TEXT {check})')
        for state in ODD.states:
            database.execute("INSERT INTO cases VALUES (?)", [state.id])
        for other in ("failed", "APPLIED", "applied ", ""):
            with pytest.raises(sqlite3.IntegrityError):
                database.execute("INSERT INTO cases VALUES (?)", [other])
    database.close()


def test_quotes_cannot_leave_the_constraint() -> None:
    evil = Machine("m", "1", (State("a'); DROP TABLE cases; --"),), (), (), ())
    assert state_check(evil) == """CHECK ("state" IN ('a''); DROP TABLE cases; --'))"""


@pytest.mark.parametrize(
    ("states", "column", "path"),
    [
        ((), "state", "$.states"),
        ((State("a\0b"),), "state", "$.states[0].id"),
        ((State("a"), State("")), "state", "$.states[1].id"),
        ((State("a"),), "", "$.column"),
    ],
)
def test_what_sql_cannot_hold_is_refused(states: tuple[State, ...], column: str, path: str) -> None:
    with pytest.raises(InputError) as caught:
        state_check(Machine("m", "1", states, (), (), ()), column)
    assert [problem.path for problem in caught.value.problems] == [path]
