"""A quote as a receipt, such as a till prints."""

from __future__ import annotations

from collections.abc import Iterator

from mallops.loopholes.report.markup import Markup, tag
from mallops.messages import message
from mallops.money import Money, total
from mallops.promotions.explain import explain
from mallops.promotions.explanation import Explanation
from mallops.promotions.quote import Quote
from mallops.rules.book import Rulebook


def receipt(quote: Quote, rulebook: Rulebook, locale: str) -> Markup:
    """The lines, what each promotion took off, gifts, and what was paid.

    Raises `InputError` as `explain` does.
    """
    return tag("table", *_rows(explain(quote, rulebook, locale)), class_="receipt")


def _rows(told: Explanation) -> Iterator[Markup]:
    def words(label: str, **details: str) -> str:
        return message(f"explain.{label}", told.locale, details)

    totals = told.totals
    currency = totals.payable.currency
    for line in told.lines:
        prices = dict.fromkeys(str(units.list_price) for units in line.units)
        whole = total((units.list_price * len(units.numbers) for units in line.units), currency)
        yield _row(f"{line.sku} × {line.quantity}", ", ".join(prices), str(whole))
    for parcel in told.parcels:
        yield _row(words("parcel", shop=parcel.shop), words("fee"), str(parcel.fee))
    for taken in totals.deductions:
        if taken.amount:
            yield _row(taken.title, taken.promotion, str(-taken.amount))
    if totals.points_used:
        used = words("points_used", points=str(totals.points_used))
        yield _row(used, "", str(-totals.points_worth))
    for gift in told.gifts:
        worth = words(
            "gift",
            sku=gift.sku,
            quantity=str(gift.quantity),
            value=str(gift.value),
            title=gift.title,
        )
        yield _row(worth, gift.promotion, str(Money.zero(currency)))
    for reward in told.rewards:
        said = words("reward", reward=reward.reward, title=reward.title)
        yield _row(said, reward.promotion, "")
    paid = f"{totals.payable} {told.currency}"
    yield _row(words("payable"), "", paid, class_="paid")


def _row(what: str, note: str, amount: str, **attributes: str) -> Markup:
    small = tag("small", note) if note and note != what else ""
    return tag(
        "tr", tag("td", what, *([" ", small] if small else [])), tag("td", amount), **attributes
    )
