"""The figure of a curve: what is lost of a lever's good, the later it is pulled."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from momentsim.questions.curve.curve import BENEFIT, COST, UNSERVED
from momentsim.questions.curve.words import finding, verdicts_of, when
from momentsim.report import drawing
from momentsim.report.numbers import DIVISORS, suffix_of
from momentsim.report.verdicts import Verdict
from momentsim.units import SECONDS_PER_HOUR

TITLES: Final = {
    BENEFIT: "Net benefit against never pulled",
    UNSERVED: "People never helped against never pulled",
    COST: "Cost against never pulled",
}
MOST_LABELS: Final = 9
"""Times that are written out below the last panel."""


def figures_of(table: pd.DataFrame, lever: str, currency: str) -> dict[str, Callable[[], Figure]]:
    """File name -> drawing."""
    return {"curve": partial(draw, table, lever, currency)}


def draw_all(folder: Path, table: pd.DataFrame, about: dict[str, Any]) -> None:
    """Write the figure into an existing folder."""
    for name, drawn in figures_of(table, str(about["lever"]), str(about["currency"])).items():
        drawing.save(drawn(), folder / f"{name}.png")


def draw(table: pd.DataFrame, lever: str, currency: str) -> Figure:
    """A panel per measure, a point with its interval per time."""
    shown = [name for name in TITLES if table[name].notna().any()]
    figure, axes = drawing.panels([3, *(2 for _ in shown[1:])], size=(12.8, 8.0))
    said = finding(table, lever, currency)
    drawing.headline(figure, f"{said}, on the average" if said.startswith("Each hour") else said)
    for axis, name in zip(axes, shown, strict=True):
        _panel(axis, table, name, "" if name == UNSERVED else currency)
    hours = table["pulled_s"] / SECONDS_PER_HOUR
    step = math.ceil(len(table) / MOST_LABELS)
    labels = [
        when(date).replace(" ", "\n", 1)[::-1].replace(" ", "\n", 1)[::-1] for date in table["pulled_at"]
    ]
    axes[-1].set_xticks(hours[::step], labels[::step])
    axes[-1].set_xlabel("when the lever is pulled", fontsize=drawing.TEXT)
    replications = int(table["replications"].min())
    drawing.footnote(
        figure,
        "Filled circle: better than never pulled, square: worse, hollow: can't tell. "
        f"{replications} paired replications, 95 % intervals that hold for all times of a panel together",
    )
    return figure


def _panel(axis: Axes, table: pd.DataFrame, name: str, currency: str) -> None:
    ends = [f"{name}_never{end}" for end in ("", "_low", "_high")]
    suffix = suffix_of(float(table[ends].abs().max().max()), currency) if currency else ""
    size, unit = DIVISORS[suffix], f"{suffix.strip()} {currency}".strip()
    hours = (table["pulled_s"] / SECONDS_PER_HOUR).tolist()
    middle, low, high = ((table[end] / size).tolist() for end in ends)
    axis.axhline(0, color=drawing.BLACK, linewidth=1.2)
    axis.plot(hours, middle, color=drawing.GREY, linewidth=1.2, zorder=1)
    for number, verdict in enumerate(verdicts_of(table, name)):
        colour = {Verdict.BETTER: drawing.BLUE, Verdict.WORSE: drawing.VERMILLION}.get(verdict, drawing.GREY)
        if math.isfinite(low[number]):
            interval = [low[number], high[number]]
            axis.plot([hours[number]] * 2, interval, color=colour, linewidth=2.6, solid_capstyle="butt")
        axis.plot(
            [hours[number]],
            [middle[number]],
            "s" if verdict is Verdict.WORSE else "o",
            markersize=9,
            color=colour,
            markerfacecolor=colour if verdict.is_clear else "white",
            zorder=3,
        )
    named = f"{TITLES[name]}, {unit}" if unit else TITLES[name]
    axis.set_title(named, loc="left", fontsize=drawing.SMALL, color=drawing.GREY)
    drawing.plain_ticks(axis.yaxis)
