"""The table of the app's budgets: every part is there, and short ones measure something."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


def test_a_part_that_is_not_there_is_told() -> None:
    command = [sys.executable, str(BENCHMARKS / "app_budgets.py"), "--only", "tick,speed"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (
        done.returncode == 2
        and "no part speed; there are page, tick, clients, browser, memory" in done.stderr
    )


@pytest.mark.slow
def test_ticks_of_a_storm_are_measured_beside_their_budget(tmp_path: Path) -> None:
    table = tmp_path / "table.md"
    command = [sys.executable, str(BENCHMARKS / "app_budgets.py"), "--only", "tick", "--markdown", str(table)]
    subprocess.run(command, capture_output=True, text=True, check=True)
    rows = [
        line.split("|")[1:4]
        for line in table.read_text("utf-8").splitlines()
        if line.startswith("| one tick")
    ]
    assert [budget.strip() for _what, _seen, budget in rows] == ["5 ms", "50 ms"]
    mean, most = (float(seen.split()[0]) for _what, seen, _budget in rows)
    assert 0.0 < mean < most
