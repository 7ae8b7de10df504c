"""Which stories pay more once a rulebook or a catalogue changes."""

from __future__ import annotations

from collections.abc import Iterator

from mallops.errors import InputError
from mallops.findings import Refusal
from mallops.loopholes.diffing.findings import known_by
from mallops.loopholes.diffing.model import StoryChange, StoryDifference, Told
from mallops.loopholes.model import Loophole, Witness
from mallops.loopholes.replay import replay
from mallops.loopholes.sequences.searching import StorySearch
from mallops.loopholes.sequences.tales import Setting, told
from mallops.loopholes.sequences.telling import KINDS
from mallops.loopholes.sequences.verdicts import verdicts
from mallops.money import Money
from mallops.promotions.compiled import Compiled


def diff_stories(
    old: Compiled, new: Compiled, before: StorySearch, after: StorySearch
) -> StoryDifference:
    """The stories of both searches, each told in both worlds, that lose more after.

    A story that loses as much before is no news, though only the search after came upon it. Of the
    stories that a fault has in the two searches, the one is told by which it grew most.
    """
    grown: dict[str, StoryChange] = {}
    for loophole, change in _changes(old, new, before, after):
        known = known_by(loophole)
        if _growth(change) > 0 and (known not in grown or _growth(change) > _growth(grown[known])):
            grown[known] = change
    return StoryDifference(tuple(grown.values()), before, after)


def _changes(
    old: Compiled, new: Compiled, before: StorySearch, after: StorySearch
) -> Iterator[tuple[Loophole, StoryChange]]:
    was = {known_by(each): each for each in before.loopholes}
    for loophole in after.loopholes:
        earlier = was.get(known_by(loophole))
        if loophole.code in KINDS and loophole.witness is not None:
            told_by = [loophole.witness]
            if earlier is not None and earlier.witness is not None:
                told_by.append(earlier.witness)
            for witness in told_by:
                yield loophole, _in_both(old, new, loophole, witness)
        else:
            yield loophole, _by_account(old, new, earlier, loophole)


def _growth(change: StoryChange) -> int:
    return (change.after.loss - change.before.loss).minor


def _in_both(old: Compiled, new: Compiled, loophole: Loophole, witness: Witness) -> StoryChange:
    before, after = (
        Told(_loss(compiled, loophole, witness), gain_of(compiled, witness))
        for compiled in (old, new)
    )
    return StoryChange(loophole, witness, before, after)


def _by_account(
    old: Compiled, new: Compiled, earlier: Loophole | None, loophole: Loophole
) -> StoryChange:
    """What depends on who somebody is: no story is a fault, and it is the losses that count."""
    nothing, witness = Money.zero(new.rulebook.currency), loophole.witness
    was = earlier.loss if earlier is not None else None
    return StoryChange(
        loophole=loophole,
        witness=witness,
        before=Told(was or nothing, None if witness is None else gain_of(old, witness)),
        after=Told(loophole.loss or nothing, None if witness is None else gain_of(new, witness)),
    )


def gain_of(compiled: Compiled, witness: Witness) -> Money | None:
    """What all accounts gain by a story, goods aside; None in a world in which it cannot be played.

    A cart with goods that a world does not know, and a step that it refuses, cannot be played.
    """
    try:
        played = replay(compiled, witness)
    except InputError:
        return None
    refused = any(isinstance(each, Refusal) for each in played.outcomes)
    return None if refused else played.gain


def _loss(compiled: Compiled, loophole: Loophole, witness: Witness) -> Money:
    """What a world loses by the story and the same fault; nothing where it has no such fault."""
    currency = compiled.rulebook.currency
    setting = Setting(witness.steps[0].at, witness.opening, witness.usage)
    tale = told(compiled, setting, witness.steps)
    if tale is None:
        return Money.zero(currency)
    about = loophole.details.get("promotion", "")
    same = (
        each.loss
        for each in verdicts(compiled, tale)
        if (each.code, each.about) == (loophole.code, about)
    )
    return Money(next(same, 0), currency)
