from __future__ import annotations

import copy
import decimal
import pickle
import subprocess
import sys
from collections.abc import Callable
from decimal import ROUND_DOWN, ROUND_HALF_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any, cast

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mallops.errors import CurrencyMismatch, InputError
from mallops.money import Currency, Money, Rounding, allocate, divide, format_money, total

CNY, JPY, KWD = map(Currency.of, ("CNY", "JPY", "KWD"))

currencies = st.sampled_from([CNY, JPY, KWD, Currency("CHAIN", 18)])
# What fits the 15 digits before the point that `parse` takes, in every currency.
minors = st.integers(-(10**15) + 1, 10**15 - 1)
amounts = st.builds(Money, minors, currencies)
cny = st.builds(Money, minors, st.just(CNY))
weights = st.lists(st.integers(0, 20_000), min_size=1, max_size=30).filter(any)
totals = st.integers(0, 1_000_000)


def path_of(caught: pytest.ExceptionInfo[InputError]) -> str:
    (problem,) = caught.value.problems
    return problem.path


# ------------------------------------------------------------------------------- divide


@pytest.mark.parametrize(
    ("rounding", "rounded"),
    [
        (Rounding.HALF_UP, [-2, -2, -1, 0, 1, 2, 2]),
        (Rounding.HALF_DOWN, [-2, -1, -1, 0, 1, 1, 2]),
        (Rounding.HALF_EVEN, [-2, -2, -1, 0, 1, 2, 2]),
        (Rounding.DOWN, [-1, -1, -1, 0, 1, 1, 1]),
    ],
)
def test_each_rounding_is_symmetric_about_zero(rounding: Rounding, rounded: list[int]) -> None:
    quarters = [-7, -6, -5, 0, 5, 6, 7]
    assert [divide(quarter, 4, rounding) for quarter in quarters] == rounded


def test_half_even_goes_to_the_even_neighbour() -> None:
    assert [divide(half, 2, Rounding.HALF_EVEN) for half in (1, 3, 5, -1, -3)] == [0, 2, 2, 0, -2]


@given(st.integers(-(10**12), 10**12), st.integers(1, 10**6))
def test_divide_agrees_with_decimal(numerator: int, denominator: int) -> None:
    # Sixty digits tell every such quotient that is not a half from a half.
    exact = decimal.Context(prec=60).divide(Decimal(numerator), Decimal(denominator))
    modes = {
        Rounding.HALF_UP: ROUND_HALF_UP,
        Rounding.HALF_DOWN: ROUND_HALF_DOWN,
        Rounding.HALF_EVEN: ROUND_HALF_EVEN,
        Rounding.DOWN: ROUND_DOWN,
    }
    for rounding, mode in modes.items():
        assert divide(numerator, denominator, rounding) == int(exact.to_integral_value(mode))


@pytest.mark.parametrize("denominator", [0, -3])
def test_divide_refuses_what_is_no_denominator(denominator: int) -> None:
    with pytest.raises(InputError) as caught:
        divide(1, denominator, Rounding.DOWN)
    assert path_of(caught) == "$.denominator"


# ----------------------------------------------------------------------------- currency


def test_a_currency_is_looked_up_once() -> None:
    assert Currency.of("CNY") is CNY


@pytest.mark.parametrize("code", ["", "cny", "RMB", " CNY", "CNY\n", "CN", None, 156, ["CNY"]])
def test_an_unknown_currency_is_refused_at_its_path(code: object) -> None:
    with pytest.raises(InputError) as caught:
        Currency.of(cast("Any", code), path="$.currency")
    assert path_of(caught) == "$.currency"


@pytest.mark.parametrize(
    ("code", "exponent"), [("", 2), (None, 2), ("CNY", -1), ("CNY", 19), ("CNY", 2.0)]
)
def test_a_currency_of_ones_own_is_checked(code: object, exponent: object) -> None:
    with pytest.raises(InputError):
        Currency(cast("Any", code), cast("Any", exponent))


