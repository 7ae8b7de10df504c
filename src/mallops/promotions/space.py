"""The tree of seatings: its nodes, how they branch, and the bound of each.

Each seat of a shop, order or parcel lane is one turn, at which one bidder or none takes it.
A unit lane is one turn of many moves: for each class of interchangeable units, how many go
to each bidder.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from attrs import define

from mallops.promotions.bounds import Offer, least_left
from mallops.promotions.group_bounds import MILLI
from mallops.promotions.outlook import Outlook, Shut, Standing
from mallops.promotions.schemes import Floor
from mallops.promotions.seating import Bidder, Deal, Granted, Judge, State, settle
from mallops.promotions.sums import Sums, stretches
from mallops.promotions.turns import Turn
from mallops.promotions.unit_lane import (
    Deals,
    Moves,
    Order,
    first_moves,
    following,
    seated,
    straight,
)
from mallops.rules.promotions import Seat

AIMS, DIVES, WAYS = 3, 12, 3
"""Of the totals that a lane can come to: how many of a stretch are aimed at and how many of all,
and how many ways to each are tried."""

HALVINGS = 12
"""How often a stretch of totals is halved, where its bound passes but its first total does not."""


@define(slots=True)
class Joining:
    """A bidder that takes a seat, what it gains there at most, and the masks before it did.

    `certain` tells that the bound of its node holds all that weighing it would tell.
    """

    bidder: Bidder
    gain: int
    certain: bool
    bringing: int
    others: int


@define(slots=True)
class Node:
    """A seating of the first turns. `totals` are of each shop; masks are of bidders.

    `joining` is the last to be seated, where it is not weighed yet: masks and `bound` then hold
    what it could do at most. `shut` is what units cost that lanes to come are closed to.
    """

    turn: int
    state: State
    totals: list[int]
    shipping: int
    worth: int
    bringing: int
    others: int
    trail: tuple[Granted, ...]
    moves: Moves | None
    joining: Joining | None
    shut: Shut
    bound: int


class Space:
    """The seatings of the bidders in these turns; remembers the states it has been in."""

    def __init__(
        self,
        bidders: Sequence[Bidder],
        judge: Judge,
        turns: Sequence[Turn],
        order: Order = Order.KNOWN,
    ) -> None:
        self.order = order
        self.bidders = bidders
        self.judge = judge
        self.basket = judge.basket
        self.turns = tuple(turns)
        self.outlook = Outlook.over(self.turns, judge.basket, judge.rounding)
        self._seen: set[object] = set()
        self._known_steps: dict[int, list[int]] = {}
        # What bounds are held against: it takes longer to find those that pass it narrowly.
        self.limit = -(10**30)
        # How many bounds of single totals that took: work that nodes alone would not tell.
        self.looks = 0

    def least(self) -> int:
        """A lower bound on the objective of every seating."""
        root = self.root()
        if self.turns:
            self.enter(root)
        return root.bound if root.moves is None else self._bound_of_moves(root.moves, root)

    def root(self, decided: Sequence[Granted] = ()) -> Node:
        """The node before the first turn, after what is decided of earlier lanes."""
        basket = self.basket
        state = State.at_list_price(basket, self.bidders)
        totals = list(basket.totals)
        node = Node(0, state, totals, sum(state.fees), 0, 0, 0, (), None, None, {}, 0)
        if decided:
            self._settle(node, decided)
            node.shut = self._shut(node)
        node.bound = self._bound(node)
        return node

    def _settle(self, node: Node, granted: Sequence[Granted]) -> None:
        """Write deals into a node that has a state of its own."""
        for each in granted:
            settle(each.bidder, each.seat, each.deal, node.state)
            self.count_in(node, each.bidder, each.deal)
        node.trail = (*node.trail, *granted)

    # --- making nodes ---------------------------------------------------------------------

    def enter(self, node: Node) -> bool:
        """Weigh the node's last bidder, and give the moves of a unit lane their beginning.

        False where that bidder may not sit there.
        """
        if node.joining is not None and not self._weigh(node, node.joining):
            return False
        if node.turn < len(self.turns) and node.moves is None:
            turn = self.turns[node.turn]
            if node.turn == 0 or turn.lane != self.turns[node.turn - 1].lane:
                node.state = node.state.copy()
                node.state.begin_lane()
            if turn.seat is Seat.UNIT:
                bidders = [self.bidders[number] for number in turn.bidders]
                wholes = {n: bid.goods for n, bid in zip(turn.bidders, turn.offers, strict=True)}
                node.moves = first_moves(
                    bidders,
                    wholes,
                    self.judge,
                    node.state,
                    self._lanes_ahead(node.turn),
                    self.outlook.apart[node.turn + 1],
                    self.order,
                )
        return True

    def children(self, node: Node) -> list[Node]:
        """The node's branches, the most promising first."""
        turn = self.turns[node.turn]
        if node.moves is None:
            children = list(self._seat_children(node, turn))
        elif node.moves.done:
            children = list(self._leave_unit_lane(node))
        else:
            dives = list(self._dives(node)) if node.moves.spot == node.moves.option == 0 else []
            children = [*dives, *self._unit_children(node)]
        # A stable sort: among equals the order of making decides, which is by bidder's id.
        children.sort(key=lambda child: child.bound)
        return children

    def _seat_children(self, node: Node, turn: Turn) -> Iterator[Node]:
        """One child for each bidder that may yet be weighed, with the most it could do.

        What it really does is found out on entering the child, if that is still worth it.
        """
        for number, bid in zip(turn.bidders, turn.offers, strict=True):
            child = self._bare(node, node.turn + 1)
            gain = bid.goods + bid.freight + bid.worth
            child.joining = Joining(
                self.bidders[number], gain, bid.certain, node.bringing, node.others
            )
            if bid.brings:
                child.bringing |= 1 << number
            else:
                child.others |= 1 << number
            child.bound = self._bound_of_offer(node, turn, bid)
            yield child
        untaken = self._bare(node, node.turn + 1)
        untaken.bound = self._bound(untaken)
        yield untaken

    def _bound_of_offer(self, node: Node, turn: Turn, bid: Offer) -> int:
        """The least objective if the bid does what it can at most of what is there."""
        start, totals, shipping = node.turn + 1, node.totals, node.shipping
        if turn.seat is Seat.PARCEL:
            standing = Standing(shipping - min(bid.freight, shipping), node.worth)
            return self.outlook.of_shops(start, totals, totals, standing, node.shut)
        standing = Standing(shipping, node.worth + bid.worth)
        if turn.seat is Seat.SHOP:
            low = list(totals)
            closed = node.shut[turn.lane][turn.shop] if turn.lane in node.shut else 0
            low[turn.shop] = self._left(bid, totals[turn.shop], closed)
            return self.outlook.of_shops(
                start, low, low if bid.certain else totals, standing, node.shut
            )
        closed = sum(node.shut[turn.lane]) if turn.lane in node.shut else 0
        left = self._left(bid, sum(totals), closed)
        most = left if bid.certain else None
        return self.outlook.of_order(start, left, totals, standing, node.shut, most)

    def _left(self, bid: Offer, total: int, closed: int) -> int:
        """The least that the bid leaves of a total, of which so much is closed to its lane."""
        there = total - closed
        return closed + least_left(bid.pieces, there, there, self.judge.rounding)

    def _weigh(self, node: Node, joining: Joining) -> bool:
        """Put a bidder's deal in the place of its offer; False where it may not sit there."""
        bidder, place = joining.bidder, self.turns[node.turn - 1].place
        deal = self.judge.weigh(bidder, place, node.state)
        if not isinstance(deal, Deal):
            return False
        node.joining = None
        node.bringing, node.others = joining.bringing, joining.others
        node.state = node.state.copy()
        self._settle(node, (Granted(bidder, place, deal),))
        if bidder.rule.closes:
            node.shut = self._shut(node)
        if not joining.certain or bidder.rule.closes:
            node.bound = max(node.bound, self._bound(node))
        return True

    def _bare(self, node: Node, turn: int) -> Node:
        return Node(
            turn,
            node.state,
            list(node.totals),
            node.shipping,
            node.worth,
            node.bringing,
            node.others,
            node.trail,
            None,
            None,
            node.shut,
            0,
        )

    def count_in(self, child: Node, bidder: Bidder, deal: Deal) -> None:
        """Add a deal to the node's sums and masks."""
        if bidder.rule.seat is Seat.PARCEL:
            child.shipping -= deal.taken
        else:
            shop, totals = self.basket.shop, child.totals
            for unit, share in zip(deal.units, deal.shares, strict=True):
                totals[shop[unit]] -= share
        child.worth += deal.worth
        bit = 1 << bidder.number
        if deal.brings:
            child.bringing |= bit
        else:
            child.others |= bit

    # --- the moves of a unit lane ---------------------------------------------------------

    def _unit_children(self, node: Node) -> Iterator[Node]:
        assert node.moves is not None
        state, deals = node.state, node.moves.plan.deals

        def weigh(number: int, units: tuple[int, ...]) -> list[int] | None:
            deal = self._weighed(number, state, units, deals)
            if not isinstance(deal, Deal):
                return None
            taken = [0] * len(node.totals)
            for unit, share in zip(deal.units, deal.shares, strict=True):
                taken[self.basket.shop[unit]] += share
            return taken

        for moves, number, count in following(node.moves, weigh):
            child = self._bare(node, node.turn)
            child.moves = moves
            if count:
                child.others |= 1 << number
            child.bound = max(node.bound, self._bound_of_moves(moves, child))
            yield child

    def _leave_unit_lane(self, node: Node) -> Iterator[Node]:
        """The lane's deals, all weighed at the lane's own base."""
        assert node.moves is not None
        granted: list[Granted] = []
        for number, units in seated(node.moves):
            deal = self._weighed(number, node.state, units, node.moves.plan.deals)
            if not isinstance(deal, Deal):
                return
            granted.append(Granted(self.bidders[number], 0, deal))
        child = self._bare(node, node.turn + 1)
        child.state = node.state.copy()
        self._settle(child, granted)
        if self._is_new(child):
            child.shut = self._shut(child)
            child.bound = self._bound(child)
            yield child

    def _weighed(
        self, number: int, state: State, units: tuple[int, ...], deals: Deals
    ) -> Deal | str:
        """A unit lane's deal, weighed once for all the moves that come to it."""
        key = (number, units)
        if key not in deals:
            deals[key] = self.judge.weigh(self.bidders[number], 0, state, units)
        return deals[key]

    def _shut(self, node: Node) -> Shut:
        """What the units cost that are closed to the lanes to come, by lane and shop.

        A unit counts only as long as every lane since was closed to it, so that its price
        is still known.
        """
        closed = node.state.closed
        if closed is None:
            return {}
        still = set(range(len(closed)))
        shut: dict[int, list[int]] = {}
        for turn in self.turns[node.turn :]:
            if turn.lane in shut or turn.seat is Seat.PARCEL:
                continue
            still = {unit for unit in still if closed[unit] >> turn.lane & 1}
            shut[turn.lane] = [0] * len(node.totals)
            for unit in still:
                shut[turn.lane][self.basket.shop[unit]] += node.state.base[unit]
        return shut

    def _lanes_ahead(self, start: int) -> tuple[int, ...]:
        """The lanes of goods that have turns after this one, in order."""
        lanes = (t.lane for t in self.turns[start + 1 :] if t.seat is not Seat.PARCEL)
        return tuple(dict.fromkeys(lanes))

    def _is_new(self, node: Node) -> bool:
        """Whether no other way led to the same state with the same promotions before."""
        state = node.state
        closed = None if state.closed is None else tuple(state.closed)
        key = (
            node.turn,
            tuple(state.base),
            tuple(state.fees),
            closed,
            tuple(state.rests.items()),
            node.worth,
            node.bringing,
            node.others,
        )
        if key in self._seen:
            return False
        self._seen.add(key)
        return True

    # --- bounds ---------------------------------------------------------------------------

    def _bound(self, node: Node) -> int:
        """The least objective under a node whose goods are known to the minor unit."""
        return self.outlook.of_shops(
            node.turn, node.totals, node.totals, Standing(node.shipping, node.worth), node.shut
        )

    def _bound_of_moves(self, moves: Moves, node: Node) -> int:
        """The best bound of the lane's schemes: one of the shops, one of the order, or both."""
        start, shut = node.turn + 1, moves.shut
        standing = Standing(node.shipping, node.worth)
        high = [left // MILLI for left in moves.high]
        best: int | None = None
        for scheme, floor, sums in zip(
            moves.plan.schemes, moves.floors, moves.plan.sums, strict=True
        ):
            low, pool = scheme.lows(floor)
            if len(low) == len(high):
                bound = self.outlook.of_shops(start, low, high, standing, shut, pool)
            else:
                bound = self.outlook.of_order(start, sum(low) - pool, high, standing, shut)
            if bound <= self.limit and sums is not None and sums.known_at(moves.spot):
                bound = max(bound, self._bound_of_sums(start, moves, floor, sums, standing))
            best = bound if best is None or bound > best else best
        assert best is not None
        return best

    def _bound_of_sums(
        self,
        start: int,
        moves: Moves,
        floor: Floor,
        sums: Sums,
        standing: Standing,
    ) -> int:
        """The least objective at any of the totals that the moves can come to."""
        low, grid, shut = floor.low[0], sums.grid, moves.shut
        high = [left // MILLI for left in moves.high]
        most = sum(high)
        bits = sums.losses(moves.spot, moves.option, moves.left)

        def least(first: int, last: int) -> int:
            self.looks += 1
            total = max(0, -(-(low + first * grid) // MILLI))
            top = min(most, (low + last * grid + sums.slack) // MILLI)
            return self._bound_of_total(start, total, top, high, standing, shut)

        def closer(first: int, last: int, halvings: int) -> int:
            found = least(first, last)
            if found > self.limit or first == last or not halvings:
                return found
            if least(first, first) <= self.limit:
                return found
            halves = stretches(bits, (first, (first + last) // 2 + 1, last + 1))
            return min(closer(*half, halvings - 1) for half in halves if first <= half[0] <= last)

        found: int | None = None
        for first, last in stretches(bits, self._steps(start, low, grid)):
            # Where one stretch cannot be left out, it is of no use to look closer at others.
            halvings = HALVINGS if found is None or found > self.limit else 0
            value = closer(first, last, halvings)
            found = value if found is None or value < found else found
        assert found is not None, "no move at all is one of the sums"
        return found

    def _bound_of_total(
        self, start: int, total: int, top: int, high: list[int], standing: Standing, shut: Shut
    ) -> int:
        """The least objective where all goods come to a total, or up to `top`."""
        if len(high) == 1:
            return self.outlook.of_shops(start, [total], [max(total, top)], standing, shut)
        return self.outlook.of_order(start, total, high, standing, shut, top)

    def _dives(self, node: Node) -> Iterator[Node]:
        """Straight down to seatings whose totals are best for the lanes to come."""
        moves = node.moves
        assert moves is not None
        start, high = node.turn + 1, [left // MILLI for left in moves.high]
        standing = Standing(node.shipping, node.worth)
        for floor, sums in zip(moves.floors, moves.plan.sums, strict=True):
            if sums is None or not sums.known_at(0):
                continue
            low, grid = floor.low[0], sums.grid
            bits = sums.losses(0, 0, sums.sizes[0])
            aims: list[tuple[int, int]] = []
            for first, last in stretches(bits, self._steps(start, low, grid)):
                for loss in islice(_ones(bits, first, last), AIMS):
                    total = max(0, -(-(low + loss * grid) // MILLI))
                    bound = self._bound_of_total(start, total, total, high, standing, {})
                    aims.append((bound, loss))
            for _, loss in sorted(aim for aim in aims if aim[0] <= self.limit)[:DIVES]:
                for turn in range(WAYS):
                    ways = sums.ways(loss, turn)
                    if ways is not None:
                        yield self._dived(node, moves, ways)

    def _dived(self, node: Node, moves: Moves, ways: Sequence[tuple[int, int, int]]) -> Node:
        child = self._bare(node, node.turn)
        child.moves = straight(moves, ways)
        for number, _ in seated(child.moves):
            child.others |= 1 << number
        child.bound = node.bound
        return child

    def _steps(self, start: int, low: int, grid: int) -> list[int]:
        """The steps of the lanes to come as losses from `low`, on the grid."""
        if start not in self._known_steps:
            self._known_steps[start] = self.outlook.steps(start)
        losses = [-((low - step * MILLI) // grid) for step in self._known_steps[start]]
        return [loss for loss in losses if loss > 0]


def _ones(bits: int, first: int, last: int) -> Iterator[int]:
    """The bits set from `first` to `last`, ascending."""
    while first <= last:
        yield first
        above = bits >> (first + 1)
        if not above:
            return
        first += (above & -above).bit_length()
