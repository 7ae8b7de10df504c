"""A customer's statement: exact rows, their wording, and what holds of any ledger."""

from __future__ import annotations

from datetime import date
from textwrap import dedent
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mallops.errors import InputError
from mallops.findings import Refusal
from mallops.messages import wordings
from mallops.points.deciding import decide, reverse
from mallops.points.drafting import Terms
from mallops.points.model import Entry
from mallops.points.requests import (
    Act,
    Asked,
    Capture,
    Charge,
    Close,
    Correct,
    Earn,
    Expire,
    GiveBack,
    Grant,
    Hold,
    Parcel,
    Received,
    Release,
    Request,
    Reverse,
    Sent,
    Settle,
    Spend,
    TakeBack,
)
from mallops.points.statement import Expiring, Row, Statement, statement
from mallops.points.statement_text import expiring_text, statement_text
from mallops.points.sweeping import balance
from mallops.points.transfers import transfer
from mallops.points.wallet import Wallet, replay
from mallops.rules.points import ExpireByAge, ExpireInactive, ExpireYearly, Transfer
from mallops.time import instant, local_instant
from tests.points.ledgers import Ledger, ledgers

ZONE = "Asia/Shanghai"
YEARLY = Terms(ExpireYearly(12, 31))
NEVER = Terms()
LOCALES = ("en", "zh_CN")


def played(terms: Terms, *asked: tuple[str, Asked]) -> list[Entry]:
    """The log of a customer who asks for these, one after the other."""
    wallet, log = Wallet("c1"), list[Entry]()
    for number, (when, request) in enumerate(asked):
        decision = decide(wallet, f"k{number}", request, local_instant(when, ZONE), terms)
        assert not isinstance(decision, Refusal)
        wallet = decision.wallet
        log += decision.entries
    return log


def told(log: list[Entry], terms: Terms, when: str) -> Statement:
    return statement(Wallet("c1"), log, local_instant(when, ZONE), terms)


def last(terms: Terms, *asked: tuple[str, Asked]) -> Row:
    return told(played(terms, *asked), terms, asked[-1][0]).rows[-1]


def numbers(row: Row) -> tuple[str, int, int, int, int, int, int]:
    return row.cause, row.points, row.balance, row.pending, row.held, row.debt, row.expired


# --- rows ----------------------------------------------------------------------------------------


def test_who_has_nothing_is_told_nothing() -> None:
    found = told([], YEARLY, "2026-11-11T10:00")
    assert (found.rows, found.expiring, found.balance.available) == ((), (), 0)


def test_what_an_order_earns_is_pending_before_it_is_there() -> None:
    log = played(
        NEVER, ("2026-11-11T10:00", Earn("o1", 45)), ("2026-11-19T00:00", Settle("o1", 20))
    )
    earned, settled = told(log, NEVER, "2026-11-19T00:00").rows
    assert numbers(earned) == ("earn", 0, 0, 45, 0, 0, 0)
    assert numbers(settled) == ("settle", 65, 65, -45, 0, 0, 0)
    assert earned.details == {"order": "o1"}
    assert settled.details == {"order": "o1", "rewards": "20"}
    assert (earned.day, settled.day) == (date(2026, 11, 11), date(2026, 11, 19))


def test_days_are_local() -> None:
    log = played(NEVER, ("2026-11-11T20:00:00Z", Grant(10)))
    assert told(log, NEVER, "2026-11-12T20:00").rows[0].day == date(2026, 11, 12)


def test_a_persons_reason_is_shown_as_it_was_given() -> None:
    log = played(
        NEVER,
        ("2026-11-11T10:00", Grant(50, "late {order} 100%")),
        ("2026-11-11T11:00", Correct(-5, "typo")),
    )
    found = told(log, NEVER, "2026-11-11T11:00")
    assert [row.details["reason"] for row in found.rows] == ["late {order} 100%", "typo"]
    for locale in LOCALES:
        assert "late {order} 100%" in statement_text(found, locale)


