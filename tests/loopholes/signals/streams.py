"""Short ways to write events, and streams of them at random."""

from __future__ import annotations

from random import Random
from typing import Any

from attrs import evolve
from hypothesis import strategies as st
from pendulum import DateTime

from mallops.loopholes.signals.events import Act, Event, Use, Voucher
from mallops.loopholes.signals.settings import Links, Measure, Scale, Settings
from mallops.loopholes.signals.windows import Span
from mallops.money import Currency, Money
from mallops.time import instant

CNY, USD = Currency.of("CNY"), Currency.of("USD")
AT = instant("2026-11-11T00:00:00+08:00")
START = int(AT.timestamp())


def cny(text: str) -> Money:
    return Money.parse(text, CNY)


def after(seconds: float = 0, **more: int) -> DateTime:
    return AT.add(seconds=int(seconds), **more)


def event(id_: str, customer: str, act: Act = Act.VISIT, at: DateTime = AT, **more: Any) -> Event:
    return Event(id_, customer, act, at, **more)


# So low, and over so few steps, that random streams of some events reach every edge.
TINY = Settings(
    orders_fast=Measure(Span(10, 3), Scale(1, 4, 60)),
    address_shared=Measure(Span(20, 3), Scale(1, 3, 30)),
    device_shared=Measure(Span(10, 4), Scale(1, 3, 70)),
    payment_shared=Measure(Span(30, 2), Scale(1, 3, 80)),
    refund_share=Measure(Span(15, 3), Scale(20, 90, 50)),
    least_refunds=2,
    refund_only=Measure(Span(10, 3), Scale(0, 3, 70)),
    self_purchase=Measure(Span(10, 5), Scale(0, 3, 100)),
    self_referral=Scale(0, 2, 100),
    links=Links(90, 80, 70, 30),
    referrals=Measure(Span(25, 2), Scale(0, 3, 60)),
    coupons_passed_on=Measure(Span(10, 4), Scale(0, 3, 70)),
    uses=Span(15, 3),
    uses_by_customer=Scale(50, 300, 50),
    uses_by_address=Scale(100, 300, 20),
    uses_by_device=Scale(100, 300, 70),
    uses_by_payment=Scale(100, 300, 80),
    lateness=25,
    most_names=4,
)


def slower(measure: Measure) -> Measure:
    return Measure(slow(measure.span), measure.scale)


def slow(span: Span) -> Span:
    return Span(SLOWER * span.step, span.steps)


# The same with everything so slow that rows end, and are dropped, while a stream goes on.
SLOWER = 400
SLOW = evolve(
    TINY,
    orders_fast=slower(TINY.orders_fast),
    address_shared=slower(TINY.address_shared),
    device_shared=slower(TINY.device_shared),
    payment_shared=slower(TINY.payment_shared),
    refund_share=slower(TINY.refund_share),
    refund_only=slower(TINY.refund_only),
    self_purchase=slower(TINY.self_purchase),
    referrals=slower(TINY.referrals),
    coupons_passed_on=slower(TINY.coupons_passed_on),
    uses=slow(TINY.uses),
    lateness=SLOWER * TINY.lateness,
)


def slowed(stream: list[Event]) -> list[Event]:
    return [evolve(each, at=AT.add(seconds=SLOWER * (each.second - START))) for each in stream]


def drawn(seed: int, number: int) -> Event:
    """An event at random, most likely near an edge of some window."""
    random = Random(seed)
    accounts, places = "abcdef", ("", "x", "y")
    second = random.randrange(31) * 5 - random.choice((0, 0, 0, 1))
    amount = Money(random.randrange(6), random.choice((CNY, CNY, USD)))
    uses = [
        Use(random.choice("pq"), random.choice((None, 1, 2))) for _ in range(random.randrange(3))
    ]
    coupons = [
        Voucher("k", random.choice(("", *accounts))) for _ in range(random.choice((0, 1, 2)))
    ]
    return Event(
        f"e{number}",
        random.choice(accounts),
        random.choice([*Act, Act.ORDER, Act.ORDER]),
        AT.add(seconds=second),
        amount=random.choice((None, amount, amount)),
        address=random.choice(places),
        device=random.choice(places),
        payment=random.choice(places),
        promotions=tuple(uses),
        coupons=tuple(coupons),
        sellers=tuple(random.sample(accounts, random.randrange(3))),
        referrer=random.choice(("", *accounts)),
    )


@st.composite
def events(draw: st.DrawFn, most: int = 30) -> list[Event]:
    """Events in any order, or in that of time, and some of them twice."""
    # One number for each event: to draw each field by itself takes most of a test's time.
    least = draw(st.integers(1, most))
    seeds = draw(st.lists(st.integers(0, 2**32), min_size=least, max_size=most))
    found = [drawn(seed, number) for number, seed in enumerate(seeds)]
    if draw(st.booleans()):
        found.sort(key=lambda each: each.at)
    for place in draw(st.lists(st.integers(0, len(found) - 1), max_size=4)):
        found.insert(draw(st.integers(place, len(found))), found[place])
    return found
