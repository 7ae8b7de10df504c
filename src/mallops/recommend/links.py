"""Who holds which SKUs, and the nearest neighbours of each: fitted, then kept up to date."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from attrs import evolve, field, frozen

from mallops.recommend.likeness import Likeness, Measure

__all__ = ["Links", "PackedLinks", "Row", "changed"]


class Row(NamedTuple):
    """The nearest of a SKU, the nearest first, then by SKU; and how near one must be to be here.

    All that are at least as near as `floor` are here; without a floor, all are that have
    anything in common.
    """

    nearest: tuple[tuple[str, int], ...]
    floor: tuple[int, str] | None


def _rank(near: tuple[str, int]) -> tuple[int, str]:
    return -near[1], near[0]


@frozen(eq=False)
class PackedLinks:
    """What was fitted, in arrays: names by number in ascending order, and rows one by one.

    `held_starts[n]` to `held_starts[n + 1]` are the places of holder n in `held_skus` and
    `held_strengths`; the others are alike. `floors` are -1 where a row has none.
    """

    holders: Sequence[str] = ()
    skus: Sequence[str] = ()
    held_starts: array[int] = field(factory=lambda: array("q", [0]))
    held_skus: array[int] = field(factory=lambda: array("i"))
    held_strengths: array[int] = field(factory=lambda: array("i"))
    holder_starts: array[int] = field(factory=lambda: array("q", [0]))
    holder_names: array[int] = field(factory=lambda: array("i"))
    holder_strengths: array[int] = field(factory=lambda: array("i"))
    row_starts: array[int] = field(factory=lambda: array("q", [0]))
    row_skus: array[int] = field(factory=lambda: array("i"))
    row_likeness: array[int] = field(factory=lambda: array("q"))
    floors: array[int] = field(factory=lambda: array("q"))
    masses: array[int] = field(factory=lambda: array("q"))
    _memo: dict[tuple[str, str], Any] = field(factory=dict, repr=False, init=False)
    _holder_at: dict[str, int] = field(init=False, repr=False)
    _sku_at: dict[str, int] = field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "_holder_at", {name: n for n, name in enumerate(self.holders)})
        object.__setattr__(self, "_sku_at", {name: n for n, name in enumerate(self.skus)})

    def held(self, holder: str) -> Mapping[str, int]:
        """The strengths of the SKUs that a holder has."""
        n = self._holder_at.get(holder)
        if n is None:
            return {}
        part = slice(self.held_starts[n], self.held_starts[n + 1])
        names = map(self.skus.__getitem__, self.held_skus[part])
        return dict(zip(names, self.held_strengths[part], strict=True))

    def holders_of(self, sku: str) -> Mapping[str, int]:
        """The strengths of the holders of a SKU."""
        found: Mapping[str, int] | None = self._memo.get(("holders", sku))
        if found is None:
            n = self._sku_at.get(sku)
            if n is None:
                return {}
            part = slice(self.holder_starts[n], self.holder_starts[n + 1])
            names = map(self.holders.__getitem__, self.holder_names[part])
            found = dict(zip(names, self.holder_strengths[part], strict=True))
            self._memo["holders", sku] = found
        return found

    def mass(self, sku: str) -> int:
        """How much took a SKU."""
        n = self._sku_at.get(sku)
        return 0 if n is None else self.masses[n]

    def row(self, sku: str) -> Row:
        """The neighbours of a SKU."""
        found: Row | None = self._memo.get(("row", sku))
        if found is None:
            n = self._sku_at.get(sku)
            if n is None:
                return Row((), None)
            part = slice(self.row_starts[n], self.row_starts[n + 1])
            names = map(self.skus.__getitem__, self.row_skus[part])
            nearest = tuple(zip(names, self.row_likeness[part], strict=True))
            floor = None if self.floors[n] < 0 else (-self.floors[n], nearest[-1][0])
            found = self._memo["row", sku] = Row(nearest, floor)
        return found


@frozen(eq=False)
class Links:
    """Fitted links, and over them the holders, SKUs and rows that events have changed since."""

    likeness: Likeness
    packed: PackedLinks
    held_now: Mapping[str, Mapping[str, int]] = field(factory=dict)
    holders_now: Mapping[str, Mapping[str, int]] = field(factory=dict)
    masses_now: Mapping[str, int] = field(factory=dict)
    rows_now: Mapping[str, Row] = field(factory=dict)

    def held(self, holder: str) -> Mapping[str, int]:
        """The strengths of the SKUs that a holder has."""
        now = self.held_now.get(holder)
        return self.packed.held(holder) if now is None else now

    def holders_of(self, sku: str) -> Mapping[str, int]:
        """The strengths of the holders of a SKU."""
        now = self.holders_now.get(sku)
        return self.packed.holders_of(sku) if now is None else now

    def row(self, sku: str) -> Sequence[tuple[str, int]]:
        """The nearest of a SKU and their likeness, itself among them, the nearest first."""
        now = self.rows_now.get(sku)
        return (self.packed.row(sku) if now is None else now).nearest[: self.likeness.size]

    def mass(self, sku: str) -> int:
        """How much took a SKU."""
        now = self.masses_now.get(sku)
        return self.packed.mass(sku) if now is None else now

    def mass_again(self, sku: str) -> int:
        """How much took a SKU, from its holders."""
        holders = self.holders_of(sku)
        if self.likeness.measure is not Measure.TFIDF:
            return sum(strength**2 for strength in holders.values())
        return sum(
            self.likeness.voice(len(self.held(name))) * strength**2
            for name, strength in holders.items()
        )

    def common(self, sku: str) -> dict[str, int]:
        """What each SKU has in common with this one, where it is anything."""
        total: dict[str, int] = {}
        for holder, strength in self.holders_of(sku).items():
            held = self.held(holder)
            said = self.likeness.voice(len(held)) * strength
            if said:
                for other, theirs in held.items():
                    total[other] = total.get(other, 0) + said * theirs
        return total


def spare(size: int) -> int:
    """How many neighbours are kept behind those that count, to fill up when one falls."""
    return size // 2


def _selected(links: Links, sku: str, common: Mapping[str, int]) -> Row:
    mass = links.mass(sku)
    near = sorted(
        (
            (other, likeness)
            for other, shared in common.items()
            if (likeness := links.likeness.of(shared, mass, links.mass(other)))
        ),
        key=_rank,
    )
    size = links.likeness.size
    stored = near[: size + spare(size)]
    return Row(tuple(stored), _rank(stored[-1]) if len(stored) < len(near) else None)


def changed(links: Links, holder: str, held: Mapping[str, int]) -> Links:
    """The links, now that a holder has exactly these SKUs in these strengths.

    The neighbours are those of links fitted anew: between SKUs that the holder has neither
    before nor after nothing changes, and all others are weighed again.
    """
    before = links.held(holder)
    if before == held:
        return links
    touched = {sku for sku in {*before, *held} if before.get(sku) != held.get(sku)}
    if links.likeness.voice(len(before)) != links.likeness.voice(len(held)):
        touched = {*before, *held}
    holders_now = dict(links.holders_now)
    for sku in touched:
        theirs = {**links.holders_of(sku)}
        theirs.pop(holder, None)
        holders_now[sku] = {**theirs, holder: held[sku]} if sku in held else theirs
    moved = evolve(links, held_now={**links.held_now, holder: held}, holders_now=holders_now)
    masses = {sku: moved.mass_again(sku) for sku in touched}
    moved = evolve(moved, masses_now={**moved.masses_now, **masses})
    return _weighed_again(moved, touched, {*before, *held})


def _weighed_again(links: Links, touched: Iterable[str], gone: Iterable[str]) -> Links:
    rows: dict[str, Row] = dict(links.rows_now)
    commons = {sku: links.common(sku) for sku in touched}
    thin = set(commons)
    for sku, common in commons.items():
        for other in {*common, *gone} - commons.keys():
            row = rows.get(other) or links.packed.row(other)
            likeness = links.likeness.of(common.get(other, 0), links.mass(sku), links.mass(other))
            moved = _moved(row, sku, likeness, links.likeness.size)
            if moved is None:
                thin.add(other)
            elif moved is not row:
                rows[other] = moved
    for sku in thin:
        rows[sku] = _selected(links, sku, commons.get(sku) or links.common(sku))
    return evolve(links, rows_now=rows)


def _moved(row: Row, sku: str, likeness: int, size: int) -> Row | None:
    """The row with a SKU at its new likeness; nothing if the row is then too short to tell."""
    nearest = [near for near in row.nearest if near[0] != sku]
    was_there = len(nearest) < len(row.nearest)
    stays = likeness and (row.floor is None or (-likeness, sku) <= row.floor)
    if not was_there and not stays:
        return row
    if stays:
        nearest.append((sku, likeness))
        nearest.sort(key=_rank)
    if row.floor is not None and len(nearest) < size:
        return None
    if len(nearest) <= 2 * size + spare(size):
        return Row(tuple(nearest), row.floor)
    cut = nearest[: size + spare(size)]
    return Row(tuple(cut), _rank(cut[-1]))
