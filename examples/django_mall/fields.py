"""Two kinds of column: an instant, and a whole value of mallops."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from pendulum import DateTime

from mallops import instant
from mallops.adapters.documents import from_json, to_json


class InstantField(models.DateTimeField):
    """A `DateTimeField` that gives instants as mallops takes them."""

    def from_db_value(self, value: datetime | None, *_: object) -> DateTime | None:
        """As it is read."""
        return None if value is None else instant(value)

    def get_prep_value(self, value: datetime | None) -> Any:
        """As it is stored, or compared with."""
        # Drivers know the standard library's class alone.
        plain = None if value is None else datetime.fromisoformat(instant(value).isoformat())
        return super().get_prep_value(plain)


class DocumentField(models.TextField):
    """A value of that kind as JSON: text, for `jsonb` would not keep the order of its keys."""

    def __init__(self, kind: Any = None, **options: Any) -> None:
        super().__init__(**options)
        self.kind = kind

    def from_db_value(self, value: str, *_: object) -> Any:
        """As it is read."""
        return from_json(value, self.kind)

    def get_prep_value(self, value: object) -> str:
        """As it is stored."""
        return to_json(value)

    def deconstruct(self) -> Any:
        """For migrations it is a column of text, whatever stands in it."""
        name, _, args, options = super().deconstruct()
        return name, "django.db.models.TextField", args, options
