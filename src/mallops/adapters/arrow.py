"""Carts in, outcomes out, as Arrow record batches: one interface for every engine of data.

`quote_batches` and `compare_batches` take and give an iterator of `pyarrow.RecordBatch`, row
for row and in the same order, by the schemas `CARTS`, `OUTCOMES` and `COMPARISONS`. So one
function runs on whatever reads Arrow: `mapInArrow` of Spark, a DuckDB result, a Polars frame,
a pool of processes. Every row is priced by itself, so that it does not matter how the rows are
split: budgets that carts share are for `mallops.simulation.running.price_in_turn`.

Amounts are whole minor units (fen, yen, fils) as int64, which every engine adds up exactly;
`currency` stands beside them in each row, since engines drop a schema's metadata. Needs the
extra `arrow`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
from attrs import asdict
from pendulum import DateTime

from mallops.cart import Usage
from mallops.errors import InputError, Problem, shown
from mallops.money import Currency, Money
from mallops.promotions.compiled import Compiled
from mallops.promotions.engine import DEFAULT_SEARCH_BUDGET
from mallops.rulebook.cart import decode_cart
from mallops.rulebook.usage import decode_usage
from mallops.simulation.comparison import Pair, require_one_currency
from mallops.simulation.outcome import Account, Case, Grant, Outcome, Unpriced
from mallops.simulation.running import price_each
from mallops.time import instant

__all__ = [
    "CARTS",
    "COMPARISONS",
    "MAX_POINTS",
    "OUTCOMES",
    "compare_batches",
    "outcomes",
    "pairs",
    "quote_batches",
]

MAX_POINTS = 2**63 - 1
"""As many points as there are: what the cart's `"max"` is in the column `points`."""

_INSTANT = pa.timestamp("us", tz="UTC")
_MONEY = pa.int64()


def _rows_of(**fields: pa.DataType) -> pa.DataType:
    return pa.list_(pa.struct(list(fields.items())))


CARTS = pa.schema(
    {
        "cart": pa.string(),
        "at": _INSTANT,
        "customer": pa.struct(
            {"id": pa.string(), "groups": pa.list_(pa.string()), "first_order": pa.bool_()}
        ),
        "lines": _rows_of(id=pa.string(), sku=pa.string(), quantity=pa.int64()),
        "shipping": _rows_of(shop=pa.string(), fee=_MONEY),
        "coupons": pa.list_(pa.string()),
        "points": pa.int64(),
        "channel": pa.string(),
        "usage": _rows_of(
            promotion=pa.string(), total=pa.int64(), customer=pa.int64(), spent=_MONEY
        ),
    }
)
"""What goes in: a cart a row. `cart`, `at` and `lines` have to be there; of the others, a
column that is missing and a value that is null say nothing, as in a cart's document."""

_REQUIRED = ("cart", "at", "lines")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# The fields of an `Account`, in its order.
_AMOUNTS = ("list_prices", "fees", "goods", "shipping", "points", "covered", "cost", "gifts_cost")
_COUNTS = ("units", "uncosted", "uncosted_gifts")
_ACCOUNT = dict.fromkeys(_AMOUNTS, _MONEY) | dict.fromkeys(_COUNTS, pa.int64())

OUTCOMES = pa.schema(
    {
        "cart": pa.string(),
        "at": _INSTANT,
        "groups": pa.list_(pa.string()),
        "currency": pa.string(),
        "payable": _MONEY,
        "discount": _MONEY,
        "gifts": _MONEY,
        **_ACCOUNT,
        "applied": pa.list_(pa.string()),
        "grants": _rows_of(
            promotion=pa.string(),
            lane=pa.string(),
            shop=pa.string(),
            party=pa.string(),
            discount=_MONEY,
            gifts=_MONEY,
        ),
        "shops": _rows_of(shop=pa.string(), **_ACCOUNT),
        "optimal": pa.bool_(),
        "gap": _MONEY,
        "problems": _rows_of(path=pa.string(), value=pa.string(), expected=pa.string()),
    }
)
"""What comes out: an outcome a row, the sums of the whole cart beside those by shop. A cart
that is refused has `problems`, which are empty otherwise, and nulls for all amounts."""

