"""Refunds, exchanges and price protection as plain text: what comes back and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from attrs import frozen
from pendulum import DateTime

from mallops.aftersales.exchanging import Exchange
from mallops.aftersales.protecting import Protection
from mallops.aftersales.quoting import RefundQuote, UnitRefund
from mallops.aftersales.reasons import Reason
from mallops.aftersales.standing import OF_UNITS, Standing
from mallops.findings import Refusal
from mallops.messages import localized, message
from mallops.money import Money
from mallops.promotions.explain import require_same_rulebook
from mallops.promotions.plain_text import Row, aligned, ranges
from mallops.promotions.quote import Quote
from mallops.rules.book import Rulebook


def refund_text(found: RefundQuote, rulebook: Rulebook, locale: str = "zh_CN") -> str:
    """A refund quote in aligned plain text, for customers' service and auditors.

    Amounts are in major units of the rulebook's currency; units of a line that were paid
    for alike are told together. Raises `InputError` for another rulebook than that of the
    quote (`$.rulebook`, `$.version`), and for a locale without a catalogue (`$.locale`).
    """
    require_same_rulebook(found.order.quote, rulebook)
    words = _Words(locale, rulebook)
    head = Row(0, words("head", order=found.order.id, at=words.when(found.at)))
    return _text([[head], _back(found, words), _standings(found.standings, words)])


def exchange_text(found: Exchange, rulebook: Rulebook, locale: str = "zh_CN") -> str:
    """An exchange in aligned plain text: the refund, the sale, and the difference.

    `rulebook` is the one that priced the order; raises as `refund_text` does.
    """
    refund = found.refund
    require_same_rulebook(refund.order.quote, rulebook)
    words = _Words(locale, rulebook)
    head = words("exchange", order=refund.order.id, at=words.when(refund.at))
    sale = [
        Row(0, words("sale"), str(found.sale.payable)),
        *_lines(found.sale, words),
        Row(0, words(_who_pays(found.difference)), str(max(found.difference, -found.difference))),
    ]
    return _text([[Row(0, head)], _back(refund, words), sale])


def protection_text(found: Protection, rulebook: Rulebook, locale: str = "zh_CN") -> str:
    """Price protection in aligned plain text: each kept unit, then and now; raises as above."""
    require_same_rulebook(found.order.quote, rulebook)
    words = _Words(locale, rulebook)
    head = Row(0, words("protection", order=found.order.id, at=words.when(found.at)))
    return _text([[head], _summed(found.reasons, found.found.refund, words)])


@frozen
class _Words:
    """What refunds are told in: a locale, and the names that a rulebook gives."""

    locale: str
    rulebook: Rulebook

    def __call__(self, label: str, **details: str) -> str:
        """The wording of a label of refunds."""
        return message(f"refund.{label}", self.locale, details)

    def refusal(self, refusal: Refusal) -> str:
        """A reason against a return."""
        return message(refusal.code, self.locale, refusal.details)

    def promotion(self, name: str) -> str:
        """The title of a promotion."""
        titles = [each.title for each in self.rulebook.promotions if each.id == name]
        return localized(titles[0], self.locale, name) if titles else name

    def when(self, at: DateTime) -> str:
        """An instant by the clock of the rulebook."""
        return at.in_timezone(self.rulebook.timezone).format("YYYY-MM-DD HH:mm:ss")


def _text(sections: list[list[Row]]) -> str:
    return "\n\n".join(aligned([rows for rows in sections if rows]))


def _back(found: RefundQuote, words: _Words) -> list[Row]:
    if isinstance(found.found, Refusal):
        return [Row(0, words("refused", reason=words.refusal(found.found)))]
    others = [each for each in found.reasons if each.code != "unit"]
    return [
        *(row for units in _alike(found.units) for row in _units(units, words)),
        *_summed(others, found.found.refund, words),
    ]


def _summed(reasons: Iterable[Reason], refund: Money, words: _Words) -> list[Row]:
    """Reasons with their amounts, the refund, and what else there is to say."""
    told = [(words(each.code, **each.details), each.amount) for each in reasons]
    return [
        *(Row(0, label, str(amount)) for label, amount in told if amount is not None),
        Row(0, words("total"), str(refund)),
        *(Row(0, label) for label, amount in told if amount is None),
    ]


def _lines(sale: Quote, words: _Words) -> Iterator[Row]:
    for line in sale.lines:
        yield Row(1, words("line", sku=line.sku, quantity=str(len(line.units)), net=str(line.net)))
    if sale.shipping:
        yield Row(1, words("sale_shipping", shipping=str(sale.shipping)))


def _who_pays(difference: Money) -> str:
    if not difference:
        return "even"
    return "to_pay" if difference.minor > 0 else "to_be_paid"


def _alike(units: Iterable[UnitRefund]) -> list[list[UnitRefund]]:
    """The units of a line that were paid for alike, in the order of the first of them."""
    by_way: dict[object, list[UnitRefund]] = {}
    for unit in units:
        way = (unit.line, unit.list_price, unit.discounts, unit.points, unit.protected)
        by_way.setdefault(way, []).append(unit)
    return list(by_way.values())


def _units(units: list[UnitRefund], words: _Words) -> Iterator[Row]:
    first, count = units[0], len(units)
    yield Row(0, _named(units, words), str(first.money * count))
    if first.money != first.list_price:
        yield Row(1, words("list_price", price=str(first.list_price * count)))
    for step in first.discounts:
        off = str(-step.amount * count)
        yield Row(1, words("discount", title=words.promotion(step.promotion), amount=off))
    if first.points:
        yield Row(1, words("paid_by_points", amount=str(-first.points * count)))
    if first.protected:
        yield Row(1, words("protected", amount=str(-first.protected * count)))


def _standings(found: Iterable[Standing], words: _Words) -> list[Row]:
    """The units against which something stands besides what is against the whole order."""
    by_codes: dict[tuple[str, tuple[str, ...]], list[Standing]] = {}
    for each in found:
        codes = tuple(refusal.code for refusal in each.against if refusal.code in OF_UNITS)
        if codes:
            by_codes.setdefault((each.line, codes), []).append(each)
    rows = [row for (_, codes), units in by_codes.items() for row in _barred(codes, units, words)]
    return [Row(0, words("not_returnable")), *rows] if rows else []


def _barred(codes: Iterable[str], units: list[Standing], words: _Words) -> Iterator[Row]:
    yield Row(1, _named(units, words))
    for code in codes:
        yield Row(2, message(f"refund.{code}", words.locale, {}))


def _named(units: Sequence[UnitRefund | Standing], words: _Words) -> str:
    first = units[0]
    numbers = words("and").join(ranges(tuple(unit.number for unit in units)))
    many = "true" if len(units) > 1 else ""
    return words("unit", line=first.line, sku=first.sku, unit=numbers, many=many)
