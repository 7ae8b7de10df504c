"""A search of stories in a rulebook of hundreds ends, tells what it left out, and says no less."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from mallops.cart import Cart, Line, Shopper, Usage
from mallops.errors import InputError
from mallops.loopholes.replay import replay
from mallops.loopholes.searches import told
from mallops.loopholes.sequences.bounds import Bounds, require_bounds
from mallops.loopholes.sequences.choosing import chosen
from mallops.loopholes.sequences.searching import find_stories
from mallops.loopholes.tolerance import USUAL
from mallops.promotions.compiled import Compiled
from mallops.promotions.engine import quote, remembering
from tests.loopholes.malls import AT, FULL, TIN, Doc, mall

TEA_AND_CUP = Cart(Shopper("c1"), (Line("1", "TEA", 1), Line("2", "CUP", 1)))


def like(promotion: Doc, count: int, **fields: Any) -> list[Doc]:
    return [{**promotion, "id": f"{promotion['id']}-{n:03}", **fields} for n in range(count)]


def many(**policy: Any) -> Compiled:
    """A gift for everybody, and sixty discounts that a group of their own has."""
    groups = [
        {**each, "audience": {"groups": [each["id"]]}, "lane": "platform-coupon"}
        for each in like(FULL, 60)
    ]
    return mall(TIN, *groups, **policy)


def test_promotions_of_many_sorts_come_before_many_of_one() -> None:
    rules = many().rulebook.promotions
    picked = chosen(rules, 3)
    assert [each.id for each in picked] == ["tin", "full-000", "full-001"]
    assert chosen(rules, 100) == rules


def test_what_is_left_out_is_told_and_nothing_is_complete() -> None:
    search = find_stories(many(), AT, Bounds(depth=1, promotions=4))
    assert len(search.left_out) == 57
    assert not search.complete
    [note, left_out] = told(many(), AT, USUAL).notes
    assert note.code == "stories_cut_short"
    assert left_out.details == {"promotions": str(61 - Bounds().promotions)}


def test_a_policy_is_found_among_hundreds_and_replays_with_all_of_them() -> None:
    rules = many(gift="keep")
    search = find_stories(rules, AT, Bounds(depth=3, promotions=2))
    [found] = [each for each in search.loopholes if each.code == "gift_for_nothing"]
    assert found.witness is not None
    assert found.loss is not None
    assert len(replay(rules, found.witness).outcomes) == len(found.witness.steps)


def test_a_story_that_another_promotion_prevents_is_not_told() -> None:
    """The tin is only to be had where the discount in its lane is not looked at."""
    better = {
        **FULL,
        "id": "better",
        "lane": "shop",
        "benefit": {"kind": "amount_off", "amount": "90.00"},
    }
    rules = mall(TIN, *like(FULL, 2), *like(better, 3), gift="keep")
    assert not find_stories(rules, AT, Bounds(depth=3, promotions=2)).loopholes


def test_the_number_of_promotions_is_a_bound_like_others() -> None:
    with pytest.raises(InputError, match=r"\$\.bounds\.promotions"):
        require_bounds(Bounds(promotions=0))


@pytest.mark.parametrize(
    "usage", [{}, {"tin": Usage(total=1)}, {"tin": Usage(total=2)}, {"tin": Usage(customer=1)}]
)
def test_a_quote_that_is_remembered_is_the_same(usage: Mapping[str, Usage]) -> None:
    limited = {**TIN, "limits": {"total": 2, "per_customer": 1}}
    plain = mall(limited, FULL)
    known = remembering(plain)
    assert plain.quotes is None
    for at in (AT, AT.in_timezone("UTC")):
        for cart in (TEA_AND_CUP, Cart(Shopper("c1"), (Line("1", "TEA", 1),))):
            first, again = (quote(known, cart, at, usage) for _ in range(2))
            assert first is again
            assert first == quote(plain, cart, at, usage)
            assert first.at.tzinfo == at.tzinfo
    assert known.quotes is not None
    assert len(known.quotes) == 4
