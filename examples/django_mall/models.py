"""The mall's tables.

What the mall's own pages and reports ask for has columns. What only mallops reads is one
document: the goods' facts, an order as it was priced, a wallet. Money is whole minor units.
"""

from __future__ import annotations

from typing import Any

from django.db import connection, models
from django.db.models import Q

from examples.django_mall.fields import DocumentField, InstantField
from mallops.aftersales.order import Order as Priced
from mallops.aftersales.payments import Part, Payments
from mallops.catalog.model import Catalog, PriceEntry, Sku
from mallops.points.model import Entry
from mallops.points.wallet import Wallet as Balance
from mallops.repositories import Filed, Logged
from mallops.rules.book import Rulebook


def name(**options: Any) -> Any:
    """An id: told apart to the letter, and sorted alike on every database."""
    exact = "C" if connection.vendor == "postgresql" else None
    return models.TextField(db_collation=exact, **options)


class Product(models.Model):
    """What is sold, SKU by SKU."""

    sku = name(primary_key=True)
    shop = name(db_index=True)
    category = name(db_index=True)
    price = models.BigIntegerField(null=True)
    facts = DocumentField(Sku)
    prices = DocumentField(tuple[PriceEntry, ...])


class RulebookVersion(models.Model):
    """A rulebook's versions; of those that begin together, the later row holds."""

    rulebook = name()
    version = name()
    since = InstantField()
    content = DocumentField(Rulebook)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rulebook", "version"], name="one_content")]


class Coupon(models.Model):
    """A customer's coupon."""

    code = name(primary_key=True)
    promotion = name()
    customer = name(db_index=True)
    expires = InstantField(null=True)
    state = models.TextField()
    order = name(db_index=True)
    source = name(db_index=True)


class Limited(models.Model):
    """A row to lock for a promotion with limits: who takes of it waits for who did before."""

    promotion = name(primary_key=True)


class Reservation(models.Model):
    """That an order has reserved; `until` is empty once it is committed."""

    order = name(primary_key=True)
    customer = name()
    until = InstantField(null=True)
    whole = models.BooleanField(default=True)


class Taken(models.Model):
    """What an order took of a promotion's limits."""

    reservation = models.ForeignKey(Reservation, models.CASCADE)
    promotion = name(db_index=True)
    uses = models.BigIntegerField()
    spent = models.BigIntegerField(null=True)
    currency = models.TextField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reservation", "promotion"], name="taken_once")
        ]


class Wallet(models.Model):
    """A customer's points as they stand, and when some of them are next due."""

    customer = name(primary_key=True)
    version = models.BigIntegerField()
    due = InstantField(null=True, db_index=True)
    content = DocumentField(Balance)


class LedgerEntry(models.Model):
    """What happened to a customer's points."""

    customer = name()
    number = models.BigIntegerField()
    key = name()
    content = DocumentField(Entry)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "number"], name="entry_number"),
            models.UniqueConstraint(fields=["customer", "key"], name="entry_key"),
        ]


class Order(models.Model):
    """An order, priced once and for all; `version` counts the times it was stored."""

    id = name(primary_key=True)
    customer = name(db_index=True)
    placed = InstantField()
    payable = models.BigIntegerField()
    currency = models.TextField()
    settles = InstantField(null=True, db_index=True)
    version = models.BigIntegerField()
    payload = models.TextField()
    priced = DocumentField(Priced)
    goods = DocumentField(Catalog)
    payments = DocumentField(Payments)


class OrderLine(models.Model):
    """A line of an order as the mall's own pages show it: what it costs after all promotions."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="lines")
    line = name()
    sku = name(db_index=True)
    quantity = models.BigIntegerField()
    net = models.BigIntegerField()


class Case(models.Model):
    """An order's way, or that of an after-sales request; `due` is its first deadline."""

    id = name(primary_key=True)
    # Unconstrained, as the contract of cases has cases alone.
    order = models.ForeignKey(Order, models.DO_NOTHING, db_constraint=False)
    state = models.TextField()
    steps = models.BigIntegerField()
    due = InstantField(null=True, db_index=True)
    filed = DocumentField(Filed)


class Move(models.Model):
    """A step of a case, under the key that it was asked with, if any."""

    case = models.ForeignKey(Case, models.CASCADE)
    number = models.BigIntegerField()
    key = name()
    logged = DocumentField(Logged)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="move_number"),
            models.UniqueConstraint(fields=["case", "key"], condition=~Q(key=""), name="move_key"),
        ]


class Outgoing(models.Model):
    """What is to be done outside: one worker's until `claimed` is over."""

    key = name(primary_key=True)
    case = name()
    order = name()
    effect = models.TextField()
    at = InstantField(db_index=True)
    parts = DocumentField(tuple[Part, ...])
    about = name()
    claimed = InstantField(null=True)


class Event(models.Model):
    """What a customer did."""

    id = name(primary_key=True)
    customer = name()
    kind = name()
    at = InstantField()
    sku = name()
    order = name()
    details = models.JSONField()

    class Meta:
        indexes = [models.Index(fields=["customer", "at"], name="of_customer")]
