"""The contract of `CaseRepository`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from attrs import evolve
from pendulum import DateTime

from mallops.lifecycles.case import Awaited, Case, Moved, Running
from mallops.money import Money
from mallops.repositories import Answer, Filed, Logged, Store, Unit
from mallops.testing.contracts.answers import told
from mallops.testing.contracts.asking import Contract, ask, begun, tell, unchanged
from mallops.testing.contracts.purchases import CNY, plain
from mallops.testing.contracts.racing import THREADS, at_once, insistently, succeeds
from mallops.testing.contracts.samples import MANY, NAMES, START


class CasesContract(Contract):
    """A case and its log move together, one step after the other."""

    def test_cases_are_read_as_they_were_stored(self) -> None:
        """With deadlines, awaited effects, units, gifts and money; with all, or with nothing."""
        store = self.make()
        bare = Filed(Case("bare", "m", "1", "new", START), "o1", START)
        for filed in (full("full"), bare):
            tell(store, adding(filed, *moves(filed.case.id, 1, filed.case.steps)))
            assert case(store, filed.case.id) == filed
        assert case(store, "other") is None

    def test_moves_are_read_as_they_were_stored(self) -> None:
        """In their order, with key and payload, to the microsecond; of no case there are none."""
        store = self.make()
        written = [*moves("c", 1, 12)]
        tell(store, adding(filed_at("c", 9), *written[:9]))
        assert log(store, "c") == written[:9]
        tell(store, saving(filed_at("c", 12), *written[9:]))
        assert log(store, "c") == written
        tell(store, adding(filed_at("none", 0)))
        assert log(store, "none") == log(store, "other") == []

    def test_ids_and_keys_of_cases_are_told_apart_to_the_letter(self) -> None:
        """By case, accents and blanks too."""
        store = self.make()
        for name in NAMES:
            written = [logged(name, number, key) for number, key in enumerate(NAMES, 1)]
            tell(store, adding(filed_at(name, len(NAMES), order=name), *written))
        for name in NAMES:
            found = ask(store, partial(_of_order, order=name))
            assert [each.case.id for each in found] == [name]
            for number, key in enumerate(NAMES, 1):
                assert by_key(store, name, key) == logged(name, number, key)

    def test_an_orders_cases_are_all_of_it_by_id(self) -> None:
        """Its own one too; another order's are not among them."""
        store = self.make()
        for name, order in (("o1/b", "o1"), ("o1", "o1"), ("o2", "o2"), ("o1/a", "o1")):
            tell(store, adding(filed_at(name, 0, order=order)))
        found = ask(store, partial(_of_order, order="o1"))
        assert [*found] == [filed_at(name, 0, order="o1") for name in ("o1", "o1/a", "o1/b")]
        assert [*ask(store, partial(_of_order, order="o3"))] == []

    def test_a_case_is_added_once(self) -> None:
        """A second one of its id conflicts; neither it nor its moves are stored."""
        store = self.make()
        tell(store, adding(filed_at("c", 1), logged("c", 1, "k")))
        for again in (
            adding(filed_at("c", 1), logged("c", 1, "k")),
            adding(filed_at("c", 0, order="o2")),
            adding(filed_at("c", 2), logged("c", 1, "x"), logged("c", 2, "y")),
        ):
            unchanged(store, _seen, again)

    def test_a_saved_case_is_as_it_was_saved(self) -> None:
        """All of it: deadlines that run no more are gone, a refund is there once it is known."""
        store = self.make()
        tell(store, adding(full("c"), *moves("c", 1, full("c").case.steps)))
        steps = full("c").case.steps
        bare = filed_at("c", steps + 2)
        again = evolve(full("c"), case=evolve(full("c").case, steps=steps + 3))
        reckoned = evolve(again, refund=Money(1, CNY), units={"2": 1}, kept_gifts=())
        for filed, count in ((bare, 2), (again, 1), (reckoned, 0)):
            tell(store, saving(filed, *moves("c", filed.case.steps - count + 1, filed.case.steps)))
            assert case(store, "c") == filed
            assert log(store, "c") == [*moves("c", 1, filed.case.steps)]

    def test_who_saves_has_seen_the_case_as_it_is(self) -> None:
        """Of fewer or more steps, or of no case, it conflicts, and nothing is stored."""
        store = self.make()
        unchanged(store, _seen, saving(filed_at("c", 1), logged("c", 1)))
        unchanged(store, _seen, saving(filed_at("c", 0)))
        tell(store, adding(filed_at("c", 2), logged("c", 1), logged("c", 2)))
        for steps, numbers in ((2, [2]), (2, [1, 2]), (4, [4]), (1, [1]), (3, []), (0, [])):
            late = evolve(filed_at("c", steps), kept_gifts=("late",))
            unchanged(store, _seen, saving(late, *(logged("c", each, "new") for each in numbers)))

    def test_a_key_is_there_once_a_case(self) -> None:
        """A second move of it conflicts, though the steps are right; the empty key is no key."""
        store = self.make()
        for name in "cd":
            tell(store, adding(filed_at(name, 2), logged(name, 1, "k"), logged(name, 2)))
        unchanged(store, _seen, saving(filed_at("c", 3), logged("c", 3, "k")))
        unchanged(store, _seen, saving(filed_at("c", 4), logged("c", 3, "x"), logged("c", 4, "k")))
        unchanged(store, _seen, saving(filed_at("c", 4), logged("c", 3, "x"), logged("c", 4, "x")))
        unchanged(store, _seen, adding(filed_at("e", 2), logged("e", 1, "x"), logged("e", 2, "x")))
        tell(store, saving(filed_at("c", 5), logged("c", 3), logged("c", 4), logged("c", 5, "x")))
        assert len(log(store, "c")) == 5

    def test_a_move_is_found_by_its_key(self) -> None:
        """With all of it, of that case alone; nobody has the empty key."""
        store = self.make()
        tell(store, adding(filed_at("c", 2), logged("c", 1, "k"), logged("c", 2)))
        tell(store, adding(filed_at("d", 1), logged("d", 1, "other")))
        tell(store, saving(filed_at("c", 3), logged("c", 3, "l")))
        assert by_key(store, "c", "k") == logged("c", 1, "k")
        assert by_key(store, "c", "l") == logged("c", 3, "l")
        assert by_key(store, "c", "") is None
        assert by_key(store, "c", "other") is None
        assert by_key(store, "none", "k") is None

    # --- what is due --------------------------------------------------------------------------

    def test_due_cases_are_those_who_wait_longest_first(self) -> None:
        """At the very instant too, and no more than were asked for."""
        store = self.make()
        tell(store, lambda unit: unit.orders.add(plain("o1")))
        for name, day in (("b", 2), ("a", 1), ("c", 0)):
            tell(store, adding(running(name, 0, deadline=day)))
        tell(store, adding(filed_at("never", 0)))
        assert due(store, START.subtract(microseconds=1)) == []
        assert due(store, START) == ["c"]
        assert due(store, START.add(days=2)) == ["c", "a", "b"]
        assert due(store, START.add(days=9), 2) == ["c", "a"]

    def test_due_are_deadlines_and_answers_that_did_not_come(self) -> None:
        """Whichever is first of a case, as it was saved last."""
        store = self.make()
        tell(store, lambda unit: unit.orders.add(plain("o1")))
        tell(store, adding(running("deadline", 0, deadline=3, awaited=5)))
        tell(store, adding(running("awaited", 0, deadline=9, awaited=4)))
        tell(store, adding(running("answer", 0, awaited=1)))
        assert due(store, START.add(days=4)) == ["answer", "deadline", "awaited"]
        tell(store, saving(running("deadline", 1, awaited=5), logged("deadline", 1)))
        tell(store, saving(filed_at("answer", 1), logged("answer", 1)))
        assert due(store, START.add(days=4)) == ["awaited"]
        assert due(store, START.add(days=5)) == ["awaited", "deadline"]

    # --- many at once -------------------------------------------------------------------------

    def test_of_moves_at_once_one_is_made(self) -> None:
        """Of those who have seen the same case; the log has that one alone."""
        store = self.make()
        for turn in range(5):
            name = f"c{turn}"
            tell(store, adding(filed_at(name, 0)))
            calls = [
                partial(tell, store, saving(filed_at(name, 1), logged(name, 1, f"{place}")))
                for place in range(THREADS)
            ]
            found = at_once([partial(succeeds, call) for call in calls])
            assert sum(found) == 1, f"{sum(found)} moves were made from one state"
            assert log(store, name) == [logged(name, 1, f"{found.index(True)}")]

    def test_no_move_is_lost(self) -> None:
        """Of many that move a case at once, each sees what the one before it did."""
        store = self.make()
        tell(store, adding(filed_at("c", 0)))
        at_once([partial(insistently, partial(_move_on, store, f"{i}")) for i in range(THREADS)])
        found = case(store, "c")
        assert found is not None
        assert found.case.steps == THREADS
        assert [each.moved.number for each in log(store, "c")] == [*range(1, THREADS + 1)]
        assert len({each.key for each in log(store, "c")}) == THREADS


