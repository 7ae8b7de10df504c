"""Tests that stay valid however often one looks, and stops when one likes what one sees.

A p-value that is only good for one look, looked at every day, calls one A/A test in four a
success. Here each statistic is a supermartingale under the hypothesis (or is one in the limit),
and by Ville's inequality exceeds 1/alpha with a chance of at most alpha over all looks together.

- Counts of two arms: the beta mixture of Lindon and Malek, "Anytime-valid inference for
  multinomial count data", NeurIPS 2022. It is exact, from the first count on.
- Means: the normal mixture of Robbins, "Statistical methods related to the law of the iterated
  logarithm", 1970, as Johari, Pekelis and Walsh use it for A/B tests, "Always valid inference",
  Operations Research 70, 2022. With an estimated variance it holds in the limit: Waudby-Smith and
  others, "Time-uniform central limit theory and asymptotic confidence sequences", 2024.
"""

from __future__ import annotations

from collections.abc import Callable
from math import exp, inf, lgamma, log, sqrt

from attrs import frozen


@frozen
class Share:
    """How many of what was counted fell to the treatment and to the control, and what was due.

    `due` is the treatment's share under the hypothesis, `spread` the standard deviation of the
    shares that the test is to be best at finding.
    """

    treatment: int
    control: int
    due: float
    spread: float

    def p_value(self) -> float:
        """Always valid, of the hypothesis that the share is what is due."""
        return min(1.0, exp(-self.evidence(self.due)))

    def interval(self, alpha: float) -> tuple[float, float]:
        """The shares that are not rejected: a confidence sequence."""
        count = self.treatment + self.control
        if not count:
            return 0.0, 1.0
        seen, bound = self.treatment / count, -log(alpha)

        def rejected(share: float) -> bool:
            return self.evidence(share) >= bound

        return _edge(rejected, seen, 0.0), _edge(rejected, seen, 1.0)

    def evidence(self, share: float) -> float:
        """Against a share: the logarithm of the mixture's likelihood over that of the share."""
        whole = max(self.due * (1 - self.due) / self.spread**2 - 1, 1.0)
        a, b = whole * self.due, whole * (1 - self.due)
        mixture = _log_beta(a + self.treatment, b + self.control) - _log_beta(a, b)
        return mixture - _times_log(self.treatment, share) - _times_log(self.control, 1 - share)


@frozen
class Difference:
    """A difference of two means, its variance, and the differences that the test is best at."""

    seen: float
    variance: float
    spread: float

    def p_value(self) -> float:
        """Always valid in the limit, of the hypothesis that there is no difference."""
        return min(1.0, exp(-self.evidence))

    def interval(self, alpha: float) -> tuple[float, float]:
        """The differences that are not rejected: a confidence sequence in the limit."""
        if not self.variance:
            return -inf, inf
        whole = self.variance + self.spread**2
        bound = 2 * log(1 / alpha) + log(whole / self.variance)
        width = sqrt(self.variance * whole * bound) / self.spread
        return self.seen - width, self.seen + width

    @property
    def evidence(self) -> float:
        """The logarithm of the mixture's likelihood over that of no difference."""
        if not self.variance:
            return 0.0
        whole = self.variance + self.spread**2
        told = self.seen**2 * self.spread**2 / (2 * self.variance * whole)
        return told - log(whole / self.variance) / 2


def _edge(rejected: Callable[[float], bool], inside: float, outside: float) -> float:
    """Where rejection begins, from what is seen towards an end; the evidence only grows."""
    if not rejected(outside):
        return outside
    # To the last bit: a share near 0 is told as exactly as others.
    while (middle := (inside + outside) / 2) not in {inside, outside}:
        if rejected(middle):
            outside = middle
        else:
            inside = middle
    return outside


def _times_log(count: int, share: float) -> float:
    if not count:
        return 0.0
    return count * log(share) if share > 0 else -inf


def _log_beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)
