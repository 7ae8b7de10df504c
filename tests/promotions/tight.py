"""Small carts whose totals come within a minor unit or two of what later lanes ask for."""

from __future__ import annotations

from random import Random

from attrs import frozen

from mallops.promotions.basket import lay_out
from mallops.promotions.seating import Bidder, Judge, bidder
from mallops.rules.promotions import Seat
from mallops.testing.strategies import Doc
from tests.promotions.drawn import decoded

LANES = (
    "unit shop order",
    "unit unit shop order",
    "shop unit shop order",
    "unit order shop order",
    "unit parcel shop order parcel",
    "order unit shop order",
)
ROUNDINGS = ("half_up", "half_down", "half_even", "down", "down")
PERCENTS = ("33.33", "12.5", "10", "7", "50", "100", "15")


@frozen
class Table:
    """What a search sits down to."""

    bidders: tuple[Bidder, ...]
    judge: Judge
    lanes: tuple[Seat, ...]


def tight_scenario(random: Random) -> Doc:
    """A scenario in yen, so that every threshold is a close call."""
    highest = random.choice((12, 40, 200))
    shops = random.randint(1, 2)
    skus = "ABC"[: random.randint(1, 3)]
    products: list[Doc] = [
        {
            "sku": sku,
            "price": str(random.randint(0, highest)),
            "shop": f"s{random.randint(1, shops)}",
            **({"floor": str(random.randint(1, highest))} if random.random() < 0.1 else {}),
        }
        for sku in skus
    ]
    lines: list[Doc] = [{"id": sku, "sku": sku, "quantity": random.randint(1, 2)} for sku in skus]
    total = sum(
        int(product["price"]) * line["quantity"]
        for product, line in zip(products, lines, strict=True)
    )
    lanes = [
        {"id": f"{seat}{place}", "seat": seat}
        for place, seat in enumerate(random.choice(LANES).split())
    ]
    promotions = [
        _promotion(random, f"{lane['id']}-{number}", lane, total, skus)
        for lane in lanes
        for number in range(random.randint(1, 2))
    ]
    for place, lane in enumerate(lanes[:-1]):
        if random.random() < 0.1:
            found = next(each for each in promotions if each["lane"] == lane["id"])
            found["blocks"] = [random.choice(lanes[place + 1 :])["id"]]
    shipped = sorted({product["shop"] for product in products})
    return {
        "at": "2026-11-11T12:00:00+08:00",
        "usage": {},
        "catalog": {"products": products},
        "rulebook": {
            "currency": "JPY",
            "rounding": random.choice(ROUNDINGS),
            "lanes": lanes,
            "promotions": random.sample(promotions, len(promotions)),
        },
        "cart": {
            "lines": lines,
            "shipping": [{"shop": shop, "fee": str(random.randint(1, 9))} for shop in shipped],
        },
    }


def table(scenario: Doc) -> Table:
    """The scenario's promotions as bidders; none of them may have a limit or a schedule."""
    drawn = decoded(scenario)
    basket = lay_out(drawn.compiled, drawn.cart, drawn.at)
    found: list[Bidder] = []
    for rule in drawn.compiled.rules:
        candidate = bidder(len(found), rule, basket, None, ())
        if any(candidate.seats):
            found.append(candidate)
    rulebook = drawn.compiled.rulebook
    lanes = tuple(lane.seat for lane in rulebook.lanes)
    return Table(tuple(found), Judge(basket, rulebook.rounding), lanes)


def _promotion(random: Random, name: str, lane: Doc, total: int, skus: str) -> Doc:
    found: Doc = {"id": name, "lane": lane["id"]}
    if lane["seat"] == "unit":
        found["benefit"] = _off_units(random, max(2, total // 3))
        if random.random() < 0.4:
            found["items"] = {"sku": [random.choice(skus)]}
        if random.random() < 0.15:
            found["requires"] = {"quantity": 2}
        return found
    if lane["seat"] == "parcel":
        found["benefit"] = {"kind": "shipping_off", "percent": random.choice(PERCENTS)}
    else:
        found["benefit"] = _off_seats(random, max(4, total))
        if random.random() < 0.15:
            found["items"] = {"sku": [random.choice(skus)]}
    if random.random() < 0.6:
        found["requires"] = {"amount": str(int(total * random.uniform(0.4, 1)))}
    return found


def _off_units(random: Random, much: int) -> Doc:
    amount = str(random.randint(1, much))
    return random.choice(
        [
            {"kind": "percent_off", "percent": random.choice(PERCENTS)},
            {"kind": "percent_off", "percent": random.choice(PERCENTS)},
            {"kind": "fixed_price", "price": amount},
            {"kind": "amount_off", "amount": amount, "per": "unit"},
            {"kind": "amount_off", "amount": amount, "every": str(random.randint(2, 2 * much))},
            {"kind": "nth_unit", "n": 2, "percent": random.choice(PERCENTS)},
            {"kind": "bundle_price", "size": 2, "price": amount},
        ]
    )


def _off_seats(random: Random, total: int) -> Doc:
    amount = str(random.randint(1, total // 2))
    every = random.randint(2, total // 2)
    plain: list[Doc] = [
        {"kind": "amount_off", "amount": amount},
        {"kind": "amount_off", "amount": str(random.randint(1, every)), "every": str(every)},
        {"kind": "percent_off", "percent": random.choice(PERCENTS)},
        {"kind": "gift", "sku": "A", "quantity": 1, "value": amount},
    ]
    first = random.randint(1, total // 2)
    tiers = [
        {"amount": str(first), "benefit": random.choice(plain)},
        {"amount": str(random.randint(first + 1, total)), "benefit": random.choice(plain)},
    ]
    return random.choice([*plain, *plain, {"kind": "tiers", "tiers": tiers}])
