"""Demand lowered: for every reason the strips (interval, expected count) of a date or of a file."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt

from momentsim.contract.plan import DAY, HOUR, MINUTE, SECOND, YEAR, Table
from momentsim.draws import name_key
from momentsim.errors import MomentsimError
from momentsim.prepare.calendar import WEEKDAYS, Calendar, of_seconds, weekday
from momentsim.prepare.demand_points import STRIP
from momentsim.prepare.laws import LawBook
from momentsim.prepare.loaded import Loaded
from momentsim.scenario.files.row_grid import CountTable
from momentsim.scenario.sections.demand import DAYS_PER_YEAR, amounts, daily_mean, mean_factors, scale_law
from momentsim.scenario.types import Volume

BUSINESS_DAY: Final = (
    0.2, 0.1, 0.08, 0.08, 0.1, 0.3, 0.7, 1.1, 1.4, 1.6, 1.7, 1.7,
    1.6, 1.6, 1.6, 1.5, 1.5, 1.4, 1.3, 1.2, 1.1, 0.9, 0.6, 0.4,
)  # fmt: skip
"""Relative rate by hour: one broad plateau, late-morning peak (assumed, E2.1.7)."""
MINUTES: Final = DAY // MINUTE

Entry = tuple[int, str, Volume]
"""Row of the reason, its name, its volume."""


@dataclass(frozen=True, slots=True)
class RoutineDemand:
    """Everything about routine demand that does not change between replications."""

    calendar: Calendar
    weeks: tuple[Table, ...]
    """Strips of one date by weekday, Monday first; `start` counts from midnight."""
    of_files: Table
    """Strips of volumes from files, on the engine's time line."""
    renewals: tuple[Renewal, ...] = ()
    """Volumes that are renewal processes; their strips are not among the others."""

    def strips(self, begin: int, end: int) -> Table:
        """Strips that share time with begin..end, before day and period factors."""
        parts = [self._strips_of_date(day) for day in self.calendar.days(begin, end)]
        strips = np.concatenate([*parts, self.of_files])
        wanted = (
            (strips["start"] < end) & (strips["start"] + strips["length"] > begin) & (strips["expected"] > 0)
        )
        kept: Table = strips[wanted]
        return kept[np.argsort(kept["start"], kind="stable")]  # in order of time, so sorting is quick

    def _strips_of_date(self, day: int) -> Table:
        strips = self.weeks[WEEKDAYS.index(weekday(day))].copy()
        strips["start"] += self.calendar.midnight(day)
        strips["day"] = day
        return strips


@dataclass(frozen=True, slots=True)
class Renewal:
    """One volume whose moments form a renewal process in the time of its own cumulated rate."""

    owner: np.uint64
    law: int
    """Row of its interarrival law."""
    rate: RoutineDemand
    """The strips of this volume alone."""


def profile_weights(volume: Volume | None, day: str = "") -> npt.NDArray[np.float64]:
    """Relative rates over the day with mean 1, of a weekday or in general; flat where all weights are 0."""
    if volume is not None and volume.rates is not None:
        minutes = np.arange(MINUTES + 1) * MINUTE
        weights = np.sum([expected_between(volume, name, minutes) for name in WEEKDAYS], axis=0)
    elif volume is not None and (volume.per_hour is not None or not amounts(volume)):
        return np.ones(24)
    else:
        weights = _written_weights(volume, day)
    largest = float(weights.max())
    if largest == 0.0:
        return np.ones(len(weights))
    weights = np.ldexp(
        weights, -math.frexp(largest)[1]
    )  # exact, and a mean of the smallest numbers is one too
    return np.asarray(weights / weights.mean())


def _written_weights(volume: Volume | None, day: str) -> npt.NDArray[np.float64]:
    if volume is None:
        return np.array(BUSINESS_DAY, np.float64)
    of_days = {str(name): profile for name, profile in volume.weekday_profiles.items()}
    profile = of_days.get(day, volume.profile)
    if profile == "flat":
        return np.ones(24)
    return np.array(BUSINESS_DAY if isinstance(profile, str) else profile, np.float64)


