"""A unit of work: what is stored in it is stored together, or not at all."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager, AbstractContextManager
from typing import Protocol

from mallops.repositories.behaviour import BehaviourRepository
from mallops.repositories.cases import CaseRepository
from mallops.repositories.catalog import CatalogRepository
from mallops.repositories.coupons import CouponRepository
from mallops.repositories.orders import OrderRepository
from mallops.repositories.outbox import OutboxRepository
from mallops.repositories.points import PointsRepository
from mallops.repositories.rulebooks import RulebookRepository
from mallops.repositories.usage import UsageRepository


class Unit(Protocol):
    """The repositories, joined for one unit of work: each sees what the others stored in it.

    Once a call has raised `Conflict`, nothing of the unit may be stored any more: whoever began
    it leaves it by that exception, and begins another.
    """

    @property
    def catalog(self) -> CatalogRepository:
        """What is sold."""

    @property
    def rulebooks(self) -> RulebookRepository:
        """What it costs, and why."""

    @property
    def usage(self) -> UsageRepository:
        """What is gone of promotions' limits."""

    @property
    def coupons(self) -> CouponRepository:
        """Customers' coupons."""

    @property
    def points(self) -> PointsRepository:
        """Customers' points."""

    @property
    def orders(self) -> OrderRepository:
        """What was bought."""

    @property
    def cases(self) -> CaseRepository:
        """Where orders and after-sales stand, and how they came there."""

    @property
    def outbox(self) -> OutboxRepository:
        """What has to be done outside."""

    @property
    def behaviour(self) -> BehaviourRepository:
        """What customers did."""


class Store(Protocol):
    """Where all is kept."""

    def begin(self) -> AbstractContextManager[Unit] | AbstractAsyncContextManager[Unit]:
        """A unit of work, for a `with` block, or for an `async with` one.

        All that it stored is there, for everybody and for good, once its block has been left,
        and nothing of it if it was left by an exception, or if the process died before. Leaving
        may raise `Conflict`, with nothing stored. What other units store meanwhile may be seen
        in it or not, but of each call's answer all parts are of one moment, and no call
        stores upon what it has not seen: each method says what it checks as it stores.
        A database's own error that another attempt may cure, such as a deadlock or a
        serialization failure, is raised as `Conflict`; what else it raises passes through.
        """
