"""Repositories of points that are wrong in one way each, as real ones have been.

`TAKES_NOTICE` names for each a test of the contract that has to find it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from threading import Lock
from time import sleep

from attrs import evolve
from pendulum import DateTime

from mallops.points.model import Entry
from mallops.points.sweeping import next_due
from mallops.points.wallet import Wallet
from mallops.repositories import Change, Conflict


class Right:
    """Nothing is wrong here yet: logs that are lists, of which each of the others spoils one."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.logs: dict[str, list[Entry]] = {}
        self.wallets: dict[str, Wallet] = {}

    def wallet(self, customer: str) -> Wallet:
        return self.wallets.get(customer, Wallet(customer))

    def entry(self, customer: str, key: str) -> Entry | None:
        return next((one for one in self.logs.get(customer, []) if one.key == key), None)

    def entries(self, customer: str, after: int = 0) -> Iterable[Entry]:
        return [entry for entry in self.logs.get(customer, []) if entry.number > after]

    def append(self, changes: Sequence[Change]) -> None:
        with self.lock:
            for change in changes:
                self.check(change)
            for change in changes:
                self.store(change)

    def due(self, at: DateTime, limit: int) -> Sequence[str]:
        moments = [(next_due(wallet), name) for name, wallet in self.wallets.items()]
        due = sorted((moment, name) for moment, name in moments if moment and moment <= at)
        return [name for _, name in due[:limit]]

    def check(self, change: Change) -> None:
        self.check_version(change)
        self.check_keys(change)

    def check_version(self, change: Change) -> None:
        if self.wallet(change.customer).version != change.expected:
            raise Conflict

    def check_keys(self, change: Change) -> None:
        if any(self.entry(change.customer, entry.key) for entry in change.entries):
            raise Conflict

    def store(self, change: Change) -> None:
        self.logs.setdefault(change.customer, []).extend(change.entries)
        self.wallets[change.customer] = change.wallet


class LostUpdate(Right):
    """Whatever the version, it is written."""

    def check_version(self, change: Change) -> None:
        pass


class Gaps(Right):
    """A version that is ahead will do."""

    def check_version(self, change: Change) -> None:
        if self.wallet(change.customer).version > change.expected:
            raise Conflict


class HalfDone(Right):
    """The first of two changes stays when the second conflicts."""

    def append(self, changes: Sequence[Change]) -> None:
        with self.lock:
            for change in changes:
                self.check(change)
                self.store(change)


class KeptAfterConflict(Right):
    """The conflict is found once all is written."""

    def append(self, changes: Sequence[Change]) -> None:
        with self.lock:
            late = [change for change in changes if not self.fits(change)]
            for change in changes:
                self.store(change)
            if late:
                raise Conflict

    def fits(self, change: Change) -> bool:
        try:
            self.check(change)
        except Conflict:
            return False
        return True


class TwiceTheKey(Right):
    """A second entry of a key is stored beside the first."""

    def check_keys(self, change: Change) -> None:
        pass


class SwallowedKey(Right):
    """A second entry of a key is passed over without a word."""

    def check_keys(self, change: Change) -> None:
        pass

    def store(self, change: Change) -> None:
        if not any(self.entry(change.customer, entry.key) for entry in change.entries):
            super().store(change)


class KeysOfAll(Right):
    """A key is there once for all customers."""

    def check_keys(self, change: Change) -> None:
        keys = {entry.key for log in self.logs.values() for entry in log}
        if keys.intersection(entry.key for entry in change.entries):
            raise Conflict


class StaleWallet(Right):
    """A wallet is read from a copy that is one change behind."""

    def __init__(self) -> None:
        super().__init__()
        self.behind: dict[str, Wallet] = {}

    def wallet(self, customer: str) -> Wallet:
        return self.behind.get(customer, Wallet(customer))

    def check_version(self, change: Change) -> None:
        if self.wallets.get(change.customer, Wallet("")).version != change.expected:
            raise Conflict

    def store(self, change: Change) -> None:
        before = self.wallets.get(change.customer)
        if before is not None:
            self.behind[change.customer] = before
        super().store(change)


class CachedWallet(Right):
    """A wallet that was read once is read like that again, until somebody else's changes."""

    def __init__(self) -> None:
        super().__init__()
        self.cached: dict[str, Wallet] = {}

    def wallet(self, customer: str) -> Wallet:
        return self.cached.setdefault(customer, super().wallet(customer))

    def check_version(self, change: Change) -> None:
        if super().wallet(change.customer).version != change.expected:
            raise Conflict


class StaleKeys(Right):
    """An entry is found by its key only once another has followed, and keys are not unique."""

    def entry(self, customer: str, key: str) -> Entry | None:
        log = self.logs.get(customer, [])[:-1]
        return next((one for one in log if one.key == key), None)


class Forgetful(Right):
    """Retries post again: no key is ever found."""

    def entry(self, customer: str, key: str) -> Entry | None:
        return super().entry(customer, f"{key} of a retry")


class OrderOfText(Right):
    """Entry 10 comes before entry 2."""

    def entries(self, customer: str, after: int = 0) -> Iterable[Entry]:
        return sorted(super().entries(customer, after), key=lambda entry: str(entry.number))


class NewestFirst(Right):
    """The log is read from its end."""

    def entries(self, customer: str, after: int = 0) -> Iterable[Entry]:
        return [*super().entries(customer, after)][::-1]


