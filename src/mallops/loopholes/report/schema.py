"""The JSON Schemas of reports, acknowledgements, differences and incidents, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from mallops.loopholes.diffing.documents import difference_schema
from mallops.loopholes.incidents.reading import incident_schema
from mallops.loopholes.report.acknowledgements import acknowledged_schema
from mallops.loopholes.report.documents import report_schema
from mallops.rulebook.reader import Schema

REPORT_SCHEMAS: Mapping[str, Callable[[], Schema]] = MappingProxyType(
    {
        "report": report_schema,
        "acknowledged": acknowledged_schema,
        "difference": difference_schema,
        "incident": incident_schema,
    }
)
"""How to make each schema, by name; they are files in `docs/schema/` like the others."""
