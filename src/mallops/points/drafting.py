"""An entry in the making: postings that always come in pairs, and what they leave."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from attrs import define, field, frozen
from pendulum import DateTime

from mallops.findings import Refusal
from mallops.points.counts import Count
from mallops.points.expiry import idle_end
from mallops.points.model import Account, Entry, Lot, Posting
from mallops.points.requests import (
    Charge,
    Close,
    Correct,
    Expire,
    Grant,
    Received,
    Release,
    Request,
    Reverse,
    Settle,
    TakeBack,
)
from mallops.points.wallet import Take, Wallet
from mallops.rules.book import Rulebook
from mallops.rules.points import Expire as ExpireRule

POINTS_SHORT = "points_short"

# What the mall or another customer does to a wallet; all else shows that its owner is there.
_BY_OTHERS = (Settle, Grant, Release, TakeBack, Charge, Close, Received, Correct, Reverse)


@frozen
class Terms:
    """How points go, as the rulebook says it, and the time zone in which its days begin."""

    expire: ExpireRule | None = None
    timezone: str = "Asia/Shanghai"

    @classmethod
    def of(cls, rulebook: Rulebook) -> Terms:
        """The terms of a rulebook; without a points section, points never go."""
        points = rulebook.points
        return cls(points.expire if points is not None else None, rulebook.timezone)


@define
class Draft:
    """Postings on top of a wallet; `left` is what they leave in each lot, `debt` the debt."""

    wallet: Wallet
    at: DateTime
    terms: Terms
    postings: list[Posting] = field(factory=list)
    lots: dict[str, Lot] = field(factory=dict)
    left: dict[str, int] = field(init=False)
    debt: int = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.left, self.debt = dict(self.wallet.available), self.wallet.debt

    def move(self, points: int, source: Posting, target: Posting) -> None:
        """So many points from one cell to another; the points of the two are not looked at."""
        if points:
            self.postings.append(_with(source, -points))
            self.postings.append(_with(target, points))

    def open_lot(self, lot: Lot, points: int, source: Posting) -> None:
        """A new lot, filled from a cell; the debt is paid out of it first. None of no points."""
        if points:
            self.lots[lot.id] = lot
            self.credit(lot.id, points, source)

    def credit(self, lot: str, points: int, source: Posting) -> None:
        """Points into a lot, out of which the debt is paid first."""
        self.move(points, source, Posting(Account.AVAILABLE, 0, lot=lot))
        paid = min(points, self.debt)
        self.move(paid, Posting(Account.AVAILABLE, 0, lot=lot), Posting(Account.DEBT, 0))
        self.debt -= paid
        self.left[lot] = self.left.get(lot, 0) + points - paid

    def take(self, points: int, lots: Iterable[Lot]) -> Iterator[Take]:
        """Points out of these lots in turn, as far as they go: the caller posts them."""
        for lot in lots:
            if not points:
                return
            taken = min(points, self.left.get(lot.id, 0))
            if taken:
                points -= taken
                self.left[lot.id] -= taken
                yield Take(lot.id, taken)

    def shift(self, take: Take, source: Account, target: Account, order: str) -> None:
        """Points of a lot from one account to another; what is available is of no order."""
        cells = [
            Posting(account, 0, "" if account is Account.AVAILABLE else order, take.lot)
            for account in (source, target)
        ]
        self.move(take.points, *cells)

    def short_of(self, points: int) -> Refusal | None:
        """The refusal of so many points, if fewer are available."""
        available = sum(self.left.values())
        if points <= available:
            return None
        return Refusal(POINTS_SHORT, {"points": str(points), "available": str(available)})

    def entry(self, key: str, request: Request, counts: Mapping[str, Count]) -> Entry:
        """The entry that the postings make."""
        return Entry(
            customer=self.wallet.customer,
            number=self.wallet.version + 1,
            key=key,
            at=self.at,
            request=request,
            postings=tuple(self.postings),
            lots=tuple(self.lots.values()),
            counts=counts,
            idle_end=self._idle_end(request),
        )

    def _idle_end(self, request: Request) -> DateTime | None:
        before = self.wallet.idle_end
        if isinstance(request, Expire):
            return before
        if isinstance(request, _BY_OTHERS) and before is not None and before > self.at:
            return before
        return idle_end(self.terms.expire, self.at, self.terms.timezone)


def _with(cell: Posting, points: int) -> Posting:
    return Posting(cell.account, points, cell.order, cell.lot)
