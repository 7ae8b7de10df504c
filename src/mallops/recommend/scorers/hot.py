"""Hot sellers: by how fast they surely sell, and not by how much faster than before."""

from __future__ import annotations

from pendulum import DateTime

from mallops.errors import InputError, Problem, shown
from mallops.recommend.scored import Part, Scored
from mallops.recommend.scorers.grid import best
from mallops.recommend.scorers.quantiles import gamma_quantile
from mallops.recommend.state import State
from mallops.recommend.weighing import UNIT, Weights, decay

__all__ = ["hot"]


def hot(
    state: State,
    at: DateTime,
    half_life: int = 7,
    share: float = 0.1,
    region: str | None = None,
) -> tuple[Scored, ...]:
    """The SKUs by the purchases a day that they surely have: a `share` lies below that.

    Purchases count by their age, halved every `half_life` days, over the days that a SKU has
    been sold for, which count alike. Its rate is believed to be gamma distributed, with the mean
    and the variance of all SKUs' rates, and its purchases Poisson: who sold little for a short
    time is held back. Growth is no ranking: on real sales it finds a third of what this does.
    Raises `InputError` for a share that is not between 0 and 1, and a half-life below 1 day.
    """
    if not 0 < share < 1:
        raise InputError([Problem("$.share", shown(share), "between 0 and 1")])
    day = state.settings.day(at)
    tables = Weights.bought(half_life).tables()
    table = decay(half_life)
    exposures = [0]
    for left in table:
        exposures.append(exposures[-1] + left)
    counts: dict[str, int] = {}
    first: dict[str, int] = {}
    for sku, kind, then, kept in state.taken_by_all(region):
        age = day - then
        weights = tables[kind]
        if weights is None or age < 0 or not kept:
            continue
        first[sku] = max(age, first.get(sku, age))
        if age < len(weights) and weights[age]:
            counts[sku] = counts.get(sku, 0) + kept * weights[age]
    sold = {
        sku: (counts[sku] / UNIT, exposures[min(first[sku] + 1, len(table))] / table[0])
        for sku in sorted(counts)
    }
    prior = _prior([count / days for count, days in sold.values()], exposures[-1] / table[0])
    return best(
        Scored(sku, (Part("hot", _surely(*of, *prior, share)),)) for sku, of in sold.items()
    )


def _prior(rates: list[float], days: float) -> tuple[float, float]:
    """The shape and the rate, in days, of the gamma distribution that SKUs' rates have."""
    if not rates:
        return 1.0, 1.0
    mean = sum(rates) / len(rates)
    variance = sum((rate - mean) ** 2 for rate in rates) / len(rates)
    # What purchases vary by chance alone is taken off; a hundredth of all is left at least.
    spread = max(variance - mean / days, variance / 100) or mean**2
    return mean**2 / spread, mean / spread


def _surely(count: float, days: float, shape: float, rate: float, share: float) -> float:
    return gamma_quantile(share, shape + count) / (rate + days)
