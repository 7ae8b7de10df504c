"""Price a 双11-like festival over real invoices, cart by cart, and show what it gave away.

    python examples/festival.py [--locale en|zh_CN] [--carts N]

A mall of three shops runs the rulebook `festival/rulebook.json` for a week. Its carts are
invoices of UCI Online Retail II, see `docs/data.md`. They are priced in the order in which
they came in, and what one cart used of a promotion's limits is gone for the next.

The exit status is 1 if a law of the quote is broken by any cart, else 0.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from attrs import define, field, frozen
from pendulum import DateTime

from mallops.cart import Cart, Usage
from mallops.catalog.model import Catalog
from mallops.layout import columns
from mallops.messages import localized
from mallops.money import Money, format_money, total
from mallops.promotions.engine import compile_rulebook, quote
from mallops.promotions.explain import explain_text
from mallops.promotions.quote import Quote, QuotedUnit
from mallops.rulebook.book import decode_rulebook
from mallops.rulebook.cart import decode_cart
from mallops.rulebook.catalog import decode_catalog
from mallops.rulebook.documents import read_document
from mallops.rules.book import Rulebook
from mallops.rules.promotions import Promotion
from mallops.time import instant

HERE = Path(__file__).parent
RULEBOOK = HERE / "festival" / "rulebook.json"
CATALOG = HERE / "data" / "catalog.json"
CARTS = HERE / "data" / "carts.json"

# A quarter of the usual one: nobody waits for a demo, and the totals differ by pennies.
SEARCH_BUDGET = 5_000

# The cart that is explained in full: enough to see something, and little enough to be read.
READABLE_LINES = range(3, 7)
READABLE_UNITS = 60

WORDS = {
    "en": {
        "pricing": "Pricing",
        "one": "One cart in full: invoice {invoice}",
        "all": "What each promotion gave away, over {carts} carts",
        "promotion": "promotion",
        "touched": "carts",
        "gave": "gave away",
        "share": "of list",
        "promotions": "All promotions, gifts at their value",
        "points": "Points as tender",
        "list": "List prices of the goods",
        "fees": "Shipping fees",
        "discounts": "Discounts",
        "payable": "Paid in money",
        "gifts": "Gifts given, at their value",
        "borne": "Borne by {party}",
        "margin": "Left over assumed cost: {list} of list prices, {net} of what goods bring in",
        "optimal": "{proven} of {carts} quotes proven optimal, worst gap {gap}",
        "laws": "{carts} carts, {laws} laws, {broken} broken",
    },
    "zh_CN": {
        "pricing": "计价中",
        "one": "一单详解：发票 {invoice}",
        "all": "各项促销让利，共 {carts} 单",
        "promotion": "促销",
        "touched": "单数",
        "gave": "让利",
        "share": "占标价",
        "promotions": "全部促销，赠品按价值计",
        "points": "积分抵扣",
        "list": "商品标价合计",
        "fees": "运费",
        "discounts": "优惠",
        "payable": "实付",
        "gifts": "赠品价值",
        "borne": "承担方 {party}",
        "margin": "扣除假定成本后：按标价 {list}，按实收 {net}",
        "optimal": "{carts} 单中 {proven} 单已证明最优，最大差距 {gap}",
        "laws": "{carts} 单，{laws} 条定律，违反 {broken} 次",
    },
}


@frozen
class Order:
    """An invoice as the mall sees it before it is priced."""

    invoice: str
    at: DateTime
    cart: Cart


@frozen
class Priced:
    """An order and its quote."""

    order: Order
    quote: Quote


@define
class Spent:
    """What is gone of every promotion's limits, from cart to cart."""

    uses: Counter[str] = field(factory=Counter)
    uses_of: Counter[tuple[str, str]] = field(factory=Counter)
    money: dict[str, Money] = field(factory=dict)

    def usage(self, customer: str) -> dict[str, Usage]:
        """The usage that a cart of `customer` is quoted with."""
        return {
            promotion: Usage(count, self.uses_of[promotion, customer], self.money[promotion])
            for promotion, count in self.uses.items()
        }

    def book(self, customer: str, priced: Quote) -> None:
        """Count an order in. A guest cannot be known again, so has no uses of its own."""
        for promotion, amount in given_away(priced).items():
            self.uses[promotion] += 1
            if customer:
                self.uses_of[promotion, customer] += 1
            before = self.money.get(promotion)
            self.money[promotion] = amount if before is None else before + amount


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demo; 1 if a law is broken."""
    options = parsed(arguments)
    words = WORDS[options.locale]
    rulebook = decode_rulebook(read_document(RULEBOOK))
    catalog = decode_catalog(read_document(CATALOG), rulebook.currency, rulebook.timezone)
    orders = read_orders(rulebook)[: options.carts]
    every = price(rulebook, catalog, progress(orders, words["pricing"]))
    sections = (
        explained(every, rulebook, options.locale),
        promotions_table(every, rulebook, options.locale),
        totals_table(every, rulebook, catalog, options.locale),
        proofs(every, rulebook, options.locale),
    )
    print("\n\n".join(sections))
    broken = broken_laws(every)
    print(words["laws"].format(carts=len(every), laws=len(LAWS), broken=len(broken)))
    print("\n".join(broken), end="")
    return 1 if broken else 0


def parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The options, checked."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--locale", choices=sorted(WORDS), default="en", help="of all text")
    parser.add_argument("--carts", type=at_least_one, metavar="N", help="price the first N only")
    return parser.parse_args(arguments)


def at_least_one(text: str) -> int:
    """A number of carts, as argparse reads it."""
    if not text.isascii() or not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is no number of carts")
    return int(text)


# -- pricing ---------------------------------------------------------------------------------


def read_orders(rulebook: Rulebook) -> list[Order]:
    """The slice's invoices, in the order in which they came in."""
    document: Any = read_document(CARTS)
    orders = [
        Order(
            invoice=scenario["name"],
            at=instant(scenario["at"]),
            cart=decode_cart(scenario["cart"], rulebook.currency),
        )
        for scenario in document["scenarios"]
    ]
    return sorted(orders, key=lambda order: (order.at, order.invoice))


