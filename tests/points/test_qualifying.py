"""What of a ledger counts for tiers, through real entries."""

from __future__ import annotations

from hypothesis import given

from mallops.findings import Refusal
from mallops.points.deciding import decide
from mallops.points.drafting import Terms
from mallops.points.model import Account, Entry
from mallops.points.qualifying import qualifying
from mallops.points.requests import Act, Asked, Charge, Earn, Grant, Settle, Spend, TakeBack
from mallops.points.tiers import tier_at
from mallops.points.wallet import Wallet
from mallops.rules.points import Tier, Tiers
from mallops.time import local_instant
from tests.points.ledgers import Ledger, ledgers

ZONE = "Asia/Shanghai"
RULES = Tiers((Tier("silver", 100), Tier("gold", 1_000)), grace_days=30)


def played(*asked: tuple[str, Asked]) -> list[Entry]:
    wallet, log = Wallet("c1"), list[Entry]()
    for number, (when, request) in enumerate(asked):
        decision = decide(wallet, f"k{number}", request, local_instant(when, ZONE), Terms())
        assert not isinstance(decision, Refusal)
        wallet = decision.wallet
        log += decision.entries
    return log


def tier(log: list[Entry], when: str) -> str:
    return tier_at(RULES, qualifying(log), local_instant(when, ZONE), ZONE).tier


ORDERED = (("2026-11-11T10:00", Earn("o1", 150)), ("2026-11-19T00:00", Settle("o1")))


def test_an_orders_points_count_from_when_they_settle() -> None:
    log = played(*ORDERED)
    assert tier(log, "2026-11-18T23:59:59") == ""
    assert tier(log, "2026-11-19T00:00") == "silver"


def test_an_order_that_goes_back_while_pending_never_made_a_tier() -> None:
    log = played(ORDERED[0], ("2027-01-02T10:00", TakeBack("o1", 150)))
    assert list(qualifying(log)) == []
    # Nor does it bring down what other orders make, of whichever year.
    other = played(
        ORDERED[0],
        ("2026-12-01T10:00", Earn("o2", 100)),
        ("2026-12-01T10:00", Settle("o2")),
        ("2026-12-02T10:00", TakeBack("o1", 150)),
    )
    assert tier(other, "2026-12-02T10:00") == "silver"


def test_what_is_taken_back_later_counts_then() -> None:
    log = played(*ORDERED, ("2026-11-25T10:00", TakeBack("o1", 51)))
    assert tier(log, "2026-11-25T09:59:59") == "silver"
    assert tier(log, "2026-11-25T10:00") == ""


def test_what_is_taken_back_in_part_from_what_is_pending_counts_for_the_rest() -> None:
    log = played(
        ("2026-11-11T10:00", Earn("o1", 150)),
        ("2026-11-11T10:00", Earn("o2", 200)),
        ("2026-11-12T10:00", Settle("o2")),
        ("2026-11-13T10:00", TakeBack("o1", 160)),
    )
    assert [points for _, points in qualifying(log)] == [200, -10]


def test_rewards_count_as_they_settle_and_as_they_are_taken_back() -> None:
    log = played(
        ("2026-11-11T10:00", Earn("o1", 80)),
        ("2026-11-19T00:00", Settle("o1", 20)),
        ("2026-11-25T10:00", TakeBack("o1", 100)),
    )
    assert [points for _, points in qualifying(log)] == [100, -100]


def test_what_pays_a_debt_is_earned_all_the_same() -> None:
    log = played(("2026-11-01T10:00", Charge("o0", 500)), *ORDERED)
    assert tier(log, "2026-11-19T00:00") == "silver"


def test_spending_takes_no_tier_and_gifts_make_none() -> None:
    log = played(*ORDERED, ("2026-11-19T01:00", Spend("o2", 150)))
    assert tier(log, "2026-11-19T01:00") == "silver"
    given_ = played(("2026-11-11T10:00", Grant(5_000)), ("2026-11-11T10:00", Act("review", 5_000)))
    assert list(qualifying(given_)) == []


@given(ledgers())
def test_what_qualifies_is_what_orders_brought_and_is_not_pending(ledger: Ledger) -> None:
    for wallet, log in zip(ledger.wallets, ledger.logs, strict=True):
        issued = -sum(
            posting.points
            for entry in log
            if isinstance(entry.request, Earn | Settle | TakeBack)
            for posting in entry.postings
            if posting.account is Account.ISSUED
        )
        found = list(qualifying(log))
        assert sum(points for _, points in found) == issued - sum(wallet.pending.values())
        assert [at for at, _ in found] == sorted(at for at, _ in found)