def filed_at(name: str, steps: int, order: str = "o1") -> Filed:
    """A case after so many moves, for which nothing runs."""
    return Filed(Case(name, "return", "1", "asked", START, steps), order, START)


def running(name: str, steps: int, deadline: int = 0, awaited: int = 0) -> Filed:
    """A case with two deadlines, or with two effects, the first of them due after so many days."""
    filed = filed_at(name, steps)
    deadlines = tuple(Running(f"d{more}", START.add(days=deadline + more)) for more in (1, 0))
    effects = tuple(
        Awaited(f"{name}/{more}", "refund", START.add(days=awaited + more)) for more in (1, 0)
    )
    return evolve(
        filed,
        case=evolve(
            filed.case,
            deadlines=deadlines if deadline or not awaited else (),
            awaited=effects if awaited else (),
        ),
    )


def full(name: str) -> Filed:
    """A case in which every field is in use, on its way."""
    second = START.add(seconds=1, microseconds=1)
    return Filed(
        Case(
            *(name, "return 'é'", "2026-11.1", "accepted", second, 3),
            (Running("b", second.add(days=2)), Running("a", second.add(days=1))),
            (Awaited(f"{name}/3/refund", "refund", second.add(hours=1)),),
        ),
        "o 1 🎉",
        START,
        {"é 'q'": 2, "1": 1},
        ("MUG", "CUP"),
        Money(MANY, CNY),
    )


