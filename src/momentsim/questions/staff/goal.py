"""How far a staffing reaches its goals: the measure of each, simulated, and by how much it is better than asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np

from momentsim.errors import MomentsimError
from momentsim.measures.facts import FloatArray, Sample
from momentsim.measures.service import on_line, pad, service_parts
from momentsim.measures.statistics import Estimate, by_unit, estimate
from momentsim.measures.summary import facts_of
from momentsim.prepare.blueprint import Blueprint
from momentsim.runs.staffing.forecast import loads_of, written_habits
from momentsim.runs.staffing.pool import Pool, serves_of
from momentsim.scenario import LoadedScenario
from momentsim.scenario.sections.operation_checks import ENDLESS_LINES
from momentsim.scenario.sections.staffing_goal import Goal, Goals
from momentsim.suggestions import did_you_mean

GOAL: Final = "goal"
"""What the estimate of the only goal is called; of several each has its own text."""
_PARTS: Final = {
    "abandoned": ("abandoned", "offered"),
    "busy": ("blocked", "offered"),
    "wait": ("wait_answered_s", "answered_on_line"),
}
"""Facts of which the goal's measure is made; of the others the service level."""
_INTERVAL_PARTS: Final = {**_PARTS, "wait": ("wait_answered", "answered_on_line")}
"""The same of an interval."""


def is_plain(goals: Goals) -> bool:
    """Whether there is one goal, for all contacts together."""
    return len(goals) == 1 and goals[0].scope is None


class Aim(NamedTuple):
    """A goal, and whose measure it is: places of queues and of groups in the names of the scenario."""

    goal: Goal
    skills: tuple[int, ...]
    groups: tuple[int, ...]
    name: str
    """What its estimate is called."""
    column: str
    """How the columns of its measure in `requirement` begin."""

    def surplus(self, estimated: Estimate) -> Estimate:
        """By how much the measure is better than the goal."""
        return surplus_of(self.goal, estimated)


def surplus_of(goal: Goal, estimated: Estimate) -> Estimate:
    """By how much the measure is better than the goal; above 0 where it is met."""
    if goal.is_limit:
        return Estimate(goal.wanted - estimated.value, -estimated.influence)
    return Estimate(estimated.value - goal.wanted, estimated.influence)


def goal_estimate(aim: Aim, sample: Sample) -> Estimate:
    """The goal's measure over its queues, or its groups, together and the whole horizon: one item."""
    if aim.goal.kind == "occupancy":
        columns, places = facts_of(sample, "group"), aim.groups
        working = columns["agents_talk_s"] + columns["agents_wrap_s"]
        parts = [working, working + columns["agents_idle_s"]]
    else:
        columns, places = facts_of(sample, "skill"), aim.skills
        parts = [columns[name] for name in _PARTS.get(aim.goal.kind, ("service_met", "service_base"))]
    top, bottom = (part[:, list(places)].sum(axis=1, keepdims=True) for part in parts)
    return by_unit(estimate(np.asarray(top), np.asarray(bottom)), sample.members)


def goal_by_interval(aim: Aim, sample: Sample, intervals: int) -> Estimate:
    """The same by interval of the horizon: contacts by arrival, time on duty by the clock; blank where none is."""
    if aim.goal.kind == "occupancy":
        staff = pad([digest.staff for digest in sample.digests])[:, :intervals]
        top, bottom = (
            staff[name][:, :, list(aim.groups)].sum(axis=2, dtype=np.float64) for name in ("busy", "on_duty")
        )
    else:
        total = queue_sums(sample, aim.skills, intervals)
        names = _INTERVAL_PARTS.get(aim.goal.kind)
        top, bottom = (
            service_parts(sample.scenario, total) if names is None else (total[names[0]], total[names[1]])
        )
    return by_unit(estimate(top, bottom), sample.members)


