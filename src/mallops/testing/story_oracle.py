"""The naive twin of stories: every step played on plain values, all of it worked out afresh.

This module is a second, independent reading of the law of stories, as `oracle` is one of
quotes, and it asks that module for every quote. What can be told from the steps so far is
never kept up to date but counted again when it is asked for: usage, pending points, what a
day earned, the units held. Kept are only what has an order of its own in time, the lots of
points and their debt, and what each order has given back.

The documents are assumed valid, refusals apart. Where several seatings tie for a quote, a
return may depend on which of them was sold: such a story is `Ambiguous`, and judges nothing.
"""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from math import floor
from zoneinfo import ZoneInfo

from mallops.testing.oracle import (
    Case,
    Doc,
    Grant,
    Seat,
    Seating,
    Shares,
    State,
    allocate,
    best,
    by_priority,
    clauses,
    digits_of,
    fits,
    instant,
    is_open,
    judge,
    major,
    minor,
    points_paid,
    quote_of,
    reached,
    read_case,
    seats_of,
)

AFTER_SALES: Doc = {
    "window_days": 7,
    "lost_threshold": "keep",
    "earned_points": "claw_back",
    "used_points": "return",
    "coupon": "return",
    "gift": "return_or_pay",
    "shipping": "never",
    "excluded": {"category": []},
}


class Ambiguous(Exception):
    """Several seatings tie for a quote, and what a return owes depends on the one chosen."""


class Refused(Exception):
    """A step that the law refuses, with its code; nothing has changed yet when it is raised."""


def play(scenario: Doc, *, limit: int = 200_000) -> list[Doc]:
    """What each step of a story comes to, as its `expect` would say it whole.

    Raises `Ambiguous` where a tie leaves open what was sold, and `oracle.TooLarge` when a
    quote would need more than `limit` choices of lanes to be tried.

    >>> cart = {"lines": [{"id": "1", "sku": "A", "quantity": 2}]}
    >>> story = [
    ...     {"at": "2026-11-11T10:00:00+08:00", "do": "order", "id": "o", "cart": cart},
    ...     {"at": "2026-11-12T10:00:00+08:00", "do": "receive", "order": "o"},
    ...     {"at": "2026-11-13T10:00:00+08:00", "do": "return", "order": "o", "units": {"1": 1}},
    ...     {"at": "2026-11-13T10:00:00+08:00", "do": "return", "order": "o", "units": {"1": 2}},
    ... ]
    >>> catalog = {"products": [{"sku": "A", "price": "60.00"}]}
    >>> [ordered, received, first, second] = play(
    ...     {"catalog": catalog, "rulebook": {"currency": "CNY"}, "story": story}
    ... )
    >>> ordered["payable"], first["refund"], second
    ('120.00', '60.00', {'refused': 'too_many'})
    """
    world = opened(scenario, limit)
    return [outcome(world, step) for step in scenario["story"]]


# --- what stands when the story opens ----------------------------------------------------------


@dataclass(frozen=True)
class Rules:
    """What the documents say beside promotions, with the defaults filled in."""

    catalog: Doc
    rulebook: Doc
    usage: Doc
    limit: int
    digits: int
    zone: ZoneInfo
    worth: tuple[int, int]
    earn: Doc | None
    settles: str
    expire: Doc | None
    after_sales: Doc
    actions: list[Doc]
    transfer: Doc


@dataclass(eq=False)
class Lot:
    """Points that were settled together; `end` is when they are gone, None where never."""

    settled: datetime
    end: datetime | None
    points: int = 0
    revived: bool = False


@dataclass
class Account:
    """What one customer holds and owes, in the order in which lots were made."""

    lots: list[Lot] = field(default_factory=list)
    debt: int = 0
    cash: int = 0
    coupons: Counter[str] = field(default_factory=Counter)
    # The local days on which actions were done and points given away, in the order of time.
    acts: list[tuple[str, date]] = field(default_factory=list)
    given: list[tuple[date, int]] = field(default_factory=list)

    @property
    def points(self) -> int:
        """What can be spent."""
        return sum(lot.points for lot in self.lots)


@dataclass(frozen=True)
class Gain:
    """What a promotion brings in one seat beside discounts: a gift or a reward."""

    promotion: str
    gift: tuple[str, int, int] | None
    reward: Doc | None


