"""What a change opens as one JSON document, for programs."""

from __future__ import annotations

from mallops.loopholes.diffing.model import (
    CartChange,
    Difference,
    Direction,
    Paid,
    Proof,
    StoryChange,
    Told,
)
from mallops.loopholes.model import Loophole
from mallops.loopholes.report.documents import (
    LOOPHOLE,
    WITNESS,
    Parts,
    loophole_parts,
    object_of,
    witness_parts,
)
from mallops.loopholes.report.wording import Words
from mallops.promotions.compiled import Compiled
from mallops.rulebook.reader import Schema
from mallops.rulebook.records import Field, ListOf, MapOf
from mallops.rulebook.scalars import (
    AMOUNT,
    CURRENCY,
    FLAG,
    ID,
    MOMENT,
    NAME,
    NUMBER,
    TEXT,
    const,
    one_of,
)
from mallops.rulebook.schema import document_schema

FORMAT = "mallops.difference/1"
"""What the `format` of a document of a difference is."""

_WORLD = object_of(
    "world",
    (
        Field("rulebook", NAME, "The rulebook's id."),
        Field("version", NAME, "The rulebook's version."),
    ),
    "A rulebook of the two.",
)
_PAID = object_of(
    "paid",
    (
        Field("payable", AMOUNT, "What the cart pays."),
        Field("promotions", ListOf(NAME), "The promotions that applied."),
        Field("witness", WITNESS, "The order as a scenario has it."),
    ),
    "A cart in one world.",
)
_CART = object_of(
    "cart_change",
    (
        Field("cart", MapOf(NUMBER), "How many units of which SKUs."),
        Field("at", MOMENT, "The instant of the order."),
        Field("groups", ListOf(NAME), "The shopper's groups."),
        Field("first_order", FLAG, "Whether it is a first order."),
        Field("channel", TEXT, "Where the shopper came from.", ""),
        Field("coupons", ListOf(ID), "The coupons that the shopper holds."),
        Field("before", _PAID, "In the world before."),
        Field("after", _PAID, "In the world after."),
        Field("doubtful", FLAG, "Whether a price is not proven to be the least."),
    ),
    "The same cart before and after.",
)
_DIRECTION = object_of(
    "direction",
    (
        Field("proof", one_of(Proof), "Why no other cart does so, or does so by more.", None),
        Field("most", _CART, "The cart that does so by most.", None),
    ),
    "Carts that pay less, or that pay more.",
)
_CARTS = object_of(
    "carts",
    (
        Field("cheaper", _DIRECTION, "Carts that pay less after."),
        Field("dearer", _DIRECTION, "Carts that pay more after."),
        Field("units", NUMBER, "So many units were in a cart at most."),
        Field("each", NUMBER, "So many of one SKU at most."),
        Field("distinct", NUMBER, "So many SKUs at most."),
        Field("visitors", NUMBER, "So many visitors were tried."),
        Field("instants", ListOf(MOMENT), "The instants that were tried."),
        Field("quoted", NUMBER, "So many carts were quoted before and after."),
        Field("less", NUMBER, "So many of them pay less."),
        Field("more", NUMBER, "So many of them pay more."),
        Field("gone", ListOf(ID), "SKUs that are sold before alone.", ()),
        Field("added", ListOf(ID), "SKUs that are sold after alone.", ()),
        Field("aside", ListOf(ID), "SKUs that there was no room for.", ()),
        Field("partial", FLAG, "Whether there was no room for all visitors and instants."),
    ),
    "What becomes of carts.",
)
_TOLD = object_of(
    "told",
    (
        Field("loss", AMOUNT, "What the mall loses."),
        Field("gain", TEXT, "What all accounts gain, goods aside; none: cannot be played.", None),
    ),
    "A story in one world.",
)
_STORY = object_of(
    "story_change",
    (
        Field("loophole", LOOPHOLE, "The fault that the story shows after."),
        Field("witness", WITNESS, "The story, as it goes after.", None),
        Field("before", _TOLD, "In the world before."),
        Field("after", _TOLD, "In the world after."),
    ),
    "A story by which more is lost after.",
)
_DIFFERENCE = object_of(
    "difference",
    (
        Field("format", const(FORMAT), "The format, and its version.", fixed=True),
        Field("at", MOMENT, "The instant of the check."),
        Field("currency", CURRENCY, "What amounts are in."),
        Field("before", _WORLD, "The rulebook before."),
        Field("after", _WORLD, "The rulebook after."),
        Field("carts", _CARTS, "What becomes of carts."),
        Field("stories", ListOf(_STORY), "Stories by which more is lost after."),
        Field("new", ListOf(LOOPHOLE), "Findings that are new."),
        Field("gone", ListOf(LOOPHOLE), "Findings that are gone."),
        Field("unchanged", ListOf(LOOPHOLE), "Findings that stay."),
        Field("accepted", ListOf(NAME), "Fingerprints of those after that are put up with.", ()),
    ),
    "What a change of a rulebook or a catalogue opens, and closes.",
)


