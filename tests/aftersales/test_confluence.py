"""The confluence experiment, small: what is refunded in parts is what was paid."""

from __future__ import annotations

from benchmarks.confluence import OURS, batch


def test_units_refunded_one_by_one_come_to_what_was_paid_and_to_what_all_at_once_does() -> None:
    # A batch that the published figures do not have.
    tallies = batch(1_000_003, 40)
    for rule in OURS:
        tally = tallies[rule]
        assert (tally.orders, tally.wrong, tally.too_much, tally.parted) == (40, 0, 0, 0)


def test_the_experiment_can_tell_wrong_from_right() -> None:
    tallies = batch(1_000_003, 40)
    assert tallies["line ÷ quantity plus a share, rounded down"].wrong > 20
    rounded = tallies["rounded unit × quantity"]
    assert rounded.wrong > rounded.too_much > 5
    assert tallies["integer net of each unit"].wrong == tallies["cumulative"].wrong == 0