# ----------------------------------------------------------------------- parse and print


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("12.34", CNY, 1234),
        ("12.3", CNY, 1230),
        ("12", CNY, 1200),
        ("0", CNY, 0),
        ("0.01", CNY, 1),
        ("00.10", CNY, 10),
        ("1234", JPY, 1234),
        ("1.005", KWD, 1005),
        ("999999999999999.99", CNY, 10**17 - 1),
    ],
)
def test_parse_reads_major_units(text: str, currency: Currency, minor: int) -> None:
    assert Money.parse(text, currency) == Money(minor, currency)
    assert Money.parse_signed("-" + text, currency) == Money(-minor, currency)


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        ".5",
        "5.",
        "-1.00",
        "+1.00",
        " 1",
        "1 ",
        "1\n",
        "1_000",
        "1,000",
        "1e2",
        "0x10",
        "NaN",
        "Infinity",
        "1.2.3",
        "12.345",
        "12.340",
        "\u0661\u0662",  # Arabic digits
        "\uff11\uff12",  # full-width digits
        "\u00b2",
        "1" * 16,
        "\ud800",
        12,
        12.34,
        Decimal("12.34"),
        True,
        None,
        ["1"],
        b"1",
    ],
)
def test_parse_refuses_all_else_at_its_path(text: object) -> None:
    for parse in (Money.parse, Money.parse_signed):
        if text == "-1.00" and parse == Money.parse_signed:
            continue
        with pytest.raises(InputError) as caught:
            parse(cast("Any", text), CNY, path="$.price")
        assert path_of(caught) == "$.price"


def test_digits_that_the_currency_does_not_have_are_refused() -> None:
    with pytest.raises(InputError, match=r"at most 0 decimal digits for JPY"):
        Money.parse("12.0", JPY)


@given(
    st.text() | st.text("+-.0123456789eE_ \u0660\uff10", max_size=24), st.sampled_from([CNY, JPY])
)
def test_no_text_raises_anything_but_input_error(text: str, currency: Currency) -> None:
    for parse in (Money.parse, Money.parse_signed):
        try:
            money = parse(text, currency)
        except InputError:
            continue
        assert money.decimal() == Decimal(text)


@given(amounts)
def test_text_round_trips(money: Money) -> None:
    assert Money.parse_signed(str(money), money.currency) == money
    if money >= Money.zero(money.currency):
        assert Money.parse(str(money), money.currency) == money


@given(amounts)
def test_text_and_decimal_have_exactly_the_digits_of_the_currency(money: Money) -> None:
    with decimal.localcontext(prec=3):
        value = money.decimal()
    assert f"{value:f}" == str(money)
    assert value.as_tuple().exponent == -money.currency.exponent
    assert Fraction(value) == Fraction(money.minor, 10**money.currency.exponent)


@pytest.mark.parametrize(
    ("minor", "text"), [(0, "0.00"), (5, "0.05"), (-5, "-0.05"), (-100, "-1.00"), (1230, "12.30")]
)
def test_text_is_canonical(minor: int, text: str) -> None:
    assert str(Money(minor, CNY)) == text


# --------------------------------------------------------------------------- arithmetic


@given(cny, cny, st.integers(-1000, 1000))
def test_arithmetic_is_that_of_whole_numbers(one: Money, other: Money, times: int) -> None:
    assert one + other == Money(one.minor + other.minor, CNY)
    assert one - other == Money(one.minor - other.minor, CNY)
    assert -one == Money(-one.minor, CNY)
    assert one * times == times * one == Money(one.minor * times, CNY)
    assert bool(one) is (one.minor != 0)
    assert (one < other, one <= other) == (one.minor < other.minor, one.minor <= other.minor)
    assert (one > other, one >= other) == (one.minor > other.minor, one.minor >= other.minor)


def test_two_currencies_meet_in_nothing_but_equality() -> None:
    fen, yen = Money(5, CNY), Money(5, JPY)
    assert fen != yen
    operations: list[Callable[[], object]] = [
        lambda: fen + yen,
        lambda: fen - yen,
        lambda: fen < yen,
        lambda: fen <= yen,
        lambda: fen > yen,
        lambda: fen >= yen,
        lambda: total([fen, yen], CNY),
        lambda: total([yen], CNY),
    ]
    for operation in operations:
        with pytest.raises(CurrencyMismatch, match=r"0\.0[05] CNY and 5 JPY"):
            operation()


