"""Random search with Hypothesis: carts and stories drawn by chance, judged as the check judges."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from time import process_time

from attrs import evolve
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from benchmarks.check.faults import Fault
from benchmarks.check.malls import AT, Doc, compiled
from mallops.cart import Cart, MaxPoints
from mallops.errors import InputError
from mallops.loopholes.carts.goals import BelowCost
from mallops.loopholes.carts.measuring import excess
from mallops.loopholes.carts.sums import sums_of
from mallops.loopholes.sequences.tales import CUSTOMER, Setting, Tale, further, opened
from mallops.loopholes.sequences.verdicts import verdicts
from mallops.money import Currency
from mallops.promotions.compiled import Compiled
from mallops.promotions.engine import quote
from mallops.rulebook.cart import decode_cart
from mallops.stories.model import (
    Cancel,
    Look,
    Opening,
    PlaceOrder,
    Receive,
    SendBack,
    Step,
)
from mallops.testing import strategies
from mallops.testing.strategies import Dice, Size

CNY = Currency.of("CNY")
SIZE = Size(lines=3, units=6)
"""Carts as large as those that the check goes through."""

MOVES = 6
POINTS = 10_000
WAITS = (1, 7, 8, 16, 32)
"""Days, among them those after which points have settled or a window is closed."""


class TimeIsUp(KeyboardInterrupt):
    """Hypothesis stops for nothing less."""


def first_find(fault: Fault, allowed: float, number: int) -> tuple[float | None, int]:
    """After how many of the seconds allowed it is found, if it is, and in how many draws.

    Seconds are those of the processor, so that nothing else that runs counts.
    """
    book, goods = fault.documents()
    rules = compiled(book, goods)
    begun, draws, found = process_time(), 0, list[float]()
    drawn = _carts(book, goods) if fault.is_cart else _tales(book, goods, rules)
    is_bad: Callable[[object], bool] = (
        (lambda cart: isinstance(cart, Cart) and _is_below_cost(rules, cart))
        if fault.is_cart
        else (lambda code: code in fault.codes)
    )

    @seed(number)
    @settings(
        max_examples=10**9,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(drawn)
    def look(one: object) -> None:
        nonlocal draws
        draws += 1
        if is_bad(one):
            found.append(process_time() - begun)
            raise TimeIsUp
        if process_time() - begun > allowed:
            raise TimeIsUp

    with suppress(TimeIsUp):
        look()
    return (found[0] if found else None), draws


@st.composite
def _carts(draw: DrawFn, book: Doc, goods: Doc) -> Cart:
    """A cart of a customer who pays with money, and whose parcels cost nobody anything."""
    document = draw(strategies.carts(goods, book, size=SIZE))
    return evolve(decode_cart(document, CNY), shipping=(), points=0)


def _is_below_cost(rules: Compiled, cart: Cart) -> bool:
    try:
        found = quote(rules, cart, AT)
    except InputError:
        return False
    return excess(BelowCost(), sums_of(rules, found, cart.shopper.groups)) < 0


@st.composite
def _tales(draw: DrawFn, book: Doc, goods: Doc, rules: Compiled) -> str:
    """The code of the first thing that is wrong with a story told by chance, or nothing."""
    dice = Dice(draw)
    coupons = tuple(each["id"] for each in book["promotions"] if each.get("coupon"))
    points = dice.one_of((0, POINTS))
    setting = Setting(AT, {CUSTOMER: Opening(points, coupons)})
    tale = opened(rules, setting)
    carts = _carts(book, goods)
    for _ in range(dice.whole(2, MOVES)):
        after = further(rules, tale, _move(dice, carts, tale))
        if after is not None:
            tale = after
            for verdict in verdicts(rules, tale):
                return verdict.code
    return ""


def _move(dice: Dice, carts: SearchStrategy[Cart], tale: Tale) -> tuple[Step, ...]:
    """An order, or what may become of one, or some days."""
    at = tale.at
    orders = list(tale.world.orders.values())
    kind = dice.one_of(("order", "return", "return", "wait", "cancel")) if orders else "order"
    if kind == "order":
        return (Step(at, PlaceOrder(f"o{len(orders) + 1}", _own(dice, carts, tale))),)
    if kind == "wait":
        return (Step(at + timedelta(days=dice.one_of(WAITS)), Look(), CUSTOMER),)
    order = dice.one_of(orders).order
    if kind == "cancel":
        return (Step(at, Cancel(order.id)),)
    left = {line.id: line.quantity for line in order.cart.lines}
    back = {name: dice.whole(0, count) for name, count in left.items()}
    received = () if order.received is not None else (Step(at, Receive(order.id)),)
    units = {name: count for name, count in back.items() if count} or left
    kept = tuple({gift.sku for gift in order.quote.gifts}) if dice.once_in(2) else ()
    return (*received, Step(at, SendBack(order.id, units, kept)))


def _own(dice: Dice, carts: SearchStrategy[Cart], tale: Tale) -> Cart:
    """A drawn cart, with the coupons and the points of who tells the story."""
    cart = dice.draw(carts)
    account = tale.world.accounts[CUSTOMER]
    held = tuple(name for name in cart.coupons if name in account.coupons)
    spent: int | MaxPoints = "max" if dice.once_in(2) else 0
    shopper = evolve(cart.shopper, id=CUSTOMER)
    return evolve(cart, shopper=shopper, coupons=held, points=spent)
