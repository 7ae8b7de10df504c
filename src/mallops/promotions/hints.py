"""Near-misses: what the customer could add or take to get more out of the whole rulebook.

Every hint is a quote of the changed cart, so it holds against all promotions together: what
one promotion brings and another loses by it is in the numbers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from pendulum import DateTime

from mallops.cart import Cart, ShippingFee, Usage
from mallops.catalog.check import MAX_UNITS
from mallops.catalog.model import Listing
from mallops.errors import InputError, Problem, shown
from mallops.money import Currency, Money
from mallops.promotions.changes import UNCHANGED
from mallops.promotions.compiled import Compiled
from mallops.promotions.engine import DEFAULT_SEARCH_BUDGET, quote
from mallops.promotions.gains import Gain, near_misses
from mallops.promotions.hint import Change, Hint, Hints, Shortfall
from mallops.promotions.quote import Quote
from mallops.promotions.requotes import Question, Requotes
from mallops.promotions.scouting import Aims, scout
from mallops.promotions.shortfalls import NOTHING, Aim, reached
from mallops.rules.book import Choice
from mallops.rules.bounds import check_amount, check_count

__all__ = ["DEFAULT_REQUOTES", "hints"]

DEFAULT_REQUOTES = 40


def hints(
    compiled: Compiled,
    cart: Cart,
    at: DateTime,
    usage: Mapping[str, Usage] | None = None,
    *,
    obtainable: Collection[str] = (),
    goods: Collection[str] | None = None,
    shipping: Sequence[ShippingFee] = (),
    most: int = 5,
    most_units: int = 5,
    least_gain: Money | None = None,
    most_extra: Money | None = None,
    requotes: int = DEFAULT_REQUOTES,
    search_budget: int = DEFAULT_SEARCH_BUDGET,
) -> Hints:
    """The cheapest near-misses of a cart at `at`, by the customer's gain.

    `obtainable` are the coupons that the customer could get and may be told of: no other is
    ever named. `goods` are the SKUs that may be added (None: all that are listed), in shops
    that the cart has goods of, or whose fee is in `shipping`: at most `most_units` units of
    one, or one each of two. `most` bounds the hints, `least_gain` (a minor unit, if not given)
    what each has to gain, `most_extra` what more is paid then, and `requotes` the work: the
    quotes beside the cart's own, each of which has `search_budget` for itself. Raises
    `InputError` with the paths of the problems of the cart, or of these arguments. Pure, as
    `quote` is.
    """
    currency = compiled.rulebook.currency
    problems = [
        *_check_goods(compiled, goods or ()),
        *_check_fees(shipping, currency),
        *check_count(most, "$.most"),
        *check_count(most_units, "$.most_units"),
        *check_amount(least_gain, currency, "$.least_gain"),
        *check_amount(most_extra, currency, "$.most_extra"),
        *check_count(requotes, "$.requotes", least=0),
    ]
    if problems:
        raise InputError(problems)
    before = quote(compiled, cart, at, usage, search_budget)
    promotions = {promotion.id: promotion for promotion in compiled.rulebook.promotions}
    question = Question(compiled, cart, at, usage or {}, tuple(shipping), search_budget, promotions)
    desk = Requotes(question, before, requotes)
    room = MAX_UNITS - sum(line.quantity for line in cart.lines)
    aims, untried = scout(
        desk,
        _offered(question, goods),
        _coupon_changes(question, before, obtainable),
        min(most_units, room),
    )
    least = 1 if least_gain is None else max(1, least_gain.minor)
    extra = None if most_extra is None else most_extra.minor
    found = near_misses(desk.judged, least, extra)[:most]
    told = tuple(_hint(desk, aims, each) for each in found)
    return Hints(before, told, requotes - desk.left, untried)


def _offered(question: Question, goods: Collection[str] | None) -> list[str]:
    """The SKUs that may be added: of shops whose fee is known, since parcels cost."""
    skus = question.compiled.skus
    shops = {skus[line.sku].shop for line in question.cart.lines}
    shops.update(fee.shop for fee in question.fees)
    return [
        name
        for name in (skus if goods is None else goods)
        if skus[name].listing is Listing.LISTED and skus[name].shop in shops
    ]


def _coupon_changes(question: Question, before: Quote, obtainable: Collection[str]) -> list[Change]:
    """Each coupon taken; by priority, where one more may do harm, also instead of one in use."""
    rulebook, held = question.compiled.rulebook, question.cart.coupons
    coupons = {promotion.id for promotion in rulebook.promotions if promotion.coupon}
    used = [applied.promotion for applied in before.applied if applied.promotion in coupons]
    swapped = used if rulebook.choice is Choice.PRIORITY else []
    return [
        Change(coupons=(coupon,), instead_of=instead_of)
        for coupon in sorted(coupons.intersection(obtainable).difference(held))
        for instead_of in ((), *((name,) for name in swapped))
    ]


def _hint(desk: Requotes, aims: Aims, found: Gain) -> Hint:
    change, currency = found.change, desk.question.compiled.rulebook.currency
    return Hint(
        change=change,
        cart=desk.question.changed(change),
        before=desk.before,
        after=desk.after[change],
        worth=Money(found.worth, currency),
        less=Money(found.less, currency),
        gain=Money(found.gain, currency),
        brings=tuple(sorted(found.brings)),
        loses=tuple(sorted(found.loses)),
        cheaper=tuple(sorted(found.cheaper)),
        short=tuple(_short(desk, aims, found, currency)),
        proven=desk.proven(change),
    )


def _short(desk: Requotes, aims: Aims, found: Gain, currency: Currency) -> Iterator[Shortfall]:
    """What the promotions brought had lacked: of each, the highest step that it now reaches."""
    change = found.change
    units = desk.question.units(desk.after[change])
    coupons = Change(coupons=change.coupons, instead_of=change.instead_of)
    highest: dict[object, Aim] = {}
    # A coupon that was only tried at the end, with what budget was left, has no aims of its own.
    for aim in (*aims[UNCHANGED], *(aims.get(coupons, ()) if coupons != UNCHANGED else ())):
        required = aim.need.required
        if aim.promotion.id in found.brings and required.beyond(reached(aim, units)) == NOTHING:
            place = (aim.promotion.id, aim.need.shop, aim.need.items)
            other = highest.setdefault(place, aim)
            if required.beyond(other.need.required) != NOTHING:
                highest[place] = aim
    yield from (aim.shortfall(currency) for aim in highest.values())


def _check_goods(compiled: Compiled, goods: Collection[str]) -> Iterator[Problem]:
    for name in goods:
        sku = compiled.skus.get(name)
        if sku is None or sku.listing is not Listing.LISTED:
            yield Problem("$.goods", shown(name), "listed SKUs of the catalogue")


def _check_fees(shipping: Sequence[ShippingFee], currency: Currency) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for i, parcel in enumerate(shipping):
        if first.setdefault(parcel.shop, i) != i:
            expected = f"another than $.shipping[{first[parcel.shop]}].shop"
            yield Problem(f"$.shipping[{i}].shop", shown(parcel.shop), expected)
        yield from check_amount(parcel.fee, currency, f"$.shipping[{i}].fee")
