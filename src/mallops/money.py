"""Money: whole minor units of one currency, rounded and shared out by named rules.

Inside an engine an amount is a plain `int` of minor units (fen, yen, fils); `Money` is its
face, with the currency beside it. No float is accepted anywhere: not as text, not as a
factor, not as a share. Source of the rules: rulebook section 1, "Amounts".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from copy import copy
from decimal import Context, Decimal, localcontext
from enum import Enum
from functools import lru_cache
from operator import add
from typing import TYPE_CHECKING, assert_never

from attrs import field, frozen

from mallops.errors import CurrencyMismatch, InputError, Problem, shown

if TYPE_CHECKING:
    from babel.core import Locale
    from babel.numbers import NumberPattern

__all__ = ["Currency", "Money", "Rounding", "allocate", "divide", "format_money", "total"]

_UNSIGNED = re.compile(r"(?P<sign>)(?P<whole>[0-9]{1,15})(?:\.(?P<fraction>[0-9]+))?")
_SIGNED = re.compile(r"(?P<sign>-?)(?P<whole>[0-9]{1,15})(?:\.(?P<fraction>[0-9]+))?")
_LOCALE = "a locale such as zh_CN"


class Rounding(Enum):
    """How a quotient that falls between two minor units becomes one of them.

    All four are symmetric about zero: what -x rounds to is minus what x rounds to, so a
    refund undoes a charge to the minor unit. The values are the rulebook's words.

    >>> [divide(5, 2, rounding) for rounding in Rounding]
    [3, 2, 2, 2]
    >>> [divide(-5, 2, rounding) for rounding in Rounding]
    [-3, -2, -2, -2]
    """

    HALF_UP = "half_up"
    """To the nearest; a tie goes away from zero."""

    HALF_DOWN = "half_down"
    """To the nearest; a tie goes towards zero."""

    HALF_EVEN = "half_even"
    """To the nearest; a tie goes to the even neighbour."""

    DOWN = "down"
    """Towards zero, always."""


def divide(numerator: int, denominator: int, rounding: Rounding) -> int:
    """The whole number that `numerator / denominator` rounds to, computed exactly.

    `denominator` is positive, or `InputError` is raised; `numerator` may have any sign.

    15% of 1.10, in fen, is 16.5 of them:

    >>> divide(110 * 15, 100, Rounding.HALF_UP)
    17
    >>> divide(110 * 15, 100, Rounding.HALF_DOWN)
    16
    """
    if denominator <= 0:
        raise _refused("$.denominator", denominator, "a whole number, at least 1")
    quotient, rest = divmod(abs(numerator), denominator)
    if rest and _away_from_zero(quotient, 2 * rest - denominator, rounding):
        quotient += 1
    return quotient if numerator >= 0 else -quotient


def _away_from_zero(quotient: int, beyond_half: int, rounding: Rounding) -> bool:
    """Whether a quotient with a rest goes up; `beyond_half` has the sign of rest - half."""
    match rounding:
        case Rounding.HALF_UP:
            return beyond_half >= 0
        case Rounding.HALF_DOWN:
            return beyond_half > 0
        case Rounding.HALF_EVEN:
            return beyond_half > 0 or (beyond_half == 0 and quotient % 2 == 1)
        case Rounding.DOWN:
            return False
        case _:
            assert_never(rounding)


@frozen
class Currency:
    """A currency: its code, and how many decimal digits its amounts have.

    `Currency.of` looks a code up and is what most callers want. The constructor is for what
    no list knows (a mall's own vouchers) or where a ledger's digits differ from Babel's.
    It raises `InputError` for an empty code or an exponent outside 0 to 18.

    >>> Currency("VOUCHER", 0)
    Currency(code='VOUCHER', exponent=0)
    """

    code: str = field()
    exponent: int = field()

    @code.validator
    def _check_code(self, _: object, code: object) -> None:
        if not isinstance(code, str) or not code:
            raise _refused("$.code", code, "a currency code")

    @exponent.validator
    def _check_exponent(self, _: object, exponent: object) -> None:
        if type(exponent) is not int or not 0 <= exponent <= 18:
            raise _refused("$.exponent", exponent, "a whole number from 0 to 18")

    @classmethod
    def of(cls, code: str, path: str = "$") -> Currency:
        """The currency of an ISO 4217 code in capitals, with the digits that Babel knows.

        Babel's digits are CLDR's: those in use, which for a few currencies (LBP, IQD) are
        fewer than ISO 4217's. Codes out of use (DEM) are known too, so that an old order can
        be read. An unknown code raises `InputError` at `path`.

        >>> [Currency.of(code).exponent for code in ("CNY", "JPY", "KWD")]
        [2, 0, 3]
        >>> Currency.of("RMB", path="$.currency")
        Traceback (most recent call last):
        ...
        mallops.errors.InputError: $.currency: got 'RMB', expected an ISO 4217 code such as CNY
        """
        expected = "an ISO 4217 code such as CNY"
        known = _known_currency(_text(code, path, expected))
        if known is None:
            raise _refused(path, code, expected)
        return known


# What ISO 4217 lists without any digits: metals, funds, tests and "no currency".
_NO_MONEY = frozenset(
    ["XAG", "XAU", "XBA", "XBB", "XBC", "XBD", "XDR", "XPD", "XPT", "XSU", "XTS", "XUA", "XXX"]
)


# Bounded, because unknown codes are remembered as well and come from outside.
@lru_cache(maxsize=512)
def _known_currency(code: str) -> Currency | None:
    # Babel takes 20 ms to import, which `import mallops.money` should not.
    from babel.numbers import get_currency_precision, is_currency  # noqa: PLC0415

    if code in _NO_MONEY or not is_currency(code):
        return None
    return Currency(code, get_currency_precision(code))


@frozen
class Money:
    """An amount: a whole number of minor units (of any sign) of one currency.

    Amounts of one currency add, subtract, negate, multiply by whole numbers and compare.
    Those of two currencies are unequal, and in any other operation raise
    `CurrencyMismatch`; anything that is not `Money` raises `TypeError`. Division is
    `divide` or `allocate`, which say what becomes of the rest. Zero is falsy.

    >>> cny = Currency.of("CNY")
    >>> price = Money(1230, cny)
    >>> print(price, price * 3, price - Money(2000, cny))
    12.30 36.90 -7.70
    >>> price > Money.zero(cny)
    True
    >>> price + Money(5, Currency.of("JPY"))
    Traceback (most recent call last):
    ...
    mallops.errors.CurrencyMismatch: 12.30 CNY and 5 JPY
    """

    minor: int
    currency: Currency

    def __attrs_post_init__(self) -> None:
        # An exact type: a float would be a wrong price, and True is nobody's amount.
        if type(self.minor) is not int:
            raise _refused("$.minor", self.minor, "a whole number of minor units")

    @classmethod
    def zero(cls, currency: Currency) -> Money:
        """Nothing, in `currency`.

        >>> print(Money.zero(Currency.of("KWD")))
        0.000
        """
        return cls(0, currency)

    @classmethod
    def parse(cls, text: str, currency: Currency, path: str = "$") -> Money:
        """An amount of at least zero, from a decimal string in major units.

        The text is ASCII digits, at most 15 before the point, and at most as many after it
        as the currency has; no sign, space, exponent or grouping. Anything else, a number
        that is not text included, raises `InputError` at `path`.

        >>> Money.parse("12.3", Currency.of("CNY")).minor
        1230
        >>> Money.parse("12.345", Currency.of("CNY"), path="$.products[0].price")
        Traceback (most recent call last):
        ...
        mallops.errors.InputError: $.products[0].price: got '12.345', expected at most 2 decimal digits for CNY
        """  # noqa: E501
        return _parsed(_UNSIGNED, text, currency, path)

    @classmethod
    def parse_signed(cls, text: str, currency: Currency, path: str = "$") -> Money:
        """As `parse`, of either sign: a leading "-" is allowed, as in a cash flow.

        >>> Money.parse_signed("-45.00", Currency.of("CNY")).minor
        -4500
        """
        return _parsed(_SIGNED, text, currency, path)

    def decimal(self) -> Decimal:
        """The exact value in major units, with exactly the currency's digits.

        >>> Money(1230, Currency.of("CNY")).decimal()
        Decimal('12.30')
        """
        return Decimal(str(self))

    def allocate(self, weights: Sequence[int]) -> list[Money]:
        """This amount, which is not negative, shared out as the function `allocate` does.

        >>> fee = Money(1000, Currency.of("CNY"))
        >>> print(*fee.allocate([1, 1, 1]))
        3.34 3.33 3.33
        """
        return [Money(share, self.currency) for share in allocate(self.minor, weights)]

    def __str__(self) -> str:
        """The canonical text in major units, without the currency: "12.30"; JPY "12"."""
        sign = "-" if self.minor < 0 else ""
        digits = str(abs(self.minor))
        places = self.currency.exponent
        if not places:
            return sign + digits
        digits = digits.rjust(places + 1, "0")
        return f"{sign}{digits[:-places]}.{digits[-places:]}"

    def __bool__(self) -> bool:
        return self.minor != 0

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._minor_of(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._minor_of(other), self.currency)

    def __mul__(self, times: int) -> Money:
        if type(times) is not int:
            raise TypeError(f"Money times {type(times).__name__}: only whole numbers multiply")
        return Money(self.minor * times, self.currency)

    __rmul__ = __mul__

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._minor_of(other)

    def __le__(self, other: Money) -> bool:
        return self.minor <= self._minor_of(other)

    def __gt__(self, other: Money) -> bool:
        return self.minor > self._minor_of(other)

    def __ge__(self, other: Money) -> bool:
        return self.minor >= self._minor_of(other)

    def _minor_of(self, other: Money) -> int:
        """The other amount in minor units, once it is known to be of this currency."""
        if not isinstance(other, Money):
            raise TypeError(f"Money and {type(other).__name__} do not mix; total() adds many")
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self} {self.currency.code} and {other} {other.currency.code}")
        return other.minor


def total(amounts: Iterable[Money], currency: Currency) -> Money:
    """All amounts added up, in `currency`, which the sum of none needs to be told.

    The built-in `sum` starts from the number 0, which is no amount. An amount of another
    currency raises `CurrencyMismatch`.

    >>> cny = Currency.of("CNY")
    >>> print(total([Money(100, cny), Money(250, cny)], cny), total([], cny))
    3.50 0.00
    """
    zero = Money.zero(currency)
    return Money(sum(map(zero._minor_of, amounts)), currency)  # noqa: SLF001


def allocate(
    total: int, weights: Sequence[int], headroom: Sequence[int] | None = None
) -> list[int]:
    """`total` minor units shared out in proportion to `weights`, by largest remainder.

    Each share is first `floor(total * weight / sum(weights))`; the units left over go one
    each to the largest fractional parts, and of equal ones to the earlier, so pass the
    weights in the canonical order. A zero weight gets zero. The shares add up to `total`.

    With `headroom`, no share passes its own: `total` is first cut to what the headrooms of
    the positive weights hold; then shares that would pass theirs are fixed at it, and the
    rest is shared out afresh over the others, until none would. Compare the sum of the
    shares with `total` to see what found no room.

    All numbers are whole and not negative, and something to share out needs a positive
    weight; `InputError` otherwise. Source: rulebook section 1, "Allocation".

    >>> allocate(100, [1, 1, 1])
    [34, 33, 33]
    >>> allocate(5000, [12000, 8000, 0])
    [3000, 2000, 0]
    >>> allocate(100, [1, 1, 2], headroom=[10, 100, 40])
    [10, 50, 40]
    >>> allocate(100, [1, 1], headroom=[10, 20])
    [10, 20]
    """
    _require_whole("$.total", [total])
    _require_whole("$.weights", weights)
    if headroom is None:
        return _largest_remainder(total, weights)
    if len(headroom) != len(weights):
        raise _refused("$.headroom", headroom, f"as many as there are weights: {len(weights)}")
    _require_whole("$.headroom", headroom)
    return _within(total, weights, headroom)


def _within(total: int, weights: Sequence[int], headroom: Sequence[int]) -> list[int]:
    # What is left never exceeds the headrooms that are left, so it is 0 once all are fixed.
    left = min(total, sum(room for room, weight in zip(headroom, weights, strict=True) if weight))
    weights = list(weights)
    fixed = [0] * len(weights)
    while True:
        shares = _largest_remainder(left, weights)
        full = [index for index, share in enumerate(shares) if share > headroom[index]]
        if not full:
            return list(map(add, fixed, shares))
        for index in full:
            fixed[index] = headroom[index]
            left -= headroom[index]
            weights[index] = 0


def _largest_remainder(total: int, weights: Sequence[int]) -> list[int]:
    if not total:
        return [0] * len(weights)
    if len(weights) == 1 and weights[0]:
        return [total]
    whole = sum(weights)
    if not whole:
        raise _refused("$.weights", weights, "a positive weight, as there is something to share")
    parts = [total * weight for weight in weights]
    shares = [part // whole for part in parts]
    leftover = total - sum(shares)
    if leftover:
        # Fewer are left over than there are fractional parts, so a zero weight gets none;
        # a reversed sort still keeps equal ones in their order.
        fractions = [part % whole for part in parts]
        by_fraction = sorted(range(len(parts)), key=fractions.__getitem__, reverse=True)
        for index in by_fraction[:leftover]:
            shares[index] += 1
    return shares


def _require_whole(path: str, numbers: Sequence[int]) -> None:
    # One float among integers makes their sum a float, which is quicker than to ask each.
    if numbers and (min(numbers) < 0 or type(sum(numbers)) is not int):
        raise _refused(path, min(numbers), "whole numbers, at least 0")


def format_money(money: Money, locale: str = "zh_CN") -> str:
    """The amount as people of `locale` write it, with the currency's sign or code.

    The digits shown are exactly the amount's: nothing is rounded. `locale` is a name that
    Babel knows, with "_" or "-" between its parts; another raises `InputError`. This is
    text for people: store `str(money)` and the currency's code instead.

    >>> format_money(Money(123450, Currency.of("CNY")))
    '¥1,234.50'
    >>> format_money(Money(1234, Currency.of("JPY")), "en-US")
    '¥1,234'
    """
    found, pattern = _style(_text(locale, "$", _LOCALE), money.currency.exponent)
    value = money.decimal()
    # Babel computes in the ambient decimal context, which may be narrower than the amount.
    with localcontext(Context(prec=max(28, len(value.as_tuple().digits) + 1))):
        text: str = pattern.apply(value, found, money.currency.code, currency_digits=False)
    return text


@lru_cache(maxsize=256)
def _style(name: str, places: int) -> tuple[Locale, NumberPattern]:
    """The locale, and its pattern for money made to show so many decimal digits."""
    from babel.core import Locale, UnknownLocaleError  # noqa: PLC0415

    try:
        locale = Locale.parse(name.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        raise _refused("$", name, _LOCALE) from None
    pattern: NumberPattern = copy(locale.currency_formats["standard"])
    pattern.frac_prec = (places, places)
    return locale, pattern


def _parsed(form: re.Pattern[str], text: str, currency: Currency, path: str) -> Money:
    expected = 'a decimal string such as "12.34"'
    match = form.fullmatch(_text(text, path, expected))
    if match is None:
        raise _refused(path, text, expected)
    fraction = match["fraction"] or ""
    if len(fraction) > currency.exponent:
        expected = f"at most {currency.exponent} decimal digits for {currency.code}"
        raise _refused(path, text, expected)
    minor = int(match["whole"] + fraction.ljust(currency.exponent, "0"))
    return Money(-minor if match["sign"] else minor, currency)


def _text(value: object, path: str, expected: str) -> str:
    """The value, if it is text: what comes out of JSON may be anything."""
    if not isinstance(value, str):
        raise _refused(path, value, expected)
    return value


def _refused(path: str, value: object, expected: str) -> InputError:
    return InputError([Problem(path, shown(value), expected)])