def queue_sums(sample: Sample, skills: Sequence[int], intervals: int) -> dict[str, FloatArray]:
    """Counts and seconds of some queues together, (replications, intervals), by arrival."""
    queues = pad([digest.queues for digest in sample.digests])[:, :intervals]
    total = {
        name: queues[name][:, :, list(skills)].sum(axis=2, dtype=np.float64)
        for name in queues.dtype.names or ()
    }
    return total | on_line(total)


def aims_of(
    loaded: LoadedScenario, blueprint: Blueprint, pool: Pool, goals: Goals, of: Goals
) -> tuple[Aim, ...]:
    """Whose measure each goal is, of all that are asked for; raises MomentsimError with all that cannot be asked."""
    problems = list(_problems(loaded, blueprint, pool, goals))
    if problems:
        raise MomentsimError("; ".join(problems))
    aims = tuple(_aim(blueprint, pool, goal, of) for goal in goals)
    load = loads_of(loaded, blueprint, written_habits(loaded, blueprint)).sum(axis=0)
    silent = [
        f"goal '{aim.goal}': nobody is expected to call there"
        for aim in aims
        if not load[list(aim.skills)].any()
    ]
    if silent and load[list(pool.skills)].any():
        raise MomentsimError("; ".join(silent))
    return aims


def _aim(blueprint: Blueprint, pool: Pool, goal: Goal, of: Goals) -> Aim:
    name = GOAL if len(of) == 1 else str(goal)
    column = goal.column if is_plain(of) else f"goal_{of.index(goal) + 1}"
    groups = tuple(blueprint.names.groups.index(group) for group in pool.groups)
    if goal.scope is None:
        return Aim(goal, pool.skills, groups, name, column)
    serves = serves_of(blueprint)
    if is_of_group(goal, blueprint):
        place = blueprint.names.groups.index(goal.scope)
        return Aim(goal, tuple(np.flatnonzero(serves[:, place]).tolist()), (place,), name, column)
    queue = blueprint.names.queues.index(goal.scope)
    return Aim(goal, (queue,), tuple(place for place in groups if serves[queue, place]), name, column)


def is_of_group(goal: Goal, blueprint: Blueprint) -> bool:
    """Whether the goal's name is a group's; what is both, people have for their occupancy and callers for the rest."""
    if goal.scope in blueprint.names.groups and goal.scope in blueprint.names.queues:
        return goal.kind == "occupancy"
    return goal.scope in blueprint.names.groups


def _problems(loaded: LoadedScenario, blueprint: Blueprint, pool: Pool, goals: Goals) -> Iterator[str]:
    for goal in goals:
        if goal.kind == "busy" and loaded.scenario.waiting.lines is None:
            yield f"goal '{goal}': {ENDLESS_LINES}; write waiting.lines (--set waiting.lines=30), or another goal"
        if goal.scope is not None:
            yield from _problems_of_scope(blueprint, pool, goal, goal.scope)


def _problems_of_scope(blueprint: Blueprint, pool: Pool, goal: Goal, scope: str) -> Iterator[str]:
    if is_of_group(goal, blueprint):
        if scope not in pool.groups:
            yield f"goal '{goal}': the group is not staffed here, {', '.join(pool.groups)} are"
    elif scope not in pool.skill_names:
        serves = serves_of(blueprint)[blueprint.names.queues.index(scope)]
        who = [name for name, does in zip(blueprint.names.groups, serves, strict=True) if does]
        told = f"it is served by {', '.join(who)}" if who else "nobody serves it"
        yield f"goal '{goal}': nobody who is staffed serves that queue, {told}"


def check_scopes(blueprint: Blueprint, goals: Goals) -> None:
    """Raise for goals of queues and groups that there are not, all at once."""
    known = {*blueprint.names.queues, *blueprint.names.groups}
    problems = []
    for goal in goals:
        if goal.scope is not None and goal.scope not in known:
            meant = did_you_mean(goal.scope, known)
            problems.append(
                f"goal '{goal}': there is no queue or group '{goal.scope}', allowed: {', '.join(sorted(known))}"
                + (f", {meant}" if meant else "")
            )
    if problems:
        raise MomentsimError("; ".join(problems))
