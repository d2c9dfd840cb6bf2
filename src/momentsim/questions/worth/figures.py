"""A figure of what a variant is worth under each condition: customers, value and net benefit with intervals."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from momentsim.questions.worth.months import break_even_words
from momentsim.questions.worth.worth import BENEFIT, KEPT, VALUE
from momentsim.report import drawing
from momentsim.report.changes import Change
from momentsim.report.forest import Panel, panel
from momentsim.report.numbers import DIVISORS, suffix_of
from momentsim.report.verdicts import CLEAR, change_words

PANELS = {KEPT: "customers kept", VALUE: "value", BENEFIT: "net benefit"}


def figures_of(
    table: pd.DataFrame, months: pd.DataFrame, variant: str, currency: str
) -> dict[str, Callable[[], Figure]]:
    """File name -> drawing."""
    return {
        "worth": partial(draw, table, variant, currency),
        "months": partial(draw_months, months, variant, currency),
    }


def draw_all(folder: Path, table: pd.DataFrame, months: pd.DataFrame, about: dict[str, Any]) -> None:
    """Write the figures into an existing folder."""
    for name, drawn in figures_of(table, months, str(about["variant"]), str(about["currency"])).items():
        drawing.save(drawn(), folder / f"{name}.png")


def draw_months(months: pd.DataFrame, variant: str, currency: str) -> Figure:
    """Net since the start with its interval, and below what each month brings and costs."""
    figure, (above, below) = drawing.panels([3, 2])
    drawing.headline(figure, break_even_words(months, variant))
    columns = months.select_dtypes("number").columns.drop("month")
    suffix = suffix_of(float(months[columns].abs().max().max()), currency)
    size = DIVISORS[suffix]
    unit, places = f"{suffix.strip()} {currency}".strip(), months["month"].to_numpy(float)
    for row in months.to_dict(orient="records"):
        clear = row["verdict"] in CLEAR
        colour = drawing.GREY if not clear else drawing.BLUE if row["so_far"] > 0 else drawing.VERMILLION
        if math.isfinite(row["so_far_low"]):
            ends = [row["so_far_low"] / size, row["so_far_high"] / size]
            above.plot([row["month"]] * 2, ends, color=colour, linewidth=2.6, solid_capstyle="butt")
        face = colour if clear else "white"
        marker = "o" if not clear or row["so_far"] > 0 else "s"
        above.plot(
            [row["month"]],
            [row["so_far"] / size],
            marker,
            markersize=9,
            color=colour,
            markerfacecolor=face,
            zorder=3,
        )
    above.plot(places, months["so_far"].to_numpy(float) / size, color=drawing.GREY, linewidth=1.2, zorder=1)
    above.set_title(f"Net since the start, {unit}", loc="left", fontsize=drawing.SMALL, color=drawing.GREY)
    below.bar(places - 0.2, months["value"] / size, width=0.38, color=drawing.BLUE, label="brings")
    below.bar(places + 0.2, months["cost"] / size, width=0.38, color=drawing.ORANGE, label="costs")
    below.set_title(f"Each month, {unit}", loc="left", fontsize=drawing.SMALL, color=drawing.GREY)
    below.legend(fontsize=drawing.SMALL, frameon=False, ncols=2, loc="upper right")
    below.set_xticks(places, [f"{place:.0f}" for place in places])
    below.set_xlabel("month since the start", fontsize=drawing.TEXT)
    for axis in (above, below):
        axis.axhline(0, color=drawing.BLACK, linewidth=1.2)
        drawing.plain_ticks(axis.yaxis)
    drawing.footnote(
        figure,
        "With minus without, as things stand. Filled circle: ahead, square: behind, hollow: can't tell; 95 % intervals "
        "that hold for all months together. Value counts when a moment changes it, at its worth over the outlook",
    )
    return figure


def draw(table: pd.DataFrame, variant: str, currency: str) -> Figure:
    """One panel per kind of worth, one row per condition."""
    rows = table.to_dict(orient="records")
    figure, axes = drawing.grid(1, len(PANELS), size=(14.0, max(4.6, 2.4 + 0.5 * len(rows))), sharex=False)
    drawing.headline(figure, finding(table, variant, currency))
    for axis, (name, title) in zip(axes, PANELS.items(), strict=True):
        unit = "customers" if name == KEPT else currency
        changes = [Change(row[name], row[f"{name}_low"], row[f"{name}_high"], unit) for row in rows]
        panel(axis, Panel(title, 1, changes))
    places = list(range(len(rows) - 1, -1, -1))
    axes[0].set_yticks(places, [str(row["condition"]) for row in rows], fontsize=drawing.TEXT)
    axes[0].set_ylim(-0.6, len(rows) - 0.4)
    drawing.footnote(
        figure,
        "With minus without; filled circle: better, square: worse, hollow: can't tell. "
        f"{int(table['replications'].min())} paired replications, 95 % intervals that hold together",
    )
    return figure


def finding(table: pd.DataFrame, variant: str, currency: str) -> str:
    """The answer as a title."""
    first = table.iloc[0]
    low, high = float(first[f"{BENEFIT}_low"]), float(first[f"{BENEFIT}_high"])
    nothing = list(table.loc[table["finding"] == "nothing", "condition"])[:2]
    quoted = " or ".join(f"'{condition}'" for condition in nothing)
    too_little = f"; worth nothing, or too little to tell, with {quoted}"
    but = too_little if nothing and first["finding"] != "nothing" else ""
    said = {
        "pays": f"{variant} pays: its net benefit is {change_words(low, high, currency, ('higher', 'lower'), '')}",
        "nothing": f"{variant} is worth nothing to customers, or too little to tell",
        "harms": f"{variant} does harm",
        "gains value, costs more": f"{variant} helps customers, but costs more than it brings",
        "gains value, may not pay": f"{variant} helps customers; whether it pays can't be told",
        "gains value, loses customers": f"{variant} gains value, and loses customers",
        "keeps customers, value can't be told": f"More customers stay with {variant}; whether it pays can't be told",
    }
    return f"{said[first['finding']]}{but}"