def test_a_debt_is_told_where_it_is_made_and_where_it_is_paid() -> None:
    log = played(NEVER, ("2026-11-11T10:00", TakeBack("o1", 40)), ("2026-11-11T11:00", Grant(100)))
    taken, given_ = told(log, NEVER, "2026-11-11T11:00").rows
    assert numbers(taken) == ("take_back", 0, 0, 0, 0, 40, 0)
    assert numbers(given_) == ("grant", 60, 60, 0, 0, -40, 0)


def test_a_hold_that_lapses_and_a_lot_that_goes_at_once_are_two_rows() -> None:
    # The hold lapses as the year ends: nothing of it comes back, and the rest of the lot goes.
    log = played(
        YEARLY,
        ("2026-12-31T10:00", Grant(100)),
        ("2026-12-31T11:00", Hold("o1", 30, local_instant("2027-01-01T00:00", ZONE))),
    )
    lapsed, gone = told(log, YEARLY, "2027-01-01T00:00").rows[2:]
    assert numbers(lapsed) == ("lapse", 0, 70, 0, -30, 0, 30)
    assert numbers(gone) == ("expire", -70, 0, 0, 0, 0, 70)
    assert lapsed.entry == gone.entry
    assert lapsed.details == {"order": "o1"}


def test_a_hold_that_lapses_pays_a_debt_out_of_what_it_releases() -> None:
    log = played(
        NEVER,
        ("2026-11-11T10:00", Grant(100)),
        ("2026-11-11T10:10", Hold("o1", 100, local_instant("2026-11-11T11:00", ZONE))),
        ("2026-11-11T10:20", Charge("o2", 30)),
    )
    row = told(log, NEVER, "2026-11-11T11:00").rows[-1]
    assert numbers(row) == ("lapse", 70, 70, 0, -100, -30, 0)


def test_what_fell_due_is_told_whether_or_not_it_was_posted() -> None:
    asked = ("2026-12-30T10:00", Grant(100))
    late = ("2027-02-01T10:00", Grant(1))
    unswept = told(played(YEARLY, asked), YEARLY, "2027-01-31T10:00")
    swept = told(played(YEARLY, asked, late), YEARLY, "2027-01-31T10:00")
    assert unswept == swept
    assert [row.cause for row in swept.rows] == ["grant", "expire"]


def test_what_goes_at_midnight_went_on_the_day_before() -> None:
    log = played(YEARLY, ("2026-12-30T10:00", Grant(100)))
    row = told(log, YEARLY, "2027-01-01T00:00").rows[-1]
    assert (row.at, row.day) == (local_instant("2027-01-01T00:00", ZONE), date(2026, 12, 31))


def test_points_that_come_back_too_late_are_told_as_lost() -> None:
    terms = Terms(ExpireByAge(2, revive_days=0))
    row = last(
        terms,
        ("2026-11-11T10:00", Grant(10)),
        ("2026-11-11T10:00", Spend("o1", 10)),
        ("2026-11-20T10:00", GiveBack("o1", 10)),
    )
    assert numbers(row) == ("give_back", 0, 0, 0, 0, 0, 10)


def test_a_month_begins_with_the_wallet_of_the_month_before() -> None:
    log = played(NEVER, ("2026-10-31T23:00", Grant(100)), ("2026-11-01T00:00", Spend("o1", 30)))
    october, at = replay("c1", log[:1]), local_instant("2026-11-30T00:00", ZONE)
    found = statement(october, log[1:], at, NEVER)
    assert found.opening == 100
    assert [(row.points, row.balance) for row in found.rows] == [(-30, 70)]
    assert "Brought forward" in statement_text(found, "en")


# --- what goes when ------------------------------------------------------------------------------


def test_what_goes_on_one_day_is_told_together_and_the_next_first() -> None:
    terms = Terms(ExpireByAge(10))
    log = played(
        terms,
        ("2026-11-12T09:00", Grant(5)),
        ("2026-11-11T09:00", Grant(10)),
        ("2026-11-12T18:00", Grant(7)),
    )
    # The second counts as of the first's instant: time does not run backwards.
    found = told(log, terms, "2026-11-13T00:00")
    end = local_instant("2026-11-22T09:00", ZONE)
    assert found.expiring == (Expiring(22, date(2026, 11, 22), end),)


