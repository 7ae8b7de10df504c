"""Whether orders that are refunded unit by unit, in a random order, come to what was paid.

    python -m benchmarks.confluence [--orders N] [--processes N]

Every order is drawn, quoted and taken back whole, one unit after the other: by formulas that
shops use, and by `return_units` under both threshold policies. Ours is also held to returning
all units at once, in money, shipping, points, coupons, gifts and limits. The orders come from a
seed, so each run has the same ones.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from os import cpu_count
from random import Random

from attrs import evolve, frozen

from mallops import (
    Cart,
    Compiled,
    Line,
    Money,
    Quote,
    Rounding,
    ShippingFee,
    Shopper,
    compile_rulebook,
    decode_catalog,
    decode_rulebook,
    instant,
    quote,
)
from mallops.aftersales.order import Order, receive
from mallops.aftersales.policies import under
from mallops.aftersales.returning import Return, return_units
from mallops.money import allocate, divide
from mallops.points.earning import Goods, earned
from mallops.promotions.quote import QuotedLine
from mallops.rules.aftersales import LostThreshold

ORDERED = instant("2026-11-11T10:00+08:00")
RECEIVED = instant("2026-11-13T10:00+08:00")
RETURNED = instant("2026-11-14T10:00+08:00")
# So many orders share a rulebook and a catalogue.
BATCH = 250
# The lanes whose discounts are the order's, and not those of a line.
OF_ORDER = ("platform", "platform-coupon")


@frozen
class Tally:
    """Of so many orders, how many came to another sum than was paid, and to more than that.

    `parted` are those that came to something else than when all was returned at once.
    """

    orders: int = 0
    wrong: int = 0
    too_much: int = 0
    parted: int = 0

    def __add__(self, other: Tally) -> Tally:
        """Both together."""
        return Tally(
            self.orders + other.orders,
            self.wrong + other.wrong,
            self.too_much + other.too_much,
            self.parted + other.parted,
        )


def main() -> None:
    """Print a row for each rule."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--orders", type=int, default=20_000, metavar="N")
    parser.add_argument("--processes", type=int, default=cpu_count(), metavar="N")
    asked = parser.parse_args()
    with ProcessPoolExecutor(asked.processes) as pool:
        found = added(pool.map(batch, *zip(*sizes(asked.orders), strict=True)))
    print(f"{asked.orders:,} orders, all units returned one by one, in a random order\n")
    print(f"{'rule':<44}  sum ≠ paid  too much  ≠ at once")
    for rule, tally in found.items():
        row = [tally.wrong, tally.too_much, *([tally.parted] if rule in OURS else [])]
        cells = [f"{count / tally.orders:.1%}" for count in row] + ["-"] * (3 - len(row))
        print(f"{rule:<44}  {cells[0]:>10}  {cells[1]:>8}  {cells[2]:>9}")


def sizes(orders: int) -> list[tuple[int, int]]:
    """The batches by number, and how many orders each has."""
    starts = range(0, orders, BATCH)
    return [(number, min(BATCH, orders - start)) for number, start in enumerate(starts)]


def added(tallies: Iterator[Mapping[str, Tally]]) -> Mapping[str, Tally]:
    """The tallies of all batches, by rule."""
    found: dict[str, Tally] = {}
    for one in tallies:
        found |= {rule: found.get(rule, Tally()) + tally for rule, tally in one.items()}
    return found


def batch(number: int, orders: int) -> Mapping[str, Tally]:
    """So many orders of one mall, returned by every rule."""
    chance = Random(number)
    compiled = mall(chance)
    return added(one_order(compiled, chance) for _ in range(orders))


def one_order(compiled: Compiled, chance: Random) -> Mapping[str, Tally]:
    """One order, returned by every rule."""
    order = bought(compiled, drawn_cart(compiled, chance))
    units = [line.id for line in order.quote.lines for _ in line.units]
    chance.shuffle(units)
    found = {}
    for rule, formula in FORMULAS.items():
        came, paid = refunded(formula, order.quote), order.quote.goods.minor
        found[rule] = Tally(1, came != paid, came > paid)
    for rule, policy in OURS.items():
        rules = evolve(compiled.rulebook.after_sales, lost_threshold=policy)
        found[rule] = by_mallops(under(compiled, rules), order, units)
    return found


# --- the mall ------------------------------------------------------------------------------------


def mall(chance: Random) -> Compiled:
    """A catalogue of odd prices, and a rulebook with something in every lane."""
    rulebook = decode_rulebook(
        {
            "currency": "CNY",
            "rounding": chance.choice(["half_up", "half_even", "down"]),
            "points": {"earn": {"per": "1.00", "points": 1}, "at_most_percent": "50"},
            "after_sales": {"shipping": "last"},
            "promotions": [
                promotion("second", "item", {"kind": "nth_unit", "n": 2, "percent": "50"}),
                promotion(
                    "off", "item", {"kind": "percent_off", "percent": chance.choice(["15", "33.3"])}
                )
                | {"items": {"category": ["a"]}},
                promotion("shop", "shop", off(chance, 500, 2_000), off(chance, 5_000, 20_000)),
                promotion("mug", "shop", {"kind": "gift", "sku": "S0", "quantity": 1}, 10_000),
                promotion("every", "platform", off(chance, 1_000, 5_000), 30_000),
                promotion("coupon", "platform-coupon", off(chance, 100, 2_000), 5_000)
                | {"coupon": True},
            ],
        }
    )
    products = [
        {
            "sku": f"S{number}",
            "price": written(chance.randint(99, 29_999)),
            "category": chance.choice("abc"),
            "shop": chance.choice(["s1", "s2"]),
        }
        for number in range(40)
    ]
    return compile_rulebook(rulebook, decode_catalog({"products": products}, rulebook.currency))


