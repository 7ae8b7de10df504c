"""What a benefit takes off the units it is given: totals, and shares to the minor unit.

All functions work on the units' bases in canonical order (line id, unit number) and on
their headroom: how far each may still fall. `room` is None where no unit has a floor, since
a share in proportion to base never passes the base.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import assert_never

from mallops.money import Rounding, allocate, divide
from mallops.promotions.terms import (
    Bundle,
    EachAmount,
    EachPrice,
    Freight,
    GoodsTerm,
    Lump,
    Nth,
    Percentage,
)

Room = Sequence[int] | None


def percentage(term: Percentage, base: int, rounding: Rounding) -> int:
    """What a percentage takes off a sum of bases, before any headroom."""
    taken = divide(base * term.numerator, term.denominator, rounding)
    return taken if term.at_most is None else min(taken, term.at_most)


def lump(term: Lump, base: int) -> int:
    """What an amount, or an amount for every so much, takes off a sum of bases."""
    if term.every is None:
        return min(term.amount, base)
    times = base // term.every
    if term.times is not None:
        times = min(times, term.times)
    return min(term.amount * times, base)


def each(term: EachAmount | EachPrice, base: int) -> int:
    """What a benefit that names the unit takes off one unit."""
    if isinstance(term, EachAmount):
        return min(term.amount, base)
    return max(0, base - term.price)


def freight(term: Freight, fee: int, rounding: Rounding) -> int:
    """What is taken off what is left of a shipping fee."""
    if term.amount is not None:
        return min(term.amount, fee)
    if term.price is not None:
        return max(0, fee - term.price)
    return divide(fee * term.numerator, term.denominator, rounding)


def groups(
    term: Nth | Bundle, bases: Sequence[int], rounding: Rounding
) -> Iterator[tuple[int, list[int]]]:
    """The whole groups, dearest first: what each takes, and the positions of its units."""
    order = sorted(range(len(bases)), key=lambda position: -bases[position])
    whole = len(order) // term.size
    if term.times is not None:
        whole = min(whole, term.times)
    for first in range(0, whole * term.size, term.size):
        members = order[first : first + term.size]
        if isinstance(term, Nth):
            cheapest = sum(bases[member] for member in members[term.size - term.units :])
            taken = divide(cheapest * term.numerator, term.denominator, rounding)
        else:
            taken = max(0, sum(bases[member] for member in members) - term.price)
        if taken:
            yield taken, members


def total(term: GoodsTerm, bases: Sequence[int], room: Room, rounding: Rounding) -> int:
    """How much the term takes off the units together, within their headroom."""
    match term:
        case Percentage():
            taken = percentage(term, sum(bases), rounding)
            return taken if room is None else min(taken, sum(room))
        case Lump():
            taken = lump(term, sum(bases))
            return taken if room is None else min(taken, sum(room))
        case EachAmount() | EachPrice():
            if room is None:
                return sum(each(term, base) for base in bases)
            return sum(min(each(term, base), left) for base, left in zip(bases, room, strict=True))
        case Nth() | Bundle():
            if room is None:
                return sum(taken for taken, _ in groups(term, bases, rounding))
            return sum(
                min(taken, sum(room[member] for member in members))
                for taken, members in groups(term, bases, rounding)
            )
    assert_never(term)


def shares(term: GoodsTerm, bases: Sequence[int], room: Room, rounding: Rounding) -> list[int]:
    """What the term takes off each unit; adds up to `total`."""
    match term:
        case Percentage() | Lump():
            return allocate(total(term, bases, room, rounding), bases, room)
        case EachAmount() | EachPrice():
            if room is None:
                return [each(term, base) for base in bases]
            return [min(each(term, base), left) for base, left in zip(bases, room, strict=True)]
        case Nth() | Bundle():
            taken_off = [0] * len(bases)
            for taken, members in groups(term, bases, rounding):
                # Ties of the largest remainder go by canonical order, not by the group's.
                members.sort()
                weights = [bases[member] for member in members]
                left = None if room is None else [room[member] for member in members]
                within = taken if left is None else min(taken, sum(left))
                for member, share in zip(members, allocate(within, weights, left), strict=True):
                    taken_off[member] = share
            return taken_off
    assert_never(term)
