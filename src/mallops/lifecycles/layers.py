"""Where the boxes of a drawing stand: in layers, each edge running down through its own places.

As Sugiyama has it: edges that close a circle are turned round, boxes go below all that lead to
them, what passes a layer has a place in it, and each layer is put in the order in which fewest
edges cross. An edge's label has its place in a layer of its own, so that no two texts overlap.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations, pairwise

from attrs import define, field, frozen

GAP = 18.0
"""How far apart things stand side by side."""

RISE = 26.0
"""How far apart layers are."""

_SWEEPS = 12

Point = tuple[float, float]


@frozen
class Size:
    """How wide and how high something is."""

    width: float
    height: float


@frozen
class Link:
    """An edge from one box to another, with the size of its label."""

    source: str
    target: str
    label: Size


@frozen
class Layout:
    """The middles of boxes and labels, the stops of each edge from source to target, and all."""

    boxes: Mapping[str, Point]
    labels: tuple[Point, ...]
    routes: tuple[tuple[Point, ...], ...]
    size: Size


@define(eq=False)
class _Spot:
    """A place in a layer: a box, a label, or where an edge passes."""

    size: Size
    x: float = 0.0
    y: float = 0.0
    above: list[_Spot] = field(factory=list)
    below: list[_Spot] = field(factory=list)

    def left(self) -> float:
        return self.x - self.size.width / 2


def laid_out(boxes: Mapping[str, Size], links: Sequence[Link]) -> Layout:
    """Where everything stands; links lead from one box to another one.

    The same boxes and links always stand in the same places.
    """
    turned = _turned(boxes, links)
    ranks = _ranks(boxes, links, turned)
    spots = {name: _Spot(size) for name, size in boxes.items()}
    layers: list[list[_Spot]] = [[] for _ in range(max(ranks.values(), default=0) + 1)]
    for name, spot in spots.items():
        layers[ranks[name]].append(spot)
    labels, chains = [], []
    for number, link in enumerate(links):
        ends = (link.source, link.target)
        upper, lower = ends[::-1] if number in turned else ends
        passing = [_Spot(Size(GAP, 0)) for _ in range(ranks[upper] + 1, ranks[lower])]
        at = -1 if number in turned else 0
        passing[at].size = link.label
        labels.append(passing[at])
        for rank, spot in enumerate(passing, ranks[upper] + 1):
            layers[rank].append(spot)
        chain = [spots[upper], *passing, spots[lower]]
        for one, other in pairwise(chain):
            one.below.append(other)
            other.above.append(one)
        chains.append(chain)
    layers = _in_order(layers)
    _set_x(layers)
    size = _set_y(layers)
    routes = tuple(
        _route(chain, turned_round=number in turned) for number, chain in enumerate(chains)
    )
    return Layout(
        {name: (spot.x, spot.y) for name, spot in spots.items()},
        tuple((spot.x, spot.y) for spot in labels),
        routes,
        size,
    )


def _turned(boxes: Iterable[str], links: Sequence[Link]) -> frozenset[int]:
    """The links, by number, that lead back to where their way came from."""
    onward: dict[str, list[tuple[int, str]]] = {}
    for number, link in enumerate(links):
        onward.setdefault(link.source, []).append((number, link.target))
    turned: set[int] = set()
    done: set[str] = set()
    for first in boxes:
        way = {first: iter(onward.get(first, ()))} if first not in done else {}
        while way:
            name = next(reversed(way))
            for number, target in way[name]:
                if target in way:
                    turned.add(number)
                elif target not in done:
                    way[target] = iter(onward.get(target, ()))
                    break
            else:
                done.add(name)
                del way[name]
    return frozenset(turned)


def _ranks(
    boxes: Iterable[str], links: Sequence[Link], turned: frozenset[int]
) -> Mapping[str, int]:
    """The layer of each box, two below the lowest of those that lead to it."""
    ranks = dict.fromkeys(boxes, 0)
    downward = [
        (link.target, link.source) if number in turned else (link.source, link.target)
        for number, link in enumerate(links)
    ]
    settled = False
    while not settled:
        before = dict(ranks)
        for upper, lower in downward:
            ranks[lower] = max(ranks[lower], ranks[upper] + 2)
        settled = before == ranks
    return ranks


def _in_order(layers: list[list[_Spot]]) -> list[list[_Spot]]:
    best, fewest = layers, _crossings(layers)
    for sweep in range(_SWEEPS):
        layers = [list(layer) for layer in layers]
        down = sweep % 2 == 0
        for layer in layers if down else reversed(layers):
            places = {id(spot): i for other in layers for i, spot in enumerate(other)}
            middles = {
                id(spot): _mean(
                    [places[id(near)] for near in (spot.above if down else spot.below)],
                    places[id(spot)],
                )
                for spot in layer
            }
            layer.sort(key=lambda spot: middles[id(spot)])
        crossings = _crossings(layers)
        if crossings < fewest:
            best, fewest = layers, crossings
    return best


def _crossings(layers: list[list[_Spot]]) -> int:
    places = {id(spot): i for layer in layers for i, spot in enumerate(layer)}
    count = 0
    for layer in layers:
        lines = [(places[id(spot)], places[id(near)]) for spot in layer for near in spot.below]
        count += sum((a - c) * (b - d) < 0 for (a, b), (c, d) in combinations(lines, 2))
    return count


def _set_x(layers: list[list[_Spot]]) -> None:
    """Each place goes to the middle of what it is linked to, as far as its neighbours let it."""
    for layer in layers:
        _place(layer, [0.0] * len(layer))
    for sweep in range(_SWEEPS):
        down = sweep % 2 == 0
        for layer in layers if down else reversed(layers):
            near = [spot.above if down else spot.below for spot in layer]
            wanted = [
                _mean([other.x for other in others], spot.x)
                for spot, others in zip(layer, near, strict=True)
            ]
            _place(layer, wanted)
    left = min((spot.left() for layer in layers for spot in layer), default=0.0)
    for layer in layers:
        for spot in layer:
            spot.x += GAP - left


def _place(layer: list[_Spot], wanted: list[float]) -> None:
    """Halfway between as far left as wanted or possible, and as far right."""
    apart = [(a.size.width + b.size.width) / 2 + GAP for a, b in pairwise(layer)]
    lefts, rights = list(wanted), list(wanted)
    for i, distance in enumerate(apart):
        lefts[i + 1] = max(lefts[i + 1], lefts[i] + distance)
    for i, distance in reversed(list(enumerate(apart))):
        rights[i] = min(rights[i], rights[i + 1] - distance)
    for spot, left, right in zip(layer, lefts, rights, strict=True):
        spot.x = (left + right) / 2


def _set_y(layers: list[list[_Spot]]) -> Size:
    y = GAP
    for layer in layers:
        height = max((spot.size.height for spot in layer), default=0.0)
        for spot in layer:
            spot.y = y + height / 2
        y += height + RISE
    right = max((spot.x + spot.size.width / 2 for layer in layers for spot in layer), default=0.0)
    return Size(right + GAP, y - RISE + GAP)


def _route(chain: list[_Spot], *, turned_round: bool) -> tuple[Point, ...]:
    """From box to box, straight down through what is passed between them."""
    first, *passed, last = chain
    stops = [_port(first, passed[0], first.below, 1)]
    for spot in passed:
        half = spot.size.height / 2
        stops += [(spot.x, spot.y - half), (spot.x, spot.y + half)]
    stops.append(_port(last, passed[-1], last.above, -1))
    return tuple(reversed(stops) if turned_round else stops)


def _port(box: _Spot, near: _Spot, all_near: list[_Spot], side: int) -> Point:
    """Where an edge touches a box: those on one side stand apart, in the order of their ways."""
    order = sorted(all_near, key=lambda spot: spot.x)
    share = (order.index(near) + 1) / (len(order) + 1)
    return box.left() + share * box.size.width, box.y + side * box.size.height / 2


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise
