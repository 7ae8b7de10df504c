"""Rulebooks with a hole, the holes with witnesses that replay, and reports of them."""

from __future__ import annotations

from datetime import date
from typing import Any

from mallops.cart import Cart, Line, Shopper, Usage
from mallops.findings import Severity
from mallops.loopholes.checking import Searched, check
from mallops.loopholes.model import Kind, Loophole, Repeat, Subject, Witness
from mallops.loopholes.report.report import Acknowledgement, Note, Report, Source
from mallops.money import Currency, Money
from mallops.promotions.compiled import Compiled, compile_rulebook
from mallops.rulebook import decode_catalog, decode_rulebook
from mallops.stories.model import (
    Cancel,
    GrantCoupon,
    GrantPoints,
    Opening,
    PlaceOrder,
    Receive,
    SendBack,
    Ship,
    Step,
)
from mallops.time import instant

CNY = Currency.of("CNY")
NOWHERE = Source()
AT = instant("2026-11-11T10:00:00+08:00")
RULEBOOK: dict[str, Any] = {
    "id": "festival",
    "version": "1",
    "title": {"zh-CN": "双十一", "en": "Festival"},
    "currency": "CNY",
    "promotions": [
        {
            "id": "half",
            "title": {"zh-CN": "茶叶半价", "en": "Tea at half"},
            "lane": "item",
            "items": {"sku": ["TEA"]},
            "benefit": {"kind": "percent_off", "percent": "50"},
        },
        {
            "id": "mug",
            "title": {"zh-CN": "满额赠杯", "en": "A mug for more"},
            "lane": "shop",
            "requires": {"amount": "80.00"},
            "benefit": {"kind": "gift", "sku": "MUG", "quantity": 1},
        },
        {
            "id": "SAVE20",
            "lane": "platform-coupon",
            "coupon": True,
            "limits": {"per_customer": 1, "budget": "100.00"},
            "benefit": {"kind": "amount_off", "amount": "20.00"},
        },
    ],
    "points": {"earn": {"per": "1.00", "points": 1, "settles": "paid"}},
    "after_sales": {"earned_points": "keep", "gift": "keep"},
}
CATALOG: dict[str, Any] = {
    "products": [
        {"sku": "TEA", "price": "200.00", "cost": "120.00", "shop": "s1"},
        {"sku": "MUG", "price": "25.00", "shop": "s1"},
    ]
}


def compiled() -> Compiled:
    book = decode_rulebook(RULEBOOK)
    return compile_rulebook(book, decode_catalog(CATALOG, book.currency, book.timezone))


def cart(customer: str, quantity: int = 1, **fields: Any) -> Cart:
    return Cart(Shopper(customer), lines=(Line("1", "TEA", quantity),), **fields)


def later(hours: int) -> Any:
    return AT.add(hours=hours)


def kept(path: str = "$.after_sales.earned_points") -> Loophole:
    """Everything is returned, and the points stay."""
    return Loophole(
        code="sample_points_kept",
        kind=Kind.SEQUENCE,
        severity=Severity.ERROR,
        subjects=(
            Subject("rulebook", "after_sales", path),
            Subject("rulebook", "points", "$.points.earn.settles"),
        ),
        details={"points": "100"},
        witness=Witness(
            (
                Step(AT, PlaceOrder("o1", cart("ann"))),
                Step(later(1), Ship("o1")),
                Step(later(2), Receive("o1")),
                Step(later(3), SendBack("o1", {"1": 1})),
            )
        ),
        loss=Money(100, CNY),
        repeat=Repeat.AGAIN,
    )


def cheap() -> Loophole:
    """A cart below cost, as a story of one order, with much in it that a report has to tell."""
    return Loophole(
        code="sample_below_cost",
        kind=Kind.BELOW_COST,
        severity=Severity.ERROR,
        subjects=(
            Subject("rulebook", "SAVE20", "$.promotions[2].benefit.amount"),
            Subject("rulebook", "half", "$.promotions[0].benefit.percent"),
            Subject("catalog", "TEA", "$.products[0].cost"),
        ),
        details={"paid": "175.00", "cost": "240.00"},
        witness=Witness(
            (
                Step(AT, GrantPoints(300), "ann"),
                Step(AT, GrantCoupon("SAVE20"), "ann"),
                Step(AT, PlaceOrder("o1", cart("ann", 2, coupons=("SAVE20",), points="max"))),
                Step(AT, PlaceOrder("o2", cart("ann", coupons=("SAVE20",)))),
            ),
            usage={"SAVE20": Usage(total=3, spent=Money(6000, CNY))},
        ),
        loss=Money(6500, CNY),
        repeat=Repeat.ONCE,
    )


def referred() -> Loophole:
    """Two accounts, one of them named by the step alone; it depends on who they are."""
    return Loophole(
        code="sample_second_account",
        kind=Kind.IDENTITY,
        severity=Severity.WARNING,
        subjects=(Subject("rulebook", "SAVE20", "$.promotions[2].limits"),),
        witness=Witness(
            (
                Step(AT, PlaceOrder("a", cart("", coupons=("SAVE20",))), "ann"),
                Step(later(1), PlaceOrder("b", cart("", coupons=("SAVE20",))), "bob"),
                Step(later(2), Cancel("b")),
            ),
            opening={"ann": Opening(0, ("SAVE20",)), "bob": Opening(50, ("SAVE20",))},
        ),
        loss=Money(2000, CNY),
    )


def plain() -> Loophole:
    """Something to know, plain to see without a story."""
    return Loophole(
        code="sample_untitled",
        kind=Kind.CONFIGURATION,
        severity=Severity.NOTE,
        subjects=(Subject("rulebook", "SAVE20", "$.promotions[2]"),),
    )


def alone() -> Loophole:
    """Nobody has a name."""
    return Loophole(
        code="sample_nobody",
        kind=Kind.BELOW_COST,
        severity=Severity.WARNING,
        subjects=(),
        witness=Witness((Step(AT, PlaceOrder("o1", cart(""))),), {"": Opening(5)}),
    )


ALL = (plain(), referred(), kept(), cheap(), alone())
WORD = Acknowledgement(
    code="sample_below_cost",
    reason="it brings people in",
    owner="Li Lei",
    expires=date(2026, 12, 31),
    rulebook="festival",
    subjects=frozenset({"SAVE20", "half", "TEA"}),
    path="$.acknowledged[0]",
)


def report(
    *loopholes: Loophole, words: tuple[Acknowledgement, ...] = (), source: Source = NOWHERE
) -> Report:
    held = compiled()
    searched = Searched(loopholes or ALL, (Note("sample_search", {"skus": "2"}),))
    return check(
        held.rulebook,
        held.catalog,
        AT,
        [lambda _compiled, _at, _tolerance: searched],
        acknowledgements=words,
        source=source,
    )
