"""Packs what was added to a state: the same state, all of it in columns, without numpy."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from attrs import evolve

from mallops.recommend.likeness import Measure
from mallops.recommend.links import Links, PackedLinks
from mallops.recommend.state import Packed, State

__all__ = ["completed", "pack"]


def pack(state: State) -> State:
    """The state with all that was added among the packed events, as a fit would have it."""
    if not state.added:
        return state
    packed = _packed(state)
    orders = state.order_links
    return State(
        state.settings,
        packed,
        _links(state.links, packed.skus),
        None if orders is None else _links(orders, packed.skus),
        state.flagged,
    )


def _packed(state: State) -> Packed:
    customers = list(state.customers())
    rows = [
        (n, entry, kept) for n, name in enumerate(customers) for entry, kept in state.history(name)
    ]
    skus = sorted({entry.sku for _, entry, _ in rows})
    orders = sorted({entry.order for _, entry, _ in rows})
    regions = sorted({entry.region for _, entry, _ in rows})
    starts = array("q", [0])
    for name in customers:
        starts.append(starts[-1] + len(state.history(name)))
    sku_at, order_at, region_at = (_places(names) for names in (skus, orders, regions))
    return Packed(
        customers=customers,
        skus=skus,
        order_names=orders,
        region_names=regions,
        starts=starts,
        ids=[entry.id for _, entry, _ in rows],
        row_skus=array("i", [sku_at[entry.sku] for _, entry, _ in rows]),
        ats=array("q", [entry.at for _, entry, _ in rows]),
        kinds=array("b", [entry.kind for _, entry, _ in rows]),
        quantities=array("q", [entry.quantity for _, entry, _ in rows]),
        orders=array("i", [order_at[entry.order] for _, entry, _ in rows]),
        regions=array("i", [region_at[entry.region] for _, entry, _ in rows]),
        kept=array("b", [kept for _, _, kept in rows]),
    )


def _places(names: Sequence[str]) -> dict[str, int]:
    return {name: place for place, name in enumerate(names)}


def _links(links: Links, skus: Sequence[str]) -> Links:
    names = sorted({*links.packed.holders, *links.held_now})
    held = {name: taken for name in names if (taken := links.held(name))}
    at = _places(skus)
    starts, held_skus, strengths = array("q", [0]), array("i"), array("i")
    for taken in held.values():
        for sku in sorted(taken):
            held_skus.append(at[sku])
            strengths.append(taken[sku])
        starts.append(len(held_skus))
    row_starts, row_skus, row_likeness = array("q", [0]), array("i"), array("q")
    for sku in skus:
        for other, likeness in links.row(sku):
            row_skus.append(at[other])
            row_likeness.append(likeness)
        row_starts.append(len(row_skus))
    packed = PackedLinks(
        links.likeness,
        holders=list(held),
        skus=skus,
        held_starts=starts,
        held_skus=held_skus,
        held_strengths=strengths,
        row_starts=row_starts,
        row_skus=row_skus,
        row_likeness=row_likeness,
        width=links.likeness.size,
    )
    return completed(Links(packed))


def completed(links: Links) -> Links:
    """Links with who holds each SKU, and its mass, told from who holds what."""
    packed = links.packed
    by_sku: list[list[tuple[int, int]]] = [[] for _ in packed.skus]
    masses = array("q", [0]) * len(packed.skus)
    tfidf = links.likeness.measure is Measure.TFIDF
    for n in range(len(packed.holders)):
        start, stop = packed.held_starts[n], packed.held_starts[n + 1]
        voice = links.likeness.voice(stop - start) if tfidf else 1
        for place in range(start, stop):
            sku, strength = packed.held_skus[place], packed.held_strengths[place]
            by_sku[sku].append((n, strength))
            masses[sku] += voice * strength**2
    starts = array("q", [0])
    for holders in by_sku:
        starts.append(starts[-1] + len(holders))
    return evolve(
        links,
        packed=evolve(
            packed,
            holder_starts=starts,
            holder_names=array("i", [n for holders in by_sku for n, _ in holders]),
            holder_strengths=array(
                "i", [strength for holders in by_sku for _, strength in holders]
            ),
            masses=masses,
        ),
    )
