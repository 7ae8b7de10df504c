"""Why something is recommended: a sentence for the customer, and numbers that add up."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from math import floor

from attrs import frozen

from mallops.errors import InputError, Problem, shown
from mallops.messages import localized, message, wordings
from mallops.money import format_money
from mallops.recommend.ranking.model import Goods, Offer, Ranked
from mallops.recommend.scored import Scored

__all__ = ["Reason", "Row", "reason", "reasons", "reasons_text"]

MOST_NAMED = 2


@frozen
class Row:
    """A part of a score: what it is called, and how much it is, with a sign and all its places."""

    name: str
    wording: str
    amount: str


@frozen
class Reason:
    """Why a SKU is on the list: for people, and in numbers; the rows sum to `score`."""

    sku: str
    title: str
    sentence: str
    rows: tuple[Row, ...]
    score: str


def reasons(
    ranked: Ranked, goods: Mapping[str, Goods], locale: str, places: int = 3
) -> tuple[Reason, ...]:
    """The reason of each item, in the order of the list; raises `InputError` as `reason` does."""
    return tuple(
        reason(
            item,
            goods,
            locale,
            places,
            pin=ranked.pinned.get(item.sku, ""),
            offer=ranked.offers.get(item.sku),
        )
        for item in ranked.items
    )


def reason(
    scored: Scored,
    goods: Mapping[str, Goods],
    locale: str,
    places: int = 3,
    pin: str = "",
    offer: Offer | None = None,
) -> Reason:
    """Why one SKU is recommended; a pin is the reason whatever the score.

    The sentence is that of the greatest part; of equal ones, the first by name. Where an `offer`
    takes something off, a second one tells of the price. `because` of a part is told by titles,
    for SKUs that `goods` has, and never by the SKU itself. Amounts are rounded to `places` decimals
    (0 to 12) so that they still sum: by largest remainder. Raises `InputError` for other places and
    unknown locales.

    >>> from mallops.recommend.scored import Part
    >>> tea = Scored("tea", (Part("neighbours", 0.6667, (("cup", 0.6667),)), Part("trend", 0.6667)))
    >>> why = reason(tea, {}, "en", places=1)
    >>> why.sentence
    'Because you bought cup.'
    >>> [(row.wording, row.amount) for row in why.rows], why.score
    ([('goods like those bought', '+0.7'), ('selling fast now', '+0.6')], '1.3')
    """
    if not 0 <= places <= 12:
        raise InputError([Problem("$.places", shown(places), "a whole number from 0 to 12")])
    amounts, score = _rounded(scored, places)
    return Reason(
        sku=scored.sku,
        title=_title(scored.sku, goods, locale),
        sentence=_sentence(scored, goods, locale, pin, offer),
        rows=tuple(
            Row(part.name, _wording(part.name, locale), f"{amount:+f}")
            for part, amount in zip(scored.parts, amounts, strict=True)
        ),
        score=f"{score:f}",
    )


def reasons_text(told: tuple[Reason, ...]) -> str:
    """The reasons as lines of text, numbered: title and score, the sentence, and the sum.

    >>> from mallops.recommend.scored import Part
    >>> print(reasons_text((reason(Scored("tea", (Part("trend", 0.25),)), {}, "zh_CN"),)))
    1. tea 0.250
       近期热销。
       0.250 = +0.250 近期走势
    """
    lines: list[str] = []
    for number, why in enumerate(told, 1):
        lines += [f"{number}. {why.title} {why.score}", f"   {why.sentence}"]
        if why.rows:
            terms = " ".join(f"{row.amount} {row.wording}" for row in why.rows)
            lines.append(f"   {why.score} = {terms}")
    return "\n".join(lines)


def _sentence(
    scored: Scored, goods: Mapping[str, Goods], locale: str, pin: str, offer: Offer | None
) -> str:
    first = message("because.pinned", locale, {}) if pin else _of_parts(scored, goods, locale)
    if offer is None or offer.price >= offer.list_price:
        return first
    price = {
        "price": format_money(offer.price, locale),
        "list_price": format_money(offer.list_price, locale),
    }
    second = message("because.price", locale, price)
    return message("because.both", locale, {"first": first, "second": second})


def _of_parts(scored: Scored, goods: Mapping[str, Goods], locale: str) -> str:
    raising = [part for part in scored.parts if part.amount > 0]
    if not raising:
        return message("because.other", locale, {})
    part = min(raising, key=lambda part: (-part.amount, part.name))
    code = f"because.{part.name}"
    if code not in wordings(locale):
        code = "because.other"
    others = [sku for sku, _ in part.because if sku != scored.sku]
    named = [_title(sku, goods, locale) for sku in others[:MOST_NAMED]]
    comma = message("because.comma", locale, {})
    return message(code, locale, {"of": comma.join(named)})


def _wording(name: str, locale: str) -> str:
    """What a part is called; one that a mall's own scorer made, by its name."""
    code = f"part.{name}"
    return message(code, locale, {}) if code in wordings(locale) else name


def _title(sku: str, goods: Mapping[str, Goods], locale: str) -> str:
    known = goods.get(sku)
    return sku if known is None else localized(known.sku.title, locale, sku)


def _rounded(scored: Scored, places: int) -> tuple[list[Decimal], Decimal]:
    """The amounts of the parts and their sum, all to so many decimals; they sum exactly."""
    scale = 10**places
    exact = [Fraction(part.amount) * scale for part in scored.parts]
    whole = round(sum(exact))
    steps = [floor(amount) for amount in exact]
    # The greatest remainders get the steps that are missing, and the first of equal ones.
    by_remainder = sorted(range(len(exact)), key=lambda i: (steps[i] - exact[i], i))
    for i in by_remainder[: whole - sum(steps)]:
        steps[i] += 1
    return [Decimal(step).scaleb(-places) for step in steps], Decimal(whole).scaleb(-places)
