"""What has happened: points, orders, cases, what is to be done outside, and behaviour."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import asdict, fields
from django.db.models import Q
from pendulum import DateTime

from examples.django_mall import models
from examples.django_mall.conflicts import conflict
from mallops.points.model import Entry
from mallops.points.sweeping import next_due
from mallops.points.wallet import Wallet
from mallops.repositories import Behaviour, Change, Filed, Logged, Message, Purchase


class DjangoPoints:
    """A `PointsRepository`."""

    def wallet(self, customer: str) -> Wallet:
        found = models.Wallet.objects.filter(customer=customer).first()
        return found.content if found else Wallet(customer)

    def entry(self, customer: str, key: str) -> Entry | None:
        found = models.LedgerEntry.objects.filter(customer=customer, key=key).first()
        return found.content if found else None

    def entries(self, customer: str, after: int = 0) -> Sequence[Entry]:
        rows = models.LedgerEntry.objects.filter(customer=customer, number__gt=after)
        return [each.content for each in rows.order_by("number")]

    def append(self, changes: Sequence[Change]) -> None:
        for change in sorted(changes, key=lambda each: each.customer):
            wallet, customer = change.wallet, change.customer
            after = {"version": wallet.version, "due": next_due(wallet), "content": wallet}
            row = models.Wallet.objects.filter(customer=customer, version=change.expected)
            if not row.update(**after):
                if change.expected:
                    raise conflict(f"{customer} is not at version {change.expected}")
                models.Wallet.objects.create(customer=customer, **after)
            models.LedgerEntry.objects.bulk_create(
                models.LedgerEntry(
                    customer=customer, number=each.number, key=each.key, content=each
                )
                for each in change.entries
            )

    def due(self, at: DateTime, limit: int) -> Sequence[str]:
        rows = models.Wallet.objects.filter(due__lte=at).order_by("due", "customer")
        return list(rows.values_list("customer", flat=True)[:limit])


class DjangoOrders:
    """An `OrderRepository`."""

    def order(self, order: str) -> Purchase | None:
        return self._one(models.Order.objects.filter(id=order))

    def lock(self, order: str) -> Purchase | None:
        return self._one(models.Order.objects.filter(id=order).select_for_update())

    def _one(self, rows: Any) -> Purchase | None:
        columns = ("customer", "priced", "goods", "payments", "settles", "version", "payload")
        found = rows.values_list(*columns).first()
        return Purchase(*found) if found else None

    def add(self, purchase: Purchase) -> None:
        quote = purchase.order.quote
        row = models.Order.objects.create(
            id=purchase.order.id,
            customer=purchase.customer,
            placed=quote.at,
            payable=quote.payable.minor,
            currency=quote.payable.currency.code,
            settles=purchase.settles,
            version=purchase.version,
            payload=purchase.payload,
            priced=purchase.order,
            goods=purchase.goods,
            payments=purchase.payments,
        )
        models.OrderLine.objects.bulk_create(
            models.OrderLine(
                order=row, line=each.id, sku=each.sku, quantity=len(each.units), net=each.net.minor
            )
            for each in quote.lines
        )

    def save(self, purchase: Purchase) -> None:
        before = models.Order.objects.filter(id=purchase.order.id, version=purchase.version - 1)
        found = before.update(
            settles=purchase.settles,
            version=purchase.version,
            priced=purchase.order,
            payments=purchase.payments,
        )
        if not found:
            raise conflict(f"order {purchase.order.id} is not at {purchase.version - 1}")

    def settling(self, at: DateTime, limit: int) -> Sequence[str]:
        rows = models.Order.objects.filter(settles__lte=at).order_by("settles", "id")
        free = rows.select_for_update(skip_locked=True)
        return list(free.values_list("id", flat=True)[:limit])


class DjangoCases:
    """A `CaseRepository`."""

    def case(self, case: str) -> Filed | None:
        found = models.Case.objects.filter(id=case).first()
        return found.filed if found else None

    def of_order(self, order: str) -> Sequence[Filed]:
        return [each.filed for each in models.Case.objects.filter(order_id=order).order_by("id")]

    def add(self, filed: Filed, log: Sequence[Logged]) -> None:
        models.Case.objects.create(id=filed.case.id, order_id=filed.order, **_case(filed))
        self._log(filed, log)

    def save(self, filed: Filed, log: Sequence[Logged]) -> None:
        before = models.Case.objects.filter(id=filed.case.id, steps=filed.case.steps - len(log))
        if not before.update(**_case(filed)):
            raise conflict(f"case {filed.case.id} has moved meanwhile")
        self._log(filed, log)

    def log(self, case: str) -> Sequence[Logged]:
        return [each.logged for each in models.Move.objects.filter(case=case).order_by("number")]

    def logged(self, case: str, key: str) -> Logged | None:
        found = models.Move.objects.filter(~Q(key=""), case=case, key=key).first()
        return found.logged if found else None

    def due(self, at: DateTime, limit: int) -> Sequence[str]:
        rows = models.Case.objects.filter(due__lte=at).order_by("due", "id")
        # Whoever moves a case locks its order first, and nothing else.
        free = rows.select_related("order").select_for_update(skip_locked=True, of=("order",))
        return [each.id for each in free.only("id", "order__id")[:limit]]

    def _log(self, filed: Filed, log: Sequence[Logged]) -> None:
        models.Move.objects.bulk_create(
            models.Move(case_id=filed.case.id, number=each.moved.number, key=each.key, logged=each)
            for each in log
        )


def _case(filed: Filed) -> dict[str, Any]:
    case = filed.case
    return {"state": case.state, "steps": case.steps, "due": case.due_at, "filed": filed}


_MESSAGE = [each.name for each in fields(Message)]
_EVENT = [each.name for each in fields(Behaviour)]


class DjangoOutbox:
    """An `OutboxRepository`."""

    def put(self, messages: Sequence[Message]) -> None:
        models.Outgoing.objects.bulk_create(
            models.Outgoing(**asdict(each, recurse=False)) for each in messages
        )

    def claim(self, at: DateTime, until: DateTime, limit: int) -> Sequence[Message]:
        rows = models.Outgoing.objects.filter(Q(claimed=None) | Q(claimed__lte=at))
        free = rows.select_for_update(skip_locked=True).order_by("at", "key")
        found = [Message(*each) for each in free.values_list(*_MESSAGE)[:limit]]
        models.Outgoing.objects.filter(key__in=[each.key for each in found]).update(claimed=until)
        return found

    def drop(self, key: str) -> None:
        models.Outgoing.objects.filter(key=key).delete()


class DjangoBehaviour:
    """A `BehaviourRepository`."""

    def record(self, events: Sequence[Behaviour]) -> None:
        rows = [
            models.Event(**asdict(each, recurse=False))
            for each in sorted(events, key=lambda each: each.id)
        ]
        models.Event.objects.bulk_create(rows, ignore_conflicts=True)

    def of_customer(
        self, customer: str, since: DateTime, until: DateTime, limit: int
    ) -> Sequence[Behaviour]:
        rows = models.Event.objects.filter(customer=customer, at__gte=since, at__lt=until)
        return [
            Behaviour(*each) for each in rows.order_by("-at", "id").values_list(*_EVENT)[:limit]
        ]
