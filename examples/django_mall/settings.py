"""Django's settings, in code; a project of yours has them in a module."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import django
from django.conf import settings
from django.core.management import call_command


def configure(database: str) -> None:
    """Set Django up with a database, a SQLite file or a `postgresql:` address, and its tables."""
    settings.configure(
        DATABASES={"default": _postgresql(database) if ":" in database else _sqlite(database)},
        INSTALLED_APPS=["examples.django_mall"],
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        LOGGING_CONFIG=None,
        USE_TZ=True,
    )
    django.setup()
    # In a project of yours, `makemigrations` writes down how the tables came to be.
    call_command("migrate", run_syncdb=True, verbosity=0)


def _sqlite(path: str) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            # A unit that begins by reading and then writes would fail at once if another wrote.
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL",
            "timeout": 20,
        },
    }


def _postgresql(address: str) -> dict[str, Any]:
    found = urlsplit(address)
    socket = parse_qs(found.query).get("host", [None])[0]
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": found.path.removeprefix("/"),
        "USER": unquote(found.username or ""),
        "PASSWORD": unquote(found.password or ""),
        "HOST": socket or found.hostname or "",
        "PORT": found.port or "",
    }