def price(rulebook: Rulebook, catalog: Catalog, orders: Iterable[Order]) -> list[Priced]:
    """Each order with its quote; the rulebook is compiled once for all of them."""
    compiled = compile_rulebook(rulebook, catalog)
    spent = Spent()
    every = []
    for order in orders:
        customer = order.cart.shopper.id
        found = quote(compiled, order.cart, order.at, spent.usage(customer), SEARCH_BUDGET)
        spent.book(customer, found)
        every.append(Priced(order, found))
    return every


def progress(orders: Sequence[Order], label: str) -> Iterator[Order]:
    """The orders, with a bar on standard error; a plain count where rich is not installed."""
    try:
        from rich.console import Console  # noqa: PLC0415 - an extra, and a demo does without
        from rich.progress import track  # noqa: PLC0415
    except ImportError:
        yield from counted(orders, label)
    else:
        yield from track(orders, description=label, console=Console(stderr=True))


def counted(orders: Sequence[Order], label: str) -> Iterator[Order]:
    """The orders, with a line on standard error for each tenth of them."""
    for number, order in enumerate(orders, start=1):
        yield order
        if number * 10 // len(orders) > (number - 1) * 10 // len(orders):
            print(f"{label} {number}/{len(orders)}", file=sys.stderr)


def given_away(priced: Quote) -> dict[str, Money]:
    """What each promotion of a quote granted: its discount, and its gifts at their value."""
    granted = {applied.promotion: applied.discount for applied in priced.applied}
    for gift in priced.gifts:
        granted[gift.promotion] += gift.value
    return granted


# -- what is printed -------------------------------------------------------------------------


def explained(every: Sequence[Priced], rulebook: Rulebook, locale: str) -> str:
    """The readable cart with the most to see, in full; if there is none, the smallest."""
    chosen = max(every, key=readability)
    heading = WORDS[locale]["one"].format(invoice=chosen.order.invoice)
    return f"{heading}\n\n{explain_text(chosen.quote, rulebook, locale)}"


