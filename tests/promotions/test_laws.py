"""What holds for every quote, whatever the mall: the laws of rulebook section 6, and more."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import Any, TypeVar

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mallops.money import Money, total
from mallops.promotions.quote import Quote, QuotedParcel, QuotedUnit
from mallops.rules.promotions import Promotion
from mallops.testing.strategies import EVERYDAY, Doc, carts, scenarios
from tests.promotions.drawn import decoded, objective, quoted, with_rulebook

# The laws hold for what a short search finds too, and carts of this size take a long one.
SHORT_SEARCH = 100

T = TypeVar("T")

any_size = scenarios() | scenarios(EVERYDAY)


def _quote(scenario: Doc) -> Quote:
    return decoded(scenario).quote(SHORT_SEARCH)


def _units(found: Quote) -> list[QuotedUnit]:
    return [unit for line in found.lines for unit in line.units]


def _owners(found: Quote) -> list[QuotedUnit | QuotedParcel]:
    """All that promotions take steps off."""
    return [*_units(found), *found.parcels]


# --- sums ---------------------------------------------------------------------------------


@given(any_size)
def test_units_add_up_to_lines_and_lines_to_goods(scenario: Doc) -> None:
    found = _quote(scenario)
    currency = found.payable.currency
    for line in found.lines:
        assert line.net == total((unit.net for unit in line.units), currency)
    assert found.goods == total((line.net for line in found.lines), currency)
    assert found.shipping == total((parcel.net for parcel in found.parcels), currency)
    assert found.payable == found.goods + found.shipping


@given(any_size)
def test_list_prices_and_fees_are_what_is_paid_and_what_was_taken_off(scenario: Doc) -> None:
    found = _quote(scenario)
    currency = found.payable.currency
    listed = total((unit.list_price for unit in _units(found)), currency)
    fees = total((parcel.fee for parcel in found.parcels), currency)
    discounts = total((applied.discount for applied in found.applied), currency)
    assert listed + fees == found.payable + discounts + found.points_worth


@given(any_size)
def test_every_step_of_a_unit_and_of_a_fee_is_told(scenario: Doc) -> None:
    found = _quote(scenario)
    currency = found.payable.currency
    for unit in _units(found):
        taken = total((step.amount for step in unit.steps), currency)
        assert unit.net == unit.list_price - taken - unit.points
    for parcel in found.parcels:
        assert parcel.net == parcel.fee - total((step.amount for step in parcel.steps), currency)
    steps = [step for owner in _owners(found) for step in owner.steps]
    for applied in found.applied:
        own = (step.amount for step in steps if step.promotion == applied.promotion)
        assert applied.discount == total(own, currency)
    assert {step.promotion for step in steps} <= {each.promotion for each in found.applied}


@given(any_size)
def test_nothing_is_below_zero_nor_taken_below_its_floor(scenario: Doc) -> None:
    drawn = decoded(scenario)
    found = drawn.quote(SHORT_SEARCH)
    zero = Money.zero(found.payable.currency)
    for line in found.lines:
        floor = drawn.compiled.skus[line.sku].floor or zero
        for unit in line.units:
            assert unit.net >= zero
            assert unit.points >= zero
            assert unit.net + unit.points >= min(floor, unit.list_price)
    assert all(parcel.net >= zero for parcel in found.parcels)


# --- seats ----------------------------------------------------------------------------------


@given(any_size)
def test_a_seat_takes_one_promotion_and_blocked_units_none(scenario: Doc) -> None:
    drawn = decoded(scenario)
    rulebook = drawn.compiled.rulebook
    places = {lane.id: place for place, lane in enumerate(rulebook.lanes)}
    blocks = {promotion.id: promotion.blocks for promotion in rulebook.promotions}
    found = drawn.quote(SHORT_SEARCH)
    for owner in _owners(found):
        lanes = [places[step.lane] for step in owner.steps]
        assert lanes == sorted(set(lanes))
    for unit in _units(found):
        closed = {lane for step in unit.steps for lane in blocks[step.promotion]}
        assert closed.isdisjoint(step.lane for step in unit.steps)


@given(any_size)
def test_every_promotion_is_applied_or_refused(scenario: Doc) -> None:
    found = _quote(scenario)
    applied = [each.promotion for each in found.applied]
    known = {promotion["id"] for promotion in scenario["rulebook"]["promotions"]}
    coupons = set(scenario["cart"].get("coupons", []))
    assert applied == sorted(set(applied))
    assert found.refused.keys().isdisjoint(applied)
    assert found.refused.keys() | set(applied) == known | coupons


@given(any_size)
def test_limits_hold(scenario: Doc) -> None:
    drawn = decoded(scenario)
    found = drawn.quote(SHORT_SEARCH)
    currency = found.payable.currency
    by_id = {promotion.id: promotion for promotion in drawn.compiled.rulebook.promotions}
    for applied in found.applied:
        limits, used = by_id[applied.promotion].limits, drawn.usage.get(applied.promotion)
        if limits.budget is not None:
            values = (gift.value for gift in found.gifts if gift.promotion == applied.promotion)
            granted = applied.discount + total(values, currency)
            spent = used.spent if used is not None and used.spent is not None else granted * 0
            assert granted <= limits.budget - spent
        if used is not None:
            assert limits.total is None or used.total < limits.total
            assert limits.per_customer is None or used.customer < limits.per_customer


@given(any_size)
def test_no_more_units_are_discounted_than_at_most_units_says(scenario: Doc) -> None:
    drawn = decoded(scenario)
    found = drawn.quote(SHORT_SEARCH)
    shops = {line.shop for line in found.lines}
    for promotion in drawn.compiled.rulebook.promotions:
        if promotion.at_most_units is not None:
            taken = [_units_taken(found, promotion, shop) for shop in shops]
            assert max(taken, default=0) <= promotion.at_most_units


def _units_taken(found: Quote, promotion: Promotion, shop: str) -> int:
    return sum(
        step.promotion == promotion.id
        for line in found.lines
        if line.shop == shop
        for unit in line.units
        for step in unit.steps
    )


# --- the same answer ------------------------------------------------------------------------


def _shuffled(value: Any, random: Random, key: str = "") -> Any:
    """The document with its keys, and every list whose order means nothing, in another order."""
    if isinstance(value, dict):
        keys = random.sample(list(value), len(value))
        return {name: _shuffled(value[name], random, name) for name in keys}
    if isinstance(value, list):
        items = [_shuffled(item, random) for item in value]
        return items if key in {"lanes", "tiers"} else random.sample(items, len(items))
    return value


@given(any_size, st.integers(0, 2**32))
def test_the_order_of_listing_plays_no_part(scenario: Doc, seed: int) -> None:
    assert _quote(_shuffled(scenario, Random(seed))) == _quote(scenario)


@given(any_size)
def test_quoting_twice_is_equal(scenario: Doc) -> None:
    drawn = decoded(scenario)
    assert drawn.quote(SHORT_SEARCH) == drawn.quote(SHORT_SEARCH)


def _unpickled(value: T) -> T:
    copied: T = pickle.loads(pickle.dumps(value))  # noqa: S301 - from two words before
    return copied


@given(scenarios())
def test_what_was_pickled_quotes_the_same(scenario: Doc) -> None:
    drawn = decoded(scenario)
    found = drawn.quote()
    again = evolve(drawn, compiled=_unpickled(drawn.compiled))
    assert again.quote() == found
    assert _unpickled(found) == found


@given(any_size, st.data())
def test_one_compiled_rulebook_quotes_as_one_compiled_for_each_cart(
    scenario: Doc, data: st.DataObject
) -> None:
    shared = decoded(scenario).compiled
    for cart in [*data.draw(_more_carts(scenario)), scenario["cart"]]:
        fresh = decoded(scenario | {"cart": cart})
        again = evolve(fresh, compiled=shared)
        assert again.quote(SHORT_SEARCH) == fresh.quote(SHORT_SEARCH)


def _more_carts(scenario: Doc) -> st.SearchStrategy[list[Doc]]:
    catalog, rulebook = scenario["catalog"], scenario["rulebook"]
    drawn = carts(catalog, rulebook, rulebook["currency"], EVERYDAY)
    return st.lists(drawn, min_size=1, max_size=3)


@pytest.fixture
def impatient_threads() -> Iterator[None]:
    """Threads take turns a thousand times as often as usual."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(usual / 1_000)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.usefixtures("impatient_threads")
