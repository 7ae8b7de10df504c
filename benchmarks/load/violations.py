"""What is stored, added up anew: every way in which it could be wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from benchmarks.load.mall import BUDGET, COUPONS, CUSTOMERS, RULEBOOK, START, USES, name_of
from mallops.adapters.sql import SqlStore
from mallops.aftersales.returning import uses
from mallops.operations import audit_points
from mallops.repositories import CouponState, Purchase
from mallops.rules.promotions import Limits

LATE = START.add(days=2)
# What has no limit is not counted.
PROMOTIONS = [each.id for each in RULEBOOK.promotions if each.limits != Limits()]


def after_placing(store: SqlStore, orders: int) -> Sequence[str]:
    """Once every order was asked for: nothing is granted past its limit, and all of it is."""
    placed = stored(store, orders)
    spent = sum(
        used.spent.minor
        for each in placed
        if (used := uses(each.order).get("budget"))
        if used.spent is not None
    )
    first = sum("first" in uses(each.order) for each in placed)
    print(f"  placed {len(placed)}: 'first' {first} of {USES}, 'budget' {spent} of {BUDGET}")
    found = [*_sums(store, placed)]
    if first > USES or (orders >= 20_000 and first != USES):
        found.append(f"'first' is granted {first} times, of {USES}")
    if spent > BUDGET or (orders >= 20_000 and spent != BUDGET):
        found.append(f"'budget' granted {spent}, of {BUDGET}")
    return found


def after_all(store: SqlStore, orders: int) -> Sequence[str]:
    """Once all is over: what was paid is used, and nothing is set aside any more."""
    every = stored(store, orders)
    live = [each for each in every if each.order.cancelled is None]
    unpaid = [each.order.id for each in live if not each.payments.captures]
    found = [f"{name} is neither paid nor cancelled" for name in unpaid]
    found += [
        f"{each.order.id} was paid {each.payments.captures}"
        for each in live
        if [one.amount for one in each.payments.captures] != [each.order.quote.payable]
    ]
    found += _sums(store, live)
    with store.begin() as unit:
        for customer in map(name_of, range(CUSTOMERS)):
            if unit.points.wallet(customer).held:
                found.append(f"points of {customer} are still held")
            codes = [f"{customer}/{n}" for n in range(COUPONS)]
            coupons = [unit.coupons.coupon(code) for code in codes]
            states = {each.state for each in coupons if each is not None}
            if not states <= {CouponState.FREE, CouponState.REDEEMED}:
                found.append(f"coupons of {customer} are {states}")
        if unit.outbox.claim(LATE, LATE.add(days=1), 1):
            found.append("a message is left in the outbox")
        if unit.cases.due(LATE, 1):
            found.append("a case is left that is due")
    return found


def stored(store: SqlStore, orders: int) -> list[Purchase]:
    """Every order that is there."""
    with store.begin() as unit:
        found = [unit.orders.order(f"o{number}") for number in range(orders)]
    return [each for each in found if each is not None]


def _sums(store: SqlStore, live: Sequence[Purchase]) -> Iterator[str]:
    """Usage, coupons and points against the orders that are not cancelled."""
    taken = [(each, name, used) for each in live for name, used in uses(each.order).items()]
    with store.begin() as unit:
        total = unit.usage.used(PROMOTIONS, "", START)
        for name in PROMOTIONS:
            mine = [each for _, promotion, each in taken if promotion == name]
            money = sum(each.spent.minor for each in mine if each.spent is not None)
            used = total.get(name)
            counted = (used.total, used.spent.minor if used.spent else 0) if used else (0, 0)
            if counted != (len(mine), money):
                yield f"{name}: {counted} are counted, {(len(mine), money)} were granted"
    own = Counter((each.customer, name) for each, name, _ in taken)
    yield from (
        f"{who} used {name} {n} times"
        for (who, name), n in own.items()
        if name == "twice" and n > 2
    )
    with store.begin() as unit:
        for each in live:
            codes = [coupon.code for coupon in unit.coupons.of_order(each.order.id)]
            if len(codes) != len(each.order.coupons):
                yield f"{each.order.id} has the coupons {codes}"
        for customer in map(name_of, range(CUSTOMERS)):
            yield from (f"{customer}: {found}" for found in audit_points(unit.points, customer))
            wallet = unit.points.wallet(customer)
            held = sum(take.points for hold in wallet.held.values() for take in hold.takes)
            redeemed = sum(take.points for takes in wallet.redeemed.values() for take in takes)
            paid = sum(each.order.quote.points_used for each in live if each.customer == customer)
            if held + redeemed != paid:
                yield f"{customer}: {held} held and {redeemed} spent, {paid} were used"
