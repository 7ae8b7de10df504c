"""How far a search for carts goes: all that a proof is about, and all that it may spend."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from mallops.cart import ShippingFee, Shopper
from mallops.errors import InputError, Problem, shown
from mallops.rules.bounds import check_count


@frozen
class Visitor:
    """Who comes to buy, with which coupons, and from where (`channel`)."""

    shopper: Shopper = Shopper()
    coupons: tuple[str, ...] = ()
    channel: str = ""


@frozen
class Bounds:
    """The carts that are searched, and what the search may spend.

    A cart has at most `units`, of at most `distinct` SKUs, and at most `each` of one. It is tried
    for every one of `visitors` (empty: those that the rulebook tells apart, as
    `mallops.loopholes.carts.visitors` says) and at the first `instants` at which other rules are
    in force. `fees` are what each shop's parcel is charged, and costs the mall. A cart is split
    into two orders. Of more than so many `goods` only the likely ones are searched, unless bounds
    alone prove what is asked of all of them.

    `cells` bounds the pairs of a good and a promotion that are laid out and bounded, `nodes` the
    boxes of carts that are looked at, `quotes` the carts that are quoted, in all: each visit may
    spend half of what is left, and there are as many visits as `cells` allow. Where one of them
    ran out, or goods were left aside, nothing is proven.
    """

    units: int = 6
    each: int = 3
    distinct: int = 3
    visitors: tuple[Visitor, ...] = ()
    instants: int = 4
    goods: int = 60
    fees: tuple[ShippingFee, ...] = ()
    cells: int = 200_000
    nodes: int = 40_000
    quotes: int = 500

    def __attrs_post_init__(self) -> None:
        problems = list(_problems(self))
        if problems:
            raise InputError(problems)


def _problems(bounds: Bounds) -> Iterator[Problem]:
    for name in ("units", "each", "distinct", "instants", "goods", "cells", "nodes", "quotes"):
        yield from check_count(getattr(bounds, name), f"$.{name}")
    shops = [fee.shop for fee in bounds.fees]
    for place, shop in enumerate(shops):
        if shop in shops[:place]:
            yield Problem(f"$.fees[{place}].shop", shown(shop), "a shop that has no fee yet")


DEFAULT_BOUNDS = Bounds()
"""Carts of a few units, and seconds of effort."""
