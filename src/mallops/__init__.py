"""Pricing, promotions, points, after-sales and recommendations of an online mall.

The names below are what quoting a cart takes. They are loaded when first used, so that
`import mallops` costs next to nothing. The parts of a rulebook that is built in code are in
`mallops.rules`, and what tends a catalogue is in `mallops.catalog`.

>>> import mallops
>>> print(mallops.Money.parse("12.30", mallops.Currency.of("CNY")))
12.30
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

__all__ = [
    "Cart",
    "Case",
    "Catalog",
    "Comparison",
    "Compiled",
    "Currency",
    "Finding",
    "Hint",
    "Hints",
    "InputError",
    "Line",
    "Listing",
    "MallopsError",
    "Money",
    "PriceEntry",
    "Promotion",
    "Quote",
    "Refusal",
    "Rounding",
    "Rulebook",
    "Severity",
    "ShippingFee",
    "Shopper",
    "Sku",
    "Summary",
    "Usage",
    "canonical_json",
    "compare",
    "comparison_text",
    "compile_rulebook",
    "decode_cart",
    "decode_catalog",
    "decode_rulebook",
    "encode_cart",
    "encode_catalog",
    "encode_quote",
    "encode_rulebook",
    "explain",
    "explain_text",
    "hint_text",
    "hints",
    "hints_text",
    "instant",
    "parse_json",
    "parse_toml",
    "quote",
    "read_document",
    "screen_cart",
    "simulate",
    "summary_text",
]

_HOMES = {
    "mallops.cart": ("Cart", "Line", "ShippingFee", "Shopper", "Usage"),
    "mallops.catalog.model": ("Catalog", "Listing", "PriceEntry", "Sku"),
    "mallops.catalog.screening": ("screen_cart",),
    "mallops.errors": ("InputError", "MallopsError"),
    "mallops.findings": ("Finding", "Refusal", "Severity"),
    "mallops.money": ("Currency", "Money", "Rounding"),
    "mallops.promotions.compiled": ("Compiled", "compile_rulebook"),
    "mallops.promotions.engine": ("quote",),
    "mallops.promotions.explain": ("explain", "explain_text"),
    "mallops.promotions.hint": ("Hint", "Hints"),
    "mallops.promotions.hint_text": ("hint_text", "hints_text"),
    "mallops.promotions.hints": ("hints",),
    "mallops.promotions.quote": ("Quote",),
    "mallops.rulebook.book": ("decode_rulebook", "encode_rulebook"),
    "mallops.rulebook.cart": ("decode_cart", "encode_cart"),
    "mallops.rulebook.catalog": ("decode_catalog", "encode_catalog"),
    "mallops.rulebook.documents": ("canonical_json", "parse_json", "parse_toml", "read_document"),
    "mallops.rulebook.quotes": ("encode_quote",),
    "mallops.rules.book": ("Rulebook",),
    "mallops.rules.promotions": ("Promotion",),
    "mallops.simulation.comparison": ("Comparison", "compare"),
    "mallops.simulation.outcome": ("Case",),
    "mallops.simulation.report": ("comparison_text", "summary_text"),
    "mallops.simulation.summary": ("Summary", "simulate"),
    "mallops.time": ("instant",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

if TYPE_CHECKING:
    from mallops.cart import Cart, Line, ShippingFee, Shopper, Usage
    from mallops.catalog.model import Catalog, Listing, PriceEntry, Sku
    from mallops.catalog.screening import screen_cart
    from mallops.errors import InputError, MallopsError
    from mallops.findings import Finding, Refusal, Severity
    from mallops.money import Currency, Money, Rounding
    from mallops.promotions.compiled import Compiled, compile_rulebook
    from mallops.promotions.engine import quote
    from mallops.promotions.explain import explain, explain_text
    from mallops.promotions.hint import Hint, Hints
    from mallops.promotions.hint_text import hint_text, hints_text
    from mallops.promotions.hints import hints
    from mallops.promotions.quote import Quote
    from mallops.rulebook.book import decode_rulebook, encode_rulebook
    from mallops.rulebook.cart import decode_cart, encode_cart
    from mallops.rulebook.catalog import decode_catalog, encode_catalog
    from mallops.rulebook.documents import canonical_json, parse_json, parse_toml, read_document
    from mallops.rulebook.quotes import encode_quote
    from mallops.rules.book import Rulebook
    from mallops.rules.promotions import Promotion
    from mallops.simulation.comparison import Comparison, compare
    from mallops.simulation.outcome import Case
    from mallops.simulation.report import comparison_text, summary_text
    from mallops.simulation.summary import Summary, simulate
    from mallops.time import instant

    __version__: str
else:
    # Type checkers must not see it: to them, every misspelt name would be there.
    def __getattr__(name: str) -> object:
        if name == "__version__":
            from importlib.metadata import version

            found = version("mallops")
        elif name in _HOME_OF:
            found = getattr(import_module(_HOME_OF[name]), name)
        else:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        globals()[name] = found
        return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, "__version__"})
