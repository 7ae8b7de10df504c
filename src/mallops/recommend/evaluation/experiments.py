"""An A/B test read out: whether the treatment is better, as often as anyone wants to look.

Conversion is compared by converters alone. With no effect each of them is in the treatment with
the chance that everyone had to be put there, whatever the rate and however it changes by the
hour; so the test is exact. What it tells is the lift: the treatment's rate over the control's,
less one. Money a customer is compared by means, for which the test holds in the limit: wait for
`least` customers an arm, and cut off amounts that no ordinary customer spends.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import inf

from attrs import frozen

from mallops.errors import InputError, Problem, shown
from mallops.findings import Finding, Severity
from mallops.messages import message
from mallops.recommend.evaluation.arms import Look, Measure, Plan
from mallops.recommend.evaluation.sequential import Difference, Share

MISMATCH_ALPHA = 0.001
"""Customers in other shares than planned, by so small a chance, are a fault of the set-up."""


@frozen
class ReadOut:
    """What the looks so far amount to.

    `verdict` is one of `uneven_split`, `too_early`, `treatment_better`, `treatment_worse`,
    `no_matter` and `undecided`. The p-values are always valid, and the effect lies from `low` to
    `high` with a confidence of 1 - alpha over all looks together.
    """

    verdict: Finding
    effect: float
    low: float
    high: float
    p_value: float
    split_p_value: float


def read_out(plan: Plan, looks: Sequence[Look]) -> ReadOut:
    """The state of an experiment after one look or several, the earliest first.

    Once a look has told the arms apart, later ones do not take it back: that is what the test
    allows. Looks may be left out, which costs nothing but sharpness. Raises `InputError` without
    any look, for one with fewer customers than the one before, and where conversion is measured
    and an arm holds amounts.

    >>> from mallops.recommend.evaluation.arms import Arm
    >>> plan = Plan(Measure.CONVERSION, effect=0.1)
    >>> look = Look(Arm.of_conversions(20_000, 1_000), Arm.of_conversions(20_000, 1_200))
    >>> found = read_out(plan, [look])
    >>> found.verdict.code, round(found.effect, 3), round(found.low, 3), round(found.high, 3)
    ('treatment_better', 0.2, 0.043, 0.382)
    """
    problems = [*_problems(plan, looks)]
    if problems:
        raise InputError(problems)
    seen = [_seen(plan, look) for look in looks]
    low, high = max(one.low for one in seen), min(one.high for one in seen)
    if low > high:
        # Rare, and then no effect fits all looks: the last one is told as it is.
        low, high = seen[-1].low, seen[-1].high
    p_value = min(one.p_value for one in seen)
    split = min(_split(plan, look).p_value() for look in looks)
    found = _Seen(seen[-1].effect, low, high, p_value)
    return ReadOut(_verdict(plan, looks[-1], found, split), found.effect, low, high, p_value, split)


def read_out_text(found: ReadOut, locale: str = "en") -> str:
    """The verdict in a sentence. Raises `InputError` for a locale without wording."""
    return message(found.verdict.code, locale, found.verdict.details)


@frozen
class _Seen:
    effect: float
    low: float
    high: float
    p_value: float


def _seen(plan: Plan, look: Look) -> _Seen:
    match plan.measure:
        case Measure.CONVERSION:
            return _conversion(plan, look)
        case Measure.MONEY:
            return _money(plan, look)


def _conversion(plan: Plan, look: Look) -> _Seen:
    due = plan.share
    wanted = due * (1 + plan.effect) / (due * (1 + plan.effect) + 1 - due)
    share = Share(look.treatment.total, look.control.total, due, abs(wanted - due))
    low, high = (_lift(edge, due) for edge in share.interval(plan.alpha))
    converted = look.treatment.total + look.control.total
    effect = _lift(look.treatment.total / converted, due) if converted else 0.0
    return _Seen(effect, low, high, share.p_value())


def _lift(share: float, due: float) -> float:
    """By how much the treatment's rate is higher, if it has such a share of the converters."""
    return share * (1 - due) / ((1 - share) * due) - 1 if share < 1 else inf


def _money(plan: Plan, look: Look) -> _Seen:
    if _too_early(plan, look):
        return _Seen(look.treatment.mean - look.control.mean, -inf, inf, 1.0)
    variance = look.treatment.variance_of_mean + look.control.variance_of_mean
    found = Difference(look.treatment.mean - look.control.mean, variance, plan.effect)
    return _Seen(found.seen, *found.interval(plan.alpha), found.p_value())


def _too_early(plan: Plan, look: Look) -> bool:
    return plan.measure is Measure.MONEY and (
        min(look.control.customers, look.treatment.customers) < plan.least
    )


def _split(plan: Plan, look: Look) -> Share:
    # A hundredth more or less is what faults in putting customers into arms bring about.
    spread = min(plan.share, 1 - plan.share) / 50
    return Share(look.treatment.customers, look.control.customers, plan.share, spread)


def _verdict(plan: Plan, look: Look, found: _Seen, split: float) -> Finding:
    details = {
        "effect": _shown(plan, found.effect),
        "low": _shown(plan, found.low),
        "high": _shown(plan, found.high),
        "p": f"{found.p_value:.2g}",
    }
    if split < MISMATCH_ALPHA:
        whole = look.treatment.customers + look.control.customers
        uneven = {
            "share": f"{100 * look.treatment.customers / whole:.2f}%",
            "planned": f"{100 * plan.share:.2f}%",
            "p": f"{split:.2g}",
        }
        return Finding("uneven_split", Severity.ERROR, "$.looks", uneven)
    if _too_early(plan, look):
        fewest = min(look.control.customers, look.treatment.customers)
        missing = {"customers": str(fewest), "least": str(plan.least)}
        return Finding("too_early", Severity.NOTE, "$.looks", missing)
    if found.low > 0:
        return Finding("treatment_better", Severity.NOTE, "$.looks", details)
    if found.high < 0:
        return Finding("treatment_worse", Severity.WARNING, "$.looks", details)
    if -plan.effect < found.low and found.high < plan.effect:
        matters = {**details, "least": _shown(plan, plan.effect)}
        return Finding("no_matter", Severity.NOTE, "$.looks", matters)
    return Finding("undecided", Severity.NOTE, "$.looks", details)


def _shown(plan: Plan, effect: float) -> str:
    match plan.measure:
        case Measure.CONVERSION:
            return f"{100 * effect:+.1f}%".replace("inf", "∞")
        case Measure.MONEY:
            return f"{effect:+.1f}".replace("inf", "∞")


def _problems(plan: Plan, looks: Sequence[Look]) -> Iterator[Problem]:
    if not looks:
        yield Problem("$.looks", "nothing", "at least one look")
    if plan.measure is Measure.CONVERSION:
        for n, look in enumerate(looks):
            for name, arm in (("control", look.control), ("treatment", look.treatment)):
                if arm.squares != arm.total:
                    path, expected = f"$.looks[{n}].{name}", "an arm of conversions"
                    yield Problem(path, shown(arm.squares), expected)
    for n, (look, following) in enumerate(pairwise(looks), 1):
        for name in ("control", "treatment"):
            before, after = getattr(look, name).customers, getattr(following, name).customers
            if after < before:
                path = f"$.looks[{n}].{name}.customers"
                yield Problem(path, shown(after), f"at least {before}, as before")
