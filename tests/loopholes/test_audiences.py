from __future__ import annotations

from attrs import evolve

from mallops.rules.promotions import Audience
from tests.loopholes.asking import found, has
from tests.loopholes.mall import TENTH, THIRTY, changed, with_promotions


def test_the_spelling_of_prices_is_the_first() -> None:
    [other] = found(
        "group_spelled_otherwise", changed(TENTH, audience=Audience(frozenset({"VIP"})))
    )
    assert (other.details["group"], other.details["other"]) == ("VIP", "vip")


def test_two_promotions_may_differ() -> None:
    gold = evolve(THIRTY, id="gold", audience=Audience(frozenset({"gold"})), lane="shop")
    golden = evolve(gold, id="golden", audience=Audience(frozenset({"Gold"})), lane="item")
    assert has("group_spelled_otherwise", with_promotions(gold, golden))
    silver = evolve(golden, audience=Audience(frozenset({"silver", "vip"})))
    assert not has("group_spelled_otherwise", with_promotions(gold, silver))
