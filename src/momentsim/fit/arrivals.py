"""Fits the demand section to counts: weekdays, profiles, and what varies beyond chance (`momentsim.fit.busyness`)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import numpy as np

from momentsim.errors import MomentsimError
from momentsim.fit.busyness import (
    MAX_DAY_CORRELATION,
    PERIOD_S,
    Busyness,
    Numbers,
    fit_busyness,
    relative_covariances,
)
from momentsim.fit.counts import WEEKDAYS, DailyCounts, TooFewCounts, count_table
from momentsim.units import SECONDS_PER_DAY

BLOCKS: Final = 20
"""Blocks of neighbouring dates that are left out one by one for the standard errors."""
FEW_DATES: Final = 100
"""Below so many dates the correlation of days has a standard error of about 0.2 (see docs/decisions/0051)."""
_WIDE: Final = 0.2
"""Standard error of a correlation that says little."""
_DIGITS: Final = 5


@dataclass(frozen=True, slots=True)
class ArrivalFit:
    """Fitted demand of one reason. Weekdays without dates in the counts get no moments."""

    per_day: float
    """Mean of the weekdays that occur."""
    weekdays: dict[str, float]
    """Factor by weekday."""
    profiles: dict[str, tuple[float, ...]]
    """Relative rate over the day by weekday, with mean 1; 0 outside the intervals counted. None from whole days."""
    busyness: Busyness
    """From whole days only that of days: nothing is known of half hours."""
    errors: Busyness
    """Standard errors of `busyness`, by leaving out blocks of dates (jackknife)."""
    dates: int
    silent: tuple[str, ...] = ()
    """Dates on which nobody called, where many calls are usual."""

    @property
    def whole_days(self) -> bool:
        """Whether the counts were those of whole days."""
        return not self.profiles

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the counts say too little about, or what they say that may not be meant."""
        found = self._words_on_memory()
        if self.silent:
            what = f"nobody called on {', '.join(self.silent[:3])}{' and others' if len(self.silent) > 3 else ''}"
            found += (
                f"{what}; leave out the dates on which it was closed, or they count as very quiet days",
            )
        if self.whole_days:
            found += (
                "counts of whole days do not say when within them calls come: write a profile (else it is that of a "
                "business day), and period_factor_cv with its correlation if half hours vary beyond chance (else 0)",
            )
        return found

    def _words_on_memory(self) -> tuple[str, ...]:
        found, error = self.busyness.day_factor_correlation, self.errors.day_factor_correlation
        what = f"day_factor_correlation {found:.2f} is from {self.dates} dates"
        days_differ = self.busyness.day_factor_cv > 0 and not (
            self.busyness.day_factor_cv < 2 * self.errors.day_factor_cv
        )
        if days_differ and found >= MAX_DAY_CORRELATION:
            return (
                f"{what}, at the end of its range: the counts follow a trend; fit the times before and after it",
            )
        if self.dates >= FEW_DATES and (error <= _WIDE or not days_differ):
            return ()
        known = f"a standard error of {error:.2f}" if days_differ and error > 0 else "no standard error"
        return (f"{what} and has {known}; half a year of dates tells how long busy days last",)

    def section(self, moment: str) -> dict[str, Any]:
        """The section `demand` of a scenario in plain data, for one reason; what is unknown is left out."""
        return {"volumes": {moment: self.volume()}, **self.factors()}

    def volume(self) -> dict[str, Any]:
        """How many moments of the reason there are, and when."""
        volume: dict[str, Any] = {
            "per_day": round(self.per_day, 2),
            "weekdays": {day: round(factor, _DIGITS) for day, factor in self.weekdays.items()},
        }
        if not self.whole_days:
            volume["weekday_profiles"] = {
                day: [round(weight, _DIGITS) for weight in weights] for day, weights in self.profiles.items()
            }
        return volume

    def factors(self) -> dict[str, float]:
        """What varies beyond chance, as keys of `demand`."""
        return {
            key: round(value, _DIGITS)
            for key, value in self.busyness._asdict().items()
            if not (self.whole_days and key.startswith("period"))
        }


