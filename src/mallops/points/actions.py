"""What customers earn besides orders: by signing in, reviewing, referring, on birthdays.

An action earns its points so many times a local day, month, year and ever, as its rule says. Its
streak is the number of local days in a row on which it was done. A step of the streak brings its
bonus on the day that reaches its length, and the last step again on every further whole multiple
of its length: with steps of 7 and 30 days that is on the days 7, 30, 60, 90 and so on. A second
time on one day adds nothing to a streak. Beyond format 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from types import MappingProxyType

from attrs import field, frozen
from pendulum import DateTime

from mallops.findings import Refusal
from mallops.points.counts import Count
from mallops.points.periods import Period, counted, counted_on, label_of
from mallops.rules.points import Action, StreakStep, Times

_NO_COUNTS: Mapping[str, Count] = MappingProxyType({})


@frozen
class Acted:
    """The points that an action earned, and the `bonus` in them for a streak of so many days.

    `counts` are the counters that it moves on, as they are after it.
    """

    points: int
    streak: int = 0
    bonus: int = 0
    counts: Mapping[str, Count] = field(factory=dict)


def acted(
    actions: Iterable[Action],
    action: str,
    at: DateTime,
    timezone: str,
    counts: Mapping[str, Count] = _NO_COUNTS,
) -> Acted | Refusal:
    """What a customer with those counters earns by doing an action at `at`.

    Refused are an id that is none of `actions` (`action_unknown`), and what was done as often as
    it may be (`action_used_up`, with the first such `period` of day, month, year and ever).
    `streak` is 0 where the action has none. Raises `InputError` for an unknown timezone and a
    naive `at`.

    >>> from mallops.time import instant
    >>> sign_in = Action("sign_in", 5, Times(day=1), (StreakStep(2, 20),))
    >>> monday, tuesday = (instant(f"2026-11-{day}T08:00:00+08:00") for day in ("09", "10"))
    >>> first = acted([sign_in], "sign_in", monday, "Asia/Shanghai")
    >>> first.points, sorted(first.counts)
    (5, ['action/sign_in/day', 'action/sign_in/streak'])
    >>> second = acted([sign_in], "sign_in", tuesday, "Asia/Shanghai", first.counts)
    >>> second.points, second.streak, second.bonus
    (25, 2, 20)
    >>> acted([sign_in], "sign_in", tuesday, "Asia/Shanghai", second.counts).code
    'action_used_up'
    """
    rule = next((one for one in actions if one.id == action), None)
    if rule is None:
        return Refusal("action_unknown", {"action": action})
    moved = {}
    for period, allowed in _limits(rule.times):
        name, label = f"action/{action}/{period.value}", label_of(period, at, timezone)
        used = counted(counts, name, label)
        if used >= allowed:
            return Refusal("action_used_up", _numbers(action, period, used, allowed))
        moved[name] = counted_on(counts, name, label, 1)
    if not rule.streak:
        return Acted(rule.points, counts=moved)
    name, today = f"action/{action}/streak", label_of(Period.DAY, at, timezone)
    before = counts.get(name)
    streak = _continued(before, today)
    bonus = 0 if streak == before else _bonus(rule.streak, streak.value)
    return Acted(rule.points + bonus, streak.value, bonus, {**moved, name: streak})


def _limits(times: Times) -> Iterator[tuple[Period, int]]:
    """The bounds that are given, the shortest period first."""
    given = (times.day, times.month, times.year, times.ever)
    for period, allowed in zip(Period, given, strict=True):
        if allowed is not None:
            yield period, allowed


def _numbers(action: str, period: Period, used: int, allowed: int) -> dict[str, str]:
    return {
        "action": action,
        "period": period.value,
        "used": str(used),
        "allowed": str(allowed),
    }


def _continued(before: Count | None, today: str) -> Count:
    """The streak's counter once the action was done today: its last day, and its length."""
    if before is None:
        return Count(today, 1)
    if before.period >= today:
        return before
    tomorrow = date.fromisoformat(before.period) + timedelta(days=1)
    return Count(today, before.value + 1 if tomorrow.isoformat() == today else 1)


def _bonus(steps: tuple[StreakStep, ...], length: int) -> int:
    """What the steps bring on the day that makes a streak so long."""
    longest = steps[-1]
    if length > longest.days:
        return 0 if length % longest.days else longest.points
    return sum(step.points for step in steps if step.days == length)
