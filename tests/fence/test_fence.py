"""Random scenarios whose arrays lie at pages that may not be touched, told by both clocks and audited.

The quick form tells 200 small ones. The long form is marked long and tells as many as MOMENTSIM_FENCE_SCENARIOS says
(1,000 when it says nothing), of 1,000 contacts and more each, from seed MOMENTSIM_FENCE_FIRST on:

    MOMENTSIM_FENCE_SCENARIOS=10000 python -m pytest -m long tests/fence

A scenario that fails is told again by `python -m fence.patrol --first SEED --count 1 --side SIDE --log again.log`.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from fence.planted import HARMLESS, PLANTED
from fence.test_extremes_of_laws import path_of_tests

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no mprotect here")

QUICK = 50
LONG = int(os.environ.get("MOMENTSIM_FENCE_SCENARIOS", "1000"))
FIRST = int(os.environ.get("MOMENTSIM_FENCE_FIRST", "1"))
BATCH = 250
"""Scenarios of one process."""


def in_a_process(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": path_of_tests()}
    command = [sys.executable, "-m", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def ends() -> dict[str, int]:
    """How each planted step ended its process."""
    done = in_a_process("fence.planted")
    assert done.returncode == 0, done.stderr
    found: dict[str, int] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("name", PLANTED)
def test_the_fence_bites(name: str, ends: dict[str, int]) -> None:
    assert ends[name] in (-signal.SIGSEGV, -signal.SIGBUS)


@pytest.mark.parametrize("name", HARMLESS)
def test_inside_the_fence_nothing_happens(name: str, ends: dict[str, int]) -> None:
    assert ends[name] == 0


@pytest.mark.slow
@pytest.mark.parametrize("side", ["behind", "before"])
def test_few_scenarios_at_the_fence(side: str, tmp_path: Path) -> None:
    told = patrol(tmp_path, side, first=1, count=QUICK // 2, scale=0.12)
    assert sum(found["offered"] for found in told) > 10 * QUICK


@pytest.mark.long
def test_many_scenarios_at_the_fence(tmp_path: Path) -> None:
    told: list[dict[str, Any]] = []
    for index, first in enumerate(range(FIRST, FIRST + LONG, BATCH)):
        count = min(BATCH, FIRST + LONG - first)
        told += patrol(tmp_path, ("behind", "before")[index % 2], first=first, count=count, scale=1.0)
    large = [found for found in told if found["contacts"] >= 1000]
    print(f"{len(told)} scenarios, {len(large)} of 1,000 contacts and more, {FIRST=}")
    assert len(large) > 0.5 * LONG


def patrol(folder: Path, side: str, *, first: int, count: int, scale: float) -> list[dict[str, Any]]:
    """What became of a range of scenarios; whichever fails, or ends the process, fails the test by its name."""
    log = folder / f"{side}-{first}.log"
    done = in_a_process(
        "fence.patrol", "--first", str(first), "--count", str(count), "--side", side,
        "--scale", str(scale), "--log", str(log),
    )  # fmt: skip
    lines = [json.loads(line) for line in log.read_text("utf-8").splitlines()] if log.exists() else []
    failed = [line for line in lines if "failed" in line]
    last = lines[-1]["seed"] if lines else "none"
    assert not failed, f"{side}: " + "\n".join(f"seed {line['seed']}: {line}" for line in failed)
    assert done.returncode == 0, f"{side}, seed {last} ended the process:\n{done.stderr[-5000:]}"
    told = [line for line in lines if "begins" not in line]
    assert len(told) == count
    return told
