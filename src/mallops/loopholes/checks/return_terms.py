"""How long goods can go back, and how long points live that come back with them."""

from __future__ import annotations

from collections.abc import Iterator

from mallops.findings import Severity
from mallops.loopholes.examined import Examined
from mallops.loopholes.model import Kind, Loophole
from mallops.loopholes.subjects import section_at
from mallops.rules.points import ExpireByAge, ExpireYearly

_LONGEST = 60


def check(examined: Examined) -> Iterator[Loophole]:
    """Windows of no days or of months, and revivals longer than points live at all."""
    days = examined.rulebook.after_sales.window_days
    if not days or days > _LONGEST:
        subject = section_at("after_sales", ".window_days")
        severity = Severity.WARNING if days else Severity.NOTE
        details = {"days": str(days)}
        yield Loophole("return_window_odd", Kind.SEQUENCE, severity, (subject,), details)
    expire = None if examined.rulebook.points is None else examined.rulebook.points.expire
    if not isinstance(expire, ExpireByAge | ExpireYearly):
        return
    lives = expire.after_days if isinstance(expire, ExpireByAge) else 365
    if expire.revive_days >= lives:
        subject = section_at("points", ".expire.revive_days")
        details = {"days": str(expire.revive_days), "lives": str(lives)}
        kind, severity = Kind.SEQUENCE, Severity.WARNING
        yield Loophole("revival_outlives_points", kind, severity, (subject,), details)
