"""What the mall owes in points, what may go unused, and what holds of any ledger."""

from __future__ import annotations

from fractions import Fraction
from textwrap import dedent

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from mallops.errors import InputError
from mallops.findings import Refusal
from mallops.money import Currency, Money, total
from mallops.points.breakage import Breakage, after_breakage, breakage, wilson
from mallops.points.deciding import decide
from mallops.points.drafting import Terms
from mallops.points.liability import Liability, Owed, liability, owed
from mallops.points.liability_text import liability_text
from mallops.points.model import LIABILITY, Entry
from mallops.points.requests import (
    Asked,
    Charge,
    Correct,
    Earn,
    GiveBack,
    Grant,
    Hold,
    Spend,
    TakeBack,
)
from mallops.points.sweeping import sweep
from mallops.points.wallet import Wallet, replay
from mallops.rules.points import ExpireByAge, ExpireInactive, ExpireYearly, Worth
from mallops.time import local_instant
from tests.points.ledgers import Ledger, ledgers

ZONE = "Asia/Shanghai"
CNY = Currency.of("CNY")
FEN = Worth(1, Money(1, CNY))
NEVER = Terms()
YEARLY = Terms(ExpireYearly(12, 31))
AGED = Terms(ExpireByAge(10, revive_days=5))


def played(terms: Terms, *asked: tuple[str, Asked], customer: str = "c1") -> list[Entry]:
    wallet, log = Wallet(customer), list[Entry]()
    for number, (when, request) in enumerate(asked):
        decision = decide(wallet, f"k{number}", request, local_instant(when, ZONE), terms)
        assert not isinstance(decision, Refusal)
        wallet = decision.wallet
        log += decision.entries
    return log


def wallet_of(terms: Terms, *asked: tuple[str, Asked]) -> Wallet:
    return replay("c1", played(terms, *asked))


def found(terms: Terms, when: str, *wallets: Wallet, worth: Worth = FEN) -> Liability:
    return liability(wallets, local_instant(when, ZONE), terms, worth)


def fen(points: int) -> Owed:
    return Owed(points, Money(points, CNY))


# --- what is owed --------------------------------------------------------------------------------


def test_nobody_is_owed_nothing() -> None:
    none = found(NEVER, "2026-11-11T10:00", Wallet("c1"))
    assert (none.customers, none.in_all, none.never, dict(none.months)) == (0, fen(0), fen(0), {})


def test_each_account_is_told_and_the_debt_is_taken_off() -> None:
    wallet = wallet_of(
        NEVER,
        ("2026-11-11T10:00", Grant(100)),
        ("2026-11-11T10:00", Earn("o1", 45)),
        ("2026-11-11T10:00", Hold("o2", 30, local_instant("2026-11-11T12:00", ZONE))),
        ("2026-11-11T10:00", Charge("o3", 7)),
    )
    now = found(NEVER, "2026-11-11T11:00", wallet)
    accounts = (now.available, now.pending, now.held, now.debt, now.in_all)
    assert accounts == (fen(70), fen(45), fen(30), fen(7), fen(138))
    assert now.never == fen(70)


def test_what_is_due_is_not_owed_any_more() -> None:
    wallet = wallet_of(YEARLY, ("2026-11-11T10:00", Grant(100)))
    assert found(YEARLY, "2026-12-31T23:59:59", wallet).in_all == fen(100)
    assert found(YEARLY, "2027-01-01T00:00", wallet).in_all == fen(0)


def test_months_are_those_of_the_last_day() -> None:
    later = Terms(ExpireYearly(12, 31, grace_months=2))
    december = wallet_of(YEARLY, ("2026-11-11T10:00", Grant(120)))
    february = wallet_of(later, ("2026-11-11T10:00", Grant(30)))
    never = wallet_of(NEVER, ("2026-11-11T10:00", Grant(5)))
    now = found(YEARLY, "2026-11-18T10:00", february, never, december)
    assert list(now.months.items()) == [("2026-12", fen(120)), ("2027-02", fen(30))]
    assert now.never == fen(5)
    assert now.customers == 3


