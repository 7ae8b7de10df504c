from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mallops import (
    Cart,
    Line,
    Usage,
    compile_rulebook,
    decode_catalog,
    decode_rulebook,
    instant,
)
from mallops.errors import Problem
from mallops.money import Money
from mallops.simulation.outcome import Case, Outcome, Unpriced
from mallops.simulation.running import price_each, price_in_turn
from mallops.simulation.summary import Summary, merge_summaries, simulate, summarize
from tests.simulation.malls import FEW, Mall, malls

BUDGET = 500


def outcomes(mall: Mall) -> list[Outcome | Unpriced]:
    gone = [Unpriced(f"u{n}", (Problem("$.at", "nothing", "a value"),)) for n in range(2)]
    found = price_each(mall.before, [*mall.cases, *gone], BUDGET)
    return list(found)


@FEW
@given(malls(), st.data())
def test_parts_merge_in_any_order_and_grouping(mall: Mall, data: st.DataObject) -> None:
    every, currency = outcomes(mall), mall.currency
    whole = summarize(every, currency, kept=1)
    shuffled = data.draw(st.permutations(every))
    cut, again = sorted(data.draw(st.tuples(*[st.integers(0, len(every))] * 2)))
    a, b, c = (
        summarize(part, currency, kept=1)
        for part in (shuffled[:cut], shuffled[cut:again], shuffled[again:])
    )

    def merged(*parts: Summary) -> Summary:
        return merge_summaries(parts, currency, kept=1)

    assert merged(a, b, c) == merged(c, a, b) == whole
    assert merged(merged(a, b), c) == merged(a, merged(b, c)) == whole
    assert merged(whole, Summary(currency)) == whole
    assert whole.unpriced.first == tuple(every[-2:-1])


@FEW
@given(malls())
def test_the_sums_are_those_of_the_outcomes(mall: Mall) -> None:
    every = outcomes(mall)
    found = summarize(every, mall.currency)
    priced = [one for one in every if isinstance(one, Outcome)]
    assert found.carts + found.unpriced.count == len(every)
    assert found.account.payable.minor == sum(one.payable.minor for one in priced)
    given = sum(grant.amount.minor for one in priced for grant in one.grants)
    for cut in (found.promotions, found.parties, found.shops):
        assert sum(granted.amount.minor for granted in cut.values()) == given
    assert found.granted.amount.minor == given
    assert sum(found.applied.values()) == sum(len(one.applied) for one in priced)
    for promotion, granted in found.promotions.items():
        funded = found.funded(promotion).values()
        assert sum(one.amount.minor for one in funded) == granted.amount.minor
    account = found.account
    before = account.list_prices + account.fees
    assert before == account.payable + found.granted.discount + account.points


@FEW
@given(malls())
def test_each_by_itself_is_simulated_so(mall: Mall) -> None:
    every = price_each(mall.before, mall.cases, BUDGET)
    assert simulate(mall.before, mall.cases, BUDGET) == summarize(every, mall.currency)


@FEW
@given(malls())
def test_in_turn_no_limit_is_passed(mall: Mall) -> None:
    fresh = [case.__class__(case.id, case.at, case.cart) for case in mall.cases]
    spent: dict[str, Money] = {}
    uses: dict[str, int] = {}
    limits = {one.id: one.limits for one in mall.before.rulebook.promotions}
    for outcome in price_in_turn(mall.before, fresh, BUDGET):
        assert isinstance(outcome, Outcome)
        for promotion, granted in outcome.granted.items():
            uses[promotion] = uses.get(promotion, 0) + 1
            spent[promotion] = spent.get(promotion, granted - granted) + granted
            bound = limits[promotion]
            assert bound.total is None or uses[promotion] <= bound.total
            assert bound.budget is None or spent[promotion] <= bound.budget
            used_up = uses[promotion] == bound.total or spent[promotion] == bound.budget
            assert (promotion in outcome.exhausts) == used_up


@FEW
@given(malls(most_carts=1))
def test_the_first_in_turn_is_as_by_itself(mall: Mall) -> None:
    alone = list(price_each(mall.before, mall.cases, BUDGET))
    for one, other in zip(price_in_turn(mall.before, mall.cases, BUDGET), alone, strict=True):
        assert isinstance(one, Outcome)
        assert isinstance(other, Outcome)
        assert (one.payable, one.grants) == (other.payable, other.grants)


def test_what_is_gone_before_the_run_comes_on_top() -> None:
    goods = {"products": [{"sku": "TEA", "price": "60.00"}]}
    half = {"kind": "percent_off", "percent": "50"}
    rule = {"id": "half", "lane": "item", "benefit": half, "limits": {"budget": "80.00"}}
    book = decode_rulebook({"currency": "CNY", "promotions": [rule]})
    compiled = compile_rulebook(book, decode_catalog(goods, book.currency))
    gone = {"half": Usage(spent=Money.parse("35.00", book.currency))}
    cart, at = Cart(lines=(Line("1", "TEA", 1),)), instant("2026-11-11T00:00:00Z")
    cases = [Case(name, at, cart, gone) for name in "abc"]
    found = simulate(compiled, cases, in_turn=True)
    assert (str(found.granted.amount), found.exhausted["half"].case) == ("45.00", "b")
    again = simulate(compiled, cases[1:], in_turn=True)
    assert again.exhausted["half"].case == "c"
    merged = merge_summaries([again, found], book.currency)
    assert merged == merge_summaries([found, again], book.currency)
    assert merged.exhausted["half"].case == "b"
