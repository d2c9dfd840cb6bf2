"""Rules of waiting, memory, self-service, agents and durations: values on paper, bounds and directions."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from momentsim.rules import durations, experience, workload

shares = st.floats(0.0, 1.0)


def test_a_wait_counts_only_beyond_the_expected_one() -> None:
    """The figures of MODEL 7: -0.05 a minute at first, -0.53 at a quarter of an hour, -1.25 at an hour."""
    assert experience.wait_score(2.0, 2.0, 0.8, 16.0) == 0.0
    assert experience.wait_score(2.1, 2.0, 0.8, 16.0) == pytest.approx(-0.005, rel=0.01)
    assert experience.wait_score(17.0, 2.0, 0.8, 16.0) == pytest.approx(-0.53, abs=0.005)
    assert experience.wait_score(60.0, 0.0, 0.8, 16.0) == pytest.approx(-1.25, abs=0.005)
    assert experience.wait_anger(1.0, 2.0, 0.02, 0.4) == 0.0
    assert experience.wait_anger(12.0, 2.0, 0.02, 0.4) == pytest.approx(0.2)
    assert experience.wait_anger(600.0, 2.0, 0.02, 0.4) == 0.4


def test_a_wait_feels_longer_where_much_is_at_stake_and_shorter_when_announced() -> None:
    assert experience.perceived_wait(10.0, 0.0, 0.25, 0.0) == 10.0
    assert experience.perceived_wait(10.0, 1.0, 0.25, 0.0) == pytest.approx(12.5)
    assert experience.perceived_wait(10.0, 1.0, 0.25, 0.15) == pytest.approx(11.0)
    assert experience.perceived_wait(10.0, 0.0, 0.25, 2.0) == 0.0


def test_memory_weighs_peak_end_and_mean() -> None:
    """The peak is the best plus the worst: 1.5 - 2."""
    assert experience.peak_end_memory(1.5, -2.0, 1.0, 0.5, 0.4, 0.4, 0.2) == pytest.approx(0.3)
    assert experience.peak_end_memory(0.0, -2.0, -2.0, -2.0, 0.4, 0.4, 0.2) == pytest.approx(-2.0)


def remembered(scores: list[float]) -> float:
    """Memory of a sequence of episodes with the default weights."""
    best, worst = max(0.0, *scores), min(0.0, *scores)
    return experience.peak_end_memory(best, worst, scores[-1], sum(scores) / len(scores), 0.4, 0.4, 0.2)


@given(
    st.lists(st.floats(-4.0, 4.0), min_size=1, max_size=8),
    st.integers(0, 7),
    st.floats(0.0, 4.0),
)
def test_memory_rises_with_every_episode_and_has_no_steps(
    scores: list[float], place: int, better: float
) -> None:
    """No episode hides another: a better one is remembered as better, by at most what it is better by, and more."""
    raised = [*scores]
    raised[place % len(scores)] += better
    gained = remembered(raised) - remembered(scores)
    assert 0.2 * better / len(scores) - 1e-12 <= gained <= better + 1e-12


@given(stakes=shares, complexity=st.floats(-4.0, 4.0), slope=st.floats(0.0, 5.0))
def test_self_service_success_is_a_probability_that_falls(
    stakes: float, complexity: float, slope: float
) -> None:
    share = experience.self_service_success(0.58, 0.05, stakes, complexity, slope)
    assert 0.0 <= share <= 1.0
    assert experience.self_service_success(0.58, 0.05, stakes, complexity + 0.1, slope) <= share
    assert (
        experience.self_service_success(0.58, 0.05, min(stakes + 0.1, 1.0), complexity, slope)
        <= share + 1e-12
    )


def test_self_service_success_meets_its_two_given_points() -> None:
    assert experience.self_service_success(0.58, 0.05, 0.0, 0.0, 0.8) == pytest.approx(0.58)
    assert experience.self_service_success(0.58, 0.05, 1.0, 0.0, 0.8) == pytest.approx(0.05)
    assert experience.self_service_success(0.0, 0.05, 1.0, 0.0, 0.8) == 0.0
    assert experience.self_service_success(1.0, 1.0, 0.3, 0.0, 0.8) == pytest.approx(1.0, abs=1e-5)


def test_balking_grows_with_the_announced_wait() -> None:
    assert experience.balk_probability(0.0, 100.0, 0.5) == 0.0
    assert experience.balk_probability(100.0, 100.0, 0.5) == pytest.approx(0.5 * (1.0 - math.exp(-1.0)))
    assert experience.balk_probability(1e9, 100.0, 0.5) == pytest.approx(0.5)


def test_survey_answers_come_from_the_extremes() -> None:
    assert experience.survey_probability(0.12, 0.06, 0.0) == 0.12
    assert (
        experience.survey_probability(0.12, 0.06, 2.0)
        == experience.survey_probability(0.12, 0.06, -5.0)
        == pytest.approx(0.18)
    )


@given(level=shares, increment=shares)
def test_levels_stay_levels(level: float, increment: float) -> None:
    assert level - 1e-15 <= workload.towards_one(level, increment) <= 1.0


@given(load=shares, overwork=st.floats(0.0, 0.2), gain=st.floats(-0.2, 0.2))
def test_load_speed_is_bounded(load: float, overwork: float, gain: float) -> None:
    assert 0.8 <= workload.load_speed(load, overwork, gain, 0.85, 2.0, 0.15) <= 1.15


def test_load_speeds_up_or_slows_down() -> None:
    assert workload.load_speed(0.85, 0.0, 0.1, 0.85, 2.0, 0.15) == 1.0
    assert workload.load_speed(1.0, 0.0, 0.1, 0.85, 2.0, 0.15) == pytest.approx(1.0 + 0.1 * math.tanh(0.3))
    assert workload.load_speed(1.0, 0.0, -0.1, 0.85, 2.0, 0.15) < 1.0


def test_pressure_begins_at_the_threshold() -> None:
    assert workload.pressure(0.85, 0.85) == 0.0
    assert workload.pressure(0.925, 0.85) == pytest.approx(0.5)
    assert workload.pressure(1.0, 0.85) == 1.0


def test_moving_average_forgets_with_its_memory() -> None:
    assert workload.moving_average(0.0, 1.0, 2.0, 2.0) == pytest.approx(1.0 - math.exp(-1.0))
    assert workload.moving_average(0.4, 1.0, 0.0, 2.0) == pytest.approx(0.4)


@given(base=shares, shift=st.floats(-5.0, 5.0), factor=shares)
def test_solving_is_a_probability(base: float, shift: float, factor: float) -> None:
    assert 0.0 <= workload.solution_probability(base, shift, factor) <= 1.0


def test_solving_shifts_on_the_logit_scale() -> None:
    assert workload.solution_probability(0.7, 0.0, 1.0) == pytest.approx(0.7)
    assert workload.solution_probability(0.5, math.log(3.0), 1.0) == pytest.approx(0.75)
    assert workload.solution_probability(1.0, -3.0, 0.6) == 0.6
    assert workload.solution_probability(0.0, 3.0, 1.0) == 0.0


@given(u=st.floats(1e-12, 1.0 - 1e-12))
def test_quantiles_of_laws_against_scipy(u: float) -> None:
    assert durations.exponential_quantile(u, 300.0) == pytest.approx(
        stats.expon.ppf(u, scale=300.0), rel=1e-9
    )
    wanted = stats.lognorm.ppf(u, 0.8, scale=math.exp(5.0))
    assert durations.lognormal_quantile(u, 5.0, 0.8) == pytest.approx(wanted, rel=1e-9)
