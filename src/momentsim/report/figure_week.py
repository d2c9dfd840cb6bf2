"""The week at a glance: attempts, what failed, the queue and the agents, on one time axis."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from momentsim.measures.facts import members_of
from momentsim.report import drawing
from momentsim.report.drawing import Drawable
from momentsim.report.numbers import plain, trials
from momentsim.scenario.types import Scenario
from momentsim.units import SECONDS_PER_DAY, SECONDS_PER_HOUR

FloatArray = npt.NDArray[np.float64]
MOST_LABELS = 10
"""Dates that fit under a figure's whole width."""
MOST_POINTS = 800
"""Longer runs are drawn by coarser steps, or lines become a smear."""

FAILED = ("abandoned", "blocked", "balked", "disconnected", "diverted")


class WeekCurves(NamedTuple):
    """Curves by step, and what is said about them."""

    midnight: datetime  # of the first day
    places: FloatArray  # edges of the steps, days after that midnight
    step_s: float
    counts: dict[str, FloatArray]  # attempts per step
    queue: FloatArray
    agents: FloatArray
    storms: list[float]  # days after the first midnight
    horizon_end: float
    finding: str


def data(result: Drawable) -> WeekCurves:
    """Curves of all skills together."""
    scenario = result.loaded.scenario
    table = result.intervals
    whole = table[table["skill"] == "all"]
    whole = whole.iloc[: _intervals_drawn(scenario, whole["offered"].to_numpy(np.float64))]
    width = _intervals_per_step(scenario, len(whole))
    counts = {name: _sum_steps(whole[name], width).sum(axis=1) for name in ("offered", "answered", *FAILED)}
    step_s = width * scenario.interval
    steps = len(counts["offered"])
    times = [scenario.start + timedelta(seconds=index * step_s) for index in range(steps)]
    midnight = datetime.combine(scenario.start, datetime.min.time())
    lead = (scenario.start - midnight).total_seconds()
    return WeekCurves(
        midnight=midnight,
        places=(lead + np.arange(steps + 1) * step_s) / SECONDS_PER_DAY,
        step_s=step_s,
        counts={name: close_steps(values) for name, values in counts.items()},
        queue=close_steps(_sum_steps(whole["queue_mean"], width).mean(axis=1)),
        agents=close_steps(_sum_steps(whole["agents_on_duty"], width).mean(axis=1)),
        storms=[float((day - midnight.date()).days) for day in _storm_days(scenario)],
        horizon_end=(lead + scenario.horizon) / SECONDS_PER_DAY,
        finding=_finding(times, counts, is_crisis=bool(scenario.crises)),
    )


def _intervals_drawn(scenario: Scenario, offered: FloatArray) -> int:
    """Intervals of the horizon, and of the run-out those before it dies away (below 1 % of the peak)."""
    horizon = math.ceil(scenario.horizon / scenario.interval)
    alive = np.flatnonzero(offered >= 0.01 * offered.max(initial=0.0))
    return max(horizon, int(alive[-1]) + 1 if len(alive) and offered.any() else 0)


def _intervals_per_step(scenario: Scenario, intervals: int) -> int:
    """1, or as many intervals as make an hour or a day, until the points are few enough."""
    for step in (scenario.interval, SECONDS_PER_HOUR, SECONDS_PER_DAY):
        width = max(1, round(step / scenario.interval))
        if intervals / width <= MOST_POINTS:
            return width
    return max(1, round(7 * SECONDS_PER_DAY / scenario.interval))


def _sum_steps(values: pd.Series, width: int) -> FloatArray:
    """(steps, intervals of the step); the last, incomplete step is dropped."""
    numbers = values.to_numpy(np.float64)
    whole = len(numbers) // width * width
    return numbers[:whole].reshape(-1, width)


def close_steps(values: FloatArray) -> FloatArray:
    """The last value once more, so that the last step is drawn to its end."""
    return np.append(values, values[-1:])


def _storm_days(scenario: Scenario) -> list[date]:
    days = {day for crisis in scenario.crises.values() for day, storm in crisis.days.items() if storm.failed}
    return sorted(date.fromisoformat(day) for day in days)


def _finding(times: list[datetime], counts: dict[str, FloatArray], *, is_crisis: bool) -> str:
    """In a crisis the worst calendar day among those with at least half the mean volume.

    Without one the worst day is the one with the worst luck, so all days are told together.
    """
    days = np.array([time.toordinal() for time in times])
    first = np.flatnonzero(np.diff(days, prepend=-1))
    offered = np.add.reduceat(counts["offered"], first)
    failed = np.add.reduceat(np.stack([counts[name] for name in FAILED]).sum(axis=0), first)
    if not offered.sum():
        return "Nobody called"
    busy = offered >= 0.5 * offered.mean()
    share = np.where(busy, failed / np.maximum(offered, 1e-9), 0.0)
    worst = int(share.argmax())
    day = _day(times[int(first[worst])])
    if share[worst] < 0.02:
        return "Hardly a call failed"
    if len(first) <= 2 or not is_crisis:
        return f"{plain(100 * failed.sum() / offered.sum(), 0)} % of calls failed"
    return f"On the worst day, {day}, {plain(100 * share[worst], 0)} % of calls failed"