def expected_between(volume: Volume, day: str, edges: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Moments expected between neighbouring times of a weekday, from the written rates."""
    expected = np.zeros(len(edges) - 1)
    for period in volume.rates or ():
        if day in period.days:
            inside = np.clip(edges, of_seconds(period.start), of_seconds(period.end))
            expected += np.diff(inside) / HOUR * period.per_hour
    return expected


def regrid(weights: npt.NDArray[np.float64], parts: int) -> npt.NDArray[np.float64]:
    """Mean of a piecewise constant rate over each of `parts` equal parts of the day."""
    cumulated = np.concatenate([[0.0], np.cumsum(weights)]) / len(weights)
    edges = np.interp(np.linspace(0.0, 1.0, parts + 1), np.linspace(0.0, 1.0, len(weights) + 1), cumulated)
    return np.diff(edges) * parts


def lower_demand(loaded: Loaded, calendar: Calendar, book: LawBook) -> RoutineDemand:
    """Strips by weekday, strips of files, and renewal processes with their laws."""
    scenario = loaded.scenario
    reasons = {name: row for row, name in enumerate(scenario.moments)}
    entries = [(reasons[name], name, volume) for name, volume in scenario.demand.volumes.items()]
    at_random = [entry for entry in entries if entry[2].interarrival is None]
    renewals = []
    for entry in entries:
        law = entry[2].interarrival
        if law is not None:
            row = book.add(scale_law(law))
            rate = _demand_of([entry], loaded, calendar, book.mean(row))
            renewals.append(Renewal(name_key("renewal", entry[1]), row, rate))
    demand = _demand_of(at_random, loaded, calendar, 0.0)
    return RoutineDemand(calendar, demand.weeks, demand.of_files, tuple(renewals))


def _demand_of(entries: list[Entry], loaded: Loaded, calendar: Calendar, gap: float) -> RoutineDemand:
    """Strips of some volumes; `gap` is the mean time between moments where only a law says how many."""
    scenario = loaded.scenario
    customers = sum(segment.customers for segment in scenario.customers.segments.values())
    interval = of_seconds(scenario.interval)
    weeks = []
    for day in WEEKDAYS:
        parts = []
        for entry in entries:
            volume = entry[2]
            if volume.rates is not None:
                parts.append(_strips_of_rates(entry, day, interval))
            elif volume.file is None:
                mean = daily_mean(volume, customers) if amounts(volume) else DAY / gap
                parts.append(_strips_of_weekday(entry, day, mean, interval))
        weeks.append(np.concatenate([np.zeros(0, STRIP), *parts]))
    files = [_strips_of_file(entry, loaded, calendar) for entry in entries if entry[2].file is not None]
    of_files = np.concatenate([np.zeros(0, STRIP), *files])
    means = mean_factors(scenario.demand)
    for reason, name, _ in entries:
        if name in means:
            for strips in (*weeks, of_files):
                strips["expected"][(strips["reason"] == reason) & (strips["replay"] == 0)] *= means[name]
    return RoutineDemand(calendar, tuple(weeks), of_files)


def _strips_of_weekday(entry: Entry, day: str, mean: float, interval: int) -> Table:
    volume = entry[2]
    parts = DAY // interval
    strips = _strips(entry, np.arange(parts) * interval)
    strips["length"] = interval
    of_day = mean * _weekday_factor(volume, day)
    strips["expected"] = regrid(profile_weights(volume, day), parts) * of_day / parts
    return strips


def _strips_of_rates(entry: Entry, day: str, interval: int) -> Table:
    """Strips of the intervals, cut where a rate begins or ends, so that every step is exact."""
    volume = entry[2]
    periods = [period for period in volume.rates or () if day in period.days]
    steps = [of_seconds(time) for period in periods for time in (period.start, period.end)]
    edges = np.unique(np.concatenate([np.arange(0, DAY + 1, interval), np.array(steps, np.int64)]))
    strips = _strips(entry, edges[:-1])
    strips["length"] = np.diff(edges)
    strips["expected"] = expected_between(volume, day, edges) * _weekday_factor(volume, day)
    return strips


def _strips_of_file(entry: Entry, loaded: Loaded, calendar: Calendar) -> Table:
    """Strips as long as the rows of the file; what comes in longer rows than the interval is spread over intervals."""
    volume = entry[2]
    rows = loaded.tables[volume.table]
    interval = of_seconds(loaded.scenario.interval)
    length = of_seconds(rows.row_s) if isinstance(rows, CountTable) else interval
    starts = np.array([calendar.time(start) for start, _ in rows], np.int64)
    expected = np.array([offered for _, offered in rows], np.float64)
    if length > interval and not volume.replay:
        starts, expected = _spread(entry, starts, expected, (length, interval), calendar)
        length = interval
    strips = _strips(entry, starts)
    strips["expected"] = expected
    days = [calendar.day_of(start) for start in starts.tolist()]
    strips["day"] = days
    strips["second"] = (starts - [calendar.midnight(day) for day in days]) // SECOND
    strips["length"] = length
    strips["replay"] = volume.replay
    return strips


def _spread(
    entry: Entry,
    starts: npt.NDArray[np.int64],
    counts: npt.NDArray[np.float64],
    lengths: tuple[int, int],
    calendar: Calendar,
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Starts and expected counts of the intervals of longer rows: each row by profile and weekdays, its sum kept."""
    length, interval = lengths
    edges = starts[:, None] + np.arange(0, length + 1, interval)
    weights = np.diff(_cumulated_profile(entry[2], edges, calendar), axis=1)
    sums = weights.sum(axis=1)
    empty = np.flatnonzero((sums <= 0.0) & (counts > 0.0))
    if len(empty):
        what = f"{counts[empty[0]]:g} moments come when 'weekdays' and the profile let nobody come"
        day = date.fromordinal(calendar.day_of(int(starts[empty[0]])))
        raise MomentsimError(f"demand.volumes.{entry[1]}: {entry[2].file}: {day.isoformat()}: {what}")
    shares = weights / np.where(sums > 0.0, sums, 1.0)[:, None]
    return edges[:, :-1].ravel(), (shares * counts[:, None]).ravel()


def _cumulated_profile(
    volume: Volume, times: npt.NDArray[np.int64], calendar: Calendar
) -> npt.NDArray[np.float64]:
    """Days' worth of moments from a first date to each time, by profile and factor of every weekday."""
    first = calendar.day_of(int(times.min(initial=0)))
    last = calendar.day_of(int(times.max(initial=0)))
    totals = np.array([_weekday_factor(volume, weekday(day)) for day in range(first, last + 1)])
    before = np.concatenate([[0.0], np.cumsum(totals)])
    days = (times - calendar.midnight(first)) // DAY
    into = (times - calendar.midnight(first)) % DAY
    cumulated = before[days]
    for name in WEEKDAYS:
        weights = profile_weights(volume, name)
        grid = np.linspace(0.0, 1.0, len(weights) + 1)
        share = np.interp(into / DAY, grid, np.concatenate([[0.0], np.cumsum(weights)]) / len(weights))
        here = np.array([weekday(first + day) == name for day in range(len(totals))])[days]
        cumulated = cumulated + np.where(here, share * totals[days], 0.0)
    return np.asarray(cumulated)


def _strips(entry: Entry, starts: npt.NDArray[np.int64]) -> Table:
    reason, name, volume = entry
    strips = np.zeros(len(starts), STRIP)
    strips["reason_key"], strips["reason"] = name_key("demand", name), reason
    strips["preventable"] = volume.preventable
    strips["start"], strips["second"] = starts, starts // SECOND
    return strips


def _weekday_factor(volume: Volume, day: str) -> float:
    factors: Mapping[str, float] = {str(key): factor for key, factor in volume.weekdays.items()}
    return factors.get(day, 1.0)


def yearly_moments(demand: RoutineDemand, begin: int, end: int, reasons: int) -> npt.NDArray[np.float64]:
    """Mean moments a year by reason after prevention: of the average week, or of a file in begin..end."""
    totals = np.zeros(reasons)
    for strips in demand.weeks:
        _add_kept(totals, strips, DAYS_PER_YEAR / 7.0)
    of_files = demand.of_files
    inside = of_files[(of_files["start"] >= begin) & (of_files["start"] < end)]
    _add_kept(totals, inside, YEAR / (end - begin))
    return sum((yearly_moments(renewal.rate, begin, end, reasons) for renewal in demand.renewals), totals)


def _add_kept(totals: npt.NDArray[np.float64], strips: Table, times: float) -> None:
    """Add to each reason what prevention leaves of its strips, so many times."""
    np.add.at(totals, strips["reason"], strips["expected"] * (1.0 - strips["preventable"]) * times)
