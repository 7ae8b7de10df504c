"""The naive twin of the promotion engine: every seating tried, the best ones kept.

This module is a second, independent reading of the law of rulebook format 1. It imports
nothing of mallops and takes the raw documents, so that a mistake in the engine, its model
or its codec cannot hide in both. It has no cleverness to get wrong: lane by lane it tries
every seating the law allows, prices each one whole, and returns all quotes that tie for
best under the key of "Choice". A fast engine is right if its quote is one of them.

The documents are assumed valid; refusing bad ones is not the work of this module. Money
is an integer of minor units, a percentage a `Fraction`; a unit is named by its index in
`Case.units`, which stand in the order that breaks every tie (line id as text, number).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from functools import cache
from itertools import product
from math import ceil, comb, floor, gcd, lcm, prod
from typing import Any
from zoneinfo import ZoneInfo

Doc = dict[str, Any]
Shares = dict[int, int]

DEFAULT_LANES: list[Doc] = [
    {"id": "item", "seat": "unit"},
    {"id": "shop", "seat": "shop"},
    {"id": "shop-coupon", "seat": "shop"},
    {"id": "platform", "seat": "order"},
    {"id": "platform-coupon", "seat": "order"},
    {"id": "shipping", "seat": "parcel"},
]
# fmt: off
NO_DIGITS = frozenset((
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG",
    "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF",
))
# fmt: on
THREE_DIGITS = frozenset(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"))
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

NO_ITEMS = "no_items"
BLOCKED = "blocked"
BELOW_QUANTITY = "below_quantity"
BELOW_AMOUNT = "below_amount"
NO_EFFECT = "no_effect"
OUTBID = "outbid"
SEAT_CODES = (NO_ITEMS, BLOCKED, BELOW_QUANTITY, BELOW_AMOUNT, NO_EFFECT, OUTBID)


class TooLarge(Exception):
    """The case has more seatings than this enumerator was allowed to try."""


def quote_all(
    catalog: Doc,
    rulebook: Doc,
    cart: Doc,
    at: str,
    usage: Doc | None = None,
    *,
    limit: int = 200_000,
) -> list[Doc]:
    """All quotes that tie for best; the only one under `"choice": "priority"`.

    Raises `TooLarge` when more than `limit` choices of lanes would have to be tried.

    >>> catalog = {"products": [{"sku": "A", "price": "60.00"}]}
    >>> tenth = {"id": "p", "lane": "item", "benefit": {"kind": "percent_off", "percent": "10"}}
    >>> cart = {"lines": [{"id": "1", "sku": "A", "quantity": 1}]}
    >>> rulebook = {"currency": "CNY", "promotions": [tenth]}
    >>> [quote] = quote_all(catalog, rulebook, cart, "2026-11-11T00:00:00+08:00")
    >>> quote["payable"], quote["applied"]
    ('54.00', ['p'])
    """
    case = read_case(catalog, rulebook, cart, at, usage or {})
    if rulebook.get("choice", "best") == "priority":
        return [quote_of(case, by_priority(case), optimal=None)]
    return distinct(quote_of(case, seating, optimal=True) for seating in best(case, limit))


def distinct(quotes: Iterable[Doc]) -> list[Doc]:
    """The quotes without repetition, in an order that depends on their content alone."""
    by_text = {json.dumps(quote, sort_keys=True): quote for quote in quotes}
    return [by_text[text] for text in sorted(by_text)]


# --- amounts (section 1) ---------------------------------------------------------------


def digits_of(currency: str) -> int:
    """How many digits the minor unit of a currency has."""
    return 0 if currency in NO_DIGITS else 3 if currency in THREE_DIGITS else 2


@cache
def minor(text: str, digits: int) -> int:
    """A decimal string of major units as an integer of minor units."""
    value: Fraction = Fraction(text) * 10**digits
    if value.denominator != 1:
        raise ValueError(f"{text} has more than {digits} digits")
    return value.numerator


def major(amount: int, digits: int) -> str:
    """Minor units as the decimal string that files hold, with all digits of the currency."""
    if not digits:
        return str(amount)
    whole, rest = divmod(amount, 10**digits)
    return f"{whole}.{rest:0{digits}d}"


@cache
def hundredth(percent: str) -> Fraction:
    """A percentage as a factor."""
    return Fraction(percent) / 100


def rounded(value: Fraction, mode: str) -> int:
    """A non-negative amount at the minor unit, by one of the four modes."""
    half = Fraction(1, 2)
    match mode:
        case "half_up":
            return floor(value + half)
        case "half_down":
            return ceil(value - half)
        case "half_even":
            return round(value)
        case "down":
            return floor(value)
        case _:
            raise ValueError(mode)


def allocate(total: int, weights: Shares) -> Shares:
    """Largest remainder; equal remainders go to the smaller unit."""
    whole = sum(weights.values())
    if not total or not whole:
        return dict.fromkeys(weights, 0)
    shares = {unit: total * weight // whole for unit, weight in weights.items()}
    left = total - sum(shares.values())
    # A zero weight has no remainder, and fewer units are left over than there are remainders.
    by_remainder = sorted(weights, key=lambda unit: (-(total * weights[unit] % whole), unit))
    for unit in by_remainder[:left]:
        shares[unit] += 1
    return shares


def allocate_within(total: int, weights: Shares, headroom: Shares) -> Shares:
    """Largest remainder where no share passes its unit's headroom; the excess is not granted."""
    left = min(total, sum(headroom[unit] for unit in weights))
    fixed: Shares = {}
    while True:
        free = {unit: weight for unit, weight in weights.items() if unit not in fixed}
        shares = allocate(left, free)
        over = {unit: headroom[unit] for unit in free if shares[unit] > headroom[unit]}
        if not over:
            return fixed | shares
        fixed |= over
        left -= sum(over.values())


