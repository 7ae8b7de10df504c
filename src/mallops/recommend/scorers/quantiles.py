"""Quantiles of the gamma distribution, without scipy."""

from __future__ import annotations

from math import exp, lgamma, log

__all__ = ["gamma_quantile", "gamma_share"]

_TINY = 1e-300


def gamma_share(shape: float, x: float) -> float:
    """The share of a gamma distribution of rate 1 that lies below `x`.

    By its series, or by its continued fraction where that is faster (Abramowitz and Stegun,
    6.5.29 and 6.5.31).

    >>> round(gamma_share(1.0, 1.0), 12)
    0.632120558829
    """
    if x <= 0:
        return 0.0
    front = exp(shape * log(x) - x - lgamma(shape + 1))
    return front * _series(shape, x) if x < shape + 1 else 1 - front * shape * _fraction(shape, x)


def _series(shape: float, x: float) -> float:
    term = total = 1.0
    step = shape
    while term > total * 1e-17:
        step += 1
        term *= x / step
        total += term
    return total


def _fraction(shape: float, x: float) -> float:
    """Lentz's way through the continued fraction."""
    b = x + 1 - shape
    c = 1 / _TINY
    d = 1 / b
    value = d
    for n in range(1, 10_000):
        numerator = -n * (n - shape)
        b += 2
        d = 1 / (numerator * d + b or _TINY)
        c = b + numerator / c or _TINY
        value *= d * c
        if abs(d * c - 1) < 1e-16:
            break
    return value


def gamma_quantile(share: float, shape: float) -> float:
    """Below what a share (above 0, below 1) of a gamma distribution of rate 1 lies: by halving.

    >>> round(gamma_quantile(0.1, 1.0), 12)
    0.105360515658
    """
    low, high = 0.0, shape + 1
    while gamma_share(shape, high) < share:
        low, high = high, 2 * high
    while True:
        middle = (low + high) / 2
        if not low < middle < high:
            return middle
        if gamma_share(shape, middle) < share:
            low = middle
        else:
            high = middle
