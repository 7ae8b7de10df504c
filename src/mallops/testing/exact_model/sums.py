"""The law's arithmetic as constraints: conditions, rounding, shares."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from ortools.sat.python import cp_model

from mallops.testing.exact_model.parts import Expr, Flag
from mallops.testing.oracle import Case, hundredth

Doc = dict[str, Any]


class Sums:
    """A model, and what goes into it. `most` is an upper bound of what is returned."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.model = cp_model.CpModel()

    def flag(self, name: str = "") -> Flag:
        """A decision."""
        return self.model.new_bool_var(name)

    def whole(self, value: Expr, most: int, least: int = 0) -> Flag:
        """A variable that equals an expression."""
        found = self.model.new_int_var(least, max(least, most), "")
        self.model.add(found == value)
        return found

    def only_if(self, value: Expr, most: int, on: Flag) -> Flag:
        """The value if a decision holds, else 0."""
        found = self.model.new_int_var(0, max(0, most), "")
        self.model.add(found == value).only_enforce_if(on)
        self.model.add(found == 0).only_enforce_if(~on)
        return found

    def divided(self, value: Expr, by: int, most: int) -> Flag:
        """A value over a number, rounded down."""
        found = self.model.new_int_var(0, max(0, most), "")
        self.model.add_division_equality(found, value, by)
        return found

    def smaller(self, value: Expr, other: Expr, most: int) -> Flag:
        """The smaller of two values."""
        found = self.model.new_int_var(0, max(0, most), "")
        self.model.add_min_equality(found, [value, other])
        return found

    def larger(self, value: Expr, other: Expr, most: int) -> Flag:
        """The larger of two values."""
        found = self.model.new_int_var(0, max(0, most), "")
        self.model.add_max_equality(found, [value, other])
        return found

    def both(self, one: Flag, other: Flag) -> Flag:
        """Whether two decisions hold."""
        found = self.flag()
        self.model.add_multiplication_equality(found, [one, other])
        return found

    def none_of(self, flags: Sequence[Flag]) -> Flag:
        """Whether no decision holds."""
        found = self.flag()
        self.model.add(sum(flags) == 0).only_enforce_if(found)
        self.model.add(sum(flags) >= 1).only_enforce_if(~found)
        return found

    # What the law says.

    def share(self, base: Expr, most: int, rate: Fraction) -> Flag:
        """A rate of a base, rounded half up."""
        over, under = rate.numerator, rate.denominator
        return self.divided(2 * over * base + under, 2 * under, half_up(most * rate))

    def total_off(self, benefit: Doc, base: Expr, most: int) -> Flag:
        """The discount of a benefit that names no unit."""
        if benefit["kind"] == "percent_off":
            found = self.share(base, most, hundredth(benefit["percent"]))
            if "at_most" not in benefit:
                return found
            return self.smaller(found, self.case.money(benefit["at_most"]), most)
        amount = self.case.money(benefit["amount"])
        if "every" not in benefit:
            return self.smaller(amount, base, most)
        every = self.case.money(benefit["every"])
        times = self.divided(base, every, most // every)
        if "at_most_times" in benefit:
            times = self.smaller(times, benefit["at_most_times"], most // every)
        found = self.smaller(amount * times, base, most)
        # It follows, and guides the solver.
        self.model.add(every * found <= amount * base)
        return found

    def freight_off(self, benefit: Doc, fee: Expr, most: int) -> Flag:
        """What comes off what is left of a fee."""
        if "percent" in benefit:
            return self.share(fee, most, hundredth(benefit["percent"]))
        if "amount" in benefit:
            return self.smaller(self.case.money(benefit["amount"]), fee, most)
        return self.larger(0, fee - self.case.money(benefit["price"]), most)

    def require(self, measures: Doc, on: Flag, base: Expr, count: Expr) -> None:
        """What must be there where a decision holds: of `requires`, or of a tier."""
        least = 1 if "items" in measures and not {"amount", "quantity"} & set(measures) else 0
        self.model.add(count >= measures.get("quantity", least)).only_enforce_if(on)
        if "amount" in measures:
            self.model.add(base >= self.case.money(measures["amount"])).only_enforce_if(on)

    def fall_short(self, measures: Doc, on: Flag, base: Expr, count: Expr) -> None:
        """What a tier asks must not be there where a decision holds."""
        if "amount" in measures:
            self.model.add(base < self.case.money(measures["amount"])).only_enforce_if(on)
        else:
            self.model.add(count < measures["quantity"]).only_enforce_if(on)

    def spread(
        self, total: Flag, bases: Sequence[Expr], sizes: Sequence[int], mosts: Sequence[int]
    ) -> list[Flag]:
        """A total over several parts: each within a minor unit a unit of its proportion.

        The others' shares err by as much the other way, so the smaller number of units counts.
        """
        shares = [self.model.new_int_var(0, most, "") for most in mosts]
        self.model.add(sum(shares) == total)
        whole = self.whole(sum(bases), sum(mosts))
        for share, base, size, most in zip(shares, bases, sizes, mosts, strict=True):
            slack = min(size, sum(sizes) - size)
            given = self.model.new_int_var(0, most * sum(mosts), "")
            exact = self.model.new_int_var(0, most * sum(mosts), "")
            self.model.add_multiplication_equality(given, [share, whole])
            self.model.add_multiplication_equality(exact, [total, self.whole(base, most)])
            self.model.add(given - exact <= slack * whole)
            self.model.add(exact - given <= slack * whole)
            self.model.add(share <= base)
        return shares

    def spread_by_rate(
        self,
        total: Flag,
        rate: Fraction,
        on: Flag,
        bases: Sequence[Expr],
        sizes: Sequence[int],
        mosts: Sequence[int],
    ) -> list[Flag]:
        """The same of a percentage, which needs no products: rounding moves it by half a unit."""
        shares = [self.model.new_int_var(0, most, "") for most in mosts]
        self.model.add(sum(shares) == total)
        over, under = 2 * rate.numerator, 2 * rate.denominator
        for share, base, size in zip(shares, bases, sizes, strict=True):
            slack = min(size, sum(sizes) - size) * under + rate.denominator
            self.model.add(under * share - over * base <= slack).only_enforce_if(on)
            self.model.add(over * base - under * share <= slack).only_enforce_if(on)
            self.model.add(share <= base)
        return shares


def half_up(value: Fraction) -> int:
    """Rounded half up."""
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)