def test_idle_customers_points_are_of_the_month_in_which_they_would_go() -> None:
    terms = Terms(ExpireInactive(30))
    wallet = wallet_of(terms, ("2026-11-11T10:00", Grant(10)))
    assert dict(found(terms, "2026-11-18T10:00", wallet).months) == {"2026-12": fen(10)}


def test_money_is_rounded_half_up_by_account_and_the_months_share_it() -> None:
    # A point is a tenth of a fen, so nothing comes out even.
    worth = Worth(10, Money(1, CNY))
    ages = [
        wallet_of(Terms(ExpireByAge(days)), ("2026-11-01T10:00", Grant(5))) for days in (9, 39, 69)
    ]
    now = found(NEVER, "2026-11-01T11:00", *ages, worth=worth)
    assert now.available == Owed(15, Money(2, CNY))
    assert [(month, each.money.minor) for month, each in now.months.items()] == [
        ("2026-11", 1),
        ("2026-12", 1),
        ("2027-01", 0),
    ]


@given(ledgers(), st.integers(1, 7), st.integers(1, 7))
def test_what_is_owed_is_what_the_malls_own_accounts_say(
    ledger: Ledger, points: int, minor: int
) -> None:
    worth = Worth(points, Money(minor, CNY))
    now = liability(ledger.wallets, ledger.at, ledger.terms, worth)
    mall = sum(
        sweep(wallet, ledger.at, ledger.terms)[0].totals.get(account, 0)
        for wallet in ledger.wallets
        for account in LIABILITY
    )
    assert now.in_all.points == -mall
    months = [*now.months.values(), now.never]
    assert sum(each.points for each in months) == now.available.points
    assert total((each.money for each in months), CNY) == now.available.money
    exact = Fraction(now.in_all.points * minor, points)
    assert abs(now.in_all.money.minor - exact) <= 2


@given(ledgers())
def test_what_is_owed_to_all_is_the_sum_of_what_is_owed_to_each(ledger: Ledger) -> None:
    each = [liability([one], ledger.at, ledger.terms, FEN) for one in ledger.wallets]
    both = liability(ledger.wallets, ledger.at, ledger.terms, FEN)
    assert both.in_all == each[0].in_all + each[1].in_all
    assert both.customers == each[0].customers + each[1].customers
    assert list(both.months) == sorted(each[0].months.keys() | each[1].months.keys())


def test_who_only_owes_is_counted_too() -> None:
    wallet = wallet_of(NEVER, ("2026-11-11T10:00", Charge("o1", 7)))
    now = found(NEVER, "2026-11-11T11:00", wallet, Wallet("c2"))
    assert (now.customers, now.in_all) == (1, fen(-7))


# --- what may go unused --------------------------------------------------------------------------


def basis(terms: Terms, when: str, *logs: list[Entry]) -> Breakage | None:
    return breakage(logs, local_instant(when, ZONE), terms)


def counts(terms: Terms, when: str, *logs: list[Entry]) -> tuple[int, int, int, int] | None:
    one = basis(terms, when, *logs)
    return None if one is None else (one.expired, one.redeemed, one.lots, one.customers)


SPENT_OF_100 = (("2026-11-01T10:00", Grant(100)), ("2026-11-02T10:00", Spend("o1", 30)))


def test_a_lot_counts_once_its_end_has_come() -> None:
    log = played(AGED, *SPENT_OF_100)
    assert basis(AGED, "2026-11-11T09:59:59", log) is None
    assert counts(AGED, "2026-11-11T10:00", log) == (70, 30, 1, 1)


def test_a_lot_that_was_spent_early_waits_for_its_end_too() -> None:
    spent = (("2026-11-01T10:00", Grant(100)), ("2026-11-02T10:00", Spend("o1", 100)))
    log = played(AGED, *spent)
    assert basis(AGED, "2026-11-10T10:00", log) is None
    assert counts(AGED, "2026-11-11T10:00", log) == (0, 100, 1, 1)


def test_no_customers_no_lots_and_no_ends_are_no_basis() -> None:
    assert breakage([], local_instant("2026-11-11T10:00", ZONE), AGED) is None
    assert basis(AGED, "2026-11-11T10:00", []) is None
    log = played(NEVER, ("2026-11-01T10:00", Grant(9)), ("2026-11-02T10:00", Spend("o1", 9)))
    assert basis(NEVER, "2030-11-11T10:00", log) is None


