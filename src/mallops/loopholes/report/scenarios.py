"""A witness as a scenario file, which `mallops test` plays and judges."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from attrs import evolve

from mallops.loopholes.model import Loophole, Witness
from mallops.loopholes.replay import Replay, replay
from mallops.loopholes.report.fingerprints import fingerprint
from mallops.loopholes.report.report import Report
from mallops.promotions.compiled import Compiled
from mallops.promotions.quote import Quote
from mallops.rulebook.book import encode_rulebook
from mallops.rulebook.catalog import encode_catalog
from mallops.rulebook.scenarios import FORMAT
from mallops.rulebook.stories import OPENING, OPENINGS, encode_outcome, encode_step
from mallops.rulebook.usage import USAGE
from mallops.stories.model import Look, Opening, Outcome, PlaceOrder, Step

_WHY = ("points_used", "discounts", "gifts", "rewards")


def witness_scenario(compiled: Compiled, loophole: Loophole) -> dict[str, object]:
    """The scenario file of a loophole's witness, with the rulebook and the catalogue in it.

    Each step expects what the engine of stories gives it, and at the end everybody looks at
    their account. The loophole has a witness; `InputError` for one with a step that nobody
    could take.
    """
    assert loophole.witness is not None, "a loophole that has a witness"
    rulebook, catalog = compiled.rulebook, compiled.catalog
    return {
        "format": FORMAT,
        "catalog": encode_catalog(catalog, rulebook.timezone),
        "rulebook": encode_rulebook(rulebook),
        "scenarios": [{"name": loophole.code, **encode_witness(compiled, loophole.witness)}],
    }


def witness_files(reports: Iterable[Report]) -> Iterator[tuple[str, dict[str, object]]]:
    """The scenario file of each witness in force, and a name that tells what it shows.

    A name is a code and a fingerprint, and a number where several have both.
    """
    times: Counter[str] = Counter()
    for report in reports:
        for loophole in report.found:
            if loophole.witness is not None:
                name = f"{loophole.code}-{fingerprint(report.rulebook, loophole)}"
                times[name] += 1
                number = f"-{times[name]}" if times[name] > 1 else ""
                yield f"{name}{number}.json", witness_scenario(report.compiled, loophole)


def encode_witness(compiled: Compiled, witness: Witness) -> dict[str, object]:
    """The story of a witness as a scenario has it: opening, usage, and steps with outcomes."""
    witness = evolve(witness, steps=tuple(map(_named, witness.steps)))
    played = replay(compiled, witness)
    last = witness.steps[-1].at
    looks = [(Step(last, Look(), name), played.balances[name]) for name in sorted(played.balances)]
    story = [*zip(witness.steps, played.outcomes, strict=True), *looks]
    written: dict[str, object] = {"opening": _opening(witness, played)}
    if witness.usage:
        written["usage"] = USAGE.write(witness.usage, compiled.rulebook.timezone)
    return {**written, "story": [encode_step(step, _owed(outcome)) for step, outcome in story]}


def _named(step: Step) -> Step:
    """The step as a file has it, where a cart says whose it is."""
    deed = step.deed
    if not isinstance(deed, PlaceOrder) or not step.customer:
        return step
    shopper = evolve(deed.cart.shopper, id=step.customer)
    return evolve(step, customer="", deed=evolve(deed, cart=evolve(deed.cart, shopper=shopper)))


def _opening(witness: Witness, played: Replay) -> object:
    """What everybody begins with who has a part in it; alone, nobody needs a name."""
    openings = {name: witness.opening.get(name, Opening()) for name in played.balances}
    if set(openings) == {""}:
        return OPENING.write(openings[""], "")
    return OPENINGS.write(openings, "")


def _owed(outcome: Outcome) -> Mapping[str, object]:
    """What is expected of a step: of an order, what is paid and why; else all that there is."""
    written = encode_outcome(outcome)
    if not isinstance(outcome, Quote):
        return written
    return {
        "payable": written["payable"],
        **{key: written[key] for key in _WHY if written[key]},
    }
