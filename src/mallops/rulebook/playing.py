"""From a story to what came of each of its steps, or to all that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from attrs import evolve, frozen

from mallops.cart import Usage
from mallops.errors import InputError, Problem, shown
from mallops.promotions.compiled import Compiled
from mallops.rulebook.asking import documents_wrong, missing
from mallops.rulebook.reader import Notes, Reading
from mallops.rulebook.scenarios import Scenario
from mallops.rulebook.shared import Base, Rejected, Shared
from mallops.rulebook.stories import OPENINGS, STEP, WrittenStep, check_openings, check_step
from mallops.rules.book import Rulebook
from mallops.stories.model import (
    Act,
    GrantCoupon,
    GrantPoints,
    Look,
    Opening,
    Outcome,
    PlaceOrder,
    Step,
    Transfer,
)
from mallops.stories.playing import begin, play

_OF_AN_ACCOUNT = (PlaceOrder, GrantPoints, GrantCoupon, Act, Transfer, Look)
"""What needs a customer: the other deeds have an order's."""


@frozen
class PlayedStep:
    """A step, what it expects, and what came of it."""

    step: Step
    expect: Mapping[str, object]
    outcome: Outcome | Rejected


@frozen
class Played:
    """A story to its end, step by step, and the rulebook that it was played by."""

    rulebook: Rulebook
    steps: tuple[PlayedStep, ...]


@frozen
class _Planned:
    """A step that is ready to be taken, or what is wrong with it."""

    written: WrittenStep
    step: Step
    wrong: Mapping[str, tuple[Problem, ...]]


def play_scenario(scenario: Scenario, shared: Shared | None = None) -> Played | Rejected:
    """Take the steps of a scenario's story, or tell all that is wrong with its documents.

    A step whose documents are expected to be refused is one of its steps like any other.
    """
    shared = shared or Shared()
    base = shared.base(scenario.rulebook, scenario.catalog)
    notes = Notes()
    opening = (
        {} if scenario.opening is None else OPENINGS.read(scenario.opening, "$.opening", notes)
    )
    wrong_opening = Reading(opening, notes).problems(check_openings)
    plan = _plan(scenario, base, opening)
    usage, wrong_usage = base.read_usage(scenario.usage)
    own = (*scenario.problems, *missing(scenario), *_out_of_place(scenario))
    found = documents_wrong(scenario, base)
    found["scenario"] = (*own, *wrong_opening, *wrong_usage, *_backwards(plan))
    for planned in plan:
        if planned.wrong and planned.written.expected_error is None:
            for document, problems in planned.wrong.items():
                found[document] = (*found.get(document, ()), *problems)
    if any(found.values()):
        return Rejected({document: wrong for document, wrong in found.items() if wrong})
    compiled = shared.compiled(scenario.rulebook, scenario.catalog)
    return _played(compiled, _by_customer(opening, plan), usage, plan)


def _out_of_place(scenario: Scenario) -> Iterator[Problem]:
    for key, value in (("at", scenario.at), ("cart", scenario.cart)):
        if value is not None:
            yield Problem(
                f"$.{key}", shown(value), "no such key beside $.story, whose steps have it"
            )
    if scenario.expect and scenario.expected_error is None:
        expected = "error alone beside $.story, whose steps say what they expect"
        yield Problem("$.expect", shown(scenario.expect), expected)
    if not scenario.story:
        yield Problem("$.story", shown(scenario.story), "one step at least")


def _plan(scenario: Scenario, base: Base, opening: Mapping[str, Opening]) -> list[_Planned]:
    planned: list[_Planned] = []
    main: str | None = None if "" in opening or not opening else next(iter(opening))
    for place, document in enumerate(scenario.story or ()):
        each = _read(document, place, base)
        if isinstance(each.step.deed, PlaceOrder) and main is None:
            main = each.step.deed.cart.shopper.id or each.step.customer
        planned.append(each)
    several = len(opening) > 1
    return [_named(place, each, main or "", several=several) for place, each in enumerate(planned)]


def _read(document: object, place: int, base: Base) -> _Planned:
    """A step as its document has it, its cart included."""
    notes, path = Notes(), f"$.story[{place}]"
    written = STEP.read(document, path, notes)
    own = Reading(written, notes).problems(lambda read: check_step(document, read.step.deed, path))
    wrong: dict[str, tuple[Problem, ...]] = {"scenario": tuple(own)}
    step = written.step
    if isinstance(step.deed, PlaceOrder):
        cart, problems = base.read_cart(written.cart)
        wrong[f"story[{place}].cart"] = tuple(problems)
        step = evolve(step, deed=evolve(step.deed, cart=cart))
    return _Planned(written, step, wrong)


def _named(place: int, planned: _Planned, main: str, *, several: bool) -> _Planned:
    """The step with its customer: the cart's own, the one it names, or the only one there is."""
    step, deed = planned.step, planned.step.deed
    wrong = {document: problems for document, problems in planned.wrong.items() if problems}
    customer = step.customer
    if isinstance(deed, PlaceOrder):
        customer = deed.cart.shopper.id or customer
    if not customer and isinstance(deed, _OF_AN_ACCOUNT):
        if several and not wrong:
            problem = Problem(
                f"$.story[{place}].customer", "nothing", "one of the story's customers"
            )
            wrong = {"scenario": (problem,)}
        customer = main
    return evolve(planned, step=evolve(step, customer=customer), wrong=wrong)


def _backwards(plan: Iterable[_Planned]) -> Iterator[Problem]:
    latest = None
    for place, planned in enumerate(plan):
        if planned.wrong:
            continue
        at = planned.step.at
        if latest is not None and at < latest:
            expected = f"an instant not before that of the step before, {latest}"
            yield Problem(f"$.story[{place}].at", str(at), expected)
        latest = at


def _by_customer(opening: Mapping[str, Opening], plan: list[_Planned]) -> Mapping[str, Opening]:
    """The openings, where that of the only customer is given the name that the carts use."""
    if "" not in opening:
        return opening
    carts = (each.step for each in plan if isinstance(each.step.deed, PlaceOrder))
    return {next((step.customer for step in carts), ""): opening[""]}


def _played(
    compiled: Compiled,
    opening: Mapping[str, Opening],
    usage: Mapping[str, Usage],
    plan: list[_Planned],
) -> Played | Rejected:
    # A step that is expected to be refused may not even have an instant.
    first = next((each for each in plan if not each.wrong), plan[0])
    try:
        world = begin(compiled, opening, first.step.at, usage)
    except InputError as error:
        problems = tuple(evolve(problem, path="$.opening") for problem in error.problems)
        return Rejected({"scenario": problems})
    steps: list[PlayedStep] = []
    for place, planned in enumerate(plan):
        outcome: Outcome | Rejected
        if planned.wrong:
            outcome = Rejected(planned.wrong)
        else:
            try:
                world, outcome = play(compiled, world, planned.step)
            except InputError as error:
                outcome = Rejected({"scenario": tuple(_placed(error, place))})
                if planned.written.expected_error is None:
                    return outcome
        steps.append(PlayedStep(planned.step, planned.written.expect, outcome))
    return Played(compiled.rulebook, tuple(steps))


def _placed(error: InputError, place: int) -> Iterator[Problem]:
    """A step's problems at their place in the scenario."""
    for problem in error.problems:
        yield evolve(problem, path=f"$.story[{place}]{problem.path.removeprefix('$')}")
