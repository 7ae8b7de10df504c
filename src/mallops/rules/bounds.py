"""What single values may be, numbers above all, and that ids are told apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from mallops.errors import Problem, shown
from mallops.money import Currency, Money


def check_count(value: int | None, path: str, least: int = 1) -> Iterator[Problem]:
    """Nothing, or a whole number that is at least `least`.

    >>> [str(problem) for problem in check_count(0, "$.n")]
    ['$.n: got 0, expected a whole number, at least 1']
    """
    if value is not None and value < least:
        yield Problem(path, shown(value), f"a whole number, at least {least}")


def check_range(value: int, path: str, least: int, most: int) -> Iterator[Problem]:
    """A whole number within both bounds."""
    if not least <= value <= most:
        yield Problem(path, shown(value), f"a whole number from {least} to {most}")


def check_percent(value: Decimal | None, path: str) -> Iterator[Problem]:
    """Nothing, or a percentage.

    >>> [str(problem) for problem in check_percent(Decimal(120), "$.percent")]
    ["$.percent: got '120', expected a percentage from 0 to 100"]
    """
    # A NaN, which only code can bring in, refuses to be compared.
    if value is not None and not (value.is_finite() and 0 <= value <= 100):
        yield Problem(path, shown(str(value)), "a percentage from 0 to 100")


def check_factor(value: Decimal | None, path: str, least: int) -> Iterator[Problem]:
    """Nothing, or a finite factor that is at least `least`."""
    if value is not None and not (value.is_finite() and value >= least):
        yield Problem(path, shown(str(value)), f"a factor, at least {least}")


def check_amount(
    value: Money | None, currency: Currency, path: str, *, positive: bool = False
) -> Iterator[Problem]:
    """Nothing, or an amount of `currency` that is not negative, nor zero where `positive`.

    >>> yen = Money(5, Currency.of("JPY"))
    >>> [str(problem) for problem in check_amount(yen, Currency.of("CNY"), "$.floor")]
    ["$.floor: got '5 JPY', expected an amount in CNY"]
    """
    if value is None:
        return
    if value.currency != currency:
        got = shown(f"{value} {value.currency.code}")
        yield Problem(path, got, f"an amount in {currency.code}")
    elif value.minor < 0:
        yield Problem(path, shown(str(value)), "an amount that is not negative")
    elif positive and not value.minor:
        yield Problem(path, shown(str(value)), "an amount above 0")


def check_unique(ids: Iterable[str], path: str, key: str = "") -> Iterator[Problem]:
    """Ids of the items of the list at `path`, where `key` leads from an item to its id.

    >>> print(*check_unique(["a", "b", "a"], "$.lanes", ".id"))
    $.lanes[2].id: got 'a', expected another than $.lanes[0].id
    """
    first: dict[str, int] = {}
    for i, name in enumerate(ids):
        if not name:
            yield Problem(f"{path}[{i}]{key}", shown(name), "text that is not empty")
        elif name in first:
            expected = f"another than {path}[{first[name]}]{key}"
            yield Problem(f"{path}[{i}]{key}", shown(name), expected)
        else:
            first[name] = i
