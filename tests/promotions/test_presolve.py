"""What is settled before a search, beside a search without it."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import pytest
from attrs import evolve
from hypothesis import given, settings

from mallops.promotions import choice as choosing
from mallops.promotions import presolve as presolving
from mallops.promotions.account import carry_out
from mallops.promotions.choice import Choice, best_choice
from mallops.promotions.improve import Neighbourhood
from mallops.promotions.presolve import Presolved, Table, presolve
from mallops.promotions.search import Search
from mallops.promotions.seating import Bidder, Granted, Judge
from mallops.promotions.space import Space
from mallops.promotions.turns import turns_of
from mallops.rules.promotions import Seat
from mallops.testing.strategies import EVERYDAY, Doc, scenarios
from tests.promotions.drawn import decoded, objective
from tests.promotions.tight import Table as Seats
from tests.promotions.tight import table, tight_scenario

BUDGET, SHORT = 3_000, 600


def _nothing(
    bidders: Sequence[Bidder], judge: Judge, lanes: Sequence[Seat], budget: int
) -> Presolved:
    assert judge is not None
    assert lanes is not None
    assert budget >= 0
    space = Space(bidders, judge, ())
    return Presolved(Search(space, space.root()), False, bidders, None, space)


def _cost(seating: Sequence[Granted], seats: Seats) -> int:
    final = carry_out(seating, seats.bidders, seats.judge).final
    return sum(final.base) + sum(final.fees) - sum(each.deal.worth for each in seating)


def _chosen(found: Choice) -> tuple[str, ...]:
    return tuple(sorted({each.bidder.rule.id for each in found.seating}))


def _agree(seats: Seats) -> bool:
    """Whether both searches end; then they choose the same promotions at the same cost."""
    after = best_choice(seats.bidders, seats.judge, seats.lanes, BUDGET)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(choosing, "presolve", _nothing)
        without = best_choice(seats.bidders, seats.judge, seats.lanes, BUDGET)
    cost, other = _cost(after.seating, seats), _cost(without.seating, seats)
    # Whatever ended early holds the other's finding within its gap.
    assert cost - after.gap <= other
    assert other - without.gap <= cost
    if after.complete and without.complete:
        assert (cost, _chosen(after)) == (other, _chosen(without))
    return after.complete and without.complete


def test_a_tight_cart_is_chosen_for_alike_with_and_without() -> None:
    ended = sum(_agree(table(tight_scenario(Random(seed)))) for seed in range(200))
    assert ended > 180


@given(scenarios(EVERYDAY))
@settings(max_examples=25)
def test_an_everyday_cart_is_quoted_alike_with_and_without(scenario: Doc) -> None:
    drawn = decoded(scenario)
    after = drawn.quote(SHORT)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(choosing, "presolve", _nothing)
        without = drawn.quote(SHORT)
    if after.optimal and without.optimal:
        assert objective(after) == objective(without)
        assert [each.promotion for each in after.applied] == [
            each.promotion for each in without.applied
        ]


def test_the_units_left_to_bidders_hold_the_optimum() -> None:
    narrowed = 0
    for seed in range(120):
        seats = table(tight_scenario(Random(1_000 + seed)))
        with pytest.MonkeyPatch.context() as patch:
            # So small are these carts that what is left would be tried way by way.
            patch.setattr(presolving, "MOST_TRIED", 0)
            before = presolve(seats.bidders, seats.judge, seats.lanes, BUDGET // 20)
        left = before.bidders(before.search.best[0])
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(choosing, "presolve", _nothing)
            best = best_choice(seats.bidders, seats.judge, seats.lanes, BUDGET)
            within = best_choice(left, seats.judge, seats.lanes, BUDGET)
        if not best.complete or not within.complete:
            continue
        cost = _cost(best.seating, seats)
        if before.complete:
            assert _cost(before.search.seating, seats) == cost, seed
        else:
            assert _cost(within.seating, evolve(seats, bidders=tuple(left))) == cost, seed
            narrowed += list(left) != list(seats.bidders)
    assert narrowed > 5


def test_what_is_found_before_a_search_is_legal_and_never_better_than_proven() -> None:
    for seed in range(60):
        seats = table(tight_scenario(Random(2_000 + seed)))
        before = presolve(seats.bidders, seats.judge, seats.lanes, 100)
        found = best_choice(seats.bidders, seats.judge, seats.lanes, BUDGET)
        assert _cost(before.search.seating, seats) >= _cost(found.seating, seats) - found.gap


def test_climbing_never_worsens_a_seating() -> None:
    better = 0
    for seed in range(150):
        seats = table(tight_scenario(Random(3_000 + seed)))
        first = min(bidder.rule.lane for bidder in seats.bidders)
        if seats.lanes[first] is not Seat.UNIT:
            continue
        here = [bidder for bidder in seats.bidders if bidder.rule.lane == first]
        rates = Table(here, seats.judge).rates
        options = {line: [number for _, number in found] for line, found in rates.items()}
        basket, rounding = seats.judge.basket, seats.judge.rounding
        turns = tuple(turns_of(seats.bidders, basket, rounding, seats.lanes, first + 1))
        space = Space(seats.bidders, seats.judge, turns)
        search = Search(space, space.root())
        was = search.best
        Neighbourhood(seats.bidders, options, seats.judge, space).climb(search, 300)
        assert search.best <= was
        assert search.nodes <= 300 + len(seats.bidders) + 1
        assert _cost(search.seating, seats) == search.best[0]
        better += search.best < was
    assert better > 10
