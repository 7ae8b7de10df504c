"""A witness told: played by the engine of stories, and each step in words."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from mallops.cart import Cart
from mallops.loopholes.model import Witness
from mallops.loopholes.replay import replay
from mallops.money import Money
from mallops.promotions.compiled import Compiled
from mallops.promotions.quote import Quote
from mallops.stories.model import Balance, PlaceOrder, Step
from mallops.stories.telling import deed_text, moment_text, outcome_texts


@frozen
class ToldStep:
    """A step: when, what was done and by whom, what is in its cart, and what came of it.

    `quote` is that of an order that was placed.
    """

    moment: str
    deed: str
    customer: str
    cart: tuple[str, ...]
    came: tuple[str, ...]
    quote: Quote | None


@frozen
class ToldWitness:
    """The steps, what each customer has in the end, and what all together gained, goods aside."""

    steps: tuple[ToldStep, ...]
    balances: tuple[tuple[str, tuple[str, ...]], ...]
    gain: Money


def retold(compiled: Compiled, witness: Witness, locale: str) -> ToldWitness:
    """Play a witness and tell it; raises `InputError` for a step that nobody could take."""
    played = replay(compiled, witness)
    several = len(played.balances) > 1
    steps = [
        ToldStep(
            moment=moment_text(step, compiled.rulebook),
            deed=deed_text(step, locale),
            customer=_customer(step) if several else "",
            cart=tuple(_cart(step.deed.cart)) if isinstance(step.deed, PlaceOrder) else (),
            came=tuple(outcome_texts(outcome, locale)),
            quote=outcome if isinstance(outcome, Quote) else None,
        )
        for step, outcome in zip(witness.steps, played.outcomes, strict=True)
    ]
    balances = tuple(
        (name, _held(played.balances[name], locale)) for name in sorted(played.balances)
    )
    return ToldWitness(tuple(steps), balances, played.gain)


def _held(balance: Balance, locale: str) -> tuple[str, ...]:
    return tuple(outcome_texts(balance, locale))


def _customer(step: Step) -> str:
    deed = step.deed
    return step.customer or (deed.cart.shopper.id if isinstance(deed, PlaceOrder) else "")


def _cart(cart: Cart) -> Iterator[str]:
    yield from (f"{line.sku} × {line.quantity}" for line in cart.lines)
    yield from cart.coupons
