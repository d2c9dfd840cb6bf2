"""The days side by side: calls that fail through the time, each variant over the baseline."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from momentsim.measures.facts import Sample
from momentsim.measures.interval_table import counts_interval
from momentsim.measures.statistics import (
    Estimate,
    Interval,
    by_unit,
    difference,
    estimate,
    interval,
    simultaneous,
)
from momentsim.questions.compare.compare import Comparison
from momentsim.questions.compare.figure_differences import best_variants, left_out_words
from momentsim.questions.compare.samples import common_replications, sample_of
from momentsim.report import drawing, figure_week
from momentsim.report.drawing import Drawable
from momentsim.report.figure_week import FAILED, WeekCurves
from momentsim.report.numbers import plain
from momentsim.report.verdicts import Verdict, decide

MOST_VARIANTS = 6
HARDLY = 0.005
"""Share of calls below which hardly any fail."""


class Side(NamedTuple):
    """One case: its curves, and how many of its calls fail in all."""

    name: str
    week: WeekCurves
    band: Interval  # of the curve
    failed: float
    offered: float

    @property
    def curve(self) -> figure_week.FloatArray:
        """Calls that fail, by step."""
        return np.asarray(sum(self.week.counts[name] for name in FAILED))


class Days(NamedTuple):
    """Baseline and variants, and what is said about them."""

    baseline: Side
    variants: list[Side]
    finding: str


def data(comparison: Comparison) -> Days:
    """The variants with the highest net benefit."""
    baseline = _side(comparison.baseline_name, comparison.baseline)
    variants = [_side(name, comparison.variants[name]) for name in best_variants(comparison, MOST_VARIANTS)]
    return Days(baseline, variants, _finding(comparison, baseline, variants))


def _side(name: str, result: Drawable) -> Side:
    table = result.intervals
    whole = table[table["skill"] == "all"]
    failed = float(sum(whole[column].sum() for column in FAILED))
    week = figure_week.data(result)
    sample = Sample(result.loaded.scenario, result.names, tuple(result.digests.values()))
    width = round(week.step_s / result.loaded.scenario.interval)
    limits = counts_interval(sample, FAILED, steps=len(week.places) - 1, width=width)
    band = Interval(*(figure_week.close_steps(limit) for limit in limits))
    return Side(name, week, band, failed, float(whole["offered"].sum()))


def _finding(comparison: Comparison, baseline: Side, variants: list[Side]) -> str:
    if max(side.failed / max(side.offered, 1.0) for side in (baseline, *variants)) < HARDLY:
        return "Hardly a call fails in any case"
    best, before = min(variants, key=lambda side: side.failed), _number(baseline.failed)
    verdict = _fewer(comparison, best.name)
    if verdict is Verdict.BETTER:
        return f"With {best.name} {_number(best.failed)} calls fail, against {before} with {baseline.name}"
    if verdict in (Verdict.UNSURE, Verdict.UNKNOWN) and best.failed < baseline.failed:
        return f"Whether fewer calls fail in any variant than the {before} of {baseline.name} can't be told"
    return f"In no variant fewer calls fail than in {baseline.name}: {before}"


def _fewer(comparison: Comparison, variant: str) -> Verdict:
    """Whether fewer calls fail, by the paired interval that holds for all variants together."""
    cases = (comparison.baseline, comparison.variants[variant])
    together = common_replications(list(comparison.cases.values()))
    before, after = (_failed_calls(sample_of(case, together)) for case in cases)
    limits = interval(difference(before, after), simultaneous(len(comparison.variants)))
    return decide(float(limits.low[0]), float(limits.high[0]), "down")


def _failed_calls(sample: Sample) -> Estimate:
    """Calls that failed in each replication, at any time."""
    counts = [sum(float(digest.queues[name].sum()) for name in FAILED) for digest in sample.digests]
    return by_unit(estimate(np.array(counts, np.float64)[:, None]), sample.members)


def _number(value: float) -> str:
    """To three digits."""
    digits = max(0, math.floor(math.log10(value)) - 2) if value >= 1 else 0
    return plain(round(value, -digits), 0)


def draw(comparison: Comparison) -> Figure:
    """The figure."""
    days = data(comparison)
    columns = 1 if len(days.variants) <= 3 else 2
    rows = math.ceil(len(days.variants) / columns)
    figure, axes = drawing.grid(rows, columns, size=(13.6, 2.2 + 2.6 * rows), sharex=True)
    pairs = "one replication"
    if comparison.pairs > 1:
        pairs = f"mean of {comparison.pairs} replications; bands: 95 % intervals, grey of the dashed line"
    storm = "; shaded: crisis" if comparison.baseline.loaded.scenario.crises else ""
    number = len(days.variants)
    drawing.headline(figure, days.finding)
    for axis, side in zip(axes, days.variants, strict=False):
        _panel(axis, days.baseline, side)
    axes[0].set_ylim(0, 1.25 * axes[0].get_ylim()[1])
    drawing.plain_ticks(axes[0].yaxis)
    for axis in axes[number:]:
        axis.set_visible(False)
    for axis in axes[max(0, number - columns) : number]:
        figure_week.time_axis(axis, days.baseline.week, figure_week.MOST_LABELS // columns)
        axis.set_xlim(right=_last_place(days))
        axis.tick_params(labelbottom=True)
    step = figure_week.step_name(days.baseline.week.step_s)
    figure.supylabel(f"failed calls per {step}", fontsize=drawing.TEXT)
    text = f"Hung up, busy or balked, by time of arrival, {pairs}{storm}{left_out_words(comparison, number)}"
    drawing.footnote(figure, text)
    return figure


def _last_place(days: Days) -> float:
    """The end of the horizon where no call fails after it; else the end of what is drawn, which not all cases share."""
    sides = (days.baseline, *days.variants)
    if any(_fails_later(side) for side in sides):
        return max(float(side.week.places[-1]) for side in sides)
    return days.baseline.week.horizon_end


def _fails_later(side: Side) -> bool:
    """Whether calls fail after the horizon."""
    later = side.week.places[:-1] >= side.week.horizon_end
    return bool(side.curve[:-1][later].any())


def _panel(axis: Axes, baseline: Side, side: Side) -> None:
    week = side.week
    for each, colour in ((baseline, drawing.GREY), (side, drawing.BLUE)):
        axis.fill_between(
            each.week.places,
            each.band.low,
            each.band.high,
            step="post",
            color=colour,
            alpha=0.45,
            linewidth=0,
        )
    axis.fill_between(week.places, side.curve, step="post", color=drawing.SKY, alpha=0.7, linewidth=0)
    axis.step(week.places, side.curve, where="post", color=drawing.BLUE, linewidth=1.4, label=side.name)
    axis.step(
        baseline.week.places, baseline.curve, where="post", color=drawing.BLACK, linewidth=1.2,
        linestyle="--", label=baseline.name,
    )  # fmt: skip
    figure_week.shade(axis, baseline.week)
    axis.set_title(
        f"{side.name}: {_number(side.failed)}", loc="left", fontsize=drawing.TEXT, fontweight="bold"
    )
    axis.legend(fontsize=drawing.SMALL, loc="upper right", **drawing.WHITE_BACKED)