def test_what_was_taken_or_corrected_away_is_neither_used_nor_expired() -> None:
    log = played(
        AGED,
        ("2026-11-01T10:00", Grant(100)),
        ("2026-11-02T10:00", Spend("o1", 30)),
        ("2026-11-02T10:00", TakeBack("o2", 20)),
        ("2026-11-02T10:00", Correct(-10)),
    )
    assert counts(AGED, "2026-11-11T10:00", log) == (40, 30, 1, 1)
    gone = played(AGED, ("2026-11-01T10:00", Grant(10)), ("2026-11-02T10:00", Correct(-10)))
    assert basis(AGED, "2026-11-11T10:00", gone) is None
    assert counts(AGED, "2026-11-11T10:00", gone, log) == (40, 30, 1, 1)


def test_points_that_a_return_brought_back_are_not_used() -> None:
    log = played(AGED, *SPENT_OF_100, ("2026-11-10T10:00", GiveBack("o1", 30)))
    assert basis(AGED, "2026-11-11T10:00", log) is None
    assert counts(AGED, "2026-11-15T10:00", log) == (100, 0, 1, 1)


def test_points_on_hold_keep_their_lot_open() -> None:
    until = local_instant("2026-11-20T10:00", ZONE)
    log = played(AGED, ("2026-11-01T10:00", Grant(100)), ("2026-11-02T10:00", Hold("o1", 1, until)))
    assert basis(AGED, "2026-11-19T10:00", log) is None
    assert counts(AGED, "2026-11-20T10:00", log) == (100, 0, 1, 1)


def test_what_goes_by_inactivity_counts_without_an_end_of_its_own() -> None:
    terms = Terms(ExpireInactive(30))
    log = played(terms, *SPENT_OF_100)
    assert basis(terms, "2026-12-02T09:00", log) is None
    assert counts(terms, "2026-12-02T10:00", log) == (70, 30, 1, 1)


def test_later_entries_are_left_out() -> None:
    log = played(AGED, *SPENT_OF_100, ("2026-11-12T10:00", GiveBack("o1", 30)))
    assert counts(AGED, "2026-11-11T10:00", log) == (70, 30, 1, 1)
    assert counts(AGED, "2026-11-12T10:00", log) is None
    assert counts(AGED, "2026-12-11T10:00", log) == (100, 0, 1, 1)


# Wilson's interval for 20 of 100, and for none of 10, as in any table of it.
@pytest.mark.parametrize(
    ("share", "trials", "low", "high"),
    [(0.2, 100, 0.1334, 0.2888), (0.0, 10, 0.0, 0.2775), (1.0, 10, 0.7225, 1.0)],
)
def test_wilsons_interval(share: float, trials: float, low: float, high: float) -> None:
    assert wilson(share, trials) == pytest.approx((low, high), abs=5e-5)


def test_the_interval_goes_by_customers_and_not_by_points() -> None:
    logs = [played(AGED, *SPENT_OF_100, customer=f"c{number}") for number in range(100)]
    found_ = basis(AGED, "2026-11-11T10:00", *logs)
    assert found_ is not None
    assert found_.share == pytest.approx(0.7)
    assert (found_.low, found_.high) == pytest.approx(wilson(0.7, 100))


def test_one_large_customer_counts_for_little_more_than_one() -> None:
    large = played(AGED, ("2026-11-01T10:00", Grant(100_000)))
    small = played(
        AGED, ("2026-11-01T10:00", Grant(1)), ("2026-11-01T10:00", Spend("o", 1)), customer="c2"
    )
    found_ = basis(AGED, "2026-11-11T10:00", large, small)
    assert found_ is not None
    assert found_.customers == 2
    assert found_.low == pytest.approx(wilson(1.0, 1)[0], abs=1e-3)


