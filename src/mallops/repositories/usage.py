"""What is gone of limits and budgets, so that nobody races past them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Protocol

from attrs import frozen
from pendulum import DateTime

from mallops.cart import Usage
from mallops.money import Money
from mallops.repositories.answers import Answer, Conflict
from mallops.rules.promotions import Limits


class Exhausted(Conflict):
    """A limit would have been passed: what it allowed has gone since it was asked for."""


@frozen
class Take:
    """What an order takes of one promotion's limits: `uses` of them, and money, if any.

    The customer's own uses grow by as many. `limits` are those that have to hold with it.
    """

    promotion: str
    uses: int
    spent: Money | None
    limits: Limits = Limits()


@frozen
class Reservation:
    """All that an order takes, of different promotions; or nothing.

    It lapses at `until`, unless it is committed before.
    """

    order: str
    customer: str
    takes: tuple[Take, ...]
    until: DateTime


class UsageRepository(Protocol):
    """How much of each promotion's limits is gone: reserved, or used for good.

    A reservation counts from the moment it is stored. From its `until` on it counts no more,
    whether or not anything was called then.
    """

    def used(
        self, promotions: Collection[str], customer: str, at: DateTime
    ) -> Answer[Mapping[str, Usage]]:
        """What is gone of each of these promotions; of one that nobody used, there may be none.

        `customer` says whose own uses are counted. Where no money is gone, `spent` is None or
        zero. Others may reserve as soon as this is read:
        only `reserve` tells whether there still is enough.
        """

    def reserve(self, reservation: Reservation, at: DateTime) -> Answer[None]:
        """Count all its takes as gone.

        With the takes, every limit of theirs holds for all that is reserved or used by anybody:
        else it raises `Exhausted`, and nothing is counted. However many units do so at once, no
        limit is passed. Raises `Conflict` where the order has a reservation already, lapsed
        and released ones too.
        """

    def commit(self, order: str, at: DateTime) -> Answer[bool]:
        """Keep what an order reserved for good: it lapses no more.

        False, with nothing changed, where it has lapsed by `at`, or had when another took of the
        same limit; where it never was; or where anything of it was released before it was
        committed. True where it was committed before, whatever was released since.
        """

    def release(self, order: str, promotions: Collection[str]) -> Answer[None]:
        """Give back what an order took of these promotions, reserved or committed: once.

        What it gave back already, what lapsed, and what it never took stay as they are.
        """
