"""One step of a story after the other, each on the world that the last one left."""

from __future__ import annotations

from bisect import insort
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import assert_never

from attrs import evolve
from pendulum import DateTime

from mallops.aftersales.order import Order, receive, ship
from mallops.aftersales.returning import Return, cancel, return_units, settle, uses
from mallops.aftersales.windows import settles_at
from mallops.cart import Usage
from mallops.errors import InputError, Problem, shown
from mallops.findings import Refusal
from mallops.points.actions import acted
from mallops.points.deciding import decide
from mallops.points.drafting import POINTS_SHORT, Terms
from mallops.points.earning import Goods, earned
from mallops.points.requests import Act as ActPoints
from mallops.points.requests import Asked, Charge, Earn, GiveBack, Grant, Settle, Spend, TakeBack
from mallops.points.sweeping import balance as points_balance
from mallops.points.transfers import transfer
from mallops.points.wallet import Wallet
from mallops.promotions.compiled import Compiled
from mallops.promotions.engine import quote
from mallops.rules.points import Earn as EarnRules
from mallops.rules.points import PointsRules
from mallops.stories.model import (
    Account,
    Act,
    Cancel,
    Done,
    Gained,
    GrantCoupon,
    GrantPoints,
    Look,
    Opening,
    Outcome,
    Placed,
    PlaceOrder,
    Receive,
    SendBack,
    Ship,
    Step,
    Transfer,
    Undone,
    World,
)
from mallops.stories.wealth import balance, points_for

UNKNOWN_ORDER = "unknown_order"
COUPON_NOT_HELD = "coupon_not_held"


def begin(
    compiled: Compiled,
    opening: Mapping[str, Opening],
    at: DateTime,
    usage: Mapping[str, Usage] | None = None,
) -> World:
    """The world before the first step, at its instant: each customer's points are one lot.

    `usage` is what was gone of promotions' limits already; its `customer` counts for each.
    """
    world = World(used=usage or {})
    for customer, given in opening.items():
        account = _given(_account(world, customer), given.coupons)
        grant = [Grant(given.points, "opening")] if given.points else []
        world = _with(world, _post(compiled, account, at, "opening", grant))
    return world


def play(compiled: Compiled, world: World, step: Step) -> tuple[World, Outcome]:
    """What a step does to the world, and what comes of it.

    First all that fell due by its instant happens: points settle and expire. A step that is
    refused changes nothing else. Raises `InputError` for what no customer could do: a step
    before the last one (`$.at`), an order id used twice (`$.id`), a line that the order lacks
    (`$.units`), fewer points than one given away (`$.points`).
    """
    if world.at is not None and step.at < world.at:
        expected = f"an instant not before that of the step before, {world.at}"
        raise InputError([Problem("$.at", str(step.at), expected)])
    world = _settled(compiled, evolve(world, steps=world.steps + 1, at=step.at), step.at)
    after, outcome = _done(compiled, world, step)
    if isinstance(outcome, Refusal):
        return world, outcome
    return _settled(compiled, after, step.at), outcome


def _done(compiled: Compiled, world: World, step: Step) -> tuple[World, Outcome]:
    """The deed itself, on a world in which nothing is due any more."""
    deed = step.deed
    match deed:
        case PlaceOrder():
            return _place(compiled, world, step, deed)
        case GrantPoints():
            request = Grant(deed.points)
            key = f"granted/{world.steps}"
            account = _account(world, step.customer)
            account = _post(compiled, account, step.at, key, [request])
            return _with(world, account), Done()
        case GrantCoupon():
            account = _account(world, step.customer)
            return _with(world, _given(account, [deed.coupon])), Done()
        case Act():
            return _act(compiled, world, step, deed)
        case Transfer():
            return _transfer(compiled, world, step, deed)
        case Look():
            return world, balance(compiled, _account(world, step.customer), step.at)
        case Ship() | Receive() | Cancel() | SendBack():
            return _of_order(compiled, world, step, deed)
        case _:
            assert_never(deed)


def _of_order(
    compiled: Compiled, world: World, step: Step, deed: Ship | Receive | Cancel | SendBack
) -> tuple[World, Outcome]:
    placed = world.orders.get(deed.order)
    if placed is None or step.customer not in ("", placed.customer):
        return world, Refusal(UNKNOWN_ORDER, {"order": deed.order})
    order = placed.order
    found: Order | Return | Refusal
    match deed:
        case Ship():
            found = ship(order, step.at)
        case Receive():
            found = receive(order, step.at)
        case Cancel():
            found = cancel(order, step.at)
        case SendBack():
            found = return_units(compiled, order, deed.units, step.at, deed.kept_gifts)
        case _:
            assert_never(deed)
    match found:
        case Refusal():
            return world, found
        case Order():
            return _ordered(compiled, world, Placed(placed.customer, found)), Done()
        case Return():
            return _undone(compiled, world, placed, found, step.at)
        case _:
            assert_never(found)


