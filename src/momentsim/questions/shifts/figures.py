"""A figure of a cover: heads required and on duty over the week, and below where people are over and short."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from momentsim.questions.shifts.store import StoredPlan
from momentsim.report import drawing
from momentsim.report.numbers import plain

DAY = pd.Timedelta(days=1)
WEEK = pd.Timedelta(days=7)


def draw_all(folder: Path, plan: StoredPlan) -> None:
    """Write the figure into an existing folder."""
    drawing.save(draw(plan.manifest, plan.cover), folder / "cover.png")


def draw(about: Mapping[str, Any], cover: pd.DataFrame) -> Figure:
    """Two panels on one axis of time; of a long horizon the week with the highest requirement."""
    shown, which = busiest_week(cover)
    hours = _hours(shown)
    step = float(about["interval_s"]) / 3600.0
    figure, (above, below) = drawing.panels((2.6, 1.0), size=(13.6, 7.6))
    drawing.title(
        figure, finding(about), f"{about['scenario']}, {about['group']}: net heads by interval{which}"
    )
    _heads(above, hours, shown, step)
    _differences(below, hours, shown, step)
    _time_axis(below, shown, hours[-1] + step)
    return figure


def finding(about: Mapping[str, Any]) -> str:
    """The plan as a title."""
    required = float(about["required_hours"])
    short, over = 100 * about["under_hours"] / required, 100 * about["over_hours"] / required
    who = f"{plain(about['agents'], 0)} {'agent-days' if about['by_day'] else 'agents'}"
    most = "the whole requirement" if short == 0 else f"all but {max(short, 0.1):.1f} % of the requirement"
    return f"{who} cover {most}; {over:.0f} % more than required are on duty"


def busiest_week(cover: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """All of a horizon of up to a week; else that week, counted from its start, which needs most."""
    start = cover["interval_start"].iloc[0]
    if cover["interval_start"].iloc[-1] - start < WEEK:
        return cover, ""
    number = (cover["interval_start"] - start) // WEEK
    whole = number[number.map(number.value_counts()) == int((number == 0).sum())]
    busiest = cover.groupby(whole)["required"].sum().idxmax()
    part = cover[number == busiest].reset_index(drop=True)
    return part, f", the busiest week ({part['interval_start'].iloc[0]:%Y-%m-%d})"


def _hours(cover: pd.DataFrame) -> np.ndarray[Any, np.dtype[np.float64]]:
    first = cover["interval_start"].iloc[0]
    seconds = (cover["interval_start"] - first).dt.total_seconds()
    return np.asarray(seconds / 3600.0, float)


def _heads(axis: Axes, hours: np.ndarray[Any, Any], cover: pd.DataFrame, step: float) -> None:
    edges = [*hours, hours[-1] + step]
    axis.stairs(cover["on_duty"], edges, fill=True, color=drawing.SKY, alpha=0.6, label="on duty")
    axis.stairs(cover["required"], edges, baseline=None, color=drawing.BLACK, linewidth=1.6, label="required")
    axis.yaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    axis.set_ylabel("heads", fontsize=drawing.TEXT)
    axis.set_ylim(0, 1.18 * max(cover["on_duty"].max(), cover["required"].max()))
    axis.legend(fontsize=drawing.SMALL, frameon=False, loc="upper right", ncols=2)


def _differences(axis: Axes, hours: np.ndarray[Any, Any], cover: pd.DataFrame, step: float) -> None:
    edges = [*hours, hours[-1] + step]
    axis.stairs(cover["over"], edges, fill=True, color=drawing.SKY, label="over")
    axis.stairs(-cover["under"], edges, fill=True, color=drawing.VERMILLION, label="short")
    axis.axhline(0, color=drawing.BLACK, linewidth=1.0)
    most = max(float(cover["over"].max()), float(cover["under"].max()), 1.0)
    axis.set_ylim(
        -1.1 * max(float(cover["under"].max()), 0.25 * most),
        1.5 * max(float(cover["over"].max()), 0.5 * most),
    )
    axis.set_ylabel("over or short", fontsize=drawing.TEXT)
    drawing.plain_ticks(axis.yaxis)
    axis.legend(fontsize=drawing.SMALL, frameon=False, loc="upper right", ncols=2)


def _time_axis(axis: Axes, cover: pd.DataFrame, end: float) -> None:
    """Days with their names, or hours where there are at most two days."""
    first = cover["interval_start"].iloc[0]
    axis.set_xlim(0, end)
    step = 3.0 if end <= 48 else 24.0
    midnight = (first - first.normalize()).total_seconds() / 3600.0
    ticks = [tick for tick in np.arange(-midnight, end, step) if tick >= 0 or step == 24.0]
    ticks = [max(float(tick), 0.0) for tick in ticks]
    times = [first + pd.Timedelta(hours=tick) for tick in ticks]
    labels = [f"{time:%H:%M}" if step == 3.0 else f"{time:%a} {time.day} {time:%b}" for time in times]
    axis.set_xticks(ticks, labels, ha="left", fontsize=drawing.SMALL)
    if step == 24.0:
        for other in axis.figure.axes:
            other.grid(axis="x", color=drawing.PALE, linewidth=0.8)
