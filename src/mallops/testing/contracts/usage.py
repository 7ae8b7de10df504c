"""The contract of `UsageRepository`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from pendulum import DateTime

from mallops.cart import Usage
from mallops.money import Money
from mallops.repositories import Answer, Exhausted, Reservation, Store, Take, Unit
from mallops.rules.promotions import Limits
from mallops.testing.contracts.answers import told
from mallops.testing.contracts.asking import Contract, ask, tell, unchanged
from mallops.testing.contracts.purchases import CNY
from mallops.testing.contracts.racing import THREADS, at_once, insistently, succeeds
from mallops.testing.contracts.samples import MANY, NAMES, START

UNTIL = START.add(minutes=30)
ALWAYS = Limits()


class UsageContract(Contract):
    """Limits and budgets: nobody races past them, and what lapses or comes back is free again."""

    def test_what_is_reserved_is_gone(self) -> None:
        """Uses in all, those of the customer, and money, of each promotion by itself."""
        store = self.make()
        assert gone(store, "p") == Usage()
        tell(store, reserving("o1", "anna", taking("p", 1, 250), taking("q", 3)))
        tell(store, reserving("o2", "bo", taking("p", 2, 50)))
        assert gone(store, "p") == Usage(3, 1, Money(300, CNY))
        assert gone(store, "p", "bo") == Usage(3, 2, Money(300, CNY))
        assert gone(store, "p", "chen") == Usage(3, 0, Money(300, CNY))
        assert gone(store, "q") == Usage(3, 3)
        assert gone(store, "r") == Usage()

    def test_many_promotions_are_read_at_once(self) -> None:
        """Each with its own; what nobody used may be left out; of none there is nothing."""
        store = self.make()
        for place in range(40):
            tell(store, reserving(f"o{place}", "anna", taking(f"p{place}", place + 1)))
        found = ask(
            store, lambda unit: unit.usage.used([f"p{i}" for i in range(50)], "anna", START)
        )
        assert [found.get(f"p{i}", Usage()).total for i in range(50)] == [*range(1, 41), *[0] * 10]
        assert not ask(store, lambda unit: unit.usage.used([], "anna", START))

    def test_ids_of_limits_are_told_apart_to_the_letter(self) -> None:
        """Those of orders, customers and promotions, by case, accents and blanks too."""
        store = self.make()
        for place, name in enumerate(NAMES, 1):
            tell(store, reserving(f"customer {name}", name, taking("p", place)))
            tell(store, reserving(f"promotion {name}", "x", taking(name, place)))
            tell(store, reserving(name, "y", taking("q", 2**place)))
        for place, name in enumerate(NAMES, 1):
            assert gone(store, "p", name).customer == place
            assert gone(store, name, "x").total == place
        tell(store, releasing(NAMES[1], ["q"]))
        assert gone(store, "q").total == 2 ** (len(NAMES) + 1) - 2 - 4

    def test_large_amounts_are_kept_to_the_minor_unit(self) -> None:
        """Beyond what a floating-point number holds, in sums and in limits."""
        store = self.make()
        limits = Limits(budget=Money(2 * MANY + 1, CNY))
        tell(store, reserving("o1", "anna", taking("p", 1, MANY, limits)))
        tell(store, reserving("o2", "anna", taking("p", 1, MANY + 1, limits)))
        assert gone(store, "p").spent == Money(2 * MANY + 1, CNY)
        self._exhausted(store, reserving("o3", "anna", taking("p", 1, 1, limits)))

    # --- limits -------------------------------------------------------------------------------

    def test_a_limit_of_uses_is_not_passed(self) -> None:
        """It may be reached, and by several uses at once."""
        store, limits = self.make(), Limits(total=5)
        tell(store, reserving("o1", "anna", taking("p", 2, None, limits)))
        self._exhausted(store, reserving("o2", "bo", taking("p", 4, None, limits)))
        tell(store, reserving("o3", "bo", taking("p", 3, None, limits)))
        self._exhausted(store, reserving("o4", "chen", taking("p", 1, None, limits)))

    def test_a_limit_for_each_customer_is_not_passed(self) -> None:
        """By that customer; others have their own."""
        store, limits = self.make(), Limits(per_customer=2)
        for place, customer in enumerate(["anna", "bo", "anna", "bo"]):
            tell(store, reserving(f"o{place}", customer, taking("p", 1, None, limits)))
        for customer in ("anna", "bo"):
            self._exhausted(store, reserving("late", customer, taking("p", 1, None, limits)))
        tell(store, reserving("late", "chen", taking("p", 2, None, limits)))

    def test_a_budget_is_not_passed(self) -> None:
        """Not by one minor unit; a use that takes no money stays possible."""
        store, limits = self.make(), Limits(budget=Money(1000, CNY))
        tell(store, reserving("o1", "anna", taking("p", 1, 999, limits)))
        self._exhausted(store, reserving("o2", "bo", taking("p", 1, 2, limits)))
        tell(store, reserving("o2", "bo", taking("p", 1, 1, limits)))
        self._exhausted(store, reserving("o3", "bo", taking("p", 1, 1, limits)))
        tell(store, reserving("o3", "bo", taking("p", 1, None, limits)))

    def test_limits_are_those_of_the_take(self) -> None:
        """Rules to come may allow more, or less; what was taken without a limit counts."""
        store = self.make()
        tell(store, reserving("o1", "anna", taking("p", 3)))
        self._exhausted(store, reserving("o2", "bo", taking("p", 1, None, Limits(total=3))))
        tell(store, reserving("o2", "bo", taking("p", 1, None, Limits(total=4))))
        self._exhausted(store, reserving("o3", "bo", taking("p", 1, None, Limits(total=2))))

    def test_of_takes_of_which_one_is_too_much_none_counts(self) -> None:
        """Wherever it stands; the order may reserve again."""
        store, few = self.make(), taking("few", 2, None, Limits(total=1))
        for takes in ([few, taking("p", 1, 5)], [taking("p", 1, 5), few]):
            self._exhausted(store, reserving("o1", "anna", *takes))
        assert gone(store, "p") == gone(store, "few") == Usage()
        tell(store, reserving("o1", "anna", taking("p", 1, 5)))
        assert gone(store, "p") == Usage(1, 1, Money(5, CNY))

    def test_an_order_reserves_once(self) -> None:
        """Also if its reservation has lapsed, was released, was committed, or took nothing."""
        store = self.make()
        for order in ("open", "lapsed", "released", "committed"):
            tell(store, reserving(order, "anna", taking("p", 1)))
        tell(store, reserving("nothing", "anna"))
        tell(store, releasing("released", ["p"]))
        assert committed(store, "committed")
        for order in ("open", "lapsed", "released", "committed", "nothing"):
            at = UNTIL.add(days=1) if order == "lapsed" else START
            again = reserving(order, "bo", taking("q", 1), at=at, until=UNTIL.add(days=2))
            found = unchanged(store, used(["p", "q"]), again)
            assert not isinstance(found, Exhausted), "it is no limit that stands against it"

    # --- until when ---------------------------------------------------------------------------

    def test_a_reservation_lapses_by_itself(self) -> None:
        """It counts to the last microsecond, and at its end no more: for limits too."""
        store, limits = self.make(), Limits(total=1, per_customer=1, budget=Money(9, CNY))
        tell(store, reserving("o1", "anna", taking("p", 1, 9, limits)))
        just_before = UNTIL.subtract(microseconds=1)
        assert gone(store, "p", at=just_before) == Usage(1, 1, Money(9, CNY))
        second = partial(
            reserving, "o2", "anna", taking("p", 1, 9, limits), until=UNTIL.add(days=1)
        )
        self._exhausted(store, second(at=just_before))
        assert gone(store, "p", at=UNTIL) == Usage()
        tell(store, second(at=UNTIL))
        assert gone(store, "p", at=UNTIL) == Usage(1, 1, Money(9, CNY))

    def test_what_is_committed_lapses_no_more(self) -> None:
        """And counts for limits as before; it may be committed again."""
        store, limits = self.make(), Limits(total=1)
        tell(store, reserving("o1", "anna", taking("p", 1, 9, limits)))
        tell(store, reserving("nothing", "anna"))
        for order in ("o1", "nothing"):
            assert committed(store, order, UNTIL.subtract(microseconds=1)) is True
            assert committed(store, order, UNTIL.add(years=1)) is True
        assert gone(store, "p", at=UNTIL.add(years=1)) == Usage(1, 1, Money(9, CNY))
        self._exhausted(
            store,
            reserving(
                *("o2", "bo", taking("p", 1, None, limits)),
                at=UNTIL.add(years=1),
                until=UNTIL.add(years=2),
            ),
        )

    def test_what_is_gone_cannot_be_committed(self) -> None:
        """What never was, has lapsed, or was released, wholly or in part; nothing changes by it."""
        store = self.make()
        assert committed(store, "never") is False
        for order in ("lapsed", "released", "halved"):
            tell(store, reserving(order, "anna", taking("p", 1, 9), taking("q", 1)))
        tell(store, reserving("nothing", "anna"))
        for order in ("lapsed", "nothing"):
            assert committed(store, order, UNTIL) is False
        tell(store, releasing("released", ["p", "q"]))
        tell(store, releasing("halved", ["p"]))
        assert committed(store, "released") is False
        assert committed(store, "halved") is False
        assert gone(store, "p", at=UNTIL) == gone(store, "q", at=UNTIL) == Usage()

    def test_what_has_gone_to_another_is_not_committed_by_a_clock_that_is_behind(self) -> None:
        """It was over for whoever took its place, and stays so."""
        store, limits = self.make(), Limits(total=1)
        tell(store, reserving("late", "anna", taking("p", 1, 9, limits)))
        after = reserving(
            "next", "bo", taking("p", 1, 9, limits), at=UNTIL, until=UNTIL.add(days=1)
        )
        tell(store, after)
        assert committed(store, "late", UNTIL.subtract(seconds=1)) is False
        assert gone(store, "p", at=UNTIL).total == 1

    # --- giving back --------------------------------------------------------------------------

    def test_what_is_released_is_free_again(self) -> None:
        """Of the promotions that are named, reserved or committed; others stay."""
        store, limits = self.make(), Limits(total=1)
        for order, commits in (("o1", False), ("o2", True)):
            tell(store, reserving(order, "anna", taking("p", 1, 9, limits), taking("q", 1)))
            if commits:
                assert committed(store, order)
            tell(store, releasing(order, ["p", "other"]))
            assert gone(store, "p") == Usage()
        assert gone(store, "q") == Usage(2, 2)
        assert committed(store, "o2", UNTIL), "what was committed stays committed"
        assert gone(store, "q", at=UNTIL) == Usage(1, 1)

    def test_it_is_released_once(self) -> None:
        """A second time gives nothing back, nor does what lapsed, or somebody else's."""
        store = self.make()
        late = UNTIL.add(days=1)
        for order in ("o1", "o2", "o3"):
            tell(store, reserving(order, "anna", taking("p", 1, 10)))
        tell(store, reserving("kept", "anna", taking("p", 1, 10), until=late))
        assert committed(store, "o2")
        for _ in range(2):
            tell(store, releasing("o1", ["p"]))
            assert gone(store, "p") == Usage(3, 3, Money(30, CNY))
        assert gone(store, "p", at=UNTIL) == Usage(2, 2, Money(20, CNY))
        for order in ("o1", "o3", "never"):
            tell(store, releasing(order, ["p"]))
        tell(store, releasing("o2", ["q"]))
        tell(store, releasing("o2", []))
        assert gone(store, "p", at=UNTIL) == Usage(2, 2, Money(20, CNY))

    # --- many at once -------------------------------------------------------------------------

    def test_no_limit_is_raced_past(self) -> None:
        """Of orders at once just as many get something as there is: in all, or for a customer."""
        store = self.make()
        for turn in range(5):
            for name, limits, allowed in (
                (f"total {turn}", Limits(total=3), 3),
                (f"customer {turn}", Limits(per_customer=2), 2),
                (f"budget {turn}", Limits(budget=Money(1000, CNY)), 4),
            ):
                take = taking(name, 1, 249, limits)
                orders = [f"{name}/{place}" for place in range(THREADS)]
                found = at_once([partial(gets, store, order, take) for order in orders])
                assert sum(found) == allowed, f"{sum(found)} got something, of {allowed}"
                assert gone(store, name).total == allowed

    def test_orders_at_once_take_all_that_is_theirs_or_nothing(self) -> None:
        """However they come across each other: half of them take the promotions in reverse."""
        store = self.make()
        for turn in range(5):
            takes = [taking(f"{name} {turn}", 1, 1, Limits(total=4)) for name in "pqr"]
            calls = [
                partial(gets, store, f"{turn}/{place}", *(takes if place % 2 else takes[::-1]))
                for place in range(THREADS)
            ]
            assert sum(at_once(calls)) == 4
            assert {gone(store, take.promotion).total for take in takes} == {4}

    def test_of_equal_reservations_at_once_one_counts(self) -> None:
        """A checkout that is sent twice."""
        store = self.make()
        for turn in range(5):
            take = reserving(f"o{turn}", "anna", taking(f"p{turn}", 1))
            found = at_once([partial(succeeds, partial(tell, store, take))] * THREADS)
            assert sum(found) == 1
            assert gone(store, f"p{turn}").total == 1

    # --- parts --------------------------------------------------------------------------------

    def _exhausted(self, store: Store, work: Callable[[Unit], Answer[None]]) -> None:
        found = unchanged(store, used(["p", "q", "few"]), work)
        assert isinstance(found, Exhausted), "it is not said that a limit was passed"


