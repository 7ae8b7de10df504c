"""mallops: `quote` on a compiled rulebook.

python -m benchmarks.peers.ours WORKLOAD
"""

from __future__ import annotations

from benchmarks.peers.serving import serve
from benchmarks.workload import CartLine, Family, cart_for, compiled_for
from mallops import Cart, Compiled, Quote, instant, quote

AT = instant("2026-11-11T00:30:00+08:00")


class Mallops:
    """Carts are plain values, and `quote` writes into none."""

    def __init__(self) -> None:
        self.quotes: list[Quote] = []

    def rules(self, family: Family, size: int) -> Compiled:
        """A compiled rulebook."""
        return compiled_for(family, size)

    def basket(self, rules: Compiled, cart: list[CartLine]) -> Cart:
        """A cart."""
        return cart_for(rules, cart)

    def price(self, rules: Compiled, basket: Cart) -> Quote:
        """The quote."""
        return quote(rules, basket, AT)

    def charged(self, outcome: Quote) -> int:
        """What is payable; on the way, whether that is proven is noted."""
        self.quotes.append(outcome)
        return outcome.payable.minor

    def notes(self) -> dict[str, float]:
        """The share of choices that are proven the best."""
        seen, self.quotes = self.quotes, []
        return (
            {"share proven": sum(one.optimal is True for one in seen) / len(seen)} if seen else {}
        )


if __name__ == "__main__":
    serve(Mallops())
