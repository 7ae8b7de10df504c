"""A promotion that another of its lane always beats."""

from __future__ import annotations

from collections.abc import Iterator

from mallops.catalog.products import ancestors
from mallops.findings import Severity
from mallops.loopholes.covering import applies_whenever, gives_as_much
from mallops.loopholes.examined import Examined
from mallops.loopholes.goods import fields_of
from mallops.loopholes.model import Kind, Loophole
from mallops.rules.benefits import AmountOff, Tiers
from mallops.rules.book import Choice
from mallops.rules.promotions import Limits, Promotion

_Key = tuple[str, str]
_EVERYTHING: _Key = ("", "")


def check(examined: Examined) -> Iterator[Loophole]:
    """Promotions beside which another applies to the same units always, and gives as much.

    The proof: that one's audience, window, goods and requirement are as wide or wider, it needs no
    coupon and has no limit, and its benefit is as large on whatever the other would take. Where
    promotions are chosen by priority it also comes first. Where the best is chosen and a later
    lane asks for an amount, the lower discount may still be taken to keep that in reach; the
    lane's promotion is then named as `later`.
    """
    for lane, promotions in examined.by_lane.items():
        filed = _filed(promotions)
        later = _later(examined, lane)
        for promotion in promotions:
            beating = next(_beating(examined, promotion, filed), None)
            if beating is not None:
                yield _found(examined, promotion, beating, later)


def _found(examined: Examined, promotion: Promotion, beating: Promotion, later: str) -> Loophole:
    details = {"promotion": promotion.id, "by": beating.id, "later": later}
    subjects = (examined.at_promotion(promotion.id), examined.at_promotion(beating.id))
    kind, severity = Kind.CONFIGURATION, Severity.WARNING
    return Loophole("never_wins", kind, severity, subjects, details)


def _filed(promotions: tuple[Promotion, ...]) -> dict[_Key, list[Promotion]]:
    """Those that might beat another, by each name in one field of theirs."""
    filed: dict[_Key, list[Promotion]] = {}
    for each in promotions:
        if each.coupon or each.limits != Limits():
            continue
        field, names = next(iter(fields_of(each.items.include)), ("", frozenset({""})))
        for name in names:
            filed.setdefault((field, name), []).append(each)
    return filed


def _beating(
    examined: Examined, promotion: Promotion, filed: dict[_Key, list[Promotion]]
) -> Iterator[Promotion]:
    seat = examined.rulebook.lanes[examined.lanes[promotion.lane]].seat
    by_priority = examined.rulebook.choice is Choice.PRIORITY
    for key in _keys(promotion):
        for other in filed.get(key, ()):
            if (
                other is not promotion
                and (not by_priority or _comes_first(other, promotion))
                and applies_whenever(examined, other, promotion)
                and gives_as_much(other, promotion, seat)
                and (_comes_first(other, promotion) or not _are_twins(examined, promotion, other))
            ):
                yield other


def _keys(promotion: Promotion) -> Iterator[_Key]:
    """Where one that is about as much or more can be filed."""
    yield _EVERYTHING
    for field, names in fields_of(promotion.items.include):
        # Whoever includes all the names includes any one of them.
        name = min(names)
        yield field, name
        if field == "category":
            yield from ((field, path) for path in ancestors(name))


def _comes_first(other: Promotion, promotion: Promotion) -> bool:
    return (-other.priority, other.id) < (-promotion.priority, promotion.id)


def _are_twins(examined: Examined, promotion: Promotion, other: Promotion) -> bool:
    """Whether each beats the other: then the one that comes first stays."""
    seat = examined.rulebook.lanes[examined.lanes[promotion.lane]].seat
    return applies_whenever(examined, promotion, other) and gives_as_much(promotion, other, seat)


def _later(examined: Examined, lane: str) -> str:
    """A promotion of a later lane that a lower discount may keep in reach."""
    if examined.rulebook.choice is Choice.PRIORITY:
        return ""
    for later in examined.rulebook.lanes[examined.lanes[lane] + 1 :]:
        for promotion in examined.by_lane.get(later.id, ()):
            if _asks_for_money(promotion):
                return promotion.id
    return ""


def _asks_for_money(promotion: Promotion) -> bool:
    benefit = promotion.benefit
    return (
        promotion.requires.amount is not None
        or promotion.items.include.reduced is False
        or (isinstance(benefit, Tiers) and benefit.tiers[0].amount is not None)
        or (isinstance(benefit, AmountOff) and benefit.every is not None)
    )
