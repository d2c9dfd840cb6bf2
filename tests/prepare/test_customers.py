"""Churn hazards give the baseline back; cuts give the baseline's promoters and detractors."""

from __future__ import annotations

import math

import numpy as np
import pytest
from prepared_scenarios import segment
from scipy.integrate import trapezoid

from momentsim.contract.plan import YEAR
from momentsim.prepare.customers import heterogeneity, score_cut, segment_rows, solve_hazard, yearly_churn
from momentsim.rules.loyalty import hazard_integral


@pytest.mark.parametrize("churn", [1e-4, 0.05, 0.12, 0.5, 0.95])
@pytest.mark.parametrize("slope", [0.0, 0.45, 0.65, 0.95])
@pytest.mark.parametrize("factor", [1.0, 1.03])
def test_solved_hazard_gives_the_baseline_churn(churn: float, slope: float, factor: float) -> None:
    assert yearly_churn(solve_hazard(churn, slope, factor), slope, factor) == pytest.approx(churn, rel=1e-9)


def test_the_baseline_comes_out_of_the_rule_that_the_engine_uses() -> None:
    hazard = solve_hazard(0.12, 0.65, 1.0) / YEAR
    norms = np.random.default_rng(1).normal(size=20_000)
    rates = [hazard * math.exp(-0.65 * norm) for norm in norms]
    left = [1 - math.exp(-hazard_integral(rate, 0.0, 0.65, YEAR / 2, YEAR, 0.25)) for rate in rates]
    assert np.mean(left) == pytest.approx(0.12, abs=6 * float(np.std(left)) / math.sqrt(20_000))


def test_no_churn_and_no_slope() -> None:
    assert solve_hazard(0.0, 0.65, 1.0) == 0.0
    assert solve_hazard(0.12, 0.0, 1.0) == pytest.approx(-math.log(0.88))
    assert math.isfinite(solve_hazard(1.0, 0.65, 1.0))


def test_everyday_jumps_raise_the_mean_hazard_as_simulated_shot_noise_does() -> None:
    slope, half_life_d, moments, sd = 0.65, 180.0, 40.0, 0.12
    factor = heterogeneity(slope, half_life_d, moments * sd**2)
    random = np.random.default_rng(2)
    relaxation = math.log(2.0) * 365.25 / half_life_d
    grid, means = np.linspace(0.0, 1.0, 41), []
    for now in grid:
        counts = random.poisson(moments * now, 20_000)
        times = random.uniform(0.0, now, counts.sum())
        jumps = random.normal(0.0, sd, counts.sum()) * np.exp(-relaxation * (now - times))
        y = np.bincount(np.repeat(np.arange(20_000), counts), jumps, 20_000)
        means.append(np.exp(-slope * y).mean())
    assert factor == pytest.approx(trapezoid(means, grid), abs=0.01)
    assert 1.0 == heterogeneity(slope, half_life_d, 0.0) < factor


def test_cuts_give_the_shares_back() -> None:
    rows = segment_rows({"a": segment(promoters=0.45, detractors=0.18)}, 0.65, 180.0, {})
    norms = np.random.default_rng(3).normal(size=400_000)
    assert (norms < rows["detractor_below"][0]).mean() == pytest.approx(0.18, abs=0.004)
    assert (norms > rows["promoter_above"][0]).mean() == pytest.approx(0.45, abs=0.004)
    assert (score_cut(0.0), score_cut(1.0)) == (-math.inf, math.inf)


def test_customers_are_numbered_in_one_run() -> None:
    rows = segment_rows(
        {"a": segment(customers=10), "b": segment(customers=5, value_cv=0.0)}, 0.65, 180.0, {}
    )
    assert rows["first_customer"].tolist() == [0, 10]
    assert rows["value_sigma"].tolist() == [pytest.approx(math.sqrt(math.log(2.0))), 0.0]
    assert rows["key"][0] != rows["key"][1]
