"""Orders: unpaid, paid, shipped, received, completed, or closed on the way.

After-sales cases are machines of their own, several beside one order. They touch it in three
places: units of an open case are not shipped, receipt is not taken for granted while a case is
open, and an order of which nothing is kept is closed.
"""

from __future__ import annotations

from mallops.lifecycles.axes import NONE, Axis, Change, Limit, Part, Said, To, Where, compose
from mallops.lifecycles.machine import PROVIDER, TIMER, Effect, Guard, Machine
from mallops.lifecycles.parts.people import BUYER, PEOPLE, PLATFORM, SELLER
from mallops.lifecycles.parts.refunding import OVERDUE, REFUNDED, refunding
from mallops.lifecycles.parts.terms import HOUSE, Terms

VERSION = "1"

_ENDS: tuple[Where, ...] = (
    {"payment": ("completed", "unreconciled")},
    {"payment": "closed", "money": NONE},
    REFUNDED,
    OVERDUE,
)


def orders(deadlines: Terms = HOUSE) -> Machine:
    """Payment, goods, and money back where an order closes that was paid.

    >>> [state.id for state in orders().states][:4]
    ['unpaid', 'paid', 'closing', 'closed_refunding']
    """
    parts = (_paying(deadlines), _shipping(deadlines), refunding(deadlines), PEOPLE)
    return compose("orders", f"{VERSION}-{deadlines.id}", parts, _ENDS)


def _paying(deadlines: Terms) -> Part:
    """Payment, and closing without it: the provider says whether money came after all."""
    void = To({"payment": "closing"}, ("void",))
    repay = To({"payment": "closed", "money": "refunding"}, ("refund",))
    waiting = {"payment": "paid", "goods": NONE}
    return Part(
        (
            Axis(
                "payment",
                {
                    "unpaid": Said("待付款", "waiting for payment"),
                    "closing": Said("关单中", "payment being called off"),
                    "unclear": Said("支付结果未知", "payment unclear"),
                    "paid": Said("已付款", "paid"),
                    "completed": Said("交易完成", "completed"),
                    "closed": Said("交易关闭", "closed"),
                    "unreconciled": Said("已关闭，待对账", "closed, to be reconciled"),
                },
            ),
        ),
        (
            Change("paid", (PROVIDER,), {"payment": "unpaid"}, To({"payment": "paid"})),
            Change("cancel", (BUYER, SELLER), {"payment": "unpaid"}, void),
            Change("pay_timeout", (TIMER,), {"payment": "unpaid"}, void),
            Change("voided", (PROVIDER,), {"payment": "closing"}, To({"payment": "closed"})),
            Change("void_failed", (PROVIDER,), {"payment": "closing"}, repay),
            Change("void_timeout", (TIMER,), {"payment": "closing"}, To({"payment": "unclear"})),
            Change("void_again", (SELLER, PLATFORM), {"payment": "unclear"}, void),
            Change(
                "unclear_timeout", (TIMER,), {"payment": "unclear"}, To({"payment": "unreconciled"})
            ),
            Change("cancel", (SELLER, PLATFORM), waiting, repay),
            Change("ship_timeout", (TIMER,), waiting, repay),
        ),
        (
            Limit("pay", {"payment": "unpaid"}, deadlines.pay, "pay_timeout", SELLER),
            Limit(
                "unclear", {"payment": "unclear"}, deadlines.reconcile, "unclear_timeout", PLATFORM
            ),
        ),
        (Effect("void", "voided", "void_failed", "void_timeout", 24),),
        words=_PAYING,
    )


