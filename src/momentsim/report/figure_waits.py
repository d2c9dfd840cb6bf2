"""How long people waited: answered and hung-up calls by length of wait."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from momentsim.measures.facts import members_of
from momentsim.measures.statistics import by_unit, estimate, interval
from momentsim.measures.waits import below, quantile
from momentsim.report import drawing
from momentsim.report.drawing import Drawable
from momentsim.report.numbers import plain

FloatArray = npt.NDArray[np.float64]
STEPS_S = (1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1200.0, 1800.0, 3600.0, 7200.0)
"""Widths of a class that people think in; all classes of a figure are equally wide, but the last, which is open."""
MOST_CLASSES = 12
"""Classes beside each other that can be read."""
_UNITS = ((3600.0, "h"), (60.0, "min"), (1.0, "s"))
SHOWN_SHARE = 0.95
"""Share of waits that lie within the classes with two ends."""


class Waits(NamedTuple):
    """Calls per class of wait, answered and hung up, with intervals."""

    labels: list[str]
    value: FloatArray  # (2, classes)
    low: FloatArray
    high: FloatArray
    threshold_place: float  # where the service threshold lies, in classes
    threshold_s: float
    finding: str


def data(result: Drawable) -> Waits:
    """Counts per class, mean over replications."""
    counts = np.stack([digest.waits.sum(axis=0) for digest in result.digests.values()]).astype(np.float64)
    threshold = result.loaded.scenario.waiting.service_level.threshold_s
    edges = _edges(counts.sum(axis=(0, 1)), threshold)
    below_edge = np.stack([below(counts, np.full(2, edge)) for edge in edges[1:]], axis=2)
    cumulative = np.concatenate(
        [np.zeros((*counts.shape[:2], 1)), below_edge, counts.sum(axis=2, keepdims=True)], 2
    )
    members = members_of(result.loaded.scenario)
    shares = [by_unit(estimate(np.diff(cumulative[:, outcome], axis=1)), members) for outcome in (0, 1)]
    limits = [interval(each) for each in shares]
    return Waits(
        labels=_labels(edges),
        value=np.stack([each.value for each in shares]),
        low=np.stack([each.low for each in limits]),
        high=np.stack([each.high for each in limits]),
        threshold_place=threshold / edges[1] - 0.5 if threshold <= edges[-1] else float("nan"),
        threshold_s=threshold,
        finding=_finding(counts.sum(axis=0)),
    )


def _edges(counts: FloatArray, threshold: float) -> list[float]:
    """Limits in equal steps, the finest that hold nearly all waits and the service threshold."""
    long = float(quantile(counts[None], SHOWN_SHARE)[0]) if counts.sum() else 0.0
    furthest = max(long, threshold if threshold <= MOST_CLASSES * STEPS_S[-1] else 0.0, STEPS_S[0])
    step = next((each for each in STEPS_S if furthest <= MOST_CLASSES * each), STEPS_S[-1])
    classes = min(MOST_CLASSES, math.ceil(furthest / step))
    return [step * place for place in range(classes + 1)]


def _labels(edges: list[float]) -> list[str]:
    """`up to 20 s`, `20 to 40 s`, ...: all in the largest unit in which all limits are short."""
    size, unit = next(
        (size, unit) for size, unit in _UNITS if all((10 * edge / size).is_integer() for edge in edges)
    )
    names = [f"{edge / size:g}" for edge in edges]
    between = [f"{low} to {high} {unit}" for low, high in pairwise(names[1:])]
    return [f"up to {names[1]} {unit}", *between, f"over {names[-1]} {unit}"]


def _short(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:g} s"
    return f"{seconds / 60:g} min" if seconds < 3600 else f"{seconds / 3600:g} h"


def _finding(counts: FloatArray) -> str:
    if not counts.sum():
        return "Nobody waited, because nobody called"
    if not counts[0].sum():
        return "Nobody was answered"
    middle, long = (float(quantile(counts[:1], share)[0]) for share in (0.5, 0.9))
    hung_up = counts[1].sum()
    if long < 1.0:
        text = "Nine in ten of the answered did not wait"
    elif middle < 1.0:
        text = f"Half of the answered did not wait, one in ten waited more than about {_about(long)}"
    else:
        text = (
            f"Half of the answered waited up to about {_about(middle)}, one in ten more than {_about(long)}"
        )
    if hung_up < 0.005 * counts.sum():
        return text
    return f"{text};\nhalf of those who hung up did so within about {_about(float(quantile(counts[1:], 0.5)[0]))}"


def _about(seconds: float) -> str:
    """A wait with two digits: a title says no more than a few replications know."""
    step = 1.0 if seconds < 60 else 60.0
    digits = 0 if seconds / step >= 9.5 else 1
    return f"{round(seconds / step, digits):g} {'s' if step == 1.0 else 'min'}"


def draw(result: Drawable) -> Figure:
    """The figure."""
    waits = data(result)
    figure, (axis,) = drawing.panels((1,))
    text = f"{result.loaded.scenario.name}: calls by length of wait, {drawing.replications_text(result)}"
    drawing.title(figure, waits.finding, text)
    for outcome, (label, colour) in enumerate((("answered", drawing.BLUE), ("hung up", drawing.ORANGE))):
        _bars(axis, waits, outcome, (label, colour))
    _threshold(axis, waits)
    axis.set_xticks(range(len(waits.labels)), waits.labels, fontsize=drawing.SMALL, rotation=30, ha="right")
    axis.set_ylabel("calls", fontsize=drawing.TEXT)
    axis.set_ylim(bottom=0)
    axis.yaxis.set_major_formatter(lambda value, _: plain(value, 0))
    axis.legend(fontsize=drawing.TEXT, frameon=False)
    return figure


def _bars(axis: Axes, waits: Waits, outcome: int, style: tuple[str, str]) -> None:
    places = np.arange(len(waits.labels)) + (outcome - 0.5) * 0.4
    values = waits.value[outcome]
    axis.bar(places, values, width=0.38, color=style[1], label=style[0])
    if not np.isnan(waits.low).any():
        whiskers = np.stack([values - np.maximum(waits.low[outcome], 0), waits.high[outcome] - values])
        axis.errorbar(
            places, values, yerr=np.abs(whiskers), fmt="none", ecolor=drawing.BLACK, elinewidth=1.3, capsize=3
        )


def _threshold(axis: Axes, waits: Waits) -> None:
    axis.axvline(waits.threshold_place, color=drawing.GREY, linestyle="--", linewidth=1.3)
    axis.annotate(
        f" goal: within {_short(waits.threshold_s)}",
        (waits.threshold_place, 1.0),
        xycoords=("data", "axes fraction"),
        va="top",
        ha="left",
        fontsize=drawing.SMALL,
        color=drawing.GREY,
    )