def taking(promotion: str, uses: int, spent: int | None = None, limits: Limits = ALWAYS) -> Take:
    """A take, with the money in minor units."""
    return Take(promotion, uses, None if spent is None else Money(spent, CNY), limits)


def reserving(
    order: str, customer: str, *takes: Take, at: DateTime = START, until: DateTime = UNTIL
) -> Callable[[Unit], Answer[None]]:
    """What reserves."""
    return lambda unit: unit.usage.reserve(Reservation(order, customer, takes, until), at)


def releasing(order: str, promotions: Sequence[str]) -> Callable[[Unit], Answer[None]]:
    """What releases."""
    return lambda unit: unit.usage.release(order, promotions)


def used(promotions: Sequence[str]) -> Callable[[Unit], object]:
    """What tells what is gone of promotions."""
    return lambda unit: [
        gone_in(unit, promotion, customer, START)
        for promotion in promotions
        for customer in ("anna", "bo", "chen")
    ]


def gone(store: Store, promotion: str, customer: str = "anna", at: DateTime = START) -> Usage:
    """What is gone of a promotion; no money and none is the same."""
    return ask(store, lambda unit: gone_in(unit, promotion, customer, at))


def gone_in(unit: Unit, promotion: str, customer: str, at: DateTime) -> Usage:
    """What is gone as a unit sees it."""
    found = told(unit.usage.used([promotion], customer, at)).get(promotion, Usage())
    return Usage(found.total, found.customer, found.spent or None)


def committed(store: Store, order: str, at: DateTime = START) -> bool:
    """What committing says."""
    return ask(store, lambda unit: unit.usage.commit(order, at))


def gets(store: Store, order: str, *takes: Take) -> bool:
    """Whether an order gets what it takes, after as many attempts as it needs."""
    try:
        insistently(partial(tell, store, reserving(order, "anna", *takes)))
    except Exhausted:
        return False
    return True