def fit_arrivals(rows: Iterable[tuple[datetime, float]], *, weights: int | None = None) -> ArrivalFit:
    """Demand from counts (start of interval, calls); `weights` of a profile: 24, 48, 96 or 288.

    Profiles have as many weights as the counts allow unless told otherwise; counts of whole days give none. Raises
    MomentsimError where the counts do not allow a fit: uneven days, one date of a weekday, intervals that do not
    divide half an hour.
    """
    table = count_table(rows).while_open()
    if not len(table.dates):
        raise MomentsimError("there are no calls at all")
    periods = table if table.whole_days else _half_hours(table)
    means = {WEEKDAYS[day]: table.counts[table.weekdays == day].mean(axis=0) for day in table.present}
    profiles: dict[str, tuple[float, ...]] = {}
    if not table.whole_days:
        number = _weights_for(table.interval_s) if weights is None else weights
        profiles = {day: _profile(mean, table, number) for day, mean in means.items()}
    elif weights is not None:
        raise MomentsimError("counts of whole days do not give a profile; leave 'weights' out")
    totals = {day: float(mean.sum()) for day, mean in means.items()}
    covariances = relative_covariances(periods)
    per_day = sum(totals.values()) / len(totals)
    return ArrivalFit(
        per_day=per_day,
        weekdays={day: totals.get(day, 0.0) / per_day for day in WEEKDAYS},
        profiles=profiles,
        busyness=fit_busyness(covariances),
        errors=_standard_errors(periods, covariances.memory),
        dates=len(table.counts),
        silent=tuple(date.fromordinal(day).isoformat() for day in table.silent().tolist()),
    )


def _half_hours(table: DailyCounts) -> DailyCounts:
    if PERIOD_S % table.interval_s or table.first_s % PERIOD_S:
        raise MomentsimError(
            "counts must be of whole days or of intervals that divide half an hour, and days must start at a full "
            "half hour"
        )
    periods = table.regroup(PERIOD_S)
    if periods.counts.shape[1] < 4:
        raise TooFewCounts("a day must have at least four half hours")
    return periods


def _standard_errors(periods: DailyCounts, memory: Numbers) -> Busyness:
    """Jackknife over blocks of neighbouring dates, which keeps slow changes of level inside a block.

    `memory` is that of all dates: a block less hardly changes it.
    """
    blocks = min(BLOCKS, len(periods.counts) // 2)
    blocks_of = np.arange(len(periods.counts)) * blocks // len(periods.counts)
    estimates = []
    for block in range(blocks):
        rest = periods.without(blocks_of == block)
        if min(np.bincount(rest.weekdays)[rest.present]) < 2:
            return Busyness(np.nan, np.nan, np.nan, np.nan)
        estimates.append(fit_busyness(relative_covariances(rest, memory)))
    spread = np.var(np.array(estimates), axis=0) * (blocks - 1)
    return Busyness(*(float(error) for error in np.sqrt(spread)))


def _weights_for(interval_s: int) -> int:
    """The finest profile that the counts allow."""
    return next(number for number in (288, 96, 48) if SECONDS_PER_DAY // number % interval_s == 0)


def _profile(mean: Numbers, table: DailyCounts, weights: int) -> tuple[float, ...]:
    """Mean counts of a weekday as relative rates over the whole day, 0 where nothing was counted."""
    if SECONDS_PER_DAY % weights or (SECONDS_PER_DAY // weights) % table.interval_s:
        raise MomentsimError(f"counts of {table.interval_s} s do not give a profile of {weights} weights")
    day = np.zeros(SECONDS_PER_DAY // table.interval_s)
    first = table.first_s // table.interval_s
    day[first : first + len(mean)] = mean
    sums = day.reshape(weights, -1).sum(axis=1)
    return tuple(float(weight) for weight in sums / sums.mean())
