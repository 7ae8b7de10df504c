"""The carts of a scenario file as cases for a simulation, whatever the scenarios expect."""

from __future__ import annotations

from collections.abc import Sequence

from mallops.catalog.check import own_cart_problems
from mallops.errors import InputError, Problem
from mallops.money import Currency
from mallops.rulebook.cart import read_cart
from mallops.rulebook.reader import Notes, Reading
from mallops.rulebook.scalars import MOMENT
from mallops.rulebook.scenarios import Scenario
from mallops.rulebook.usage import USAGE, check_usage
from mallops.simulation.outcome import Case, Unpriced


def decode_cases(scenarios: Sequence[Scenario], currency: Currency) -> tuple[Case | Unpriced, ...]:
    """Each scenario's cart, at its instant and with its usage; amounts are in `currency`.

    One that is no cart is `Unpriced`, with every problem, and raises nothing. A scenario
    without a name goes by its place in the file.

    >>> from mallops.rulebook.scenarios import decode_scenarios
    >>> scenarios = decode_scenarios({"scenarios": [{"cart": {"lines": 5}}]})
    >>> print(*decode_cases(scenarios, Currency.of("CNY")))  # doctest: +NORMALIZE_WHITESPACE
    $.scenarios[0]: $.at: got nothing, expected an instant with an offset, such as
    "2026-11-10T20:00:00+08:00"; $.lines: got 5, expected a list
    """
    return tuple(
        _case(scenario, scenario.name or f"$.scenarios[{place}]", currency)
        for place, scenario in enumerate(scenarios)
    )


def common_catalog(scenarios: Sequence[Scenario]) -> object:
    """The document of the one catalogue that all scenarios are over.

    Raises `InputError` where there is none, or a scenario has one of its own: the sums of
    carts over two catalogues are of different goods under the same names.

    >>> from mallops.rulebook.scenarios import decode_scenarios
    >>> common_catalog(decode_scenarios({"scenarios": []}))
    Traceback (most recent call last):
    ...
    mallops.errors.InputError: $.catalog: got nothing, expected a catalogue for all scenarios
    """
    first = scenarios[0].catalog if scenarios else None
    if first is None:
        raise InputError([Problem("$.catalog", "nothing", "a catalogue for all scenarios")])
    for place, scenario in enumerate(scenarios):
        if scenario.catalog is not first:
            path = f"$.scenarios[{place}].catalog"
            raise InputError([Problem(path, "another one", "that of $.scenarios[0]")])
    return first


def _case(scenario: Scenario, name: str, currency: Currency) -> Case | Unpriced:
    if scenario.story is not None:
        return Unpriced(name, (Problem("$.story", "a story", "a cart instead"),))
    notes = Notes(currency)
    at = MOMENT.read(scenario.at, "$.at", notes)
    usage = Reading(USAGE.read(scenario.usage, "$.usage", notes), notes)
    cart = read_cart(scenario.cart, currency)
    problems = [
        *scenario.problems,
        *usage.problems(lambda used: check_usage(used, None)),
        *cart.problems(own_cart_problems),
    ]
    return Unpriced(name, tuple(problems)) if problems else Case(name, at, cart.value, usage.value)