def test_money_mixes_with_nothing_else() -> None:
    money = cast("Any", Money(5, CNY))
    operations: list[Callable[[], object]] = [
        lambda: money + 1,
        lambda: 1 + money,
        lambda: money - 0.5,
        lambda: money * 1.5,
        lambda: money * True,
        lambda: money * Decimal(2),
        lambda: money * money,
        lambda: money < 1,
        lambda: money >= 1.0,
        lambda: money / 2,
        lambda: money // 2,
        lambda: sum([money]),
    ]
    for operation in operations:
        with pytest.raises(TypeError):
            operation()
    assert money != 5


@pytest.mark.parametrize("minor", [1.0, Decimal(1), "1", True, None])
def test_minor_units_are_whole(minor: object) -> None:
    with pytest.raises(InputError):
        Money(cast("Any", minor), CNY)


@given(st.lists(cny))
def test_total_adds_up(many: list[Money]) -> None:
    assert total(iter(many), CNY).minor == sum(money.minor for money in many)


@given(amounts)
def test_money_is_a_value(money: Money) -> None:
    assert copy.copy(money) == money == pickle.loads(pickle.dumps(money))  # noqa: S301
    assert hash(Money(money.minor, money.currency)) == hash(money)
    assert not hasattr(money, "__dict__")


# ----------------------------------------------------------------------------- allocate


def naive_largest_remainder(total: int, weights: list[int]) -> list[int]:
    """Rulebook section 1 with fractions, one left-over unit at a time."""
    ideal = [Fraction(total * weight, sum(weights)) for weight in weights]
    shares = [int(share) for share in ideal]
    waiting = list(range(len(weights)))
    while sum(shares) < total:
        nearest = max(waiting, key=lambda index: (ideal[index] - int(ideal[index]), -index))
        waiting.remove(nearest)
        shares[nearest] += 1
    return shares


def naive_allocate(total: int, weights: list[int], headroom: list[int]) -> list[int]:
    total = min(total, sum(room for room, weight in zip(headroom, weights, strict=True) if weight))
    fixed: dict[int, int] = {}
    while True:
        others = [i for i in range(len(weights)) if i not in fixed and weights[i] > 0]
        rest = total - sum(fixed.values())
        drawn = naive_largest_remainder(rest, [weights[i] for i in others]) if rest else []
        shares = dict.fromkeys(range(len(weights)), 0) | fixed
        shares |= dict(zip(others, drawn, strict=False))
        passing = {i: headroom[i] for i in others if shares[i] > headroom[i]}
        if not passing:
            return list(shares.values())
        fixed |= passing


@pytest.mark.parametrize(
    ("total", "weights", "shares"),
    [
        (0, [], []),
        (0, [0, 0], [0, 0]),
        (100, [1, 1, 1], [34, 33, 33]),
        (101, [1, 1, 1], [34, 34, 33]),
        (2, [1, 1, 1], [1, 1, 0]),
        (1, [0, 1, 0], [0, 1, 0]),
        (5, [0, 1, 0, 1], [0, 3, 0, 2]),
        (10, [1, 2, 4], [1, 3, 6]),
        (1, [1, 5], [0, 1]),
        (10**30, [10**20, 10**20], [5 * 10**29] * 2),
    ],
)
def test_largest_remainder(total: int, weights: list[int], shares: list[int]) -> None:
    assert allocate(total, weights) == shares


@pytest.mark.parametrize(
    ("total", "weights", "headroom", "shares"),
    [
        (100, [1, 1, 2], [10, 100, 40], [10, 50, 40]),
        (100, [1, 1], [10, 20], [10, 20]),
        # Fixing the first makes the second pass its own.
        (100, [2, 1, 1], [20, 30, 100], [20, 30, 50]),
        (100, [1, 0], [30, 500], [30, 0]),
        (100, [0, 0], [30, 500], [0, 0]),
        (100, [1, 1], [0, 0], [0, 0]),
        (0, [1, 1], [5, 5], [0, 0]),
        # A share that just reaches its headroom does not pass it.
        (10, [1, 1], [5, 5], [5, 5]),
    ],
)
def test_headroom(total: int, weights: list[int], headroom: list[int], shares: list[int]) -> None:
    assert allocate(total, weights, headroom) == shares


