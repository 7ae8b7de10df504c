"""The contract of `PointsRepository`, for pytest.

    class TestMyPoints(PointsContract):
        def make(self) -> MyPoints:
            return MyPoints(a_new_and_empty_database())

Of the tests, those with threads find a race only now and then; a repository has to pass always.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from random import Random

from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from mallops.findings import Refusal
from mallops.operations import audit_points, post_points, sweep_points, transfer_points
from mallops.points.deciding import decide
from mallops.points.model import Entry
from mallops.points.requests import Grant, Hold, Spend
from mallops.points.sweeping import next_due
from mallops.points.wallet import Wallet, replay
from mallops.repositories import Change, Conflict, PointsRepository
from mallops.rules.points import Transfer
from mallops.testing.contracts.answers import told
from mallops.testing.contracts.points_machine import PointsMachine
from mallops.testing.contracts.racing import THREADS, at_once, insistently
from mallops.testing.contracts.samples import ALIKE, BY_AGE, IDLE, START, decided, every_kind, grant


class PointsRules:
    """What every `PointsRepository` does, wherever it comes from: `PointsContract` asks for one."""

    machine_settings = settings(
        max_examples=50,
        stateful_step_count=30,
        deadline=None,
        phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
    )
    """How long the last test, of histories at random, goes on."""

    def points(self) -> PointsRepository:
        """A repository with nothing in it, which several threads may use; called often."""
        raise NotImplementedError

    # --- reading ------------------------------------------------------------------------------

    def test_a_new_customer_has_an_empty_wallet_and_no_log(self) -> None:
        """To be read, a customer need not be made first."""
        repository = self.points()
        assert told(repository.wallet("anna")) == Wallet("anna")
        assert [*told(repository.entries("anna"))] == []
        assert told(repository.entry("anna", "k")) is None

    def test_all_is_read_as_it_was_written(self) -> None:
        """Every kind of entry, every part of a wallet, to the microsecond and the last point."""
        repository = self.points()
        for customer, changes in zip(("anna", "bo"), every_kind("anna", "bo"), strict=True):
            written: list[Entry] = []
            for change in changes:
                told(repository.append([change]))
                written += change.entries
                assert told(repository.wallet(customer)) == change.wallet
                for entry in change.entries:
                    assert told(repository.entry(customer, entry.key)) == entry
            assert [*told(repository.entries(customer))] == written

    def test_the_log_is_in_order_and_can_be_read_from_any_number(self) -> None:
        """More than nine entries: as texts, 10 comes before 2."""
        repository = self.points()
        written = self._granted(repository, "anna", 12)
        for after in range(14):
            assert [*told(repository.entries("anna", after))] == written[after:]

    def test_what_was_read_stays_as_it_was(self) -> None:
        """Neither is a log that is still being read shortened, nor are old entries rewritten."""
        repository = self.points()
        first = self._granted(repository, "anna", 3)
        reading = iter(told(repository.entries("anna")))
        assert next(reading) == first[0]
        told(repository.append([grant(told(repository.wallet("anna")), "more")]))
        assert [*reading][:2] == first[1:]
        assert [*told(repository.entries("anna"))][:3] == first

    def test_the_wallet_is_what_the_log_adds_up_to(self) -> None:
        """After each change, of several entries too."""
        repository = self.points()
        for customer, changes in zip(("anna", "bo"), every_kind("anna", "bo"), strict=True):
            for change in changes:
                told(repository.append([change]))
                assert told(repository.wallet(customer)) == replay(
                    customer, told(repository.entries(customer))
                )
                assert audit_points(repository, customer) == ()

    def test_customers_and_keys_are_told_apart_to_the_letter(self) -> None:
        """By case, accents and blanks too."""
        repository = self.points()
        for points, customer in enumerate(ALIKE, 1):
            told(repository.append([grant(Wallet(customer), "k", points)]))
        for points, customer in enumerate(ALIKE, 1):
            wallet = told(repository.wallet(customer))
            assert sum(wallet.available.values()) == points
            for key in ALIKE:
                wallet = told(repository.wallet(customer))
                told(repository.append([grant(wallet, f"{key}!", 1)]))
        for customer in ALIKE:
            found = [told(repository.entry(customer, f"{key}!")) for key in ALIKE]
            assert [entry and entry.key for entry in found] == [f"{key}!" for key in ALIKE]

    # --- appending ----------------------------------------------------------------------------

    def test_a_change_of_an_old_version_conflicts(self) -> None:
        """Of two that were decided on one wallet, the second is not stored."""
        repository = self.points()
        first, second = grant(Wallet("anna"), "a", 1), grant(Wallet("anna"), "b", 2)
        told(repository.append([first]))
        self._refuses(repository, [second])
        self._granted(repository, "anna", 3)
        self._refuses(repository, [second])

    def test_a_change_of_a_version_to_come_conflicts(self) -> None:
        """A log has no gaps."""
        repository = self.points()
        ahead = grant(grant(Wallet("anna"), "a").wallet, "b")
        self._refuses(repository, [ahead])
        self._granted(repository, "bo", 1)
        self._refuses(repository, [ahead])

    def test_a_key_is_there_once(self) -> None:
        """A customer's second entry of a key conflicts, though the version is right."""
        repository = self.points()
        self._granted(repository, "anna", 3)
        self._refuses(repository, [grant(told(repository.wallet("anna")), "0")])
        self._refuses(repository, [grant(told(repository.wallet("anna")), "2")])

    def test_another_customer_may_have_the_same_key(self) -> None:
        """Keys are each customer's own."""
        repository = self.points()
        anna, bo = self._granted(repository, "anna", 2), self._granted(repository, "bo", 2)
        assert told(repository.entry("anna", "1")) == anna[1]
        assert told(repository.entry("bo", "1")) == bo[1]
        assert [*told(repository.entries("bo"))] == bo

    def test_changes_are_stored_together(self) -> None:
        """All customers of one call have theirs afterwards."""
        repository = self.points()
        names = ("anna", "bo", "chen")
        changes = [grant(Wallet(name), "k", points) for points, name in enumerate(names, 1)]
        told(repository.append(changes))
        assert [told(repository.wallet(name)) for name in names] == [
            each.wallet for each in changes
        ]
        assert [*told(repository.entries("chen"))] == [*changes[2].entries]
        told(repository.append([]))
        assert [told(repository.wallet(name)) for name in names] == [
            each.wallet for each in changes
        ]

    def test_of_changes_of_which_one_conflicts_none_is_stored(self) -> None:
        """Wherever it stands, and whether it is for its version or for its key."""
        repository = self.points()
        self._granted(repository, "bo", 2)
        old = grant(Wallet("bo"), "new")
        taken = grant(told(repository.wallet("bo")), "1")
        for bad in (old, taken):
            for name in ("anna", "chen"):
                self._refuses(repository, [grant(Wallet(name), "k"), bad])
                self._refuses(repository, [bad, grant(Wallet(name), "k")])

    def test_after_a_conflict_all_goes_on(self) -> None:
        """Nothing stays locked, and the same change, decided anew, is stored."""
        repository = self.points()
        self._granted(repository, "anna", 1)
        self._refuses(repository, [grant(Wallet("anna"), "again"), grant(Wallet("bo"), "k")])
        told(
            repository.append(
                [grant(told(repository.wallet("anna")), "again"), grant(Wallet("bo"), "k")]
            )
        )
        assert [entry.key for entry in told(repository.entries("anna"))] == ["0", "again"]
        assert [entry.key for entry in told(repository.entries("bo"))] == ["k"]

    # --- what is due --------------------------------------------------------------------------

    def test_due_are_those_who_wait_longest_first(self) -> None:
        """At the very instant too; an order that is lower in the alphabet waits no less."""
        repository = self.points()
        for day, customer in ((2, "bo"), (0, "chen"), (1, "anna")):
            at = START.add(days=day)
            told(repository.append([grant(Wallet(customer), "k", 1, at)]))
        ends = START.add(days=30)
        assert [*told(repository.due(ends.subtract(microseconds=1), 10))] == []
        assert [*told(repository.due(ends, 10))] == ["chen"]
        assert [*told(repository.due(ends.add(days=9), 10))] == ["chen", "anna", "bo"]
        assert [*told(repository.due(ends.add(days=9), 2))] == ["chen", "anna"]

    def test_due_are_lots_holds_and_idle_customers(self) -> None:
        """Until what is due is posted; who has nothing that ends is never due."""
        repository = self.points()
        lots, holds, spent = (grant(Wallet(name), "k", 5) for name in ("lots", "holds", "spent"))
        hold, spend = Hold("o", 5, START.add(days=1)), Spend("o", 5)
        for change in (
            *(lots, holds, spent),
            decided(decide(holds.wallet, "held", hold, START, BY_AGE)),
            decided(decide(spent.wallet, "paid", spend, START, BY_AGE)),
            decided(decide(Wallet("idle"), "k", Grant(1), START, IDLE)),
        ):
            told(repository.append([change]))
        for name in ("lots", "holds", "idle"):
            moment = next_due(told(repository.wallet(name)))
            assert moment is not None
            assert name in told(repository.due(moment, 10))
            assert name not in told(repository.due(moment.subtract(microseconds=1), 10))
        assert "spent" not in told(repository.due(START.add(years=9), 10))
        sweep_points(repository, START.add(years=9), BY_AGE)
        assert [*told(repository.due(START.add(years=9), 10))] == []

    # --- many at once -------------------------------------------------------------------------

    def test_of_many_at_once_one_is_stored(self) -> None:
        """Whoever was decided on the same wallet conflicts."""
        for _ in range(10):
            repository = self.points()
            changes = [grant(Wallet("anna"), f"{i}", i + 1) for i in range(THREADS)]
            stored = at_once([partial(_is_stored, repository, change) for change in changes])
            assert sum(stored) == 1, f"{sum(stored)} changes of one version were stored"
            winner = changes[stored.index(True)]
            assert told(repository.wallet("anna")) == winner.wallet
            assert [*told(repository.entries("anna"))] == [*winner.entries]

    def test_of_equal_calls_at_once_one_posts(self) -> None:
        """A callback that is delivered to several workers at once."""
        for _ in range(10):
            repository = self.points()
            self._granted(repository, "anna", 1)
            pay = partial(post_points, repository, "anna", "paid", Spend("o", 1), START, BY_AGE)
            found = at_once([partial(insistently, pay)] * THREADS)
            assert found == [told(repository.entry("anna", "paid"))] * THREADS
            assert len([*told(repository.entries("anna"))]) == 2

    def test_no_point_is_made_or_lost_among_many_at_once(self) -> None:
        """Grants, spendings and transfers of four customers, each call made twice."""
        repository, names = self.points(), ("anna", "bo", "chen", "dee")
        found = at_once([partial(_busy, repository, names, i) for i in range(THREADS)])
        wallets = [told(repository.wallet(name)) for name in names]
        left = sum(sum(wallet.available.values()) for wallet in wallets)
        assert left == sum(moved for moved, _ in found), "points were made, or lost"
        posted = sum(entries for _, entries in found)
        assert sum(len([*told(repository.entries(name))]) for name in names) == posted
        assert [audit_points(repository, name) for name in names] == [()] * 4

    # --- all of it ----------------------------------------------------------------------------

    def test_it_does_what_a_plain_list_does(self) -> None:
        """Histories at random, beside logs that are lists and wallets that are replayed."""
        run_state_machine_as_test(
            lambda: PointsMachine(self.points()),  # type: ignore[arg-type]  # "or any callable"
            settings=self.machine_settings,
        )

    # --- parts --------------------------------------------------------------------------------

    def _granted(self, repository: PointsRepository, customer: str, count: int) -> list[Entry]:
        """So many grants more to a customer, with the keys 0, 1 and so on."""
        written: list[Entry] = []
        for _ in range(count):
            wallet = told(repository.wallet(customer))
            change = grant(wallet, str(wallet.version), wallet.version + 1)
            told(repository.append([change]))
            written += change.entries
        return written

    def _refuses(self, repository: PointsRepository, changes: Sequence[Change]) -> None:
        """Nothing of a conflict is stored."""
        names = [change.customer for change in changes]
        before = [self._seen(repository, name, changes) for name in names]
        assert not _is_stored(repository, *changes), "no conflict was raised"
        assert [self._seen(repository, name, changes) for name in names] == before

    def _seen(
        self, repository: PointsRepository, customer: str, changes: Sequence[Change]
    ) -> tuple[object, ...]:
        keys = [entry.key for change in changes for entry in change.entries]
        return (
            told(repository.wallet(customer)),
            [*told(repository.entries(customer))],
            [told(repository.entry(customer, key)) for key in keys],
            customer in told(repository.due(START.add(years=9), 100)),
        )


