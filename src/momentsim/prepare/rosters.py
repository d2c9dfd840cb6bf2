"""Rosters: who is on duty when, as events over the horizon and the run-out; and the hours that are paid.

Shrinkage (meetings, training) is paid; absence is not, nor are breaks that say so. Weekly patterns simply go on
into the run-out; heads from a file are continued by the file's last full week, or else by its last day, or else by
its last row.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from momentsim.compiler.decorators import compiled
from momentsim.contract.plan import DAY, HOUR, ROSTER, SECOND, RosterAction, Table
from momentsim.draws import Key, Purpose, child, name_key, normal, uniform
from momentsim.prepare.agents import agent_keys, agent_names
from momentsim.prepare.calendar import Calendar, of_seconds, weekday
from momentsim.prepare.loaded import Loaded
from momentsim.prepare.programmes import availability
from momentsim.scenario.sections.demand import heads_table
from momentsim.scenario.types import Break, Group, HeadsPeriod, Shift

MOST_ERROR: Final = 3.0
"""SD beyond which no forecast is wrong."""


class RosterPeriod(NamedTuple):
    """The time for which rosters are made."""

    calendar: Calendar
    horizon: int
    until: int
    """Horizon and run-out, microseconds; nothing is rostered from here on."""
    start: int = 0
    """When the scenario starts: the length of its warm-up, microseconds; hours are paid from here on."""


class Steps(NamedTuple):
    """Heads on duty, piecewise constant: `heads[i]` from `times[i]` to the next or the end of the window."""

    times: npt.NDArray[np.int64]
    heads: npt.NDArray[np.int64]
    days: npt.NDArray[np.int64]
    """Ordinal of the date in which a step begins; every midnight begins a step."""
    seconds: npt.NDArray[np.int64]
    """Second of that date."""


class ShiftDay(NamedTuple):
    """One shift on one date."""

    first: int
    """First agent of the shift within the group."""
    heads: int
    day: int
    """Ordinal of the date in which it starts."""
    start: int
    end: int
    pauses: tuple[tuple[int, int], ...]
    unpaid: tuple[tuple[int, int], ...]
    """Those of the pauses that are not paid."""

    def paid_time(self, window: RosterPeriod) -> int:
        """Time of one agent that is paid within the horizon."""
        return _within(self.start, self.end, window) - sum(
            _within(start, end, window) for start, end in self.unpaid
        )


@dataclass(frozen=True, slots=True)
class GroupRoster:
    """The roster of one group before absence and shrinkage."""

    first_agent: int
    owners: npt.NDArray[np.uint64]
    steps: Steps | None
    shift_days: tuple[ShiftDay, ...]
    absence: float
    shrinkage: float
    key: np.uint64
    paid: bool
    first_day: int
    forecast_error: float
    """CV of the error of a day's forecast, which heads on duty follow; lognormal, cut at three SD."""
    available: npt.NDArray[np.float64]
    """By date from `first_day` on: factor on the share of heads that is available; programmes raise it."""

    def shrinkage_on(self, day: int) -> float:
        """Share of heads lost to shrinkage on the date of an ordinal."""
        more = float(self.available[day - self.first_day])
        return self.shrinkage if more == 1.0 else max(1.0 - (1.0 - self.shrinkage) * more, 0.0)


def lower_rosters(loaded: Loaded, window: RosterPeriod) -> tuple[GroupRoster, ...]:
    """Rosters of all groups, agents numbered group by group."""
    rosters = []
    first = 0
    for name, group in loaded.scenario.workforce.groups.items():
        steps = None if group.shifts is not None else _steps(name, group, loaded, window)
        error = 0.0 if group.planned is None else group.planned.forecast_error
        heads = 0 if steps is None else _most(int(steps.heads.max(initial=0)), error)
        owners = agent_keys(agent_names(name, group, heads))
        days = () if group.shifts is None else _shift_days(tuple(group.shifts.values()), window)
        roster = GroupRoster(
            first,
            owners,
            steps,
            days,
            0.0 if group.careers is not None else group.absence,  # with careers the engine decides day by day
            group.shrinkage,
            name_key("roster", name),
            not group.reserve,
            window.calendar.day_of(-DAY),
            error,
            availability(loaded.scenario, name, window),
        )
        rosters.append(roster)
        first += len(owners)
    return tuple(rosters)


