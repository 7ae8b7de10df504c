"""The tables, as a database's administrator reads them; `docs/storage-sql.md` tells of each.

Money is whole minor units beside its currency's code. Documents are those of
`mallops.adapters.documents`, kept as `json`, which leaves the order of keys as it was. Ids are
text, compared byte for byte; an empty one means that there is none.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    Table,
    UniqueConstraint,
    text,
)
from sqlalchemy.schema import SchemaItem

from mallops.adapters.sql.columns import Document, Exact, Instant, Whole

PREFIX = "mallops_"
"""What every table's name begins with, so that a backend's own tables may stand beside them."""

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pk",
        "fk": "%(table_name)s_%(column_0_name)s_fk",
        "ck": "%(table_name)s_%(constraint_name)s_check",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
    }
)
"""All the tables, for tools that compare or draw schemas."""


def _table(name: str, *parts: SchemaItem) -> Table:
    return Table(PREFIX + name, metadata, *parts)


def _key(name: str) -> Column[str]:
    return Column(name, Exact, primary_key=True)


def _text(name: str) -> Column[str]:
    return Column(name, Exact, nullable=False)


def _whole(name: str, *, optional: bool = False) -> Column[int]:
    return Column(name, Whole, nullable=optional)


def _instant(name: str, *, optional: bool = False) -> Column[Any]:
    return Column(name, Instant, nullable=optional)


def _document(name: str = "document") -> Column[str]:
    return Column(name, Document, nullable=False)


def _one_of(column: str, values: Collection[str]) -> CheckConstraint:
    names = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({names})", name=column)


def _index(name: str, table: Table, *columns: str, only: str = "") -> None:
    """An index, of those rows alone for which something holds."""
    condition = text(only) if only else None
    Index(
        f"{table.name}_{name}",
        *(table.c[column] for column in columns),
        postgresql_where=condition,
        sqlite_where=condition,
    )


# --- what is sold, and for how much -------------------------------------------------------------

skus = _table(
    "skus",
    _key("sku"),
    _text("product"),
    _text("shop"),
    _text("category"),
    _text("brand"),
    _text("listing"),
    _whole("price_minor", optional=True),
    Column("currency", Exact),
    _document(),
)

price_entries = _table(
    "price_entries",
    Column("sku", Exact, ForeignKey(skus.c.sku), primary_key=True),
    Column("place", Integer, primary_key=True, autoincrement=False),
    _whole("price_minor"),
    _text("currency"),
    _whole("min_quantity"),
    _instant("starts_at", optional=True),
    _instant("ends_at", optional=True),
    _document(),
)

rulebooks = _table(
    "rulebooks",
    _key("rulebook"),
    _key("version"),
    # Versions of a rulebook in the order of being published.
    Column("number", Whole, nullable=False),
    _instant("since"),
    _document(),
    UniqueConstraint("rulebook", "number"),
)
_index("since_idx", rulebooks, "rulebook", "since", "number")

# --- limits --------------------------------------------------------------------------------------

RESERVED, COMMITTED, RELEASED, LAPSED = "reserved", "committed", "released", "lapsed"

reservations = _table(
    "reservations",
    _key("order_id"),
    _text("customer"),
    _instant("lapses_at"),
    Column("committed", Boolean, nullable=False),
)

takes = _table(
    "takes",
    Column("order_id", Exact, ForeignKey(reservations.c.order_id), primary_key=True),
    _key("promotion"),
    _text("customer"),
    _whole("uses"),
    _whole("spent_minor", optional=True),
    Column("currency", Exact),
    _text("state"),
    _instant("lapses_at"),
    _one_of("state", (RESERVED, COMMITTED, RELEASED, LAPSED)),
)
_index("lapsing_idx", takes, "promotion", "lapses_at", only=f"state = '{RESERVED}'")

promotion_usage = _table(
    "promotion_usage",
    _key("promotion"),
    _whole("uses"),
    _whole("spent_minor"),
    Column("currency", Exact),
    Column("exponent", Integer),
)

customer_usage = _table("customer_usage", _key("promotion"), _key("customer"), _whole("uses"))

coupons = _table(
    "coupons",
    _key("code"),
    _text("promotion"),
    _text("customer"),
    _instant("expires_at", optional=True),
    _text("state"),
    _text("order_id"),
    _text("source_order_id"),
    _one_of("state", ("free", "held", "redeemed", "withdrawn")),
)
_index("free_idx", coupons, "customer", "promotion", only="state = 'free'")
_index("order_idx", coupons, "order_id", only="order_id <> ''")
_index("source_idx", coupons, "source_order_id", only="source_order_id <> ''")

# --- points --------------------------------------------------------------------------------------

wallets = _table(
    "points_wallets",
    _key("customer"),
    _whole("version"),
    _instant("due_at", optional=True),
    _document(),
)
_index("due_idx", wallets, "due_at", "customer", only="due_at IS NOT NULL")

entries = _table(
    "points_entries",
    _key("customer"),
    Column("number", Whole, primary_key=True, autoincrement=False),
    _text("key"),
    _instant("at"),
    _text("request"),
    _document(),
    UniqueConstraint("customer", "key"),
)

postings = _table(
    "points_postings",
    _key("customer"),
    Column("number", Whole, primary_key=True, autoincrement=False),
    Column("place", Integer, primary_key=True, autoincrement=False),
    _text("account"),
    _whole("points"),
    _text("order_id"),
    _text("lot"),
    ForeignKeyConstraint(
        ["customer", "number"],
        [entries.c.customer, entries.c.number],
    ),
)

# --- orders --------------------------------------------------------------------------------------

orders = _table(
    "orders",
    _key("order_id"),
    _text("customer"),
    _text("rulebook"),
    _text("rulebook_version"),
    _instant("placed_at"),
    _whole("payable_minor"),
    _text("currency"),
    _instant("shipped_at", optional=True),
    _instant("received_at", optional=True),
    _instant("cancelled_at", optional=True),
    _instant("settled_at", optional=True),
    _instant("settles_at", optional=True),
    _whole("version"),
    _document("priced"),
    _document("standing"),
)
_index("customer_idx", orders, "customer", "placed_at")
_index("settling_idx", orders, "settles_at", "order_id", only="settles_at IS NOT NULL")

order_units = _table(
    "order_units",
    Column("order_id", Exact, ForeignKey(orders.c.order_id), primary_key=True),
    _key("line"),
    Column("number", Integer, primary_key=True, autoincrement=False),
    _text("sku"),
    _whole("list_price_minor"),
    _whole("points_minor"),
    _whole("net_minor"),
    Column("returned", Boolean, nullable=False),
)
_index("sku_idx", order_units, "sku")

cases = _table(
    "cases",
    _key("case_id"),
    _text("order_id"),
    _text("machine"),
    _text("machine_version"),
    _text("state"),
    _instant("since"),
    _whole("steps"),
    _instant("opened_at"),
    _instant("due_at", optional=True),
    _whole("refund_minor", optional=True),
    Column("currency", Exact),
    _document(),
)
_index("order_idx", cases, "order_id")
_index("due_idx", cases, "due_at", "case_id", only="due_at IS NOT NULL")

case_log = _table(
    "case_log",
    Column("case_id", Exact, ForeignKey(cases.c.case_id), primary_key=True),
    Column("number", Whole, primary_key=True, autoincrement=False),
    _instant("at"),
    _text("actor"),
    _text("event"),
    _text("source"),
    _text("target"),
    _text("key"),
    _text("payload"),
)
Index(
    f"{case_log.name}_key_idx",
    case_log.c.case_id,
    case_log.c.key,
    unique=True,
    postgresql_where=text("key <> ''"),
    sqlite_where=text("key <> ''"),
)

# --- what has to be done, and what was -----------------------------------------------------------

outbox = _table(
    "outbox",
    _key("key"),
    _text("case_id"),
    _text("order_id"),
    _text("effect"),
    _instant("at"),
    _instant("claimed_until", optional=True),
    _document("parts"),
    _text("about"),
)
_index("oldest_idx", outbox, "at", "key")

behaviour_events = _table(
    "behaviour_events",
    _key("event_id"),
    _text("customer"),
    _text("kind"),
    _instant("at"),
    _text("sku"),
    _text("order_id"),
    _document("details"),
)
_index("customer_idx", behaviour_events, "customer", "at", "event_id")

schema_versions = _table(
    "schema",
    Column("version", Integer, primary_key=True, autoincrement=False),
)