@dataclass(frozen=True)
class Deal:
    """A quote with all that it says of single units."""

    case: Case
    seating: Seating
    quote: Doc
    paid: Shares
    tender: Shares
    points_used: int

    @property
    def goods(self) -> int:
        """What is paid in money for goods."""
        return sum(self.paid.values())

    @property
    def shipping(self) -> int:
        """What is paid for shipping."""
        return sum(self.seating.states[-1].fees)

    @property
    def gains(self) -> list[Gain]:
        """All gifts and rewards, by lane and seat."""
        return [
            replace(gain, gift=grant.gift)
            for grant, seat, state in held_seats(self)
            if grant.brings and (gain := gain_in(self.case, grant.promotion, seat, state))
        ]


@dataclass
class Order:
    """One order and how far it has come undone."""

    account: str
    at: datetime
    at_text: str
    cart: Doc
    usage: Doc
    deal: Deal
    earned: int
    consumed: list[str]
    # The lots that paid, in the order in which they were taken.
    sources: list[tuple[Lot, int]] = field(default_factory=list)
    shipped: bool = False
    received: datetime | None = None
    cancelled: bool = False
    own_lot: Lot | None = None
    returned: set[int] = field(default_factory=set)
    given_back: set[str] = field(default_factory=set)
    refunded: int = 0
    carried: int = 0
    points_returned: int = 0
    taken: int = 0
    # By promotion and SKU: what is no longer the customer's to keep, and what of it came back.
    gifts_settled: Counter[tuple[str, str]] = field(default_factory=Counter)
    gifts_back: Counter[str] = field(default_factory=Counter)
    # What was granted at settlement and not taken back since.
    reward_points: Counter[str] = field(default_factory=Counter)
    reward_coupons: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def kept(self) -> set[int]:
        """The units that have not come back."""
        return set(self.deal.case.everywhere) - self.returned

    @property
    def applied(self) -> list[str]:
        """The promotions that the order used."""
        return sorted({grant.promotion for grant in self.deal.seating.grants})


@dataclass
class World:
    """Everything in a story; `main` is the account of whoever is not named."""

    rules: Rules
    main: str
    accounts: dict[str, Account]
    orders: dict[str, Order] = field(default_factory=dict)

    def account(self, name: str) -> Account:
        """An account, empty where nothing was said of it."""
        return self.accounts.setdefault(name, Account())


def read_rules(scenario: Doc, limit: int) -> Rules:
    """The documents' sections on points and after-sales."""
    rulebook = scenario["rulebook"]
    digits = digits_of(rulebook["currency"])
    points = rulebook.get("points") or {}
    worth = points.get("worth") or {"points": 100, "money": "1"}
    earn = points.get("earn")
    return Rules(
        catalog=scenario["catalog"],
        rulebook=rulebook,
        usage=scenario.get("usage") or {},
        limit=limit,
        digits=digits,
        zone=ZoneInfo(rulebook.get("timezone", "Asia/Shanghai")),
        worth=(worth["points"], minor(worth["money"], digits)),
        earn=earn,
        settles=(earn or {}).get("settles", "window_closed"),
        expire=points.get("expire"),
        after_sales=AFTER_SALES | (rulebook.get("after_sales") or {}),
        actions=points.get("actions") or [],
        transfer=points.get("transfer") or {},
    )


def opened(scenario: Doc, limit: int) -> World:
    """The accounts as they are at the first step."""
    rules, story = read_rules(scenario, limit), scenario["story"]
    opening = scenario.get("opening") or {}
    named = {} if opening.keys() <= {"points", "coupons"} else opening
    main = next(iter(named)) if len(named) == 1 else first_customer(story)
    world = World(rules, main, {})
    for name, doc in (named or {main: opening}).items():
        account = world.account(name)
        account.coupons.update(doc.get("coupons", []))
        if story:
            grant_points(rules, account, doc.get("points", 0), instant(story[0]["at"], rules.zone))
    return world


def first_customer(story: list[Doc]) -> str:
    """Who orders first."""
    carts = [step["cart"] for step in story if step["do"] == "order"]
    return customer_of(carts[0], "") if carts else ""


def customer_of(cart: Doc, main: str) -> str:
    """Whose cart it is."""
    return str((cart.get("customer") or {}).get("id", main))


# --- time --------------------------------------------------------------------------------------


def days_later(zone: ZoneInfo, at: datetime, days: int) -> datetime:
    """The same local time of day, so many local days later.

    One that a clock change skips is as far behind the change as it would have been, and of
    one that comes twice the second is meant. No days later is the instant itself.
    """
    if not days:
        return at
    local = at.astimezone(zone).replace(tzinfo=None) + timedelta(days=days)
    first = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    second = local.replace(tzinfo=zone, fold=1).astimezone(UTC)
    return max(first, second)


