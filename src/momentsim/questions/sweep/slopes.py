"""Slopes: what one more of a key is worth, from step to step, paired under common draws.

Influences of the difference of two points are differences of theirs, so a slope has the paired interval of any
comparison. Nothing is fitted on a grid: a slope is that of a step between two points that were simulated, all other
keys alike. Over a design it is the mean slope over the ranges: the least-squares coefficient, which is a weighted
sum of the points, with the weighted sum of their influences.

The elasticity of a step is that of its middle: relative change of the measure over relative change of the key, each
relative to the mean of both ends (arc elasticity; Allen 1934, Review of Economic Studies 1, 226-229). Its interval is
by the delta method.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from momentsim.measures.catalogue import BY_NAME
from momentsim.measures.statistics import Estimate, interval, simultaneous
from momentsim.measures.summary import unit_of
from momentsim.questions.sweep.axes import Axis
from momentsim.questions.sweep.sweep import Sweep, pick
from momentsim.questions.sweep.written_values import text_of

SLOPE_COLUMNS = (
    "key", "measure", "from", "to", "at", "per", "slope", "low", "high", "low_all", "high_all", "elasticity",
    "elasticity_low", "elasticity_high", "local", "unit", "replications",
)  # fmt: skip
AVERAGED = "averaged over the design"


class Step(NamedTuple):
    """Two points that differ in one key by one step, from the lower to the higher value."""

    low: int
    high: int
    local: bool
    """Does it begin at the file's own value, or hold it?"""
    at: str
    """Values of the other keys."""


def slopes_table(swept: Sweep) -> pd.DataFrame:
    """Slopes of every measure by every key that is a number, per `per` of the key.

    With one key: every step. With several: the step at the file's own value (or the nearest), all others at the
    values of the file or the nearest to them. `low` and `high` hold with 95 % each; `low_all` and `high_all`
    (Bonferroni) together for all slopes that are `local`, those of the sentences, and for all of one measure.
    """
    slopes: list[tuple[dict[str, Any], Estimate]] = []
    for index, axis in enumerate(swept.axes):
        if axis.numbers is None:
            continue
        if swept.design.name == "grid":
            slopes += [row for step in _steps(swept, index) for row in _step_rows(swept, axis, index, step)]
        elif not swept.interrupted:
            slopes += _average_rows(swept, axis)
    rows = []
    for row, slope in slopes:
        family = max(
            sum(bool(other["local"]) for other, _ in slopes),
            sum(other["measure"] == row["measure"] for other, _ in slopes),
        )
        limits = interval(slope, simultaneous(family))
        rows.append(row | {"low_all": float(limits.low[0]), "high_all": float(limits.high[0])})
    return pd.DataFrame(rows, columns=list(SLOPE_COLUMNS))


def per_of(axis: Axis) -> float:
    """The amount of a key that slopes are for: 1 of its unit, or a tenth, a hundredth where its values are closer."""
    numbers = axis.numbers or (0.0,)
    width = max(numbers) - min(numbers)
    return 1.0 if axis.kind == "whole" or width >= 1 or width <= 0 else 10.0 ** math.floor(math.log10(width))


def _steps(swept: Sweep, axis_number: int) -> list[Step]:
    """Steps along one key through the point nearest to the file as written."""
    axis = swept.axes[axis_number]
    assert axis.numbers is not None
    others = [_nearest(other) for other in swept.axes]
    rows = {row: number for number, row in enumerate(swept.design.rows[: len(swept.items)])}
    line = []
    for text in axis.texts:
        values = (*others[:axis_number], text, *others[axis_number + 1 :])
        if values in rows:
            line.append((axis.number(text), rows[values]))
    at = ", ".join(
        f"{other.key} = {text}" for number, (other, text) in enumerate(zip(swept.axes, others, strict=True))
        if number != axis_number
    )  # fmt: skip
    steps = [(low, high) for low, high in pairwise(line)]
    own = _local([low[0] for low, _ in steps], axis.here)
    steps_there = [Step(low[1], high[1], number == own, at) for number, (low, high) in enumerate(steps)]
    return steps_there if len(swept.axes) == 1 else [step for step in steps_there if step.local]


