"""Hypothesis strategies that draw stories: orders, returns and points over time.

They draw the raw documents of story format 1, valid by its law, so that a test may decode
them, hand them to `mallops.testing.story_oracle`, or write them to a file. What they draw is
small and mean: thresholds that a return loses, gifts by several promotions, points worth odd
parts of money, and steps at the very instant at which a window closes or a lot ends, a second
before, at one and the same instant, and around changes of the clock.

>>> from hypothesis import given, settings
>>> @settings(max_examples=5)
... @given(stories())
... def test_a_story_ends_in_balances(scenario):
...     assert scenario["story"][-1]["do"] == "balance"
>>> test_a_story_ends_in_balances()
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from attrs import Factory, define, frozen
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from mallops.money import Currency
from mallops.testing.oracle import TooLarge
from mallops.testing.story_oracle import Ambiguous, days_later, end_of, midnight_after, play
from mallops.testing.strategies import (
    CURRENCIES,
    PERCENTS,
    ROUNDINGS,
    Dice,
    Doc,
    Goods,
    goods_of,
    part,
    threshold,
    written,
)

__all__ = ["stories"]

# Wherever one of these is drawn, the first is the plainest, to which examples shrink.
LINES, UNITS = 2, 4
# Local instants: some three or seven days before a clock skips or repeats their time of day.
STARTS = (
    ("Asia/Shanghai", "2026-11-11T10:00"),
    ("Asia/Shanghai", "2026-11-11T00:00"),
    ("America/New_York", "2026-10-29T01:30"),
    ("America/New_York", "2026-03-05T02:30"),
    ("Europe/London", "2026-10-18T01:30"),
    ("Europe/London", "2026-03-22T01:30"),
    ("America/New_York", "2026-10-24T23:59:59"),
    ("Asia/Shanghai", "2028-02-27T12:00"),
    ("Europe/London", "2026-12-30T10:00"),
)
GROUPS = ("vip", "staff")
CUSTOMERS = ("c1", "c2")
ACTION = "sign_in"
PRICES = (6000, 4000, 2500, 1000, 3333, 1990, 9999, 10)
CATEGORIES = ("care/skin", "care", "food")
SHOPS = ("s1", "s1", "s2")
WORTHS = ((100, 100), (1, 1), (3, 1), (7, 30), (1, 100), (30, 7))
SECOND = timedelta(seconds=1)
# How a story begins: what is given back has been spent, was paid from several lots, or had
# used up what others wait for.
_PLOTS: tuple[tuple[str, ...], ...] = (
    (),
    ("order", "receive", "order", "return"),
    ("grant", "order", "receive", "return", "return"),
    ("order", "order", "cancel", "order", "receive", "return"),
    ("order", "receive", "order", "receive", "return", "return"),
)
LEAPS = ("hours", "same", "hours", "before", "edge", "before", "hours", "second", "days")


# --- catalogues ----------------------------------------------------------------------------------


def _catalog(dice: Dice, currency: Currency) -> Doc:
    """Few products, of one shop or two; more of one may be cheaper."""
    skus = "ABC"[: dice.whole(1, 3)]
    catalog: Doc = {"products": [_product(dice, currency, sku) for sku in skus]}
    if dice.once_in(6):
        price = written(dice.one_of(PRICES), currency)
        entry = {"sku": dice.one_of(skus), "price": price, "min_quantity": dice.whole(2, 3)}
        catalog["prices"] = [entry]
    return catalog


def _product(dice: Dice, currency: Currency, sku: str) -> Doc:
    price, shop = written(dice.one_of(PRICES), currency), dice.one_of(SHOPS)
    return {"sku": sku, "price": price, "shop": shop} | dice.fields(
        {
            "category": (2, lambda: dice.one_of(CATEGORIES)),
            "floor": (10, lambda: written(dice.one_of(PRICES), currency)),
        }
    )


# --- rulebooks -----------------------------------------------------------------------------------


@frozen
class _Offers:
    """What promotions are drawn with: the goods they are about, and the coupons there are."""

    dice: Dice
    goods: Goods
    coupons: tuple[str, ...] = ()

    def reach(self) -> str:
        """An amount that a few units add up to."""
        return written(threshold(self.dice, self.goods), self.goods.currency)

    def part(self) -> str:
        """An amount that is mostly a part of a price."""
        return part(self.dice, self.goods)

    def asking(self, promotion: Doc) -> Doc:
        """The promotion with what it is about and what must be in the cart."""
        dice = self.dice
        return promotion | dice.fields(
            {
                "requires": (2, self.requires),
                "items": (4, lambda: {"sku": dice.some(self.goods.skus)}),
            }
        )

    def requires(self) -> Doc:
        """A threshold, at times of the whole order or of other goods."""
        dice = self.dice
        measure = dice.one_of(("quantity", "amount", "amount", "distinct"))
        value = self.reach() if measure == "amount" else dice.whole(1, 3)
        return {measure: value} | dice.fields(
            {
                "scope": (4, lambda: "order"),
                "items": (6, lambda: {"sku": dice.some(self.goods.skus)}),
            }
        )


def _amount_off(offers: _Offers) -> Doc:
    return {"kind": "amount_off", "amount": offers.part()}


def _every_off(offers: _Offers) -> Doc:
    every = written(max(1, threshold(offers.dice, offers.goods)), offers.goods.currency)
    return {"kind": "amount_off", "amount": offers.part(), "every": every}


def _percent_off(offers: _Offers) -> Doc:
    percent = {"kind": "percent_off", "percent": offers.dice.one_of(PERCENTS)}
    return percent | offers.dice.fields({"at_most": (2, offers.part)})


def _nth_unit(offers: _Offers) -> Doc:
    n, percent = offers.dice.one_of((2, 1, 3)), offers.dice.one_of(("50", "100", "33.3"))
    return {"kind": "nth_unit", "n": n, "percent": percent}


def _add_on(offers: _Offers) -> Doc:
    sku, quantity = offers.dice.one_of(offers.goods.skus), offers.dice.whole(1, 2)
    return {"kind": "add_on", "sku": sku, "price": offers.part(), "quantity": quantity}


def _gift(offers: _Offers) -> Doc:
    sku, quantity = offers.dice.one_of(offers.goods.skus), offers.dice.whole(1, 2)
    return {"kind": "gift", "sku": sku, "quantity": quantity}


def _valued_gift(offers: _Offers) -> Doc:
    return _gift(offers) | {"value": offers.reach()}


def _reward(offers: _Offers) -> Doc:
    coupons = [("coupon", coupon) for coupon in offers.coupons]
    points = [("points", 50), ("multiplier", "2"), ("multiplier", "1.5")]
    kinds: list[tuple[str, object]] = [*coupons, *coupons, *points]
    field, value = offers.dice.one_of(kinds)
    return {"kind": "reward", field: value}


def _shipping_off(offers: _Offers) -> Doc:
    field = offers.dice.one_of(("percent", "amount", "price"))
    value = offers.dice.one_of(("100", "50", "33.3")) if field == "percent" else offers.part()
    return {"kind": "shipping_off", field: value}


def _tiers(offers: _Offers, simple: Callable[[_Offers], Doc]) -> Doc:
    """Tiers of one kind of benefit, measured in one way."""
    dice = offers.dice
    count = dice.whole(1, 3)
    if dice.once_in(2):
        amounts = sorted({threshold(dice, offers.goods) for _ in range(count)})
        steps: list[Doc] = [
            {"amount": written(amount, offers.goods.currency)} for amount in amounts
        ]
    else:
        steps = [
            {"quantity": number} for number in sorted({dice.whole(1, 4) for _ in range(count)})
        ]
    return {"kind": "tiers", "tiers": [{**step, "benefit": simple(offers)} for step in steps]}


_Kind = tuple[tuple[str, ...], Callable[[_Offers], Doc]]
"""The lanes in which a benefit is found, and what draws it."""

_SHOP_OR_ORDER = ("shop", "platform")
_DISCOUNTS: tuple[_Kind, ...] = (
    (_SHOP_OR_ORDER, _amount_off),
    (_SHOP_OR_ORDER, _every_off),
    (("item",), _nth_unit),
    (("item", *_SHOP_OR_ORDER), _percent_off),
    (_SHOP_OR_ORDER, _add_on),
)
_GIFTS: tuple[_Kind, ...] = (
    (("shop", "platform", "platform-coupon"), _gift),
    (_SHOP_OR_ORDER, _valued_gift),
)
_REWARDS: tuple[_Kind, ...] = (
    (("platform", "shop"), _reward),
    (("platform-coupon", "shop-coupon"), _reward),
)
_FREIGHT: tuple[_Kind, ...] = ((("shipping",), _shipping_off),)
_COUPONS: tuple[_Kind, ...] = (
    (("shop-coupon", "platform-coupon"), _amount_off),
    (("platform-coupon", "shop-coupon"), _percent_off),
    (("shop-coupon", "platform-coupon"), _gift),
    *_FREIGHT,
    (("platform-coupon",), _reward),
)
# Two tiers that bring one SKU at two values would leave open what a part of both is worth.
_IN_TIERS = (_gift, _reward, _amount_off, _shipping_off)


@frozen
class _Theme:
    """What a story is about: things that only matter together are seldom drawn together."""

    kinds: tuple[_Kind, ...] = (*_DISCOUNTS, *_GIFTS, *_REWARDS, *_FREIGHT)
    coupons: tuple[_Kind, ...] = _COUPONS
    most: int = 4
    settles: tuple[str, ...] = ("window_closed", "paid", "received")
    # Once in so many times.
    expire: int = 3
    reprice: int = 4
    # How often points are granted, other things happening ten times.
    grants: int = 1
    # How many coupons there are.
    offered: tuple[int, ...] = (0, 1, 2)
    # How many of each coupon a customer begins with.
    held: tuple[int, ...] = (1, 0, 2, 1)


_THEMES = (
    _Theme(),
    # Lots: short lives, and much that comes, goes and returns.
    _Theme(most=1, settles=("paid", "received", "window_closed"), expire=1, reprice=8, grants=4),
    # Thresholds that a return loses.
    _Theme(kinds=(*_DISCOUNTS, *_DISCOUNTS, *_GIFTS, *_REWARDS), reprice=1),
    # Gifts that are kept, and others that come back.
    _Theme(kinds=_GIFTS, coupons=_COUPONS[:3], most=3),
    # Rewards that are spent before they are taken back.
    _Theme(
        kinds=_REWARDS,
        coupons=_COUPONS[:2],
        most=3,
        settles=("paid", "paid", "received"),
        offered=(1, 2),
        held=(0, 1),
    ),
)


def _promotion(
    offers: _Offers,
    name: str,
    kinds: Sequence[_Kind],
) -> Doc:
    """A promotion of one of the kinds, in one of its lanes."""
    dice = offers.dice
    lanes, simple = dice.one_of(kinds)
    lane = dice.one_of(lanes)
    tiered = simple in _IN_TIERS and dice.once_in(3)
    benefit = _tiers(offers, simple) if tiered else simple(offers)
    found = offers.asking({"id": name, "lane": lane, "benefit": benefit})
    return found | dice.fields(
        {
            "limits": (3, lambda: _limits(offers)),
            "blocks": (6, lambda: _blocks(dice, lane)),
            "priority": (6, lambda: dice.whole(0, 2)),
        }
    )


def _limits(offers: _Offers) -> Doc:
    dice = offers.dice
    return dice.fields(
        {
            "per_customer": (2, lambda: dice.whole(1, 2)),
            "total": (3, lambda: dice.whole(1, 2)),
            "budget": (3, offers.part),
        }
    )


def _blocks(dice: Dice, lane: str) -> list[str]:
    """Later lanes in which the promotion leaves no room for others."""
    lanes = ("item", "shop", "shop-coupon", "platform", "platform-coupon", "shipping")
    later = lanes[lanes.index(lane) + 1 :]
    return dice.some(later) if later else []


def _points_rules(dice: Dice, currency: Currency, theme: _Theme) -> Doc:
    """The section on points, mostly with all that a story can tell of it."""
    points, money = dice.one_of(WORTHS)
    rules: Doc = {"worth": {"points": points, "money": written(money, currency)}}
    if not dice.once_in(8):
        rules["earn"] = _earn(dice, currency, theme)
    return rules | dice.fields(
        {
            "at_most_percent": (3, lambda: dice.one_of(("50", "33.3", "99.99"))),
            "step": (3, lambda: dice.one_of((10, 7, 100))),
            "expire": (theme.expire, lambda: _expire(dice)),
            "actions": (4, lambda: [_action(dice)]),
            "transfer": (5, lambda: _transfer(dice)),
        }
    )


def _action(dice: Dice) -> Doc:
    """An action of which a story reaches the bounds."""
    rule: Doc = {"id": ACTION, "points": dice.one_of((5, 100, 1))}
    return rule | dice.fields(
        {
            "times": (2, lambda: {dice.one_of(("day", "month", "year", "ever")): dice.whole(1, 2)}),
            "streak": (2, lambda: [{"days": days, "points": 7 * days} for days in (2, 3)]),
        }
    )


def _transfer(dice: Dice) -> Doc:
    bounds = dice.fields(
        {
            "at_least": (3, lambda: dice.one_of((10, 100))),
            "at_most_per_day": (3, lambda: dice.one_of((100, 30))),
        }
    )
    return {"allowed": not dice.once_in(10)} | bounds


def _earn(dice: Dice, currency: Currency, theme: _Theme) -> Doc:
    per, points = dice.one_of((100, 70, 1000, 33)), dice.one_of((1, 2, 3))
    return {"per": written(per, currency), "points": points} | dice.fields(
        {
            "settles": (1, lambda: dice.one_of(theme.settles)),
            "groups": (3, lambda: {"vip": dice.one_of(("1.5", "0.5", "0")), "staff": "1.1"}),
            "at_most_per_day": (3, lambda: dice.one_of((50, 20, 100, 0))),
        }
    )


def _expire(dice: Dice) -> Doc:
    """By age, short enough for a story, or by the year."""
    revive = dice.fields({"revive_days": (2, lambda: dice.one_of((5, 1, 0, 40)))})
    if not dice.once_in(4):
        return {"after_days": dice.one_of((3, 7, 10, 1, 30))} | revive
    day = dice.one_of(("12-31", "02-29", "11-14", "01-31", "03-30"))
    return {"yearly": day} | dice.fields({"grace_months": (2, lambda: dice.whole(1, 3))}) | revive


def _after_sales(dice: Dice, theme: _Theme) -> Doc:
    return dice.fields(
        {
            "window_days": (2, lambda: dice.one_of((14, 30, 2, 1, 0))),
            "lost_threshold": (theme.reprice, lambda: "reprice"),
            "earned_points": (8, lambda: "keep"),
            "used_points": (8, lambda: "forfeit"),
            "coupon": (8, lambda: "forfeit"),
            "gift": (6, lambda: "keep"),
            "shipping": (3, lambda: "last"),
            "excluded": (8, lambda: {"category": dice.some(("food", "care/skin"))}),
        }
    )


def _rulebook(dice: Dice, goods: Goods, theme: _Theme, zone: str) -> Doc:
    coupons = tuple(f"k{number}" for number in range(dice.one_of(theme.offered)))
    offers = _Offers(dice, goods, coupons)
    found = [_promotion(offers, name, theme.coupons) | {"coupon": True} for name in coupons]
    count = 0 if dice.once_in(12) else dice.whole(1, max(1, theme.most - len(coupons)))
    found += [_promotion(offers, f"p{number}", theme.kinds) for number in range(count)]
    book: Doc = {"currency": goods.currency.code, "timezone": zone, "promotions": found}
    if not dice.once_in(6):
        book["points"] = _points_rules(dice, goods.currency, theme)
    return book | dice.fields(
        {
            "after_sales": (1, lambda: _after_sales(dice, theme)),
            "rounding": (5, lambda: dice.one_of(ROUNDINGS)),
            "choice": (8, lambda: "priority"),
        }
    )


# --- time ----------------------------------------------------------------------------------------


@define
class _Clock:
    """Where a story stands, and the instants at which something will happen by itself."""

    zone: ZoneInfo
    now: datetime
    edges: set[datetime] = Factory(set)

    def pass_on(self, dice: Dice) -> None:
        """Some time, or none, goes by; often up to where something happens, or just before."""
        coming = sorted(edge for edge in self.edges if edge > self.now)
        leap = dice.one_of(LEAPS)
        if leap == "hours":
            self.now += timedelta(hours=dice.one_of((1, 5, 24)))
        elif leap == "days":
            self.now = days_later(self.zone, self.now, dice.one_of((1, 3, 2, 9, 40)))
        elif leap == "second":
            self.now += SECOND
        elif leap != "same" and coming:
            edge = coming[min(dice.whole(0, 2), len(coming) - 1)]
            self.now = max(self.now, edge - SECOND) if leap == "before" else edge

    def text(self, dice: Dice) -> str:
        """The instant as a step has it: most often by the local clock."""
        return self.now.astimezone(UTC if dice.once_in(6) else self.zone).isoformat()


# --- steps ---------------------------------------------------------------------------------------


@define
class _Bought:
    """An order as far as the one who draws can tell: it may have been refused."""

    name: str
    left: dict[str, int]
    moved: str = "paid"
    closes: datetime = datetime.max.replace(tzinfo=UTC)


@define
class _Telling:
    """A story while it is drawn."""

    dice: Dice
    theme: _Theme
    catalog: Doc
    rulebook: Doc
    goods: Goods
    clock: _Clock
    customers: Sequence[str]
    named: bool
    held: dict[str, list[str]]
    bought: list[_Bought] = Factory(list)

    @property
    def coupons(self) -> list[str]:
        """All coupons there are."""
        return [doc["id"] for doc in self.rulebook["promotions"] if doc.get("coupon")]

    @property
    def rewards(self) -> list[str]:
        """The coupons that an order may be rewarded with at once."""
        earn = self.rulebook.get("points", {}).get("earn", {})
        if earn.get("settles") != "paid":
            return []
        benefits = _benefits(self.rulebook)
        return [benefit["coupon"] for benefit in benefits if "coupon" in benefit]

    def step(self, wanted: str | None) -> Doc:
        """The next step, at its instant: what the plot wants, or anything."""
        tell = self.plotted(wanted) if wanted else self.dice.one_of(self.likely())
        return {"at": self.clock.text(self.dice)} | tell()

    def plotted(self, wanted: str) -> Callable[[], Doc]:
        """How a step of a plot is told."""
        match wanted:
            case "order":
                return self.order
            case "receive":
                return self.receive
            case "return":
                return self.give_back
            case "cancel":
                return self.cancel
            case _:
                return self.grant

    def likely(self) -> list[Callable[[], Doc]]:
        """What may happen next: what is likely, often."""
        if not self.bought:
            return [self.order] * 5 + [self.grant] * self.theme.grants + [self.balance]
        steps = [self.receive] * (12 if self.at("paid", "shipped") else 1)
        steps += [self.give_back] * (14 if self.at("received") else 1)
        steps += [self.order] * (6 if len(self.bought) < 4 else 0)
        steps += [self.grant] * self.theme.grants
        points = self.rulebook.get("points", {})
        steps += [self.act] * (2 if "actions" in points else 0)
        steps += [self.transfer] * (6 if "transfer" in points else 0)
        return [*steps, self.balance, self.balance, self.cancel, self.ship]

    def at(self, *stages: str) -> list[_Bought]:
        """The orders that are at one of these stages."""
        now = self.clock.now
        return [order for order in self.bought if order.moved in stages and now < order.closes]

    def some_order(self, *stages: str) -> _Bought:
        """An order, mostly at one of these stages where there is one."""
        wanted = self.at(*stages)
        return self.dice.one_of(wanted if wanted and not self.dice.once_in(15) else self.bought)

    def settled(self, at: datetime) -> None:
        """A lot that may be settled then is worth a look at its end."""
        end = end_of(self.rulebook.get("points", {}).get("expire"), self.clock.zone, at)
        self.clock.edges |= {end} if end else set()

    def order(self) -> Doc:
        """`order`, with most of what the customer may hold."""
        name = f"o{len(self.bought) + 1}"
        cart = _cart(self)
        self.bought.append(_Bought(name, {line["id"]: line["quantity"] for line in cart["lines"]}))
        self.held[cart.get("customer", {}).get("id", self.customers[0])] += self.rewards
        self.settled(self.clock.now)
        return {"do": "order", "id": name, "cart": cart}

    def ship(self) -> Doc:
        """`ship`."""
        return {"do": "ship", "order": self.move("shipped", "paid")}

    def cancel(self) -> Doc:
        """`cancel`."""
        return {"do": "cancel", "order": self.move("cancelled", "paid")}

    def receive(self) -> Doc:
        """`receive`, which sets the day on which the window closes."""
        window = self.rulebook.get("after_sales", {}).get("window_days", 7)
        closes = midnight_after(self.clock.zone, self.clock.now, window)
        self.clock.edges.add(closes)
        self.settled(self.clock.now)
        self.settled(closes)
        order = self.move("received", "paid", "shipped")
        for bought in self.bought:
            if bought.name == order:
                bought.closes = min(bought.closes, closes)
        return {"do": "receive", "order": order}

    def move(self, stage: str, *stages: str) -> str:
        """An order moved on, by its name; rarely one that is not known."""
        if self.dice.once_in(30):
            return "unknown"
        order = self.some_order(*stages)
        order.moved = stage if order.moved in stages else order.moved
        return order.name

    def give_back(self) -> Doc:
        """`return`: of all that is left, of a part, or of more than there is."""
        dice = self.dice
        order = self.some_order("received")
        counts = {line: left for line, left in order.left.items() if left} or order.left
        extent = dice.one_of(("all", "one", "one", "some"))
        if extent != "all":
            lines = dice.some(sorted(counts), most=1 if extent == "one" else 2)
            most = {line: 1 if extent == "one" else max(1, counts[line]) for line in lines}
            counts = {line: dice.whole(1, most[line]) for line in lines}
        if dice.once_in(12):
            counts = {line: count + 1 for line, count in counts.items()}
        units = {line: max(1, count) for line, count in counts.items()}
        if order.moved == "received":
            for line, count in units.items():
                order.left[line] = max(0, order.left[line] - count)
            order.moved = "received" if any(order.left.values()) else "returned"
        step: Doc = {"do": "return", "order": order.name, "units": units}
        revive = self.rulebook.get("points", {}).get("expire", {}).get("revive_days", 30)
        self.clock.edges.add(days_later(self.clock.zone, self.clock.now, revive))
        kept = [] if dice.once_in(3) else _gift_skus(self.rulebook)
        return step | ({"kept_gifts": kept} if kept else {})

    def grant(self) -> Doc:
        """`grant`: points, or a coupon."""
        dice = self.dice
        if dice.once_in(2) and self.coupons:
            coupon, whose = dice.one_of(self.coupons), self.whose()
            self.held[whose.get("customer", self.customers[0])].append(coupon)
            return {"do": "grant", "coupon": coupon} | whose
        self.settled(self.clock.now)
        return {"do": "grant", "points": dice.one_of((100, 1, 30, 999, 5000))} | self.whose()

    def act(self) -> Doc:
        """`act`: rarely something that is no action."""
        self.settled(self.clock.now)
        return {"do": "act", "action": "idle" if self.dice.once_in(15) else ACTION} | self.whose()

    def transfer(self) -> Doc:
        """`transfer`, mostly to another customer."""
        dice, whose = self.dice, self.whose()
        giver = whose.get("customer", self.customers[0])
        others = [name for name in self.customers if name != giver or dice.once_in(10)]
        points = dice.one_of((30, 100, 10, 1, 300))
        return {"do": "transfer", "to": dice.one_of(others), "points": points} | whose

    def balance(self) -> Doc:
        """`balance`."""
        return {"do": "balance"} | self.whose()

    def balances(self) -> list[Doc]:
        """What everybody has now."""
        several = len(self.customers) > 1
        at = self.clock.text(self.dice)
        whose: list[Doc] = [{"customer": name} if several else {} for name in self.customers]
        return [{"at": at, "do": "balance"} | one for one in whose]

    def outlook(self) -> list[Doc]:
        """Balances at the next instants at which something happens by itself."""
        found: list[Doc] = []
        for edge in sorted(self.clock.edges)[-4:]:
            if edge > self.clock.now:
                self.clock.now = edge
                found += self.balances()
        return found

    def whose(self) -> Doc:
        """The customer, where there are several."""
        return {"customer": self.dice.one_of(self.customers)} if len(self.customers) > 1 else {}


def _benefits(rulebook: Doc) -> list[Doc]:
    """All that promotions may bring, the benefits of tiers included."""
    return [
        benefit
        for promotion in rulebook["promotions"]
        for whole in [promotion["benefit"]]
        for benefit in [whole, *(tier["benefit"] for tier in whole.get("tiers", []))]
    ]


def _gift_skus(rulebook: Doc) -> list[str]:
    """What promotions may bring as a gift."""
    return sorted({gift["sku"] for gift in _benefits(rulebook) if gift["kind"] == "gift"})


def _cart(telling: _Telling) -> Doc:
    """A small cart of the one who orders."""
    dice = telling.dice
    count = dice.whole(1, LINES)
    lines = [
        {"id": str(number + 1), "sku": dice.one_of(telling.goods.skus), "quantity": quantity}
        for number in range(count)
        for quantity in [dice.whole(1, UNITS // count)]
    ]
    name = dice.one_of(telling.customers)
    customer: Doc = {}
    if telling.named:
        customer = {"id": name} | dice.fields({"groups": (3, lambda: dice.some(GROUPS))})
    others = {
        "customer": customer,
        "shipping": _fees(telling, lines),
        "coupons": _coupons(telling, name),
        "points": dice.one_of((0, "max", "max", "max", "max", 30, 100)),
    }
    return {"lines": lines} | {key: value for key, value in others.items() if value}


def _coupons(telling: _Telling, customer: str) -> list[str]:
    """Most of the coupons that the customer may hold; rarely others."""
    dice, held = telling.dice, telling.held[customer]
    if dice.once_in(25):
        return ["unknown", *telling.coupons]
    used = [coupon for coupon in telling.coupons if coupon in held and not dice.once_in(4)]
    for coupon in used:
        # One that is not applied is still held, as is one that a return brings back.
        if not dice.once_in(3):
            held.remove(coupon)
    return used


def _fees(telling: _Telling, lines: Sequence[Doc]) -> list[Doc]:
    """Fees of the shops that the lines are of, at times."""
    shop_of = {product["sku"]: product.get("shop") for product in telling.catalog["products"]}
    shops = sorted({shop for line in lines if (shop := shop_of[line["sku"]])})
    return [
        {
            "shop": shop,
            "fee": written(telling.dice.one_of((800, 1000, 333)), telling.goods.currency),
        }
        for shop in shops
        if telling.dice.once_in(2)
    ]


# --- stories -------------------------------------------------------------------------------------


@st.composite
def stories(draw: DrawFn, steps: int = 14) -> Doc:
    """Stories of at most so many steps, and the balances that they end with.

    Few enough promotions and units for the oracle, nearly always. In a return's `kept_gifts`
    are only gifts that its order has; whoever draws a story that is ambiguous finds none.
    """
    dice = Dice(draw)
    telling = draw(_openings())
    opening = _opening(telling)
    story: list[Doc] = []
    plot = dice.one_of(_PLOTS)
    # The more of two counts, since little comes of few steps.
    for number in range(max(dice.whole(1, steps), dice.whole(1, steps))):
        story.append(telling.step(plot[number] if number < len(plot) else None))
        telling.clock.pass_on(dice)
    if dice.once_in(2):
        story += telling.outlook()
    story += telling.balances()
    assert all(_instant(one) <= _instant(other) for one, other in pairwise(story))
    scenario = {
        "name": "drawn",
        "catalog": telling.catalog,
        "rulebook": telling.rulebook,
        "opening": opening,
        "story": story,
    }
    return scenario | {"story": _keeping_real_gifts(scenario)}


def _instant(step: Doc) -> datetime:
    return datetime.fromisoformat(step["at"])


@st.composite
def _openings(draw: DrawFn) -> _Telling:
    """A mall, and a day on which a story begins there."""
    dice = Dice(draw)
    currency = dice.one_of(CURRENCIES) if dice.once_in(3) else CURRENCIES[0]
    catalog = _catalog(dice, Currency.of(currency))
    goods = goods_of(catalog, Currency.of(currency))
    theme = dice.one_of(_THEMES)
    zone, local = dice.one_of(STARTS)
    now = datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    rulebook = _rulebook(dice, goods, theme, zone)
    several = "transfer" in rulebook.get("points", {}) or dice.once_in(4)
    customers = CUSTOMERS if several else CUSTOMERS[:1]
    return _Telling(
        dice=dice,
        catalog=catalog,
        theme=theme,
        rulebook=rulebook,
        goods=goods,
        clock=_Clock(ZoneInfo(zone), now),
        customers=customers,
        named=len(customers) > 1 or not dice.once_in(5),
        held={customer: [] for customer in customers},
    )


def _opening(telling: _Telling) -> Doc:
    """What each customer begins with; a lone one is at times told by name."""
    telling.settled(telling.clock.now)
    openings = {name: _holdings(telling, name) for name in telling.customers}
    by_name = telling.named and (len(openings) > 1 or telling.dice.once_in(4))
    return openings if by_name else openings[telling.customers[0]]


def _holdings(telling: _Telling, customer: str) -> Doc:
    dice = telling.dice
    held = [coupon for coupon in telling.coupons for _ in range(dice.one_of(telling.theme.held))]
    telling.held[customer] += held
    return {"points": dice.one_of((0, 1000, 100, 333, 30, 10)), "coupons": held}


def _keeping_real_gifts(scenario: Mapping[str, object]) -> list[Doc]:
    """The story where only such gifts are kept as its orders brought: what is none is an error."""
    story: list[Doc] = scenario["story"]  # type: ignore[assignment]
    if not any(step.get("kept_gifts") for step in story):
        return story
    gifts: dict[str, set[str]] = {}
    try:
        outcomes = play(dict(scenario))
    except (Ambiguous, TooLarge):
        outcomes = []
    for step, outcome in zip(story, outcomes, strict=False):
        if step["do"] == "order":
            gifts[step["id"]] = {gift["sku"] for gift in outcome.get("gifts", [])}
    return [_keeping(step, gifts) for step in story]


def _keeping(step: Doc, gifts: Mapping[str, set[str]]) -> Doc:
    """A step whose `kept_gifts` are gifts of its order."""
    if "kept_gifts" not in step:
        return step
    kept = [sku for sku in step["kept_gifts"] if sku in gifts.get(step["order"], set())]
    others = {key: value for key, value in step.items() if key != "kept_gifts"}
    return others | ({"kept_gifts": kept} if kept else {})