def test_points_without_an_end_are_not_about_to_expire() -> None:
    log = played(NEVER, ("2026-11-12T09:00", Grant(5)))
    assert told(log, NEVER, "2026-11-13T00:00").expiring == ()


def test_an_end_at_local_midnight_is_of_the_day_before() -> None:
    log = played(YEARLY, ("2026-11-11T10:00", Grant(120)))
    (expiring,) = told(log, YEARLY, "2026-11-18T10:00").expiring
    assert expiring.day == date(2026, 12, 31)
    today = date(2026, 11, 18)
    assert expiring_text(expiring, today, "en") == "120 points expire on 31 December"
    assert expiring_text(expiring, today, "zh_CN") == "120 积分将于12月31日到期"
    assert expiring_text(expiring, today, "zh-CN") == "120 积分将于12月31日到期"


def test_the_year_is_told_if_it_is_another() -> None:
    expiring = Expiring(1_200, date(2027, 12, 31), instant("2028-01-01T00:00:00+08:00"))
    today = date(2026, 11, 18)
    assert expiring_text(expiring, today, "en") == "1,200 points expire on 31 December 2027"
    assert expiring_text(expiring, today, "zh_CN") == "1,200 积分将于2027年12月31日到期"


def test_one_point_is_told_from_several() -> None:
    expiring = Expiring(1, date(2026, 12, 31), instant("2027-01-01T00:00:00+08:00"))
    assert expiring_text(expiring, date(2026, 11, 18), "en") == "1 point expires on 31 December"


def test_what_goes_by_inactivity_says_so() -> None:
    terms = Terms(ExpireInactive(180))
    log = played(terms, ("2026-11-11T00:00", Act("sign_in", 5)))
    (expiring,) = told(log, terms, "2026-11-18T10:00").expiring
    assert expiring.if_idle
    said = expiring_text(expiring, date(2026, 11, 18), "en")
    assert said == "5 points expire on 9 May 2027 unless you earn or use points before"
    said = expiring_text(expiring, date(2026, 11, 18), "zh_CN")
    assert said == "如无积分获取或使用，5 积分将于2027年5月9日到期"


# --- wording -------------------------------------------------------------------------------------

ONE_OF_EACH: tuple[Request, ...] = (
    Earn("o1", 1),
    Settle("o1", 1),
    Act("sign_in", 1),
    Grant(1, "welcome"),
    Spend("o1", 1),
    Hold("o1", 1, instant("2026-11-11T10:30:00+08:00")),
    Capture("o1"),
    Release("o1"),
    GiveBack("o1", 1),
    TakeBack("o1", 1),
    Charge("o1", 1),
    Close("o1"),
    Expire(),
    Sent("c2", 1),
    Received("c2", (Parcel(1, instant("2026-11-11T10:00:00+08:00"), None, revived=False),)),
    Correct(1, "typo"),
    Reverse("k1"),
)
NAMED = {"o1", "sign_in", "welcome", "c2", "typo", "k1"}


def test_the_requests_are_one_of_each_kind() -> None:
    kinds = set(get_args(Request))
    assert {type(request) for request in ONE_OF_EACH} == kinds
    assert len(ONE_OF_EACH) == len(kinds)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("request_", ONE_OF_EACH, ids=lambda each: type(each).__name__)
def test_every_request_has_words_that_show_its_names(request_: Request, locale: str) -> None:
    at = instant("2026-11-11T10:00:00+08:00")
    entry = Entry("c1", 1, "k", at, request_, ())
    found = statement(Wallet("c1"), [entry], at, NEVER)
    if isinstance(request_, Expire):
        assert found.rows == ()
        return
    (row,) = found.rows
    text = statement_text(found, locale)
    assert f"statement.{row.cause}" in wordings(locale)
    assert row.cause in CAUSES
    for name in NAMED.intersection(row.details.values()):
        assert name in text


def test_causes_are_told_apart() -> None:
    causes = [f"statement.{cause}" for cause in CAUSES]
    for locale in LOCALES:
        said = [wordings(locale)[cause][-1].text for cause in causes]
        assert len(set(said)) == len(CAUSES)


CAUSES = (
    *("earn", "settle", "act", "grant", "spend", "hold", "capture", "release", "lapse"),
    *("give_back", "take_back", "charge", "close", "expire", "sent", "received", "correct"),
    "reverse",
)


