"""Stories, findings, and the difference of two worlds as a whole."""

from __future__ import annotations

import json
from datetime import date

import pytest
from jsonschema import Draft202012Validator

from mallops.errors import InputError
from mallops.findings import Severity
from mallops.loopholes.diffing.diffing import diff
from mallops.loopholes.diffing.documents import difference_schema, encode_difference
from mallops.loopholes.diffing.model import Difference
from mallops.loopholes.diffing.stories import gain_of
from mallops.loopholes.diffing.text import difference_text
from mallops.loopholes.replay import replay
from mallops.loopholes.report.report import Acknowledgement
from mallops.loopholes.sequences.bounds import Bounds
from tests.loopholes.diffing.shops import AT, FULL, GIFT, GOODS, TENTH, shop

SHORT = Bounds(depth=3, states=600)
KEPT = {"lost_threshold": "reprice", "gift": "keep"}


@pytest.fixture(scope="module")
def opened() -> Difference:
    """Gifts are kept from now on, and a threshold is lower."""
    lower = FULL | {"requires": {"amount": "180.00"}}
    return diff(
        shop(TENTH, FULL, GIFT), shop(TENTH, lower, GIFT, after_sales=KEPT), AT, stories=SHORT
    )


def test_nothing_differs_from_itself() -> None:
    world = shop(TENTH, FULL, GIFT, after_sales=KEPT)
    same = diff(world, world, AT, stories=SHORT)
    assert same.nothing
    assert same.findings.unchanged
    assert same.status() == same.status(strict=True) == 0


def test_a_story_that_pays_more_is_told_in_both_worlds(opened: Difference) -> None:
    told = {each.loophole.code: each for each in opened.stories.earning_more}
    assert "gift_for_nothing" in told
    for story in told.values():
        assert story.after.loss > story.before.loss
        assert story.witness is not None
        assert story.after.gain == replay(opened.new, story.witness).gain
        assert story.before.gain == replay(opened.old, story.witness).gain


def test_what_closes_a_fault_opens_nothing(opened: Difference) -> None:
    closed = diff(opened.new, opened.old, AT, stories=SHORT)
    assert not closed.stories.earning_more
    assert {each.code for each in closed.findings.gone} == {
        each.code for each in opened.findings.new
    }
    assert opened.findings.gone == closed.findings.new == ()
    assert closed.status() == 0


def test_a_fault_that_was_there_and_costs_more_is_told_as_a_story_alone() -> None:
    dearer = tuple({**each, "price": "30.00"} if each["sku"] == "TIN" else each for each in GOODS)
    told = diff(
        shop(GIFT, after_sales=KEPT), shop(GIFT, goods=dearer, after_sales=KEPT), AT, stories=SHORT
    )
    story = next(s for s in told.stories.earning_more if s.loophole.code == "gift_for_nothing")
    assert (str(story.before.loss), str(story.after.loss)) == ("20.00", "30.00")
    assert "gift_for_nothing" in {each.code for each in told.findings.unchanged}
    assert told.status() == 1


def test_a_story_that_a_world_cannot_play_has_no_gain_there(opened: Difference) -> None:
    story = opened.stories.earning_more[0]
    assert story.witness is not None
    assert gain_of(shop(TENTH, goods=GOODS[2:]), story.witness) is None


def test_statuses(opened: Difference) -> None:
    assert opened.status() == 1
    cheaper = diff(shop(TENTH), shop(TENTH, FULL), AT, stories=SHORT)
    errors = [e for e in cheaper.findings.new if e.severity is Severity.ERROR]
    assert errors == []
    assert (cheaper.status(), cheaper.status(strict=True)) == (0, 1)


def test_what_is_acknowledged_is_told_and_does_no_harm(opened: Difference) -> None:
    words = [
        Acknowledgement(
            code=each.code,
            reason="known",
            owner="Li Lei",
            expires=date(2026, 12, 31),
            rulebook="tea",
            subjects=frozenset(subject.id for subject in each.subjects),
        )
        for each in opened.findings.new
    ]
    told = diff(opened.old, opened.new, AT, stories=SHORT, acknowledgements=words)
    assert told.status() == 0
    assert set(map(repr, told.accepted)) >= set(map(repr, told.findings.new))
    assert "acknowledged" in difference_text(told, "en")


def test_two_currencies_are_refused() -> None:
    other = shop(currency="JPY", goods=({"sku": "A", "price": "1"},))
    with pytest.raises(InputError, match=r"\$\.currency"):
        diff(shop(), other, AT)


@pytest.mark.parametrize("locale", ["en", "zh_CN"])
def test_text_and_document_tell_it_all(opened: Difference, locale: str) -> None:
    text = difference_text(opened, locale)
    most = opened.carts.cheaper.most
    assert most is not None
    for said in (str(most.before.payable), str(most.after.payable), "gift_for_nothing"):
        assert said in text
    assert "changes." not in text
    written = json.loads(json.dumps(encode_difference(opened, locale)))
    Draft202012Validator(difference_schema()).validate(written)
    assert written["carts"]["cheaper"]["most"]["cart"] == dict(most.cart)
    assert {each["code"] for each in written["new"]} == {e.code for e in opened.findings.new}


def test_who_has_to_come_and_when_is_told() -> None:
    for_vips = {
        **FULL,
        "coupon": True,
        "audience": {"groups": ["vip"], "first_order": True},
        "schedule": {"starts": "2026-12-01T00:00:00"},
    }
    told = diff(shop(), shop(for_vips), AT, stories=SHORT)
    text = difference_text(told, "en")
    for said in ("of groups: vip", "on a first order", "with coupons: full", "at 2026-12-01"):
        assert said in text


def test_goods_of_one_world_are_in_the_text() -> None:
    told = diff(shop(), shop(goods=GOODS[1:]), AT, stories=SHORT)
    assert "no longer sold: OOLONG" in difference_text(told, "en")
