"""Every window of a rulebook and its catalogue, with the subject that has it."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen
from pendulum import DateTime

from mallops.loopholes.examined import Examined, span_of
from mallops.loopholes.model import Subject
from mallops.time import Window


@frozen
class Edge:
    """Where a window begins or ends, on the wall clock of the rulebook's zone.

    `whose` is the promotion, the campaign of points or the SKU that has the window.
    """

    whose: str
    subject: Subject
    at: DateTime
    window: Window
    is_end: bool


def edges(examined: Examined) -> Iterator[Edge]:
    """The edges of all windows that are not over: of promotions, campaigns and price entries."""
    timezone = examined.rulebook.timezone
    for whose, subject, window in _windows(examined):
        for name, edge in (("starts", window.starts), ("ends", window.ends)):
            if edge is not None:
                at = Subject(subject.document, subject.id, f"{subject.path}.{name}")
                yield Edge(whose, at, edge.in_timezone(timezone), window, name == "ends")


def _windows(examined: Examined) -> Iterator[tuple[str, Subject, Window]]:
    for promotion in examined.live:
        subject = examined.at_promotion(promotion.id, ".schedule")
        yield promotion.id, subject, promotion.schedule.window
    earn = examined.rulebook.earn
    for place, campaign in enumerate(() if earn is None else earn.campaigns):
        path = f"$.points.earn.campaigns[{place}].schedule"
        if examined.is_to_come(span_of(campaign.schedule.window)):
            yield campaign.id, Subject("rulebook", campaign.id, path), campaign.schedule.window
    for place, entry in enumerate(examined.catalog.prices):
        if entry.window != Window() and examined.is_to_come(span_of(entry.window)):
            yield entry.sku, examined.at_entry(place), entry.window