class PointsContract(PointsRules):
    """The same for a repository of points alone. Derive a class from it, and give it `make`."""

    def make(self) -> PointsRepository:
        """A repository with nothing in it, which several threads may use; called often."""
        raise NotImplementedError

    def points(self) -> PointsRepository:
        """A new repository."""
        return self.make()


def _is_stored(repository: PointsRepository, *changes: Change) -> bool:
    try:
        told(repository.append(changes))
    except Conflict:
        return False
    return True


def _busy(repository: PointsRepository, names: Sequence[str], worker: int) -> tuple[int, int]:
    """Twenty calls of one worker: by how much they changed the sum, and how many entries."""
    random, moved, posted = Random(worker), 0, 0
    rules = Transfer(allowed=True)
    for turn in range(20):
        key, points = f"{worker}/{turn}", random.randint(1, 9)
        one, other = random.sample(names, 2)
        post = partial(post_points, repository, one, key)
        give = partial(transfer_points, repository, one, other, key, points, START, rules, BY_AGE)
        call, more, entries = random.choice(
            [
                (partial(post, Grant(points), START, BY_AGE), points, 1),
                (partial(post, Spend(key, points), START, BY_AGE), -points, 1),
                (give, 0, 2),
            ]
        )
        first, second = insistently(call), insistently(call)
        assert isinstance(first, Refusal) or first == second, "one key has two entries"
        if not isinstance(second, Refusal):
            moved, posted = moved + more, posted + entries
    return moved, posted
