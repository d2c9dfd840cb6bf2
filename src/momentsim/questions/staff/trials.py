"""The bench on which staffings are tried: each level of a ladder simulated once per stage, under common draws."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from momentsim.measures.facts import Sample
from momentsim.measures.statistics import Estimate
from momentsim.measures.summary import estimate_by_name
from momentsim.questions.compare.samples import common_replications, sample_of
from momentsim.questions.staff.goal import Aim, goal_estimate
from momentsim.questions.staff.search import GoalVerdict, verdict, verdict_on_all
from momentsim.runs.progress import SILENT, StagePart
from momentsim.runs.run import Case, run_cases
from momentsim.runs.settings import RunSettings
from momentsim.runs.staffing.pool import Pool
from momentsim.runs.staffing.requirement import Ladder
from momentsim.scenario import LoadedScenario
from momentsim.scenario.sections.staffing_goal import Goal, Goals
from momentsim.scenario.staffed import with_heads
from momentsim.scenario.types import ServiceGoal
from momentsim.units import SECONDS_PER_HOUR

IntArray = npt.NDArray[np.int64]

JUDGE_SEED_OFFSET: Final = 1_000_003
"""Added to the seed for the draws on which staffings are judged, so that they are none of the search's."""
SEARCH, JUDGE = "searching", "judging"
"""Names of stages."""
LOST, COST, BENEFIT = "customers_lost_expected", "cost_total", "net_benefit"
WHOLE: Final = (LOST, COST, BENEFIT)
"""Measures of the whole operation that are kept of every level."""


class TrialStage(NamedTuple):
    """Draws of their own: the seed, and how many replications of it."""

    name: str
    seed: int
    replications: int


@dataclasses.dataclass(frozen=True)
class Level:
    """One staffing, simulated: estimates by measure, and the replications they come from.

    `samples` are by the name of a goal: the same replications, counted as in time by its threshold.
    """

    level: int
    agent_hours: float
    """Rostered within the horizon, all groups of the pool that are staffed."""
    estimates: Mapping[str, Estimate]
    samples: Mapping[str, Sample]

    @property
    def sample(self) -> Sample:
        """The replications, counted as the first goal does."""
        return next(iter(self.samples.values()))


class Stopped(Exception):  # no error: the user's wish
    """Ctrl-C: what is finished is kept, and nothing more is begun."""


class Trials:
    """Simulates levels of a ladder on demand, each once per stage."""

    def __init__(
        self,
        loaded: LoadedScenario,
        base: LoadedScenario,
        pool: Pool,
        ladder: Ladder,
        aims: tuple[Aim, ...],
        settings: RunSettings,
    ) -> None:
        self.loaded = loaded
        self.pool = pool
        self.ladder = ladder
        self.aims = aims
        self.tried: dict[tuple[str, int], Level] = {}
        self.others: Mapping[str, Sequence[int]] = {}
        """Rostered heads of groups of other pools, where these are staffed too."""
        self._base = base
        self.settings = settings
        self.progress = SILENT

    def rostered_heads(self, level: int) -> dict[str, list[int]]:
        """Rostered heads by group and interval of warm-up and horizon."""
        heads = self.pool.roster_heads(self.pool.divide(self.ladder.heads(level)))
        return {name: heads[:, index].tolist() for index, name in enumerate(self.pool.groups)}

    def look(self, stage: TrialStage, levels: Sequence[int]) -> list[Level]:
        """These levels with the draws of a stage; raises Stopped when Ctrl-C came."""
        missing = [level for level in dict.fromkeys(levels) if (stage.name, level) not in self.tried]
        if missing:
            self._run(stage, missing)
        return [self.tried[stage.name, level] for level in levels]

    def stand_beside(self, others: Mapping[str, Sequence[int]]) -> None:
        """Let other groups have these heads; what was judged beside others is forgotten."""
        if others != self.others:
            self.others = others
            self.tried = {key: level for key, level in self.tried.items() if key[0] != JUDGE}

    def verdict(self, level: Level, confidence: float) -> GoalVerdict:
        """What the draws say of a level and all goals."""
        return verdict_on_all(
            verdict(aim.surplus(level.estimates[aim.name]), confidence) for aim in self.aims
        )

    def with_staffing(self, stage: TrialStage, level: int) -> LoadedScenario:
        """The scenario with the heads of a level and the seed of a stage."""
        return with_heads(with_seed(self.loaded, stage.seed), {**self.others, **self.rostered_heads(level)})

    def _run(self, stage: TrialStage, levels: Sequence[int]) -> None:
        counted = list(dict.fromkeys(self._counted(aim.goal) for aim in self.aims))
        cases = [
            Case(with_service_level(self.with_staffing(stage, level), goal), self._base)
            for level in levels
            for goal in counted
        ]
        settings = dataclasses.replace(self.settings, replications=stage.replications)
        part = StagePart(self.progress, f"{stage.name} ({len(self.tried) + 1})")
        results = run_cases(cases, settings, progress=part)
        if any(result.interrupted for result in results):
            raise Stopped
        together = common_replications(results)
        found = [sample_of(result, together) for result in results]
        for number, level in enumerate(levels):
            by_threshold = dict(zip(counted, found[number * len(counted) :], strict=False))
            samples = {aim.name: by_threshold[self._counted(aim.goal)] for aim in self.aims}
            estimates = {aim.name: goal_estimate(aim, samples[aim.name]) for aim in self.aims}
            whole = estimate_by_name(WHOLE, found[number * len(counted)])
            self.tried[stage.name, level] = Level(level, self.hours(level), {**estimates, **whole}, samples)

    def _counted(self, goal: Goal) -> ServiceGoal:
        """What is counted as answered in time for a goal: by its threshold, or the first one where it has none."""
        levels = [aim.goal for aim in self.aims if not aim.goal.is_limit]
        alike = [each for each in levels if goal.is_limit or each.threshold_s == goal.threshold_s]
        if not alike:
            return self.loaded.scenario.waiting.service_level
        return ServiceGoal(alike[0].share, alike[0].threshold_s)

    def hours(self, level: int) -> float:
        """Rostered agent-hours of a level within the horizon."""
        scenario = self.loaded.scenario
        skipped = round(scenario.opening.warm_up / scenario.interval)
        heads = sum(sum(counts[skipped:]) for counts in self.rostered_heads(level).values())
        return heads * scenario.interval / SECONDS_PER_HOUR


def with_seed(loaded: LoadedScenario, seed: int) -> LoadedScenario:
    """The same scenario with another seed."""
    return dataclasses.replace(loaded, scenario=loaded.scenario.model_copy(update={"seed": seed}))


def with_threshold(loaded: LoadedScenario, goals: Goals) -> LoadedScenario:
    """The scenario that counts as answered in time what the first service level asked for calls in time."""
    levels = [goal for goal in goals if not goal.is_limit]
    return (
        with_service_level(loaded, ServiceGoal(levels[0].share, levels[0].threshold_s)) if levels else loaded
    )


def with_service_level(loaded: LoadedScenario, counted: ServiceGoal) -> LoadedScenario:
    """The scenario that counts as answered in time what `counted` does."""
    waiting = loaded.scenario.waiting.model_copy(update={"service_level": counted})
    return dataclasses.replace(loaded, scenario=loaded.scenario.model_copy(update={"waiting": waiting}))
