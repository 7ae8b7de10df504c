from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from attrs import fields, has
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mallops.adapters.documents import from_document, from_json, to_document, to_json
from mallops.aftersales.order import Order
from mallops.aftersales.payments import Part, Payments
from mallops.catalog.model import Catalog
from mallops.errors import InputError
from mallops.lifecycles.case import Awaited, Case, Running
from mallops.money import Currency, Money
from mallops.points.model import Entry
from mallops.points.wallet import Take, Wallet
from mallops.promotions.compiled import compile_rulebook
from mallops.repositories import Filed, Purchase
from mallops.rulebook import decode_catalog, decode_rulebook, decode_scenarios
from mallops.rulebook.playing import Played, play_scenario
from mallops.rules.book import Rulebook
from mallops.stories.playing import begin, play
from mallops.testing.contracts.purchases import bare, full, goods, plain, rulebook
from mallops.testing.contracts.samples import START, every_kind
from mallops.testing.stories import stories
from mallops.testing.strategies import scenarios
from mallops.time import instant, local_instant
from tests.aftersales.shop import Doc, openings

MANY = settings(max_examples=max(60, settings().max_examples // 2))
NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=9)


def comes_back(value: object) -> None:
    """Equal, by either way, and written the same again."""
    kind = type(value)
    text = to_json(value)
    found = from_json(text, kind)
    assert found == value
    assert shape(found) == shape(value)
    assert to_json(from_json(text, kind)) == text
    assert from_document(to_document(value), kind) == value


def shape(value: object) -> object:
    """The types of all that a value is made of: members of enums equal their text."""
    match value:
        case Mapping():
            return [(shape(each), shape(of)) for each, of in value.items()]
        case tuple() | list():
            return [shape(each) for each in value]
        case frozenset():
            return {type(each) for each in value}
        case _:
            kind = type(value)
            if has(kind):
                return kind, [shape(getattr(value, each.name)) for each in fields(kind)]
            return kind


def _worlds(story: Doc) -> Iterator[tuple[Order, Wallet]]:
    """The orders and wallets of a story, after each of its steps."""
    book = decode_rulebook(story["rulebook"])
    catalog = decode_catalog(story["catalog"], book.currency, book.timezone)
    [decoded] = decode_scenarios({"scenarios": [story]})
    told = play_scenario(decoded)
    assume(isinstance(told, Played))
    assert isinstance(told, Played)
    steps = [each.step for each in told.steps]
    world = begin(compile_rulebook(book, catalog), openings(story, steps[0].customer), steps[0].at)
    for step in steps:
        world, _ = play(compile_rulebook(book, catalog), world, step)
        for placed in world.orders.values():
            yield placed.order, world.accounts[placed.customer].wallet


@MANY
@given(stories())
def test_orders_and_wallets_of_any_story_come_back(story: Doc) -> None:
    for order, wallet in _worlds(story):
        comes_back(order)
        comes_back(wallet)


@MANY
@given(scenarios())
def test_goods_and_rulebooks_come_back(scenario: Doc) -> None:
    book = decode_rulebook(scenario["rulebook"])
    comes_back(book)
    comes_back(decode_catalog(scenario["catalog"], book.currency, book.timezone))


def test_every_kind_of_entry_comes_back() -> None:
    for changes in every_kind("anna", "bo"):
        for change in changes:
            comes_back(change.wallet)
            for entry in change.entries:
                comes_back(entry)


@pytest.mark.parametrize("value", [full("o"), bare("o"), plain("o"), goods(), rulebook()])
def test_whatever_is_stored_comes_back(value: Purchase | Catalog | Rulebook) -> None:
    comes_back(value)


def test_the_order_of_a_mapping_stays() -> None:
    wallet = Wallet("anna", available={"b": 1, "a": 2, "10": 3, "9": 4})
    assert [*from_json(to_json(wallet), Wallet).available] == ["b", "a", "10", "9"]


@given(NAMES, st.integers(), st.integers(0, 18))
def test_amounts_come_back_whatever_the_currency(code: str, minor: int, exponent: int) -> None:
    assume(code)
    comes_back(Money(minor, Currency(code, exponent)))
    comes_back(Currency(code, exponent))


@given(NAMES, st.integers())
def test_text_and_numbers_come_back(name: str, points: int) -> None:
    comes_back(Take(name, points))


@given(st.datetimes(timezones=st.timezones()))
def test_instants_come_back_to_the_microsecond(at: Any) -> None:
    try:
        at = instant(at)
    except InputError:
        assume(False)
    comes_back(Case("c", "m", "1", "s", at, 2, (Running("d", at),), (Awaited("k", "e", at),)))


def test_instants_keep_their_offset_and_lose_their_zone() -> None:
    at = local_instant("2026-11-11T00:00", "Asia/Shanghai")
    found = from_json(to_json(Running("d", at)), Running).at
    assert (found, found.offset, found.timezone_name) == (at, 28_800, "+08:00")


def test_collections_are_read_as_what_they_hold() -> None:
    parts = (Part("a", Money(1, Currency.of("CNY"))), Part("b", Money(2, Currency.of("JPY"))))
    assert from_json(to_json(parts), tuple[Part, ...]) == parts
    assert from_json(to_json({"a": "1"}), dict[str, str]) == {"a": "1"}


# --- what is refused -----------------------------------------------------------------------------

CASE = to_document(Filed(Case("c", "m", "1", "s", START), "o", START, {"1": 2}))


def changed(**fields: object) -> Doc:
    return {"format": 1, "value": CASE["value"] | fields}


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        (None, "$: got nothing, expected a document"),
        ({"format": 1}, "$: got an object of 1 keys, expected a document"),
        ({"format": 2, "value": {}}, "$.format: got 2, expected 1"),
        ({"format": True, "value": 1} | {"x": 1}, "$: got an object of 3 keys"),
        ({"format": 1, "value": []}, "$.value: got a list of 0, expected an object"),
        (changed(later=1), "$.value: got later, expected no such fields"),
        (changed(order=5), "$.value.order: got 5, expected text"),
        (changed(units=[]), "$.value.units: got a list of 0, expected an object"),
        (changed(units={"1": "2"}), "$.value.units['1']: got '2', expected a whole number"),
        (changed(units={"1": True}), "$.value.units['1']: got true, expected a whole number"),
        (changed(kept_gifts="MUG"), "$.value.kept_gifts: got 'MUG', expected a list"),
        (changed(kept_gifts=["a", 1]), "$.value.kept_gifts[1]: got 1, expected text"),
        (changed(opened="2026-11-11"), "$.value.opened: got '2026-11-11', expected an instant"),
        (changed(opened="soon"), "$.value.opened: got 'soon', expected an instant"),
        (changed(opened=7), "$.value.opened: got 7, expected an instant"),
        (changed(refund="12.30"), "$.value.refund: got '12.30', expected an amount"),
        (changed(refund="1_2 CNY x"), "$.value.refund: got '1_2 CNY x', expected an amount"),
        (changed(refund=5), "$.value.refund: got 5, expected an amount"),
        (changed(case={}), "$.value.case.id: got nothing, expected a value"),
    ],
)
def test_what_is_no_document_is_refused_with_its_path(document: Any, problem: str) -> None:
    with pytest.raises(InputError) as raised:
        from_document(document, Filed)
    assert str(raised.value).startswith(problem)


