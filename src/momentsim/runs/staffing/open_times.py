"""What opening hours do to a forecast: whoever finds a queue closed comes after its next opening, or not at all."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from momentsim.contract.plan import SECOND
from momentsim.prepare.blueprint import Blueprint
from momentsim.runs.staffing.written_heads import interval_of, intervals_of
from momentsim.scenario import LoadedScenario
from momentsim.scenario.laws.law_figures import distribution_of
from momentsim.scenario.sections.diverting import divert_of
from momentsim.scenario.sections.opening_hours import Closed, hours_of
from momentsim.scenario.types import Law

FloatArray = npt.NDArray[np.float64]


class OpenTimes(NamedTuple):
    """When one queue is open, by interval of warm-up and horizon."""

    share: FloatArray
    """Share of each interval in which it is open."""
    opens: npt.NDArray[np.int64]
    """Intervals in which it opens, in order."""
    first_whole: npt.NDArray[np.int64]
    """For each opening, the first interval that begins after it or with it."""
    call_again: float
    delays: FloatArray
    """Share of those who call again that do so 0, 1, 2, ... intervals after that of the opening."""


def open_times(loaded: LoadedScenario, blueprint: Blueprint, queue: int) -> OpenTimes | None:
    """The times of a queue; None for one that is always open."""
    hours = hours_of(loaded.scenario.opening_hours, blueprint.names.queues[queue])
    if hours is None:
        return None
    step, count = interval_of(blueprint), intervals_of(blueprint)
    row = blueprint.hours[queue]
    spans = blueprint.open_spans[row["first_span"] : row["last_span"]]
    spans = spans[(spans["closes"] > 0) & (spans["opens"] < count * step)]
    edges = np.arange(count + 1, dtype=np.int64) * step
    opened = [np.clip(edges - span["opens"], 0, span["closes"] - span["opens"]) for span in spans]
    share = np.diff(np.sum(opened, axis=0)) / step if opened else np.zeros(count)
    opens = np.maximum(spans["opens"], 0)
    call_again, delay = _those_who_find_it_closed(loaded, blueprint.names.queues[queue], hours.closed)
    return OpenTimes(
        share, opens // step, -(-opens // step), call_again, _delays(loaded, delay, step / SECOND, count)
    )


def _those_who_find_it_closed(loaded: LoadedScenario, queue: str, closed: Closed) -> tuple[float, Law]:
    """Which share of them calls again after the next opening, and how long after it."""
    divert = divert_of(loaded.scenario.divert, queue)
    if divert is not None and divert.closed:
        return divert.call_again, divert.delay
    return closed.call_again if closed.message else 0.0, closed.delay


def _delays(loaded: LoadedScenario, delay: Law, step_s: float, count: int) -> FloatArray:
    law = distribution_of(delay, loaded.samples)
    until = law.cdf(np.arange(1, count + 1) * step_s)
    return np.diff(until, prepend=0.0)


def offered_when_open(attempts: FloatArray, times: OpenTimes) -> tuple[FloatArray, float]:
    """What is offered of attempts by interval, and which share of all attempts is ever offered.

    Of those who find it closed, `call_again` come after the next opening; whoever finds it closed once more then,
    comes after the one that follows.
    """
    offered = attempts * times.share
    closed = attempts - offered
    lost, told = 0.0, 0
    for interval, whole in zip(times.opens.tolist(), times.first_whole.tolist(), strict=True):
        waiting = float(closed[told:whole].sum())
        told = max(told, whole)
        lost += waiting * (1.0 - times.call_again)
        come = waiting * times.call_again * times.delays[: len(attempts) - interval]
        is_open = times.share[interval:].copy()
        is_open[:1] = 1.0  # whoever comes in the interval of the opening comes after it
        offered[interval:] += come * is_open
        closed[interval:] += come * (1.0 - is_open)
    lost += float(closed[told:].sum()) * (1.0 - times.call_again)
    total = float(attempts.sum())
    return offered, 1.0 - lost / total if total > 0.0 and not math.isclose(lost, total) else 1.0
