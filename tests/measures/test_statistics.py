from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import pytest
from scipy import special, stats

from momentsim.contract.trace import WAIT_BINS, wait_bin_edges
from momentsim.measures import students_t
from momentsim.measures.statistics import by_unit, difference, estimate, interval, probability_above_zero
from momentsim.measures.waits import below, estimate_quantile, quantile


@pytest.mark.parametrize("degrees", [1, 2, 3, 4, 7, 19, 20, 199, 5000])
def test_t_quantile_agrees_with_scipy(degrees: int) -> None:
    """To nine places: scipy 1.15 gives no more for one and two degrees, which have closed forms."""
    assert students_t.quantile(degrees, 0.95) == pytest.approx(special.stdtrit(degrees, 0.975), abs=1e-9)


def test_t_quantile_in_closed_form() -> None:
    assert students_t.quantile(1, 0.95) == pytest.approx(math.tan(math.pi * 0.475), rel=1e-12)
    assert students_t.quantile(2, 0.95) == pytest.approx(0.95 / math.sqrt(2 * 0.975 * 0.025), rel=1e-12)


def test_mean_has_the_usual_t_interval() -> None:
    values = np.random.default_rng(1).normal(5, 2, (12, 1))
    found = interval(estimate(values))
    expected = stats.t.interval(0.95, 11, loc=values.mean(), scale=stats.sem(values[:, 0]))
    assert (found.low[0], found.high[0]) == pytest.approx(expected)


def test_ratio_is_pooled_and_not_a_mean_of_ratios() -> None:
    top, bottom = np.array([[1.0], [30.0]]), np.array([[10.0], [100.0]])
    assert estimate(top, bottom).value[0] == pytest.approx(31 / 110)


def test_ratio_interval_covers_the_truth() -> None:
    """400 experiments with 20 replications: 3.0 to 7.4 % may miss (false alarm about 1 in 30)."""
    rng = np.random.default_rng(7)
    bottom = rng.poisson(300, (20, 400)).astype(float)
    top = rng.binomial(bottom.astype(int), 0.3).astype(float)
    found = interval(estimate(top, bottom))
    missed = ((found.low > 0.3) | (found.high < 0.3)).mean()
    assert 0.030 <= missed <= 0.074


def test_one_replication_has_no_interval() -> None:
    found = interval(estimate(np.array([[3.0]])))
    assert np.isnan(found.low[0]) and np.isnan(found.high[0])


def test_numbers_without_meaning_are_left_out() -> None:
    found = estimate(np.array([[np.nan, np.nan], [4.0, np.nan], [6.0, np.nan]]))
    assert found.value[0] == pytest.approx(5.0)
    assert np.isnan(found.value[1])
    assert np.isnan(estimate(np.zeros((3, 1)), np.zeros((3, 1))).value[0])


def test_paired_difference_uses_what_both_share() -> None:
    rng = np.random.default_rng(3)
    luck = rng.normal(0, 10, (15, 1))
    before, after = luck + rng.normal(0, 0.1, (15, 1)), luck + 1 + rng.normal(0, 0.1, (15, 1))
    found = difference(estimate(before), estimate(after))
    limits = interval(found)
    assert limits.high[0] - limits.low[0] < 0.3
    assert limits.low[0] > 0.7
    expected = stats.ttest_rel(after[:, 0], before[:, 0], alternative="greater").pvalue
    assert 1 - probability_above_zero(found)[0] == pytest.approx(expected, abs=1e-12)


def test_runs_that_differ_in_nothing_are_a_toss_up() -> None:
    same = estimate(np.arange(5.0)[:, None])
    assert probability_above_zero(difference(same, same))[0] == 0.5


def _histogram(waits: np.ndarray) -> np.ndarray:
    edges = wait_bin_edges()
    return np.histogram(np.minimum(waits, edges[-1] - 1), edges)[0].astype(float)


@pytest.mark.parametrize("probability", [0.1, 0.5, 0.9, 0.99])
def test_quantile_is_good_to_the_stated_error(probability: float) -> None:
    waits = np.random.default_rng(2).exponential(60, 50_000)
    found = quantile(_histogram(waits)[None], probability)[0]
    assert found == pytest.approx(np.quantile(waits, probability), rel=0.025)


def test_quantile_of_calls_answered_at_once_is_zero() -> None:
    assert quantile(_histogram(np.zeros(100))[None], 0.9)[0] == 0.0
    assert np.isnan(quantile(np.zeros((1, WAIT_BINS)), 0.9)[0])


def test_count_below_a_quantile_gives_its_probability_back() -> None:
    counts = _histogram(np.random.default_rng(4).lognormal(3, 1, 10_000))[None]
    at = quantile(counts, 0.8)
    assert below(counts[None], at)[0, 0] == pytest.approx(8000, rel=1e-6)


def test_quantile_interval_covers_the_truth() -> None:
    """300 experiments with 10 replications of 400 waits: 2 to 9 % may miss (false alarm below 1 in 100)."""
    rng = np.random.default_rng(11)
    counts = np.stack([[_histogram(rng.exponential(100, 400)) for _ in range(300)] for _ in range(10)])
    found = interval(estimate_quantile(counts, 0.9))
    truth = 100 * np.log(10)
    missed = ((found.low > truth) | (found.high < truth)).mean()
    assert 0.02 <= missed <= 0.09


def pair_sums(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.asarray(values.reshape(len(values) // 2, 2, *values.shape[1:]).sum(axis=1), np.float64)


def test_a_pair_is_one_number() -> None:
    """Mean, ratio, quantile and difference: as if the sums of pairs were the replications."""
    rng = np.random.default_rng(5)
    bottom = rng.poisson(300, (12, 3)).astype(float)
    top = rng.binomial(bottom.astype(int), 0.3).astype(float)
    other = rng.binomial(bottom.astype(int), 0.2).astype(float)
    counts = rng.poisson(2.0, (12, 3, WAIT_BINS)).astype(float)
    summed = [pair_sums(each) for each in (top, bottom, other, counts)]
    mean, halved = by_unit(estimate(top), 2), estimate(summed[0] / 2)
    found = [
        mean,
        by_unit(estimate(top, bottom), 2),
        by_unit(estimate_quantile(counts, 0.9), 2),
        difference(by_unit(estimate(top, bottom), 2), by_unit(estimate(other, bottom), 2)),
    ]
    expected = [
        halved,
        estimate(summed[0], summed[1]),
        estimate_quantile(summed[3], 0.9),
        difference(estimate(summed[0], summed[1]), estimate(summed[2], summed[1])),
    ]
    for one, right in zip(found, expected, strict=True):
        assert one.influence.shape == (6, 3)
        np.testing.assert_allclose(one.value, right.value)
        np.testing.assert_allclose(one.influence, right.influence, atol=1e-9)
        np.testing.assert_allclose(interval(one).high, interval(right).high)
        np.testing.assert_allclose(probability_above_zero(one), probability_above_zero(right))
    exact = stats.t.interval(0.95, 5, loc=top[:, 0].mean(), scale=stats.sem(summed[0][:, 0] / 2))
    assert (interval(mean).low[0], interval(mean).high[0]) == pytest.approx(exact)


def test_units_are_whole_and_one_pair_has_no_interval() -> None:
    values = np.arange(6.0)[:, None]
    alone = estimate(values)
    assert by_unit(alone, 1) is alone
    assert np.isnan(interval(by_unit(estimate(values[:2]), 2)).low).all()
    with pytest.raises(ValueError, match="reshape"):
        by_unit(estimate(values[:5]), 2)
