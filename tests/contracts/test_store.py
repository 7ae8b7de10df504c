"""The contract finds what is wrong with a store, and nothing where nothing is."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from attrs import evolve
from hypothesis import Phase, settings

from mallops.adapters.memory.coupons import MemoryCoupons
from mallops.adapters.memory.orders import MemoryCases, MemoryOrders
from mallops.adapters.memory.store import (
    MemoryBehaviour,
    MemoryCatalog,
    MemoryOutbox,
    MemoryRulebooks,
)
from mallops.adapters.memory.usage import MemoryUsage
from mallops.repositories import Store
from mallops.testing.contracts.points import PointsRules
from mallops.testing.contracts.store import StoreContract
from tests.contracts import broken_orders, broken_store, broken_usage
from tests.contracts.broken_store import Autocommit, Right

Fault = type[object]

AT_RANDOM = "test_it_does_what_plain_dicts_do"

REPOSITORIES = {
    MemoryUsage: "usage",
    MemoryCoupons: "coupons",
    MemoryOrders: "orders",
    MemoryCases: "cases",
    MemoryOutbox: "outbox",
    MemoryRulebooks: "rulebooks",
    MemoryCatalog: "catalog",
    MemoryBehaviour: "behaviour",
}

UNITS: dict[Fault, tuple[str, ...]] = {
    broken_store.Autocommit: (
        "test_a_unit_that_is_left_by_an_exception_stores_nothing",
        "test_all_of_a_unit_is_stored_or_nothing",
        "test_after_a_unit_that_failed_others_go_on",
        "test_nobody_sees_what_is_taken_back",
        "test_units_at_once_store_all_of_theirs",
        "test_claims_and_drops_of_a_unit_that_failed_are_taken_back",
    ),
    broken_store.ConflictsAlone: (
        "test_a_unit_that_is_left_by_an_exception_stores_nothing",
        "test_all_of_a_unit_is_stored_or_nothing",
        "test_units_at_once_store_all_of_theirs",
    ),
    broken_store.ErrorsAlone: ("test_a_unit_that_is_left_by_an_exception_stores_nothing",),
    broken_store.OwnError: ("test_a_unit_that_is_left_by_an_exception_stores_nothing",),
    broken_store.Swallows: ("test_all_of_a_unit_is_stored_or_nothing",),
    broken_store.NotJoined: (
        "test_all_of_a_unit_is_stored_or_nothing",
        "test_claims_and_drops_of_a_unit_that_failed_are_taken_back",
    ),
    broken_store.StaysLocked: ("test_after_a_unit_that_failed_others_go_on",),
    broken_store.DirtyReads: ("test_nobody_sees_what_is_taken_back",),
    broken_store.SeenLater: ("test_what_is_stored_is_seen_at_once_and_for_good",),
    broken_store.Replica: ("test_what_is_stored_is_seen_at_once_and_for_good",),
    broken_store.LastWriteWins: (
        "test_no_limit_is_raced_past",
        "test_orders_at_once_take_all_that_is_theirs_or_nothing",
        "test_of_equal_reservations_at_once_one_counts",
        "test_of_orders_at_once_one_holds_a_coupon",
        "test_a_coupon_is_either_held_or_withdrawn",
        "test_of_equal_orders_at_once_one_is_added",
        "test_no_update_of_an_order_is_lost",
        "test_of_moves_at_once_one_is_made",
        "test_no_move_is_lost",
        "test_no_message_is_claimed_by_two",
        "test_of_contents_at_once_one_is_the_version",
        "test_of_versions_at_once_all_are_published",
        "test_units_at_once_store_all_of_theirs",
    ),
}

COLUMNS: dict[Fault, tuple[str, ...]] = {
    broken_store.CaseBlind: (
        "test_ids_of_limits_are_told_apart_to_the_letter",
        "test_ids_of_coupons_are_told_apart_to_the_letter",
        "test_ids_of_orders_are_told_apart_to_the_letter",
        "test_ids_and_keys_of_cases_are_told_apart_to_the_letter",
        "test_keys_of_messages_are_told_apart_to_the_letter",
        "test_ids_of_rulebooks_are_told_apart_to_the_letter",
        "test_skus_are_told_apart_to_the_letter",
        "test_ids_of_events_are_told_apart_to_the_letter",
    ),
    broken_store.Padded: (
        "test_ids_of_limits_are_told_apart_to_the_letter",
        "test_ids_of_coupons_are_told_apart_to_the_letter",
        "test_ids_of_orders_are_told_apart_to_the_letter",
        "test_ids_and_keys_of_cases_are_told_apart_to_the_letter",
        "test_keys_of_messages_are_told_apart_to_the_letter",
        "test_ids_of_rulebooks_are_told_apart_to_the_letter",
        "test_skus_are_told_apart_to_the_letter",
        "test_ids_of_events_are_told_apart_to_the_letter",
    ),
    broken_store.Narrow: ("test_events_are_read_as_they_were_recorded",),
    broken_store.Latin: (
        "test_coupons_are_read_as_they_were_issued",
        "test_orders_are_read_as_they_were_stored",
        "test_cases_are_read_as_they_were_stored",
        "test_messages_are_claimed_as_they_were_put",
        "test_rulebooks_are_read_as_they_were_published",
        "test_goods_are_read_as_they_were_put",
        "test_events_are_read_as_they_were_recorded",
    ),
    broken_store.WholeSeconds: (
        "test_coupons_are_read_as_they_were_issued",
        "test_orders_are_read_as_they_were_stored",
        "test_cases_are_read_as_they_were_stored",
        "test_moves_are_read_as_they_were_stored",
        "test_messages_are_claimed_as_they_were_put",
        "test_events_are_read_as_they_were_recorded",
    ),
    broken_store.Floats: (
        "test_large_amounts_are_kept_to_the_minor_unit",
        "test_orders_are_read_as_they_were_stored",
        "test_cases_are_read_as_they_were_stored",
        "test_messages_are_claimed_as_they_were_put",
        "test_goods_are_read_as_they_were_put",
    ),
    broken_store.NoEmptyTexts: (
        "test_orders_are_read_as_they_were_stored",
        "test_rulebooks_are_read_as_they_were_published",
        "test_events_are_read_as_they_were_recorded",
    ),
    broken_store.Sorted: (
        "test_orders_are_read_as_they_were_stored",
        "test_cases_are_read_as_they_were_stored",
    ),
}

LIMITS: dict[Fault, tuple[str, ...]] = {
    broken_usage.AllCustomers: ("test_what_is_reserved_is_gone",),
    broken_usage.TwentyAtMost: ("test_many_promotions_are_read_at_once",),
    broken_usage.TotalPassed: ("test_a_limit_of_uses_is_not_passed",),
    broken_usage.CustomerPassed: ("test_a_limit_for_each_customer_is_not_passed",),
    broken_usage.BudgetPassed: ("test_a_budget_is_not_passed",),
    broken_usage.FirstLimits: ("test_limits_are_those_of_the_take",),
    broken_usage.LeftOut: ("test_of_takes_of_which_one_is_too_much_none_counts",),
    broken_usage.PlainConflict: ("test_a_limit_of_uses_is_not_passed",),
    broken_usage.ReservedAgain: ("test_an_order_reserves_once",),
    broken_usage.ReservationSwallowed: (
        "test_an_order_reserves_once",
        "test_of_equal_reservations_at_once_one_counts",
    ),
    broken_usage.NeverLapses: ("test_a_reservation_lapses_by_itself",),
    broken_usage.LapsesLate: (
        "test_a_reservation_lapses_by_itself",
        "test_what_is_gone_cannot_be_committed",
    ),
    broken_usage.CommitsForNow: ("test_what_is_committed_lapses_no_more",),
    broken_usage.CommitsOnce: ("test_what_is_committed_lapses_no_more",),
    broken_usage.CommitsAnything: ("test_what_is_gone_cannot_be_committed",),
    broken_usage.CommitsByItsClock: (
        "test_what_has_gone_to_another_is_not_committed_by_a_clock_that_is_behind",
    ),
    broken_usage.CommitsReleased: ("test_what_is_gone_cannot_be_committed",),
    broken_usage.ReleasesAll: ("test_what_is_released_is_free_again",),
    broken_usage.KeepsCommitted: ("test_what_is_released_is_free_again",),
    broken_usage.CountsDown: ("test_it_is_released_once",),
}

COUPONS: dict[Fault, tuple[str, ...]] = {
    broken_usage.Reissued: ("test_issued_twice_is_issued_once",),
    broken_usage.IssuedOnce: ("test_issued_twice_is_issued_once",),
    broken_usage.FirstIssued: ("test_a_code_is_there_once",),
    broken_usage.Anybodys: ("test_free_are_a_customers_own_of_those_promotions",),
    broken_usage.StillFree: ("test_free_are_a_customers_own_of_those_promotions",),
    broken_usage.ByCode: ("test_free_are_those_first_that_expire_first",),
    broken_usage.NeverFirst: ("test_free_are_those_first_that_expire_first",),
    broken_usage.FreeAtTheirEnd: ("test_free_are_those_first_that_expire_first",),
    broken_usage.HoldsOne: ("test_what_is_held_is_the_orders",),
    broken_usage.HoldsTheirs: ("test_what_is_not_free_cannot_be_held",),
    broken_usage.Taken: (
        "test_what_is_not_free_cannot_be_held",
        "test_of_orders_at_once_one_holds_a_coupon",
    ),
    broken_usage.NobodysOrder: ("test_nobodys_coupons_are_no_orders",),
    broken_usage.RedeemsAll: ("test_what_an_order_holds_is_redeemed",),
    broken_usage.RedeemedForEver: ("test_what_is_given_back_is_free",),
    broken_usage.StillTheirs: ("test_what_is_given_back_is_free",),
    broken_usage.GivesBackAny: ("test_only_what_is_an_orders_own_is_given_back",),
    broken_usage.RewardsLeft: ("test_rewards_are_known_by_their_order",),
    broken_usage.WithdrawsHeld: ("test_free_rewards_are_withdrawn_for_good",),
}

ORDERS: dict[Fault, tuple[str, ...]] = {
    broken_orders.NoPayments: (
        "test_orders_are_read_as_they_were_stored",
        "test_a_saved_order_is_as_it_was_saved",
    ),
    broken_orders.OrderOverwritten: ("test_an_order_is_added_once",),
    broken_orders.OrderSwallowed: (
        "test_an_order_is_added_once",
        "test_of_equal_orders_at_once_one_is_added",
    ),
    broken_orders.SettlesOnce: (
        "test_a_saved_order_is_as_it_was_saved",
        "test_settling_are_those_who_wait_longest_first",
    ),
    broken_orders.LockedOut: ("test_whoever_locks_an_order_waits_and_sees_it_as_it_is",),
    broken_orders.LockedByAnother: ("test_whoever_locks_an_order_waits_and_sees_it_as_it_is",),
    broken_orders.AnyVersion: ("test_who_saves_has_seen_the_order_as_it_is",),
    broken_orders.Upsert: ("test_who_saves_has_seen_the_order_as_it_is",),
    broken_orders.SettlingByName: ("test_settling_are_those_who_wait_longest_first",),
    broken_orders.SettlingLater: ("test_settling_are_those_who_wait_longest_first",),
}

CASES: dict[Fault, tuple[str, ...]] = {
    broken_orders.NoGifts: ("test_cases_are_read_as_they_were_stored",),
    broken_orders.LogAsText: ("test_moves_are_read_as_they_were_stored",),
    broken_orders.OwnCaseApart: ("test_an_orders_cases_are_all_of_it_by_id",),
    broken_orders.AsTheyCame: ("test_an_orders_cases_are_all_of_it_by_id",),
    broken_orders.CaseOverwritten: ("test_a_case_is_added_once",),
    broken_orders.CaseSwallowed: ("test_a_case_is_added_once",),
    broken_orders.DeadlinesStay: (
        "test_a_saved_case_is_as_it_was_saved",
        "test_due_are_deadlines_and_answers_that_did_not_come",
    ),
    broken_orders.AnySteps: (
        "test_who_saves_has_seen_the_case_as_it_is",
        "test_of_moves_at_once_one_is_made",
    ),
    broken_orders.KeyTwice: ("test_a_key_is_there_once_a_case",),
    broken_orders.EmptyKeyOnce: ("test_a_key_is_there_once_a_case",),
    broken_orders.EmptyKeyFound: ("test_a_move_is_found_by_its_key",),
    broken_orders.KeysOfAll: ("test_a_move_is_found_by_its_key",),
    broken_orders.DueByName: ("test_due_cases_are_those_who_wait_longest_first",),
    broken_orders.NoLimit: ("test_due_cases_are_those_who_wait_longest_first",),
    broken_orders.DeadlinesAlone: ("test_due_are_deadlines_and_answers_that_did_not_come",),
}

MESSAGES: dict[Fault, tuple[str, ...]] = {
    broken_orders.NoParts: ("test_messages_are_claimed_as_they_were_put",),
    broken_orders.ByKey: ("test_the_oldest_come_first",),
    broken_orders.ClaimsAll: ("test_the_oldest_come_first",),
    broken_orders.PutAgain: ("test_a_key_waits_once",),
    broken_orders.PutSwallowed: ("test_a_key_waits_once",),
    broken_orders.NoLease: (
        "test_a_claim_holds_until_its_end",
        "test_no_message_is_claimed_by_two",
    ),
    broken_orders.ClaimedForEver: ("test_a_claim_holds_until_its_end",),
    broken_orders.DropsUnclaimed: ("test_what_is_dropped_is_gone",),
    broken_orders.Tombstones: ("test_a_key_that_was_dropped_is_free",),
}

REST: dict[Fault, tuple[str, ...]] = {
    broken_orders.NewestVersion: ("test_rulebooks_are_read_as_they_were_published",),
    broken_orders.Republished: ("test_published_twice_is_published_once",),
    broken_orders.VersionsChange: ("test_a_version_never_changes",),
    broken_orders.VersionSwallowed: (
        "test_a_version_never_changes",
        "test_of_contents_at_once_one_is_the_version",
    ),
    broken_orders.PublishedLast: ("test_that_version_prices_which_began_last",),
    broken_orders.HighestVersion: (
        "test_of_versions_of_one_instant_the_one_published_last_prices",
    ),
    broken_orders.NoCosts: ("test_goods_are_read_as_they_were_put",),
    broken_orders.HundredAtMost: ("test_only_those_are_found_that_were_asked_for",),
    broken_orders.TwiceInTheCart: ("test_only_those_are_found_that_were_asked_for",),
    broken_orders.PricesStay: ("test_what_is_put_is_in_place_of_what_was",),
    broken_orders.TwoStatements: ("test_goods_and_prices_are_of_one_moment",),
    broken_orders.EventOverwritten: ("test_an_event_is_recorded_once",),
    broken_orders.BatchSwallowed: (
        "test_an_event_is_recorded_once",
        "test_events_at_once_are_all_recorded",
    ),
    broken_orders.OldestFirst: ("test_the_newest_come_first",),
    broken_orders.UntilItsEnd: ("test_events_are_from_an_instant_on_and_before_another",),
}

TAKES_NOTICE = {**UNITS, **COLUMNS, **LIMITS, **COUPONS, **ORDERS, **CASES, **MESSAGES, **REST}
"""What is wrong, and the tests of the contract that find it."""

MISSED_AT_RANDOM = (
    # It takes two at once, or what the histories do not store, or what they seldom come to.
    *(broken_store.ErrorsAlone, broken_store.StaysLocked, broken_store.DirtyReads),
    *(broken_store.LastWriteWins, broken_store.OwnError),
    *(broken_usage.TwentyAtMost, broken_usage.NobodysOrder, broken_usage.FirstLimits),
    *(broken_usage.ReleasesAll, broken_usage.RedeemedForEver, broken_usage.CommitsByItsClock),
    *(broken_orders.NoPayments, broken_orders.LogAsText, broken_orders.OwnCaseApart),
    *(broken_orders.LockedOut, broken_orders.LockedByAnother),
    *(broken_orders.NoParts, broken_orders.KeysOfAll, broken_orders.DueByName),
    *(*COLUMNS, *REST),
)

TESTS = {name for name in dir(StoreContract) if name.startswith("test_")}
OF_POINTS = {name for name in dir(PointsRules) if name.startswith("test_")}


def store_with(fault: Fault) -> Callable[[], Store]:
    """A store with one fault, in the repository that the fault is of."""
    if issubclass(fault, Right):
        return fault
    name = next(name for kind, name in REPOSITORIES.items() if kind in fault.__mro__)
    # A unit that holds a lock from its beginning to its end would cover what is read in two parts.
    base = Autocommit if fault is broken_orders.TwoStatements else Right

    class Faulty(base):  # type: ignore[misc,valid-type]
        def __init__(self) -> None:
            super().__init__()
            self._unit = evolve(self.unit, **{name: fault(self.journal)})  # type: ignore[call-arg]

    return Faulty


def contract_of(make_store: Callable[[], Store]) -> StoreContract:
    class Contract(StoreContract):
        # Other histories each time: the same ones, drawn without chance, differ with the modules
        # that are loaded besides, and may miss a fault for good. The first that fails is enough.
        machine_settings = settings(
            StoreContract.machine_settings,
            max_examples=1_000,
            derandomize=False,
            database=None,
            phases=[Phase.generate],
            report_multiple_bugs=False,
        )

        def make(self) -> Store:
            return make_store()

    return Contract()


@pytest.mark.parametrize(
    ("fault", "test"), [(fault, test) for fault, tests in TAKES_NOTICE.items() for test in tests]
)
def test_what_is_wrong_is_found(fault: Fault, test: str) -> None:
    with pytest.raises(Exception):  # noqa: B017, PT011 - an assertion, or what the fault raises
        getattr(contract_of(store_with(fault)), test)()


@pytest.mark.parametrize("fault", [each for each in TAKES_NOTICE if each not in MISSED_AT_RANDOM])
def test_much_is_found_by_histories_at_random(fault: Fault) -> None:
    with pytest.raises(Exception):  # noqa: B017, PT011
        getattr(contract_of(store_with(fault)), AT_RANDOM)()


def test_every_test_of_the_contract_can_fail() -> None:
    named = {test for tests in TAKES_NOTICE.values() for test in tests}
    assert named | {AT_RANDOM} == TESTS - OF_POINTS


def test_a_contract_asks_for_a_store() -> None:
    with pytest.raises(NotImplementedError):
        StoreContract().make()
