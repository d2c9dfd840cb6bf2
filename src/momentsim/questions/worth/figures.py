"""A figure of what a variant is worth under each condition: customers, value and net benefit with intervals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from momentsim.questions.worth.worth import BENEFIT, KEPT, VALUE
from momentsim.report import drawing
from momentsim.report.changes import Change
from momentsim.report.forest import Panel, panel
from momentsim.report.verdicts import change_words

PANELS = {KEPT: "customers kept", VALUE: "value", BENEFIT: "net benefit"}


def draw_all(folder: Path, table: pd.DataFrame, about: dict[str, Any]) -> None:
    """Write the figure into an existing folder."""
    drawing.save(draw(table, str(about["variant"]), str(about["currency"])), folder / "worth.png")


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
    but = f"; worth nothing with {' or '.join(nothing)}" if nothing and first["finding"] != "nothing" else ""
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
