"""A rulebook and a catalogue, checked once and laid out for quoting.

`Compiled` is immutable and holds no search state: threads share it, and it pickles. Only one
that remembers its quotes, for a search of a thread's own, gathers them. A quote
asks its index which promotions can touch a cart at all, so promotions about other goods
cost nothing.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence

from attrs import evolve, field, frozen

from mallops.catalog.check import catalog_problems, reference_problems
from mallops.catalog.model import Catalog, PriceEntry, Sku
from mallops.catalog.prices import entries_by_sku
from mallops.errors import InputError
from mallops.promotions.index import Index, index_of, is_found_by_key, shelved
from mallops.promotions.quote import Quote
from mallops.promotions.terms import (
    AddOnTerm,
    Bundle,
    EachAmount,
    EachPrice,
    Nth,
    Percentage,
    Term,
    term_of,
)
from mallops.rules.benefits import AddOn, Gift, SimpleBenefit, Tiers
from mallops.rules.book import Rulebook
from mallops.rules.check import rulebook_problems
from mallops.rules.kinds import benefits_in
from mallops.rules.promotions import (
    Audience,
    Limits,
    Promotion,
    Requires,
    Schedule,
    Seat,
    Selector,
)


@frozen
class Step:
    """A tier: the measure that U must reach (None: nothing asked), and the term it brings."""

    amount: int | None
    quantity: int | None
    term: Term


@frozen
class Rule:
    """A promotion with its lane looked up and its amounts in minor units.

    `steps` are tiers from the highest down; a benefit without tiers is one step that asks
    nothing. `closes` has bit k set where the promotion blocks the lane at position k.

    `stands` tells that the index finds it only for whom and when it stands, `whole` that every
    unit fits, `by_key` that every unit fits for whose SKU the index finds it. `each` tells that
    what it takes is off each unit by itself, `additive` that what it takes adds up unit by unit,
    budgets, floors and rounding aside, and `sociable` that a unit off which it takes nothing may
    still help it, to be met or to form a group. `plain` tells that it asks nothing of the units it
    takes, and `add_ons` are the SKUs that it brings cheaper.
    """

    id: str
    promotion: Promotion
    lane: int
    seat: Seat
    steps: tuple[Step, ...]
    amount: int | None
    quantity: int
    distinct: int
    closes: int
    stands: bool
    whole: bool
    by_key: bool
    each: bool
    additive: bool
    sociable: bool
    plain: bool
    add_ons: frozenset[str]


@frozen
class Compiled:
    """What `compile_rulebook` makes: the rules in order of id, and the ways to find them.

    `gifts` are the SKUs that its gifts take their value from; `quotes` what was quoted so far,
    where that is kept, as `mallops.promotions.engine.remembering` says.
    """

    rulebook: Rulebook
    catalog: Catalog
    rules: tuple[Rule, ...]
    skus: Mapping[str, Sku]
    entries: Mapping[str, tuple[PriceEntry, ...]]
    index: Index
    positions: Mapping[str, int]
    gifts: frozenset[str]
    quotes: dict[Hashable, dict[frozenset[object], Quote]] | None = field(
        default=None, eq=False, repr=False
    )


def compile_rulebook(rulebook: Rulebook, catalog: Catalog) -> Compiled:
    """Check a rulebook and a catalogue against the law and each other, and lay them out.

    Raises `InputError` with every problem, each with its path in the rulebook's or the
    catalogue's file. Takes time in proportion to both; quote many carts with one result.
    """
    problems = [
        *rulebook_problems(rulebook),
        *catalog_problems(catalog),
        *reference_problems(rulebook, catalog),
    ]
    if problems:
        raise InputError(problems)
    skus = {sku.sku: sku for sku in catalog.skus}
    rules = tuple(
        _rule(promotion, rulebook, skus)
        for promotion in sorted(rulebook.promotions, key=lambda promotion: promotion.id)
    )
    return Compiled(
        rulebook=rulebook,
        catalog=catalog,
        rules=rules,
        skus=skus,
        entries=entries_by_sku(catalog.prices),
        index=index_of([rule.promotion for rule in rules], catalog.skus),
        positions={rule.id: position for position, rule in enumerate(rules)},
        gifts=gift_skus(rulebook),
    )


def stocked(compiled: Compiled, catalog: Catalog) -> Compiled:
    """The same rulebook over another catalogue, such as the part of it that one cart needs.

    As `compile_rulebook` of both, but it takes no time for the rules, those of gifts without a
    value aside: `compiled.gifts` are the SKUs that these need. Raises `InputError` as that does,
    for what is wrong with the catalogue.
    """
    rulebook, skus = compiled.rulebook, {sku.sku: sku for sku in catalog.skus}
    priced = {name for name, sku in skus.items() if sku.price is not None}
    # Only the rules of such gifts are about the catalogue, and need to be looked at.
    asking = rulebook if not compiled.gifts <= priced else evolve(rulebook, promotions=())
    problems = [*catalog_problems(catalog), *reference_problems(asking, catalog)]
    if problems:
        raise InputError(problems)
    rules = compiled.rules
    if compiled.gifts:
        rules = tuple(
            _rule(rule.promotion, rulebook, skus) if _needed(rule.promotion) else rule
            for rule in rules
        )
    return evolve(
        compiled,
        catalog=catalog,
        rules=rules,
        skus=skus,
        entries=entries_by_sku(catalog.prices),
        index=evolve(compiled.index, by_sku=shelved(catalog.skus, compiled.index.by_place)),
    )


def gift_skus(rulebook: Rulebook) -> frozenset[str]:
    """The SKUs that a rulebook's gifts take their value from: a catalogue has to hold them."""
    return frozenset(sku for promotion in rulebook.promotions for sku in _needed(promotion))


