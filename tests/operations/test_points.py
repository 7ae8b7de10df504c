"""Calls that are made twice, at once, and in the middle of others."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import get_args

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from mallops.adapters.memory import MemoryPoints
from mallops.catalog.model import Sku
from mallops.errors import InputError
from mallops.findings import Refusal, Severity
from mallops.messages import message
from mallops.money import Currency, Money
from mallops.operations import (
    ATTEMPTS,
    act_points,
    audit_points,
    earn_points,
    fingerprint,
    post_decision,
    post_points,
    reverse_points,
    sweep_points,
    transfer_points,
)
from mallops.points.concluding import Decision
from mallops.points.counts import Count
from mallops.points.deciding import decide
from mallops.points.drafting import Terms
from mallops.points.earning import Goods
from mallops.points.model import Entry
from mallops.points.requests import (
    Act,
    Capture,
    Correct,
    Earn,
    Expire,
    Grant,
    Hold,
    Received,
    Sent,
    Settle,
    Spend,
    Stated,
)
from mallops.points.wallet import Wallet
from mallops.repositories import Change, Conflict
from mallops.rules.points import Action, Campaign, ExpireByAge, StreakStep, Times, Transfer
from mallops.rules.points import Earn as EarnRule
from mallops.time import instant

AT = instant("2026-11-11T12:00:00+08:00")
TERMS = Terms(ExpireByAge(10))
CNY = Currency.of("CNY")
EARN = EarnRule(Money(100, CNY), 1, at_most_per_day=150)
SIGN_IN = (Action("sign_in", 5, Times(day=1)),)


class Between(MemoryPoints):
    """Somebody else acts, once, right before or after one of the caller's reads."""

    def __init__(self) -> None:
        super().__init__()
        self.before_wallet: list[Callable[[], object]] = []
        self.before_entry: list[Callable[[], object]] = []
        self.before_append: list[Callable[[], object]] = []

    def wallet(self, customer: str) -> Wallet:
        self._others(self.before_wallet)
        return super().wallet(customer)

    def entry(self, customer: str, key: str) -> Entry | None:
        self._others(self.before_entry)
        return super().entry(customer, key)

    def append(self, changes: Sequence[Change]) -> None:
        self._others(self.before_append)
        super().append(changes)

    def _others(self, calls: list[Callable[[], object]]) -> None:
        if calls:
            calls.pop()()


MOMENTS = pytest.mark.parametrize("moment", ["before_wallet", "before_entry", "before_append"])


def funded(points: int = 100, *, repository: MemoryPoints | None = None) -> MemoryPoints:
    repository = MemoryPoints() if repository is None else repository
    posted(post_points(repository, "anna", "opening", Grant(points), AT, TERMS))
    return repository


def posted(found: Entry | Refusal) -> Entry:
    assert isinstance(found, Entry)
    return found


def available(repository: MemoryPoints, customer: str = "anna") -> int:
    return sum(repository.wallet(customer).available.values())


def keys(repository: MemoryPoints, customer: str = "anna") -> list[str]:
    return [entry.key for entry in repository.entries(customer)]


# --- the same call twice -----------------------------------------------------------------------


def test_the_second_delivery_gives_the_first_entry_whatever_has_happened_since() -> None:
    repository = funded()
    first = posted(post_points(repository, "anna", "paid", Spend("o1", 60), AT, TERMS))
    post_points(repository, "anna", "again", Spend("o2", 40), AT, TERMS)
    later, others = AT.add(days=99), Terms(None, "America/New_York")
    assert post_points(repository, "anna", "paid", Spend("o1", 60), later, others) == first
    assert keys(repository) == ["opening", "paid", "again"]
    assert available(repository) == 0


def test_another_request_under_the_key_is_refused() -> None:
    repository = funded()
    post_points(repository, "anna", "paid", Spend("o1", 60), AT, TERMS)
    reused = Refusal("key_reused", {"key": "paid"})
    others: list[Stated] = [Spend("o1", 61), Spend("o2", 60), Grant(60), Capture("o1")]
    for other in others:
        assert post_points(repository, "anna", "paid", other, AT, TERMS) == reused
    assert keys(repository) == ["opening", "paid"]
    assert "paid" in message(reused.code, "en", reused.details)


