"""Demand lowered: for every reason the strips (interval, expected count) of a date or of a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from momentsim.draws import name_key
from momentsim.model.calendar import WEEKDAYS, YEAR, Calendar, of_seconds, weekday
from momentsim.model.loaded import Loaded
from momentsim.model.points import STRIP
from momentsim.plan import DAY, SECOND, Table
from momentsim.scenario.types import Volume

BUSINESS_DAY: Final = (
    0.2, 0.1, 0.08, 0.08, 0.1, 0.3, 0.7, 1.1, 1.4, 1.6, 1.7, 1.7,
    1.6, 1.6, 1.6, 1.5, 1.5, 1.4, 1.3, 1.2, 1.1, 0.9, 0.6, 0.4,
)  # fmt: skip
"""Relative rate by hour: one broad plateau, late-morning peak (assumed, E2.1.7)."""
DAYS_PER_YEAR: Final = 365.25


@dataclass(frozen=True, slots=True)
class Demand:
    """Everything about routine demand that does not change between replications."""

    calendar: Calendar
    weeks: tuple[Table, ...]
    """Strips of one date by weekday, Monday first; `start` counts from midnight."""
    of_files: Table
    """Strips of volumes from files, on the engine's time line."""

    def strips(self, begin: int, end: int) -> Table:
        """Strips that share time with begin..end, before day and period factors."""
        parts = [self._strips_of_date(day) for day in self.calendar.days(begin, end)]
        found = np.concatenate([*parts, self.of_files])
        wanted = (found["start"] < end) & (found["start"] + found["length"] > begin) & (found["expected"] > 0)
        kept: Table = found[wanted]
        return kept[np.argsort(kept["start"], kind="stable")]  # in order of time, so sorting is quick

    def _strips_of_date(self, day: int) -> Table:
        strips = self.weeks[WEEKDAYS.index(weekday(day))].copy()
        strips["start"] += self.calendar.midnight(day)
        strips["day"] = day
        return strips


def profile_weights(volume: Volume | None) -> npt.NDArray[np.float64]:
    """Relative rates over the day with mean 1; flat where all weights are 0."""
    profile = "business_day" if volume is None else volume.profile
    if profile == "flat":
        return np.ones(24)
    weights = np.array(BUSINESS_DAY if isinstance(profile, str) else profile, np.float64)
    return weights / weights.mean() if weights.sum() > 0 else np.ones(24)


def regrid(weights: npt.NDArray[np.float64], parts: int) -> npt.NDArray[np.float64]:
    """Mean of a piecewise constant rate over each of `parts` equal parts of the day."""
    cumulated = np.concatenate([[0.0], np.cumsum(weights)]) / len(weights)
    edges = np.interp(np.linspace(0.0, 1.0, parts + 1), np.linspace(0.0, 1.0, len(weights) + 1), cumulated)
    return np.diff(edges) * parts


def daily_mean(volume: Volume, customers: int) -> float:
    """Mean moments on a weekday with factor 1."""
    if volume.per_customer_year is not None:
        return volume.per_customer_year * customers / DAYS_PER_YEAR
    return volume.per_day or 0.0


def lower_demand(loaded: Loaded, calendar: Calendar) -> Demand:
    """Strips by weekday, and strips of files."""
    scenario = loaded.scenario
    reasons = {name: row for row, name in enumerate(scenario.moments)}
    volumes = [(reasons[name], name, volume) for name, volume in scenario.demand.volumes.items()]
    customers = sum(segment.customers for segment in scenario.customers.segments.values())
    interval = of_seconds(scenario.interval)
    weeks = []
    for day in WEEKDAYS:
        parts = [
            _strips_of_weekday(entry, day, customers, interval) for entry in volumes if entry[2].file is None
        ]
        weeks.append(np.concatenate([np.zeros(0, STRIP), *parts]))
    files = [_strips_of_file(entry, loaded, calendar) for entry in volumes if entry[2].file is not None]
    return Demand(calendar, tuple(weeks), np.concatenate([np.zeros(0, STRIP), *files]))


def _strips_of_weekday(entry: tuple[int, str, Volume], day: str, customers: int, interval: int) -> Table:
    reason, name, volume = entry
    parts = DAY // interval
    strips = _strips(reason, name, volume, parts)
    factors: Mapping[str, float] = {str(key): factor for key, factor in volume.weekdays.items()}
    mean = daily_mean(volume, customers) * factors.get(day, 1.0)
    strips["start"] = np.arange(parts) * interval
    strips["length"] = interval
    strips["second"] = strips["start"] // SECOND
    strips["expected"] = regrid(profile_weights(volume), parts) * mean / parts
    return strips


def _strips_of_file(entry: tuple[int, str, Volume], loaded: Loaded, calendar: Calendar) -> Table:
    reason, name, volume = entry
    rows = loaded.tables[volume.file or ""]
    strips = _strips(reason, name, volume, len(rows))
    for strip, (start, offered) in zip(strips, rows, strict=True):
        strip["start"], strip["expected"] = calendar.time(start), offered
        strip["day"] = start.toordinal()
        strip["second"] = start.hour * 3600 + start.minute * 60 + start.second
    strips["length"] = of_seconds(loaded.scenario.interval)
    strips["replay"] = volume.replay
    return strips


def _strips(reason: int, name: str, volume: Volume, count: int) -> Table:
    strips = np.zeros(count, STRIP)
    strips["reason_key"], strips["reason"] = name_key("demand", name), reason
    strips["preventable"] = volume.preventable
    return strips


def yearly_moments(demand: Demand, horizon: int, reasons: int) -> npt.NDArray[np.float64]:
    """Mean moments a year by reason after prevention: of the average week, or of a file in the horizon."""
    totals = np.zeros(reasons)
    for strips in demand.weeks:
        _add_kept(totals, strips, DAYS_PER_YEAR / 7.0)
    of_files = demand.of_files
    _add_kept(totals, of_files[of_files["start"] < horizon], YEAR / horizon)
    return totals


def _add_kept(totals: npt.NDArray[np.float64], strips: Table, times: float) -> None:
    """Add to each reason what prevention leaves of its strips, so many times."""
    np.add.at(totals, strips["reason"], strips["expected"] * (1.0 - strips["preventable"]) * times)
