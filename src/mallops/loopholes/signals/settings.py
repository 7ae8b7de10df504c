"""From where on something is suspicious, how strong that is, and over how long it counts."""

from __future__ import annotations

from attrs import field, fields, frozen

from mallops.errors import InputError, Problem, shown
from mallops.loopholes.signals.windows import Span

HOUR = 3600
DAY = 24 * HOUR


@frozen
class Scale:
    """From a number to a score: 0 up to `above`, then in a straight line to `most` at `full`.

    `most` is how much this can say alone: at most 100. Raises `InputError` where `full` is not
    over `above`, or `most` is not from 1 to 100.

    >>> [Scale(above=3, full=7, most=80).score(value) for value in (3, 5, 7, 100)]
    [0, 40, 80, 80]
    """

    above: int
    full: int
    most: int

    def __attrs_post_init__(self) -> None:
        problems = []
        if self.full <= self.above:
            problems.append(Problem("$.full", shown(self.full), f"more than {self.above}"))
        if not 1 <= self.most <= 100:
            problems.append(Problem("$.most", shown(self.most), "a whole number from 1 to 100"))
        if problems:
            raise InputError(problems)

    def score(self, value: int) -> int:
        """The score of a number; it never falls as the number grows."""
        if value <= self.above:
            return 0
        if value >= self.full:
            return self.most
        return max(1, self.most * (value - self.above) // (self.full - self.above))


@frozen
class Measure:
    """What is counted over a span, and what the count is worth."""

    span: Span
    scale: Scale


@frozen
class Links:
    """How sure it is, in percent, that two accounts are one person: by what they share."""

    same: int = 90
    payment: int = 80
    device: int = 70
    address: int = 30


_MONTH = Span(DAY, 30)


@frozen
class Settings:
    """All thresholds. What each is, and why it is what it is, is told in `docs/signals.md`.

    `lateness` is how many seconds an event may be behind the latest, and `most_names` how many
    accounts are kept of one address, device, payment, coupon owner or referrer; a scale of
    accounts that is full only beyond that raises `InputError`.
    """

    orders_fast: Measure = Measure(Span(300, 12), Scale(5, 20, 60))
    address_shared: Measure = Measure(_MONTH, Scale(6, 30, 30))
    device_shared: Measure = Measure(_MONTH, Scale(3, 10, 70))
    payment_shared: Measure = Measure(_MONTH, Scale(3, 10, 80))
    refund_share: Measure = Measure(Span(3 * DAY, 30), Scale(60, 100, 50))
    least_refunds: int = 4
    refund_only: Measure = Measure(Span(3 * DAY, 30), Scale(2, 8, 70))
    self_purchase: Measure = Measure(_MONTH, Scale(0, 3, 100))
    self_referral: Scale = Scale(1, 5, 100)
    links: Links = Links()
    referrals: Measure = Measure(_MONTH, Scale(20, 50, 60))
    coupons_passed_on: Measure = Measure(_MONTH, Scale(2, 8, 70))
    uses: Span = _MONTH
    uses_by_customer: Scale = Scale(100, 400, 50)
    uses_by_address: Scale = Scale(600, 3000, 20)
    uses_by_device: Scale = Scale(200, 800, 70)
    uses_by_payment: Scale = Scale(200, 800, 80)
    lateness: int = HOUR
    most_names: int = 64
    longest: int = field(init=False, eq=False, repr=False)
    """The seconds of the longest window: after so long without an event nothing counts."""

    def __attrs_post_init__(self) -> None:
        scales = {
            "address_shared": self.address_shared.scale,
            "device_shared": self.device_shared.scale,
            "payment_shared": self.payment_shared.scale,
            "self_referral": self.self_referral,
            "referrals": self.referrals.scale,
            "coupons_passed_on": self.coupons_passed_on.scale,
        }
        problems = [
            Problem(f"$.{name}", shown(scale.full), f"full at {self.most_names - 1} names or less")
            for name, scale in scales.items()
            if scale.full >= self.most_names
        ]
        if self.lateness < 0:
            problems.append(Problem("$.lateness", shown(self.lateness), "at least 0 seconds"))
        if problems:
            raise InputError(problems)
        measures = (getattr(self, each.name, None) for each in fields(Settings))
        spans = [self.uses, *(each.span for each in measures if isinstance(each, Measure))]
        object.__setattr__(self, "longest", max(span.step * span.steps for span in spans))


USUAL = Settings()
"""The thresholds of a mall that says nothing else."""
