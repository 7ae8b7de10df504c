"""What an event shares with another account, and how sure it is that both are one person."""

from __future__ import annotations

from attrs import frozen

from mallops.loopholes.signals.counting import Rows, members
from mallops.loopholes.signals.events import Event
from mallops.loopholes.signals.settings import Links
from mallops.loopholes.signals.sharing import ADDRESS, DEVICE, PAYMENT, scopes

SAME = "account"


@frozen
class Link:
    """What is shared, how many other accounts are there too, and how sure it is, in percent."""

    by: str
    others: int
    sure: int


def links_to(event: Event, account: str, rows: Rows, sure: Links) -> list[Link]:
    """All that links the customer of an event to an account; being it is a link, too."""
    found = [Link(SAME, 0, sure.same)] if event.customer == account else []
    strengths = {PAYMENT: sure.payment, DEVICE: sure.device, ADDRESS: sure.address}
    for key in scopes(event):
        seen = members(rows, key)
        if account in seen and event.customer != account:
            found.append(Link(key[0], len(seen) - 1, strengths[key[0]]))
    return found
