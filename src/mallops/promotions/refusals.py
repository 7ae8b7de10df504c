"""Why a promotion did not apply: the code of the law, and the numbers behind it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pendulum import DateTime

from mallops.cart import Cart, Usage
from mallops.findings import Refusal
from mallops.money import Currency, Money
from mallops.promotions.account import Account, lane_starts
from mallops.promotions.compiled import Compiled, Rule, Step
from mallops.promotions.eligibility import budget_left, refusal_of, standing, usage_of
from mallops.promotions.seating import (
    BELOW_AMOUNT,
    BELOW_QUANTITY,
    BLOCKED,
    NO_EFFECT,
    NO_ITEMS,
    Bidder,
    Judge,
    State,
    bidder,
)

OUTBID = "outbid"

ORDER = (NO_ITEMS, BLOCKED, BELOW_QUANTITY, BELOW_AMOUNT, NO_EFFECT, OUTBID)


class Refusals(Mapping[str, Refusal]):
    """The refusals of a quote by promotion id, worked out when first asked for.

    A mall has thousands of promotions, and a page that shows a price asks about none.
    """

    __slots__ = ("_found", "_inputs")

    def __init__(
        self,
        compiled: Compiled,
        cart: Cart,
        at: DateTime,
        usage: Mapping[str, Usage],
        judge: Judge,
        account: Account,
    ) -> None:
        self._inputs: tuple[object, ...] = (compiled, cart, at, usage, judge, account)
        self._found: dict[str, Refusal] | None = None

    def _all(self) -> dict[str, Refusal]:
        if self._found is None:
            self._found = refusals(*self._inputs)  # type: ignore[arg-type]
            self._inputs = ()
        return self._found

    def __getitem__(self, promotion: str) -> Refusal:
        return self._all()[promotion]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Mapping) and self._all() == dict(other)

    def __hash__(self) -> int:
        return hash(tuple(self._all()))

    def __repr__(self) -> str:
        return repr(self._all())

    def __reduce__(self) -> tuple[type[dict[str, Refusal]], tuple[dict[str, Refusal]]]:
        return dict, (self._all(),)


def refusals(
    compiled: Compiled,
    cart: Cart,
    at: DateTime,
    usage: Mapping[str, Usage],
    judge: Judge,
    account: Account,
) -> dict[str, Refusal]:
    """The refusal of each promotion without a seat, and of each coupon that none knows."""
    found: dict[str, Refusal] = {}
    applied = {granted.bidder.rule.id for granted in account.granted}
    timezone = compiled.rulebook.timezone
    skus = [line.sku.sku for line in judge.basket.lines]
    starts = lane_starts(account.granted, judge, len(compiled.rulebook.lanes))
    touching = compiled.index.touching(skus, cart.shopper.groups, cart.coupons, at)
    for number, rule in enumerate(compiled.rules):
        if rule.id in applied:
            continue
        code = standing(rule.promotion, cart, at, timezone, usage)
        if code:
            used = usage_of(rule.promotion, usage)
            found[rule.id] = refusal_of(code, rule.promotion, cart, at, timezone, used)
        elif number not in touching:
            found[rule.id] = Refusal(NO_ITEMS)
        else:
            rest = budget_left(rule.promotion, usage)
            lost = bidder(number, rule, judge.basket, rest, touching[number])
            found[rule.id] = _outcome(
                lost, judge, account, starts[rule.lane], compiled.rulebook.currency
            )
    unknown = (coupon for coupon in cart.coupons if coupon not in compiled.positions)
    found.update((coupon, Refusal("unknown_coupon")) for coupon in unknown)
    return dict(sorted(found.items()))


def _outcome(
    lost: Bidder, judge: Judge, account: Account, start: State, currency: Currency
) -> Refusal:
    """The code furthest down the list over the seats, with that seat's numbers.

    `start` is what units cost at the start of the bidder's lane.
    """
    chosen = start.copy()
    alone = State.at_list_price(judge.basket, ())
    for state in (chosen, alone):
        if lost.rest is not None:
            state.rests[lost.number] = lost.rest
    codes = [_code(lost, seat, judge, chosen, alone) for seat in range(len(lost.seats))]
    if not codes:
        return Refusal(NO_ITEMS)
    seat = max(range(len(codes)), key=lambda seat: ORDER.index(codes[seat]))
    code = codes[seat]
    return Refusal(code, _details(code, lost, seat, judge, account, start, currency))


def _code(lost: Bidder, seat: int, judge: Judge, chosen: State, alone: State) -> str:
    """A code holds only if it holds at the chosen bases and for the promotion alone."""
    here = judge.codes(lost, seat, chosen)
    if BLOCKED in here:
        return BLOCKED
    by_itself = judge.codes(lost, seat, alone) if here else ()
    return next((code for code in here if code in by_itself), OUTBID)


def _details(
    code: str,
    lost: Bidder,
    seat: int,
    judge: Judge,
    account: Account,
    state: State,
    currency: Currency,
) -> dict[str, str]:
    if code in (BELOW_QUANTITY, BELOW_AMOUNT):
        return _shortfall(code, lost, seat, judge, state, currency)
    if code == BLOCKED:
        bit = 1 << lost.rule.lane
        return _named(
            granted.bidder.rule
            for granted in account.granted
            if granted.bidder.rule.closes & bit and set(granted.deal.units) & set(lost.seats[seat])
        )
    if code == OUTBID:
        return _named(
            granted.bidder.rule
            for granted in account.granted
            if granted.bidder.rule.lane == lost.rule.lane and _rivals(granted.bidder, seat, lost)
        )
    return {}


def _rivals(winner: Bidder, seat: int, loser: Bidder) -> bool:
    return not set(winner.seats[seat]).isdisjoint(loser.seats[seat])


def _named(rules: Iterator[Rule]) -> dict[str, str]:
    names = sorted({rule.id for rule in rules})
    return {"by": ", ".join(names)} if names else {}


def _shortfall(
    code: str, lost: Bidder, seat: int, judge: Judge, state: State, currency: Currency
) -> dict[str, str]:
    """What was asked, what was there, and what is missing."""
    units = judge.open_units(lost, judge.qualifying(lost, seat, state), state)
    step, extras, taken = judge.tier(lost, seat, state, units)
    measured = judge.measures(lost, seat, state, taken, extras)
    if code == BELOW_AMOUNT:
        return _amount_short(lost.rule, step, state, taken, measured, currency)
    asked = [
        ("quantity", lost.rule.quantity, len(measured)),
        ("distinct", lost.rule.distinct, judge.distinct(measured)),
        ("quantity", step.quantity or 0, len(taken)),
    ]
    measure, required, reached = next(ask for ask in asked if ask[1] > ask[2])
    return {"measure": measure, **_numbers(str(required), str(reached), str(required - reached))}


def _amount_short(
    rule: Rule,
    step: Step,
    state: State,
    taken: Sequence[int],
    measured: Sequence[int],
    currency: Currency,
) -> dict[str, str]:
    asked = [
        (rule.amount or 0, sum(state.start[unit] for unit in measured)),
        (step.amount or 0, sum(state.start[unit] for unit in taken)),
    ]
    required, reached = next(ask for ask in asked if ask[0] > ask[1])
    amounts = (required, reached, required - reached)
    return _numbers(*(str(Money(amount, currency)) for amount in amounts))


def _numbers(required: str, reached: str, missing: str) -> dict[str, str]:
    return {"required": required, "reached": reached, "missing": missing}
