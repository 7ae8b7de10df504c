"""The model of a mall: built once, lane by lane, and solved as often as need be."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from ortools.sat.python import cp_model

from mallops.testing.exact_model.mall import Lines, Mall
from mallops.testing.exact_model.parts import Expr, Flag, Part, listed, partitions
from mallops.testing.exact_model.replay import Counts, Seats
from mallops.testing.exact_model.seat_lanes import SeatLane
from mallops.testing.exact_model.sums import Doc, Sums
from mallops.testing.exact_model.unit_lane import UnitLane


@dataclass(frozen=True)
class Proposal:
    """A seating, and what the model thinks that it costs."""

    modelled: int
    counts: Counts
    seats: Seats
    values: tuple[int, ...]


@dataclass(frozen=True)
class Outcome:
    """No seating costs less than `least`; the best that was found below, and the effort spent."""

    least: int
    proposal: Proposal | None
    spent: float


class Programme:
    """The decisions of all lanes, and the objective that they lead to."""

    def __init__(self, mall: Mall) -> None:
        self.mall, self.sums = mall, Sums(mall.case)
        self.model = self.sums.model
        self.counts: dict[tuple[int, str], Flag] = {}
        self.seats: dict[tuple[str, int, str], Flag] = {}
        self.gifts: list[Expr] = []
        self.fees: list[Expr] = list(mall.case.fees)
        cells = partitions(mall)
        parts = [listed(mall, cell) for cell in cells[0]]
        for place, lane in enumerate(mall.lanes):
            parts = self._after(lane, parts, cells[place + 1], mall.lanes[place + 1 :])
        self.objective = sum(part.base for part in parts) + sum(self.fees) - sum(self.gifts)
        self.model.minimize(self.objective)
        self.decided = [*self.counts.values(), *self.seats.values()]

    def _after(
        self, lane: Doc, parts: list[Part], cells: list[Lines], later: list[Doc]
    ) -> list[Part]:
        """What a lane leaves; its decisions are noted."""
        if lane["seat"] == "unit":
            units = UnitLane(self.mall, self.sums, lane)
            for taking in units.takings:
                name = taking.promotion["id"]
                self.counts |= {(line, name): count for line, count in taking.counts.items()}
            return units.parts(cells)
        of_parcels = lane["seat"] == "parcel"
        seats = SeatLane(self.mall, self.sums, lane, parts, self.fees if of_parcels else None)
        self.seats |= {(lane["id"], bid.seat, bid.promotion["id"]): bid.on for bid in seats.bids}
        self.gifts += seats.gifts
        if of_parcels:
            self.fees = seats.left_of_fees()
            return parts
        return seats.left(cells, [each["id"] for each in later])

    def solve(self, effort: float, below: int) -> Outcome:
        """What there is below an objective."""
        self.model.add(self.objective < below)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = 1
        solver.parameters.linearization_level = 2
        solver.parameters.max_deterministic_time = effort
        status = solver.solve(self.model)
        spent = solver.response_proto.deterministic_time
        if status == cp_model.INFEASIBLE:
            return Outcome(below, None, spent)
        assert status in {cp_model.OPTIMAL, cp_model.FEASIBLE, cp_model.UNKNOWN}, status
        # The bound is a float, and may be off by a hair.
        least = min(below, ceil(solver.best_objective_bound - 0.001))
        proposal = None if status == cp_model.UNKNOWN else self._proposal(solver)
        return Outcome(least, proposal, spent)

    def _proposal(self, solver: cp_model.CpSolver) -> Proposal:
        return Proposal(
            round(solver.objective_value),
            {key: solver.value(count) for key, count in self.counts.items()},
            {
                (lane, seat): name
                for (lane, seat, name), on in self.seats.items()
                if solver.value(on)
            },
            tuple(solver.value(decision) for decision in self.decided),
        )

    def forbid(self, proposal: Proposal) -> None:
        """Never propose the same seating again."""
        self.model.add_forbidden_assignments(self.decided, [proposal.values])
