"""New ranking rules over what was shown: which lists would differ, and what it may be worth.

Which lists would differ is known for sure. What they would have earned is known only where the
old rules drew by chance, and logged it: a place that the new rules fill alike counts for all the
times that chance filled it otherwise, its reward over its chance. Li and others, "Offline
evaluation of ranking policies with click models", KDD 2018, the item-position model: what a
customer does with a SKU at a place is taken not to hang on what stands at the others. Where only
the chance of being on the list is known, it is taken not to hang on the place either.

What no log can tell is how customers take to what they were never shown. How much of that
there is shows in the weights, whose mean is 1 if all that the new rules show was shown at times.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import fsum, isfinite
from random import Random

from attrs import frozen

from mallops.errors import InputError, Problem, shown
from mallops.findings import Finding, Refusal, Severity
from mallops.recommend.evaluation.bootstrap import Interval, ratio_interval
from mallops.recommend.evaluation.impressions import (
    ChanceOf,
    Differences,
    Estimate,
    Impression,
    Place,
    Replay,
    Rules,
)

_RAREST = 1e-12

FEW = 100
"""Places that count for fewer than so many, in effect, are too few to go by."""


def replay(
    impressions: Sequence[Impression],
    rules: Rules,
    random: Random,
    cap: float = 20.0,
    chance_of: ChanceOf = ChanceOf.PLACE,
) -> Replay:
    """What `rules` would have shown instead, and as far as it can be known, with what result.

    There is no estimate where a chance was not logged (`no_chances`), where nothing is shown as
    it was (`no_matches`), and where fewer than two customers would be shown anything
    (`too_few_customers`). Raises `InputError` for a chance that is none or below 1e-12, a reward
    that is not finite, a cap below 1, and for rules that show a SKU twice.
    """
    problems = [*_problems(impressions, cap)]
    if problems:
        raise InputError(problems)
    lists = [tuple(rules(impression)) for impression in impressions]
    for number, new in enumerate(lists):
        if len(set(new)) < len(new):
            path = f"$.rules({impressions[number].id})"
            raise InputError([Problem(path, shown(new), "each SKU once")])
    differences = _differences(impressions, lists)
    refusal = _refusal(impressions, lists, differences, chance_of)
    if refusal is not None:
        return Replay(differences, refusal)
    weighed = [_Weighed.of(*pair, cap, chance_of) for pair in zip(impressions, lists, strict=True)]
    estimate = _estimate(impressions, weighed, random)
    return Replay(differences, estimate, tuple(_findings(estimate, weighed, cap)))


@frozen
class _Weighed:
    """An impression's new places: the weight of each, and its reward if it is the same."""

    weights: tuple[float, ...]
    capped: tuple[float, ...]
    rewards: tuple[float, ...]

    @classmethod
    def of(
        cls, impression: Impression, new: Sequence[str], cap: float, chance_of: ChanceOf
    ) -> _Weighed:
        old = _alike(impression, new, chance_of)
        weights = [1 / place.chance if place and place.chance else 0.0 for place in old]
        rewards = [place.reward if place else 0.0 for place in old]
        return cls(tuple(weights), tuple(min(one, cap) for one in weights), tuple(rewards))


def _alike(
    impression: Impression, new: Sequence[str], chance_of: ChanceOf
) -> Sequence[Place | None]:
    """For each new place the old one that it is like, if there is one."""
    match chance_of:
        case ChanceOf.PLACE:
            old = {(place.sku, n): place for n, place in enumerate(impression.shown)}
            return [old.get((sku, n)) for n, sku in enumerate(new)]
        case ChanceOf.LIST:
            anywhere = {place.sku: place for place in impression.shown}
            return [anywhere.get(sku) for sku in new]


def _differences(impressions: Sequence[Impression], lists: Sequence[Sequence[str]]) -> Differences:
    same_lists = same_places = same_skus = 0
    entered: Counter[str] = Counter()
    left: Counter[str] = Counter()
    for impression, new in zip(impressions, lists, strict=True):
        old = tuple(place.sku for place in impression.shown)
        same_lists += old == tuple(new)
        same_places += sum(a == b for a, b in zip(old, new, strict=False))
        same_skus += len(set(old) & set(new))
        entered.update(set(new) - set(old))
        left.update(set(old) - set(new))
    return Differences(
        len(impressions),
        same_lists,
        sum(map(len, lists)),
        same_places,
        same_skus,
        _most_first(entered),
        _most_first(left),
    )


