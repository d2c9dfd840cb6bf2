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
    leaves_message: float
    """Share of those who find it closed who leave a message; `call_again` is a share of all of them too."""


class Offered(NamedTuple):
    """What comes of attempts by interval."""

    calls: FloatArray
    """Offered while the queue is open."""
    share: float
    """Share of all attempts that is ever offered."""
    messages: FloatArray
    """Left while it was closed, spread evenly over the time from the next opening to its end."""


def open_times(loaded: LoadedScenario, blueprint: Blueprint, queue: int) -> OpenTimes | None:
    """The times of a queue; None for one that is always open."""
    hours = hours_of(loaded.scenario.opening_hours, blueprint.names.queues[queue])
    if hours is None:
        return None
    step, count = interval_of(blueprint), intervals_of(blueprint)
    row = blueprint.queues.hours[queue]
    spans = blueprint.queues.open_spans[row["first_span"] : row["last_span"]]
    spans = spans[(spans["closes"] > 0) & (spans["opens"] < count * step)]
    edges = np.arange(count + 1, dtype=np.int64) * step
    opened = [np.clip(edges - span["opens"], 0, span["closes"] - span["opens"]) for span in spans]
    share = np.diff(np.sum(opened, axis=0)) / step if opened else np.zeros(count)
    opens = np.maximum(spans["opens"], 0)
    left, call_again, delay = _those_who_find_it_closed(loaded, blueprint.names.queues[queue], hours.closed)
    delays = _delays(loaded, delay, step / SECOND, count)
    return OpenTimes(share, opens // step, -(-opens // step), call_again, delays, left)


def _those_who_find_it_closed(loaded: LoadedScenario, queue: str, closed: Closed) -> tuple[float, float, Law]:
    """Shares of them who leave a message and who call again after the next opening, and how long after it."""
    divert = divert_of(loaded.scenario.divert, queue)
    if divert is not None and divert.closed:
        left = 0.0 if divert.voicemail is None else divert.voicemail.left
        return left, (1.0 - left) * divert.call_again, divert.delay
    return 0.0, closed.call_again if closed.message else 0.0, closed.delay


def _delays(loaded: LoadedScenario, delay: Law, step_s: float, count: int) -> FloatArray:
    law = distribution_of(delay, loaded.samples)
    until = law.cdf(np.arange(1, count + 1) * step_s)
    return np.diff(until, prepend=0.0)


def offered_when_open(attempts: FloatArray, times: OpenTimes) -> Offered:
    """What is offered of attempts by interval.

    Of those who find it closed, some leave a message and `call_again` come after the next opening; whoever finds it
    closed once more then, comes after the one that follows.
    """
    offered = attempts * times.share
    closed = attempts - offered
    messages = np.zeros_like(offered)
    lost, told = 0.0, 0
    ends = np.append(times.opens[1:], len(attempts)).tolist()
    for interval, whole, end in zip(times.opens.tolist(), times.first_whole.tolist(), ends, strict=True):
        waiting = float(closed[told:whole].sum())
        told = max(told, whole)
        lost += waiting * (1.0 - times.call_again)
        while_open = times.share[interval : max(end, interval + 1)]
        left = waiting * times.leaves_message
        messages[interval : interval + len(while_open)] += (
            left * while_open / max(float(while_open.sum()), 1e-9)
        )
        come = waiting * times.call_again * times.delays[: len(attempts) - interval]
        is_open = times.share[interval:].copy()
        is_open[:1] = 1.0  # whoever comes in the interval of the opening comes after it
        offered[interval:] += come * is_open
        closed[interval:] += come * (1.0 - is_open)
    lost += float(closed[told:].sum()) * (1.0 - times.call_again)
    total = float(attempts.sum())
    share = 1.0 - lost / total if total > 0.0 and not math.isclose(lost, total) else 1.0
    return Offered(offered, share, messages)


def come_back(closed: FloatArray, times: OpenTimes) -> FloatArray:
    """By interval, calls of those who found it closed and call again after the next opening."""
    calls, told = np.zeros_like(closed), 0
    for interval, whole in zip(times.opens.tolist(), times.first_whole.tolist(), strict=True):
        waiting = float(closed[told:whole].sum())
        told = max(told, whole)
        calls[interval:] += waiting * times.call_again * times.delays[: len(closed) - interval]
    return calls
