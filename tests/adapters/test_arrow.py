from __future__ import annotations

import pickle
from functools import partial
from itertools import pairwise
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mallops import Compiled, InputError, compile_rulebook, decode_catalog, decode_rulebook, instant
from mallops.adapters.arrow import (
    CARTS,
    COMPARISONS,
    MAX_POINTS,
    OUTCOMES,
    compare_batches,
    outcomes,
    pairs,
    quote_batches,
)
from mallops.cart import Usage
from mallops.money import Money
from mallops.rulebook.cart import decode_cart
from mallops.simulation.comparison import compare, compared
from mallops.simulation.outcome import Case, Outcome
from mallops.simulation.running import price_each
from tests.simulation.malls import FEW, Mall, malls

BUDGET = 500
Row = dict[str, Any]


def row_of(case: Case) -> Row:
    """A case as a row, written from the value and not by the adapter."""
    cart = case.cart
    return {
        "cart": case.id,
        "at": case.at,
        "customer": {
            "id": cart.shopper.id,
            "groups": sorted(cart.shopper.groups),
            "first_order": cart.shopper.first_order,
        },
        "lines": [
            {"id": line.id, "sku": line.sku, "quantity": line.quantity} for line in cart.lines
        ],
        "shipping": [{"shop": fee.shop, "fee": fee.fee.minor} for fee in cart.shipping],
        "coupons": list(cart.coupons),
        "points": MAX_POINTS if cart.points == "max" else cart.points,
        "channel": cart.channel,
        "usage": [
            {
                "promotion": promotion,
                "total": used.total,
                "customer": used.customer,
                "spent": None if used.spent is None else used.spent.minor,
            }
            for promotion, used in case.usage.items()
        ],
    }


def batches_of(rows: list[Row], *cuts: int) -> list[pa.RecordBatch]:
    whole = pa.RecordBatch.from_pylist(rows, schema=CARTS)
    edges = [0, *sorted(cuts), len(rows)]
    return [whole.slice(a, b - a) for a, b in pairwise(edges)]


@FEW
@given(malls(), st.data())
def test_it_is_what_plain_quotes_are(mall: Mall, data: st.DataObject) -> None:
    rows = [row_of(case) for case in mall.cases]
    cut = data.draw(st.integers(0, len(rows)))
    given_back = list(quote_batches(mall.before, batches_of(rows, cut), BUDGET))
    assert [batch.num_rows for batch in given_back] == [cut, len(rows) - cut]
    assert all(batch.schema.equals(OUTCOMES) for batch in given_back)
    plain = list(price_each(mall.before, mall.cases, BUDGET))
    assert list(outcomes(given_back, mall.currency)) == plain
    for batch, one in zip(
        pa.Table.from_batches(given_back, OUTCOMES).to_pylist(), plain, strict=True
    ):
        assert isinstance(one, Outcome)
        assert batch["cart"] == one.id
        assert batch["payable"] == one.payable.minor == batch["goods"] + batch["shipping"]
        before = batch["list_prices"] + batch["fees"]
        assert before == batch["payable"] + batch["discount"] + batch["points"]


@FEW
@given(malls())
def test_comparing_is_what_plain_comparing_is(mall: Mall) -> None:
    rows = [row_of(case) for case in mall.cases]
    given_back = list(compare_batches(mall.before, mall.after, batches_of(rows), BUDGET))
    assert all(batch.schema.equals(COMPARISONS) for batch in given_back)
    found = compared(pairs(given_back, mall.currency), mall.currency)
    assert found == compare(mall.before, mall.after, mall.cases, BUDGET)
    differences = [one for batch in given_back for one in batch.column("difference").to_pylist()]
    assert sum(differences) == (found.moves.more_by - found.moves.less_by).minor


@FEW
@given(malls())
def test_a_cart_is_what_its_document_is(mall: Mall) -> None:
    for document, case in zip(mall.documents, mall.cases, strict=True):
        assert decode_cart(document, mall.currency) == case.cart
        [batch] = quote_batches(mall.before, batches_of([row_of(case)]), BUDGET)
        assert batch.column("problems").to_pylist() == [[]]


# -- one shop --------------------------------------------------------------------------------


