"""Churn hazards give the baseline back; cuts give the baseline's promoters and detractors."""

from __future__ import annotations

import math

import numpy as np
import pytest
from prepared_scenarios import segment

from momentsim.contract.plan import YEAR
from momentsim.prepare.customers import (
    leans_of,
    norm_nodes,
    score_cut,
    segment_rows,
    solve_hazard,
    yearly_churn,
)
from momentsim.prepare.reference import Reference, SegmentReference
from momentsim.rules.loyalty import hazard_integral
from momentsim.scenario.evidence import registry

VALUES = registry.values({})
NEUTRAL = SegmentReference()
CALM = Reference({})


@pytest.mark.parametrize("churn", [1e-4, 0.05, 0.12, 0.5, 0.95])
@pytest.mark.parametrize("slope", [0.0, 0.45, 0.65, 0.95])
@pytest.mark.parametrize(
    "bond",
    [NEUTRAL, SegmentReference(churn_factor=1.1, churn_spread=0.02), SegmentReference(promise_lean=-0.4)],
)
def test_solved_hazard_gives_the_baseline_churn(churn: float, slope: float, bond: SegmentReference) -> None:
    values = {**VALUES, "churn_slope": slope}
    leans = values["kappa"] * leans_of(norm_nodes()[0], values, bond)
    found = yearly_churn(solve_hazard(churn, values, bond), slope, bond, leans)
    assert found == pytest.approx(churn, rel=1e-9)


def test_the_baseline_comes_out_of_the_rule_that_the_engine_uses() -> None:
    hazard = solve_hazard(0.12, VALUES, NEUTRAL) / YEAR
    norms = np.random.default_rng(1).normal(size=20_000)
    rates = [hazard * math.exp(-0.65 * norm) for norm in norms]
    left = [1 - math.exp(-hazard_integral(rate, 0.0, 0.65, YEAR / 2, YEAR, 0.25, 0.0, 2.0)) for rate in rates]
    assert np.mean(left) == pytest.approx(0.12, abs=6 * float(np.std(left)) / math.sqrt(20_000))


def test_no_churn_and_no_slope() -> None:
    assert solve_hazard(0.0, VALUES, NEUTRAL) == 0.0
    assert solve_hazard(0.12, {**VALUES, "churn_slope": 0.0}, NEUTRAL) == pytest.approx(-math.log(0.88))
    assert math.isfinite(solve_hazard(1.0, VALUES, NEUTRAL))


@pytest.mark.parametrize(("yearly", "customers", "leave"), [(0.9967, 3875, 1452), (0.76, 1473, 163)])
def test_a_monthly_share_is_met_within_the_first_month(yearly: float, customers: int, leave: int) -> None:
    """A public telco table: its shares of a month, at a constant hazard those of a year, give who left in 30 days."""
    monthly = 1.0 - (1.0 - yearly) ** (1 / 12)
    made = {"a": segment(monthly_churn=monthly), "b": segment(yearly_churn=yearly)}
    of_month, of_year = segment_rows(made, VALUES, CALM)["hazard"] * YEAR
    slope, nobody_leans = VALUES["churn_slope"], np.zeros(len(norm_nodes()[0]))
    assert yearly_churn(of_month / 12, slope, NEUTRAL, nobody_leans) == pytest.approx(monthly, rel=1e-9)
    in_30_days = yearly_churn(of_month * 30 / 365.25, slope, NEUTRAL, nobody_leans)
    assert customers * in_30_days == pytest.approx(leave, rel=0.001)
    # whoever writes the share of a year instead says that the year is met, and the fragile leave first
    assert yearly_churn(of_year * 30 / 365.25, slope, NEUTRAL, nobody_leans) > 1.25 * in_30_days
    assert yearly_churn(of_month, slope, NEUTRAL, nobody_leans) < yearly


def test_what_bonds_add_to_churn_is_taken_out_of_the_hazard() -> None:
    """Observed churn has everyday service in it; more of that leaves less for the rest."""
    alone = solve_hazard(0.12, VALUES, NEUTRAL)
    assert solve_hazard(0.12, VALUES, SegmentReference(churn_factor=1.2)) == pytest.approx(alone / 1.2)


@pytest.mark.parametrize(
    "bond",
    [NEUTRAL, SegmentReference(attitude_law=(-0.6, 0.0, 0.1, 0.5), promise_lean=-0.3, product_lean=-0.1)],
)
def test_cuts_give_the_shares_back(bond: SegmentReference) -> None:
    """Of n + x at the start: attitudes have the law of the calm, and norms lean."""
    reference = Reference({}, segments={"a": bond})
    rows = segment_rows({"a": segment(promoters=0.45, detractors=0.18)}, VALUES, reference)
    random = np.random.default_rng(3)
    norms = random.normal(size=100_000)
    law = bond.attitude_law or (0.0, 0.0)
    scores = norms + np.interp(random.uniform(size=100_000), np.linspace(0.0, 1.0, len(law)), law)
    scores += leans_of(norms, VALUES, bond)
    assert (scores < rows["detractor_below"][0]).mean() == pytest.approx(0.18, abs=0.007)
    assert (scores > rows["promoter_above"][0]).mean() == pytest.approx(0.45, abs=0.009)
    assert (score_cut(0.0, VALUES, bond), score_cut(1.0, VALUES, bond)) == (-math.inf, math.inf)


def test_customers_are_numbered_in_one_run() -> None:
    rows = segment_rows({"a": segment(customers=10), "b": segment(customers=5, value_cv=0.0)}, VALUES, CALM)
    assert rows["first_customer"].tolist() == [0, 10]
    assert rows["value_sigma"].tolist() == [pytest.approx(math.sqrt(math.log(2.0))), 0.0]
    assert rows["key"][0] != rows["key"][1]
