"""The contract finds what is wrong with a repository of points, and nothing where nothing is."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import Phase, settings

from mallops.points.requests import Request
from mallops.repositories import PointsRepository
from mallops.testing.contracts.points import PointsContract, PointsRules
from mallops.testing.contracts.samples import every_kind
from tests.contracts import broken
from tests.contracts.broken import Right

AT_RANDOM = "test_it_does_what_a_plain_list_does"

TAKES_NOTICE = {
    broken.LostUpdate: "test_a_change_of_an_old_version_conflicts",
    broken.Gaps: "test_a_change_of_a_version_to_come_conflicts",
    broken.HalfDone: "test_of_changes_of_which_one_conflicts_none_is_stored",
    broken.KeptAfterConflict: "test_a_change_of_an_old_version_conflicts",
    broken.TwiceTheKey: "test_a_key_is_there_once",
    broken.SwallowedKey: "test_a_key_is_there_once",
    broken.KeysOfAll: "test_another_customer_may_have_the_same_key",
    broken.StaleWallet: "test_all_is_read_as_it_was_written",
    broken.CachedWallet: "test_the_wallet_is_what_the_log_adds_up_to",
    broken.StaleKeys: "test_all_is_read_as_it_was_written",
    broken.Forgetful: "test_of_equal_calls_at_once_one_posts",
    broken.OrderOfText: "test_the_log_is_in_order_and_can_be_read_from_any_number",
    broken.NewestFirst: "test_the_log_is_in_order_and_can_be_read_from_any_number",
    broken.FromThatNumber: "test_the_log_is_in_order_and_can_be_read_from_any_number",
    broken.OneLog: "test_changes_are_stored_together",
    broken.Rewritten: "test_what_was_read_stays_as_it_was",
    broken.Emptied: "test_what_was_read_stays_as_it_was",
    broken.Unrevived: "test_the_wallet_is_what_the_log_adds_up_to",
    broken.Uncounted: "test_the_wallet_is_what_the_log_adds_up_to",
    broken.OwnSums: "test_the_wallet_is_what_the_log_adds_up_to",
    broken.WholeSeconds: "test_all_is_read_as_it_was_written",
    broken.Floats: "test_all_is_read_as_it_was_written",
    broken.CaseBlind: "test_customers_and_keys_are_told_apart_to_the_letter",
    broken.Padded: "test_customers_and_keys_are_told_apart_to_the_letter",
    broken.NotYetDue: "test_due_are_those_who_wait_longest_first",
    broken.Alphabetical: "test_due_are_those_who_wait_longest_first",
    broken.NoLimit: "test_due_are_those_who_wait_longest_first",
    broken.LotsAlone: "test_due_are_lots_holds_and_idle_customers",
    broken.DueForEver: "test_due_are_lots_holds_and_idle_customers",
    broken.Unlocked: "test_of_many_at_once_one_is_stored",
    broken.AlwaysLate: "test_no_point_is_made_or_lost_among_many_at_once",
    broken.StaysLocked: "test_after_a_conflict_all_goes_on",
    broken.Unknown: "test_a_new_customer_has_an_empty_wallet_and_no_log",
}
"""What is wrong, and a test of the contract that finds it."""

FOUND_AT_RANDOM = (
    *(broken.LostUpdate, broken.HalfDone, broken.KeptAfterConflict, broken.TwiceTheKey),
    *(broken.SwallowedKey, broken.KeysOfAll, broken.StaleWallet, broken.CachedWallet),
    *(broken.StaleKeys, broken.Forgetful, broken.NewestFirst, broken.FromThatNumber),
    *(broken.OneLog, broken.Rewritten, broken.NoLimit, broken.LotsAlone, broken.DueForEver),
)

TESTS = sorted(name for name in vars(PointsRules) if name.startswith("test_"))


def contract_of(repository: type[PointsRepository]) -> PointsContract:
    class Contract(PointsContract):
        # The same histories each time, and no search for the shortest of those that fail.
        machine_settings = settings(
            PointsContract.machine_settings,
            max_examples=300,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            report_multiple_bugs=False,
        )

        def make(self) -> PointsRepository:
            return repository()

    return Contract()


class TestRight(PointsContract):
    def make(self) -> Right:
        return Right()


@pytest.mark.parametrize(("repository", "test"), TAKES_NOTICE.items())
def test_what_is_wrong_is_found(repository: type[Right], test: str) -> None:
    with pytest.raises(Exception):  # noqa: B017, PT011 - an assertion, or what the fault raises
        getattr(contract_of(repository), test)()


@pytest.mark.parametrize("repository", FOUND_AT_RANDOM)
def test_much_is_found_by_histories_at_random(repository: type[Right]) -> None:
    with pytest.raises(Exception):  # noqa: B017, PT011
        getattr(contract_of(repository), AT_RANDOM)()


def test_every_test_of_the_contract_can_fail() -> None:
    assert {*TESTS} == {*TAKES_NOTICE.values(), AT_RANDOM}


def test_points_that_are_lost_among_many_at_once_are_missed() -> None:
    with pytest.raises(AssertionError):
        contract_of(broken.Unlocked).test_no_point_is_made_or_lost_among_many_at_once()


def test_a_contract_asks_for_a_repository() -> None:
    with pytest.raises(NotImplementedError):
        PointsContract().make()


def test_the_sample_logs_have_every_kind_of_entry() -> None:
    logs = every_kind("anna", "bo")
    found = {type(one.request) for log in logs for change in log for one in change.entries}
    assert found == {*get_args(Request)}
