"""An order is placed, paid, shipped and received; a part comes back and is refunded.

    python -m examples.django_mall [DATABASE]

DATABASE is a SQLite file or a `postgresql:` address; without one, a file that goes afterwards.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from examples.django_mall.settings import configure
from mallops import Refusal, decode_cart, decode_catalog, decode_rulebook, instant
from mallops.aftersales.payments import Capture
from mallops.lifecycles.case import Moved, Refused
from mallops.lifecycles.flows import FLOWS, HOUSE
from mallops.operations import (
    Mall,
    Told,
    advance_case,
    checkout,
    drain_outbox,
    open_case,
    pay,
    receive,
)
from mallops.repositories import Coupon, Message

MONDAY = instant("2026-11-09T10:00:00+08:00")
RULEBOOK = decode_rulebook(
    {
        "format": "mallops.rulebook/1",
        "id": "mall",
        "version": "1",
        "currency": "CNY",
        "promotions": [
            {
                "id": "flash",
                "lane": "item",
                "benefit": {"kind": "percent_off", "percent": "10"},
                "limits": {"total": 2},
            },
            {
                "id": "SAVE10",
                "lane": "platform-coupon",
                "coupon": True,
                "benefit": {"kind": "amount_off", "amount": "10.00"},
            },
        ],
    }
)
CATALOG = decode_catalog(
    {"products": [{"sku": "TEA", "price": "60.00"}, {"sku": "CUP", "price": "40.00"}]},
    RULEBOOK.currency,
)
CART = decode_cart(
    {
        "customer": {"id": "anna"},
        "lines": [
            {"id": "1", "sku": "TEA", "quantity": 2},
            {"id": "2", "sku": "CUP", "quantity": 1},
        ],
        "coupons": ["SAVE10"],
    },
    RULEBOOK.currency,
)


def tell() -> None:
    """Tell the story; Django has to be set up, with tables that are empty."""
    # Models can be imported once Django is set up, and not before.
    from examples.django_mall.models import OrderLine, Outgoing
    from examples.django_mall.store import DjangoStore

    store = DjangoStore()
    with store.begin() as unit:
        unit.catalog.put(CATALOG)
        unit.rulebooks.publish(RULEBOOK, MONDAY.subtract(days=1))
        unit.coupons.issue([Coupon("c-1", "SAVE10", "anna")])
    mall = Mall(store, RULEBOOK.id, [flow(HOUSE) for flow in FLOWS])

    placed = checkout(mall, "o1", CART, MONDAY)
    assert not isinstance(placed, Refusal), placed
    payable = placed.order.quote.payable
    print(f"o1: {payable} to be paid")
    for line in OrderLine.objects.filter(order="o1").order_by("line"):
        print(f"    {line.quantity} {line.sku}: {line.net}")
    captures = [Capture("card-1", "card", payable)]
    print("o1:", _state(pay(mall, "o1", captures, MONDAY.add(minutes=3))))
    again = pay(mall, "o1", captures, MONDAY.add(minutes=4))
    print("o1:", _state(again), "(told twice)")
    tuesday = MONDAY.add(days=1)
    _state(advance_case(mall, "o1", "ship", "seller", tuesday, "shipped", {"parcels": "all"}))
    print("o1:", _state(receive(mall, "o1", "buyer", tuesday.add(days=1))))

    friday = MONDAY.add(days=4)
    print("r1:", _state(open_case(mall, "returns", "r1", "o1", {"1": 1}, friday)))
    for actor, event, facts in (
        ("seller", "accept", {}),
        ("buyer", "send", {"waybill": True}),
        ("seller", "receive", {}),
        ("seller", "inspect", {"passed": "all"}),
    ):
        _state(advance_case(mall, "r1", event, actor, friday, event, facts))
    while Outgoing.objects.exists():
        drain_outbox(mall, _perform, friday, friday.add(minutes=5))
    with store.begin() as unit:
        case, order = unit.cases.case("r1"), unit.orders.order("o1")
    assert case is not None
    assert order is not None
    print("r1:", case.case.state)
    print(
        "o1:",
        ", ".join(str(left) for left in order.payments.left.values()),
        "left of what was paid",
    )


def _state(found: Moved | Refused) -> str:
    """Where it stands now; a story has no refusals."""
    assert isinstance(found, Moved), found
    return found.target


def _perform(message: Message) -> Told:
    """What a payment provider and a warehouse would do, once for the key."""
    for part in message.parts:
        print(f"{message.key}: {part.amount} to {part.capture}")
    return Told({"refund": "refunded", "restock": "restocked"}[message.effect])


def main(argv: Sequence[str] | None = None) -> int:
    """Set up Django, and tell the story."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("database", nargs="?")
    database = parser.parse_args(argv).database
    with TemporaryDirectory() as directory:
        configure(database or str(Path(directory) / "mall.sqlite3"))
        tell()
    return 0


if __name__ == "__main__":
    sys.exit(main())
