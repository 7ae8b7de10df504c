"""Random stories, told once by the law's engine and once by operations upon a store.

After every step both have the same orders, refunds, points, coupons and limits. Where they
stand apart by design the translation keeps out of the way:

- Deadlines of machines are years away, so that nothing is cancelled, received or granted by
  itself, and every step of a return is of one instant.
- What a machine refuses it words by its own states, so only returns are compared by code.
- Nobody looks up what is used of the limits of promotions that cannot touch a cart.
- A reward coupon is one thing with a code here, and like any other of its kind there: where the
  one that came of an order is spent, and another of its promotion is not, the story ends.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from attrs import define, evolve, fields
from hypothesis import HealthCheck, event, given, settings
from pendulum import DateTime

from mallops.adapters.memory import MemoryStore
from mallops.aftersales.order import CANCELLED, Order
from mallops.aftersales.payments import Capture
from mallops.cart import Shopper
from mallops.findings import Refusal
from mallops.lifecycles.case import Moved, Refused
from mallops.lifecycles.flows import FLOWS
from mallops.lifecycles.machine import Calendar, Term
from mallops.lifecycles.parts.terms import Terms as Lengths
from mallops.operations import (
    Mall,
    act_points,
    advance_case,
    cancel,
    checkout,
    open_case,
    pay,
    post_points,
    receive,
    settle_points,
    transfer_points,
)
from mallops.points.drafting import Terms
from mallops.points.model import Entry
from mallops.points.requests import Grant
from mallops.points.sweeping import balance
from mallops.promotions.compiled import Compiled, compile_rulebook
from mallops.promotions.quote import Quote
from mallops.repositories import Coupon, CouponState, Purchase
from mallops.rulebook import decode_catalog, decode_rulebook, decode_scenarios
from mallops.rulebook.playing import Played, play_scenario
from mallops.rules.points import PointsRules
from mallops.rules.promotions import Limits
from mallops.stories.model import (
    Act,
    Cancel,
    GrantCoupon,
    GrantPoints,
    Look,
    Opening,
    PlaceOrder,
    Receive,
    SendBack,
    Ship,
    Step,
    Transfer,
    Undone,
    World,
)
from mallops.stories.playing import begin, play
from mallops.testing.stories import stories
from tests.operations.house import Doc, Provider, codes, drained, moved, refunds

FAR = (Term(4000, Calendar.DAYS),)
LENGTHS = Lengths("far", **{each.name: FAR for each in fields(Lengths) if each.name != "id"})
MACHINES = [flow(LENGTHS) for flow in FLOWS]
NOBODY = "nobody"


@define(eq=False)
class Told:
    """A story as operations, step by step."""

    mall: Mall
    compiled: Compiled
    steps: int = 0
    cases: int = 0

    @property
    def store(self) -> MemoryStore:
        assert isinstance(self.mall.store, MemoryStore)
        return self.mall.store

    def opened(self, opening: Mapping[str, Opening], at: DateTime) -> None:
        for customer, given_ in opening.items():
            if given_.points:
                self.granted(customer, Grant(given_.points, "opening"), at)
            for coupon in given_.coupons:
                self.issued(customer, coupon)

    def granted(self, customer: str, grant: Grant, at: DateTime) -> None:
        self.steps += 1
        with self.store.begin() as unit:
            terms = Terms.of(self.compiled.rulebook)
            post_points(unit.points, customer, f"granted/{self.steps}", grant, at, terms)

    def issued(self, customer: str, promotion: str) -> None:
        self.steps += 1
        with self.store.begin() as unit:
            # Such a code is before that of any reward, so that it is spent first.
            unit.coupons.issue([Coupon(f"#{self.steps}", promotion, customer)])

    def taken(self, step: Step, customer: str) -> object:
        """A step; what is due by its instant comes first."""
        mall, at, deed = self.mall, step.at, step.deed
        self.steps += 1
        key = f"ship/{self.steps}"
        settle_points(mall, at, 1000)
        match deed:
            case PlaceOrder():
                return self.placed(deed, customer, at)
            case GrantPoints():
                self.granted(customer, Grant(deed.points), at)
            case GrantCoupon():
                self.issued(customer, deed.coupon)
            case Ship():
                return advance_case(mall, deed.order, "ship", "seller", at, key, ALL)
            case Receive():
                # Who has received it has been sent it.
                advance_case(mall, deed.order, "ship", "seller", at, key, ALL)
                return receive(mall, deed.order, "buyer", at)
            case Cancel():
                found = cancel(mall, deed.order, "seller", at)
                if isinstance(found, Moved):
                    drained(mall, Provider(), at)
                return found
            case SendBack():
                return self.returned(deed, at)
            case Act():
                return self.acted(customer, deed.action, at)
            case Transfer():
                return self.given(customer, deed, at)
            case Look():
                pass
        return None

    def acted(self, customer: str, action: str, at: DateTime) -> Entry | Refusal:
        rules, terms = self.points, Terms.of(self.compiled.rulebook)
        with self.store.begin() as unit:
            key = f"acted/{self.steps}"
            return act_points(unit.points, customer, key, action, at, rules.actions, terms)

    def given(self, customer: str, deed: Transfer, at: DateTime) -> Entry | Refusal:
        rules, terms = self.points.transfer, Terms.of(self.compiled.rulebook)
        with self.store.begin() as unit:
            key = f"given/{self.steps}"
            return transfer_points(
                unit.points, customer, deed.to, key, deed.points, at, rules, terms
            )

    @property
    def points(self) -> PointsRules:
        return self.compiled.rulebook.points or PointsRules()

    def placed(self, deed: PlaceOrder, customer: str, at: DateTime) -> Purchase | Refusal:
        shopper = evolve(deed.cart.shopper, id=customer)
        found = checkout(self.mall, deed.id, evolve(deed.cart, shopper=shopper), at)
        if isinstance(found, Purchase):
            payable = found.order.quote.payable
            captures = [Capture("card", "card", payable)] if payable else []
            moved(pay(self.mall, deed.id, captures, at))
        return found

    def returned(self, deed: SendBack, at: DateTime) -> Moved | Refused:
        self.cases += 1
        case = f"as-{self.cases}"
        found = open_case(
            self.mall, "returns", case, deed.order, deed.units, at, kept_gifts=deed.kept_gifts
        )
        if isinstance(found, Moved):
            for name, actor, facts in RETURNING:
                moved(advance_case(self.mall, case, name, actor, at, name, facts))
            drained(self.mall, Provider(), at)
        return found

    def compare(self, world: World, at: DateTime) -> None:
        with self.store.begin() as unit:
            for name, placed in world.orders.items():
                purchase = unit.orders.order(name)
                assert purchase is not None
                assert _told(purchase.order) == _told(placed.order)
            for customer, account in world.accounts.items():
                name = customer or NOBODY
                wallet, terms = unit.points.wallet(name), Terms.of(self.compiled.rulebook)
                assert balance(wallet, at, terms) == balance(account.wallet, at, terms)
                promotions = {*self.compiled.positions, *account.coupons}
                free = unit.coupons.free(name, promotions, at)
                assert Counter(each.promotion for each in free) == Counter(account.coupons)
                # What has no limit is not counted.
                limited = {
                    each.id: world.used[each.id]
                    for each in self.compiled.rulebook.promotions
                    if each.limits != Limits() and each.id in world.used
                }
                used = unit.usage.used([*limited], name, at)
                for promotion, usage in limited.items():
                    of_customer = world.used_by.get((customer, promotion), 0)
                    there = used.get(promotion)
                    assert (there.total if there else 0) == usage.total
                    assert (there.customer if there else 0) == of_customer
                    spent = there.spent.minor if there and there.spent else 0
                    assert spent == (usage.spent.minor if usage.spent else 0)

    def refunded(self, order: str) -> int:
        with self.store.begin() as unit:
            purchase = unit.orders.order(order)
        assert purchase is not None
        return sum(each.part.amount.minor for each in purchase.payments.refunds)

    def is_told_apart(self, found: Undone) -> bool:
        """Whether a reward that is taken back was spent, while another like it is there."""
        order, taken = found.found.order.id, set(found.found.rewards_taken.coupons)
        with self.store.begin() as unit:
            return any(
                each.promotion in taken and each.state is not CouponState.WITHDRAWN
                for each in unit.coupons.rewards(order)
            )


ALL: Mapping[str, str] = {"parcels": "all"}
RETURNING: tuple[tuple[str, str, Mapping[str, bool | str]], ...] = (
    ("accept", "seller", {}),
    ("send", "buyer", {"waybill": True}),
    ("receive", "seller", {}),
    ("inspect", "seller", {"passed": "all"}),
)


def _told(order: Order) -> Order:
    """An order without what operations do not look up."""
    cart = evolve(order.cart, shopper=Shopper())
    return evolve(order, cart=cart, usage={}, quote=evolve(order.quote, refused={}))


def _refused(found: Quote) -> Mapping[str, str]:
    return {
        name: refusal.code for name, refusal in found.refused.items() if refusal.code != "used_up"
    }


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(scenario=stories())
def test_operations_tell_the_same_story(scenario: Doc) -> None:
    book = decode_rulebook(scenario["rulebook"])
    catalog = decode_catalog(scenario["catalog"], book.currency, book.timezone)
    compiled = compile_rulebook(book, catalog)
    [decoded] = decode_scenarios({"scenarios": [scenario]})
    played = play_scenario(decoded)
    assert isinstance(played, Played)
    steps = [each.step for each in played.steps]
    opening = _openings(scenario, steps[0].customer)
    store = MemoryStore()
    with store.begin() as unit:
        unit.catalog.put(catalog)
        unit.rulebooks.publish(book, steps[0].at)
    told = Told(Mall(store, book.id, MACHINES), compiled)
    told.opened({name or NOBODY: each for name, each in opening.items()}, steps[0].at)
    world = begin(compiled, opening, steps[0].at)
    cash = Counter[str]()
    for step in steps:
        world, outcome = play(compiled, world, step)
        found = told.taken(step, step.customer or NOBODY)
        event(f"{type(step.deed).__name__} {type(outcome).__name__}")
        match outcome:
            case Refusal():
                _both_refuse(step, outcome, found)
            case Quote():
                assert isinstance(found, Purchase), found
                quoted = found.order.quote
                assert evolve(quoted, refused={}) == evolve(outcome, refused={})
                there = _refused(quoted)
                assert all(there[name] == code for name, code in _refused(outcome).items())
            case Undone():
                order = outcome.found.order.id
                cash[order] += outcome.found.refund.minor
                assert isinstance(found, Moved), found
                assert all(state == "done" for _, _, state in refunds(told.mall, order))
                assert told.refunded(order) == cash[order]
                if outcome.found.rewards_taken.coupons and told.is_told_apart(outcome):
                    event("a reward that was spent")
                    return
            case _:
                assert not isinstance(found, Refused | Refusal), found
        told.compare(world, step.at)


def _both_refuse(step: Step, outcome: Refusal, found: Any) -> None:
    if isinstance(step.deed, PlaceOrder):
        assert codes(found) == (outcome.code,)
    elif isinstance(step.deed, Act | Transfer):
        assert found == outcome
    elif isinstance(step.deed, SendBack):
        assert outcome.code in codes(found)
    elif isinstance(step.deed, Cancel) and outcome.code == CANCELLED:
        # Asked again, it is the answer of the first time.
        moved(found)
    else:
        assert isinstance(found, Refused), found


def _openings(scenario: Doc, customer: str) -> dict[str, Opening]:
    given_ = scenario.get("opening", {})
    by_customer = {customer: given_} if {"points", "coupons"} & given_.keys() else given_
    return {
        name: Opening(each.get("points", 0), tuple(each.get("coupons", ())))
        for name, each in by_customer.items()
    }