def _most_first(counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def _refusal(
    impressions: Sequence[Impression],
    lists: Sequence[Sequence[str]],
    differences: Differences,
    chance_of: ChanceOf,
) -> Refusal | None:
    places = [place for impression in impressions for place in impression.shown]
    unknown = sum(place.chance is None for place in places)
    if unknown:
        return Refusal("no_chances", {"unknown": str(unknown), "places": str(len(places))})
    alike = differences.same_places if chance_of is ChanceOf.PLACE else differences.same_skus
    if not alike:
        return Refusal("no_matches", {"places": str(differences.places)})
    asked = zip(impressions, lists, strict=True)
    customers = len({impression.customer for impression, new in asked if new})
    if customers < 2:
        return Refusal("too_few_customers", {"customers": str(customers)})
    return None


def _estimate(
    impressions: Sequence[Impression], weighed: Sequence[_Weighed], random: Random
) -> Estimate:
    customers = [impression.customer for impression in impressions]
    ones = [1.0] * len(impressions)
    logged = [fsum(place.reward for place in impression.shown) for impression in impressions]
    capped = [
        fsum(weight * reward for weight, reward in zip(one.capped, one.rewards, strict=True))
        for one in weighed
    ]
    weights = [weight for one in weighed for weight in one.weights]
    return Estimate(
        _interval(customers, logged, ones, random),
        _interval(customers, capped, ones, random),
        _self_normalised(weighed),
        _interval(
            customers,
            [fsum(one.weights) for one in weighed],
            [float(len(one.weights)) for one in weighed],
            random,
        ),
        fsum(weights) ** 2 / fsum(weight**2 for weight in weights),
    )


def _interval(
    customers: Iterable[str], over: Iterable[float], under: Iterable[float], random: Random
) -> Interval:
    """Of a ratio of sums, where all that is of one customer is drawn together."""
    sums: Mapping[str, list[tuple[float, float]]] = defaultdict(list)
    for customer, *pair in zip(customers, over, under, strict=True):
        sums[customer].append((pair[0], pair[1]))
    every = [sums[customer] for customer in sorted(sums)]
    return ratio_interval(
        [fsum(over for over, _ in one) for one in every],
        [fsum(under for _, under in one) for one in every],
        random,
    )


def _self_normalised(weighed: Sequence[_Weighed]) -> float:
    """What an impression earns: the weighted mean reward of each place, all places together."""
    earned: Mapping[int, list[float]] = defaultdict(list)
    weights: Mapping[int, list[float]] = defaultdict(list)
    times: Counter[int] = Counter()
    for one in weighed:
        for place, (weight, reward) in enumerate(zip(one.weights, one.rewards, strict=True)):
            earned[place].append(weight * reward)
            weights[place].append(weight)
            times[place] += 1
    return fsum(
        times[place] / len(weighed) * fsum(earned[place]) / whole
        for place in times
        if (whole := fsum(weights[place]))
    )


def _findings(estimate: Estimate, weighed: Sequence[_Weighed], cap: float) -> Iterator[Finding]:
    if estimate.support.high < 1:
        details = {
            "support": f"{100 * estimate.support.estimate:.0f}%",
            "most": f"{100 * estimate.support.high:.0f}%",
        }
        yield Finding("never_shown", Severity.WARNING, "$.estimate.support", details)
    if estimate.effective < FEW:
        details = {"effective": f"{estimate.effective:.0f}", "least": str(FEW)}
        yield Finding("few_matches", Severity.WARNING, "$.estimate.effective", details)
    cut = sum(weight > cap for one in weighed for weight in one.weights)
    if cut:
        details = {"places": str(cut), "cap": f"{cap:g}"}
        yield Finding("weights_capped", Severity.NOTE, "$.estimate.capped", details)


def _problems(impressions: Sequence[Impression], cap: float) -> Iterator[Problem]:
    if not cap >= 1:
        yield Problem("$.cap", shown(cap), "at least 1")
    for n, impression in enumerate(impressions):
        for m, place in enumerate(impression.shown):
            path = f"$.impressions[{n}].shown[{m}]"
            if place.chance is not None and not _RAREST <= place.chance <= 1:
                yield Problem(f"{path}.chance", shown(place.chance), f"from {_RAREST:g} to 1")
            if not isfinite(place.reward):
                yield Problem(f"{path}.reward", shown(place.reward), "a finite number")
