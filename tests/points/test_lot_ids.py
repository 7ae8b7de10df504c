"""No two lots of a customer are ever one, whatever their entries' keys are."""

from __future__ import annotations

import pytest

from mallops.errors import InputError
from mallops.points.concluding import Decision
from mallops.points.deciding import decide
from mallops.points.drafting import Terms
from mallops.points.requests import Grant
from mallops.points.sweeping import balance
from mallops.points.transfers import transfer
from mallops.points.wallet import Wallet
from mallops.rules.points import ExpireByAge, Transfer
from mallops.time import instant

AT = instant("2026-11-11T12:00:00+08:00")
TERMS = Terms(ExpireByAge(10))


def granted(wallet: Wallet, key: str, points: int, days: int) -> Wallet:
    decision = decide(wallet, key, Grant(points), AT.add(days=days), TERMS)
    assert isinstance(decision, Decision)
    return decision.wallet


@pytest.mark.parametrize("key", ["gift/0", "0", "from"])
def test_a_parcel_is_no_lot_of_another_entry_whose_key_reads_like_its_name(key: str) -> None:
    sender, receiver = granted(Wallet("a"), "old", 50, 0), granted(Wallet("b"), key, 100, 5)
    sent = transfer(sender, receiver, "gift", 50, AT.add(days=6), Transfer(True), TERMS)
    assert isinstance(sent, tuple)
    after = sent[1].wallet
    # The parcel keeps the sender's end, ten days after the first; the grant lives five longer.
    left = [balance(after, AT.add(days=days), TERMS).available for days in (9, 10, 14, 15)]
    assert left == [150, 100, 100, 0]


def test_no_key_reads_like_a_parcel() -> None:
    with pytest.raises(InputError, match="from/"):
        granted(Wallet("b"), "from/gift/0", 100, 0)
