"""The safe malls, each broken in one way, for the whole check to judge: lint, carts and stories.

What is expected is a code of the search that plays it, most often one that lint cannot give. A
place is a path as in `mutants.py`. `FLOORS` leaves all floors blank: a stack of discounts goes
below cost only where none is in its way.
"""

from __future__ import annotations

from copy import deepcopy

from attrs import frozen

from mallops.findings import Severity
from mallops.loopholes.model import Kind
from tests.loopholes.mutants import changed
from tests.loopholes.safe import SAFE
from tests.loopholes.safe.writing import Document

FLOORS = "floors"


@frozen
class Fault:
    """What is broken in a mall, each as a place and a value, and what has to be told of it."""

    trade: str
    changes: tuple[tuple[str, object], ...]
    code: str
    kind: Kind
    severity: Severity = Severity.ERROR

    @property
    def title(self) -> str:
        """What was changed, in a line."""
        return "; ".join(
            "no floors" if place == FLOORS else f"{place} = {value}"
            for place, value in self.changes
        )


def documents_of(fault: Fault) -> tuple[Document, Document]:
    """The rulebook and the catalogue with the fault in them."""
    book, catalog = deepcopy(SAFE[fault.trade])
    for place, value in fault.changes:
        if place == FLOORS:
            for product in catalog["products"]:
                del product["floor"]
        else:
            changed(book, catalog, place, deepcopy(value))
    return book, catalog


def _of(
    code: str, kind: Kind, *where: tuple[str, str, object], severity: Severity = Severity.ERROR
) -> tuple[Fault, ...]:
    return tuple(
        Fault(trade, ((place, value),), code, kind, severity) for trade, place, value in where
    )


def _in_all(
    trades: str, place: str, value: object, code: str, kind: Kind, severity: Severity
) -> tuple[Fault, ...]:
    return tuple(Fault(trade, ((place, value),), code, kind, severity) for trade in trades.split())


def _stacked(code: str, *where: tuple[str, str, str]) -> tuple[Fault, ...]:
    return tuple(
        Fault(
            trade,
            ((FLOORS, None), (f"promotions/{name}/benefit/amount", off)),
            code,
            Kind.BELOW_COST,
        )
        for trade, name, off in where
    )


ERROR, WARNING = Severity.ERROR, Severity.WARNING
ONCE_EACH = {"per_customer": 1}

POLICIES = (
    *_in_all(
        "cosmetics members groceries leaf outdoor bazaar gala travel cellar club second_hand",
        "after_sales/earned_points",
        "keep",
        "pump_points",
        Kind.CONVERSION,
        ERROR,
    ),
    *_in_all(
        "cosmetics shops leaf outdoor bazaar presale gala travel clinic cellar",
        "after_sales/gift",
        "keep",
        "gift_for_nothing",
        Kind.KEPT_TOO_CHEAP,
        ERROR,
    ),
    *_in_all(
        "books groceries presale second_hand outdoor cosmetics shops travel clinic bazaar",
        "after_sales/lost_threshold",
        "keep",
        "kept_too_cheap",
        Kind.KEPT_TOO_CHEAP,
        ERROR,
    ),
    *_in_all(
        "club presale gala boxes fresh",
        "after_sales/shipping",
        "last",
        "freight_for_nothing",
        Kind.SEQUENCE,
        WARNING,
    ),
    *_in_all(
        "outdoor bazaar shops gala members",
        "points/earn/settles",
        "paid",
        "debt_left",
        Kind.SEQUENCE,
        ERROR,
    ),
    *_in_all(
        "second_hand cosmetics club",
        "points/earn/settles",
        "received",
        "debt_left",
        Kind.SEQUENCE,
        ERROR,
    ),
)
"""Each policy, over the benefits that it matters for."""

LIMITS = (
    *_of(
        "limit_passed",
        Kind.UNBOUNDED,
        ("electronics", "promotions/old-price/limits", ONCE_EACH),
        ("fresh", "promotions/eggs-price/limits", ONCE_EACH),
        ("pharmacy", "promotions/monitor-price/limits", ONCE_EACH),
        ("presale", "promotions/night-washer/at_most_units", 1),
        ("outdoor", "promotions/tent-friday/at_most_units", 1),
        ("gala", "promotions/buds-night/at_most_units", 1),
    ),
    *_of(
        "account_pays",
        Kind.IDENTITY,
        ("electronics", "promotions/c-100/limits", ONCE_EACH),
        ("outdoor", "promotions/WELCOME10/limits", ONCE_EACH),
        ("leaf", "promotions/c-500/limits", ONCE_EACH),
        ("boxes", "promotions/first-box/limits", ONCE_EACH),
        severity=WARNING,
    ),
    *_of(
        "cart_cheaper_split",
        Kind.SEQUENCE,
        ("second_hand", "promotions/inspected/limits", None),
        ("presale", "promotions/night-spend/limits", None),
        ("clinic", "promotions/teeth-less/limits", None),
        severity=WARNING,
    ),
)
"""Limits that are gone, or that a return passes."""

BENEFITS = (
    *_stacked(
        "cart_below_cost",
        ("cosmetics", "c-30", "150.00"),
        ("books", "c-40", "150.00"),
        ("gala", "c-gala", "200.00"),
        ("outdoor", "CREW25", "120.00"),
        ("leaf", "c-500", "4000"),
        ("presale", "c-100", "1200.00"),
        ("bazaar", "c-market", "100.00"),
        ("cellar", "c-25", "220.00"),
        ("members", "c-return", "200.00"),
        ("shops", "c-platform", "120.00"),
    ),
    *_stacked(
        "cart_free",
        ("cards", "c-12", "150.00"),
        ("outdoor", "WELCOME10", "75.00"),
        ("second_hand", "c-first", "199.00"),
    ),
    *_of(
        "cart_below_cost",
        Kind.BELOW_COST,
        ("fresh", "promotions/milk/benefit/quantity", 4),
        ("groceries", "promotions/bowl/benefit/quantity", 8),
        ("cosmetics", "promotions/luna-pouch/benefit/quantity", 25),
        ("gala", "promotions/tote/benefit/quantity", 40),
        ("gala", "promotions/points-200/benefit/points", 60_000),
        ("boxes", "promotions/again-points/benefit/points", 40_000),
        ("cards", "promotions/poster-points/benefit/points", 30_000),
    ),
    *_of(
        "points_beat_price",
        Kind.CONVERSION,
        ("cosmetics", "points/earn/points", 200),
        ("leaf", "points/worth/money", "200"),
        ("second_hand", "points/earn/per", "0.01"),
        ("members", "promotions/bonus/benefit/points", 60_000),
    ),
    *_of(
        "gift_unpaid",
        Kind.KEPT_TOO_CHEAP,
        ("gala", "promotions/hill-cup/requires", None),
        ("leaf", "promotions/cloth/requires", None),
        severity=WARNING,
    ),
)
"""Benefits that are too large for what they stand on."""

FAULTS = (*POLICIES, *LIMITS, *BENEFITS)
