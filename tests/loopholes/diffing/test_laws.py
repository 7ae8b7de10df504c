"""What holds of every difference: of carts that pay less and more, whatever changes."""

from __future__ import annotations

from hypothesis import given, settings

from mallops.loopholes.carts.stock import stocks_of
from mallops.loopholes.diffing.carts import diff_carts
from mallops.loopholes.diffing.model import CartDifference, Direction, Proof
from mallops.loopholes.replay import replay
from mallops.promotions.quote import Quote
from mallops.testing.naive_difference import extremes_of_all
from tests.loopholes.diffing.drawn import Change, changes

MANY = settings(max_examples=max(120, settings().max_examples))


def found(change: Change) -> CartDifference:
    return diff_carts(change.old, change.new, change.at, change.bounds)


def by(direction: Direction) -> int:
    return 0 if direction.most is None else abs(direction.most.change.minor)


@MANY
@given(change=changes())
def test_what_is_proven_holds_of_every_cart(change: Change) -> None:
    told = found(change)
    lines = stocks_of(change.old, change.new, change.bounds)[0].lines
    every = extremes_of_all(change.old, change.new, told.bounds, told.instants, lines)
    for direction, most in ((told.cheaper, every.less), (told.dearer, every.more)):
        assert by(direction) <= most, "it is the engine that says what carts pay"
        if direction.proof is not None:
            assert by(direction) == most


@MANY
@given(change=changes())
def test_what_is_cheaper_one_way_is_dearer_the_other(change: Change) -> None:
    one = found(change)
    other = diff_carts(change.new, change.old, change.at, change.bounds)
    for ours, theirs in ((one.cheaper, other.dearer), (one.dearer, other.cheaper)):
        assert ours.proof == theirs.proof
        assert (ours.most is None) == (theirs.most is None)
        if ours.most is not None and theirs.most is not None:
            assert ours.most.cart == theirs.most.cart
            assert ours.most.before == theirs.most.after
            assert ours.most.after == theirs.most.before
    assert (one.less, one.more, one.gone) == (other.more, other.less, other.added)


@MANY
@given(change=changes())
def test_every_witness_pays_what_is_said(change: Change) -> None:
    told = found(change)
    for direction, sign in ((told.cheaper, -1), (told.dearer, 1)):
        if direction.most is not None:
            assert direction.most.change.minor * sign > 0
            for compiled, paid in (
                (change.old, direction.most.before),
                (change.new, direction.most.after),
            ):
                [outcome] = replay(compiled, paid.witness).outcomes
                assert isinstance(outcome, Quote)
                assert outcome.payable == paid.payable


@settings(max_examples=50)
@given(change=changes())
def test_nothing_differs_from_itself(change: Change) -> None:
    for world in (change.old, change.new):
        told = diff_carts(world, world, change.at, change.bounds)
        assert told.cheaper == told.dearer == Direction(None, Proof.SAME)
        assert told.quoted == 0
