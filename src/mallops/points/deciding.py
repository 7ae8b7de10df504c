"""What a request posts to a customer's ledger, or why it is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import assert_never

from attrs import evolve
from pendulum import DateTime

from mallops.errors import InputError, Problem, shown
from mallops.findings import Refusal
from mallops.points.concluding import Decision, begin, check_key, concluded
from mallops.points.counts import Count
from mallops.points.drafting import Draft, Terms
from mallops.points.expiry import lot_end, revived_until
from mallops.points.holding import capture, hold, release
from mallops.points.model import Account, Entry, Lot, Posting
from mallops.points.requests import (
    Act,
    Asked,
    Capture,
    Charge,
    Close,
    Correct,
    Earn,
    GiveBack,
    Grant,
    Hold,
    Release,
    Reverse,
    Settle,
    Spend,
    TakeBack,
)
from mallops.points.wallet import Take, Wallet
from mallops.time import instant

ALREADY_USED = "already_used"
NOT_REVERSIBLE = "not_reversible"

_ISSUED = Posting(Account.ISSUED, 0)
_DEBT = Posting(Account.DEBT, 0)


def decide(
    wallet: Wallet, key: str, request: Asked, at: DateTime, terms: Terms
) -> Decision | Refusal:
    """What a request does to a wallet at an instant, after all that fell due until then.

    Refused, with nothing posted: `points_short` (spending, holding or correcting more than is
    available), `already_held` and `not_held`. An instant before the wallet's own counts as
    that one: time does not run backwards in a ledger. Raises `InputError` for an impossible
    request and a naive `at`. Takes time in proportion to the lots alive.
    """
    check_key(key)
    _check(wallet, request)
    draft, due = begin(wallet, at, terms)
    refusal = _drafted(draft, key, request)
    if refusal is not None:
        return refusal
    counts: Mapping[str, Count] = request.counts if isinstance(request, Earn | Act) else {}
    return concluded(draft, key, request, due, counts)


def reverse(
    wallet: Wallet, key: str, entry: Entry, at: DateTime, terms: Terms
) -> Decision | Refusal:
    """Undo what gave points, and was no order: its entry, posted the other way round.

    That is an action, a grant or a correction upwards; a debt that they paid is owed again.
    Refused as `not_reversible` for any other entry (those of orders have requests of their
    own; points that a correction took are given back by another, as nothing here would tell
    that they have been), and as `already_used` where its points are no longer where it put
    them: also if it was undone before, or if all of them paid a debt. Raises `InputError` for
    an entry of another customer, and a naive `at`.
    """
    check_key(key)
    if entry.customer != wallet.customer:
        expected = f"an entry of customer {wallet.customer!r}"
        raise InputError([Problem("$.entry.customer", shown(entry.customer), expected)])
    request = entry.request
    if not isinstance(request, Act | Grant | Correct) or request.points < 0:
        return Refusal(NOT_REVERSIBLE, {"key": entry.key})
    draft, due = begin(wallet, at, terms)
    for posting in entry.postings:
        draft.postings.append(evolve(posting, points=-posting.points))
        if posting.account is Account.AVAILABLE:
            draft.left[posting.lot] = draft.left.get(posting.lot, 0) - posting.points
    known = {posting.lot for posting in entry.postings if posting.lot} <= set(draft.wallet.lots)
    if not known or min(draft.left.values(), default=0) < 0:
        return Refusal(ALREADY_USED, {"key": entry.key})
    return concluded(draft, key, Reverse(entry.key), due, {})


def _drafted(draft: Draft, key: str, request: Asked) -> Refusal | None:
    """Post what is asked to the draft."""
    match request:
        case Earn():
            draft.move(request.points, _ISSUED, _pending(request.order))
        case Settle():
            _settle(draft, key, request)
        case Act() | Grant():
            draft.open_lot(_lot(draft, key), request.points, _ISSUED)
        case Spend():
            return _spend(draft, request)
        case Hold():
            return hold(draft, request)
        case Capture():
            return capture(draft, request)
        case Release():
            return release(draft, request.order)
        case GiveBack():
            _give_back(draft, request)
        case TakeBack():
            _take_back(draft, request)
        case Charge():
            draft.move(request.points, _DEBT, _ISSUED)
        case Close():
            pass
        case Correct():
            return _correct(draft, key, request)
        case _:
            assert_never(request)
    return None


def _pending(order: str) -> Posting:
    return Posting(Account.PENDING, 0, order=order)


def _lot(draft: Draft, key: str, order: str = "") -> Lot:
    end = lot_end(draft.terms.expire, draft.at, draft.terms.timezone)
    return Lot(key, draft.wallet.version + 1, draft.at, end, order)


def _settle(draft: Draft, key: str, request: Settle) -> None:
    pending = draft.wallet.pending.get(request.order, 0)
    if not pending + request.rewards:
        return
    lot = draft.lots[key] = _lot(draft, key, request.order)
    draft.credit(lot.id, pending, _pending(request.order))
    draft.credit(lot.id, request.rewards, _ISSUED)


def _spend(draft: Draft, request: Spend) -> Refusal | None:
    short = draft.short_of(request.points)
    if short is None:
        for take in draft.take(request.points, draft.wallet.in_turn()):
            draft.shift(take, Account.AVAILABLE, Account.REDEEMED, request.order)
    return short


def _give_back(draft: Draft, request: GiveBack) -> None:
    left = request.points
    for take in reversed(draft.wallet.redeemed.get(request.order, ())):
        points = min(left, take.points)
        left -= points
        if points:
            _return(draft, request.order, Take(take.lot, points))


def _return(draft: Draft, order: str, take: Take) -> None:
    """Points back into their lot, which lives on; or lost, where it is gone for good."""
    lot = draft.lots.get(take.lot, draft.wallet.lots[take.lot])
    source = Posting(Account.REDEEMED, 0, order, lot.id)
    until = lot.expires
    if until is not None and not lot.revived:
        until = revived_until(draft.terms.expire, until, draft.at, draft.terms.timezone)
    if until != lot.expires:
        draft.lots[lot.id] = evolve(lot, expires=until, revived=True)
    if until is None or until > draft.at:
        draft.credit(lot.id, take.points, source)
    else:
        draft.move(take.points, source, Posting(Account.EXPIRED, 0, lot=lot.id))


def _take_back(draft: Draft, request: TakeBack) -> None:
    """First what is pending, then the order's own lot, then what expires first, then debt."""
    pending = min(request.points, draft.wallet.pending.get(request.order, 0))
    draft.move(pending, _pending(request.order), _ISSUED)
    lots = sorted(draft.wallet.in_turn(), key=lambda lot: lot.order != request.order)
    missing = request.points - pending
    for take in draft.take(missing, lots):
        missing -= take.points
        draft.move(take.points, Posting(Account.AVAILABLE, 0, lot=take.lot), _ISSUED)
    draft.move(missing, _DEBT, _ISSUED)


