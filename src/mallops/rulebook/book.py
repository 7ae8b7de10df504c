"""How a rulebook is written, as one document."""

from __future__ import annotations

from mallops.errors import InputError
from mallops.money import Currency, Rounding
from mallops.rulebook.aftersales import AFTER_SALES
from mallops.rulebook.points import POINTS_RULES
from mallops.rulebook.promotions import LANE, PROMOTION
from mallops.rulebook.reader import Notes, Reading
from mallops.rulebook.records import TITLES, Field, ListOf, Record
from mallops.rulebook.scalars import CURRENCY, NAME, TIMEZONE, VERSION, const, one_of
from mallops.rules.aftersales import AfterSalesRules
from mallops.rules.book import Choice, Rulebook
from mallops.rules.check import rulebook_problems
from mallops.rules.promotions import DEFAULT_LANES
from mallops.time import known_timezone

FORMAT = "mallops.rulebook/1"
"""What the `format` of a rulebook is, if it is given."""

DEFAULT_TIMEZONE = "Asia/Shanghai"
"""What local times are read in where a rulebook names no timezone."""

RULEBOOK = Record(
    "rulebook",
    Rulebook,
    (
        Field("format", const(FORMAT), "The format, and its version.", None, fixed=True),
        Field("id", NAME, "What orders store of it, with the version.", ""),
        Field("version", VERSION, "Which state of the rulebook this is.", ""),
        Field("title", TITLES, "What people call it, by locale.", {}),
        Field("currency", CURRENCY, "The ISO 4217 code that all amounts are in."),
        Field("timezone", TIMEZONE, "What local times are read in.", DEFAULT_TIMEZONE),
        Field("rounding", one_of(Rounding), "How fractions go.", Rounding.HALF_UP),
        Field("lanes", ListOf(LANE), "What stacks with what, in order.", DEFAULT_LANES),
        Field("choice", one_of(Choice), "How promotions are chosen.", Choice.BEST),
        Field("promotions", ListOf(PROMOTION), "The promotions, in any order.", ()),
        Field("points", POINTS_RULES, "Points; absent: a cart's stay unused.", None),
        Field("after_sales", AFTER_SALES, "What returns give back.", AfterSalesRules()),
    ),
    "What a mall charges, and why.",
)


def decode_rulebook(document: object) -> Rulebook:
    """The rulebook that a document (as `read_document` or `json.loads` returns it) holds.

    Raises `InputError` with every problem that reading finds, and every one of
    `mallops.rules.check.rulebook_problems` about what could be read.

    >>> decode_rulebook({"currency": "CNY", "lane": [], "rounding": "up"})
    Traceback (most recent call last):
    ...
    mallops.errors.InputError: $.rounding: got 'up', expected one of half_up, half_down, half_even, down
    $.lane: got a list of 0, expected no such key; did you mean lanes?
    """  # noqa: E501
    return read_rulebook(document).whole(rulebook_problems)


def read_rulebook(document: object) -> Reading[Rulebook]:
    """As much of a rulebook as can be read, with notes on the rest."""
    notes = Notes(currency_of(document), timezone_of(document))
    return Reading(RULEBOOK.read(document, "$", notes), notes)


def encode_rulebook(rulebook: Rulebook) -> dict[str, object]:
    """The canonical document of a rulebook: defaults left out, sets and free keys sorted.

    `decode_rulebook` gives an equal rulebook back. Instants are written in the rulebook's
    timezone, with their offset. Raises `InputError` for a currency of the caller's own.

    >>> from mallops.money import Currency
    >>> encode_rulebook(Rulebook(Currency.of("CNY"), id="double11", rounding=Rounding.DOWN))
    {'format': 'mallops.rulebook/1', 'id': 'double11', 'currency': 'CNY', 'rounding': 'down'}
    """
    return RULEBOOK.write(rulebook, rulebook.timezone)


def currency_of(document: object) -> Currency | None:
    """The currency of a rulebook's document, if it can be read, whatever else is wrong."""
    if not isinstance(document, dict) or "currency" not in document:
        return None
    try:
        return Currency.of(document["currency"])
    except InputError:
        return None


def timezone_of(document: object) -> str | None:
    """The timezone of a rulebook's document, if it can be read, whatever else is wrong."""
    if not isinstance(document, dict):
        return None
    try:
        return known_timezone(document.get("timezone", DEFAULT_TIMEZONE))
    except InputError:
        return None
