"""Who bears a discount: shares that do not add up, and parties that there are not."""

from __future__ import annotations

from collections.abc import Iterator

from mallops.findings import Severity
from mallops.loopholes.examined import Examined
from mallops.loopholes.model import Kind, Loophole
from mallops.rules.paths import at_key
from mallops.rules.promotions import Promotion, Seat

PLATFORM, EACH_SHOP = "platform", "shop"
# Of the promotions, before one without funding is taken to have been forgotten.
_FEWEST = 3
_MOST_OF = 4


def check(examined: Examined) -> Iterator[Loophole]:
    """The funding of each promotion, and those without where most have one.

    A party is `platform`, `shop` (each shop its own goods), a shop or a brand of the catalogue.
    """
    shops = frozenset(sku.shop for sku in examined.catalog.skus) - {""}
    brands = frozenset(sku.brand for sku in examined.catalog.skus) - {""}
    parties = shops | brands | {PLATFORM, EACH_SHOP}
    for promotion in examined.live:
        if promotion.funding:
            yield from _sum(examined, promotion)
            yield from _parties(examined, promotion, parties)
            yield from _shops(examined, promotion, shops)
    yield from _missing(examined)


def _sum(examined: Examined, promotion: Promotion) -> Iterator[Loophole]:
    total = sum(promotion.funding.values())
    if total != 100:
        subject = examined.at_promotion(promotion.id, ".funding")
        details = {"promotion": promotion.id, "sum": str(total)}
        kind, severity = Kind.CONFIGURATION, Severity.WARNING
        yield Loophole("funding_not_whole", kind, severity, (subject,), details)


def _parties(
    examined: Examined, promotion: Promotion, parties: frozenset[str]
) -> Iterator[Loophole]:
    for party, share in promotion.funding.items():
        subject = examined.at_promotion(promotion.id, at_key(".funding", party))
        details = {"promotion": promotion.id, "party": party}
        kind, severity = Kind.CONFIGURATION, Severity.WARNING
        if party not in parties:
            yield Loophole("funding_unknown_party", kind, severity, (subject,), details)
        elif not share:
            note = Severity.NOTE
            yield Loophole("funding_empty_share", kind, note, (subject,), details)


def _shops(examined: Examined, promotion: Promotion, named: frozenset[str]) -> Iterator[Loophole]:
    """A shop that pays for the goods of others, or all shops that pay for an order's discount."""
    shops = examined.goods(promotion.items).shops
    seat = examined.rulebook.lanes[examined.lanes[promotion.lane]].seat
    for party, share in promotion.funding.items():
        others = shops - {party}
        all_shops = party == EACH_SHOP and share == 100 and seat is Seat.ORDER
        if (party in named and share and others) or (all_shops and len(shops) > 1):
            subject = examined.at_promotion(promotion.id, at_key(".funding", party))
            details = {"promotion": promotion.id, "party": party, "other": min(others)}
            kind, severity = Kind.CONFIGURATION, Severity.WARNING
            yield Loophole("funding_of_others", kind, severity, (subject,), details)


def _missing(examined: Examined) -> Iterator[Loophole]:
    bare = [each for each in examined.live if not each.funding]
    funded = len(examined.live) - len(bare)
    if funded >= _FEWEST and funded >= len(bare) * (_MOST_OF - 1):
        for promotion in bare:
            subject = examined.at_promotion(promotion.id)
            details = {"promotion": promotion.id}
            kind, severity = Kind.CONFIGURATION, Severity.NOTE
            yield Loophole("funding_missing", kind, severity, (subject,), details)
