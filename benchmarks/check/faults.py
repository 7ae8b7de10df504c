"""Faults for a mall that has none: each in one place, and in several sizes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

from attrs import frozen

from benchmarks.check.malls import Doc, catalog, off, percent, rulebook, yuan

STEPS = 3
"""So many sizes has a fault, from one that no cart may show to one that many do."""

COSTS = frozenset({"cart_below_cost"})


@frozen
class Fault:
    """One benefit or policy, and the codes that would tell it: of a cart, or of a story."""

    name: str
    size: int
    section: str
    fields: Doc
    codes: frozenset[str] = COSTS

    @property
    def is_cart(self) -> bool:
        """Whether one order shows it."""
        return self.codes is COSTS

    def documents(self) -> tuple[Doc, Doc]:
        """The rulebook with the fault in it, and its catalogue."""
        book = deepcopy(rulebook())
        promotions = {each["id"]: each for each in book["promotions"]}
        place = promotions[self.section] if self.section in promotions else book[self.section]
        place.update(self.fields)
        return book, catalog(30)


def _tiers(amount: int) -> Doc:
    steps = [("200.00", "15.00"), ("500.00", yuan(amount))]
    tiers = [{"amount": reach, "benefit": off(less)} for reach, less in steps]
    return {"kind": "tiers", "tiers": tiers}


def _bundle(price: int) -> Doc:
    return {"kind": "bundle_price", "size": 3, "price": yuan(price)}


def _gift(quantity: int) -> Doc:
    return {"kind": "gift", "sku": "S0000", "quantity": quantity}


def _points(points: int) -> Doc:
    return {"kind": "reward", "points": points}


def _nth(share: int) -> Doc:
    return {"kind": "nth_unit", "n": 2, "percent": str(share)}


def _amount(amount: int) -> Doc:
    return off(yuan(amount))


def _each(amount: int) -> Doc:
    return off(yuan(amount), per="unit")


def _every(amount: int) -> Doc:
    return off(yuan(amount), every="300.00")


def _share(share: int) -> Doc:
    return percent(str(share))


_LADDERS: tuple[tuple[str, str, Callable[[int], Doc], int, int], ...] = (
    ("a share off care of the skin", "skin", _share, 10, 50),
    ("the second unit's share", "second", _nth, 30, 90),
    ("a share off three of a brand", "three", _share, 12, 50),
    ("an amount off each unit", "each", _each, 500, 6_000),
    ("three for a price", "box", _bundle, 90_000, 20_000),
    ("an upper tier", "shop1", _tiers, 4_500, 25_000),
    ("gifts", "gift", _gift, 1, 31),
    ("a coupon of a share", "coupon1", _share, 5, 45),
    ("an amount for every 300", "every", _every, 3_000, 15_000),
    ("a share for members", "vip", _share, 5, 45),
    ("a coupon of an amount", "big", _amount, 2_000, 14_000),
    ("a newcomer's coupon", "new", _amount, 600, 6_000),
    ("points for an order", "hundred", _points, 100, 20_000),
)

_POLICIES: tuple[tuple[str, str, dict[str, Any], str], ...] = (
    ("thresholds kept", "after_sales", {"lost_threshold": "keep"}, "kept_too_cheap"),
    ("gifts kept", "after_sales", {"gift": "keep"}, "gift_for_nothing"),
    ("points kept", "after_sales", {"earned_points": "keep"}, "pump_points"),
    ("freight back", "after_sales", {"shipping": "last"}, "freight_for_nothing"),
    (
        "a point is a yuan",
        "points",
        {"worth": {"points": 1, "money": "1.00"}},
        "points_beat_price",
    ),
)


def faults() -> Iterator[tuple[str, tuple[Fault, ...]]]:
    """Each fault by its name, in its sizes, the least first; a policy has but one."""
    for name, section, benefit, safe, gross in _LADDERS:
        sizes = [safe + (gross - safe) * step // STEPS for step in range(1, STEPS + 1)]
        yield (
            name,
            tuple(Fault(name, size, section, {"benefit": benefit(size)}) for size in sizes),
        )
    for name, section, fields, code in _POLICIES:
        yield name, (Fault(name, 1, section, fields, frozenset({code})),)
