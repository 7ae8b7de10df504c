"""The seats of a cart in the order in which they are decided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from attrs import define

from mallops.money import Rounding
from mallops.promotions.basket import Basket
from mallops.promotions.bounds import Offer, Piece, least_left, offer, taken
from mallops.promotions.seating import Bidder
from mallops.rules.promotions import Seat

MOST_APART = 12
"""Of more bidders for a seat it takes too long to follow each by itself."""


@define
class Turn:
    """A seat to be taken: its bidders that can do anything there, and their offers.

    A unit lane is one turn. `goods` is the most that can come off at the turn, `worth` the
    most that its gifts can be worth, `rate` the most that comes off of a total, in millionths.
    """

    seat: Seat
    lane: int
    place: int
    shop: int
    bidders: tuple[int, ...]
    offers: tuple[Offer, ...]
    pieces: tuple[Piece, ...]
    goods: int
    worth: int
    rate: int

    @property
    def gives(self) -> bool:
        """Whether a gift of some worth is on offer."""
        return self.worth > 0

    def ways(self, low: int, high: int, spare: int, rounding: Rounding) -> list[tuple[int, int]]:
        """What can be left of a total between `low` and `high`, as intervals of their own.

        A bidder that takes what it says of the whole seat leaves less to reach a later threshold
        with; of the others only what they leave at least is known. `spare` is yet to come off
        the low: with so much less there, a bidder may take less.
        """
        if low > high:
            # From such a low a pool is yet to come off.
            low = high
        apart = [bid for bid in self.offers if bid.exact and bid.pieces]
        if len(apart) > MOST_APART:
            apart = []
        vague = [
            piece
            for bid in self.offers
            if not any(bid is each for each in apart)
            for piece in bid.pieces
        ]
        found = [(least_left(vague, low, high, rounding), high)]
        for bid in apart:
            # A lower tier may bring a gift, so its pieces are asked rather than its threshold.
            there = [piece for piece in bid.pieces if piece.threshold <= high]
            if there:
                first = max(low, min(piece.threshold for piece in there))
                sure = low - spare
                off = min(taken(piece, max(sure, piece.threshold), rounding) for piece in there)
                found.append((least_left(there, first, high, rounding), high - off))
        return found

    def keeping(self, numbers: Iterable[int]) -> Turn:
        """The same seat with only these of its bidders."""
        kept = set(numbers)
        pairs = zip(self.bidders, self.offers, strict=True)
        found = [(number, bid) for number, bid in pairs if number in kept]
        return _turn(self.seat, self.lane, self.place, self.shop, found)


def turns_of(
    bidders: Sequence[Bidder],
    basket: Basket,
    rounding: Rounding,
    lanes: Sequence[Seat],
    first: int = 0,
) -> Iterator[Turn]:
    """The turns of the lanes from `first` on; seats that nothing could take are left out."""
    closed = 0
    for bidder in bidders:
        closed |= bidder.rule.closes
    for lane, seat in enumerate(lanes):
        sitting = [bidder for bidder in bidders if bidder.rule.lane == lane]
        if not sitting or lane < first:
            continue
        for place in range(len(sitting[0].seats)):
            found = [
                (bidder.number, bid)
                for bidder in sitting
                if not (bid := offer(bidder, place, basket, rounding, closed)).idle
            ]
            if found:
                shop = basket.parcels[place][0] if seat is Seat.PARCEL else place
                yield _turn(seat, lane, place, shop, found)


def _turn(seat: Seat, lane: int, place: int, shop: int, found: Sequence[tuple[int, Offer]]) -> Turn:
    offers = tuple(bid for _, bid in found)
    goods = [bid.goods for bid in offers]
    return Turn(
        seat,
        lane,
        place,
        shop,
        tuple(number for number, _ in found),
        offers,
        tuple(piece for bid in offers for piece in bid.pieces),
        sum(goods) if seat is Seat.UNIT else max(goods, default=0),
        max((bid.worth for bid in offers), default=0),
        max((piece.rate for bid in offers for piece in bid.pieces), default=0),
    )
