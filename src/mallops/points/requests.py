"""What can be asked of a points ledger: a closed union of frozen values.

What each posts is decided in `mallops.points.deciding`. A request is the cause that its
entry names; the same key with an equal request gives the first entry again.
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen
from pendulum import DateTime

from mallops.points.counts import Count, copied


@frozen
class Earn:
    """An order earns points, pending until they settle; `counts` are its caps' counters.

    `bonus` of them are from a `campaign`: what is earned anew once goods come back asks for it.
    """

    order: str
    points: int
    counts: Mapping[str, Count] = field(factory=dict, converter=copied)
    campaign: str = ""
    bonus: int = 0


@frozen
class Settle:
    """An order's pending points become available, and with them its `rewards`."""

    order: str
    rewards: int = 0


@frozen
class Act:
    """Something other than an order earns points: a sign-in, a review, a referral."""

    action: str
    points: int
    counts: Mapping[str, Count] = field(factory=dict, converter=copied)


@frozen
class Grant:
    """Points given, for a reason that the statement may show."""

    points: int
    reason: str = ""


@frozen
class Spend:
    """Points pay for an order."""

    order: str
    points: int


@frozen
class Hold:
    """Points set aside for an unpaid order, until they are captured, released or lapse."""

    order: str
    points: int
    until: DateTime


@frozen
class Capture:
    """The order is paid: what was held for it is spent."""

    order: str


@frozen
class Release:
    """The order will not be paid: what was held for it is the customer's again."""

    order: str


@frozen
class GiveBack:
    """Points that paid for an order return to the lots that they came from."""

    order: str
    points: int


@frozen
class TakeBack:
    """A claw-back of points that an order earned; what is missing becomes a debt."""

    order: str
    points: int


@frozen
class Charge:
    """A debt for what cannot be taken back otherwise, such as a reward coupon already spent."""

    order: str
    points: int


@frozen
class Close:
    """Nothing of the order returns any more: what paid for it is gone for good."""

    order: str


@frozen
class Expire:
    """What is due goes: lots at their end, holds that nobody captured."""


@frozen
class Sent:
    """Points given to another customer."""

    to: str
    points: int
    counts: Mapping[str, Count] = field(factory=dict, converter=copied)


@frozen
class Parcel:
    """Points of one lot on their way to another customer; they keep their end."""

    points: int
    settled: DateTime
    expires: DateTime | None
    revived: bool


@frozen
class Received:
    """Points given by another customer, lot by lot."""

    sender: str
    parcels: tuple[Parcel, ...]


@frozen
class Correct:
    """A person's correction: more points, or fewer where below zero; never into debt."""

    points: int
    reason: str = ""


@frozen
class Reverse:
    """What gave points undone, other than an order: the entry of that key, the other way round."""

    key: str


Stated = (
    Settle
    | Grant
    | Spend
    | Hold
    | Capture
    | Release
    | GiveBack
    | TakeBack
    | Charge
    | Close
    | Correct
)
"""What a caller states whole, without a look at the wallet."""

Asked = Stated | Earn | Act
"""What `decide` answers, from one customer's wallet alone."""

Request = Asked | Expire | Sent | Received | Reverse
"""All that an entry may have for its cause."""