# --- the case: what the documents say, in plain values -----------------------------------


@dataclass(frozen=True)
class Unit:
    """One unit of a line, with what selectors and floors ask of its product."""

    line: str
    sku: str
    shop: str
    category: str
    brand: str
    tags: frozenset[str]
    price: int
    floor: int
    listed: int


@dataclass(frozen=True)
class State:
    """Where a quote stands between two lanes; positions are those of `Case`."""

    base: tuple[int, ...]
    blocked: tuple[frozenset[str], ...]
    fees: tuple[int, ...]


@dataclass(frozen=True)
class Case:
    """One quote's question. `parcels` are the shops with a fee; both shop lists are sorted."""

    digits: int
    rounding: str
    lanes: tuple[Doc, ...]
    promotions: dict[str, Doc]
    refused_early: dict[str, str]
    units: tuple[Unit, ...]
    shops: tuple[str, ...]
    parcels: tuple[str, ...]
    fees: tuple[int, ...]
    gift_values: dict[str, int]
    rests: dict[str, int | None]
    cart: Doc
    points: Doc | None

    @property
    def start(self) -> State:
        """List prices and whole fees, nothing blocked."""
        listed = tuple(unit.listed for unit in self.units)
        return State(listed, (frozenset(),) * len(listed), self.fees)

    @property
    def everywhere(self) -> tuple[int, ...]:
        """All units of the order."""
        return tuple(range(len(self.units)))

    def of_shop(self, shop: str) -> tuple[int, ...]:
        """The units of one shop."""
        return tuple(unit for unit in self.everywhere if self.units[unit].shop == shop)

    def money(self, text: str) -> int:
        """An amount of a document in minor units."""
        return minor(text, self.digits)

    def candidates(self, lane: Doc) -> list[Doc]:
        """The promotions of a lane that may be seated, by id."""
        return [
            promotion
            for name, promotion in self.promotions.items()
            if promotion["lane"] == lane["id"] and name not in self.refused_early
        ]


@dataclass(frozen=True)
class Asked:
    """The circumstances that eligibility and list prices look at."""

    cart: Doc
    usage: Doc
    now: datetime
    zone: ZoneInfo
    digits: int


def read_case(catalog: Doc, rulebook: Doc, cart: Doc, at: str, usage: Doc) -> Case:
    """The documents as plain values, sorted so that the order of listing is forgotten."""
    digits = digits_of(rulebook["currency"])
    zone = ZoneInfo(rulebook.get("timezone", "Asia/Shanghai"))
    asked = Asked(cart, usage, instant(at, zone), zone, digits)
    promotions = dict(sorted((doc["id"], doc) for doc in rulebook.get("promotions", [])))
    refused = {name: refused_early(asked, promotion) for name, promotion in promotions.items()}
    units = read_units(asked, catalog)
    fees = {doc["shop"]: minor(doc["fee"], digits) for doc in cart.get("shipping", [])}
    return Case(
        digits=digits,
        rounding=rulebook.get("rounding", "half_up"),
        lanes=tuple(rulebook.get("lanes") or DEFAULT_LANES),
        promotions=promotions,
        refused_early={name: code for name, code in refused.items() if code},
        units=units,
        shops=tuple(sorted({unit.shop for unit in units})),
        parcels=tuple(sorted(fees)),
        fees=tuple(fees[shop] for shop in sorted(fees)),
        gift_values={doc["sku"]: minor(doc["price"], digits) for doc in catalog["products"]},
        rests={name: budget_rest(asked, promotion) for name, promotion in promotions.items()},
        cart=cart,
        points=rulebook.get("points"),
    )


def read_units(asked: Asked, catalog: Doc) -> tuple[Unit, ...]:
    """Every unit of the cart, in the order that breaks ties."""
    products = {doc["sku"]: doc for doc in catalog["products"]}
    units = []
    for line in sorted(asked.cart.get("lines", []), key=lambda line: str(line["id"])):
        doc = products[line["sku"]]
        listed = list_price(asked, doc, catalog.get("prices", []))
        units += [
            Unit(
                line=line["id"],
                sku=doc["sku"],
                shop=doc.get("shop", ""),
                category=doc.get("category", ""),
                brand=doc.get("brand", ""),
                tags=frozenset(doc.get("tags", [])),
                price=minor(doc["price"], asked.digits),
                floor=minor(doc.get("floor", "0"), asked.digits),
                listed=listed,
            )
        ] * line["quantity"]
    return tuple(units)


def list_price(asked: Asked, doc: Doc, entries: list[Doc]) -> int:
    """The lowest of the product's price and every price entry that fits."""
    fitting = [
        entry["price"]
        for entry in entries
        if entry["sku"] == doc["sku"] and entry_fits(asked, entry)
    ]
    return min(minor(price, asked.digits) for price in [doc["price"], *fitting])


def entry_fits(asked: Asked, entry: Doc) -> bool:
    """Whether a price entry fits the customer, the channel, the instant and the quantity."""
    lines = asked.cart.get("lines", [])
    quantity = sum(line["quantity"] for line in lines if line["sku"] == entry["sku"])
    channels = entry.get("channels")
    return (
        in_groups(asked, entry.get("groups"))
        and (not channels or asked.cart.get("channel") in channels)
        and in_window(asked, entry)
        and bool(quantity >= entry.get("min_quantity", 0))
    )


