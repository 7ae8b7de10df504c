"""The example recommends what adds up, and draws what it measured."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from examples import recommend
from examples.recommend_svg import Bar, drawn
from mallops.recommend.evaluation.bootstrap import Interval
from mallops.recommend.evaluation.folds import Aim

NAMES = ["popular", "personal", "trend", "blend"]
SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("locale", ["en", "zh_CN"])
def test_the_example_compares_chooses_explains_and_draws(
    locale: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    picture = tmp_path / "found.svg"
    assert recommend.main(["--one-in", "80", "--locale", locale, "--svg", str(picture)]) == 0
    printed = capsys.readouterr().out

    rows = re.findall(r"^(\w+) +(0\.\d{4}) +(0\.\d{4}) +(0\.\d{4})$", printed, re.MULTILINE)
    assert [row[0] for row in rows] == NAMES * 2
    assert recommend.WORDS[locale]["discovery"] in printed

    sums = re.findall(r"^   (\d\.\d{3}) = (.+)$", printed, re.MULTILINE)
    assert len(sums) == 5
    for score, terms in sums:
        parts = [float(part) for part in re.findall(r"\+(\d\.\d{3})", terms)]
        assert sum(parts) == pytest.approx(float(score))

    drawn = ET.parse(picture)  # noqa: S314 - our own
    titles = [found.text or "" for found in drawn.iter(f"{SVG}title")][1:]
    assert [float(title.split()[2]) for title in titles] == [
        float(figure) for row in rows for figure in row[1:]
    ]


def test_the_words_are_the_same_in_both_languages() -> None:
    assert recommend.WORDS["en"].keys() == recommend.WORDS["zh_CN"].keys()


def test_a_repeat_is_no_discovery_and_a_part_of_the_customers_is_read() -> None:
    events = recommend.read_events(100)
    assert {int(event.customer) % 100 for event in events} == {0}
    assert len({event.id for event in events}) == len(events) > 1000
    assert Aim.REPEAT not in recommend.AIMS


def test_longer_intervals_are_drawn_longer() -> None:
    bars = [
        Bar("p", name, "f", Interval(0.2, 0.2 - half, 0.2 + half))
        for name, half in (("sure", 0.01), ("vague", 0.1))
    ]
    lines = re.findall(r"M([\d.]+) [\d.]+H([\d.]+)", drawn(bars, {"p": "title"}))
    sure, vague = (float(high) - float(low) for low, high in lines)
    assert vague == pytest.approx(10 * sure, rel=0.02)


@pytest.mark.parametrize("number", ["0", "-1", "many"])
def test_the_example_wants_a_number_of_customers(number: str) -> None:
    with pytest.raises(SystemExit):
        recommend.main(["--one-in", number])
