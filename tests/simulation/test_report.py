from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from attrs import evolve

from mallops import (
    Cart,
    Compiled,
    InputError,
    Line,
    Shopper,
    compile_rulebook,
    decode_catalog,
    decode_rulebook,
    instant,
)
from mallops.errors import Problem
from mallops.layout import columns
from mallops.messages import wordings
from mallops.money import Money
from mallops.simulation.comparison import compare, compared
from mallops.simulation.outcome import Case, Outcome, Unpriced
from mallops.simulation.report import comparison_text, summary_text
from mallops.simulation.running import price_each
from mallops.simulation.summary import simulate
from mallops.testing.strategies import Doc

AT = instant("2026-11-11T00:00:00+08:00")
LOCALES = ("en", "zh_CN")
PRODUCTS: list[Doc] = [
    {"sku": "TEA", "price": "60.00", "shop": "leaf", "cost": "31.50"},
    {"sku": "CUP", "price": "40.00"},
    {"sku": "FAN", "price": "9.00", "shop": "leaf"},
]
FULL: Doc = {
    "id": "full100",
    "lane": "platform",
    "title": {"en": "10 off 100", "zh-CN": "满100减10"},
    "requires": {"amount": "100.00"},
    "benefit": {"kind": "amount_off", "amount": "10.00"},
    "limits": {"budget": "15.00"},
    "funding": {"platform": "60", "shop": "30"},
}
FAN: Doc = {
    "id": "fan",
    "lane": "platform-coupon",
    "benefit": {"kind": "gift", "sku": "FAN", "quantity": 1},
    "funding": {"clay": "100"},
}


def version(number: str, *promotions: Doc) -> Compiled:
    book = decode_rulebook(
        {"id": "book", "version": number, "currency": "CNY", "promotions": list(promotions)}
    )
    return compile_rulebook(book, decode_catalog({"products": PRODUCTS}, book.currency))


OLD, NEW = version("1", FULL), version("2", FULL | {"requires": {"amount": "60.00"}}, FAN)


def cases() -> Iterator[Case | Unpriced]:
    for number, (sku, quantity) in enumerate([("TEA", 1), ("TEA", 2), ("CUP", 3), ("TAE", 1)]):
        shopper = Shopper(f"s{number}", frozenset({"vip"} if number % 2 else ()))
        yield Case(f"c{number}", AT, Cart(shopper, (Line("1", sku, quantity),)))
    yield Unpriced("c9", (Problem("$.at", "nothing", "a value"),))


def report(locale: str = "en", *, in_turn: bool = False) -> str:
    found = compare(OLD, NEW, cases(), in_turn=in_turn)
    return comparison_text(found, OLD.rulebook, NEW.rulebook, locale)


def lines(text: str) -> list[str]:
    """The lines, with one space between label and cells."""
    return [re.sub(r" {2,}", " ", line.strip()) for line in text.splitlines()]


def test_the_report_says_who_pays_and_who_bears() -> None:
    told = lines(report())
    for line in (
        "version 1 2",
        "carts priced 3 3 0",
        "pay more: 0 0.00",
        "pay less: 1 -10.00",
        "pay the same: 2 0.00",
        "2 carts could not be priced under both, and are in no sum",
        "no group, and guests: 0 more, 1 less, 1 the same -10.00",
        "list prices 300.00 300.00 0.00",
        "discounts -20.00 -30.00 -10.00",
        "gifts, at their value 0.00 27.00 +27.00",
        "units without a cost, in no margin 3 3 0",
        "gifts without a cost, in no margin 0 3 +3",
        "10 off 100 (full100) 20.00 30.00 +10.00",
        "before: past its budget of 15.00, since each cart was priced by itself",
        "fan - 27.00 +27.00",
        "borne by clay - 27.00 +27.00",
        "borne by nobody named 2.00 3.00 +1.00",
        "goods of no shop",
        "leaf",
        "c0, 2026-11-11 00:00 60.00 50.00 -10.00",
        "gained: fan, full100",
        "c3: $.lines[0].sku: got 'TAE', expected a SKU of the catalogue",
        "c9: $.at: got nothing, expected a value",
    ):
        assert line in told, line


def test_in_turn_it_says_where_a_budget_ended() -> None:
    told = lines(report(in_turn=True))
    assert "before: used up with cart c2, 2026-11-11 00:00" in told
    assert not any("past its budget" in line for line in told)


def test_one_rulebook_has_one_column() -> None:
    found = simulate(OLD, cases(), in_turn=True)
    told = lines(summary_text(found, OLD.rulebook, "en"))
    assert told[0] == "Simulation result"
    assert "paid in money 285.00" in told
    assert "used up with cart c2, 2026-11-11 00:00" in told
    assert "Who pays" not in told


def test_what_is_not_proven_is_said() -> None:
    [ours] = price_each(OLD, [next(cases())])
    assert isinstance(ours, Outcome)
    two = Money(200, ours.payable.currency)
    theirs = evolve(ours, payable=ours.payable + two, optimal=False, gap=two)
    found = compared([(ours, theirs)], two.currency)
    told = lines(comparison_text(found, OLD.rulebook, NEW.rulebook, "en"))
    assert "1 of these differ by no more than what a longer search might have found" in told
    assert "quotes not proven the best 0 1 +1" in told
    assert "these could be lower by, at most 0.00 2.00 +2.00" in told


@pytest.mark.parametrize("locale", LOCALES)
def test_all_cells_end_in_the_same_columns(locale: str) -> None:
    text = report(locale)
    ends = {columns(line) for line in text.splitlines() if re.search(r"  [-+]?\d+\.\d\d$", line)}
    assert len(ends) == 1
    assert not any(line != line.rstrip() for line in text.splitlines())


@pytest.mark.parametrize("locale", LOCALES)
def test_nothing_to_tell_is_told_in_short(locale: str) -> None:
    found = compare(OLD, OLD, [])
    text = comparison_text(found, OLD.rulebook, OLD.rulebook, locale)
    assert text.count("\n\n") == 3


def test_every_word_is_used() -> None:
    """The words of a catalogue that no report says would be wrong one day, unseen."""
    said = report() + report(in_turn=True)
    used = {"doubtful", "proofs", "unproven", "gap", "result", "lost"}
    for code, found in wordings("en").items():
        if code.startswith("simulation.") and code.removeprefix("simulation.") not in used:
            texts = [re.split(r"\{\w+\}", one.text) for one in found]
            assert any(all(piece in said for piece in pieces) for pieces in texts), code


def test_a_language_that_it_has_not() -> None:
    with pytest.raises(InputError, match=r"\$\.locale"):
        report("fr")


def test_names_stay_on_their_line() -> None:
    book = decode_rulebook({"currency": "CNY", "id": "a\nb"})
    compiled = compile_rulebook(book, decode_catalog({}, book.currency))
    gone = Unpriced("x\ny", (Problem("$.at", "'\x1b[31m'", "a value"),))
    text = summary_text(simulate(compiled, [gone]), book, "en")
    assert "x y: $.at: got ' [31m', expected a value" in text
    assert not any(line.startswith("y") for line in text.splitlines())