# --- eligibility: what is refused before any unit is looked at ----------------------------


def refused_early(asked: Asked, promotion: Doc) -> str | None:
    """The first of the codes that name no unit, or None."""
    if not promotion.get("active", True):
        return "inactive"
    if not scheduled(asked, promotion.get("schedule") or {}):
        return "not_scheduled"
    if not in_audience(asked, promotion.get("audience") or {}):
        return "not_audience"
    if promotion.get("coupon", False) and promotion["id"] not in asked.cart.get("coupons", []):
        return "no_coupon"
    return "used_up" if used_up(asked, promotion) else None


def used_up(asked: Asked, promotion: Doc) -> bool:
    """Whether a count or the budget has nothing left."""
    limits = promotion.get("limits") or {}
    used = asked.usage.get(promotion["id"], {})
    rest = budget_rest(asked, promotion)
    return (
        ("total" in limits and used.get("total", 0) >= limits["total"])
        or ("per_customer" in limits and used.get("customer", 0) >= limits["per_customer"])
        or (rest is not None and rest <= 0)
    )


def budget_rest(asked: Asked, promotion: Doc) -> int | None:
    """What is left of the budget; None without one."""
    budget = (promotion.get("limits") or {}).get("budget")
    if budget is None:
        return None
    spent = asked.usage.get(promotion["id"], {}).get("spent", "0")
    return minor(budget, asked.digits) - minor(spent, asked.digits)


def in_audience(asked: Asked, audience: Doc) -> bool:
    """Whether the promotion is meant for the customer; `first_order: false` asks nothing."""
    first = bool(asked.cart.get("customer", {}).get("first_order", False))
    return in_groups(asked, audience.get("groups")) and (
        first or not audience.get("first_order", False)
    )


def in_groups(asked: Asked, groups: list[str] | None) -> bool:
    """Whether the customer is in at least one; an empty list is as if absent."""
    return not groups or not set(groups).isdisjoint(
        asked.cart.get("customer", {}).get("groups", [])
    )


def instant(text: str, zone: ZoneInfo) -> datetime:
    """An instant in UTC, where comparisons mean what they say; without an offset it is local."""
    moment = datetime.fromisoformat(text)
    local = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    return local.astimezone(UTC)


def in_window(asked: Asked, window: Doc) -> bool:
    """Half-open: `starts <= now < ends`."""
    starts, ends = window.get("starts"), window.get("ends")
    return (starts is None or instant(starts, asked.zone) <= asked.now) and (
        ends is None or asked.now < instant(ends, asked.zone)
    )


def scheduled(asked: Asked, schedule: Doc) -> bool:
    """Within the window and, where weekly hours are given, within one of those."""
    weekly = schedule.get("weekly")
    local = asked.now.astimezone(asked.zone)
    return in_window(asked, schedule) and (
        not weekly or any(in_hours(hours, local) for hours in weekly)
    )


def in_hours(hours: Doc, local: datetime) -> bool:
    """Whether the wall clock is within the hours; past midnight they are yesterday's."""
    opens, closes = minutes(hours.get("from", "00:00")), minutes(hours.get("to", "24:00"))
    clock = local.hour * 60 + local.minute
    today, yesterday = on_day(hours, local), on_day(hours, local - timedelta(days=1))
    if opens < closes:
        return today and opens <= clock < closes
    return (today and clock >= opens) or (yesterday and clock < closes)


def on_day(hours: Doc, local: datetime) -> bool:
    """Whether the hours name the weekday."""
    return not hours.get("days") or WEEKDAYS[local.weekday()] in hours["days"]


def minutes(text: str) -> int:
    """`"22:30"` as minutes since midnight; `"24:00"` is 1440."""
    hour, minute = text.split(":")[:2]
    return int(hour) * 60 + int(minute)


# --- selectors (`items`) -----------------------------------------------------------------


def fits(case: Case, items: Doc | None, unit: int, state: State) -> bool:
    """Whether a unit fits every field of a selector and not the whole of its `except`."""
    selector = items or {}
    excepted = clauses(case, selector.get("except") or {}, unit, state)
    # An `except` that says nothing would otherwise remove everything.
    return all(clauses(case, selector, unit, state)) and not (excepted and all(excepted))


def clauses(case: Case, items: Doc, unit: int, state: State) -> list[bool]:
    """One truth for each field that says something; an empty list says nothing."""
    it = case.units[unit]
    bounds = items.get("price") or {}
    found = [value in items[field] for field, value in names_of(it) if items.get(field)]
    if items.get("category"):
        found.append(any(within(it.category, path) for path in items["category"]))
    if items.get("tag"):
        found.append(bool(it.tags & set(items["tag"])))
    if "at_least" in bounds:
        found.append(it.listed >= case.money(bounds["at_least"]))
    if "below" in bounds:
        found.append(it.listed < case.money(bounds["below"]))
    if items.get("reduced") is not None:
        found.append((state.base[unit] != it.price) == items["reduced"])
    return found


def names_of(unit: Unit) -> list[tuple[str, str]]:
    """The fields of a selector that are plain equality."""
    return [("sku", unit.sku), ("brand", unit.brand), ("shop", unit.shop)]


