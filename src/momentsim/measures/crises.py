"""Facts about jams: hours in which the phone does not work for the customer, and how long they last."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta

import numpy as np
import numpy.typing as npt

from momentsim.measures.facts import Columns, FloatArray, Sample
from momentsim.measures.service import pad
from momentsim.scenario.types import Scenario
from momentsim.units import SECONDS_PER_HOUR

JAM_SHARE = 0.30
"""An hour is jammed when more than this share of those offered in it hear busy, balk, abandon or are cut off.

MODEL 3; whoever finds it closed is not offered.
"""

JAM_LEAST = 20
"""Attempts in an hour below which failures are chance and no jam."""
CLEAR_HOURS = 24
"""Recovered: so many hours in a row without a jam."""


def crisis_facts(sample: Sample, scope: str) -> Columns:
    """Jammed hours of the horizon and after it for scope all or skill; time to recover for scope all."""
    first_hour, jams = jammed_clock_hours(sample, scope)
    end = _hours_until_end(sample.scenario, first_hour)
    columns = {
        "jammed_hours": jams[:, :end].sum(axis=1).astype(np.float64),
        "jammed_hours_after": jams[:, end:].sum(axis=1).astype(np.float64),
    }
    if scope == "all":
        columns["time_to_recover_h"] = _time_to_recover(sample.scenario, first_hour, jams)
    return columns


def jammed_clock_hours(sample: Sample, scope: str) -> tuple[datetime, npt.NDArray[np.bool_]]:
    """Start of the first clock hour, and whether each hour is jammed (replications, hours, items).

    In an interval longer than an hour, all hours that begin in it are alike.
    """
    rows = pad([digest.queues for digest in sample.digests])
    failed = ("blocked", "balked", "abandoned", "disconnected", "diverted")
    fails = np.stack([rows[name] for name in failed]).sum(axis=0, dtype=np.float64)
    offered = rows["offered"].astype(np.float64)
    if scope == "all":
        fails, offered = fails.sum(axis=2, keepdims=True), offered.sum(axis=2, keepdims=True)
    start = sample.scenario.start
    first = start.replace(minute=0, second=0, microsecond=0)
    places = _hours_of_intervals(sample.scenario, (start - first).total_seconds(), offered.shape[1])
    fails, offered = _by_hour(fails, places), _by_hour(offered, places)
    jams = (fails > JAM_SHARE * offered) & (offered >= JAM_LEAST)
    if sample.scenario.interval > SECONDS_PER_HOUR:
        hours = math.ceil(jams.shape[1] * sample.scenario.interval / SECONDS_PER_HOUR)
        jams = jams[:, (np.arange(hours) * SECONDS_PER_HOUR // sample.scenario.interval).astype(np.int64)]
    return first, jams


def _hours_until_end(scenario: Scenario, first_hour: datetime) -> int:
    """Clock hours that begin within the horizon."""
    lead_s = (scenario.start - first_hour).total_seconds()
    return math.ceil((lead_s + scenario.horizon) / SECONDS_PER_HOUR)


def _hours_of_intervals(scenario: Scenario, lead_s: float, intervals: int) -> npt.NDArray[np.int64]:
    if scenario.interval >= SECONDS_PER_HOUR:
        return np.arange(intervals)
    starts = lead_s + np.arange(intervals) * scenario.interval
    return (starts // SECONDS_PER_HOUR).astype(np.int64)


def _by_hour(values: FloatArray, places: npt.NDArray[np.int64]) -> FloatArray:
    first_of_hour = np.flatnonzero(np.diff(places, prepend=-1))
    return np.asarray(np.add.reduceat(values, first_of_hour, axis=1), np.float64)


def crisis_start(scenario: Scenario) -> datetime | None:
    """First announcement of the first crisis as its `days` say; None without a failure.

    Days without failures are no part of it: the calm before would count as the recovery. Pre-cancellation does
    not move it, so that variants are timed from one instant.
    """
    starts = [
        datetime.combine(date.fromisoformat(day), datetime.min.time())
        + timedelta(seconds=storm.announced_from)
        for crisis in scenario.crises.values()
        for day, storm in crisis.days.items()
        if storm.failed
    ]
    return min(starts, default=None)


def _time_to_recover(scenario: Scenario, first_hour: datetime, jams: npt.NDArray[np.bool_]) -> FloatArray:
    """Hours from the crisis's start to the first 24 hours without a jam (0 if there was none).

    After the last attempt of the run nothing is jammed.
    """
    start = crisis_start(scenario)
    if start is None:
        return np.full((len(jams), 1), np.nan)
    lead = (start - first_hour).total_seconds() / SECONDS_PER_HOUR
    place = min(max(int(lead), 0), jams.shape[1])
    found = [[max(_first_clear(row[place:]) + place - lead, 0.0)] for row in jams[:, :, 0]]
    return np.asarray(found, np.float64)


def _first_clear(jams: npt.NDArray[np.bool_]) -> int:
    """Index of the first hour from which CLEAR_HOURS pass without a jam."""
    hours = np.flatnonzero(jams)
    if not len(hours) or hours[0] >= CLEAR_HOURS:
        return 0
    gaps = np.append(np.diff(hours) - 1, CLEAR_HOURS)
    return int(hours[np.argmax(gaps >= CLEAR_HOURS)] + 1)
