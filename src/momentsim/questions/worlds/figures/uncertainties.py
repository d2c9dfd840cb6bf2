"""Two uncertainties, one above the other: where plausible worlds take a difference, and how far luck alone does."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from momentsim.questions.compare.compare import Comparison
from momentsim.questions.compare.figure_differences import Differences, best_variants, left_out_words
from momentsim.questions.compare.verdicts import BENEFIT, COST, LEVEL, LOST
from momentsim.questions.worlds.findings import KEPT, Worlds, differences
from momentsim.questions.worlds.spread import shrink
from momentsim.questions.worlds.words import JUDGED_BY, share_words
from momentsim.report import drawing
from momentsim.report.changes import Change
from momentsim.report.numbers import DIVISORS, scale, suffix_of

FloatArray = npt.NDArray[np.float64]

MOST_VARIANTS: Final = 8
ABOVE: Final = 0.20
"""Worlds stand so far above the middle of a variant's row, sampling noise so far below."""
SCATTER: Final = 0.10


class VariantRow(NamedTuple):
    """One variant: the difference of every world, and the interval of sampling at the registered values."""

    worlds: FloatArray
    sampling: Change


def draw(comparison: Comparison, worlds: Worlds) -> Figure:
    """A panel per measure, a row per variant."""
    variants = best_variants(comparison, MOST_VARIANTS)
    loyal = comparison.verdicts["gain"].eq("customers kept").any()
    panels = (KEPT, COST, BENEFIT) if loyal else (LEVEL, COST)
    titles = {KEPT: "customers kept", COST: "cost, total", BENEFIT: "net benefit", LEVEL: "service level"}
    found, sampled = differences(worlds.pairs), Differences(comparison)
    height = max(4.8, 2.6 + 0.95 * len(variants))
    figure, axes = drawing.grid(1, len(panels), size=(14.0, height), sharex=False)
    drawing.headline(figure, finding(comparison, worlds, variants[0]))
    for axis, measure in zip(axes, panels, strict=True):
        rows = []
        for variant in variants:
            change = sampled.of(variant, LOST if measure == KEPT else measure)
            sampling = change.negated() if measure == KEPT else change
            rows.append(VariantRow(shrink(found[variant][measure]), sampling))
        _panel(axis, titles[measure], rows)
    places = list(range(len(variants) - 1, -1, -1))
    axes[0].set_yticks(places, variants, fontsize=drawing.TEXT)
    axes[0].set_ylim(-0.6, len(variants) - 0.4)
    _key(axes[0], len(variants) - 1)
    about = worlds.about
    text = (
        f"Differences from {comparison.baseline_name}. Orange: {about['finished']} plausible worlds, bar 5 % to 95 % "
        f"of them. Black: 95 % interval at the registered values{left_out_words(comparison, len(variants))}"
    )
    drawing.footnote(figure, text)
    return figure


def finding(comparison: Comparison, worlds: Worlds, best: str) -> str:
    """The share of worlds in which the best variant is better."""
    gain = str(comparison.verdicts.set_index("case")["gain"][best])
    return f"{best}: {share_words(worlds, best, JUDGED_BY[gain])}"


def _panel(axis: Axes, title: str, rows: list[VariantRow]) -> None:
    unit = rows[0].sampling.unit
    largest = max(
        float(np.abs(scale(1.0, unit) * np.append(row.worlds, [*row.sampling[:3]])).max()) for row in rows
    )
    suffix = suffix_of(largest, unit)
    size = DIVISORS[suffix] / scale(1.0, unit)
    for index, row in enumerate(reversed(rows)):
        _worlds(axis, index + ABOVE, row.worlds / size)
        value, low, high = (number / size for number in row.sampling[:3])
        axis.plot([low, high], [index - ABOVE] * 2, color=drawing.BLACK, linewidth=2.6, solid_capstyle="butt")
        axis.plot([value], [index - ABOVE], marker="|", markersize=13, color=drawing.BLACK, linestyle="")
    axis.axvline(0, color=drawing.BLACK, linewidth=1.2)
    axis.grid(axis="x", color=drawing.PALE, linewidth=0.8)
    axis.grid(axis="y", visible=False)
    axis.margins(x=0.08)
    axis.xaxis.set_major_locator(MaxNLocator(4))
    drawing.plain_ticks(axis.xaxis)
    axis.set_title(title, loc="left", fontsize=drawing.TEXT, fontweight="bold")
    named = "points" if unit == "share" else unit
    axis.set_xlabel(f"{suffix.strip()} {named}".strip(), fontsize=drawing.TEXT)
    axis.tick_params(axis="y", length=0)


def _worlds(axis: Axes, place: float, values: FloatArray) -> None:
    """A dot per world, scattered evenly so that none hides another, and a bar from 5 % to 95 % of them."""
    low, middle, high = np.quantile(values, [0.05, 0.50, 0.95])
    heights = place + SCATTER * (2.0 * ((0.618034 * np.arange(len(values))) % 1.0) - 1.0)
    axis.plot(
        values, heights, marker="o", markersize=4.5, linestyle="", color=drawing.ORANGE, alpha=0.55,
        markeredgewidth=0,
    )  # fmt: skip
    axis.plot([low, high], [place, place], color=drawing.VERMILLION, linewidth=2.6, solid_capstyle="butt")
    axis.plot([middle], [place], marker="|", markersize=13, color=drawing.VERMILLION, linestyle="")


def _key(axis: Axes, place: int) -> None:
    """Says once, in the first row, which is which."""
    for words, offset, colour in (
        ("plausible worlds", ABOVE + 0.22, drawing.VERMILLION),
        ("sampling noise", -ABOVE - 0.26, drawing.BLACK),
    ):
        axis.annotate(
            words, (0.0, place + offset), xycoords=("axes fraction", "data"), xytext=(6, 0),
            textcoords="offset points", va="center", fontsize=drawing.SMALL, color=colour,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.0},
        )  # fmt: skip