def _act(compiled: Compiled, world: World, step: Step, deed: Act) -> tuple[World, Outcome]:
    account, rulebook = _account(world, step.customer), compiled.rulebook
    actions = rulebook.points.actions if rulebook.points is not None else ()
    found = acted(actions, deed.action, step.at, rulebook.timezone, account.wallet.counts)
    if isinstance(found, Refusal):
        return world, found
    request = ActPoints(deed.action, found.points, found.counts)
    account = _post(compiled, account, step.at, f"acted/{world.steps}", [request])
    return _with(world, account), Gained(found.points)


def _transfer(
    compiled: Compiled, world: World, step: Step, deed: Transfer
) -> tuple[World, Outcome]:
    sender, receiver = _account(world, step.customer), _account(world, deed.to)
    rules = compiled.rulebook.points or PointsRules()
    terms = Terms.of(compiled.rulebook)
    key = f"given/{world.steps}"
    found = transfer(
        sender.wallet, receiver.wallet, key, deed.points, step.at, rules.transfer, terms
    )
    if isinstance(found, Refusal):
        return world, found
    sent, received = found
    world = _with(world, evolve(sender, wallet=sent.wallet))
    return _with(world, evolve(receiver, wallet=received.wallet)), Done()


# --- orders --------------------------------------------------------------------------------------


def _place(compiled: Compiled, world: World, step: Step, deed: PlaceOrder) -> tuple[World, Outcome]:
    if deed.id in world.orders:
        raise InputError([Problem("$.id", shown(deed.id), "an id that no order has yet")])
    customer = step.customer or deed.cart.shopper.id
    account = _account(world, customer)
    missing = sorted(set(deed.cart.coupons).difference(account.coupons))
    if missing:
        return world, Refusal(COUPON_NOT_HELD, {"coupon": ", ".join(missing)})
    available = points_balance(account.wallet, step.at, Terms.of(compiled.rulebook)).available
    cart = deed.cart
    if cart.points == "max":
        cart = evolve(cart, points=available)
    usage = _usage(world, customer)
    found = quote(compiled, cart, step.at, usage)
    if found.points_used > available:
        details = {"points": str(found.points_used), "available": str(available)}
        return world, Refusal(POINTS_SHORT, details)
    order = Order(deed.id, cart, found, usage)
    return _paid(compiled, world, Placed(customer, order)), found


def _paid(compiled: Compiled, world: World, placed: Placed) -> World:
    """What paying for an order does: to points, coupons, cash, goods, and limits."""
    order, rulebook = placed.order, compiled.rulebook
    account = _account(world, placed.customer)
    found = order.quote
    earn = rulebook.earn
    points = earned(
        earn,
        [Goods(compiled.skus[line.sku], line.net.minor) for line in found.lines],
        order.cart.shopper.groups,
        found.at,
        rulebook.timezone,
        account.wallet.counts,
        _campaigns_left(earn, world),
        first_order=order.cart.shopper.first_order,
    )
    order = evolve(order, earned=points)
    requests: list[Asked] = []
    if found.points_used:
        requests.append(Spend(order.id, found.points_used))
    if points.points:
        requests.append(Earn(order.id, points.points, points.counts, points.campaign, points.bonus))
    account = evolve(
        _post(compiled, account, found.at, _key(order), requests),
        cash=account.cash - found.payable.minor,
        coupons=_without(account.coupons, order.coupons),
        units=_counted(account.units, _goods(order), 1),
    )
    world = _used(_with(world, account), placed.customer, uses(order), 1)
    if points.bonus:
        brought = world.campaigns.get(points.campaign, 0) + points.bonus
        world = evolve(world, campaigns={**world.campaigns, points.campaign: brought})
    return _ordered(compiled, world, Placed(placed.customer, order))


def _campaigns_left(earn: EarnRules | None, world: World) -> Mapping[str, int]:
    """What campaigns may still bring; like the day's cap, a claw-back frees nothing of it."""
    campaigns = earn.campaigns if earn is not None else ()
    return {
        each.id: max(0, each.at_most - world.campaigns.get(each.id, 0))
        for each in campaigns
        if each.at_most is not None
    }


def _key(order: Order) -> str:
    """What the ledger calls it: an order's id is any text, and some keys are the ledger's own."""
    return f"order/{order.id}"


def _goods(order: Order) -> Counter[str]:
    goods = Counter({gift.sku: 0 for gift in order.quote.gifts})
    for line in order.quote.lines:
        goods[line.sku] += len(line.units)
    for gift in order.quote.gifts:
        goods[gift.sku] += gift.quantity
    return goods


