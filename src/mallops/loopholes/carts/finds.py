"""The bad carts of a visit so far."""

from __future__ import annotations

from fractions import Fraction

from attrs import define, field

from mallops.loopholes.carts.goals import Goal
from mallops.loopholes.carts.judging import judge
from mallops.loopholes.carts.measuring import Excess
from mallops.loopholes.carts.sums import applied
from mallops.loopholes.carts.till import Counts, Till, Visit


@define
class Finds:
    """The bad carts of one visit so far: of those to which the same promotions apply, the worst."""

    visit: Visit
    worst: Excess = Fraction(0)
    at_worst: Counts = ()
    by_rules: dict[tuple[str, ...], tuple[Excess, Counts]] = field(factory=dict)

    def add(self, counts: Counts, rules: tuple[str, ...], value: Excess) -> None:
        """Note a cart that is past the goal."""
        if value < self.worst:
            self.worst, self.at_worst = value, counts
        if rules not in self.by_rules or value < self.by_rules[rules][0]:
            self.by_rules[rules] = value, counts


def look(till: Till, goal: Goal, finds: Finds, counts: Counts) -> None:
    """Quote a cart, and note it if it is past the goal."""
    judged = judge(till, goal, counts)
    if judged.value < 0:
        rules = tuple(sorted(applied(till.quote(counts))))
        finds.add(counts, rules, judged.value)
