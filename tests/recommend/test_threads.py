"""A fit of many SKUs: the same for any number of threads, and its neighbours those of the twin."""

from __future__ import annotations

from random import Random

import pytest

from mallops.recommend.events import Event, EventKind
from mallops.recommend.fitting import fit
from mallops.recommend.fitting.batch import batch, best_of
from mallops.recommend.likeness import Likeness, Measure
from mallops.recommend.linking import taken_by_customer
from mallops.recommend.scorers.blend import ready
from mallops.recommend.state import Settings
from mallops.recommend.storing import dumps
from mallops.testing.naive_states import naive_nearest
from tests.recommend.event_strategies import START

AT = START.add(days=60)


def market(customers: int, skus: int, count: int) -> list[Event]:
    """Purchases of which the first SKUs have the most, so that rows are longer than is kept."""
    random = Random(8)
    return [
        Event(
            f"{number}",
            f"c{random.randrange(customers):03}",
            f"s{int(skus * random.random() ** 3):03}",
            EventKind.BUY,
            START.add(hours=random.randrange(1000)),
        )
        for number in range(count)
    ]


@pytest.mark.parametrize("half_life", [None, 20])
@pytest.mark.parametrize("measure", Measure)
def test_two_threads_give_what_one_gives(measure: Measure, half_life: int | None) -> None:
    likeness = Likeness(measure, size=4, damping=5, half_life=half_life)
    made = Settings(until=AT, customers=likeness)
    # More of both than are dealt with at a time.
    stream = market(customers=400, skus=600, count=6000)
    one, two = (fit(stream, made, threads=threads) for threads in (1, 2))
    assert dumps(one) == dumps(two)
    many = batch(ready(one, AT))
    assert len(many.customers) > 256 < len(many.skus)
    lists = [best_of(many, many.customers, 10, threads=threads) for threads in (1, 2)]
    assert lists[0].places.tolist() == lists[1].places.tolist()
    assert lists[0].scores.tolist() == lists[1].scores.tolist()
    held = {name: taken_by_customer(made, one.history(name)) for name in one.customers()}
    for sku in ("s000", "s001", "s300"):
        assert list(one.links.row(sku)) == naive_nearest(held, likeness, sku)