def within(category: str, path: str) -> bool:
    """Whether a category is the one named, or under it."""
    return category == path or category.startswith(path + "/")


# --- one promotion in one seat (section 4) -----------------------------------------------


@dataclass(frozen=True)
class Seat:
    """What one seat offers.

    `units` are what the promotion may take; `place` is where `requires.items` look, which in
    a unit lane is the whole order; `parcel` is the position of the fee, in a parcel lane.
    """

    units: tuple[int, ...]
    place: tuple[int, ...]
    parcel: int | None = None


@dataclass(frozen=True)
class Grant:
    """What a promotion gives in one seat. A gift is (SKU, quantity, value of each).

    `taken` is U where no unit is discounted that would tell the seat.
    """

    promotion: str
    off: tuple[tuple[int, int], ...] = ()
    freight: tuple[tuple[int, int], ...] = ()
    gift: tuple[str, int, int] | None = None
    reward: bool = False
    taken: tuple[int, ...] = ()

    @property
    def discount(self) -> int:
        """What it takes off goods and fees."""
        return sum(amount for _, amount in (*self.off, *self.freight))

    @property
    def gift_value(self) -> int:
        """What its gifts are worth."""
        return self.gift[1] * self.gift[2] if self.gift else 0

    @property
    def spent(self) -> int:
        """What counts against a budget."""
        return self.discount + self.gift_value

    @property
    def brings(self) -> bool:
        """Whether it brings a gift or a reward."""
        return self.reward or self.gift is not None


@dataclass(frozen=True)
class Reach:
    """The benefit that applies, U and the add-on units beside it; `code` if no tier is reached."""

    benefit: Doc
    taken: tuple[int, ...]
    addons: tuple[int, ...]
    code: str | None = None


def judge(case: Case, promotion: Doc, seat: Seat, state: State, rest: int | None) -> Grant | str:
    """What the promotion grants in the seat at the lane's base, or the code why nothing."""
    qualifying = [unit for unit in seat.units if fits(case, promotion.get("items"), unit, state)]
    if not qualifying:
        return NO_ITEMS
    open_units = [unit for unit in qualifying if is_open(promotion, unit, state)]
    if not open_units:
        return BLOCKED
    seat = replace(seat, units=tuple(open_units))
    reach = reached(case, promotion, seat, state)
    if not reach.taken:
        return NO_ITEMS
    failed = shortfalls(case, promotion, seat, state, reach)
    if failed:
        return failed[0]
    grant = within_budget(granted(case, promotion, seat, state, reach), rest)
    return grant if grant.discount or grant.brings else NO_EFFECT


def shortfalls(case: Case, promotion: Doc, seat: Seat, state: State, reach: Reach) -> list[str]:
    """The codes of all that is too little, in the order of section 6."""
    failed = {reach.code, *unmet(case, promotion, seat, state, reach)}
    return [code for code in (BELOW_QUANTITY, BELOW_AMOUNT) if code in failed]


def is_open(promotion: Doc, unit: int, state: State) -> bool:
    """Whether no earlier promotion has blocked the unit in the promotion's lane."""
    return promotion["lane"] not in state.blocked[unit]


def reached(case: Case, promotion: Doc, seat: Seat, state: State) -> Reach:
    """The benefit itself, or that of the highest tier reached."""
    benefit = promotion["benefit"]
    if benefit["kind"] != "tiers":
        return split(case, promotion, benefit, seat, state)
    tiers = benefit["tiers"]
    for tier in reversed(tiers):
        reach = split(case, promotion, tier["benefit"], seat, state)
        if not short_of(case, tier, reach.taken, state):
            return reach
    lowest = split(case, promotion, tiers[0]["benefit"], seat, state)
    code = short_of(case, tiers[0], lowest.taken, state)[0]
    return Reach(lowest.benefit, lowest.taken, lowest.addons, code)


def split(case: Case, promotion: Doc, benefit: Doc, seat: Seat, state: State) -> Reach:
    """U, without the units that an add-on benefit sells beside it."""
    addons: list[int] = []
    if benefit["kind"] == "add_on":
        of_sku = [
            unit
            for unit in seat.place
            if case.units[unit].sku == benefit["sku"] and is_open(promotion, unit, state)
        ]
        addons = dearest(of_sku, state)[: benefit["quantity"]]
    taken = tuple(unit for unit in seat.units if unit not in addons)
    return Reach(benefit, taken, tuple(addons))


def dearest(units: Iterable[int], state: State) -> list[int]:
    """By base, dearest first; equal ones in the order of units."""
    return sorted(units, key=lambda unit: (-state.base[unit], unit))


def base_of(units: Iterable[int], state: State) -> int:
    """The base of some units, added up."""
    return sum(state.base[unit] for unit in units)


def short_of(case: Case, measures: Doc, units: Sequence[int], state: State) -> list[str]:
    """The codes of those measures that the units do not reach."""
    codes = []
    if "quantity" in measures and len(units) < measures["quantity"]:
        codes.append(BELOW_QUANTITY)
    if "distinct" in measures and len({case.units[u].sku for u in units}) < measures["distinct"]:
        codes.append(BELOW_QUANTITY)
    if "amount" in measures and base_of(units, state) < case.money(measures["amount"]):
        codes.append(BELOW_AMOUNT)
    return codes


def unmet(case: Case, promotion: Doc, seat: Seat, state: State, reach: Reach) -> list[str]:
    """The codes of what `requires` asks and the seat does not have."""
    requires = promotion.get("requires") or {}
    units = measured(case, promotion, seat, state, reach)
    unmeasured = not {"amount", "quantity", "distinct"} & set(requires)
    if "items" in requires and unmeasured and not units:
        return [BELOW_QUANTITY]
    return short_of(case, requires, units, state)


