"""Caps and quotas as counters: what each SKU counts towards, and how much room each has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import assert_never

from mallops.catalog.model import Sku
from mallops.catalog.products import in_category
from mallops.findings import Refusal
from mallops.recommend.ranking.rules import By, Cap, Kind, Rules

Counter = tuple[str, str]
"""What is counted by, and of which: `("shop", "leaf")`. A category named ends in "/"."""

Type = frozenset[Counter]
"""The counters that a SKU takes a place of: SKUs of one type are the same to all caps."""

KIND = "kind"


def counters(sku: Sku, kind: Kind, caps: Iterable[Cap]) -> Type:
    """The counters that a SKU takes a place of.

    >>> tea = Sku("tea", None, shop="leaf", category="tea/green")
    >>> caps = [Cap(By.SHOP, 2), Cap(By.CATEGORY, 5, "tea"), Cap(By.CATEGORY, 1, "ware")]
    >>> sorted(counters(tea, Kind.REPEAT, caps))
    [('category', 'tea/'), ('kind', 'repeat'), ('shop', 'leaf')]
    """
    found = {(KIND, kind.value)}
    for cap in caps:
        if cap.by is By.CATEGORY and cap.value:
            if in_category(sku.category, cap.value):
                found.add(_named(cap))
            continue
        value = _value(sku, cap.by)
        if cap.value in {"", value} and (value or cap.by is By.SHOP):
            found.add((cap.by.value, value))
    return frozenset(found)


def room_of(types: Iterable[Type], rules: Rules, n: int) -> dict[Counter, int]:
    """How many places of each counter a list of `n` may take, quotas at least aside."""
    each: dict[str, int] = {}
    named: dict[Counter, int] = {}
    for cap in rules.caps:
        if cap.value:
            key = _named(cap)
            named[key] = min(cap.most, named.get(key, n))
        else:
            each[cap.by.value] = min(cap.most, each.get(cap.by.value, n))
    for kind, quota in ((Kind.REPEAT, rules.repeat), (Kind.DISCOVERY, rules.discovery)):
        named[KIND, kind.value] = n if quota.most is None else min(quota.most, n)
    return {
        counter: min(n, named.get(counter, n), _each(counter, each, n))
        for type_ in types
        for counter in type_
    }


def passed_over(sku: str, type_: Type, full: Mapping[Counter, int]) -> tuple[Refusal, ...]:
    """Why a SKU has no place: each full counter as `capped` or `quota_full`, or `kept_free`.

    `full` has how many each of them takes. Where none is full, the places are kept free for
    others, without which the list could not be filled or a quota not met.
    """
    found = tuple(_told(sku, each, full[each]) for each in sorted(type_) if each in full)
    return found or (Refusal("kept_free", {"sku": sku}),)


def _told(sku: str, counter: Counter, most: int) -> Refusal:
    by, value = counter
    if by == KIND:
        return Refusal("quota_full", {"sku": sku, "kind": value, "most": str(most)})
    details = {"sku": sku, "by": by, "value": value.removesuffix("/"), "most": str(most)}
    return Refusal("capped", details)


def _each(counter: Counter, each: Mapping[str, int], n: int) -> int:
    by, value = counter
    # A category that is named has a cap of its own, and those below it theirs.
    return n if value.endswith("/") and by == By.CATEGORY else each.get(by, n)


def _named(cap: Cap) -> Counter:
    below = "/" if cap.by is By.CATEGORY else ""
    return cap.by.value, cap.value + below


def _value(sku: Sku, by: By) -> str:
    match by:
        case By.SHOP:
            return sku.shop
        case By.BRAND:
            return sku.brand
        case By.CATEGORY:
            return sku.category
        case By.PRODUCT:
            return sku.product
        case _:
            assert_never(by)
