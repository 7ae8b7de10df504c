"""What was shown to customers, and what a replay of it under other rules tells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum

from attrs import frozen
from pendulum import DateTime

from mallops.findings import Finding, Refusal
from mallops.recommend.evaluation.bootstrap import Interval
from mallops.recommend.scored import Scored


class ChanceOf(StrEnum):
    """What a logged chance is of, and with that what rewards are taken to hang on."""

    PLACE = "place"
    """That the SKU got this place. Rewards may hang on the place."""
    LIST = "list"
    """That the SKU was anywhere on the list. Rewards are taken to be the same all over it."""


@frozen
class Place:
    """A SKU as it was shown, and what came of it: a click, a purchase, money.

    `chance` is how likely that was, as `ChanceOf` says, or nothing where it was not logged.
    What a rule without exploration shows has a chance of 1.
    """

    sku: str
    reward: float = 0.0
    chance: float | None = None


@frozen
class Impression:
    """One list that was shown to a customer, and the candidates that it was made from."""

    id: str
    customer: str
    at: DateTime
    candidates: tuple[Scored, ...]
    shown: tuple[Place, ...]


Rules = Callable[[Impression], Sequence[str]]
"""What would be shown, the first place first. It sees what was shown, and must not look at it."""


@frozen
class Differences:
    """What the new rules would show otherwise.

    `same_lists` are impressions that stay as they were. Of all places of the new lists,
    `same_places` have the SKU that they had, and `same_skus` one that was somewhere in the list.
    `entered` and `left` are SKUs by how many lists they enter or leave, the most first.
    """

    impressions: int
    same_lists: int
    places: int
    same_places: int
    same_skus: int
    entered: tuple[tuple[str, int], ...]
    left: tuple[tuple[str, int], ...]


@frozen
class Estimate:
    """What an impression earned, and would have earned, with 95% bootstrap intervals.

    `capped` weights each place at most by the cap, which errs towards too little.
    `self_normalised` divides, place by place, by the weights that there are: it is steadier, and
    takes what was never shown to be like the rest. `support` is the mean weight of a new place.
    `effective` is how many places the weighted ones are worth.
    """

    logged: Interval
    capped: Interval
    self_normalised: float
    support: Interval
    effective: float


@frozen
class Replay:
    """The differences, an estimate or why there is none, and what speaks against it."""

    differences: Differences
    estimate: Estimate | Refusal
    findings: tuple[Finding, ...] = ()