def test_a_refusal_is_not_remembered() -> None:
    repository = funded(10)
    refused = post_points(repository, "anna", "paid", Spend("o1", 60), AT, TERMS)
    assert refused == Refusal("points_short", {"points": "60", "available": "10"})
    post_points(repository, "anna", "more", Grant(50), AT, TERMS)
    assert posted(post_points(repository, "anna", "paid", Spend("o1", 60), AT, TERMS)).number == 3


def test_a_hold_that_is_asked_for_again_keeps_its_first_end() -> None:
    repository = funded()
    first, second = (Hold("o1", 60, AT.add(minutes=minutes)) for minutes in (30, 31))
    entry = posted(post_points(repository, "anna", "held", first, AT, TERMS))
    assert post_points(repository, "anna", "held", second, AT.add(minutes=1), TERMS) == entry


@pytest.mark.parametrize("key", ["", "due/2", "from/gift/0"])
def test_keys_of_the_ledger_are_nobody_elses(key: str) -> None:
    repository = funded()
    sweep_points(repository, AT.add(days=10), TERMS)
    assert keys(repository) == ["opening", "due/2"]
    with pytest.raises(InputError):
        post_points(repository, "anna", key, Grant(1), AT, TERMS)
    with pytest.raises(InputError):
        transfer_points(repository, "anna", "bo", key, 1, AT, Transfer(True), TERMS)


# --- others in between -------------------------------------------------------------------------


@MOMENTS
def test_the_same_call_in_the_middle_of_itself_posts_once(moment: str) -> None:
    repository = Between()
    funded(60, repository=repository)
    others: list[Entry | Refusal] = []

    def pay() -> Entry | Refusal:
        return post_points(repository, "anna", "paid", Spend("o1", 60), AT, TERMS)

    getattr(repository, moment).append(lambda: others.append(pay()))
    assert [pay()] == others == [repository.entry("anna", "paid")]
    assert keys(repository) == ["opening", "paid"]


@MOMENTS
def test_what_others_spend_in_the_middle_is_not_spent_again(moment: str) -> None:
    repository = Between()
    funded(60, repository=repository)
    getattr(repository, moment).append(
        lambda: post_points(repository, "anna", "other", Spend("o2", 50), AT, TERMS)
    )
    found = post_points(repository, "anna", "paid", Spend("o1", 60), AT, TERMS)
    assert found == Refusal("points_short", {"points": "60", "available": "10"})
    assert available(repository) == 10


@MOMENTS
def test_caps_hold_among_orders_at_once(moment: str) -> None:
    repository = Between()

    def earn(order: str) -> Entry | Refusal:
        goods = [Goods(Sku("TEA", None), 10_000)]
        return earn_points(repository, "anna", order, order, goods, frozenset(), AT, EARN, TERMS)

    getattr(repository, moment).append(lambda: earn("o2"))
    assert posted(earn("o1")).request == Earn("o1", 50, {"orders/day": Count("2026-11-11", 150)})
    assert sum(repository.wallet("anna").pending.values()) == 150


@MOMENTS
def test_one_sign_in_a_day_among_two_at_once(moment: str) -> None:
    repository = Between()

    def sign_in(key: str) -> Entry | Refusal:
        return act_points(repository, "anna", key, "sign_in", AT, SIGN_IN, TERMS)

    getattr(repository, moment).append(lambda: sign_in("phone"))
    refused = sign_in("desk")
    assert isinstance(refused, Refusal)
    assert refused.code == "action_used_up"
    assert keys(repository) == ["phone"]


@MOMENTS
@pytest.mark.parametrize("busy", ["anna", "bo"])
def test_a_transfer_is_whole_whoever_of_the_two_is_busy(moment: str, busy: str) -> None:
    repository = Between()
    funded(60, repository=repository)
    getattr(repository, moment).append(
        lambda: post_points(repository, busy, "other", Grant(1), AT, TERMS)
    )
    posted(transfer_points(repository, "anna", "bo", "gift", 60, AT, Transfer(True), TERMS))
    assert available(repository) + available(repository, "bo") == 61
    assert [audit_points(repository, name) for name in ("anna", "bo")] == [(), ()]


class AlwaysLate(MemoryPoints):
    def __init__(self, conflicts: int) -> None:
        super().__init__()
        self.conflicts, self.tried = conflicts, 0

    def append(self, changes: Sequence[Change]) -> None:
        self.tried += 1
        if self.tried <= self.conflicts:
            raise Conflict
        super().append(changes)