def _undone(
    compiled: Compiled, world: World, placed: Placed, found: Return, at: DateTime
) -> tuple[World, Undone]:
    """What a return or a cancellation does to the account: credits first, then claw-backs."""
    order = found.order
    account = _account(world, placed.customer)
    skus = {line.id: line.sku for line in order.quote.lines}
    gone = Counter(skus[line] for line, _ in found.units)
    for gift in found.gifts:
        gone[gift.sku] += 0 if gift.kept else gift.quantity
    account = evolve(
        _given(account, found.coupons),
        cash=account.cash + found.refund.minor,
        units=_counted(account.units, gone, -1),
    )
    taken = found.rewards_taken.coupons
    spent = Counter(taken) - Counter(account.coupons)
    account = evolve(account, coupons=_without(account.coupons, taken))
    owed = sum(points_for(compiled, coupon) * count for coupon, count in spent.items())
    requests: list[Asked] = []
    if found.points_returned:
        requests.append(GiveBack(order.id, found.points_returned))
    if found.points_taken + found.rewards_taken.points:
        requests.append(TakeBack(order.id, found.points_taken + found.rewards_taken.points))
    if owed:
        requests.append(Charge(order.id, owed))
    account = _post(compiled, account, at, f"{_key(order)}/{world.steps}", requests)
    world = _used(_with(world, account), placed.customer, found.usage, -1)
    return _ordered(compiled, world, Placed(placed.customer, order)), Undone(found, owed)


def _settled(compiled: Compiled, world: World, at: DateTime) -> World:
    """The world once all orders' points have settled that settle by an instant, in turn."""
    # Only the next is looked at: a story may have thousands that wait.
    while world.settling and world.settling[0][0] <= at:
        moment, _, name = world.settling[0]
        placed = world.orders[name]
        order, rewards = settle(compiled, placed.order, moment)
        account = _account(world, placed.customer)
        request = Settle(order.id, rewards.points)
        account = _post(compiled, account, moment, f"{_key(order)}/settled", [request])
        world = _with(world, _given(account, rewards.coupons))
        world = _ordered(compiled, world, Placed(placed.customer, order))
    return world


# --- accounts ------------------------------------------------------------------------------------


def _account(world: World, customer: str) -> Account:
    return world.accounts.get(customer, Account(Wallet(customer)))


def _with(world: World, account: Account) -> World:
    return evolve(world, accounts={**world.accounts, account.wallet.customer: account})


def _ordered(compiled: Compiled, world: World, placed: Placed) -> World:
    order = placed.order
    orders = {**world.orders, order.id: placed}
    settling = [each for each in world.settling if each[2] != order.id]
    moment = settles_at(order, compiled.rulebook) if order.settled is None else None
    if moment is not None:
        insort(settling, (moment, list(orders).index(order.id), order.id))
    return evolve(world, orders=orders, settling=tuple(settling))


def _given(account: Account, coupons: Iterable[str]) -> Account:
    return evolve(account, coupons=tuple(sorted((*account.coupons, *coupons))))


def _without(coupons: tuple[str, ...], gone: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted((Counter(coupons) - Counter(gone)).elements()))


def _counted(units: Mapping[str, int], more: Mapping[str, int], sign: int) -> Mapping[str, int]:
    changed = {sku: units.get(sku, 0) + sign * count for sku, count in more.items()}
    return {**units, **changed}


def _post(
    compiled: Compiled, account: Account, at: DateTime, key: str, requests: Iterable[Asked]
) -> Account:
    """The account after requests that cannot be refused."""
    wallet, terms = account.wallet, Terms.of(compiled.rulebook)
    for place, request in enumerate(requests):
        decision = decide(wallet, f"{key}/{place}", request, at, terms)
        assert not isinstance(decision, Refusal), "what is spent was asked for before"
        wallet = decision.wallet
    return evolve(account, wallet=wallet)


# --- limits --------------------------------------------------------------------------------------


def _usage(world: World, customer: str) -> Mapping[str, Usage]:
    """What is gone of promotions' limits before an order of that customer."""
    return {
        promotion: evolve(used, customer=world.used_by.get((customer, promotion), used.customer))
        for promotion, used in world.used.items()
    }


def _used(world: World, customer: str, usage: Mapping[str, Usage], sign: int) -> World:
    """The world with so much more used of limits, or given back."""
    used, used_by = dict(world.used), dict(world.used_by)
    for promotion, more in usage.items():
        assert more.spent is not None, "an order's usage says what it spent"
        before = used.get(promotion, Usage())
        spent = more.spent * sign
        used[promotion] = Usage(
            total=before.total + sign * more.total,
            customer=before.customer,
            spent=spent if before.spent is None else before.spent + spent,
        )
        key = (customer, promotion)
        used_by[key] = used_by.get(key, before.customer) + sign * more.customer
    return evolve(world, used=used, used_by=used_by)