def test_gross_and_net_stand_side_by_side() -> None:
    wallets = [
        wallet_of(YEARLY, ("2026-11-11T10:00", Grant(100))),
        wallet_of(NEVER, ("2026-11-11T10:00", Grant(1_000)), ("2026-11-11T10:00", Earn("o", 45))),
    ]
    now = found(YEARLY, "2026-11-18T10:00", *wallets)
    net = after_breakage(now, Breakage(1, 7, 4, 3, low=0.101, high=0.309))
    # Of 1,145 points 100 have an end: an eighth of those is 12.5.
    assert (net.gross, net.unused, net.net) == (fen(1_145), fen(13), fen(1_132))
    assert (net.least, net.most) == (fen(10), fen(31))
    assert now.in_all == net.gross


@given(ledgers())
def test_the_estimate_is_within_its_interval_and_within_what_can_expire(ledger: Ledger) -> None:
    one = breakage(ledger.logs, ledger.at, ledger.terms)
    if one is None:
        return
    assert min(one.expired, one.redeemed) >= 0
    assert 0 <= one.low <= one.share + 1e-9 <= one.high + 2e-9 <= 1 + 2e-9
    now = liability(ledger.wallets, ledger.at, ledger.terms, FEN)
    net = after_breakage(now, one)
    assert net.least.points <= net.unused.points <= net.most.points
    assert net.most.points <= sum(each.points for each in now.months.values())
    assert net.net + net.unused == net.gross == now.in_all


# --- told ----------------------------------------------------------------------------------------


def told() -> tuple[Liability, Breakage]:
    wallet = wallet_of(
        YEARLY,
        ("2026-11-11T10:00", Grant(1_200)),
        ("2026-11-11T10:00", Earn("o1", 45)),
        ("2026-11-11T10:00", Charge("o3", 7)),
    )
    worth = Worth(100, Money(100, CNY))
    return (
        found(YEARLY, "2026-11-18T10:00", wallet, worth=worth),
        Breakage(900, 2_700, 40, 20, low=0.11186, high=0.46871),
    )


def test_in_english() -> None:
    now, one = told()
    assert liability_text(now, after_breakage(now, one), "en") == dedent("""\
        Points owed on 18 November 2026 (customers: 1)
                                                      Points     Worth
          Available                                    1,200  CN¥12.00
          Pending                                         45   CN¥0.45
          Set aside for unpaid orders                      0   CN¥0.00
          Owed by customers                               -7  -CN¥0.07
          In all                                       1,238  CN¥12.38

        Available, by the month of the last day
          2026-12                                      1,200  CN¥12.00
          No end                                           0   CN¥0.00

        Points that may go unused: an estimate
          In all, before the estimate                  1,238  CN¥12.38
          Expected to go unused                          300   CN¥3.00
          In all, less what is expected to go unused     938   CN¥9.38
          Unused at the least                            134   CN¥1.34
          Unused at the most                             563   CN¥5.63
          Share that goes unused: 25.0% (95% interval: 11.2% to 46.9%)
          Basis: 900 points expired, 2,700 used (lots: 40, customers: 20)""")


def test_in_chinese_without_an_estimate() -> None:
    now, _ = told()
    assert liability_text(now) == dedent("""\
        应付积分（2026年11月18日，1 位顾客）
                           积分    价值
          可用            1,200  ¥12.00
          待到账             45   ¥0.45
          未付款订单冻结      0   ¥0.00
          顾客所欠积分       -7  -¥0.07
          合计            1,238  ¥12.38

        可用积分（按到期月份）
          2026-12         1,200  ¥12.00
          长期有效            0   ¥0.00""")


def test_the_estimate_in_chinese() -> None:
    now, one = told()
    lines = liability_text(now, after_breakage(now, one)).splitlines()
    assert lines[-2:] == [
        "  未使用比例：25.0%（95% 区间：11.2% 至 46.9%）",
        "  依据：20 位顾客的 40 批积分，其中到期 900，使用 2,700",
    ]


def test_an_unknown_locale_is_refused() -> None:
    now, _ = told()
    with pytest.raises(InputError, match=r"\$\.locale"):
        liability_text(now, locale="tlh")


def test_worth_is_rounded_half_up() -> None:
    worth = Worth(2, Money(1, CNY))
    assert [owed(points, worth).money.minor for points in (1, 2, 3)] == [1, 1, 2]
    assert evolve(fen(1), points=2) - fen(1) == Owed(1, Money(0, CNY))
