"""The contract of `BehaviourRepository`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from attrs import evolve
from pendulum import DateTime

from mallops.repositories import Answer, Behaviour, Store, Unit
from mallops.testing.contracts.asking import Contract, ask, tell
from mallops.testing.contracts.racing import THREADS, at_once, insistently
from mallops.testing.contracts.samples import NAMES, START, TEXT

EVER = (START.subtract(years=9), START.add(years=9))


class BehaviourContract(Contract):
    """Events are added, and never change."""

    def test_events_are_read_as_they_were_recorded(self) -> None:
        """With every field, to the microsecond, and with the longest and strangest texts."""
        store = self.make()
        details = {"device": TEXT, "é 'q'": "", "": "1"}
        full = Behaviour("e1", "客户 'a'", "view 🎉", START, "TEA", "o1", details)
        bare = Behaviour("e2", "客户 'a'", "view", START.subtract(microseconds=1))
        tell(store, recording(full, bare), recording())
        assert events(store, "客户 'a'") == [full, bare]
        assert events(store, "nobody") == []

    def test_ids_of_events_are_told_apart_to_the_letter(self) -> None:
        """And customers: by case, accents and blanks too."""
        store = self.make()
        for name in NAMES:
            tell(store, recording(*(event(f"{name}/{other}", customer=name) for other in NAMES)))
        for name in NAMES:
            assert {each.id for each in events(store, name)} == {f"{name}/{each}" for each in NAMES}

    def test_an_event_is_recorded_once(self) -> None:
        """What is there stays so, whatever comes under its id; what is new beside it is added."""
        store = self.make()
        first = event("a")
        tell(store, recording(first))
        for again in (first, event("a", 5), event("a", customer="bo")):
            tell(store, recording(evolve(again, kind="again"), event("b", 1)))
            tell(store, recording(event("b", 1), evolve(again, kind="again")))
            assert events(store, "anna") == [event("b", 1), first]
            assert events(store, "bo") == []

    def test_the_newest_come_first(self) -> None:
        """Of one instant by id, and no more than were asked for."""
        store = self.make()
        tell(store, recording(event("c", 1), event("d", 0), event("a", 2)))
        tell(store, recording(event("b", 1)))
        assert names(events(store, "anna")) == "abcd"
        assert names(events(store, "anna", limit=3)) == "abc"
        assert names(events(store, "anna", limit=0)) == ""

    def test_events_are_from_an_instant_on_and_before_another(self) -> None:
        """To the microsecond."""
        store = self.make()
        tell(store, recording(*(event(name, hour) for hour, name in enumerate("abcd"))))
        since, until = START.add(hours=1), START.add(hours=3)
        assert names(events(store, "anna", since, until)) == "cb"
        more = until.add(microseconds=1)
        assert names(events(store, "anna", since.add(microseconds=1), more)) == "dc"
        assert names(events(store, "anna", since, since)) == ""

    def test_events_at_once_are_all_recorded(self) -> None:
        """Each once, though it comes from several."""
        store = self.make()
        batches = [
            [event(f"{(start + place) % 20:02}", (start + place) % 20) for place in range(12)]
            for start in range(THREADS)
        ]
        calls = [partial(tell, store, recording(*batch)) for batch in batches]
        at_once([partial(insistently, call) for call in calls])
        expected = sorted({each.id for batch in batches for each in batch}, reverse=True)
        assert [each.id for each in events(store, "anna")] == expected


def event(name: str, hour: int = 0, customer: str = "anna") -> Behaviour:
    """An event of a customer."""
    return Behaviour(name, customer, "view", START.add(hours=hour), "TEA")


def recording(*given: Behaviour) -> Callable[[Unit], Answer[None]]:
    """What records."""
    return lambda unit: unit.behaviour.record(given)


def events(
    store: Store,
    customer: str,
    since: DateTime = EVER[0],
    until: DateTime = EVER[1],
    limit: int = 100,
) -> list[Behaviour]:
    """A customer's events."""
    return [*ask(store, lambda unit: unit.behaviour.of_customer(customer, since, until, limit))]


def names(found: Sequence[Behaviour]) -> str:
    """Their ids, which are letters."""
    return "".join(each.id for each in found)
