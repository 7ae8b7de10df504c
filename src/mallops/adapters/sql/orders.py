"""Orders, in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pendulum import DateTime
from sqlalchemy import Select, false, insert, select, tuple_, update

from mallops.adapters.documents import from_document, json_document, json_text, to_document
from mallops.adapters.sql.tables import order_units, orders
from mallops.adapters.sql.work import Work
from mallops.repositories import Purchase

_KEPT = ("cart", "quote")
"""What of an order never changes: most of it, which is written once."""


class SqlOrders:
    """An `OrderRepository`: a row for each order, and one for each of its units."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def order(self, order: str) -> Purchase | None:
        """The order, if there is one."""
        return self._one(_order(order))

    def lock(self, order: str) -> Purchase | None:
        """The order, if there is one, which nobody else saves until the unit ends."""
        return self._one(_order(order).with_for_update(key_share=True))

    def _one(self, found: Select[tuple[str, str]]) -> Purchase | None:
        row = self._work.run(found).one_or_none()
        return None if row is None else _joined(row.priced, row.standing)

    def add(self, purchase: Purchase) -> None:
        """Store a new order; raises `Conflict`."""
        order = purchase.order
        priced, standing = _parted(purchase)
        first = {
            "order_id": order.id,
            "customer": purchase.customer,
            "rulebook": order.quote.rulebook,
            "rulebook_version": order.quote.version,
            "placed_at": order.quote.at,
            "payable_minor": order.quote.payable.minor,
            "currency": order.quote.payable.currency.code,
            "priced": priced,
        }
        row = first | _moving(purchase) | {"standing": standing}
        self._work.run(insert(orders), [row], f"order {order.id} is there already")
        self._work.put(insert(order_units), _unit_rows(purchase))

    def save(self, purchase: Purchase) -> None:
        """Store an order that is there; raises `Conflict`."""
        order, before = purchase.order, purchase.version - 1
        _, standing = _parted(purchase)
        saved = self._work.run(
            update(orders)
            .where(orders.c.order_id == order.id, orders.c.version == before)
            .values(**_moving(purchase), standing=standing)
        )
        if not saved.rowcount:
            raise self._work.conflict(f"order {order.id} is not at {before}")
        units = tuple_(order_units.c.line, order_units.c.number)
        is_back = units.in_(sorted(order.returned)) if order.returned else false()
        self._work.run(
            update(order_units)
            .where(order_units.c.order_id == order.id, order_units.c.returned != is_back)
            .values(returned=~order_units.c.returned)
        )

    def settling(self, at: DateTime, limit: int) -> Sequence[str]:
        """Orders whose points settle by `at`, who waits longest first."""
        found = (
            select(orders.c.order_id)
            .where(orders.c.settles_at <= at)
            .order_by(orders.c.settles_at, orders.c.order_id)
            .limit(limit)
            .with_for_update(skip_locked=True, key_share=True)
        )
        return self._work.run(found).scalars().all()


def _order(order: str) -> Select[tuple[str, str]]:
    return select(orders.c.priced, orders.c.standing).where(orders.c.order_id == order)


def _moving(purchase: Purchase) -> dict[str, Any]:
    """The columns that change."""
    order = purchase.order
    return {
        "shipped_at": order.shipped,
        "received_at": order.received,
        "cancelled_at": order.cancelled,
        "settled_at": order.settled,
        "settles_at": purchase.settles,
        "version": purchase.version,
    }


def _unit_rows(purchase: Purchase) -> list[dict[str, Any]]:
    order = purchase.order
    return [
        {
            "order_id": order.id,
            "line": line.id,
            "number": unit.number,
            "sku": line.sku,
            "list_price_minor": unit.list_price.minor,
            "points_minor": unit.points.minor,
            "net_minor": unit.net.minor,
            "returned": (line.id, unit.number) in order.returned,
        }
        for line in order.quote.lines
        for unit in line.units
    ]


def _parted(purchase: Purchase) -> tuple[str, str]:
    """What never changes of an order, and what does."""
    document = to_document(purchase)
    standing = document["value"]
    priced = {name: standing["order"].pop(name) for name in _KEPT}
    priced["goods"] = standing.pop("goods")
    return json_text({"format": document["format"], "value": priced}), json_text(document)


def _joined(priced: str, standing: str) -> Purchase:
    document: Any = json_document(standing)
    kept: Any = json_document(priced)
    value = kept["value"]
    document["value"]["goods"] = value.pop("goods")
    document["value"]["order"].update(value)
    return from_document(document, Purchase)
