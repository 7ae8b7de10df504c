from __future__ import annotations

from decimal import Decimal

from attrs import evolve

from mallops.rules.promotions import Selector
from tests.loopholes.asking import found, has
from tests.loopholes.mall import BOOK, CATALOG, TENTH, THIRTY, changed, named, with_promotions

SHOPS = evolve(
    CATALOG,
    skus=tuple(
        evolve(each, shop="tea-house" if each.category == "tea" else "kiln", brand="lu")
        for each in CATALOG.skus
    ),
)
CODES = ("funding_not_whole", "funding_unknown_party", "funding_empty_share", "funding_of_others")


def funded(**shares: int) -> dict[str, Decimal]:
    return {party.replace("_", "-"): Decimal(share) for party, share in shares.items()}


def test_parties_that_there_are() -> None:
    for shares in (
        funded(platform=60, shop=40),
        funded(tea_house=100),
        funded(lu=30, tea_house=70),
    ):
        assert not any(has(code, changed(TENTH, funding=shares), SHOPS) for code in CODES)


def test_a_part_of_a_percent_counts() -> None:
    thirds = {"platform": Decimal("33.3"), "shop": Decimal("66.6")}
    [short] = found("funding_not_whole", changed(TENTH, funding=thirds))
    assert short.details["sum"] == "99.9"


def test_a_shop_pays_for_its_own_goods() -> None:
    [others] = found("funding_of_others", changed(TENTH, funding=funded(kiln=100)), SHOPS)
    assert others.details["other"] == "tea-house"
    assert others.subjects[0].path == "$.promotions[0].funding.kiln"
    # Of a discount on the whole order all shops bear a part, unless the platform joins in.
    assert has("funding_of_others", changed(THIRTY, funding=funded(shop=100)), SHOPS)
    assert not has("funding_of_others", changed(THIRTY, funding=funded(shop=99, platform=1)), SHOPS)
    assert not has("funding_of_others", changed(TENTH, funding=funded(shop=100)), SHOPS)


def test_one_without_funding_among_many_was_forgotten() -> None:
    more = [evolve(TENTH, id=f"t{i}", lane="shop", items=named("pot")) for i in range(2)]
    bare = evolve(TENTH, id="bare", lane="shop", items=Selector(), funding={})
    [missing] = found("funding_missing", with_promotions(*more, bare))
    assert missing.details["promotion"] == "bare"
    assert not has("funding_missing", with_promotions(bare))
    nobody = tuple(evolve(each, funding={}) for each in BOOK.promotions)
    assert not has("funding_missing", evolve(BOOK, promotions=nobody))
