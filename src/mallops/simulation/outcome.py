"""A cart to be priced, and what came of it: the few numbers that totals are made of."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen
from pendulum import DateTime

from mallops.cart import Cart, Usage
from mallops.errors import Problem
from mallops.money import Currency, Money


@frozen
class Case:
    """A cart under a name of the caller's, at the instant at which it is priced.

    `usage` is what is gone of promotions' limits before it, by promotion id.
    """

    id: str
    at: DateTime
    cart: Cart
    usage: Mapping[str, Usage] = field(factory=dict)


@frozen
class Unpriced:
    """A cart that cannot be priced, and why, with the paths of its problems."""

    id: str
    problems: tuple[Problem, ...]

    def __str__(self) -> str:
        return f"{self.id}: {'; '.join(map(str, self.problems))}"


@frozen
class Grant:
    """What one promotion granted on one shop's goods and freight at one party's expense.

    `discount` was taken off prices and fees; `gifts` is the value of what was added at 0.00,
    which is on no price tag and so in no sum of what was paid.
    """

    promotion: str
    lane: str
    shop: str
    party: str
    discount: Money
    gifts: Money

    @property
    def amount(self) -> Money:
        """All of it: what counts against the promotion's budget."""
        return self.discount + self.gifts


@frozen
class Account:
    """The sums of one shop's goods and freight, or of many shops and carts.

    `goods` and `shipping` were paid in money, `points` by points. `covered` is the part of
    `goods` that was paid for units whose `cost` the catalogue knows; `uncosted` counts the
    other units. Gifts are counted at their cost, which is not their value.
    """

    list_prices: Money
    fees: Money
    goods: Money
    shipping: Money
    points: Money
    covered: Money
    cost: Money
    gifts_cost: Money
    units: int
    uncosted: int
    uncosted_gifts: int

    @classmethod
    def zero(cls, currency: Currency) -> Account:
        """Nothing."""
        no = Money.zero(currency)
        return cls(no, no, no, no, no, no, no, no, 0, 0, 0)

    @property
    def payable(self) -> Money:
        """What customers paid in money."""
        return self.goods + self.shipping

    @property
    def margin(self) -> Money:
        """What is left of `covered` after the cost of its units and of all gifts.

        Carriage is in neither side, and points bring nothing in: they are the mall's own.
        """
        return self.covered - self.cost - self.gifts_cost

    def __add__(self, other: Account) -> Account:
        return Account(
            self.list_prices + other.list_prices,
            self.fees + other.fees,
            self.goods + other.goods,
            self.shipping + other.shipping,
            self.points + other.points,
            self.covered + other.covered,
            self.cost + other.cost,
            self.gifts_cost + other.gifts_cost,
            self.units + other.units,
            self.uncosted + other.uncosted,
            self.uncosted_gifts + other.uncosted_gifts,
        )


@frozen
class Outcome:
    """What came of one cart.

    `applied` are the promotions that have a seat, those that only promise a reward included;
    `grants` are what they gave away, and `accounts` the sums, by shop. `optimal` and `gap` are
    the quote's. `exhausts` names the promotions of whose budget or uses it took the last:
    it is only known where carts are priced in turn.
    """

    id: str
    at: DateTime
    groups: tuple[str, ...]
    payable: Money
    applied: tuple[str, ...]
    grants: tuple[Grant, ...]
    accounts: Mapping[str, Account]
    optimal: bool | None
    gap: Money | None
    exhausts: tuple[str, ...] = ()

    @property
    def granted(self) -> dict[str, Money]:
        """What each applied promotion gave away, gifts at their value; nothing for a reward."""
        sums = dict.fromkeys(self.applied, Money.zero(self.payable.currency))
        for grant in self.grants:
            sums[grant.promotion] += grant.amount
        return sums
