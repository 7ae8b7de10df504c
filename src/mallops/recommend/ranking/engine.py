"""From scores to a list: all rules, one after the other.

1. Excluding: what may not be recommended to this customer is left out, with all that is against
   it. Margins come last, as they ask the quoter.
2. Boosting and exploring: parts are added to scores.
3. Capping: each candidate takes places of the caps and quotas that it counts towards.
4. Seating: pins, then place by place the best, with what diversity takes off it.
5. Telling: what was full, which pins and quotas were not heard, and what is missing.
"""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Iterable, Mapping, Sequence
from math import isfinite
from random import Random

from attrs import frozen
from pendulum import DateTime

from mallops.errors import InputError, Problem, shown
from mallops.findings import Refusal
from mallops.recommend.ranking.boosting import boosted, running_boosts
from mallops.recommend.ranking.capping import Counter, counters, passed_over, room_of
from mallops.recommend.ranking.excluding import exclusions
from mallops.recommend.ranking.exploring import explored
from mallops.recommend.ranking.margins import Offers, loss
from mallops.recommend.ranking.model import Context, Offer, Ranked
from mallops.recommend.ranking.packing import Budget
from mallops.recommend.ranking.pinning import gave_way, heard, running_pins
from mallops.recommend.ranking.quotas import missed, reachable
from mallops.recommend.ranking.rules import Pin, Rules
from mallops.recommend.ranking.seating import Candidate, Reserved, Room, Seated, seated
from mallops.recommend.scored import Scored

__all__ = ["DEFAULT_SEARCH_BUDGET", "propensities", "rank"]

DEFAULT_SEARCH_BUDGET = 2_000


def rank(
    scored: Iterable[Scored],
    rules: Rules,
    context: Context,
    n: int,
    at: DateTime,
    seed: int = 0,
    search_budget: int = DEFAULT_SEARCH_BUDGET,
) -> Ranked:
    """The `n` best that rules allow, or as many as there can be and the reason.

    If any `n` candidates keep the caps and quotas, `n` are listed; this is proved, or `short`
    says that the search, of `search_budget` steps, ended first. The order of `scored` plays no
    part; `seed` is the chance of exploration, so hand in another for each list. A pinned SKU is a
    candidate without having a score. Raises `InputError` for what cannot be ranked: a SKU twice,
    a score that is no number, quotas above `n`, no places.
    """
    admitted = _admitted(scored, rules, context, n, at)
    return _listed(admitted, rules, context, n, seed, search_budget)


def propensities(
    scored: Iterable[Scored],
    rules: Rules,
    context: Context,
    n: int,
    at: DateTime,
    seed: int,
    draws: int,
    search_budget: int = DEFAULT_SEARCH_BUDGET,
) -> Mapping[str, float]:
    """How likely each SKU is to be on the list when the seed is chance: its share of `draws`.

    It is what a later replay weighs by, and only SKUs listed at least once are there. The share
    of a rare one is rough: it is off by some `(share / draws) ** 0.5`.
    """
    if draws < 1:
        raise InputError([Problem("$.draws", shown(draws), "a whole number, at least 1")])
    admitted, seeds = _admitted(scored, rules, context, n, at), Random(seed)
    tally: Tally[str] = Tally()
    for _ in range(draws):
        again = _listed(admitted, rules, context, n, seeds.getrandbits(64), search_budget)
        tally.update(item.sku for item in again.items)
    return {sku: tally[sku] / draws for sku in sorted(tally)}


@frozen
class _Admitted:
    """What nothing is against, boosted; what is left out; the pins that are heard, by place."""

    scored: Sequence[Scored]
    left_out: Mapping[str, tuple[Refusal, ...]]
    pins: Mapping[int, Pin]
    notes: tuple[Refusal, ...]
    offers: Offers | None
    offered: Mapping[str, Offer]


def _admitted(
    scored: Iterable[Scored], rules: Rules, context: Context, n: int, at: DateTime
) -> _Admitted:
    by_sku = _by_sku(scored, rules, context, n)
    pins, boosts = running_pins(rules, at), running_boosts(rules, at)
    for pin in pins:
        by_sku.setdefault(pin.sku, Scored(pin.sku, ()))
    left_out = {sku: against for sku in by_sku if (against := exclusions(sku, rules, context))}
    offers = _offers(context, at)
    offered: dict[str, Offer] = {}
    if rules.margin is not None and offers is not None:
        for sku in sorted(by_sku.keys() - left_out.keys()):
            offered[sku] = offers.of(sku)
            if (refusal := loss(sku, offered[sku], rules.margin)) is not None:
                left_out[sku] = (refusal,)
    by_place, notes = heard(pins, n, left_out)
    free = [
        boosted(by_sku[sku], context.goods[sku].sku, boosts)
        for sku in sorted(by_sku.keys() - left_out.keys())
    ]
    return _Admitted(free, left_out, by_place, notes, offers, offered)


