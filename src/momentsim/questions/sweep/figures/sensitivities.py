"""Which key matters for which measure: indices as bars with intervals, luck named apart."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from momentsim.measures.catalogue import BY_NAME
from momentsim.questions.sweep.sensitivity import FIRST, NOISE, R2, RANK, TOTAL
from momentsim.questions.sweep.store import Swept
from momentsim.questions.sweep.words import principal, short_names
from momentsim.report import drawing

BARS = {FIRST: drawing.BLUE, TOTAL: drawing.ORANGE, RANK: drawing.BLUE}
MOST_MEASURES = 5


def draw(swept: Swept) -> Figure:
    """A panel per measure, a row per key."""
    measures = sorted(swept.measures, key=lambda name: name != principal(swept))[:MOST_MEASURES]
    names = short_names([str(key["key"]) for key in swept.keys])
    height = max(4.4, 2.6 + 0.8 * len(names))
    figure, axes = drawing.grid(
        1, len(measures), size=(max(9.0, 3.4 + 2.7 * len(measures)), height), sharex=True
    )
    for axis, measure in zip(axes, measures, strict=True):
        _panel(axis, swept.sensitivity[swept.sensitivity["measure"] == measure], list(names), measure)
    axes[0].set_yticks(range(len(names)), list(names.values())[::-1], fontsize=drawing.TEXT)
    drawing.headline(figure, finding(swept))
    ranked = (swept.sensitivity["index"] == RANK).any()
    what = (
        "How steadily a measure goes up (to the right) or down with a key: 1 always, 0 not at all"
        if ranked
        else "Share of a measure's ups and downs that a key makes: blue alone, orange with the others"
    )
    chance = "Luck: share of them that differs from run to run only" + ("" if ranked else ", left out")
    explained = "Explained: share of the ups and downs that follows the keys. " if ranked else ""
    method = str(swept.sensitivity.iloc[0]["method"])
    drawing.footnote(
        figure,
        f"{what}; lines: 95 % intervals.\n{explained}{chance}.\n"
        f"{method}, {int(swept.sensitivity['points'].max())} points, "
        f"{int(swept.sensitivity['replications'].max())} replications",
    )
    return figure


def finding(swept: Swept) -> str:
    """The key that moves the principal measure most."""
    table = swept.sensitivity[swept.sensitivity["measure"] == principal(swept)]
    rows = table[table["index"].isin((TOTAL, RANK))]
    title = BY_NAME[principal(swept)].title.strip()
    if not rows["value"].notna().any():
        return f"No key moves {title} more than noise does"
    ordered = sorted(rows.to_dict(orient="records"), key=lambda row: -abs(np.nan_to_num(row["value"])))
    first = ordered[0]
    least = min(abs(first["low"]), abs(first["high"])) if first["low"] * first["high"] > 0 else 0.0
    sure = all(least > max(abs(row["low"]), abs(row["high"])) for row in ordered[1:])
    return f"{first['key']} {'moves' if sure else 'may move'} {title} most"


def _panel(axis: Axes, table: pd.DataFrame, keys: list[str], measure: str) -> None:
    kinds = [kind for kind in BARS if (table["index"] == kind).any()]
    width = 0.8 / max(1, len(kinds))
    for number, kind in enumerate(kinds):
        rows = table[table["index"] == kind].set_index("key").loc[keys[::-1]]
        places = np.arange(len(keys)) + (len(kinds) - 1 - 2 * number) * width / 2
        value = rows["value"].to_numpy(np.float64)
        axis.barh(places, np.nan_to_num(value), height=width * 0.9, color=BARS[kind])
        ends = np.abs(rows[["low", "high"]].to_numpy(np.float64).T - value)
        axis.errorbar(
            np.nan_to_num(value), places, xerr=np.nan_to_num(ends), fmt="none", color=drawing.BLACK, capsize=3
        )
    axis.axvline(0, color=drawing.BLACK, linewidth=1.0)
    axis.grid(axis="x", color=drawing.PALE, linewidth=0.8)
    axis.grid(visible=False, axis="y")
    axis.set_xlim(*((-1.2, 1.2) if RANK in kinds else (0.0, 1.05)))
    axis.set_xticks((-1, 0, 1) if RANK in kinds else (0, 0.5, 1))
    axis.set_title(BY_NAME[measure].title.strip(), loc="left", fontsize=drawing.TEXT, fontweight="bold")
    axis.set_xlabel(_below(table), fontsize=drawing.SMALL)
    axis.tick_params(axis="y", length=0)


def _below(table: pd.DataFrame) -> str:
    """How much is luck, and how much the keys explain where that is known."""
    parts = []
    for index, name in ((R2, "explained"), (NOISE, "luck")):
        indices_there = table.loc[table["index"] == index, "value"]
        if len(indices_there) and math.isfinite(float(indices_there.iloc[0])):
            value = float(indices_there.iloc[0])
            parts.append(f"{name} {_percent(value)}")
    return ", ".join(parts)


def _percent(share: float) -> str:
    return "< 1 %" if share < 0.01 else f"{100 * share:.0f} %"
