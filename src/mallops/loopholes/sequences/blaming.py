"""Which rules a story turns on: those without which, or with which otherwise, it shows nothing."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve

from mallops.catalog.model import Catalog
from mallops.loopholes.model import Subject
from mallops.loopholes.sequences.shrinking import same_verdict
from mallops.loopholes.sequences.tales import Tale, told
from mallops.loopholes.sequences.verdicts import Verdict
from mallops.loopholes.subjects import promotion_at, section_at
from mallops.promotions.compiled import Compiled, compile_rulebook
from mallops.rules.aftersales import (
    AfterSalesRules,
    EarnedPoints,
    GiftReturn,
    LostThreshold,
    ShippingRefund,
    Spent,
)
from mallops.rules.benefits import Gift
from mallops.rules.book import Rulebook
from mallops.rules.kinds import benefits_in
from mallops.rules.points import Settles
from mallops.rules.promotions import Promotion


def subjects_of(compiled: Compiled, tale: Tale, verdict: Verdict) -> tuple[Subject, ...]:
    """The rules that would each have prevented it alone, were they stricter or not there.

    Policies of returns and of points come first, then promotions in the order of the rulebook.
    Where nothing alone would have, all promotions that took part.
    """
    small = _needed(compiled, tale)
    if same_verdict(small, told(small, tale.setting, tale.steps), verdict) is None:
        small = compiled

    def turns_on(other: Compiled) -> bool:
        return same_verdict(other, told(other, tale.setting, tale.steps), verdict) is None

    found = [subject for subject, other in _stricter(small) if turns_on(other)]
    if not found:
        found = [subject for subject, other in _earning_nothing(small) if turns_on(other)]
    found += [subject for subject, other in _fewer(compiled, small) if turns_on(other)]
    if found:
        return tuple(found)
    taken = {
        each.promotion
        for placed in tale.world.orders.values()
        for each in placed.order.quote.applied
    }
    named = [each.id for each in compiled.rulebook.promotions if each.id in taken]
    parts = tuple(promotion_at(compiled.rulebook, name) for name in named)
    return parts or (section_at("after_sales"),)


def _needed(compiled: Compiled, tale: Tale) -> Compiled:
    """The rules and the goods that a story is told with, which compile faster than all."""
    taken = {coupon for given in tale.setting.opening.values() for coupon in given.coupons}
    skus = {line.sku for cart in tale.carts for line in cart.lines}
    for placed in tale.world.orders.values():
        taken.update(each.promotion for each in placed.order.quote.applied)
        taken.update(each.coupon or "" for each in placed.order.quote.rewards)
    promotions = tuple(each for each in compiled.rulebook.promotions if each.id in taken)
    for promotion in promotions:
        skus.update(_goods_of(promotion))
    catalog = compiled.catalog
    return compile_rulebook(
        evolve(compiled.rulebook, promotions=promotions),
        Catalog(
            tuple(sku for sku in catalog.skus if sku.sku in skus),
            tuple(entry for entry in catalog.prices if entry.sku in skus),
        ),
    )


def _goods_of(promotion: Promotion) -> Iterator[str]:
    for _, benefit in benefits_in(promotion.benefit, "$"):
        if isinstance(benefit, Gift):
            yield benefit.sku


def _stricter(compiled: Compiled) -> Iterator[tuple[Subject, Compiled]]:
    """Each policy at its strictest, where it is not."""
    rulebook = compiled.rulebook
    policy = rulebook.after_sales
    for field, other in _policies(policy):
        if other != policy:
            yield (
                section_at("after_sales", f".{field}"),
                evolve(compiled, rulebook=evolve(rulebook, after_sales=other)),
            )
    points, earn = rulebook.points, rulebook.earn
    if points is not None and points.transfer.allowed:
        kept = evolve(points, transfer=evolve(points.transfer, allowed=False))
        yield (
            section_at("points", ".transfer.allowed"),
            _under(compiled, evolve(rulebook, points=kept)),
        )
    if points is not None and earn is not None and earn.settles is not Settles.WINDOW_CLOSED:
        later = evolve(points, earn=evolve(earn, settles=Settles.WINDOW_CLOSED))
        yield (
            section_at("points", ".earn.settles"),
            _under(compiled, evolve(rulebook, points=later)),
        )


def _earning_nothing(compiled: Compiled) -> Iterator[tuple[Subject, Compiled]]:
    rulebook = compiled.rulebook
    points, earn = rulebook.points, rulebook.earn
    if points is not None and earn is not None:
        none = evolve(points, earn=evolve(earn, points=0))
        yield section_at("points", ".earn"), _under(compiled, evolve(rulebook, points=none))


def _policies(policy: AfterSalesRules) -> Iterator[tuple[str, AfterSalesRules]]:
    yield "lost_threshold", evolve(policy, lost_threshold=LostThreshold.REPRICE)
    yield "earned_points", evolve(policy, earned_points=EarnedPoints.CLAW_BACK)
    yield "used_points", evolve(policy, used_points=Spent.FORFEIT)
    yield "coupon", evolve(policy, coupon=Spent.FORFEIT)
    yield "gift", evolve(policy, gift=GiftReturn.RETURN_OR_PAY)
    yield "shipping", evolve(policy, shipping=ShippingRefund.NEVER)


def _under(compiled: Compiled, rulebook: Rulebook) -> Compiled:
    # Nothing of points or returns is laid out beforehand.
    return evolve(compiled, rulebook=rulebook)


def _fewer(whole: Compiled, small: Compiled) -> Iterator[tuple[Subject, Compiled]]:
    """The rules without each promotion."""
    rulebook = small.rulebook
    for promotion in rulebook.promotions:
        others = tuple(
            evolve(each, active=False) if each is promotion else each
            for each in rulebook.promotions
        )
        subject = promotion_at(whole.rulebook, promotion.id)
        yield subject, compile_rulebook(evolve(rulebook, promotions=others), small.catalog)
