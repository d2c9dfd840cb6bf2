"""Heads that a goal in the file asks for, planned before a scenario is run.

First contacts follow from the rates, habits of contacts from a pilot of this variant in the calm (`calm_pilot.py`), and
each interval gets the heads that Erlang's formula asks for. A plan is a function of the scenario with its seed and of
the operation in which its customers were observed; it is made once and kept for later processes, like references.
"""

from __future__ import annotations

import dataclasses
import json
import threading
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from momentsim.errors import Problem, ScenarioError
from momentsim.prepare import Reference, lower, reference_operation
from momentsim.prepare.blueprint import Blueprint
from momentsim.prepare.loaded import Operation
from momentsim.runs.choices import ClockName
from momentsim.runs.edition import MODEL_EDITION
from momentsim.runs.progress import SILENT, Progress
from momentsim.runs.reference import content_key, unnumbered
from momentsim.runs.reference_store import Shelf, find_on, keep_on
from momentsim.runs.sealed import Unusable
from momentsim.runs.staffing.calm_pilot import AMPLE, CalmPilot, NotAmple
from momentsim.runs.staffing.forecast import Forecast, Habits, forecast_of, loads_of, written_habits
from momentsim.runs.staffing.open_times import open_times
from momentsim.runs.staffing.pool import Pool, planned_pools
from momentsim.runs.staffing.requirement import formulas_of, lines_for, own_heads
from momentsim.runs.staffing.written_heads import intervals_of, written_heads
from momentsim.scenario import LoadedScenario
from momentsim.scenario.sections.staffing_goal import Goal, Goals
from momentsim.scenario.staffed import interval_starts, planned_groups, with_heads, with_number
from momentsim.scenario.types import PlannedHeads

SHELF: Final = Shelf("plans", f"plan 2, edition {MODEL_EDITION}", ".plan")

IntArray = npt.NDArray[np.int64]
_cache: dict[str, dict[str, GroupPlan]] = {}
_lock = threading.Lock()


class GroupPlan(NamedTuple):
    """What is planned for one group, by interval of warm-up and horizon.

    Contacts and handling times are those of all groups planned together with it. `required` are heads on duty,
    `needed` heads on the roster for that, and `scheduled` those that are on the roster in fact: another plan's
    where that one stands.
    """

    offered: tuple[float, ...]
    handling_s: tuple[float, ...]
    required: tuple[int, ...]
    needed: tuple[int, ...]
    scheduled: tuple[int, ...]


Plan = Mapping[str, GroupPlan]
"""By group; empty where all heads are written."""


class Staffed(NamedTuple):
    """A scenario and its reference operation with heads by interval wherever a goal was written, and its plan."""

    loaded: LoadedScenario
    base: LoadedScenario
    plan: Plan


