"""Laws that every story keeps, and agreement with the naive player of stories, step by step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from random import Random
from typing import Any
from unittest.mock import patch

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mallops.points.concluding import Decision
from mallops.points.deciding import decide
from mallops.points.model import Account, Entry
from mallops.points.transfers import transfer
from mallops.points.wallet import Wallet, replay
from mallops.rulebook import decode_scenarios
from mallops.rulebook.playing import Played, play_scenario
from mallops.rulebook.shared import Rejected
from mallops.rulebook.stories import encode_outcome
from mallops.stories import playing
from mallops.testing import story_oracle
from mallops.testing.oracle import TooLarge
from mallops.testing.stories import stories
from mallops.testing.story_oracle import Ambiguous

Doc = dict[str, Any]

# Seatings that the oracle tries for a quote before it gives up on a story: very few need more.
LIMIT = 4_000
MANY = max(500, settings().max_examples)


def _played(scenario: Doc) -> list[Doc]:
    """What the steps come to."""
    [decoded] = decode_scenarios({"scenarios": [scenario]})
    result = play_scenario(decoded)
    assert isinstance(result, Played), str(result)
    found: list[Doc] = []
    for step in result.steps:
        assert not isinstance(step.outcome, Rejected), str(step.outcome)
        found.append(encode_outcome(step.outcome))
    return found


def _done(scenario: Doc, kind: str) -> list[tuple[Doc, Doc]]:
    """The steps of a kind that were not refused, with what they came to."""
    played = zip(scenario["story"], _played(scenario), strict=True)
    return [(step, got) for step, got in played if step["do"] == kind and not _refused(got)]


def _refused(outcome: Doc) -> bool:
    return isinstance(outcome.get("refused"), str)


def _policy(scenario: Doc, name: str, default: str) -> str:
    found: str = scenario["rulebook"].get("after_sales", {}).get(name, default)
    return found


def _under(scenario: Doc, **policies: str) -> Doc:
    """The scenario under other policies of its after-sales."""
    book = scenario["rulebook"]
    after_sales = book.get("after_sales", {}) | policies
    return scenario | {"rulebook": book | {"after_sales": after_sales}}


def _total(outcomes: Sequence[Doc], *fields: str) -> Fraction:
    return sum((Fraction(got[field]) for got in outcomes for field in fields), Fraction(0))


# --- one order at one instant --------------------------------------------------------------------


def _first_order(scenario: Doc) -> Doc:
    order: Doc | None = next((step for step in scenario["story"] if step["do"] == "order"), None)
    assume(order is not None)
    assert order is not None
    return order


def _at_once(scenario: Doc, *steps: Doc) -> list[Doc]:
    """What a balance, the story's first order and these steps come to, all at its instant.

    All that the story grants comes before them, so that the order may pay with more.
    """
    order = _first_order(scenario)
    grants = [step | {"at": order["at"]} for step in scenario["story"] if step["do"] == "grant"]
    told = [_about(order, step) for step in ({"do": "balance"}, order, *steps)]
    outcomes = _played(scenario | {"story": [*grants, *told]})[len(grants) :]
    assume("payable" in outcomes[1])
    return outcomes


def _about(order: Doc, step: Doc) -> Doc:
    """A step at the order's instant; one that says nothing of an order or customer is of its."""
    said: Doc = step | {"at": order["at"]}
    if step["do"] == "balance":
        customer = order["cart"].get("customer")
        return said | ({"customer": customer["id"]} if customer else {})
    return said if step["do"] == "order" else said | {"order": order["id"]}


def _net(balance: Doc) -> Doc:
    """What a balance comes to, whether or not points were set off against debt."""
    others = {key: balance[key] for key in ("cash", "units", "coupons", "pending")}
    return others | {"points": balance["points"] - balance["debt"]}


def _returned(
    scenario: Doc, units: Sequence[str], *, one_by_one: bool, kept_gifts: Sequence[str] = ()
) -> list[Doc]:
    """What returning these units comes to, and the balance after it; none may be refused."""
    counts = [{line: 1} for line in units] if one_by_one else [dict(Counter(units))]
    gifts = {"kept_gifts": list(kept_gifts)} if kept_gifts else {}
    steps = [{"do": "return", "units": each} | gifts for each in counts]
    outcomes = _at_once(scenario, {"do": "receive"}, *steps, {"do": "balance"})[3:]
    assume(not any(map(_refused, outcomes)))
    return outcomes


