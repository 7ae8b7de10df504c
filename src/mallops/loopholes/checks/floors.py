"""A floor that holds nothing up, or that was forgotten where others have one."""

from __future__ import annotations

from collections.abc import Iterator

from mallops.findings import Severity
from mallops.loopholes.examined import Examined
from mallops.loopholes.goods import Priced
from mallops.loopholes.model import Kind, Loophole

# Of a category, before one that has no floor is taken to have been forgotten.
_FEWEST = 3
_MOST_OF = 4


def check(examined: Examined) -> Iterator[Loophole]:
    """Floors of next to nothing, and no floor where most of the category have one."""
    odd = examined.tolerance.odd_price
    with_floor: dict[str, int] = {}
    without: dict[str, list[Priced]] = {}
    for each in examined.shelves.all:
        if each.sku.floor is None:
            without.setdefault(each.sku.category, []).append(each)
            continue
        with_floor[each.sku.category] = with_floor.get(each.sku.category, 0) + 1
        reference = each.cost if each.cost is not None else each.price
        if each.floor * odd <= reference and reference:
            yield _too_low(examined, each)
    for category, bare in without.items():
        held = with_floor.get(category, 0)
        if held >= _FEWEST and held >= len(bare) * (_MOST_OF - 1):
            for each in bare:
                yield _missing(examined, each)


def _too_low(examined: Examined, priced: Priced) -> Loophole:
    subject = examined.at_sku(priced.id, ".floor")
    details = {"sku": priced.id, "floor": str(priced.sku.floor)}
    kind, severity = Kind.CONFIGURATION, Severity.WARNING
    return Loophole("floor_too_low", kind, severity, (subject,), details)


def _missing(examined: Examined, priced: Priced) -> Loophole:
    subject = examined.at_sku(priced.id)
    details = {"sku": priced.id, "category": priced.sku.category}
    kind, severity = Kind.CONFIGURATION, Severity.WARNING
    return Loophole("floor_missing", kind, severity, (subject,), details)