def _shipping(deadlines: Terms) -> Part:
    """Goods on their way, in one parcel or several; each parcel is a case of `shipments`."""
    held = Guard("units_held", "units_held", frozenset({False}))
    rest: Where = {"payment": "paid", "goods": (NONE, "part_shipped")}
    way: Where = {"payment": "paid", "goods": ("shipped", "extended")}
    received = {"payment": "paid", "goods": "received"}
    shipped = {"payment": "paid", "goods": "shipped"}
    kept = Guard("units_kept", "units_kept", frozenset({"none"}))
    return Part(
        (
            Axis(
                "goods",
                {
                    NONE: Said("", ""),
                    "part_shipped": Said("部分发货", "partly shipped"),
                    "shipped": Said("已发货，待收货", "shipped"),
                    "extended": Said("已延长收货", "shipped, receipt extended"),
                    "received": Said("已收货", "received"),
                },
            ),
        ),
        (
            Change("ship", (SELLER,), rest, _goods("part_shipped"), (held, _is("parcels", "part"))),
            Change("ship", (SELLER,), rest, _goods("shipped"), (held, _is("parcels", "all"))),
            Change(
                "ship_timeout",
                (TIMER,),
                {"payment": "paid", "goods": "part_shipped"},
                _goods("shipped"),
            ),
            Change("extend", (BUYER,), shipped, _goods("extended")),
            Change("receive", (BUYER,), way, _goods("received")),
            Change(
                "receive_timeout", (TIMER,), shipped, _goods("received"), (_is("cases", "none"),)
            ),
            Change(
                "receive_timeout", (TIMER,), shipped, _goods("extended"), (_is("cases", "open"),)
            ),
            Change(
                "extended_timeout",
                (TIMER,),
                {"payment": "paid", "goods": "extended"},
                _goods("received"),
            ),
            Change(
                "window_timeout", (TIMER,), received, To({"payment": "completed", "goods": NONE})
            ),
            Change(
                "undo",
                (PLATFORM,),
                {"payment": "paid"},
                To({"payment": "closed", "goods": NONE}),
                (kept,),
            ),
        ),
        (
            Limit("ship", rest, deadlines.ship, "ship_timeout", BUYER),
            Limit("receive", shipped, deadlines.arrive, "receive_timeout", SELLER),
            Limit(
                "extended",
                {"payment": "paid", "goods": "extended"},
                deadlines.extend,
                "extended_timeout",
                SELLER,
            ),
            Limit("window", received, deadlines.window, "window_timeout", SELLER),
        ),
        facts={
            "units_held": (True, False),
            "units_kept": ("some", "none"),
            "parcels": ("part", "all"),
            "cases": ("none", "open"),
        },
        words=_SHIPPING,
    )


def _goods(value: str) -> To:
    return To({"goods": value})


def _is(fact: str, value: str) -> Guard:
    return Guard(f"{fact}_otherwise", fact, frozenset({value}))


_PAYING = {
    "event.paid": Said("付款成功", "the payment succeeded"),
    "event.cancel": Said("取消订单", "cancel the order"),
    "event.pay_timeout": Said("逾期未付款", "not paid in time"),
    "event.voided": Said("支付单已关闭", "the payment was called off"),
    "event.void_failed": Said("关单失败，买家已付款", "the buyer had paid already"),
    "event.void_timeout": Said("关单超时无结果", "no word of the payment in time"),
    "event.void_again": Said("再次关单", "call the payment off again"),
    "event.unclear_timeout": Said("支付结果逾期未知", "the payment stayed unclear"),
    "event.ship_timeout": Said("逾期未发货", "not shipped in time"),
    "deadline.pay": Said("付款时限", "for the buyer to pay"),
    "deadline.unclear": Said("支付结果核实时限", "to find out about the payment"),
    "effect.void": Said("关闭支付单", "call the payment off"),
}

_SHIPPING = {
    "event.ship": Said("发货", "ship"),
    "event.extend": Said("延长收货", "extend the time for receipt"),
    "event.receive": Said("确认收货", "confirm receipt"),
    "event.receive_timeout": Said("收货期限已到", "the time for receipt is over"),
    "event.extended_timeout": Said("延长后的收货期限已到", "the extended time is over"),
    "event.window_timeout": Said("售后期限已过", "the time for after-sales is over"),
    "event.undo": Said("全部退回，关闭订单", "close, since nothing is kept"),
    "guard.units_held": Said("商品正在售后中", "units are in an open case"),
    "guard.units_kept": Said("买家仍保留部分商品", "the buyer keeps units"),
    "guard.parcels_otherwise": Said("与实际发货数量不符", "not what is being shipped"),
    "guard.cases_otherwise": Said("与售后单状态不符", "not how the cases stand"),
    "deadline.ship": Said("发货时限", "for the seller to ship"),
    "deadline.receive": Said("自动确认收货时限", "until receipt is taken for granted"),
    "deadline.extended": Said("延长收货时限", "until the extended time is over"),
    "deadline.window": Said("售后时限", "to open a case"),
}