def _units(scenario: Doc) -> list[str]:
    """The line of each unit of the first order."""
    return [line for line, nets in _at_once(scenario)[1]["units"].items() for _ in nets]


# --- the oracle ----------------------------------------------------------------------------------


def test_every_step_is_the_oracles() -> None:
    """All that it says of a step. It has nothing to say of few stories: they would prove little."""
    judged = Counter[bool]()

    @settings(max_examples=MANY)
    @given(stories())
    def compare(scenario: Doc) -> None:
        try:
            naive = story_oracle.play(scenario, limit=LIMIT)
        except (Ambiguous, TooLarge):
            judged[False] += 1
            return
        judged[True] += 1
        found = _played(scenario)
        for step, expected, outcome in zip(scenario["story"], naive, found, strict=True):
            assert {key: outcome.get(key) for key in expected} == expected, step

    compare()
    assert judged[False] * 10 < judged[True]


# --- returns -------------------------------------------------------------------------------------


@given(stories(), st.randoms(use_true_random=False), st.data())
def test_units_come_back_one_by_one_or_at_once(
    scenario: Doc, chance: Random, data: st.DataObject
) -> None:
    """In any order, for the same totals, at the same instant; repriced, once all are back."""
    units = _units(scenario)
    assume(units)
    chance.shuffle(units)
    if _policy(scenario, "lost_threshold", "keep") == "keep":
        units = units[: data.draw(st.integers(1, len(units)))]
    *parts, balance = _returned(scenario, units, one_by_one=True)
    whole, at_once = _returned(scenario, units, one_by_one=False)
    assert _net(balance) == _net(at_once)
    for field in whole:
        assert _total(parts, field) == Fraction(whole[field]), field


@given(stories(), st.randoms(use_true_random=False), st.booleans(), st.booleans())
def test_with_everything_returned_the_order_is_undone(
    scenario: Doc,
    chance: Random,
    one_by_one: bool,
    keep_gifts: bool,
) -> None:
    """But for freight that does not come back, gifts that are kept, and what the mall lets be."""
    units = _units(scenario)
    assume(units)
    chance.shuffle(units)
    opening, quote, *_ = _at_once(scenario)
    kept = sorted({gift["sku"] for gift in quote["gifts"]}) if keep_gifts else []
    *parts, balance = _returned(scenario, units, one_by_one=one_by_one, kept_gifts=kept)
    freight = Fraction(quote["shipping"]) * (_policy(scenario, "shipping", "never") == "never")
    lost = freight + _total(parts, "withheld")
    assert Fraction(balance["cash"]) == Fraction(opening["cash"]) - lost
    if not keep_gifts:
        assert lost == freight
        came_back = _policy(scenario, "gift", "return_or_pay") == "return_or_pay"
        assert balance["units"] == opening["units"] or not came_back
    assert balance["pending"] == 0 or _policy(scenario, "earned_points", "claw_back") == "keep"
    if _policy(scenario, "used_points", "return") == "return":
        assert _total(parts, "points_returned") == quote["points_used"]
    if _policy(scenario, "coupon", "return") == "return":
        assert Counter(opening["coupons"]) <= Counter(balance["coupons"])


@given(stories())
def test_earned_points_are_all_taken_with_the_last_unit(scenario: Doc) -> None:
    """Whatever was earned when the order settled at once: no more than that, and no less."""
    policies = {"earned_points": "claw_back", "used_points": "return", "coupon": "return"}
    scenario = _under(scenario, **policies, excluded={"category": []})  # type: ignore[arg-type]
    units = _units(scenario)
    assume(units)
    opening, *_ = _at_once(scenario)
    *_, balance = _returned(scenario, units, one_by_one=False)
    assert balance["points"] - balance["debt"] == opening["points"] - opening["debt"]
    assert balance["pending"] == opening["pending"]


@given(stories())
def test_no_more_is_refunded_than_was_paid(scenario: Doc) -> None:
    """Refunded or withheld, what came back of all goods of an order is what was paid for them."""
    freight = _policy(scenario, "shipping", "never") == "last"
    returns = _done(scenario, "return")
    for step, quote in _done(scenario, "order"):
        of_order = [each for each in returns if each[0]["order"] == step["id"]]
        outcomes = [got for _, got in of_order]
        counts = [count for back, _ in of_order for count in back["units"].values()]
        whole = sum(counts) == sum(map(len, quote["units"].values()))
        most = Fraction(quote["goods"]) + Fraction(quote["shipping"]) * (freight and whole)
        came = _total(outcomes, "refund", "withheld")
        assert came == most if whole else came <= most
        assert _total(outcomes, "refund") <= Fraction(quote["payable"])
        assert _total(outcomes, "points_returned") <= quote["points_used"]
        assert all(Fraction(got[field]) >= 0 for got in outcomes for field in got)


