"""Staffing a pool of groups to a goal: the forecast, the formulas, the search, and what it found."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from momentsim.errors import MomentsimError
from momentsim.measures.display import Short, ShownAnswer
from momentsim.measures.facts import members_of
from momentsim.prepare import Reference, lower
from momentsim.prepare.blueprint import Blueprint
from momentsim.questions.staff.ask import StaffQuestion, staff_identity
from momentsim.questions.staff.goal import Aim, aims_of, check_scopes
from momentsim.questions.staff.goal_words import comes_true, number_of
from momentsim.questions.staff.in_turn import questions_by_pool, search_in_turn
from momentsim.questions.staff.search import (
    GoalVerdict,
    LevelRange,
    OutOfReachError,
    SearchAnswer,
    search_then_judge,
    verdict,
)
from momentsim.questions.staff.tables import levels_table, observations_table, requirement_table
from momentsim.questions.staff.trials import (
    JUDGE,
    JUDGE_SEED_OFFSET,
    SEARCH,
    Level,
    Stopped,
    Trials,
    TrialStage,
    with_threshold,
)
from momentsim.questions.staff.value_goal import ValueAnswer, refuse_without_memory, search_value, stride_of
from momentsim.runs.compiling import compile_if_cold
from momentsim.runs.progress import SILENT, Progress
from momentsim.runs.settings import RunSettings
from momentsim.runs.staffing.calm_pilot import AMPLE, CalmPilot, NotAmple
from momentsim.runs.staffing.forecast import Forecast, forecast_of, written_habits
from momentsim.runs.staffing.plan import Planner
from momentsim.runs.staffing.pool import Pool, pool_of
from momentsim.runs.staffing.requirement import GroupRequirement, Ladder, ladder_of, lines_for
from momentsim.scenario import LoadedScenario
from momentsim.scenario.sections.demand import kind_variation
from momentsim.scenario.sections.staffing_goal import Goals
from momentsim.scenario.staffed import as_written, interval_starts, with_heads

FEWEST: Final = 4
"""Replications below which an interval says too little to search by."""


@dataclasses.dataclass(frozen=True)
class PoolStaffing:
    """What was found for groups that share their contacts: its tables are parts of those of the answer.

    `chosen` is the level found, as judged; it and `answer` are None where Ctrl-C came before.
    """

    asked: StaffQuestion
    pool: Pool
    forecast: Forecast
    ladder: Ladder
    aims: tuple[Aim, ...]
    requirement: pd.DataFrame
    levels: pd.DataFrame
    observations: pd.DataFrame
    answer: SearchAnswer | ValueAnswer | None
    chosen: Level | None


@dataclasses.dataclass(frozen=True, repr=False)
class Staffing(ShownAnswer):
    """The answer: `requirement` has a row per group and interval, `levels` one per staffing that was simulated.

    `heads` are the rostered heads by group and interval of warm-up and horizon, None where Ctrl-C came before they
    were found. `observations` is what each replication says of each level. `loaded` is the scenario as asked about
    (without these heads), `staffed` the same with them. `identity` is the hash of what was asked. `parts` has one
    part, or one of each pool where queues that nobody has in common have goals of their own.
    """

    asked: StaffQuestion
    settings: RunSettings
    identity: str
    loaded: LoadedScenario
    staffed: LoadedScenario | None
    parts: tuple[PoolStaffing, ...]
    replications: int

    def short(self) -> Short:
        """The staffings that were simulated."""
        title = f"{self.loaded.scenario.name}: staffing of {', '.join(self.groups)}"
        more = ".requirement, .levels, .heads, .value; ms.words, ms.plot, ms.save"
        return Short(title, self.levels, more)

    @property
    def groups(self) -> tuple[str, ...]:
        """Groups that are staffed."""
        return tuple(name for part in self.parts for name in part.pool.groups)

    @property
    def requirement(self) -> pd.DataFrame:
        """By group and interval."""
        return pd.concat([part.requirement for part in self.parts], ignore_index=True)

    @property
    def levels(self) -> pd.DataFrame:
        """By staffing that was simulated."""
        return pd.concat([part.levels for part in self.parts], ignore_index=True)

    @property
    def observations(self) -> pd.DataFrame:
        """By staffing, measure and replication."""
        return pd.concat([part.observations for part in self.parts], ignore_index=True)

    @property
    def answer(self) -> SearchAnswer | ValueAnswer | None:
        """Of the first pool."""
        return self.parts[0].answer

    @property
    def chosen(self) -> Level | None:
        """The level found of the first pool."""
        return self.parts[0].chosen

    @property
    def interrupted(self) -> bool:
        """Whether Ctrl-C ended it before an answer."""
        return any(part.answer is None for part in self.parts)

    @property
    def heads(self) -> Mapping[str, list[int]] | None:
        """Rostered heads by group, one for every interval of warm-up and horizon."""
        if self.staffed is None:
            return None
        by_group = self.requirement.groupby("group", sort=False)["heads_rostered"]
        return {str(name): [int(count) for count in rows] for name, rows in by_group}

    @property
    def value(self) -> ValueAnswer | None:
        """The answer to the value goal."""
        return self.answer if isinstance(self.answer, ValueAnswer) else None

    @property
    def requirements(self) -> list[GroupRequirement]:
        """Net heads on duty by group, for whoever makes shifts of them."""
        start, length = interval_starts(self.loaded.scenario)[0], self.loaded.scenario.interval
        by_group = self.requirement.groupby("group", sort=False)["heads"]
        return [
            GroupRequirement(str(name), start, length, rows.to_numpy(np.float64)) for name, rows in by_group
        ]


def staff(
    loaded: LoadedScenario,
    base: LoadedScenario,
    question: StaffQuestion,
    settings: RunSettings,
    *,
    progress: Progress = SILENT,
) -> Staffing:
    """Find the staffing; raises MomentsimError where the goal cannot be met, with the nearest that can.

    `base` is the operation in which loyalty was observed, as for a run.
    """
    _check(loaded, question, settings)
    name = staff_identity(loaded, base, question, settings)
    compile_if_cold(loaded, base, settings.clock, progress)
    loaded, base, _ = Planner(settings.clock, progress).staffed(loaded, base)
    loaded = with_threshold(loaded, question.goals)
    blueprint = lower(loaded, Reference.neutral(tuple(loaded.scenario.moments)))
    check_scopes(blueprint, question.goals)
    searches = _searches(loaded, base, blueprint, question, (settings, progress))
    answers: Sequence[SearchAnswer | ValueAnswer | None]
    try:
        only = len(searches) == 1
        answers = [searches[0].best()] if only else search_in_turn(searches, progress.stage)
    except (Stopped, KeyboardInterrupt):
        if not any(search.bench.tried for search in searches):
            raise KeyboardInterrupt("before anything was found; nothing is kept") from None
        answers = [None for _ in searches]
    return _staffing(searches, question, answers, name)


def _searches(
    loaded: LoadedScenario,
    base: LoadedScenario,
    blueprint: Blueprint,
    question: StaffQuestion,
    run: tuple[RunSettings, Progress],
) -> list[PoolSearch]:
    """A search for every pool that has goals; raises MomentsimError where one of them cannot be asked."""
    asked = questions_by_pool(loaded, blueprint, question)
    pools = [pool_of(loaded, blueprint, part.groups) for part in asked]
    aims = [
        aims_of(loaded, blueprint, pool, part.goals, question.goals)
        for part, pool in zip(asked, pools, strict=True)
    ]
    settings, progress = run
    searches = []
    for part, pool, own in zip(asked, pools, aims, strict=True):
        forecast = _forecast(loaded, base, blueprint, pool, run)
        ladder = _ladder(loaded, forecast, pool, part.goals, part.least)
        bench = Trials(loaded, base, pool, ladder, own, settings)
        bench.progress = progress
        searches.append(PoolSearch(part, forecast, bench))
    return searches


def _check(loaded: LoadedScenario, question: StaffQuestion, settings: RunSettings) -> None:
    members = members_of(loaded.scenario)
    if settings.replications < FEWEST * members:
        raise MomentsimError(
            f"replications: {settings.replications} tell too little to search by, at least {FEWEST * members}"
        )
    if is_value(question.goals):
        refuse_without_memory(loaded)


def _forecast(
    loaded: LoadedScenario,
    base: LoadedScenario,
    blueprint: Blueprint,
    pool: Pool,
    run: tuple[RunSettings, Progress],
) -> Forecast:
    """The forecast with habits from a pilot in the calm."""
    settings, progress = run
    first = forecast_of(loaded, blueprint, pool, written_habits(loaded, blueprint))
    ample = _ladder(loaded, first, pool, AMPLE, 0).heads(0)
    rostered = pool.roster_heads(pool.divide(ample))
    heads = {name: rostered[:, index].tolist() for index, name in enumerate(pool.groups)}
    progress.stage("a calm pilot")
    pilot = CalmPilot(loaded, base, settings.clock, progress)
    try:
        habits = pilot.habits(blueprint, heads, float(first.offered.sum()), pool.skills)
    except NotAmple as failure:  # the search will tell what can be reached
        habits = failure.habits
    return forecast_of(loaded, blueprint, pool, habits)


def _ladder(loaded: LoadedScenario, forecast: Forecast, pool: Pool, goals: Goals, least: int) -> Ladder:
    demand = loaded.scenario.demand
    square = (1.0 + demand.day_factor_cv**2) * (1.0 + demand.period_factor_cv**2)
    square = square * (1.0 + kind_variation(demand)) - 1.0
    return ladder_of(
        forecast,
        goals,
        variation=math.sqrt(square),
        beside=pool.beside,
        least=least,
        kept=pool.kept_of_one_group,
    )


def stages_of(bench_seed: int, replications: int, members: int) -> tuple[TrialStage, TrialStage]:
    """The search has the first draws, at half as many replications as the judge; the judge has others."""
    half = max(FEWEST, replications // 2) // members * members
    return TrialStage(SEARCH, bench_seed, half), TrialStage(
        JUDGE, bench_seed + JUDGE_SEED_OFFSET, replications
    )


@dataclasses.dataclass(frozen=True)
class PoolSearch:
    """The search for the staffing of one pool."""

    question: StaffQuestion
    forecast: Forecast
    bench: Trials

    @property
    def stages(self) -> tuple[TrialStage, TrialStage]:
        """Of the search and of the judge."""
        scenario = self.bench.loaded.scenario
        return stages_of(scenario.seed, self.bench.settings.replications, members_of(scenario))

    def best(self) -> SearchAnswer | ValueAnswer:
        """The answer to whatever was asked."""
        if not is_value(self.question.goals):
            return self.answer()
        search, judge = self.stages  # tops of curves are flat and need more than crossings
        whole = search._replace(replications=self.bench.settings.replications)
        return search_value(self.bench, whole, judge, self.question.confidence)

    def answer(self) -> SearchAnswer:
        """The smallest level that meets the goals; raises MomentsimError where none does."""
        ladder = self.bench.ladder
        levels = LevelRange(ladder.lowest, ladder.highest, stride_of(self.bench))
        try:
            return search_then_judge(lambda level: self._verdict(self.stages[0], level), self.judge, levels)
        except OutOfReachError:
            raise MomentsimError(out_of_reach(self.bench, self.forecast, self.question.confidence)) from None

    def judge(self, level: int) -> GoalVerdict:
        """What the judge's draws say of a level."""
        return self._verdict(self.stages[1], level)

    def _verdict(self, stage: TrialStage, level: int) -> GoalVerdict:
        (tried,) = self.bench.look(stage, [level])
        return self.bench.verdict(tried, self.question.confidence)


