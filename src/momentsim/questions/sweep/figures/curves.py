"""Curves of one swept key: every measure over its values, with intervals, and where the file stands."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from momentsim.measures.catalogue import BY_NAME
from momentsim.questions.sweep.store import Swept
from momentsim.questions.sweep.tables import BENEFIT, ONLY_AS_DIFFERENCE
from momentsim.questions.sweep.words import best_title, phrase, principal
from momentsim.report import drawing
from momentsim.report.numbers import DIVISORS, capitalise, is_money, scale, suffix_of

COLUMNS = 3
MOST_TICKS = 12


class MeasureCurve(NamedTuple):
    """One measure over the values of the key: places on the axis, values and ends in the reading unit."""

    places: list[float]
    value: list[float]
    low: list[float]
    high: list[float]
    unit: str


def draw(swept: Swept) -> Figure:
    """A panel per measure, values of the key from left to right."""
    (key,) = swept.keys
    measures = sorted(swept.measures, key=lambda name: name != principal(swept))
    rows = math.ceil(len(measures) / COLUMNS)
    columns = min(COLUMNS, len(measures))
    figure = drawing.Picture(
        figsize=(14.0, 1.6 + 3.6 * rows), dpi=drawing.DOTS_PER_INCH, layout="constrained"
    )
    FigureCanvasAgg(figure)
    axes = list(figure.subplots(rows, columns, squeeze=False).flat)
    for axis, measure in zip(axes, measures, strict=False):
        drawing.plainly(axis)
        _panel(axis, swept, key, measure)
    for axis in axes[len(measures) :]:
        axis.set_visible(False)
    figure.suptitle(finding(swept), x=0.01, ha="left", fontsize=drawing.TITLE, fontweight="bold", wrap=True)
    replications = int(swept.table["replications"].min())
    drawing.footnote(
        figure,
        f"{key['key']}; dotted line: the file as written{_star(swept)}. Bands: 95 % intervals, "
        f"{replications} replications;\nthose of differences from it hold for all points together.",
    )
    return figure


def finding(swept: Swept) -> str:
    """The best point, or what one more is worth, as a title."""
    best = best_title(swept)
    if best:
        return best
    local = swept.slopes[swept.slopes["local"].astype(bool)] if len(swept.slopes) else swept.slopes
    rows = local[local["measure"] == principal(swept)].to_dict(orient="records")
    if rows and math.isfinite(rows[0]["low_all"]):
        return f"{rows[0]['per']} more of {rows[0]['key']}: {phrase(rows[0])}"
    title = BY_NAME[principal(swept)].title.strip()
    return f"{capitalise(title)} over {swept.keys[0]['key']}"


def curve(swept: Swept, key: dict[str, Any], measure: str) -> MeasureCurve:
    """The points of one measure; words stand side by side in their order.

    Net benefit and customer value have no revenue in them: only their differences say anything.
    """
    rows = swept.of(measure)
    rows = rows[rows["point"] > 0]
    words = key["numbers"] is None
    places = [key["values"].index(text) if words else text for text in rows[key["column"]]]
    unit = str(rows["unit"].iloc[0])
    columns = ("value", "low", "high")
    if measure in ONLY_AS_DIFFERENCE:
        columns = ("difference", "difference_low_all", "difference_high_all")
    value, low, high = ([scale(float(number), unit) for number in rows[name]] for name in columns)
    return MeasureCurve([float(place) for place in places], value, low, high, unit)


def _panel(axis: Axes, swept: Swept, key: dict[str, Any], measure: str) -> None:
    shown = curve(swept, key, measure)
    finite = [abs(number) for number in (*shown.value, *shown.low, *shown.high) if math.isfinite(number)]
    suffix = suffix_of(max(finite, default=0.0), shown.unit)
    value, low, high = (np.array(numbers) / DIVISORS[suffix] for numbers in shown[1:4])
    if key["numbers"] is None:
        half = np.nan_to_num(np.array([value - low, high - value]))
        axis.errorbar(shown.places, value, yerr=half, fmt="o", color=drawing.BLUE, markersize=8, capsize=4)
        axis.set_xticks(range(len(key["values"])), key["values"], fontsize=drawing.SMALL)
        axis.margins(x=0.2)
    else:
        axis.fill_between(shown.places, low, high, color=drawing.SKY, alpha=0.35, linewidth=0)
        marker = "o" if len(value) <= 2 * MOST_TICKS else ""
        axis.plot(shown.places, value, color=drawing.BLUE, linewidth=2.2, marker=marker, markersize=6)
        axis.xaxis.set_major_locator(MaxNLocator(7, integer=key["kind"] == "whole"))
    _marks(axis, swept, key, measure, dict(zip(shown.places, value.tolist(), strict=True)))
    unit = "%" if shown.unit == "share" else shown.unit
    scale = suffix.strip() + " " if suffix else ""
    title = BY_NAME[measure].title.strip()
    if measure in ONLY_AS_DIFFERENCE:
        axis.axhline(0, color=drawing.GREY, linewidth=1.0)
        title = f"{title} against as written"
    named = f"{title}, {scale}{unit}" if unit not in title or is_money(unit) else title
    axis.set_title(named, loc="left", fontsize=drawing.TEXT, fontweight="bold")
    axis.yaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    drawing.plain_ticks(axis.yaxis)
    short = str(key["key"]).rsplit(".", 1)[-1]
    axis.set_xlabel(f"{short}, {key['unit']}" if key["unit"] else short, fontsize=drawing.TEXT)


def _marks(axis: Axes, swept: Swept, key: dict[str, Any], measure: str, value: dict[float, float]) -> None:
    """Where the file stands, and the point of the highest net benefit."""
    here = key["here"]
    if key["numbers"] is None and key["written"] in key["values"]:
        here = key["values"].index(key["written"])
    if here is not None and (key["numbers"] is None or min(value) <= here <= max(value)):
        axis.axvline(here, color=drawing.BLACK, linewidth=1.4, linestyle=":")
    if measure == BENEFIT and len(set(value.values())) > 1:
        best = max(value, key=lambda place: value[place])
        axis.plot([best], [value[best]], marker="*", markersize=18, color=drawing.VERMILLION, zorder=5)


def _star(swept: Swept) -> str:
    return ", star: the highest net benefit" if BENEFIT in swept.measures else ""
