"""What has to be done outside, stored with the decision that asks for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from attrs import frozen
from pendulum import DateTime

from mallops.aftersales.payments import Part
from mallops.repositories.answers import Answer


@frozen
class Message:
    """An effect to be performed, once for its `key`, since `at`.

    Of a refund, `parts` is what goes back to each capture. Where a refund has given no word,
    and is to be looked up, `about` is the key that it was asked for under, and `parts` are its.
    """

    key: str
    case: str
    order: str
    effect: str
    at: DateTime
    parts: tuple[Part, ...] = ()
    about: str = ""


class OutboxRepository(Protocol):
    """Messages that wait. Each stays until it is dropped: it may be claimed more than once."""

    def put(self, messages: Sequence[Message]) -> Answer[None]:
        """Store new messages, all or none; raises `Conflict` where a key is there already."""

    def claim(self, at: DateTime, until: DateTime, limit: int) -> Answer[Sequence[Message]]:
        """Messages that nobody has claimed, or whose claim is over at `at`: the oldest first.

        At most `limit`; of one instant by key. They are the caller's until `until`: no other
        claim at an earlier instant gets them, also one that is made at the same time.
        """

    def drop(self, key: str) -> Answer[None]:
        """The message is done with, claimed or not; one that is not there is no error.

        Its key is free again: a repository need not remember what was dropped. That nothing is
        performed twice is for the keys to hold, which name a case's step.
        """
