from __future__ import annotations

from attrs import evolve

from mallops.catalog.model import PriceEntry
from mallops.findings import Severity
from mallops.loopholes.model import Kind
from mallops.rules.promotions import Limits
from tests.loopholes.asking import found, has
from tests.loopholes.mall import TENTH, changed, cny, sku, with_entries, with_skus


def test_one_note_tells_how_many_goods_are_bare() -> None:
    goods = with_skus(*(sku(f"mug-{i}", "40.00", None, "mugs") for i in range(3)))
    [bare] = found("price_unguarded", catalog=goods)
    assert (bare.kind, bare.severity) == (Kind.OUTSIDE_PRICE, Severity.NOTE)
    assert (bare.details["count"], bare.subjects[0].path) == ("3", "$.products[4]")
    floored = with_skus(sku("mug", "40.00", None, "mugs", floor=cny("30.00")))
    assert not has("price_unguarded", catalog=floored)


def test_what_holds_a_matched_price_up() -> None:
    # The cup's floor is 15.00, and its cost 12.00.
    for price, severity in (("15.00", Severity.NOTE), ("14.99", Severity.WARNING)):
        entry = PriceEntry("cup", cny(price), frozenset({"rival_prices"}))
        [set_outside] = found("price_set_outside", catalog=with_entries(entry))
        assert set_outside.severity is severity


def test_guarantees_and_differences_are_outside_prices_too() -> None:
    for title in (
        "Lowest price guaranteed",
        "Double the difference",
        "买贵必赔",
        "30 天保价",
        "Pricematch",
    ):
        assert has("price_set_outside", changed(TENTH, title={"zh-CN": title}))


def test_a_word_counts_by_itself() -> None:
    for channel in ("matcha", "app"):
        entry = PriceEntry("cup", cny("20.00"), channels=frozenset({channel}))
        assert not has("price_set_outside", catalog=with_entries(entry))


def test_a_promotion_that_matches_needs_floors_and_a_budget() -> None:
    title = {"zh-CN": "比价立减"}
    [held] = found("price_set_outside", changed(TENTH, title=title))
    [open_] = found("price_set_outside", changed(TENTH, title=title, limits=Limits()))
    assert (held.severity, open_.severity) == (Severity.NOTE, Severity.WARNING)
    bare = with_skus(evolve(sku("green", "60.00", "31.50", "tea"), floor=None))
    [low] = found("price_set_outside", changed(TENTH, title=title), bare)
    assert low.severity is Severity.WARNING
