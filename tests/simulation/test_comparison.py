from __future__ import annotations

from collections.abc import Iterator

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from mallops import (
    Cart,
    Compiled,
    InputError,
    Line,
    Shopper,
    compile_rulebook,
    decode_catalog,
    decode_rulebook,
    instant,
)
from mallops.errors import Problem
from mallops.money import Currency, Money
from mallops.simulation.comparison import (
    Comparison,
    Moves,
    Pair,
    compare,
    compared,
    merge_comparisons,
)
from mallops.simulation.outcome import Case, Outcome, Unpriced
from mallops.simulation.running import price_each
from mallops.simulation.summary import summarize
from mallops.testing.strategies import Doc
from tests.simulation.malls import FEW, Mall, malls

BUDGET = 500
AT = instant("2026-11-11T00:00:00+08:00")


def pairs(mall: Mall) -> list[Pair]:
    gone = Unpriced("u", (Problem("$.at", "nothing", "a value"),))
    cases: list[Case | Unpriced] = [*mall.cases, gone]
    before = price_each(mall.before, cases, BUDGET)
    after = price_each(mall.after, cases, BUDGET)
    return list(zip(before, after, strict=True))


@FEW
@given(malls())
def test_a_rulebook_differs_in_nothing_from_itself(mall: Mall) -> None:
    found = compare(mall.before, mall.before, mall.cases, BUDGET)
    assert found.before == found.after
    assert found.moves == evolve(Moves.zero(mall.currency), same=len(mall.cases))
    assert (found.changes, found.uncompared) == ((), 0)


@FEW
@given(malls())
def test_to_and_fro_is_the_same_the_other_way(mall: Mall) -> None:
    there = compare(mall.before, mall.after, mall.cases, BUDGET)
    back = compare(mall.after, mall.before, mall.cases, BUDGET)
    assert (there.before, there.after) == (back.after, back.before)
    assert (there.moves.more, there.moves.more_by) == (back.moves.less, back.moves.less_by)
    assert there.moves.doubtful == back.moves.doubtful
    assert [change.id for change in there.changes] == [change.id for change in back.changes]


@FEW
@given(malls())
def test_what_moved_is_what_the_sums_differ_by(mall: Mall) -> None:
    every = pairs(mall)
    found = compared(every, mall.currency)
    assert found.uncompared == 1
    moved = found.moves.more_by - found.moves.less_by
    assert found.after.account.payable - found.before.account.payable == moved
    assert found.moves.more + found.moves.less == len(found.changes)
    assert found.before.carts == found.after.carts == len(mall.cases)
    for group in found.groups.values():
        assert group.more <= found.moves.more
    priced = [ours for ours, _ in every if isinstance(ours, Outcome)]
    assert found.before.grants == summarize(priced, mall.currency).grants


@FEW
@given(malls(), st.data())
def test_parts_merge_in_any_order_and_grouping(mall: Mall, data: st.DataObject) -> None:
    every = pairs(mall)
    whole = compared(every, mall.currency, kept=1)
    shuffled = data.draw(st.permutations(every))
    cut, again = sorted(data.draw(st.tuples(*[st.integers(0, len(every))] * 2)))
    a, b, c = (
        compared(part, mall.currency, kept=1)
        for part in (shuffled[:cut], shuffled[cut:again], shuffled[again:])
    )

    def merged(*parts: Comparison) -> Comparison:
        return merge_comparisons(parts, mall.currency, kept=1)

    assert merged(a, b, c) == merged(c, a, b) == whole
    assert merged(merged(a, b), c) == merged(a, merged(b, c)) == whole
    assert merged(whole, compared([], mall.currency)) == whole


# -- one shop, three carts -------------------------------------------------------------------


def version(*promotions: Doc, currency: str = "CNY") -> Compiled:
    book = decode_rulebook({"currency": currency, "promotions": list(promotions)})
    price = "60.00" if currency == "CNY" else "60"
    goods = {"products": [{"sku": "TEA", "price": price}]}
    return compile_rulebook(book, decode_catalog(goods, book.currency))


def full(amount: str, off: str = "10.00", **more: object) -> Doc:
    benefit = {"kind": "amount_off", "amount": off}
    return {"id": f"full{amount}", "lane": "platform", "benefit": benefit} | {
        "requires": {"amount": f"{amount}.00"},
        **more,
    }


