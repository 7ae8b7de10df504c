"""Which pins are heard, and what is against the others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pendulum import DateTime

from mallops.findings import Refusal
from mallops.recommend.ranking.rules import Pin, Rules


def running_pins(rules: Rules, at: DateTime) -> tuple[Pin, ...]:
    """The pins that run at an instant, in the order in which they are heard: place, then id."""
    running = (pin for pin in rules.pins if pin.schedule.contains(at, rules.timezone))
    return tuple(sorted(running, key=lambda pin: (pin.place, pin.id)))


def heard(
    pins: Sequence[Pin], n: int, left_out: Mapping[str, Sequence[Refusal]]
) -> tuple[dict[int, Pin], tuple[Refusal, ...]]:
    """The pins by place, and the refusal of each that is not heard.

    `pin_blocked`: its SKU may not be recommended. `pin_beyond`: the list is not so long.
    `pin_taken`: another pin has the place. `pin_twice`: the SKU has a place by another pin.

    >>> pins = [Pin("a", "tea", 1), Pin("b", "cup", 1), Pin("c", "tea", 2), Pin("d", "pot", 9)]
    >>> by_place, refusals = heard(pins, 4, {})
    >>> [refusal.code for refusal in refusals]
    ['pin_taken', 'pin_twice', 'pin_beyond']
    """
    by_place: dict[int, Pin] = {}
    by_sku: dict[str, Pin] = {}
    against: list[Refusal] = []
    for pin in pins:
        if reasons := left_out.get(pin.sku):
            codes = ", ".join(reason.code for reason in reasons)
            against.append(told(pin, "pin_blocked", {"reasons": codes}))
        elif pin.place > n:
            against.append(told(pin, "pin_beyond", {"n": str(n)}))
        elif pin.place in by_place:
            against.append(told(pin, "pin_taken", {"by": by_place[pin.place].id}))
        elif pin.sku in by_sku:
            against.append(told(pin, "pin_twice", {"by": by_sku[pin.sku].id}))
        else:
            by_place[pin.place] = by_sku[pin.sku] = pin
    return by_place, tuple(against)


def gave_way(pins: Mapping[int, Pin], seated: Iterable[int]) -> tuple[Refusal, ...]:
    """`pin_gives_way` for each pin whose place is not among those that were seated.

    A cap or a quota was full, or with it the list could not have been filled.
    """
    places = set(seated)
    return tuple(
        told(pin, "pin_gives_way", {}) for place, pin in pins.items() if place not in places
    )


def told(pin: Pin, code: str, details: Mapping[str, str]) -> Refusal:
    """The refusal of a pin, which names it, its SKU and its place."""
    return Refusal(code, {"pin": pin.id, "sku": pin.sku, "place": str(pin.place), **details})
