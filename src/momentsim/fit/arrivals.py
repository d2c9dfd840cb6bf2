"""Fits the demand section to counts: weekdays, profiles, busy days and busy half hours.

The model is that of a scenario's `demand`: counts are Poisson given the rate, and the rate is weekday mean x
profile x day factor x half-hour factor, all factors with mean 1. So the relative covariance of two half hours of
one day that lie `lag` half hours apart is

    c(lag) = v_day + (1 + v_day) * v_period * correlation ** lag        (squares of the CVs)

plus 1 / mean at lag 0 for the Poisson noise, which is taken off. c(lag) is estimated by moments over all pairs of
half hours, weighted by their means, and v_day, v_period and the correlation are fitted to it by least squares,
each lag weighted by its number of pairs. Form: Avramidis, Deslauriers and L'Ecuyer 2004; Oreshkin, Regnard and
L'Ecuyer 2016 (E2.1.2, E2.1.3).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from momentsim.errors import MomentsimError
from momentsim.fit.counts import WEEKDAYS, CountTable, count_table
from momentsim.units import SECONDS_PER_DAY

PERIOD_S: Final = 1800
"""Length of the periods of the demand section, seconds."""
BLOCKS: Final = 20
"""Blocks of neighbouring dates that are left out one by one for the standard errors."""
MAX_CV: Final = 0.5
"""Largest CV that a scenario takes."""
MAX_CORRELATION: Final = 0.95
"""Upper end of the plausible range (E2.1.3); a factor that changes more slowly is a day factor."""
_DIGITS: Final = 5

Numbers = npt.NDArray[np.float64]


class Busyness(NamedTuple):
    """What varies beyond chance: CV of the day factor, CV of the half-hour factor, and its correlation."""

    day_factor_cv: float
    period_factor_cv: float
    period_factor_correlation: float


@dataclass(frozen=True, slots=True)
class ArrivalFit:
    """Fitted demand of one reason. Weekdays without dates in the counts get no moments."""

    per_day: float
    """Mean of the weekdays that occur."""
    weekdays: dict[str, float]
    """Factor by weekday."""
    profiles: dict[str, tuple[float, ...]]
    """Relative rate over the day by weekday, with mean 1; 0 outside the intervals counted."""
    busyness: Busyness
    errors: Busyness
    """Standard errors of `busyness`, by leaving out blocks of dates (jackknife)."""
    dates: int

    def section(self, moment: str) -> dict[str, Any]:
        """The section `demand` of a scenario in plain data, for one reason."""
        volume = {
            "per_day": round(self.per_day, 2),
            "weekdays": {day: round(factor, _DIGITS) for day, factor in self.weekdays.items()},
            "weekday_profiles": {
                day: [round(weight, _DIGITS) for weight in weights] for day, weights in self.profiles.items()
            },
        }
        factors = {key: round(value, _DIGITS) for key, value in self.busyness._asdict().items()}
        return {"volumes": {moment: volume}, **factors}


def fit_arrivals(rows: Iterable[tuple[datetime, float]], *, weights: int | None = None) -> ArrivalFit:
    """Demand from counts (start of interval, calls); `weights` of a profile: 24, 48, 96 or 288.

    Profiles have as many weights as the counts allow unless told otherwise. Raises MomentsimError where the
    counts do not allow a fit: uneven days, one date of a weekday, intervals that do not divide half an hour.
    """
    table = count_table(rows)
    if PERIOD_S % table.interval_s or table.first_s % PERIOD_S:
        raise MomentsimError(
            "counts must be of intervals that divide half an hour, and days must start at a full half hour"
        )
    periods = table.regroup(PERIOD_S)
    if periods.counts.shape[1] < 4:
        raise MomentsimError("a day must have at least four half hours")
    number = _weights_for(table.interval_s) if weights is None else weights
    means = {WEEKDAYS[day]: table.counts[table.weekdays == day].mean(axis=0) for day in table.present}
    totals = {day: float(mean.sum()) for day, mean in means.items()}
    if min(totals.values()) <= 0:
        raise MomentsimError("a weekday has no calls at all; leave its dates out")
    per_day = sum(totals.values()) / len(totals)
    return ArrivalFit(
        per_day=per_day,
        weekdays={day: totals.get(day, 0.0) / per_day for day in WEEKDAYS},
        profiles={day: _profile(mean, table, number) for day, mean in means.items()},
        busyness=fit_busyness(relative_covariance(periods)),
        errors=_standard_errors(periods),
        dates=len(table.counts),
    )


def relative_covariance(table: CountTable) -> Numbers:
    """Relative covariance of the rates of two intervals of a day by their lag, Poisson noise taken off.

    Sum over dates and pairs of residual products, over the sum of the products of the usual counts. So long and
    short lags add up to the variance of a day's total.
    """
    residuals, usual = table.residuals(), table.usual()
    intervals = usual.shape[1]
    covariance = np.empty(intervals)
    for lag in range(intervals):
        end = intervals - lag
        products = float(np.sum(residuals[:, :end] * residuals[:, lag:]))
        covariance[lag] = (products - (usual.sum() if lag == 0 else 0.0)) / np.sum(
            usual[:, :end] * usual[:, lag:]
        )
    return covariance


def fit_busyness(covariance: Numbers) -> Busyness:
    """Least squares of c(lag) = v_day + (1 + v_day) * v_period * correlation ** lag, none below 0.

    For a given correlation the two variances follow by linear least squares; the correlation is searched from 0
    to `MAX_CORRELATION` in two rounds, to 0.0002.
    """
    best, day, period = 0.0, 0.0, 0.0
    for step, reach in ((0.01, MAX_CORRELATION), (0.0002, 0.01)):
        around = np.arange(max(best - reach, 0.0), min(best + reach, MAX_CORRELATION) + 1e-9, step)
        days, periods, distances = _variances(covariance, around)
        nearest = int(np.argmin(distances))
        best, day, period = float(around[nearest]), float(days[nearest]), float(periods[nearest])
    cvs = np.minimum(np.sqrt([day, period / (1.0 + day)]), MAX_CV)
    return Busyness(float(cvs[0]), float(cvs[1]), best if period > 0 else 0.0)


def _variances(covariance: Numbers, correlations: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Sizes a, b of a + b * correlation ** lag by weighted least squares, none below 0; squared distances.

    The best pair is the free one if both are positive, else the better of the two with one of them 0.
    """
    weights = np.arange(len(covariance), 0, -1.0) / np.sum(np.arange(1, len(covariance) + 1))
    falling = correlations[:, None] ** np.arange(len(covariance))
    mean, level = falling @ weights, float(covariance @ weights)
    slope = (falling - mean[:, None]) @ (weights * covariance) / ((falling - mean[:, None]) ** 2 @ weights)
    alone = falling @ (weights * covariance) / (falling**2 @ weights)
    zero = np.zeros(len(correlations))
    pairs = np.maximum([(level - slope * mean, slope), (zero + level, zero), (zero, alone)], 0.0)
    distances = (pairs[:, 0, :, None] + pairs[:, 1, :, None] * falling - covariance) ** 2 @ weights
    nearest = np.argmin(distances, axis=0), np.arange(len(correlations))
    return pairs[nearest[0], 0, nearest[1]], pairs[nearest[0], 1, nearest[1]], distances[nearest]


