"""What people are shown of a moment: the numbers of a frame, by fog or X-ray."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from momentsim.app.series import LINES, MONEY, History, MoneyRates
from momentsim.contract.plan import HOUR, SECOND
from momentsim.engine import SteeredRun
from momentsim.runs import glance
from momentsim.scenario.types import Scenario

MOST_CALLERS: Final = 2_000
"""Callers that a frame shows one by one; above that one stands for several."""


class FrameField(NamedTuple):
    """One number of a frame."""

    name: str
    title: str
    unit: str


_IN_NO_CHART: Final = (
    FrameField("talking", "talking", "people"),
    FrameField("idle", "free", "people"),
    FrameField("occupancy", "occupancy", "share"),
    FrameField("survey", "survey of the last day, promoters less detractors", "points"),
)
_IN_FRAMES: Final = (
    "waiting", "longest_wait_s", "helped_per_hour", "answered_in_goal", "hung_up_per_hour", "busy_per_hour",
    "on_duty", "talking", "idle", "occupancy", "cost", "lever_money", "survey",
)  # fmt: skip


def fields_of(scenario: Scenario) -> list[FrameField]:
    """The numbers of a frame, in their order; those that charts show too are called as there."""
    told = {line.name: FrameField(line.name, line.title, line.unit) for line in LINES}
    told |= {field.name: field for field in _IN_NO_CHART}
    within = f"answered in {scenario.waiting.service_level.threshold_s:g} s"
    told["answered_in_goal"] = told["answered_in_goal"]._replace(title=within)
    fields = [told[name] for name in _IN_FRAMES]
    return [each._replace(unit=scenario.currency) if each.unit == MONEY else each for each in fields]


class FrameContent(NamedTuple):
    """Everything that a frame is made of, and what the ticker compares."""

    time: int
    waiting: glance.WholeArray  # by queue
    longest: glance.WholeArray  # by queue, microseconds
    duty: glance.ByteArray  # by agent
    groups: glance.WholeArray  # [groups x glance.DUTIES]
    counts: glance.Counts
    blocked_per_hour: float
    numbers: list[float | None]  # in the order of `fields_of`
    lines_in_use: int


def see(steered: SteeredRun, history: History, prices: MoneyRates) -> FrameContent:
    """Look at a run now; it changes nothing."""
    waiting, longest = glance.waits_by_queue(steered)
    duty = glance.duty_by_agent(steered)
    groups = glance.duties_by_group(steered, duty)
    counts = glance.count(steered)
    answered, abandoned, blocked = history.per_hour(counts, steered.time)
    money = glance.spent(steered, prices.rates, prices.notice)
    on_duty, talking, wrapping, idle = (int(each) for each in groups.sum(axis=0)[:4])
    goal = glance.answered_in_goal(steered, steered.time - HOUR)
    survey = history.survey(counts, steered.time)
    numbers: list[float | None] = [
        int(waiting.sum()),
        round(int(longest.max(initial=0)) / SECOND),
        round(answered),
        None if goal is None else round(goal, 3),
        round(abandoned),
        round(blocked),
        on_duty,
        talking,
        idle,
        round((talking + wrapping) / on_duty, 3) if on_duty else None,
        round(money.staff + money.levers),
        round(money.levers),
        None if survey is None else round(survey),
    ]
    in_use = int(glance.world_of(steered)["centre"]["in_system"][0])
    return FrameContent(steered.time, waiting, longest, duty, groups, counts, blocked, numbers, in_use)


def open_part(seen: FrameContent) -> dict[str, object]:
    """The part of a frame that a real centre would see."""
    waits = zip(seen.waiting.tolist(), (seen.longest / SECOND).round().astype(int).tolist(), strict=True)
    return {
        "t": seen.time / SECOND,
        "n": seen.numbers,
        "queues": [list(pair) for pair in waits],
        "groups": seen.groups.tolist(),
    }


def hidden_part(steered: SteeredRun) -> dict[str, object]:
    """What really happens: the part of a frame that only the X-ray shows."""
    beneath = glance.beneath(steered)
    moods = glance.moods_by_queue(steered)
    per_dot = max(1, -(-sum(map(len, moods)) // MOST_CALLERS))
    together = np.concatenate(moods) if moods else np.zeros(0, np.uint8)
    return {
        "will_call_again": beneath.will_call_again,
        "next_hour": _busiest_hour(glance.next_calls(steered)),
        "moods": np.bincount(together, minlength=4).tolist(),
        "callers": [encoded(bands[::per_dot]) for bands in moods],
        "per_dot": per_dot,
        "ledger": [round(amount) for amount in beneath.ledger.tolist()],
        "never_helped": beneath.never_helped,
    }


def encoded(numbers: glance.ByteArray | Sequence[int]) -> str:
    """Bytes as base64."""
    return base64.b64encode(np.asarray(numbers, np.uint8).tobytes()).decode("ascii")


def _busiest_hour(times: glance.WholeArray) -> float | None:
    """Seconds since the start at which the hour begins in which most call again; None where nobody is to."""
    if not len(times):
        return None
    hours, counts = np.unique(times // HOUR, return_counts=True)
    return float(hours[np.argmax(counts)] * HOUR / SECOND)