@dataclasses.dataclass(frozen=True)
class Planner:
    """How pilots of plans are simulated."""

    clock: ClockName = "compiled"
    progress: Progress = SILENT

    def staffed(self, loaded: LoadedScenario, base: LoadedScenario) -> Staffed:
        """Scenario and base with planned heads; themselves where there is nothing to plan.

        Raises ScenarioError where a goal cannot be planned for.
        """
        if not planned_groups(loaded.scenario) and not planned_groups(base.scenario):
            return Staffed(loaded, base, {})
        base = _with_seed(base, loaded.scenario.seed)
        usual = self._base(base)
        if not planned_groups(loaded.scenario):
            return Staffed(loaded, usual, {})
        is_base = content_key(unnumbered(loaded)) == content_key(unnumbered(base))
        own = self._own(base, None) if is_base else self._own(loaded, usual)
        plan = self._scheduled(loaded, base, own)
        return Staffed(_with_plan(loaded, plan), usual, plan)

    def _base(self, base: LoadedScenario) -> LoadedScenario:
        """The base with its own plan. What is written is its reference operation while it is planned."""
        return _with_plan(base, self._own(base, None)) if planned_groups(base.scenario) else base

    def _own(self, loaded: LoadedScenario, usual: LoadedScenario | None) -> dict[str, GroupPlan]:
        """The plan of a scenario for its own contacts; `usual` is its reference operation, else as written."""
        observed = "as written" if usual is None else content_key(reference_operation(loaded, usual))
        key = f"{content_key(unnumbered(loaded))} {observed}"
        with _lock:
            if key not in _cache:
                plan = find_on(SHELF, key, _from_json, self.progress.say)
                if plan is None:
                    plan = self._make(loaded, usual)
                    keep_on(SHELF, key, json.dumps(plan).encode())
                _cache[key] = plan
            return _cache[key]

    def _make(self, loaded: LoadedScenario, usual: LoadedScenario | None) -> dict[str, GroupPlan]:
        self.progress.stage("plan heads")
        names = planned_groups(loaded.scenario)
        nobody = with_number(loaded.scenario, names, 0)
        blueprint = lower(
            Operation(nobody, loaded.tables, loaded.samples),
            Reference.neutral(tuple(loaded.scenario.moments)),
        )
        desk = _Desk(loaded, blueprint, names)
        habits = written_habits(loaded, blueprint)
        if usual is None:
            usual = _with_plan(loaded, desk.plan(habits))
        pilot = CalmPilot(loaded, usual, self.clock, self.progress)
        ample = {name: list(each.needed) for name, each in desk.plan(habits, AMPLE).items()}
        queues = sorted({skill for pool in desk.pools(habits) for skill in pool.skills})
        try:
            return desk.plan(pilot.habits(blueprint, ample, desk.expected(habits), queues))
        except NotAmple as failure:
            raise ScenarioError([_not_ample(loaded, name, failure) for name in names]) from None

    def _scheduled(
        self, loaded: LoadedScenario, base: LoadedScenario, plan: dict[str, GroupPlan]
    ) -> dict[str, GroupPlan]:
        """The plan with the heads of the base wherever that still stands."""
        kept = {name: spec for name, spec in _specs(loaded) if spec.plan == "base" or spec.lead > 0}
        if not kept:
            return plan
        problems = [_no_old_plan(loaded, name) for name in kept if name not in base.scenario.workforce.groups]
        if problems:
            raise ScenarioError(problems)
        old = self._heads_of(_at_time_of(base, loaded))
        starts = interval_starts(loaded.scenario)
        return {
            name: each._replace(
                scheduled=tuple(
                    before if _stands(kept[name], start, loaded) else now
                    for start, before, now in zip(starts, old[name], each.needed, strict=True)
                )
            )
            if name in kept
            else each
            for name, each in plan.items()
        }

    def _heads_of(self, base: LoadedScenario) -> dict[str, list[int]]:
        """Heads of every group by interval, as rostered."""
        staffed = self._base(base)
        blueprint = lower(staffed, Reference.neutral(tuple(staffed.scenario.moments)))
        heads = written_heads(blueprint).astype(np.int64)
        return {name: heads[:, place].tolist() for place, name in enumerate(blueprint.names.groups)}


def _stands(spec: PlannedHeads, start: Any, loaded: LoadedScenario) -> bool:
    """Whether the old plan stands in the interval that begins at `start`."""
    return spec.plan == "base" or start < loaded.scenario.start + timedelta(seconds=spec.lead)


class _Desk(NamedTuple):
    """A planner's desk: from habits of contacts to heads."""

    loaded: LoadedScenario
    blueprint: Blueprint
    names: Sequence[str]

    def pools(self, habits: Habits) -> list[Pool]:
        loads = loads_of(self.loaded, self.blueprint, habits)
        return planned_pools(self.loaded, self.blueprint, self.names, loads)

    def expected(self, habits: Habits) -> float:
        """Contacts of warm-up and horizon for those who are planned."""
        return sum(
            float(forecast_of(self.loaded, self.blueprint, pool, habits).offered.sum())
            for pool in self.pools(habits)
        )

    def plan(self, habits: Habits, goals: Goals | None = None) -> dict[str, GroupPlan]:
        """Heads by group, in the order of the scenario, for this goal or for that of each group."""
        made: dict[str, GroupPlan] = {}
        for pool in self.pools(habits):
            forecast = forecast_of(self.loaded, self.blueprint, pool, habits)
            if not forecast.offered.any():
                raise ScenarioError([_nobody_calls(self.loaded, name) for name in pool.groups])
            made |= self._of_pool(pool, forecast, goals)
        return {name: made[name] for name in self.names}

    def _of_pool(self, pool: Pool, forecast: Forecast, goals: Goals | None) -> dict[str, GroupPlan]:
        spec = _spec(self.loaded, pool.groups[0])
        if goals is None:
            self._check_lines(pool, forecast, spec.goal)
        formulas = formulas_of(forecast, goals or spec.goal)
        by_c = spec.formula == "erlang_c" and goals is None
        required = pool.divide(own_heads(formulas.erlang_c if by_c else formulas.erlang_a, pool.beside))
        required = np.maximum(required.astype(np.int64), self._least(pool))
        needed = pool.roster_heads(required)
        contacts = tuple(forecast.offered.tolist()), tuple(forecast.handling_s.tolist())
        return {
            name: GroupPlan(
                *contacts, tuple(required[:, place].tolist()), *2 * (tuple(needed[:, place].tolist()),)
            )
            for place, name in enumerate(pool.groups)
        }

    def _check_lines(self, pool: Pool, forecast: Forecast, goals: Goals) -> None:
        """Refuse goals on busy calls that no number of people meets."""
        problems = [
            _too_few_lines(self.loaded, pool.groups[0], goal, lines)
            for goal in goals
            if (lines := lines_for(forecast, goal)) is not None
        ]
        if problems:
            raise ScenarioError(problems)

    def _least(self, pool: Pool) -> IntArray:
        """Fewest heads of each group on duty (intervals, groups): none while all its queues are closed."""
        least = np.zeros((intervals_of(self.blueprint), len(pool.groups)), np.int64)
        serves = self.blueprint.serves_by_group
        places = list(self.loaded.scenario.workforce.groups)
        for column, name in enumerate(pool.groups):
            minimum = _spec(self.loaded, name).minimum
            for queue in serves["queue"][serves["group"] == places.index(name)].tolist() if minimum else ():
                times = open_times(self.loaded, self.blueprint, queue)
                is_open = np.ones(len(least), np.bool_) if times is None else times.share > 0
                least[is_open, column] = minimum
        return least


