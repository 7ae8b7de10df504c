"""The smallest cart that still shows a loophole: few lines, few units, few coupons, small sums."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from attrs import evolve

from mallops.loopholes.carts.bounds import Visitor
from mallops.loopholes.carts.till import Counts

Shows = Callable[[Visitor, Counts], bool]
"""Whether a cart of a visitor is a loophole."""


def shrunk(visitor: Visitor, counts: Counts, shows: Shows) -> tuple[Visitor, Counts]:
    """The cart with nothing that could be left out, one thing at a time, and still show it."""
    smaller = _first(visitor, counts, shows)
    while smaller is not None:
        visitor, counts = smaller
        smaller = _first(visitor, counts, shows)
    return visitor, counts


def _first(visitor: Visitor, counts: Counts, shows: Shows) -> tuple[Visitor, Counts] | None:
    return next((each for each in _smaller(visitor, counts) if shows(*each)), None)


def _smaller(visitor: Visitor, counts: Counts) -> Iterator[tuple[Visitor, Counts]]:
    for place in range(len(counts)):
        if len(counts) > 1:
            yield visitor, counts[:place] + counts[place + 1 :]
    for place, (sku, count) in enumerate(counts):
        for less in (1, count // 2, count - 1):
            if 0 < less < count:
                yield visitor, (*counts[:place], (sku, less), *counts[place + 1 :])
    for coupon in visitor.coupons:
        rest = tuple(each for each in visitor.coupons if each != coupon)
        yield evolve(visitor, coupons=rest), counts
    shopper = visitor.shopper
    for group in sorted(shopper.groups):
        yield evolve(visitor, shopper=evolve(shopper, groups=shopper.groups - {group})), counts
    if shopper.first_order:
        yield evolve(visitor, shopper=evolve(shopper, first_order=False)), counts
    if visitor.channel:
        yield evolve(visitor, channel=""), counts
