"""Price protection: what an order would cost less by now, and has not been paid back yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import evolve, frozen
from pendulum import DateTime

from mallops.aftersales.keeping import kept_cart
from mallops.aftersales.order import CANCELLED, Order, Protected
from mallops.aftersales.reasons import Reason, of_carried, of_goods, of_points, of_rewards
from mallops.aftersales.returning import Return, given_back
from mallops.findings import Refusal
from mallops.money import Money, allocate, total
from mallops.promotions.compiled import Compiled
from mallops.promotions.engine import quote
from mallops.promotions.explain import require_same_rulebook
from mallops.promotions.kept import Unit
from mallops.promotions.quote import Quote
from mallops.rules.aftersales import LostThreshold

_NONE = Protected()


@frozen
class UnitProtection:
    """A unit that is kept: what it cost `then`, and would cost `now`, points at their worth.

    `before` is what was given for it already; `money`, and `points` at their worth, are what
    is given for it this time.
    """

    line: str
    number: int
    sku: str
    then: Money
    now: Money
    before: Money
    money: Money
    points: Money


@frozen
class Protection:
    """What price protection gives for an order; `order` is the order before it.

    `now` is the quote of the same goods at the later prices, `found` the step, in which no
    unit comes back; its `order` is the order after it. The amounts of the `reasons` add up
    to the refund.
    """

    order: Order
    at: DateTime
    now: Quote
    units: tuple[UnitProtection, ...]
    found: Return
    reasons: tuple[Reason, ...]


def price_protection(
    compiled: Compiled, later: Compiled, order: Order, at: DateTime
) -> Protection | Refusal:
    """What an order's kept units would cost less at `at`, at the prices of `later`.

    `compiled` is the rulebook that priced the order, with the catalogue of then; `later` is
    the same version of it with the catalogue of now. The same goods are quoted again with the
    coupons, points and usage of the order; what they cost less in all, less what was given
    before, is shared among the units that are cheaper, none getting more than its own drop.
    It is paid in money as far as money paid for the unit, and in points beyond. Refused:
    `cancelled`. Raises `InputError` for a rulebook that did not price the order
    (`$.rulebook`, `$.version`), and for goods that are no longer sold (`$.lines`).

    How long prices are protected is for the caller to say, and to ask in time. Nothing is
    changed: `found.order` is the order once it has been paid.
    """
    for each in (compiled, later):
        require_same_rulebook(order.quote, each.rulebook)
    if order.cancelled is not None:
        return Refusal(CANCELLED)
    then, bought = _then(compiled, order)
    now = quote(later, kept_cart(bought), at, order.usage)
    units = tuple(_units(order, bought, then, now))
    given = {
        (each.line, each.number): _more(order, each) for each in units if each.money or each.points
    }
    after = evolve(order, protected={**order.protected, **given})
    found = given_back(compiled, order, after)
    reasons = tuple(_reasons(compiled, order, found, units))
    return Protection(order, at, now, units, found, reasons)


def _then(compiled: Compiled, order: Order) -> tuple[Quote, Order]:
    """What is compared with the later prices: a quote, and the order whose cart it is of.

    Where thresholds are lost by returning, it is of the kept units alone.
    """
    policy = compiled.rulebook.after_sales.lost_threshold
    if policy is LostThreshold.KEEP or not order.returned:
        return order.quote, evolve(order, returned=frozenset())
    return quote(compiled, kept_cart(order), order.quote.at, order.usage), order


def _units(order: Order, bought: Order, then: Quote, now: Quote) -> Iterator[UnitProtection]:
    """The kept units, with their shares in what all of them cost less."""
    prices = _prices(bought, then, now)
    kept = sorted(unit for unit in prices if unit not in order.returned)
    before = {unit: order.protected.get(unit, _NONE) for unit in kept}
    drops = [
        prices[unit][0] - prices[unit][1] - before[unit].money - before[unit].points
        for unit in kept
    ]
    room = [max(0, drop) for drop in drops]
    shares = allocate(max(0, sum(drops)), room, room)
    currency = then.goods.currency
    quoted = {
        (line.id, unit.number): (line, unit) for line in order.quote.lines for unit in line.units
    }
    for unit, share in zip(kept, shares, strict=True):
        (line, paid), given = quoted[unit], before[unit]
        money = min(share, paid.net.minor - given.money)
        yield UnitProtection(
            line=line.id,
            number=paid.number,
            sku=line.sku,
            then=Money(prices[unit][0], currency),
            now=Money(prices[unit][1], currency),
            before=Money(given.money + given.points, currency),
            money=Money(money, currency),
            points=Money(min(share - money, paid.points.minor - given.points), currency),
        )


def _prices(bought: Order, then: Quote, now: Quote) -> Mapping[Unit, tuple[int, int]]:
    """What each unit cost then and now, points at their worth.

    Units of a line are alike, so the cheapest then stands against the cheapest now: which of
    them a promotion happens to discount is no fall of a price.
    """
    found: dict[Unit, tuple[int, int]] = {}
    lines = {line.id: line for line in now.lines}
    for line in then.lines:
        gone = bought.returned
        numbers = [number for number in _numbers(bought, line.id) if (line.id, number) not in gone]
        costs = [unit.net.minor + unit.points.minor for unit in line.units]
        new = sorted(unit.net.minor + unit.points.minor for unit in lines[line.id].units)
        ranked = sorted(zip(costs, numbers, strict=True))
        found |= {
            (line.id, number): (cost, price)
            for (cost, number), price in zip(ranked, new, strict=True)
        }
    return found


def _numbers(order: Order, line: str) -> list[int]:
    [found] = [each for each in order.quote.lines if each.id == line]
    return [unit.number for unit in found.units]


def _more(order: Order, unit: UnitProtection) -> Protected:
    before = order.protected.get((unit.line, unit.number), _NONE)
    return Protected(before.money + unit.money.minor, before.points + unit.points.minor)


def _reasons(
    compiled: Compiled, order: Order, found: Return, units: tuple[UnitProtection, ...]
) -> Iterator[Reason]:
    own = [(Reason(_code(each), _details(each)), each.money) for each in units]
    yield from of_goods(order, found, own)
    yield from of_carried(order, found)
    worth = total((each.points for each in units), found.goods.currency)
    yield from of_points(compiled, order, found, worth)
    yield from of_rewards(compiled, order, found)


def _code(unit: UnitProtection) -> str:
    if unit.money or unit.points:
        return "cheaper"
    if unit.now >= unit.then:
        return "not_cheaper"
    return "protected_before" if unit.before >= unit.then - unit.now else "offset"


def _details(unit: UnitProtection) -> dict[str, str]:
    return {
        "line": unit.line,
        "unit": str(unit.number),
        "sku": unit.sku,
        "then": str(unit.then),
        "now": str(unit.now),
        "before": str(unit.before),
    }
