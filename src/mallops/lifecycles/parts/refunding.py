"""Money on its way back: paid once, whatever the provider says or does not say.

A time-out is no failure. Whether the money moved is asked before anything is tried again, and
where nobody can tell, nothing is paid until somebody finds out.
"""

from __future__ import annotations

from mallops.lifecycles.axes import NONE, Axis, Change, Limit, Part, Said, To, Where
from mallops.lifecycles.machine import PROVIDER, TIMER, Effect
from mallops.lifecycles.parts.people import BUYER, PLATFORM, SELLER
from mallops.lifecycles.parts.terms import Terms

_AXIS = Axis(
    "money",
    {
        NONE: Said("", ""),
        "refunding": Said("退款中", "refund on its way"),
        "refund_failed": Said("退款失败，待重新退款", "refund failed"),
        "refund_asked": Said("退款结果查询中", "refund being looked up"),
        "refund_unclear": Said("退款结果未知", "refund unclear"),
        "paid_by_hand": Said("已线下退款，待买家确认", "refunded by hand, to be confirmed"),
        "refunded": Said("退款成功", "refunded"),
        "overdue": Said("退款逾期，转平台处理", "refund overdue, taken over by the platform"),
    },
)

PAY = To({"acceptance": "accepted", "arbitration": NONE, "money": "refunding"}, ("refund",))
"""The case is granted, and the buyer is paid."""

REFUNDED: Where = {"money": "refunded", "stock": (NONE, "stocked", "unstocked")}
"""The buyer has been paid, and the goods are where they belong."""

OVERDUE: Where = {"money": "overdue"}


def refunding(terms: Terms) -> Part:
    """A refund with its failure, its retry, its time-out, and payment by hand."""
    return Part(
        (_AXIS,),
        (
            *_paid("refunded", (PROVIDER,), "refunding"),
            _moves("refund_failed", (PROVIDER,), "refunding", "refund_failed"),
            _moves("refund_timeout", (TIMER,), "refunding", "refund_asked", ("ask_refund",)),
            *_paid("refund_found", (PROVIDER,), "refund_asked"),
            _moves("refund_not_found", (PROVIDER,), "refund_asked", "refund_failed"),
            _moves("ask_timeout", (TIMER,), "refund_asked", "refund_unclear"),
            _moves(
                "ask_again", (SELLER, PLATFORM), "refund_unclear", "refund_asked", ("ask_refund",)
            ),
            _moves("retry", (SELLER, PLATFORM), "refund_failed", "refunding", ("refund",)),
            _moves("pay_by_hand", (SELLER,), "refund_failed", "paid_by_hand"),
            *_paid("confirm_refund", (BUYER,), "paid_by_hand", "refund_unclear"),
            _moves("deny_refund", (BUYER,), "paid_by_hand", "refund_failed"),
            *_paid("confirm_timeout", (TIMER,), "paid_by_hand"),
            _moves("settle_timeout", (TIMER,), "refund_failed", "overdue"),
            _moves("settle_timeout", (TIMER,), "refund_unclear", "overdue"),
        ),
        (
            Limit(
                "settle",
                {"money": ("refund_failed", "refund_unclear")},
                terms.settle,
                "settle_timeout",
                BUYER,
            ),
            Limit("confirm", {"money": "paid_by_hand"}, terms.confirm, "confirm_timeout", SELLER),
        ),
        (
            Effect("refund", "refunded", "refund_failed", "refund_timeout", 72, money="refund"),
            Effect("ask_refund", "refund_found", "refund_not_found", "ask_timeout", 24),
        ),
        words=_WORDS,
    )


def _moves(
    event: str, actors: tuple[str, ...], money: str, to: str, effects: tuple[str, ...] = ()
) -> Change:
    return Change(event, actors, {"money": money}, To({"money": to}, effects))


def _paid(event: str, actors: tuple[str, ...], *money: str) -> tuple[Change, ...]:
    """The buyer has been paid; only then do goods that passed inspection go back on sale."""
    return (
        Change(
            event,
            actors,
            {"money": money, "reception": ("passed", "part_passed")},
            To({"money": "refunded", "stock": "restocking"}, ("restock",)),
        ),
        Change(event, actors, {"money": money, "reception": NONE}, To({"money": "refunded"})),
    )


_WORDS = {
    "event.refunded": Said("退款成功", "the refund succeeded"),
    "event.refund_failed": Said("退款失败", "the refund failed"),
    "event.refund_timeout": Said("退款超时无结果", "no word of the refund in time"),
    "event.refund_found": Said("查得退款已成功", "the refund was found to have succeeded"),
    "event.refund_not_found": Said("查得退款未成功", "the refund was found not to have happened"),
    "event.ask_timeout": Said("查询退款超时", "no word on the look-up in time"),
    "event.ask_again": Said("再次查询退款", "look the refund up again"),
    "event.retry": Said("重新退款", "try the refund again"),
    "event.pay_by_hand": Said("上传线下退款凭证", "give proof of a refund by hand"),
    "event.confirm_refund": Said("确认收到退款", "confirm the refund"),
    "event.deny_refund": Said("未收到退款", "deny the refund"),
    "event.confirm_timeout": Said("逾期未确认，视为已收到", "not denied in time"),
    "event.settle_timeout": Said("退款逾期", "the refund is overdue"),
    "deadline.settle": Said("退款处理时限", "to put the refund right"),
    "deadline.confirm": Said("买家确认收款时限", "for the buyer to confirm the refund"),
    "effect.refund": Said("向买家退款", "refund the buyer"),
    "effect.ask_refund": Said("查询退款结果", "look the refund up"),
}
