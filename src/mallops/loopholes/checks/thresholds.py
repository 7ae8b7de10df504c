"""What is taken off reaches what had to be spent for it."""

from __future__ import annotations

from collections.abc import Iterator

from mallops.catalog.check import MAX_UNITS
from mallops.findings import Severity
from mallops.loopholes.examined import Examined
from mallops.loopholes.model import Kind, Loophole
from mallops.loopholes.reaching import Reached, cheapest_cart
from mallops.money import Money
from mallops.rules.benefits import AmountOff, Per, Tiers
from mallops.rules.promotions import Promotion


def check(examined: Examined) -> Iterator[Loophole]:
    """Amounts off that are as high as their threshold.

    An error where goods of the catalogue are free by it: units of a SKU without a floor that
    come to the threshold, and to no more than comes off. Where none do, a warning: the next
    price may.
    """
    for promotion in examined.live:
        for path, off, threshold in _asked(promotion):
            if 0 < threshold.minor <= off.amount.minor:
                yield _found(examined, promotion, path, off, threshold)


def _asked(promotion: Promotion) -> Iterator[tuple[str, AmountOff, Money]]:
    """Each amount off with its path, and what has to be spent on the same goods for it."""
    # What is measured on other goods is paid for those: the customer pays something.
    requires = promotion.requires
    required = requires.amount if requires.items is None else None
    benefit = promotion.benefit
    if isinstance(benefit, Tiers):
        for place, tier in enumerate(benefit.tiers):
            if isinstance(tier.benefit, AmountOff):
                path = f".benefit.tiers[{place}].benefit"
                yield from _thresholds(path, tier.benefit, (tier.amount, required))
    elif isinstance(benefit, AmountOff):
        yield from _thresholds(".benefit", benefit, (required,))


def _thresholds(
    path: str, off: AmountOff, others: tuple[Money | None, ...]
) -> Iterator[tuple[str, AmountOff, Money]]:
    """The highest of the thresholds, if there is one; an amount off each unit has none."""
    given = [each for each in (off.every, *others) if each is not None]
    if given and off.per is Per.SEAT:
        yield path, off, max(given)


def _found(
    examined: Examined, promotion: Promotion, path: str, off: AmountOff, threshold: Money
) -> Loophole:
    details = {"promotion": promotion.id, "off": str(off.amount), "threshold": str(threshold)}
    severity = Severity.WARNING
    free = _free_cart(examined, promotion, off, threshold)
    if free is not None:
        severity = Severity.ERROR
        details |= {"sku": free.priced.sku.sku, "units": str(free.units)}
    subject = examined.at_promotion(promotion.id, f"{path}.amount")
    return Loophole("off_reaches_threshold", Kind.CONFIGURATION, severity, (subject,), details)


def _free_cart(
    examined: Examined, promotion: Promotion, off: AmountOff, threshold: Money
) -> Reached | None:
    """Units of one SKU that the promotion makes free, if the cheapest that reach it are."""
    requires = promotion.requires
    if (requires.distinct or 1) > 1:
        return None
    goods = examined.goods(promotion.items).cheapest_first
    unfloored = (each for each in goods if not each.floor)
    cart = cheapest_cart(unfloored, threshold.minor, requires.quantity or 1)
    most = min(promotion.at_most_units or MAX_UNITS, MAX_UNITS)
    if cart is None or cart.units > most:
        return None
    times = 1 if off.every is None else cart.total // off.every.minor
    times = min(times, off.at_most_times or times)
    return cart if off.amount.minor * times >= cart.total else None
