"""Why a quote is what it is: from the engine's numbers to what people ask about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mallops.errors import InputError, Problem, shown
from mallops.findings import Refusal
from mallops.messages import localized, message
from mallops.money import Money, total
from mallops.promotions.explanation import (
    Deduction,
    Explanation,
    GiftExplanation,
    LineExplanation,
    ParcelExplanation,
    RefusedExplanation,
    RewardExplanation,
    Totals,
    UnitsExplanation,
)
from mallops.promotions.plain_text import render
from mallops.promotions.quote import (
    Applied,
    Quote,
    QuotedGift,
    QuotedLine,
    QuotedParcel,
    QuotedReward,
    QuotedUnit,
    Step,
)
from mallops.rules.book import Rulebook
from mallops.time import known_timezone


def explain_text(quote: Quote, rulebook: Rulebook, locale: str = "zh_CN") -> str:
    """The quote in aligned plain text, for operations staff and auditors.

    As `explain`, then `render`: amounts are in major units of the rulebook's currency, and
    the text ends without a line break. Raises `InputError` as `explain` does.
    """
    return render(explain(quote, rulebook, locale))


def explain(quote: Quote, rulebook: Rulebook, locale: str = "zh_CN") -> Explanation:
    """The quote with titles, reasons and sums in `locale`.

    `rulebook` is the one that priced it: `InputError` where its id or version is another
    (`$.rulebook`, `$.version`), for an unknown timezone (`$.timezone`), and for a locale
    without a catalogue (`$.locale`).
    """
    require_same_rulebook(quote, rulebook)
    titles = {
        promotion.id: localized(promotion.title, locale, promotion.id)
        for promotion in rulebook.promotions
    }
    return Explanation(
        locale=locale,
        rulebook=rulebook.id,
        title=localized(rulebook.title, locale, rulebook.id),
        version=rulebook.version,
        at=quote.at.in_timezone(known_timezone(rulebook.timezone, "$.timezone")),
        timezone=rulebook.timezone,
        currency=rulebook.currency.code,
        lines=tuple(_line(line, titles) for line in quote.lines),
        parcels=tuple(_parcel(parcel, titles) for parcel in quote.parcels),
        gifts=tuple(_gift(gift, titles) for gift in quote.gifts),
        rewards=tuple(_reward(reward, titles, locale) for reward in quote.rewards),
        totals=_totals(quote, rulebook, titles),
        choice=_choice(quote, locale),
        refused=tuple(
            _refused(id_, refusal, titles, locale) for id_, refusal in sorted(quote.refused.items())
        ),
    )


def require_same_rulebook(quote: Quote, rulebook: Rulebook) -> None:
    """Raise `InputError` where another rulebook, by id or version, priced the quote."""
    found = [
        Problem(path, shown(given), f"{shown(priced)}, which priced the quote")
        for path, given, priced in (
            ("$.rulebook", rulebook.id, quote.rulebook),
            ("$.version", rulebook.version, quote.version),
        )
        if given != priced
    ]
    if found:
        raise InputError(found)


def _line(line: QuotedLine, titles: Mapping[str, str]) -> LineExplanation:
    return LineExplanation(
        id=line.id,
        sku=line.sku,
        shop=line.shop,
        quantity=len(line.units),
        units=tuple(_units(alike, titles) for alike in _alike(line.units)),
        net=line.net,
    )


def _alike(units: Iterable[QuotedUnit]) -> list[list[QuotedUnit]]:
    """The units by their way, in the order of each way's first unit."""
    by_way: dict[object, list[QuotedUnit]] = {}
    for unit in units:
        way = (unit.list_price, unit.steps, unit.points, unit.net)
        by_way.setdefault(way, []).append(unit)
    return list(by_way.values())


def _units(alike: list[QuotedUnit], titles: Mapping[str, str]) -> UnitsExplanation:
    first = alike[0]
    return UnitsExplanation(
        numbers=tuple(unit.number for unit in alike),
        list_price=first.list_price,
        deductions=_deductions(first.steps, titles),
        points=first.points,
        net=first.net,
    )


def _parcel(parcel: QuotedParcel, titles: Mapping[str, str]) -> ParcelExplanation:
    return ParcelExplanation(parcel.shop, parcel.fee, _deductions(parcel.steps, titles), parcel.net)


def _deductions(steps: Iterable[Step], titles: Mapping[str, str]) -> tuple[Deduction, ...]:
    return tuple(_deduction(step.promotion, step.lane, step.amount, titles) for step in steps)


def _deduction(promotion: str, lane: str, amount: Money, titles: Mapping[str, str]) -> Deduction:
    return Deduction(promotion, titles.get(promotion, promotion), lane, amount)


def _gift(gift: QuotedGift, titles: Mapping[str, str]) -> GiftExplanation:
    title = titles.get(gift.promotion, gift.promotion)
    return GiftExplanation(gift.promotion, title, gift.sku, gift.quantity, gift.value)


def _reward(reward: QuotedReward, titles: Mapping[str, str], locale: str) -> RewardExplanation:
    granted = {
        "points": reward.points,
        "multiplier": reward.multiplier,
        "coupon": reward.coupon,
    }
    details = {name: str(value) for name, value in granted.items() if value is not None}
    title = titles.get(reward.promotion, reward.promotion)
    return RewardExplanation(reward.promotion, title, message("reward", locale, details))


def _totals(quote: Quote, rulebook: Rulebook, titles: Mapping[str, str]) -> Totals:
    currency = rulebook.currency
    units = (unit for line in quote.lines for unit in line.units)
    return Totals(
        list_prices=total((unit.list_price for unit in units), currency),
        fees=total((parcel.fee for parcel in quote.parcels), currency),
        deductions=tuple(
            _deduction(applied.promotion, applied.lane, applied.discount, titles)
            for applied in _by_lane(quote, rulebook)
        ),
        points_used=quote.points_used,
        points_worth=quote.points_worth,
        goods=quote.goods,
        shipping=quote.shipping,
        payable=quote.payable,
    )


def _by_lane(quote: Quote, rulebook: Rulebook) -> list[Applied]:
    """What applied, in the order in which it took its discount."""
    positions = {lane.id: position for position, lane in enumerate(rulebook.lanes)}
    return sorted(
        quote.applied,
        key=lambda applied: (positions.get(applied.lane, len(positions)), applied.promotion),
    )


def _choice(quote: Quote, locale: str) -> str:
    if quote.optimal is None:
        return message("choice.priority", locale, {})
    if quote.optimal:
        return message("choice.proven", locale, {})
    gap = {} if quote.gap is None else {"gap": str(quote.gap)}
    return message("choice.bounded", locale, gap)


def _refused(
    id_: str, refusal: Refusal, titles: Mapping[str, str], locale: str
) -> RefusedExplanation:
    return RefusedExplanation(
        promotion=id_,
        title=titles.get(id_, id_),
        code=refusal.code,
        reason=message(refusal.code, locale, refusal.details),
        details=refusal.details,
    )