def logged(name: str, number: int, key: str = "") -> Logged:
    """A move of a case."""
    at = START.add(microseconds=number)
    moved = Moved(name, number, at, "buyer", f"event {number}", "asked", "accepted")
    return Logged(moved, key, f"{number:064x}" if key else "")


def moves(name: str, first: int, last: int) -> Sequence[Logged]:
    """Moves with numbers from the first to the last, every third one without a key."""
    return [logged(name, n, f"key {n} 'é'" if n % 3 else "") for n in range(first, last + 1)]


def adding(filed: Filed, *log: Logged) -> Callable[[Unit], Answer[None]]:
    """What adds."""
    return lambda unit: unit.cases.add(filed, log)


def saving(filed: Filed, *log: Logged) -> Callable[[Unit], Answer[None]]:
    """What saves."""
    return lambda unit: unit.cases.save(filed, log)


def case(store: Store, name: str) -> Filed | None:
    """A case by id."""
    return ask(store, lambda unit: unit.cases.case(name))


def log(store: Store, name: str) -> list[Logged]:
    """A case's moves."""
    return [*ask(store, lambda unit: unit.cases.log(name))]


def by_key(store: Store, name: str, key: str) -> Logged | None:
    """A case's move of a key."""
    return ask(store, lambda unit: unit.cases.logged(name, key))


def due(store: Store, at: DateTime, limit: int = 100) -> list[str]:
    """The cases in which something is due."""
    return [*ask(store, lambda unit: unit.cases.due(at, limit))]


def _of_order(unit: Unit, order: str) -> Answer[Sequence[Filed]]:
    return unit.cases.of_order(order)


def _seen(unit: Unit) -> object:
    """The cases c, d and e, with all that their moves are found by."""
    keys = ("k", "l", "x", "y", "new")
    return [
        (
            told(unit.cases.case(name)),
            [*told(unit.cases.log(name))],
            [told(unit.cases.logged(name, key)) for key in keys],
            [*told(unit.cases.of_order("o1"))],
        )
        for name in "cde"
    ]


def _move_on(store: Store, key: str) -> None:
    """A unit that reads a case, and moves it."""
    with begun(store) as unit:
        found = told(unit.cases.case("c"))
        assert found is not None
        steps = found.case.steps + 1
        told(unit.cases.save(filed_at("c", steps), [logged("c", steps, key)]))
