"""What a move of an order does beside the move itself: to limits, coupons, points and goods."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import evolve
from pendulum import DateTime

from mallops.aftersales.order import Order, Rewards, receive, ship
from mallops.aftersales.payments import Capture, Payments
from mallops.aftersales.returning import cancel, settle, uses
from mallops.aftersales.windows import settles_at, window_end
from mallops.findings import Refusal
from mallops.lifecycles.case import Step
from mallops.operations.desk import Desk
from mallops.operations.running import answered
from mallops.operations.taking import takes_of
from mallops.operations.undoing import post, undo
from mallops.points.drafting import Terms
from mallops.points.earning import Earned, Goods, earned
from mallops.points.requests import Asked, Close, Earn, Release, Settle
from mallops.points.requests import Capture as CapturePoints
from mallops.points.sweeping import sweep
from mallops.promotions.compiled import Compiled
from mallops.repositories import Coupon, Filed, Reservation, Take
from mallops.rules.points import Campaign
from mallops.rules.promotions import Limits

LAPSED = Refusal("reservation_lapsed")


async def follow(desk: Desk, step: Step, captures: tuple[Capture, ...]) -> Refusal | None:
    """What comes of a step of the order's own case; refused where it is too late for it."""
    before, after = desk.axes(step)
    if captures:
        desk.purchase = evolve(desk.purchase, payments=Payments(captures))
    was, now = before.get("payment"), after.get("payment")
    if (was, now) == ("unpaid", "paid"):
        return await _paid(desk)
    if (was, now) == ("unpaid", "closing"):
        await _let_go(desk)
    if (was, now) == ("paid", "closed") and "refund" in step.row.effects:
        found = cancel(desk.purchase.order, desk.at)
        if isinstance(found, Refusal):
            return found
        await undo(desk, found)
        desk.purchase = evolve(desk.purchase, settles=None)
    if after.get("goods") in ("part_shipped", "shipped", "received"):
        await _moved(desk, after["goods"])
    return None


async def _paid(desk: Desk) -> Refusal | None:
    """What was reserved and held is used, and the order earns its points."""
    order, unit = desk.purchase.order, desk.unit
    compiled = await desk.compiled()
    if takes_of(compiled, order) and not await answered(unit.usage.commit(order.id, desk.at)):
        return LAPSED
    if order.coupons:
        await answered(unit.coupons.redeem(order.id))
    requests: list[Asked] = []
    if order.quote.points_used:
        if not await _holds_points(desk):
            return LAPSED
        requests.append(CapturePoints(order.id))
    if compiled.rulebook.earn is not None:
        points = await _earned(desk, compiled)
        order = evolve(order, earned=points)
        if points.points:
            requests.append(
                Earn(order.id, points.points, points.counts, points.campaign, points.bonus)
            )
    await post(desk, "paid", requests)
    await _priced(desk, order)
    return None


async def _earned(desk: Desk, compiled: Compiled) -> Earned:
    """What the order earns, within what campaigns may still bring all customers together."""
    order, rulebook, unit = desk.purchase.order, compiled.rulebook, desk.unit
    assert rulebook.earn is not None
    capped = [each for each in rulebook.earn.campaigns if each.at_most is not None]
    left = await _campaigns_left(desk, capped)
    wallet = await desk.wallet()
    found = earned(
        rulebook.earn,
        [Goods(compiled.skus[line.sku], line.net.minor) for line in order.quote.lines],
        order.cart.shopper.groups,
        order.quote.at,
        rulebook.timezone,
        wallet.counts,
        left,
        first_order=order.cart.shopper.first_order,
    )
    limits = {each.id: Limits(total=each.at_most) for each in capped}
    if found.bonus and found.campaign in limits:
        take = Take(_counter(found.campaign), found.bonus, None, limits[found.campaign])
        name = f"{order.id}/{take.promotion}"
        reservation = Reservation(name, desk.purchase.customer, (take,), desk.at.add(days=1))
        await answered(unit.usage.reserve(reservation, desk.at))
        await answered(unit.usage.commit(name, desk.at))
    return found


