"""A machine as an SVG picture that needs nothing else: no script, font or style sheet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from itertools import chain, pairwise
from unicodedata import east_asian_width

from attrs import frozen

from mallops.lifecycles.layers import Layout, Link, Point, Size, laid_out
from mallops.lifecycles.machine import TIMER, Machine, Row, State
from mallops.lifecycles.naming import label, named

_NAME, _NOTE = 14.0, 11.0
_STYLE = """\
text{font-family:sans-serif;text-anchor:middle;dominant-baseline:central;fill:#1f2933}
.note{font-size:11px}.name{font-size:14px;font-weight:600}
.faint{fill:#66727f}
.state{fill:#eef2f7;stroke:#52606d}.final{fill:#dff3e4;stroke:#2f8f4e;stroke-width:3}
.patient{stroke-dasharray:5 3}.paper,.label{fill:#fff}.label{fill-opacity:.8}
.edge{fill:none;stroke:#52606d}.timer{stroke:#c05621;stroke-dasharray:4 3}
marker path{fill:#52606d}"""


@frozen
class _Arrow:
    """The rows that lead from one state to another."""

    rows: tuple[Row, ...]
    lines: tuple[str, ...]


def svg(machine: Machine, locale: str = "en") -> str:
    """The picture's text. States stand in layers, what is final last; time-outs are dashed.

    What leads from a state to itself is told within its box. The same machine always gives the
    same text. It is one in which `verify` finds no unknown names.

    >>> from mallops.lifecycles.machine import State
    >>> svg(Machine("order", "1", (State("created"),), (), (), ())).startswith("<svg xmlns=")
    True
    """
    loops, arrows = _arrows(machine, locale)
    inside = {state.id: _inside(machine, state, loops, locale) for state in machine.states}
    boxes = {
        name: Size(
            max(_width(line, _NAME if not i else _NOTE) for i, line in enumerate(lines)) + 24,
            len(lines) * 16 + 16.0,
        )
        for name, lines in inside.items()
    }
    links = [
        Link(*ends, Size(max(_width(line, _NOTE) for line in arrow.lines), len(arrow.lines) * 14.0))
        for ends, arrow in arrows.items()
    ]
    layout = laid_out(boxes, links)
    drawn = "\n".join(
        (
            *_edges(layout, [*arrows.values()]),
            *(_box(state, inside[state.id], boxes, layout) for state in machine.states),
        )
    )
    width, height = round(layout.size.width), round(layout.size.height)
    title = escape(f"{machine.id} {machine.version}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" role="img" aria-label="{title}">\n'
        f"<style>{_STYLE}</style>\n"
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" '
        'markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z"/></marker></defs>\n'
        f'<rect class="paper" width="{width}" height="{height}"/>\n{drawn}\n</svg>\n'
    )


def _arrows(
    machine: Machine, locale: str
) -> tuple[Mapping[str, list[str]], Mapping[tuple[str, str], _Arrow]]:
    """What leads from a state to itself, and the rows from one state to another, together."""
    loops: dict[str, list[str]] = {}
    together: dict[tuple[str, str], list[Row]] = {}
    for row in machine.rows:
        if row.source == row.target:
            loops.setdefault(row.source, []).append(f"↻ {' · '.join(label(machine, row, locale))}")
        else:
            together.setdefault((row.source, row.target), []).append(row)
    return loops, {
        ends: _Arrow(
            tuple(rows), tuple(chain.from_iterable(label(machine, row, locale) for row in rows))
        )
        for ends, rows in together.items()
    }


def _inside(
    machine: Machine, state: State, loops: Mapping[str, list[str]], locale: str
) -> list[str]:
    return [named(machine, "state", state.id, locale), *loops.get(state.id, ())]


def _box(state: State, lines: list[str], boxes: Mapping[str, Size], layout: Layout) -> str:
    size, (x, y) = boxes[state.id], layout.boxes[state.id]
    kind = "state" + " final" * state.final + " patient" * bool(state.patient)
    left, top = x - size.width / 2, y - size.height / 2
    shape = (
        f'<rect class="{kind}" x="{left:.0f}" y="{top:.0f}" '
        f'width="{size.width:.0f}" height="{size.height:.0f}" rx="8"/>'
    )
    return "\n".join((shape, *_text(lines, (x, y), 16, "name")))


def _edges(layout: Layout, arrows: list[_Arrow]) -> Iterator[str]:
    for arrow, stops in zip(arrows, layout.routes, strict=True):
        timer = " timer" * all(row.actors == {TIMER} for row in arrow.rows)
        yield f'<path class="edge{timer}" d="{_curve(stops)}" marker-end="url(#tip)"/>'
    for arrow, (x, y) in zip(arrows, layout.labels, strict=True):
        width = max(_width(line, _NOTE) for line in arrow.lines)
        height = len(arrow.lines) * 14
        yield (
            f'<rect class="label" x="{x - width / 2:.0f}" y="{y - height / 2:.0f}" '
            f'width="{width:.0f}" height="{height}"/>'
        )
        yield from _text(arrow.lines, (x, y), 14, "note", faint=True)


def _text(
    lines: Sequence[str], middle: Point, line_height: int, first: str, *, faint: bool = False
) -> Iterator[str]:
    """Lines below each other, every second one faint if so wished."""
    x, y = middle
    top = y - (len(lines) - 1) * line_height / 2
    for i, line in enumerate(lines):
        kind = ("note" if i else first) + " faint" * (faint and i % 2)
        at = f'x="{x:.0f}" y="{top + i * line_height:.0f}"'
        yield f'<text class="{kind}" {at}>{escape(line)}</text>'


def _curve(stops: tuple[Point, ...]) -> str:
    """Through all stops, up and down at each of them."""
    (x, y), *_ = stops
    drawn = [f"M{x:.0f} {y:.0f}"]
    for (x, y), (to_x, to_y) in pairwise(stops):
        half = (y + to_y) / 2
        drawn.append(f"C{x:.0f} {half:.0f} {to_x:.0f} {half:.0f} {to_x:.0f} {to_y:.0f}")
    return "".join(drawn)


def _width(line: str, size: float) -> float:
    """About how wide a line is: a Chinese character is as wide as it is high."""
    wide = sum(east_asian_width(char) in "WF" for char in line)
    return (wide + 0.58 * (len(line) - wide)) * size
