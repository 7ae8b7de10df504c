"""How stories are written: steps over time, and what each owes those who take it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import assert_never

from attrs import frozen
from pendulum import DateTime

from mallops.cart import Cart
from mallops.errors import Problem, shown
from mallops.findings import Refusal
from mallops.promotions.quote import Quote
from mallops.rulebook.cart import CART, encode_cart
from mallops.rulebook.quotes import QUOTE_FIELDS, encode_quote
from mallops.rulebook.reader import Kind, Notes, Schema, object_at
from mallops.rulebook.records import Field, Later, ListOf, MapOf, Record, Tagged
from mallops.rulebook.scalars import COUNT, ID, MOMENT, NAME, NUMBER, TEXT, const
from mallops.rules.bounds import check_count
from mallops.rules.paths import at_key
from mallops.stories.model import (
    Act,
    Balance,
    Cancel,
    Deed,
    Done,
    Gained,
    GrantCoupon,
    GrantPoints,
    Look,
    Opening,
    Outcome,
    PlaceOrder,
    Receive,
    SendBack,
    Ship,
    Step,
    Transfer,
    Undone,
)

RETURN_FIELDS = {
    "refund": "What is paid back in money, after what is withheld.",
    "points_returned": "How many of the points that paid come back.",
    "points_taken": "How many points are clawed back: pending, available, or as a debt.",
    "withheld": "What this step keeps back for gifts that did not come back.",
}
ACT_FIELDS = {"points": "How many points it earned, the bonus of a streak included."}
BALANCE_FIELDS = {
    "points": "Points that can be spent.",
    "pending": "Points that are earned and cannot be spent yet.",
    "debt": "Points that are owed.",
    "cash": "Money refunded less money paid.",
    "units": "How many units the customer holds, gifts included, by SKU.",
    "coupons": "The coupons held, by id.",
    "wealth": "Cash, points and coupons at their worth, less the debt.",
    "unvalued": "Coupons whose worth nobody can tell.",
}


@frozen
class WrittenStep:
    """A step as it is read: its cart is a document still, that may be expected to be refused."""

    step: Step
    cart: object
    expect: Mapping[str, object]

    @property
    def expected_error(self) -> str | None:
        """The path that a refused document has to name; None where none is expected."""
        error = self.expect.get("error")
        return error if isinstance(error, str) else None


class _Owed(Kind[Mapping[str, object]]):
    """What a step owes: some of its outcome's fields, `refused` with a code, or `error`."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        self.fields = fields

    def read(self, value: object, path: str, notes: Notes, /) -> Mapping[str, object]:
        """What is expected."""
        given = object_at(value, path, notes)
        for key in given:
            if key not in self.fields and key not in ("refused", "error"):
                expected = ", ".join((*self.fields, "refused or error"))
                notes.refuse(at_key(path, key), given[key], f"one of {expected}")
        for key in ("refused", "error"):
            alone = isinstance(given.get(key), str)
            if alone and len(given) > 1:
                notes.refuse(path, given, f"nothing beside {path}.{key}")
            if key in given and not alone and key not in self.fields:
                TEXT.read(given[key], f"{path}.{key}", notes)
        return given

    def write(self, value: Mapping[str, object], _timezone: str, /) -> object:
        """The fields themselves."""
        return dict(value)

    def schema(self, _defs: dict[str, Schema], /) -> Schema:
        """All of the fields, and what stands in their place."""
        about = {
            "refused": "The code of the refusal that is expected.",
            "error": "The path that the refusal of a document names.",
            **self.fields,
        }
        fields = {key: {"description": text} for key, text in about.items()}
        return {"type": "object", "properties": fields, "additionalProperties": False}


def _record(
    do: str,
    build: Callable[..., Deed],
    fields: tuple[Field, ...],
    about: str,
    owed: Mapping[str, str],
) -> Record[WrittenStep]:
    def written(
        at: DateTime, customer: str, expect: Mapping[str, object], **deed: object
    ) -> WrittenStep:
        cart = deed.pop("cart", None)
        return WrittenStep(Step(at, build(**deed), customer), cart, expect)

    return Record(
        do,
        written,
        (
            Field("at", MOMENT, "When, with an offset."),
            Field("do", const(do), "What is done.", None, fixed=True),
            *fields,
            Field("customer", NAME, "Whose step it is, where there are several.", ""),
            Field("expect", _Owed(owed), "What comes of it.", {}),
        ),
        about,
        _parts,
    )


def _parts(written: WrittenStep) -> Callable[[str], object]:
    """What a step's fields hold: its own, and those of its deed."""
    own = {
        "at": written.step.at,
        "customer": written.step.customer,
        "cart": written.cart,
        "expect": written.expect,
    }
    # A grant is of points or of a coupon: the other key has nothing to hold.
    return lambda name: own[name] if name in own else getattr(written.step.deed, name, None)


def _place(id: str) -> PlaceOrder:  # noqa: A002  # the key's own name
    return PlaceOrder(id, Cart())


def _grant(points: int | None, coupon: str | None) -> Deed:
    return GrantPoints(points or 0) if coupon is None else GrantCoupon(coupon)