def readability(priced: Priced) -> tuple[bool, int]:
    """Whether a quote is of a size to be read; then how many seats are taken."""
    lines = priced.quote.lines
    count = sum(len(line.units) for line in lines)
    if len(lines) in READABLE_LINES and count <= READABLE_UNITS:
        return True, sum(len(applied.seats) for applied in priced.quote.applied)
    return False, -count


def promotions_table(every: Sequence[Priced], rulebook: Rulebook, locale: str) -> str:
    """Each promotion's title, the carts it touched, and what it gave away."""
    words = WORDS[locale]
    touched: Counter[str] = Counter()
    for priced in every:
        touched.update(applied.promotion for applied in priced.quote.applied)
    gave = given_by_promotion(every, rulebook)
    whole = list_prices(every, rulebook)
    rows = [
        (
            localized(promotion.title, locale, promotion.id),
            str(touched[promotion.id]),
            str(gave[promotion.id]),
            percent(gave[promotion.id], whole),
        )
        for promotion in rulebook.promotions
    ]
    sums = total(gave.values(), rulebook.currency)
    at_all = sum(1 for priced in every if priced.quote.applied)
    points = total((priced.quote.points_worth for priced in every), rulebook.currency)
    paid = sum(1 for priced in every if priced.quote.points_used)
    rows += [
        (words["promotions"], str(at_all), str(sums), percent(sums, whole)),
        (words["points"], str(paid), str(points), percent(points, whole)),
    ]
    heading = (words["promotion"], words["touched"], words["gave"], words["share"])
    return f"{words['all'].format(carts=len(every))}\n\n{table([heading, *rows])}"


def totals_table(every: Sequence[Priced], rulebook: Rulebook, catalog: Catalog, locale: str) -> str:
    """The sums over all carts, who bears the discounts, and what is left over cost."""
    words = WORDS[locale]
    quotes = [priced.quote for priced in every]
    gifts = total((gift.value for one in quotes for gift in one.gifts), rulebook.currency)
    sums = [
        (words["list"], list_prices(every, rulebook)),
        (words["fees"], total((fee for one in quotes for fee in fees(one)), rulebook.currency)),
        (words["discounts"], -total(map(discounts, quotes), rulebook.currency)),
        (words["points"], -total((one.points_worth for one in quotes), rulebook.currency)),
        (words["payable"], total((one.payable for one in quotes), rulebook.currency)),
        (words["gifts"], gifts),
    ]
    sums += [
        (words["borne"].format(party=party), amount)
        for party, amount in borne(every, rulebook).items()
    ]
    return table([(label, format_money(amount, locale)) for label, amount in sums]) + (
        f"\n\n{margin(every, rulebook, catalog, locale)}"
    )


def margin(every: Sequence[Priced], rulebook: Rulebook, catalog: Catalog, locale: str) -> str:
    """What is left of the goods' prices over their cost, before and after all that is taken.

    Points are the mall's own money: what they paid for counts as brought in by nobody.
    """
    cost_of = {sku.sku: sku.cost for sku in catalog.skus}
    zero = Money.zero(rulebook.currency)
    cost = total(
        (
            (cost_of[line.sku] or zero) * len(line.units)
            for priced in every
            for line in priced.quote.lines
        ),
        rulebook.currency,
    )
    listed = list_prices(every, rulebook)
    net = total((priced.quote.goods for priced in every), rulebook.currency)
    return WORDS[locale]["margin"].format(
        list=percent(listed - cost, listed), net=percent(net - cost, net)
    )


def proofs(every: Sequence[Priced], rulebook: Rulebook, locale: str) -> str:
    """How many quotes are proven optimal, and how far the others may be from it."""
    gaps = [priced.quote.gap for priced in every if priced.quote.gap is not None]
    return WORDS[locale]["optimal"].format(
        proven=sum(1 for priced in every if priced.quote.optimal),
        carts=len(every),
        gap=format_money(max(gaps, default=Money.zero(rulebook.currency)), locale),
    )


