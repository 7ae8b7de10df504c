"""The naive twin of the points ledger: every point is a thing of its own, somewhere.

Nothing is added up and nothing is kept up to date. Whoever asks what a customer has tells all
that ever happened from the beginning, point by point: a point is pending, available, held,
redeemed or gone, and goes from one to the other when something happens. So none can be lost or
doubled here, which is what the ledger promises with sums.

Events are told in order of time. One is told only if `refusal` has nothing against it.

>>> from datetime import timedelta
>>> law, at = Law(ZoneInfo("Asia/Shanghai"), {"after_days": 1}), datetime(2026, 11, 11, tzinfo=UTC)
>>> events = [Event(at, "c1", "grant", "k1", 100), Event(at, "c1", "spend", "k2", 30, order="o1")]
>>> has = told(events, "c1", at, law)
>>> has.count("available"), has.count("redeemed"), has.debt
(70, 30, 0)
>>> told(events, "c1", at + timedelta(days=1), law).count("available")
0
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from mallops.testing.story_oracle import days_later, end_of

__all__ = ["NEVER", "Event", "Has", "Law", "Lot", "Point", "refusal", "told"]

NEVER = datetime.max.replace(tzinfo=UTC)
# What shows that the customer is there: all else is done by the mall, or by another customer.
DONE_BY_THE_CUSTOMER = {"earn", "act", "spend", "hold", "capture", "give back", "transfer"}


@dataclass(frozen=True)
class Law:
    """Where days begin, how points go (as a rulebook's `expire` says it), what transfers ask."""

    zone: ZoneInfo
    expire: Mapping[str, Any] | None = None
    transfers: bool = True
    at_least: int = 1
    at_most_per_day: int | None = None

    def end(self, settled: datetime) -> datetime:
        """When a lot that settled then goes by its age."""
        aging = self.aging
        return (end_of(dict(aging), self.zone, settled) if aging else None) or NEVER

    @property
    def aging(self) -> Mapping[str, Any] | None:
        """How points go by their age, if they do."""
        return self.expire if self.idle_days is None else None

    @property
    def idle_days(self) -> int | None:
        """After how many days of doing nothing they go, if they do."""
        found: int | None = (self.expire or {}).get("inactive_days")
        return found


@dataclass(frozen=True)
class Event:
    """Something that happens to a customer's points; `do` is the request in plain words.

    `until` is when a hold lapses, `to` gets the points of a transfer, `of` is the key of what
    is reversed. Settling has its rewards as `points`.
    """

    at: datetime
    customer: str
    do: str
    key: str
    points: int = 0
    order: str = ""
    until: datetime = NEVER
    to: str = ""
    of: str = ""


@dataclass(eq=False)
class Lot:
    """Points that go together at `end`, told by the key of what brought them."""

    key: str
    settled: datetime
    end: datetime
    order: str = ""
    revived: bool = False


NO_LOT = Lot("", NEVER, NEVER)


@dataclass(eq=False)
class Point:
    """One point, and where it is: in a place, there for an order or for none, and of a lot."""

    place: str
    order: str = ""
    lot: Lot = NO_LOT


@dataclass
class Has:
    """What one customer has; points stand in the order in which they came where they are."""

    law: Law
    points: list[Point] = field(default_factory=list)
    lots: list[Lot] = field(default_factory=list)
    debt: int = 0
    holds: dict[str, datetime] = field(default_factory=dict)
    idle_end: datetime = NEVER
    # By the key of what brought them, the points that paid a debt as they came.
    paid_at_once: Counter[str] = field(default_factory=Counter)
    # By local day.
    given: Counter[str] = field(default_factory=Counter)

    def at(self, place: str, order: str | None = None) -> list[Point]:
        """The points there, for all orders or for one, what came first before the rest."""
        return [
            point for point in self.points if point.place == place and order in {None, point.order}
        ]

    def count(self, place: str, order: str | None = None) -> int:
        """How many points are there, for all orders or for one."""
        return len(self.at(place, order))

    def in_lots(self) -> Counter[str]:
        """How many points are available in each lot, by its key."""
        return Counter(point.lot.key for point in self.at("available"))

    def end(self, lot: Lot) -> datetime:
        """When the lot goes: by its age, or with all others once the customer is idle."""
        return min(lot.end, self.idle_end)

    def next_end(self) -> datetime:
        """When something of it goes next, or a hold lapses; `NEVER` if nothing does."""
        ends = [self.end(point.lot) for point in self.at("available")]
        return min([*ends, *self.holds.values()], default=NEVER)

    def ready(self) -> list[Point]:
        """What can be spent: what ends first, then what settled first, then as lots were made."""
        turn = [(self.end(lot), lot.settled, made) for made, lot in enumerate(self.lots)]
        return sorted(self.at("available"), key=lambda point: turn[self.lots.index(point.lot)])

    def move(self, points: Iterable[Point], place: str, order: str = "") -> None:
        """Points go to a place, one after the other."""
        for point in list(points):
            self.points.remove(point)
            self.points.append(point)
            point.place, point.order = place, order

    def arrive(self, points: Sequence[Point], lot: Lot) -> int:
        """Points come into a lot, but each pays a debt of one if there is any: how many did."""
        paying = 0
        for point in points:
            point.lot = lot
            if self.debt:
                self.debt -= 1
                paying += 1
                self.move([point], "paid")
            else:
                self.move([point], "available")
        return paying

    def made(self, count: int, order: str = "") -> list[Point]:
        """Points that were not there before: the mall issues them."""
        points = [Point("issued", order) for _ in range(count)]
        self.points += points
        return points

    def opened(self, lot: Lot) -> Lot:
        """A lot that is there from now on."""
        self.lots.append(lot)
        return lot


def told(events: Iterable[Event], customer: str, at: datetime, law: Law) -> Has:
    """What a customer has at an instant, once all these events have happened."""
    world: dict[str, Has] = {}
    for event in events:
        has = world.setdefault(event.customer, Has(law))
        _fall_due(has, event.at)
        if event.do == "transfer":
            _transfer(has, world.setdefault(event.to, Has(law)), event)
        else:
            _HAPPENS[event.do](has, event)
        _begin_idle_time(has, event.at, anew=event.do in DONE_BY_THE_CUSTOMER)
    has = world.setdefault(customer, Has(law))
    _fall_due(has, at)
    return has


def refusal(events: Sequence[Event], event: Event, law: Law) -> str | None:
    """Why an event cannot follow these, as a code; None where it can."""
    has = told(events, event.customer, event.at, law)
    short = "points_short" if abs(event.points) > has.count("available") else None
    match event.do:
        case "spend":
            return short
        case "hold":
            return "already_held" if event.order in has.holds else short
        case "capture" | "release":
            return None if event.order in has.holds else "not_held"
        case "correct":
            return short if event.points < 0 else None
        case "reverse":
            return _irreversible(has, next(each for each in events if each.key == event.of))
        case "transfer":
            return _untransferable(has, event) or short
        case _:
            return None


def _irreversible(has: Has, event: Event) -> str | None:
    if event.do not in {"act", "grant", "correct"} or event.points < 0:
        return "not_reversible"
    left = has.in_lots()[event.key]
    untouched = left and left == event.points - has.paid_at_once[event.key]
    return None if untouched else "already_used"


def _untransferable(has: Has, event: Event) -> str | None:
    law = has.law
    if not law.transfers or event.to == event.customer or has.debt:
        return "transfer_not_allowed"
    if event.points < law.at_least:
        return "transfer_below_least"
    given = has.given[_day(law, event.at)] + event.points
    if law.at_most_per_day is not None and given > law.at_most_per_day:
        return "transfer_above_day"
    return None


def _day(law: Law, at: datetime) -> str:
    return at.astimezone(law.zone).date().isoformat()


# --- what time does ------------------------------------------------------------------------------


def _fall_due(has: Has, now: datetime) -> None:
    """All that ends by an instant, in order of time. A lot is gone at its end, not after it."""
    while (moment := has.next_end()) <= now:
        for order in [order for order, until in has.holds.items() if until <= moment]:
            _let_go(has, order, moment)
        for point in has.at("available"):
            _lose_if_ended(has, point, moment)


def _lose_if_ended(has: Has, point: Point, now: datetime) -> bool:
    ended = has.end(point.lot) <= now
    if ended:
        has.move([point], "expired")
    return ended


def _let_go(has: Has, order: str, now: datetime) -> None:
    """What is held is the customer's again, unless its lot has ended meanwhile."""
    del has.holds[order]
    for point in has.at("held", order):
        if not _lose_if_ended(has, point, now):
            has.arrive([point], point.lot)


def _begin_idle_time(has: Has, at: datetime, *, anew: bool) -> None:
    """What the customer does begins it anew; what others do, where it is not running."""
    running = at < has.idle_end != NEVER
    if has.law.idle_days is not None and (anew or not running):
        has.idle_end = days_later(has.law.zone, at, has.law.idle_days)


# --- what can happen -----------------------------------------------------------------------------


def _earn(has: Has, event: Event) -> None:
    has.move(has.made(event.points), "pending", event.order)


def _settle(has: Has, event: Event) -> None:
    points = has.at("pending", event.order) + has.made(event.points)
    lot = Lot(event.key, event.at, has.law.end(event.at), event.order)
    has.arrive(points, has.opened(lot))


def _give(has: Has, event: Event) -> None:
    lot = has.opened(Lot(event.key, event.at, has.law.end(event.at)))
    has.paid_at_once[lot.key] = has.arrive(has.made(event.points), lot)


def _spend(has: Has, event: Event) -> None:
    has.move(has.ready()[: event.points], "redeemed", event.order)


def _hold(has: Has, event: Event) -> None:
    has.holds[event.order] = event.until
    has.move(has.ready()[: event.points], "held", event.order)


def _capture(has: Has, event: Event) -> None:
    del has.holds[event.order]
    has.move(has.at("held", event.order), "redeemed", event.order)


def _release(has: Has, event: Event) -> None:
    _let_go(has, event.order, event.at)


def _give_back(has: Has, event: Event) -> None:
    """The points that were taken last come first; points that are lost pay no debt."""
    for point in has.at("redeemed", event.order)[::-1][: event.points]:
        lot = point.lot
        if has.law.aging and not lot.revived:
            days = has.law.aging.get("revive_days", 30)
            end = days_later(has.law.zone, event.at, days)
            if end > lot.end:
                lot.end, lot.revived = end, True
        if lot.end > event.at:
            has.arrive([point], lot)
        else:
            has.move([point], "expired")


def _take_back(has: Has, event: Event) -> None:
    """What is pending, then the order's own lot, then what ends first; the rest is owed."""
    own = [point for point in has.ready() if point.lot.order == event.order]
    others = [point for point in has.ready() if point.lot.order != event.order]
    found = [*has.at("pending", event.order), *own, *others][: event.points]
    has.move(found, "taken")
    has.debt += event.points - len(found)


def _charge(has: Has, event: Event) -> None:
    has.debt += event.points


def _close(has: Has, event: Event) -> None:
    has.move(has.at("redeemed", event.order), "closed")


def _correct(has: Has, event: Event) -> None:
    if event.points > 0:
        _give(has, event)
    else:
        has.move(has.ready()[: -event.points], "taken")


def _reverse(has: Has, event: Event) -> None:
    """The points are still there, but for those that paid a debt: that is owed again."""
    has.move([point for point in has.at("available") if point.lot.key == event.of], "taken")
    has.debt += has.paid_at_once[event.of]


def _transfer(sender: Has, receiver: Has, event: Event) -> None:
    """Points become another customer's lot by lot, and end when they would have ended."""
    _fall_due(receiver, event.at)
    points = sender.ready()[: event.points]
    for place, lot in enumerate(dict.fromkeys(point.lot for point in points)):
        sent = [point for point in points if point.lot is lot]
        sender.points = [point for point in sender.points if point not in sent]
        receiver.points += sent
        same = Lot(f"from/{event.key}/{place}", lot.settled, lot.end, revived=lot.revived)
        receiver.arrive(sent, receiver.opened(same))
    sender.given[_day(sender.law, event.at)] += event.points
    _begin_idle_time(receiver, event.at, anew=False)


_HAPPENS: Mapping[str, Callable[[Has, Event], None]] = {
    "earn": _earn,
    "settle": _settle,
    "act": _give,
    "grant": _give,
    "spend": _spend,
    "hold": _hold,
    "capture": _capture,
    "release": _release,
    "give back": _give_back,
    "take back": _take_back,
    "charge": _charge,
    "close": _close,
    "correct": _correct,
    "reverse": _reverse,
}