_ORDER = Field("order", ID, "The order's id.")
STEPS = {
    record.title: record
    for record in (
        _record(
            "order",
            _place,
            (Field("id", ID, "What later steps call it."), Field("cart", Later(CART), "A cart.")),
            "A cart is quoted, checked against the account, and paid.",
            QUOTE_FIELDS,
        ),
        _record("ship", Ship, (_ORDER,), "An order leaves the shop.", {}),
        _record("receive", Receive, (_ORDER,), "An order arrives.", {}),
        _record("cancel", Cancel, (_ORDER,), "An unshipped order is undone.", RETURN_FIELDS),
        _record(
            "return",
            SendBack,
            (
                _ORDER,
                Field("units", MapOf(COUNT), "How many units of each line, by its id."),
                Field("kept_gifts", ListOf(ID), "SKUs of gifts that do not come back.", ()),
            ),
            "Units come back.",
            RETURN_FIELDS,
        ),
        _record(
            "grant",
            _grant,
            (
                Field("points", COUNT, "How many points.", None),
                Field("coupon", ID, "The coupon's id.", None),
            ),
            "The mall gives points or a coupon.",
            {},
        ),
        _record(
            "act",
            Act,
            (Field("action", ID, "The action's id in the rulebook."),),
            "A customer does something else that earns points.",
            ACT_FIELDS,
        ),
        _record(
            "transfer",
            Transfer,
            (
                Field("to", NAME, "Who is given the points."),
                Field("points", COUNT, "How many points."),
            ),
            "A customer gives points to another.",
            {},
        ),
        _record("balance", Look, (), "Somebody looks at an account.", BALANCE_FIELDS),
    )
}
_DONE: Mapping[type[Deed], str] = {
    PlaceOrder: "order",
    Ship: "ship",
    Receive: "receive",
    Cancel: "cancel",
    SendBack: "return",
    GrantPoints: "grant",
    GrantCoupon: "grant",
    Act: "act",
    Transfer: "transfer",
    Look: "balance",
}
STEP: Tagged[WrittenStep] = Tagged("step", STEPS, lambda step: _DONE[type(step.step.deed)], "do")
OPENING = Record(
    "opening",
    Opening,
    (
        Field("points", NUMBER, "Points, which are one lot.", 0),
        Field("coupons", ListOf(ID), "Ids of coupons; twice where two are held.", ()),
    ),
    "What a customer begins with.",
)


class _Openings(Kind[Mapping[str, Opening]]):
    """The opening of the one customer there is, under the empty name, or of each by name."""

    def read(self, value: object, path: str, notes: Notes, /) -> Mapping[str, Opening]:
        """The openings by customer."""
        if isinstance(value, dict) and value and not value.keys() <= OPENING.keys.keys():
            return _BY_CUSTOMER.read(value, path, notes)
        return {"": OPENING.read(value, path, notes)}

    def write(self, value: Mapping[str, Opening], timezone: str, /) -> object:
        """The openings by customer."""
        return _BY_CUSTOMER.write(value, timezone)

    def schema(self, defs: dict[str, Schema], /) -> Schema:
        """Either form."""
        return {"anyOf": [OPENING.schema(defs), _BY_CUSTOMER.schema(defs)]}


_BY_CUSTOMER = MapOf(OPENING)
OPENINGS = _Openings()


def check_openings(openings: Mapping[str, Opening]) -> Iterator[Problem]:
    """What is impossible in what customers begin with."""
    for customer, opening in openings.items():
        path = at_key("$.opening", customer) if customer else "$.opening"
        yield from check_count(opening.points, f"{path}.points", least=0)


def check_step(document: object, deed: Deed, path: str) -> Iterator[Problem]:
    """What is impossible in what a step does, as its document has it."""
    if isinstance(deed, Transfer):
        yield from check_count(deed.points, f"{path}.points")
    if not isinstance(deed, GrantPoints | GrantCoupon) or not isinstance(document, dict):
        return
    if ("points" in document) == ("coupon" in document):
        yield Problem(path, shown(document), "either points or a coupon")
    elif isinstance(deed, GrantPoints):
        yield from check_count(deed.points, f"{path}.points")


def encode_step(step: Step, expect: Mapping[str, object]) -> object:
    """The document of a step, its cart included, and what it expects.

    >>> encode_step(Step(MOMENT.read("2026-11-11T10:00:00+08:00", "$", Notes()), Ship("o1")), {})
    {'at': '2026-11-11T10:00:00+08:00', 'do': 'ship', 'order': 'o1'}
    """
    cart = encode_cart(step.deed.cart) if isinstance(step.deed, PlaceOrder) else None
    return STEP.write(WrittenStep(step, cart, expect), "UTC")


def encode_outcome(outcome: Outcome) -> dict[str, object]:
    """The document of what came of a step: a quote's, a return's or a balance's fields."""
    match outcome:
        case Quote():
            return encode_quote(outcome)
        case Refusal():
            return {"refused": outcome.code}
        case Undone():
            return {
                "refund": str(outcome.found.refund),
                "points_returned": outcome.found.points_returned,
                "points_taken": outcome.points_taken,
                "withheld": str(outcome.found.withheld),
            }
        case Balance():
            return {
                "points": outcome.points,
                "pending": outcome.pending,
                "debt": outcome.debt,
                "cash": str(outcome.cash),
                "units": dict(outcome.units),
                "coupons": list(outcome.coupons),
                "wealth": str(outcome.wealth),
                "unvalued": list(outcome.unvalued),
            }
        case Gained():
            return {"points": outcome.points}
        case Done():
            return {}
        case _:
            assert_never(outcome)
