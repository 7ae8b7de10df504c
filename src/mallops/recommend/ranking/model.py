"""What ranking is told of goods and of the customer, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen

from mallops.cart import Cart, Usage
from mallops.catalog.model import Sku
from mallops.errors import InputError
from mallops.findings import Refusal
from mallops.money import Money
from mallops.promotions.compiled import Compiled
from mallops.recommend.ranking.rules import Kind
from mallops.recommend.scored import Scored
from mallops.rules.bounds import check_count


@frozen
class Tried:
    """How often a SKU was shown as a recommendation, and how often it was taken."""

    shown: int = 0
    taken: int = 0

    def __attrs_post_init__(self) -> None:
        problems = [
            *check_count(self.taken, "$.taken", least=0),
            *check_count(self.shown, "$.shown", least=self.taken),
        ]
        if problems:
            raise InputError(problems)


@frozen
class Goods:
    """A SKU as ranking needs to see it: what stands on the shelf, and who may have it.

    `stock` is None where it is not counted. `regions` are those it is sold to, and `groups` the
    customers it is for; empty asks nothing. `least_age` is in full years. The customer has to
    hold all that it `needs`, such as a prescription, and is none of those it is `not_for`, such
    as `pregnant`.
    """

    sku: Sku
    stock: int | None = None
    regions: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    least_age: int | None = None
    needs: frozenset[str] = frozenset()
    not_for: frozenset[str] = frozenset()
    tried: Tried = Tried()


@frozen
class Customer:
    """For whom the list is: the cart with its shopper, where and how old they are, what they had.

    `age` is None where it is not known, and then nothing that asks for one is recommended.
    `bought` decides between repeat and discovery; `returned` are never recommended again.
    """

    cart: Cart = Cart()
    region: str = ""
    age: int | None = None
    holds: frozenset[str] = frozenset()
    traits: frozenset[str] = frozenset()
    bought: frozenset[str] = frozenset()
    returned: frozenset[str] = frozenset()

    def kind(self, sku: str) -> Kind:
        """Whether the SKU would be bought again.

        >>> Customer(bought=frozenset({"tea"})).kind("tea")
        <Kind.REPEAT: 'repeat'>
        """
        return Kind.REPEAT if sku in self.bought else Kind.DISCOVERY


@frozen
class Context:
    """What a list is made in: the customer, the goods by SKU, and what the mall asks for them.

    `compiled` prices the offers, within what is left of promotions' limits by `usage`; without
    it nothing is told of prices, and a rule about margins cannot be kept.
    """

    customer: Customer
    goods: Mapping[str, Goods]
    compiled: Compiled | None = None
    usage: Mapping[str, Usage] = field(factory=dict)


@frozen
class Offer:
    """What one more unit would cost the customer in this cart, and bring the mall.

    `list_price` less the `promotions` is `price`. The whole order then comes to `brings` more,
    and costs the mall `cost` more, gifts included; None where a cost is not known.
    """

    list_price: Money
    price: Money
    promotions: tuple[str, ...]
    brings: Money
    cost: Money | None

    @property
    def margin(self) -> Money | None:
        """What is left of it."""
        return None if self.cost is None else self.brings - self.cost


@frozen
class Ranked:
    """A list, and what is not on it.

    `left_out` has for each SKU all that is against it; one that is neither there nor among the
    items ranks below the last of them. `short` tells why there are fewer items than were asked
    for. `notes` are pins and quotas that were not heard. `pinned` has for each SKU that was put
    in its place the id of the pin, `offers` what each item would cost.
    """

    items: tuple[Scored, ...]
    left_out: Mapping[str, tuple[Refusal, ...]]
    short: Refusal | None = None
    notes: tuple[Refusal, ...] = ()
    pinned: Mapping[str, str] = field(factory=dict)
    offers: Mapping[str, Offer] = field(factory=dict)