def measured(case: Case, promotion: Doc, seat: Seat, state: State, reach: Reach) -> Sequence[int]:
    """The units that `requires` measures: never the add-on units, never blocked ones."""
    requires = promotion.get("requires") or {}
    whole_order = requires.get("scope") == "order"
    if "items" not in requires and not whole_order:
        return reach.taken
    selector = requires["items"] if "items" in requires else promotion.get("items")
    return [
        unit
        for unit in (case.everywhere if whole_order else seat.place)
        if unit not in reach.addons
        and is_open(promotion, unit, state)
        and fits(case, selector, unit, state)
    ]


# --- benefits -----------------------------------------------------------------------------


def granted(case: Case, promotion: Doc, seat: Seat, state: State, reach: Reach) -> Grant:
    """What the benefit gives before the budget is looked at."""
    name, benefit = promotion["id"], reach.benefit
    match benefit["kind"]:
        case "gift":
            return Grant(name, gift=gift_of(case, benefit), taken=reach.taken)
        case "reward":
            return Grant(name, reward=True, taken=reach.taken)
        case "shipping_off":
            if seat.parcel is None:
                raise ValueError("freight is taken off in parcel lanes only")
            amount = freight_off(case, benefit, state.fees[seat.parcel])
            return Grant(name, freight=((seat.parcel, amount),), taken=reach.taken)
        case _:
            taken = discounted(promotion, reach, state)
            shares = goods_off(case, benefit, taken, reach.addons, state)
            return Grant(name, off=tuple(sorted(shares.items())))


def gift_of(case: Case, benefit: Doc) -> tuple[str, int, int]:
    """SKU, quantity and the value of each, which is the product's price unless given."""
    sku, value = benefit["sku"], benefit.get("value")
    each = case.gift_values[sku] if value is None else case.money(value)
    return sku, benefit["quantity"], each


def freight_off(case: Case, benefit: Doc, fee: int) -> int:
    """What comes off what is left of a fee."""
    if "percent" in benefit:
        return rounded(fee * hundredth(benefit["percent"]), case.rounding)
    if "amount" in benefit:
        return min(case.money(benefit["amount"]), fee)
    return max(0, fee - case.money(benefit["price"]))


def discounted(promotion: Doc, reach: Reach, state: State) -> list[int]:
    """U, dearest first, cut to `at_most_units` now that all conditions are known to hold."""
    return dearest(reach.taken, state)[: promotion.get("at_most_units")]


def goods_off(
    case: Case, benefit: Doc, taken: list[int], addons: tuple[int, ...], state: State
) -> Shares:
    """What each unit loses. `taken` is in the order of "dearest first"."""
    match benefit["kind"]:
        case "fixed_price":
            return down_to(case, benefit["price"], taken, state)
        case "add_on":
            return down_to(case, benefit["price"], addons, state)
        case "amount_off" if benefit.get("per") == "unit":
            amount = case.money(benefit["amount"])
            return each_off(case, dict.fromkeys(taken, amount), state)
        case "nth_unit" | "bundle_price":
            return groups_off(case, benefit, taken, state)
        case _:
            total = total_off(case, benefit, base_of(taken, state))
            return spread(case, total, taken, state)


def total_off(case: Case, benefit: Doc, base: int) -> int:
    """The discount of a benefit that names no unit."""
    if benefit["kind"] == "percent_off":
        total = rounded(base * hundredth(benefit["percent"]), case.rounding)
        return min(total, case.money(benefit["at_most"])) if "at_most" in benefit else total
    amount = case.money(benefit["amount"])
    if "every" not in benefit:
        return min(amount, base)
    times: int = base // case.money(benefit["every"])
    if "at_most_times" in benefit:
        times = min(times, benefit["at_most_times"])
    return min(amount * times, base)


def groups_off(case: Case, benefit: Doc, taken: list[int], state: State) -> Shares:
    """Whole groups, each one rounded, capped and allocated on its own."""
    size = benefit["n"] if benefit["kind"] == "nth_unit" else benefit["size"]
    groups = [taken[first : first + size] for first in range(0, len(taken), size)]
    whole = [group for group in groups if len(group) == size]
    shares: Shares = {}
    for group in whole[: benefit.get("at_most_times")]:
        shares |= spread(case, group_off(case, benefit, group, state), group, state)
    return shares


def group_off(case: Case, benefit: Doc, group: list[int], state: State) -> int:
    """The discount of one whole group, its cheapest units last."""
    if benefit["kind"] == "bundle_price":
        return max(0, base_of(group, state) - case.money(benefit["price"]))
    cheapest = group[-benefit.get("units", 1) :]
    return rounded(base_of(cheapest, state) * hundredth(benefit["percent"]), case.rounding)


def spread(case: Case, total: int, units: Iterable[int], state: State) -> Shares:
    """A discount allocated in proportion to base, within headroom."""
    weights = {unit: state.base[unit] for unit in units}
    return allocate_within(total, weights, {unit: headroom(case, unit, state) for unit in weights})


def down_to(case: Case, price: str, units: Iterable[int], state: State) -> Shares:
    """Each unit at a price that is never dearer than its base."""
    wanted = case.money(price)
    return each_off(case, {unit: max(0, state.base[unit] - wanted) for unit in units}, state)


