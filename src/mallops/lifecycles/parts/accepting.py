"""Acceptance: a request, and whether the other side grants it."""

from __future__ import annotations

from mallops.lifecycles.axes import NONE, Axis, Change, Limit, Part, Said, To, Where, among
from mallops.lifecycles.machine import TIMER, Guard
from mallops.lifecycles.parts.people import BUYER, SELLER
from mallops.lifecycles.parts.terms import Terms

UNITS = Guard("units_taken", "units", frozenset({"open"}))
"""No other case has the units; `mallops.lifecycles.claims` works the fact out."""

RETURNABLE = Guard("not_returnable", "returnable", frozenset({True}))
"""The goods may be returned: in time, not excluded, not returned before."""

_REASON = Guard("reason_missing", "reason", frozenset({True}))

_AXIS = Axis(
    "acceptance",
    {
        "drafted": Said("待买家提交", "drafted by the buyer"),
        "requested": Said("待卖家处理", "waiting for the seller's answer"),
        "proposed": Said("待买家确认协商方案", "waiting for the buyer to agree to a proposal"),
        "refused": Said("卖家已拒绝，待买家处理", "refused by the seller, waiting for the buyer"),
        "lapsed": Said(
            "买家逾期未退货，待买家处理", "not sent back in time, waiting for the buyer"
        ),
        "accepted": Said("", ""),
        "disputed": Said("平台介入", "with the platform"),
        "settled": Said("已协商解决", "settled"),
        "withdrawn": Said("买家已撤销", "withdrawn by the buyer"),
        "closed": Said("已关闭", "closed"),
        "dismissed": Said("平台裁定不支持买家，已关闭", "dismissed by the platform"),
    },
)

SHUT: Where = {
    "acceptance": ("settled", "withdrawn", "closed", "dismissed"),
    "delivery": (NONE, "delivered"),
    "money": NONE,
}
"""Nothing came of the case, and the buyer has the goods, or has them again."""

IN_HAND = ("part_passed", "not_passed")
"""Where the seller has goods that did not all pass inspection."""

_SEND_BACK = To(
    {"acceptance": "closed", "arbitration": NONE, "reception": NONE, "delivery": "packing"},
    ("ship",),
)


def closing(event: str, actors: tuple[str, ...], where: Where, end: str) -> tuple[Change, ...]:
    """Changes by which a case closes without success, wherever the goods are.

    `where` may name values of `reception`; without them every one counts at which people can
    end a case. What the seller has in hand goes back to the buyer, whatever the `end`.
    """
    goods = among(where.get("reception", (NONE, "lost", *IN_HAND)))
    away = tuple(each for each in goods if each not in IN_HAND)
    shut = To({"acceptance": end, "arbitration": NONE, "reception": NONE})
    return (
        Change(event, actors, {**where, "reception": away}, shut),
        *(
            Change(event, actors, {**where, "reception": each}, _SEND_BACK)
            for each in goods
            if each in IN_HAND
        ),
    )


def accepting(
    terms: Terms,
    granted: To,
    *,
    agreed: To | None = None,
    silent: To | None = None,
    made_good: To | None = None,
    guards: tuple[Guard, ...] = (RETURNABLE, UNITS),
    edited: tuple[Guard, ...] = (UNITS,),
) -> Part:
    """A request, its answer, the buyer's edit and withdrawal, and what silence means.

    `granted` is where the seller's yes leads, `agreed` the buyer's to a proposal, `silent` the
    seller's silence (both: as `granted`); `made_good` is where a proposal leads that the seller
    makes with the goods in hand. `guards` have to hold for a request, `edited` for an edit.
    """
    granted = granted.also(acceptance=granted.axes.get("acceptance", "accepted"))
    agreed = agreed or granted
    nothing_back: Where = {"reception": NONE}
    partly: Where = {"acceptance": "proposed", "reception": "part_passed"}
    changes = [
        Change("request", (BUYER,), {"acceptance": "drafted"}, _to("requested"), guards),
        Change("draft_timeout", (TIMER,), {"acceptance": "drafted"}, _to("closed")),
        _by_seller("accept", granted, approves=BUYER),
        _by_seller("refuse", _to("refused"), (_REASON,)),
        _by_seller("propose", _to("proposed")),
        Change(
            "answer_timeout",
            (TIMER,),
            {"acceptance": "requested"},
            silent or granted,
            approves="" if silent else BUYER,
        ),
        Change(
            "agree",
            (BUYER,),
            {"acceptance": "proposed", **nothing_back},
            agreed,
            approves=SELLER,
        ),
        Change(
            "edit",
            (BUYER,),
            {"acceptance": ("proposed", "refused", "lapsed"), **nothing_back},
            _to("requested"),
            edited,
        ),
        *closing(
            "withdraw",
            (BUYER,),
            {"acceptance": ("drafted", "requested", "proposed", "refused", "lapsed")},
            "withdrawn",
        ),
        *closing("reply_timeout", (TIMER,), {"acceptance": ("refused", "lapsed")}, "closed"),
        *closing("reply_timeout", (TIMER,), {"acceptance": "proposed", **nothing_back}, "closed"),
    ]
    if made_good:
        changes += [
            Change("agree", (BUYER,), partly, made_good, approves=SELLER),
            Change("reply_timeout", (TIMER,), partly, made_good, approves=SELLER),
        ]
    return Part(
        (_AXIS,),
        tuple(changes),
        (
            Limit("draft", {"acceptance": "drafted"}, terms.draft, "draft_timeout", SELLER),
            Limit("answer", {"acceptance": "requested"}, terms.answer, "answer_timeout", BUYER),
            Limit(
                "reply",
                {"acceptance": ("proposed", "refused", "lapsed")},
                terms.reply,
                "reply_timeout",
                SELLER,
            ),
        ),
        facts={
            "units": ("open", "taken"),
            "returnable": (True, False),
            "reason": (True, False),
        },
        words=_WORDS,
    )


def _to(acceptance: str) -> To:
    return To({"acceptance": acceptance})


def _by_seller(event: str, to: To, guards: tuple[Guard, ...] = (), approves: str = "") -> Change:
    return Change(event, (SELLER,), {"acceptance": "requested"}, to, guards, approves)


_WORDS = {
    "event.request": Said("提交申请", "submit the request"),
    "event.accept": Said("同意申请", "accept the request"),
    "event.refuse": Said("拒绝申请", "refuse the request"),
    "event.propose": Said("发起协商", "propose other terms"),
    "event.agree": Said("同意协商方案", "agree to the proposal"),
    "event.edit": Said("修改申请", "edit the request"),
    "event.withdraw": Said("撤销申请", "withdraw the request"),
    "event.draft_timeout": Said("逾期未提交", "not submitted in time"),
    "event.answer_timeout": Said("卖家逾期未处理", "no answer from the seller in time"),
    "event.reply_timeout": Said("买家逾期未处理", "no reply from the buyer in time"),
    "guard.units_taken": Said("这些商品已在其他售后单中", "the units are already in another case"),
    "guard.not_returnable": Said("商品不支持退换", "the goods cannot be returned"),
    "guard.reason_missing": Said("请填写拒绝理由", "a refusal needs a reason"),
    "deadline.draft": Said("买家提交时限", "for the buyer to submit"),
    "deadline.answer": Said("卖家处理时限", "for the seller to answer"),
    "deadline.reply": Said("买家处理时限", "for the buyer to reply"),
}
