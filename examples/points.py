"""One customer's points through an order: welcome, held, spent, earned, settled, returned.

    python examples/points.py [--locale en|zh_CN]

What a backend's handlers do at each event, with the repository in memory. Every call has a
key that names what happened, so each may be delivered twice; two of them are, here. At the
end stand the customer's statement and the audit of the log.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from attrs import evolve, frozen
from pendulum import DateTime

from mallops import Cart, Compiled, Line, Refusal, Shopper, compile_rulebook, instant, quote
from mallops.adapters.memory import MemoryPoints
from mallops.aftersales.order import Order, receive
from mallops.aftersales.returning import Return, return_units
from mallops.aftersales.windows import settles_at
from mallops.operations import audit_points, earn_points, post_points
from mallops.points.drafting import Terms
from mallops.points.earning import Earned, Goods
from mallops.points.holding import held_until
from mallops.points.model import Entry
from mallops.points.requests import (
    Capture,
    Earn,
    GiveBack,
    Grant,
    Hold,
    Settle,
    Stated,
    TakeBack,
)
from mallops.points.statement import statement
from mallops.points.statement_text import statement_text
from mallops.points.sweeping import balance
from mallops.points.wallet import Wallet
from mallops.rulebook import decode_catalog, decode_rulebook, read_document

HERE = Path(__file__).parent / "points"
MONDAY = instant("2026-11-09T10:00:00+08:00")
CUSTOMER = "anna"


@frozen
class Mall:
    """What the handlers share: the rulebook, compiled, and where points are stored."""

    compiled: Compiled
    points: MemoryPoints

    @property
    def terms(self) -> Terms:
        """How points go."""
        return Terms.of(self.compiled.rulebook)

    def post(self, key: str, request: Stated, at: DateTime) -> Entry:
        """Post what this story knows cannot be refused."""
        entry = post_points(self.points, CUSTOMER, key, request, at, self.terms)
        assert not isinstance(entry, Refusal), entry
        return entry


def open_mall() -> Mall:
    """The mall of `points/rulebook.json`."""
    rulebook = decode_rulebook(read_document(HERE / "rulebook.json"))
    catalog = decode_catalog(read_document(HERE / "catalog.json"), rulebook.currency)
    return Mall(compile_rulebook(rulebook, catalog), MemoryPoints())


def checkout(mall: Mall, at: DateTime) -> Order:
    """Two tins of tea, with as many points as the balance has; they are held until paid."""
    wallet = mall.points.wallet(CUSTOMER)
    available = balance(wallet, at, mall.terms).available
    cart = Cart(Shopper(CUSTOMER), (Line("1", "TEA", 2),), points=available)
    order = Order("o1", cart, quote(mall.compiled, cart, at))
    rules = mall.compiled.rulebook.points
    assert rules is not None
    hold = Hold(order.id, order.quote.points_used, held_until(rules, at))
    mall.post("o1/held", hold, at)
    return order


def paid(mall: Mall, order: Order, at: DateTime) -> Order:
    """The payment's callback: the held points are spent, and the order earns."""
    mall.post("o1/captured", Capture(order.id), at)
    goods = [Goods(mall.compiled.skus[line.sku], line.net.minor) for line in order.quote.lines]
    entry = earn_points(
        mall.points,
        CUSTOMER,
        "o1/earned",
        order.id,
        goods,
        order.cart.shopper.groups,
        at,
        mall.compiled.rulebook.earn,
        mall.terms,
    )
    assert isinstance(entry, Entry), entry
    assert isinstance(entry.request, Earn)
    asked = entry.request
    return evolve(order, earned=Earned(asked.points, asked.campaign, asked.bonus, asked.counts))


def came_back(mall: Mall, order: Order, at: DateTime) -> Return:
    """One tin comes back: credits first, then what it had earned."""
    found = return_units(mall.compiled, order, {"1": 1}, at)
    assert isinstance(found, Return), found
    if found.points_returned:
        mall.post("o1/r1/returned", GiveBack(order.id, found.points_returned), at)
    if found.points_taken:
        mall.post("o1/r1/taken", TakeBack(order.id, found.points_taken), at)
    return found


def main(argv: Sequence[str] | None = None) -> int:
    """Play the story and print its books; 1 if the audit finds anything."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--locale", choices=("en", "zh_CN"), default="en")
    locale = parser.parse_args(argv).locale
    mall = open_mall()
    mall.post("welcome", Grant(500, "welcome"), MONDAY)
    order = checkout(mall, MONDAY.add(minutes=5))
    order = paid(mall, order, MONDAY.add(minutes=9))
    assert paid(mall, order, MONDAY.add(minutes=10)) == order, "the callback came twice"
    received = receive(order, MONDAY.add(days=2))
    assert isinstance(received, Order)
    found = came_back(mall, received, MONDAY.add(days=4))
    assert came_back(mall, received, MONDAY.add(days=4, minutes=1)) == found
    settled = settles_at(found.order, mall.compiled.rulebook)
    assert settled is not None
    mall.post("o1/settled", Settle(order.id), settled)
    entries = mall.points.entries(CUSTOMER)
    told = statement(Wallet(CUSTOMER), entries, settled, mall.terms)
    print(f"{order.quote.payable} - {found.refund}\n")
    print(statement_text(told, locale))
    findings = audit_points(mall.points, CUSTOMER)
    return 1 if findings else 0


if __name__ == "__main__":
    raise SystemExit(main())
