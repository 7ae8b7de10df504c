"""Delivery: a parcel to the buyer, be it a replacement, repaired goods or goods going back."""

from __future__ import annotations

from mallops.lifecycles.axes import NONE, Axis, Change, Limit, Part, Said, To, Where
from mallops.lifecycles.machine import PROVIDER, TIMER, Effect
from mallops.lifecycles.parts.people import BUYER, CARRIER, SELLER
from mallops.lifecycles.parts.refunding import PAY
from mallops.lifecycles.parts.terms import Terms

_AXIS = Axis(
    "delivery",
    {
        NONE: Said("", ""),
        "packing": Said("待卖家寄出", "being sent to the buyer"),
        "unsent": Said("寄出失败", "could not be sent to the buyer"),
        "sent": Said("已寄出，待买家收货", "sent to the buyer"),
        "missing": Said("寄往买家的包裹丢失", "lost on the way to the buyer"),
        "delivered": Said("买家已收货", "received by the buyer"),
    },
)

SHIP = To({"acceptance": "accepted", "arbitration": NONE, "delivery": "packing"}, ("ship",))
"""The case is granted, and goods go to the buyer."""

DELIVERED: Where = {"delivery": "delivered", "stock": (NONE, "stocked", "unstocked")}
"""The buyer has the goods, and those that came back are where they belong."""


def delivering(terms: Terms) -> Part:
    """A parcel to the buyer. What cannot be sent, or is lost, is sent anew or paid for."""
    stranded: Where = {"delivery": ("unsent", "missing")}
    paid = PAY.also(delivery=NONE)
    return Part(
        (_AXIS,),
        (
            _moves("shipped", (PROVIDER,), "packing", "sent"),
            _moves("ship_failed", (PROVIDER,), "packing", "unsent"),
            _moves("ship_timeout", (TIMER,), "packing", "unsent"),
            Change("ship_again", (SELLER,), stranded, To({"delivery": "packing"}, ("ship",))),
            Change("refund_instead", (SELLER,), stranded, paid, approves=BUYER),
            Change("dispatch_timeout", (TIMER,), stranded, paid, approves=BUYER),
            _moves("lose_delivery", (CARRIER,), "sent", "missing"),
            *_received("deliver", CARRIER),
            *_received("confirm", BUYER),
            *_received("delivery_timeout", TIMER),
        ),
        (
            Limit("dispatch", stranded, terms.dispatch, "dispatch_timeout", BUYER),
            Limit("delivery", {"delivery": "sent"}, terms.arrive, "delivery_timeout", SELLER),
        ),
        (Effect("ship", "shipped", "ship_failed", "ship_timeout", 72),),
        words=_WORDS,
    )


def _moves(event: str, actors: tuple[str, ...], delivery: str, to: str) -> Change:
    return Change(event, actors, {"delivery": delivery}, To({"delivery": to}))


def _received(event: str, actor: str) -> tuple[Change, ...]:
    """The buyer has the parcel; only then do goods that passed inspection go back on sale."""
    return (
        Change(
            event,
            (actor,),
            {"delivery": "sent", "reception": ("passed", "part_passed")},
            To({"delivery": "delivered", "stock": "restocking"}, ("restock",)),
        ),
        Change(
            event,
            (actor,),
            {"delivery": "sent", "reception": NONE},
            To({"delivery": "delivered"}),
        ),
    )


_WORDS = {
    "event.shipped": Said("已寄出", "the parcel was sent"),
    "event.ship_failed": Said("寄出失败", "sending failed"),
    "event.ship_timeout": Said("逾期未寄出", "not sent in time"),
    "event.ship_again": Said("重新寄出", "send again"),
    "event.refund_instead": Said("改为退款", "refund instead"),
    "event.dispatch_timeout": Said("逾期未重新寄出", "not sent again in time"),
    "event.lose_delivery": Said("寄往买家的包裹丢失", "the parcel to the buyer was lost"),
    "event.deliver": Said("包裹已签收", "the parcel was delivered"),
    "event.confirm": Said("确认收货", "confirm receipt"),
    "event.delivery_timeout": Said("自动确认收货", "receipt taken for granted"),
    "deadline.dispatch": Said("重新寄出时限", "for the seller to send again"),
    "deadline.delivery": Said("自动确认收货时限", "until receipt is taken for granted"),
    "effect.ship": Said("寄出包裹给买家", "send a parcel to the buyer"),
}
