"""A story as plain text: what happened, and what each step gave back or took, line by line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import assert_never

from mallops.aftersales.returning import Return
from mallops.findings import Refusal
from mallops.messages import message
from mallops.promotions.quote import Quote
from mallops.rules.book import Rulebook
from mallops.stories.model import (
    Act,
    Balance,
    Cancel,
    Done,
    Gained,
    GrantCoupon,
    GrantPoints,
    Look,
    Outcome,
    PlaceOrder,
    Receive,
    SendBack,
    Ship,
    Step,
    Transfer,
    Undone,
)

_INDENT = " " * 18


def story_text(
    steps: Iterable[tuple[Step, Outcome]], rulebook: Rulebook, locale: str = "zh_CN"
) -> str:
    """The steps of a story with what came of each, by the local clock of the rulebook.

    Raises `InputError` for a locale without wording.
    """
    return "\n".join(
        line for step, outcome in steps for line in _told(step, outcome, rulebook, locale)
    )


def _told(step: Step, outcome: Outcome, rulebook: Rulebook, locale: str) -> Iterator[str]:
    yield f"{moment_text(step, rulebook)}  {deed_text(step, locale)}"
    for line in outcome_texts(outcome, locale):
        yield f"{_INDENT}{line}"


def moment_text(step: Step, rulebook: Rulebook) -> str:
    """When a step was taken, to the minute, by the local clock of the rulebook."""
    return step.at.in_timezone(rulebook.timezone).format("YYYY-MM-DD HH:mm")


def outcome_texts(outcome: Outcome, locale: str) -> Iterator[str]:
    """What came of a step, a line each; nothing where there is nothing to tell of it."""
    for code, details in _came(outcome):
        yield message(f"story.{code}", locale, details)
    if isinstance(outcome, Refusal):
        reason = message(outcome.code, locale, outcome.details)
        yield message("story.refused", locale, {"reason": reason})


def deed_text(step: Step, locale: str) -> str:
    """What was done in a step, on one line."""
    deed, details = step.deed, {"customer": step.customer}
    match deed:
        case PlaceOrder():
            code, details = "order", {**details, "order": deed.id}
        case Ship():
            code, details = "ship", {**details, "order": deed.order}
        case Receive():
            code, details = "receive", {**details, "order": deed.order}
        case Cancel():
            code, details = "cancel", {**details, "order": deed.order}
        case SendBack():
            units = ", ".join(f"{line} × {count}" for line, count in sorted(deed.units.items()))
            code, details = "return", {**details, "order": deed.order, "units": units}
        case GrantPoints():
            code, details = "grant", {**details, "points": str(deed.points)}
        case GrantCoupon():
            code, details = "grant", {**details, "coupon": deed.coupon}
        case Act():
            code, details = "act", {**details, "action": deed.action}
        case Transfer():
            code, details = "transfer", {**details, "to": deed.to, "points": str(deed.points)}
        case Look():
            code = "balance"
        case _:
            assert_never(deed)
    return message(f"story.{code}", locale, details)


def _came(outcome: Outcome) -> Iterator[tuple[str, dict[str, str]]]:
    match outcome:
        case Quote():
            yield "paid", {"payable": str(outcome.payable)}
            if outcome.points_used:
                yield "points_used", {"points": str(outcome.points_used)}
        case Undone():
            yield from _given_back(outcome.found)
            if outcome.owed:
                yield "owed", {"points": str(outcome.owed)}
        case Gained():
            yield "gained", {"points": str(outcome.points)}
        case Balance():
            yield from _held(outcome)
        case Done() | Refusal():
            return
        case _:
            assert_never(outcome)


def _given_back(found: Return) -> Iterator[tuple[str, dict[str, str]]]:
    yield "refund", {"refund": str(found.refund)}
    if found.shipping:
        yield "of_shipping", {"shipping": str(found.shipping)}
    if found.withheld:
        yield "withheld", {"withheld": str(found.withheld)}
    for gift in found.gifts:
        details = {"sku": gift.sku, "quantity": str(gift.quantity), "value": str(gift.value)}
        yield "gift_kept" if gift.kept else "gift_back", details
    if found.points_returned:
        yield "points_returned", {"points": str(found.points_returned)}
    if found.points_taken:
        yield "points_taken", {"points": str(found.points_taken)}
    if found.rewards_taken.points:
        yield "rewards_taken", {"points": str(found.rewards_taken.points)}
    for coupon in found.coupons:
        yield "coupon_back", {"coupon": coupon}
    for coupon in found.rewards_taken.coupons:
        yield "coupon_taken", {"coupon": coupon}


def _held(found: Balance) -> Iterator[tuple[str, dict[str, str]]]:
    yield "points", {"points": str(found.points)}
    if found.pending:
        yield "pending", {"points": str(found.pending)}
    if found.debt:
        yield "debt", {"points": str(found.debt)}
    yield "cash", {"cash": str(found.cash)}
    if found.units:
        units = ", ".join(f"{sku} × {count}" for sku, count in found.units.items())
        yield "units", {"units": units}
    if found.coupons:
        yield "coupons", {"coupons": ", ".join(found.coupons)}