@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(any_size, st.data())
def test_threads_may_share_a_compiled_rulebook(scenario: Doc, data: st.DataObject) -> None:
    carts_of_all = [scenario["cart"], *data.draw(_more_carts(scenario))]
    asked = [decoded(scenario | {"cart": cart}) for cart in carts_of_all]
    shared = decoded(scenario).compiled
    together = [evolve(each, compiled=shared) for each in asked] * 2
    with ThreadPoolExecutor(2) as threads:
        found = list(threads.map(lambda each: each.quote(SHORT_SEARCH), together))
    assert found == [each.quote(SHORT_SEARCH) for each in asked] * 2


# --- other promotions -------------------------------------------------------------------------


def _tempting(lane: Doc) -> Doc:
    """A promotion that everybody would want."""
    free = "shipping_off" if lane["seat"] == "parcel" else "percent_off"
    return {"id": "new", "lane": lane["id"], "benefit": {"kind": free, "percent": "100"}}


USELESS: dict[str, Doc] = {
    "inactive": {"active": False},
    "not_scheduled": {"schedule": {"ends": "2020-01-01T00:00"}},
    "not_audience": {"audience": {"groups": ["nobody"]}},
    "no_coupon": {"coupon": True},
    "used_up": {"limits": {"total": 0}},
    "no_items": {"items": {"sku": ["nothing"]}},
}


