"""Heads by interval as a scenario has them written, before absence and shrinkage."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from momentsim.prepare.blueprint import Blueprint
from momentsim.prepare.rosters import GroupRoster

FloatArray = npt.NDArray[np.float64]


def interval_of(blueprint: Blueprint) -> int:
    """Length of an interval, microseconds."""
    return int(blueprint.settings["interval"][0])


def intervals_of(blueprint: Blueprint) -> int:
    """Intervals of warm-up and horizon."""
    return round(blueprint.window.horizon / interval_of(blueprint))


def written_heads(blueprint: Blueprint) -> FloatArray:
    """Heads in the middle of every interval, (intervals, groups)."""
    middles = (np.arange(intervals_of(blueprint), dtype=np.float64) + 0.5) * float(interval_of(blueprint))
    return np.stack([_heads(roster, middles) for roster in blueprint.rosters], axis=1)


def _heads(roster: GroupRoster, times: FloatArray) -> FloatArray:
    if roster.steps is not None:
        steps = roster.steps
        return steps.heads[np.searchsorted(steps.times, times, side="right") - 1].astype(np.float64)
    heads = np.zeros(len(times))
    for shift in roster.shift_days:
        working = (times >= shift.start) & (times < shift.end)
        for start, end in shift.pauses:
            working &= ~((times >= start) & (times < end))
        heads[working] += shift.heads
    return heads
