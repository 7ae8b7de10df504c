"""Refunds through the payments that an order was captured with, never past any of them.

A payment is what one tender paid: a card, a wallet, points. Each is in one currency, and
points are a currency of their own, such as `Currency("POINTS", 0)`, so that a refund in money
and one in points never mix. A refund counts from the moment it is asked for, whether it is
still pending or done; only one that failed frees its amount again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from enum import Enum

from attrs import evolve, frozen

from mallops.errors import InputError, Problem, shown
from mallops.findings import Refusal
from mallops.money import Currency, Money, total
from mallops.rules.bounds import check_unique

REFUND_TOO_MUCH = "refund_too_much"
REFUND_CONCLUDED = "refund_concluded"


@frozen
class Capture:
    """What one tender paid, by the id under which its provider knows it."""

    id: str
    tender: str
    amount: Money


class RefundState(Enum):
    """Whether the provider has answered, and how."""

    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"


@frozen
class Part:
    """What of a refund goes back to one capture."""

    capture: str
    amount: Money


@frozen
class Refund:
    """A part of refund `id`, and how far it has come."""

    id: str
    part: Part
    state: RefundState = RefundState.PENDING


@frozen
class Payments:
    """The captures of an order, in the order in which refunds go back to them, and the refunds.

    Raises `InputError` for what cannot have happened: an id used twice, an amount below one
    minor unit, a refund of another capture or currency, or refunds past what was captured.
    """

    captures: tuple[Capture, ...]
    refunds: tuple[Refund, ...] = ()

    def __attrs_post_init__(self) -> None:
        problems = tuple(_problems(self))
        if problems:
            raise InputError(problems)

    @property
    def left(self) -> Mapping[str, Money]:
        """What can still be refunded of each capture: all but what is pending or done."""
        gone = _gone(self)
        return {
            each.id: Money(each.amount.minor - gone[each.id], each.amount.currency)
            for each in self.captures
        }

    def left_in(self, currency: Currency) -> Money:
        """What can still be refunded in a currency, over all its captures."""
        amounts = (left for left in self.left.values() if left.currency == currency)
        return total(amounts, currency)


def split_refund(payments: Payments, amount: Money) -> tuple[Part, ...] | Refusal:
    """What of an amount goes back to each capture of its currency.

    The captures are filled in the order in which they stand, each up to what is left of it,
    so that two refunds one after the other are split like one of both. Refused where more is
    asked for than is left: `refund_too_much`. Raises `InputError` for an amount below zero.

    >>> cny = Currency.of("CNY")
    >>> paid = Payments((Capture("a", "card", Money(6000, cny)), Capture("b", "wallet", Money(4000, cny))))
    >>> [(part.capture, str(part.amount)) for part in split_refund(paid, Money(7500, cny))]
    [('a', '60.00'), ('b', '15.00')]
    >>> split_refund(paid, Money(10001, cny)).details
    {'asked': '100.01', 'left': '100.00'}
    """  # noqa: E501
    if amount.minor < 0:
        raise InputError([Problem("$.amount", shown(str(amount)), "an amount of at least 0")])
    left = payments.left_in(amount.currency)
    if amount > left:
        return Refusal(REFUND_TOO_MUCH, {"asked": str(amount), "left": str(left)})
    return tuple(_filled(payments, amount))


def ask_refund(payments: Payments, refund: str, amount: Money) -> Payments | Refusal:
    """The payments with a refund pending, split as `split_refund` does; refused as there.

    Asked again under the same id, it changes nothing: a request that comes twice is one
    refund. A failed one is tried again under another id. Raises `InputError` for another
    amount under the same id (`$.amount`), and as `split_refund` does.
    """
    before = [each.part.amount for each in payments.refunds if each.id == refund]
    if before:
        first, *others = before
        if sum(others, first) != amount:
            expected = f"{sum(others, first)}, which refund {refund!r} was asked for"
            raise InputError([Problem("$.amount", shown(str(amount)), expected)])
        return payments
    parts = split_refund(payments, amount)
    if isinstance(parts, Refusal):
        return parts
    return evolve(payments, refunds=(*payments.refunds, *(Refund(refund, part) for part in parts)))


def conclude_refund(
    payments: Payments, refund: str, capture: str, state: RefundState
) -> Payments | Refusal:
    """The payments once a provider has said how the part of a refund at a capture ended.

    What is said twice changes nothing. Refused is what contradicts an answer before it
    (`refund_concluded`): a failed part has freed its amount, which may be on its way again.
    Raises `InputError` for a refund that was not asked for (`$.refund`), and for
    `RefundState.PENDING` (`$.state`).
    """
    found = [each for each in payments.refunds if (each.id, each.part.capture) == (refund, capture)]
    problems = []
    if not found:
        expected = f"a refund that was asked for at capture {capture!r}"
        problems.append(Problem("$.refund", shown(refund), expected))
    if state is RefundState.PENDING:
        problems.append(Problem("$.state", shown(state.value), "done or failed"))
    if problems:
        raise InputError(problems)
    [before] = found
    if before.state is state:
        return payments
    if before.state is not RefundState.PENDING:
        return Refusal(REFUND_CONCLUDED, {"refund": refund, "state": before.state.value})
    after = evolve(before, state=state)
    refunds = tuple(after if each is before else each for each in payments.refunds)
    return evolve(payments, refunds=refunds)


def _filled(payments: Payments, amount: Money) -> Iterator[Part]:
    rest, left = amount.minor, payments.left
    for each in payments.captures:
        if each.amount.currency == amount.currency:
            taken = min(rest, left[each.id].minor)
            rest -= taken
            if taken:
                yield Part(each.id, Money(taken, amount.currency))


def _gone(payments: Payments) -> Counter[str]:
    """What is pending or done of each capture, in minor units."""
    gone = Counter[str]()
    for each in payments.refunds:
        if each.state is not RefundState.FAILED:
            gone[each.part.capture] += each.part.amount.minor
    return gone


def _problems(payments: Payments) -> Iterator[Problem]:
    captures = {each.id: each for each in payments.captures}
    yield from check_unique((each.id for each in payments.captures), "$.captures", ".id")
    for place, each in enumerate(payments.captures):
        yield from _too_little(each.amount, f"$.captures[{place}]")
    seen = set[tuple[str, str]]()
    for place, refund in enumerate(payments.refunds):
        part, path = refund.part, f"$.refunds[{place}]"
        yield from _too_little(part.amount, path)
        capture = captures.get(part.capture)
        if capture is None or capture.amount.currency != part.amount.currency:
            expected = "a capture of the order, in the refund's currency"
            yield Problem(f"{path}.capture", shown(part.capture), expected)
        if (refund.id, part.capture) in seen:
            yield Problem(f"{path}.id", shown(refund.id), "one part for each capture")
        seen.add((refund.id, part.capture))
    for capture_id, gone in _gone(payments).items():
        capture = captures.get(capture_id)
        if capture is not None and gone > capture.amount.minor:
            most = f"refunds of at most {capture.amount} for capture {capture_id!r}"
            yield Problem("$.refunds", shown(str(Money(gone, capture.amount.currency))), most)


def _too_little(amount: Money, path: str) -> Iterator[Problem]:
    if amount.minor < 1:
        yield Problem(f"{path}.amount", shown(str(amount)), "at least one minor unit")
