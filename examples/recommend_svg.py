"""The comparison as an SVG picture: a mean and its interval for each scorer and fold.

Each aim has a panel with an axis of its own, each scorer a row, and each fold a shade, the last
one the darkest. The colours are of middling brightness and the background is left open, so that
it can be read on light pages and on dark ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from math import ceil

from attrs import frozen

from mallops.recommend.evaluation.bootstrap import Interval

SHADES = ("#8fb8de", "#4f8fc9", "#1f5f9f", "#123b66")
GREY = "#808080"
LEFT, WIDTH, TOP, ROW, GAP, FOOT = 90, 300, 44, 46, 40, 44


@frozen
class Bar:
    """One mean of one panel, in the row of a scorer."""

    panel: str
    row: str
    fold: str
    interval: Interval


def drawn(bars: Sequence[Bar], titles: Mapping[str, str]) -> str:
    """The picture's text, with a panel for each of the titles; the same bars give the same."""
    rows, shades = [*dict.fromkeys(bar.row for bar in bars)], [*dict.fromkeys(b.fold for b in bars)]
    width = LEFT + len(titles) * (WIDTH + GAP)
    height = TOP + len(rows) * ROW + FOOT
    style = 'font-family="sans-serif" font-size="13" role="img"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" {style}>',
        f"<title>{escape(' · '.join(titles.values()))}</title>",
        *(text(LEFT - 10, TOP + ROW * (n + 0.5) + 4, row, "end") for n, row in enumerate(rows)),
        *legend(shades, height - 10),
    ]
    for n, (panel, title) in enumerate(titles.items()):
        left = LEFT + n * (WIDTH + GAP)
        of_panel = [bar for bar in bars if bar.panel == panel]
        highest = max(bar.interval.high for bar in of_panel)
        step = step_of(highest)
        most = step * max(ceil(highest / step), 1)
        parts += [text(left, TOP - 22, title, weight="bold"), *axis(left, most, step, len(rows))]
        for bar in of_panel:
            fold = shades.index(bar.fold)
            y = TOP + ROW * (rows.index(bar.row) + (fold + 1) / (len(shades) + 1))
            parts.append(whisker(bar, left, most, y, SHADES[fold % len(SHADES)]))
    return "\n".join([*parts, "</svg>\n"])


def step_of(highest: float) -> float:
    """How far the lines of an axis are apart: few lines, at figures that are even to read."""
    return next(size for size in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5) if 5 * size >= highest)


def axis(left: float, most: float, step: float, rows: int) -> Iterator[str]:
    """Lines upwards, with what they stand for."""
    for n in range(round(most / step) + 1):
        x = left + WIDTH * n * step / most
        yield f'<path d="M{x:.1f} {TOP}v{rows * ROW}" stroke="{GREY}" stroke-width="0.4"/>'
        yield text(x, TOP - 5, f"{n * step:.3g}", "middle")


def whisker(bar: Bar, left: float, most: float, y: float, colour: str) -> str:
    """A dot at the mean, on a line over the interval; the numbers show when it is pointed at."""
    found = bar.interval
    low, mean, high = (
        left + WIDTH * value / most for value in (found.low, found.estimate, found.high)
    )
    told = f"{bar.row}, {bar.fold}: {found.estimate:.4f} ({found.low:.4f} – {found.high:.4f})"
    dot = f'<circle cx="{mean:.1f}" cy="{y:.1f}" r="3.5"/>'
    return (
        f'<g stroke="{colour}" fill="{colour}" stroke-width="2"><title>{escape(told)}</title>'
        f'<path d="M{low:.1f} {y:.1f}H{high:.1f}"/>{dot}</g>'
    )


def legend(folds: Sequence[str], y: float) -> Iterator[str]:
    """Which shade is which fold."""
    for n, fold in enumerate(folds):
        x = LEFT + n * 130
        yield f'<circle cx="{x + 4}" cy="{y - 4}" r="4" fill="{SHADES[n % len(SHADES)]}"/>'
        yield text(x + 14, y, fold)


def text(x: float, y: float, words: str, anchor: str = "start", weight: str = "normal") -> str:
    """Words at a place."""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-weight="{weight}"'
        f' fill="{GREY}">{escape(words)}</text>'
    )
