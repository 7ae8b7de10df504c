"""What has to be stored, as protocols: a backend keeps its own tables, and implements these.

One module each, with the values that it stores. `mallops.adapters.memory` and
`mallops.adapters.sql` implement them all, and `mallops.testing.contracts` judges any other.
"""

from __future__ import annotations

from mallops.repositories.answers import Answer, Conflict
from mallops.repositories.behaviour import Behaviour, BehaviourRepository
from mallops.repositories.cases import CaseRepository, Filed, Logged
from mallops.repositories.catalog import CatalogRepository
from mallops.repositories.coupons import Coupon, CouponRepository, CouponState
from mallops.repositories.orders import OrderRepository, Purchase
from mallops.repositories.outbox import Message, OutboxRepository
from mallops.repositories.points import Change, PointsRepository
from mallops.repositories.rulebooks import RulebookRepository
from mallops.repositories.units import Store, Unit
from mallops.repositories.usage import Exhausted, Reservation, Take, UsageRepository

__all__ = [
    "Answer",
    "Behaviour",
    "BehaviourRepository",
    "CaseRepository",
    "CatalogRepository",
    "Change",
    "Conflict",
    "Coupon",
    "CouponRepository",
    "CouponState",
    "Exhausted",
    "Filed",
    "Logged",
    "Message",
    "OrderRepository",
    "OutboxRepository",
    "PointsRepository",
    "Purchase",
    "Reservation",
    "RulebookRepository",
    "Store",
    "Take",
    "Unit",
    "UsageRepository",
]
