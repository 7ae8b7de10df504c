"""The contract of `CouponRepository`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import partial

from attrs import evolve
from pendulum import DateTime

from mallops.repositories import Answer, Coupon, CouponState, Store, Unit
from mallops.testing.contracts.answers import told
from mallops.testing.contracts.asking import Contract, ask, tell, unchanged
from mallops.testing.contracts.racing import THREADS, at_once, succeeds
from mallops.testing.contracts.samples import NAMES, START

ENDS = START.add(days=30)
ABC = tuple(Coupon(code, "p", "anna", ENDS) for code in "abc")


class CouponsContract(Contract):
    """Coupons pay for one order at a time, and are nobody's twice."""

    def test_coupons_are_read_as_they_were_issued(self) -> None:
        """With every field, to the microsecond; of an unknown code there is none."""
        store = self.make()
        issued = [
            Coupon("full", "promotion 'é'", "客户 🎉", ENDS.add(microseconds=1), source="o 1"),
            Coupon("bare", "p", "anna"),
        ]
        tell(store, issuing(issued), issuing([]))
        assert [coupon(store, each.code) for each in issued] == issued
        assert coupon(store, "other") is None
        assert of_order(store, "o 1") == []

    def test_ids_of_coupons_are_told_apart_to_the_letter(self) -> None:
        """Codes, customers, promotions and orders, by case, accents and blanks too."""
        store = self.make()
        issued = [Coupon(name, name, name, ENDS, source=name) for name in NAMES]
        tell(store, issuing(issued))
        for each in issued:
            assert coupon(store, each.code) == each
            assert free(store, each.customer, NAMES) == [each]
            assert free(store, each.customer, [each.promotion]) == [each]
            assert rewards(store, each.source) == [each]
            tell(store, holding([each.code], each.code))
        for each in issued:
            assert [one.code for one in of_order(store, each.code)] == [each.code]

    def test_issued_twice_is_issued_once(self) -> None:
        """Wherever the coupon stands by then: it stays there."""
        store = self.make()
        tell(store, issuing(ABC))
        tell(store, holding(["a"], "o1"), holding(["b"], "o2"), redeeming("o2"))
        before = everything(store)
        tell(store, issuing(ABC), issuing([*ABC, Coupon("d", "p", "anna")]))
        assert everything(store)[:3] == before[:3]
        assert coupon(store, "d") == Coupon("d", "p", "anna")

    def test_a_code_is_there_once(self) -> None:
        """With another promotion, customer, end or source it conflicts, and none is issued."""
        store = self.make()
        tell(store, issuing(ABC), holding(["a"], "o1"))
        for code in "ab":
            old = Coupon(code, "p", "anna", ENDS)
            for other in (
                evolve(old, promotion="q"),
                evolve(old, customer="bo"),
                evolve(old, expires=None),
                evolve(old, expires=ENDS.add(microseconds=1)),
                evolve(old, source="o9"),
            ):
                new = Coupon("d", "p", "anna")
                unchanged(store, _everything, issuing([new, other]))
                unchanged(store, _everything, issuing([other, new]))

    # --- free ones ----------------------------------------------------------------------------

    def test_free_are_a_customers_own_of_those_promotions(self) -> None:
        """Neither held nor redeemed, nor withdrawn, and none of a promotion that was not named."""
        store = self.make()
        coupons = [Coupon(code, "p", "anna") for code in ("free", "held", "used", "gone")]
        other = [Coupon("bo's", "p", "bo"), Coupon("of q", "q", "anna")]
        tell(store, issuing([*coupons, *other]))
        tell(store, holding(["held"], "o1"), holding(["used"], "o2"), redeeming("o2"))
        tell(store, withdrawing(["gone"]))
        assert codes(free(store, "anna", ["p"])) == ["free"]
        assert codes(free(store, "anna", ["p", "q", "r"])) == ["free", "of q"]
        assert codes(free(store, "bo", ["p", "q"])) == ["bo's"]
        assert free(store, "anna", ["r"]) == free(store, "anna", []) == []

    def test_free_are_those_first_that_expire_first(self) -> None:
        """Those that never do are last; of equals by code; what has ended is not among them."""
        store = self.make()
        ends = {"c": None, "e": 2, "b": 1, "a": None, "f": 1, "d": 3}
        coupons = [
            Coupon(code, "p", "anna", None if day is None else START.add(days=day))
            for code, day in ends.items()
        ]
        tell(store, issuing(coupons))
        assert "".join(codes(free(store, "anna", ["p"]))) == "bfedac"
        at = START.add(days=1)
        just_before = at.subtract(microseconds=1)
        assert "".join(codes(free(store, "anna", ["p"], just_before))) == "bfedac"
        assert "".join(codes(free(store, "anna", ["p"], at))) == "edac"
        assert "".join(codes(free(store, "anna", ["p"], START.add(years=9)))) == "ac"

    # --- holding, redeeming, giving back ------------------------------------------------------

    def test_what_is_held_is_the_orders(self) -> None:
        """By code, until it is given back."""
        store = self.make()
        tell(store, issuing(ABC), holding(["b", "a"], "o1"), holding([], "o2"))
        a, b, c = ABC
        held = [evolve(each, state=CouponState.HELD, order="o1") for each in (a, b)]
        assert of_order(store, "o1") == held
        assert [coupon(store, code) for code in "abc"] == [*held, c]
        assert of_order(store, "o2") == []
        assert free(store, "anna", ["p"]) == [c]

    def test_nobodys_coupons_are_no_orders(self) -> None:
        """Free ones have an empty order, and may have no source; they are of no order for that."""
        store = self.make()
        tell(store, issuing(ABC), holding(["a"], "o1"))
        before = everything(store)
        assert of_order(store, "") == rewards(store, "") == []
        tell(store, redeeming(""), giving_back("abc", ""))
        assert everything(store) == before

    def test_what_is_not_free_cannot_be_held(self) -> None:
        """Not even by the same order again; and with it nothing else is."""
        store = self.make()
        tell(store, issuing([*ABC, Coupon("d", "p", "anna"), Coupon("e", "p", "anna")]))
        tell(store, holding(["a"], "o1"), holding(["b"], "o2"), redeeming("o2"))
        tell(store, withdrawing(["c"]))
        for taken in ("a", "b", "c", "unknown"):
            for order in ("o1", "o2", "o3"):
                unchanged(store, _everything, holding(["d", taken, "e"], order))
                unchanged(store, _everything, holding([taken, "d"], order))

    def test_what_an_order_holds_is_redeemed(self) -> None:
        """All of it, and nobody else's; what it redeemed before stays so."""
        store = self.make()
        tell(store, issuing(ABC), holding(["a"], "o1"), holding(["c"], "o2"))
        tell(store, redeeming("o1"), redeeming("nobody"))
        tell(store, holding(["b"], "o1"))
        assert states(store) == ["redeemed", "held", "held"]
        tell(store, redeeming("o1"))
        tell(store, redeeming("o1"))
        assert states(store) == ["redeemed", "redeemed", "held"]
        assert codes(of_order(store, "o1")) == ["a", "b"]

    def test_what_is_given_back_is_free(self) -> None:
        """Held or redeemed, until its own end; it can be held again, also by another order."""
        store = self.make()
        tell(store, issuing(ABC), holding("ab", "o1"))
        tell(store, giving_back("a", "o1"))
        assert (coupon(store, "a"), coupon(store, "c")) == (ABC[0], ABC[2])
        tell(store, redeeming("o1"))
        tell(store, giving_back("b", "o1"))
        assert free(store, "anna", ["p"]) == [*ABC]
        assert of_order(store, "o1") == []
        assert free(store, "anna", ["p"], ENDS) == []
        tell(store, holding("ab", "o2"))
        assert codes(of_order(store, "o2")) == ["a", "b"]

    def test_only_what_is_an_orders_own_is_given_back(self) -> None:
        """Once; what another holds by now, or what was not named, stays where it is."""
        store = self.make()
        tell(store, issuing(ABC), holding("ab", "o1"), holding("c", "o2"))
        tell(store, giving_back(["a", "c", "unknown"], "o1"), giving_back([], "o1"))
        assert states(store) == ["free", "held", "held"]
        tell(store, holding("a", "o2"))
        tell(store, giving_back("a", "o1"))
        assert states(store) == ["held", "held", "held"]
        assert [one.code for one in of_order(store, "o2")] == ["a", "c"]

    # --- rewards ------------------------------------------------------------------------------

    def test_rewards_are_known_by_their_order(self) -> None:
        """Wherever they stand, by code."""
        store = self.make()
        given = [Coupon(code, "p", "anna", source="o1") for code in "dbca"]
        tell(store, issuing([*given, Coupon("e", "p", "anna", source="o2")]))
        tell(store, holding("a", "o5"), holding("b", "o6"), redeeming("o6"), withdrawing("c"))
        assert codes(rewards(store, "o1")) == ["a", "b", "c", "d"]
        assert [each.state.value for each in rewards(store, "o1")] == [
            *("held", "redeemed", "withdrawn", "free")
        ]
        assert rewards(store, "o5") == []

    def test_free_rewards_are_withdrawn_for_good(self) -> None:
        """Never are they free again; one that is not free conflicts, and with it all."""
        store = self.make()
        tell(store, issuing([evolve(each, source="o1") for each in ABC]))
        tell(store, withdrawing("a"), withdrawing([]))
        assert free(store, "anna", ["p"]) == [evolve(each, source="o1") for each in ABC[1:]]
        found = coupon(store, "a")
        assert found is not None
        assert found.state is CouponState.WITHDRAWN
        assert of_order(store, "o1") == []
        tell(store, holding("b", "o2"))
        for taken in ("a", "b", "unknown"):
            unchanged(store, _everything, withdrawing([taken, "c"]))
            unchanged(store, _everything, withdrawing(["c", taken]))
        tell(store, giving_back("a", "o1"), giving_back("a", ""))
        assert states(store) == ["withdrawn", "held", "free"]

    # --- many at once -------------------------------------------------------------------------

    def test_of_orders_at_once_one_holds_a_coupon(self) -> None:
        """And it holds all that it asked for, in whichever order it asked."""
        store = self.make()
        for turn in range(10):
            names = [f"{turn}/{code}" for code in "abc"]
            tell(store, issuing([Coupon(name, "p", "anna") for name in names]))
            calls = [
                partial(tell, store, holding(names[:: -1 if place % 2 else 1], f"{turn}/{place}"))
                for place in range(THREADS)
            ]
            found = at_once([partial(succeeds, call) for call in calls])
            assert sum(found) == 1, f"{sum(found)} orders hold one coupon"
            assert codes(of_order(store, f"{turn}/{found.index(True)}")) == names

    def test_a_coupon_is_either_held_or_withdrawn(self) -> None:
        """Whoever comes first."""
        store = self.make()
        for turn in range(10):
            code = f"c{turn}"
            tell(store, issuing([Coupon(code, "p", "anna", source="o1")]))
            calls = [holding([code], f"{turn}"), withdrawing([code])] * 2
            found = at_once([partial(succeeds, partial(tell, store, each)) for each in calls])
            assert sum(found) == 1
            after = coupon(store, code)
            expected = CouponState.WITHDRAWN if found.index(True) % 2 else CouponState.HELD
            assert after is not None
            assert after.state is expected


