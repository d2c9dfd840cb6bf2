"""Estimates over replications: t intervals, ratios by the delta method, paired differences.

Replications, or antithetic pairs of them, are independent. A mean of one number per replication gets the
usual t interval. A ratio of sums (answered within the threshold over all offered) is the ratio of the pooled
sums, with its error by the delta method: with z_r = (top_r - ratio * bottom_r) / mean(bottom), the variance
of the ratio is var(z) / replications (Cochran, Sampling Techniques, 1977, section 6.4). No Fieller interval: with a
bottom far from 0, as counts are, both agree. A quantile is linearised in the same way (waits.py). So
every estimate is a value and one influence z_r per replication, and the difference of two estimates
under common draws has the influences z_r(variant) - z_r(baseline).

The members of an antithetic pair depend on each other, so a pair is the unit (`by_unit`): its influence is the mean
of its members', for ratios the delta method over sums of pairs, and t has as many degrees of freedom as pairs less 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from momentsim.measures import students_t

FloatArray = npt.NDArray[np.float64]

CONFIDENCE = 0.95


class Estimate(NamedTuple):
    """Value per item, and its influences; NaN where the value has no meaning."""

    value: FloatArray  # (items,)
    influence: FloatArray  # (replications or pairs, items), mean 0


class Interval(NamedTuple):
    """Two-sided interval, of 95 % unless said otherwise; NaN when there is only one replication or pair."""

    low: FloatArray
    high: FloatArray


def estimate(top: FloatArray, bottom: FloatArray | None = None) -> Estimate:
    """Mean of `top` over replications, or ratio of the sums of `top` and `bottom` (replications, items).

    Replications in which the number has no meaning (NaN) are left out: the mean is over the others.
    """
    meant = ~np.isnan(top)
    bottom = meant.astype(np.float64) if bottom is None else np.where(meant, bottom, 0.0)
    top = np.where(meant, top, 0.0)
    mean_bottom = bottom.mean(axis=0)
    scale = np.where(mean_bottom == 0.0, np.nan, mean_bottom)
    value = top.mean(axis=0) / scale
    return Estimate(value, (top - value * bottom) / scale)


def side_by_side(parts: Sequence[Estimate]) -> Estimate:
    """One estimate with the items of all of them; they come from the same replications."""
    return Estimate(
        np.concatenate([part.value for part in parts]),
        np.concatenate([part.influence for part in parts], axis=1),
    )


def by_unit(estimated: Estimate, members: int) -> Estimate:
    """The estimate with one influence per unit of so many successive replications: 1, or 2 for antithetic pairs.

    Raises ValueError when the last unit is not whole.
    """
    if members == 1:
        return estimated
    replications, *items = estimated.influence.shape
    units = estimated.influence.reshape(replications // members, members, *items)
    return Estimate(estimated.value, units.mean(axis=1))


def standard_error(influence: FloatArray) -> FloatArray:
    """Standard error of an estimate with these influences, (items,); NaN for one unit."""
    units = len(influence)
    if units < 2:
        return np.full(influence.shape[1:], np.nan)
    deviation = np.sqrt((influence**2).sum(axis=0) / (units - 1))
    return np.asarray(deviation / np.sqrt(units), np.float64)


def t_quantile(units: int, confidence: float = CONFIDENCE) -> float:
    """Half-width of a t interval in standard errors; NaN for one unit."""
    if units < 2:
        return float("nan")
    return students_t.quantile(units - 1, confidence)


def simultaneous(family: int) -> float:
    """Confidence of each of `family` intervals that hold together with 95 % (Bonferroni, any dependence)."""
    return 1.0 - (1.0 - CONFIDENCE) / family


def interval(estimated: Estimate, confidence: float = CONFIDENCE) -> Interval:
    """t interval of an estimate."""
    half = t_quantile(len(estimated.influence), confidence) * standard_error(estimated.influence)
    return Interval(estimated.value - half, estimated.value + half)


def clip(whole: Interval, bounds: tuple[float, float]) -> Interval:
    """The interval cut to what the number can be (a share stays within 0..1)."""
    return Interval(np.maximum(whole.low, bounds[0]), np.minimum(whole.high, bounds[1]))


def difference(baseline: Estimate, variant: Estimate) -> Estimate:
    """Variant minus baseline, paired replication by replication (or antithetic pair by pair)."""
    return Estimate(variant.value - baseline.value, variant.influence - baseline.influence)


def variance_reduction(baseline: Estimate, variant: Estimate) -> FloatArray:
    """Variance of the difference without pairing, over that with it: so many times fewer replications.

    NaN where the paired difference does not vary at all, or there is one replication.
    """
    apart = standard_error(baseline.influence) ** 2 + standard_error(variant.influence) ** 2
    paired = standard_error(difference(baseline, variant).influence) ** 2
    varies = paired > 1e-24 * apart
    return np.asarray(np.where(varies, apart / np.where(varies, paired, 1.0), np.nan), np.float64)


def probability_above_zero(estimated: Estimate) -> FloatArray:
    """Probability that the true value is above 0, by the t distribution; 0.5 when both are the same."""
    units = len(estimated.influence)
    if units < 2:
        return np.full(estimated.value.shape, np.nan)
    from scipy.special import stdtr  # scipy is loaded only for comparisons

    error = standard_error(estimated.influence)
    exact = error <= 1e-12 * np.abs(estimated.value)
    t = estimated.value / np.where(exact, 1.0, error)
    spread = stdtr(units - 1, t)
    return np.asarray(np.where(exact, 0.5 + 0.5 * np.sign(estimated.value), spread), np.float64)
