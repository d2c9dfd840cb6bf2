"""Changes with their intervals, one row each: the panels that several figures are made of."""

from __future__ import annotations

import math
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from momentsim.report import drawing
from momentsim.report.changes import Change, finite
from momentsim.report.numbers import DIVISORS, decimals_for, is_money, scale, suffix_of, with_suffix
from momentsim.report.verdicts import Verdict


class Panel(NamedTuple):
    """One measure: its heading, which direction is good (+1, -1), and the change of each variant."""

    heading: str
    good: int
    changes: list[Change]


def panel(axis: Axes, shown: Panel) -> None:
    """Draw one panel; the first change is on top."""
    edges = [scale(edge, shown.changes[0].unit) for change in shown.changes for edge in change[:3]]
    suffix = suffix_of(max((abs(edge) for edge in finite(edges)), default=0.0), shown.changes[0].unit)
    unit = "points" if shown.changes[0].unit == "share" else shown.changes[0].unit
    for index, change in enumerate(reversed(shown.changes)):
        _point(axis, index, change, shown.good, suffix)
    axis.axvline(0, color=drawing.BLACK, linewidth=1.2)
    axis.grid(axis="x", color=drawing.PALE, linewidth=0.8)
    axis.margins(x=0.12)
    axis.xaxis.set_major_locator(MaxNLocator(4))
    drawing.plain_ticks(axis.xaxis)
    axis.set_title(shown.heading, loc="left", fontsize=drawing.TEXT, fontweight="bold")
    axis.set_xlabel(f"{suffix.strip()} {unit}".strip(), fontsize=drawing.TEXT)
    axis.tick_params(axis="y", length=0)


def _point(axis: Axes, place: int, change: Change, good: int, suffix: str) -> None:
    if math.isnan(change.value):
        return
    value, low, high = (scale(number, change.unit) / DIVISORS[suffix] for number in change[:3])
    colour, marker, face = _style(change, good)
    if high > low:
        axis.plot([low, high], [place, place], color=colour, linewidth=2.6, solid_capstyle="butt")
    axis.plot([value], [place], marker=marker, markersize=9, color=colour, markerfacecolor=face, linestyle="")
    half = (high - low) / 2
    decimals = min(2, decimals_for(value, half, 3)) if is_money(change.unit) else decimals_for(value, half, 3)
    sign = "+" if value > 0 else ""
    axis.annotate(
        f"{sign}{with_suffix(value, decimals, suffix)}", (value, place), xytext=(0, 9), textcoords="offset points",
        ha="center", fontsize=drawing.SMALL, color=drawing.BLACK,
        bbox={"facecolor": "white", "edgecolor": "none", "alpha": 1.0, "pad": 0.1},
    )  # fmt: skip


def _style(change: Change, good: int) -> tuple[str, str, str]:
    """Colour, marker and the colour inside it."""
    verdict = change.verdict("up" if good > 0 else "down")
    if not verdict.is_clear:
        return drawing.GREY, "o", "white"
    if verdict is Verdict.BETTER:
        return drawing.BLUE, "o", drawing.BLUE
    return drawing.VERMILLION, "s", drawing.VERMILLION