@pytest.mark.parametrize("code", USELESS)
@given(scenarios(), st.data())
def test_an_unusable_promotion_changes_nothing_but_its_refusal(
    code: str, scenario: Doc, data: st.DataObject
) -> None:
    promotions = scenario["rulebook"]["promotions"]
    lanes = scenario["rulebook"].get("lanes", [{"id": "item", "seat": "unit"}])
    copied = [promotion | {"id": "new", "coupon": False} for promotion in promotions]
    offered = [*(_tempting(lane) for lane in lanes), *copied]
    useless = data.draw(st.sampled_from(offered)) | USELESS[code]
    before = quoted(scenario)
    after = quoted(with_rulebook(scenario, promotions=[*promotions, useless]))
    refused = dict(after.refused)
    assert refused.pop("new").code in list(USELESS)[: list(USELESS).index(code) + 1]
    assert refused == before.refused
    assert evolve(after, refused={}) == evolve(before, refused={})


@given(any_size, st.integers(1, 40))
def test_many_promotions_for_other_goods_change_nothing(scenario: Doc, count: int) -> None:
    """An index may pass them over, and must not pass over any other."""
    promotions = scenario["rulebook"]["promotions"]
    lanes = scenario["rulebook"].get("lanes", [{"id": "item", "seat": "unit"}])
    offered = [*(_tempting(lane) for lane in lanes), *promotions]
    selectors = ({"sku": ["nothing"]}, {"shop": ["none"]}, {"brand": ["b9"]}, {"tag": ["rare"]})
    useless = [
        offered[number % len(offered)]
        | {"id": f"other-{number}", "items": selectors[number % len(selectors)]}
        for number in range(count)
    ]
    before = _quote(scenario)
    after = _quote(with_rulebook(scenario, promotions=[*useless, *promotions]))
    refused = {name: refusal for name, refusal in after.refused.items() if name in before.refused}
    assert refused == before.refused
    assert after.refused.keys() - refused.keys() == {each["id"] for each in useless}
    assert evolve(after, refused={}) == evolve(before, refused={})


@given(scenarios())
def test_best_costs_no_more_than_by_priority(scenario: Doc) -> None:
    best, by_priority = (
        quoted(with_rulebook(scenario, choice=choice)) for choice in ("best", "priority")
    )
    assert objective(best) <= objective(by_priority)
    assert (best.optimal, by_priority.optimal) == (True, None)


@given(scenarios(), st.data())
def test_a_promotion_more_never_costs_more(scenario: Doc, data: st.DataObject) -> None:
    """Nobody has to take it, so the best is at least as good."""
    scenario = with_rulebook(scenario, choice="best")
    promotions = scenario["rulebook"]["promotions"]
    without = data.draw(st.sampled_from([promotion["id"] for promotion in promotions] or [""]))
    fewer = [
        promotion | {"active": promotion["id"] != without and promotion.get("active", True)}
        for promotion in promotions
    ]
    less = quoted(with_rulebook(scenario, promotions=fewer))
    assert objective(quoted(scenario)) <= objective(less)


@settings(max_examples=50)
@given(scenarios(EVERYDAY))
def test_a_longer_search_is_never_worse(scenario: Doc) -> None:
    drawn = decoded(with_rulebook(scenario, choice="best"))
    short, longer = drawn.quote(20), drawn.quote(SHORT_SEARCH)
    assert objective(longer) <= objective(short)
    if short.gap is not None:
        assert objective(longer) >= objective(short) - short.gap


# --- what the examples are worth ----------------------------------------------------------------

CODES = {
    *("inactive", "not_scheduled", "not_audience", "no_coupon", "used_up", "no_items", "blocked"),
    *("below_quantity", "below_amount", "no_effect", "outbid", "unknown_coupon"),
}
KINDS = {
    *("percent_off", "amount_off", "fixed_price", "nth_unit", "bundle_price"),
    *("gift", "add_on", "shipping_off", "reward", "tiers"),
}


def test_examples_reach_every_refusal_and_apply_every_benefit() -> None:
    """A law that is never put to the test is not shown to hold."""
    seen: set[str] = set()

    @settings(max_examples=1_000, derandomize=True, database=None)
    @given(scenarios())
    def look(scenario: Doc) -> None:
        found = quoted(scenario)
        applied = {each.promotion for each in found.applied}
        seen.update(refusal.code for refusal in found.refused.values())
        seen.update(
            promotion["benefit"]["kind"]
            for promotion in scenario["rulebook"]["promotions"]
            if promotion["id"] in applied
        )
        seen.update({"points"} if found.points_used else ())

    look()
    assert seen == CODES | KINDS | {"points"}
