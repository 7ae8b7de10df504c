"""A cart becomes an order that waits for its payment: priced, reserved, held, and stored."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve
from pendulum import DateTime

from mallops.aftersales.order import Order
from mallops.cart import Cart, Shopper
from mallops.catalog.screening import screen_cart
from mallops.errors import InputError, Problem, shown
from mallops.findings import Refusal
from mallops.lifecycles.stepping import begin
from mallops.money import Money
from mallops.operations.asking import fingerprint, key_reused
from mallops.operations.mall import ORDERS, Mall
from mallops.operations.posting import order_key, posted
from mallops.operations.running import answered, in_unit
from mallops.operations.taking import takes_of
from mallops.points.drafting import Terms
from mallops.points.requests import Hold
from mallops.points.sweeping import balance
from mallops.points.wallet import Wallet
from mallops.promotions.compiled import Compiled
from mallops.promotions.engine import DEFAULT_SEARCH_BUDGET, quote
from mallops.repositories import Coupon, Filed, Purchase, Reservation, Unit
from mallops.rulebook import encode_cart
from mallops.rules.promotions import Limits
from mallops.stories.playing import COUPON_NOT_HELD

PRICE_CHANGED = "price_changed"


async def checkout(
    mall: Mall,
    order: str,
    cart: Cart,
    at: DateTime,
    payable: Money | None = None,
    search_budget: int = DEFAULT_SEARCH_BUDGET,
) -> Purchase | Refusal:
    """Place an order for a cart, to be paid until its deadline: all of this, or nothing.

    The cart is priced by the rulebook's version and the prices of that instant, within what is
    left of promotions' limits. These are reserved, and the coupons that apply and the points
    that pay are held, until the order is paid, called off, or its deadline is over. `payable` is
    what the customer was shown, where that has to hold.

    `order` is its id, and the call's key: another call for an equal cart of the same customer
    gives the order of the first one. Refused: `key_reused`; what is no longer sold, as by
    `screen_cart`; `coupon_not_held`, where the customer has no free coupon of a promotion that
    the cart names; `points_short`; `price_changed`. Raises `Conflict`, and `InputError` for an
    empty order id (`$.order`), a cart of nobody (`$.customer.id`), what is wrong with the cart,
    and a rulebook of which no version prices yet (`$.rulebook`).
    """
    problems = []
    if not order:
        problems.append(Problem("$.order", shown(order), "an id, which is the call's key"))
    if not cart.shopper.id:
        problems.append(Problem("$.customer.id", shown(""), "the customer who orders"))
    if problems:
        raise InputError(problems)
    # The groups and whether it is a first order are the caller's to look up, and have changed
    # by the time that the call is made again.
    asked = evolve(cart, shopper=Shopper(cart.shopper.id))
    payload = fingerprint("checkout", encode_cart(asked))

    async def known(unit: Unit) -> Purchase | Refusal | None:
        found = await answered(unit.orders.order(order))
        if found is None or found.payload == payload:
            return found
        return key_reused(order)

    async def placed(unit: Unit) -> Purchase | Refusal:
        before = await known(unit)
        if before is not None:
            return before
        found = await _place(mall, unit, order, cart, at, payable, payload, search_budget)
        if isinstance(found, Refusal):
            # An equal call may have come in between, and hold what this one lacks.
            return await known(unit) or found
        return found

    return await in_unit(mall.store, placed)


async def _place(
    mall: Mall,
    unit: Unit,
    order: str,
    cart: Cart,
    at: DateTime,
    payable: Money | None,
    payload: str,
    search_budget: int,
) -> Purchase | Refusal:
    if await answered(unit.cases.case(order)) is not None:
        return key_reused(order)
    compiled = await mall.current(unit, {line.sku for line in cart.lines}, at)
    screened = screen_cart(cart, compiled.catalog)
    if screened.removed:
        return screened.removed[0].refusal
    coupons = await _coupons(unit, cart, at)
    if isinstance(coupons, Refusal):
        return coupons
    customer, terms = cart.shopper.id, Terms.of(compiled.rulebook)
    wallet = Wallet(customer)
    asked = cart
    if cart.points:
        wallet = await answered(unit.points.wallet(customer))
        if cart.points == "max":
            asked = evolve(cart, points=balance(wallet, at, terms).available)
    limited = _limited(compiled, cart, at)
    usage = await answered(unit.usage.used(limited, customer, at)) if limited else {}
    found = quote(compiled, asked, at, usage, search_budget)
    if payable is not None and found.payable != payable:
        return Refusal(PRICE_CHANGED, {"shown": str(payable), "payable": str(found.payable)})
    new = Order(order, asked, found, usage)
    case = begin(mall.flow(ORDERS), order, at)
    until = min(each.at for each in case.deadlines)
    if found.points_used:
        hold = Hold(order, found.points_used, until)
        held = await posted(unit, wallet, f"{order_key(order)}/held", [hold], at, terms)
        if isinstance(held, Refusal):
            return held
    purchase = Purchase(customer, new, compiled.catalog, payload=payload)
    await answered(unit.orders.add(purchase))
    await answered(unit.cases.add(Filed(case, order, at), ()))
    if new.coupons:
        codes = [next(each.code for each in coupons if each.promotion == c) for c in new.coupons]
        await answered(unit.coupons.hold(codes, order))
    takes = takes_of(compiled, new)
    if takes:
        # Last, for what all customers share stays locked from here to the end.
        reservation = Reservation(order, customer, takes, until)
        await answered(unit.usage.reserve(reservation, at))
    return purchase


async def _coupons(unit: Unit, cart: Cart, at: DateTime) -> Sequence[Coupon] | Refusal:
    """A free coupon at least of each promotion that the cart names."""
    if not cart.coupons:
        return ()
    found = await answered(unit.coupons.free(cart.shopper.id, cart.coupons, at))
    missing = sorted(set(cart.coupons).difference(each.promotion for each in found))
    return Refusal(COUPON_NOT_HELD, {"coupon": ", ".join(missing)}) if missing else found


def _limited(compiled: Compiled, cart: Cart, at: DateTime) -> list[str]:
    """The promotions that may apply to the cart and have a limit."""
    skus = [line.sku for line in cart.lines]
    touching = compiled.index.touching(skus, cart.shopper.groups, cart.coupons, at)
    promotions = [compiled.rules[position].promotion for position in sorted(touching)]
    return [each.id for each in promotions if each.limits != Limits()]
