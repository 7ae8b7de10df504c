"""How the malls of this package are written, as documents.

Amounts are in yuan, where a mall says nothing else.
"""

from __future__ import annotations

from typing import Any

Document = dict[str, Any]

NOVEMBER = {"starts": "2026-11-01T00:00", "ends": "2026-12-02T00:00"}
FESTIVAL = {"starts": "2026-11-09T20:00", "ends": "2026-11-13T00:00"}
WHOLE = {"platform": "100"}


def goods(category: str, rows: str, **fields: Any) -> list[Document]:
    """Products, each row a SKU, its price, its cost and what else is in its title.

    The floor is the cost.
    """
    found = []
    for row in rows.strip().splitlines():
        sku, price, cost, *title = row.split()
        product: Document = {
            "sku": sku,
            "price": price,
            "cost": cost,
            "floor": cost,
            "category": category,
        }
        if title:
            product["title"] = {"zh-CN": " ".join(title)}
        found.append(product | fields)
    return found


def entry(sku: str, price: str, **fields: Any) -> Document:
    return {"sku": sku, "price": price, **fields}


def limits(per_customer: int, total: int, budget: str) -> Document:
    return {"per_customer": per_customer, "total": total, "budget": budget}


def promotion(id_: str, lane: str, benefit: Document, **fields: Any) -> Document:
    """A promotion of this month, funded by the platform, with limits."""
    usual = {
        "schedule": NOVEMBER,
        "funding": WHOLE,
        "limits": limits(5, 20_000, "200000.00"),
    }
    return {"id": id_, "lane": lane, "benefit": benefit} | usual | fields


def percent(number: str, at_most: str | None = None) -> Document:
    capped = {} if at_most is None else {"at_most": at_most}
    return {"kind": "percent_off", "percent": number, **capped}


def amount(off: str, **fields: Any) -> Document:
    return {"kind": "amount_off", "amount": off, **fields}


def tiers(kind: str, *steps: tuple[str, str]) -> Document:
    """Tiers of amounts off, or of percentages, each from an amount on."""
    field = "amount" if kind == "amount_off" else "percent"
    return {
        "kind": "tiers",
        "tiers": [{"amount": reach, "benefit": {"kind": kind, field: off}} for reach, off in steps],
    }


def gift(sku: str, value: str | None = None, quantity: int = 1) -> Document:
    worth = {} if value is None else {"value": value}
    return {"kind": "gift", "sku": sku, "quantity": quantity, **worth}


def nth(n: int, off: str) -> Document:
    return {"kind": "nth_unit", "n": n, "percent": off}


def fixed(price: str) -> Document:
    return {"kind": "fixed_price", "price": price}


def bundle(size: int, price: str) -> Document:
    return {"kind": "bundle_price", "size": size, "price": price}


def add_on(sku: str, price: str, quantity: int = 1) -> Document:
    return {"kind": "add_on", "sku": sku, "price": price, "quantity": quantity}


def reward(**what: Any) -> Document:
    return {"kind": "reward", **what}


def coupon(id_: str, lane: str, off: str, least: str, **fields: Any) -> Document:
    """A coupon of an amount, from an amount on, once for each customer."""
    usual = {
        "coupon": True,
        "requires": {"amount": least},
        "limits": limits(1, 10_000, "200000.00"),
    }
    return promotion(id_, lane, amount(off), **(usual | fields))


def free_shipping(id_: str, least: str, **fields: Any) -> Document:
    benefit = {"kind": "shipping_off", "percent": "100"}
    return promotion(id_, "shipping", benefit, requires={"amount": least}, **fields)


def of(**criteria: Any) -> Document:
    return {"items": criteria}


def mall(
    id_: str,
    products: list[Document],
    promotions: list[Document],
    points: Document | None = None,
    prices: list[Document] | None = None,
    **after_sales: Any,
) -> tuple[Document, Document]:
    """A rulebook and a catalogue."""
    book: Document = {
        "id": id_,
        "version": "1",
        "currency": "CNY",
        "promotions": promotions,
        "after_sales": {"lost_threshold": "reprice", **after_sales},
    }
    if points is not None:
        book["points"] = points
    return book, {"products": products, "prices": prices or []}


POINTS: Document = {
    "worth": {"points": 100, "money": "1.00"},
    "at_most_percent": "50",
    "step": 100,
    "earn": {"per": "1.00", "points": 1, "at_most_per_day": 5000},
    "expire": {"after_days": 365, "revive_days": 30},
}
