"""Gifts that are due back, and cannot come, or are paid for with too little."""

from __future__ import annotations

from collections.abc import Iterator

from mallops.findings import Severity
from mallops.loopholes.coming_back import is_excluded, returnable
from mallops.loopholes.examined import Examined
from mallops.loopholes.handouts import gift_value, least_cart, money
from mallops.loopholes.model import Kind, Loophole, Repeat
from mallops.loopholes.offers import Offer, offers
from mallops.rules.aftersales import GiftReturn
from mallops.rules.benefits import Gift
from mallops.rules.promotions import Promotion


def check(examined: Examined) -> Iterator[Loophole]:
    """Where gifts come back or are paid for: their value, their goods, and whether they may."""
    if examined.rulebook.after_sales.gift is not GiftReturn.RETURN_OR_PAY:
        return
    for promotion in examined.live:
        for offer in offers(promotion):
            gift = offer.benefit
            if not isinstance(gift, Gift):
                continue
            if returnable(examined, promotion.items) is not None:
                yield from _undervalued(examined, promotion, offer, gift)
                yield from _dearer(examined, promotion, offer, gift)
                yield from _excluded(examined, promotion, offer, gift)
            elif _least(examined, promotion, offer) == 0:
                # What costs nothing need not even go back.
                yield from _dearer(examined, promotion, offer, gift)


def _undervalued(
    examined: Examined, promotion: Promotion, offer: Offer, gift: Gift
) -> Iterator[Loophole]:
    """A value below what the SKU costs, the mall or a customer: a way to buy it for that."""
    sku, value = examined.skus.get(gift.sku), gift_value(examined, gift)
    if sku is None:
        return
    cost = sku.cost.minor if sku.cost is not None else 0
    full = max(cost, sku.price.minor if sku.price is not None else 0)
    if value >= full:
        return
    severity = Severity.WARNING if value < cost or not value else Severity.NOTE
    details = {
        "promotion": promotion.id,
        "sku": gift.sku,
        "value": str(money(examined, value)),
        "price": str(money(examined, full)),
    }
    yield Loophole(
        "gift_undervalued",
        Kind.SEQUENCE,
        severity,
        (examined.at_promotion(promotion.id, f"{offer.path}.value"),),
        details,
        loss=money(examined, (full - value) * gift.quantity),
        repeat=Repeat.AGAIN,
    )


def _dearer(
    examined: Examined, promotion: Promotion, offer: Offer, gift: Gift
) -> Iterator[Loophole]:
    """A gift worth more than the least that earns it.

    Whoever sends the dear goods back first and the last cheap ones later pays no more for the gift
    than those are worth: a refund is never below zero.
    """
    worth = gift_value(examined, gift) * gift.quantity
    least = _least(examined, promotion, offer)
    if least is None or worth <= least:
        return
    loss = money(examined, worth - least)
    details = {
        "promotion": promotion.id,
        "sku": gift.sku,
        "worth": str(money(examined, worth)),
        "least": str(money(examined, least)),
    }
    yield Loophole(
        "gift_dearer_than_goods",
        Kind.SEQUENCE,
        Severity.WARNING,
        (examined.at_promotion(promotion.id, offer.path),),
        details,
        loss=loss,
        repeat=Repeat.AGAIN,
    )


def _least(examined: Examined, promotion: Promotion, offer: Offer) -> int | None:
    """The least that is paid for what earns it: nothing, where goods that cost nothing do."""
    goods = examined.goods(promotion.items)
    if goods and not (goods.least or offer.amount or offer.elsewhere or offer.distinct > 1):
        return 0
    cart = least_cart(examined, promotion, offer)
    return None if cart is None else cart.total


def _excluded(
    examined: Examined, promotion: Promotion, offer: Offer, gift: Gift
) -> Iterator[Loophole]:
    priced = examined.priced.get(gift.sku)
    if priced is not None and is_excluded(examined, priced):
        subject = examined.at_promotion(promotion.id, f"{offer.path}.sku")
        details = {"promotion": promotion.id, "sku": gift.sku}
        kind, severity = Kind.SEQUENCE, Severity.NOTE
        yield Loophole("gift_not_returnable", kind, severity, (subject,), details)
