"""The simulated truth by interval: what really happens under a staffing, beside what formulas promise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from momentsim.measures.facts import FloatArray, Sample
from momentsim.measures.service import service_parts
from momentsim.measures.statistics import Estimate, by_unit, clip, estimate, interval
from momentsim.questions.staff.goal import Aim, goal_by_interval, queue_sums

SHARE = (0.0, 1.0)


def simulated_by_interval(
    samples: Mapping[str, Sample], skills: Sequence[int], intervals: int, aims: Mapping[str, Aim]
) -> pd.DataFrame:
    """Contacts offered, service level and share abandoned of these skills, and the measures of goals, by interval.

    `aims` has goals by what their columns are called, `samples` by the name of an aim the replications that count as
    in time what it does. One row per interval of the horizon, counted by arrival, with 95 % intervals; blank where
    nobody called. Means over replications.
    """
    sample = next(iter(samples.values()))
    total = queue_sums(sample, skills, intervals)
    columns: dict[str, FloatArray] = {"offered_simulated": total["offered"].mean(axis=0)}
    for name, (top, bottom) in {
        "service_level": service_parts(sample.scenario, total),
        "abandoned": (total["abandoned"], total["offered"]),
    }.items():
        columns |= _with_limits(name, by_unit(estimate(top, bottom), sample.members), SHARE)
    for name, aim in aims.items():
        ends = (0.0, np.inf) if aim.goal.kind == "wait" else SHARE
        columns |= _with_limits(name, goal_by_interval(aim, samples[aim.name], intervals), ends)
    return pd.DataFrame(columns)


def _with_limits(name: str, estimated: Estimate, ends: tuple[float, float]) -> dict[str, FloatArray]:
    limits = clip(interval(estimated), ends)
    return {f"{name}_simulated": estimated.value, f"{name}_low": limits.low, f"{name}_high": limits.high}
