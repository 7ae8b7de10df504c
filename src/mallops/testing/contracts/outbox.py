"""The contract of `OutboxRepository`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from pendulum import DateTime

from mallops.aftersales.payments import Part
from mallops.money import Money
from mallops.repositories import Answer, Message, Store, Unit
from mallops.testing.contracts.asking import Contract, ask, conflict, tell
from mallops.testing.contracts.purchases import CNY, POINTS
from mallops.testing.contracts.racing import THREADS, at_once, insistently
from mallops.testing.contracts.samples import MANY, NAMES, START

LATER = START.add(minutes=5)


class OutboxContract(Contract):
    """Messages wait until they are dropped, and are one worker's at a time."""

    def test_messages_are_claimed_as_they_were_put(self) -> None:
        """With every field, to the microsecond and the minor unit."""
        store = self.make()
        parts = (Part("card 'x'", Money(MANY, CNY)), Part("b", Money(3, POINTS)))
        full = Message("as-1/5/refund", "as-1", "o 'é' 🎉", "refund", START, parts, "as-1/4")
        bare = Message("k", "c", "", "restock", START.add(microseconds=1))
        tell(store, putting(full, bare), putting())
        assert claim(store, LATER) == [full, bare]

    def test_keys_of_messages_are_told_apart_to_the_letter(self) -> None:
        """By case, accents and blanks too."""
        store = self.make()
        messages = [message(name, minute) for minute, name in enumerate(NAMES)]
        tell(store, putting(*messages))
        tell(store, dropping(NAMES[1]))
        assert claim(store, START.add(hours=1)) == [messages[0], *messages[2:]]

    def test_the_oldest_come_first(self) -> None:
        """Of one instant by key, and no more than were asked for."""
        store = self.make()
        one, two, three, four = (
            message(*each) for each in [("d", 0), ("b", 1), ("c", 1), ("a", 2)]
        )
        tell(store, putting(four, three))
        tell(store, putting(two, one))
        assert claim(store, LATER, limit=0) == []
        assert claim(store, LATER, limit=1) == [one]
        assert claim(store, LATER, limit=2) == [two, three]
        assert claim(store, LATER, limit=9) == [four]

    def test_a_key_waits_once(self) -> None:
        """Claimed or not, also in one call; with it none of the others is put."""
        store = self.make()
        for key in ("claimed", "waiting"):
            tell(store, putting(message(key)))
            if key == "claimed":
                claim(store, START)
        for key in ("claimed", "waiting"):
            conflict(store, putting(message("new"), message(key, 1)))
            conflict(store, putting(message(key, 1), message("new")))
        conflict(store, putting(message("new"), message("new", 1)))
        assert claim(store, START.add(days=1)) == [message("claimed"), message("waiting")]

    def test_a_claim_holds_until_its_end(self) -> None:
        """Nobody else gets the message before; from then on anybody, for a time of their own."""
        store = self.make()
        tell(store, putting(message("k")))
        until = START.add(minutes=1)
        assert claim(store, START, until) == [message("k")]
        assert claim(store, START, until) == []
        assert claim(store, until.subtract(microseconds=1)) == []
        assert claim(store, until, until.add(minutes=9)) == [message("k")]
        assert claim(store, until.add(minutes=8)) == []
        assert claim(store, until.add(minutes=9)) == [message("k")]

    def test_what_is_dropped_is_gone(self) -> None:
        """Claimed or not; others stay, and what is not there is no error."""
        store = self.make()
        tell(store, putting(message("a"), message("b")))
        tell(store, dropping("b"), dropping("unknown"))
        assert claim(store, START) == [message("a")]
        tell(store, dropping("a"))
        tell(store, dropping("a"))
        assert claim(store, START.add(days=9)) == []

    def test_a_key_that_was_dropped_is_free(self) -> None:
        """It may be put again, and waits like any other."""
        store = self.make()
        tell(store, putting(message("a")))
        claim(store, START, START.add(days=1))
        tell(store, dropping("a"))
        tell(store, putting(message("a", 3)))
        assert claim(store, LATER) == [message("a", 3)]

    def test_claims_and_drops_of_a_unit_that_failed_are_taken_back(self) -> None:
        """The message waits as before."""
        store, claimed = self.make(), lambda unit: unit.outbox.claim(START, START.add(days=1), 9)
        tell(store, putting(message("k")), putting(message("taken")))
        for work in (claimed, dropping("k")):
            conflict(store, work, putting(message("taken")))
            assert claim(store, START, START) == [message("k"), message("taken")]

    def test_no_message_is_claimed_by_two(self) -> None:
        """Workers at once get each message once, and together all of them."""
        store = self.make()
        for turn in range(5):
            messages = [message(f"{turn}/{place:02}", place % 3) for place in range(20)]
            tell(store, putting(*messages))
            until = START.add(years=turn + 1)
            calls = [partial(claim, store, LATER, until, 4)] * THREADS
            found = [
                each
                for got in at_once([partial(insistently, call) for call in calls])
                for each in got
            ]
            keys = sorted(each.key for each in found)
            assert len(keys) == len({*keys}), "a message was claimed by two"
            while more := claim(store, LATER, until, 4):
                keys += [each.key for each in more]
            assert sorted(keys) == [each.key for each in messages]
            tell(store, *(dropping(key) for key in keys))


def message(key: str, minute: int = 0) -> Message:
    """A message that is so old."""
    return Message(key, "case", "order", "refund", START.add(minutes=minute))


def putting(*messages: Message) -> Callable[[Unit], Answer[None]]:
    """What puts."""
    return lambda unit: unit.outbox.put(messages)


def dropping(key: str) -> Callable[[Unit], Answer[None]]:
    """What drops."""
    return lambda unit: unit.outbox.drop(key)


def claim(
    store: Store, at: DateTime, until: DateTime | None = None, limit: int = 100
) -> Sequence[Message]:
    """What a worker gets, for an hour unless it is said otherwise."""
    end = until or at.add(hours=1)
    return [*ask(store, lambda unit: unit.outbox.claim(at, end, limit))]
