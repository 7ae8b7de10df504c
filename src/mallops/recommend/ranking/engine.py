"""From scores to a list: all rules, one after the other.

1. Excluding: what may not be recommended to this customer is left out, with all that is against
   it. Margins ask the quoter, so they are looked at only when a SKU would have a place.
2. Boosting and exploring: parts are added to scores.
3. Capping: each candidate takes places of the caps and quotas that it counts towards.
4. Seating: pins, then place by place the best, with what diversity takes off it.
5. Telling: what was full, which pins and quotas were not heard, and what is missing.
"""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Iterable, Mapping, Sequence
from random import Random

from pendulum import DateTime

from mallops.errors import InputError, Problem, shown
from mallops.findings import Refusal
from mallops.recommend.ranking.admitting import Admitted, admitted
from mallops.recommend.ranking.capping import Counter, counters, passed_over, room_of
from mallops.recommend.ranking.exploring import explored
from mallops.recommend.ranking.margins import Margins
from mallops.recommend.ranking.model import Context, Offer, Ranked
from mallops.recommend.ranking.packing import Budget
from mallops.recommend.ranking.pinning import gave_way
from mallops.recommend.ranking.quotas import missed, reachable
from mallops.recommend.ranking.rules import Rules
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
    found = admitted(scored, rules, context, n, at)
    return _listed(found, rules, context, n, seed, search_budget)


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
    found, seeds = admitted(scored, rules, context, n, at), Random(seed)
    tally: Tally[str] = Tally()
    for _ in range(draws):
        again = _listed(found, rules, context, n, seeds.getrandbits(64), search_budget)
        tally.update(item.sku for item in again.items)
    return {sku: tally[sku] / draws for sku in sorted(tally)}


def _listed(
    given: Admitted, rules: Rules, context: Context, n: int, seed: int, search_budget: int
) -> Ranked:
    margins = given.margins
    candidates = [_candidate(scored, rules, context, seed) for scored in given.scored]
    pinned = _pinned(candidates, given)
    room = room_of((candidate.type for candidate in candidates), rules, n)
    found = seated(candidates, pinned, n, Room(dict(room)), rules.diversity, margins.admits)
    proven = True
    if len(found.all) < n or _missed(found, rules, context):
        candidates = [each for each in candidates if margins.admits(each.sku.sku)]
        available = dict(Tally(candidate.type for candidate in candidates))
        at_sight = Tally(candidate.type for candidate in found.all)
        budget = Budget(search_budget)
        target = reachable(available, room, n, rules, at_sight, budget)
        proven = target.proven
        if not target.is_kept_by(at_sight):
            left = Reserved(dict(target.room), available, dict(target.way), budget)
            places = target.places
            found = seated(candidates, pinned, places, left, rules.diversity, margins.admits)
    left_out = {**_passed_over(found, room, n), **given.left_out, **margins.refused}
    items = _in_order(found)
    missed_quotas = _missed(found, rules, context)
    return Ranked(
        items=tuple(item.scored for item in items),
        left_out={sku: left_out[sku] for sku in sorted(left_out)},
        short=_short(n, len(items), left_out, proven),
        notes=(*given.notes, *gave_way(given.pins, found.pins), *missed_quotas),
        pinned={item.sku.sku: given.pins[place].id for place, item in found.pins.items()},
        offers=_offered(margins, items),
    )


def _candidate(scored: Scored, rules: Rules, context: Context, seed: int) -> Candidate:
    goods = context.goods[scored.sku]
    if rules.exploration is not None:
        scored = explored(scored, goods.tried, rules.exploration, seed)
    kind = context.customer.kind(scored.sku)
    return Candidate(scored, goods.sku, counters(goods.sku, kind, rules.caps))


def _pinned(candidates: Iterable[Candidate], given: Admitted) -> dict[int, Candidate]:
    by_sku = {candidate.sku.sku: candidate for candidate in candidates}
    return {place: by_sku[pin.sku] for place, pin in given.pins.items()}


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


def _offered(margins: Margins, items: Iterable[Candidate]) -> dict[str, Offer]:
    offers = {item.sku.sku: margins.offer(item.sku.sku) for item in items}
    return {name: offer for name, offer in offers.items() if offer is not None}
