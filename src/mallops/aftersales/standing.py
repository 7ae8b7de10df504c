"""Which units of an order can be returned, and every reason why the others cannot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import frozen
from pendulum import DateTime

from mallops.aftersales.order import CANCELLED, Order
from mallops.aftersales.windows import window_end
from mallops.catalog.fitting import fits
from mallops.errors import Problem, shown
from mallops.findings import Refusal
from mallops.promotions.compiled import Compiled
from mallops.promotions.kept import Unit
from mallops.promotions.quote import QuotedLine
from mallops.rules.paths import at_key
from mallops.rules.promotions import Criteria, Selector

NOT_RECEIVED = "not_received"
WINDOW_CLOSED = "window_closed"
ALREADY_RETURNED = "already_returned"
TOO_MANY = "too_many"
EXCLUDED = "excluded"
CONFIRMED_EXCEPTION = "confirmed_exception"
IN_ANOTHER_CASE = "in_another_case"
SEAL_BROKEN = "seal_broken"

OF_UNITS = (ALREADY_RETURNED, EXCLUDED, CONFIRMED_EXCEPTION, IN_ANOTHER_CASE, SEAL_BROKEN)
"""What stands against single units, in the order of being told."""


@frozen
class Stated:
    """What only the caller knows of an order's goods; units are told by line and number.

    `confirmed` are the lines whose buyer confirmed at the purchase that they cannot be
    returned, `opened` units whose seal is broken, `pending` units in other open cases.
    """

    confirmed: frozenset[str] = frozenset()
    opened: frozenset[Unit] = frozenset()
    pending: frozenset[Unit] = frozenset()


@frozen
class Standing:
    """A unit, and all that stands against its return: nothing, if it can be returned."""

    line: str
    number: int
    sku: str
    against: tuple[Refusal, ...]

    @property
    def unit(self) -> Unit:
        """The unit by line and number."""
        return self.line, self.number


def standings(
    compiled: Compiled, order: Order, at: DateTime, stated: Stated | None = None
) -> tuple[Standing, ...]:
    """Every unit of an order in the order of its quote, with all reasons against its return.

    `compiled` is the rulebook that priced the order. The codes are `cancelled`,
    `not_received` or `window_closed`, which hold for the whole order; then
    `already_returned`; or `excluded`, `confirmed_exception`, `in_another_case`,
    `seal_broken`. `stated` is taken as it is: `stated_problems` tells what is wrong with it.
    """
    stated = stated or Stated()
    of_order = against_order(compiled, order, at)
    common = (of_order,) if of_order is not None else ()
    return tuple(
        Standing(line, number, sku, (*common, *against))
        for line, number, sku, against in _of_units(compiled, order, stated)
    )


def undelivered(order: Order, pending: frozenset[Unit]) -> tuple[Standing, ...]:
    """Every unit, with what stands against refunding it as one that never arrived."""
    against = {unit: Refusal(IN_ANOTHER_CASE, _named(unit)) for unit in pending}
    against |= {unit: Refusal(ALREADY_RETURNED, _named(unit)) for unit in order.returned}
    return tuple(
        Standing(line.id, unit.number, line.sku, (against[key],) if key in against else ())
        for line in order.quote.lines
        for unit in line.units
        for key in [(line.id, unit.number)]
    )


def _named(unit: Unit) -> dict[str, str]:
    return {"line": unit[0], "unit": str(unit[1])}


def against_order(compiled: Compiled, order: Order, at: DateTime) -> Refusal | None:
    """What stands against every return of an order at an instant."""
    if order.cancelled is not None:
        return Refusal(CANCELLED)
    ends = window_end(order, compiled.rulebook)
    if ends is None:
        return Refusal(NOT_RECEIVED)
    if at >= ends:
        closed = ends.in_timezone(compiled.rulebook.timezone).format("YYYY-MM-DDTHH:mm:ss")
        return Refusal(WINDOW_CLOSED, {"closed": closed})
    return None


def against_units(
    order: Order, found: tuple[Standing, ...], units: Mapping[str, int]
) -> Refusal | None:
    """Why so many units of each line cannot come back: the first code that holds for any."""
    gone = order.returned
    left = {
        line: [each for each in found if each.line == line and each.unit not in gone]
        for line in sorted(units)
    }
    for line, still in left.items():
        if not still:
            return Refusal(ALREADY_RETURNED, {"line": line})
    for line, still in left.items():
        if units[line] > len(still):
            return Refusal(TOO_MANY, {"line": line, "left": str(len(still))})
    reasons = [
        refusal
        for line, still in left.items()
        if sum(not each.against for each in still) < units[line]
        for each in still
        for refusal in each.against
    ]
    return min(reasons, key=lambda refusal: OF_UNITS.index(refusal.code), default=None)


def stated_problems(order: Order, stated: Stated) -> Iterator[Problem]:
    """What is stated of lines and units that the order does not have, under `$.stated`."""
    lines, units = {line.id for line in order.quote.lines}, order.units
    for line in sorted(stated.confirmed - lines):
        path = at_key("$.stated.confirmed", line)
        yield Problem(path, shown(line), f"a line of order {order.id!r}")
    for name, told in (("opened", stated.opened), ("pending", stated.pending)):
        for line, number in sorted(told - units):
            path = at_key(f"$.stated.{name}", line)
            yield Problem(path, shown(number), f"a unit of order {order.id!r}")


def _of_units(
    compiled: Compiled, order: Order, stated: Stated
) -> Iterator[tuple[str, int, str, tuple[Refusal, ...]]]:
    """Every unit by line, number and SKU, with what stands against it alone."""
    once_opened = compiled.rulebook.after_sales.excluded_once_opened
    for line in order.quote.lines:
        of_line = tuple(_against_line(compiled, line, stated))
        is_sealed = _is_among(once_opened, compiled, line)
        for unit in line.units:
            key = (line.id, unit.number)
            details = _named(key)
            against = list(of_line)
            if key in stated.pending:
                against.append(Refusal(IN_ANOTHER_CASE, details))
            if is_sealed and key in stated.opened:
                against.append(Refusal(SEAL_BROKEN, details))
            if key in order.returned:
                against = [Refusal(ALREADY_RETURNED, details)]
            yield line.id, unit.number, line.sku, tuple(against)


def _against_line(compiled: Compiled, line: QuotedLine, stated: Stated) -> Iterator[Refusal]:
    """What stands against all units of a line."""
    rules, details = compiled.rulebook.after_sales, {"line": line.id}
    if _is_among(rules.excluded, compiled, line):
        yield Refusal(EXCLUDED, details)
    if line.id in stated.confirmed and _is_among(rules.excluded_if_confirmed, compiled, line):
        yield Refusal(CONFIRMED_EXCEPTION, details)


def _is_among(goods: Criteria | None, compiled: Compiled, line: QuotedLine) -> bool:
    if goods is None:
        return False
    sku = compiled.skus[line.sku]
    return fits(Selector(goods), sku, line.list_price.minor) != (False, False)
