"""The cheapest cart of one SKU that meets what a promotion asks for."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import frozen

from mallops.loopholes.goods import Priced


@frozen
class Reached:
    """So many units of a SKU, and what they come to in minor units."""

    priced: Priced
    units: int

    @property
    def total(self) -> int:
        """What the units cost together, at what anybody pays."""
        return self.priced.price * self.units


def cheapest_cart(
    cheapest_first: Iterable[Priced], amount: int = 0, quantity: int = 1
) -> Reached | None:
    """The units of one SKU that reach both measures for the least money; None: of none do.

    No cart of one SKU that reaches them costs less. SKUs come with ascending prices.

    >>> from mallops.catalog.model import Sku
    >>> tea, pot = Priced(Sku("tea", None), 3000, ()), Priced(Sku("pot", None), 5000, ())
    >>> cheapest_cart([tea, pot], amount=10000).total
    10000
    """
    best: Reached | None = None
    for each in cheapest_first:
        if best is not None and (best.total <= amount or each.price * quantity >= best.total):
            break
        if each.price:
            found = Reached(each, max(quantity, -(-amount // each.price)))
            if best is None or found.total < best.total:
                best = found
    return best
