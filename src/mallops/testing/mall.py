"""A mall in the making: goods, a cart of them, and promotions about them, as documents.

What `mallops.testing.families` is written with. Amounts are in cents.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

Doc = dict[str, Any]
"""A JSON object, as `json.load` returns it."""

CATEGORIES = ("care/skin", "care/hair", "food/fresh", "food/dry", "home", "toys")
BRANDS = ("b1", "b2", "b3")


@dataclass(frozen=True)
class Size:
    """How much a scenario holds at most; `units` is over all lines of the cart."""

    lines: int
    units: int
    promotions: int
    shops: int


def round_price(random: Random) -> int:
    """A price of 5.00 to 300.00, often at .00 or .90."""
    return random.randint(5, 300) * 100 + random.choice((0, 90, random.randrange(100)))


def odd_price(random: Random) -> int:
    """A price of 10.00 to 130.00 to the cent, so that sums of prices are rarely equal."""
    return random.randint(1000, 13000)


class Mall:
    """Goods, a cart that holds them all, and the promotions added so far; amounts in cents."""

    def __init__(
        self, random: Random, size: Size, shops: int, fees: Sequence[int] = (800,)
    ) -> None:
        self.random, self.size, self.fees = random, size, fees
        self.names = [f"s{number}" for number in range(1, min(shops, size.shops) + 1)]
        self.products: list[Doc] = []
        self.prices: list[int] = []
        self.quantities: list[int] = []
        self.promotions: list[Doc] = []

    def fill(
        self,
        lines: int,
        spread: Sequence[int],
        price: Callable[[Random], int] = round_price,
        floor: Sequence[int] = (0,),
    ) -> None:
        """So many lines of one unit and one of `spread` more; floors in hundredths of the price."""
        random, left = self.random, self.size.units - lines
        for number in range(lines):
            more = min(left, random.choice(spread))
            left -= more
            self.prices.append(price(random))
            self.quantities.append(1 + more)
            self.products.append(self._product(number, random.choice(floor)))

    def _product(self, number: int, floor: int) -> Doc:
        price, random = self.prices[number], self.random
        return {
            "sku": f"S{number:02}",
            "price": yuan(price),
            "shop": random.choice(self.names),
            "category": random.choice(CATEGORIES),
            "brand": random.choice(BRANDS),
        } | ({"floor": yuan(part(price, floor))} if floor else {})

    @property
    def shops(self) -> list[str]:
        """The shops that the cart has goods of."""
        return sorted({product["shop"] for product in self.products})

    def total(self) -> int:
        """What the cart comes to at list price."""
        return sum(
            price * quantity for price, quantity in zip(self.prices, self.quantities, strict=True)
        )

    def after_some_discounts(self, shop: str) -> tuple[int, int]:
        """What is left of a shop after some set of the item discounts, or nearly so; and of all.

        The first is a threshold that the cart may just reach, or just miss.
        """
        random, reached, whole = self.random, 0, 0
        for product, price, quantity in zip(
            self.products, self.prices, self.quantities, strict=True
        ):
            if product["shop"] == shop:
                reduced = price * random.choice((100, 100, 93, 88, 80)) // 100
                count = random.randint(0, quantity)
                reached += count * reduced + (quantity - count) * price
                whole += quantity * price
        return max(100, reached + random.choice((-1, 0, 0, 1))), whole

    def add(
        self,
        lane: str,
        benefit: Doc,
        items: Doc | None = None,
        *,
        blocks: Sequence[str] = (),
        priority: int = 0,
        **requires: object,
    ) -> None:
        """One more promotion; coupons are those of the lanes that are called so."""
        name = f"p{len(self.promotions):02}"
        found: Doc = {"id": name, "lane": lane, "benefit": benefit, "items": items or {}}
        if "coupon" in lane:
            found["coupon"] = True
        if blocks:
            found["blocks"] = list(blocks)
        if priority:
            found["priority"] = priority
        if requires:
            found["requires"] = {
                key: yuan(value) if key == "amount" and isinstance(value, int) else value
                for key, value in requires.items()
            }
        self.promotions.append(found)

    def documents(self, most: int | None = None) -> Doc:
        """The catalogue, the cart, and as many of the promotions as the size, and `most`, allow."""
        count = min(self.size.promotions, most or self.size.promotions, len(self.promotions))
        chosen = self.random.sample(self.promotions, count)
        return {
            "catalog": {"products": self.products},
            "rulebook": {"currency": "CNY", "promotions": chosen},
            "cart": self._cart(chosen),
        }

    def _cart(self, promotions: Iterable[Doc]) -> Doc:
        return {
            "lines": [
                {"id": f"{number:02}", "sku": product["sku"], "quantity": quantity}
                for number, (product, quantity) in enumerate(
                    zip(self.products, self.quantities, strict=True)
                )
            ],
            "coupons": [each["id"] for each in promotions if each.get("coupon")],
            "shipping": [
                {"shop": shop, "fee": yuan(self.random.choice(self.fees))} for shop in self.shops
            ],
        }

    # What promotions are about.

    def sku(self) -> str:
        """One of the goods."""
        return str(self.random.choice(self.products)["sku"])

    def skus(self, count: int) -> Doc:
        """A selector of so many goods."""
        chosen = self.random.sample(self.products, min(count, len(self.products)))
        return {"sku": sorted(product["sku"] for product in chosen)}

    def two(self) -> Doc:
        """A selector of two goods."""
        return self.skus(2)

    def some(self) -> Doc:
        """A selector that fits some of the goods: a category, a brand or a few SKUs."""
        of = self.random.choice(self.products)
        return self.random.choice(
            (
                {"category": [of["category"].partition("/")[0]]},
                {"brand": [of["brand"]]},
                self.skus(max(2, len(self.products) // 3)),
            )
        )

    def price_of_a_flash(self) -> int:
        """A price below that of most goods that it may be for."""
        return part(self.random.choice(self.prices), self.random.choice((60, 75, 85)))

    def price_of_a_bundle(self, count: int) -> int:
        """A price that is a saving for some sets of so many units, and none for others."""
        prices = sorted(self.prices)
        middle = prices[len(prices) // 2]
        return part(middle * count, self.random.choice((70, 80, 90)))


# --- documents ----------------------------------------------------------------------------------


def part(amount: int, rate: int) -> int:
    """So many hundredths of an amount, rounded down."""
    return amount * rate // 100


def yuan(cents: int) -> str:
    """Cents as files have them."""
    return f"{cents // 100}.{cents % 100:02}"


def percent(rate: str, at_most: int | None = None) -> Doc:
    """So much per cent off."""
    capped = {} if at_most is None else {"at_most": yuan(at_most)}
    return {"kind": "percent_off", "percent": rate, **capped}


def off(amount: int, *, every: int | None = None, per: str | None = None) -> Doc:
    """An amount off: once, for every so much, or for each unit."""
    found = {"kind": "amount_off", "amount": yuan(amount)}
    if every is not None:
        found["every"] = yuan(every)
    if per is not None:
        found["per"] = per
    return found


def fixed(price: int) -> Doc:
    """A price for each unit."""
    return {"kind": "fixed_price", "price": yuan(price)}


def nth(n: int, rate: str) -> Doc:
    """Every nth unit reduced."""
    return {"kind": "nth_unit", "n": n, "percent": rate}


def bundle(size: int, price: int) -> Doc:
    """So many for one price."""
    return {"kind": "bundle_price", "size": size, "price": yuan(price)}


def gift(sku: str, value: int, quantity: int = 1) -> Doc:
    """Units at 0.00 of that value each."""
    return {"kind": "gift", "sku": sku, "quantity": quantity, "value": yuan(value)}


def freight(**what: str) -> Doc:
    """Shipping reduced by `percent` or `amount`, or to `price`."""
    return {"kind": "shipping_off", **what}


def tiers(steps: Sequence[tuple[int, Doc]]) -> Doc:
    """A benefit from each amount on; of equal amounts the last."""
    by_amount = dict(sorted(steps, key=lambda step: step[0]))
    return {
        "kind": "tiers",
        "tiers": [
            {"amount": yuan(amount), "benefit": benefit} for amount, benefit in by_amount.items()
        ],
    }
