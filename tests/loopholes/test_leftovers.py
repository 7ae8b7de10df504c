from __future__ import annotations

import pytest
from attrs import evolve

from mallops.catalog.model import Listing
from mallops.loopholes.linting import lint
from mallops.loopholes.tolerance import Tolerance
from tests.loopholes.asking import has
from tests.loopholes.mall import AT, CATALOG, TENTH, changed, sku, with_skus


@pytest.mark.parametrize(
    ("title", "told"),
    [
        ("Test", True),
        ("my test 2", True),
        ("TODO: title", True),
        ("demo1", True),
        ("仅供测试使用", True),
        ("The latest contest", False),
        ("Testament", False),
        ("Democracy", False),
    ],
)
def test_words_by_themselves(title: str, told: bool) -> None:
    assert has("test_object_live", changed(TENTH, title={"en": title})) is told


def test_what_is_not_live_may_be_a_test() -> None:
    assert not has("test_object_live", changed(TENTH, title={"en": "test"}, active=False))
    draft = evolve(sku("test", "10.00", "5.00", "tea"), listing=Listing.DRAFT)
    assert not has("test_object_live", catalog=with_skus(draft))


def test_the_words_are_the_malls_own() -> None:
    book = changed(TENTH, title={"en": "test", "de": "Probe"})
    found = lint(book, CATALOG, AT, Tolerance(test_words=("probe",)))
    assert [each.details["word"] for each in found] == ["Probe"]
    assert lint(book, CATALOG, AT, Tolerance(test_words=())) == ()