# --- steps that undo, or do nothing --------------------------------------------------------------


@given(stories())
def test_a_refused_step_changes_nothing(scenario: Doc) -> None:
    """Told without the refused steps, the others come to the same."""
    first, *others = zip(scenario["story"], _played(scenario), strict=True)
    # The first step says when the story opens and, by its cart, for whom.
    assume(not _refused(first[1]))
    done = [first, *(each for each in others if not _refused(each[1]))]
    assume(len(done) <= len(others))
    assert _played(scenario | {"story": [step for step, _ in done]}) == [got for _, got in done]


@given(stories())
def test_looking_changes_nothing(scenario: Doc) -> None:
    """Balances at every step, or none but the last: points that end meanwhile end all the same."""
    steps = [step for step in scenario["story"] if step["do"] != "balance"]
    assume(steps)
    last = scenario["story"][-1]
    looks = [last | {"at": step["at"]} for step in steps]
    often = [each for pair in zip(steps, looks, strict=True) for each in pair]
    found = _played(scenario | {"story": [*often, last]})
    assert [*found[:-1:2], found[-1]] == _played(scenario | {"story": [*steps, last]})


@given(stories())
def test_an_order_cancelled_at_once_leaves_nothing_behind(scenario: Doc) -> None:
    """It could be placed again for the same: no coupon, limit, budget or point is missing.

    What a day earned is not given back: its cap is the one thing that remembers.
    """
    order = _first_order(scenario)
    again = order | {"id": "again"}
    before, ordered, cancelled, after, repeated = _at_once(
        scenario, {"do": "cancel"}, {"do": "balance"}, again
    )
    assert _net(after) == _net(before)
    assert cancelled["refund"] == ordered["payable"]
    assert cancelled["points_returned"] == ordered["points_used"]
    assert Fraction(cancelled["withheld"]) == 0
    if not before["debt"] and not after["debt"]:
        assert repeated == ordered


# --- the books -----------------------------------------------------------------------------------


@contextmanager
def _recorded() -> Iterator[dict[str, list[Entry]]]:
    """The logs of all customers whose story is played meanwhile; the last wallet of each."""
    logs: dict[str, list[Entry]] = {}

    def recording(wallet: Wallet, *asked: Any) -> Any:
        found = decide(wallet, *asked)
        if isinstance(found, Decision):
            log = logs.setdefault(wallet.customer, [])
            log += found.entries
            assert replay(wallet.customer, log) == found.wallet
        return found

    def recording_both(*asked: Any) -> Any:
        found = transfer(*asked)
        if isinstance(found, tuple):
            for part in found:
                log = logs.setdefault(part.wallet.customer, [])
                log += part.entries
                assert replay(part.wallet.customer, log) == part.wallet
        return found

    with (
        patch.object(playing, "decide", recording),
        patch.object(playing, "transfer", recording_both),
    ):
        yield logs


@given(stories())
def test_all_entries_of_a_story_sum_to_zero(scenario: Doc) -> None:
    """And the last balances are what the entries add up to."""
    with _recorded() as logs:
        outcomes = _played(scenario)
    totals: dict[str, Counter[Account]] = {}
    for customer, log in logs.items():
        for entry in log:
            assert sum(posting.points for posting in entry.postings) == 0
            for posting in entry.postings:
                totals.setdefault(customer, Counter())[posting.account] += posting.points
    for total in totals.values():
        assert total[Account.HELD] == 0
        assert min(total[Account.AVAILABLE], total[Account.PENDING], -total[Account.DEBT]) >= 0
    # What one gave, another has got.
    assert sum(total[Account.TRANSFERRED] for total in totals.values()) == 0
    last = [got for step, got in zip(scenario["story"], outcomes, strict=True)][-1]
    customer = scenario["story"][-1].get("customer")
    if customer is None and len(totals) == 1:
        [customer] = totals
    if customer in totals:
        total = totals[customer]
        assert last["pending"] == total[Account.PENDING]
        assert last["debt"] == -total[Account.DEBT]
        # What has ended since the last entry is still in it.
        assert last["points"] <= total[Account.AVAILABLE]
