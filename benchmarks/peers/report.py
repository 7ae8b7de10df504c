"""The tables: milliseconds a cart, and what is charged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import frozen

from benchmarks.peers.engines import ENGINES, Engine
from benchmarks.peers.policies import Line, is_apart, lines_of
from benchmarks.workload import SIZES, Family, Rule

OURS = "mallops"


@frozen
class Cell:
    """Carts of so many lines under so many rules of a family."""

    family: str
    lines: int
    size: int


@frozen
class Found:
    """What an engine took for a cart, in milliseconds, and charged, in minor units."""

    median: float
    slowest: float
    charged: Sequence[int]
    notes: Mapping[str, float]


Results = dict[tuple[Cell, str], Found]


def times(results: Results, family: str, lines: int) -> str:
    """Milliseconds of the usual cart, and how many times as long as mallops' that is."""
    rows = [f"\n{family}, {lines} lines: ms a cart, and times mallops", heading(16)]
    for engine in ENGINES:
        if engine.measures(family, lines):
            cells = (time_of(results, Cell(family, lines, size), engine.name) for size in SIZES)
            rows.append(f"{engine.name:<18}{''.join(f'{each:>16}' for each in cells)}")
    return "\n".join(rows)


def heading(width: int) -> str:
    """The numbers of rules, over their columns."""
    return f"{'rules':<18}{''.join(f'{size:>{width},}' for size in SIZES)}"


def time_of(results: Results, cell: Cell, engine: str) -> str:
    """A figure and its ratio."""
    found, ours = results.get((cell, engine)), results.get((cell, OURS))
    if found is None:
        return "-"
    if ours is None or engine == OURS:
        return f"{figure(found.median)}{'':>7}"
    return f"{figure(found.median)} {figure(found.median / ours.median):>5}×"


def figure(value: float) -> str:
    """Three digits of it, or all before the point."""
    return f"{value:.{2 if value < 10 else 1 if value < 100 else 0}f}"


def charges(results: Results, family: str, lines: int) -> str:
    """What is charged, in per cent of mallops; carts with the same, with more and with less."""
    title = f"\n{family}, {lines} lines: charged, mallops = 100%; carts with the same, more, less"
    rows = [title, heading(24)]
    for engine in ENGINES:
        if engine.policy is not None:
            cells = (charged(results, Cell(family, lines, size), engine) for size in SIZES)
            rows.append(f"{engine.name:<18}{''.join(f'{each:>24}' for each in cells)}")
    return "\n".join(rows)


def charged(results: Results, cell: Cell, engine: Engine) -> str:
    """What an engine charges, beside mallops, for the carts that both have priced."""
    pairs = both(results, cell, engine)
    if not pairs:
        return "-"
    share = sum(theirs for theirs, _ in pairs) / sum(our for _, our in pairs)
    return f"{share:.1%}  {' '.join(f'{count:>2}' for count in sides(pairs))}"


def both(results: Results, cell: Cell, engine: Engine) -> list[tuple[int, int]]:
    """What each cart is charged by an engine and by mallops."""
    found, ours = results.get((cell, engine.name)), results.get((cell, OURS))
    return list(zip(found.charged, ours.charged, strict=False)) if found and ours else []


def sides(pairs: Sequence[tuple[int, int]]) -> tuple[int, int, int]:
    """How many are the same, more and less."""
    more, less = sum(a > b for a, b in pairs), sum(a < b for a, b in pairs)
    return len(pairs) - more - less, more, less


def checks(results: Results, workload: Mapping[str, Family]) -> str:
    """How far charges agree where rules leave no choice, and whether policies account for them."""
    title = "carts without overlap: same, more, less    charged as its policy says"
    rows = [f"\n{'all cells':<20}{title}"]
    for engine in ENGINES:
        if engine.policy is not None:
            cells = [cell for cell, name in results if name == engine.name]
            agreed = [pair for cell in cells for pair in apart(results, cell, engine, workload)]
            right = sum(explained(results, cell, engine, workload) for cell in cells)
            priced = sum(len(results[cell, engine.name].charged) for cell in cells)
            counts = "  ".join(f"{count:>4}" for count in sides(agreed))
            rows.append(f"{engine.name:<42}{counts:>16}{f'{right} of {priced}':>30}")
    return "\n".join(rows)


def apart(
    results: Results, cell: Cell, engine: Engine, workload: Mapping[str, Family]
) -> list[tuple[int, int]]:
    """What both charge for the carts on which no rules overlap."""
    rules, carts = in_cell(cell, workload)
    pairs = zip(carts, both(results, cell, engine), strict=False)
    return [pair for cart, pair in pairs if is_apart(rules, cart)]


def explained(results: Results, cell: Cell, engine: Engine, workload: Mapping[str, Family]) -> int:
    """How many carts are charged what the engine's policy comes to; a cent is for rounding."""
    policy = engine.policy
    assert policy is not None
    rules, carts = in_cell(cell, workload)
    pairs = zip(carts, results[cell, engine.name].charged, strict=False)
    return sum(abs(policy(rules, cart) - total) <= 1 for cart, total in pairs)


def in_cell(cell: Cell, workload: Mapping[str, Family]) -> tuple[list[Rule], list[list[Line]]]:
    """The rules and the carts of a cell."""
    of = workload[cell.family]
    carts = of["carts"][str(cell.lines)]
    return of["rules"][: cell.size], [lines_of(cart, of["products"]) for cart in carts]


def reasons() -> str:
    """Why each engine charges something else where rules overlap."""
    return "\n".join(f"{engine.name}: {engine.why}." for engine in ENGINES if engine.why)


def own_figures(results: Results) -> str:
    """What engines note of themselves, for a cart on average: queries, and what is proven."""
    rows = ["\nnotes, for a cart"]
    for (cell, name), found in results.items():
        if found.notes:
            said = ", ".join(f"{key} {figure(value)}" for key, value in found.notes.items())
            where = f"{cell.family}, {cell.lines} lines, {cell.size:,} rules"
            rows.append(f"{where:<34}{name:<18}{said}; slowest {figure(found.slowest)} ms")
    return "\n".join(rows)