def chance_free(rosters: Sequence[GroupRoster]) -> bool:
    """Is the roster the same in every replication?"""
    return not any(
        roster.absence > 0 or roster.shrinkage > 0 or roster.forecast_error > 0 for roster in rosters
    )


def roster_of(
    key: Key, rosters: Sequence[GroupRoster], window: RosterPeriod
) -> tuple[Table, npt.NDArray[np.float64]]:
    """ROSTER events of one replication, sorted; and the paid hours of each group within the horizon."""
    parts, paid = [np.zeros(0, ROSTER)], np.zeros(len(rosters))
    for number, roster in enumerate(rosters):
        if roster.steps is None:
            events, hours = _of_shifts(key, roster, window)
        else:
            events, hours = _of_heads(key, roster, roster.steps, window)
        parts.append(events)
        paid[number] = hours if roster.paid else 0.0
    events = np.concatenate(parts)
    return events[np.lexsort((events["action"], events["agent"], events["time"]))], paid


def _steps(name: str, group: Group, loaded: Loaded, window: RosterPeriod) -> Steps:
    """Heads from a number, from periods, or from a file."""
    edges = _midnights(window)
    if group.heads_file is not None:
        return _steps_of_file(loaded, heads_table(group.heads_file, name), window, edges)
    if isinstance(group.heads, tuple):
        return _steps_of_periods(group.heads, window, edges)
    assert not group.is_unplanned, "heads are planned before a scenario is lowered"
    return _make_steps(edges, {}, window, group.heads if isinstance(group.heads, int) else 0)


def _midnights(window: RosterPeriod) -> list[int]:
    return [max(window.calendar.midnight(day), 0) for day in window.calendar.days(0, window.until)]