def _specs(loaded: LoadedScenario) -> list[tuple[str, PlannedHeads]]:
    return [(name, _spec(loaded, name)) for name in planned_groups(loaded.scenario)]


def _spec(loaded: LoadedScenario, name: str) -> PlannedHeads:
    spec = loaded.scenario.workforce.groups[name].planned
    assert spec is not None, "only groups with a goal are planned"
    return spec


def _with_plan(loaded: LoadedScenario, plan: Plan) -> LoadedScenario:
    heads = {name: each.scheduled for name, each in plan.items()}
    return with_heads(loaded, heads, keep_goals=True)


def _with_seed(loaded: LoadedScenario, seed: int) -> LoadedScenario:
    return dataclasses.replace(loaded, scenario=loaded.scenario.model_copy(update={"seed": seed}))


def _at_time_of(base: LoadedScenario, loaded: LoadedScenario) -> LoadedScenario:
    """The base over the time of another scenario."""
    when = {name: getattr(loaded.scenario, name) for name in ("start", "horizon", "interval", "opening")}
    tables = {**loaded.tables, **base.tables} if when["start"] == base.scenario.start else base.tables
    return dataclasses.replace(base, scenario=base.scenario.model_copy(update=when), tables=tables)


def _problem(loaded: LoadedScenario, name: str, what: str, allowed: str) -> Problem:
    key = f"workforce.groups.{name}.heads"
    origin = loaded.origin(key)
    return Problem(origin.file or str(loaded.path), origin.line, 0, key, what, allowed)


def _nobody_calls(loaded: LoadedScenario, name: str) -> Problem:
    what = "nobody is expected to call this group, so no heads can be planned"
    return _problem(loaded, name, what, "write a number of heads, or a volume for its queues")


def _too_few_lines(loaded: LoadedScenario, name: str, goal: Goal, lines: int) -> Problem:
    what = f"no number of people meets '{goal}' with waiting.lines {loaded.scenario.waiting.lines}"
    return _problem(loaded, name, what, f"at least {lines} lines (Erlang B), or a goal that asks less")


def _no_old_plan(loaded: LoadedScenario, name: str) -> Problem:
    what = "the file without variants has no such group, so there is no old plan that could stand"
    return _problem(loaded, name, what, "leave out plan and lead")


def _not_ample(loaded: LoadedScenario, name: str, failure: NotAmple) -> Problem:
    """What may stand in the way is named, with its value."""
    scenario = loaded.scenario
    limits = {
        "waiting.lines": scenario.waiting.lines,
        "workforce.login_cap": scenario.workforce.login_cap,
        "waiting.announce_wait": "on" if scenario.waiting.announce_wait else None,
        "waiting.announcements": ", ".join(scenario.waiting.announcements) or None,
    }
    named = ", ".join(f"{key} {value}" for key, value in limits.items() if value is not None)
    what = (
        f"no number of people meets a goal here: with {failure.more:g} times those that a formula calls ample "
        f"{100 * failure.failed:.0f} % of callers still hang up or hear busy in the calm"
    )
    return _problem(loaded, name, what, f"look at {named + ', ' if named else ''}waiting.patience")


def _from_json(content: bytes) -> dict[str, GroupPlan]:
    try:
        found = json.loads(content)
        plan = {
            str(name): GroupPlan(*(tuple(column) for column in columns)) for name, columns in found.items()
        }
        numbers = [value for each in plan.values() for column in each for value in column]
    except (ValueError, TypeError, AttributeError, RecursionError):
        raise Unusable("it is no plan") from None
    if not all(type(value) in (int, float) for value in numbers):
        raise Unusable("it is no plan")
    return plan
