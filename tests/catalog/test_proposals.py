"""Proposals composed: together, limited, and with prices that end nicely."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pendulum import DateTime

from mallops.catalog.endings import Ending, Toward, with_ending
from mallops.catalog.model import Catalog, PriceEntry, Sku
from mallops.catalog.proposals import OwnPrice, Proposal, limited, propose, together
from mallops.catalog.strategies import cost_plus
from mallops.errors import CurrencyMismatch, InputError
from mallops.money import Currency, Money
from mallops.time import Window
from tests.catalog import naive
from tests.catalog.goods import (
    CHANNELS,
    CNY,
    GROUPS,
    catalogs,
    day,
    entries,
    groups,
    instants,
    windows,
    yuan,
)
from tests.catalog.proposing import ENDINGS, MARGINS, composed, strategic


@given(st.data(), catalogs(), st.sampled_from(MARGINS))
def test_no_composition_goes_below_the_least(
    data: st.DataObject, catalog: Catalog, at_least: Decimal | None
) -> None:
    proposal = data.draw(composed(catalog, at_least))
    skus = {sku.sku: sku for sku in catalog.skus}
    for entry in proposal.entries:
        sku = skus[entry.sku]
        assert entry.price.minor >= naive.least(sku, at_least)
        assert sku.price is not None
        assert entry.price < sku.price
    for own in proposal.own:
        sku = skus[own.sku]
        assert own.price.minor >= naive.least(sku, at_least)
        assert sku.price is None or own.price > sku.price
    assert proposal.held <= set(proposal.entries)


def test_together_keeps_everything() -> None:
    tea, cup = (PriceEntry(sku, yuan("5.00")) for sku in ("tea", "cup"))
    raised = OwnPrice("pen", yuan("9.00"))
    joined = together(Proposal((tea,), held=frozenset({tea})), Proposal((cup,), own=(raised,)))
    assert joined == Proposal((tea, cup), (), (raised,), frozenset({tea}))
    assert together() == Proposal()


@given(
    entries(),
    groups(),
    st.frozensets(st.sampled_from(CHANNELS)),
    windows(),
    st.integers(1, 4),
    st.sampled_from(("", *GROUPS)),
    st.sampled_from(("", *CHANNELS)),
    st.integers(1, 4),
    instants(),
)
def test_limited_to_where_both_fit(
    entry: PriceEntry,
    of: frozenset[str],
    channels: frozenset[str],
    window: Window,
    min_quantity: int,
    group: str,
    channel: str,
    quantity: int,
    at: DateTime,
) -> None:
    limits = PriceEntry("", entry.price, of, min_quantity, window, channels)
    left = limited(
        Proposal((entry,)),
        groups=of,
        channels=channels,
        window=window,
        min_quantity=min_quantity,
    )
    asked = (frozenset({group} if group else ()), channel, quantity, at)
    assert any(naive.fits(one, *asked) for one in left.entries) == (
        naive.fits(entry, *asked) and naive.fits(limits, *asked)
    )
    assert len(left.entries) + len(left.findings) == 1


@pytest.mark.parametrize("sku", [Sku("tea", None), Sku("tea", yuan("50.00"))])
def test_only_a_price_for_everybody_and_always_can_be_an_own_one(sku: Sku) -> None:
    wanted = yuan("60.00")
    assert propose(sku, "$", wanted, None).own == (OwnPrice("tea", wanted),)
    assert propose(sku, "$", wanted, None, min_quantity=2).own == ()
    assert propose(sku, "$", wanted, None, window=Window(day(0))).own == ()


def test_limits_add_to_what_an_entry_asks() -> None:
    entry = PriceEntry("tea", yuan("50.00"), frozenset({"vip", "new"}), 2)
    [left] = limited(
        Proposal((entry,)), groups={"vip", "staff"}, channels={"app"}, min_quantity=3
    ).entries
    assert left == PriceEntry(
        "tea", yuan("50.00"), frozenset({"vip"}), 3, channels=frozenset({"app"})
    )
    assert limited(Proposal((entry,)), min_quantity=1).entries == (entry,)
    # Left without a group, it would be for everybody.
    assert limited(Proposal((entry,)), groups={"staff"}).entries == ()
    in_app = PriceEntry("tea", yuan("50.00"), channels=frozenset({"app"}))
    assert limited(Proposal((in_app,)), channels={"mini"}).entries == ()


def test_what_is_limited_away_is_told() -> None:
    vip = PriceEntry("tea", yuan("50.00"), frozenset({"vip"}))
    late = PriceEntry("tea", yuan("40.00"), window=Window(day(5)))
    proposal = Proposal((vip, late), own=(OwnPrice("tea", yuan("70.00")),), held=frozenset({vip}))
    left = limited(proposal, groups={"vip", "new"}, window=Window(day(0), day(5)))
    assert left == Proposal(
        (PriceEntry("tea", yuan("50.00"), frozenset({"vip"}), 1, Window(day(0), day(5))),),
        left.findings,
        held=frozenset(left.entries),
    )
    assert [(finding.code, finding.path) for finding in left.findings] == [
        ("outside_limits", "$.entries[1]")
    ]


@given(
    st.data(),
    catalogs(),
    st.sampled_from(MARGINS),
    st.sampled_from(ENDINGS),
    st.sampled_from(Toward),
    st.integers(0, 1_500),
)
def test_endings_agree_with_trying_every_price(
    data: st.DataObject,
    catalog: Catalog,
    at_least: Decimal | None,
    ending: Ending,
    toward: Toward,
    most_raise: int,
) -> None:
    proposal = data.draw(strategic(catalog, at_least))
    ended = with_ending(
        catalog,
        proposal,
        ending,
        toward=toward,
        most_raise=Money(most_raise, CNY),
        at_least=at_least,
    )
    skus = {sku.sku: sku for sku in catalog.skus}
    for before, after in zip(proposal.entries, ended.entries, strict=True):
        best = _by_trying(
            skus[before.sku], before.price.minor, ending, toward, most_raise, at_least
        )
        assert after.price.minor == (before.price.minor if best is None else best)
    told = [finding for finding in ended.findings if finding.code == "no_ending"]
    prices = [entry.price for entry in ended.entries] + [own.price for own in ended.own]
    unended = [price for price in prices if price.minor % ending.every != ending.minor]
    assert len(unended) <= len(told)


def _by_trying(
    sku: Sku, price: int, ending: Ending, toward: Toward, most_raise: int, at_least: Decimal | None
) -> int | None:
    assert sku.price is not None
    good = [
        minor
        for minor in range(1, price + most_raise + 1)
        if minor % ending.every == ending.minor
        and minor < sku.price.minor
        and minor >= naive.least(sku, at_least)
    ]
    if toward is Toward.NEAREST:
        # The last of the nearest is the higher, so look at them from above.
        return min(reversed(good), key=lambda minor: (abs(minor - price), minor), default=None)
    lower = [minor for minor in good if minor <= price]
    return max(lower) if lower else min(good, default=None)


CUP = Catalog((Sku("cup", yuan("60.00"), cost=yuan("20.00")),))


@pytest.mark.parametrize(
    ("price", "ending", "toward", "most_raise", "ended"),
    [
        ("25.00", Ending(990, 1000), Toward.DOWN, None, "25.00"),  # 19.90 is below cost
        ("25.00", Ending(990, 1000), Toward.DOWN, "4.90", "29.90"),
        ("25.00", Ending(990, 1000), Toward.DOWN, "4.89", "25.00"),
        ("35.00", Ending(990, 1000), Toward.NEAREST, "4.90", "39.90"),
        ("34.90", Ending(990, 1000), Toward.NEAREST, "9.00", "29.90"),  # a tie goes down
        ("35.00", Ending(990, 1000), Toward.NEAREST, None, "29.90"),
        ("45.67", Ending(99, 100), Toward.NEAREST, "1.00", "45.99"),
        ("45.67", Ending(800, 1000), Toward.DOWN, None, "38.00"),
        ("38.00", Ending(800, 1000), Toward.DOWN, None, "38.00"),
        ("59.00", Ending(0, 1000), Toward.NEAREST, "5.00", "50.00"),  # 60.00 is the own price
    ],
)
def test_endings(
    price: str, ending: Ending, toward: Toward, most_raise: str | None, ended: str
) -> None:
    proposal = Proposal((PriceEntry("cup", yuan(price)),))
    raised = None if most_raise is None else yuan(most_raise)
    [entry] = with_ending(CUP, proposal, ending, toward=toward, most_raise=raised).entries
    assert str(entry.price) == ended


def test_an_ending_never_gives_a_thing_away() -> None:
    cheap = Catalog((Sku("cup", yuan("9.00")),))
    proposal = Proposal((PriceEntry("cup", yuan("0.50")),))
    ended = with_ending(cheap, proposal, Ending(0, 100), at_least=None)
    assert ended.entries == proposal.entries
    assert [finding.code for finding in ended.findings] == ["no_ending"]


def test_a_price_whose_ending_the_cost_forbids_is_held() -> None:
    proposal = Proposal((PriceEntry("cup", yuan("25.00")),))
    ended = with_ending(CUP, proposal, Ending(990, 1000), most_raise=yuan("5.00"))
    assert ended.held == frozenset(ended.entries)
    assert not with_ending(CUP, proposal, Ending(0, 500)).held
    # What was held before still is.
    before = Proposal(proposal.entries, held=frozenset(proposal.entries))
    assert with_ending(CUP, before, Ending(400, 500)).held == frozenset(
        {PriceEntry("cup", yuan("24.00"))}
    )


def test_without_a_cost_a_price_stays() -> None:
    catalog = Catalog((Sku("cup", yuan("60.00")),))
    proposal = Proposal((PriceEntry("cup", yuan("25.50")),))
    ended = with_ending(catalog, proposal, Ending(99, 100))
    assert ended.entries == proposal.entries
    assert [(f.code, f.path) for f in ended.findings] == [("missing_cost", "$.entries[0].price")]
    assert str(with_ending(catalog, proposal, Ending(99, 100), at_least=None).entries[0].price) == (
        "24.99"
    )


def test_own_prices_end_above_the_present_one() -> None:
    raising = cost_plus(CUP, Decimal(205))
    assert raising.own == (OwnPrice("cup", yuan("61.00")),)
    down = with_ending(CUP, raising, Ending(990, 1000))
    assert down.own == raising.own
    assert [(f.code, f.path) for f in down.findings[1:]] == [("no_ending", "$.own[0].price")]
    up = with_ending(CUP, raising, Ending(990, 1000), most_raise=yuan("10.00"))
    assert up.own == (OwnPrice("cup", yuan("69.90")),)


def test_an_ending_is_in_whole_minor_units() -> None:
    for minor, every in ((100, 100), (-1, 100), (9.9, 10), (0, 0), (0, 9.5), (True, 10)):
        with pytest.raises(InputError):
            Ending(minor, every)  # type: ignore[arg-type]


def test_impossible_arguments() -> None:
    proposal = Proposal((PriceEntry("tea", yuan("5.00")),), own=(OwnPrice("pen", yuan("9.00")),))
    with pytest.raises(InputError) as caught:
        with_ending(CUP, proposal, Ending(99, 100))
    assert [problem.path for problem in caught.value.problems] == [
        "$.entries[0].sku",
        "$.own[0].sku",
    ]
    with pytest.raises(InputError, match=r"\$\.most_raise: got -1\.00"):
        with_ending(CUP, Proposal(), Ending(99, 100), most_raise=-yuan("1.00"))
    cup = Proposal((PriceEntry("cup", yuan("25.00")),))
    with pytest.raises(CurrencyMismatch):
        with_ending(CUP, cup, Ending(99, 100), most_raise=Money(1, Currency.of("JPY")))
