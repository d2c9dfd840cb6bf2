"""What each variant changes against the baseline: loyalty, cost and net benefit, with intervals."""

from __future__ import annotations

import math
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from momentsim.experiments.compare import Comparison
from momentsim.measures.catalogue import BY_NAME
from momentsim.report import drawing
from momentsim.report.compared import Change, Differences, best_variants, finite, left_out, pairs_text
from momentsim.report.numbers import DIVISORS, decimals_for, is_money, plain, scaled, suffix_of
from momentsim.report.verdict_words import outward

MOST_VARIANTS = 16


class Panel(NamedTuple):
    """One measure: its heading, which direction is good (+1, -1), and the change of each variant."""

    heading: str
    good: int
    changes: list[Change]


class Forest(NamedTuple):
    """Variants, first on top, and what is said about them."""

    variants: list[str]
    panels: list[Panel]
    finding: str


def data(comparison: Comparison) -> Forest:
    """Customers kept, cost and net benefit; without memory service level, mean wait and cost."""
    found = Differences(comparison)
    variants = best_variants(comparison, MOST_VARIANTS)
    rest: tuple[str, ...]
    if comparison.verdicts["gain"].eq("customers kept").any():
        kept = [found.of(name, "customers_lost_expected").turned() for name in variants]
        panels = [Panel("customers kept", 1, kept)]
        rest = ("cost_total", "net_benefit")
    else:
        panels, rest = [], ("service_level", "wait_mean_s", "cost_total")
    for name in rest:
        measure = BY_NAME[name]
        good = 1 if measure.better == "up" else -1
        panels.append(Panel(measure.title, good, [found.of(variant, name) for variant in variants]))
    benefit = found.of(variants[0], "net_benefit")
    first = comparison.ranking.set_index("case")["worst_place"].eq(1).loc[variants[0]]
    return Forest(
        variants, panels, _finding(comparison.baseline_name, variants[0], benefit, sure=bool(first))
    )


def _finding(baseline: str, best: str, benefit: Change, *, sure: bool) -> str:
    if benefit.value == 0 and not benefit.high > benefit.low:
        return f"No variant has a higher net benefit than {baseline}"
    if not benefit.clear:
        return f"No variant has a net benefit clearly above that of {baseline}"
    if benefit.value < 0:
        return f"Every variant has a lower net benefit than {baseline}"
    low, high = outward(benefit.low, benefit.high, benefit.unit)
    best_of_all = f"{best} {'does' if sure else 'may be'} best"
    return f"{best_of_all}: its net benefit is {low} to {high} {benefit.unit} higher than that of {baseline}"


def draw(comparison: Comparison) -> Figure:
    """The figure."""
    forest = data(comparison)
    height = max(4.6, 2.4 + 0.46 * len(forest.variants))
    figure, axes = drawing.grid(1, len(forest.panels), size=(14.0, height), sharex=False)
    text = f"Differences from {comparison.baseline_name}; {pairs_text(comparison)}"
    more = left_out(comparison, len(forest.variants))
    drawing.headline(figure, forest.finding)
    for axis, panel in zip(axes, forest.panels, strict=True):
        _panel(axis, panel)
    places = list(range(len(forest.variants) - 1, -1, -1))
    axes[0].set_yticks(places, forest.variants, fontsize=drawing.TEXT)
    axes[0].set_ylim(-0.6, len(forest.variants) - 0.4)
    marks = "Filled circle: better, square: worse, hollow: can't tell"
    drawing.footnote(figure, f"{marks}. {text}{more}")
    return figure


def _panel(axis: Axes, panel: Panel) -> None:
    edges = [scaled(edge, panel.changes[0].unit) for change in panel.changes for edge in change[:3]]
    suffix = suffix_of(max((abs(edge) for edge in finite(edges)), default=0.0), panel.changes[0].unit)
    unit = "points" if panel.changes[0].unit == "share" else panel.changes[0].unit
    size = DIVISORS[suffix]
    for place, change in enumerate(reversed(panel.changes)):
        _point(axis, place, change, panel.good, size)
    axis.axvline(0, color=drawing.BLACK, linewidth=1.2)
    axis.grid(axis="x", color=drawing.PALE, linewidth=0.8)
    axis.margins(x=0.12)
    drawing.plain_ticks(axis.xaxis)
    axis.set_title(panel.heading, loc="left", fontsize=drawing.TEXT, fontweight="bold")
    axis.set_xlabel(f"{suffix.strip()} {unit}".strip(), fontsize=drawing.TEXT)
    axis.tick_params(axis="y", length=0)


def _point(axis: Axes, place: int, change: Change, good: int, size: float) -> None:
    if math.isnan(change.value):
        return
    value, low, high = (scaled(number, change.unit) / size for number in change[:3])
    colour, marker, face = _style(change, good)
    if high > low:
        axis.plot([low, high], [place, place], color=colour, linewidth=2.6, solid_capstyle="butt")
    axis.plot([value], [place], marker=marker, markersize=9, color=colour, markerfacecolor=face, linestyle="")
    half = (high - low) / 2
    decimals = min(2, decimals_for(value, half, 3)) if is_money(change.unit) else decimals_for(value, half, 3)
    sign = "+" if value > 0 else ""
    axis.annotate(
        f"{sign}{plain(value, decimals)}", (value, place), xytext=(0, 8), textcoords="offset points",
        ha="center", fontsize=drawing.SMALL, color=drawing.BLACK,
        bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 0.5},
    )  # fmt: skip


def _style(change: Change, good: int) -> tuple[str, str, str]:
    """Colour, marker and the colour inside it."""
    if not change.clear:
        return drawing.GREY, "o", "white"
    better = (change.value > 0) == (good > 0)
    return (drawing.BLUE, "o", drawing.BLUE) if better else (drawing.VERMILLION, "s", drawing.VERMILLION)
