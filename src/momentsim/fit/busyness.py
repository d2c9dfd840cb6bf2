"""Busy days and busy half hours in counts: how much they vary beyond chance, and how long they last.

The model is that of a scenario's `demand`: counts are Poisson given the rate, and the rate is usual rate x day
factor x half-hour factor, all factors with mean 1. With v_day and v_period the squares of the CVs, the relative
covariance of two half hours of one day that lie `lag` half hours apart is

    c(lag) = v_day + (1 + v_day) * v_period * period_correlation ** lag

plus 1 / mean at lag 0 for the Poisson noise, which is taken off. That of the totals of two dates that lie n days
apart is

    d(n) = v_day * day_correlation ** n

plus what the half-hour factor carries over from one day to the next. Both are means over all pairs, weighted by
their usual counts. Four numbers are fitted to them by least squares: the lags within a day together weigh as much
as the days apart together, each by its number of pairs. Form: Avramidis, Deslauriers and L'Ecuyer 2004; Oreshkin,
Regnard and L'Ecuyer 2016 (E2.1.2, E2.1.3); memory of days: Weinberg, Brown and Stroud 2007.

Counts of whole days leave the half-hour factor out: what their totals vary beyond chance is the day factor.

What is usual is a mean of the same counts and follows them, the more so the longer days remember and the fewer
dates there are. `Covariances.memory` says what is left of a correlation after that, so that it is no source of bias.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from momentsim.fit.counts import DailyCounts
from momentsim.units import SECONDS_PER_DAY

PERIOD_S: Final = 1800
"""Length of the periods of the demand section, seconds."""
MAX_CV: Final = 0.5
"""Largest CV that a scenario takes."""
MAX_PERIOD_CORRELATION: Final = 0.95
"""Upper end of the plausible range (E2.1.3); a factor that changes more slowly is a day factor."""
MAX_DAY_CORRELATION: Final = 0.99
"""Largest correlation of days that a scenario takes."""
REACH_DAYS: Final = 6
"""Dates that lie up to so many days apart tell how long days remember: never two of one weekday."""

Numbers = npt.NDArray[np.float64]


class Busyness(NamedTuple):
    """What varies beyond chance: CVs of the day factor and of the half-hour factor, and their correlations."""

    day_factor_cv: float
    period_factor_cv: float
    period_factor_correlation: float
    day_factor_correlation: float = 0.0


class Covariances(NamedTuple):
    """Relative covariances of the rates, Poisson noise taken off."""

    within: Numbers
    """Of two half hours of a day, by how many half hours they lie apart."""
    between: Numbers
    """Of the totals of two dates that lie 1, 2, ... days apart; 0 where there are no such dates."""
    pairs: Numbers
    """Pairs of such dates per date."""
    memory: Numbers
    """Row n, column m: weight of day_correlation ** m in the expected covariance of dates n days apart."""


class _Fit(NamedTuple):
    """Sizes a, b of a * days + b * half hours, and the two correlations, at the least squared distance."""

    days: float
    periods: float
    day_correlation: float
    period_correlation: float


def relative_covariances(table: DailyCounts, memory: Numbers | None = None) -> Covariances:
    """Moments of the counts of half hours, each the sum of residual products over that of usual counts.

    `memory` where it is known already.
    """
    residuals, usual = table.residuals(), table.usual()
    intervals = usual.shape[1]
    within = np.empty(intervals)
    for lag in range(intervals):
        end = intervals - lag
        products = float(np.sum(residuals[:, :end] * residuals[:, lag:]))
        noise = usual.sum() if lag == 0 else 0.0
        expected = float(np.sum(usual[:, :end] * usual[:, lag:]))
        within[lag] = (products - noise) / expected if expected else 0.0
    totals, means = residuals.sum(axis=1), usual.sum(axis=1)
    between, pairs = np.zeros(REACH_DAYS), np.zeros(REACH_DAYS)
    for apart in range(1, REACH_DAYS + 1):
        one, other = _pairs(table, apart)
        if len(one):
            between[apart - 1] = (totals[one] * totals[other]).sum() / (means[one] * means[other]).sum()
            pairs[apart - 1] = len(one) / len(table.dates)
    return Covariances(within, between, pairs, _memory(table) if memory is None else memory)


def fit_busyness(covariances: Covariances) -> Busyness:
    """Least squares of the model's covariances, no variance and no correlation below 0.

    For given correlations the two variances follow by linear least squares; the correlations are searched in three
    rounds, to 0.0002. Without dates up to six days apart, or without a day factor, days are independent.
    """
    top = MAX_DAY_CORRELATION if covariances.pairs.any() else 0.0
    best = _Fit(0.0, 0.0, top / 2, MAX_PERIOD_CORRELATION / 2)
    for step, reach in ((0.02, 0.5), (0.002, 0.02), (0.0002, 0.002)):
        days = _around(best.day_correlation, step, reach, top)
        best = _nearest(
            covariances, days, _around(best.period_correlation, step, reach, MAX_PERIOD_CORRELATION)
        )
    cvs = np.minimum(np.sqrt([best.days, best.periods / (1.0 + best.days)]), MAX_CV)
    return Busyness(
        day_factor_cv=float(cvs[0]),
        period_factor_cv=float(cvs[1]),
        period_factor_correlation=best.period_correlation if best.periods > 0 else 0.0,
        day_factor_correlation=best.day_correlation if best.days > 0 else 0.0,
    )


def _around(centre: float, step: float, reach: float, top: float) -> Numbers:
    steps = np.arange(-round(reach / step), round(reach / step) + 1) * step
    return np.unique(np.clip(centre + steps, 0.0, top))


def _nearest(covariances: Covariances, day_correlations: Numbers, period_correlations: Numbers) -> _Fit:
    """The nearest of all pairs of correlations; the sizes are free if both are positive, else one of them is 0."""
    days = _shape_of_days(covariances, day_correlations)
    periods = _shape_of_periods(len(covariances.within), period_correlations)
    found = np.concatenate([covariances.within, covariances.between])
    lags = np.arange(len(covariances.within), 0, -1.0)
    weights = np.concatenate([lags / lags.sum(), covariances.pairs / REACH_DAYS])
    day_day, period_period = (days**2 @ weights)[:, None], (periods**2 @ weights)[None, :]
    day_period = (days * weights) @ periods.T
    day_found, period_found = (days @ (weights * found))[:, None], (periods @ (weights * found))[None, :]
    free = np.maximum(day_day * period_period - day_period**2, np.finfo(float).tiny)
    zero = np.zeros_like(free)
    sizes = np.maximum(
        [
            (
                (period_period * day_found - day_period * period_found) / free,
                (day_day * period_found - day_period * day_found) / free,
            ),
            (zero + day_found / day_day, zero),
            (zero, zero + period_found / period_period),
        ],
        0.0,
    )
    if len(covariances.within) == 1:  # of whole days
        sizes = sizes[1:2]
    a, b = sizes[:, 0], sizes[:, 1]
    distances = (
        a * (a * day_day - 2 * day_found)
        + b * (b * period_period - 2 * period_found)
        + 2 * a * b * day_period
    )
    form, day, period = np.unravel_index(np.argmin(distances), distances.shape)
    return _Fit(
        float(a[form, day, period]),
        float(b[form, day, period]),
        float(day_correlations[day]),
        float(period_correlations[period]),
    )


def _shape_of_days(covariances: Covariances, correlations: Numbers) -> Numbers:
    """Covariances of a day factor of size 1 by its correlation: lags within a day, then days apart."""
    powers = correlations[:, None] ** np.arange(covariances.memory.shape[1])
    expected = powers @ covariances.memory.T
    return np.hstack([np.repeat(expected[:, :1], len(covariances.within), axis=1), expected[:, 1:]])


def _shape_of_periods(intervals: int, correlations: Numbers) -> Numbers:
    """The same of a half-hour factor, which goes on through the night: of totals, means over all their half hours."""
    day = SECONDS_PER_DAY // PERIOD_S
    powers = correlations[:, None] ** np.arange(REACH_DAYS * day + intervals)
    apart = np.subtract.outer(np.arange(intervals), np.arange(intervals))
    totals = [powers[:, day * days + apart].mean(axis=(1, 2)) for days in range(1, REACH_DAYS + 1)]
    return np.hstack([powers[:, :intervals], np.stack(totals, axis=1)])


def _pairs(table: DailyCounts, apart: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Rows of all pairs of dates that lie so many days apart."""
    later = np.searchsorted(table.dates, table.dates + apart)
    there = np.flatnonzero(table.dates[np.minimum(later, len(table.dates) - 1)] == table.dates + apart)
    return there, later[there]


def _memory(table: DailyCounts) -> Numbers:
    """What the covariance of residuals keeps of a correlation: they lack the mean of their weekday, which remembers."""
    differences = np.abs(np.subtract.outer(table.dates, table.dates))
    of_weekday = (table.weekdays[:, None] == np.arange(7)).astype(np.float64)
    of_weekday = of_weekday[:, of_weekday.any(axis=0)]
    means = of_weekday / of_weekday.sum(axis=0)
    kept = np.zeros((REACH_DAYS + 1, int(differences.max()) + 1))
    enlarged = table.enlargement()
    for apart in range(REACH_DAYS + 1):
        one, other = _pairs(table, apart)
        weights = np.zeros(differences.shape)
        weights[one, other] = enlarged[one] * enlarged[other] / max(len(one), 1)
        weights -= means @ (of_weekday.T @ weights)
        weights -= (weights @ of_weekday) @ means.T
        kept[apart] = np.bincount(differences.ravel(), weights.ravel(), minlength=kept.shape[1])
    return kept
