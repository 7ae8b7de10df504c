"""What a price depends on, so that two worlds can be seen to charge the same without a cart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attrs import evolve

from mallops.loopholes.carts.stock import traits_of
from mallops.promotions.compiled import Compiled, Rule
from mallops.promotions.terms import GiftTerm
from mallops.rules.book import Choice
from mallops.rules.promotions import Audience, Limits, Promotion, Requires, Schedule
from mallops.time import Window

Form = tuple[object, ...]
"""All that something does to a price, as a value that can be compared."""


def settings_of(compiled: Compiled) -> Form:
    """What every price depends on, whatever promotions there are."""
    book = compiled.rulebook
    return book.currency, book.rounding, book.lanes, book.choice


def form_of(rule: Rule) -> Form:
    """What a rule does for whom and when it stands, nobody having used it yet."""
    plain = evolve(
        _unused(rule.promotion), schedule=Schedule(), audience=Audience(), coupon=False, active=True
    )
    return plain, rule.steps


def differing(old: Compiled, new: Compiled) -> frozenset[str]:
    """The ids of active rules that do, or ask for, something else in the other world."""
    was, now = ({rule.id: form for rule, form in _forms(each)} for each in (old, new))
    return frozenset(name for name in (*was, *now) if was.get(name) != now.get(name))


def _unused(promotion: Promotion) -> Promotion:
    """What of a promotion decides a price as long as nobody has used it."""
    limits = Limits(budget=promotion.limits.budget)
    return evolve(promotion, title={}, funding={}, limits=limits)


def same_prices(old: Compiled, new: Compiled, shared: Iterable[str]) -> bool:
    """Whether every cart of the shared SKUs costs the same, for anybody at any time."""
    if not same_ground(old, new, shared):
        return False
    return not differing(old, new)


def only_tightened(loose: Compiled, tight: Compiled, shared: Iterable[str]) -> bool:
    """Whether no cart of the shared SKUs can cost less under `tight` than under `loose`.

    Under `best` the least price of all seatings is paid. Where every promotion of `tight` is one
    of `loose` that asks for more, or is for fewer people or a shorter time, each of its seatings
    is one of `loose`, and comes to the same. A gift is weighed against money, so with gifts the
    least price may be passed over.
    """
    if loose.rulebook.choice is not Choice.BEST or not same_ground(loose, tight, shared):
        return False
    rules = [rule for rule in (*loose.rules, *tight.rules) if rule.promotion.active]
    if any(isinstance(step.term, GiftTerm) for rule in rules for step in rule.steps):
        return False
    before = {rule.id: rule for rule in loose.rules if rule.promotion.active}
    return all(
        rule.id in before and _asks_for_more(before[rule.id], rule)
        for rule in tight.rules
        if rule.promotion.active
    )


def same_ground(old: Compiled, new: Compiled, shared: Iterable[str]) -> bool:
    """Whether all but the promotions is the same: settings, clock, goods and their prices."""
    if settings_of(old) != settings_of(new) or old.rulebook.timezone != new.rulebook.timezone:
        return False
    return all(
        traits_of(old.skus[sku]) == traits_of(new.skus[sku])
        and set(old.entries.get(sku, ())) == set(new.entries.get(sku, ()))
        for sku in shared
    )


def _forms(compiled: Compiled) -> Iterator[tuple[Rule, Form]]:
    for rule in compiled.rules:
        promotion = rule.promotion
        if promotion.active:
            yield rule, (_unused(promotion), rule.steps)


def _asks_for_more(before: Rule, after: Rule) -> bool:
    """Whether a rule does the same as before, where it applies, and applies nowhere else."""
    if _without_asking(before) != _without_asking(after):
        return False
    loose, tight = before.promotion, after.promotion
    return (
        (before.amount or 0) <= (after.amount or 0)
        and before.quantity <= after.quantity
        and before.distinct <= after.distinct
        and (tight.coupon or not loose.coupon)
        and _is_for_fewer(loose.audience, tight.audience)
        and _is_shorter(loose.schedule, tight.schedule)
    )


def _without_asking(rule: Rule) -> Form:
    plain, steps = form_of(evolve(rule, promotion=_asking_nothing(rule.promotion)))
    return plain, steps


def _asking_nothing(promotion: Promotion) -> Promotion:
    asked = promotion.requires
    return evolve(promotion, priority=0, requires=Requires(items=asked.items, scope=asked.scope))


def _is_for_fewer(loose: Audience, tight: Audience) -> bool:
    fewer = not loose.groups or bool(tight.groups and tight.groups <= loose.groups)
    return fewer and (tight.first_order or not loose.first_order)


def _is_shorter(loose: Schedule, tight: Schedule) -> bool:
    hours = not loose.weekly or loose.weekly == tight.weekly
    return hours and _is_within(tight.window, loose.window)


def _is_within(inner: Window, outer: Window) -> bool:
    starts = outer.starts is None or (inner.starts is not None and inner.starts >= outer.starts)
    ends = outer.ends is None or (inner.ends is not None and inner.ends <= outer.ends)
    return starts and ends
