"""What is given back and taken back with goods, with price protection, or with a whole order."""

from __future__ import annotations

from collections import Counter

from attrs import evolve
from pendulum import DateTime

from mallops.aftersales.returning import Return
from mallops.findings import Refusal
from mallops.operations.desk import Desk
from mallops.operations.posting import order_key, posted
from mallops.operations.running import answered
from mallops.points.drafting import Terms
from mallops.points.requests import Asked, Charge, GiveBack, Grant, TakeBack
from mallops.repositories import Coupon, CouponState
from mallops.stories.wealth import points_for


async def undo(desk: Desk, found: Return) -> None:
    """Points, coupons and limits as they are after it; its money is the caller's to refund."""
    order, unit = found.order, desk.unit
    desk.purchase = evolve(desk.purchase, order=order)
    if found.coupons:
        used = await answered(unit.coupons.of_order(order.id))
        codes = [each.code for each in used if each.promotion in found.coupons]
        await answered(unit.coupons.give_back(codes, order.id))
    owed = await _rewards_taken(desk, found)
    requests: list[Asked] = []
    requests += await _points_back(desk, found.points_returned)
    if found.points_taken + found.rewards_taken.points:
        requests.append(TakeBack(order.id, found.points_taken + found.rewards_taken.points))
    if owed:
        requests.append(Charge(order.id, owed))
    await post(desk, "undone", requests)
    if found.usage:
        await answered(unit.usage.release(order.id, found.usage))


async def post(desk: Desk, what: str, requests: list[Asked], at: DateTime | None = None) -> None:
    """Post requests that cannot be refused; `what` tells them apart among those of one move.

    They are of `at`, or of the desk's instant.
    """
    if not requests:
        return
    rulebook = (await desk.compiled()).rulebook
    wallet = await desk.wallet()
    key = f"{order_key(desk.filed.order)}/{desk.filed.case.id}/{desk.filed.case.steps}/{what}"
    done = await posted(desk.unit, wallet, key, requests, at or desk.at, Terms.of(rulebook))
    assert not isinstance(done, Refusal), "neither credits nor claw-backs are refused"
    desk.posted(done)


async def _points_back(desk: Desk, points: int) -> list[Asked]:
    """Points that paid go back to where they came from, as long as the ledger remembers it.

    What comes after that, such as a repair that fails after years, are points anew.
    """
    order = desk.filed.order
    wallet = await desk.wallet()
    known = min(points, sum(take.points for take in wallet.redeemed.get(order, ())))
    back: list[Asked] = [GiveBack(order, known)] if known else []
    return [*back, Grant(points - known, order)] if points > known else back


async def _rewards_taken(desk: Desk, found: Return) -> int:
    """Withdraw reward coupons; the points owed for those that are spent already."""
    taken = Counter(found.rewards_taken.coupons)
    if not taken:
        return 0
    owed, codes = 0, []
    rewards = await answered(desk.unit.coupons.rewards(found.order.id))
    for promotion, count in taken.items():
        free = [each.code for each in rewards if _is_free(each, promotion)][:count]
        codes += free
        owed += points_for(await desk.compiled(), promotion) * (count - len(free))
    await answered(desk.unit.coupons.withdraw(codes))
    return owed


def _is_free(coupon: Coupon, promotion: str) -> bool:
    return (coupon.promotion, coupon.state) == (promotion, CouponState.FREE)
