"""Shares of trials and one-sided proofs: bounds by the binomial law, and what passes and fails."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import binom

from momentsim.validation.bounds import below, binomial_tolerance, share_of_trials
from momentsim.validation.common_draws import variance_ratio
from momentsim.validation.proof import FALSE_ALARM, MOST_CHECKS, ProofOutcome, SampledEstimate


@pytest.mark.parametrize("trials", [100, 500, 2000])
def test_right_trials_leave_the_tolerance_just_rarely_enough(trials: int) -> None:
    tolerance = binomial_tolerance(0.95, trials)

    def outside(distance: float) -> float:
        hits = np.arange(trials + 1)
        return float(binom.pmf(hits, trials, 0.95)[np.abs(hits / trials - 0.95) > distance].sum())

    assert outside(tolerance) <= FALSE_ALARM / MOST_CHECKS
    assert outside(tolerance - 1.5 / trials) > FALSE_ALARM / MOST_CHECKS


def test_a_share_of_trials_passes_near_its_value_only() -> None:
    assert share_of_trials("case", "figure", 0.95, 475, 500).verdict is ProofOutcome.PASSED
    assert share_of_trials("case", "figure", 0.95, 430, 500).verdict is ProofOutcome.FAILED
    assert share_of_trials("case", "figure", 0.95, 500, 500).verdict is ProofOutcome.PASSED
    assert share_of_trials("case", "figure", 0.95, 2000, 2000).verdict is ProofOutcome.FAILED


def test_few_trials_prove_nothing() -> None:
    assert share_of_trials("case", "figure", 0.95, 95, 100).verdict is ProofOutcome.PROVED_NOTHING


def test_a_normal_quantile_for_three_replications_would_be_noticed() -> None:
    """It covers 81 %; of 500 such experiments nearly never so many hold that the check would pass."""
    least = 0.95 - binomial_tolerance(0.95, 500)
    assert binom.sf(math.ceil(500 * least) - 1, 500, 0.811) < 1e-3


def test_a_figure_must_stay_below_the_limit_by_more_than_its_error() -> None:
    assert below("case", "figure", "", 1.0, SampledEstimate(0.2, 0.05, 20)).verdict is ProofOutcome.PASSED
    assert below("case", "figure", "", 1.0, SampledEstimate(0.9, 0.05, 20)).verdict is ProofOutcome.FAILED
    assert below("case", "figure", "", 1.0, SampledEstimate(1.5, 0.05, 20)).verdict is ProofOutcome.FAILED
    assert (
        below("case", "figure", "", 1.0, SampledEstimate(math.nan, 0.05, 20)).verdict is ProofOutcome.FAILED
    )


def test_the_content_says_what_was_decided() -> None:
    content = below("case", "figure", "", 1.0, SampledEstimate(1.5, 0.05, 20)).content()
    assert content["verdict"] == "failed"
    assert content["sampled"] is True


def test_variance_ratio_of_pairs_with_known_correlation() -> None:
    """For equal variances and correlation c the ratio is 1 - c."""
    generator = np.random.default_rng(1)
    one, noise = generator.normal(size=(2, 20_000))
    other = 0.9 * one + math.sqrt(1 - 0.81) * noise
    found = variance_ratio((other - one) ** 2, one**2 + other**2)
    assert abs(found.value - 0.1) < 3 * found.half_width
    assert found.half_width < 0.003
    apart = variance_ratio((noise - one) ** 2, one**2 + noise**2)
    assert abs(apart.value - 1.0) < 3 * apart.half_width
