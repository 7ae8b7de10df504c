"""A cart laid out as units in canonical order, with all that the engine reads of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from operator import attrgetter

from attrs import define
from pendulum import DateTime

from mallops.cart import Cart
from mallops.catalog.check import cart_problems
from mallops.catalog.fitting import fits
from mallops.catalog.model import Sku
from mallops.catalog.prices import list_price
from mallops.errors import InputError
from mallops.promotions.compiled import Compiled
from mallops.rules.promotions import Selector


@define
class BasketLine:
    """A line with its SKU and prices in minor units; `units` are the numbers of its units."""

    id: str
    sku: Sku
    quantity: int
    units: range
    price: int
    own_price: int


@define
class Basket:
    """Lines by id and their units, numbered through; amounts in minor units.

    Per unit: `price` (list price), `own` (the product's own price), `floor`, `line`, `shop`
    (a position in `shops`, which are sorted). `parcels` are (shop position, fee), by shop.
    `members` are the units of each shop, and `totals` what they come to. `floored` says whether
    any unit has a floor.
    """

    lines: tuple[BasketLine, ...]
    price: tuple[int, ...]
    own: tuple[int, ...]
    floor: tuple[int, ...]
    line: tuple[int, ...]
    shop: tuple[int, ...]
    shops: tuple[str, ...]
    members: tuple[tuple[int, ...], ...]
    totals: tuple[int, ...]
    parcels: tuple[tuple[int, int], ...]
    floored: bool


def lay_out(compiled: Compiled, cart: Cart, at: DateTime) -> Basket:
    """The cart's units with their list prices; raises `InputError` with the cart's problems."""
    problems = cart_problems(cart, compiled.catalog, compiled.skus, compiled.rulebook.currency)
    if problems:
        raise InputError(problems)
    lines = _lines(compiled, cart, at)
    shops = tuple(sorted({line.sku.shop for line in lines}))
    place = {shop: position for position, shop in enumerate(shops)}
    price: list[int] = []
    own: list[int] = []
    floor: list[int] = []
    spread: list[int] = []
    shop_of: list[int] = []
    members: list[list[int]] = [[] for _ in shops]
    totals = [0] * len(shops)
    for number, line in enumerate(lines):
        count, shop = line.quantity, place[line.sku.shop]
        price += [line.price] * count
        own += [line.own_price] * count
        floor += [line.sku.floor.minor if line.sku.floor is not None else 0] * count
        spread += [number] * count
        shop_of += [shop] * count
        members[shop] += line.units
        totals[shop] += line.price * count
    return Basket(
        lines=lines,
        price=tuple(price),
        own=tuple(own),
        floor=tuple(floor),
        line=tuple(spread),
        shop=tuple(shop_of),
        shops=shops,
        members=tuple(map(tuple, members)),
        totals=tuple(totals),
        parcels=tuple(sorted((place[fee.shop], fee.fee.minor) for fee in cart.shipping)),
        floored=any(floor),
    )


def _lines(compiled: Compiled, cart: Cart, at: DateTime) -> tuple[BasketLine, ...]:
    bought: dict[str, int] = {}
    for line in cart.lines:
        bought[line.sku] = bought.get(line.sku, 0) + line.quantity
    lines: list[BasketLine] = []
    first = 0
    for line in sorted(cart.lines, key=_line_id):
        sku = compiled.skus[line.sku]
        assert sku.price is not None, "an unpriced SKU is one of the cart's problems"
        own = price = sku.price.minor
        if line.sku in compiled.entries:
            price = list_price(
                sku,
                compiled.entries[line.sku],
                groups=cart.shopper.groups,
                channel=cart.channel,
                quantity=bought[line.sku],
                at=at,
            ).minor
        units = range(first, first + line.quantity)
        lines.append(BasketLine(line.id, sku, line.quantity, units, price, own))
        first += line.quantity
    return tuple(lines)


_line_id = attrgetter("id")


Statuses = Mapping[int, tuple[bool, bool]]


def fitting_units(
    selector: Selector, lines: Iterable[BasketLine]
) -> tuple[tuple[int, ...], Statuses | None]:
    """The units of these lines that may fit and, where that hangs on their base, when each does.

    The mapping is by unit: (fits at the product's own price, fits below it); None where every
    unit fits in both cases.
    """
    units: list[int] = []
    statuses: dict[int, tuple[bool, bool]] = {}
    for line in lines:
        when = fits(selector, line.sku, line.price)
        if when == (False, False):
            continue
        units += line.units
        if when != (True, True):
            statuses.update(dict.fromkeys(line.units, when))
    if not statuses:
        return tuple(units), None
    return tuple(units), {unit: statuses.get(unit, (True, True)) for unit in units}
