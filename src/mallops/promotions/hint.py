"""What `mallops.promotions.hints` answers with: changes of a cart, and what they are worth."""

from __future__ import annotations

from attrs import frozen

from mallops.cart import Cart
from mallops.money import Money
from mallops.promotions.quote import Quote
from mallops.rules.promotions import Selector


@frozen
class Added:
    """`quantity` more units of a SKU."""

    sku: str
    quantity: int


@frozen
class Change:
    """What the customer would do to the cart: goods to add, and coupons to take.

    `goods` are sorted by SKU. Where `coupons` take the place of some that the cart holds,
    those are `instead_of`.
    """

    goods: tuple[Added, ...] = ()
    coupons: tuple[str, ...] = ()
    instead_of: tuple[str, ...] = ()


@frozen
class Shortfall:
    """What a promotion still lacked before the change: zero where nothing of the kind.

    `items` are the goods that count, in the shop `shop` (None: in the whole order). The amount
    is what counts in the promotion's lane, after the lanes before it.
    """

    promotion: str
    shop: str | None
    items: Selector
    amount: Money
    quantity: int
    distinct: int


@frozen
class Hint:
    """A near-miss: a change of the cart, the quotes before and after it, and the gain.

    `worth` is what the goods added cost by themselves; `less` is by how much what is paid
    falls, in money and in points at their worth (below zero: it rises); `gain` is both
    together, and the value of the gifts that it brings. `brings` names the promotions that
    take more off both than off each, `loses` those that no longer apply, `cheaper` the SKUs of
    the cart whose list price falls with the quantity. `short` is what `brings` lacked.
    `proven` is False where a search budget cut one of the quotes short.
    """

    change: Change
    cart: Cart
    before: Quote
    after: Quote
    worth: Money
    less: Money
    gain: Money
    brings: tuple[str, ...]
    loses: tuple[str, ...]
    cheaper: tuple[str, ...]
    short: tuple[Shortfall, ...]
    proven: bool


@frozen
class Hints:
    """The hints for a cart, by gain; `quote` is what it costs as it is.

    `requotes` is how many further quotes were made. `untried` is how many changes there was no
    budget for: where it is 0, no other change is a better hint.
    """

    quote: Quote
    hints: tuple[Hint, ...]
    requotes: int
    untried: int
