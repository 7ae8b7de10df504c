"""What one more account brings: rules that are for a person cannot tell who is one.

The answer is never a proof of a fault, since newcomers are welcome in every mall. It is a price:
what each further account costs, for whoever has to decide how much work it may be to open one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import evolve
from pendulum import DateTime

from mallops.cart import Cart
from mallops.findings import Refusal, Severity
from mallops.loopholes.model import Kind, Loophole, Repeat, Subject, Witness
from mallops.loopholes.sequences.bounds import Bounds
from mallops.loopholes.sequences.choosing import chosen
from mallops.loopholes.sequences.holdings import held
from mallops.loopholes.sequences.probes import Priced, goods_of, opening_instant, probes
from mallops.loopholes.sequences.tales import CUSTOMER, OTHER, Setting, Tale, opened, told
from mallops.loopholes.subjects import promotion_at, section_at
from mallops.money import Money
from mallops.points.actions import acted
from mallops.points.counts import Count
from mallops.points.transfers import transferable
from mallops.promotions.compiled import Compiled
from mallops.rules.points import Action
from mallops.rules.promotions import Limits, Promotion
from mallops.stories.model import Act, Look, Opening, PlaceOrder, Receive, Step, Transfer
from mallops.stories.wealth import worth_of

ACCOUNT_PAYS = "account_pays"
ACTION_PAYS = "action_pays"
ACTION_POOLS = "action_pools"

_MOST_ACTIONS = 10
"""So often is an action done on an account's first day, where nothing bounds it."""


def identities(compiled: Compiled, at: DateTime, bounds: Bounds) -> Iterator[Loophole]:
    """What a second account gets out of promotions and actions that the first cannot have twice."""
    goods = goods_of(compiled)
    personal = [each for each in compiled.rulebook.promotions if each.active and _is_personal(each)]
    for promotion in chosen(personal, bounds.promotions):
        yield from _of_promotion(compiled, promotion, goods, at, bounds)
    points = compiled.rulebook.points
    for place, action in enumerate(points.actions if points is not None else ()):
        yield from _of_action(compiled, action, place, at)


def _is_personal(promotion: Promotion) -> bool:
    per_customer = promotion.limits.per_customer is not None
    return promotion.coupon or promotion.audience.first_order or per_customer


def _of_promotion(
    compiled: Compiled,
    promotion: Promotion,
    goods: Sequence[Priced],
    at: DateTime,
    bounds: Bounds,
) -> Iterator[Loophole]:
    opens = opening_instant(promotion, at, compiled.rulebook.timezone)
    found = probes(compiled, promotion, goods, opens, bounds) if opens is not None else ()
    for cart in (evolve(each, shipping=()) for each in found[:1]):
        assert opens is not None, "there are no probes of what never opens"
        by_two = _story(compiled, cart, opens, (CUSTOMER, OTHER))
        by_one = _story(compiled, cart, opens, (CUSTOMER, CUSTOMER))
        if by_two is None or by_one is None:
            continue
        loss = _cost(compiled, by_one) - _cost(compiled, by_two)
        if loss > 0:
            bounded = evolve(promotion.limits, per_customer=None) != Limits()
            amount = Money(loss, compiled.rulebook.currency)
            yield Loophole(
                code=ACCOUNT_PAYS,
                kind=Kind.IDENTITY,
                severity=Severity.NOTE if bounded else Severity.WARNING,
                subjects=(promotion_at(compiled.rulebook, promotion.id),),
                details={"promotion": promotion.id, "loss": str(amount)},
                witness=by_two.witness,
                loss=amount,
                repeat=Repeat.ONCE,
            )


def _story(compiled: Compiled, cart: Cart, at: DateTime, customers: tuple[str, str]) -> Tale | None:
    """The cart bought twice; a coupon is held once by each account."""
    steps: list[Step] = []
    left = dict.fromkeys(customers, cart.coupons)
    setting = Setting(at, {name: Opening(0, cart.coupons) for name in left if cart.coupons})
    for number, name in enumerate(customers, 1):
        is_new = cart.shopper.first_order and number == customers.index(name) + 1
        shopper = evolve(cart.shopper, id=name, first_order=is_new)
        order = f"o{number}"
        bought = evolve(cart, shopper=shopper, coupons=left[name])
        left[name] = ()
        steps += [Step(at, PlaceOrder(order, bought)), Step(at, Receive(order))]
    tale = told(compiled, setting, steps)
    settling = tale.world.settling if tale is not None else ()
    if settling:
        steps.append(Step(settling[-1][0], Look(), customers[-1]))
        tale = told(compiled, setting, steps)
    return tale


def _cost(compiled: Compiled, tale: Tale) -> int:
    """What it cost, gifts, points and coupons that came of it taken off."""
    before, after = held(compiled, opened(compiled, tale.setting)), held(compiled, tale)
    # The coupons at the beginning were given: what is asked is who may have them.
    return before.cash + before.points - after.cash - after.points - after.coupons - after.gifts


def _of_action(compiled: Compiled, action: Action, place: int, at: DateTime) -> Iterator[Loophole]:
    """What an account collects by an action on its first day."""
    timezone = compiled.rulebook.timezone
    counts: dict[str, Count] = {}
    steps: list[Step] = []
    points = 0
    for _ in range(_MOST_ACTIONS):
        found = acted((action,), action.id, at, timezone, counts)
        if isinstance(found, Refusal):
            break
        counts |= found.counts
        points += found.points
        steps.append(Step(at, Act(action.id), OTHER))
    worth, currency = worth_of(compiled), compiled.rulebook.currency
    loss = points * worth.money.minor // worth.points
    if loss:
        amount = Money(loss, currency)
        subjects: tuple[Subject, ...] = (section_at("points", f".actions[{place}]"),)
        given = _passed_on(compiled, points, at)
        if given is not None:
            subjects += (section_at("points", ".transfer"),)
        last = Step(at, Look(), OTHER) if given is None else given
        yield Loophole(
            code=ACTION_PAYS if given is None else ACTION_POOLS,
            kind=Kind.IDENTITY,
            severity=Severity.NOTE if given is None else Severity.WARNING,
            subjects=subjects,
            details={"action": action.id, "points": str(points), "loss": str(amount)},
            witness=Witness((*steps, last)),
            loss=amount,
            repeat=Repeat.ONCE if action.times.ever is not None else Repeat.AGAIN,
        )


def _passed_on(compiled: Compiled, points: int, at: DateTime) -> Step | None:
    """What one account collected, given to another, as far as that is allowed within a day."""
    rules = compiled.rulebook.points
    assert rules is not None, "there are no actions without"
    left = transferable(rules.transfer, at, compiled.rulebook.timezone, {})
    most = points if left is None else min(points, left)
    if most < max(1, rules.transfer.at_least):
        return None
    return Step(at, Transfer(CUSTOMER, most), OTHER)
