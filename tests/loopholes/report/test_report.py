"""What a report holds, in which order, and how it ends."""

from __future__ import annotations

from datetime import date
from itertools import permutations
from typing import Any

import pytest
from attrs import evolve

from mallops.errors import InputError
from mallops.findings import Severity
from mallops.loopholes.checking import Searched, check
from mallops.loopholes.model import Loophole
from mallops.loopholes.report.acknowledgements import (
    EXPIRED,
    UNUSED,
    decode_acknowledged,
)
from mallops.loopholes.report.fingerprints import fingerprint
from mallops.rulebook import parse_toml
from tests.loopholes.report.samples import (
    ALL,
    AT,
    WORD,
    cheap,
    compiled,
    kept,
    plain,
    referred,
    report,
)


def codes(loopholes: Any) -> list[str]:
    return [loophole.code for loophole in loopholes]


def test_the_worst_comes_first_whatever_the_order_of_the_search() -> None:
    expected = [
        "sample_below_cost",
        "sample_points_kept",
        "sample_nobody",
        "sample_second_account",
        "sample_untitled",
    ]
    assert all(codes(report(*found).found) == expected for found in permutations(ALL))


def test_of_one_code_the_subjects_tell_the_order() -> None:
    other = evolve(plain(), subjects=(evolve(plain().subjects[0], id="half"),))
    assert report(other, plain()).found == report(plain(), other).found == (plain(), other)


def test_searches_are_joined_in_their_turn() -> None:
    held = compiled()
    found = check(
        held.rulebook,
        held.catalog,
        AT,
        [
            lambda _compiled, _at, _tolerance: Searched((plain(),)),
            lambda found, at, _tolerance: Searched((kept(),) if (found, at) == (held, AT) else ()),
        ],
    )
    assert found.found == (kept(), plain())
    assert (found.rulebook, found.version, found.notes) == ("festival", "1", ())


@pytest.mark.parametrize(
    ("loopholes", "usual", "strict"),
    [((plain(),), 0, 0), ((plain(), referred()), 0, 1), ((kept(), plain()), 1, 1)],
)
def test_statuses(loopholes: tuple[Loophole, ...], usual: int, strict: int) -> None:
    found = report(*loopholes)
    assert (found.status(), found.status(strict=True)) == (usual, strict)


def test_a_fingerprint_outlives_versions_and_moves() -> None:
    first = fingerprint("festival", cheap())
    moved = tuple(
        evolve(subject, path=subject.path.replace("[2]", "[9]")) for subject in cheap().subjects
    )
    dearer = evolve(cheap(), subjects=moved[::-1], loss=None, details={}, witness=None)
    assert fingerprint("festival", dearer) == first
    others = [
        fingerprint("spring", cheap()),
        fingerprint("festival", evolve(cheap(), code="other")),
        fingerprint("festival", evolve(cheap(), subjects=cheap().subjects[1:])),
        fingerprint("festival", kept("$.after_sales.gift")),
        fingerprint("festival", kept()),
    ]
    assert len({first, *others}) == 6


# --- acknowledgements ----------------------------------------------------------------------------


def test_what_was_acknowledged_stands_apart_and_costs_no_status() -> None:
    found = report(cheap(), words=(WORD,))
    assert (found.found, found.stale, found.status()) == ((), (), 0)
    assert [(each.loophole, each.acknowledgement) for each in found.accepted] == [(cheap(), WORD)]


def test_by_fingerprint() -> None:
    word = evolve(WORD, subjects=None, fingerprint=fingerprint("festival", cheap()))
    assert codes(report(cheap(), kept(), words=(word,)).found) == ["sample_points_kept"]


@pytest.mark.parametrize(
    "changes",
    [
        {"code": "sample_points_kept"},
        {"subjects": frozenset({"SAVE20", "half"})},
        {"subjects": frozenset({"SAVE20", "half", "TEA", "mug"})},
        {"subjects": frozenset()},
        {"subjects": None, "fingerprint": "0123456789abcdef"},
    ],
)
def test_one_that_matches_nothing_is_told(changes: dict[str, Any]) -> None:
    found = report(cheap(), words=(evolve(WORD, **changes),))
    assert (codes(found.found), found.accepted) == (["sample_below_cost"], ())
    [stale] = found.stale
    assert (stale.code, stale.severity, stale.path) == (UNUSED, Severity.NOTE, WORD.path)


