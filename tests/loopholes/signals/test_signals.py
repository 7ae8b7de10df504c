from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve
from pendulum import datetime

from mallops.errors import InputError
from mallops.loopholes.signals.events import Act, Event, Use
from mallops.loopholes.signals.model import together
from mallops.loopholes.signals.observing import Outcome
from mallops.loopholes.signals.scoring import signals
from mallops.loopholes.signals.settings import Scale, Settings
from mallops.loopholes.signals.tracking import Tracker
from mallops.loopholes.signals.windows import Span
from mallops.messages import message
from mallops.money import Currency, Money
from tests.loopholes.signals.streams import AT, after, cny, event


def test_an_event_counts_once_and_tells_nothing_twice() -> None:
    tracker = Tracker()
    first = event("e", "c", Act.ORDER, device="d")
    assert tracker.observe(first).outcome is Outcome.COUNTED
    kept = dict(tracker.rows)
    again = tracker.observe(first)
    assert (again.outcome, again.suspicions) == (Outcome.REPEATED, ())
    assert tracker.rows == kept


def test_an_event_may_be_late_by_what_is_allowed_and_no_second_more() -> None:
    tracker = Tracker(Settings(lateness=60))
    tracker.observe(event("now", "c", at=after(100)))
    assert tracker.observe(event("late", "c", at=after(40))).outcome is Outcome.COUNTED
    assert tracker.observe(event("later", "c", at=after(39))).outcome is Outcome.LATE
    # What is late is not told from what was counted: nothing of it is kept.
    assert tracker.observe(event("later", "c", at=after(39))).outcome is Outcome.LATE


def test_an_hour_that_comes_twice_is_two_hours() -> None:
    """On clocks that are set back, 01:10 comes after the first 01:30."""
    first = datetime(2026, 11, 1, 1, 30, tz="America/New_York", fold=0)
    second = datetime(2026, 11, 1, 1, 10, tz="America/New_York", fold=1)
    stream = [event(f"f{n}", f"f{n}", at=first, device="d") for n in range(4)]
    stream += [event(f"s{n}", f"s{n}", at=second, device="d") for n in range(4)]
    abroad = [evolve(each, at=each.at.in_timezone("UTC")) for each in stream]
    strict = Settings(lateness=0)
    assert signals(stream, strict) == signals(abroad, strict)
    assert signals(stream, strict)["s0"].suspicions[0].details == {"accounts": "8"}


def test_a_window_ends_where_its_steps_do() -> None:
    """Five orders in an hour are all right, the sixth is not; a step is five minutes."""
    early = [event(f"e{n}", "c", Act.ORDER, after(299)) for n in range(5)]
    assert not signals([*early, event("edge", "c", Act.ORDER, after(3600))])
    assert signals([*early, event("edge", "c", Act.ORDER, after(3599))])


def test_amounts_of_two_currencies_do_not_add_up() -> None:
    usd = Money(100, Currency.of("USD"))
    stream = [event("o", "c", Act.ORDER, amount=Money(10_000, usd.currency))]
    stream += [event(f"u{n}", "c", Act.RETURN, after(n), amount=usd) for n in range(4)]
    assert not signals(stream)
    stream += [event(f"y{n}", "c", Act.RETURN, after(n), amount=cny("1.00")) for n in range(4)]
    (found,) = signals(stream)["c"].suspicions
    assert found.details == {"share": "100", "refunds": "4"}


def test_a_single_return_of_a_single_order_is_nothing() -> None:
    order = event("o", "c", Act.ORDER, amount=cny("9.00"))
    assert not signals([order, event("r", "c", Act.RETURN, after(9), amount=cny("9.00"))])


def test_a_limit_of_none_is_brushed_by_nobody() -> None:
    stream = [
        event(f"o{n}", "c", Act.ORDER, after(3600 * n), promotions=(Use("p"),)) for n in range(30)
    ]
    assert not signals(stream)


def test_a_flood_of_strangers_pushes_out_counts_and_never_raises_one() -> None:
    small, roomy = Tracker(most_rows=10), Tracker()
    for n in range(200):
        each = event(f"e{n}", f"c{n % 50}", Act.ORDER, after(n), device=f"d{n % 3}")
        low = {found.code: found.score for found in small.observe(each).suspicions}
        high = {found.code: found.score for found in roomy.observe(each).suspicions}
        assert all(score <= high[code] for code, score in low.items())
    assert len(small.rows) <= 10 + 200 + 1


def test_room_is_made_by_what_was_quiet_for_longest() -> None:
    tracker = Tracker(most_rows=40)
    for n in range(100):
        tracker.observe(event(f"s{n}", f"stranger{n}", at=after(17_280 * n), device=f"d{n}"))
        busy = tracker.observe(event(f"b{n}", f"c{n % 5}", at=after(17_280 * n), device="busy"))
    assert [each.details for each in busy.suspicions] == [{"accounts": "5"}]


def test_the_room_for_rows_is_at_least_one() -> None:
    with pytest.raises(InputError):
        Tracker(most_rows=0)


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"id": ""}, "$.id"),
        ({"customer": ""}, "$.customer"),
        ({"at": AT.naive()}, "$.at"),
        ({"amount": -cny("0.01")}, "$.amount"),
        ({"promotions": (Use("a", 1), Use("b", 0))}, "$.promotions[1].at_most"),
    ],
)
def test_an_event_that_cannot_be_counted_is_refused(fields: dict[str, Any], path: str) -> None:
    with pytest.raises(InputError) as caught:
        evolve(event("e", "c"), **fields)
    assert [problem.path for problem in caught.value.problems] == [path]


def test_two_events_of_one_id_are_a_mistake_and_one_event_twice_is_not() -> None:
    one: Event = event("e", "c")
    assert signals([one, one]) == {}
    with pytest.raises(InputError) as caught:
        signals([one, event("e", "d")])
    assert [problem.path for problem in caught.value.problems] == ["$[1].id"]


def test_settings_that_make_no_sense_are_refused() -> None:
    with pytest.raises(InputError, match=r"\$\.full"):
        Scale(3, 3, 50)
    with pytest.raises(InputError, match=r"\$\.most"):
        Scale(3, 5, 101)
    with pytest.raises(InputError, match=r"\$\.steps"):
        Span(60, 0)
    with pytest.raises(InputError, match=r"\$\.referrals"):
        Settings(most_names=50)
    with pytest.raises(InputError, match=r"\$\.lateness"):
        Settings(lateness=-1)


def test_scores_together_never_fall_and_never_pass_100() -> None:
    assert together([30, 70, 80]) == 95
    assert together([99, 99, 99]) == 99
    assert together([100, 1]) == 100


@pytest.mark.parametrize("locale", ["en", "zh_CN"])
@pytest.mark.parametrize("by", ["account", "payment", "device", "address"])
def test_what_accounts_share_is_said(locale: str, by: str) -> None:
    purchase = {"orders": "3", "seller": "m", "by": by}
    referral = {"referrer": "m", "by": by, "others": "4"}
    assert "m" in message("self_purchase", locale, purchase)
    assert "m" in message("self_referral", locale, referral)
