"""The tidy tables of a sweep: a row per point and measure, a row per point, a row per replication."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from momentsim.measures.catalogue import BY_NAME
from momentsim.measures.pareto_front import places
from momentsim.measures.statistics import clip, difference, interval, simultaneous
from momentsim.measures.summary import unit_of
from momentsim.questions.sweep.axes import Axis
from momentsim.questions.sweep.sweep import Sweep, pick

AS_WRITTEN = 0
"""Number of the file as written, where no point is just that."""
MEASURE_COLUMNS = (
    "measure", "value", "low", "high", "difference", "difference_low", "difference_high", "difference_low_all",
    "difference_high_all", "unit", "replications",
)  # fmt: skip
PAIRS_COLUMNS = ("point", "measure", "replication", "value")
BENEFIT = "net_benefit"
ONLY_AS_DIFFERENCE = (BENEFIT, "value_net")
"""No revenue is in them, so their levels say nothing."""


def cells(axes: Sequence[Axis], values: Sequence[str]) -> dict[str, Any]:
    """Values of one point by column: numbers in the unit of the column, words as they are."""
    return {
        axis.column: text if axis.numbers is None else axis.number(text)
        for axis, text in zip(axes, values, strict=True)
    }


def points_table(swept: Sweep) -> pd.DataFrame:
    """One row per finished point: its number, its values, and whether it is the file as written.

    `times` says how often a design has it. `best_place` and `worst_place` are its possible places by net benefit,
    all of them together with 95 %; blank where net benefit is not measured.
    """
    finished = len(swept.items)
    rows = [
        {"point": index + 1, **cells(swept.axes, swept.design.rows[index])}
        | {"as_written": item == 0, "times": swept.design.places.count(index)}
        for index, item in enumerate(swept.items)
    ]
    table = pd.DataFrame(rows)
    best, worst = np.full(finished, np.nan), np.full(finished, np.nan)
    if BENEFIT in swept.estimates and len(swept.replications) > 1:
        ranked = places(swept.of_points(BENEFIT))
        best, worst = ranked.best.astype(np.float64), ranked.worst.astype(np.float64)
    return table.assign(best_place=best, worst_place=worst)


def sweep_table(swept: Sweep) -> pd.DataFrame:
    """One row per point and measure; point 0 is the file as written, where no point is just that.

    Differences are from the file as written, paired. `difference_low` and `difference_high` hold with 95 % each,
    those `_all` together for all points, for one measure (Bonferroni).
    """
    own = [(AS_WRITTEN, 0)] if swept.here < 0 else []
    numbered = own + [(index + 1, item) for index, item in enumerate(swept.items)]
    items = [item for _, item in numbered]
    here = {axis.column: axis.written if axis.numbers is None else axis.here for axis in swept.axes}
    blocks = []
    for name, of_all in swept.estimates.items():
        estimated = pick(of_all, items)
        limits = clip(interval(estimated), BY_NAME[name].bounds)
        changed = difference(pick(of_all, [0]), estimated)
        alone = interval(changed)
        together = interval(changed, simultaneous(max(1, len(swept.items) - (swept.here >= 0))))
        block = pd.DataFrame(
            {
                "point": [number for number, _ in numbered],
                "measure": name,
                "value": estimated.value,
                "low": limits.low,
                "high": limits.high,
                "difference": changed.value,
                "difference_low": alone.low,
                "difference_high": alone.high,
                "difference_low_all": together.low,
                "difference_high_all": together.high,
                "unit": unit_of(BY_NAME[name], swept.baseline.loaded.scenario),
                "replications": len(swept.replications),
            }
        )
        blocks.append(block)
    keys = pd.DataFrame(
        [
            {"point": number} | (cells(swept.axes, swept.design.rows[number - 1]) if number else here)
            for number, _ in numbered
        ]
    )
    whole = keys.merge(pd.concat(blocks, ignore_index=True), on="point", how="right")
    return whole[["point", *(axis.column for axis in swept.axes), *MEASURE_COLUMNS]]


def pairs_table(swept: Sweep) -> pd.DataFrame:
    """What each replication says about each measure at each point, point 0 (the file as written) first.

    Means of `value`, and paired t intervals of their differences, are those of the other tables. An antithetic pair
    has one value, under the number of its first replication. Where a point is the file as written, so is point 0.
    """
    numbered = [(AS_WRITTEN, 0), *((index + 1, item) for index, item in enumerate(swept.items))]
    tables = []
    for name, estimated in swept.estimates.items():
        units, _ = estimated.influence.shape
        firsts = list(swept.replications)[:: max(1, len(swept.replications) // units)]
        items = [item for _, item in numbered]
        values = estimated.value[items] + estimated.influence[:, items]
        tables.append(
            pd.DataFrame(
                {
                    "point": np.repeat([number for number, _ in numbered], units),
                    "measure": name,
                    "replication": firsts * len(numbered),
                    "value": values.T.ravel(),
                }
            )
        )
    return pd.concat(tables, ignore_index=True)[list(PAIRS_COLUMNS)]