def encode_difference(difference: Difference, locale: str = "zh_CN") -> dict[str, object]:
    """The document of a difference, with texts in `locale`; `difference_schema` describes it.

    Raises `InputError` for a locale without wording.
    """
    words = Words(locale)
    old, new, findings = difference.old, difference.new, difference.findings

    def told(compiled: Compiled, loopholes: tuple[Loophole, ...]) -> tuple[Parts, ...]:
        return tuple(loophole_parts(compiled, each, words) for each in loopholes)

    parts = {
        "at": difference.at,
        "currency": new.rulebook.currency,
        "before": _world(old),
        "after": _world(new),
        "carts": _carts(difference),
        "stories": tuple(_story(new, each, words) for each in difference.stories.earning_more),
        "new": told(new, findings.new),
        "gone": told(old, findings.gone),
        "unchanged": told(new, findings.unchanged),
        "accepted": tuple(each["fingerprint"] for each in told(new, difference.accepted)),
    }
    return _DIFFERENCE.write(parts, "UTC")


def difference_schema() -> Schema:
    """The JSON Schema of what `encode_difference` writes.

    >>> difference_schema()["required"][:3]
    ['format', 'at', 'currency']
    """
    defs: dict[str, Schema] = {}
    return document_schema("difference", _DIFFERENCE.definition(defs), defs)


def _world(compiled: Compiled) -> Parts:
    return {"rulebook": compiled.rulebook.id, "version": compiled.rulebook.version}


def _carts(difference: Difference) -> Parts:
    carts = difference.carts
    return {
        "cheaper": _direction(difference, carts.cheaper),
        "dearer": _direction(difference, carts.dearer),
        "units": carts.bounds.units,
        "each": carts.bounds.each,
        "distinct": carts.bounds.distinct,
        "visitors": len(carts.bounds.visitors),
        "instants": carts.instants,
        "quoted": carts.quoted,
        "less": carts.less,
        "more": carts.more,
        "gone": carts.gone,
        "added": carts.added,
        "aside": carts.aside,
        "partial": carts.is_partial,
    }


def _direction(difference: Difference, direction: Direction) -> Parts:
    most = direction.most
    return {
        "proof": direction.proof,
        "most": None if most is None else _cart(difference, most),
    }


def _cart(difference: Difference, changed: CartChange) -> Parts:
    visitor = changed.visitor
    return {
        "cart": dict(changed.cart),
        "at": changed.at,
        "groups": tuple(sorted(visitor.shopper.groups)),
        "first_order": visitor.shopper.first_order,
        "channel": visitor.channel,
        "coupons": visitor.coupons,
        "before": _paid(difference.old, changed.before),
        "after": _paid(difference.new, changed.after),
        "doubtful": changed.doubtful,
    }


def _paid(compiled: Compiled, paid: Paid) -> Parts:
    return {
        "payable": paid.payable,
        "promotions": paid.promotions,
        "witness": witness_parts(compiled, paid.witness),
    }


def _story(new: Compiled, story: StoryChange, words: Words) -> Parts:
    witness = story.witness
    return {
        "loophole": loophole_parts(new, story.loophole, words),
        "witness": None if witness is None else witness_parts(new, witness),
        "before": _told(story.before),
        "after": _told(story.after),
    }


def _told(told: Told) -> Parts:
    return {"loss": told.loss, "gain": None if told.gain is None else str(told.gain)}
