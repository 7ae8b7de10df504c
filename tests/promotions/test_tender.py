"""Points as tender: what the law says of steps, worth and the share of the goods."""

from __future__ import annotations

import pytest

from mallops import decode_rulebook
from mallops.cart import MaxPoints
from mallops.promotions.tender import points_tender


def used(points: dict[str, object], offered: int | MaxPoints, nets: list[int]) -> int:
    rulebook = decode_rulebook({"currency": "CNY", "points": points})
    number, paid = points_tender(rulebook.points, rulebook.currency, offered, nets)
    worth = points.get("worth", {"points": 100})
    assert isinstance(worth, dict)
    assert all(share <= net for share, net in zip(paid, nets, strict=True))
    if worth["points"] == 100:
        assert sum(paid) == number
    return number


@pytest.mark.parametrize(
    ("points", "offered", "expected"),
    [
        # Without a worth, 100 points pay for one major unit.
        ({}, 250, 250),
        ({"step": 100}, 250, 200),
        ({"at_most_percent": "50"}, "max", 3000),
        ({"at_most_percent": "33.3"}, "max", 1998),
        # Three points for a fen: only threes are worth whole fen, and steps come in twos.
        ({"worth": {"points": 3, "money": "0.01"}, "step": 2}, 100, 96),
        ({}, 0, 0),
    ],
)
def test_the_largest_number_that_fits(
    points: dict[str, object], offered: int | MaxPoints, expected: int
) -> None:
    assert used(points, offered, [4000, 2000]) == expected


def test_nothing_to_pay_for() -> None:
    assert used({}, "max", [0, 0]) == 0
