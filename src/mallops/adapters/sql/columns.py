"""How values stand in columns, alike on PostgreSQL and on SQLite."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pendulum import DateTime
from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Dialect,
    Text,
    TypeDecorator,
    bindparam,
    cast,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import TypeEngine, UserDefinedType

from mallops.adapters.documents import storable
from mallops.errors import InputError, Problem, shown
from mallops.time import instant

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_LARGEST = 2**63 - 1


class Exact(TypeDecorator[str]):
    """Text that is compared and sorted code point by code point, whatever the database's locale.

    Raises `InputError` for text with NUL, which PostgreSQL cannot hold, on either database.
    """

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[str]:
        """`COLLATE "C"` on PostgreSQL; SQLite compares bytes of itself."""
        return dialect.type_descriptor(
            Text(collation="C" if dialect.name == "postgresql" else None)
        )

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """The text, if both databases can hold it."""
        return None if value is None else storable(value)


class Whole(TypeDecorator[int]):
    """A whole number of 64 bits: minor units, points, counts. Raises `InputError` beyond."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: int | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        """The number, if there is room for it."""
        if value is not None and not -_LARGEST <= value <= _LARGEST:
            raise InputError([Problem("$", shown(value), "a whole number of 64 bits")])
        return value


class Instant(TypeDecorator[DateTime]):
    """An instant to the microsecond, which comes back in UTC.

    `TIMESTAMP WITH TIME ZONE` on PostgreSQL; on SQLite, which has no such type, microseconds
    since 1970 in UTC. Raises `InputError` for an instant without an offset.
    """

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[DateTime]:
        """The database's own type of instants, where it has one."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.TIMESTAMP(timezone=True))  # type: ignore[arg-type]  # gives a datetime
        return dialect.type_descriptor(BigInteger())  # type: ignore[arg-type]  # gives a number

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | int | None:
        """The instant in UTC, where no clock is ever set back."""
        if value is None:
            return None
        at = instant(value)
        local = datetime(*at.timetuple()[:6], at.microsecond, tzinfo=at.tzinfo)
        moment = local.astimezone(UTC)
        if dialect.name == "postgresql":
            return moment
        return (moment - _EPOCH) // _MICROSECOND

    def process_result_value(
        self,
        value: datetime | int | None,
        dialect: Dialect,  # noqa: ARG002
    ) -> DateTime | None:
        """The instant as pendulum has it."""
        match value:
            case None:
                return None
            case int():
                return instant(_EPOCH + value * _MICROSECOND)
            case datetime():
                return instant(value.astimezone(UTC))


class Document(UserDefinedType[str]):
    """A whole value as JSON text, of `mallops.adapters.documents`.

    `json` on PostgreSQL keeps it letter by letter, and lets it be asked: `document -> 'value'`.
    """

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        """The name of the type, on either database."""
        return "JSON"

    def column_expression(self, column: ColumnElement[str]) -> ColumnElement[str]:
        """As text: drivers would make something else of it, each its own."""
        return cast(column, Text)


def fixed(value: str) -> BindParameter[str]:
    """A value that stands in the statement itself.

    Where it came later, as others do, no database could tell that an index of just such rows fits.
    """
    return bindparam(None, value, Text, literal_execute=True)
