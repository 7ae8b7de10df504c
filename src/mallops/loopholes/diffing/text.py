"""What a change opens, as plain text for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attrs import evolve

from mallops.layout import one_line
from mallops.loopholes.carts.bounds import Visitor
from mallops.loopholes.carts.witnessing import shown
from mallops.loopholes.diffing.model import CartChange, Difference, Direction, StoryChange
from mallops.loopholes.model import Loophole
from mallops.loopholes.report.text import loophole_lines, story_lines
from mallops.loopholes.report.wording import Words
from mallops.loopholes.searches import stories_notes
from mallops.loopholes.sequences.searching import StorySearch
from mallops.messages import message
from mallops.money import Money

_INDENT = "   "


def difference_text(difference: Difference, locale: str = "zh_CN") -> str:
    """The carts, stories and findings of a change, without a line break at the end.

    Raises `InputError` for a locale without wording.
    """
    told = _Told(difference, Words(locale))
    sections = [
        list(told.head()),
        list(told.direction("cheaper", difference.carts.cheaper)),
        list(told.direction("dearer", difference.carts.dearer)),
        list(told.stories()),
        list(told.new()),
        list(told.listed("gone", difference.findings.gone)),
        [told("unchanged", count=str(len(difference.findings.unchanged)))],
        list(told.searched()),
    ]
    return "\n\n".join("\n".join(lines) for lines in sections if lines)


class _Told:
    """The parts of one text."""

    def __init__(self, difference: Difference, words: Words) -> None:
        self.difference, self.words = difference, words

    def __call__(self, label: str, **details: str) -> str:
        return message(f"changes.{label}", self.words.locale, details)

    def head(self) -> Iterator[str]:
        """The two rulebooks."""
        for label, compiled in (("before", self.difference.old), ("after", self.difference.new)):
            title = self.words.title(compiled.rulebook, self.difference.at)
            yield f"{self(label)}  {one_line(title)}"

    def direction(self, label: str, direction: Direction) -> Iterator[str]:
        """The cart that changes most one way, or why there is none."""
        proof = "" if direction.proof is None else direction.proof.value
        yield self(label)
        if direction.most is None:
            yield f"{_INDENT}{self('none', proof=proof)}"
            return
        first, *rest = self._cart(direction.most)
        yield f"{_INDENT}{one_line(first)}"
        for line in (*rest, self("most", proof=proof)):
            yield f"{_INDENT * 2}{one_line(line)}"

    def _cart(self, changed: CartChange) -> Iterator[str]:
        sign = "+" if changed.change.minor > 0 else ""
        yield self(
            "pays",
            cart=shown(changed.cart),
            before=str(changed.before.payable),
            after=str(changed.after.payable),
            difference=f"{sign}{changed.change}",
        )
        for label, paid in (("before", changed.before), ("after", changed.after)):
            names = ", ".join(paid.promotions) or "-"
            yield self(f"promotions_{label}", promotions=names)
        yield from self._shopper(changed.visitor)
        if changed.at != self.difference.at:
            yield self("at", at=self.words.when(self.difference.new.rulebook, changed.at))
        if changed.doubtful:
            yield self("doubtful")

    def _shopper(self, visitor: Visitor) -> Iterator[str]:
        """Who the shopper has to be, as far as it matters."""
        if visitor.shopper.groups:
            yield self("groups", groups=", ".join(sorted(visitor.shopper.groups)))
        if visitor.shopper.first_order:
            yield self("first_order")
        if visitor.channel:
            yield self("channel", channel=visitor.channel)
        if visitor.coupons:
            yield self("coupons", coupons=", ".join(visitor.coupons))

    def stories(self) -> Iterator[str]:
        """The stories by which more is lost."""
        found = self.difference.stories.earning_more
        yield self("earning")
        if not found:
            yield f"{_INDENT}{self('no_story')}"
        for story in found:
            yield f"{_INDENT}{self._said(story.loophole)}"
            for line in self._sums(story):
                yield f"{_INDENT * 2}{one_line(line)}"
            if story.witness is not None:
                for line in story_lines(story.witness, self.difference.new, self.words):
                    yield f"{_INDENT}{line}"

    def _sums(self, story: StoryChange) -> Iterator[str]:
        before, after = story.before, story.after
        yield self("lost", before=str(before.loss), after=str(after.loss))
        if story.witness is not None:
            yield self("gained", before=self._gain(before.gain), after=self._gain(after.gain))

    def _gain(self, gain: Money | None) -> str:
        return self("unplayable") if gain is None else str(gain)

    def new(self) -> Iterator[str]:
        """The new findings with their rules; those whose story is told above without it."""
        found = self.difference.findings.new
        above = [each.loophole for each in self.difference.stories.earning_more]
        if found:
            yield self("new")
        for place, loophole in enumerate(found, 1):
            told = evolve(loophole, witness=None) if loophole in above else loophole
            yield from loophole_lines(place, told, self.difference.new, self.words)
            if loophole in self.difference.accepted:
                yield f"{_INDENT}{self('accepted')}"

    def listed(self, label: str, found: Iterable[Loophole]) -> Iterator[str]:
        """Findings under a heading, a line each; nothing where there are none."""
        lines = [f"{_INDENT}{self._said(each)}" for each in found]
        if lines:
            yield self(label)
            yield from lines

    def _said(self, loophole: Loophole) -> str:
        severity = self.words(loophole.severity.value)
        return one_line(f"{severity} [{loophole.code}] {self.words.loophole(loophole)}")

    def searched(self) -> Iterator[str]:
        """What was looked at, within which bounds."""
        carts, stories = self.difference.carts, self.difference.stories
        bounds = carts.bounds
        yield self.words("searched")
        lines = [
            self("counted", quoted=str(carts.quoted), less=str(carts.less), more=str(carts.more)),
            self(
                "bounds",
                units=str(bounds.units),
                distinct=str(bounds.distinct),
                each=str(bounds.each),
                visitors=str(len(bounds.visitors)),
                first=self.words.when(self.difference.new.rulebook, carts.instants[0]),
                instants=str(len(carts.instants)),
            ),
            *([self("not_sold", skus=", ".join(carts.gone))] if carts.gone else []),
            *([self("newly_sold", skus=", ".join(carts.added))] if carts.added else []),
            *([self("aside", goods=str(len(carts.aside)))] if carts.aside else []),
            *([self("partial")] if carts.is_partial else []),
            *(self("searched_before", said=said) for said in self._went(stories.before)),
            *(self("searched_after", said=said) for said in self._went(stories.after)),
        ]
        yield from (f"{_INDENT}{one_line(line)}" for line in lines)

    def _went(self, search: StorySearch) -> Iterator[str]:
        return map(self.words.note, stories_notes(search))
