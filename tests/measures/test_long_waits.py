"""No wait is too long for its book: quantiles of waits of hours and days are values, not the end of a histogram."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import momentsim as ms
from momentsim.contract.trace import wait_bin_edges
from momentsim.measures.waits import quantile
from momentsim.units import SECONDS_PER_DAY

LONGEST_HORIZON_S = 3 * 366 * SECONDS_PER_DAY

FROZEN = """name: frozen
start: "2025-01-20 00:00"
horizon: 12 h
customers: {segments: {everyone: {customers: 200000, yearly_margin: 100 USD}}}
moments:
  call: {handling_time: {distribution: constant, mean: 10 s}, resolution: 100 %, reconnect: 0 %}
demand: {volumes: {call: {rates: [{start: "00:00", end: "00:30", per_hour: 400}]}}}
workforce: {groups: {team: {heads: [{start: "10:00", end: "24:00", heads: 20}], speed_sd: 0}}}
waiting: {patience: {distribution: never}, redial: {first: 0 %, further: 0 %}, lines: 5000}
behaviour: off
"""


def test_the_book_is_longer_than_the_longest_run() -> None:
    longest_s = LONGEST_HORIZON_S + 366 * SECONDS_PER_DAY + 30 * SECONDS_PER_DAY
    assert wait_bin_edges()[-2] > longest_s


@pytest.mark.parametrize("wait_s", [20_000.0, 35_800.0, 8e5, 9e7])
def test_a_quantile_of_equal_waits_is_that_wait(wait_s: float) -> None:
    counts = np.histogram(np.full(100, wait_s), wait_bin_edges())[0][None].astype(float)
    assert quantile(counts, 0.9)[0] == pytest.approx(wait_s, rel=0.025)


def test_waits_of_ten_hours_are_told(tmp_path: Path) -> None:
    """Calls from midnight to half past, agents from ten: everybody waits 9.5 to 10 h (it said 18,824 s)."""
    (tmp_path / "frozen.yaml").write_text(FROZEN, "utf-8")
    summary = ms.run(ms.load(tmp_path / "frozen.yaml"), replications=3).summary
    values = summary[summary["scope"] == "all"].set_index("measure")["value"]
    assert 34_200 < values["wait_mean_s"] < 36_000 + 120
    assert values["wait_mean_s"] < values["wait_p90_s"] < 36_000 * 1.025 + 120
