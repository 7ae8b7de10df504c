"""What of a customer's ledger counts for tiers: points that orders brought, once they are sure.

Pending points do not count: an order that goes back before its points settle has never made a
tier. Rewards of orders settle with them and count as they do, since a claw-back takes both.
Grants, actions and transfers are no orders, and a debt that is paid changes nothing earned.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pendulum import DateTime

from mallops.points.model import Account, Entry
from mallops.points.requests import Settle, TakeBack


def qualifying(entries: Iterable[Entry]) -> Iterator[tuple[DateTime, int]]:
    """The movements that `mallops.points.tiers.tier_at` asks for, from a customer's log.

    Above zero when an order's points settle, below when they are taken back after that.

    >>> from mallops.points.deciding import decide
    >>> from mallops.points.drafting import Terms
    >>> from mallops.points.requests import Earn
    >>> from mallops.points.wallet import Wallet
    >>> from mallops.time import instant
    >>> at, wallet = instant("2026-11-11T10:00:00+08:00"), Wallet("c1")
    >>> entries = []
    >>> for key, request in (("k1", Earn("o1", 45)), ("k2", Settle("o1")), ("k3", TakeBack("o1", 5))):
    ...     decision = decide(wallet, key, request, at, Terms())
    ...     entries, wallet = [*entries, *decision.entries], decision.wallet
    >>> [points for _, points in qualifying(entries)]
    [45, -5]
    """  # noqa: E501
    for entry in entries:
        if isinstance(entry.request, Settle | TakeBack):
            # What comes out of pending or of nothing, or goes back there.
            outside = (Account.ISSUED, Account.PENDING)
            points = -sum(each.points for each in entry.postings if each.account in outside)
            if points:
                yield entry.at, points