class FromThatNumber(Right):
    """`after` takes in the entry of that number."""

    def entries(self, customer: str, after: int = 0) -> Iterable[Entry]:
        return super().entries(customer, after - 1)


class OneLog(Right):
    """The log is everybody's."""

    def entries(self, customer: str, after: int = 0) -> Iterable[Entry]:
        others = [one for name, log in self.logs.items() if name != customer for one in log]
        return [*super().entries(customer, after), *(one for one in others if one.number > after)]


class Rewritten(Right):
    """What is appended changes what was there."""

    def store(self, change: Change) -> None:
        super().store(change)
        log = self.logs[change.customer]
        log[:-1] = [evolve(entry, payload="") for entry in log[:-1]]


class Emptied(Right):
    """A log that is being read loses its place when something is appended."""

    def entries(self, customer: str, after: int = 0) -> Iterable[Entry]:
        version = self.wallet(customer).version
        for entry in [*super().entries(customer, after)]:
            if self.wallet(customer).version != version:
                return
            yield entry


class Unrevived(Right):
    """The stored wallet does not know of the end that a return has moved."""

    def store(self, change: Change) -> None:
        super().store(change)
        wallet = change.wallet
        lots = {name: evolve(lot, revived=False) for name, lot in wallet.lots.items()}
        self.wallets[change.customer] = evolve(wallet, lots=lots)


class Uncounted(Right):
    """The stored wallet has no counters, so that caps begin anew."""

    def store(self, change: Change) -> None:
        super().store(change)
        self.wallets[change.customer] = evolve(change.wallet, counts={})


class OwnSums(Right):
    """The stored wallet is added up by the database, which drops what is in debt."""

    def store(self, change: Change) -> None:
        super().store(change)
        self.wallets[change.customer] = evolve(change.wallet, debt=0)


class WholeSeconds(Right):
    """A column for instants without their fractions."""

    def store(self, change: Change) -> None:
        entries = [evolve(one, at=one.at.replace(microsecond=0)) for one in change.entries]
        super().store(Change(tuple(entries), change.wallet))


class Floats(Right):
    """A column for points that rounds those above 2**53."""

    def store(self, change: Change) -> None:
        entries = []
        for entry in change.entries:
            postings = [evolve(one, points=int(float(one.points))) for one in entry.postings]
            entries.append(evolve(entry, postings=tuple(postings)))
        super().store(Change(tuple(entries), change.wallet))


class CaseBlind(Right):
    """A collation to which A and a are one key."""

    def entry(self, customer: str, key: str) -> Entry | None:
        log = self.logs.get(customer, [])
        return next((one for one in log if one.key.casefold() == key.casefold()), None)


class Padded(Right):
    """A column of customers that drops blanks at the end."""

    def wallet(self, customer: str) -> Wallet:
        return evolve(super().wallet(customer.rstrip()), customer=customer)

    def store(self, change: Change) -> None:
        super().store(change)
        self.wallets[change.customer.rstrip()] = change.wallet


class NotYetDue(Right):
    """Due is only what is over, and not what ends at this moment."""

    def due(self, at: DateTime, limit: int) -> Sequence[str]:
        return super().due(at.subtract(microseconds=1), limit)


class Alphabetical(Right):
    """Whoever has a name with z waits for ever."""

    def due(self, at: DateTime, limit: int) -> Sequence[str]:
        return sorted(super().due(at, len(self.wallets)))[:limit]


class NoLimit(Right):
    """As many as there are."""

    def due(self, at: DateTime, limit: int) -> Sequence[str]:
        return super().due(at, limit + len(self.wallets))


class LotsAlone(Right):
    """Holds do not lapse."""

    def due(self, at: DateTime, limit: int) -> Sequence[str]:
        held = {name for name, wallet in self.wallets.items() if wallet.held}
        return [name for name in super().due(at, limit) if name not in held]


class DueForEver(Right):
    """When something is due is written once, and never moved."""

    def __init__(self) -> None:
        super().__init__()
        self.first: dict[str, DateTime] = {}

    def store(self, change: Change) -> None:
        super().store(change)
        moment = next_due(change.wallet)
        if moment is not None:
            self.first.setdefault(change.customer, moment)

    def due(self, at: DateTime, limit: int) -> Sequence[str]:
        due = sorted((moment, name) for name, moment in self.first.items() if moment <= at)
        return [name for _, name in due[:limit]]


class Unlocked(Right):
    """The version is compared, and then there is time for others before the change is written."""

    def append(self, changes: Sequence[Change]) -> None:
        with nullcontext():
            for change in changes:
                self.check(change)
            sleep(0.001)
            for change in changes:
                self.store(change)


class StaysLocked(Right):
    """After a conflict, nothing more is stored."""

    def __init__(self) -> None:
        super().__init__()
        self.stuck = False

    def append(self, changes: Sequence[Change]) -> None:
        if self.stuck:
            raise Conflict
        try:
            super().append(changes)
        except Conflict:
            self.stuck = True
            raise


class AlwaysLate(Right):
    """Nothing is ever stored."""

    def check(self, change: Change) -> None:
        raise Conflict(change.customer)


class Unknown(Right):
    """A customer has to be made before they are read."""

    def wallet(self, customer: str) -> Wallet:
        return self.wallets[customer]

    def check_version(self, change: Change) -> None:
        if change.customer in self.wallets:
            super().check_version(change)
