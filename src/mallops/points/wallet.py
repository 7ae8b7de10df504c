"""A customer's ledger as it stands: what its entries add up to, kept small.

A wallet is a checkpoint. It is derived from entries alone, one after the other, and holds
only what can still matter: lots with points, or with spent points that may come back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import evolve, field, frozen
from pendulum import DateTime

from mallops.errors import InputError, Problem, shown
from mallops.points.counts import Count
from mallops.points.model import Account, Entry, Lot, Posting
from mallops.points.requests import Close, Hold
from mallops.time import instant


@frozen
class Take:
    """Points taken out of a lot."""

    lot: str
    points: int


@frozen
class Held:
    """Points set aside for an order until an instant, in the order in which they were taken."""

    until: DateTime
    takes: tuple[Take, ...]


@frozen
class Wallet:
    """What one customer has: made by `apply` and `replay`, never by hand but when empty.

    `version` is the number of the last entry and `at` its instant. `available` is by lot,
    `pending`, `held` and `redeemed` by order; of `redeemed`, only what may still come back.
    `totals` are the accounts of the mall's liability, over the whole history.
    """

    customer: str
    version: int = 0
    at: DateTime | None = None
    lots: Mapping[str, Lot] = field(factory=dict)
    available: Mapping[str, int] = field(factory=dict)
    pending: Mapping[str, int] = field(factory=dict)
    held: Mapping[str, Held] = field(factory=dict)
    redeemed: Mapping[str, tuple[Take, ...]] = field(factory=dict)
    debt: int = 0
    totals: Mapping[Account, int] = field(factory=dict)
    counts: Mapping[str, Count] = field(factory=dict)
    idle_end: DateTime | None = None

    def end_of(self, lot: Lot) -> DateTime | None:
        """When a lot goes: by its age, or with all others where the customer is idle."""
        return self.idle_end if lot.expires is None else lot.expires

    def not_before(self, at: DateTime) -> DateTime:
        """The instant, or the wallet's own if that is later: time never runs backwards here.

        Raises `InputError` for a naive `at`.
        """
        at = instant(at, "$.at")
        return at if self.at is None or at > self.at else self.at

    def in_turn(self) -> list[Lot]:
        """The lots with points, in the order in which they are spent."""
        return sorted((self.lots[lot] for lot in self.available), key=self._turn)

    def _turn(self, lot: Lot) -> tuple[bool, DateTime, DateTime, int, str]:
        end = self.end_of(lot)
        return end is None, end or lot.settled, lot.settled, lot.number, lot.id


def replay(customer: str, entries: Iterable[Entry]) -> Wallet:
    """What a customer's whole log adds up to; raises `InputError` as `apply` does."""
    wallet = Wallet(customer)
    for entry in entries:
        wallet = apply(wallet, entry)
    return wallet


def apply(wallet: Wallet, entry: Entry) -> Wallet:
    """The wallet after one more entry.

    Raises `InputError` for an entry that is not the customer's next, whose postings do not
    sum to zero, that takes out of an account more than is there, or that sets points aside
    and is no hold.
    """
    _check(wallet, entry)
    lots = {**wallet.lots, **{lot.id: lot for lot in entry.lots}}
    available, pending = dict(wallet.available), dict(wallet.pending)
    held, redeemed = dict(wallet.held), dict(wallet.redeemed)
    totals, debt = dict(wallet.totals), wallet.debt
    for posting in entry.postings:
        points = posting.points
        match posting.account:
            case Account.AVAILABLE:
                _add(available, posting.lot, points)
            case Account.PENDING:
                _add(pending, posting.order, points)
            case Account.HELD:
                _hold(held, posting, entry)
            case Account.DEBT:
                debt -= points
            case Account.REDEEMED:
                totals[Account.REDEEMED] = totals.get(Account.REDEEMED, 0) + points
                _move(redeemed, posting)
            case Account.ISSUED | Account.EXPIRED | Account.TRANSFERRED:
                totals[posting.account] = totals.get(posting.account, 0) + points
    if isinstance(entry.request, Close):
        redeemed.pop(entry.request.order, None)
    alive = _alive(available, held, redeemed)
    after = evolve(
        wallet,
        version=entry.number,
        at=entry.at,
        lots={name: lot for name, lot in lots.items() if name in alive},
        available=available,
        pending=pending,
        held=held,
        redeemed=redeemed,
        debt=debt,
        totals=totals,
        counts={**wallet.counts, **entry.counts},
        idle_end=entry.idle_end,
    )
    _check_signs(after, entry)
    return after


def _alive(
    available: Mapping[str, int],
    held: Mapping[str, Held],
    redeemed: Mapping[str, tuple[Take, ...]],
) -> set[str]:
    """The lots that have points, or may get some back."""
    alive = set(available)
    for hold in held.values():
        alive.update(take.lot for take in hold.takes)
    for takes in redeemed.values():
        alive.update(take.lot for take in takes)
    return alive


def _add(cells: dict[str, int], cell: str, points: int) -> None:
    left = cells.get(cell, 0) + points
    if left:
        cells[cell] = left
    else:
        cells.pop(cell, None)


def _hold(held: dict[str, Held], posting: Posting, entry: Entry) -> None:
    before = held.get(posting.order)
    until = entry.request.until if isinstance(entry.request, Hold) else None
    if before is None:
        if until is None:
            got = shown(type(entry.request).__name__)
            raise InputError([Problem("$.request", got, "a hold, which alone sets points aside")])
        before = Held(until, ())
    takes = _moved(before.takes, posting)
    if takes:
        held[posting.order] = Held(before.until, takes)
    else:
        del held[posting.order]


def _move(redeemed: dict[str, tuple[Take, ...]], posting: Posting) -> None:
    takes = _moved(redeemed.get(posting.order, ()), posting)
    if takes:
        redeemed[posting.order] = takes
    else:
        redeemed.pop(posting.order, None)


def _moved(takes: tuple[Take, ...], posting: Posting) -> tuple[Take, ...]:
    """The takes with so many points more of a lot, or fewer of those taken last."""
    if posting.points > 0:
        return (*takes, Take(posting.lot, posting.points))
    left, found = -posting.points, list(takes)
    for place in range(len(found) - 1, -1, -1):
        if found[place].lot == posting.lot and left:
            gone = min(left, found[place].points)
            left -= gone
            found[place] = Take(posting.lot, found[place].points - gone)
    if left:
        found.append(Take(posting.lot, -left))
    return tuple(take for take in found if take.points)


def _check(wallet: Wallet, entry: Entry) -> None:
    problems = []
    if entry.customer != wallet.customer:
        expected = f"an entry of customer {wallet.customer!r}"
        problems.append(Problem("$.customer", shown(entry.customer), expected))
    if entry.number != wallet.version + 1:
        expected = f"the next number, {wallet.version + 1}"
        problems.append(Problem("$.number", shown(entry.number), expected))
    total = sum(posting.points for posting in entry.postings)
    if total:
        problems.append(Problem("$.postings", shown(total), "postings that sum to 0"))
    if problems:
        raise InputError(problems)


def _check_signs(wallet: Wallet, entry: Entry) -> None:
    """No account of the customer's is below zero, but the debt, which is never above it."""
    takes = [take for hold in wallet.held.values() for take in hold.takes]
    takes += [take for order in wallet.redeemed.values() for take in order]
    low = min(
        (
            *wallet.available.values(),
            *wallet.pending.values(),
            *(take.points for take in takes),
            wallet.debt,
        )
    )
    if low < 0:
        expected = f"what the accounts hold before entry {entry.number}"
        raise InputError([Problem("$.postings", shown(low), expected)])
