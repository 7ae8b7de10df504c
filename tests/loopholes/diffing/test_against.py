"""mallops check --against: what it takes, what it writes, and how it ends."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mallops.cli import main
from tests.loopholes.diffing.shops import FULL, GOODS, TENTH, document

AT = ["--at", "2026-11-11T10:00:00+08:00", "--locale", "en"]


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., str]:
    def written(name: str, content: Any) -> str:
        (tmp_path / name).write_text(json.dumps(content), encoding="utf-8")
        return str(tmp_path / name)

    return written


@pytest.fixture
def files(write: Callable[..., str]) -> list[str]:
    """NEW, OLD and their catalogue, as they are asked for."""
    new, old = write("new.json", document(TENTH, FULL)), write("old.json", document(TENTH))
    goods = write("goods.json", {"products": list(GOODS)})
    return ["check", new, "--against", old, "--catalog", goods, *AT]


def test_a_cart_that_pays_less_is_told_and_fails_where_it_is_strict(
    files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(files) == 0
    told = capsys.readouterr().out
    assert "(-20.00)" in told
    assert main([*files, "--strict"]) == 1


def test_it_is_written_as_json(files: list[str], tmp_path: Path) -> None:
    output = tmp_path / "told.json"
    assert main([*files, "--format", "json", "--output", str(output)]) == 0
    assert json.loads(output.read_text("utf-8"))["format"] == "mallops.difference/1"


def test_the_catalogue_may_change_as_well(
    files: list[str], write: Callable[..., str], capsys: pytest.CaptureFixture[str]
) -> None:
    before = write("before.json", {"products": [*GOODS, {"sku": "POT", "price": "9.00"}]})
    assert main([*files, "--against-catalog", before]) == 0
    assert "no longer sold: POT" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--format", "sarif"], "text or json, not as sarif"),
        (["--quick"], "goes without --quick"),
        (["--witnesses", "there"], "goes without --quick and --witnesses"),
    ],
)
def test_what_cannot_be_asked_of_a_change_is_refused(
    files: list[str], capsys: pytest.CaptureFixture[str], more: list[str], said: str
) -> None:
    assert main([*files, *more]) == 2
    assert said in capsys.readouterr().err


def test_unusable_input(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*files[:1], files[1], *files[1:]]) == 2
    assert "takes one FILE" in capsys.readouterr().err
    assert main([*files[:3], "nowhere.json", *files[4:]]) == 2
    assert "nowhere.json" in capsys.readouterr().err
    assert main([*files[:2], *files[4:], "--against-catalog", files[5]]) == 2
    assert "--against-catalog" in capsys.readouterr().err


def test_several_rulebooks_are_not_one(
    files: list[str], write: Callable[..., str], capsys: pytest.CaptureFixture[str]
) -> None:
    cart = {"at": "2026-11-11T10:00:00+08:00", "cart": {}}
    several = write(
        "several.json",
        {
            "catalog": {"products": list(GOODS)},
            "scenarios": [
                {"name": "a", "rulebook": document(TENTH), **cart},
                {"name": "b", "rulebook": document(FULL), **cart},
            ],
        },
    )
    assert main([*files[:3], several, *files[4:]]) == 2
    assert "several rulebooks" in capsys.readouterr().err