def promotion(
    name: str, lane: str, benefit: Mapping[str, object] | int, least: int | None = None
) -> dict[str, object]:
    """A promotion, from a least amount on if one is given; a number is an amount off."""
    if isinstance(benefit, int):
        benefit = {"kind": "amount_off", "amount": written(benefit)}
    asked = {} if least is None else {"requires": {"amount": written(least)}}
    return {"id": name, "lane": lane, "benefit": benefit, **asked}


def off(chance: Random, least: int, most: int) -> int:
    """An amount in minor units, mostly round."""
    amount = chance.randint(least, most)
    return amount if chance.random() < 0.3 else amount // 100 * 100


def written(minor: int) -> str:
    """An amount as files have it."""
    return f"{minor // 100}.{minor % 100:02}"


def drawn_cart(compiled: Compiled, chance: Random) -> Cart:
    """One to four lines of one to five units, with a coupon and points now and then."""
    skus = chance.sample(sorted(compiled.skus), chance.randint(1, 4))
    currency = compiled.rulebook.currency
    return Cart(
        shopper=Shopper("c1"),
        lines=tuple(
            Line(str(number), sku, chance.randint(1, 5)) for number, sku in enumerate(skus, 1)
        ),
        shipping=tuple(
            ShippingFee(shop, Money(600, currency))
            for shop in sorted({compiled.skus[sku].shop for sku in skus})
        ),
        coupons=("coupon",) if chance.random() < 0.5 else (),
        points=chance.choice([0, 0, 777, 5_000]),
    )


def bought(compiled: Compiled, cart: Cart) -> Order:
    """The order of a cart, paid and received."""
    found = quote(compiled, cart, ORDERED)
    goods = [Goods(compiled.skus[line.sku], line.net.minor) for line in found.lines]
    rulebook = compiled.rulebook
    assert rulebook.points is not None
    points = earned(rulebook.points.earn, goods, frozenset(), ORDERED, rulebook.timezone)
    received = receive(Order("o1", cart, found, earned=points), RECEIVED)
    assert isinstance(received, Order)
    return received


# --- what shops do -------------------------------------------------------------------------------

Formula = Callable[[Quote], Iterator[int]]


def refunded(formula: Formula, found: Quote) -> int:
    """What all units come to, each refunded by a formula."""
    return sum(formula(found))


def of_order(line: QuotedLine) -> int:
    """What of a line's discounts is the order's, points included."""
    units = line.units
    steps = (step for unit in units for step in unit.steps if step.lane in OF_ORDER)
    return sum(step.amount.minor for step in steps) + sum(unit.points.minor for unit in units)


def line_and_share(found: Quote) -> Iterator[int]:
    """A line's total by its quantity, less a share of the order's discount, rounded down."""
    discount = sum(of_order(line) for line in found.lines)
    totals = {line.id: line.net.minor + of_order(line) for line in found.lines}
    whole = sum(totals.values())
    for line in found.lines:
        total, count = totals[line.id], len(line.units)
        for _ in line.units:
            yield total * (whole - discount) // (whole * count) if whole else 0


def rounded_unit(found: Quote) -> Iterator[int]:
    """A line's net by its quantity, rounded to a cent, as often as there are units."""
    for line in found.lines:
        yield divide(line.net.minor, len(line.units), Rounding.HALF_UP) * len(line.units)


def integer_units(found: Quote) -> Iterator[int]:
    """A line's net shared out among its units in whole cents, and kept with them."""
    for line in found.lines:
        yield from allocate(line.net.minor, [1] * len(line.units))


def cumulative(found: Quote) -> Iterator[int]:
    """A(k) - A(k-1) for the k-th unit, with A(k) = floor(net * k / quantity)."""
    for line in found.lines:
        net, count = line.net.minor, len(line.units)
        for k in range(1, count + 1):
            yield net * k // count - net * (k - 1) // count


FORMULAS: Mapping[str, Formula] = {
    "line ÷ quantity plus a share, rounded down": line_and_share,
    "rounded unit × quantity": rounded_unit,
    "integer net of each unit": integer_units,
    "cumulative": cumulative,
}


# --- what mallops does ---------------------------------------------------------------------------

OURS: Mapping[str, LostThreshold] = {
    "mallops, keep": LostThreshold.KEEP,
    "mallops, reprice": LostThreshold.REPRICE,
}


def by_mallops(compiled: Compiled, order: Order, units: Sequence[str]) -> Tally:
    """The order returned unit by unit, beside what was paid and beside all at once."""
    parts, rest = list[Return](), order
    for line in units:
        part = return_units(compiled, rest, {line: 1}, RETURNED)
        assert isinstance(part, Return)
        parts.append(part)
        rest = part.order
    whole = return_units(compiled, order, Counter(units), RETURNED)
    assert isinstance(whole, Return)
    found = order.quote
    came = sum(part.refund.minor for part in parts)
    points = sum(part.points_returned for part in parts)
    is_right = came == found.payable.minor and points == found.points_used
    return Tally(1, not is_right, came > found.payable.minor, totals(parts) != totals([whole]))


def totals(parts: Sequence[Return]) -> tuple[object, ...]:
    """All that some returns give back together."""
    return (
        sum(part.goods.minor for part in parts),
        sum(part.shipping.minor for part in parts),
        sum(part.refund.minor for part in parts),
        sum(part.points_returned for part in parts),
        sum(part.points_taken for part in parts),
        sorted(coupon for part in parts for coupon in part.coupons),
        sum(
            (Counter({gift.sku: gift.quantity}) for part in parts for gift in part.gifts), Counter()
        ),
        sorted(name for part in parts for name in part.usage),
    )


if __name__ == "__main__":
    main()