def midnight(zone: ZoneInfo, day: date) -> datetime:
    """The instant at which a local day begins."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def midnight_after(zone: ZoneInfo, at: datetime, plus_days: int) -> datetime:
    """The first local midnight strictly after an instant, then so many days later."""
    return midnight(zone, at.astimezone(zone).date() + timedelta(days=1 + plus_days))


def end_of(expire: Doc | None, zone: ZoneInfo, settled: datetime) -> datetime | None:
    """When a lot is gone that was settled then.

    >>> yearly, shanghai = {"yearly": "02-29", "grace_months": 1}, ZoneInfo("Asia/Shanghai")
    >>> print(end_of(yearly, shanghai, datetime(2026, 3, 1, tzinfo=shanghai)))
    2027-03-29 16:00:00+00:00
    """
    if expire is None:
        return None
    if "after_days" in expire:
        return days_later(zone, settled, expire["after_days"])
    month, day = map(int, expire["yearly"].split("-"))
    local = settled.astimezone(zone).date()
    year = local.year if clamped(local.year, month, day) >= local else local.year + 1
    years, months = divmod(month - 1 + expire.get("grace_months", 0), 12)
    return midnight_after(zone, midnight(zone, clamped(year + years, months + 1, day)), 0)


def clamped(year: int, month: int, day: int) -> date:
    """A date, or the last of its month where the month has no such day."""
    return date(year, month, min(day, monthrange(year, month)[1]))


def closing(rules: Rules, order: Order) -> datetime:
    """When the order's window closes."""
    assert order.received is not None
    return midnight_after(rules.zone, order.received, rules.after_sales["window_days"])


def fall_due(world: World, now: datetime) -> None:
    """All that happens by itself up to an instant. Credits come first: no lot ends before it is."""
    for order in sorted(closed_by(world, now), key=lambda order: closing(world.rules, order)):
        settle(world, order, closing(world.rules, order))
    for account in world.accounts.values():
        for lot in account.lots:
            if lot.end is not None and lot.end <= now:
                lot.points = 0


def closed_by(world: World, now: datetime) -> list[Order]:
    """The orders that a closed window has left to settle, as they were placed."""
    return [
        order
        for order in world.orders.values()
        if world.rules.settles == "window_closed"
        and order.own_lot is None
        and order.received is not None
        and closing(world.rules, order) <= now
    ]


# --- lots of points ----------------------------------------------------------------------------


def grant_points(rules: Rules, account: Account, points: int, at: datetime) -> Lot:
    """A new lot, of what the debt leaves of the points."""
    lot = Lot(at, end_of(rules.expire, rules.zone, at))
    account.lots.append(lot)
    credit(account, lot, points)
    return lot


def credit(account: Account, lot: Lot, points: int) -> None:
    """Points into a lot, once the debt is paid out of them."""
    paying = min(account.debt, points)
    account.debt -= paying
    lot.points += points - paying


def in_turn(account: Account) -> list[Lot]:
    """The lots as they are spent: what ends first, then what was settled first, then as made."""
    never = datetime.max.replace(tzinfo=UTC)
    return sorted(account.lots, key=lambda lot: (lot.end or never, lot.settled))


def take_out(lots: Iterable[Lot], points: int) -> list[tuple[Lot, int]]:
    """Points out of the lots in turn, as far as these go: how many of which."""
    taken = []
    for lot in lots:
        part = min(lot.points, points)
        lot.points -= part
        points -= part
        taken.append((lot, part))
    return [(lot, part) for lot, part in taken if part]


def claw_back(account: Account, order: Order, points: int) -> None:
    """Points out of the order's own lot, then out of any, and the rest as debt."""
    assert order.own_lot is not None
    others = [lot for lot in in_turn(account) if lot is not order.own_lot]
    taken = take_out([order.own_lot, *others], points)
    account.debt += points - sum(part for _, part in taken)


def put_back(rules: Rules, account: Account, order: Order, points: int, now: datetime) -> None:
    """Points back to the lots that they came from, those taken last first."""
    while points:
        lot, part = order.sources.pop()
        back = min(part, points)
        if part > back:
            order.sources.append((lot, part - back))
        points -= back
        revive(rules, lot, now)
        if lot.end is None or now < lot.end:
            credit(account, lot, back)


def revive(rules: Rules, lot: Lot, now: datetime) -> None:
    """A lot lives on after a return, once."""
    if rules.expire is None or lot.end is None or lot.revived:
        return
    end = days_later(rules.zone, now, rules.expire.get("revive_days", 30))
    if end > lot.end:
        lot.end, lot.revived = end, True


# --- quotes ------------------------------------------------------------------------------------