def draw(result: Drawable) -> Figure:
    """The figure."""
    week = data(result)
    figure, (attempts, failures, queue, agents) = drawing.panels((3, 2, 1.6, 1.6), size=(12.8, 9.0))
    drawing.title(figure, week.finding, _subtitle(result, drawn_longer=week.places[-1] > week.horizon_end))
    _attempts(attempts, week)
    _failures(failures, week)
    _fill(queue, week, week.queue, "in queue")
    _fill(agents, week, week.agents, "agents\non duty")
    for axis in (attempts, failures, queue, agents):
        shade(axis, week)
        axis.set_ylim(0, 1.2 * axis.get_ylim()[1] if axis.get_legend() else None)
        axis.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
        axis.yaxis.set_major_formatter(lambda value, _: plain(value, 0))
    time_axis(agents, week)
    return figure


def _subtitle(result: Drawable, *, drawn_longer: bool) -> str:
    mean = trials(len(result.digests), members_of(result.loaded.scenario))
    if len(result.digests) > 1:
        mean = f"mean of {mean}"
    storm = "; shaded: crisis" if result.loaded.scenario.crises else ""
    end = "; dashed: end of the run" if drawn_longer else ""
    name = result.loaded.scenario.name
    return f"{name}: {mean}, by time of arrival; queue and agents by clock time{storm}{end}"


def _attempts(axis: Axes, week: WeekCurves) -> None:
    axis.fill_between(week.places, week.counts["offered"], step="post", color=drawing.PALE)
    axis.step(
        week.places, week.counts["offered"], where="post", color=drawing.BLACK, linewidth=1.8, label="offered"
    )
    axis.step(
        week.places,
        week.counts["answered"],
        where="post",
        color=drawing.BLUE,
        linewidth=1.8,
        label="answered",
    )
    axis.set_ylabel(f"calls per\n{step_name(week.step_s)}", fontsize=drawing.TEXT)
    axis.legend(fontsize=drawing.SMALL, loc="upper right", **drawing.WHITE_BACKED, ncols=2)
    if week.places[-1] - week.horizon_end > 0.06 * (week.places[-1] - week.places[0]):
        axis.annotate(
            " run-out", (week.horizon_end, 0.75), xycoords=("data", "axes fraction"),
            va="top", fontsize=drawing.SMALL, color=drawing.GREY,
        )  # fmt: skip


def _failures(axis: Axes, week: WeekCurves) -> None:
    styles = (
        ("abandoned", "hung up", drawing.ORANGE),
        ("blocked", "busy", drawing.VERMILLION),
        ("balked", "balked", drawing.PURPLE),
        ("disconnected", "cut off", drawing.GREY),
        ("diverted", "diverted", drawing.BLUE),
    )
    shown = [style for style in styles if style[0] == "abandoned" or week.counts[style[0]].sum() > 0]
    axis.stackplot(
        week.places,
        [week.counts[name] for name, _, _ in shown],
        labels=[label for _, label, _ in shown],
        colors=[colour for _, _, colour in shown],
        step="post",
        linewidth=0,
    )
    axis.set_ylabel("failed", fontsize=drawing.TEXT)
    axis.legend(fontsize=drawing.SMALL, loc="upper right", **drawing.WHITE_BACKED, ncols=len(shown))


def _fill(axis: Axes, week: WeekCurves, values: FloatArray, label: str) -> None:
    axis.fill_between(week.places, values, step="post", color=drawing.SKY, alpha=0.5, linewidth=0)
    axis.step(week.places, values, where="post", color=drawing.BLUE, linewidth=1.4)
    axis.set_ylabel(label, fontsize=drawing.TEXT)


def shade(axis: Axes, week: WeekCurves) -> None:
    """Storm days, and the end of the horizon."""
    for day in week.storms:
        axis.axvspan(day, day + 1.0, color=drawing.ORANGE, alpha=0.13, linewidth=0, zorder=0)
    if week.places[-1] > week.horizon_end:
        axis.axvline(week.horizon_end, color=drawing.GREY, linestyle="--", linewidth=1.2)


def time_axis(axis: Axes, week: WeekCurves, most: int = MOST_LABELS) -> None:
    """Days, or hours where there are few days; about so many labels at most."""
    first, last = float(week.places[0]), float(week.places[-1])
    axis.set_xlim(first, last)
    ticks = [
        tick
        for tick in _ticks(first, last, week.midnight, most)
        if first <= tick <= last - 0.01 * (last - first)
    ]
    times = [week.midnight + timedelta(days=tick) for tick in ticks]
    labels = [f"{time:%H:%M}" if last - first <= 2 else _day(time) for time in times]
    axis.set_xticks(ticks, labels, ha="left", fontsize=drawing.SMALL)


def _ticks(first: float, last: float, midnight: datetime, most: int) -> list[float]:
    """Every few hours, or on days so far apart that the labels fit; firsts of months on long runs."""
    span = last - first
    if span > 90:
        days = [midnight + timedelta(days=day) for day in range(math.ceil(first), math.floor(last) + 1)]
        months = [float((day - midnight).days) for day in days if day.day == 1]
        return months[:: math.ceil(len(months) / (most + 2))]
    steps = (0.125, 0.25, 0.5) if span <= 2 else (1.0, 2.0, 3.0, 7.0, 14.0, 28.0)
    room = 1.7 * most if span <= 2 else most + 0.5  # a time of day is a shorter label than a date
    step = next((days for days in steps if span / days <= room), steps[-1])
    return [index * step for index in range(math.ceil(first / step), math.floor(last / step) + 1)]


def _day(time: datetime) -> str:
    return f"{time:%a} {time.day} {time:%b}"


def step_name(step_s: float) -> str:
    """What a step is called."""
    names = {900.0: "15 min", 1800.0: "half hour", 3600.0: "hour", 86400.0: "day", 604800.0: "week"}
    return names.get(float(step_s), f"{plain(step_s / 60, 0)} min")