def year() -> Statement:
    log = played(
        YEARLY,
        ("2025-11-01T10:00", Grant(1_200, "welcome")),
        ("2025-12-01T10:00", Spend("o0", 300)),
        ("2026-11-11T10:00", Earn("o1", 45)),
        ("2026-11-18T00:00", Settle("o1", 20)),
        ("2026-11-18T09:00", Spend("o2", 60)),
        ("2026-11-18T09:30", TakeBack("o1", 45)),
        ("2026-11-18T10:00", Grant(140)),
        ("2026-11-18T10:30", Hold("o3", 30, local_instant("2026-11-18T11:00", ZONE))),
        ("2026-11-18T12:00", Correct(-5, "typo\nfixed")),
        ("2026-11-18T12:10", Hold("o4", 1, local_instant("2026-11-18T23:00", ZONE))),
        ("2026-11-18T12:20", Earn("o5", 1)),
    )
    return told(log, YEARLY, "2026-11-18T15:00")


def test_a_year_in_english() -> None:
    assert statement_text(year(), "en") == dedent("""\
        Points of c1, 18 November 2026

          Date         Points  Balance  What happened
          1 Nov 2025   +1,200    1,200  Given to you: welcome
          1 Dec 2025     -300      900  Paid for order o0
          31 Dec 2025    -900        0  Expired
          11 Nov 2026       0        0  Earned by order o1
                                          45 points pending from order o1
          18 Nov 2026     +65       65  Points of order o1 can be used now, rewards included: 20
          18 Nov 2026     -60        5  Paid for order o2
          18 Nov 2026      -5        0  Taken back for order o1
                                          40 points are owed
          18 Nov 2026    +100      100  Given to you
                                          40 points went to what was owed
          18 Nov 2026     -30       70  Set aside for order o3
          18 Nov 2026     +30      100  Order o3 not paid in time: points set aside for it released
          18 Nov 2026      -5       95  Corrected: typo fixed
          18 Nov 2026      -1       94  Set aside for order o4
          18 Nov 2026       0       94  Earned by order o5
                                          1 point pending from order o5

        Balance
          94 points available
          1 point pending
          1 point set aside for unpaid orders

        Expiring
          94 points expire on 31 December""")


def test_a_year_in_chinese() -> None:
    assert statement_text(year()) == dedent("""\
        c1 的积分明细（2026年11月18日）

          日期          积分   余额  事项
          2025-11-01  +1,200  1,200  获赠积分：welcome
          2025-12-01    -300    900  订单 o0 使用积分
          2025-12-31    -900      0  积分到期
          2026-11-11       0      0  订单 o1 获得积分
                                       订单 o1 的 45 积分待到账
          2026-11-18     +65     65  订单 o1 积分到账，含奖励 20
          2026-11-18     -60      5  订单 o2 使用积分
          2026-11-18      -5      0  订单 o1 扣回积分
                                       欠 40 积分
          2026-11-18    +100    100  获赠积分
                                       其中 40 积分用于抵扣所欠积分
          2026-11-18     -30     70  订单 o3 待付款，冻结积分
          2026-11-18     +30    100  订单 o3 逾期未付款，解冻积分
          2026-11-18      -5     95  人工调整：typo fixed
          2026-11-18      -1     94  订单 o4 待付款，冻结积分
          2026-11-18       0     94  订单 o5 获得积分
                                       订单 o5 的 1 积分待到账

        余额
          可用 94 积分
          待到账 1 积分
          未付款订单冻结 1 积分

        即将到期
          94 积分将于12月31日到期""")


def test_notes_of_what_is_not_plain_from_the_cause() -> None:
    terms = Terms(ExpireByAge(2, revive_days=0))
    log = played(
        terms,
        ("2026-11-11T10:00", Grant(11)),
        ("2026-11-11T10:00", Spend("o1", 10)),
        ("2026-11-11T10:00", Hold("o2", 1, local_instant("2026-11-30T10:00", ZONE))),
        ("2026-11-11T10:10", Capture("o2")),
        ("2026-11-20T10:00", GiveBack("o1", 10)),
        ("2026-11-20T10:00", Earn("o3", 5)),
        ("2026-11-20T10:00", TakeBack("o3", 5)),
    )
    lines = statement_text(told(log, terms, "2026-11-20T10:00"), "en").splitlines()
    notes = [line.strip() for line in lines if line.startswith(" " * 30)]
    assert notes == [
        "1 point set aside was used",
        "10 points had expired meanwhile and are lost",
        "5 points pending from order o3",
        "5 pending points taken back",
    ]


