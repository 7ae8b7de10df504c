"""Malls of twenty trades that nobody can abuse, as documents.

Every one has limits on what it hands out, floors at cost, points that settle when the window of
returns is closed, and a policy of returns that takes back what was for the goods. What is broken in
them, one thing at a time, is in `mutants.py` and `faults.py`.

Two things that look harmless had to go for that. A limit for each customer beside `at_most_units`
is none: the discounted unit goes back, its use with it, and the discount moves on to a unit that
was kept. A gift comes on top of what takes the goods down to their floor, where that is the cost.
"""

from __future__ import annotations

from collections.abc import Mapping

from tests.loopholes.safe.bazaar import bazaar
from tests.loopholes.safe.books import books
from tests.loopholes.safe.boxes import boxes
from tests.loopholes.safe.cards import cards
from tests.loopholes.safe.cellar import cellar
from tests.loopholes.safe.clinic import clinic
from tests.loopholes.safe.club import club
from tests.loopholes.safe.cosmetics import cosmetics
from tests.loopholes.safe.electronics import electronics
from tests.loopholes.safe.fresh import fresh
from tests.loopholes.safe.gala import gala
from tests.loopholes.safe.groceries import groceries
from tests.loopholes.safe.leaf import leaf
from tests.loopholes.safe.members import members
from tests.loopholes.safe.outdoor import outdoor
from tests.loopholes.safe.pharmacy import pharmacy
from tests.loopholes.safe.presale import presale
from tests.loopholes.safe.second_hand import second_hand
from tests.loopholes.safe.shops import shops
from tests.loopholes.safe.travel import travel
from tests.loopholes.safe.writing import Document

SAFE: Mapping[str, tuple[Document, Document]] = {
    mall.__name__: mall()
    for mall in (
        cosmetics,
        groceries,
        electronics,
        books,
        pharmacy,
        fresh,
        shops,
        members,
        clinic,
        travel,
        leaf,
        outdoor,
        club,
        second_hand,
        boxes,
        cards,
        presale,
        bazaar,
        gala,
        cellar,
    )
}
"""The rulebook and the catalogue of each mall, by its trade."""