def deal_for(rules: Rules, cart: Doc, at: str, usage: Doc) -> Deal:
    """The one best quote of a cart."""
    case = read_case(rules.catalog, rules.rulebook, cart, at, usage)
    if rules.rulebook.get("choice", "best") == "priority":
        return read_deal(case, by_priority(case), optimal=None)
    found = {traces(seating): seating for seating in best(case, rules.limit)}
    if len(found) > 1:
        raise Ambiguous(f"{len(found)} seatings tie at {at}")
    [seating] = found.values()
    return read_deal(case, seating, optimal=True)


def traces(seating: Seating) -> tuple[Grant, ...]:
    """All that a seating leaves behind: two of the same traces differ in nothing."""
    return tuple(
        replace(grant, off=tuple((unit, amount) for unit, amount in grant.off if amount))
        for grant in seating.grants
    )


def read_deal(case: Case, seating: Seating, *, optimal: bool | None) -> Deal:
    """What a seating comes to, unit by unit."""
    nets = dict(enumerate(seating.states[-1].base))
    used, worth = points_paid(case, sum(nets.values()))
    tender = allocate(worth, nets)
    paid = {unit: net - tender[unit] for unit, net in nets.items()}
    return Deal(case, seating, quote_of(case, seating, optimal=optimal), paid, tender, used)


def held_seats(deal: Deal) -> Iterator[tuple[Grant, Seat, State]]:
    """Every grant in a shop, order or parcel lane with its seat and the state it was made in."""
    for lane, state in zip(deal.case.lanes, deal.seating.states, strict=False):
        for grant in deal.seating.grants:
            its_lane = deal.case.promotions[grant.promotion]["lane"] == lane["id"]
            if its_lane and lane["seat"] != "unit":
                touched = set(grant.taken) | {unit for unit, _ in grant.off}
                [seat] = [seat for seat in seats_of(deal.case, lane) if touched & set(seat.units)]
                yield grant, seat, state


def gain_in(case: Case, name: str, seat: Seat, state: State) -> Gain | None:
    """The gift or reward that a promotion brings in the seat at that state, budgets aside."""
    promotion = case.promotions[name]
    grant = judge(case, promotion, seat, state, None)
    if isinstance(grant, str) or not grant.brings:
        return None
    units = tuple(
        unit
        for unit in seat.units
        if fits(case, promotion.get("items"), unit, state) and is_open(promotion, unit, state)
    )
    benefit = reached(case, promotion, replace(seat, units=units), state).benefit
    return Gain(name, grant.gift, benefit if grant.reward else None)


def gains_left(rules: Rules, order: Order, requote: Deal | None) -> list[Gain]:
    """The gifts and rewards that the units still kept earn."""
    if not order.kept:
        return []
    if rules.after_sales["lost_threshold"] == "reprice":
        assert requote is not None
        return requote.gains
    bringing = {gain.promotion for gain in order.deal.gains}
    found = [
        gain_in(order.deal.case, grant.promotion, seat, without(order, grant, state))
        for grant, seat, state in held_seats(order.deal)
        if grant.promotion in bringing
    ]
    return [gain for gain in found if gain]


def without(order: Order, grant: Grant, state: State) -> State:
    """The state in which the returned units are closed to the promotion, as if not there."""
    lane = order.deal.case.promotions[grant.promotion]["lane"]
    return replace(
        state,
        blocked=tuple(
            blocked | {lane} if unit in order.returned else blocked
            for unit, blocked in enumerate(state.blocked)
        ),
    )


def requoted(rules: Rules, order: Order) -> Deal | None:
    """The quote of what is kept, where the policy asks for it and anything is kept."""
    if rules.after_sales["lost_threshold"] != "reprice" or not order.kept:
        return None
    kept = Counter(order.deal.case.units[unit].line for unit in order.kept)
    lines = [
        {**line, "quantity": kept[line["id"]]} for line in order.cart["lines"] if kept[line["id"]]
    ]
    shops = {order.deal.case.units[unit].shop for unit in order.kept}
    cart = {
        **order.cart,
        "lines": lines,
        "shipping": [fee for fee in order.cart.get("shipping", []) if fee["shop"] in shops],
        "coupons": order.consumed,
        "points": order.deal.points_used,
    }
    return deal_for(rules, cart, order.at_text, order.usage)


def usage_so_far(world: World, account: str) -> Doc:
    """What the limits have seen of the orders that have not been given back."""
    usage = {name: dict(doc) for name, doc in world.rules.usage.items()}
    for order in world.orders.values():
        for name in set(order.applied) - order.given_back:
            spent = sum(
                grant.spent for grant in order.deal.seating.grants if grant.promotion == name
            )
            used = usage.setdefault(name, {})
            used["total"] = used.get("total", 0) + 1
            used["customer"] = used.get("customer", 0) + (order.account == account)
            before = minor(used.get("spent", "0"), world.rules.digits)
            used["spent"] = major(before + spent, world.rules.digits)
    return usage


