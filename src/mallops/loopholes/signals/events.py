"""What somebody did, with all that links one account to another."""

from __future__ import annotations

from enum import StrEnum

from attrs import field, frozen
from pendulum import DateTime

from mallops.errors import InputError, Problem, shown
from mallops.money import Money


class Act(StrEnum):
    """What was done."""

    VISIT = "visit"
    """Anything that shows an account on a device: a sign-in, a page."""
    JOIN = "join"
    """The account was opened."""
    ORDER = "order"
    """An order was paid."""
    RETURN = "return"
    """Money went back, and the goods too."""
    REFUND_ONLY = "refund_only"
    """Money went back, and the goods were kept."""


@frozen
class Use:
    """A promotion that an order used; `at_most` is its limit for each customer, None: none."""

    promotion: str
    at_most: int | None = None


@frozen
class Voucher:
    """A coupon that an order used, and the account that it was issued to."""

    coupon: str
    owner: str


@frozen
class Event:
    """Something that a customer did at an instant.

    `id` is one for each event: what comes again under it is the same event. `address`, `device`
    and `payment` are keyed hashes, and empty where nothing is known. `amount` is what an order was
    paid with, or what went back. `sellers` are the accounts that the shops of an order belong to,
    and `referrer` is the account that brought a new one. Raises `InputError` for an event without
    an id or a customer, for a naive instant, for less than no money, and for a limit below 1.
    """

    id: str
    customer: str
    act: Act
    at: DateTime
    amount: Money | None = None
    address: str = ""
    device: str = ""
    payment: str = ""
    promotions: tuple[Use, ...] = ()
    coupons: tuple[Voucher, ...] = ()
    sellers: tuple[str, ...] = ()
    referrer: str = ""
    second: int = field(init=False, eq=False, repr=False)
    """The instant in whole seconds since 1970."""

    def __attrs_post_init__(self) -> None:
        problems = [
            Problem(f"$.{name}", shown(""), "an id")
            for name, value in (("id", self.id), ("customer", self.customer))
            if not value
        ]
        if self.at.utcoffset() is None:
            problems.append(Problem("$.at", shown(self.at), "an instant with its offset"))
        if self.amount is not None and self.amount.minor < 0:
            problems.append(Problem("$.amount", str(self.amount), "an amount, at least 0"))
        for place, use in enumerate(self.promotions):
            if use.at_most is not None and use.at_most < 1:
                path = f"$.promotions[{place}].at_most"
                problems.append(Problem(path, shown(use.at_most), "a whole number, at least 1"))
        if problems:
            raise InputError(problems)
        object.__setattr__(self, "second", self.at.int_timestamp)