def issuing(coupons: Collection[Coupon]) -> Callable[[Unit], Answer[None]]:
    """What issues."""
    return lambda unit: unit.coupons.issue(coupons)


def holding(codes: Collection[str], order: str) -> Callable[[Unit], Answer[None]]:
    """What holds; of a text each letter is a code."""
    return lambda unit: unit.coupons.hold([*codes], order)


def redeeming(order: str) -> Callable[[Unit], Answer[None]]:
    """What redeems."""
    return lambda unit: unit.coupons.redeem(order)


def giving_back(codes: Collection[str], order: str) -> Callable[[Unit], Answer[None]]:
    """What gives back; of a text each letter is a code."""
    return lambda unit: unit.coupons.give_back([*codes], order)


def withdrawing(codes: Collection[str]) -> Callable[[Unit], Answer[None]]:
    """What withdraws; of a text each letter is a code."""
    return lambda unit: unit.coupons.withdraw([*codes])


def coupon(store: Store, code: str) -> Coupon | None:
    """A coupon by code."""
    return ask(store, lambda unit: unit.coupons.coupon(code))


def free(
    store: Store, customer: str, promotions: Collection[str], at: DateTime = START
) -> list[Coupon]:
    """A customer's free coupons."""
    return [*ask(store, lambda unit: unit.coupons.free(customer, promotions, at))]


def of_order(store: Store, order: str) -> list[Coupon]:
    """What an order holds or has redeemed."""
    return [*ask(store, lambda unit: unit.coupons.of_order(order))]


def rewards(store: Store, order: str) -> list[Coupon]:
    """What was an order's reward."""
    return [*ask(store, lambda unit: unit.coupons.rewards(order))]


def codes(coupons: Sequence[Coupon]) -> list[str]:
    """Their codes."""
    return [each.code for each in coupons]


def states(store: Store) -> list[str]:
    """Where a, b and c stand."""
    found = [coupon(store, code) for code in "abc"]
    return [each.state.value for each in found if each is not None]


def everything(store: Store) -> list[Coupon | None]:
    """The coupons a to e."""
    return ask(store, _everything)


def _everything(unit: Unit) -> list[Coupon | None]:
    return [told(unit.coupons.coupon(code)) for code in "abcde"]
