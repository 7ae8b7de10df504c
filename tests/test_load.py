"""The benchmark's load, small: workers and the server die, and nothing is lost or granted twice."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_workers_and_the_server_die_and_nothing_is_lost() -> None:
    asked = ["--orders", "120", "--workers", "3", "--faults", "--seed", "1"]
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "benchmarks.load", *asked],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "violations: 0" in done.stdout
    assert "server 0" not in done.stdout
    assert "placed 120" in done.stdout
