"""A policy to measure others by: each lever tried at six times, one lever after the other, under luck of its own.

No policy is known to be the best, so a score of 100 is one that a patient planner finds: levers in the order of the
scenario, each at six times around the crisis (over the horizon where there is none), then at the best of them in its
other sizes, and kept only if it helped in every storm that was tried. These storms are others than those that are
scored, so that the policy is not fitted to the luck it is judged by.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final, NamedTuple

import numpy as np

from momentsim.app.branches import BranchPull
from momentsim.app.jobs import Hand, JobProgress
from momentsim.app.setting import Setting
from momentsim.app.stops import failed_days
from momentsim.contract.plan import HOUR, MINUTE, LeverAction, Names, Prepared
from momentsim.engine import Pull, SteeredRun
from momentsim.measures.digest import Digest, digest
from momentsim.measures.facts import Sample, members_of
from momentsim.measures.summary import estimate_by_name
from momentsim.prepare import prepare
from momentsim.prepare.levers import lever_names
from momentsim.questions.compare.verdicts import BENEFIT
from momentsim.runs.lever_file import NO_PULLS
from momentsim.runs.side_by_side import take_in_order
from momentsim.scenario.types import Scenario

FIRST_REPLICATION: Final = 1001
"""Of the storms that the search tries: no comparison of a room, of at most 100 storms, comes so far."""
TRIED_STORMS: Final = 2
TIMES: Final = 6
LONGEST_STEP: Final = 24 * HOUR
SHORTEST_STEP: Final = 30 * MINUTE
STEPS: Final = (-1.0, -0.5, 0.0, 0.25, 1.0, 2.0)
"""When levers are tried, in steps around the first announcement; a step is a fifth of the time of announcements."""

Choice = tuple[int, int]
"""A time, and a size."""


def announced(scenario: Scenario) -> tuple[int, int] | None:
    """The first and the last announcement of all crises, microseconds since the start; None without a crisis."""
    days = [day for storm in scenario.crises.values() for day in failed_days(storm)]
    if not days:
        return None
    first, last = min(day.begins for day in days), max(day.ends for day in days)
    microsecond = timedelta(microseconds=1)
    return (first - scenario.start) // microsecond, (last - scenario.start) // microsecond


def times_to_try(scenario: Scenario) -> list[int]:
    """At most six times within the horizon, ascending, microseconds since the start."""
    horizon = round(scenario.horizon * 1e6)
    span = announced(scenario)
    if span is None:
        return [horizon * number // TIMES for number in range(TIMES)]
    first, step = span[0], step_of(span)
    wanted = (first + round(step * number) for number in STEPS)
    return sorted({min(max(time, 0), horizon - 1) for time in wanted})


def step_of(span: tuple[int, int]) -> int:
    """A fifth of the time of announcements, half an hour to a day, in quarters of an hour."""
    step = min(max((span[1] - span[0]) // 5, SHORTEST_STEP), LONGEST_STEP)
    return step // (15 * MINUTE) * (15 * MINUTE)


class TrialStorm(NamedTuple):
    """One storm in which a lever is tried: its past without this lever, and what came of each choice."""

    ready: Prepared
    past: SteeredRun
    found: dict[Choice | None, Digest]


class PolicySearch:
    """A search under way: it may be left after any of its steps and gone on with by another job.

    A step is one choice for one lever in all storms, so that whoever asks for something else need not wait long.
    """

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._levers = lever_names(setting.scenario)
        self._times = times_to_try(setting.scenario)
        self._row = -1
        self._choices: list[Choice] = []
        self._next = 0
        self._storms: list[TrialStorm] = []
        self.chosen: list[BranchPull] = []
        self._take_up_next()

    @property
    def is_over(self) -> bool:
        """Whether every lever was tried."""
        return self._row >= len(self._levers)

    @property
    def told(self) -> JobProgress:
        """How far it is, in choices; other sizes of a lever that helps are not counted."""
        each = len(self._times) + 1
        in_sizes = len({time for time, _size in self._choices}) == 1 < len(self._times)
        done = self._row * each + (each - 1 if in_sizes else min(self._next, each - 1))
        of = len(self._levers) * each
        if self.is_over:
            return JobProgress(of, of, "a good policy was looked for")
        return JobProgress(done, of, f"looking for a good policy: {self._levers[self._row]}")

    def go_on(self, hand: Hand) -> None:
        """Try one choice more; after the last one look at what comes without the lever, and decide."""
        if not self._storms:
            self._storms = self._begin()
        is_last = self._next == len(self._choices)
        choice = None if is_last else self._choices[self._next]
        take_in_order(
            range(len(self._storms)),
            lambda number: self._try(self._storms[number], choice, hand),
            lambda _number, _done: None,
            workers=hand.workers,
            stop=hand.stop,
        )
        hand.check()
        self._next += 1
        if is_last:
            self._decide(self._best())

    def _take_up_next(self) -> None:
        """Begin with the next lever, in its usual size at all times."""
        self._row += 1
        if self.is_over:
            self._storms = []
        else:
            usual = int(self._setting.quiet.plan.levers["size"][self._row])
            self._try_these([(time, usual) for time in self._times])

    def _try_these(self, choices: list[Choice]) -> None:
        self._choices, self._next, self._storms = choices, 0, []

    def _begin(self) -> list[TrialStorm]:
        """All storms at their start, in which what was chosen so far is pulled when its time comes."""
        chosen = [Pull(one.lever, one.time, one.size, one.action) for one in self.chosen]
        storms = []
        for number in range(TRIED_STORMS * members_of(self._setting.scenario)):
            replication = FIRST_REPLICATION + number
            made = prepare(self._setting.steerable.blueprint, replication)
            ready = NO_PULLS.with_levers(made, replication)
            storms.append(TrialStorm(ready, SteeredRun(ready, chosen), {}))
        return storms

    def _try(self, storm: TrialStorm, choice: Choice | None, hand: Hand) -> bool:
        """What comes of a choice in one storm, of its own future; the past goes on to the time of the choice only."""
        hand.check()
        if choice is None:
            storm.found[None] = digest(storm.ready, storm.past.finish())
            return True
        at, size = choice
        storm.past.advance(at)
        if not storm.past.is_over:
            future = storm.past.fork()
            future.pull(self._row, size)
            storm.found[choice] = digest(storm.ready, future.finish())
        return True

    def _decide(self, best: Choice | None) -> None:
        """Look at the other sizes of a lever that helps, then keep what was best and go to the next lever."""
        sizes = int(self._setting.quiet.plan.levers["sizes"][self._row])
        times = {time for time, _size in self._choices}
        if best is not None and sizes > 1 and len(times) > 1:
            self._try_these([(best[0], size) for size in range(sizes)])
            return
        if best is not None:
            self.chosen.append(BranchPull(best[0], self._row, best[1], LeverAction.PULL))
        self._take_up_next()

    def _best(self) -> Choice | None:
        """The choice with the highest net benefit, if that is above doing without in every storm."""
        names, tried = self._storms[0].ready.names, [storm.found for storm in self._storms]
        benefits = {
            choice: _benefits(self._setting.scenario, names, [found[choice] for found in tried])
            for choice in tried[0]
        }
        without = benefits.pop(None)
        better = {choice: each - without for choice, each in benefits.items() if (each > without).all()}
        return max(better, key=lambda choice: float(better[choice].mean()), default=None)


def _benefits(
    scenario: Scenario, names: Names, digests: Sequence[Digest]
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Net benefit by storm, or by antithetic pair."""
    estimated = estimate_by_name([BENEFIT], Sample(scenario, names, tuple(digests)))[BENEFIT]
    return np.asarray(estimated.value[0] + estimated.influence[:, 0])
