"""Points set aside for an order that is not paid yet: held, then captured or released."""

from __future__ import annotations

from pendulum import DateTime

from mallops.findings import Refusal
from mallops.points.drafting import Draft
from mallops.points.model import Account, Posting
from mallops.points.requests import Capture, Hold
from mallops.rules.points import PointsRules

ALREADY_HELD = "already_held"
NOT_HELD = "not_held"


def held_until(rules: PointsRules, at: DateTime) -> DateTime:
    """Until when points are held for an order that was placed then and is not paid.

    >>> from mallops.time import instant
    >>> print(held_until(PointsRules(hold_minutes=15), instant("2026-11-11T00:00+08:00")))
    2026-11-11 00:15:00+08:00
    """
    return at.add(minutes=rules.hold_minutes)


def hold(draft: Draft, request: Hold) -> Refusal | None:
    """Points that expire first, out of reach until they are captured, released or lapse."""
    if request.order in draft.wallet.held:
        return Refusal(ALREADY_HELD, {"order": request.order})
    short = draft.short_of(request.points)
    if short is None:
        for take in draft.take(request.points, draft.wallet.in_turn()):
            draft.shift(take, Account.AVAILABLE, Account.HELD, request.order)
    return short


def capture(draft: Draft, request: Capture) -> Refusal | None:
    """What is held pays, even where its lot has come to its end meanwhile."""
    held = draft.wallet.held.get(request.order)
    if held is None:
        return Refusal(NOT_HELD, {"order": request.order})
    for take in held.takes:
        draft.shift(take, Account.HELD, Account.REDEEMED, request.order)
    return None


def release(draft: Draft, order: str) -> Refusal | None:
    """What is held goes back into its lots, or with those that have come to their end.

    A hold moves no end: otherwise whoever orders and never pays would keep points for ever.
    """
    held = draft.wallet.held.get(order)
    if held is None:
        return Refusal(NOT_HELD, {"order": order})
    for take in held.takes:
        end = draft.wallet.end_of(draft.wallet.lots[take.lot])
        source = Posting(Account.HELD, 0, order, take.lot)
        if end is None or end > draft.at:
            draft.credit(take.lot, take.points, source)
        else:
            draft.move(take.points, source, Posting(Account.EXPIRED, 0, lot=take.lot))
    return None
