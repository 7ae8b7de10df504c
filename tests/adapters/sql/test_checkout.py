"""What a checkout sends to the database: `docs/storage-sql.md` lists it."""

from __future__ import annotations

import re
from pathlib import Path

from mallops import Currency, decode_cart, decode_catalog, decode_rulebook, instant
from mallops.adapters.sql import SqlStore
from mallops.lifecycles.flows import orders
from mallops.operations import Mall, checkout, post_points
from mallops.points.drafting import Terms
from mallops.points.requests import Grant
from mallops.repositories import Coupon, Purchase
from tests.adapters.sql.conftest import NewEngine
from tests.adapters.sql.test_statements import sent

CNY = Currency.of("CNY")
AT = instant("2026-11-11T00:00:00+08:00")
PAGE = Path(__file__).parents[3] / "docs" / "storage-sql.md"


def mall_with(store: SqlStore, size: int) -> Mall:
    """So many SKUs, each with a limited promotion of its own, a coupon, and points."""
    skus = [f"S{number}" for number in range(size)]
    promotions: list[object] = [
        {
            "id": f"p-{sku}",
            "lane": "item",
            "items": {"sku": [sku]},
            "benefit": {"kind": "percent_off", "percent": "10"},
            "limits": {"total": 9, "per_customer": 9, "budget": "99.00"},
        }
        for sku in skus
    ]
    coupon = {"kind": "amount_off", "amount": "1.00"}
    promotions.append({"id": "C", "lane": "platform-coupon", "coupon": True, "benefit": coupon})
    rulebook = decode_rulebook(
        {"id": "mall", "version": "1", "currency": "CNY", "promotions": promotions, "points": {}}
    )
    goods = {"products": [{"sku": sku, "price": "60.00"} for sku in skus]}
    with store.begin() as unit:
        unit.catalog.put(decode_catalog(goods, CNY))
        unit.rulebooks.publish(rulebook, AT)
        unit.coupons.issue([Coupon(f"c-{number}", "C", "anna") for number in range(3)])
        post_points(unit.points, "anna", "hello", Grant(300), AT, Terms.of(rulebook))
    return Mall(store, "mall", (orders(),))


def placed(mall: Mall, order: str, size: int) -> None:
    lines = [{"id": f"{n}", "sku": f"S{n}", "quantity": 2} for n in range(size)]
    document = {"customer": {"id": "anna"}, "lines": lines, "coupons": ["C"], "points": 100}
    found = checkout(mall, order, decode_cart(document, CNY), AT)
    assert isinstance(found, Purchase)
    assert len(found.order.quote.applied) == size + 1
    assert found.order.quote.points_used == 100


def verbs(statements: list[tuple[str, object]]) -> list[str]:
    """Of each statement what it does, and the table that it does it to."""
    found = []
    for statement, _ in statements:
        [table, *_] = re.findall(r"mallops_\w+", statement.replace("mallops_orders.priced", ""))
        update = "UPDATE" if "UPDATE mallops" in statement else statement.split()[0]
        found.append(f"{update} {table}")
    return found


def test_a_checkout_sends_what_the_page_lists_whatever_is_bought(
    new_postgresql: NewEngine,
) -> None:
    listed = re.findall(r"^\d+\. `(\w+)` on `(\w+)`", PAGE.read_text("utf-8"), re.MULTILINE)
    engine = new_postgresql()
    mall = mall_with(SqlStore(engine), 40)
    # The first one reads the rulebook, which stays in memory.
    placed(mall, "o0", 1)
    for size in (1, 40):
        with sent(engine) as statements:
            placed(mall, f"o{size}", size)
        assert verbs(statements) == [f"{verb} {table}" for verb, table in listed], size