@given(totals, weights)
def test_shares_add_up_and_lie_within_a_unit_of_the_ideal(total: int, weights: list[int]) -> None:
    shares = allocate(total, weights)
    assert sum(shares) == total
    for share, weight in zip(shares, weights, strict=True):
        ideal = Fraction(total * weight, sum(weights))
        assert int(ideal) <= share <= -int(-ideal // 1)


@given(st.data(), totals, weights)
def test_headroom_is_never_passed(data: st.DataObject, total: int, weights: list[int]) -> None:
    rooms = st.lists(st.integers(0, 60_000), min_size=len(weights), max_size=len(weights))
    headroom = data.draw(rooms)
    shares = allocate(total, weights, headroom)
    usable = [room if weight else 0 for room, weight in zip(headroom, weights, strict=True)]
    assert sum(shares) == min(total, sum(usable))
    assert all(share <= room for share, room in zip(shares, usable, strict=True))


small = st.integers(0, 12)


@given(st.integers(0, 60), st.lists(st.tuples(small, small), min_size=1, max_size=8))
@example(7, [(3, 1), (3, 9), (2, 2)])
def test_allocate_agrees_with_the_naive_one(total: int, lines: list[tuple[int, int]]) -> None:
    weights, headroom = [weight for weight, _ in lines], [room for _, room in lines]
    assert allocate(total, weights, headroom) == naive_allocate(total, weights, headroom)
    if any(weights):
        assert allocate(total, weights) == naive_largest_remainder(total, weights)


@given(totals, weights)
def test_ample_headroom_changes_nothing(total: int, weights: list[int]) -> None:
    assert allocate(total, weights, [total] * len(weights)) == allocate(total, weights)


@pytest.mark.parametrize(
    ("total", "weights", "headroom", "path"),
    [
        (-1, [1], None, "$.total"),
        (1.0, [1], None, "$.total"),
        (1, [2, -1], None, "$.weights"),
        (1, [0.5, 1], None, "$.weights"),
        (1, [0, 0], None, "$.weights"),
        (1, [], None, "$.weights"),
        (1, [1], [], "$.headroom"),
        (1, [1], [-1], "$.headroom"),
    ],
)
def test_allocate_refuses(total: Any, weights: Any, headroom: Any, path: str) -> None:
    with pytest.raises(InputError) as caught:
        allocate(total, weights, headroom)
    assert path_of(caught) == path


def test_money_is_allocated() -> None:
    assert Money(1000, KWD).allocate([3, 0, 4]) == [Money(429, KWD), Money(0, KWD), Money(571, KWD)]
    with pytest.raises(InputError):
        Money(-1, CNY).allocate([1])


# ------------------------------------------------------------------------------- format


@pytest.mark.parametrize(
    ("money", "locale", "text"),
    [
        (Money(123450, CNY), "zh_CN", "¥1,234.50"),
        (Money(123450, CNY), "zh-Hans-CN", "¥1,234.50"),
        (Money(123450, CNY), "en_US", "CN¥1,234.50"),
        (Money(123450, CNY), "de", "1.234,50\xa0CN¥"),
        (Money(-5, CNY), "zh_CN", "-¥0.05"),
        (Money(1234, JPY), "ja", "￥1,234"),
        (Money(1234, KWD), "en", "KWD1.234"),
        # Babel gives the pound of Lebanon no digits; this ledger does.
        (Money(150, Currency("LBP", 2)), "en", "LBP1.50"),
    ],
)
def test_format(money: Money, locale: str, text: str) -> None:
    assert format_money(money, locale) == text


@given(st.integers(-(10**40), 10**40), currencies)
def test_format_rounds_nothing(minor: int, currency: Currency) -> None:
    money = Money(minor, currency)
    with decimal.localcontext(prec=2):
        text = format_money(money, "en")
    assert "".join(filter(str.isdigit, text)) == str(money).replace(".", "").lstrip("-")


@pytest.mark.parametrize("locale", ["", "xx_YY", "zh CN", "../../etc", "klingon", None, 7, ["zh"]])
def test_an_unknown_locale_is_refused(locale: object) -> None:
    with pytest.raises(InputError, match="a locale such as zh_CN"):
        format_money(Money(1, CNY), cast("Any", locale))


def test_import_needs_neither_babel_nor_pendulum() -> None:
    code = "import mallops.money, sys; print(*sys.modules, sep='\\n')"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert {"babel", "pendulum"}.isdisjoint(loaded)


@pytest.mark.parametrize("code", ["XXX", "XTS", "XAU", "XDR"])
def test_what_is_listed_as_a_currency_but_is_no_money(code: str) -> None:
    with pytest.raises(InputError):
        Currency.of(code)
