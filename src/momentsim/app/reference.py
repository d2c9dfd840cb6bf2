"""A policy to measure others by: each lever tried at six times, one lever after the other, under luck of its own.

No policy is known to be the best, so a score of 100 is one that a patient planner finds: levers in the order of the
scenario, each at six times around the crisis (over the horizon where there is none), then at the best of them in its
other sizes, and kept only if it helped in every storm that was tried. These storms are others than those that are
scored, so that the policy is not fitted to the luck it is judged by.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import numpy as np

from momentsim.app.branches import BranchPull
from momentsim.app.jobs import Hand, Told
from momentsim.app.setting import Setting
from momentsim.contract.plan import HOUR, MINUTE, LeverAction, Names
from momentsim.engine.steered import Pull, Steered
from momentsim.measures.digest import Digest, digest
from momentsim.measures.summary import estimate_by_name
from momentsim.measures.sums import Sample, members_of
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
    moments = [
        datetime.fromisoformat(date) + timedelta(seconds=second)
        for storm in scenario.crises.values()
        for date, day in storm.days.items()
        if day.failed
        for second in (day.announced_from, day.announced_until)
    ]
    if not moments:
        return None
    first, last = (
        (moment - scenario.start) // timedelta(microseconds=1) for moment in (min(moments), max(moments))
    )
    return first, last


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


class Search:
    """A search under way: it may be left after any of its steps and gone on with by another job."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._levers = lever_names(setting.scenario)
        members = members_of(setting.scenario)
        self._storms = range(FIRST_REPLICATION, FIRST_REPLICATION + TRIED_STORMS * members)
        self._times = times_to_try(setting.scenario)
        self._row = -1
        self._choices: list[Choice] = []
        self._tried: list[dict[Choice | None, Digest]] = []
        self._names: Names | None = None
        self.chosen: list[BranchPull] = []
        self._take_up_next()

    def _take_up_next(self) -> None:
        """Begin with the next lever, in its usual size at all times."""
        self._row += 1
        if not self.is_over:
            usual = int(self._setting.quiet.plan.levers["size"][self._row])
            self._choices = [(time, usual) for time in self._times]

    @property
    def is_over(self) -> bool:
        """Whether every lever was tried."""
        return self._row >= len(self._levers)

    @property
    def told(self) -> Told:
        """How far it is, in storms of levers."""
        done = self._row * len(self._storms) + len(self._tried)
        of = len(self._levers) * len(self._storms)
        words = (
            "a good policy was looked for"
            if self.is_over
            else f"looking for a good policy: {self._levers[self._row]}"
        )
        return Told(done, of, words)

    def go_on(self, hand: Hand) -> None:
        """Try one lever in as many more storms as there are threads."""
        first = len(self._tried)
        storms = self._storms[first : first + hand.workers]
        take_in_order(
            storms,
            lambda storm: self._futures(storm, hand),
            lambda _storm, found: self._tried.append(found),
            workers=hand.workers,
            stop=hand.stop,
        )
        hand.check()
        if len(self._tried) == len(self._storms):
            self._decide(self._best())
            self._tried = []

    def _decide(self, best: Choice | None) -> None:
        """Look at the other sizes of a lever that helps, then keep what was best and go to the next lever."""
        sizes = int(self._setting.quiet.plan.levers["sizes"][self._row])
        times = {time for time, _size in self._choices}
        if best is not None and sizes > 1 and len(times) > 1:
            self._choices = [(best[0], size) for size in range(sizes)]
            return
        if best is not None:
            self.chosen.append(BranchPull(best[0], self._row, best[1], LeverAction.PULL))
        self._take_up_next()

    def _futures(self, replication: int, hand: Hand) -> dict[Choice | None, Digest]:
        """What comes of a storm without this lever, and with every choice; forks share the past."""
        ready = NO_PULLS.with_levers(prepare(self._setting.steerable.blueprint, replication), replication)
        self._names = ready.names
        chosen = [Pull(one.lever, one.time, one.size, one.action) for one in self.chosen]
        past = Steered(ready, chosen)
        found: dict[Choice | None, Digest] = {}
        for at, size in self._choices:
            hand.check()
            past.advance(at)
            future = past.fork()
            if not future.is_over:
                future.pull(self._row, size)
                found[at, size] = digest(ready, future.finish())
        found[None] = digest(ready, past.finish())
        return found

    def _best(self) -> Choice | None:
        """The choice with the highest net benefit, if that is above doing without in every storm."""
        assert self._names is not None, "only what was tried is chosen from"
        benefits = {
            choice: _benefits(self._setting.scenario, self._names, [storm[choice] for storm in self._tried])
            for choice in self._tried[0]
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
