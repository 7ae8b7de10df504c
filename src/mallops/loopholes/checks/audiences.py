"""A group of customers that is spelled in two ways, of which one holds nobody."""

from __future__ import annotations

from collections.abc import Iterator

from mallops.findings import Severity
from mallops.loopholes.examined import Examined
from mallops.loopholes.model import Kind, Loophole, Subject

# Where a group is named, and how.
Named = tuple[str, Subject]


def check(examined: Examined) -> Iterator[Loophole]:
    """Groups that differ from one named before in capitals, blanks or hyphens alone."""
    first: dict[str, str] = {}
    for group, subject in _named(examined):
        known = first.setdefault(_bare(group), group)
        if known != group:
            kind, severity = Kind.CONFIGURATION, Severity.WARNING
            details = {"group": group, "other": known}
            yield Loophole("group_spelled_otherwise", kind, severity, (subject,), details)


def _bare(group: str) -> str:
    return "".join(char for char in group.casefold() if char.isalnum()) or group


def _named(examined: Examined) -> Iterator[Named]:
    """Every group with its place: prices first, which come from where customers are kept."""
    for place, entry in enumerate(examined.catalog.prices):
        for group in sorted(entry.groups):
            yield group, examined.at_entry(place, ".groups")
    earn = examined.rulebook.earn
    for group in earn.groups if earn is not None else ():
        yield group, Subject("rulebook", "points", "$.points.earn.groups")
    for promotion in examined.live:
        for group in sorted(promotion.audience.groups):
            yield group, examined.at_promotion(promotion.id, ".audience.groups")
