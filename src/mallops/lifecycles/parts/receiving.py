"""Reception: goods on their way back to the seller, received, inspected or lost."""

from __future__ import annotations

from mallops.lifecycles.axes import NONE, Axis, Change, Limit, Part, Said, To, Where
from mallops.lifecycles.machine import TIMER, Guard
from mallops.lifecycles.parts.accepting import closing
from mallops.lifecycles.parts.people import BUYER, CARRIER, SELLER
from mallops.lifecycles.parts.terms import Terms

_AXIS = Axis(
    "reception",
    {
        NONE: Said("", ""),
        "awaited": Said("待买家退货", "waiting for the buyer to send the goods back"),
        "on_the_way": Said("退货在途，待卖家收货", "goods on their way back"),
        "lost": Said("退货包裹丢失", "goods lost on their way back"),
        "received": Said("已收到退货，待卖家验货", "goods received, waiting for inspection"),
        "passed": Said("验货通过", "goods passed inspection"),
        "part_passed": Said("部分验货通过", "a part of the goods passed inspection"),
        "not_passed": Said("验货未通过", "goods failed inspection"),
    },
)

AWAIT = To({"acceptance": "accepted", "arbitration": NONE, "reception": "awaited"})
"""The case is granted once the goods are back."""

_WAYBILL = Guard("waybill_missing", "waybill", frozenset({True}))
_LOST: Where = {"acceptance": "accepted", "reception": "lost", "delivery": NONE, "money": NONE}


def receiving(terms: Terms, made_good: To, *, lost: To, silent: To | None = None) -> Part:
    """A parcel back: sent, received, inspected, and what happens where any of it does not.

    Goods that pass lead to `made_good`; a parcel that is lost at the seller's risk, or that the
    seller says nothing of, to `lost`; goods that the seller has and does not inspect in time,
    to `silent` (as `made_good`), and never back on sale.
    """
    silent = silent or made_good
    on_the_way: Where = {"reception": "on_the_way"}
    received: Where = {"reception": "received"}
    lapse = To({"acceptance": "lapsed", "reception": NONE})
    changes = (
        Change("send", (BUYER,), {"reception": "awaited"}, _to("on_the_way"), (_WAYBILL,)),
        *closing("withdraw", (BUYER,), {"reception": "awaited"}, "withdrawn"),
        Change("send_timeout", (TIMER,), {"reception": "awaited"}, lapse),
        Change("arrive", (CARRIER,), on_the_way, _to("received")),
        Change("receive", (SELLER,), on_the_way, _to("received")),
        Change("lose", (CARRIER,), on_the_way, lost, _fact("carriage", "seller"), BUYER),
        Change("lose", (CARRIER,), on_the_way, _to("lost"), _fact("carriage", "buyer")),
        Change("receive_timeout", (TIMER,), on_the_way, lost, approves=BUYER),
        Change(
            "inspect", (SELLER,), received, _inspected(made_good), _fact("passed", "all"), BUYER
        ),
        Change(
            "inspect",
            (SELLER,),
            received,
            To({"acceptance": "proposed", "reception": "part_passed"}),
            _fact("passed", "some"),
        ),
        Change(
            "inspect",
            (SELLER,),
            received,
            To({"acceptance": "refused", "reception": "not_passed"}),
            _fact("passed", "none"),
        ),
        *(
            Change(event, (TIMER,), received, silent.also(reception=NONE), approves=BUYER)
            for event in ("inspect_timeout", "receive_timeout")
        ),
        Change("find", (CARRIER,), _LOST, _to("on_the_way")),
        Change("bear_loss", (SELLER,), _LOST, lost, approves=BUYER),
        *closing("withdraw", (BUYER,), _LOST, "withdrawn"),
        *closing("loss_timeout", (TIMER,), _LOST, "closed"),
    )
    return Part(
        (_AXIS,),
        changes,
        (
            Limit("send", {"reception": "awaited"}, terms.send, "send_timeout", SELLER),
            Limit(
                "receive",
                {"reception": ("on_the_way", "received")},
                terms.receive,
                "receive_timeout",
                BUYER,
            ),
            Limit("inspect", received, terms.inspect, "inspect_timeout", BUYER),
            Limit("loss", _LOST, terms.reply, "loss_timeout", SELLER),
        ),
        facts={
            "waybill": (True, False),
            "carriage": ("seller", "buyer"),
            "passed": ("all", "some", "none"),
        },
        words=_WORDS,
    )


def _to(reception: str) -> To:
    return To({"reception": reception})


def _inspected(made_good: To) -> To:
    return made_good.also(reception=made_good.axes.get("reception", "passed"))


def _fact(fact: str, value: str) -> tuple[Guard, ...]:
    return (Guard(f"{fact}_otherwise", fact, frozenset({value})),)


_WORDS = {
    "event.send": Said("填写退货运单", "send the goods back"),
    "event.send_timeout": Said("买家逾期未退货", "not sent back in time"),
    "event.arrive": Said("退货已签收", "the goods arrived back"),
    "event.receive": Said("确认收到退货", "confirm receipt of the goods"),
    "event.receive_timeout": Said("卖家逾期未收货验货", "not received and inspected in time"),
    "event.lose": Said("退货包裹丢失", "the parcel was lost"),
    "event.find": Said("退货包裹已找回", "the parcel was found"),
    "event.bear_loss": Said("卖家承担丢件损失", "bear the loss"),
    "event.loss_timeout": Said("丢件后买家逾期未处理", "no reply to the loss in time"),
    "event.inspect": Said("验货", "inspect the goods"),
    "event.inspect_timeout": Said("卖家逾期未验货", "not inspected in time"),
    "guard.waybill_missing": Said("请填写运单号", "a waybill is needed"),
    "guard.carriage_otherwise": Said("退货运输由另一方安排", "the other side sent the parcel"),
    "guard.passed_otherwise": Said("与验货结果不符", "not what the inspection found"),
    "deadline.send": Said("买家退货时限", "for the buyer to send the goods back"),
    "deadline.receive": Said(
        "卖家收货验货时限", "for the seller to receive and inspect, from the sending"
    ),
    "deadline.inspect": Said(
        "卖家验货退款时限", "for the seller to inspect and repay, from the receipt"
    ),
    "deadline.loss": Said("丢件处理时限", "to settle the loss"),
}
