"""What each key does by itself, all others varying along: means over a grid, points and means over a design."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from momentsim.experiments.sweep.store import Swept
from momentsim.measures.catalogue import BY_NAME
from momentsim.report import drawing, figure_sensitivity
from momentsim.report.numbers import DIVISORS, scaled, suffix_of
from momentsim.report.sweep_words import best_point, principal, short_names

MOST_KEYS = 6
MOST_BINS = 8
LEAST_IN_A_BIN = 5


def draw(found: Swept) -> Figure:
    """A panel per key: every point, and the mean of those with about the same value."""
    measure = principal(found)
    rows = found.of(measure)
    rows = rows[rows["point"] > 0].merge(found.points[["point", "times"]], on="point")
    unit = str(rows["unit"].iloc[0])
    suffix = suffix_of(float(rows["value"].map(lambda value: scaled(value, unit)).abs().max()), unit)
    value = rows["value"].map(lambda value: scaled(value, unit)) / DIVISORS[suffix]
    keys = found.keys[:MOST_KEYS]
    columns = min(3, len(keys))
    lines = math.ceil(len(keys) / columns)
    figure, axes = drawing.grid(lines, columns, size=(14.0, 1.8 + 3.8 * lines), sharex=False)
    for axis, key in zip(axes, keys, strict=False):
        _panel(axis, key, rows, value)
    for axis in axes[len(keys) :]:
        axis.set_visible(False)
    title = BY_NAME[measure].title.strip()
    reading = f"{suffix.strip()} {'%' if unit == 'share' else unit}".strip()
    for axis in axes[::columns]:
        axis.set_ylabel(f"{title}, {reading}", fontsize=drawing.TEXT)
        drawing.plain_ticks(axis.yaxis)
    figure.suptitle(finding(found), x=0.01, ha="left", fontsize=drawing.TITLE, fontweight="bold", wrap=True)
    shown = "" if len(keys) == len(found.keys) else f"; the first {len(keys)} of {len(found.keys)} keys"
    drawing.footnote(
        figure,
        f"Grey: every point; blue: mean of points with about that value, all other keys varying{shown}. "
        f"{int(rows['replications'].min())} replications under the same draws",
    )
    return figure


def finding(found: Swept) -> str:
    """The key that matters most, or the best point."""
    if len(found.sensitivity):
        return figure_sensitivity.finding(found)
    best = best_point(found)
    title = BY_NAME[principal(found)].title.strip()
    return best[0].rstrip(".") if best else f"{title[0].upper()}{title[1:]} by key"


def _panel(axis: Axes, key: dict[str, Any], rows: pd.DataFrame, value: pd.Series[float]) -> None:
    words = key["numbers"] is None
    column = rows[key["column"]]
    places = np.array([key["values"].index(text) if words else float(text) for text in column], np.float64)
    axis.plot(places, value, "o", color=drawing.GREY, alpha=0.45, markersize=4, markeredgewidth=0)
    means = _means(places, np.array(value, np.float64), np.array(rows["times"], np.float64))
    axis.plot(means[0], means[1], color=drawing.BLUE, linewidth=2.4, marker="o", markersize=7)
    name = short_names([str(key["key"])])[str(key["key"])]
    axis.set_xlabel(f"{name}, {key['unit']}" if key["unit"] else name, fontsize=drawing.TEXT)
    if words:
        axis.set_xticks(range(len(key["values"])), key["values"], fontsize=drawing.SMALL)
        axis.margins(x=0.2)
    else:
        axis.xaxis.set_major_locator(MaxNLocator(6, integer=key["kind"] == "whole"))
    if key["here"] is not None and places.min() <= key["here"] <= places.max():
        axis.axvline(key["here"], color=drawing.BLACK, linewidth=1.2, linestyle=":")


def _means(
    places: npt.NDArray[np.float64], value: npt.NDArray[np.float64], times: npt.NDArray[np.float64]
) -> tuple[list[float], list[float]]:
    """Mean of each value if there are few, else of as many points each from left to right."""
    different = np.unique(places)
    if len(different) <= 2 * MOST_BINS and len(different) * 2 <= len(places):
        groups = [np.flatnonzero(places == place) for place in different]
    else:
        bins = max(2, min(MOST_BINS, len(places) // LEAST_IN_A_BIN))
        groups = np.array_split(np.argsort(places, kind="stable"), bins)
    weighted = [
        tuple(np.average(each[group], weights=times[group]) for each in (places, value))
        for group in groups
        if len(group)
    ]
    return [float(place) for place, _ in weighted], [float(mean) for _, mean in weighted]