# --- points earned and rewards -----------------------------------------------------------------


def earned_on(rules: Rules, cart: Doc, money: int) -> int:
    """E(m), for the customer of the cart."""
    if rules.earn is None:
        return 0
    listed = rules.earn.get("groups") or {}
    groups = (cart.get("customer") or {}).get("groups", [])
    multiplier = max((Fraction(listed[group]) for group in groups if group in listed), default=1)
    points: int = money // minor(rules.earn["per"], rules.digits) * rules.earn["points"]
    return floor(points * multiplier)


def earned_by(world: World, name: str, cart: Doc, at: datetime, goods: int) -> int:
    """What an order earns within what the day has left."""
    rules = world.rules
    earned = earned_on(rules, cart, goods)
    if rules.earn is None or "at_most_per_day" not in rules.earn:
        return earned
    of_the_day = sum(
        order.earned
        for order in world.orders.values()
        if order.account == name and on_one_day(rules, order.at, at)
    )
    cap: int = rules.earn["at_most_per_day"]
    return min(earned, max(0, cap - of_the_day))


def on_one_day(rules: Rules, one: datetime, other: datetime) -> bool:
    """Whether two instants are of one local day."""
    return one.astimezone(rules.zone).date() == other.astimezone(rules.zone).date()


def earned_now(rules: Rules, order: Order) -> int:
    """What of the order's points its refunds have left."""
    if rules.after_sales["earned_points"] == "keep":
        return order.earned
    return min(order.earned, earned_on(rules, order.cart, order.deal.goods - order.refunded))


def points_of(gains: list[Gain], earned: int) -> Counter[str]:
    """The reward points of each promotion, where E of what is kept is so many."""
    points: Counter[str] = Counter()
    for gain in gains:
        reward = gain.reward or {}
        if "multiplier" in reward:
            points[gain.promotion] += max(0, floor(earned * (Fraction(reward["multiplier"]) - 1)))
        else:
            points[gain.promotion] += reward.get("points", 0)
    return points


def coupons_of(gains: list[Gain]) -> Counter[tuple[str, str]]:
    """How many of which coupon each promotion rewards with."""
    return Counter(
        (gain.promotion, gain.reward["coupon"])
        for gain in gains
        if gain.reward and "coupon" in gain.reward
    )


def rewards_due(
    rules: Rules, order: Order, left: list[Gain]
) -> tuple[Counter[str], Counter[tuple[str, str]]]:
    """The points and coupons that the order was promised and its kept units still earn."""
    if not order.kept:
        return Counter(), Counter()
    kept = earned_on(rules, order.cart, order.deal.goods - order.refunded)
    promised = order.deal.gains
    return (
        points_of(promised, kept) & points_of(left, kept),
        coupons_of(promised) & coupons_of(left),
    )


def settle(world: World, order: Order, at: datetime) -> None:
    """What was pending becomes a lot, and the rewards are granted with it."""
    account = world.account(order.account)
    left = gains_left(world.rules, order, requoted(world.rules, order))
    points, coupons = rewards_due(world.rules, order, left)
    order.reward_points, order.reward_coupons = points, coupons
    total = order.earned - order.taken + points.total()
    order.own_lot = grant_points(world.rules, account, total, at)
    for (_, coupon), count in coupons.items():
        account.coupons[coupon] += count


def take_earned(world: World, order: Order, target: int) -> int:
    """Earned points taken until so many are: what of them this was."""
    points = max(0, target - order.taken)
    if order.own_lot is not None:
        claw_back(world.account(order.account), order, points)
    order.taken += points
    return points


def take_rewards(
    world: World, order: Order, points: Counter[str], coupons: Counter[tuple[str, str]]
) -> int:
    """Rewards taken back but for those that are still due: how many points that took."""
    account = world.account(order.account)
    excess = (order.reward_points - points).total()
    if excess:
        claw_back(account, order, excess)
    for (_, coupon), count in (order.reward_coupons - coupons).items():
        for _ in range(count):
            excess += take_coupon(world.rules, account, coupon)
    order.reward_points &= points
    order.reward_coupons &= coupons
    return excess


def take_coupon(rules: Rules, account: Account, coupon: str) -> int:
    """A coupon taken from those held, or its face value owed: how many points that is."""
    if account.coupons[coupon]:
        account.coupons[coupon] -= 1
        return 0
    points, money = rules.worth
    owed: int = (face_value(rules, coupon) or 0) * points // money
    account.debt += owed
    return owed


