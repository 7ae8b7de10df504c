"""The demo ends with a loophole of its own rulebook, its story, and a fix that holds."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve

from examples import festival_loophole as demo
from examples.festival import CATALOG, RULEBOOK
from mallops.findings import Severity
from mallops.loopholes.carts.bounds import Bounds, Visitor
from mallops.loopholes.model import Kind, Loophole, Witness
from mallops.loopholes.replay import replay
from mallops.money import Money
from mallops.promotions.quote import Quote
from mallops.rulebook.documents import read_document
from mallops.stories.model import PlaceOrder

RULES: Any = read_document(RULEBOOK)
GOODS: Any = read_document(CATALOG)

# A bag, the snack boxes, and what other promotions name.
NAMED = {"20725", "22326", "22327", "23084", "22865"}
FEW = {"products": [each for each in GOODS["products"] if each["sku"] in NAMED]}


@pytest.fixture(scope="module")
def mended() -> demo.Mended:
    """The search of the demo itself, over the whole catalogue."""
    return demo.mend(RULES, GOODS)


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """The files of the demo with few goods and one visitor."""
    documents = {RULEBOOK: RULES, CATALOG: FEW}
    monkeypatch.setattr(demo, "read_document", documents.__getitem__)
    monkeypatch.setattr(demo, "BOUNDS", Bounds(units=3, instants=1, visitors=(Visitor(),)))


def told(mended: demo.Mended) -> tuple[Loophole, Witness, Money]:
    loophole = mended.loophole
    assert loophole is not None
    assert loophole.witness is not None
    assert loophole.loss is not None
    return loophole, loophole.witness, loophole.loss


def test_it_is_found_and_its_story_costs_what_is_said_of_it(mended: demo.Mended) -> None:
    loophole, witness, loss = told(mended)
    assert (loophole.code, loophole.kind) == ("cart_below_cost", Kind.BELOW_COST)
    [step] = witness.steps
    assert isinstance(step.deed, PlaceOrder)
    [quoted] = replay(mended.before.compiled, witness).outcomes
    assert isinstance(quoted, Quote)
    cost = {each["sku"]: each["cost"] for each in GOODS["products"]}
    gone = sum(
        Money.parse(cost[line.sku], loss.currency).minor * line.quantity
        for line in step.deed.cart.lines
    )
    assert gone - quoted.payable.minor == loss.minor > 0


def test_it_is_gone_once_repaired(mended: demo.Mended) -> None:
    assert mended.before.count(Severity.ERROR) > 0
    assert mended.after.found == ()
    assert list(demo.faults_of(mended, "en")) == []
    _, witness, loss = told(mended)
    assert demo.lost_by(mended.before.compiled, witness) == loss
    assert demo.lost_by(mended.after.compiled, witness).minor < 0


def test_the_repair_changes_the_goods_of_one_promotion_and_the_version() -> None:
    new = demo.repaired(RULES)
    assert {key for key in RULES if new[key] != RULES[key]} == {"version", "promotions"}
    pairs = zip(RULES["promotions"], new["promotions"], strict=True)
    [(old, now)] = [pair for pair in pairs if pair[0] != pair[1]]
    assert {**now, "items": old["items"]} == old


@pytest.mark.parametrize(
    ("locale", "kind", "end"),
    [
        ("en", "a cart below cost (K2)", "Checked again: gone within these bounds"),
        ("zh_CN", "购物车低于成本 (K2)", "再次检查：在以下范围内已不存在"),
    ],
)
def test_it_is_told_with_its_story_and_the_fix(
    locale: str, kind: str, end: str, mended: demo.Mended
) -> None:
    printed = "\n".join(demo.lines_of(mended, locale))
    loophole, _, loss = told(mended)
    assert kind in printed
    assert str(loss) in printed
    place = [each["id"] for each in RULES["promotions"]].index("lunch-bags-3")
    assert f"lunch-bags-3  $.promotions[{place}]" in printed
    first, repaired = printed.split(f"$.promotions[{place}].items\n")
    assert loophole.details["paid"] in first
    assert loophole.details["listed"] in repaired
    for words in ('"price": {"below": "2.00"}', '"2011-11-20.2"'):
        assert words in first + repaired
    # The bounds are told, and nothing after them.
    bounds = printed.partition(f"\n{end}\n")[2].splitlines()
    assert len(bounds) == len(mended.after.notes) > 0
    assert all("cart_below_cost" in line for line in bounds)


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("locale", sorted(demo.WORDS))
def test_it_ends_well(locale: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert demo.main(["--locale", locale]) == 0
    printed = capsys.readouterr()
    assert printed.err.splitlines() == [demo.WORDS[locale]["looking"]]
    assert demo.WORDS[locale]["again"] in printed.out.splitlines()


@pytest.mark.usefixtures("few")
def test_a_repair_that_closes_nothing_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(demo, "ITEMS", {"category": ["bags/lunch"]})
    assert demo.main([]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "The same steps still lose 0.21 under the repaired rulebook",
        "The repaired rulebook has errors: cart_below_cost",
    ]


@pytest.mark.usefixtures("few")
def test_that_nothing_was_found_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    documents = {RULEBOOK: demo.repaired(RULES), CATALOG: FEW}
    monkeypatch.setattr(demo, "read_document", documents.__getitem__)
    assert demo.main([]) == 1
    assert capsys.readouterr().out.splitlines() == ["Nothing was found"]


def test_a_story_that_loses_something_else_is_told(mended: demo.Mended) -> None:
    loophole, _, loss = told(mended)
    claimed = evolve(loophole, loss=loss + loss)
    before = evolve(mended.before, found=(claimed,))
    assert list(demo.faults_of(evolve(mended, before=before), "en")) == [
        "The story does not lose 0.42 but 0.21"
    ]


def test_both_languages_have_the_same_words() -> None:
    assert demo.WORDS["en"].keys() == demo.WORDS["zh_CN"].keys()
