"""Busy days, kinds of days and busy half hours: factors with mean 1 that multiply rates.

Those of busy days and half hours are gamma and multiply all reasons at once; a kind of day has one for each reason.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from momentsim.compiler.decorators import compiled
from momentsim.contract.plan import DAY, MINUTE, Table
from momentsim.draws import Key, Purpose, name_key, normal_quantile, uniform
from momentsim.prepare.calendar import Calendar
from momentsim.scenario.sections.demand import SHARES_TOLERANCE, mean_factors
from momentsim.scenario.types import Demand

_OWNER: Final = name_key("busyness")
HALF_HOUR: Final = 30 * MINUTE
PERIODS: Final = DAY // HALF_HOUR
FAINTEST_CV: Final = 1e-16
"""Below it factors are 1 to the last digits, and the shape of the law would be beyond them."""
_OF_A_DOUBLE: Final = -53 * math.log(2.0)
"""Logarithm of the smallest part of 1 that a double can hold."""


class Factors(NamedTuple):
    """Factors of one replication; empty arrays mean 1 throughout."""

    midnight: int
    """Engine time at which the first date begins."""
    first_day: int
    days: npt.NDArray[np.float64]
    """By date."""
    periods: npt.NDArray[np.float64]
    """Integral over time of the half hours' factors, in half hours since `midnight`, at each edge."""
    kinds: npt.NDArray[np.float64]
    """By date and reason, over the mean of all dates, which strips have in them."""

    def apply(self, strips: Table) -> None:
        """Multiply the expected counts of strips in place; replayed counts stay."""
        free = strips["replay"] == 0
        if len(self.days):
            strips["expected"][free] *= self.days[strips["day"][free] - self.first_day]
        if len(self.kinds):
            strips["expected"][free] *= self.kinds[
                strips["day"][free] - self.first_day, strips["reason"][free]
            ]
        if len(self.periods):
            begin = (strips["start"][free] - self.midnight) / HALF_HOUR
            length = strips["length"][free] / HALF_HOUR
            edges = np.arange(len(self.periods))
            covered = np.interp(begin + length, edges, self.periods) - np.interp(begin, edges, self.periods)
            strips["expected"][free] *= covered / length


@compiled
def day_uniforms(key: Key, first_day: int, out: npt.NDArray[np.float64]) -> None:
    """One draw per date, by the date's ordinal (that of a date before the first year counts back from 2^32)."""
    for day in range(len(out)):
        out[day] = uniform(key, _OWNER, Purpose.DAY_FACTOR, (first_day + day) & 0xFFFFFFFF)


def day_shares(key: Key, first_day: int, correlation: float, days: int) -> npt.NDArray[np.float64]:
    """Where each date stands among all days, in 0..1: uniform, and by a Gaussian copula AR(1) from date to date.

    The score of a date is the sum of the news of this and all earlier dates, each weighted by `correlation` to the
    power of its age. So it depends on nothing but the date: not on where the scenario starts or ends. News that
    would count for less than a double can hold is left out.
    """
    if correlation == 0.0:
        shares = np.empty(days)
        day_uniforms(key, first_day, shares)
        return shares
    from scipy.special import ndtri

    reach = math.ceil(_OF_A_DOUBLE / math.log(correlation))
    draws = np.empty(reach + days)
    day_uniforms(key, first_day - reach, draws)
    weights = correlation ** np.arange(reach, -1.0, -1.0)
    weights /= math.sqrt(float(np.sum(weights * weights)))
    news = ndtri(draws)
    return normal_shares(np.array([np.sum(weights * news[day : day + reach + 1]) for day in range(days)]))


@compiled
def period_scores(key: Key, first_day: int, correlation: float, out: npt.NDArray[np.float64]) -> None:
    """Standard normal scores of half hours, AR(1) with `correlation`, stationary from the first."""
    fresh = math.sqrt(1.0 - correlation * correlation)
    for period in range(len(out)):
        draw = normal_quantile(uniform(key, _OWNER, Purpose.PERIOD_FACTOR, first_day * PERIODS + period))
        out[period] = draw if period == 0 else correlation * out[period - 1] + fresh * draw


def gamma_factors(uniforms: npt.NDArray[np.float64], cv: float) -> npt.NDArray[np.float64]:
    """Gamma variables with mean 1 and coefficient of variation `cv`, by inversion (E2.1.2, E2.1.3)."""
    from scipy.special import gammaincinv

    if cv < FAINTEST_CV:
        return np.ones_like(uniforms)
    shape = 1.0 / (cv * cv)
    return np.asarray(gammaincinv(shape, uniforms) / shape, np.float64)


def normal_shares(scores: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Standard normal distribution function."""
    from scipy.special import ndtr

    return np.asarray(ndtr(scores), np.float64)


def kinds_of_dates(key: Key, demand: Demand, dates: range) -> npt.NDArray[np.int64]:
    """By date (ordinal) the number of its kind of day, in their order; that after the last is a usual day."""
    draws = [uniform(key, _OWNER, Purpose.DAY_KIND.value, day & 0xFFFFFFFF) for day in dates]
    shares = np.cumsum([kind.share for kind in demand.day_kinds.values()])
    shares[shares > 1.0 - SHARES_TOLERANCE] = 1.0
    return np.asarray(np.searchsorted(shares, draws, side="right"), np.int64)


def kind_factors(key: Key, demand: Demand, dates: range, reasons: Sequence[str]) -> npt.NDArray[np.float64]:
    """By date and reason: the factor of its kind of day over the mean factor; no rows where there are no kinds."""
    if not demand.day_kinds:
        return np.zeros((0, len(reasons)))
    kinds, means = tuple(demand.day_kinds.values()), mean_factors(demand)
    table = np.ones((len(kinds) + 1, len(reasons)))  # the last row: usual days
    for column, name in enumerate(reasons):
        table[:-1, column] = [kind.factors.get(name, 1.0) for kind in kinds]
        mean = means.get(name, 1.0)
        table[:, column] /= mean if mean > 0.0 else 1.0
    return np.asarray(table[kinds_of_dates(key, demand, dates)])


def factors(
    key: Key, demand: Demand, calendar: Calendar, horizon: int, reasons: Sequence[str] = ()
) -> Factors:
    """Factors of one replication over the horizon; kinds of days by reason, in their order.

    The day factor is one gamma draw per date (two-level model of Oreshkin, Regnard and L'Ecuyer, E2.1.3;
    sizes E2.1.2); dates have a Gaussian copula that is AR(1) through the calendar, closed days included. Half
    hours have a gamma marginal and a Gaussian copula that is AR(1) through the whole horizon.
    """
    dates = calendar.days(0, horizon)
    days, periods = np.zeros(0), np.zeros(0)
    if demand.day_factor_cv > 0:
        shares = day_shares(key, dates.start, demand.day_factor_correlation, len(dates))
        days = gamma_factors(shares, demand.day_factor_cv)
    if demand.period_factor_cv > 0:
        scores = np.empty(len(dates) * PERIODS)
        period_scores(key, dates.start, demand.period_factor_correlation, scores)
        marginal = gamma_factors(normal_shares(scores), demand.period_factor_cv)
        periods = np.concatenate([[0.0], np.cumsum(marginal)])
    kinds = kind_factors(key, demand, dates, reasons)
    return Factors(calendar.midnight(dates.start), dates.start, days, periods, kinds)