def is_value(goals: Goals) -> bool:
    """Whether service is weighed against cost."""
    return goals[0].kind == "value"


def out_of_reach(bench: Trials, forecast: Forecast, confidence: float) -> str:
    """What can be reached instead of each goal that is out of reach, at which staffing, and what may be in the way."""
    tried = sorted(bench.tried.values(), key=lambda each: each.agent_hours)
    most = tried[-1]
    missed = [
        aim for aim in bench.aims if verdict(aim.surplus(most.estimates[aim.name]), confidence) != "meets"
    ]
    told = " ".join(_nearest(aim, tried) for aim in missed)
    too_few = [lines for aim in missed if (lines := lines_for(forecast, aim.goal)) is not None]
    more = (
        f" waiting.lines {forecast.lines} are too few, at least {max(too_few)} are needed (Erlang B)."
        if too_few
        else ""
    )
    others = "" if len(too_few) == len(missed) else _in_the_way(bench.loaded)
    return f"{told}{more}{others} Ask for less, or change that"


def _nearest(aim: Aim, tried: list[Level]) -> str:
    """What comes true of a goal with the most people, and the nearest to it with the fewest."""
    reached = [float(each.estimates[aim.name].value[0]) for each in tried]
    sign = -1.0 if aim.goal.is_limit else 1.0
    best = max(sign * value for value in reached)
    nearest = next(level for level, value in enumerate(reached) if sign * value >= best - NEAR)
    return (
        f"goal '{aim.goal}' is not met by any number of people: with {tried[-1].agent_hours:,.0f} agent-hours "
        f"{comes_true(aim.goal, reached[-1])}; the nearest that can be had is "
        f"{number_of(aim.goal, reached[nearest])}, with {tried[nearest].agent_hours:,.0f} agent-hours."
    )


