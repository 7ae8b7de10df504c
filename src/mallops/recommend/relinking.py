"""Links after a holder's SKUs changed: only the rows that it can change are weighed again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import sqrt

from attrs import evolve

from mallops.recommend.likeness import Measure
from mallops.recommend.links import Links, Row, rank, spare

__all__ = ["changed"]


def changed(links: Links, holder: str, held: Mapping[str, int]) -> Links:
    """The links, now that a holder has exactly these SKUs in these strengths.

    The neighbours are those of links fitted anew: between SKUs that the holder has neither
    before nor after, nothing changes but what their masses do.
    """
    before = links.held(holder)
    if before == held:
        return links
    paired = {*before, *held}
    touched = {sku for sku in paired if before.get(sku) != held.get(sku)}
    if links.likeness.voice(len(before)) != links.likeness.voice(len(held)):
        touched = paired
    holders_now = dict(links.holders_now)
    for sku in touched:
        theirs = {**links.holders_of(sku)}
        theirs.pop(holder, None)
        holders_now[sku] = {**theirs, holder: held[sku]} if sku in held else theirs
    moved = evolve(
        links,
        held_now={**links.held_now, holder: held},
        voices_now={**links.voices_now, holder: links.likeness.voice(len(held))},
        holders_now=holders_now,
    )
    masses = {sku: _mass(moved, sku) for sku in touched}
    moved = evolve(moved, masses_now={**moved.masses_now, **masses})
    return _weighed_again(links, moved, touched, paired)


def _mass(links: Links, sku: str) -> int:
    holders = links.holders_of(sku)
    if links.likeness.measure is Measure.TFIDF:
        return sum(links.voice(name) * strength**2 for name, strength in holders.items())
    if links.likeness.full == 1:
        return len(holders)
    return sum(strength**2 for strength in holders.values())


def _weighed_again(
    before: Links, links: Links, touched: Iterable[str], paired: Iterable[str]
) -> Links:
    rows = dict(links.rows_now)
    listed = dict(links.listed_now)
    own = {sku: _own_row(before, links, sku, paired) for sku in touched}
    thin = {sku for sku, row in own.items() if row is None}
    rows.update((sku, row) for sku, row in own.items() if row is not None)
    for sku in own:
        # Where fewer took it than before it comes nearer to all that it has anything to do with.
        nearer = links.mass(sku) < before.mass(sku)
        others = {*(_common(links, sku) if nearer else links.listed(sku)), *paired}
        for other in others - own.keys() - thin:
            row = rows.get(other) or links.packed.row(other)
            moved = _moved(row, sku, _likeness(links, sku, other), links.likeness.size)
            if moved is None:
                thin.add(other)
            elif moved is not row:
                rows[other] = moved
                listed[sku] = listed.get(sku, frozenset()) | {other}
    for sku in thin:
        rows[sku] = _selected(links, sku)
    for sku in {*own, *thin}:
        for other, _ in rows[sku].nearest:
            listed[other] = listed.get(other, frozenset()) | {sku}
    return evolve(links, rows_now=rows, listed_now=listed)


def _likeness(links: Links, sku: str, other: str) -> int:
    ours, theirs = links.holders_of(sku), links.holders_of(other)
    both = ours.keys() & theirs.keys()
    if links.likeness.full == 1:
        common = sum(map(links.voice, both))
    else:
        common = sum(links.voice(name) * ours[name] * theirs[name] for name in both)
    return links.likeness.of(common, links.mass(sku), links.mass(other)) if common else 0


def _common(links: Links, sku: str) -> dict[str, int]:
    """What each SKU has in common with this one, where it is anything."""
    total: dict[str, int] = {}
    for holder, strength in links.holders_of(sku).items():
        said = links.voice(holder) * strength
        if said:
            for other, theirs in links.held(holder).items():
                total[other] = total.get(other, 0) + said * theirs
    return total


def _selected(links: Links, sku: str) -> Row:
    """The row of a SKU, from all that it has anything in common with."""
    mass = links.mass(sku)
    near = sorted(
        (
            (other, likeness)
            for other, common in _common(links, sku).items()
            if (likeness := links.likeness.of(common, mass, links.mass(other)))
        ),
        key=rank,
    )
    size = links.likeness.size
    stored = near[: size + spare(size)]
    return Row(tuple(stored), rank(stored[-1]) if len(stored) < len(near) else None)


def _own_row(before: Links, links: Links, sku: str, paired: Iterable[str]) -> Row | None:
    """The row of a SKU whose mass changed, and what it has in common with the paired ones.

    Nothing if that leaves too few to be sure of.
    """
    row = before.stored_row(sku)
    names = {*(name for name, _ in row.nearest), *paired}
    near = sorted(
        ((name, likeness) for name in names if (likeness := _likeness(links, sku, name))), key=rank
    )
    if row.floor is None:
        return _cut(near, None, links.likeness.size)
    floor = _floor(before, links, sku, row.floor)
    sure = [one for one in near if rank(one) <= floor]
    return None if len(sure) < links.likeness.size else _cut(sure, floor, links.likeness.size)


def _floor(before: Links, links: Links, sku: str, floor: tuple[int, str]) -> tuple[int, str]:
    """How near the SKUs that are not in a row can be at most, now that its mass changed."""
    was, now = before.mass(sku), links.mass(sku)
    if was == now:
        return floor
    above = 1 - floor[0]
    if links.likeness.measure is Measure.BM25:
        damping = links.likeness.damping * links.likeness.full**2
        return -(above * (was + damping) // (now + damping)), ""
    # Two more than needed: roots are rounded.
    return (-int(above * sqrt(was / now)) - 2, "") if now else (0, "")


def _moved(row: Row, sku: str, likeness: int, size: int) -> Row | None:
    """The row with a SKU at its new likeness; nothing if that leaves too few to be sure of."""
    nearest = [near for near in row.nearest if near[0] != sku]
    stays = likeness and (row.floor is None or (-likeness, sku) <= row.floor)
    if len(nearest) == len(row.nearest) and not stays:
        return row
    if stays:
        nearest.append((sku, likeness))
        nearest.sort(key=rank)
    if row.floor is not None and len(nearest) < size:
        return None
    return _cut(nearest, row.floor, size)


def _cut(nearest: list[tuple[str, int]], floor: tuple[int, str] | None, size: int) -> Row:
    """A row of these, or of the nearest of them if they have become many."""
    if len(nearest) <= 2 * size + spare(size):
        return Row(tuple(nearest), floor)
    kept = nearest[: size + spare(size)]
    return Row(tuple(kept), rank(kept[-1]))