def test_who_is_late_too_often_is_told() -> None:
    repository = AlwaysLate(ATTEMPTS)
    with pytest.raises(Conflict):
        post_points(repository, "anna", "k", Grant(1), AT, TERMS)
    assert repository.tried == ATTEMPTS
    assert posted(post_points(repository, "anna", "k", Grant(1), AT, TERMS)).number == 1


def test_the_last_attempt_counts() -> None:
    repository = AlwaysLate(ATTEMPTS - 1)
    assert posted(post_points(repository, "anna", "k", Grant(1), AT, TERMS)).number == 1


# --- what is computed from the wallet ----------------------------------------------------------


def test_an_order_that_is_told_of_twice_earns_once_though_the_day_is_full() -> None:
    repository = MemoryPoints()
    tea, cup = (Goods(Sku(name, None), paid) for name, paid in (("TEA", 9_000), ("CUP", 1_000)))

    def earn(
        key: str, goods: Iterable[Goods], groups: Iterable[str] = (), rule: EarnRule | None = EARN
    ) -> Entry | Refusal:
        return earn_points(
            repository, "anna", key, "o1", [*goods], frozenset(groups), AT, rule, TERMS
        )

    first = posted(earn("o1", [tea, cup]))
    assert posted(earn("o2", [tea, cup])).request == Earn(
        "o1", 50, {"orders/day": Count("2026-11-11", 150)}
    )
    assert earn("o1", [tea, cup]) == first
    # The catalogue, the customer's groups and the rules have changed meanwhile.
    moved = evolve(tea, sku=evolve(tea.sku, category="food/tea"))
    assert earn("o1", [cup, moved], ["vip"], None) == first
    assert earn("o1", [tea]) == Refusal("key_reused", {"key": "o1"})
    assert earn("o1", [tea, evolve(cup, paid=999)]) == Refusal("key_reused", {"key": "o1"})


def test_what_a_campaign_brought_stands_in_the_entry() -> None:
    rule = evolve(EARN, at_most_per_day=None, campaigns=(Campaign("double", Decimal(2)),))
    goods = [Goods(Sku("TEA", None), 10_000)]
    repository = MemoryPoints()
    entry = earn_points(
        repository, "anna", "k", "o1", goods, frozenset(), AT, rule, TERMS, {"double": 70}
    )
    # A campaign without a bound for all has none left to run out.
    assert posted(entry).request == Earn("o1", 200, {}, "double", 100)
    bounded = evolve(rule, campaigns=(Campaign("double", Decimal(2), at_most=500),))
    for key, left in (("l", 70), ("l", 10)):
        entry = earn_points(
            repository, "anna", key, "o1", goods, frozenset(), AT, bounded, TERMS, {"double": left}
        )
        assert posted(entry).request == Earn("o1", 170, {}, "double", 70)


def test_an_action_that_is_told_of_twice_earns_once() -> None:
    repository = MemoryPoints()

    def act(key: str, action: str = "sign_in", days: int = 0) -> Entry | Refusal:
        return act_points(repository, "anna", key, action, AT.add(days=days), SIGN_IN, TERMS)

    first = posted(act("today"))
    counts = {"action/sign_in/day": Count("2026-11-11", 1)}
    assert first.request == Act("sign_in", 5, counts)
    assert act("today") == act("today", days=1) == first
    assert act("today", "review") == Refusal("key_reused", {"key": "today"})
    assert act("else", "review") == Refusal("action_unknown", {"action": "review"})
    assert posted(act("tomorrow", days=1)).number == 2


def test_an_action_may_earn_by_its_streak_alone() -> None:
    repository = MemoryPoints()
    actions = (Action("sign_in", 0, Times(day=1), (StreakStep(2, 20),)),)
    for days, points in enumerate((0, 20, 0, 20)):
        at = AT.add(days=days)
        entry = posted(act_points(repository, "anna", f"day {days}", "sign_in", at, actions, TERMS))
        assert isinstance(entry.request, Act)
        assert entry.request.points == points
        # What earned nothing left no lot behind.
        assert len(entry.lots) == bool(points)
    assert available(repository) == 40


def test_a_decision_of_a_backends_own_is_as_safe() -> None:
    repository = funded(100)

    def halve(wallet: Wallet) -> Decision | Refusal:
        half = sum(wallet.available.values()) // 2
        return decide(wallet, "halved", Correct(-half, "settled in court"), AT, TERMS)

    def post() -> Entry | Refusal:
        asked = fingerprint("halve", {})
        return post_decision(repository, "anna", "halved", asked, halve)

    assert post() == post()
    assert available(repository) == 50


