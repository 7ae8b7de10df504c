"""The naive twin of ranking: every set of goods is looked at, and every place by itself.

It takes time beyond all measure for more than some ten goods. Margins, schedules and exploration
are not in it: scores come as they are, and all boosts and pins run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import combinations
from math import fsum

from mallops.catalog.model import Sku
from mallops.recommend.ranking.model import Customer, Goods
from mallops.recommend.ranking.rules import By, Diversity, Pin, Rules
from mallops.recommend.traits import Traits

__all__ = ["alike", "allowed", "best_list", "largest", "least_missed"]

Set = frozenset[str]


def allowed(goods: Goods, rules: Rules, customer: Customer) -> bool:
    """Whether nothing is against a SKU by itself."""
    sku = goods.sku
    if sku.listing.value != "listed" or sku.price is None or goods.stock == 0:
        return False
    if goods.regions and customer.region not in goods.regions:
        return False
    if goods.groups and not goods.groups & customer.cart.shopper.groups:
        return False
    if goods.least_age is not None and (customer.age is None or customer.age < goods.least_age):
        return False
    if not goods.needs <= customer.holds or goods.not_for & customer.traits:
        return False
    if sku.sku in customer.returned or sku.sku in {line.sku for line in customer.cart.lines}:
        return False
    once = rules.bought_once
    if once is None or sku.sku not in customer.bought:
        return True
    return bool(once.include.categories) and sku.category not in once.include.categories


def largest(
    names: Collection[str], goods: Mapping[str, Goods], rules: Rules, bought: Set, n: int
) -> int:
    """How many of `names`, up to `n`, caps and quotas let onto one list."""
    return max(len(found) for found in _sets(names, goods, rules, bought, n))


def least_missed(
    names: Collection[str], goods: Mapping[str, Goods], rules: Rules, bought: Set, n: int
) -> tuple[int, list[Set]]:
    """The least by which quotas are missed on a longest list, and the sets that do so."""
    sets = list(_sets(names, goods, rules, bought, n))
    longest = max(map(len, sets))
    full = [found for found in sets if len(found) == longest]
    least = min(sum(_missing(found, rules, bought)) for found in full)
    return least, [found for found in full if sum(_missing(found, rules, bought)) == least]


def best_list(
    scores: Mapping[str, Sequence[float]],
    goods: Mapping[str, Goods],
    rules: Rules,
    bought: Set,
    n: int,
) -> list[str]:
    """The list: pins that leave a way, then place by place the best that leaves one."""
    _, ways = least_missed(scores, goods, rules, bought, n)
    # Of sets that miss as much, those with the most repeats that a quota asks for.
    fewest = min(_missing(found, rules, bought)[0] for found in ways)
    insisted = [_missing(found, rules, bought) for found in ways]
    ways = [w for w, missing in zip(ways, insisted, strict=True) if missing[0] == fewest]
    length = len(ways[0])
    at: dict[int, str] = {}
    seated: list[str] = []
    for pin in _heard(rules.pins, scores, n):
        if any({*seated, pin.sku} <= way for way in ways):
            at[pin.place] = pin.sku
            seated.append(pin.sku)
    others: list[str] = []
    while len(seated) < length:
        fitting = [
            name
            for name in scores
            if name not in seated and any({*seated, name} <= way for way in ways)
        ]
        best = min(
            fitting, key=lambda name: (-_worth(name, scores, goods, rules.diversity, seated), name)
        )
        seated.append(best)
        others.append(best)
    found: list[str] = []
    for place in range(1, n + 1):
        if place in at:
            found.append(at[place])
        elif others:
            found.append(others.pop(0))
    return found


def _heard(pins: Sequence[Pin], scores: Collection[str], n: int) -> Iterator[Pin]:
    places: set[int] = set()
    skus: set[str] = set()
    for pin in sorted(pins, key=lambda pin: (pin.place, pin.id)):
        free = pin.sku in scores and pin.place <= n
        if free and pin.place not in places and pin.sku not in skus:
            places.add(pin.place)
            skus.add(pin.sku)
            yield pin


def _sets(
    names: Collection[str], goods: Mapping[str, Goods], rules: Rules, bought: Set, n: int
) -> Iterator[Set]:
    for size in range(min(n, len(names)) + 1):
        for found in combinations(sorted(names), size):
            if _kept(frozenset(found), goods, rules, bought):
                yield frozenset(found)


def _kept(found: Set, goods: Mapping[str, Goods], rules: Rules, bought: Set) -> bool:
    repeats = len(found & bought)
    for most, count in ((rules.repeat.most, repeats), (rules.discovery.most, len(found) - repeats)):
        if most is not None and count > most:
            return False
    for cap in rules.caps:
        values = [_value(goods[name], cap.by) for name in found]
        if cap.value and cap.by is By.CATEGORY:
            below = [
                v
                for v in values
                if v.split("/")[: len(cap.value.split("/"))] == cap.value.split("/")
            ]
            if len(below) > cap.most:
                return False
        elif any(
            count > cap.most
            for value, count in Counter(values).items()
            if cap.value in {"", value} and (value or cap.by is By.SHOP)
        ):
            return False
    return True


def _missing(found: Set, rules: Rules, bought: Set) -> tuple[int, int]:
    repeats = len(found & bought)
    discoveries = len(found) - repeats
    return max(0, rules.repeat.least - repeats), max(0, rules.discovery.least - discoveries)


def _worth(
    name: str,
    scores: Mapping[str, Sequence[float]],
    goods: Mapping[str, Goods],
    rule: Diversity | None,
    seated: Sequence[str],
) -> float:
    if rule is None or not seated:
        return fsum(scores[name])
    nearest = max(alike(goods[name].sku, goods[other].sku, rule.traits) for other in seated)
    return fsum([*scores[name], -rule.weight * nearest])


def alike(a: Sku, b: Sku, by: Traits) -> float:
    """How alike two SKUs are."""
    paths = a.category.split("/"), b.category.split("/")
    depth = max(map(len, paths))
    top = 0
    while top < depth and paths[0][: top + 1] == paths[1][: top + 1] and top < min(map(len, paths)):
        top += 1
    category = top / depth if a.category and b.category else 0.0
    brand = float(a.brand == b.brand != "")
    tags = len(a.tags & b.tags) / len(a.tags | b.tags) if a.tags and b.tags else 0.0
    price = 0.0
    if a.price is not None and b.price is not None:
        top_price = max(a.price.minor, b.price.minor)
        price = min(a.price.minor, b.price.minor) / top_price if top_price else 1.0
    parts = (by.category * category, by.brand * brand, by.tags * tags, by.price * price)
    return (parts[0] + parts[1] + parts[2] + parts[3]) / (
        by.category + by.brand + by.tags + by.price
    )


def _value(goods: Goods, by: By) -> str:
    sku = goods.sku
    return {"shop": sku.shop, "brand": sku.brand, "category": sku.category, "product": sku.product}[
        by
    ]