def face_value(rules: Rules, coupon: str) -> int | None:
    """What a coupon says it is worth; None where it says nothing."""
    for promotion in rules.rulebook.get("promotions", []):
        benefit = promotion["benefit"]
        if promotion["id"] == coupon and benefit["kind"] == "amount_off":
            return minor(benefit["amount"], rules.digits)
        if promotion["id"] == coupon and benefit["kind"] == "percent_off":
            return minor(benefit["at_most"], rules.digits) if "at_most" in benefit else None
    return None


# --- steps -------------------------------------------------------------------------------------


def outcome(world: World, step: Doc) -> Doc:
    """What one step comes to, and the world as it is after it."""
    now = instant(step["at"], world.rules.zone)
    fall_due(world, now)
    try:
        match step["do"]:
            case "order":
                return place(world, step, now)
            case "ship":
                return ship(world, step)
            case "receive":
                return receive(world, step, now)
            case "cancel":
                return cancel(world, step, now)
            case "return":
                return give_back(world, step, now)
            case "grant":
                return grant(world, step, now)
            case "act":
                return act(world, step, now)
            case "transfer":
                return transfer(world, step, now)
            case _:
                return balance(world, step)
    except Refused as refusal:
        return {"refused": str(refusal)}


def place(world: World, step: Doc, now: datetime) -> Doc:
    """`order`: quoted, checked against the account, paid."""
    rules, name = world.rules, customer_of(step["cart"], world.main)
    account = world.account(name)
    coupons = step["cart"].get("coupons", [])
    if any(not account.coupons[coupon] for coupon in coupons):
        raise Refused("coupon_not_held")
    cart = dict(step["cart"])
    if cart.get("points") == "max":
        cart["points"] = account.points
    usage = usage_so_far(world, name)
    deal = deal_for(rules, cart, step["at"], usage)
    if deal.points_used > account.points:
        raise Refused("points_short")
    consumed = [coupon for coupon in coupons if coupon in deal.quote["applied"]]
    earned = earned_by(world, name, cart, now, deal.goods)
    order = Order(name, now, step["at"], cart, usage, deal, earned, consumed)
    world.orders[step["id"]] = order
    account.cash -= deal.goods + deal.shipping
    account.coupons.subtract(consumed)
    order.sources = take_out(in_turn(account), deal.points_used)
    if rules.settles == "paid":
        settle(world, order, now)
    return deal.quote


def standing(world: World, step: Doc) -> Order:
    """The order that a step is about."""
    if step["order"] not in world.orders:
        raise Refused("unknown_order")
    order = world.orders[step["order"]]
    if order.cancelled:
        raise Refused("cancelled")
    return order


def unshipped(world: World, step: Doc) -> Order:
    """The order that a step is about, which is still in the house."""
    order = standing(world, step)
    if order.shipped:
        raise Refused("already_shipped")
    return order


def ship(world: World, step: Doc) -> Doc:
    """`ship`: it can no longer be cancelled."""
    unshipped(world, step).shipped = True
    return {}


def receive(world: World, step: Doc, now: datetime) -> Doc:
    """`receive`: the window opens; a second time says nothing new."""
    order = standing(world, step)
    if order.received is None:
        order.shipped, order.received = True, now
        if world.rules.settles == "received":
            settle(world, order, now)
    return {}


def grant(world: World, step: Doc, now: datetime) -> Doc:
    """`grant`: points or a coupon for nothing."""
    account = world.account(step.get("customer", world.main))
    if "points" in step:
        grant_points(world.rules, account, step["points"], now)
    if "coupon" in step:
        account.coupons[step["coupon"]] += 1
    return {}


def act(world: World, step: Doc, now: datetime) -> Doc:
    """`act`: points for something other than an order, as often as it may be."""
    rules, account = world.rules, world.account(step.get("customer", world.main))
    rule = next((each for each in rules.actions if each["id"] == step["action"]), None)
    if rule is None:
        raise Refused("action_unknown")
    today = now.astimezone(rules.zone).date()
    days = [day for action, day in account.acts if action == rule["id"]]
    done = {
        "day": days.count(today),
        "month": sum((day.year, day.month) == (today.year, today.month) for day in days),
        "year": sum(day.year == today.year for day in days),
        "ever": len(days),
    }
    times = rule.get("times") or {}
    if any(done[period] >= most for period, most in times.items()):
        raise Refused("action_used_up")
    points = rule["points"]
    if today not in days:
        points += streak_bonus(rule.get("streak") or [], {*days, today}, today)
    account.acts.append((rule["id"], today))
    grant_points(rules, account, points, now)
    return {"points": points}


