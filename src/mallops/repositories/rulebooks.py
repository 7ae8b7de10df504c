"""Rulebooks: versions that never change, and which of them prices from when on."""

from __future__ import annotations

from typing import Protocol

from pendulum import DateTime

from mallops.repositories.answers import Answer
from mallops.rules.book import Rulebook


class RulebookRepository(Protocol):
    """Every version of every rulebook: an order names the one that priced it, for ever."""

    def publish(self, rulebook: Rulebook, since: DateTime) -> Answer[None]:
        """Store a version that prices from an instant on.

        The same rulebook again from the same instant changes nothing. Raises `Conflict` where
        its version is there with another content or instant: rules that have changed are a new
        version. Where two versions begin at one instant, the one published later holds.
        """

    def rulebook(self, name: str, version: str) -> Answer[Rulebook | None]:
        """The rulebook of that id and version, if there is one."""

    def version(self, name: str, at: DateTime) -> Answer[str | None]:
        """The version that prices at an instant: the one that began last, if any has."""
