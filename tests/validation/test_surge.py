"""The day with a surge: the scenario and the equations describe the same day, and agents are alike in time."""

from __future__ import annotations

import numpy as np
import pytest

from momentsim.validation import surge
from momentsim.validation.simulation import load_text


def test_the_scenario_has_the_load_and_shifts_of_the_equations() -> None:
    scenario = load_text(surge.surge_text()).scenario
    volume = scenario.demand.volumes["call"]
    assert isinstance(volume.profile, tuple)
    weights = np.array(volume.profile)
    assert volume.per_day == weights.sum()
    for stretch, following in zip(surge.stretches(), surge.stretches()[1:], strict=False):
        middle = 0.5 * (stretch.begin_s + following.begin_s)
        assert weights[int(middle // 1800)] * 2 == stretch.arrivals_per_hour
    shifts = scenario.workforce.groups["team"].shifts
    assert shifts is not None
    assert {(shift.start, shift.length, shift.heads) for shift in shifts.values()} == {
        (60 * begin, 60 * (end - begin), heads) for begin, end, heads in surge.SHIFTS.values()
    }


def test_agents_are_alike_before_each_end_of_a_shift() -> None:
    """The start of the late shift is the last one before both ends, half an hour before the first."""
    assert surge.never_all_busy(610 * 60, 640 * 60) < 1e-9


def test_shifts_start_and_end_off_the_edges_of_the_intervals() -> None:
    assert all(end % 30 for _, end, _ in surge.SHIFTS.values() if end != 810)


@pytest.mark.slow
def test_expected_sums_are_consistent() -> None:
    day = surge.vars_of(surge.expected_sums())
    assert day["offered"].sum() == pytest.approx(1210, rel=1e-12)
    assert day["busy_s"].sum() == pytest.approx(day["answered"].sum() * surge.HANDLING_S, rel=1e-6)
    assert day["waiting_s"].sum() == pytest.approx(day["abandoned"].sum() * surge.PATIENCE_S, rel=1e-6)


@pytest.mark.slow
def test_the_last_caller_has_gone_before_the_next_day() -> None:
    assert surge.vars_of(surge.expected_sums())["waiting_s"][-1] < 1e-3


@pytest.mark.slow
def test_ratios_are_per_interval_day_or_contact() -> None:
    figures = surge.vars_of(surge.expected_sums())
    names = {figure.name: figure for figure in surge.FIGURES}
    assert surge.exact_ratio(names["mean queue"], surge.START) == figures["waiting_s"][4] / 1800
    assert surge.exact_ratio(names["answered per day"], surge.RISE) == figures["answered"][3]
    assert surge.exact_ratio(names["abandoned share"], surge.END) == (
        figures["abandoned"][5] / figures["offered"][5]
    )
