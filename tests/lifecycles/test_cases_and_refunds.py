"""Several cases on one order, driven at random, with the refund arithmetic that they call for.

The caller here is the one of `docs/handling-cases.md`: a step that sends out a case's first
refund also gives its units back, in the same transaction; every refund is asked of the order's
payments under its key; and an effect that is no longer awaited is not performed any more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from random import Random

from attrs import define, evolve, field
from hypothesis import given, settings
from hypothesis import strategies as st
from pendulum import DateTime

from mallops.aftersales.payments import (
    Capture,
    Payments,
    Refund,
    RefundState,
    ask_refund,
    conclude_refund,
)
from mallops.aftersales.protecting import Protection, price_protection
from mallops.aftersales.returning import Return, given_back, return_units
from mallops.aftersales.standing import Stated, standings
from mallops.lifecycles.case import Case, Refused, Step
from mallops.lifecycles.claims import Claim, units_fact
from mallops.lifecycles.flows import exchange, refund_only, returns
from mallops.lifecycles.flows import price_protection as protection_flow
from mallops.lifecycles.machine import PROVIDER, TIMER, Machine, Value
from mallops.lifecycles.stepping import begin, due, expected, step
from mallops.money import Currency, Money, total
from mallops.promotions.compiled import Compiled
from mallops.promotions.kept import Unit
from mallops.rules.aftersales import LostThreshold
from mallops.time import instant
from tests.aftersales.shop import CNY, order, shop

POINTS = Currency("POINTS", 0)
MACHINES = {machine.id: machine for machine in (refund_only(), returns(), exchange())}
MACHINES |= {"price_protection": protection_flow()}
RECEIVED = instant("2026-11-13T10:00+08:00")
LONGEST_WAY = 60
MOST_CASES = 6

SAVE = {
    "id": "save",
    "lane": "shop",
    "requires": {"amount": "100.00"},
    "benefit": {"kind": "amount_off", "amount": "10.01"},
}
COUPON = {
    "id": "coupon",
    "lane": "platform-coupon",
    "coupon": True,
    "items": {"category": ["food/tea"]},
    "requires": {"amount": "30.00"},
    "benefit": {"kind": "amount_off", "amount": "5.03"},
}
MUG = {
    "id": "mug",
    "lane": "platform",
    "requires": {"amount": "80.00"},
    "benefit": {"kind": "gift", "sku": "MUG", "quantity": 1},
}
POINTS_RULES = {
    "worth": {"points": 100, "money": "1.00"},
    "earn": {"per": "1.00", "points": 1},
}
CHEAPER = {"TEA": "51.00", "CUP": "39.00"}
SHOPS: Mapping[str, tuple[Compiled, Compiled]] = {
    name: (
        shop(SAVE, COUPON, MUG, points=POINTS_RULES, after_sales=policy),
        shop(SAVE, COUPON, MUG, points=POINTS_RULES, after_sales=policy, prices=CHEAPER),
    )
    for name, policy in {
        "kept": {"shipping": "last"},
        "forfeited": {"used_points": "forfeit", "coupon": "forfeit"},
        "repriced": {"lost_threshold": "reprice", "shipping": "last"},
        "excluded": {"excluded": {"category": ["home"]}},
    }.items()
}


PEOPLE = {"buyer", "seller", "platform", "carrier"}
WON = {"concede", "decide_for_buyer", "judge_timeout"}


@define(eq=False)
class Request:
    """A case with its units, as the caller keeps it, and what it was refunded."""

    case: Case
    units: frozenset[Unit]
    asked_at: DateTime
    passed: frozenset[Unit] = frozenset()
    found: Return | None = None
    log: list[str] = field(factory=list)

    @property
    def machine(self) -> Machine:
        return MACHINES[self.case.machine]

    @property
    def axes(self) -> Mapping[str, str]:
        return next(state.axes for state in self.machine.states if state.id == self.case.state)

    @property
    def money(self) -> str:
        return self.axes.get("money", "none")

    @property
    def over(self) -> bool:
        return next(state.final for state in self.machine.states if state.id == self.case.state)

    @property
    def swapped(self) -> bool:
        return self.axes.get("delivery") == "delivered" and self.axes["acceptance"] == "accepted"

    @property
    def claim(self) -> Claim:
        return Claim(self.case, Counter(line for line, _ in self.units))


def _able(request: Request) -> list[tuple[str, str]]:
    """What people can do with a case, if nothing is against it."""
    return [
        (row.event, actor)
        for row in request.machine.rows
        for actor in sorted(row.actors & PEOPLE)
        if row.source == request.case.state
    ]


class Mall:
    """A backend: cases, one order, its payments, an outbox; and a provider that tells the truth."""

    def __init__(self, dice: Random) -> None:
        self.dice = dice
        self.at = RECEIVED
        self.requests: list[Request] = []
        self.steps: list[Return] = []
        self.outbox: dict[str, Request] = {}
        self.said: list[tuple[Request, str, str]] = []
        self.heard: set[str] = set()
        # What really moved, by refund and capture.
        self.moved: dict[tuple[str, str], bool] = {}
        self.all_well = False
        self.compiled, self.later = SHOPS[dice.choice(sorted(SHOPS))]
        self.order = self.bought = order(
            self.compiled,
            ("TEA", dice.randint(1, 3)),
            ("CUP", dice.randint(1, 3)),
            shipping=dice.choice(["", "8.00"]),
            coupons=("coupon",) if dice.randrange(2) else (),
            points=dice.choice([0, 700]),
        )
        gifts = {gift.sku for gift in self.order.quote.gifts}
        self.kept_gifts = gifts if dice.randrange(2) else set()
        money, points = self.order.quote.payable.minor, self.order.quote.points_used
        card = dice.randint(1, money)
        paid = {"card": Money(card, CNY), "wallet": Money(money - card, CNY)}
        paid["points"] = Money(points, POINTS)
        self.payments = Payments(
            tuple(Capture(name, name, amount) for name, amount in paid.items() if amount)
        )

    # --- what happens --------------------------------------------------------------------------

    def a_case_is_opened(self) -> None:
        """Mostly on units that are to be had."""
        if len(self.requests) == MOST_CASES:
            return
        dice, units = self.dice, sorted(self.order.units)
        if free := sorted(self.order.units - self.taken()):
            units = free if dice.randrange(5) else units
        wanted = frozenset(dice.choices(units, k=dice.choice([1, 1, 2, 3])))
        machine = MACHINES[dice.choice(sorted(MACHINES))]
        case = begin(machine, f"as-{len(self.requests) + 1}", self.at)
        self.requests.append(request := Request(case, wanted, self.at))
        if dice.randrange(12):
            self.bring(request, "request", "buyer")

    def a_case_gets_on(self) -> None:
        """By whoever can act, and nobody gives up."""
        request = self.dice.choice(self.running)
        able = [move for move in _able(request) if move[0] != "withdraw"]
        if able:
            self.bring(request, *self.dice.choice(able))

    def somebody_acts(self) -> None:
        request = self.dice.choice(self.running)
        actors = sorted(PEOPLE.intersection(request.machine.actors))
        anything = self.dice.choice(request.machine.events), self.dice.choice(actors)
        self.bring(request, *self.dice.choice([anything, *_able(request)]))

    def the_clock_goes_on(self) -> None:
        self.at += timedelta(hours=self.dice.choice([0, 1, 1, 8, 8, 24, 24, 80, 12 * 24]))

    def the_timer_comes(self) -> None:
        for request in self.running:
            for late in due(request.machine, [request.case], self.at):
                assert self.bring(request, late.event, TIMER)

    def an_effect_is_performed(self) -> None:
        if self.outbox:
            self.perform(self.dice.choice(sorted(self.outbox)))

    def an_answer_comes(self) -> None:
        """In any order, and perhaps not for the first time."""
        if self.said:
            self.hear(*self.dice.choice(self.said))

    def the_latest_answer_comes(self) -> None:
        if self.said:
            self.hear(*self.said[-1])

    def goes_on(self) -> None:
        happenings = [self.a_case_is_opened]
        if self.running:
            happenings += [self.a_case_gets_on] * 4
            happenings += [self.an_effect_is_performed, self.the_latest_answer_comes] * 3
            happenings += [self.somebody_acts, self.the_clock_goes_on, self.the_timer_comes]
            happenings += [self.an_answer_comes]
        self.dice.choice(happenings)()

    def yes(self) -> bool:
        return self.all_well or bool(self.dice.randrange(2))

    # --- the backend ---------------------------------------------------------------------------

    @property
    def running(self) -> list[Request]:
        return [request for request in self.requests if not request.over]

    def bring(self, request: Request, event: str, actor: str, answers: str = "") -> bool:
        passed = request.units
        if event == "inspect":
            passed = frozenset(sorted(passed)[self.dice.randint(0, len(passed)) :])
        facts = self.facts(request, event, passed)
        chosen = request.units
        if facts["units"] == "open" and event in {"request", "edit"}:
            chosen = self.chosen(request)
            facts["returnable"] = self.returnable(chosen, request.asked_at)
        found = step(request.machine, request.case, event, actor, self.at, facts, answers)
        if isinstance(found, Refused):
            assert found.reasons
            return False
        request.units = chosen
        if event == "inspect":
            request.passed = passed
        self.save(request, found)
        return True

    def facts(self, request: Request, event: str, passed: frozenset[Unit]) -> dict[str, Value]:
        """What the caller looks up, and what people tell it."""
        others = [each.claim for each in self.requests if each is not request]
        bought = Counter(line for line, _ in self.bought.units)
        units = units_fact(request.claim.units, bought, others, MACHINES.values())
        facts = {
            **units,
            "returnable": self.returnable(request.units, request.asked_at),
            "reason": True,
            "waybill": True,
            "carriage": self.dice.choice(["buyer", "seller"]),
            "passed": "all" if passed == request.units else "some" if passed else "none",
        }
        if request.machine.id == "price_protection" and event in {"request", "edit"}:
            found = self.protection().found
            facts["difference"] = "due" if found.refund or found.points_returned else "none"
        return facts

    def chosen(self, request: Request) -> frozenset[Unit]:
        """Units by number, of those that no other case has and that are not gone."""
        free = sorted(
            self.order.units - self.taken(request), key=lambda unit: unit not in request.units
        )
        return frozenset(
            unit
            for line, count in request.claim.units.items()
            for unit in [unit for unit in free if unit[0] == line][:count]
        )

    def taken(self, but: Request | None = None) -> set[Unit]:
        """The units that are gone, swapped, or in another case that was asked for."""
        taken = set(self.order.returned)
        for other in self.requests:
            if other is not but and other.case.steps and (not other.over or other.swapped):
                taken |= other.units
        return taken

    def returnable(self, units: frozenset[Unit], at: DateTime) -> bool:
        found = standings(self.compiled, self.order, at)
        return not any(each.against for each in found if each.unit in units)

    def protection(self) -> Protection:
        found = price_protection(self.compiled, self.later, self.order, self.at)
        assert isinstance(found, Protection)
        return found

    def save(self, request: Request, done: Step) -> None:
        """One transaction: the case, its refund, the order and its payments, the outbox."""
        event = done.row.event
        request.case = done.case
        request.log.append(event)
        axes = request.axes
        if axes["acceptance"] == "accepted" and axes.get("reception") == "part_passed":
            # Only a dispute that is won brings the rest as well.
            request.units = request.units if WON.intersection(request.log) else request.passed
        if event in {"refunded", "refund_found", "confirm_refund", "confirm_timeout"}:
            self.conclude(request, lambda _: True)
        elif event in {"refund_failed", "refund_not_found", "deny_refund"}:
            self.conclude(request, lambda each: self.moved.get((each.id, each.part.capture), False))
        elif event == "pay_by_hand":
            self.ask(request, f"{request.case.id}/{request.case.steps}/by_hand")
        for awaited in done.perform:
            self.outbox[awaited.key] = request
            if awaited.effect == "refund":
                self.ask(request, awaited.key)

    def ask(self, request: Request, key: str) -> None:
        """Ask for what is due and neither on its way nor there; at first, work out what that is."""
        if request.found is None:
            request.found = self.given(request)
            self.order = request.found.order
            self.steps.append(request.found)
        for amount in self.due(request):
            name = f"{key}/{amount.currency.code}"
            if amount:
                found = ask_refund(self.payments, name, amount)
                assert isinstance(found, Payments), found
                assert ask_refund(found, name, amount) is found
                self.payments = found

    def given(self, request: Request) -> Return:
        if request.machine.id == "price_protection":
            return self.protection().found
        others = self.order.units - request.units
        found = return_units(
            self.compiled,
            self.order,
            request.claim.units,
            request.asked_at,
            kept_gifts=self.kept_gifts,
            stated=Stated(pending=others),
        )
        assert isinstance(found, Return), found
        assert set(found.units) == request.units
        return found

    def due(self, request: Request) -> Iterator[Money]:
        assert request.found is not None
        gone = [each for each in self.refunds(request) if each.state is not RefundState.FAILED]
        for whole in (request.found.refund, Money(request.found.points_returned, POINTS)):
            parts = [
                each.part.amount for each in gone if each.part.amount.currency == whole.currency
            ]
            yield whole - total(parts, whole.currency)

    def refunds(self, request: Request) -> list[Refund]:
        return [each for each in self.payments.refunds if each.id.startswith(f"{request.case.id}/")]

    def conclude(self, request: Request, moved: Callable[[Refund], bool]) -> None:
        for each in self.refunds(request):
            if each.state is RefundState.PENDING:
                state = RefundState.DONE if moved(each) else RefundState.FAILED
                found = conclude_refund(self.payments, each.id, each.part.capture, state)
                assert isinstance(found, Payments)
                self.payments = found

    # --- the provider --------------------------------------------------------------------------

    def perform(self, key: str) -> None:
        request = self.outbox.pop(key)
        awaited = next((each for each in request.case.awaited if each.key == key), None)
        if awaited is None:
            # Its time is over: the case has gone on, and may have sent it out anew.
            return
        effect = request.machine.effect(awaited.effect)
        refunds = self.refunds(request)
        if effect.id == "refund":
            for each in refunds:
                if each.id.startswith(f"{key}/"):
                    self.moved[each.id, each.part.capture] = self.yes()
        if effect.id in {"refund", "ask_refund"}:
            pending = [each for each in refunds if each.state is RefundState.PENDING]
            well = all(self.moved.get((each.id, each.part.capture)) for each in pending)
        else:
            well = self.yes()
        event = effect.succeeded if well else effect.failed
        self.said.append((request, event, key))

    def hear(self, request: Request, event: str, key: str) -> None:
        if self.bring(request, event, PROVIDER, key):
            assert key not in self.heard
            self.heard.add(key)

    # --- what has to hold ----------------------------------------------------------------------

    def never_more_than_was_paid(self) -> None:
        """Pending included, for each capture and in all; nor has the provider moved more."""
        real = Counter[str]()
        gone = Counter[str]()
        for each in self.payments.refunds:
            if each.state is not RefundState.FAILED:
                gone[each.part.capture] += each.part.amount.minor
            if self.moved.get((each.id, each.part.capture)):
                assert each.state is not RefundState.FAILED
                real[each.part.capture] += each.part.amount.minor
        for capture in self.payments.captures:
            assert real[capture.id] <= gone[capture.id] <= capture.amount.minor
        quote = self.order.quote
        assert sum(each.refund.minor for each in self.steps) <= quote.payable.minor
        assert sum(each.points_returned for each in self.steps) <= quote.points_used
        assert sum(each.points_taken for each in self.steps) <= self.order.earned.points

    def everything_comes_back_once(self) -> None:
        for many in (
            Counter(unit for each in self.steps for unit in each.units),
            Counter(coupon for each in self.steps for coupon in each.coupons),
            Counter(promotion for each in self.steps for promotion in each.usage),
        ):
            assert set(many.values()) <= {1}

    def a_refund_is_what_its_case_came_to(self) -> None:
        for request in self.requests:
            if request.money == "none":
                assert request.found is None
                assert self.refunds(request) == []
            if request.money == "refunded":
                assert not any(self.due(request))
                assert all(each.state is not RefundState.PENDING for each in self.refunds(request))

    def ends(self) -> None:
        """Nobody acts any more but the provider, for whom all goes well, and the timer."""
        self.all_well = True
        for _ in range(LONGEST_WAY):
            for key in sorted(self.outbox):
                self.perform(key)
                self.the_latest_answer_comes()
            ahead = [min(expected(each.machine, each.case)).at for each in self.running]
            self.at = max([self.at, *(at for at in ahead if at == min(ahead))])
            self.the_timer_comes()
        assert not self.running

    def all_at_once_comes_to_the_same(self) -> None:
        """Where thresholds are kept, and no gift is paid for."""
        policy = self.compiled.rulebook.after_sales.lost_threshold
        if policy is not LostThreshold.KEEP or self.kept_gifts or not self.steps:
            return
        back, protected = self.order.returned, self.order.protected
        if protected:
            after = evolve(self.bought, returned=back, protected=protected)
            once = given_back(self.compiled, self.bought, after, tuple(sorted(back)))
        else:
            found = return_units(
                self.compiled,
                self.bought,
                Counter(line for line, _ in back),
                RECEIVED,
                stated=Stated(pending=self.bought.units - back),
            )
            assert isinstance(found, Return)
            once = found
        assert once.order == self.order
        assert total([each.refund for each in self.steps], CNY) == once.refund
        assert sum(each.points_returned for each in self.steps) == once.points_returned
        assert sum(each.points_taken for each in self.steps) == once.points_taken
        coupons = [coupon for each in self.steps for coupon in each.coupons]
        assert sorted(coupons) == sorted(once.coupons)
        usage = {name: used for each in self.steps for name, used in each.usage.items()}
        assert usage == once.usage


@settings(max_examples=max(settings().max_examples * 2, 1))
@given(seed=st.integers(0, 2**32), length=st.integers(30, 150))
def test_cases_side_by_side_give_back_what_is_due_and_never_more(seed: int, length: int) -> None:
    mall = Mall(Random(seed))
    for _ in range(length):
        mall.goes_on()
        mall.never_more_than_was_paid()
        mall.everything_comes_back_once()
        mall.a_refund_is_what_its_case_came_to()
    mall.ends()
    mall.never_more_than_was_paid()
    mall.everything_comes_back_once()
    mall.a_refund_is_what_its_case_came_to()
    mall.all_at_once_comes_to_the_same()