def each_off(case: Case, amounts: Shares, state: State) -> Shares:
    """Each unit its own amount, as far as its own headroom goes."""
    return {unit: min(amount, headroom(case, unit, state)) for unit, amount in amounts.items()}


def headroom(case: Case, unit: int, state: State) -> int:
    """What promotions may still take of a unit."""
    return max(0, state.base[unit] - case.units[unit].floor)


def within_budget(grant: Grant, rest: int | None) -> Grant:
    """The grant cut to what is left of the budget."""
    if rest is None or grant.spent <= rest:
        return grant
    if grant.gift:
        sku, _, value = grant.gift
        # Cut, so the value is not 0, and the quantity that fits is the smaller one.
        gift = (sku, rest // value, value) if rest >= value else None
        return replace(grant, gift=gift)
    return replace(
        grant,
        off=tuple(sorted(allocate(rest, dict(grant.off)).items())) if grant.off else (),
        freight=tuple((parcel, rest) for parcel, _ in grant.freight),
    )


# --- lanes: all seatings (section 3) ---------------------------------------------------------


@dataclass(frozen=True)
class Seating:
    """A whole quote's seats: the state before each lane and after the last, and all grants."""

    states: tuple[State, ...]
    grants: tuple[Grant, ...]


class Tally:
    """Counts the choices that will be tried, so that a large case fails before it hangs."""

    def __init__(self, limit: int) -> None:
        self.left = limit

    def spend(self, choices: int) -> None:
        """Raise `TooLarge` unless so many more may be tried."""
        self.left -= choices
        if self.left < 0:
            raise TooLarge(f"{-self.left} more seatings to try than allowed")


def seatings(case: Case, limit: int) -> Iterator[Seating]:
    """Every legal seating of all lanes together."""
    yield from extended(case, Tally(limit), Seating((case.start,), ()))


def extended(case: Case, tally: Tally, so_far: Seating) -> Iterator[Seating]:
    """Every way to go on from the lanes seated so far."""
    depth, state = len(so_far.states) - 1, so_far.states[-1]
    if depth == len(case.lanes):
        yield so_far
        return
    for grants in lane_choices(case, case.lanes[depth], state, tally):
        yield from extended(case, tally, seated(case, so_far, grants))


def seated(case: Case, so_far: Seating, grants: tuple[Grant, ...]) -> Seating:
    """The seating with one more lane."""
    state = after(case, so_far.states[-1], grants)
    return Seating((*so_far.states, state), so_far.grants + grants)


def after(case: Case, state: State, grants: tuple[Grant, ...]) -> State:
    """The state once a lane's grants, all of them measured before it, are taken."""
    base, blocked, fees = list(state.base), list(state.blocked), list(state.fees)
    for grant in grants:
        for unit, amount in grant.off:
            base[unit] -= amount
            if amount:
                blocked[unit] |= set(case.promotions[grant.promotion].get("blocks", []))
        for parcel, amount in grant.freight:
            fees[parcel] -= amount
    return State(tuple(base), tuple(blocked), tuple(fees))


def lane_choices(case: Case, lane: Doc, state: State, tally: Tally) -> Iterator[tuple[Grant, ...]]:
    """The grants of every legal seating of one lane, that of no promotion included."""
    if not case.candidates(lane):
        yield ()
    elif lane["seat"] == "unit":
        yield from unit_choices(case, lane, state, tally)
    else:
        yield from seat_choices(case, lane, state, tally)


def seat_choices(case: Case, lane: Doc, state: State, tally: Tally) -> Iterator[tuple[Grant, ...]]:
    """Each shop, order or parcel with one of its promotions or none."""
    seats = seats_of(case, lane)
    options: list[list[Doc | None]] = [[None, *legal_in(case, lane, seat, state)] for seat in seats]
    tally.spend(prod(map(len, options)))
    for chosen in product(*options):
        grants = seat_grants(case, list(zip(seats, chosen, strict=True)), state)
        if grants is not None:
            yield grants


def legal_in(case: Case, lane: Doc, seat: Seat, state: State) -> list[Doc]:
    """The promotions that may have the seat; one that other seats leave no budget is not out."""
    return [
        promotion
        for promotion in case.candidates(lane)
        if isinstance(judge(case, promotion, seat, state, case.rests[promotion["id"]]), Grant)
    ]


def seat_grants(
    case: Case, chosen: list[tuple[Seat, Doc | None]], state: State
) -> tuple[Grant, ...] | None:
    """The grants of a choice, budgets used in the order of seats; None if a seat is illegal."""
    grants: list[Grant] = []
    for seat, promotion in chosen:
        if promotion is None:
            continue
        grant = judge(case, promotion, seat, state, rest_after(case, promotion, grants))
        if isinstance(grant, str):
            # The same choice with this seat left empty is tried on its own.
            return None
        grants.append(grant)
    return tuple(grants)


def rest_after(case: Case, promotion: Doc, grants: Iterable[Grant]) -> int | None:
    """What the promotion's other seats of this quote leave of its budget."""
    name = promotion["id"]
    rest = case.rests[name]
    if rest is None:
        return None
    return rest - sum(grant.spent for grant in grants if grant.promotion == name)


def seats_of(case: Case, lane: Doc) -> list[Seat]:
    """The seats of a lane for a promotion that may have all of each, by shop."""
    match lane["seat"]:
        case "shop":
            return [Seat(units, units) for units in map(case.of_shop, case.shops)]
        case "parcel":
            return [
                Seat(case.of_shop(shop), case.of_shop(shop), parcel)
                for parcel, shop in enumerate(case.parcels)
            ]
        case _:
            return [Seat(case.everywhere, case.everywhere)]


def unit_choices(case: Case, lane: Doc, state: State, tally: Tally) -> Iterator[tuple[Grant, ...]]:
    """Each class of interchangeable units dealt out to its promotions in every number."""
    classes = interchangeable(case, state)
    names = [takers(case, lane, members[0], state) for members in classes]
    dealt = list(zip(classes, names, strict=True))
    tally.spend(prod(comb(len(members) + len(ids), len(ids)) for members, ids in dealt))
    judged: dict[tuple[str, tuple[int, ...]], Grant | str] = {}
    for counts in product(*(count_vectors(len(members), len(ids)) for members, ids in dealt)):
        seats = deal(dealt, counts)
        for seat in seats:
            if seat not in judged:
                judged[seat] = judge_units(case, *seat, state)
        grants = [judged[seat] for seat in seats]
        legal = tuple(grant for grant in grants if isinstance(grant, Grant))
        # With an illegal seat, the same choice without that promotion is tried on its own.
        if len(legal) == len(grants):
            yield legal


def judge_units(case: Case, name: str, units: tuple[int, ...], state: State) -> Grant | str:
    """What a promotion grants to the units seated with it."""
    promotion = case.promotions[name]
    return judge(case, promotion, Seat(units, case.everywhere), state, case.rests[name])


def interchangeable(case: Case, state: State) -> list[list[int]]:
    """The units by line and state: within a class only the numbers differ."""
    classes: dict[tuple[str, int, frozenset[str]], list[int]] = {}
    for unit in case.everywhere:
        key = (case.units[unit].line, state.base[unit], state.blocked[unit])
        classes.setdefault(key, []).append(unit)
    return list(classes.values())


def takers(case: Case, lane: Doc, unit: int, state: State) -> list[str]:
    """The promotions of a unit lane for which a unit qualifies, by id."""
    return [
        promotion["id"]
        for promotion in case.candidates(lane)
        if is_open(promotion, unit, state) and fits(case, promotion.get("items"), unit, state)
    ]


def count_vectors(total: int, kinds: int) -> Iterator[tuple[int, ...]]:
    """All ways to give at most `total` to so many kinds.

    >>> list(count_vectors(1, 2))
    [(0, 0), (0, 1), (1, 0)]
    """
    if not kinds:
        yield ()
        return
    for first in range(total + 1):
        for others in count_vectors(total - first, kinds - 1):
            yield (first, *others)


def deal(
    dealt: list[tuple[list[int], list[str]]], counts: tuple[tuple[int, ...], ...]
) -> list[tuple[str, tuple[int, ...]]]:
    """The units of each promotion: by id, the lowest numbers first, the unseated last."""
    taken: dict[str, list[int]] = {}
    for (members, ids), vector in zip(dealt, counts, strict=True):
        queue = iter(members)
        for name, count in zip(ids, vector, strict=True):
            if count:
                taken.setdefault(name, []).extend(next(queue) for _ in range(count))
    return [(name, tuple(sorted(units))) for name, units in sorted(taken.items())]


# --- choice -----------------------------------------------------------------------------------


def best(case: Case, limit: int) -> list[Seating]:
    """All seatings that tie for best."""
    found: list[Seating] = []
    best_key: Any = None
    for seating in seatings(case, limit):
        key = choice_key(case, seating)
        if best_key is None or key < best_key:
            best_key, found = key, []
        if key == best_key:
            found.append(seating)
    return list(dict.fromkeys(found))


def choice_key(case: Case, seating: Seating) -> tuple[int, int, int, int, list[str]]:
    """The smaller, the better: the objective, then the ties in the order of the law."""
    names = sorted({grant.promotion for grant in seating.grants})
    bringing = {grant.promotion for grant in seating.grants if grant.brings}
    last = seating.states[-1]
    return (
        sum(last.base) + sum(last.fees) - sum(grant.gift_value for grant in seating.grants),
        -len(bringing),
        len(names) - len(bringing),
        -sum(case.promotions[name].get("priority", 0) for name in names),
        names,
    )


def by_priority(case: Case) -> Seating:
    """Lane by lane, each promotion in turn taking every free seat that it legally can."""
    seating = Seating((case.start,), ())
    for lane in case.lanes:
        ranked = sorted(
            case.candidates(lane),
            key=lambda promotion: (-promotion.get("priority", 0), promotion["id"]),
        )
        take = units_by_rank if lane["seat"] == "unit" else seats_by_rank
        seating = seated(case, seating, take(case, lane, ranked, seating.states[-1]))
    return seating


def units_by_rank(case: Case, lane: Doc, ranked: list[Doc], state: State) -> tuple[Grant, ...]:
    """Each promotion on all free qualifying units, all of which keep their seat."""
    free, grants = set(case.everywhere), []
    for promotion in ranked:
        units = tuple(
            unit for unit in sorted(free) if promotion["id"] in takers(case, lane, unit, state)
        )
        grant = judge_units(case, promotion["id"], units, state)
        if isinstance(grant, Grant):
            grants.append(grant)
            free -= set(units)
    return tuple(grants)


def seats_by_rank(case: Case, lane: Doc, ranked: list[Doc], state: State) -> tuple[Grant, ...]:
    """Each promotion in all free seats, by shop."""
    free, grants = seats_of(case, lane), list[Grant]()
    for promotion in ranked:
        for seat in list(free):
            grant = judge(case, promotion, seat, state, rest_after(case, promotion, grants))
            if isinstance(grant, Grant):
                grants.append(grant)
                free.remove(seat)
    return tuple(grants)


# --- points as tender (section 5) -----------------------------------------------------------


def points_paid(case: Case, goods: int) -> tuple[int, int]:
    """How many points pay, and what they are worth."""
    held = case.cart.get("points", 0)
    if case.points is None or not held:
        return 0, 0
    worth = case.points.get("worth") or {"points": 100, "money": "1"}
    points, money = worth["points"], case.money(worth["money"])
    if not money:
        return 0, 0
    most = floor(goods * hundredth(case.points.get("at_most_percent", "100")))
    affordable = most * points // money
    # The smallest number that is a whole step and worth a whole number of minor units.
    unit = lcm(case.points.get("step", 1), points // gcd(points, money))
    used = (affordable if held == "max" else min(affordable, held)) // unit * unit
    return used, used * money // points


# --- refusals and the quote (section 6) -------------------------------------------------------


def refusals(case: Case, seating: Seating) -> dict[str, str]:
    """Every promotion that is not applied, and every unknown coupon, with its code."""
    applied = {grant.promotion for grant in seating.grants}
    refused = {
        name: case.refused_early.get(name) or seat_refusal(case, promotion, seating)
        for name, promotion in case.promotions.items()
        if name not in applied
    }
    unknown = set(case.cart.get("coupons", [])) - set(case.promotions)
    return refused | dict.fromkeys(sorted(unknown), "unknown_coupon")


def seat_refusal(case: Case, promotion: Doc, seating: Seating) -> str:
    """Over all seats of the lane, the code furthest down the list."""
    position = [lane["id"] for lane in case.lanes].index(promotion["lane"])
    state = seating.states[position]
    codes = [
        refusal_in(case, promotion, seat, state) for seat in seats_of(case, case.lanes[position])
    ]
    return max(codes, key=SEAT_CODES.index, default=NO_ITEMS)


def refusal_in(case: Case, promotion: Doc, seat: Seat, state: State) -> str:
    """The first code that holds both here and for the promotion alone; else another won."""
    here = codes_of(case, promotion, seat, state)
    if here == [BLOCKED]:
        return BLOCKED
    alone = codes_of(case, promotion, seat, case.start)
    both = [code for code in here if code in alone]
    return both[0] if both else OUTBID


def codes_of(case: Case, promotion: Doc, seat: Seat, state: State) -> list[str]:
    """Everything against the promotion in the seat: both shortfalls, or the one other code."""
    outcome = judge(case, promotion, seat, state, case.rests[promotion["id"]])
    if outcome in (BELOW_QUANTITY, BELOW_AMOUNT):
        units = [
            unit
            for unit in seat.units
            if fits(case, promotion.get("items"), unit, state) and is_open(promotion, unit, state)
        ]
        seat = replace(seat, units=tuple(units))
        return shortfalls(case, promotion, seat, state, reached(case, promotion, seat, state))
    return [outcome] if isinstance(outcome, str) else []


def quote_of(case: Case, seating: Seating, *, optimal: bool | None) -> Doc:
    """The seating as the quote of section 6."""
    last = seating.states[-1]
    nets = dict(enumerate(last.base))
    used, worth = points_paid(case, sum(last.base))
    tender = allocate(worth, nets)
    paid = {unit: net - tender[unit] for unit, net in nets.items()}
    goods, shipping = sum(paid.values()), sum(last.fees)
    return {
        "payable": major(goods + shipping, case.digits),
        "goods": major(goods, case.digits),
        "shipping": major(shipping, case.digits),
        "points_used": used,
        "lines": lines_of(case, paid),
        "units": units_of(case, paid),
        "discounts": discounts_of(case, seating),
        "gifts": gifts_of(seating),
        "applied": sorted({grant.promotion for grant in seating.grants}),
        "refused": refusals(case, seating),
        "optimal": optimal,
    }


def lines_of(case: Case, paid: Shares) -> dict[str, str]:
    """What each line costs."""
    totals: dict[str, int] = {}
    for unit, amount in paid.items():
        line = case.units[unit].line
        totals[line] = totals.get(line, 0) + amount
    return {line: major(total, case.digits) for line, total in totals.items()}


def units_of(case: Case, paid: Shares) -> dict[str, list[str]]:
    """What each unit of each line costs, by number."""
    amounts: dict[str, list[str]] = {}
    for unit, amount in paid.items():
        amounts.setdefault(case.units[unit].line, []).append(major(amount, case.digits))
    return amounts


def discounts_of(case: Case, seating: Seating) -> dict[str, str]:
    """What each promotion took off; gifts and rewards take nothing off."""
    totals: dict[str, int] = {}
    for grant in seating.grants:
        totals[grant.promotion] = totals.get(grant.promotion, 0) + grant.discount
    return {name: major(total, case.digits) for name, total in sorted(totals.items()) if total}


def gifts_of(seating: Seating) -> list[Doc]:
    """The gifts of all seats, added up by SKU."""
    quantities: dict[str, int] = {}
    for grant in seating.grants:
        if grant.gift:
            sku, quantity, _ = grant.gift
            quantities[sku] = quantities.get(sku, 0) + quantity
    return [{"sku": sku, "quantity": quantities[sku]} for sku in sorted(quantities)]
