"""The seats of a cart in the order in which they are decided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from attrs import define

from mallops.money import Rounding
from mallops.promotions.basket import Basket
from mallops.promotions.bounds import Offer, Piece, least_left, offer, taken
from mallops.promotions.seating import Bidder
from mallops.rules.promotions import Seat


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

    def ways(self, low: int, high: int, rounding: Rounding) -> list[tuple[int, int]]:
        """What can be left of a total between `low` and `high`, as intervals of their own.

        A bidder that takes what it says of the whole seat leaves less to reach a later threshold
        with; of the others only what they leave at least is known.
        """
        if low > high:
            # From such a low a pool is yet to come off.
            low = high
        vague = [piece for bid in self.offers if not bid.exact for piece in bid.pieces]
        found = [(least_left(vague, low, high, rounding), high)]
        for bid in self.offers:
            # Its first tier may bring a gift: then a piece may ask for more than the bidder does.
            reached = [piece for piece in bid.pieces if piece.threshold <= high]
            if bid.exact and reached:
                first = low if low >= bid.threshold else bid.threshold
                off = min(
                    taken(piece, first if first >= piece.threshold else piece.threshold, rounding)
                    for piece in reached
                )
                found.append((least_left(reached, first, high, rounding), high - off))
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
