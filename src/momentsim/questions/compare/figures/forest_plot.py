"""What each variant changes against the baseline: loyalty, cost and net benefit, with intervals."""

from __future__ import annotations

from typing import NamedTuple

from matplotlib.figure import Figure

from momentsim.measures.catalogue import BY_NAME
from momentsim.questions.compare.compare import Comparison
from momentsim.questions.compare.figure_differences import (
    Differences,
    best_variants,
    left_out_words,
    pairs_text,
)
from momentsim.questions.compare.first_screen import best_words, compared_of
from momentsim.report import drawing
from momentsim.report.forest import Panel, panel

MOST_VARIANTS = 16


class Forest(NamedTuple):
    """Variants, first on top, and what is said about them."""

    variants: list[str]
    panels: list[Panel]
    finding: str


def data(comparison: Comparison) -> Forest:
    """Customers kept, cost and net benefit; without memory service level, mean wait and cost."""
    differences = Differences(comparison)
    variants = best_variants(comparison, MOST_VARIANTS)
    rest: tuple[str, ...]
    if comparison.verdicts["gain"].eq("customers kept").any():
        kept = [differences.of(name, "customers_lost_expected").negated() for name in variants]
        panels = [Panel("customers kept", 1, kept)]
        rest = ("cost_total", "net_benefit")
    else:
        panels, rest = [], ("service_level", "wait_mean_s", "cost_total")
    for name in rest:
        measure = BY_NAME[name]
        good = 1 if measure.better == "up" else -1
        panels.append(Panel(measure.title, good, [differences.of(variant, name) for variant in variants]))
    return Forest(variants, panels, best_words(compared_of(comparison)))


def draw(comparison: Comparison) -> Figure:
    """The figure."""
    forest = data(comparison)
    height = max(4.6, 2.4 + 0.46 * len(forest.variants))
    figure, axes = drawing.grid(1, len(forest.panels), size=(14.0, height), sharex=False)
    text = f"Differences from {comparison.baseline_name}; {pairs_text(comparison)}"
    more = left_out_words(comparison, len(forest.variants))
    drawing.headline(figure, forest.finding)
    for axis, shown in zip(axes, forest.panels, strict=True):
        panel(axis, shown)
    places = list(range(len(forest.variants) - 1, -1, -1))
    axes[0].set_yticks(places, forest.variants, fontsize=drawing.TEXT)
    axes[0].set_ylim(-0.6, len(forest.variants) - 0.4)
    marks = "Filled circle: better, square: worse, hollow: can't tell"
    drawing.footnote(figure, f"{marks}. {text}{more}")
    return figure
