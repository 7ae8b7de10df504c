"""Promotions of one lane and the same goods: at once, or with a hole between them."""

from __future__ import annotations

from collections.abc import Iterator

from mallops.findings import Severity
from mallops.loopholes.examined import ALWAYS, Examined
from mallops.loopholes.model import Kind, Loophole
from mallops.rules.kinds import kind_of
from mallops.rules.promotions import Promotion

# In microseconds. What pauses for longer is meant to.
_MINUTE = 60_000_000
_LONGEST_HOLE = 180 * _MINUTE


def check(examined: Examined) -> Iterator[Loophole]:
    """Of promotions with a window, each beside the one before it that runs longest.

    Only one of two that overlap can win a seat. A hole of less than three hours, between two of
    the same kind, is most often an end that was read as inclusive.
    """
    for campaign in _campaigns(examined):
        last = campaign[0]
        for promotion in campaign[1:]:
            ends, starts = examined.spans[last.id].ends, examined.spans[promotion.id].starts
            if starts < ends:
                yield _overlap(examined, promotion, last)
            elif starts - ends <= _LONGEST_HOLE and starts != ends and _alike(promotion, last):
                yield _gap(examined, promotion, last, starts - ends)
            if examined.spans[promotion.id].ends > ends:
                last = promotion


def _campaigns(examined: Examined) -> Iterator[list[Promotion]]:
    """The live promotions with a window that meet on the same seats, by when they start."""
    found: dict[tuple[object, ...], list[Promotion]] = {}
    for each in examined.live:
        span = examined.spans[each.id]
        always = span.starts == -ALWAYS and span.ends == ALWAYS
        # Coupons are handed out one by one; those with weekly hours take turns.
        if not (always or each.coupon or each.schedule.weekly):
            key = (each.lane, each.items, each.audience)
            found.setdefault(key, []).append(each)
    for campaign in found.values():
        yield sorted(campaign, key=lambda each: (examined.spans[each.id].starts, each.id))


def _alike(one: Promotion, other: Promotion) -> bool:
    return kind_of(one.benefit) == kind_of(other.benefit)


def _overlap(examined: Examined, promotion: Promotion, last: Promotion) -> Loophole:
    details = {"promotion": promotion.id, "other": last.id, "lane": promotion.lane}
    subjects = (
        examined.at_promotion(promotion.id, ".schedule"),
        examined.at_promotion(last.id, ".schedule"),
    )
    return Loophole("schedules_overlap", Kind.CONFIGURATION, Severity.NOTE, subjects, details)


def _gap(examined: Examined, promotion: Promotion, last: Promotion, hole: int) -> Loophole:
    details = {
        "promotion": promotion.id,
        "other": last.id,
        "minutes": str(max(1, hole // _MINUTE)),
    }
    subjects = (
        examined.at_promotion(promotion.id, ".schedule.starts"),
        examined.at_promotion(last.id, ".schedule.ends"),
    )
    return Loophole("schedules_gap", Kind.CONFIGURATION, Severity.WARNING, subjects, details)
