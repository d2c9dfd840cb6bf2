"""A scenario from one export: counts by interval or by day, a log with one row a call, or Asterisk's queue_log."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from momentsim.errors import MomentsimError
from momentsim.fit.arrivals import ArrivalFit, fit_arrivals
from momentsim.fit.averages import MeanHandling, read_averages
from momentsim.fit.call_log import is_call_log, read_call_log
from momentsim.fit.calls import HALF_HOUR_S, Calls, Ending, count_calls
from momentsim.fit.counts import TooFewCounts, clock_changes, dates_in_part
from momentsim.fit.laws import LawFit, fit_law
from momentsim.fit.queue_log import is_queue_log, read_queue_log
from momentsim.fit.zones import ADD_ZONE, dates_of_clock_changes, zone_of
from momentsim.scenario.files.columns import raise_if_any
from momentsim.scenario.files.row_grid import check_unique
from momentsim.scenario.files.side_files import Counted, count_rows_by_queue
from momentsim.suggestions import did_you_mean
from momentsim.units import SECONDS_PER_DAY

PATIENCE_FAMILIES: Final = ("exponential", "weibull", "lognormal")
MOST_WAITS: Final = 0.98
"""Share of calls whose wait is known from which on patience is fitted."""
THRESHOLD_S: Final = 20.0
"""Of the service level that is told of a log."""
PROFILES: Final = (24, 48, 96, 288)
"""Numbers of weights of a profile."""
Rows = Sequence[tuple[datetime, float]]


@dataclass(frozen=True, slots=True)
class Figures:
    """What a log says of itself, to be held beside a run. Shares are of all calls, None where the log does not say."""

    calls: int
    answered: float | None
    abandoned: float | None
    in_threshold: float | None
    """Answered within 20 s."""
    wait: float | None
    """Mean of all, seconds."""


@dataclass(frozen=True, slots=True)
class QueueFit:
    """What an export says of one queue."""

    volume: dict[str, Any]
    """Keys of `demand.volumes.NAME`."""
    arrivals: ArrivalFit | None
    """None where dates are too few: the volume is then a mean day."""
    handling_time: LawFit | None = None
    wrap_up: LawFit | None = None
    patience: LawFit | None = None
    figures: Figures | None = None
    """Of a log of calls."""
    notes: tuple[str, ...] = ()
    """What is unknown, was left out or was taken for granted."""
    mean_handling: MeanHandling | None = None
    """Of a report with averages, which say nothing of a law."""

    def laws(self) -> dict[str, LawFit]:
        """Those that were found, by key of the moment."""
        laws = {"handling_time": self.handling_time, "wrap_up": self.wrap_up, "patience": self.patience}
        return {key: law for key, law in laws.items() if law is not None}


@dataclass(frozen=True, slots=True)
class ExportFit:
    """What an export says, by queue; `momentsim.fit.written` makes a scenario of it."""

    name: str
    queues: dict[str, QueueFit]
    """By name of the moment."""
    together: ArrivalFit | None
    """Arrivals of all queues: their busy days are common."""
    first: date
    last: date


def fit_export(
    path: Path,
    *,
    queue: str | None = None,
    zone: str | None = None,
    first_date: date | None = None,
    weights: int | None = None,
) -> ExportFit:
    """Demand, and from a log laws of handling time and patience, of every queue of an export or of one.

    `zone` is the centre's time zone for times of another (`2026-03-02T08:00:00Z`, `+01:00`, seconds since 1970),
    `first_date` that of the first row of a report that only numbers its days, `weights` the number of weights of a
    profile. Raises ScenarioError with every cell that cannot be read, MomentsimError where nothing can be fitted.
    """
    if weights is not None and weights not in PROFILES:
        raise MomentsimError(
            f"a profile has {', '.join(map(str, PROFILES[:-1]))} or {PROFILES[-1]} weights, not {weights}"
        )
    if zone is not None and first_date is not None:
        raise MomentsimError(
            "a report that only numbers its days has no times of a zone; leave one of both out"
        )
    local = zone_of(zone) if zone is not None else None
    logs = _read_logs(path, local) if first_date is None else None
    if logs is not None:
        rows, fits, everything = _fit_logs(_chosen(logs, queue), local, weights)
    else:
        read = count_rows_by_queue(path, "offered", first_date=first_date, zone=local, advice=ADD_ZONE)
        rows, fits, everything = _fit_rows(_chosen(read, queue), read_averages(path), local, weights)
    alone = next(iter(fits.values())) if len(fits) == 1 else None  # then all is what was just fitted
    starts = [start.date() for counts in rows.values() for start, _count in counts]
    names = _moments(list(fits))
    return ExportFit(
        name=path.name,
        queues={names[name]: fit for name, fit in fits.items()},
        together=_arrivals(everything, weights)[0] if alone is None else alone.arrivals,
        first=min(starts),
        last=max(starts),
    )


class _Fitted(NamedTuple):
    """Counts and what they say, by queue, and the counts of all queues together."""

    rows: dict[str, Rows]
    fits: dict[str, QueueFit]
    everything: Rows


def _read_logs(path: Path, zone: ZoneInfo | None) -> dict[str, Calls] | None:
    """Calls by queue; None of a file that is no log."""
    if is_queue_log(path):
        return read_queue_log(path, zone=zone)
    return read_call_log(path, zone) if is_call_log(path) else None


def _fit_logs(logs: Mapping[str, Calls], zone: ZoneInfo | None, weights: int | None) -> _Fitted:
    interval_s = min(SECONDS_PER_DAY // weights, HALF_HOUR_S) if weights else HALF_HOUR_S
    times = [start for calls in logs.values() for start in calls.starts]
    clock_set = dates_of_clock_changes(zone, min(times).date(), max(times).date()) if zone is not None else []
    counted = {
        name: count_calls(calls.starts, interval_s, clock_set=clock_set) for name, calls in logs.items()
    }
    fits = {name: _fit_calls(calls, *counted[name], weights) for name, calls in logs.items()}
    everything, _notes = count_calls(times, interval_s, clock_set=clock_set)
    return _Fitted({name: counts for name, (counts, _notes) in counted.items()}, fits, everything)


def _fit_rows(
    read: Mapping[str, Counted],
    means: Mapping[str, MeanHandling],
    zone: ZoneInfo | None,
    weights: int | None,
) -> _Fitted:
    clean = {name: _whole_dates(found, zone) for name, found in read.items()}
    rows = {name: counts for name, (counts, _notes) in clean.items()}
    fits = {
        name: replace(_fit_counts(*found, weights), mean_handling=means.get(name))
        for name, found in clean.items()
    }
    return _Fitted(rows, fits, _sum(rows.values()))


def _whole_dates(counted: Counted, zone: ZoneInfo | None) -> tuple[Rows, list[str]]:
    """Counts, each start once, without the dates on which the clock is set; and notes on what was left out.

    A zone says which these are, else an hour that is there twice or not at all. Where times are made local the first
    and the last date may be there in part.
    """
    starts = [row.interval_start for row in counted.rows]
    if zone is None or not starts:
        changed, in_part = clock_changes(starts), []
    else:
        _check_days(starts, zone)
        changed = dates_of_clock_changes(zone, min(starts).date(), max(starts).date())
        in_part = dates_in_part([start for start in starts if start.date() not in changed])
    kept = [row for row in counted.rows if row.interval_start.date() not in {*changed, *in_part}]
    raise_if_any(check_unique(kept, counted.name), counted.name)
    notes = [f"the clock was set on {', '.join(map(str, changed))}: left out"] if changed else []
    notes += [f"{day} is there in part only, in local time: left out" for day in in_part]
    return [(row.interval_start, row.value) for row in kept], notes


def _check_days(starts: Sequence[datetime], zone: ZoneInfo) -> None:
    """Counts of whole days are those of the zone, and not of Greenwich."""
    days = [start for start in starts if (start.hour, start.minute) != (0, 0)]
    if len({start.date() for start in starts}) == len(starts) and days:
        raise MomentsimError(
            f"there is one row a day, and they start at {days[0]:%H:%M} in {zone.key}: these are days of another "
            "zone; take counts of half hours, or leave out the time zone"
        )


def _chosen(queues: Mapping[str, Any], queue: str | None) -> dict[str, Any]:
    if queue is None:
        return dict(queues)
    if queue not in queues:
        known = [name for name in queues if name]
        has = f"it has: {', '.join(known)}"[:200] if known else "the file does not tell queues apart"
        near = did_you_mean(queue, known)
        raise MomentsimError(f"no rows of the queue '{queue}', {has}{f', {near}' if near else ''}")
    return {queue: queues[queue]}


def _fit_calls(calls: Calls, rows: Rows, notes: Sequence[str], weights: int | None) -> QueueFit:
    served, abandoned = calls.of(Ending.SERVED), calls.of(Ending.ABANDONED)
    found = [*calls.notes, *notes]
    handling = _law(calls.talk[served], "handling time", found)
    wrap_up = _law(calls.wrap_up[served], "", found)
    patience = None
    told = ~np.isnan(calls.wait[calls.ends != Ending.UNKNOWN])
    if (
        told.any() and told.mean() < MOST_WAITS
    ):  # waits of those who hung up are no patience without the others
        found.append(f"patience is unknown: the log has the waits of {told.mean():.1%} of all calls only")
    else:
        left = calls.wait[served | calls.of(Ending.LEFT)]
        patience = _law(calls.wait[abandoned], "patience", found, left, PATIENCE_FAMILIES)
    fit = _fit_counts(rows, found, weights)
    return QueueFit(fit.volume, fit.arrivals, handling, wrap_up, patience, _figures(calls), fit.notes)


def _law(
    seen: Any, name: str, notes: list[str], censored: Any = None, families: Sequence[str] | None = None
) -> LawFit | None:
    """A law, or None and a note."""
    seen = seen[~np.isnan(seen)]
    rest = np.empty(0) if censored is None else censored[~np.isnan(censored)]
    if not len(seen):
        notes += [f"{name} is unknown: the log does not say it"] if name else []
        return None
    try:
        law = fit_law(seen, rest, **({} if families is None else {"families": families}))
    except MomentsimError as problem:
        notes.append(f"{name or 'wrap-up'} is unknown: {problem}")
        return None
    if not law.follows:
        place = int(np.argmax(np.abs(law.survival.by_law - law.survival.observed)))
        at, share, by_law = (
            float(each[place]) for each in (law.survival.at_s, law.survival.observed, law.survival.by_law)
        )
        notes.append(
            f"no family follows the {name or 'wrap-up'} well: {share:.1%} last longer than {at:g} s, by the law "
            f"{by_law:.1%}; an empirical law of a file with a column 'seconds' does"
        )
    return law


def _figures(calls: Calls) -> Figures:
    total, served = len(calls.starts), calls.of(Ending.SERVED)
    told = not np.any(calls.of(Ending.UNKNOWN))
    waits = calls.wait[~np.isnan(calls.wait)]
    in_time = float(np.sum(calls.wait[served] <= THRESHOLD_S)) / total
    return Figures(
        calls=total,
        answered=float(served.mean()) if told else None,
        abandoned=float(calls.of(Ending.ABANDONED).mean()) if told else None,
        in_threshold=in_time if told and not np.isnan(calls.wait[served]).any() else None,
        wait=float(waits.mean()) if len(waits) == total else None,
    )


def _fit_counts(rows: Rows, notes: Sequence[str], weights: int | None) -> QueueFit:
    arrivals, problem = _arrivals(rows, weights)
    if arrivals is not None:
        return QueueFit(arrivals.volume(), arrivals, notes=(*notes, *arrivals.warnings))
    what = f"weekdays and busy days are unknown: {problem}; here is the mean day"
    return QueueFit(_mean_day(rows, weights), None, notes=(*notes, what))


def _arrivals(rows: Rows, weights: int | None) -> tuple[ArrivalFit | None, str]:
    """The fit, or why there is none: dates that are too few are no mistake of whoever asks for laws too."""
    try:
        return fit_arrivals(rows, weights=weights), ""
    except TooFewCounts as problem:
        return None, str(problem)


def _mean_day(rows: Rows, weights: int | None) -> dict[str, Any]:
    """Level and profile of all dates together."""
    dates = len({start.date() for start, _count in rows})
    total = sum(count for _start, count in rows)
    volume: dict[str, Any] = {"per_day": round(total / dates, 2)}
    if any(start.hour or start.minute for start, _count in rows):
        number = weights or SECONDS_PER_DAY // HALF_HOUR_S
        day = np.zeros(number)
        for start, count in rows:
            second = start.hour * 3600 + start.minute * 60
            day[second * number // SECONDS_PER_DAY] += count
        volume["profile"] = [round(float(weight), 5) for weight in day / day.mean()]
    return volume


def _sum(tables: Any) -> Rows:
    """Counts of all queues together."""
    sums: dict[datetime, float] = defaultdict(float)
    for rows in tables:
        for start, count in rows:
            sums[start] += count
    return sorted(sums.items())


def _moments(queues: Sequence[str]) -> dict[str, str]:
    """A name of a moment for each queue, each once."""
    names: dict[str, str] = {}
    for queue in queues:
        name = re.sub(r"[^A-Za-z0-9_-]+", "_", queue).strip("_-")[:60] or "call"
        name = name if re.match("[A-Za-z_]", name) else f"queue_{name}"
        same = sum(other == name or other.startswith(f"{name}_") for other in names.values())
        names[queue] = f"{name}_{same + 1}" if name in names.values() else name
    return names


def monday_after(day: date) -> date:
    """The first Monday after a date."""
    return day + timedelta(days=7 - day.weekday())
