"""A worker whose provider writes down what it is asked for: run with a database and a file."""

from __future__ import annotations

import os
import sys

from examples.worker import SUCCEEDED, run
from mallops import Currency, Money
from mallops.aftersales.payments import Capture
from mallops.operations import Told
from mallops.repositories import Message

LATE = "late"
"""Orders whose ids begin so were paid at the last moment, as the provider says when it is asked."""
PAID = Money(5400, Currency.of("CNY"))


def perform(message: Message) -> Told:
    """Write the effect and its key down as one line, and answer."""
    calls = os.open(sys.argv[2], os.O_WRONLY | os.O_APPEND)
    os.write(calls, f"{message.effect} {message.key}\n".encode())
    os.close(calls)
    if message.effect == "void" and message.order.startswith(LATE):
        return Told("void_failed", (Capture(f"card {message.order}", "card", PAID),))
    return Told(SUCCEEDED[message.effect])


if __name__ == "__main__":
    run(sys.argv[1], perform, pause=0.05)
