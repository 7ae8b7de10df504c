"""Every bound of the search, held against all that can come after it."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest

from mallops.promotions.space import Node, Space
from mallops.promotions.ties import objective_of
from mallops.promotions.turns import turns_of
from mallops.promotions.unit_lane import Order
from tests.promotions.tight import Table, table, tight_scenario

MOST_NODES = 600
NEVER = 10**18


class TooMany(Exception):
    """More nodes than a test has time for."""


class Whole(Space):
    """A space of which nothing is left out, with its bounds as sharp as they come."""

    def __init__(self, of: Table, order: Order) -> None:
        basket, rounding = of.judge.basket, of.judge.rounding
        turns = tuple(turns_of(of.bidders, basket, rounding, of.lanes))
        super().__init__(of.bidders, of.judge, turns, order)
        self.limit = NEVER
        self.made = 0

    def _is_new(self, node: Node) -> bool:
        return node.turn >= 0

    def _dives(self, node: Node) -> Iterator[Node]:
        assert node.moves is not None
        yield from ()

    def best(self, node: Node) -> int:
        """The least objective under a node; fails if it is below the node's bound."""
        self.made += 1
        if self.made > MOST_NODES:
            raise TooMany
        before = node.bound
        if not self.enter(node):
            return NEVER
        if node.turn == len(self.turns):
            found = objective_of(node)
        else:
            found = min(map(self.best, self.children(node)), default=NEVER)
        assert max(before, node.bound) <= found
        return found


@pytest.mark.parametrize("order", Order)
def test_no_bound_is_above_the_best_that_can_follow(order: Order) -> None:
    walked = 0
    for seed in range(150):
        space = Whole(table(tight_scenario(Random(seed))), order)
        try:
            best = space.best(space.root())
        except TooMany:
            continue
        walked += 1
        assert space.least() <= best, seed
    assert walked > 75


def test_a_unit_lane_between_shop_lanes_may_leave_a_shop_less_to_take_of() -> None:
    # 600 would be 500 after 50 off every 300; 590 is 540, which the order's threshold asks for.
    lanes = [{"id": seat, "seat": seat} for seat in ("unit", "shop", "order")]
    scenario = {
        "at": "2026-11-11T12:00:00+08:00",
        "usage": {},
        "catalog": {"products": [{"sku": "A", "price": "600"}]},
        "rulebook": {
            "currency": "JPY",
            "lanes": lanes,
            "promotions": [
                {
                    "id": "a",
                    "lane": "unit",
                    "benefit": {"kind": "amount_off", "amount": "10", "per": "unit"},
                },
                {
                    "id": "b",
                    "lane": "shop",
                    "benefit": {"kind": "amount_off", "amount": "50", "every": "300"},
                },
                {
                    "id": "c",
                    "lane": "order",
                    "requires": {"amount": "540"},
                    "benefit": {"kind": "amount_off", "amount": "200"},
                },
            ],
        },
        "cart": {"lines": [{"id": "1", "sku": "A", "quantity": 1}]},
    }
    space = Whole(table(scenario), Order.KNOWN)
    assert space.root().bound <= space.best(space.root()) == 340