def _nearest(axis: Axis) -> str:
    """Its value in the file, or the nearest one that was simulated; words that were not: the first."""
    if axis.numbers is None:
        return axis.written if axis.written in axis.texts else axis.texts[0]
    if math.isnan(axis.here):
        return axis.texts[len(axis.texts) // 2]
    return axis.texts[int(np.argmin(np.abs(np.array(axis.numbers) - axis.here)))]


def _local(lows: Sequence[float], here: float) -> int:
    """The step that begins at the file's own value or holds it; else the one in the middle, or at the near end."""
    if not lows:
        return -1
    if math.isnan(here):
        return len(lows) // 2
    return max((number for number, low in enumerate(lows) if low <= here), default=0)


def _step_rows(
    swept: Sweep, axis: Axis, axis_number: int, step: Step
) -> list[tuple[dict[str, Any], Estimate]]:
    """Rows of one step, each with its slope."""
    texts = [swept.design.rows[point][axis_number] for point in (step.low, step.high)]
    numbers = [axis.number(text) for text in texts]
    per = per_of(axis)
    rows = []
    for name in swept.estimates:
        low, high = (pick(swept.estimates[name], [swept.items[point]]) for point in (step.low, step.high))
        scale = per / (numbers[1] - numbers[0])
        slope = Estimate(scale * (high.value - low.value), scale * (high.influence - low.influence))
        about = {"from": texts[0], "to": texts[1], "at": step.at, "local": step.local}
        rows.append((_row(swept, axis, name, slope) | about | _elasticity(low, high, numbers), slope))
    return rows


def _elasticity(low: Estimate, high: Estimate, numbers: Sequence[float]) -> dict[str, float]:
    """Arc elasticity of a step; blank unless key and measure are above 0 at both ends."""
    first, last = float(low.value[0]), float(high.value[0])
    if not (numbers[0] > 0 and first > 0 and last > 0):
        return dict.fromkeys(("elasticity", "elasticity_low", "elasticity_high"), math.nan)
    size = (numbers[0] + numbers[1]) / (numbers[1] - numbers[0])
    influence = 2 * size * (high.influence * first - low.influence * last) / (first + last) ** 2
    estimated = Estimate(np.array([size * (last - first) / (last + first)]), influence)
    limits = interval(estimated)
    return {
        "elasticity": float(estimated.value[0]),
        "elasticity_low": float(limits.low[0]),
        "elasticity_high": float(limits.high[0]),
    }


def _average_rows(swept: Sweep, axis: Axis) -> list[tuple[dict[str, Any], Estimate]]:
    """The mean slope over a design; blank where the key does not move or moves with others."""
    numeric = [each for each in swept.axes if each.numbers is not None or len(each.texts) == 2]
    rows = [swept.design.rows[place] for place in swept.design.places]
    columns = [[each.number(row[swept.axes.index(each)]) for row in rows] for each in numeric]
    matrix = np.column_stack([np.ones(len(rows)), *columns])
    if np.linalg.matrix_rank(matrix) < matrix.shape[1]:
        return []
    weights = per_of(axis) * np.linalg.pinv(matrix)[1 + numeric.index(axis)]
    assert axis.numbers is not None
    ends = [axis.texts[int(np.argmin(axis.numbers))], axis.texts[int(np.argmax(axis.numbers))]]
    about = {"from": ends[0], "to": ends[1], "at": AVERAGED, "local": True}
    blank = dict.fromkeys(("elasticity", "elasticity_low", "elasticity_high"), math.nan)
    slopes = []
    for name in swept.estimates:
        every = swept.of_design(name)
        slope = Estimate(np.array([every.value @ weights]), (every.influence @ weights)[:, None])
        slopes.append((_row(swept, axis, name, slope) | about | blank, slope))
    return slopes


def _row(swept: Sweep, axis: Axis, measure: str, slope: Estimate) -> dict[str, Any]:
    limits = interval(slope)
    return {
        "key": axis.key,
        "measure": measure,
        "per": text_of(Decimal(repr(per_of(axis))), axis.unit),
        "slope": float(slope.value[0]),
        "low": float(limits.low[0]),
        "high": float(limits.high[0]),
        "unit": unit_of(BY_NAME[measure], swept.baseline.loaded.scenario),
        "replications": len(swept.replications),
    }
