"""What holds of every loophole that a search reports: its story says what it says."""

from __future__ import annotations

from mallops.findings import Refusal
from mallops.loopholes.model import Loophole, Repeat
from mallops.loopholes.replay import Replay, replay
from mallops.loopholes.sequences.tales import Setting, told
from mallops.loopholes.sequences.telling import KINDS
from mallops.loopholes.sequences.verdicts import PUMPS, verdicts
from mallops.messages import message
from mallops.money import Money
from mallops.promotions.compiled import Compiled
from mallops.promotions.quote import Quote


def assert_holds(compiled: Compiled, loophole: Loophole) -> None:
    """A witness can be played to its end, and gains or loses what the loophole says."""
    for locale in ("en", "zh_CN"):
        assert message(loophole.code, locale, loophole.details)
    if loophole.witness is None:
        return
    played = replay(compiled, loophole.witness)
    assert not any(isinstance(outcome, Refusal) for outcome in played.outcomes)
    if loophole.code.startswith("cart_"):
        _assert_cart(compiled, loophole, played)
        return
    loss = loophole.loss
    assert loss is not None
    assert loss.minor > 0
    if loophole.code in PUMPS:
        assert played.gain >= loss
        assert not any(count for each in played.balances.values() for count in each.units.values())
    elif loophole.code in {"action_pays", "action_pools"}:
        assert played.gain == loss
    elif loophole.code in KINDS:
        witness = loophole.witness
        setting = Setting(witness.steps[0].at, witness.opening, witness.usage)
        tale = told(compiled, setting, witness.steps)
        assert tale is not None
        again = {(each.code, each.loss) for each in verdicts(compiled, tale)}
        assert (loophole.code, loss.minor) in again
    else:
        assert loophole.code == "account_pays"
        assert loophole.repeat is Repeat.ONCE
        assert len(played.balances) == 2


def _assert_cart(compiled: Compiled, loophole: Loophole, played: Replay) -> None:
    quotes = [found for found in played.outcomes if isinstance(found, Quote)]
    currency = compiled.rulebook.currency
    zero, details, loss = Money.zero(currency), loophole.details, loophole.loss
    assert loss is not None
    assert loss > zero
    paid = sum((found.payable for found in quotes), zero)
    listed = sum(
        (unit.list_price for each in quotes for line in each.lines for unit in line.units), zero
    )
    goods = sum((found.goods for found in quotes), zero)
    assert str(paid) == details["paid"]
    assert str(listed) == details["listed"]
    match loophole.code:
        case "cart_below_cost":
            cost = Money.parse(details["cost"], currency)
            assert loss == cost - paid
            brings = any(found.gifts or found.rewards or found.parcels for found in quotes)
            assert cost == _cost(compiled, quotes) or (brings and cost > _cost(compiled, quotes))
        case "cart_free":
            assert paid == zero
            assert loss == listed - goods
        case "cart_deep_discount":
            assert loss == listed - goods
        case "cart_cheaper_with_more":
            assert loss == Money.parse(details["before"], currency) - paid
        case "cart_cheaper_split":
            assert len(quotes) == 2
            saved = Money.parse(details["before"], currency) - paid
            assert loss == saved or any(found.gifts or found.rewards for found in quotes)
        case _:
            raise AssertionError(loophole.code)


def _cost(compiled: Compiled, quotes: list[Quote]) -> Money:
    """What the goods cost the mall, by the catalogue alone."""
    minor = 0
    for line in (line for found in quotes for line in found.lines):
        cost = compiled.skus[line.sku].cost
        minor += 0 if cost is None else cost.minor * len(line.units)
    return Money(minor, compiled.rulebook.currency)