def _needed(promotion: Promotion) -> list[str]:
    return [
        benefit.sku
        for _, benefit in benefits_in(promotion.benefit, "$.benefit")
        if isinstance(benefit, Gift) and benefit.value is None
    ]


def _rule(promotion: Promotion, rulebook: Rulebook, skus: Mapping[str, Sku]) -> Rule:
    lanes = {lane.id: position for position, lane in enumerate(rulebook.lanes)}
    position = lanes[promotion.lane]
    requires = promotion.requires
    quantity = requires.quantity or 0
    unmeasured = (requires.amount, requires.quantity, requires.distinct) == (None, None, None)
    if requires.items is not None and unmeasured:
        quantity = 1
    steps = tuple(_steps(promotion, skus))
    return Rule(
        id=promotion.id,
        promotion=promotion,
        lane=position,
        seat=rulebook.lanes[position].seat,
        steps=steps,
        amount=requires.amount.minor if requires.amount is not None else None,
        quantity=quantity,
        distinct=requires.distinct or 0,
        closes=sum(1 << lanes[lane] for lane in set(promotion.blocks)),
        stands=_stands_where_found(promotion),
        whole=promotion.items == Selector(),
        by_key=is_found_by_key(promotion),
        each=all(isinstance(step.term, EachAmount | EachPrice) for step in steps),
        additive=len(steps) == 1 and promotion.at_most_units is None and _adds_up(steps[0].term),
        sociable=_is_sociable(promotion, steps),
        plain=promotion.requires == Requires() and not isinstance(promotion.benefit, Tiers | AddOn),
        add_ons=frozenset(step.term.sku for step in steps if isinstance(step.term, AddOnTerm)),
    )


def _adds_up(term: Term) -> bool:
    linear = isinstance(term, Percentage) and term.at_most is None
    return linear or isinstance(term, EachAmount | EachPrice)


def _is_sociable(promotion: Promotion, steps: Sequence[Step]) -> bool:
    asks = promotion.requires != Requires() or len(steps) > 1
    return asks or isinstance(promotion.benefit, Tiers) or isinstance(steps[0].term, Nth | Bundle)


def _stands_where_found(promotion: Promotion) -> bool:
    """Whether nothing but its window and groups, by which it is indexed, could be against it."""
    return (
        promotion.schedule == Schedule(promotion.schedule.window)
        and promotion.audience == Audience(promotion.audience.groups)
        and promotion.limits == Limits()
        and not promotion.coupon
    )


def _steps(promotion: Promotion, skus: Mapping[str, Sku]) -> Iterator[Step]:
    benefit = promotion.benefit
    if not isinstance(benefit, Tiers):
        yield Step(None, None, _term(benefit, skus))
        return
    for tier in reversed(benefit.tiers):
        amount = tier.amount.minor if tier.amount is not None else None
        yield Step(amount, tier.quantity, _term(tier.benefit, skus))


def _term(benefit: SimpleBenefit, skus: Mapping[str, Sku]) -> Term:
    value = 0
    if isinstance(benefit, Gift) and benefit.value is None:
        price = skus[benefit.sku].price
        assert price is not None, "a gift without a value or a price is one of the problems"
        value = price.minor
    return term_of(benefit, value)
