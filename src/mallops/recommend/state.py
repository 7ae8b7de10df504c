"""What is known of what customers did: whole numbers, from which every score follows.

A state has the events themselves, packed, so that one that comes twice counts once, and that a
return, a flagged order or a late event finds what it changes. An updated state therefore
equals one that is fitted from all events at once, in every score and to the last bit.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from attrs import field, frozen
from pendulum import UTC, DateTime

from mallops.errors import InputError, Problem, shown
from mallops.recommend.events import EventKind
from mallops.recommend.likeness import Likeness
from mallops.recommend.links import Links
from mallops.recommend.weighing import Entry
from mallops.time import microseconds

__all__ = ["DAY", "History", "Packed", "Settings", "State"]

DAY = 86_400_000_000
"""A day in microseconds."""

History = Sequence[tuple[Entry, int]]
"""The events of a customer by SKU, time and id, each with the parts of `WHOLE` that are kept."""


@frozen
class Settings:
    """What a state is made by; two states can be compared where these are the same.

    Days begin with the hour of `epoch`: give a local midnight. Events before `since` are left
    out, whenever they come. `linking` are the kinds by which a customer takes a SKU; `customers`
    and `orders` tell how SKUs are alike by the customers, and by the orders, that took them;
    without the latter nothing is known of what is bought together. A likeness with a half-life
    asks for `until`, from which it tells how long ago something was: raises `InputError` without,
    and for an instant without a time zone.
    """

    epoch: DateTime = DateTime(1970, 1, 1, tzinfo=UTC)
    since: DateTime | None = None
    until: DateTime | None = None
    linking: frozenset[EventKind] = frozenset({EventKind.BUY})
    customers: Likeness = Likeness()
    orders: Likeness | None = None

    def __attrs_post_init__(self) -> None:
        problems = [
            Problem(f"$.{name}", shown(str(at)), "an instant with a time zone")
            for name, at in (("epoch", self.epoch), ("since", self.since), ("until", self.until))
            if at is not None and at.utcoffset() is None
        ]
        aging = (self.customers, self.orders)
        if self.until is None and any(one is not None and one.half_life for one in aging):
            expected = "an instant, for a likeness with a half-life"
            problems.append(Problem("$.until", "nothing", expected))
        if problems:
            raise InputError(problems)

    def day(self, at: DateTime) -> int:
        """The number of the day of an instant."""
        return (microseconds(at) - self.epoch_at) // DAY

    @cached_property
    def epoch_at(self) -> int:
        """The epoch in microseconds."""
        return microseconds(self.epoch)

    @cached_property
    def since_at(self) -> int | None:
        """From when on events count, in microseconds."""
        return None if self.since is None else microseconds(self.since)

    @cached_property
    def until_day(self) -> int | None:
        """The day from which what was taken before is told to be long ago."""
        return None if self.until is None else self.day(self.until)


@frozen(eq=False)
class Packed:
    """Events in columns, by customer, SKU, time and id; names by number in ascending order.

    `starts[n]` to `starts[n + 1]` are the rows of customer n. `ats` are microseconds since 1970
    in UTC, `kinds` places in `weighing.KINDS`, `kept` parts of `weighing.WHOLE`.
    """

    customers: Sequence[str] = ()
    skus: Sequence[str] = ()
    order_names: Sequence[str] = ()
    region_names: Sequence[str] = ()
    starts: array[int] = field(factory=lambda: array("q", [0]))
    ids: Sequence[str] = ()
    row_skus: array[int] = field(factory=lambda: array("i"))
    ats: array[int] = field(factory=lambda: array("q"))
    kinds: array[int] = field(factory=lambda: array("b"))
    quantities: array[int] = field(factory=lambda: array("q"))
    orders: array[int] = field(factory=lambda: array("i"))
    regions: array[int] = field(factory=lambda: array("i"))
    kept: array[int] = field(factory=lambda: array("b"))

    @cached_property
    def places(self) -> Mapping[str, int]:
        """The numbers of the customers."""
        return {name: n for n, name in enumerate(self.customers)}

    @cached_property
    def rows_by_id(self) -> Mapping[str, int]:
        """The row of each event."""
        return {name: row for row, name in enumerate(self.ids)}

    @cached_property
    def rows_by_order(self) -> Mapping[str, Sequence[int]]:
        """The rows of each order that is known."""
        rows: dict[str, list[int]] = {}
        for row, order in enumerate(self.orders):
            rows.setdefault(self.order_names[order], []).append(row)
        return rows

    def entry(self, row: int) -> Entry:
        """The event of a row."""
        return Entry(
            self.skus[self.row_skus[row]],
            self.ats[row],
            self.ids[row],
            self.kinds[row],
            self.quantities[row],
            self.order_names[self.orders[row]],
            self.region_names[self.regions[row]],
        )

    def customer_of(self, row: int) -> str:
        """Whose event is in a row."""
        return self.customers[bisect_right(self.starts, row) - 1]

    def rows_of(self, customer: str) -> range:
        """The rows of a customer."""
        n = self.places.get(customer)
        return range(0) if n is None else range(self.starts[n], self.starts[n + 1])


@frozen(eq=False)
class State:
    """Events that were fitted, what was added since, and how SKUs are alike by both.

    `added` has the whole history of each customer that anything was added to, and `added_ids`
    the customer and the event of each id that is not among the packed ones.
    """

    settings: Settings
    packed: Packed
    links: Links
    order_links: Links | None = None
    flagged: frozenset[str] = frozenset()
    added: Mapping[str, History] = field(factory=dict)
    added_ids: Mapping[str, tuple[str, Entry]] = field(factory=dict)

    def history(self, customer: str) -> History:
        """The events of a customer by SKU, time and id; none of one who is not known."""
        added = self.added.get(customer)
        if added is not None:
            return added
        packed = self.packed
        return [(packed.entry(row), packed.kept[row]) for row in packed.rows_of(customer)]

    def taken(self, customer: str) -> Iterable[tuple[str, int, int, int]]:
        """Of each event of a customer: the SKU, the number of its kind, its day, what is kept."""
        epoch = self.settings.epoch_at
        added = self.added.get(customer)
        if added is not None:
            return [
                (entry.sku, entry.kind, (entry.at - epoch) // DAY, kept) for entry, kept in added
            ]
        rows = self.packed.rows_of(customer)
        part = slice(rows.start, rows.stop)
        packed = self.packed
        return zip(
            map(packed.skus.__getitem__, packed.row_skus[part]),
            packed.kinds[part],
            [(at - epoch) // DAY for at in packed.ats[part]],
            packed.kept[part],
            strict=True,
        )

    def taken_by_all(
        self, region: str | None = None, since: int | None = None
    ) -> Iterator[tuple[str, int, int, int]]:
        """As `taken`, of all customers, or of the events in a region, or since a day."""
        packed, epoch = self.packed, self.settings.epoch_at
        first = -(1 << 63) if since is None else epoch + since * DAY
        wanted = [region is None or name == region for name in packed.region_names]
        stale = {packed.places[name] for name in self.added if name in packed.places}
        for n in range(len(packed.customers)):
            if n in stale:
                continue
            part = slice(packed.starts[n], packed.starts[n + 1])
            for sku, kind, at, kept, where in zip(
                packed.row_skus[part],
                packed.kinds[part],
                packed.ats[part],
                packed.kept[part],
                packed.regions[part],
                strict=True,
            ):
                if at >= first and wanted[where]:
                    yield packed.skus[sku], kind, (at - epoch) // DAY, kept
        for history in self.added.values():
            for entry, kept in history:
                if entry.at >= first and (region is None or entry.region == region):
                    yield entry.sku, entry.kind, (entry.at - epoch) // DAY, kept

    def customers(self) -> Iterator[str]:
        """All who did anything, in ascending order."""
        yield from sorted({*self.packed.customers, *self.added})

    def known(self, event: str) -> tuple[str, Entry] | None:
        """The customer and the event of an id, if it is here."""
        if (added := self.added_ids.get(event)) is not None:
            return added
        row = self.packed.rows_by_id.get(event)
        return None if row is None else (self.packed.customer_of(row), self.packed.entry(row))
