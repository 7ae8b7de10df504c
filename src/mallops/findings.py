"""Outcomes that are returned, never raised: findings about data, refusals of requests."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from attrs import field, frozen


class Severity(Enum):
    """How much a finding matters: an error costs money, a warning may, a note informs."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@frozen
class Finding:
    """Something worth a person's attention in data that is otherwise usable.

    `code` is stable and keys the wording; `path` is a JSON path to the subject;
    `details` fills the wording's blanks.
    """

    code: str
    severity: Severity
    path: str
    details: Mapping[str, str] = field(factory=dict)


@frozen
class Refusal:
    """A business "no": a stable code, and the numbers behind it as text by name."""

    code: str
    details: Mapping[str, str] = field(factory=dict)