COMPARISONS = pa.schema(
    {
        "cart": pa.string(),
        "difference": _MONEY,
        "before": pa.struct(list(OUTCOMES)),
        "after": pa.struct(list(OUTCOMES)),
    }
)
"""What comes out of comparing: both outcomes a row, and what the cart pays more (below zero:
less), which is null where either is refused."""


def quote_batches(
    compiled: Compiled,
    batches: Iterable[pa.RecordBatch],
    search_budget: int = DEFAULT_SEARCH_BUDGET,
) -> Iterator[pa.RecordBatch]:
    """An outcome for each cart, by the schema `OUTCOMES`: a batch for each batch.

    A row that is no cart gets its problems and stops nothing. Columns that are not as `CARTS`
    has them, or that it does not know, raise `InputError`: a misspelt column would silently
    change every price. Types that hold the same (32-bit numbers, large strings, milliseconds)
    are taken as well.

    Hand it to an engine with its rulebook filled in, as `partial(quote_batches, compiled)`:
    that pickles, as `compiled` does.

    >>> from mallops import compile_rulebook, decode_catalog, decode_rulebook
    >>> book = decode_rulebook({"currency": "CNY", "promotions": [
    ...     {"id": "tenth", "lane": "item", "benefit": {"kind": "percent_off", "percent": "10"}}]})
    >>> shelf = decode_catalog({"products": [{"sku": "TEA", "price": "60.00"}]}, book.currency)
    >>> at = instant("2026-11-11T00:00:00+08:00")
    >>> batch = pa.RecordBatch.from_pylist([
    ...     {"cart": "a", "at": at, "lines": [{"id": "1", "sku": "TEA", "quantity": 2}]},
    ...     {"cart": "b", "at": at, "lines": [{"id": "1", "sku": "TAE", "quantity": 2}]},
    ... ], schema=CARTS)
    >>> [priced] = quote_batches(compile_rulebook(book, shelf), [batch])
    >>> priced.column("payable").to_pylist()
    [10800, None]
    >>> priced.column("problems").to_pylist()[1][0]["path"]
    '$.lines[0].sku'
    """
    currency = compiled.rulebook.currency
    for batch in batches:
        found = price_each(compiled, _cases(batch, currency), search_budget)
        rows = [_row(outcome, currency) for outcome in found]
        yield pa.RecordBatch.from_pylist(rows, schema=OUTCOMES)


def compare_batches(
    before: Compiled,
    after: Compiled,
    batches: Iterable[pa.RecordBatch],
    search_budget: int = DEFAULT_SEARCH_BUDGET,
) -> Iterator[pa.RecordBatch]:
    """Both outcomes for each cart, by the schema `COMPARISONS`; else as `quote_batches`."""
    currency = require_one_currency(before, after)
    for batch in batches:
        cases = list(_cases(batch, currency))
        had = price_each(before, cases, search_budget)
        has = price_each(after, cases, search_budget)
        rows = [
            _compared_row(_row(ours, currency), _row(theirs, currency))
            for ours, theirs in zip(had, has, strict=True)
        ]
        yield pa.RecordBatch.from_pylist(rows, schema=COMPARISONS)


def outcomes(batches: Iterable[pa.RecordBatch], currency: Currency) -> Iterator[Outcome | Unpriced]:
    """The outcomes that rows of `OUTCOMES` hold, to be added up by `summarize`.

    Whatever engine made the rows, and in whatever order it gives them back, the summary of
    all of them is the same to the minor unit.
    """
    for batch in batches:
        for row in batch.to_pylist():
            yield _outcome(row, currency)


def pairs(batches: Iterable[pa.RecordBatch], currency: Currency) -> Iterator[Pair]:
    """The pairs of outcomes that rows of `COMPARISONS` hold, to be added up by `compared`."""
    for batch in batches:
        for row in batch.to_pylist():
            yield _outcome(row["before"], currency), _outcome(row["after"], currency)


