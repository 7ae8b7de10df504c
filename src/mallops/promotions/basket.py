"""A cart laid out as units in canonical order, with all that the engine reads of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from operator import attrgetter

from attrs import frozen
from pendulum import DateTime

from mallops.cart import Cart
from mallops.catalog.check import cart_problems
from mallops.catalog.model import Sku
from mallops.catalog.prices import list_price
from mallops.catalog.products import in_category
from mallops.errors import InputError
from mallops.promotions.compiled import Compiled
from mallops.rules.promotions import Criteria, Selector


@frozen
class BasketLine:
    """A line with its SKU and prices in minor units; `units` are the numbers of its units."""

    id: str
    sku: Sku
    quantity: int
    units: range
    price: int
    own_price: int


@frozen
class Basket:
    """Lines by id and their units, numbered through; amounts in minor units.

    Per unit: `price` (list price), `own` (the product's own price), `floor`, `line`, `shop`
    (a position in `shops`, which are sorted). `parcels` are (shop position, fee), by shop.
    `members` are the units of each shop. `floored` says whether any unit has a floor.
    """

    lines: tuple[BasketLine, ...]
    price: tuple[int, ...]
    own: tuple[int, ...]
    floor: tuple[int, ...]
    line: tuple[int, ...]
    shop: tuple[int, ...]
    shops: tuple[str, ...]
    members: tuple[tuple[int, ...], ...]
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
    for number, line in enumerate(lines):
        count, shop = line.quantity, place[line.sku.shop]
        price += [line.price] * count
        own += [line.own_price] * count
        floor += [line.sku.floor.minor if line.sku.floor is not None else 0] * count
        spread += [number] * count
        shop_of += [shop] * count
        members[shop] += line.units
    return Basket(
        lines=lines,
        price=tuple(price),
        own=tuple(own),
        floor=tuple(floor),
        line=tuple(spread),
        shop=tuple(shop_of),
        shops=shops,
        members=tuple(map(tuple, members)),
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


def fits(selector: Selector, line: BasketLine) -> tuple[bool, bool]:
    """Whether a line's units fit while at the product's own price, and once below it."""
    include, exclude = selector.include, selector.exclude
    if not _fits_statically(include, line):
        return False, False
    at_own, reduced = include.reduced is not True, include.reduced is not False
    if exclude is not None and _fits_statically(exclude, line):
        at_own = at_own and exclude.reduced is True
        reduced = reduced and exclude.reduced is False
    return at_own, reduced


def _fits_statically(criteria: Criteria, line: BasketLine) -> bool:
    sku = line.sku
    return (
        (not criteria.skus or sku.sku in criteria.skus)
        and (not criteria.brands or sku.brand in criteria.brands)
        and (not criteria.shops or sku.shop in criteria.shops)
        and (not criteria.tags or not criteria.tags.isdisjoint(sku.tags))
        and (
            not criteria.categories
            or any(in_category(sku.category, name) for name in criteria.categories)
        )
        and (criteria.at_least is None or line.price >= criteria.at_least.minor)
        and (criteria.below is None or line.price < criteria.below.minor)
    )


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
        when = fits(selector, line)
        if when == (False, False):
            continue
        units += line.units
        if when != (True, True):
            statuses.update(dict.fromkeys(line.units, when))
    if not statuses:
        return tuple(units), None
    return tuple(units), {unit: statuses.get(unit, (True, True)) for unit in units}
