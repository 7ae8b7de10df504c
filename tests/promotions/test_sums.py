"""The totals that a unit lane can come to, beside all of them written out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import combinations_with_replacement, product
from random import Random

import pytest

from mallops.promotions import sums as module
from mallops.promotions.sums import Sums, stretches


def _best(rates: Sequence[int]) -> list[int]:
    """The best of the rates from each option on."""
    return [max((0, *rates[option:])) for option in range(len(rates) + 1)]


def _drawn(random: Random, unit: int) -> tuple[list[int], list[list[int]]]:
    spots = range(random.randint(1, 3))
    sizes = [random.randint(1, 3) for _ in spots]
    return sizes, [
        [unit * random.randint(0, 30) for _ in range(random.randint(1, 3))] for _ in spots
    ]


def _ways_of(rates: Sequence[int], option: int, left: int) -> set[int]:
    """What so many units of a class can lose to the best rate from an option on."""
    best = _best(rates)[option]
    losses = [best, *(best - rate for rate in rates[option:])]
    return {sum(each) for each in combinations_with_replacement(losses, left)}


def _losses(
    sizes: Sequence[int], rates: Sequence[Sequence[int]], spot: int, option: int, left: int
) -> set[int]:
    classes = [_ways_of(rates[spot], option, left)]
    classes += [_ways_of(rates[at], 0, sizes[at]) for at in range(spot + 1, len(sizes))]
    return {sum(each) for each in product(*classes)}


def _ones(bits: int) -> set[int]:
    return {place for place in range(bits.bit_length()) if bits >> place & 1}


@pytest.mark.parametrize("seed", range(60))
def test_losses_are_all_that_units_can_fall_short_of_their_best_rates(seed: int) -> None:
    random = Random(seed)
    sizes, rates = _drawn(random, random.choice((1, 7, 1000)))
    sums = Sums(sizes, rates, [_best(each) for each in rates], 0, 0)
    spot = random.randrange(len(sizes))
    option, left = random.randint(0, len(rates[spot])), random.randint(0, sizes[spot])
    found = {loss * sums.grid for loss in _ones(sums.losses(spot, option, left))}
    assert found == _losses(sizes, rates, spot, option, left)
    assert sums.slack == 0


@pytest.mark.parametrize("seed", range(60))
def test_a_coarser_grid_is_within_its_slack_of_every_loss(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_BITS", 20)
    sizes, rates = _drawn(Random(seed), 1)
    sums = Sums(sizes, rates, [_best(each) for each in rates], 0, 5)
    found = {loss * sums.grid for loss in _ones(sums.losses(0, 0, sizes[0]))}
    assert sums.slack >= 5
    for loss in _losses(sizes, rates, 0, 0, sizes[0]):
        assert any(each <= loss <= each + sums.slack - 5 for each in found)


@pytest.mark.parametrize("seed", range(60))
def test_a_way_to_a_loss_seats_every_unit_and_loses_just_that(seed: int) -> None:
    sizes, rates = _drawn(Random(seed), 1000)
    sums = Sums(sizes, rates, [_best(each) for each in rates], 0, 0)
    possible = _ones(sums.losses(0, 0, sizes[0]))
    for loss in range(max(possible) + 2):
        for turn in range(3):
            ways = sums.ways(loss, turn)
            assert (ways is not None) == (loss in possible)
            if ways is not None:
                seated: Counter[int] = Counter()
                for spot, _, count in ways:
                    seated[spot] += count
                assert seated == Counter(dict(enumerate(sizes)))
                assert loss * sums.grid == sum(
                    (max(0, *rates[spot]) - (rates[spot][option] if option >= 0 else 0)) * count
                    for spot, option, count in ways
                )


def test_too_much_work_is_left_to_intervals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_WORK", 10)
    sums = Sums([3, 3], [[7, 5], [3, 2]], [[7, 5, 0], [3, 2, 0]], 0, 0)
    assert not sums.known_at(0)
    assert not sums.known_at(1)


@pytest.mark.parametrize("seed", range(100))
def test_stretches_are_the_first_and_last_bit_between_steps(seed: int) -> None:
    random = Random(seed)
    bits = random.getrandbits(40)
    steps = sorted(random.randint(0, 50) for _ in range(random.randint(0, 5)))
    parts: dict[int, list[int]] = {}
    for one in sorted(_ones(bits)):
        parts.setdefault(sum(step <= one for step in steps), []).append(one)
    assert list(stretches(bits, steps)) == [(part[0], part[-1]) for part in parts.values()]
