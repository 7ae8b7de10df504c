"""Cases on their way through a machine, with their log and their deadlines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from attrs import field, frozen
from pendulum import DateTime

from mallops.lifecycles.case import Case, Moved
from mallops.money import Money
from mallops.repositories.answers import Answer


@frozen
class Filed:
    """A case, and what it is about: an order's own, of the order's id, or an after-sales one.

    An after-sales case is about so many units of each line, and `kept_gifts` are the SKUs of
    gifts that stay with the buyer. Where only some of the units passed inspection, they are
    `passed`, until it is settled whether the others are paid for as well. `opened` is when the
    buyer asked. `refund` is what it comes to in money, from the moment it has been reckoned; of
    a complaint, what is asked for.
    """

    case: Case
    order: str
    opened: DateTime
    units: Mapping[str, int] = field(factory=dict)
    kept_gifts: tuple[str, ...] = ()
    refund: Money | None = None
    passed: Mapping[str, int] | None = None


@frozen
class Logged:
    """A move, under the key that the caller gave it (empty: none), and what was asked.

    `payload` is the fingerprint of that.
    """

    moved: Moved
    key: str = ""
    payload: str = ""


class CaseRepository(Protocol):
    """Cases by id, their moves by number. An order's own case has the order's id."""

    def case(self, case: str) -> Answer[Filed | None]:
        """The case as it was stored last, if there is one."""

    def of_order(self, order: str) -> Answer[Sequence[Filed]]:
        """All cases of an order, by id, its own one too."""

    def add(self, filed: Filed, log: Sequence[Logged]) -> Answer[None]:
        """Store a new case with the moves that it has made already, oldest first.

        Its order is there: both are asked for when it is due.
        Raises `Conflict`, with nothing stored, where its id is there already, or where two of
        the moves have one key.
        """

    def save(self, filed: Filed, log: Sequence[Logged]) -> Answer[None]:
        """Store a case that is there, with the moves that it has made since, oldest first.

        Raises `Conflict`, with nothing stored, unless its steps, less these moves, are those
        of the case that is there, or if a key would be there twice among that case's moves.
        """

    def log(self, case: str) -> Answer[Sequence[Logged]]:
        """All moves of a case, oldest first."""

    def logged(self, case: str, key: str) -> Answer[Logged | None]:
        """The move of that key, if the case has made one; the empty key is nobody's."""

    def due(self, at: DateTime, limit: int) -> Answer[Sequence[str]]:
        """Cases of which a deadline or a time-out is not after `at`: who waits longest first.

        At most `limit`. When a case is due, its `due_at` says. Several units may ask at once. One
        that can leave out what another is about to save does, so that workers do not wait for each
        other; `save` decides in any case.
        """
