"""Replications until precise enough: does what is asked for hold the truth as often as it says?

A synthetic sampler stands in for the engine: many runs are stopped by the rule itself, and their intervals are
held against the known truth.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from measures.synthetic import make_sample
from momentsim.errors import MomentsimError
from momentsim.measures.catalogue import BY_NAME
from momentsim.measures.statistics import Estimate, FloatArray, estimate, interval
from momentsim.runs.choices import FIRST_STAGE
from momentsim.runs.precision import (
    DEFAULT_MEASURES,
    Precision,
    PrecisionReached,
    half_width,
    look,
    next_look,
    precision_like,
)

RUNS = 4000
CAP = 5000
Draw = Callable[[np.random.Generator, int], FloatArray]


def stopped(draw: Draw, asked: float, *, relative: bool, seed: int) -> tuple[Estimate, float]:
    """One run of the rule on values, or tops and bottoms, from `draw`; the half-width asked for at its end."""
    drawn = draw(np.random.default_rng(seed), CAP)
    until: int | None = FIRST_STAGE
    while until is not None:
        found = estimate(drawn[:until, :1], drawn[:until, 1:] if drawn.shape[1] > 1 else None)
        value = float(found.value[0])
        wanted = asked * (abs(value) if relative else 1.0)
        reach = PrecisionReached("synthetic", "", value, half_width(found), wanted, until)
        until = next_look([reach], CAP)
    return found, wanted


def misses(draw: Draw, truth: float, asked: float, *, relative: bool = False) -> tuple[float, float, float]:
    """Share of runs in which value +- what was asked for, and the printed interval, miss; mean replications."""
    wide = narrow = replications = 0
    for seed in range(RUNS):
        found, wanted = stopped(draw, asked, relative=relative, seed=seed)
        limits = interval(found)
        wide += abs(found.value[0] - truth) > wanted
        narrow += not limits.low[0] <= truth <= limits.high[0]
        replications += len(found.influence)
    return wide / RUNS, narrow / RUNS, replications / RUNS


def normal(rng: np.random.Generator, count: int) -> FloatArray:
    return rng.normal(10.0, 1.0, (count, 1))


def skewed(rng: np.random.Generator, count: int) -> FloatArray:
    """Lognormal, skewness 1.75: about that of a day's mean wait near saturation."""
    return rng.lognormal(-0.125, 0.5, (count, 1))


def ratio(rng: np.random.Generator, count: int) -> FloatArray:
    bottom = rng.poisson(400, count)
    return np.stack([rng.binomial(bottom, 0.2), bottom], axis=1).astype(float)


MOST_MISSES = 0.067
"""Of 4,000 runs when each misses with 5 %: more with a chance below 1 in a million (binomial)."""


@pytest.mark.parametrize(
    "asked", [0.5, *(pytest.param(asked, marks=pytest.mark.slow) for asked in (0.4, 0.2))]
)
def test_what_was_asked_for_holds_the_truth_of_normal_values(asked: float) -> None:
    """Stein's promise: at least 95 % at any number of looks. The printed interval stays close to 95 %."""
    wide, narrow, replications = misses(normal, 10.0, asked)
    assert wide <= MOST_MISSES
    assert narrow <= MOST_MISSES
    assert replications < 1.5 * max(FIRST_STAGE, (1.96 / asked) ** 2), "and it is not bought dearly"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("draw", "truth", "asked", "relative"),
    [(normal, 10.0, 0.03, True), (ratio, 0.2, 0.006, False), (skewed, 1.0, 0.15, True)],
)
def test_it_nearly_holds_it_for_ratios_relative_widths_and_skewed_values(
    draw: Draw, truth: float, asked: float, relative: bool
) -> None:
    """Here 95 % is an approximation: measured, 4.7 % miss what was asked for and 7.8 % the printed interval.

    Of 4,000 runs more than 6.7 % and 10.5 % miss with a chance below 1 in a million at true rates of 5 and 8 %.
    """
    wide, narrow, _ = misses(draw, truth, asked, relative=relative)
    assert wide <= MOST_MISSES
    assert narrow <= 0.105


def test_a_careless_rule_would_be_found_out() -> None:
    """Stopping at the first narrow interval from the third replication on misses far more often."""
    missed = 0
    for seed in range(1000):
        values = normal(np.random.default_rng(seed), 400)
        for count in range(3, 400):
            found = estimate(values[:count])
            limits = interval(found)
            if limits.high[0] - limits.low[0] <= 2 * 0.8:
                missed += not limits.low[0] <= 10.0 <= limits.high[0]
                break
    assert missed / 1000 > 1.5 * MOST_MISSES


def reach(half: float, asked: float, done: int = 20) -> PrecisionReached:
    return PrecisionReached("nps", "points", 5.0, half, asked, done)


@pytest.mark.parametrize(
    ("half", "expected"),
    [(0.9, None), (1.02, 22), (1.2, 29), (1.3, 34), (5.0, 40)],
)
def test_looks_go_where_the_last_one_points_and_at_most_twice_as_far(half: float, expected: int) -> None:
    assert next_look([reach(half, 1.0)], 200) == expected


def test_the_cap_ends_it() -> None:
    assert next_look([reach(5.0, 1.0, 150)], 200) == 200
    assert next_look([reach(5.0, 1.0, 200)], 200) is None


def test_the_slowest_measure_decides() -> None:
    assert next_look([reach(0.5, 1.0), reach(1.3, 1.0)], 200) == 34


@pytest.mark.slow
def test_shares_are_asked_in_points_and_others_relative() -> None:
    sample = make_sample(20)
    found = {
        one.measure: one for one in look(Precision(0.02, ("abandoned_share", "nps", "cost_total")), sample)
    }
    assert found["abandoned_share"].asked == 0.02
    assert found["nps"].asked == 2.0
    assert found["cost_total"].asked == pytest.approx(0.02 * found["cost_total"].value)


@pytest.mark.slow
def test_blank_and_constant_measures_are_refused_by_name_and_left_out_by_default() -> None:
    sample = make_sample(20, crisis=False)
    with pytest.raises(MomentsimError, match="unserved is blank"):
        look(Precision(0.02, ("unserved", "service_level")), sample)
    same = sample._replace(digests=(sample.digests[0],) * 20)
    with pytest.raises(MomentsimError, match=r"service_level is the same in every replication \("):
        look(Precision(0.02, ("service_level",)), same)
    with pytest.raises(MomentsimError, match="choose other measures"):
        look(Precision(0.02), same)
    assert {one.measure for one in look(Precision(0.02), sample)} <= set(DEFAULT_MEASURES)


def test_default_measures_exist() -> None:
    assert set(DEFAULT_MEASURES) <= set(BY_NAME)


@pytest.mark.parametrize("wrong", [0, -0.02, 2, math.nan, "two", "2"])
def test_wrong_precisions_are_refused(wrong: float | str) -> None:
    with pytest.raises(MomentsimError, match="precision"):
        precision_like(wrong)


def test_unknown_measures_are_refused_with_the_nearest() -> None:
    with pytest.raises(MomentsimError, match="did you mean wait_mean_s"):
        precision_like("2 %", ["wait_mean"])
    with pytest.raises(MomentsimError, match="say how precise"):
        precision_like(None, ["wait_mean_s"])