def table(rows: Sequence[tuple[str, ...]]) -> str:
    """Rows in columns, the first to the left and the others to the right.

    A Chinese character takes two columns of a terminal, which `str.ljust` does not know.
    """
    widths = [max(map(columns, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(padded(row, widths)).rstrip() for row in rows)


def padded(row: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    """The cells of a row, each as wide as its column."""
    for place, (cell, width) in enumerate(zip(row, widths, strict=True)):
        gap = " " * (width - columns(cell))
        yield cell + gap if place == 0 else gap + cell


def percent(part: Money, whole: Money) -> str:
    """A share with one decimal digit; none of nothing."""
    share = Decimal(part.minor * 100) / whole.minor if whole else Decimal(0)
    return f"{share:.1f}%"


# -- sums ------------------------------------------------------------------------------------


def given_by_promotion(every: Iterable[Priced], rulebook: Rulebook) -> dict[str, Money]:
    """What each promotion of the rulebook granted over all carts."""
    gave = {promotion.id: Money.zero(rulebook.currency) for promotion in rulebook.promotions}
    for priced in every:
        for promotion, amount in given_away(priced.quote).items():
            gave[promotion] += amount
    return gave


def borne(every: Iterable[Priced], rulebook: Rulebook) -> dict[str, Money]:
    """What each party bears of what the promotions granted, by their `funding`."""
    gave = given_by_promotion(every, rulebook)
    parties = sorted({party for promotion in rulebook.promotions for party in promotion.funding})
    sums = {party: Money.zero(rulebook.currency) for party in parties}
    for promotion in rulebook.promotions:
        for party, amount in shares(promotion, gave[promotion.id]):
            sums[party] += amount
    return sums


def shares(promotion: Promotion, amount: Money) -> Iterator[tuple[str, Money]]:
    """An amount by the parties that fund the promotion, to the minor unit."""
    weights = [int(part * 100) for part in promotion.funding.values()]
    if weights:
        yield from zip(promotion.funding, amount.allocate(weights), strict=True)


def list_prices(every: Iterable[Priced], rulebook: Rulebook) -> Money:
    """What the goods of all carts cost before any promotion."""
    return total(
        (unit.list_price for priced in every for unit in units(priced.quote)), rulebook.currency
    )


def units(priced: Quote) -> Iterator[QuotedUnit]:
    """All units of a quote."""
    for line in priced.lines:
        yield from line.units


def fees(priced: Quote) -> Iterator[Money]:
    """All shipping fees of a quote, before any promotion."""
    for parcel in priced.parcels:
        yield parcel.fee


def discounts(priced: Quote) -> Money:
    """What all promotions took off, freight included."""
    return total((applied.discount for applied in priced.applied), priced.payable.currency)


# -- the laws --------------------------------------------------------------------------------


def adds_up(priced: Quote) -> bool:
    """Units add up to lines, lines to goods, and goods with shipping to what is paid."""
    currency = priced.payable.currency
    lines = all(line.net == total((u.net for u in line.units), currency) for line in priced.lines)
    goods = priced.goods == total((line.net for line in priced.lines), currency)
    return lines and goods and priced.payable == priced.goods + priced.shipping


def is_accounted_for(priced: Quote) -> bool:
    """List prices and fees are what is paid, the discounts and the points' worth."""
    currency = priced.payable.currency
    before = total((unit.list_price for unit in units(priced)), currency)
    before += total(fees(priced), currency)
    return before == priced.payable + discounts(priced) + priced.points_worth


def is_never_negative(priced: Quote) -> bool:
    """No unit costs less than nothing, on any step of its way down."""
    zero = Money.zero(priced.payable.currency)
    return all(unit.net >= zero and way_down(unit) == unit.net for unit in units(priced))


def way_down(unit: QuotedUnit) -> Money:
    """A unit's list price less all that was taken off it."""
    taken = total((step.amount for step in unit.steps), unit.net.currency)
    return unit.list_price - taken - unit.points


LAWS: Mapping[str, Callable[[Quote], bool]] = {
    "units = lines = goods": adds_up,
    "list prices + fees = paid + discounts + points": is_accounted_for,
    "no unit below zero": is_never_negative,
}


def broken_laws(every: Iterable[Priced]) -> list[str]:
    """Each broken law with the invoice that breaks it."""
    return [
        f"{priced.order.invoice}: {name}"
        for priced in every
        for name, holds in LAWS.items()
        if not holds(priced.quote)
    ]


if __name__ == "__main__":
    sys.exit(main())
