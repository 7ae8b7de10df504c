from __future__ import annotations

from decimal import Decimal

import pytest

from mallops.catalog.model import Sku
from mallops.loopholes.measures import measure_of
from tests.loopholes.asking import found, has
from tests.loopholes.broken import RICE, sacks


@pytest.mark.parametrize(
    ("title", "amount", "base"),
    [
        ("绿茶 250g", "250", "g"),
        ("绿茶250克罐装", "250", "g"),
        ("大米 2.5kg", "2500", "g"),
        ("大米 2.5 KG", "2500", "g"),
        ("大米5千克", "5000", "g"),
        ("苹果 3公斤", "3000", "g"),
        ("苹果 3斤", "1500", "g"),
        ("苹果 3市斤", "1500", "g"),
        ("枸杞 2两", "100", "g"),
        ("水 500ml", "500", "ml"),
        ("水 500毫升", "500", "ml"),
        ("Water 1.5L", "1500", "ml"),
        ("食用油5升", "5000", "ml"),
        ("茶包 10g*20", "200", "g"),
        ("茶包 20×10g", "200", "g"),
        ("Tea 2 x 250g", "500", "g"),
    ],
)
def test_what_a_title_says(title: str, amount: str, base: str) -> None:
    measure = measure_of(Sku("x", None, title={"zh-CN": title}))
    assert measure is not None
    assert (measure.amount, measure.base) == (Decimal(amount), base)


@pytest.mark.parametrize(
    "title",
    ["", "5G手机", "维生素 500mg", "3 pots", "茶 100g 或 200g", "0g", "12英寸", "5 good teas"],
)
def test_what_it_does_not_say(title: str) -> None:
    assert measure_of(Sku("x", None, title={"zh-CN": title})) is None


def test_a_slip_is_named() -> None:
    for price, pack, slip in (
        ("7.60", "1kg", "2"),
        ("16.00", "1000kg", "1000"),
        ("96.00", "1kg", ""),
    ):
        [odd] = found("unit_price_odd", catalog=sacks(*RICE, (price, pack)))
        assert odd.details["slip"] == slip
        assert odd.details["sku"] == "rice-4"


def test_a_category_that_varies_has_dear_goods() -> None:
    assert not has("unit_price_odd", catalog=sacks(*RICE, ("21.00", "1kg")))
    varied = (("15.00", "1kg"), ("25.00", "1kg"), ("38.00", "1kg"), ("40.00", "1kg"))
    assert not has("unit_price_odd", catalog=sacks(*varied, ("12.50", "1kg")))


def test_few_make_no_price() -> None:
    assert not has("unit_price_odd", catalog=sacks(*RICE[:3], ("150.00", "1kg")))
