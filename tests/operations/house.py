"""A small mall over a store, for the tests of operations: goods, rules, people, a provider."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from attrs import define, field
from pendulum import DateTime

from mallops.adapters.memory import MemoryStore
from mallops.aftersales.payments import Capture, Refund, RefundState
from mallops.cart import Cart
from mallops.findings import Refusal
from mallops.lifecycles.case import Moved, Refused
from mallops.lifecycles.flows import FLOWS, HOUSE
from mallops.money import Currency, Money
from mallops.operations import (
    Mall,
    Told,
    advance_case,
    checkout,
    drain_outbox,
    open_case,
    pay,
    post_points,
    receive,
)
from mallops.points.drafting import Terms
from mallops.points.requests import Grant
from mallops.points.sweeping import balance
from mallops.repositories import Coupon, Filed, Message, Purchase
from mallops.rulebook import decode_cart, decode_catalog, decode_rulebook
from mallops.time import instant

Doc = Mapping[str, Any]

CNY = Currency.of("CNY")
AT = instant("2026-11-11T00:00:00+08:00")
MACHINES = [flow(HOUSE) for flow in FLOWS]
PRICES: Mapping[str, str] = {"A": "60.00", "B": "40.00", "C": "10.00"}

FLASH = {
    "id": "flash",
    "lane": "item",
    "items": {"sku": ["A"]},
    "benefit": {"kind": "percent_off", "percent": "10"},
    "limits": {"total": 2, "per_customer": 1},
}
SAVE10 = {
    "id": "SAVE10",
    "lane": "platform-coupon",
    "coupon": True,
    "benefit": {"kind": "amount_off", "amount": "10.00"},
}
BUDGET = {
    "id": "budget",
    "lane": "shop",
    "benefit": {"kind": "amount_off", "amount": "3.00"},
    "limits": {"budget": "6.00"},
}
BACK = {"id": "back", "lane": "platform", "benefit": {"kind": "reward", "coupon": "SAVE10"}}
EARN = {"earn": {"per": "1.00", "points": 1}}


def catalog(prices: Mapping[str, str]) -> Any:
    """Goods at these prices."""
    products = [{"sku": sku, "price": price} for sku, price in prices.items()]
    return decode_catalog({"products": products}, CNY)


def rulebook(*promotions: Doc, points: Doc | None = EARN, **more: Any) -> Any:
    """A rulebook of these promotions."""
    document: dict[str, Any] = {
        "format": "mallops.rulebook/1",
        "id": "mall",
        "version": "1",
        "currency": "CNY",
        "promotions": list(promotions),
    }
    return decode_rulebook(document | ({"points": points} if points is not None else {}) | more)


def house(
    *promotions: Doc,
    points: Doc | None = EARN,
    prices: Mapping[str, str] = PRICES,
    store: MemoryStore | None = None,
    **more: Any,
) -> Mall:
    """A mall in memory that sells three things under these promotions."""
    store = store or MemoryStore()
    with store.begin() as unit:
        unit.catalog.put(catalog(prices))
        unit.rulebooks.publish(rulebook(*promotions, points=points, **more), AT.subtract(days=1))
    return Mall(store, "mall", MACHINES)


def memory(mall: Mall) -> MemoryStore:
    """The store of a mall in memory."""
    assert isinstance(mall.store, MemoryStore)
    return mall.store


def given(
    mall: Mall, customer: str, points: int = 0, coupons: Mapping[str, str] | None = None
) -> None:
    """A customer's points, and coupons by code with their promotions."""
    with memory(mall).begin() as unit:
        issued = [Coupon(code, name, customer) for code, name in (coupons or {}).items()]
        unit.coupons.issue(issued)
        if points:
            post_points(unit.points, customer, "given", Grant(points), AT, Terms())


def cart(lines: Mapping[str, int], customer: str = "anna", **more: Any) -> Cart:
    """So many of each SKU, each on a line of the SKU's own name."""
    document: dict[str, Any] = {
        "customer": {"id": customer},
        "lines": [{"id": sku, "sku": sku, "quantity": count} for sku, count in lines.items()],
    }
    return decode_cart(document | more, CNY)


def yuan(amount: str) -> Money:
    """An amount of CNY."""
    return Money.parse_signed(amount, CNY)


def placed(mall: Mall, order: str, bought: Cart, at: DateTime = AT) -> Purchase:
    """An order that is not refused."""
    found = checkout(mall, order, bought, at)
    assert isinstance(found, Purchase), found
    return found


def paid(mall: Mall, order: str, bought: Cart, at: DateTime = AT) -> Purchase:
    """An order that is paid at once, by one capture of the order's name."""
    payable = placed(mall, order, bought, at).order.quote.payable
    captures = [Capture(f"{order}-card", "card", payable)] if payable else []
    moved(pay(mall, order, captures, at))
    return purchase(mall, order)


def received(mall: Mall, order: str, bought: Cart, at: DateTime = AT) -> Purchase:
    """An order that is paid, shipped and received at one instant."""
    paid(mall, order, bought, at)
    moved(advance_case(mall, order, "ship", "seller", at, "ship", {"parcels": "all"}))
    moved(receive(mall, order, "buyer", at))
    return purchase(mall, order)


