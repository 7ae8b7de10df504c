"""How long each deadline is: data with dates and sources, one value a platform.

A platform that changes a length gets one more `Term` with the day on which it takes effect;
what began before keeps the length it began with.
"""

from __future__ import annotations

from datetime import date

from attrs import evolve, frozen

from mallops.lifecycles.machine import Calendar, Term

Lengths = tuple[Term, ...]


def _hours(length: int) -> Lengths:
    return (Term(length, Calendar.HOURS),)


def _days(length: int) -> Lengths:
    return (Term(length, Calendar.DAYS),)


ARTICLE_25 = (Term(7, Calendar.MIDNIGHTS, date(2014, 3, 15)),)
"""Consumer Law of China, Art. 25, in force since 15 March 2014: seven days, for the buyer to send
back from the day after signing for the goods, for the seller to repay from receiving them. A
period begins on the next day and ends with the last one, hence midnights."""

REPAIR = (Term(30, Calendar.DAYS),)
"""A repair that takes longer than 30 days entitles to more than a repair, by the rules on repair,
exchange and return of goods; from when the seller has the goods. Kinds of goods differ."""


@frozen
class Terms:
    """The lengths of all deadlines of our flows. `id` becomes part of a machine's version.

    A default without a source beside it is ours, and no platform's.
    """

    id: str
    draft: Lengths = _hours(24)
    """The buyer submits what was begun."""
    answer: Lengths = (Term(2, Calendar.WORKDAYS),)
    """The seller answers a request."""
    reply: Lengths = _days(7)
    """The buyer replies to a refusal, a proposal, a lapse, a lost parcel."""
    send: Lengths = _days(7)
    """The buyer sends the goods back."""
    receive: Lengths = _days(15)
    """The seller receives and inspects what was sent back, from when it was sent."""
    inspect: Lengths = ARTICLE_25
    """The seller inspects what was received, and so repays, from when it was received."""
    settle: Lengths = _days(7)
    """Seller and platform put right a refund that failed."""
    confirm: Lengths = _days(7)
    """The buyer confirms a refund that was made by hand."""
    evidence: Lengths = _days(3)
    """Both sides give evidence to the platform."""
    judge: Lengths = _days(7)
    """The platform decides."""
    repair: Lengths = REPAIR
    """The seller repairs."""
    dispatch: Lengths = _days(3)
    """The seller sends anew what could not be sent or was lost."""
    arrive: Lengths = _days(10)
    """A parcel reaches the buyer, or is taken to have."""
    pay: Lengths = (Term(30, Calendar.MINUTES),)
    """The buyer pays an order."""
    reconcile: Lengths = _days(7)
    """Seller and platform find out whether an order was paid."""
    ship: Lengths = _hours(48)
    """The seller ships an order."""
    extend: Lengths = _days(7)
    """An extended receipt."""
    window: Lengths = ARTICLE_25
    """Cases can be opened on a received order."""
    pick_up: Lengths = _hours(48)
    """The carrier picks a parcel up."""
    leg: Lengths = _hours(72)
    """A parcel is on one leg of its way, at a hub, or with the courier."""
    search: Lengths = _days(7)
    """The carrier looks for a parcel that it no longer reports."""


HOUSE = Terms("house")
"""The library's own."""

WECHAT = evolve(
    HOUSE,
    id="wechat",
    # WeChat shop's developer documents; when these lengths took effect is not stated there.
    answer=_hours(48),
    reply=_days(7),
    send=_days(7),
    receive=_days(10),
)
"""WeChat shop's, where its developer documents tell; else the library's own.

That a buyer's silence closes after seven days is inferred from the codes.
"""
