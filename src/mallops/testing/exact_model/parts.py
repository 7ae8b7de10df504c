"""How finely units are followed from lane to lane: only as far as a later lane tells them apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from ortools.sat.python import cp_model

from mallops.testing.exact_model.mall import Lines, Mall

Expr: TypeAlias = cp_model.LinearExpr | int
Flag: TypeAlias = cp_model.IntVar
"""A variable; where it is 0 or 1, a decision."""
Closed: TypeAlias = dict[str, tuple[Flag, ...] | None]
"""By lane, the decisions of which any one closes it; `None` closes it for certain."""


@dataclass(frozen=True)
class Part:
    """Units of some lines that are closed to the same lanes.

    `most` and `size` bound `base` and `count`; no unit costs less than `cheapest`.
    """

    lines: Lines
    base: Expr
    count: Expr
    most: int
    size: int
    cheapest: int
    closed: Closed = field(default_factory=dict)


def like(closed: Closed) -> tuple[object, ...]:
    """Equal for parts that the same decisions close to the same lanes."""
    return tuple(
        (lane, None if by is None else tuple(sorted(flag.index for flag in by)))
        for lane, by in sorted(closed.items())
    )


def listed(mall: Mall, lines: Lines) -> Part:
    """All units of some lines at list price."""
    worth, size = mall.worth(lines), mall.size(lines)
    return Part(lines, worth, size, worth, size, min(mall.prices[line] for line in lines))


def partitions(mall: Mall) -> list[list[Lines]]:
    """Before each lane, and after the last, the cells into which no later lane looks."""
    found = [[mall.everywhere] if mall.everywhere else []]
    for place in range(len(mall.lanes) - 1, -1, -1):
        cells = found[0]
        for lines in looked_at(mall, place):
            cells = [part for cell in cells for part in (cell & lines, cell - lines) if part]
        found.insert(0, cells)
    return found


def looked_at(mall: Mall, place: int) -> Iterator[Lines]:
    """The lines that a lane takes or measures, and those that earlier seats close to it."""
    lane = mall.lanes[place]
    for seat in mall.seats(lane):
        for promotion in mall.case.candidates(lane):
            yield mall.fitting(promotion.get("items"), seat)
            yield mall.measured(promotion, seat)
    for earlier in mall.lanes[:place]:
        for promotion in mall.case.candidates(earlier):
            if earlier["seat"] != "unit" and lane["id"] in promotion.get("blocks", []):
                for seat in mall.seats(earlier):
                    yield mall.fitting(promotion.get("items"), seat)
