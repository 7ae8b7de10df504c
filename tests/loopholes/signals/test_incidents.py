"""Incidents of public reports as streams of events, and honest streams that look a little alike."""

from __future__ import annotations

from collections.abc import Iterator

from mallops.loopholes.signals.events import Act, Event, Use, Voucher
from mallops.loopholes.signals.model import Score
from mallops.loopholes.signals.scoring import signals
from tests.loopholes.signals.streams import after, cny, event

REVIEW = 60


def codes(score: Score) -> set[str]:
    return {each.code for each in score.suspicions}


def test_referrals_without_end() -> None:
    """Uber, 2014: one code, 2,500 newcomers, each worth 20 dollars to whoever brought them."""
    joins = [
        event(f"e{n}", f"new{n}", Act.JOIN, after(n * 600), device=f"d{n}", referrer="blog")
        for n in range(2_500)
    ]
    found = signals(joins)
    assert list(found) == ["blog"]
    assert found["blog"].score >= REVIEW
    assert codes(found["blog"]) == {"referrals_many"}


def test_newcomers_discounts_of_made_up_accounts() -> None:
    """Ele.me, 2018: 15 yuan for every new customer, and accounts made for it on a few phones."""
    stream: list[Event] = []
    for n in range(60):
        at, phone = after(n * 900), f"phone{n % 4}"
        join = event(f"j{n}", f"new{n}", Act.JOIN, at, device=phone)
        order = event(
            f"o{n}",
            f"new{n}",
            Act.ORDER,
            at.add(minutes=3),
            amount=cny("5.00"),
            device=phone,
            payment=f"pay{n % 7}",
            address="the shop",
            promotions=(Use("newcomer", 1),),
        )
        stream += [join, order]
    found = signals(stream)
    assert len(found) == 60
    assert all(score.score >= REVIEW for score in found.values())
    assert {"device_shared", "payment_shared", "uses_over_limit"} <= codes(found["new59"])


def test_merchants_who_order_from_themselves_and_are_refunded_in_advance() -> None:
    """Meituan, 2020: orders at one's own shop from a second account, refunded with the food kept."""  # noqa: E501
    stream = [event("login", "merchant", Act.VISIT, device="d", payment="card")]
    for n in range(8):
        at = after(days=n)
        order = event(
            f"o{n}", "second", Act.ORDER, at, amount=cny("60.00"), device="d", sellers=("merchant",)
        )
        back = event(f"r{n}", "second", Act.REFUND_ONLY, at.add(hours=1), amount=cny("60.00"))
        stream += [order, back]
    found = signals(stream)
    assert codes(found["second"]) == {"self_purchase", "goods_kept", "refunds_high"}
    assert codes(found["merchant"]) == {"self_purchase"}
    assert found["second"].score >= 90
    assert found["merchant"].score >= REVIEW


def test_vouchers_that_are_sold_on() -> None:
    """Shanghai, 2024: 300 off 1,000, drawn by many and spent by few."""
    stream = [
        event(
            f"o{n}",
            f"buyer{n % 3}",
            Act.ORDER,
            after(n * 1800),
            amount=cny("700.00"),
            coupons=(Voucher(f"v{n}", f"winner{n}"),),
        )
        for n in range(30)
    ]
    found = signals(stream)
    assert sorted(found) == ["buyer0", "buyer1", "buyer2"]
    assert all(codes(score) == {"coupons_bought"} for score in found.values())
    assert all(score.score >= REVIEW for score in found.values())


def test_somebody_who_draws_many_and_sells_them_all() -> None:
    stream = [
        event(f"o{n}", f"c{n}", Act.ORDER, after(n), coupons=(Voucher(f"v{n}", "scalper"),))
        for n in range(12)
    ]
    found = signals(stream)
    assert list(found) == ["scalper"]
    assert codes(found["scalper"]) == {"coupons_sold"}


def test_whoever_brings_accounts_of_a_single_phone_brings_themselves() -> None:
    stream = [event("v", "me", Act.VISIT, device="d")]
    stream += [
        event(f"j{n}", f"me{n}", Act.JOIN, after(60 * n), device="d", referrer="me")
        for n in range(1, 6)
    ]
    assert "self_referral" in codes(signals(stream)["me"])


def test_an_order_that_is_undone_and_placed_again_brushes_against_its_limit() -> None:
    stream = [
        event(f"o{n}", "c", Act.ORDER, after(7200 * n), promotions=(Use("half", 1),))
        for n in range(4)
    ]
    (found,) = signals(stream)["c"].suspicions
    assert found.code == "uses_over_limit"
    assert found.details == {
        "promotion": "half",
        "used": "4",
        "allowed": "1",
        "scope": "customer",
    }


def test_a_script_orders_faster_than_people() -> None:
    stream = [event(f"o{n}", "bot", Act.ORDER, after(20 * n)) for n in range(20)]
    assert signals(stream)["bot"].score >= REVIEW


# --- who is not to be mistaken for them -----------------------------------------------------------


def household(name: str, people: int) -> Iterator[Event]:
    """A household at one address, with one tablet and one card, that uses a newcomer's discount."""
    for n in range(people):
        yield event(
            f"{name}{n}",
            f"{name}-{n}",
            Act.ORDER,
            after(n * 4000),
            amount=cny("90.00"),
            address=name,
            device=f"tablet of {name}",
            payment=f"card of {name}",
            promotions=(Use("newcomer", 1),),
            coupons=(Voucher(f"{name}{n}", f"{name}-0"),),
        )


def test_a_family_is_not_a_ring() -> None:
    found = signals([*household("family", 4), event("r", "family-0", Act.RETURN, amount=cny("90"))])
    assert all(score.score < REVIEW for score in found.values())


def test_a_couple_is_nothing_at_all() -> None:
    assert not signals(household("couple", 2))


def test_an_office_or_a_dormitory_is_below_a_review() -> None:
    stream = [
        event(
            f"o{n}",
            f"student{n}",
            Act.ORDER,
            after(n * 300),
            amount=cny("30.00"),
            address="the desk downstairs",
            device=f"d{n}",
            payment=f"p{n}",
            promotions=(Use("newcomer", 1),),
        )
        for n in range(200)
    ]
    found = signals(stream)
    assert max(score.score for score in found.values()) < REVIEW


def test_a_customer_who_tries_clothes_on_is_below_a_review() -> None:
    stream: list[Event] = []
    for n in range(20):
        at = after(days=n)
        stream.append(event(f"o{n}", "c", Act.ORDER, at, amount=cny("200.00")))
        if n % 4:
            stream.append(event(f"r{n}", "c", Act.RETURN, at.add(days=5), amount=cny("200.00")))
    found = signals(stream)
    assert 0 < found["c"].score < REVIEW
