"""Times stay times: laws at their ends and beyond, told by both clocks, by compiled code and by plain Python."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from engine.books_check import audit
from engine.stories import differences
from fence import extremes
from momentsim.contract.plan import LONGEST, NEVER, Prepared
from momentsim.contract.trace import Trace
from momentsim.engine import simulate
from momentsim.engine.state.event_list import BUCKET_BITS, bucket_shift
from momentsim.engine.state.records import BANDS
from momentsim.rules.durations import whole
from momentsim.rules.stakes_detector import band_of

TESTS = Path(__file__).parents[1]


def told(prepared: Prepared) -> Trace:
    compiled, simpy = (simulate(prepared, log=True, clock=clock) for clock in ("compiled", "simpy"))
    assert differences(compiled, simpy) == []
    return compiled


@pytest.mark.parametrize("name", extremes.ALLOWED)
def test_what_is_called_good_runs_and_adds_up(name: str) -> None:
    prepared = extremes.allowed(name)
    audit(prepared, told(prepared))


@pytest.mark.parametrize("name", extremes.PLANTED)
def test_laws_behind_the_loaders_back_give_times(name: str) -> None:
    trace = told(extremes.planted(name))
    for field in ("talk", "wrap", "arrived", "ended"):
        assert np.all((trace.contacts[field] >= 0) & (trace.contacts[field] <= NEVER)), field
    for field in ("talk", "wrap", "wait_answered", "wait_abandoned"):
        assert np.all(trace.intervals[field] >= 0.0), field
    busy = trace.staff["busy"]
    assert np.all((busy >= 0) & (busy <= trace.staff["on_duty"]))


@pytest.mark.slow
def test_compiled_code_and_plain_python_agree() -> None:
    """Rounded to the sixth decimal: sums of floats may be made in another order."""
    found = []
    for disabled in ("0", "1"):
        environment = {**os.environ, "NUMBA_DISABLE_JIT": disabled, "PYTHONPATH": path_of_tests()}
        command = [sys.executable, "-m", "fence.extremes"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-3000:]
        found.append(json.loads(done.stdout))
    assert found[0] == found[1]
    assert set(found[0]) == {*extremes.ALLOWED, *extremes.PLANTED}


def path_of_tests() -> str:
    """Where another process finds these tests."""
    return os.pathsep.join([str(TESTS), *filter(None, [os.environ.get("PYTHONPATH")])])


@pytest.mark.parametrize(
    ("drawn", "time"),
    [
        (0.0, 0), (0.49, 0), (0.5, 1), (1.5, 2), (LONGEST - 1.0, LONGEST - 1), (float(LONGEST), LONGEST),
        (1e17, LONGEST), (2.0**62, LONGEST), (1e300, LONGEST), (math.nan, LONGEST), (math.inf, NEVER),
    ],
)  # fmt: skip
def test_a_drawn_duration_becomes_a_time(drawn: float, time: int) -> None:
    assert whole(drawn) == time


def test_sums_of_times_are_times() -> None:
    longest_run = (3 * 366 + 366 + 7) * 86_400 * 1_000_000
    assert longest_run < LONGEST / 2
    assert NEVER + longest_run + 1000 * LONGEST < 2**63


@pytest.mark.parametrize("until", [1, 10**9, 86_400 * 10**6, 127 * 10**12, 2**47])
@pytest.mark.parametrize("gap", [0.0, 1.0, 3e8, 1e20, 2.0**64, 1e300, math.inf, math.nan, -1.0])
def test_a_bucket_is_a_shift_that_machine_code_knows(until: int, gap: float) -> None:
    shift = bucket_shift(until, gap)
    assert 0 <= shift <= until.bit_length() < 64 - BUCKET_BITS
    assert until >> (shift + BUCKET_BITS) < 1 << 21


@pytest.mark.parametrize(
    ("score", "band"),
    [(-1.0, 0), (math.nan, 0), (0.0, 0), (0.999999999, BANDS - 1), (1.0, BANDS - 1), (1e300, BANDS - 1)],
)
def test_a_score_has_a_band(score: float, band: int) -> None:
    assert band_of(score, BANDS) == band
