from __future__ import annotations

import pytest

from mallops.lifecycles.machine import Machine
from mallops.lifecycles.verifying import verify
from tests.lifecycles.broken import BROKEN
from tests.lifecycles.claims import CLAIM


def test_a_good_machine_has_no_findings() -> None:
    assert verify(CLAIM) == ()


@pytest.mark.parametrize(
    ("code", "machine"), BROKEN, ids=[f"{code}-{i}" for i, (code, _) in enumerate(BROKEN)]
)
def test_a_planted_fault_is_found_and_nothing_else(code: str, machine: Machine) -> None:
    assert {finding.code for finding in verify(machine)} == {code}
