"""What each engine does with rules that overlap, as a few lines of arithmetic.

The engines are told the same rules, and charge differently where rules overlap, since each has a
policy of its own for that. Here these policies are written down from the engines' sources, without
their code, so that a difference is not merely seen: a policy that comes to what its engine charged,
cart after cart, is the reason for it. Rounding is left out: a cent is allowed for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from itertools import takewhile

from attrs import frozen

from benchmarks.workload import CartLine, Product, Rule


@frozen
class Line:
    """A line at its list price, in minor units."""

    product: Product
    quantity: int

    @property
    def total(self) -> int:
        """All its units."""
        return self.product["price"] * self.quantity

    def fits(self, rule: Rule) -> bool:
        """Whether an item rule is about it."""
        field = rule["field"]
        return field != "" and self.product[field] in rule["values"]

    def off(self, rule: Rule, base: Fraction) -> Fraction:
        """What an item rule takes off it, a percentage being of `base`."""
        if rule["off"] == "percent":
            return base * rule["value"] / 100
        return Fraction(rule["value"] * self.quantity)


Policy = Callable[[Sequence[Rule], Sequence[Line]], Fraction]


def lines_of(cart: Iterable[CartLine], products: Iterable[Product]) -> list[Line]:
    """A cart with its products."""
    by_sku = {each["sku"]: each for each in products}
    return [Line(by_sku[line["sku"]], line["quantity"]) for line in cart]


def is_apart(rules: Sequence[Rule], lines: Sequence[Line]) -> bool:
    """Whether nothing overlaps: an item rule a line, an order rule, at list price and after."""
    fitting = [[rule for rule in rules if line.fits(rule)] for line in lines]
    if any(len(found) > 1 for found in fitting):
        return False
    listed = sum(line.total for line in lines)
    off = sum(
        line.off(rule, Fraction(line.total))
        for line, found in zip(lines, fitting, strict=True)
        for rule in found
    )
    reached = [rule for rule in of_orders(rules) if listed >= rule["threshold"]]
    return len(reached) <= 1 and all(listed - off >= rule["threshold"] for rule in reached)


def added_up(rules: Sequence[Rule], lines: Sequence[Line]) -> Fraction:
    """Vendure: every item rule, a percentage of the list price; then every order rule reached."""
    left = Fraction(0)
    for line in lines:
        off = sum(line.off(rule, Fraction(line.total)) for rule in rules if line.fits(rule))
        left += max(Fraction(0), line.total - off)
    for rule in by_priority(of_orders(rules)):
        if left >= rule["threshold"]:
            left -= min(left, order_off(rule, left))
    return left


def one_after_another(rules: Sequence[Rule], lines: Sequence[Line]) -> Fraction:
    """Medusa: every rule, on what the ones before left, the higher number first, 60 off before 30%.

    Thresholds are of the list price.
    """
    left = [Fraction(line.total) for line in lines]
    listed = sum(line.total for line in lines)
    for rule in sorted(rules, key=lambda rule: -number(rule)):
        if rule["level"] == "item":
            for i, line in enumerate(lines):
                if line.fits(rule):
                    left[i] -= min(left[i], line.off(rule, left[i]))
        elif listed >= rule["threshold"] and any(left):
            whole = sum(left, Fraction(0))
            share = 1 - min(whole, order_off(rule, whole)) / whole
            left = [each * share for each in left]
    return sum(left, Fraction(0))


def first_come_by_level(rules: Sequence[Rule], lines: Sequence[Line]) -> Fraction:
    """Oscar, offers combined: by priority, a line goes to one item rule and to one order rule."""
    return first_come(rules, lines, by_level=True)


def first_come_of_all(rules: Sequence[Rule], lines: Sequence[Line]) -> Fraction:
    """Oscar, offers exclusive: by priority, a line goes to one rule, of whatever level."""
    return first_come(rules, lines, by_level=False)


def first_come(rules: Sequence[Rule], lines: Sequence[Line], *, by_level: bool) -> Fraction:
    """Thresholds and percentages are of the list price, and of the lines still free.

    A percentage goes through its lines from the cheapest unit up, and ends at the first line that
    another rule has: the dearer ones get nothing, free or not.
    """
    taken: list[set[str]] = [set() for _ in lines]
    off = [Fraction(0) for _ in lines]
    cheapest_first = sorted(range(len(lines)), key=lambda i: lines[i].product["price"])
    for rule in by_priority(rules):
        level = rule["level"] if by_level else "any"
        about = [i for i in cheapest_first if rule["level"] == "order" or lines[i].fits(rule)]
        free = [i for i in about if level not in taken[i]]
        worth = sum(lines[i].total for i in free)
        if not free or worth < rule["threshold"]:
            continue
        if rule["off"] == "percent":
            free = until_taken(about, taken, level)
        for i in free:
            share = lines[i].off(rule, Fraction(lines[i].total))
            if (rule["level"], rule["off"]) == ("order", "amount"):
                share = Fraction(min(rule["value"], worth) * lines[i].total, worth)
            off[i] += share
            taken[i].add(level)
    left = (max(Fraction(0), line.total - off[i]) for i, line in enumerate(lines))
    return sum(left, Fraction(0))


def until_taken(about: Sequence[int], taken: Sequence[set[str]], level: str) -> list[int]:
    """The lines before the first one that another rule has."""
    return list(takewhile(lambda i: level not in taken[i], about))


def order_off(rule: Rule, base: Fraction) -> Fraction:
    """What an order rule takes off, a percentage being of `base`."""
    if rule["off"] == "percent":
        return base * rule["value"] / 100
    return Fraction(rule["value"])


def of_orders(rules: Sequence[Rule]) -> list[Rule]:
    """The order rules."""
    return [rule for rule in rules if rule["level"] == "order"]


def by_priority(rules: Sequence[Rule]) -> list[Rule]:
    """The higher priority first; of equals, in their order."""
    return sorted(rules, key=lambda rule: -rule["priority"])


def number(rule: Rule) -> Fraction:
    """The number that a rule is written with: per cent, or an amount in major units."""
    return Fraction(rule["value"]) if rule["off"] == "percent" else Fraction(rule["value"], 100)
