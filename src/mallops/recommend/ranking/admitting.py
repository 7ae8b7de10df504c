"""Who is a candidate: all scores and pins, less what may not be recommended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from attrs import frozen
from pendulum import DateTime

from mallops.errors import InputError, Problem, shown
from mallops.findings import Refusal
from mallops.recommend.ranking.boosting import boosted, running_boosts
from mallops.recommend.ranking.excluding import exclusions
from mallops.recommend.ranking.margins import Margins, Offers
from mallops.recommend.ranking.model import Context
from mallops.recommend.ranking.pinning import heard, running_pins
from mallops.recommend.ranking.rules import Pin, Rules
from mallops.recommend.scored import MOST_AMOUNT, Scored

__all__ = ["Admitted", "admitted"]


@frozen
class Admitted:
    """The scores that nothing is against but perhaps their margin, boosted, in order of SKU.

    `pins` are those that are heard, by place; `notes` tell of the others.
    """

    scored: Sequence[Scored]
    left_out: Mapping[str, tuple[Refusal, ...]]
    pins: Mapping[int, Pin]
    notes: tuple[Refusal, ...]
    margins: Margins


def admitted(
    scored: Iterable[Scored], rules: Rules, context: Context, n: int, at: DateTime
) -> Admitted:
    """The candidates for `n` places; raises `InputError` with all that makes no sense."""
    scored = tuple(scored)
    if problems := [*_problems(scored, rules, n), *_references(scored, rules, context)]:
        raise InputError(problems)
    by_sku = {item.sku: item for item in scored}
    pins, boosts = running_pins(rules, at), running_boosts(rules, at)
    for pin in pins:
        by_sku.setdefault(pin.sku, Scored(pin.sku, ()))
    left_out = {sku: against for sku in by_sku if (against := exclusions(sku, rules, context))}
    margins = Margins(_offers(context, at), rules.margin)
    for sku in sorted({pin.sku for pin in pins} - left_out.keys()):
        if not margins.admits(sku):
            left_out[sku] = margins.refused[sku]
    by_place, notes = heard(pins, n, left_out)
    free = [
        boosted(by_sku[sku], context.goods[sku].sku, boosts)
        for sku in sorted(by_sku.keys() - left_out.keys())
    ]
    return Admitted(free, left_out, by_place, notes, margins)


def _problems(scored: Sequence[Scored], rules: Rules, n: int) -> Iterator[Problem]:
    least = max(1, rules.repeat.least + rules.discovery.least)
    if n < least:
        yield Problem("$.n", shown(n), f"a whole number, at least {least}")
    seen: set[str] = set()
    for i, item in enumerate(scored):
        if item.sku in seen:
            yield Problem(f"$.scored[{i}].sku", shown(item.sku), "each SKU once")
        seen.add(item.sku)
        for j, part in enumerate(item.parts):
            if not abs(part.amount) <= MOST_AMOUNT:
                path = f"$.scored[{i}].parts[{j}].amount"
                yield Problem(path, shown(part.amount), "a finite number")


def _references(scored: Sequence[Scored], rules: Rules, context: Context) -> Iterator[Problem]:
    for name in sorted({*(item.sku for item in scored), *(pin.sku for pin in rules.pins)}):
        known = context.goods.get(name)
        if known is not None and known.sku.sku != name:
            yield Problem(f"$.goods.{name}", shown(known.sku.sku), shown(name))
    if rules.margin is not None and context.compiled is None:
        yield Problem("$.compiled", "nothing", "what prices offers, for $.margin")


def _offers(context: Context, at: DateTime) -> Offers | None:
    if context.compiled is None:
        return None
    return Offers.over(context.compiled, context.customer.cart, at, context.usage)
