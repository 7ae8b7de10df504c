"""Accounts that share an address, a device or a means of payment."""

from __future__ import annotations

from collections.abc import Iterator

from mallops.loopholes.signals.counting import Entry, Key, Meet, Rows, members
from mallops.loopholes.signals.events import Event
from mallops.loopholes.signals.model import Suspicion
from mallops.loopholes.signals.settings import Measure, Settings

ADDRESS, DEVICE, PAYMENT = "address", "device", "payment"

CODES = {ADDRESS: "address_shared", DEVICE: "device_shared", PAYMENT: "payment_shared"}


def scopes(event: Event) -> list[Key]:
    """What is known of where an event comes from: of each a key, those that say most first."""
    known = ((PAYMENT, event.payment), (DEVICE, event.device), (ADDRESS, event.address))
    return [each for each in known if each[1]]


def entries(event: Event, settings: Settings) -> Iterator[Entry]:
    """The customer was seen at each of them."""
    for key in scopes(event):
        yield Meet(key, _measure(settings, key[0]).span, event.customer)


def suspicions(event: Event, rows: Rows, settings: Settings) -> Iterator[Suspicion]:
    """How many accounts were seen at each of them in the window: it is about all of these."""
    for key in scopes(event):
        accounts = members(rows, key)
        score = _measure(settings, key[0]).scale.score(len(accounts))
        if score:
            details = {"accounts": str(len(accounts))}
            yield Suspicion(CODES[key[0]], score, tuple(sorted(accounts)), details)


def _measure(settings: Settings, scope: str) -> Measure:
    if scope == PAYMENT:
        return settings.payment_shared
    return settings.device_shared if scope == DEVICE else settings.address_shared
