"""How scenarios write what is gone of promotions' limits."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from mallops.cart import Usage
from mallops.errors import Problem, shown
from mallops.money import Currency
from mallops.rulebook.reader import Notes, Reading
from mallops.rulebook.records import Field, MapOf, Record
from mallops.rulebook.scalars import AMOUNT, NUMBER
from mallops.rules.bounds import check_count
from mallops.rules.paths import at_key

USAGE = MapOf(
    Record(
        "usage",
        Usage,
        (
            Field("total", NUMBER, "Uses in all.", 0),
            Field("customer", NUMBER, "Uses by this customer.", 0),
            Field("spent", AMOUNT, "What it has given away.", None),
        ),
        "How much of a promotion's limits is gone.",
    )
)


def decode_usage(document: object, currency: Currency) -> Mapping[str, Usage]:
    """The usage that a document holds, by promotion id; `InputError` with every problem of it.

    Amounts are in `currency`; paths begin with `$.usage`.

    >>> decode_usage({"p": {"total": 3}}, Currency.of("CNY"))
    {'p': Usage(total=3, customer=0, spent=None)}
    """
    notes = Notes(currency)
    usage = USAGE.read(document, "$.usage", notes)
    return Reading(usage, notes).whole(lambda used: check_usage(used, None))


def check_usage(
    usage: Mapping[str, Usage], promotions: Collection[str] | None
) -> Iterator[Problem]:
    """What is impossible in the usage at `$.usage` of those promotions (None: of any).

    >>> print(*check_usage({"p": Usage(total=-1)}, {"p"}))
    $.usage.p.total: got -1, expected a whole number, at least 0
    """
    for name, used in usage.items():
        path = at_key("$.usage", name)
        if promotions is not None and name not in promotions:
            yield Problem(path, shown(name), "the id of a promotion of the rulebook")
        yield from check_count(used.total, f"{path}.total", least=0)
        yield from check_count(used.customer, f"{path}.customer", least=0)
