"""Kinds of days beside each other (`demand.day_kinds`): how service went on the dates that each replication made one.

A date's kind is a draw of each replication, so the sums of a kind are those of its dates, and a ratio is one of sums
over the replications that have some; where only one has, there is no interval. Kinds add up to the horizon: an interval
belongs to one date, and a date to one kind.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from momentsim.measures.digest import QUEUE_FIELDS
from momentsim.measures.facts import Columns, FloatArray, Sample
from momentsim.measures.interval_table import SHARE, UNBOUNDED, interval_starts
from momentsim.measures.service import on_line, pad, service_parts
from momentsim.measures.statistics import by_unit, clip, estimate, interval
from momentsim.scenario.types import Scenario
from momentsim.units import SECONDS_PER_DAY

if TYPE_CHECKING:
    import pandas as pd

IntArray = npt.NDArray[np.int64]

USUAL: Final = "usual days"
"""What the shares of all kinds leave; no kind can have this name, which has a blank."""
COUNTS: Final = ("offered", "answered", "abandoned", "blocked", "balked", "disconnected", "diverted")


def dates_of_horizon(scenario: Scenario) -> range:
    """Ordinals of the dates that share time with the horizon."""
    days = _date_of_interval(scenario)
    return range(scenario.start.toordinal(), scenario.start.toordinal() + int(days[-1]) + 1)


def day_kinds_table(sample: Sample, kinds: IntArray) -> pd.DataFrame:
    """One row per kind of day and skill, `all` first. `kinds` are the numbers of those of (replications, dates)."""
    import pandas as pd

    return pd.DataFrame(day_kind_columns(sample, kinds))


def day_kind_columns(sample: Sample, kinds: IntArray) -> dict[str, list[Any]]:
    """The columns of that table: means over replications with 95 % intervals; no rows without kinds of days."""
    scenario, names = sample.scenario, list(sample.scenario.demand.day_kinds)
    columns: dict[str, list[Any]] = {}
    if not names:
        return columns
    of_interval = kinds[:, _date_of_interval(scenario)]
    queues = pad([digest.queues for digest in sample.digests])[:, : of_interval.shape[1]]
    is_kind = np.stack([of_interval == number for number in range(len(names) + 1)], axis=1).astype(np.float64)
    days = is_kind.sum(axis=2) * (scenario.interval / SECONDS_PER_DAY)
    for place, skill in enumerate(("all", *sample.names.queues)):
        own = slice(None) if place == 0 else slice(place - 1, place)
        totals = {
            name: np.einsum("rki,ri->rk", is_kind, queues[name][:, :, own].sum(axis=2, dtype=np.float64))
            for name in QUEUE_FIELDS
        }
        found = _figures(sample, totals, days)
        for number, kind in enumerate((*names, USUAL)):
            if number == len(names) and not days[:, number].any():
                continue  # the shares leave no usual days, or none came
            row = {
                "kind": kind,
                "skill": skill,
                **{name: float(each[number]) for name, each in found.items()},
            }
            for name, value in row.items():
                columns.setdefault(name, []).append(value)
    columns["service_level_formula"] = [scenario.waiting.service_level_abandons] * len(columns["kind"])
    return columns


def _figures(sample: Sample, totals: Columns, days: FloatArray) -> dict[str, FloatArray]:
    """By kind, from sums of (replications, kinds)."""
    totals = totals | on_line(totals)
    figures = {"days": days.mean(axis=0), **{name: totals[name].mean(axis=0) for name in COUNTS}}
    ratios: Sequence[tuple[str, FloatArray, FloatArray, tuple[float, float]]] = (
        ("offered_per_day", totals["offered"], days, UNBOUNDED),
        ("service_level", *service_parts(sample.scenario, totals), SHARE),
        ("abandoned_share", totals["abandoned"], totals["offered"], SHARE),
        ("wait_mean_s", totals["wait_answered"], totals["answered_on_line"], UNBOUNDED),
    )
    for name, top, bottom, bounds in ratios:
        three = [
            _ratio(sample, top[:, kind], bottom[:, kind], days[:, kind], bounds)
            for kind in range(days.shape[1])
        ]
        figures |= dict(zip((name, f"{name}_low", f"{name}_high"), np.array(three).T, strict=True))
    return figures


def _ratio(
    sample: Sample, top: FloatArray, bottom: FloatArray, days: FloatArray, bounds: tuple[float, float]
) -> tuple[float, float, float]:
    """A ratio of sums and its interval, over the replications that have such days: others say nothing of it."""
    has_days = (days.reshape(-1, sample.members) > 0.0).any(axis=1).repeat(sample.members)
    if not has_days.any():
        return (math.nan,) * 3
    estimated = by_unit(estimate(top[has_days, None], bottom[has_days, None]), sample.members)
    limits = clip(interval(estimated), bounds)
    return float(estimated.value[0]), float(limits.low[0]), float(limits.high[0])


def _date_of_interval(scenario: Scenario) -> IntArray:
    """By interval of the horizon, how many dates after the first one it begins."""
    starts = interval_starts(scenario, round(scenario.horizon / scenario.interval))
    return np.asarray(
        (starts.astype("datetime64[D]") - np.datetime64(scenario.start.date())).astype(np.int64)
    )
