"""How much is in a pack, as titles and variants say it: in grams or millilitres."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from attrs import frozen

from mallops.catalog.model import Sku


@frozen
class Measure:
    """So much of a `base` (`g` or `ml`), in the `unit` that it was written in."""

    amount: Decimal
    base: str
    unit: str


# A jin is the market's pound: half a kilogram. Its tenth is a liang.
_UNITS = {
    "g": ("g", 1),
    "克": ("g", 1),
    "kg": ("g", 1000),
    "千克": ("g", 1000),
    "公斤": ("g", 1000),
    "斤": ("g", 500),
    "市斤": ("g", 500),
    "两": ("g", 50),
    "ml": ("ml", 1),
    "毫升": ("ml", 1),
    "l": ("ml", 1000),
    "升": ("ml", 1000),
}
_NUMBER = r"\d{1,6}(?:\.\d{1,3})?"
_UNIT = r"kg|KG|Kg|g|ml|ML|mL|l|L|千克|公斤|市斤|毫升|克|斤|两|升"
_DIGIT = re.compile("[0-9]")
# "5G" is a network, and "500mg" the strength of a tablet: neither is the weight of a pack.
_PACK = re.compile(
    rf"(?:(?P<before>\d{{1,4}})\s*[x×X*]\s*)?"
    rf"(?<![\d.])(?P<number>{_NUMBER})\s*(?P<unit>{_UNIT})(?![A-Za-z])"
    rf"(?:\s*[x×X*]\s*(?P<after>\d{{1,4}}))?"
)


def measure_of(sku: Sku) -> Measure | None:
    """What a SKU holds, by its variant or else by its title; None: nothing, or two answers.

    >>> measure_of(Sku("rice", None, title={"zh-CN": "大米 5斤装"}))
    Measure(amount=Decimal('2500'), base='g', unit='斤')
    >>> measure_of(Sku("tea", None, title={"en": "Tea 250g x 4"}, variant={"size": "500g"}))
    Measure(amount=Decimal('500'), base='g', unit='g')
    >>> measure_of(Sku("phone", None, title={"en": "5G phone"}))
    """
    for texts in (sku.variant.values(), sku.title.values()):
        found = _measures(texts)
        if found:
            first = found[0]
            same = {(each.amount, each.base) for each in found}
            return first if len(same) == 1 else None
    return None


def _measures(texts: Iterable[str]) -> list[Measure]:
    found: list[Measure] = []
    for text in texts:
        # Most titles say nothing of it, and a search for a digit is far quicker.
        if not _DIGIT.search(text):
            continue
        for pack in _PACK.finditer(text):
            base, factor = _UNITS[pack["unit"].lower()]
            times = int(pack["before"] or 1) * int(pack["after"] or 1)
            amount = Decimal(pack["number"]) * factor * times
            if amount:
                found.append(Measure(amount, base, pack["unit"]))
    return found
