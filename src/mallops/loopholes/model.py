"""What a loophole is: a code, the rules that it is of, what it costs, and a story that shows it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from attrs import field, frozen

from mallops.cart import Usage
from mallops.findings import Severity
from mallops.money import Money
from mallops.stories.model import Opening, Step


class Kind(StrEnum):
    """What sort of fault it is: by what would find it, and by what would repair it."""

    CONFIGURATION = "K1"
    """Units, blanks, signs, a threshold below its discount, a price far from its reference."""
    BELOW_COST = "K2"
    """A cart that costs less than its goods."""
    CONVERSION = "K3"
    """A way with profit between cash, points and rewards."""
    SEQUENCE = "K4"
    """Orders, returns and waiting that leave more than there was, with all goods returned."""
    KEPT_TOO_CHEAP = "K5"
    """What is kept after a return costs less than an honest order of it."""
    UNBOUNDED = "K6"
    """Grants without a bound by customer, in all, in money, or in time."""
    RACE = "K7"
    """Two operations at once, or one twice, on the same balance or limit."""
    OUTSIDE_PRICE = "K8"
    """A price that others can set."""
    IDENTITY = "K9"
    """What depends on who somebody is; rules cannot decide it."""


class Repeat(StrEnum):
    """How often it can be done."""

    ONCE = "once"
    """Once, or a bounded number of times, by each account."""
    AGAIN = "again"
    """As often as one likes, by the same account."""


@frozen
class Subject:
    """A rule that takes part, and its JSON path in the rulebook's or the catalogue's file.

    `document` is `rulebook` or `catalog`; `id` a promotion's, a SKU's, or a section's name. Of a
    race it is `handlers`, and the name of a cell.
    """

    document: str
    id: str
    path: str


@frozen
class Witness:
    """A story that anybody can play: what the accounts begin with, and what they do.

    A cart alone is a story of one order. `usage` is what was gone of promotions' limits.
    """

    steps: tuple[Step, ...]
    opening: Mapping[str, Opening] = field(factory=dict)
    usage: Mapping[str, Usage] = field(factory=dict)


@frozen
class Loophole:
    """One way to abuse a rulebook, or something in it that is surely not meant.

    `code` is stable and keys the wording, whose blanks `details` fills. `loss` is what the mall
    loses by the witness, once or each time; of an identity (K9), for each fake account. A loophole
    with a witness has been replayed by the engine of stories; one without is plain to see in the
    rules alone.
    """

    code: str
    kind: Kind
    severity: Severity
    subjects: tuple[Subject, ...]
    details: Mapping[str, str] = field(factory=dict)
    witness: Witness | None = None
    loss: Money | None = None
    repeat: Repeat | None = None
