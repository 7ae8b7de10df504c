"""Scorers, each by what it is for, and one by one as many at once."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import gamma

from mallops.catalog.model import Sku
from mallops.errors import InputError
from mallops.money import Currency, Money
from mallops.recommend.events import Event, EventKind
from mallops.recommend.fitting import fit
from mallops.recommend.fitting.batch import batch, best_of
from mallops.recommend.likeness import Likeness
from mallops.recommend.scored import Scored
from mallops.recommend.scorers.basket import bought_together
from mallops.recommend.scorers.blend import Blend, blend, ready
from mallops.recommend.scorers.content import content
from mallops.recommend.scorers.hot import hot
from mallops.recommend.scorers.joining import joined
from mallops.recommend.scorers.neighbours import neighbours
from mallops.recommend.scorers.personal import bought as bought_before
from mallops.recommend.scorers.personal import personal
from mallops.recommend.scorers.popularity import popularity
from mallops.recommend.scorers.quantiles import gamma_quantile, gamma_share
from mallops.recommend.scorers.replenishment import replenishment, usual_gaps
from mallops.recommend.scorers.trend import trend
from mallops.recommend.state import Settings, State
from mallops.recommend.updating import update
from mallops.recommend.weighing import Weight, Weights
from tests.recommend.event_strategies import START, events, settings_of_states

AT = START.add(days=45)
CUSTOMERS = "abcd"
CNY = Currency.of("CNY")

shares = st.sampled_from([0.0, 0.001, 0.3, 1.0])
blends = st.builds(Blend, personal=shares, trend=shares, popular=shares)


def bought(customer: str, sku: str, day: int, **more: object) -> Event:
    given = {"id": f"{customer} {sku} {day}", "at": START.add(days=day), "kind": EventKind.BUY}
    return Event(customer=customer, sku=sku, **{**given, **more})  # type: ignore[arg-type]


def names(scored: tuple[Scored, ...]) -> list[str]:
    return [one.sku for one in scored]


@given(events(), settings_of_states(), st.integers(1, 9), st.booleans(), blends)
@settings(max_examples=60, deadline=None)
def test_many_at_once_are_scored_as_one_by_one_with_numpy_and_without(
    stream: list[Event], made: Settings, n: int, new_only: bool, shares: Blend
) -> None:
    half = len(stream) // 2
    state = update(fit(stream[:half], made), stream[half:])
    shelf = ready(state, AT, shares)
    many = batch(shelf)
    customers = list(state.customers())
    out = [place for place, sku in enumerate(many.skus) if sku in {"s", "t"}]
    alone = [best_of(many, [one], n, out, new_only) for one in customers]
    for threads in (1, 2):
        together = best_of(many, customers, n, out, new_only, threads)
        assert together.places.tolist() == [one.places[0].tolist() for one in alone]
        assert together.scores.tolist() == [one.scores[0].tolist() for one in alone]
    for customer, found in zip(customers, alone, strict=True):
        known = bought_before(state, customer, AT)
        singly = blend(shelf, customer, n, {"s", "t"} | (known if new_only else set()))
        shown = [
            (many.skus[place], score)
            for place, score in zip(found.places[0].tolist(), found.scores[0].tolist(), strict=True)
            if place >= 0
        ]
        assert shown == [(one.sku, one.score) for one in singly]


def shop() -> State:
    return fit(
        [
            bought("ann", "tea", 1, order="1", region="north"),
            bought("ann", "pot", 1, order="1", region="north"),
            bought("bob", "tea", 2, order="2", region="south"),
            bought("bob", "pot", 2, order="2", region="south"),
            bought("bob", "cup", 2, order="2", region="south"),
            bought("cid", "tea", 40, order="3", region="south"),
            bought("dan", "ink", 3, order="4", region="north"),
        ],
        Settings(orders=Likeness(damping=1)),
    )


def test_popularity_plain_decayed_by_region_and_of_a_category() -> None:
    state = shop()
    plain = popularity(state, AT)
    assert [(one.sku, one.score) for one in plain] == [
        ("tea", 3.0),
        ("pot", 2.0),
        ("cup", 1.0),
        ("ink", 1.0),
    ]
    assert names(popularity(state, AT, Weights.bought(7)))[:2] == ["tea", "pot"]
    assert names(popularity(state, AT, region="north")) == ["ink", "pot", "tea"]
    assert names(popularity(state, AT, among={"cup", "pot"})) == ["pot", "cup"]
    assert popularity(state, START) == ()


def test_what_is_to_come_is_not_known_yet() -> None:
    state = shop()
    assert personal(state, "cid", START.add(days=39)) == ()
    assert names(personal(state, "cid", START.add(days=40))) == ["tea"]


def test_kinds_weigh_by_their_weights() -> None:
    state = fit(
        [bought("ann", "tea", 1), bought("ann", "cup", 2, kind=EventKind.VIEW)],
    )
    weights = Weights({EventKind.BUY: Weight(100, None), EventKind.VIEW: Weight(5, None)})
    assert [(one.sku, one.score) for one in personal(state, "ann", AT, weights)] == [
        ("tea", 1.0),
        ("cup", 0.05),
    ]
    assert names(personal(state, "ann", AT)) == ["tea"]


def test_neighbours_say_for_what_they_are() -> None:
    found = {one.sku: one for one in neighbours(shop(), "cid", AT)}
    assert found.keys() == {"tea", "pot", "cup"}
    assert [sku for sku, _ in found["pot"].parts[0].because] == ["tea"]
    assert found["pot"].score > found["cup"].score


def test_the_trend_leaves_out_what_nobody_takes_now() -> None:
    state = shop()
    assert names(trend(state, "ann", AT))[0] == "tea"
    # 21 half-lives after the last purchase nothing is left of it.
    assert trend(state, "ann", START.add(days=40 + 21 * 7 + 1)) == ()


def test_a_cart_is_filled_up_with_what_is_bought_together() -> None:
    state = shop()
    assert names(bought_together(state, ["tea"])) == ["pot", "cup"]
    assert names(bought_together(state, ["tea", "pot"])) == ["cup"]
    assert bought_together(state, ["new"]) == ()
    with pytest.raises(InputError):
        bought_together(fit([]), ["tea"])


def test_new_goods_are_found_by_what_they_are() -> None:
    goods = {
        sku: Sku(sku, Money(price, CNY), category=category, brand=brand)
        for sku, price, category, brand in (
            ("tea", 500, "food/tea", "leaf"),
            ("new tea", 500, "food/tea", "leaf"),
            ("new rice", 400, "food/rice", "grain"),
            ("new ink", 9000, "office", "quill"),
        )
    }
    found = content(shop(), "cid", AT, ["new ink", "new rice", "new tea", "unknown"], goods)
    assert names(found) == ["new tea", "new rice", "new ink"]
    assert found[0].score == pytest.approx(0.8)  # No tags are known of either.
    assert found[0].parts[0].because[0][0] == "tea"
    assert content(shop(), "nobody", AT, ["new tea"], goods) == ()


def test_it_is_time_to_buy_again_after_the_usual_gap() -> None:
    state = fit(
        [
            *(bought("ann", "tea", day) for day in (0, 10, 20)),
            bought("bob", "tea", 0),
            bought("bob", "tea", 30),
            bought("ann", "pot", 20),
        ]
    )
    usual = usual_gaps(state, AT)
    assert usual["tea"] == (50, 3)
    assert usual_gaps(state, START.add(days=29))["tea"] == (20, 2)

    def score(day: int) -> float:
        found = replenishment(state, "ann", START.add(days=day), usual, Weights.bought(None))
        assert names(found) in ([], ["tea"])
        return found[0].score if found else 0.0

    # Two gaps of her own of 10 days, and one of everyone's 50 / 3.
    gap = (20 + 50 / 3) / 3
    assert score(20) == 0.0
    assert score(25) == pytest.approx(3 * 5 / gap)
    assert score(34) == score(44) == 3.0
    assert score(20 + 60) == pytest.approx(3 * 2 * gap / 60)


def test_hot_is_what_surely_sells_and_not_what_was_lucky_once() -> None:
    sold = [
        *(bought(f"c{n}", "steady", day, id=f"s{n} {day}") for n in range(3) for day in range(30)),
        bought("ann", "lucky", 29),
        bought("bob", "lucky", 29),
        *(
            bought(f"c{n}", "young", day, id=f"y{n} {day}")
            for n in range(4)
            for day in (27, 28, 29)
        ),
        *(bought(f"c{n}", f"slow {n}", 5 * n, id=f"slow {n}") for n in range(6)),
    ]
    found = names(hot(fit(sold), START.add(days=29)))
    assert found[:2] == ["young", "steady"]
    assert found.index("lucky") == 2
    assert hot(fit([]), AT) == ()
    # Of 21 half-lives nothing is left: it is as if it had not been sold at all.
    assert hot(fit([bought("ann", "tea", 0)]), START.add(days=42), half_life=2) == ()


@given(st.floats(0.02, 5e4), st.floats(0.001, 0.999))
@settings(max_examples=40, deadline=None)
def test_gamma_quantiles_are_those_of_scipy(shape: float, share: float) -> None:
    expected = gamma.ppf(share, shape)
    if expected > 1e-200:
        assert gamma_quantile(share, shape) == pytest.approx(expected, rel=1e-8)
    assert gamma_share(shape, shape) == pytest.approx(gamma.cdf(shape, shape), rel=1e-9)


def test_who_is_not_known_is_shown_what_is_popular() -> None:
    shelf = ready(shop(), AT)
    assert names(blend(shelf, "nobody", 2)) == ["tea", "pot"]
    assert [part.name for part in blend(shelf, "nobody", 1)[0].parts] == ["popularity"]
    with pytest.raises(InputError):
        best_of(batch(shelf), ["nobody"], 2)


def test_nothing_fills_up_where_what_is_popular_has_no_share() -> None:
    shelf = ready(shop(), AT, Blend(popular=0))
    assert blend(shelf, "nobody", 9) == ()
    found = blend(shelf, "cid", 9)
    assert names(found) == ["tea", "pot", "cup"]  # And no ink, which is merely popular.
    assert {part.name for one in found for part in one.parts} == {"personal", "trend"}
    assert best_of(batch(shelf), ["cid"], 4).places.tolist()[0][3:] == [-1]


@pytest.mark.parametrize("share", [-0.1, 1.1, float("nan")])
def test_a_share_is_from_0_to_1(share: float) -> None:
    with pytest.raises(InputError):
        Blend(trend=share)
    with pytest.raises(InputError):
        joined([], [], (), share)


def test_what_came_back_is_no_discovery() -> None:
    state = fit([bought("ann", "tea", 1), bought("ann", "tea", 2, kind=EventKind.RETURN)])
    assert bought_before(state, "ann", AT) == {"tea"}
    assert bought_before(state, "ann", START) == frozenset()
    shelf = ready(update(state, [bought("bob", "tea", 40)]), AT)
    assert best_of(batch(shelf), ["ann"], 1, new_only=True).places.tolist() == [[-1]]


def test_what_is_bought_today_is_known_and_what_is_bought_tomorrow_is_new() -> None:
    state = fit([bought("ann", "tea", 45), bought("ann", "pot", 46), bought("bob", "pot", 40)])
    assert bought_before(state, "ann", AT) == {"tea"}
    many = batch(ready(state, AT))
    (places,) = best_of(many, ["ann"], 2, new_only=True).places.tolist()
    assert [many.skus[place] for place in places if place >= 0] == ["pot"]


def test_repeats_and_discoveries_have_scores_of_their_own() -> None:
    state = shop()
    known = bought_before(state, "cid", AT)
    found = joined(personal(state, "cid", AT), popularity(state, AT), known, discovery=0.5)
    assert [(one.sku, one.score) for one in found] == [
        ("tea", 1.0),
        ("pot", 0.5),
        ("cup", 0.25),
        ("ink", 0.25),
    ]
    assert names(joined([], popularity(state, AT), known, discovery=0)) == []


def test_a_blend_of_no_events_is_empty() -> None:
    shelf = ready(fit([]), AT)
    assert blend(shelf, "ann", 3) == ()
    assert best_of(batch(shelf), [], 3).places.shape == (0, 3)
