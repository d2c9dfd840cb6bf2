"""What each key does by itself, all others varying along: means over a grid, points and means over a design."""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from momentsim.measures.catalogue import BY_NAME
from momentsim.questions.sweep.figures import sensitivities
from momentsim.questions.sweep.store import Swept
from momentsim.questions.sweep.tables import ONLY_AS_DIFFERENCE
from momentsim.questions.sweep.words import best_point, principal, short_names
from momentsim.report import drawing
from momentsim.report.numbers import DIVISORS, capitalise, scale, suffix_of

Array: TypeAlias = npt.NDArray[np.float64]

MOST_DEGREE = 3
POINTS_PER_TERM = 4
MOST_KEYS = 6
MOST_BINS = 8
LEAST_IN_A_BIN = 5


def draw(swept: Swept) -> Figure:
    """A panel per key: every point, and the mean of those with about the same value."""
    measure = principal(swept)
    rows = swept.of(measure)
    rows = rows[rows["point"] > 0].merge(swept.points[["point", "times"]], on="point")
    unit = str(rows["unit"].iloc[0])
    is_difference = measure in ONLY_AS_DIFFERENCE
    column = rows["difference" if is_difference else "value"]
    suffix = suffix_of(float(column.map(lambda value: scale(value, unit)).abs().max()), unit)
    value = column.map(lambda value: scale(value, unit)) / DIVISORS[suffix]
    keys = swept.keys[:MOST_KEYS]
    columns = min(3, len(keys))
    lines = math.ceil(len(keys) / columns)
    figure, axes = drawing.grid(lines, columns, size=(14.0, 1.8 + 3.8 * lines), sharex=False)
    shown = _alone(swept, rows, np.array(value, np.float64))
    for axis, key, alone in zip(axes, keys, shown, strict=False):
        _panel(axis, key, rows, alone)
    for axis in axes[len(keys) :]:
        axis.set_visible(False)
    title = BY_NAME[measure].title.strip() + (" against as written" if is_difference else "")
    reading = f"{suffix.strip()} {'%' if unit == 'share' else unit}".strip()
    for axis in axes[::columns]:
        axis.set_ylabel(f"{title}, {reading}", fontsize=drawing.TEXT)
        drawing.plain_ticks(axis.yaxis)
    figure.suptitle(finding(swept), x=0.01, ha="left", fontsize=drawing.TITLE, fontweight="bold", wrap=True)
    more = "" if len(keys) == len(swept.keys) else f"; the first {len(keys)} of {len(swept.keys)} keys"
    grid = swept.about["design"] == "grid"
    others = "all other keys varying" if grid else "without what the other keys do"
    drawing.footnote(
        figure,
        f"Grey: every point; blue: mean of points with about that value, {others}{more}. "
        f"{int(rows['replications'].min())} replications under the same draws",
    )
    return figure


def finding(swept: Swept) -> str:
    """The key that matters most, or the best point."""
    if len(swept.sensitivity):
        return sensitivities.finding(swept)
    best = best_point(swept)
    title = BY_NAME[principal(swept)].title.strip()
    return best[0].rstrip(".") if best else f"{capitalise(title)} by key"


def _places(key: dict[str, Any], rows: pd.DataFrame) -> Array:
    """Values of a key as numbers; of words, their places."""
    words = key["numbers"] is None
    column = rows[key["column"]]
    return np.array([key["values"].index(text) if words else float(text) for text in column], np.float64)


def _alone(swept: Swept, rows: pd.DataFrame, value: Array) -> list[Array]:
    """For every key the values without what the other keys do.

    On a grid all keys are balanced, and values are left as they are. A design of a few points is balanced only
    roughly: there what the others do is taken off, by an additive fit of polynomials.
    """
    if swept.about["design"] == "grid":
        return [value for _ in swept.keys]
    degree = MOST_DEGREE if len(value) >= POINTS_PER_TERM * MOST_DEGREE * len(swept.keys) else 1
    blocks = [_terms(key, rows, degree) for key in swept.keys]
    matrix = np.column_stack([np.ones(len(value)), *blocks])
    weights = np.sqrt(np.array(rows["times"], np.float64))
    fitted = np.linalg.lstsq(matrix * weights[:, None], value * weights, rcond=None)[0][1:]
    ends = np.cumsum([block.shape[1] for block in blocks])[:-1]
    parts = [block @ part for block, part in zip(blocks, np.split(fitted, ends), strict=True)]
    return [value - sum(parts) + own for own in parts]


def _terms(key: dict[str, Any], rows: pd.DataFrame, degree: int) -> Array:
    """Columns of a fit for one key, each with mean 0."""
    places = _places(key, rows)
    if key["numbers"] is None:
        columns = np.array([places == index for index in range(1, len(key["values"]))], np.float64).T
        columns = columns.reshape(len(places), -1)
    else:
        spread = places.std() or 1.0
        columns = np.column_stack(
            [((places - places.mean()) / spread) ** power for power in range(1, degree + 1)]
        )
    return np.asarray(columns - columns.mean(axis=0), np.float64)


def _panel(axis: Axes, key: dict[str, Any], rows: pd.DataFrame, value: Array) -> None:
    words = key["numbers"] is None
    places = _places(key, rows)
    axis.plot(places, value, "o", color=drawing.GREY, alpha=0.45, markersize=4, markeredgewidth=0)
    means = _means(places, value, np.array(rows["times"], np.float64))
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


def _means(places: Array, value: Array, times: Array) -> tuple[list[float], list[float]]:
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
