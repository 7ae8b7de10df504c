"""Who bears an amount: a promotion's `funding` applied to the minor unit."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from math import lcm

from attrs import frozen

from mallops.money import allocate

UNASSIGNED = ""
"""The party that bears what `funding` gives to nobody."""

OWN_SHOP = "shop"
"""The party that is no one shop but whichever shop sells the units: each bears its own."""


@frozen
class Funding:
    """The parties of one promotion, by name, and their whole-number weights.

    Percentages that add up to less than 100 leave the rest `UNASSIGNED`, and so does a
    promotion without funding: who pays for it is for people to say, not for a default. Those
    that add up to more are taken in proportion, since no more is borne than was granted.
    """

    parties: tuple[str, ...]
    weights: tuple[int, ...]

    @classmethod
    def of(cls, percents: Mapping[str, Decimal]) -> Funding:
        """The funding that a promotion states.

        >>> Funding.of({"shop": Decimal("40"), "platform": Decimal("60")})
        Funding(parties=('platform', 'shop'), weights=(60, 40))
        >>> Funding.of({"shop": Decimal("12.5")}).parts(1000)
        {'shop': 125, '': 875}
        """
        # Unassigned last, so that an odd minor unit rather falls to somebody.
        stated = {party: Fraction(percents[party]) for party in sorted(percents)}
        rest = 100 - sum(stated.values())
        if rest > 0:
            stated[UNASSIGNED] = stated.pop(UNASSIGNED, Fraction(0)) + rest
        scale = lcm(*(percent.denominator for percent in stated.values()))
        return cls(tuple(stated), tuple(int(percent * scale) for percent in stated.values()))

    def parts(self, minor: int) -> dict[str, int]:
        """An amount in minor units by party, by largest remainder: the parts add up to it.

        Of parties that tie for an odd minor unit, the first by name has it.

        >>> Funding.of({"shop": Decimal(50), "platform": Decimal(50)}).parts(101)
        {'platform': 51, 'shop': 50}
        """
        return dict(zip(self.parties, allocate(minor, self.weights), strict=True))
