"""How points go under a rulebook, as their ledger asks it."""

from __future__ import annotations

from mallops.points.drafting import Terms
from mallops.promotions.compiled import Compiled


def terms_of(compiled: Compiled) -> Terms:
    """The ledger's terms of a rulebook; without a points section, points never go."""
    points = compiled.rulebook.points
    return Terms(points.expire if points is not None else None, compiled.rulebook.timezone)
