"""What an incident is: a mall with a fault, what of it has to be found, and the mall repaired."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen
from pendulum import DateTime

from mallops.loopholes.model import Kind
from mallops.loopholes.sequences.races import Call


@frozen
class Handlers:
    """What operations do to a store, as `find_race` takes them.

    `cells` is how much there is of each thing, `operations` the calls of each operation.
    """

    cells: Mapping[str, int]
    operations: Mapping[str, tuple[Call, ...]]


@frozen
class Mall:
    """A rulebook and a catalogue as documents, and the handlers behind them, if those matter."""

    rulebook: object
    catalog: object
    handlers: Handlers | None = None


@frozen
class Incident:
    """What happened once, as something that anybody can run.

    `mall` has the fault. A check of it at the instant `at` has to find each of `kinds`, and each
    of `codes`; one of `repaired` must not. Texts are by locale. `rules_cannot_tell` says what of
    it no rule can decide.
    """

    at: DateTime
    mall: Mall
    kinds: frozenset[Kind]
    repaired: Mall
    codes: frozenset[str] = frozenset()
    title: Mapping[str, str] = field(factory=dict)
    year: str = ""
    about: Mapping[str, str] = field(factory=dict)
    repair: Mapping[str, str] = field(factory=dict)
    rules_cannot_tell: Mapping[str, str] = field(factory=dict)
    source: str = ""