def _standard_errors(periods: CountTable) -> Busyness:
    """Jackknife over blocks of neighbouring dates, which keeps slow changes of level inside a block."""
    blocks = min(BLOCKS, len(periods.counts) // 2)
    blocks_of = np.arange(len(periods.counts)) * blocks // len(periods.counts)
    estimates = []
    for block in range(blocks):
        rest = periods.without(blocks_of == block)
        if min(np.bincount(rest.weekdays)[rest.present]) < 2:
            return Busyness(np.nan, np.nan, np.nan)
        estimates.append(fit_busyness(relative_covariance(rest)))
    spread = np.var(np.array(estimates), axis=0) * (blocks - 1)
    return Busyness(*(float(error) for error in np.sqrt(spread)))


def _weights_for(interval_s: int) -> int:
    """The finest profile that the counts allow."""
    return next(number for number in (288, 96, 48) if SECONDS_PER_DAY // number % interval_s == 0)


def _profile(mean: Numbers, table: CountTable, weights: int) -> tuple[float, ...]:
    """Mean counts of a weekday as relative rates over the whole day, 0 where nothing was counted."""
    if SECONDS_PER_DAY % weights or (SECONDS_PER_DAY // weights) % table.interval_s:
        raise MomentsimError(f"counts of {table.interval_s} s do not give a profile of {weights} weights")
    day = np.zeros(SECONDS_PER_DAY // table.interval_s)
    first = table.first_s // table.interval_s
    day[first : first + len(mean)] = mean
    sums = day.reshape(weights, -1).sum(axis=1)
    return tuple(float(weight) for weight in sums / sums.mean())