def sent_back(
    mall: Mall, case: str, order: str, units: Mapping[str, int], at: DateTime, **more: Any
) -> None:
    """A return up to the moment at which the seller has the goods."""
    moved(open_case(mall, "returns", case, order, units, at, **more))
    for event, actor, facts in (
        ("accept", "seller", {}),
        ("send", "buyer", {"waybill": True}),
        ("receive", "seller", {}),
    ):
        moved(advance_case(mall, case, event, actor, at, event, facts))


def returned(
    mall: Mall, case: str, order: str, units: Mapping[str, int], at: DateTime, **more: Any
) -> None:
    """A return that has passed inspection: its refund waits in the outbox."""
    sent_back(mall, case, order, units, at, **more)
    moved(advance_case(mall, case, "inspect", "seller", at, "inspect", {"passed": "all"}))


def moved(found: Moved | Refused) -> Moved:
    """A move that is not refused."""
    assert isinstance(found, Moved), found
    return found


def codes(found: object) -> tuple[str, ...]:
    """The codes of what is refused."""
    if isinstance(found, Refusal):
        return (found.code,)
    assert isinstance(found, Refused), found
    return found.codes


def purchase(mall: Mall, order: str) -> Purchase:
    """An order as it is stored."""
    with memory(mall).begin() as unit:
        found = unit.orders.order(order)
    assert found is not None
    return found


def filed(mall: Mall, case: str) -> Filed:
    """A case as it is stored."""
    with memory(mall).begin() as unit:
        found = unit.cases.case(case)
    assert found is not None
    return found


def state(mall: Mall, case: str) -> str:
    """Where a case stands."""
    return filed(mall, case).case.state


def points(mall: Mall, customer: str = "anna", at: DateTime = AT) -> tuple[int, int, int, int]:
    """Points available, pending, held and owed."""
    with memory(mall).begin() as unit:
        found = balance(unit.points.wallet(customer), at, Terms())
    return found.available, found.pending, found.held, found.debt


def coupons(mall: Mall, *codes: str) -> list[tuple[str, str]]:
    """Where coupons stand, and for which order."""
    with memory(mall).begin() as unit:
        found = [unit.coupons.coupon(code) for code in codes]
    return [(each.state.value, each.order) for each in found if each is not None]


def used(mall: Mall, promotion: str, customer: str = "anna", at: DateTime = AT) -> tuple[int, int]:
    """How often a promotion is used or reserved: by all, and by a customer."""
    with memory(mall).begin() as unit:
        found = unit.usage.used([promotion], customer, at).get(promotion)
    return (found.total, found.customer) if found is not None else (0, 0)


def waiting(mall: Mall) -> list[str]:
    """The effects that wait in the outbox, by key."""
    found: list[str] = []
    # A claim of a unit that is given up stays nobody's.
    with suppress(_GivenUp), memory(mall).begin() as unit:
        found += [each.key for each in unit.outbox.claim(FAR, FAR.add(days=1), 1000)]
        raise _GivenUp
    return found


FAR = instant("2036-11-11T00:00:00+08:00")


class _GivenUp(Exception):
    """Only to leave a unit of work."""


def refunds(mall: Mall, order: str) -> list[tuple[str, str, str]]:
    """An order's refunds: the capture, the amount, how it stands."""
    found: Sequence[Refund] = purchase(mall, order).payments.refunds
    return [(each.part.capture, str(each.part.amount), each.state.value) for each in found]


def paid_back(mall: Mall, order: str) -> Money:
    """What has been asked for of an order's payments, and has not failed."""
    gone = [
        each.part.amount.minor
        for each in purchase(mall, order).payments.refunds
        if each.state is not RefundState.FAILED
    ]
    return Money(sum(gone), CNY)


@define
class Provider:
    """Whoever performs effects: remembers keys, and moves money once for each."""

    succeeded: Mapping[str, str] = field(factory=dict)
    answers: dict[str, Told] = field(factory=dict)
    calls: list[str] = field(factory=list)
    moved: dict[tuple[str, str], Money] = field(factory=dict)

    def __call__(self, message: Message) -> Told | None:
        """Perform the effect; the money of a key moves once."""
        self.calls.append(message.key)
        told = self.answers.get(message.effect) or Told(SUCCEEDED[message.effect])
        if told.event == "refunded":
            for part in message.parts:
                self.moved[message.key, part.capture] = part.amount
        return told

    @property
    def total(self) -> Money:
        """All money that has moved back."""
        return Money(sum(each.minor for each in self.moved.values()), CNY)


SUCCEEDED: Mapping[str, str] = {
    effect.id: effect.succeeded for machine in MACHINES for effect in machine.effects
}


def drained(mall: Mall, perform: Callable[[Message], Any], at: DateTime) -> None:
    """Everything that waits is performed, and what comes of that too."""
    for place in range(20):
        now = at.add(seconds=place)
        found = drain_outbox(mall, perform, now, now.add(seconds=1))
        assert not found.refused, found.refused
        assert not found.failed, found.failed
        if not waiting(mall):
            return
    raise AssertionError("it never ends")


def content(mall: Mall, *, but: str = "") -> dict[str, Any]:
    """All rows of a store in memory: equal before and after, nothing was stored."""
    unit: Any
    with memory(mall).begin() as unit:
        return {
            f"{name}.{place}": dict(table.rows)
            for name in ("usage", "coupons", "points", "orders", "cases", "outbox")
            if name != but
            for place, table in vars(getattr(unit, name)).items()
            if place != "_journal"
        }