def cases(*quantities: int, sku: str = "TEA") -> Iterator[Case]:
    for number, quantity in enumerate(quantities):
        shopper = Shopper(f"s{number}", frozenset({"vip"} if number % 2 else ()))
        cart = Cart(shopper, (Line("1", sku, quantity),))
        yield Case(f"c{number}", AT, cart)


def test_who_pays_more_and_who_less() -> None:
    found = compare(version(full("100")), version(full("150", "25.00")), cases(1, 2, 3, 2))
    assert (found.moves.more, found.moves.less, found.moves.same) == (2, 1, 1)
    assert (str(found.moves.more_by), str(found.moves.less_by)) == ("20.00", "15.00")
    assert [(one.id, str(one.difference), one.gained, one.lost) for one in found.changes] == [
        ("c2", "-15.00", ("full150",), ("full100",)),
        ("c1", "10.00", (), ("full100",)),
        ("c3", "10.00", (), ("full100",)),
    ]
    assert (found.groups["vip"].more, found.groups[""].less) == (2, 1)
    assert {name: str(one.amount) for name, one in found.before.promotions.items()} == {
        "full100": "30.00"
    }
    assert {name: str(one.amount) for name, one in found.after.promotions.items()} == {
        "full150": "25.00"
    }


def test_those_that_changed_most_are_kept_whatever_the_order() -> None:
    carts = list(cases(2, 3, 4, 2, 5))
    old, new = version(), version(full("100"))
    kept = [compare(old, new, order, kept=2).changes for order in (carts, carts[::-1])]
    assert kept[0] == kept[1]
    assert [change.id for change in kept[0]] == ["c0", "c1"]


def test_a_cart_that_is_refused_is_told_and_compared_with_nothing() -> None:
    found = compare(version(), version(full("100")), [*cases(2, 2), *cases(1, sku="TAE")])
    assert (found.uncompared, found.before.carts, found.after.carts) == (1, 2, 2)
    told = "c0: $.lines[0].sku: got 'TAE', expected a SKU of the catalogue"
    for side in (found.before, found.after):
        assert side.unpriced.count == 1
        assert [str(one) for one in side.unpriced.first] == [told]


def test_in_turn_each_rulebook_has_its_own_budget() -> None:
    small, large = full("100", limits={"budget": "15.00"}), full("100", limits={"total": 3})
    found = compare(version(small), version(large), cases(2, 2, 2, 2), in_turn=True)
    assert str(found.before.granted.amount) == "15.00"
    assert str(found.after.granted.amount) == "30.00"
    assert found.before.exhausted["full100"].case == "c1"
    assert found.after.exhausted["full100"].case == "c2"
    assert (found.moves.less, found.moves.same) == (2, 2)


def test_uses_of_a_customer_are_the_customers() -> None:
    once = full("100", limits={"per_customer": 1})
    [cart] = [case.cart for case in cases(2)]
    again = [Case(str(number), AT, cart) for number in range(3)]
    guests = [evolve(case, cart=evolve(cart, shopper=Shopper())) for case in again]
    for these, applied in ((again, 1), (guests, 3)):
        found = compare(version(), version(once), these, in_turn=True)
        assert found.after.applied == {"full100": applied}


def test_a_difference_within_the_gap_is_doubtful() -> None:
    currency = Currency.of("CNY")
    [ours] = price_each(version(), cases(1))
    assert isinstance(ours, Outcome)
    for dearer, gap, doubtful in ((200, 200, 1), (200, 199, 0), (0, 500, 0)):
        theirs = evolve(
            ours,
            payable=ours.payable + Money(dearer, currency),
            optimal=False,
            gap=Money(gap, currency),
        )
        there = compared([(ours, theirs)], currency)
        assert there.moves.doubtful == doubtful
        assert compared([(theirs, ours)], currency).moves.doubtful == doubtful
        assert (there.after.unproven, there.after.gap) == (1, Money(gap, currency))


def test_rulebooks_of_two_currencies_have_no_difference() -> None:
    with pytest.raises(InputError, match=r"^\$\.currency: got 'JPY', expected CNY"):
        compare(version(), version(currency="JPY"), cases(1))


def test_fewer_than_no_carts_cannot_be_kept() -> None:
    with pytest.raises(InputError, match=r"^\$\.kept: got -1"):
        compare(version(), version(), cases(1), kept=-1)
    with pytest.raises(InputError, match=r"^\$\.kept"):
        merge_comparisons([], Currency.of("CNY"), kept=-1)
    assert compare(version(), version(full("100")), cases(2), kept=0).changes == ()
