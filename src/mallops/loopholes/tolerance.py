"""What a mall puts up with: from where on a rule is worth a person's attention."""

from __future__ import annotations

from decimal import Decimal

from attrs import frozen

from mallops.rules.promotions import Criteria


@frozen
class Tolerance:
    """The bounds that checks and searches measure by; amounts are shares in percent.

    `deepest` is the most that one promotion may take off what it is about. `least_margin` is
    what has to be left of a price over its cost. `odd_price` is how many times a price may be
    above or below its reference: cost, history, or its category's price for a gram. `licensed`
    are goods that no promotion may touch without a licence, such as medicines. `test_words` mark
    what was made to try something out. `rich_points` is the share of what is paid from which on
    the points that it earns are many. `outside_words` mark prices that follow those of others.
    """

    deepest: Decimal = Decimal(70)
    least_margin: Decimal = Decimal(0)
    odd_price: Decimal = Decimal(5)
    licensed: Criteria = Criteria(tags=frozenset({"medicine", "prescription"}))
    test_words: tuple[str, ...] = ("test", "测试", "demo", "todo", "xxx")
    rich_points: Decimal = Decimal(10)
    outside_words: tuple[str, ...] = (
        "match",
        "matched",
        "rival",
        "rivals",
        "competitor",
        "competitors",
        "guarantee",
        "guaranteed",
        "difference",
        "undercut",
        "external",
        "scraped",
        "any price",
        "best price",
        "lowest price",
        "price beat",
        "price match",
        "price promise",
        "比价",
        "跟价",
        "竞品",
        "竞对",
        "对手",
        "保价",
        "差价",
        "买贵",
        "全网最低",
    )


USUAL = Tolerance()
"""What a mall puts up with that says nothing else."""