# --- transfers ---------------------------------------------------------------------------------


def test_a_transfer_that_is_asked_for_twice_is_made_once() -> None:
    repository = funded(100)
    terms = Transfer(True, at_most_per_day=60)

    def give(points: int = 60, receiver: str = "bo") -> Entry | Refusal:
        return transfer_points(repository, "anna", receiver, "gift", points, AT, terms, TERMS)

    first = posted(give())
    assert first.request == Sent("bo", 60, {"transfers/day": Count("2026-11-11", 60)})
    received = repository.entry("bo", "gift")
    assert isinstance(posted(received or Refusal("")).request, Received)
    assert give() == first
    reused = Refusal("key_reused", {"key": "gift"})
    assert give(61) == give(60, "chen") == reused
    assert (available(repository), available(repository, "bo")) == (40, 60)


def test_a_transfer_under_a_key_of_the_receivers_is_refused() -> None:
    repository = funded(100)
    post_points(repository, "bo", "gift", Grant(1), AT, TERMS)
    found = transfer_points(repository, "anna", "bo", "gift", 60, AT, Transfer(True), TERMS)
    assert found == Refusal("key_reused", {"key": "gift"})
    assert (available(repository), available(repository, "bo")) == (100, 1)


def test_nobody_gives_to_themselves() -> None:
    repository = funded(100)
    found = transfer_points(repository, "anna", "anna", "gift", 60, AT, Transfer(True), TERMS)
    assert found == Refusal("transfer_not_allowed")


# --- reversals ---------------------------------------------------------------------------------


def test_an_entry_is_undone_once() -> None:
    repository = funded(100)
    post_points(repository, "anna", "fix", Grant(30, "by mistake"), AT, TERMS)
    first = posted(reverse_points(repository, "anna", "fix", AT, TERMS))
    assert first.key == "reverse/fix"
    assert reverse_points(repository, "anna", "fix", AT.add(days=1), TERMS) == first
    assert available(repository) == 100


def test_what_cannot_be_undone() -> None:
    repository = funded(100)
    post_points(repository, "anna", "paid", Spend("o1", 1), AT, TERMS)

    def reverse(key: str) -> Entry | Refusal:
        return reverse_points(repository, "anna", key, AT, TERMS)

    assert reverse("none") == Refusal("entry_unknown", {"key": "none"})
    assert reverse("paid") == Refusal("not_reversible", {"key": "paid"})
    assert reverse("opening") == Refusal("already_used", {"key": "opening"})
    assert "none" in message("entry_unknown", "en", {"key": "none"})


# --- what is due -------------------------------------------------------------------------------


def test_what_is_due_is_posted_once() -> None:
    repository = funded(100)
    post_points(repository, "bo", "later", Grant(5), AT.add(days=1), TERMS)
    at = AT.add(days=20)
    assert sweep_points(repository, AT, TERMS) == ()
    (gone,) = sweep_points(repository, at, TERMS, 1)
    assert (gone.customer, gone.at, gone.request) == ("anna", AT.add(days=10), Expire())
    assert [entry.customer for entry in sweep_points(repository, at, TERMS)] == ["bo"]
    assert sweep_points(repository, at, TERMS) == ()
    assert keys(repository) == ["opening", "due/2"]


@MOMENTS
def test_two_workers_that_sweep_at_once_post_it_once(moment: str) -> None:
    repository = Between()
    funded(repository=repository)
    post_points(repository, "bo", "opening", Grant(5), AT, TERMS)
    swept: list[Entry] = []

    def sweep() -> tuple[Entry, ...]:
        return sweep_points(repository, AT.add(days=10), TERMS)

    getattr(repository, moment).append(lambda: swept.extend(sweep()))
    swept += sweep()
    assert sorted(entry.customer for entry in swept) == ["anna", "bo"]
    assert keys(repository) == keys(repository, "bo") == ["opening", "due/2"]


# --- audits ------------------------------------------------------------------------------------