def streak_bonus(steps: list[Doc], days: set[date], today: date) -> int:
    """What a streak brings that has got as far as today: the last step again and again."""
    length = 0
    while today - timedelta(days=length) in days:
        length += 1
    last = steps[-1]["days"] if steps else 0
    if steps and length > last:
        return steps[-1]["points"] if length % last == 0 else 0
    return sum(step["points"] for step in steps if step["days"] == length)


def transfer(world: World, step: Doc, now: datetime) -> Doc:
    """`transfer`: points to another customer, who has them as long as the giver would have."""
    rules, giver = world.rules, step.get("customer", world.main)
    account, points, allowed = world.account(giver), step["points"], world.rules.transfer
    if not allowed.get("allowed") or giver == step["to"] or account.debt:
        raise Refused("transfer_not_allowed")
    if points < allowed.get("at_least", 1):
        raise Refused("transfer_below_least")
    today = now.astimezone(rules.zone).date()
    already = sum(given for day, given in account.given if day == today)
    if "at_most_per_day" in allowed and already + points > allowed["at_most_per_day"]:
        raise Refused("transfer_above_day")
    if points > account.points:
        raise Refused("points_short")
    account.given.append((today, points))
    receiver = world.account(step["to"])
    for lot, part in take_out(in_turn(account), points):
        own = Lot(lot.settled, lot.end, revived=lot.revived)
        receiver.lots.append(own)
        credit(receiver, own, part)
    return {}


def cancel(world: World, step: Doc, now: datetime) -> Doc:
    """`cancel`: the whole order undone, whatever the policies say."""
    order, digits = unshipped(world, step), world.rules.digits
    account = world.account(order.account)
    refund, used = order.deal.goods + order.deal.shipping, order.deal.points_used
    order.cancelled = True
    account.cash += refund
    put_back(world.rules, account, order, used, now)
    account.coupons.update(order.consumed)
    order.given_back = set(order.applied)
    taken = take_earned(world, order, order.earned)
    taken += take_rewards(world, order, Counter(), Counter())
    return {
        "refund": major(refund, digits),
        "points_returned": used,
        "points_taken": taken,
        "withheld": major(0, digits),
    }


# --- returns -----------------------------------------------------------------------------------


def returnable(world: World, step: Doc, now: datetime) -> Order:
    """The order of a return, unless a code speaks against it; codes come before lines."""
    order = standing(world, step)
    if order.received is None:
        raise Refused("not_received")
    if now >= closing(world.rules, order):
        raise Refused("window_closed")
    left = {line: kept_of(order, line) for line in step["units"]}
    if any(not units for units in left.values()):
        raise Refused("already_returned")
    if any(count > len(left[line]) for line, count in step["units"].items()):
        raise Refused("too_many")
    if any(is_excluded(world.rules, order, units[0]) for units in left.values()):
        raise Refused("excluded")
    return order


def kept_of(order: Order, line: str) -> list[int]:
    """The units of a line that have not come back, the lowest number first."""
    return sorted(unit for unit in order.kept if order.deal.case.units[unit].line == line)


def is_excluded(rules: Rules, order: Order, unit: int) -> bool:
    """Whether a unit is of the goods that do not come back."""
    case = order.deal.case
    said = clauses(case, rules.after_sales["excluded"], unit, case.start)
    return bool(said) and all(said)


def give_back(world: World, step: Doc, now: datetime) -> Doc:
    """`return`: credits first, then what is taken."""
    order, rules = returnable(world, step, now), world.rules
    account = world.account(order.account)
    units = [unit for line, count in step["units"].items() for unit in kept_of(order, line)[:count]]
    order.returned |= set(units)
    requote = requoted(rules, order)
    left = gains_left(rules, order, requote)
    goods = goods_refund(rules, order, units, requote)
    order.refunded += goods

    returned = points_to_return(rules, order, requote)
    order.points_returned += returned
    put_back(rules, account, order, returned, now)

    give_back_usage(rules, account, order)
    gross = goods + freight_refund(rules, order)
    owed = order.carried + gifts_withheld(rules, order, left, set(step.get("kept_gifts", [])))
    withheld = min(gross, owed)
    order.carried = owed - withheld
    account.cash += gross - withheld

    taken = take_earned(world, order, order.earned - earned_now(rules, order))
    if order.own_lot is not None:
        taken += take_rewards(world, order, *rewards_due(rules, order, left))
    return {
        "refund": major(gross - withheld, rules.digits),
        "points_returned": returned,
        "points_taken": taken,
        "withheld": major(withheld, rules.digits),
    }


def goods_refund(rules: Rules, order: Order, units: list[int], requote: Deal | None) -> int:
    """The money for goods that these units bring back."""
    if rules.after_sales["lost_threshold"] == "keep":
        return sum(order.deal.paid[unit] for unit in units)
    still_paid = requote.goods if requote else 0
    return max(0, order.deal.goods - order.refunded - still_paid)