def test_those_of_another_rulebook_play_no_part() -> None:
    found = report(cheap(), words=(evolve(WORD, rulebook="spring"),))
    assert (codes(found.found), found.stale) == (["sample_below_cost"], ())


def test_it_holds_to_the_end_of_its_day_by_the_clock_of_the_rulebook() -> None:
    held = compiled()

    def accepted(at: Any) -> bool:
        searched = Searched((cheap(),))
        search = [lambda *_: searched]
        found = check(held.rulebook, held.catalog, at, search, acknowledgements=[WORD])
        assert [each.code for each in found.stale] == ([] if found.accepted else [EXPIRED])
        return bool(found.accepted)

    last = AT.set(2026, 12, 31, 23, 59, 59)
    assert accepted(last)
    assert not accepted(last.add(seconds=1))
    # In UTC it is still the 31st.
    assert not accepted(last.add(seconds=1).in_timezone("UTC"))


def test_an_expired_one_gives_way_to_one_that_holds() -> None:
    """What it was for is not in force again, so that there is nothing to warn of."""
    expired = evolve(WORD, expires=date(2026, 11, 10), path="$.acknowledged[1]")
    found = report(cheap(), words=(expired, WORD))
    assert [each.acknowledgement for each in found.accepted] == [WORD]
    assert [(each.code, each.path) for each in found.stale] == [(UNUSED, expired.path)]


@pytest.mark.parametrize(
    ("most", "found", "holds"),
    [
        (Severity.NOTE, Severity.NOTE, True),
        (Severity.NOTE, Severity.WARNING, False),
        (Severity.WARNING, Severity.NOTE, True),
        (Severity.WARNING, Severity.WARNING, True),
        (Severity.WARNING, Severity.ERROR, False),
        (Severity.ERROR, Severity.ERROR, True),
    ],
)
def test_what_has_become_worse_is_in_force_again(
    most: Severity, found: Severity, holds: bool
) -> None:
    told = report(evolve(cheap(), severity=found), words=(evolve(WORD, severity=most),))
    assert bool(told.accepted) is holds
    assert [each.code for each in told.stale] == ([] if holds else [UNUSED])


def test_whoever_says_nothing_of_it_puts_up_with_every_severity() -> None:
    assert report(cheap(), words=(WORD,)).accepted
    assert WORD.severity is Severity.ERROR


def test_a_file_of_them() -> None:
    text = """
    format = "mallops.acknowledged/1"

    [[acknowledged]]
    code = "sample_below_cost"
    rulebook = "festival"
    subjects = ["TEA", "half", "SAVE20"]
    reason = "it brings people in"
    owner = "Li Lei"
    expires = 2026-12-31
    """
    assert decode_acknowledged(parse_toml(text)) == (WORD,)


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"expires": "2026-02-30"}, "$.acknowledged[0].expires"),
        ({"expires": "20261231"}, "$.acknowledged[0].expires"),
        ({"expires": 5}, "$.acknowledged[0].expires"),
        ({"owner": ""}, "$.acknowledged[0].owner"),
        ({"reason": None}, "$.acknowledged[0].reason"),
        ({"subjects": None}, "$.acknowledged[0].subjects"),
        ({"fingerprint": "a"}, "$.acknowledged[0].subjects"),
        ({"until": "2026-12-31"}, "$.acknowledged[0].until"),
        ({"severity": "Note"}, "$.acknowledged[0].severity"),
    ],
)
def test_it_is_read_strictly(changes: dict[str, Any], path: str) -> None:
    document = {
        "code": "c",
        "subjects": ["p"],
        "reason": "r",
        "owner": "o",
        "expires": "2026-12-31",
    }
    assert len(decode_acknowledged({"acknowledged": [document]})) == 1
    with pytest.raises(InputError) as caught:
        decode_acknowledged({"acknowledged": [document | changes]})
    assert [problem.path for problem in caught.value.problems] == [path]
