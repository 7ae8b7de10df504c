"""Arbitration: the platform hears both sides within a time, and decides."""

from __future__ import annotations

from mallops.lifecycles.axes import NONE, Axis, Change, Limit, Part, Said, To, Where
from mallops.lifecycles.machine import PROVIDER, TIMER, Effect
from mallops.lifecycles.parts.accepting import closing
from mallops.lifecycles.parts.people import BUYER, PLATFORM, SELLER
from mallops.lifecycles.parts.terms import Terms

_AXIS = Axis(
    "arbitration",
    {
        NONE: Said("", ""),
        "calling": Said("通知双方中", "both sides being told"),
        "evidence": Said("待双方举证", "waiting for evidence of both sides"),
        "evidence_buyer": Said("买家已举证，待卖家举证", "waiting for the seller's evidence"),
        "evidence_seller": Said("卖家已举证，待买家举证", "waiting for the buyer's evidence"),
        "judging": Said("待平台裁决", "waiting for the platform's decision"),
    },
)

_EVIDENCE = ("evidence", "evidence_buyer", "evidence_seller")
_HEARD = (*_EVIDENCE, "judging")

CALL = To({"acceptance": "disputed", "arbitration": "calling"}, ("call",))
"""The platform is called in, and tells both sides."""


def arbitrating(
    terms: Terms, granted: To, *, made_good: To | None = None, lost: To | None = None
) -> Part:
    """A dispute, evidence of both sides within a time, and a decision for either.

    For the buyer it leads to `granted` where no goods went back, to `made_good` where the seller
    has them, and to `lost` where the carrier lost them. The seller may concede at any time.
    Until both have been told, nothing else happens, and the time for evidence does not run; a
    message that failed or got lost is no reason to wait, since the case shows it as well.
    """
    granted = granted.also(acceptance=granted.axes.get("acceptance", "accepted"), arbitration=NONE)
    favours = [(NONE, granted)]
    if made_good:
        # What failed inspection is not restocked, whoever is right.
        favours += [("not_passed", made_good.also(reception=NONE)), ("part_passed", made_good)]
    if lost:
        favours.append(("lost", lost))
    changes = [
        *(
            Change("dispute", (BUYER,), where, CALL)
            for where in (
                {"acceptance": ("refused", "lapsed")},
                {"acceptance": "proposed", "reception": "part_passed"},
                {"acceptance": "accepted", "reception": "lost"},
            )
        ),
        *(
            Change(event, (actor,), {"arbitration": "calling"}, To({"arbitration": "evidence"}))
            for event, actor in (
                ("called", PROVIDER),
                ("call_failed", PROVIDER),
                ("call_timeout", TIMER),
            )
        ),
        _evidence(BUYER, "evidence", "evidence_buyer"),
        _evidence(BUYER, "evidence_seller", "judging"),
        _evidence(SELLER, "evidence", "evidence_seller"),
        _evidence(SELLER, "evidence_buyer", "judging"),
        Change(
            "evidence_timeout", (TIMER,), {"arbitration": _EVIDENCE}, To({"arbitration": "judging"})
        ),
        *closing("withdraw", (BUYER,), {"arbitration": _HEARD}, "withdrawn"),
        *(
            Change(event, (actor,), {"arbitration": at, "reception": goods}, to, approves=BUYER)
            for goods, to in favours
            for event, actor, at in (
                ("concede", SELLER, _HEARD),
                ("decide_for_buyer", PLATFORM, "judging"),
                ("judge_timeout", TIMER, "judging"),
            )
        ),
        *_for_seller(made_good),
    ]
    return Part(
        (_AXIS,),
        tuple(changes),
        (
            Limit(
                "evidence", {"arbitration": _EVIDENCE}, terms.evidence, "evidence_timeout", PLATFORM
            ),
            Limit("judge", {"arbitration": "judging"}, terms.judge, "judge_timeout", BUYER),
        ),
        (Effect("call", "called", "call_failed", "call_timeout", 24),),
        words=_WORDS,
    )


def _evidence(actor: str, where: str, to: str) -> Change:
    return Change("give_evidence", (actor,), {"arbitration": where}, To({"arbitration": to}))


def _for_seller(made_good: To | None) -> tuple[Change, ...]:
    """The request fails; where the seller proposed a part of it, that part stands."""
    where: Where = {"arbitration": "judging", "reception": (NONE, "lost", "not_passed")}
    event = "decide_for_seller"
    if made_good is None:
        return closing(event, (PLATFORM,), where, "dismissed")
    partly: Where = {"arbitration": "judging", "reception": "part_passed"}
    return (
        *closing(event, (PLATFORM,), where, "dismissed"),
        Change(event, (PLATFORM,), partly, made_good, approves=SELLER),
    )


_WORDS = {
    "event.dispute": Said("申请平台介入", "call the platform in"),
    "event.called": Said("已通知双方", "both sides were told"),
    "event.call_failed": Said("通知失败", "telling the sides failed"),
    "event.call_timeout": Said("通知超时", "no word in time that the sides were told"),
    "event.give_evidence": Said("提交举证", "give evidence"),
    "event.evidence_timeout": Said("举证时限已到", "the time for evidence is over"),
    "event.concede": Said("卖家让步", "concede"),
    "event.decide_for_buyer": Said("裁定支持买家", "decide for the buyer"),
    "event.decide_for_seller": Said("裁定支持卖家", "decide for the seller"),
    "event.judge_timeout": Said("平台逾期未裁决", "no decision in time"),
    "deadline.evidence": Said("举证时限", "for evidence"),
    "deadline.judge": Said("平台裁决时限", "for the platform to decide"),
    "effect.call": Said("通知双方举证", "tell both sides to give evidence"),
}