async def _campaigns_left(desk: Desk, campaigns: list[Campaign]) -> Mapping[str, int]:
    if not campaigns:
        return {}
    names = [_counter(each.id) for each in campaigns]
    used = await answered(desk.unit.usage.used(names, desk.purchase.customer, desk.at))
    gone = {name: each.total for name, each in used.items()}
    return {
        each.id: max(0, each.at_most - gone.get(_counter(each.id), 0))
        for each in campaigns
        if each.at_most is not None
    }


def _counter(campaign: str) -> str:
    """What a campaign of points is called among limits, where no promotion has such an id."""
    return f"points campaign/{campaign}"


async def _let_go(desk: Desk) -> None:
    """The order will not be paid: limits, coupons and points are free again."""
    order, unit = desk.purchase.order, desk.unit
    desk.purchase = evolve(desk.purchase, order=evolve(order, cancelled=desk.at))
    if order.coupons:
        held = await answered(unit.coupons.of_order(order.id))
        await answered(unit.coupons.give_back([each.code for each in held], order.id))
    if order.quote.points_used and await _holds_points(desk):
        await post(desk, "released", [Release(order.id)])
    if order.quote.applied:
        # Last, as in a checkout: what all customers share is locked after what is one's own.
        await answered(unit.usage.release(order.id, uses(order)))


async def _holds_points(desk: Desk) -> bool:
    """Whether points are still held for the order; a hold lapses by itself."""
    wallet = await desk.wallet()
    swept, _ = sweep(wallet, desk.at, Terms.of((await desk.compiled()).rulebook))
    return desk.purchase.order.id in swept.held


async def _moved(desk: Desk, goods: str) -> None:
    """The order is shipped, or received: from then on, what depends on it is known."""
    order = desk.purchase.order
    found: Order | Refusal = order
    if goods == "received":
        found = receive(order, desk.at)
    elif order.shipped is None:
        found = ship(order, desk.at)
    assert not isinstance(found, Refusal), "the machine ships and receives no cancelled order"
    await _priced(desk, found)


async def _priced(desk: Desk, order: Order) -> None:
    """Keep the order, and when its points settle; settle them where that is now."""
    if order.settled is not None:
        desk.purchase = evolve(desk.purchase, order=order)
        return
    settles = settles_at(order, (await desk.compiled()).rulebook)
    desk.purchase = evolve(desk.purchase, order=order, settles=settles)
    if settles is not None and settles <= desk.at:
        await settle_now(desk, settles)


async def settle_now(desk: Desk, at: DateTime) -> None:
    """As of that instant, the order's points become the customer's, and its rewards are granted."""
    order, rewards = settle(await desk.compiled(), desk.purchase.order, at)
    desk.purchase = evolve(desk.purchase, order=order, settles=None)
    if order.earned.points or rewards.points:
        await post(desk, "settled", [Settle(order.id, rewards.points)], at)
    await _granted(desk, rewards)


async def _granted(desk: Desk, rewards: Rewards) -> None:
    """Reward coupons under codes that the order gives them, so that each is issued once."""
    order = desk.purchase.order.id
    coupons = [
        Coupon(f"{order}/reward/{place}", promotion, desk.purchase.customer, source=order)
        for place, promotion in enumerate(rewards.coupons, 1)
    ]
    if coupons:
        await answered(desk.unit.coupons.issue(coupons))


async def forget_points(desk: Desk) -> None:
    """Let the ledger forget what paid for the order, once nothing of it comes back any more.

    That is when its points have settled, nothing of it can be returned any more, and neither it
    nor any case of it goes on.
    """
    order = desk.purchase.order
    if desk.purchase.settles is not None or not order.quote.points_used:
        return
    ends = window_end(order, (await desk.compiled()).rulebook)
    if order.returned != order.units and (ends is None or desk.at < ends):
        return
    stored = await answered(desk.unit.cases.of_order(order.id))
    filed = [desk.filed if each.case.id == desk.filed.case.id else each for each in stored]
    if all(_is_over(desk, each) for each in filed):
        wallet = await desk.wallet()
        if order.id in wallet.redeemed:
            await post(desk, "closed", [Close(order.id)])


def _is_over(desk: Desk, filed: Filed) -> bool:
    machine = desk.mall.machine_of(filed.case)
    return next(each.final for each in machine.states if each.id == filed.case.state)
