"""Units of work over the mall's tables.

The repositories are in `pricing` and `records`; each method does what its protocol in
`mallops.repositories` says. None decides on what it has read before: the condition stands in the
`UPDATE`, or a unique constraint objects, or a row is locked. On PostgreSQL that needs no more
than the default isolation, READ COMMITTED.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from attrs import field, frozen
from django.db import DatabaseError, connection, transaction

from examples.django_mall.conflicts import CURABLE, code_of, executed
from examples.django_mall.pricing import (
    DjangoCatalog,
    DjangoCoupons,
    DjangoRulebooks,
    DjangoUsage,
)
from examples.django_mall.records import (
    DjangoBehaviour,
    DjangoCases,
    DjangoOrders,
    DjangoOutbox,
    DjangoPoints,
)
from mallops.repositories import Conflict


@frozen
class DjangoUnit:
    """The repositories; all that they do stands in the transaction that is open."""

    catalog: DjangoCatalog = field(factory=DjangoCatalog)
    rulebooks: DjangoRulebooks = field(factory=DjangoRulebooks)
    usage: DjangoUsage = field(factory=DjangoUsage)
    coupons: DjangoCoupons = field(factory=DjangoCoupons)
    points: DjangoPoints = field(factory=DjangoPoints)
    orders: DjangoOrders = field(factory=DjangoOrders)
    cases: DjangoCases = field(factory=DjangoCases)
    outbox: DjangoOutbox = field(factory=DjangoOutbox)
    behaviour: DjangoBehaviour = field(factory=DjangoBehaviour)


class DjangoStore:
    """A `Store`: one unit is one transaction of Django's default database.

    Call operations outside of any `atomic` block and of ATOMIC_REQUESTS: what a unit stored has
    to be there for good when it is left.
    """

    @contextmanager
    def begin(self) -> Iterator[DjangoUnit]:
        """A unit of work; raises `Conflict` where another was faster, on the way or at its end."""
        try:
            with transaction.atomic(durable=True), connection.execute_wrapper(executed):
                yield DjangoUnit()
                if connection.needs_rollback:
                    raise Conflict("nothing of this unit is stored, for a part of it has failed")
        except DatabaseError as error:
            if code_of(error) in CURABLE:
                raise Conflict(str(error)) from error
            raise
