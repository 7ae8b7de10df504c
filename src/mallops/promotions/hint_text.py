"""Hints in words: one sentence for a customer, and a list with the reasons for the mall."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import frozen

from mallops.messages import localized, message
from mallops.money import Money
from mallops.promotions.explain import require_same_rulebook
from mallops.promotions.hint import Added, Hint, Hints, Shortfall
from mallops.promotions.plain_text import Row
from mallops.promotions.quote import Quote
from mallops.rules.book import Rulebook
from mallops.rules.promotions import Selector


def hint_text(hint: Hint, locale: str = "zh_CN") -> str:
    """What to do and what is paid then, in one sentence.

    Amounts are in major units of the rulebook's currency, points counted at their worth.
    Raises `InputError` for a locale without a catalogue (`$.locale`).
    """
    return _sentence(hint, _Words(locale, {}))


def hints_text(hints: Hints, rulebook: Rulebook, locale: str = "zh_CN") -> str:
    """The hints with their reasons in plain text, without a line break at the end.

    `rulebook` is the one that priced them: raises `InputError` where its id or version is
    another (`$.rulebook`, `$.version`), and for a locale without a catalogue (`$.locale`).
    """
    require_same_rulebook(hints.quote, rulebook)
    titles = {
        promotion.id: localized(promotion.title, locale, promotion.id)
        for promotion in rulebook.promotions
    }
    words = _Words(locale, titles)
    return "\n".join(row.left for row in _rows(hints, words))


@frozen
class _Words:
    """The wording of hints in one locale, and the titles of promotions."""

    locale: str
    titles: Mapping[str, str]

    def __call__(self, label: str, **details: str) -> str:
        return message(f"hint.{label}", self.locale, details)

    def named(self, promotion: str) -> str:
        """A promotion's title and, if that is another, its id."""
        title = self.titles.get(promotion, promotion)
        return f"{title} ({promotion})" if title != promotion else title

    def together(self, parts: Iterator[str]) -> str:
        """Several things in a row."""
        return message("explain.and", self.locale, {}).join(parts)


def _rows(hints: Hints, words: _Words) -> Iterator[Row]:
    yield Row(0, words("hints"))
    if not hints.hints:
        yield Row(1, words("none"))
    for number, hint in enumerate(hints.hints, start=1):
        yield Row(1, f"{number}. {_sentence(hint, words)}")
        for reason in _reasons(hint, words):
            yield Row(2, reason)
    if any(quote.points_used for quote in (hints.quote, *(hint.after for hint in hints.hints))):
        yield Row(1, words("points"))
    if hints.untried:
        yield Row(1, words("untried", count=str(hints.untried)))


def _sentence(hint: Hint, words: _Words) -> str:
    amounts = {"before": str(_paid(hint.before)), "after": str(_paid(hint.after))}
    if hint.less.minor > 0:
        amounts |= {"less": str(hint.less)}
    elif hint.worth > -hint.less:
        # Else it is a gift that makes the gain, and the goods themselves are no cheaper.
        amounts |= {"extra": str(-hint.less), "worth": str(hint.worth)}
    coupon = words.together(iter(hint.change.coupons))
    if not hint.change.goods:
        return words("coupon", coupon=coupon, other=_replaced(hint, words), **amounts)
    goods = words.together(_added(added, hint, words) for added in hint.change.goods)
    return words("add", goods=goods, coupon=coupon, **amounts)


def _added(added: Added, hint: Hint, words: _Words) -> str:
    more = any(line.sku == added.sku for line in hint.before.lines)
    quantity = str(added.quantity)
    return words("goods", sku=added.sku, quantity=quantity, more="true" if more else "")


def _replaced(hint: Hint, words: _Words) -> str:
    """The coupons that the cart used and that no longer apply."""
    held = {coupon for coupon in hint.loses if _used_as_coupon(hint, coupon)}
    return words.together(iter(sorted(held)))


def _used_as_coupon(hint: Hint, promotion: str) -> bool:
    return promotion in hint.change.instead_of or promotion in hint.cart.coupons


def _reasons(hint: Hint, words: _Words) -> Iterator[str]:
    for promotion in hint.brings:
        short = [each for each in hint.short if each.promotion == promotion]
        yield from (_lacked(each, _several_shops(hint), words) for each in short)
        if not short:
            yield words("brings", title=words.named(promotion))
    for gift in hint.after.gifts:
        if gift.promotion in hint.brings:
            value = str(gift.value)
            yield words("gift", sku=gift.sku, quantity=str(gift.quantity), value=value)
    was, now = (_list_prices(quote) for quote in (hint.before, hint.after))
    for sku in hint.cheaper:
        yield words("cheaper", sku=sku, was=str(was[sku]), now=str(now[sku]))
    for promotion in hint.loses:
        yield words("loses", title=words.named(promotion))
    yield words("gain", gain=str(hint.gain))
    if not hint.proven:
        yield words("unproven")


def _several_shops(hint: Hint) -> bool:
    return len({line.shop for line in hint.before.lines}) > 1


def _lacked(short: Shortfall, in_shops: bool, words: _Words) -> str:
    missing = {
        "amount": str(short.amount) if short.amount else "",
        "quantity": str(short.quantity) if short.quantity else "",
        "distinct": str(short.distinct) if short.distinct else "",
    }
    lacked = words.together(
        words("short", measure=measure, missing=text) for measure, text in missing.items() if text
    )
    title = words.named(short.promotion)
    shop = (short.shop or "") if in_shops else ""
    return words("brings", title=title, short=lacked, of=_goods_of(short.items, words), shop=shop)


def _goods_of(items: Selector, words: _Words) -> str:
    """The goods that count, where one field names them; else nothing, rather than half of it."""
    asks = items.include
    named = [asks.categories, asks.brands, asks.skus, asks.shops, asks.tags]
    given = [values for values in named if values]
    bounded = (asks.at_least, asks.below, asks.reduced) != (None, None, None)
    if items.exclude is not None or bounded or len(given) != 1:
        return ""
    return words.together(iter(sorted(given[0])))


def _paid(quote: Quote) -> Money:
    return quote.payable + quote.points_worth


def _list_prices(quote: Quote) -> Mapping[str, Money]:
    return {line.sku: line.list_price for line in quote.lines}