def _correct(draft: Draft, key: str, request: Correct) -> Refusal | None:
    if request.points > 0:
        draft.open_lot(_lot(draft, key), request.points, _ISSUED)
        return None
    short = draft.short_of(-request.points)
    if short is None:
        for take in draft.take(-request.points, draft.wallet.in_turn()):
            draft.move(take.points, Posting(Account.AVAILABLE, 0, lot=take.lot), _ISSUED)
    return short


def _check(wallet: Wallet, request: Asked) -> None:
    match request:
        case Close() | Capture() | Release():
            return
        case Settle():
            _require(request.rewards, lambda points: points >= 0, "at least 0", "$.rewards")
        case Correct():
            _require(request.points, lambda points: points != 0, "other than 0")
        case Earn() | Act():
            _require(request.points, lambda points: points >= 0, "at least 0")
        case GiveBack():
            takes = wallet.redeemed.get(request.order, ())
            most = sum(take.points for take in takes)
            expected = f"1 to {most}, which is what paid for {request.order} and is not back yet"
            _require(request.points, lambda points: 0 < points <= most, expected)
        case _:
            _require(request.points, lambda points: points > 0, "at least 1")
    if isinstance(request, Hold):
        instant(request.until, "$.until")


def _require(
    points: int, right: Callable[[int], bool], expected: str, path: str = "$.points"
) -> None:
    # A float that came out of a document would stay in the books for ever.
    if type(points) is not int or not right(points):
        raise InputError([Problem(path, shown(points), f"a number of points, {expected}")])
