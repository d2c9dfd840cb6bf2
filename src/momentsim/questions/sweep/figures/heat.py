"""A heat map of two swept keys: one measure in every cell, written out, with the best cells marked."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from momentsim.measures.catalogue import BY_NAME
from momentsim.questions.sweep.store import Swept
from momentsim.questions.sweep.tables import BENEFIT, ONLY_AS_DIFFERENCE
from momentsim.questions.sweep.words import best_title, place_words
from momentsim.report import drawing
from momentsim.report.numbers import DIVISORS, capitalise, plain, scale, suffix_of

MOST_CELLS = 260
"""Cells in which a number can still be read."""
STEPS_SHOWN = 50.0
"""Numbers have as many decimals as tell one fiftieth of their range."""
DARK = 0.45
"""Lightness of a cell below which its number is white."""


def draw(swept: Swept, measure: str) -> Figure:
    """The first key upwards, the second one to the right."""
    first, second = swept.keys
    cells, unit = _cells(swept, measure)
    rows, columns = cells.shape
    figure, (axis,) = drawing.panels((1,), size=(max(9.0, 3.6 + 1.05 * columns), max(5.4, 2.6 + 0.62 * rows)))
    axis.grid(visible=False)
    suffix = suffix_of(float(np.nanmax(np.abs(cells), initial=0.0)), unit)
    shades = colormaps["cividis" if BY_NAME[measure].better != "down" else "cividis_r"]
    picture = axis.imshow(cells / DIVISORS[suffix], cmap=shades, aspect="auto", origin="lower")
    bar = figure.colorbar(picture, ax=axis, fraction=0.05, pad=0.02)
    title = BY_NAME[measure].title.strip()
    title += " against as written" if measure in ONLY_AS_DIFFERENCE else ""
    reading = f"{suffix.strip()} {'%' if unit == 'share' else unit}".strip()
    bar.set_label(f"{title}, {reading}", fontsize=drawing.TEXT)
    bar.ax.tick_params(labelsize=drawing.SMALL)
    drawing.plain_ticks(bar.ax.yaxis)
    _numbers(axis, cells / DIVISORS[suffix])
    _boxes(axis, swept, measure, cells)
    for side, key in ((axis.xaxis, second), (axis.yaxis, first)):
        labels = [text.removesuffix(f" {key['unit']}") if key["unit"] else text for text in key["values"]]
        side.set_ticks(range(len(labels)), labels, fontsize=drawing.SMALL)
        name = f"{key['key']}, {key['unit']}" if key["unit"] else str(key["key"])
        side.set_label_text(name, fontsize=drawing.TEXT)
    figure.suptitle(
        finding(swept, measure), x=0.01, ha="left", fontsize=drawing.TITLE - 2, fontweight="bold", wrap=True
    )
    replications = int(swept.table["replications"].min())
    marks = "Solid box: best; o: may be as good; dashed box: the file as written"
    if measure != BENEFIT:
        marks = "Solid box: best by the estimates; dashed box: the file as written"
    drawing.footnote(figure, f"{marks}.\nMean of {replications} replications, all under the same draws")
    return figure


def finding(swept: Swept, measure: str) -> str:
    """Where it is best."""
    if measure == BENEFIT:
        return best_title(swept)
    rows = [row for row in swept.of(measure).to_dict(orient="records") if row["point"] > 0]
    down = BY_NAME[measure].better == "down"
    title = BY_NAME[measure].title.strip()
    known = [row for row in rows if math.isfinite(row["value"])]
    if len({row["value"] for row in known}) < 2:
        return f"{capitalise(title)} is the same everywhere"
    best = (min if down else max)(known, key=lambda row: float(row["value"]))
    spot = place_words(swept, best)
    return f"By the estimates {title} is {'lowest' if down else 'highest'} at {spot}"


def _cells(swept: Swept, measure: str) -> tuple[npt.NDArray[np.float64], str]:
    """Values in the reading unit by first and second key; NaN for points that were not finished."""
    first, second = swept.keys
    rows = swept.of(measure)
    unit = str(rows["unit"].iloc[0])
    column = "difference" if measure in ONLY_AS_DIFFERENCE else "value"
    cells = np.full((len(first["values"]), len(second["values"])), np.nan)
    for row in rows[rows["point"] > 0].to_dict(orient="records"):
        place = divmod(int(row["point"]) - 1, cells.shape[1])
        cells[place] = scale(float(row[column]), unit)
    return cells, unit


def _numbers(axis: Axes, cells: npt.NDArray[np.float64]) -> None:
    if cells.size > MOST_CELLS or not np.isfinite(cells).any():
        return
    low, high = float(np.nanmin(cells)), float(np.nanmax(cells))
    step = (high - low) / STEPS_SHOWN
    decimals = min(6, max(0, math.ceil(-math.log10(step)))) if step > 0 else 0
    for place, value in np.ndenumerate(cells):
        if math.isfinite(value):
            shade = (value - low) / (high - low) if high > low else 0.5
            lightness = 1 - shade if axis.images[0].get_cmap().name.endswith("_r") else shade
            axis.text(
                place[1], place[0], plain(float(value), decimals), ha="center", va="center",
                fontsize=drawing.SMALL, color="white" if lightness < DARK else "black",
            )  # fmt: skip


def _boxes(axis: Axes, swept: Swept, measure: str, cells: npt.NDArray[np.float64]) -> None:
    """The best cell, those that may be as good, and the file as written."""
    columns = cells.shape[1]
    if np.isfinite(cells).any() and np.nanmin(cells) < np.nanmax(cells):
        down = BY_NAME[measure].better == "down"
        best = int(np.nanargmin(cells) if down else np.nanargmax(cells))
        _box(axis, divmod(best, columns), "solid")
        if measure == BENEFIT:
            for number in swept.points.loc[swept.points["best_place"] == 1, "point"]:
                row, column = divmod(int(number) - 1, columns)
                if int(number) - 1 != best:
                    axis.text(column + 0.42, row + 0.3, "o", ha="right", va="center", fontsize=drawing.SMALL,
                              fontweight="bold", color=drawing.VERMILLION)  # fmt: skip
    here = int(swept.about["as_written_point"])
    if here:
        _box(axis, divmod(here - 1, columns), "dashed")


def _box(axis: Axes, place: tuple[int, int], line: str) -> None:
    row, column = place
    inset = 0.03 if line == "solid" else 0.09
    strokes = [("solid", drawing.VERMILLION, 3.0)]
    if line == "dashed":  # black on white can be seen on every shade
        strokes = [("solid", "white", 4.5), ("dashed", "black", 2.2)]
    for style, colour, width in strokes:
        edges = Rectangle(
            (column - 0.5 + inset, row - 0.5 + inset), 1 - 2 * inset, 1 - 2 * inset, fill=False,
            linestyle=style, edgecolor=colour, linewidth=width,
        )  # fmt: skip
        axis.add_patch(edges)