def freight_refund(rules: Rules, order: Order) -> int:
    """Shipping, which comes back with the last unit if at all."""
    last = rules.after_sales["shipping"] == "last" and not order.kept
    return order.deal.shipping if last else 0


def points_to_return(rules: Rules, order: Order, requote: Deal | None) -> int:
    """How many more of the points that paid come back now."""
    used, tender = order.deal.points_used, order.deal.tender
    if rules.after_sales["used_points"] == "forfeit" or not used:
        return 0
    if rules.after_sales["lost_threshold"] == "reprice":
        so_far = used - (requote.points_used if requote else 0)
    else:
        so_far = used * sum(tender[unit] for unit in order.returned) // sum(tender.values())
    return max(0, so_far - order.points_returned)


def give_back_usage(rules: Rules, account: Account, order: Order) -> None:
    """Limits and coupons of the promotions whose last unit has come back."""
    for name in order.applied:
        if name not in order.given_back and tied_to(order, name) <= order.returned:
            order.given_back.add(name)
            if name in order.consumed and rules.after_sales["coupon"] == "return":
                account.coupons[name] += 1


def tied_to(order: Order, name: str) -> set[int]:
    """The units that a promotion discounted; where there are none, those that it took."""
    grants = [grant for grant in order.deal.seating.grants if grant.promotion == name]
    discounted = {unit for grant in grants for unit, amount in grant.off if amount}
    return discounted or {unit for grant in grants for unit in grant.taken}


def gifts_withheld(rules: Rules, order: Order, left: list[Gain], kept: set[str]) -> int:
    """The value of those gifts that have just become due and are kept; the others come back."""
    if rules.after_sales["gift"] == "keep":
        return 0
    granted, values = gifts_of(order.deal.gains)
    still, _ = gifts_of(left)
    withheld = 0
    for key, quantity in granted.items():
        before = order.gifts_settled[key]
        due = max(before, quantity - still[key])
        order.gifts_settled[key] = due
        if key[1] in kept:
            withheld += values[key] * due // quantity - values[key] * before // quantity
        else:
            order.gifts_back[key[1]] += due - before
    return withheld


def gifts_of(gains: list[Gain]) -> tuple[Counter[tuple[str, str]], Counter[tuple[str, str]]]:
    """By promotion and SKU, how many gifts there are and what they are worth together."""
    counts: Counter[tuple[str, str]] = Counter()
    values: Counter[tuple[str, str]] = Counter()
    for gain in gains:
        if gain.gift:
            sku, quantity, value = gain.gift
            counts[gain.promotion, sku] += quantity
            values[gain.promotion, sku] += quantity * value
    return counts, values


# --- balances ----------------------------------------------------------------------------------


def balance(world: World, step: Doc) -> Doc:
    """`balance`: all that the customer has, and what it is worth."""
    rules, name = world.rules, step.get("customer", world.main)
    account = world.account(name)
    held = sorted(account.coupons.elements())
    faces = {coupon: face_value(rules, coupon) for coupon in held}
    worth = account.cash + worth_of(rules, account.points) - worth_of(rules, account.debt)
    return {
        "points": account.points,
        "pending": pending_of(world, name),
        "debt": account.debt,
        "cash": signed(account.cash, rules.digits),
        "units": units_of(world, name),
        "coupons": held,
        "wealth": signed(worth + sum(faces[coupon] or 0 for coupon in held), rules.digits),
        "unvalued": sorted(coupon for coupon, face in faces.items() if face is None),
    }


def worth_of(rules: Rules, points: int) -> int:
    """Points in money, whole minor units."""
    per, money = rules.worth
    return points * money // per


def signed(amount: int, digits: int) -> str:
    """Minor units as files have them, also below zero."""
    return f"-{major(-amount, digits)}" if amount < 0 else major(amount, digits)


def pending_of(world: World, name: str) -> int:
    """The points that the customer's orders have earned and not yet settled."""
    return sum(
        order.earned - order.taken
        for order in world.orders.values()
        if order.account == name and order.own_lot is None and not order.cancelled
    )


def units_of(world: World, name: str) -> dict[str, int]:
    """What the customer holds of each SKU, gifts included."""
    units: Counter[str] = Counter()
    for order in world.orders.values():
        if order.account == name and not order.cancelled:
            units.update(order.deal.case.units[unit].sku for unit in order.kept)
            for gain in order.deal.gains:
                if gain.gift:
                    units[gain.gift[0]] += gain.gift[1]
            units.subtract(order.gifts_back)
    return {sku: count for sku, count in sorted(units.items()) if count}
