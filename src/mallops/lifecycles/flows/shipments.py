"""Shipments: one parcel, moved by what its carrier reports.

Reports come late, twice and out of order: from anywhere on the way any later stage can follow,
and a report of what is past is refused and changes nothing. A parcel of which nothing is heard
is searched for, and is lost in the end.
"""

from __future__ import annotations

from mallops.lifecycles.axes import Axis, Change, Limit, Part, Said, To, Where, compose
from mallops.lifecycles.machine import TIMER, Machine
from mallops.lifecycles.parts.people import BUYER, CARRIER, PEOPLE, SELLER
from mallops.lifecycles.parts.terms import HOUSE, Terms

VERSION = "1"

_AXIS = Axis(
    "parcel",
    {
        "booked": Said("待揽收", "waiting for pick-up"),
        "picked_up": Said("已揽收", "picked up"),
        "in_transit": Said("运输中", "in transit"),
        "at_hub": Said("到达转运中心", "at a hub"),
        "out_for_delivery": Said("派送中", "out for delivery"),
        "attempted": Said("派送失败，待再次派送", "not handed over, to be tried again"),
        "searched": Said("物流停滞，查找中", "nothing heard of, being searched for"),
        "returning": Said("退回寄件人途中", "on its way back to the sender"),
        "delivered": Said("已签收", "delivered"),
        "returned": Said("已退回寄件人", "back with the sender"),
        "lost": Said("已丢失", "lost"),
        "cancelled": Said("已取消寄件", "cancelled"),
    },
)

_MOVING = ("picked_up", "in_transit", "at_hub", "out_for_delivery", "attempted", "searched")
_ENDS = ({"parcel": ("delivered", "returned", "lost", "cancelled")},)


def shipments(deadlines: Terms = HOUSE) -> Machine:
    """A single axis: where the parcel is."""
    parts = (
        Part(
            (_AXIS,),
            (
                _moves("pick_up", CARRIER, ("booked",), "picked_up"),
                _moves("cancel", SELLER, ("booked",), "cancelled"),
                _moves("pick_up_timeout", TIMER, ("booked",), "cancelled"),
                _moves("depart", CARRIER, ("booked", *_but("in_transit")), "in_transit"),
                _moves("reach_hub", CARRIER, ("booked", *_but("at_hub")), "at_hub"),
                _moves(
                    "go_out",
                    CARRIER,
                    ("booked", *_but("out_for_delivery")),
                    "out_for_delivery",
                ),
                _moves("attempt", CARRIER, ("out_for_delivery",), "attempted"),
                _moves("deliver", CARRIER, ("booked", *_MOVING), "delivered"),
                _moves("decline", BUYER, ("out_for_delivery", "attempted"), "returning"),
                _moves("turn_back", CARRIER, _MOVING, "returning"),
                _moves("attempt_timeout", TIMER, ("attempted",), "returning"),
                _moves("silence_timeout", TIMER, _but("attempted", "searched"), "searched"),
                _moves("lose", CARRIER, (*_MOVING, "returning"), "lost"),
                _moves("search_timeout", TIMER, ("searched", "returning"), "lost"),
                _moves("bring_back", CARRIER, ("returning",), "returned"),
            ),
            (
                _limit("pick_up", ("booked",), deadlines, "pick_up_timeout"),
                *(
                    _limit(name, (name,), deadlines, "silence_timeout")
                    for name in ("picked_up", "in_transit", "at_hub", "out_for_delivery")
                ),
                _limit("attempted", ("attempted",), deadlines, "attempt_timeout"),
                _limit("searched", ("searched",), deadlines, "search_timeout"),
                _limit("returning", ("returning",), deadlines, "search_timeout"),
            ),
            words=_WORDS,
        ),
        PEOPLE,
    )
    return compose("shipments", f"{VERSION}-{deadlines.id}", parts, _ENDS)


def _but(*stages: str) -> tuple[str, ...]:
    return tuple(stage for stage in _MOVING if stage not in stages)


def _moves(event: str, actor: str, stages: tuple[str, ...], to: str) -> Change:
    return Change(event, (actor,), {"parcel": stages}, To({"parcel": to}))


def _limit(name: str, stages: tuple[str, ...], deadlines: Terms, event: str) -> Limit:
    lengths = {
        "pick_up": deadlines.pick_up,
        "searched": deadlines.search,
        "returning": deadlines.arrive,
    }
    where: Where = {"parcel": stages}
    return Limit(name, where, lengths.get(name, deadlines.leg), event, BUYER)


_WORDS = {
    "event.pick_up": Said("揽收", "pick up"),
    "event.cancel": Said("取消寄件", "cancel"),
    "event.pick_up_timeout": Said("逾期未揽收", "not picked up in time"),
    "event.depart": Said("离开网点", "depart"),
    "event.reach_hub": Said("到达转运中心", "reach a hub"),
    "event.go_out": Said("开始派送", "go out for delivery"),
    "event.attempt": Said("派送未成功", "fail to hand over"),
    "event.attempt_timeout": Said("逾期未再次派送", "not tried again in time"),
    "event.deliver": Said("签收", "deliver"),
    "event.decline": Said("拒收", "decline the parcel"),
    "event.turn_back": Said("安排退回", "turn back"),
    "event.silence_timeout": Said("物流长时间未更新", "nothing heard for too long"),
    "event.lose": Said("确认丢失", "report it lost"),
    "event.search_timeout": Said("查找逾期，视为丢失", "not found in time"),
    "event.bring_back": Said("退回签收", "bring back to the sender"),
    "deadline.pick_up": Said("揽收时限", "for the pick-up"),
    "deadline.picked_up": Said("揽收后更新时限", "for news after the pick-up"),
    "deadline.in_transit": Said("运输更新时限", "for news from the way"),
    "deadline.at_hub": Said("中转更新时限", "for news from the hub"),
    "deadline.out_for_delivery": Said("派送时限", "for the delivery"),
    "deadline.attempted": Said("再次派送时限", "for another attempt"),
    "deadline.searched": Said("查找时限", "for the search"),
    "deadline.returning": Said("退回时限", "for the way back"),
}
