"""How far a search of stories goes: what it finds nothing beyond is not said to be safe."""

from __future__ import annotations

from attrs import frozen

from mallops.errors import InputError, Problem, shown


@frozen
class Bounds:
    """The bounds of a search; all are whole numbers, at least 1.

    `depth` is how many moves a story has: an order, a cancellation, a receipt, a return (which
    receives the order where nobody did), points given to another account, or a wait. `states` is
    how many worlds are reached in all, `promotions` how many promotions are searched, one of each
    sort before a second of any, `open_orders` how many orders may be under way at once,
    `carts` how many carts are tried for each promotion, and `units` how many units one of them
    has at most.
    """

    depth: int = 4
    states: int = 12_000
    promotions: int = 24
    open_orders: int = 2
    carts: int = 3
    units: int = 12


def require_bounds(bounds: Bounds) -> None:
    """Raise `InputError` for a bound that lets nothing be found.

    >>> require_bounds(Bounds(depth=0))
    Traceback (most recent call last):
    ...
    mallops.errors.InputError: $.bounds.depth: got 0, expected a whole number, at least 1
    """
    given = {
        "depth": bounds.depth,
        "states": bounds.states,
        "promotions": bounds.promotions,
        "open_orders": bounds.open_orders,
        "carts": bounds.carts,
        "units": bounds.units,
    }
    problems = [
        Problem(f"$.bounds.{name}", shown(value), "a whole number, at least 1")
        for name, value in given.items()
        if type(value) is not int or value < 1
    ]
    if problems:
        raise InputError(problems)
