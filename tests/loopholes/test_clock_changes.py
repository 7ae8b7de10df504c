from __future__ import annotations

import pytest
from attrs import evolve

from mallops.rules.promotions import Schedule
from mallops.time import Window, local_instant
from tests.loopholes.asking import found
from tests.loopholes.mall import BOOK, TENTH


def changes(local: str, timezone: str) -> list[str]:
    ends = local_instant(local, timezone)
    sale = evolve(TENTH, schedule=Schedule(Window(None, ends)))
    book = evolve(BOOK, timezone=timezone, promotions=(sale,))
    return [each.details["change"] for each in found("edge_in_clock_change", book)]


@pytest.mark.parametrize(
    ("local", "change"),
    [
        # In spring 02:00 to 03:00 is not there, and is read as an hour later.
        ("2027-03-14T01:59", []),
        ("2027-03-14T02:00", ["skipped"]),
        ("2027-03-14T02:30", ["skipped"]),
        ("2027-03-14T03:30", ["skipped"]),
        ("2027-03-14T04:00", []),
        # In autumn 01:00 to 02:00 comes twice.
        ("2027-11-07T00:59", []),
        ("2027-11-07T01:00", ["repeated"]),
        ("2027-11-07T01:59", ["repeated"]),
        ("2027-11-07T02:00", []),
    ],
)
def test_new_york(local: str, change: list[str]) -> None:
    assert changes(local, "America/New_York") == change


def test_half_an_hour_and_none() -> None:
    assert changes("2027-04-04T01:45", "Australia/Lord_Howe") == ["repeated"]
    assert changes("2027-04-04T02:00", "Australia/Lord_Howe") == []
    assert changes("2027-03-14T02:30", "Asia/Shanghai") == []
