"""Find a loophole in the festival's own rulebook, tell its story, and show what closes it.

    python -m examples.festival_loophole [--locale en|zh_CN]

The rulebook `festival/rulebook.json` is searched for the cart that is furthest below cost. What
is found is played again by the engine of stories, under the rules as they are and as they are
repaired, and the repaired ones are searched in the same way.

The exit status is 1 if nothing is found, if the story does not lose what is said of it, or if
the repair does not hold, else 0.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from attrs import frozen
from pendulum import DateTime

from examples.festival import CATALOG, RULEBOOK
from mallops.findings import Severity
from mallops.loopholes.carts.bounds import Bounds
from mallops.loopholes.carts.finding import find_carts
from mallops.loopholes.carts.goals import BelowCost
from mallops.loopholes.checking import Searched, check
from mallops.loopholes.model import Loophole, Witness
from mallops.loopholes.replay import replay
from mallops.loopholes.report.report import Report
from mallops.loopholes.report.text import loophole_lines, story_lines
from mallops.loopholes.report.wording import Words
from mallops.loopholes.searches import carts_notes
from mallops.loopholes.subjects import promotion_at
from mallops.loopholes.tolerance import Tolerance
from mallops.money import Money, format_money, total
from mallops.promotions.compiled import Compiled
from mallops.rulebook.book import decode_rulebook
from mallops.rulebook.catalog import decode_catalog
from mallops.rulebook.documents import read_document
from mallops.time import instant

# A Thursday of the festival, with the flash sale on.
AT = instant("2011-11-24T10:00:00+00:00")

# Bags are 1.65 and lunch boxes from 1.95 on; the snack boxes of the same category are 2.95.
PROMOTION = "lunch-bags-3"
ITEMS = {"category": ["bags/lunch"], "price": {"below": "2.00"}}
VERSION = "2011-11-20.2"
BOUNDS = Bounds()

WORDS = {
    "en": {
        "looking": "Looking for loopholes",
        "found": "A loophole in this rulebook",
        "replayed": "Played again by the engine: the mall is {loss} short",
        "fix": "The fix",
        "why": "Snack boxes are in the category of the bags, at 2.95 a box. The offer is for bags.",
        "old": "was",
        "new": "is ",
        "same": "The same steps under the repaired rulebook leave the mall {left} over cost",
        "again": "Checked again: gone within these bounds",
        "nothing": "Nothing was found",
        "differs": "The story does not lose {loss} but {lost}",
        "still": "The same steps still lose {lost} under the repaired rulebook",
        "left": "The repaired rulebook has errors: {codes}",
    },
    "zh_CN": {
        "looking": "正在查找漏洞",
        "found": "这份规则书里的一个漏洞",
        "replayed": "由引擎重放：商城亏 {loss}",
        "fix": "修复",
        "why": "点心盒与午餐包同属一个类目，每件 2.95；这项优惠本是给午餐包的。",
        "old": "原为",
        "new": "改为",
        "same": "同样的步骤在修复后的规则书下，商城收回成本后余 {left}",
        "again": "再次检查：在以下范围内已不存在",
        "nothing": "没有找到漏洞",
        "differs": "重放的损失不是 {loss}，而是 {lost}",
        "still": "修复后同样的步骤仍亏 {lost}",
        "left": "修复后的规则书仍有错误：{codes}",
    },
}

Document = Mapping[str, Any]


@frozen
class Mended:
    """A rulebook and its repair: what each is as a document, and what a check says of it."""

    old: Document
    new: Document
    before: Report
    after: Report

    @property
    def loophole(self) -> Loophole | None:
        """The worst loophole of the old rulebook; none if nothing is found."""
        return self.before.found[0] if self.before.found else None


def main(arguments: Sequence[str] | None = None) -> int:
    """Find, tell and mend; 1 if any of it fails."""
    locale = parsed(arguments).locale
    print(WORDS[locale]["looking"], file=sys.stderr)
    rulebook: Any = read_document(RULEBOOK)
    catalog: Any = read_document(CATALOG)
    mended = mend(rulebook, catalog)
    faults = list(faults_of(mended, locale))
    print("\n".join(faults or lines_of(mended, locale)))
    return 1 if faults else 0


def parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The options, checked."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--locale", choices=sorted(WORDS), default="en", help="of all text")
    return parser.parse_args(arguments)


# -- searching and mending -------------------------------------------------------------------


def mend(rulebook: Document, catalog: Document) -> Mended:
    """Check a rulebook, and what becomes of it by the repair."""
    new = repaired(rulebook)
    return Mended(rulebook, new, checked(rulebook, catalog), checked(new, catalog))


def repaired(rulebook: Document) -> Document:
    """The rulebook with other goods in one promotion; what is changed is a new version."""
    promotions = [
        {**each, "items": ITEMS} if each["id"] == PROMOTION else each
        for each in rulebook["promotions"]
    ]
    return {**rulebook, "version": VERSION, "promotions": promotions}


def checked(rulebook: Document, catalog: Document) -> Report:
    """What the search finds in a rulebook."""
    book = decode_rulebook(rulebook)
    goods = decode_catalog(catalog, book.currency, book.timezone)
    return check(book, goods, AT, [below_cost])


def below_cost(compiled: Compiled, at: DateTime, _: Tolerance) -> Searched:
    """The carts below cost: of all searches one, so that nobody waits for a demo."""
    search = find_carts(compiled, at, BelowCost(), BOUNDS)
    return Searched(search.found, tuple(carts_notes(search)))


def faults_of(mended: Mended, locale: str) -> Iterator[str]:
    """What is not as it should be, in words."""
    words, loophole = WORDS[locale], mended.loophole
    if loophole is None or loophole.witness is None or loophole.loss is None:
        yield words["nothing"]
        return
    lost = lost_by(mended.before.compiled, loophole.witness)
    if lost != loophole.loss or lost.minor <= 0:
        yield words["differs"].format(loss=loophole.loss, lost=lost)
    after = lost_by(mended.after.compiled, loophole.witness)
    if after.minor > 0:
        yield words["still"].format(lost=after)
    if mended.after.count(Severity.ERROR):
        codes = ", ".join(each.code for each in mended.after.found)
        yield words["left"].format(codes=codes)


def lost_by(compiled: Compiled, witness: Witness) -> Money:
    """What the mall is short of after a story: the cost of goods that are gone, less its takings.

    It is reckoned from the end of the story, and not by the search that found it.
    """
    played = replay(compiled, witness)
    currency = compiled.rulebook.currency
    cost_of = {sku.sku: sku.cost or Money.zero(currency) for sku in compiled.catalog.skus}
    gone = (
        cost_of[sku] * count
        for balance in played.balances.values()
        for sku, count in balance.units.items()
    )
    return total(gone, currency) + played.gain


# -- what is printed -------------------------------------------------------------------------


def lines_of(mended: Mended, locale: str) -> Iterator[str]:
    """The loophole, its story, the fix, and what is left."""
    own, words, loophole = WORDS[locale], Words(locale), mended.loophole
    assert loophole is not None, "what has no fault has a loophole"
    assert loophole.witness is not None, "and a story of it"
    before, after = mended.before.compiled, mended.after.compiled
    lost = lost_by(before, loophole.witness)
    yield f"\n{own['found']}\n"
    yield from loophole_lines(1, loophole, before, words)
    yield f"\n{own['replayed'].format(loss=format_money(lost, locale))}"
    yield f"\n{own['fix']}\n\n   {own['why']}"
    for path, old, new in changes(mended):
        yield f"   {path}"
        yield f"      {own['old']} {written(old)}"
        yield f"      {own['new']} {written(new)}"
    left = format_money(-lost_by(after, loophole.witness), locale)
    yield f"\n{own['same'].format(left=left)}\n"
    yield from story_lines(loophole.witness, after, words)
    yield f"\n{own['again']}"
    yield from (f"   {words.note(note)}" for note in mended.after.notes)


def changes(mended: Mended) -> Iterator[tuple[str, object, object]]:
    """What the repair changes: the path, what stood there, and what stands there now."""
    yield "$.version", mended.old["version"], mended.new["version"]
    path = promotion_at(mended.before.compiled.rulebook, PROMOTION, ".items").path
    old, new = (
        next(each["items"] for each in document["promotions"] if each["id"] == PROMOTION)
        for document in (mended.old, mended.new)
    )
    yield path, old, new


def written(value: object) -> str:
    """A value as a rulebook's file has it."""
    return json.dumps(value, ensure_ascii=False)


if __name__ == "__main__":
    sys.exit(main())