# -- carts, from rows --------------------------------------------------------------------------


def _cases(batch: pa.RecordBatch, currency: Currency) -> Iterator[Case | Unpriced]:
    for row in _as_declared(batch).to_pylist():
        try:
            yield _case(row, currency)
        except InputError as error:
            yield Unpriced(row["cart"] or "", error.problems)


def _as_declared(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The batch with the columns and types of `CARTS`; `InputError` where it cannot be.

    Instants become whole microseconds, as Arrow has some that Python has not.
    """
    given = dict(zip(batch.schema.names, batch.columns, strict=True))
    problems = list(_unknown(pa.struct(list(batch.schema)), pa.struct(list(CARTS)), "$"))
    columns = {}
    for field in CARTS:
        if field.name in given:
            try:
                columns[field.name] = _cast(given[field.name], field.type)
            except (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowTypeError):
                problems.append(
                    Problem(f"$.{field.name}", str(given[field.name].type), str(field.type))
                )
        elif field.name in _REQUIRED:
            problems.append(Problem(f"$.{field.name}", "nothing", f"a column of {field.type}"))
        else:
            columns[field.name] = pa.nulls(batch.num_rows, field.type)
    if problems:
        raise InputError(problems)
    columns["at"] = columns["at"].cast(pa.int64())
    return pa.RecordBatch.from_pydict(columns)


def _unknown(given: pa.DataType, known: pa.DataType, path: str) -> Iterator[Problem]:
    """The columns and fields that are not known, at any depth: Arrow would drop them."""
    if pa.types.is_list(known) and hasattr(given, "value_type"):
        yield from _unknown(given.value_type, known.value_type, f"{path}[*]")
    elif pa.types.is_struct(known) and pa.types.is_struct(given):
        names = [field.name for field in known]
        for field in given:
            if field.name in names:
                inner = known.field(field.name).type
                yield from _unknown(field.type, inner, f"{path}.{field.name}")
            else:
                yield Problem(f"{path}.{field.name}", "a field", f"one of {', '.join(names)}")


def _cast(column: pa.Array, type_: pa.DataType) -> pa.Array:
    instants = pa.types.is_timestamp(column.type)
    if pa.types.is_timestamp(type_) and not (instants and column.type.tz):
        # Arrow would take a local time for UTC, hours off, and say nothing.
        raise pa.ArrowTypeError("no instants")
    return column.cast(type_)


def _case(row: Mapping[str, Any], currency: Currency) -> Case:
    missing = [
        Problem(f"$.{name}", "nothing", "a value") for name in _REQUIRED if row[name] is None
    ]
    if missing:
        raise InputError(missing)
    return Case(
        id=row["cart"],
        at=_instant(row["at"]),
        cart=decode_cart(_document(row, currency), currency),
        usage=_usage(row["usage"] or (), currency),
    )


def _instant(microseconds: int) -> DateTime:
    try:
        return instant(_EPOCH + timedelta(microseconds=microseconds), "$.at")
    except OverflowError:
        got = f"{microseconds} microseconds since 1970"
        raise InputError([Problem("$.at", got, "an instant within the years 1 to 9999")]) from None


def _document(row: Mapping[str, Any], currency: Currency) -> dict[str, object]:
    """The cart's document, so that a row is read as strictly as a file, by the same paths."""
    document: dict[str, object] = {"lines": [_given(line) for line in row["lines"]]}
    if row["customer"] is not None:
        document["customer"] = _given(row["customer"])
    if row["shipping"] is not None:
        document["shipping"] = [_priced(fee, "fee", currency) for fee in row["shipping"]]
    if row["points"] is not None:
        document["points"] = "max" if row["points"] == MAX_POINTS else row["points"]
    for name in ("coupons", "channel"):
        if row[name] is not None:
            document[name] = row[name]
    return document


def _usage(rows: Iterable[Mapping[str, Any] | None], currency: Currency) -> Mapping[str, Usage]:
    """The usage of a row: by promotion, each of them once."""
    document: dict[object, object] = {}
    for i, row in enumerate(rows):
        used = _priced(row, "spent", currency)
        promotion = used.pop("promotion", None) if used is not None else None
        if promotion is None or promotion in document:
            expected = "the id of a promotion" if promotion is None else "each promotion once"
            raise InputError([Problem(f"$.usage[{i}].promotion", shown(promotion), expected)])
        document[promotion] = used
    return decode_usage(document, currency)


def _given(row: Mapping[str, Any] | None) -> dict[str, object] | None:
    """What of a struct is there: a null is as a key that is missing."""
    return None if row is None else {key: held for key, held in row.items() if held is not None}


def _priced(
    row: Mapping[str, Any] | None, amount: str, currency: Currency
) -> dict[str, object] | None:
    """As `_given`, with an amount as files have it."""
    given = _given(row)
    if given is not None and isinstance(minor := given.get(amount), int):
        given[amount] = str(Money(minor, currency))
    return given


# -- outcomes, to rows and back ----------------------------------------------------------------


def _row(outcome: Outcome | Unpriced, currency: Currency) -> dict[str, object]:
    if isinstance(outcome, Unpriced):
        problems = [asdict(problem) for problem in outcome.problems]
        return {"cart": outcome.id or None, "currency": currency.code, "problems": problems}
    whole = sum(outcome.accounts.values(), Account.zero(currency))
    grants = [_plain(grant) for grant in outcome.grants]
    return {
        **_plain(whole),
        "cart": outcome.id,
        "at": outcome.at,
        "groups": outcome.groups,
        "currency": currency.code,
        "payable": outcome.payable.minor,
        "discount": sum(grant.discount.minor for grant in outcome.grants),
        "gifts": sum(grant.gifts.minor for grant in outcome.grants),
        "applied": outcome.applied,
        "grants": grants,
        "shops": [{"shop": shop, **_plain(sums)} for shop, sums in outcome.accounts.items()],
        "optimal": outcome.optimal,
        "gap": None if outcome.gap is None else outcome.gap.minor,
        "problems": [],
    }


def _compared_row(before: dict[str, object], after: dict[str, object]) -> dict[str, object]:
    had, has = before.get("payable"), after.get("payable")
    difference = has - had if isinstance(had, int) and isinstance(has, int) else None
    return {"cart": before["cart"], "difference": difference, "before": before, "after": after}


def _plain(value: Account | Grant) -> dict[str, object]:
    """The fields of a value, amounts in minor units."""
    return asdict(
        value,
        recurse=False,
        value_serializer=lambda _, __, held: held.minor if isinstance(held, Money) else held,
    )


def _outcome(row: Mapping[str, Any], currency: Currency) -> Outcome | Unpriced:
    if row["problems"]:
        return Unpriced(row["cart"] or "", tuple(Problem(**problem) for problem in row["problems"]))

    def money(minor: int) -> Money:
        return Money(minor, currency)

    def account(sums: Mapping[str, int]) -> Account:
        amounts = {name: money(sums[name]) for name in _AMOUNTS}
        counts = {name: sums[name] for name in _COUNTS}
        return Account(**amounts, **counts)  # type: ignore[arg-type]  # amounts, then counts

    return Outcome(
        id=row["cart"],
        at=instant(row["at"]),
        groups=tuple(row["groups"]),
        payable=money(row["payable"]),
        applied=tuple(row["applied"]),
        grants=tuple(
            Grant(
                promotion=grant["promotion"],
                lane=grant["lane"],
                shop=grant["shop"],
                party=grant["party"],
                discount=money(grant["discount"]),
                gifts=money(grant["gifts"]),
            )
            for grant in row["grants"]
        ),
        accounts={sums["shop"]: account(sums) for sums in row["shops"]},
        optimal=row["optimal"],
        gap=None if row["gap"] is None else money(row["gap"]),
    )
