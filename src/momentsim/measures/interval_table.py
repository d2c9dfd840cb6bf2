"""The interval table: how service went through the day, per skill and in all, averaged over replications."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from momentsim.contract.plan import Names
from momentsim.measures.digest import Digest
from momentsim.measures.facts import FloatArray, Sample
from momentsim.measures.service import on_line, pad, service_parts
from momentsim.measures.statistics import Interval, by_unit, clip, estimate, interval
from momentsim.scenario.types import Scenario

if TYPE_CHECKING:
    import pandas as pd

COUNTS = (
    "offered", "answered", "abandoned", "blocked", "balked", "closed", "disconnected", "diverted", "diverted_closed",
)  # fmt: skip
UNBOUNDED = (0.0, float("inf"))
SHARE = (0.0, 1.0)


def interval_starts(scenario: Scenario, intervals: int, *, first: int = 0) -> npt.NDArray[np.datetime64]:
    """Local start of each interval from number `first` to `intervals - 1`, without daylight saving."""
    start = np.datetime64(scenario.start, "us")
    steps = np.round(np.arange(first, intervals) * scenario.interval * 1e6).astype("timedelta64[us]")
    return (start + steps).astype("datetime64[ms]")


def interval_table(scenario: Scenario, names: Names, digests: Sequence[Digest]) -> pd.DataFrame:
    """Rows by (interval_start, skill), `all` first; means over replications.

    Service level, wait, queue and occupancy have `_low` and `_high`, the 95 % interval of that mean.

    Counts and waits belong to the queue that a leg waited in and the interval in which it got there; queue, agents and
    occupancy to the clock time. Agents who serve several skills are on duty in each of them. Rows of the horizon add
    up to the summary; those of the run-out stand behind them.
    """
    import pandas as pd

    sample = Sample(scenario, names, tuple(digests))
    queues = pad([digest.queues for digest in digests])
    staff = pad([digest.staff for digest in digests])
    length = _used_intervals(scenario, queues)
    queues, staff = queues[:, :length], _fit_length(staff, length)
    starts = interval_starts(scenario, length)
    end = math.ceil(scenario.horizon / scenario.interval)
    phase = ["horizon" if index < end else "run_out" for index in range(length)]
    parts = []
    for index, skill in enumerate(("all", *names.queues)):
        own = slice(None) if index == 0 else slice(index - 1, index)
        serving = np.ones(len(names.groups), bool) if index == 0 else digests[0].serves[index - 1]
        columns = _columns(sample, queues[:, :, own], staff[:, :, serving])
        formula = {"service_level_formula": scenario.waiting.service_level_abandons}
        parts.append(
            pd.DataFrame({"interval_start": starts, "skill": skill, **columns, **formula, "part": phase})
        )
    table = pd.concat(parts, keys=range(len(parts)), names=["skill_order", "place"])
    return table.sort_index(level=["place", "skill_order"]).reset_index(drop=True)


def counts_interval(sample: Sample, counts: Sequence[str], *, steps: int, width: int) -> Interval:
    """95 % interval of the mean sum of these counts over all skills, for each of `steps` runs of `width` intervals."""
    queues = pad([digest.queues for digest in sample.digests])[:, : steps * width]
    total = np.sum([queues[name].sum(axis=2, dtype=np.float64) for name in counts], axis=0)
    stepped = total.reshape(len(total), steps, width).sum(axis=2)
    return clip(interval(by_unit(estimate(stepped), sample.members)), UNBOUNDED)


def _used_intervals(scenario: Scenario, queues: npt.NDArray[np.void]) -> int:
    """Intervals of the horizon, and those of the run-out in which something happened."""
    horizon = math.ceil(scenario.horizon / scenario.interval)
    busy = np.flatnonzero(((queues["offered"] > 0) | (queues["waiting"] > 0)).any(axis=(0, 2)))
    last = int(busy[-1]) + 1 if len(busy) else 0
    return min(max(horizon, last), int(queues.shape[1]))


def _fit_length(staff: npt.NDArray[np.void], length: int) -> npt.NDArray[np.void]:
    fitted = np.zeros((len(staff), length, staff.shape[2]), staff.dtype)
    shared = min(length, staff.shape[1])
    fitted[:, :shared] = staff[:, :shared]
    return fitted


def _columns(
    sample: Sample, queues: npt.NDArray[np.void], staff: npt.NDArray[np.void]
) -> dict[str, FloatArray]:
    """Columns for one skill from (replications, intervals, queues) and (replications, intervals, groups)."""
    total = {name: queues[name].sum(axis=2, dtype=np.float64) for name in queues.dtype.names or ()}
    on_duty = staff["on_duty"].sum(axis=2, dtype=np.float64)
    busy = staff["busy"].sum(axis=2, dtype=np.float64)
    length = sample.scenario.interval
    three = partial(_three, sample.members)
    total |= on_line(total)
    columns: dict[str, FloatArray] = {name: total[name].mean(axis=0) for name in COUNTS}
    columns.update(three("service_level", *service_parts(sample.scenario, total), SHARE))
    columns.update(three("wait_mean_s", total["wait_answered"], total["answered_on_line"], UNBOUNDED))
    columns.update(three("queue_mean", total["waiting"] / length, None, UNBOUNDED))
    columns["agents_on_duty"] = on_duty.mean(axis=0) / length
    columns.update(three("occupancy", busy, on_duty, SHARE))
    return columns


def _three(
    members: int, name: str, top: FloatArray, bottom: FloatArray | None, bounds: tuple[float, float]
) -> dict[str, FloatArray]:
    estimated = by_unit(estimate(top, bottom), members)
    limits = clip(interval(estimated), bounds)
    return {name: estimated.value, f"{name}_low": limits.low, f"{name}_high": limits.high}
