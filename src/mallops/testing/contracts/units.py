"""The contract of units of work: all that is stored in one is stored together, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from threading import Event

from attrs import evolve, frozen
from pendulum import DateTime

from mallops.money import Money
from mallops.points.wallet import Wallet
from mallops.repositories import Answer, Conflict, Coupon, Store, Unit
from mallops.testing.contracts import behaviour, cases, catalog, coupons, orders, outbox, usage
from mallops.testing.contracts.answers import told
from mallops.testing.contracts.asking import Contract, ask, begun, conflict, tell
from mallops.testing.contracts.purchases import CNY, plain, rulebook
from mallops.testing.contracts.racing import at_once, insistently
from mallops.testing.contracts.rulebooks import publishing
from mallops.testing.contracts.samples import START, grant


@frozen
class Deed:
    """Something that stores, after what it needs, and what there is to be seen of it."""

    before: tuple[Callable[[Unit], Answer[object]], ...]
    do: Callable[[Unit], Answer[object]]
    seen: Callable[[Unit], Answer[object]]


class Left(Exception):
    """A unit is left by this."""


class Killed(BaseException):
    """By this too: it is not only errors that end a unit."""


class UnitsContract(Contract):
    """Units of work, over everything that a store can do."""

    def test_what_is_stored_is_seen_at_once_and_for_good(self) -> None:
        """In the unit itself, in the next one, and in another thread: whatever it is."""
        for name, deed in DEEDS.items():
            store = self.make()
            tell(store, *deed.before)
            before = ask(store, deed.seen)
            with begun(store) as unit:
                assert told(deed.seen(unit)) == before
                told(deed.do(unit))
                inside = told(deed.seen(unit))
            assert inside != before, f"{name}: not seen in its own unit"
            assert ask(store, deed.seen) == inside, f"{name}: not seen in the next unit"
            # By one other at a time: of what is due, several at once may be given each a part.
            [other] = at_once([partial(ask, store, deed.seen)])
            assert other == inside, f"{name}: not seen in another thread"

    def test_a_unit_that_is_left_by_an_exception_stores_nothing(self) -> None:
        """Whatever it did, and whatever the exception is, which passes through."""
        for name, deed in DEEDS.items():
            store = self.make()
            tell(store, *deed.before)
            before = ask(store, deed.seen)
            for error in (Left(), Killed(), Conflict("late")):
                assert _left_by(store, error, deed.do) is error, f"{name}: another exception"
                assert ask(store, deed.seen) == before, f"{name}: not taken back"
            tell(store, deed.do)
            assert ask(store, deed.seen) != before, f"{name}: not done after all"

    def test_all_of_a_unit_is_stored_or_nothing(self) -> None:
        """Over all repositories, and also where the last of them conflicts."""
        store = self.make()
        tell(store, *(work for deed in DEEDS.values() for work in deed.before))
        taken = orders.adding(plain("taken"))
        tell(store, taken)
        before = _everything(store)
        everything = [deed.do for deed in DEEDS.values()]
        conflict(store, *everything, taken)
        assert _everything(store) == before
        assert isinstance(_left_by(store, Left(), *everything), Left)
        assert _everything(store) == before
        tell(store, *everything)
        after = _everything(store)
        assert [name for name in DEEDS if after[name] == before[name]] == []

    def test_after_a_unit_that_failed_others_go_on(self) -> None:
        """In its thread and in others: nothing stays locked, and nothing is left of it."""
        store = self.make()
        first = plain("o1")
        tell(store, orders.adding(first))
        for turn in range(3):
            conflict(store, outbox.putting(outbox.message(f"{turn}")), orders.adding(first))
            _left_by(store, Left(), outbox.putting(outbox.message(f"{turn}")))
            calls = [
                partial(tell, store, orders.adding(plain(f"{turn}/{place}"))) for place in range(2)
            ]
            at_once([partial(insistently, call) for call in calls])
        assert outbox.claim(store, START) == []

    def test_nobody_sees_what_is_taken_back(self) -> None:
        """Whoever reads while a unit is open reads what was before, or waits until it is over."""
        for turn in range(3):
            store = self.make()
            stored, read = Event(), Event()

            def write(store: Store = store, stored: Event = stored, read: Event = read) -> None:
                def wait(_unit: Unit) -> None:
                    stored.set()
                    read.wait(0.05)

                _left_by(store, Left(), *(deed.do for deed in SIMPLE), wait)

            def look(
                store: Store = store, stored: Event = stored, read: Event = read
            ) -> list[object]:
                stored.wait(5)
                found = [insistently(partial(ask, store, deed.seen)) for deed in SIMPLE]
                read.set()
                return found

            before = [ask(store, deed.seen) for deed in SIMPLE]
            calls: list[Callable[[], list[object]]] = [partial(_nothing, write), look]
            _, found = at_once(calls)
            assert found == before, f"it was seen before it was stored (attempt {turn + 1})"

    def test_units_at_once_store_all_of_theirs(self) -> None:
        """Each over several repositories, half of them given up: sums agree to the minor unit."""
        store = self.make()

        def work(worker: int) -> None:
            for turn in range(6):
                name = f"{worker}/{turn}"
                works = _checkout(name)
                if turn % 2:
                    _left_by(store, Left(), *works)
                else:
                    insistently(partial(tell, store, *works))

        at_once([partial(work, worker) for worker in range(4)])
        kept = [f"{worker}/{turn}" for worker in range(4) for turn in (0, 2, 4)]
        assert usage.gone(store, "p", "anna").spent == Money(10 * len(kept), CNY)
        assert [each.key for each in outbox.claim(store, START)] == sorted(kept)
        for worker in range(4):
            for turn in range(6):
                name = f"{worker}/{turn}"
                assert (orders.order(store, name) is None) == bool(turn % 2)
                assert (cases.case(store, name) is None) == bool(turn % 2)
                assert (coupons.coupon(store, name) is None) == bool(turn % 2)


def _checkout(name: str) -> list[Callable[[Unit], Answer[object]]]:
    """What is stored together when somebody buys something."""
    return [
        usage.reserving(name, "anna", usage.taking("p", 1, 10)),
        coupons.issuing([Coupon(name, "p", "anna")]),
        coupons.holding([name], name),
        orders.adding(plain(name)),
        cases.adding(cases.filed_at(name, 1, order=name), cases.logged(name, 1, "k")),
        outbox.putting(outbox.message(name)),
    ]


def _left_by(
    store: Store, error: BaseException, *works: Callable[[Unit], Answer[object]]
) -> BaseException | None:
    """What comes out of a unit that does all this, and is left by an exception."""
    for _ in range(100):
        try:
            with begun(store) as unit:
                for work in works:
                    told(work(unit))
                raise error
        except BaseException as found:
            # A conflict of its own means that another was faster: it is done again.
            if isinstance(found, Conflict) and found is not error:
                continue
            return found
    raise AssertionError("a hundred conflicts in a row")


def _nothing(call: Callable[[], object]) -> list[object]:
    call()
    return []


def _everything(store: Store) -> dict[str, object]:
    return {name: ask(store, deed.seen) for name, deed in DEEDS.items()}


def _points(unit: Unit) -> object:
    return (
        told(unit.points.wallet("anna")),
        [*told(unit.points.entries("anna"))],
        told(unit.points.entry("anna", "k")),
        [*told(unit.points.due(START.add(years=1), 9))],
    )


def _coupon(code: str, unit: Unit) -> object:
    found = told(unit.coupons.coupon(code))
    return (
        found,
        [*told(unit.coupons.of_order(code))],
        [*told(unit.coupons.rewards("o"))],
        [*told(unit.coupons.free("anna", [code], START))],
    )


def _order(name: str, unit: Unit) -> object:
    due = [each for each in told(unit.orders.settling(START, 99)) if each == name]
    return told(unit.orders.order(name)), due


def _case(name: str, unit: Unit) -> object:
    due = [each for each in told(unit.cases.due(START.add(days=9), 99)) if each == name]
    found, log = told(unit.cases.case(name)), [*told(unit.cases.log(name))]
    of_order = [each for each in told(unit.cases.of_order("o1")) if each.case.id == name]
    return found, log, told(unit.cases.logged(name, "k")), of_order, due


def _used(promotion: str, unit: Unit) -> object:
    return [usage.gone_in(unit, promotion, "anna", at) for at in (START, usage.UNTIL.add(days=1))]


def _waiting(at: DateTime, unit: Unit) -> object:
    # Claimed until the very instant of the claim, which changes nothing for a later one.
    return [*told(unit.outbox.claim(at, at, 99))]


def _book(version: str, unit: Unit) -> object:
    found = told(unit.rulebooks.rulebook("mall", version))
    return found, told(unit.rulebooks.version("mall", START))


def _goods(unit: Unit) -> object:
    return catalog.sorted_by_sku(told(unit.catalog.goods(["a", "b"])))


def _events(unit: Unit) -> object:
    return [*told(unit.behaviour.of_customer("anna", *behaviour.EVER, 9))]


def _coupons(code: str) -> tuple[Callable[[Unit], Answer[object]], Callable[[Unit], object]]:
    """A coupon of a promotion, with the same name, and what is seen of it."""
    return coupons.issuing([Coupon(code, code, "anna", source="o")]), partial(_coupon, code)


def _reserved(name: str) -> tuple[Callable[[Unit], Answer[object]], Callable[[Unit], object]]:
    """A reservation of an order with that name, of a promotion with the same."""
    return usage.reserving(name, "anna", usage.taking(name, 1, 5)), partial(_used, name)


def _coupon_deeds() -> dict[str, Deed]:
    issue, seen = _coupons("issued")
    deeds = {"coupons.issue": Deed((), issue, seen)}
    issue, seen = _coupons("held")
    deeds["coupons.hold"] = Deed((issue,), coupons.holding(["held"], "held"), seen)
    issue, seen = _coupons("used")
    hold = coupons.holding(["used"], "used")
    deeds["coupons.redeem"] = Deed((issue, hold), coupons.redeeming("used"), seen)
    issue, seen = _coupons("back")
    hold, back = coupons.holding(["back"], "back"), coupons.giving_back(["back"], "back")
    deeds["coupons.give_back"] = Deed((issue, hold), back, seen)
    issue, seen = _coupons("gone")
    deeds["coupons.withdraw"] = Deed((issue,), coupons.withdrawing(["gone"]), seen)
    return deeds


def _usage_deeds() -> dict[str, Deed]:
    reserve, seen = _reserved("reserved")
    deeds = {"usage.reserve": Deed((), reserve, seen)}
    reserve, seen = _reserved("committed")
    commit = lambda unit: unit.usage.commit("committed", START)  # noqa: E731
    deeds["usage.commit"] = Deed((reserve,), commit, seen)
    reserve, seen = _reserved("released")
    release = lambda unit: unit.usage.release("released", ["released"])  # noqa: E731
    deeds["usage.release"] = Deed((reserve,), release, seen)
    return deeds


_MOVED = evolve(cases.running("moved", 1, deadline=1), kept_gifts=("MUG",))

DEEDS = {
    "catalog.put": Deed((), catalog.putting(catalog.both(1)), _goods),
    "rulebooks.publish": Deed((), publishing(rulebook("1"), START), partial(_book, "1")),
    **_usage_deeds(),
    **_coupon_deeds(),
    "points.append": Deed(
        (), lambda unit: unit.points.append([grant(Wallet("anna"), "k")]), _points
    ),
    "orders.add": Deed((), orders.adding(plain("new", START)), partial(_order, "new")),
    "orders.save": Deed(
        (orders.adding(plain("old")),),
        orders.saving(plain("old", START, version=2)),
        partial(_order, "old"),
    ),
    "cases.add": Deed(
        (),
        cases.adding(cases.running("opened", 1, deadline=1), cases.logged("opened", 1, "k")),
        partial(_case, "opened"),
    ),
    "cases.save": Deed(
        (cases.adding(cases.filed_at("moved", 0)),),
        cases.saving(_MOVED, cases.logged("moved", 1, "k")),
        partial(_case, "moved"),
    ),
    "outbox.put": Deed((), outbox.putting(outbox.message("put")), partial(_waiting, START)),
    "behaviour.record": Deed((), behaviour.recording(behaviour.event("e")), _events),
}
"""All that can be stored, but for claims and drops of messages, which are seen apart."""

SIMPLE = [deed for deed in DEEDS.values() if not deed.before]