def test_transfers_and_what_was_undone_name_the_other_side() -> None:
    at, rules = local_instant("2026-11-11T10:00", ZONE), Transfer(allowed=True)
    granted = decide(Wallet("c1"), "k0", Grant(50), at, NEVER)
    assert not isinstance(granted, Refusal)
    given_away = transfer(granted.wallet, Wallet("c2"), "k1", 20, at, rules, NEVER)
    assert not isinstance(given_away, Refusal)
    sent, received = given_away
    adjusted = decide(received.wallet, "k2", Grant(7), at, NEVER)
    assert not isinstance(adjusted, Refusal)
    undone = reverse(adjusted.wallet, "k3", adjusted.entry, at, NEVER)
    assert not isinstance(undone, Refusal)
    giver = statement(Wallet("c1"), [granted.entry, sent.entry], at, NEVER)
    taker = statement(Wallet("c2"), [received.entry, adjusted.entry, undone.entry], at, NEVER)
    assert [row.points for row in giver.rows] == [50, -20]
    assert [row.points for row in taker.rows] == [20, 7, -7]
    assert "Given to c2" in statement_text(giver, "en")
    assert "收到 c1 的转赠" in statement_text(taker)
    assert "Undone: k2" in statement_text(taker, "en")


def test_an_unknown_locale_is_refused() -> None:
    with pytest.raises(InputError, match=r"\$\.locale"):
        statement_text(year(), "tlh")


# --- what holds of any ledger --------------------------------------------------------------------


@given(ledgers())
def test_the_rows_add_up_to_the_balance(ledger: Ledger) -> None:
    for wallet, log in zip(ledger.wallets, ledger.logs, strict=True):
        found = statement(Wallet(wallet.customer), log, ledger.at, ledger.terms)
        now = balance(wallet, ledger.at, ledger.terms)
        assert found.balance == now
        assert sum(row.points for row in found.rows) == now.available
        assert sum(row.pending for row in found.rows) == now.pending
        assert sum(row.held for row in found.rows) == now.held
        assert sum(row.debt for row in found.rows) == now.debt
        running = 0
        for row in found.rows:
            running += row.points
            assert row.balance == running >= 0
        assert sum(each.points for each in found.expiring) <= now.available
        assert all(each.at > ledger.at for each in found.expiring)


@given(ledgers(), st.data())
def test_a_statement_of_an_earlier_instant_is_how_a_later_one_begins(
    ledger: Ledger, data: st.DataObject
) -> None:
    log = data.draw(st.sampled_from(ledger.logs))
    customer = Wallet(log[0].customer if log else "a")
    instants = [ledger.at, *(entry.at for entry in log)]
    earlier = data.draw(st.sampled_from(instants))
    whole = statement(customer, log, ledger.at, ledger.terms).rows
    begun = statement(customer, log, earlier, ledger.terms).rows
    assert whole[: len(begun)] == begun
    assert all(row.at > earlier for row in whole[len(begun) :])
    # And a page that begins with a checkpoint goes on where the last one ended.
    known = [entry for entry in log if entry.at <= earlier]
    rest = statement(replay(customer.customer, known), log[len(known) :], ledger.at, ledger.terms)
    first = statement(customer, known, known[-1].at, ledger.terms) if known else None
    assert rest.rows == whole[len(first.rows) if first else 0 :]


@given(ledgers())
def test_any_statement_can_be_read_in_both_languages(ledger: Ledger) -> None:
    for wallet, log in zip(ledger.wallets, ledger.logs, strict=True):
        found = statement(Wallet(wallet.customer), log, ledger.at, ledger.terms)
        for locale in LOCALES:
            text = statement_text(found, locale)
            assert text.splitlines()
            assert "{" not in text
