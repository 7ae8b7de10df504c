"""What is decoded and encoded again is the same; what is random is refused, and no more."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pendulum import DateTime

from mallops.cart import Cart
from mallops.catalog.model import Catalog
from mallops.errors import InputError
from mallops.money import Currency
from mallops.rulebook import (
    canonical_json,
    decode_cart,
    decode_catalog,
    decode_rulebook,
    decode_scenarios,
    encode_cart,
    encode_catalog,
    encode_quote,
    encode_rulebook,
    parse_json,
)
from mallops.rulebook.asking import Quoted, quote_scenario
from mallops.rulebook.book import RULEBOOK
from mallops.rulebook.cart import CART
from mallops.rulebook.catalog import CATALOG
from mallops.rulebook.records import Record
from mallops.rulebook.schema import SCHEMAS
from mallops.rules.book import Rulebook
from mallops.rules.promotions import Promotion, Schedule
from mallops.testing.strategies import scenarios
from mallops.time import Window, instant
from tests.rulebook.documents import CNY, FULL_CART, FULL_CATALOG, FULL_RULEBOOK, Doc
from tests.rulebook.strategies import JSON, fitted, mended, of_record, spoilt

Codec = tuple[Callable[[object], Any], Callable[[Any], Doc], Doc, str]

RULEBOOKS: Codec = (decode_rulebook, encode_rulebook, FULL_RULEBOOK, "rulebook")
CATALOGS: Codec = (lambda doc: decode_catalog(doc, CNY), encode_catalog, FULL_CATALOG, "catalog")
CARTS: Codec = (lambda doc: decode_cart(doc, CNY), encode_cart, FULL_CART, "cart")
CODECS = {"rulebooks": RULEBOOKS, "catalogs": CATALOGS, "carts": CARTS}
RECORDS: dict[str, Record[Any]] = {"rulebooks": RULEBOOK, "catalogs": CATALOG, "carts": CART}
VALIDATORS = {name: Draft202012Validator(make()) for name, make in SCHEMAS.items()}

every_codec = pytest.mark.parametrize("name", CODECS)


def returns(codec: Codec, document: object) -> None:
    """The document is accepted by the schema, and comes back through the codec."""
    decode, encode, _, schema = codec
    value = decode(document)
    VALIDATORS[schema].validate(document)
    written = encode(value)
    VALIDATORS[schema].validate(written)
    assert decode(written) == value
    assert encode(decode(written)) == written
    assert decode(parse_json(canonical_json(written))) == value


def refused_or_returns(codec: Codec, document: object) -> None:
    """Nothing but `InputError` comes of it, and its message can be written to any file."""
    refused = None
    try:
        codec[0](document)
    except InputError as error:
        refused = error
    if refused is None:
        returns(codec, document)
    else:
        assert str(refused).encode("utf-8")
        assert all(problem.path.startswith("$") for problem in refused.problems)


@every_codec
def test_a_document_that_uses_every_key_is_canonical_as_it_is(name: str) -> None:
    decode, encode, document, _ = CODECS[name]
    assert encode(decode(document)) == document
    assert list(encode(decode(document))) == list(document)
    returns(CODECS[name], document)


@every_codec
@given(data=st.data())
def test_random_documents_come_back(name: str, data: st.DataObject) -> None:
    document = data.draw(of_record(RECORDS[name]))
    returns(CODECS[name], mended(document, CODECS[name][0]))


@given(of_record(RULEBOOK).map(fitted))
def test_random_rulebooks_come_back(document: Doc) -> None:
    returns(RULEBOOKS, mended(document, decode_rulebook))


@every_codec
@given(data=st.data())
def test_spoilt_documents_are_refused_or_come_back(name: str, data: st.DataObject) -> None:
    refused_or_returns(CODECS[name], data.draw(spoilt(CODECS[name][2])))


@every_codec
@given(document=JSON)
def test_random_json_is_refused(name: str, document: object) -> None:
    refused_or_returns(CODECS[name], document)


@every_codec
@given(data=st.data())
def test_text_of_a_document_is_the_document(name: str, data: st.DataObject) -> None:
    document = data.draw(of_record(RECORDS[name]))
    assert parse_json(json.dumps(document)) == document
    assert parse_json(canonical_json(document)) == document


def test_defaults_are_left_out() -> None:
    assert encode_rulebook(Rulebook(CNY)) == {"format": "mallops.rulebook/1", "currency": "CNY"}
    assert encode_catalog(Catalog()) == {}
    assert encode_cart(Cart()) == {}
    assert decode_rulebook({"currency": "CNY"}) == Rulebook(CNY)
    assert decode_catalog({}, CNY) == Catalog()
    assert decode_cart({}, CNY) == Cart()


def test_a_currency_of_ones_own_has_no_file() -> None:
    for own in (Currency("VOUCHER", 0), Currency("CNY", 3)):
        with pytest.raises(InputError, match=r"\$\.currency"):
            encode_rulebook(Rulebook(own))


def scheduled(at: DateTime, timezone: str) -> Rulebook:
    held = decode_rulebook(FULL_RULEBOOK).promotions[1].benefit
    schedule = Schedule(Window(starts=at))
    return Rulebook(
        CNY, timezone=timezone, promotions=(Promotion("p", "item", held, schedule=schedule),)
    )


@pytest.mark.parametrize(
    ("at", "timezone", "written"),
    [
        ("2026-11-10T12:00:00Z", "Asia/Shanghai", "2026-11-10T20:00:00+08:00"),
        ("2026-11-01T05:30:00Z", "America/New_York", "2026-11-01T01:30:00-04:00"),
        ("2026-11-01T06:30:00Z", "America/New_York", "2026-11-01T01:30:00-05:00"),
        ("2026-11-10T12:00:00.25Z", "Asia/Kolkata", "2026-11-10T17:30:00.250000+05:30"),
        # Shanghai's clocks were 8 h 5 min 43 s ahead then.
        ("1900-01-01T00:00:00Z", "Asia/Shanghai", "1900-01-01T00:00:00+00:00"),
        ("0001-01-01T00:00:00Z", "America/New_York", "0001-01-01T00:00:00+00:00"),
    ],
)
def test_instants_are_written_in_the_rulebooks_timezone(
    at: str, timezone: str, written: str
) -> None:
    book = scheduled(instant(at), timezone)
    document: Any = encode_rulebook(book)
    assert document["promotions"][0]["schedule"]["starts"] == written
    if not at.startswith("0001"):
        assert decode_rulebook(document) == book


@given(
    st.datetimes(timezones=st.timezones()),
    st.sampled_from(["Asia/Shanghai", "America/New_York", "Australia/Lord_Howe"]),
    st.integers(0, 3600),
)
def test_every_instant_comes_back(at: DateTime, timezone: str, seconds: int) -> None:
    try:
        book = scheduled(instant(at + timedelta(seconds=seconds)), timezone)
        document = encode_rulebook(book)
        decoded = decode_rulebook(document)
    except (InputError, OverflowError):
        assert at.year in {1, 9999}
    else:
        assert decoded == book


@given(scenarios())
def test_canonical_documents_are_quoted_the_same(scenario: Doc) -> None:
    VALIDATORS["scenarios"].validate({"scenarios": [scenario]})
    book = decode_rulebook(scenario["rulebook"])
    returns(RULEBOOKS, scenario["rulebook"])
    shelf = decode_catalog(scenario["catalog"], book.currency, book.timezone)
    cart = decode_cart(scenario["cart"], book.currency)
    canonical = {
        **scenario,
        "rulebook": encode_rulebook(book),
        "catalog": encode_catalog(shelf, book.timezone),
        "cart": encode_cart(cart),
    }
    one, other = (
        quote_scenario(found)
        for document in (scenario, canonical)
        for found in decode_scenarios({"scenarios": [document]})
    )
    assert isinstance(one, Quoted)
    assert isinstance(other, Quoted)
    assert encode_quote(one.quote) == encode_quote(other.quote)
