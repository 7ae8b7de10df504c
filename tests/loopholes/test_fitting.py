from __future__ import annotations

from mallops.rules.promotions import Criteria, Requires, Selector
from tests.loopholes.asking import found, has
from tests.loopholes.mall import TENTH, changed, cny, named, within


def test_what_is_empty_is_named() -> None:
    [goods] = found("no_goods_fit", changed(TENTH, items=within("teas")))
    assert goods.subjects[0].path == "$.promotions[0].items"
    [measured] = found("no_goods_fit", changed(TENTH, requires=Requires(items=named("mug"))))
    assert measured.subjects[0].path == "$.promotions[0].requires.items"


def test_goods_that_fit_at_the_price_of_an_entry_are_enough() -> None:
    # The pot costs 180 to members.
    members = Selector(Criteria(at_least=cny("170.00"), below=cny("190.00")))
    assert not has("no_goods_fit", changed(TENTH, items=members))
    nobody = Selector(Criteria(at_least=cny("181.00"), below=cny("190.00")))
    assert has("no_goods_fit", changed(TENTH, items=nobody))


def test_as_many_as_there_are_may_be_asked_for() -> None:
    assert not has("too_few_goods", changed(TENTH, requires=Requires(distinct=2)))
    [few] = found("too_few_goods", changed(TENTH, requires=Requires(distinct=3)))
    assert (few.details["wanted"], few.details["there"]) == ("3", "2")
    # Measured are all goods, four of them.
    everything = Requires(distinct=4, items=Selector())
    assert not has("too_few_goods", changed(TENTH, requires=everything))
