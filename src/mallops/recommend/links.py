"""Who holds which SKUs, and the nearest neighbours of each: fitted, then kept up to date."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from attrs import field, frozen

from mallops.recommend.likeness import Likeness

__all__ = ["Links", "PackedLinks", "Row", "rank", "spare"]


class Row(NamedTuple):
    """The nearest of a SKU, the nearest first, then by SKU; and how near one must be to be here.

    All that are at least as near as `floor` are here; without a floor, all are that have
    anything in common.
    """

    nearest: tuple[tuple[str, int], ...]
    floor: tuple[int, str] | None


def rank(near: tuple[str, int]) -> tuple[int, str]:
    """What a neighbour is sorted by."""
    return -near[1], near[0]


def spare(size: int) -> int:
    """How many neighbours are kept behind those that count, to fill up when one falls."""
    return size // 2


@frozen(eq=False)
class PackedLinks:
    """What was fitted, in arrays: names by number in ascending order, and rows one by one.

    `held_starts[n]` to `held_starts[n + 1]` are the places of holder n in `held_skus` and
    `held_strengths`; the others are alike. A row that is shorter than `width` leaves none out.
    """

    likeness: Likeness
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
    masses: array[int] = field(factory=lambda: array("q"))
    width: int = 1
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

    @cached_property
    def voices(self) -> Mapping[str, int]:
        """What each holder says of each two of its SKUs."""
        starts, voice = self.held_starts, self.likeness.voice
        return {holder: voice(starts[n + 1] - starts[n]) for n, holder in enumerate(self.holders)}

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
            floor = None if len(nearest) < self.width else rank(nearest[-1])
            found = self._memo["row", sku] = Row(nearest, floor)
        return found

    @cached_property
    def listed(self) -> Mapping[str, Sequence[str]]:
        """For each SKU those whose rows it is in."""
        found: dict[str, list[str]] = {}
        for n, sku in enumerate(self.skus):
            for other in self.row_skus[self.row_starts[n] : self.row_starts[n + 1]]:
                found.setdefault(self.skus[other], []).append(sku)
        return found


@frozen(eq=False)
class Links:
    """Fitted links, and over them the holders, SKUs and rows that events have changed since.

    `listed_now` are the SKUs whose rows one came into since; it may have left them again.
    """

    packed: PackedLinks
    held_now: Mapping[str, Mapping[str, int]] = field(factory=dict)
    voices_now: Mapping[str, int] = field(factory=dict)
    holders_now: Mapping[str, Mapping[str, int]] = field(factory=dict)
    masses_now: Mapping[str, int] = field(factory=dict)
    rows_now: Mapping[str, Row] = field(factory=dict)
    listed_now: Mapping[str, frozenset[str]] = field(factory=dict)

    @property
    def likeness(self) -> Likeness:
        """How SKUs are alike."""
        return self.packed.likeness

    def held(self, holder: str) -> Mapping[str, int]:
        """The strengths of the SKUs that a holder has."""
        now = self.held_now.get(holder)
        return self.packed.held(holder) if now is None else now

    def holders_of(self, sku: str) -> Mapping[str, int]:
        """The strengths of the holders of a SKU."""
        now = self.holders_now.get(sku)
        return self.packed.holders_of(sku) if now is None else now

    def voice(self, holder: str) -> int:
        """What a holder says of each two of its SKUs."""
        now = self.voices_now.get(holder)
        return self.packed.voices.get(holder, 0) if now is None else now

    def row(self, sku: str) -> Sequence[tuple[str, int]]:
        """The nearest of a SKU and their likeness, itself among them, the nearest first."""
        return self.stored_row(sku).nearest[: self.likeness.size]

    def stored_row(self, sku: str) -> Row:
        """The nearest of a SKU, and some that are kept to fill up when one falls behind."""
        now = self.rows_now.get(sku)
        return self.packed.row(sku) if now is None else now

    def listed(self, sku: str) -> Iterable[str]:
        """All SKUs whose stored rows this one is in, and perhaps some that it has left."""
        return {*self.packed.listed.get(sku, ()), *self.listed_now.get(sku, ())}

    def mass(self, sku: str) -> int:
        """How much took a SKU."""
        now = self.masses_now.get(sku)
        return self.packed.mass(sku) if now is None else now
