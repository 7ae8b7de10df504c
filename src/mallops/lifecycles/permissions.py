"""Who may do what, and where: a machine's rows by actor."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from mallops.lifecycles.machine import Machine
from mallops.lifecycles.naming import named


@frozen
class Permission:
    """In `state`, `actor` may bring `event`, on to `target`, where the guards of `codes` hold."""

    state: str
    event: str
    actor: str
    target: str
    codes: tuple[str, ...] = ()


def permissions(machine: Machine) -> tuple[Permission, ...]:
    """All that anybody may do: a permission for each row and actor, in the machine's order.

    >>> from mallops.lifecycles.machine import Row
    >>> pay = Row("created", "pay", "paid", frozenset({"buyer"}))
    >>> permissions(Machine("order", "1", (), ("pay",), ("buyer",), (pay,)))
    (Permission(state='created', event='pay', actor='buyer', target='paid', codes=()),)
    """
    return tuple(
        Permission(
            row.source, row.event, actor, row.target, tuple(guard.code for guard in row.guards)
        )
        for row in machine.rows
        for actor in machine.actors
        if actor in row.actors
    )


def permission_table(machine: Machine, locale: str = "en") -> str:
    """The permissions as a Markdown table, a line for each row and a column for each actor.

    A cell holds what has to be right for the actor to be let through, which is what a refusal
    would say otherwise; `✓` where there is nothing of that kind.

    >>> from mallops.lifecycles.machine import Row
    >>> pay = Row("created", "pay", "paid", frozenset({"buyer"}))
    >>> print(permission_table(Machine("order", "1", (), ("pay",), ("buyer", "seller"), (pay,))))
    |  |  | buyer | seller |  |
    |---|---|---|---|---|
    | created | pay | ✓ |  | paid |
    """
    return "\n".join(_line(cells) for cells in _cells(machine, locale))


def _cells(machine: Machine, locale: str) -> Iterator[list[str]]:
    yield ["", "", *(named(machine, "actor", actor, locale) for actor in machine.actors), ""]
    yield ["---"] * (len(machine.actors) + 3)
    for row in machine.rows:
        against = "; ".join(named(machine, "guard", guard.code, locale) for guard in row.guards)
        allowed = f"✓ ({against})" if against else "✓"
        yield [
            named(machine, "state", row.source, locale),
            named(machine, "event", row.event, locale),
            *(allowed if actor in row.actors else "" for actor in machine.actors),
            named(machine, "state", row.target, locale),
        ]


def _line(cells: list[str]) -> str:
    if set(cells) == {"---"}:
        return f"|{'|'.join(cells)}|"
    return "| " + " | ".join(" ".join(cell.replace("|", "\\|").split()) for cell in cells) + " |"
