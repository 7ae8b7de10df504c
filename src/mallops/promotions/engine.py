"""From a cart and an instant to a quote: the engine's front door."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import evolve
from pendulum import DateTime

from mallops.cart import Cart, Usage
from mallops.promotions.account import carry_out
from mallops.promotions.basket import Basket, lay_out
from mallops.promotions.choice import Choice, best_choice
from mallops.promotions.compiled import Compiled, compile_rulebook
from mallops.promotions.eligibility import budget_left, standing
from mallops.promotions.priority import by_priority
from mallops.promotions.quote import Quote
from mallops.promotions.refusals import Refusals
from mallops.promotions.remembered import felt
from mallops.promotions.seating import Bidder, Judge, bidder
from mallops.promotions.writing import written
from mallops.rules.book import Choice as ChoiceRule

__all__ = ["DEFAULT_SEARCH_BUDGET", "compile_rulebook", "quote", "remembering"]

DEFAULT_SEARCH_BUDGET = 20_000


def quote(
    compiled: Compiled,
    cart: Cart,
    at: DateTime,
    usage: Mapping[str, Usage] | None = None,
    search_budget: int = DEFAULT_SEARCH_BUDGET,
) -> Quote:
    """What the cart costs at `at`, every unit's way from list price to net, and why.

    `usage` is what is gone of promotions' limits before this cart, by promotion id.
    `search_budget` bounds the search for the best choice in nodes, so that the same input
    gives the same quote on any machine. Raises `InputError` with the paths of the cart's
    problems. Pure: nothing is stored, and neither listing order nor a clock plays a part.
    """
    usage = usage or {}
    if compiled.quotes is None:
        return _quoted(compiled, cart, at, usage, search_budget)
    # Instants are equal in all time zones, and a quote tells its own.
    alike = compiled.quotes.setdefault((cart, at, at.tzinfo, search_budget), {})
    # Any of them will do: what the cart comes to is the same in all.
    like = next(iter(alike.values()), None)
    found = None if like is None else alike.get(felt(compiled, usage, like))
    if found is None:
        found = _quoted(compiled, cart, at, usage, search_budget)
        alike[felt(compiled, usage, found)] = found
    return found


def remembering(compiled: Compiled) -> Compiled:
    """The same rules, which quote a cart once: the same cart again is the same quote.

    So it is with more gone of limits, as long as the cart cannot feel it.

    For a search, which comes by the same carts over and over. All quotes are kept for as long as
    the result is; change no rules of it, for the quotes would remain those of the rules before.
    """
    return evolve(compiled, quotes={})


def _quoted(
    compiled: Compiled, cart: Cart, at: DateTime, usage: Mapping[str, Usage], search_budget: int
) -> Quote:
    rulebook = compiled.rulebook
    basket = lay_out(compiled, cart, at)
    judge = Judge(basket, rulebook.rounding)
    bidders = _bidders(compiled, cart, at, usage, basket)
    lanes = [lane.seat for lane in rulebook.lanes]
    choice: Choice | None = None
    if rulebook.choice is ChoiceRule.BEST:
        choice = best_choice(bidders, judge, lanes, search_budget)
        seating = choice.seating
    else:
        seating = by_priority(bidders, judge, len(lanes))
    account = carry_out(seating, bidders, judge)
    refused = Refusals(compiled, cart, at, usage, judge, account)
    return written(compiled, cart, at, basket, account, choice, refused)


def _bidders(
    compiled: Compiled, cart: Cart, at: DateTime, usage: Mapping[str, Usage], basket: Basket
) -> list[Bidder]:
    """The promotions that stand and fit a unit, in order of id and numbered so."""
    timezone = compiled.rulebook.timezone
    skus = [line.sku.sku for line in basket.lines]
    touching = compiled.index.touching(skus, cart.shopper.groups, cart.coupons, at)
    found: list[Bidder] = []
    for position in sorted(touching):
        rule = compiled.rules[position]
        if rule.stands or not standing(rule.promotion, cart, at, timezone, usage):
            rest = None if rule.stands else budget_left(rule.promotion, usage)
            candidate = bidder(len(found), rule, basket, rest, touching[position])
            if any(candidate.seats):
                found.append(candidate)
    return found
