"""The plot: milliseconds a cart over the number of rules, a line for each engine, as SVG.

Both axes are logarithmic, so that a straight line that rises by one grows with the rules. The
colours are of middling brightness, and the background is left open, so that it can be read on
light pages and on dark ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from math import log10

from attrs import frozen

from benchmarks.peers.report import OURS, Cell, Results
from benchmarks.workload import SIZES

COLOURS = {
    "mallops": "#d6452b",
    "mallops, compiled": "#e0805f",
    "Medusa": "#8d63d2",
    "Medusa, sifted": "#b07ab0",
    "Vendure": "#1f8ac0",
    "Oscar, combined": "#3f8f3f",
    "Oscar, exclusive": "#a07d12",
}
GREY = "#808080"
STYLE = 'font-family="sans-serif" font-size="13" role="img"'
# The least and the most that an axis shows, as powers of ten.
LEAST, MOST = -2, 4
WIDTH, HEIGHT, LEFT, TOP, GAP, LABELS = 300, 300, 58, 48, 56, 112


@frozen
class Panel:
    """A frame at `left`, for carts of ten lines under the rules of a family."""

    left: int
    family: str
    title: str


PANELS = (
    Panel(LEFT, "mall", "10 lines, few of the rules fit"),
    Panel(LEFT + WIDTH + LABELS + GAP, "all fit", "10 lines, all rules fit"),
)


def plotted(results: Results) -> str:
    """The whole picture."""
    width = PANELS[-1].left + WIDTH + LABELS + 8
    height = TOP + HEIGHT + 52
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" {STYLE}>',
            "<title>Milliseconds a cart, over the number of rules, by engine</title>",
            *(part for panel in PANELS for part in drawn(panel, results)),
            "</svg>\n",
        ]
    )


def drawn(panel: Panel, results: Results) -> Iterator[str]:
    """A frame with its lines."""
    yield text(panel.left, TOP - 28, panel.title, weight="bold")
    yield text(panel.left, TOP - 11, "ms a cart")
    for power in range(LEAST, MOST + 1):
        y = height_of(10.0**power)
        yield line([(panel.left, y), (panel.left + WIDTH, y)], GREY, 0.4)
        yield text(panel.left - 6, y + 4, f"{10.0**power:,g}", anchor="end")
    for size in SIZES:
        x = place_of(panel, size)
        yield line([(x, TOP), (x, TOP + HEIGHT)], GREY, 0.4)
        yield text(x, TOP + HEIGHT + 18, f"{size:,}", anchor="middle")
    yield text(panel.left + WIDTH / 2, TOP + HEIGHT + 38, "rules", anchor="middle")
    yield from curves(panel, results)


def curves(panel: Panel, results: Results) -> Iterator[str]:
    """A line for each engine, with its name at the end."""
    ends: list[tuple[float, float, str]] = []
    for engine, colour in COLOURS.items():
        points = [
            (place_of(panel, size), height_of(found.median))
            for size in SIZES
            if (found := results.get((Cell(panel.family, 10, size), engine))) is not None
        ]
        if points:
            yield line(points, colour, 3.2 if engine == OURS else 1.8)
            yield from (dot(point, colour) for point in points)
            ends.append((*points[-1], engine))
    for x in {end[0] for end in ends}:
        yield from labels(x, sorted((y, engine) for at, y, engine in ends if at == x))


def labels(x: float, ends: Sequence[tuple[float, str]]) -> Iterator[str]:
    """The names of the engines whose lines end at `x`."""
    for (_, engine), y in zip(ends, spread([end[0] for end in ends]), strict=True):
        weight = "bold" if engine == OURS else "normal"
        yield text(x + 8, y + 4, engine, colour=COLOURS[engine], weight=weight)


def spread(heights: Sequence[float], apart: float = 15) -> list[float]:
    """Ascending heights, moved until no two are closer than a line of text."""
    found = list(heights)
    for _ in range(200):
        for i in range(len(found) - 1):
            lacking = apart - (found[i + 1] - found[i])
            if lacking > 0:
                found[i] -= lacking / 2
                found[i + 1] += lacking / 2
    return found


def place_of(panel: Panel, size: int) -> float:
    """Where a number of rules is on the axis."""
    return panel.left + WIDTH * log10(size) / log10(SIZES[-1])


def height_of(milliseconds: float) -> float:
    """Where a time is on the axis."""
    return TOP + HEIGHT * (MOST - log10(milliseconds)) / (MOST - LEAST)


def line(points: Sequence[tuple[float, float]], colour: str, width: float) -> str:
    """Points joined."""
    joined = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline points="{joined}" fill="none" stroke="{colour}" stroke-width="{width}"/>'


def dot(point: tuple[float, float], colour: str) -> str:
    """A measured point."""
    return f'<circle cx="{point[0]:.1f}" cy="{point[1]:.1f}" r="3" fill="{colour}"/>'


def text(
    x: float,
    y: float,
    words: str,
    anchor: str = "start",
    weight: str = "normal",
    colour: str = GREY,
) -> str:
    """Words at a place."""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-weight="{weight}"'
        f' fill="{colour}">{escape(words)}</text>'
    )
