"""The requirement: net heads on duty by interval of the horizon, and folded into one week that repeats.

Net heads are people who are there. A roster loses its shrinkage and its absent people, so it must hold
net / ((1 - shrinkage) * (1 - absence)) heads. What a scenario says of a group itself (`heads`, `heads_file`) are
rostered heads: that is how a run reads them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from momentsim import units
from momentsim.errors import MomentsimError, ScenarioError
from momentsim.scenario import LoadedScenario
from momentsim.scenario.files.row_grid import CountRow, Grid, by_interval, rows_on_grid
from momentsim.scenario.files.scenario_files import HEADS_ADVICE
from momentsim.scenario.files.side_files import Counted, Split, count_rows
from momentsim.scenario.sections.base import ALL_DAYS
from momentsim.scenario.sections.demand import heads_table
from momentsim.scenario.types import Group, HeadsPeriod, PlannedHeads, ShiftRules
from momentsim.suggestions import did_you_mean

WEEK_S = 7 * units.SECONDS_PER_DAY
FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Requirement:
    """Net heads required in each interval of the horizon."""

    starts: tuple[datetime, ...]
    heads: FloatArray
    interval_s: int
    available: float
    """Share of rostered heads that is on duty, (1 - shrinkage) * (1 - absence), above 0."""
    source: str
    """Where it comes from, in words."""

    @property
    def places(self) -> npt.NDArray[np.int64]:
        """Interval of the week, from Monday 00:00 on, of each interval of the horizon."""
        seconds = [_second_of_week(start) for start in self.starts]
        return np.array(seconds, np.int64) // self.interval_s

    @property
    def weeks(self) -> float:
        """Length of the horizon in weeks."""
        return len(self.starts) * self.interval_s / WEEK_S

    @property
    def by_day(self) -> bool:
        """Shorter than a week: days are planned one by one."""
        return self.weeks < 1.0

    def week(self) -> FloatArray:
        """Whole heads on the roster by interval of a week, of the weeks of the horizon the highest; NaN outside it."""
        week = np.full(WEEK_S // self.interval_s, np.nan)
        np.fmax.at(week, self.places, np.ceil(self.heads / self.available - 1e-6))
        return week


def _second_of_week(time: datetime) -> int:
    return time.weekday() * units.SECONDS_PER_DAY + time.hour * 3600 + time.minute * 60 + time.second


def group_of(loaded: LoadedScenario, name: str) -> tuple[Group, ShiftRules]:
    """A group and its shift rules; MomentsimError if there is no such group, or it has none."""
    groups = loaded.scenario.workforce.groups
    if name not in groups:
        hint = did_you_mean(name, groups)
        known = f"there is no group '{name}', known: {', '.join(groups)}"
        raise MomentsimError(f"{loaded.path}: {known}" + (f", {hint}" if hint else ""))
    rules = groups[name].shift_rules
    if rules is None:
        key = f"workforce.groups.{name}.shift_rules"
        example = "shift_rules: {kinds: {full_time: {length: 8 h}}}"
        raise MomentsimError(
            f"{loaded.path}: the group '{name}' has no {key}, so no shift is allowed, write for instance {example}"
        )
    return groups[name], rules


def requirement_of(
    loaded: LoadedScenario, name: str, given: Path | pd.DataFrame | None = None
) -> Requirement:
    """The requirement of a group: as given (net heads), else its own heads, which are rostered ones."""
    group, _ = group_of(loaded, name)
    available = (1.0 - group.shrinkage) * (1.0 - group.absence)
    if given is not None:
        found = _given_rows(given, name)
        return _of_rows(loaded, found.rows, available, found.name)
    if group.shifts is not None:
        advice = "give --requirement with the net heads on duty by interval"
        raise MomentsimError(f"{loaded.path}: the group '{name}' has shifts already, {advice}")
    source = "the group's own heads"
    if group.heads_file is not None:
        table = loaded.tables[heads_table(group.heads_file, name)]
        rows = [CountRow(0, start, heads * available) for start, heads in table]
        return _of_rows(loaded, rows, available, f"{source}, {group.heads_file}")
    assert not isinstance(group.heads, PlannedHeads), "heads of a goal are planned before"
    heads_written, starts = group.heads, _starts(loaded)
    heads = np.array([_own_heads(heads_written, start) for start in starts]) * available
    return Requirement(starts, heads, _whole(loaded), available, source)


def _given_rows(given: Path | pd.DataFrame, group: str) -> Counted:
    """Rows of a file or a table; where it has a column `group`, as a staffing's requirement has, those of the group."""
    if isinstance(given, Path):
        split = Split("group", group)
        return count_rows(given, "heads", whole=False, split=split)
    if "group" in given.columns:
        known = list(dict.fromkeys(map(str, given["group"])))
        if group not in known:
            raise MomentsimError(
                f"the requirement has no rows of the group '{group}', it has: {', '.join(known)}"
            )
        given = given[given["group"].astype(str) == group]
    missing = [name for name in ("interval_start", "heads") if name not in given.columns]
    if missing:
        raise MomentsimError(f"the requirement has no column {' and no column '.join(missing)}")
    times = pd.to_datetime(given["interval_start"], format="ISO8601", errors="coerce")
    heads = pd.to_numeric(given["heads"], errors="coerce").to_numpy(float)
    if times.isna().any():
        raise MomentsimError("the requirement has an interval_start that is no date with a time")
    if not (np.isfinite(heads) & (heads >= 0)).all():
        raise MomentsimError("the requirement has heads that are not numbers from 0 up")
    rows = [
        CountRow(line, time.to_pydatetime(), float(number))
        for line, (time, number) in enumerate(zip(times, heads, strict=True), start=1)
    ]
    return Counted(rows, "a table")


def _of_rows(loaded: LoadedScenario, rows: Sequence[CountRow], available: float, source: str) -> Requirement:
    """Checked like a heads file: rows fill warm-up and horizon, each once; the warm-up is not planned."""
    scenario = loaded.scenario
    warm_up = scenario.opening.warm_up
    begin = scenario.start - timedelta(seconds=warm_up)
    grid = Grid(begin, warm_up + scenario.horizon, scenario.interval, warm_up_s=warm_up)
    table, problems = rows_on_grid(rows, grid, source, advice=HEADS_ADVICE)
    if problems:
        raise ScenarioError(problems)
    by_start = dict(by_interval(table, grid))
    starts = _starts(loaded)
    return Requirement(
        starts, np.array([by_start[start] for start in starts]), _whole(loaded), available, source
    )


def _starts(loaded: LoadedScenario) -> tuple[datetime, ...]:
    scenario = loaded.scenario
    return tuple(Grid(scenario.start, scenario.horizon, scenario.interval).starts())


def _whole(loaded: LoadedScenario) -> int:
    """The interval in whole seconds; it divides a day into whole minutes or the plan says that it must."""
    interval = loaded.scenario.interval
    if interval % 60:
        raise MomentsimError(f"{loaded.path}: interval: shifts are planned by the minute, take whole minutes")
    return round(interval)


def _own_heads(heads: int | tuple[HeadsPeriod, ...] | None, start: datetime) -> float:
    """Heads of a number or of periods at an instant."""
    if not isinstance(heads, tuple):
        return float(heads or 0)
    second = _second_of_week(start) % units.SECONDS_PER_DAY
    return float(
        sum(
            period.heads
            for period in heads
            if period.start <= second < period.end and ALL_DAYS[start.weekday()] in period.days
        )
    )