def _make_steps(edges: list[int], heads: dict[int, int], window: RosterPeriod, otherwise: int = 0) -> Steps:
    """Steps at the given times; `heads` by time, carried on where a midnight cuts a step."""
    calendar = window.calendar
    times = sorted({time for time in (*edges, *heads) if 0 <= time < window.until})
    current, values = otherwise, []
    for time in times:
        current = heads.get(time, current)
        values.append(current)
    days = [calendar.day_of(time) for time in times]
    seconds = [(time - calendar.midnight(day)) // SECOND for time, day in zip(times, days, strict=True)]
    return Steps(np.array(times), np.array(values, np.int64), np.array(days), np.array(seconds))


def _steps_of_periods(periods: tuple[HeadsPeriod, ...], window: RosterPeriod, edges: list[int]) -> Steps:
    changes: dict[int, int] = {}
    for day in window.calendar.days(0, window.until):
        midnight = window.calendar.midnight(day)
        today = [period for period in periods if weekday(day) in period.days]
        cuts = {
            0,
            *(of_seconds(period.start) for period in today),
            *(of_seconds(period.end) for period in today),
        }
        for cut in cuts - {DAY}:
            on = [
                period.heads for period in today if of_seconds(period.start) <= cut < of_seconds(period.end)
            ]
            changes[midnight + cut] = sum(on)
    return _make_steps(edges, _from_start(changes), window)


def _from_start(changes: dict[int, int]) -> dict[int, int]:
    """The same changes, the last one before the start moved to it."""
    before = [time for time in changes if time <= 0]
    later = {time: heads for time, heads in changes.items() if time > 0}
    return {0: changes[max(before)], **later} if before else later


def _steps_of_file(loaded: Loaded, name: str, window: RosterPeriod, edges: list[int]) -> Steps:
    rows = loaded.tables[name]
    interval = of_seconds(loaded.scenario.interval)
    changes = {window.calendar.time(start): int(heads) for start, heads in rows}
    end = max(changes, default=-interval) + interval
    cycle = next((cycle for cycle in (7 * DAY, DAY, interval) if end >= cycle), 0)
    for time in range(end, window.until, interval) if cycle else ():
        back = time - cycle * -(-(time - end + interval) // cycle)  # whole cycles back into the file
        changes[time] = changes[back]
    return _make_steps(edges, changes, window)


@compiled
def mark_absent(
    key: Key, owner: np.uint64, days: npt.NDArray[np.int64], share: float, out: npt.NDArray[np.bool_]
) -> None:
    """Into `out`, whether an agent misses the dates of these ordinals."""
    for index in range(len(days)):
        out[index] = uniform(key, owner, Purpose.ABSENCE, days[index]) < share


@compiled
def thin(
    key: Key,
    owner: np.uint64,
    heads: npt.NDArray[np.int64],
    days: npt.NDArray[np.int64],
    seconds: npt.NDArray[np.int64],
    shrinkage: npt.NDArray[np.float64],
    out: npt.NDArray[np.int64],
) -> None:
    """Into `out`, heads left after shrinkage: heads*(1 - shrinkage), rounded up or down by the step's own draw."""
    for index in range(len(heads)):
        draw = uniform(key, child(owner, days[index]), Purpose.SHRINKAGE, seconds[index])
        out[index] = int(heads[index] * (1.0 - shrinkage[index]) + draw)


def _most(heads: int, error: float) -> int:
    """Most heads on duty on a day whose forecast is wrong."""
    spread = math.sqrt(math.log1p(error * error))
    return math.ceil(heads * math.exp(MOST_ERROR * spread - 0.5 * spread * spread) - 1e-9)


@compiled
def foresee(
    key: Key,
    forecast: np.uint64,
    owner: np.uint64,
    heads: npt.NDArray[np.int64],
    days: npt.NDArray[np.int64],
    seconds: npt.NDArray[np.int64],
    spread: float,
    out: npt.NDArray[np.int64],
) -> None:
    """Into `out`, heads by the forecast of their day: heads x exp(spread z - spread^2 / 2), mean heads.

    One z a day for all groups; rounded up or down by the step's own draw.
    """
    for index in range(len(heads)):
        z = normal(key, forecast, Purpose.FORECAST, days[index])
        z = min(max(z, -MOST_ERROR), MOST_ERROR)
        factor = math.exp(spread * z - 0.5 * spread * spread)
        draw = uniform(key, child(owner, days[index]), Purpose.FORECAST, seconds[index])
        out[index] = int(heads[index] * factor + draw)


def _by_forecast(key: Key, roster: GroupRoster, steps: Steps) -> Steps:
    """The steps with heads as the forecasts of one replication have them."""
    if roster.forecast_error == 0:
        return steps
    heads = np.empty_like(steps.heads)
    spread = math.sqrt(math.log1p(roster.forecast_error**2))
    forecast = name_key("forecast")
    foresee(key, forecast, roster.key, steps.heads, steps.days, steps.seconds, spread, heads)
    return steps._replace(heads=np.minimum(heads, len(roster.owners)))


def _of_heads(key: Key, roster: GroupRoster, steps: Steps, window: RosterPeriod) -> tuple[Table, float]:
    """Events and paid hours where agent i is on duty while more than i heads are."""
    steps = _by_forecast(key, roster, steps)
    available = steps.heads
    if roster.shrinkage > 0:
        lost = np.array([roster.shrinkage_on(day) for day in steps.days])
        available = np.empty_like(steps.heads)
        thin(key, roster.key, steps.heads, steps.days, steps.seconds, lost, available)
    ends = np.append(steps.times[1:], window.until)
    begins = np.maximum(steps.times, window.start)
    hours = np.maximum(np.minimum(ends, window.horizon) - begins, 0) / HOUR
    parts, paid = [np.zeros(0, ROSTER)], 0.0
    for index, owner in enumerate(roster.owners):
        absent = np.zeros(len(steps.times), np.bool_)
        if roster.absence > 0:
            mark_absent(key, owner, steps.days, roster.absence, absent)
        present = ~absent
        paid += float(hours[present & (steps.heads > index)].sum())
        parts.append(_switches(steps.times, present & (available > index), roster.first_agent + index))
    return np.concatenate(parts), paid


def _switches(times: npt.NDArray[np.int64], on: npt.NDArray[np.bool_], agent: int) -> Table:
    """START and END events where a piecewise constant presence changes; neighbours merge by themselves."""
    changes = np.flatnonzero(np.diff(np.concatenate([[False], on])))
    events = np.zeros(len(changes), ROSTER)
    events["time"], events["agent"] = times[changes], agent
    events["action"] = np.where(on[changes], RosterAction.START, RosterAction.END)
    return events


def _shift_days(shifts: tuple[Shift, ...], window: RosterPeriod) -> tuple[ShiftDay, ...]:
    """Every shift that touches the window, also those that began the day before the start."""
    shift_days: list[ShiftDay] = []
    first = 0
    dates = window.calendar.days(-DAY, window.until)
    for shift in shifts:
        for day in dates:
            start = window.calendar.midnight(day) + of_seconds(shift.start)
            end = start + of_seconds(shift.length)
            if weekday(day) in shift.days and end > 0 and start < window.until:
                pauses = _pauses(start, shift.breaks)
                unpaid = _pauses(start, [pause for pause in shift.breaks if not pause.paid])
                shift_days.append(ShiftDay(first, shift.heads, day, start, end, pauses, unpaid))
        first += shift.heads
    return tuple(shift_days)


def _pauses(start: int, breaks: Sequence[Break]) -> tuple[tuple[int, int], ...]:
    """Start and end of the breaks of a shift that starts at `start`, in the order of time."""
    return tuple(
        (start + of_seconds(pause.after), start + of_seconds(pause.after + pause.length))
        for pause in sorted(breaks, key=lambda pause: pause.after)
    )


def _within(start: int, end: int, window: RosterPeriod) -> int:
    """How much of a stretch lies within the horizon."""
    return max(min(end, window.horizon) - max(start, window.start), 0)


def misses(
    key: Key, owners: npt.NDArray[np.uint64], purpose: int, day: int, share: float
) -> npt.NDArray[np.bool_]:
    """Whether each of these agents misses the shift of this date."""
    out = np.zeros(len(owners), np.bool_)
    if share > 0.0:
        mark_missing(key, owners, purpose, day, share, out)
    return out


@compiled
def mark_missing(
    key: Key,
    owners: npt.NDArray[np.uint64],
    purpose: int,
    day: int,
    share: float,
    out: npt.NDArray[np.bool_],
) -> None:
    """The same into `out`, compiled."""
    for agent in range(len(owners)):
        out[agent] = uniform(key, owners[agent], purpose, day) < share


def _of_shifts(key: Key, roster: GroupRoster, window: RosterPeriod) -> tuple[Table, float]:
    """Events and paid hours of shifts; each may be missed (absence, unpaid) or lost to shrinkage (paid)."""
    parts, paid = [np.zeros(0, ROSTER)], 0
    for shift in roster.shift_days:
        owners = roster.owners[shift.first : shift.first + shift.heads]
        absent = misses(key, owners, Purpose.ABSENCE.value, shift.day, roster.absence)
        lost = misses(key, owners, Purpose.SHRINKAGE.value, shift.day, roster.shrinkage_on(shift.day))
        paid += int((~absent).sum()) * shift.paid_time(window)
        agents = np.flatnonzero(~absent & ~lost) + roster.first_agent + shift.first
        parts.append(_events_of(shift, agents, window))
    return np.concatenate(parts), paid / HOUR


def _events_of(shift: ShiftDay, agents: npt.NDArray[np.int64], window: RosterPeriod) -> Table:
    """Events of one shift within the window. A break at either end of it makes the shift shorter instead.

    So an agent never comes back from a break in the very instant of going home.
    """
    spells = _working_spells(shift, window)
    rows: list[tuple[int, int]] = []
    for index, (start, end) in enumerate(spells):
        rows.append((start, RosterAction.START if index == 0 else RosterAction.BREAK_ENDS))
        rows.append((end, RosterAction.END if index == len(spells) - 1 else RosterAction.BREAK_STARTS))
    for start, end in _unpaid_spells(shift, spells):
        rows += [(start, RosterAction.UNPAID_STARTS), (end, RosterAction.UNPAID_ENDS)]
    rows = [row for row in rows if row[0] < window.until]
    events = np.zeros((len(rows), len(agents)), ROSTER)
    events["agent"] = agents
    for line, (time, action) in zip(events, rows, strict=True):
        line["time"], line["action"] = time, action
    return events.ravel()


def _unpaid_spells(shift: ShiftDay, spells: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Unpaid pauses between the first and the last spell of work; those that touch or overlap become one."""
    joined: list[tuple[int, int]] = []
    for start, end in shift.unpaid:
        if spells and spells[0][0] < start and end < spells[-1][1]:
            if joined and start <= joined[-1][1]:
                start, before = joined.pop()
                end = max(before, end)
            joined.append((start, end))
    return joined


def _working_spells(shift: ShiftDay, window: RosterPeriod) -> list[tuple[int, int]]:
    """Spells between breaks, cut to what lies after the start; breaks that touch or overlap become one."""
    spells, begin = [], shift.start
    for start, end in (*shift.pauses, (shift.end, shift.end)):
        if start > begin and start > 0:
            spells.append((max(begin, 0), start))
        begin = max(begin, end)
    return [(begin, end) for begin, end in spells if begin < window.until]