def test_all_that_is_wrong_is_told() -> None:
    with pytest.raises(InputError) as raised:
        from_document(changed(order=5, opened=6), Filed)
    assert [each.path for each in raised.value.problems] == ["$.value.order", "$.value.opened"]


def test_a_value_that_cannot_be_is_refused_at_its_own_path() -> None:
    document = to_document(full("o").payments)
    document["value"]["captures"][0]["amount"] = "0.00 CNY"
    with pytest.raises(InputError, match=r"\$\.value\.captures\[0\]\.amount: got '0.00'"):
        from_document(document, Payments)


@pytest.mark.parametrize("request_", [{"type": "gift"}, {}, 5, {"type": "spend", "order": "o"}])
def test_an_unknown_member_of_a_union_is_refused(request_: object) -> None:
    document = to_document(every_kind("anna", "bo")[0][0].entries[0])
    document["value"]["request"] = request_
    with pytest.raises(InputError, match=r"\$\.value\.request"):
        from_document(document, Entry)


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, '{"format": 1, "value": NaN}', "null"])
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        from_json(text, Take)


@pytest.mark.parametrize("text", ["a\0", "\\\0", "\ud800", "a\udfff"])
def test_text_that_no_database_holds_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="without NUL"):
        to_json(Take(text, 1))


@pytest.mark.parametrize("text", ["\\u0000", "\\\\u0000", "u0000", "\x01", "\u2028", "é", "🎉"])
def test_text_that_only_looks_so_is_kept(text: str) -> None:
    comes_back(Take(text, 1))
    assert json.loads(to_json(Take(text, 1)))["value"]["lot"] == text