def tea(points: bool = False) -> Compiled:
    rules = {"worth": {"points": 100, "money": "1.00"}}
    book = decode_rulebook(
        {
            "currency": "CNY",
            "promotions": [
                {
                    "id": "half",
                    "lane": "item",
                    "benefit": {"kind": "percent_off", "percent": "50"},
                    "limits": {"total": 3, "per_customer": 2, "budget": "10.00"},
                }
            ],
            **({"points": rules} if points else {}),
        }
    )
    goods = {"products": [{"sku": "TEA", "price": "60.00", "shop": "leaf"}]}
    return compile_rulebook(book, decode_catalog(goods, book.currency))


LINE = {"id": "1", "sku": "TEA", "quantity": 1}
AT = instant("2026-11-11T00:00:00+08:00")
FINE: Row = {"cart": "fine", "at": AT, "lines": [LINE]}


def priced(*rows: Row, compiled: Compiled | None = None) -> list[Row]:
    [batch] = quote_batches(compiled or tea(), batches_of(list(rows)))
    found: list[Row] = batch.to_pylist()
    return found


@pytest.mark.parametrize(
    ("wrong", "paths"),
    [
        ({"at": None}, ["$.at"]),
        ({"cart": None}, ["$.cart"]),
        ({"lines": None, "at": None}, ["$.at", "$.lines"]),
        ({"lines": [{**LINE, "sku": "TAE"}]}, ["$.lines[0].sku"]),
        ({"lines": [LINE, LINE]}, ["$.lines[1].id"]),
        ({"lines": [{**LINE, "quantity": None}]}, ["$.lines[0].quantity"]),
        (
            {"lines": [{**LINE, "id": None, "quantity": 0}]},
            ["$.lines[0].id", "$.lines[0].quantity"],
        ),
        ({"lines": [None]}, ["$.lines[0]"]),
        ({"shipping": [{"shop": "leaf", "fee": -1}]}, ["$.shipping[0].fee"]),
        ({"shipping": [{"shop": "leaf", "fee": None}]}, ["$.shipping[0].fee"]),
        ({"shipping": [None]}, ["$.shipping[0]"]),
        ({"shipping": [{"shop": "other", "fee": 1}]}, ["$.shipping[0].shop"]),
        ({"coupons": ["a", None]}, ["$.coupons[1]"]),
        ({"customer": {"groups": [None]}}, ["$.customer.groups[0]"]),
        ({"points": -1}, ["$.points"]),
        ({"usage": [{"promotion": "half", "total": -1}]}, ["$.usage.half.total"]),
        ({"usage": [{"promotion": None}]}, ["$.usage[0].promotion"]),
        ({"usage": [None]}, ["$.usage[0].promotion"]),
        ({"usage": [{"promotion": "a"}, {"promotion": "a"}]}, ["$.usage[1].promotion"]),
    ],
)
def test_a_row_that_is_no_cart_says_why_and_stops_nothing(wrong: Row, paths: list[str]) -> None:
    first, refused, last = priced(FINE, FINE | {"cart": "no"} | wrong, FINE)
    assert first["payable"] == last["payable"] == 5000
    assert [problem["path"] for problem in refused["problems"]] == paths
    assert refused["cart"] == (None if "cart" in wrong else "no")
    empty = {name: held for name, held in refused.items() if name not in {"cart", "problems"}}
    assert {name for name, held in empty.items() if held is not None} == {"currency"}


def test_an_instant_that_python_has_not() -> None:
    rows = pa.RecordBatch.from_pylist([FINE, FINE], schema=CARTS)
    far = pa.array([2**61, 0], pa.int64()).cast(CARTS.field("at").type)
    columns = [far if name == "at" else rows.column(name) for name in CARTS.names]
    batch = pa.RecordBatch.from_arrays(columns, schema=CARTS)
    [found] = quote_batches(tea(), [batch])
    first, second = found.to_pylist()
    assert [problem["path"] for problem in first["problems"]] == ["$.at"]
    assert second["problems"] == []


def test_a_refused_cart_is_compared_with_nothing() -> None:
    rows = batches_of([FINE, FINE | {"at": None}])
    [batch] = compare_batches(tea(), tea(), rows)
    assert batch.column("difference").to_pylist() == [0, None]
    found = compared(pairs([batch], tea().rulebook.currency), tea().rulebook.currency)
    assert (found.uncompared, found.before.unpriced.count) == (1, 1)


