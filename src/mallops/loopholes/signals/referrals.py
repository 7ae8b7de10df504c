"""Accounts that bring very many others, or that bring themselves."""

from __future__ import annotations

from collections.abc import Iterator

from mallops.loopholes.signals.counting import Entry, Meet, Rows, members
from mallops.loopholes.signals.events import Act, Event
from mallops.loopholes.signals.links import links_to
from mallops.loopholes.signals.model import Suspicion
from mallops.loopholes.signals.settings import Settings


def entries(event: Event, settings: Settings) -> Iterator[Entry]:
    """A new account among those that the referrer has brought."""
    if event.act is Act.JOIN and event.referrer:
        yield Meet(("referred", event.referrer), settings.referrals.span, event.customer)


def suspicions(event: Event, rows: Rows, settings: Settings) -> Iterator[Suspicion]:
    """How many accounts the referrer has brought, and whether it sits beside them."""
    if event.act is not Act.JOIN or not event.referrer:
        return
    brought = len(members(rows, ("referred", event.referrer)))
    score = settings.referrals.scale.score(brought)
    if score:
        details = {"accounts": str(brought)}
        yield Suspicion("referrals_many", score, (event.referrer,), details)
    for link in links_to(event, event.referrer, rows, settings.links):
        score = settings.self_referral.score(link.others) * link.sure // 100
        if score:
            accounts = tuple(sorted({event.customer, event.referrer}))
            details = {"referrer": event.referrer, "by": link.by, "others": str(link.others)}
            yield Suspicion("self_referral", score, accounts, details)
