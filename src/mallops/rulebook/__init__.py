"""The file format: rulebooks, catalogues, carts and scenarios as JSON or TOML, and back.

Reading is strict: what the format does not know is refused, every problem at once, each
with its JSON path. Rulebook sections 1 to 7 are the format; `docs/rulebook-format.md` tells
all of it, and `mallops.rulebook.schema` makes the JSON Schemas of it.
"""

from __future__ import annotations

from mallops.rulebook.book import decode_rulebook, encode_rulebook
from mallops.rulebook.cart import decode_cart, encode_cart
from mallops.rulebook.catalog import decode_catalog, encode_catalog
from mallops.rulebook.documents import canonical_json, parse_json, parse_toml, read_document
from mallops.rulebook.machines import decode_machine, encode_machine
from mallops.rulebook.quotes import encode_quote
from mallops.rulebook.scenarios import Scenario, decode_scenarios, read_scenarios

__all__ = [
    "Scenario",
    "canonical_json",
    "decode_cart",
    "decode_catalog",
    "decode_machine",
    "decode_rulebook",
    "decode_scenarios",
    "encode_cart",
    "encode_catalog",
    "encode_machine",
    "encode_quote",
    "encode_rulebook",
    "parse_json",
    "parse_toml",
    "read_document",
    "read_scenarios",
]