def test_all_points_pay_where_as_many_are_offered_as_there_are() -> None:
    compiled = tea(points=True)
    some, every, none = priced(
        FINE | {"points": 100}, FINE | {"points": MAX_POINTS}, FINE, compiled=compiled
    )
    assert (some["payable"], every["payable"], none["payable"]) == (4900, 0, 5000)
    assert every["points"] == 5000


def test_usage_counts() -> None:
    def used(**usage: object) -> int:
        [row] = priced(FINE | {"usage": [{"promotion": "half", **usage}]})
        found: int = row["payable"]
        return found

    assert used() == 5000
    assert used(total=3) == used(customer=2) == used(spent=1000) == 6000
    assert used(spent=400) == 5400


def test_usage_is_that_of_the_case() -> None:
    case = Case("a", AT, decode_cart({"lines": [LINE]}, tea().rulebook.currency))
    spent = Money(400, tea().rulebook.currency)
    full = Case(case.id, case.at, case.cart, {"half": Usage(1, 1, spent)})
    [found] = outcomes(quote_batches(tea(), batches_of([row_of(full)])), spent.currency)
    assert [found] == list(price_each(tea(), [full]))


# -- columns ---------------------------------------------------------------------------------


def test_no_rows_are_no_rows() -> None:
    assert list(quote_batches(tea(), [])) == []
    [batch] = quote_batches(tea(), batches_of([]))
    assert (batch.num_rows, batch.schema) == (0, OUTCOMES)


def test_what_is_left_out_says_nothing() -> None:
    batch = pa.RecordBatch.from_pylist([FINE], schema=CARTS).select(["lines", "at", "cart"])
    [found] = quote_batches(tea(), [batch])
    assert found.to_pylist() == priced(FINE)


def test_types_that_hold_the_same_are_taken() -> None:
    line = pa.struct({"id": pa.large_string(), "sku": pa.string_view(), "quantity": pa.int16()})
    schema = pa.schema(
        {
            "cart": pa.large_string(),
            "at": pa.timestamp("ms", tz="Asia/Shanghai"),
            "lines": pa.large_list(line),
            "points": pa.int32(),
        }
    )
    batch = pa.RecordBatch.from_pylist([FINE | {"points": 7}], schema=schema)
    [found] = quote_batches(tea(), [batch])
    assert found.to_pylist() == priced(FINE)


@pytest.mark.parametrize(
    ("columns", "path"),
    [
        ({"coupon": [["a"]]}, "$.coupon"),
        ({"customer": [{"id": "c", "group": ["vip"]}]}, "$.customer.group"),
        ({"lines": [[{**LINE, "sku_id": "TEA"}]]}, "$.lines[*].sku_id"),
        ({"at": ["2026-11-11T00:00:00+08:00"]}, "$.at"),
        ({"at": pa.array([AT.naive()], pa.timestamp("us"))}, "$.at"),
        ({"lines": [["TEA"]]}, "$.lines"),
        ({"points": [1.5]}, "$.points"),
        ({"cart": None}, "$.cart"),
    ],
)
def test_other_columns_are_refused(columns: Row, path: str) -> None:
    fine = pa.RecordBatch.from_pylist([FINE], schema=CARTS)
    given = dict(zip(CARTS.names, fine.columns, strict=True)) | columns
    batch = pa.RecordBatch.from_pydict(
        {name: held for name, held in given.items() if held is not None}
    )
    with pytest.raises(InputError) as caught:
        list(quote_batches(tea(), [batch]))
    assert [problem.path for problem in caught.value.problems] == [path]


def test_two_currencies_are_refused() -> None:
    book = decode_rulebook({"currency": "JPY"})
    yen = compile_rulebook(book, decode_catalog({}, book.currency))
    with pytest.raises(InputError, match=r"\$\.currency"):
        list(compare_batches(tea(), yen, batches_of([FINE])))


def test_it_can_be_sent_to_workers() -> None:
    send = pickle.loads(pickle.dumps(partial(quote_batches, tea())))  # noqa: S301 - its own
    [batch] = send(batches_of([FINE]))
    assert batch.to_pylist() == priced(FINE)