def _listed(
    admitted: _Admitted, rules: Rules, context: Context, n: int, seed: int, search_budget: int
) -> Ranked:
    candidates = [_candidate(scored, rules, context, seed) for scored in admitted.scored]
    by_sku = {candidate.sku.sku: candidate for candidate in candidates}
    pinned = {place: by_sku[pin.sku] for place, pin in admitted.pins.items()}
    room = room_of((candidate.type for candidate in candidates), rules, n)
    budget = Budget(search_budget)

    first = seated(candidates, pinned, n, Room(dict(room)), rules.diversity)
    found, proven = first, True
    if len(first.all) < n or _missed(first, rules, context):
        available = dict(Tally(candidate.type for candidate in candidates))
        at_sight = Tally(candidate.type for candidate in first.all)
        target = reachable(available, room, n, rules, at_sight, budget)
        proven = target.proven
        if not target.is_kept_by(at_sight):
            reserved = Reserved(dict(target.room), available, dict(target.way), budget)
            found = seated(candidates, pinned, target.places, reserved, rules.diversity)
    left_out = {**admitted.left_out, **_passed_over(found, room, n)}
    items = _in_order(found)
    return Ranked(
        items=tuple(item.scored for item in items),
        left_out={sku: left_out[sku] for sku in sorted(left_out)},
        short=_short(n, len(items), left_out, proven),
        notes=(
            *admitted.notes,
            *gave_way(admitted.pins, found.pins),
            *_missed(found, rules, context),
        ),
        pinned={item.sku.sku: admitted.pins[place].id for place, item in found.pins.items()},
        offers=_offered(admitted, items),
    )


def _by_sku(scored: Iterable[Scored], rules: Rules, context: Context, n: int) -> dict[str, Scored]:
    """The scores by SKU, once all that is handed in makes sense."""
    by_sku: dict[str, Scored] = {}
    problems: list[Problem] = []
    if n < max(1, rules.repeat.least + rules.discovery.least):
        least = max(1, rules.repeat.least + rules.discovery.least)
        problems.append(Problem("$.n", shown(n), f"a whole number, at least {least}"))
    for item in scored:
        if item.sku in by_sku:
            problems.append(Problem("$.scored", shown(item.sku), "each SKU once"))
        if not all(isfinite(part.amount) for part in item.parts):
            problems.append(Problem(f"$.scored.{item.sku}", shown(item.parts), "finite parts"))
        by_sku[item.sku] = item
    for name, goods in context.goods.items():
        if goods.sku.sku != name:
            problems.append(Problem(f"$.goods.{name}", shown(goods.sku.sku), shown(name)))
    if rules.margin is not None and context.compiled is None:
        problems.append(Problem("$.compiled", "nothing", "what prices offers, for $.margin"))
    if problems:
        raise InputError(problems)
    return by_sku


def _offers(context: Context, at: DateTime) -> Offers | None:
    if context.compiled is None:
        return None
    return Offers.over(context.compiled, context.customer.cart, at, context.usage)


def _candidate(scored: Scored, rules: Rules, context: Context, seed: int) -> Candidate:
    goods = context.goods[scored.sku]
    if rules.exploration is not None:
        scored = explored(scored, goods.tried, rules.exploration, seed)
    kind = context.customer.kind(scored.sku)
    return Candidate(scored, goods.sku, counters(goods.sku, kind, rules.caps))


def _missed(found: Seated, rules: Rules, context: Context) -> tuple[Refusal, ...]:
    return missed((context.customer.kind(item.sku.sku) for item in found.all), rules)


def _in_order(found: Seated) -> list[Candidate]:
    """Pins in their places, the others around them; where the list is too short, at its end."""
    rest, items = list(reversed(found.others)), list[Candidate]()
    for place in range(1, max(found.pins, default=0) + 1):
        if place in found.pins:
            items.append(found.pins[place])
        elif rest:
            items.append(rest.pop())
    return [*items, *reversed(rest)]


def _passed_over(
    found: Seated, room: Mapping[Counter, int], n: int
) -> dict[str, tuple[Refusal, ...]]:
    load = Tally(counter for item in found.all for counter in item.type)
    # Room for all places is no cap at all.
    full = {counter: most for counter, most in room.items() if load[counter] >= most < n}
    # Of a list that is short, all that have no place were passed over.
    passed = found.passed if len(found.all) == n else (*found.passed, *found.waiting)
    return {item.sku.sku: passed_over(item.sku.sku, item.type, full) for item in passed}


def _short(
    n: int, found: int, left_out: Mapping[str, Sequence[Refusal]], proven: bool
) -> Refusal | None:
    """`too_few`, and how many each reason took."""
    if found >= n:
        return None
    tally = Tally(code for reasons in left_out.values() for code in {r.code for r in reasons})
    took = sorted(tally.items(), key=lambda each: (-each[1], each[0]))
    details = {"wanted": str(n), "found": str(found)}
    details["reasons"] = ", ".join(f"{code} {count}" for code, count in took)
    return Refusal("too_few", details if proven else {**details, "unproven": "true"})


def _offered(admitted: _Admitted, items: Iterable[Candidate]) -> dict[str, Offer]:
    if admitted.offers is None:
        return {}
    names = (item.sku.sku for item in items)
    return {name: admitted.offered.get(name) or admitted.offers.of(name) for name in names}
