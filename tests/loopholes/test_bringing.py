from __future__ import annotations

from attrs import evolve

from mallops.rules.benefits import AddOn, Gift, Reward
from tests.loopholes.asking import found, has
from tests.loopholes.mall import THIRTY, cny, offering, running, with_promotions


def test_what_is_listed_can_be_brought() -> None:
    assert not has("brings_unlisted", offering(Gift("cup", 1)))
    assert not has("brings_unlisted", offering(AddOn("cup", cny("9.00"), 1)))


def test_a_coupon_has_to_live_after_it_is_granted() -> None:
    book = offering(Reward(coupon="next"))
    assert not has("brings_dead_coupon", book)
    coupon = evolve(THIRTY, id="next", coupon=True)
    assert not has("brings_dead_coupon", with_promotions(coupon, book=book))
    later = running("2026-12-01T00:00", "2026-12-10T00:00")
    granted = offering(Reward(coupon="next"), schedule=later)
    [dead] = found("brings_dead_coupon", with_promotions(coupon, book=granted))
    assert dead.subjects[0].path == "$.promotions[2].benefit.coupon"