class Tampered(MemoryPoints):
    """What is read of a repository whose tables somebody has been at."""

    def __init__(
        self,
        wallet: Callable[[Wallet], Wallet] = lambda wallet: wallet,
        log: Callable[[Sequence[Entry]], Sequence[Entry]] = lambda entries: entries,
    ) -> None:
        super().__init__()
        right = funded()
        post_points(right, "anna", "paid", Spend("o1", 60), AT, TERMS)
        self.found = wallet(right.wallet("anna")), log(right.entries("anna"))

    def wallet(self, customer: str) -> Wallet:
        assert customer == "anna"
        return self.found[0]

    def entries(self, customer: str, after: int = 0) -> Sequence[Entry]:
        assert customer == "anna"
        return self.found[1][after:]


def audited(tampered: Tampered) -> list[tuple[str, str]]:
    findings = audit_points(tampered, "anna")
    assert all(finding.severity is Severity.ERROR for finding in findings)
    for finding in findings:
        assert "{" not in message(finding.code, "zh_CN", finding.details)
    return [(finding.code, finding.path) for finding in findings]


def test_a_wallet_that_is_its_logs_has_no_findings() -> None:
    assert audited(Tampered()) == []
    assert audit_points(MemoryPoints(), "nobody") == ()


def test_each_part_of_a_wallet_that_differs_is_found() -> None:
    differs = "points_wallet_differs"
    assert audited(Tampered(lambda wallet: evolve(wallet, debt=5))) == [(differs, "$.wallet.debt")]
    assert audited(Tampered(lambda wallet: evolve(wallet, redeemed={}, totals={}))) == [
        (differs, "$.wallet.redeemed"),
        (differs, "$.wallet.totals"),
    ]


def test_a_log_that_was_written_to_is_found() -> None:
    def cheapened(log: Sequence[Entry]) -> Sequence[Entry]:
        return [evolve(entry, postings=entry.postings[:1]) for entry in log]

    assert audited(Tampered(log=cheapened)) == [("points_log_broken", "$.entries[0]")]
    assert audited(Tampered(log=lambda log: log[1:])) == [("points_log_broken", "$.entries[0]")]
    assert audited(Tampered(log=lambda log: log[:1])) == [("points_log_broken", "$.entries[1]")]


def test_what_is_posted_during_an_audit_is_no_finding() -> None:
    repository = MemoryPoints()
    post_points(repository, "anna", "opening", Grant(100), AT, TERMS)

    class Later(MemoryPoints):
        def wallet(self, customer: str) -> Wallet:
            wallet = repository.wallet(customer)
            post_points(repository, customer, f"{wallet.version}", Grant(1), AT, TERMS)
            return wallet

        def entries(self, customer: str, after: int = 0) -> Sequence[Entry]:
            return repository.entries(customer, after)

    assert audit_points(Later(), "anna") == ()
    assert audit_points(Later(), "bo") == ()


# --- fingerprints ------------------------------------------------------------------------------


TEXTS = st.text(max_size=2)


def fingerprinted(request: Stated) -> str:
    entry = post_points(funded(), "anna", "k", request, AT, TERMS)
    return posted(entry).payload


def test_fingerprints_stay_what_they_are() -> None:
    """They are stored: were they others after an upgrade, callbacks would be refused."""
    assert fingerprinted(Grant(5)) == fingerprint("Grant", {"points": 5})
    assert fingerprinted(Grant(5, "sorry")) == fingerprint(
        "Grant", {"points": 5, "reason": "sorry"}
    )
    assert fingerprinted(Settle("o1")) == fingerprint("Settle", {"order": "o1"})
    assert fingerprint("Grant", {"points": 5}) == (
        "714151f270c11d32df7fd0baee22a473fe1ae16af95b000c96d6ac6a5744d000"
    )


def test_kinds_of_requests_have_fingerprints_of_their_own() -> None:
    same = [fingerprint(kind.__name__, {"order": "o1"}) for kind in get_args(Stated)]
    assert len(set(same)) == len(get_args(Stated)) == 11


@given(st.dictionaries(TEXTS, st.sets(TEXTS, max_size=3), max_size=3))
def test_the_order_of_what_was_asked_makes_no_difference(asked: dict[str, set[str]]) -> None:
    turned = dict(reversed(asked.items()))
    assert fingerprint("x", turned) == fingerprint("x", asked)
    assert fingerprint("x", {**asked, "more": 1}) != fingerprint("x", asked)


def test_a_fingerprint_is_the_same_in_every_process() -> None:
    code = (
        "from mallops.operations import fingerprint;"
        "print(fingerprint('x', {'b': {'vip', 'gold', 'new'}, 'a': '\u4e2d'}))"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(found) == 1
