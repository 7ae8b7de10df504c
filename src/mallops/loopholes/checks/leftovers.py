"""What was made to try something out, and is live."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mallops.catalog.model import Listing
from mallops.findings import Severity
from mallops.loopholes.examined import Examined, span_of
from mallops.loopholes.model import Kind, Loophole, Subject
from mallops.loopholes.words import pattern_of


def check(examined: Examined) -> Iterator[Loophole]:
    """Words of `tolerance.test_words` in ids, titles, and groups of prices."""
    word = pattern_of(examined.tolerance.test_words)
    if word is None:
        return
    kind, severity = Kind.CONFIGURATION, Severity.WARNING
    for name, texts, subject in _named(examined):
        found = next((match for text in texts if (match := word.search(text))), None)
        if found is not None:
            details = {"name": name, "word": found.group()}
            yield Loophole("test_object_live", kind, severity, (subject,), details)


def _named(examined: Examined) -> Iterator[tuple[str, Iterable[str], Subject]]:
    for promotion in examined.live:
        subject = examined.at_promotion(promotion.id)
        yield promotion.id, (promotion.id, *promotion.title.values()), subject
    for sku in examined.catalog.skus:
        if sku.listing is Listing.LISTED:
            yield sku.sku, (sku.sku, *sku.title.values()), examined.at_sku(sku.sku)
    for place, entry in enumerate(examined.catalog.prices):
        if entry.groups and examined.is_to_come(span_of(entry.window)):
            yield entry.sku, sorted(entry.groups), examined.at_entry(place, ".groups")
