"""Whether so many more places can be filled, when every SKU takes room of several counters.

With caps by one thing, taking what still fits always gets there. With two it may not, but a
maximum flow tells: from one counter of a type to its other one. With three (shop, brand and
category) the question is as hard as matching in three dimensions. So two of them are told by
flows, and what the flow does wrong by the others is searched: a type has one unit more, or no
more. A flow that is too small proves that there is no way below, which in practice is so at once.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from itertools import combinations, pairwise

from attrs import define, evolve, frozen

from mallops.recommend.ranking.capping import Counter, Type
from mallops.recommend.ranking.network import Network

__all__ = ["Budget", "fill"]

_Packing = dict[Type, int]
_SOURCE, _SINK = "source", "sink"


@define
class Budget:
    """How many steps the search may still take; once they are spent, nothing is proved."""

    steps: int

    @property
    def spent(self) -> bool:
        """Whether it had to stop."""
        return self.steps < 0


@frozen
class _State:
    """A step of the search: what is available, the room left, and what is taken already.

    `hint` is tried before all else.
    """

    available: Mapping[Type, int]
    room: Mapping[Counter, int]
    wanted: int
    taken: Mapping[Type, int]
    hint: Mapping[Type, int]


def fill(
    available: Mapping[Type, int],
    room: Mapping[Counter, int],
    wanted: int,
    hint: Mapping[Type, int],
    budget: Budget,
) -> _Packing | None:
    """How many of each type to take so that `wanted` are taken, within room; None if no way is.

    None is also the answer where the budget is spent, which it then says. `hint` is a way that
    is nearly one, or nothing. Types are tried in a fixed order, so the order of mappings plays no
    part.

    >>> a, b, c, d = (("shop", "a"), ("shop", "b"), ("brand", "c"), ("brand", "d"))
    >>> both, one, other = frozenset({a, c}), frozenset({a, d}), frozenset({b, c})
    >>> found = fill({both: 9, one: 9, other: 9}, dict.fromkeys((a, b, c, d), 1), 2, {}, Budget(9))
    >>> found == {one: 1, other: 1}
    True
    """
    open_states = [_State(available, room, wanted, {}, hint)]
    pair: tuple[str, ...] | None = None
    while open_states:
        budget.steps -= 1
        if budget.spent:
            return None
        state = _trimmed(open_states.pop())
        groups = _grouped(state)
        merged = _merged(state, groups)
        if pair is None:
            pair = _tightest(merged)
        flow = _flow(merged, pair)
        if sum(flow.values()) < state.wanted:
            continue
        branch = _overfull(flow, state.room)
        if branch is None:
            return _added(state.taken, _parted(flow, groups, state.available))
        without = {t: n for t, n in state.available.items() if t not in groups[branch]}
        open_states.append(evolve(state, available=without))
        open_states.append(_one_more(state, groups[branch][0]))
    return None


def _trimmed(state: _State) -> _State:
    """The same without what has no room: no more of a type than its tightest counter takes."""
    fitting = {
        type_: min(count, state.wanted, *(state.room[counter] for counter in type_))
        for type_, count in state.available.items()
    }
    return evolve(state, available={t: count for t, count in fitting.items() if count > 0})


def _grouped(state: _State) -> dict[Type, list[Type]]:
    """The types that are the same to all counters that could still get too full, in order."""
    binding = {
        counter
        for counter, count in _load(state.available).items()
        if min(count, state.wanted) > state.room[counter]
    }
    groups: dict[Type, list[Type]] = {}
    for type_ in sorted(state.available, key=sorted):
        groups.setdefault(type_ & binding, []).append(type_)
    return groups


def _merged(state: _State, groups: Mapping[Type, list[Type]]) -> _State:
    """The state with a type for each group."""

    def sums(units: Mapping[Type, int]) -> dict[Type, int]:
        return {group: sum(units.get(t, 0) for t in types) for group, types in groups.items()}

    return evolve(state, available=sums(state.available), hint=sums(state.hint))


def _parted(
    flow: Mapping[Type, int], groups: Mapping[Type, list[Type]], available: Mapping[Type, int]
) -> _Packing:
    """What flows through groups as units of their types, the first of each first."""
    found: _Packing = {}
    for group, count in flow.items():
        for type_ in groups[group]:
            found[type_] = min(count, available[type_])
            count -= found[type_]  # noqa: PLW2901
    return found


def _one_more(state: _State, type_: Type) -> _State:
    room = {counter: left - (counter in type_) for counter, left in state.room.items()}
    available = {**state.available, type_: state.available[type_] - 1}
    taken = _added(state.taken, {type_: 1})
    return _State(available, room, state.wanted - 1, taken, state.hint)


def _added(taken: Mapping[Type, int], more: Mapping[Type, int]) -> _Packing:
    both = {type_: taken.get(type_, 0) + more.get(type_, 0) for type_ in (*taken, *more)}
    return {type_: count for type_, count in both.items() if count}


def _tightest(state: _State) -> tuple[str, ...]:
    """The two things counted by that leave the least; of those that bind."""
    binding = sorted({by for type_ in state.available for by, _ in type_})
    if len(binding) <= 2:
        return tuple(binding)
    return min(combinations(binding, 2), key=lambda pair: (sum(_flow(state, pair).values()), pair))


def _load(units: Mapping[Type, int]) -> dict[Counter, int]:
    load: dict[Counter, int] = {}
    for type_, count in units.items():
        for counter in type_:
            load[counter] = load.get(counter, 0) + count
    return load


def _overfull(flow: Mapping[Type, int], room: Mapping[Counter, int]) -> Type | None:
    """The type to branch on: the most taken of the most overfull counter; None if all is well."""
    over = {counter: n - room[counter] for counter, n in _load(flow).items()}
    worst = min(over, key=lambda counter: (-over[counter], counter), default=None)
    if worst is None or over[worst] <= 0:
        return None
    return min((t for t in flow if worst in t), key=lambda t: (-flow[t], sorted(t)))


def _flow(state: _State, pair: tuple[str, ...]) -> _Packing:
    """How much flows through each type, as far as it is wanted, by the room of `pair` alone.

    Counters of one thing counted by are a tree, as one category lies below another: each has one
    that is wider at most, so the edge between them has the narrower one's room.
    """
    first, second = (*pair, "", "")[:2]
    width = _load(state.available)
    network = Network()
    known: dict[tuple[Hashable, Hashable], int] = {}
    paths: dict[Type, list[int]] = {}
    entry: dict[Type, int] = {}
    for type_ in sorted(state.available, key=sorted):
        into = _widest_first(type_, first, width)
        out = _widest_first(type_, second, width)[::-1]
        capacities = [
            *(state.room[counter] for counter in into),
            *(state.available[type_], state.wanted),
            *(state.room[counter] for counter in out),
        ]
        nodes: list[Hashable] = [_SOURCE, *into, type_, *out, _SINK]
        steps = zip(pairwise(nodes), capacities, strict=True)
        paths[type_] = [
            known[ends]
            if ends in known
            else known.setdefault(ends, network.add(ends[0], ends[1], capacity))
            for ends, capacity in steps
        ]
        entry[type_] = paths[type_][len(into)]
    packed = _packed_at_sight(state, network, paths)
    network.push_most(_SOURCE, _SINK, state.wanted - packed)
    return {type_: n for type_, edge in entry.items() if (n := network.flowing(edge))}


def _packed_at_sight(state: _State, network: Network, paths: Mapping[Type, list[int]]) -> int:
    """Let flow what fits by all counters, type by type; how much it is.

    What is left to do by augmenting is little then, and little of it is wrong by the others.
    """
    room, packed = dict(state.room), 0
    hinted = sorted((t for t in state.hint if t in paths), key=sorted)
    for type_, most in [*((t, state.hint[t]) for t in hinted), *((t, state.wanted) for t in paths)]:
        path = paths[type_]
        fitting = min((room[counter] for counter in type_), default=most)
        amount = min(most, fitting, state.wanted - packed, *(network.left[edge] for edge in path))
        if amount:
            network.push(path, amount)
            packed += amount
            for counter in type_:
                room[counter] -= amount
    return packed


def _widest_first(type_: Type, by: str, width: Mapping[Counter, int]) -> list[Counter]:
    return sorted((c for c in type_ if c[0] == by), key=lambda c: (-width[c], c))