NEAR: Final = 0.005
"""Share by which two levels of service are taken as the same when a goal is out of reach."""


def _in_the_way(loaded: LoadedScenario) -> str:
    """Limits of the scenario that people cannot mend."""
    scenario = loaded.scenario
    obstacles = []
    if scenario.workforce.login_cap is not None:
        obstacles.append(f"workforce.login_cap {scenario.workforce.login_cap}")
    if scenario.waiting.lines is not None:
        obstacles.append(f"waiting.lines {scenario.waiting.lines}")
    if scenario.waiting.announce_wait:
        obstacles.append("callers who leave on hearing the wait (waiting.announce_wait)")
    if scenario.waiting.announcements:
        obstacles.append("callers who leave on what they are told (waiting.announcements)")
    if scenario.crises:
        obstacles.append(f"what no forecast knows ({', '.join(scenario.crises)})")
    obstacles.append("callers with hardly any patience (waiting.patience), busy days (demand.day_factor_cv)")
    return f" In the way may be: {'; '.join(obstacles)}."


def _staffing(
    searches: Sequence[PoolSearch],
    question: StaffQuestion,
    answers: Sequence[SearchAnswer | ValueAnswer | None],
    name: str,
) -> Staffing:
    bench = searches[0].bench
    asked = dataclasses.replace(bench.loaded, scenario=as_written(bench.loaded.scenario))
    several = len(question.goals) > 1
    parts = [_part(search, answer, several) for search, answer in zip(searches, answers, strict=True)]
    heads: dict[str, list[int]] = {}
    for search, answer in zip(searches, answers, strict=True):
        heads |= {} if answer is None else search.bench.rostered_heads(answer.level)
    tried = [level for search in searches for level in search.bench.tried.values()]
    return Staffing(
        asked=question,
        settings=bench.settings,
        identity=name,
        loaded=asked,
        staffed=with_heads(asked, heads) if heads else None,
        parts=tuple(parts),
        replications=max((len(each.sample.digests) for each in tried), default=0),
    )


def _part(search: PoolSearch, answer: SearchAnswer | ValueAnswer | None, several: bool) -> PoolStaffing:
    bench = search.bench
    chosen = None if answer is None else bench.tried[JUDGE, answer.level]
    net = None if answer is None else bench.pool.divide(bench.ladder.heads(answer.level))
    table = requirement_table(
        bench.loaded, bench.pool, search.forecast, bench.ladder, bench.aims, (net, chosen)
    )
    return PoolStaffing(
        asked=search.question,
        pool=bench.pool,
        forecast=search.forecast,
        ladder=bench.ladder,
        aims=bench.aims,
        requirement=table,
        levels=levels_table(bench, search.question.confidence, several=several),
        observations=observations_table(bench),
        answer=answer,
        chosen=chosen,
    )


def replaced_groups(loaded: LoadedScenario, groups: Sequence[str]) -> list[str]:
    """Groups whose shifts give way to heads by interval."""
    return [name for name in groups if loaded.scenario.workforce.groups[name].shifts is not None]


def as_record(record: Any) -> dict[str, Any]:
    """A named tuple, and those in it, as plain data."""
    return {
        name: as_record(value) if hasattr(value, "_asdict") else value
        for name, value in record._asdict().items()
    }
