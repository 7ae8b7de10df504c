"""What a change comes to: carts that cost less or more, stories that pay more, and findings."""

from __future__ import annotations

from enum import StrEnum

from attrs import frozen
from pendulum import DateTime

from mallops.findings import Severity
from mallops.loopholes.carts.bounds import Bounds, Visitor
from mallops.loopholes.carts.till import Counts
from mallops.loopholes.model import Loophole, Witness
from mallops.loopholes.report.report import CLEAN, FOUND
from mallops.loopholes.sequences.searching import StorySearch
from mallops.money import Money
from mallops.promotions.compiled import Compiled


class Proof(StrEnum):
    """Why it is certain what no cart does."""

    SAME = "same"
    """All that a price depends on is the same before and after; of no bounds."""
    TIGHTENED = "tightened"
    """The dearer world only takes away what could be chosen in the other; of no bounds."""
    EXHAUSTED = "exhausted"
    """Every cart within the bounds that could tell the two apart was quoted in both."""


@frozen
class Paid:
    """What a cart pays in one world: the story of the order, and the promotions that applied."""

    witness: Witness
    payable: Money
    promotions: tuple[str, ...]


@frozen
class CartChange:
    """The same cart of the same visitor at the same instant, before and after.

    `doubtful` tells that the engine has not proven one of the two to be the least there is.
    """

    cart: Counts
    visitor: Visitor
    at: DateTime
    before: Paid
    after: Paid
    doubtful: bool

    @property
    def change(self) -> Money:
        """What it pays more; below zero, what it pays less."""
        return self.after.payable - self.before.payable


@frozen
class Direction:
    """Carts that pay less, or carts that pay more.

    `most` is the cart that does so by most of those quoted, as small as it can be. `proof` says
    why there is none that does so, or none that does so by more; None: it is not certain.
    """

    most: CartChange | None
    proof: Proof | None


@frozen
class CartDifference:
    """What becomes of carts of goods that both worlds sell.

    `quoted` counts the pairs of quotes within `bounds`, at `instants`, where the two worlds
    differ; `less` and `more` those that pay less and more after. `gone` and `added` are SKUs that
    are sold in one world alone. `left_out` are SKUs for which others stood in, `aside` those for
    which nothing did. `is_partial` tells that there was no room for all visitors and instants.
    """

    cheaper: Direction
    dearer: Direction
    bounds: Bounds
    instants: tuple[DateTime, ...]
    quoted: int
    less: int
    more: int
    gone: tuple[str, ...]
    added: tuple[str, ...]
    left_out: tuple[str, ...]
    aside: tuple[str, ...]
    is_partial: bool


@frozen
class Told:
    """A story in one world: what the mall loses by it, and what all accounts gain, goods aside.

    `loss` is nothing where the world has no such fault, `gain` None where nobody can play it.
    """

    loss: Money
    gain: Money | None


@frozen
class StoryChange:
    """A story by which more is lost after than before."""

    loophole: Loophole
    witness: Witness | None
    before: Told
    after: Told


@frozen
class StoryDifference:
    """Stories that pay more after; `before` and `after` tell how far each world was searched."""

    earning_more: tuple[StoryChange, ...]
    before: StorySearch
    after: StorySearch


@frozen
class FindingChanges:
    """Findings by what they are of: those of the world after alone, of the one before, of both.

    A finding that stays is told as it is after.
    """

    new: tuple[Loophole, ...]
    gone: tuple[Loophole, ...]
    unchanged: tuple[Loophole, ...]


@frozen
class Difference:
    """All that a change of a rulebook or a catalogue comes to for those who look for loopholes.

    `accepted` are findings of the new world that are put up with.
    """

    old: Compiled
    new: Compiled
    at: DateTime
    carts: CartDifference
    stories: StoryDifference
    findings: FindingChanges
    accepted: tuple[Loophole, ...] = ()

    @property
    def nothing(self) -> bool:
        """Whether no cart, story or finding that was looked at tells the two apart."""
        return (
            self.carts.cheaper.most is None
            and self.carts.dearer.most is None
            and not self.stories.earning_more
            and not self.findings.new
            and not self.findings.gone
        )

    def status(self, *, strict: bool = False) -> int:
        """The exit status: 1 where there is a new error, or a story of an error that pays more.

        `strict`: also where there is a new warning, or a cart that pays less. Else 0.
        """
        serious = {Severity.ERROR, Severity.WARNING} if strict else {Severity.ERROR}
        told = (*self.findings.new, *(each.loophole for each in self.stories.earning_more))
        if any(each.severity in serious and each not in self.accepted for each in told):
            return FOUND
        return FOUND if strict and self.carts.cheaper.most is not None else CLEAN
