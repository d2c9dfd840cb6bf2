"""Programmes as rows for the engine: one per programme and group, and what each moves in how groups work."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt

from momentsim.contract.plan import AIM, DAY, MONTH, NEVER, PROGRAMME, AimKind, PracticeField, Table
from momentsim.prepare.calendar import Calendar, of_seconds
from momentsim.prepare.careers import hazard_factor
from momentsim.rules.programmes import strength
from momentsim.scenario.evidence import registry
from momentsim.scenario.sections import programmes as kinds
from momentsim.scenario.sections.levers import StartProgramme
from momentsim.scenario.types import Group, Programme, Scenario

_MIXED, _FACTOR, _SHIFT = AimKind
_NEW_HIRE_MONTHS: Final = 3.0
"""Months in the job in which exits are most frequent (E2.11.3)."""
_MOST: Final = 0.99

Aim = tuple[PracticeField, AimKind, float]


class HorizonWindow(Protocol):
    """The time for which rosters are made."""

    @property
    def calendar(self) -> Calendar:
        """Where dates lie."""

    @property
    def until(self) -> int:
        """Its end."""


def groups_of(programme: Programme, groups: Mapping[str, Group]) -> tuple[str, ...]:
    """Groups that take part, in the order of the workforce: those named, else all but reserves."""
    if programme.groups is not None:
        return tuple(name for name in groups if name in programme.groups)
    return tuple(name for name, group in groups.items() if not group.reserve)


def programme_rows(
    scenario: Scenario, calendar: Calendar, agents: Sequence[int], moments_per_month: float
) -> Table:
    """PROGRAMME rows; `agents` by group, `moments_per_month` are everyday moments of the whole centre."""
    rows = [
        (number, programme, name)
        for number, programme in enumerate(scenario.programmes.values())
        for name in groups_of(programme, scenario.workforce.groups)
    ]
    table = np.zeros(len(rows), PROGRAMME)
    names = list(scenario.workforce.groups)
    first_course = 0
    for index, (row, (number, programme, name)) in enumerate(zip(table, rows, strict=True)):
        row["programme"], row["group"] = number, names.index(name)
        row["first"] = (
            index if index == 0 or table["programme"][index - 1] != number else table["first"][index - 1]
        )
        _timeline(row, programme, scenario, calendar)
        if isinstance(programme, kinds.Training):
            row["first_course"] = first_course
            first_course += agents[row["group"]]
            _training(row, programme, scenario)
        row["hires"] = int(isinstance(programme, kinds.EmpathyHiring))
        if isinstance(programme, kinds.WowBudget):
            _gifts(row, programme, moments_per_month)
    return table


def availability(scenario: Scenario, group: str, window: HorizonWindow) -> npt.NDArray[np.float64]:
    """By date, from the day before the run: factor on the share of a group's rostered heads that is available."""
    days = window.calendar.days(-DAY, window.until)
    factors = np.ones(len(days))
    for programme in scenario.programmes.values():
        taking_part = group in groups_of(programme, scenario.workforce.groups)
        if isinstance(programme, kinds.HomeWorking) and taking_part:
            row = np.zeros(1, PROGRAMME)[0]
            _timeline(row, programme, scenario, window.calendar)
            factors *= [
                1.0 + programme.availability * strength_of(row, window.calendar.midnight(day)) for day in days
            ]
    return factors


def strength_of(row: Any, now: int) -> float:
    """Strength of a PROGRAMME row at a time."""
    times = (now, int(row["begins"]), int(row["adoption"]))
    return strength(*times, bool(row["s_curve"]), int(row["ends"]), int(row["half_life"]))


def _timeline(row: Any, programme: Programme, scenario: Scenario, calendar: Calendar) -> None:
    decided = calendar.time(programme.start or scenario.start)
    waits = any(
        isinstance(lever, StartProgramme) and scenario.programmes[lever.programme] is programme
        for lever in scenario.levers.values()
    )
    row["begins"] = NEVER if waits else decided + of_seconds(programme.lead_time)
    row["adoption"] = of_seconds(programme.adoption)
    row["s_curve"] = int(isinstance(programme, kinds.ServicePledges))
    row["ends"] = NEVER if programme.end is None else calendar.time(programme.end)
    half_life = programme.decay_half_life
    row["half_life"] = 0 if half_life is None else max(of_seconds(half_life), 1)


def _training(row: Any, programme: kinds.EmpathyTraining | kinds.SkillTraining, scenario: Scenario) -> None:
    """A course; what agents learn in it counts only where learning is on, empathy where that is."""
    row["hours"], row["hours_per_day"] = of_seconds(programme.hours), of_seconds(programme.hours_per_day)
    if isinstance(programme, kinds.EmpathyTraining):
        row["empathy"] = programme.gain
    elif scenario.behaviour.learning:
        row["speed"], row["spill_over"] = programme.speed, programme.spill_over


def _gifts(row: Any, programme: kinds.WowBudget, moments_per_month: float) -> None:
    row["gift"], row["budget"] = programme.gift, programme.budget_per_month
    row["words_only"] = int(programme.words_only)
    needed = programme.gift * moments_per_month
    row["gift_share"] = min(programme.budget_per_month / needed, 1.0) if needed > 0 else 0.0


def aim_rows(scenario: Scenario, programmes: Table) -> Table:
    """AIM rows of all PROGRAMME rows."""
    named, groups = list(scenario.programmes.values()), list(scenario.workforce.groups.values())
    rows = []
    for index, row in enumerate(programmes):
        programme = named[row["programme"]]
        habit = habit_of(programme)
        for field, kind, value in aims_of(programme, scenario, groups[row["group"]]):
            rows.append((index, row["group"], field, kind, value, habit))
    table = np.array(rows, AIM) if rows else np.zeros(0, AIM)
    return table[np.lexsort((table["row"], table["field"], table["group"]))]


def habit_of(programme: Programme) -> float:
    """Share of the old practice that stays even at full strength."""
    if isinstance(programme, kinds.IncentiveChange) and not programme.managers_too:
        return programme.habit
    return 0.0


def aims_of(programme: Programme, scenario: Scenario, group: Group) -> Iterator[Aim]:
    """What a programme moves in how a group works, at full strength."""
    if isinstance(programme, kinds.EmpathyHiring):
        yield PracticeField.HIRE_EMPATHY, _SHIFT, programme.gain
    elif isinstance(programme, kinds.AiAssist):
        yield PracticeField.LEARNING_TAU_MONTHS, _MIXED, programme.learning_months
        yield PracticeField.LEARNING_GAP, _MIXED, programme.novice_gap
        yield PracticeField.EXIT_FACTOR, _FACTOR, exits_with_novices(programme.exit_factor, group)
    elif isinstance(programme, kinds.IncentiveChange):
        yield PracticeField.HANDLING_TIME_WEIGHT, _MIXED, programme.handling_time
        yield PracticeField.RESOLUTION_WEIGHT, _MIXED, programme.resolution
        yield PracticeField.CUSTOMER_VOICE_WEIGHT, _MIXED, programme.customer_voice
        yield PracticeField.INCENTIVE_GAP, _MIXED, 0.0  # the engine knows the distance of the weights
    elif isinstance(programme, kinds.ScriptChange):
        yield PracticeField.SCRIPT, _MIXED, programme.script
    elif isinstance(programme, kinds.Empowerment):
        if programme.autonomy is not None:
            yield PracticeField.AUTONOMY, _MIXED, programme.autonomy
            yield PracticeField.AUTONOMY_APART, _MIXED, programme.autonomy
        if programme.authority is not None:
            yield PracticeField.AUTHORITY, _MIXED, programme.authority
    elif isinstance(programme, kinds.ExpertTeams):
        yield from _aims_of_expert_teams(programme, scenario, group)
    elif isinstance(programme, kinds.ServicePledges):
        yield PracticeField.ONE_VOICE, _MIXED, programme.one_voice
        yield PracticeField.QUALITY_SHIFT, _SHIFT, programme.quality
        yield PracticeField.ENGAGEMENT_SHIFT, _SHIFT, programme.engagement
    elif isinstance(programme, kinds.HomeWorking):
        yield PracticeField.PACE_FACTOR, _FACTOR, 1.0 / (1.0 + programme.speed)
        yield PracticeField.EXIT_FACTOR, _FACTOR, programme.exit_factor


def _aims_of_expert_teams(programme: kinds.ExpertTeams, scenario: Scenario, group: Group) -> Iterator[Aim]:
    """The bundle, of which a part is done: towards the target, factors to that power, shifts in proportion.

    Its published exits and absence are totals. What its autonomy does to them through engagement and burnout is in
    them, so that acts on everything but them (`AUTONOMY_APART` stays); and so is what longer tenures do to exits.
    """
    part = programme.strength
    autonomy = group.autonomy + part * (programme.autonomy - group.autonomy)
    yield PracticeField.AUTONOMY, _MIXED, autonomy
    yield PracticeField.PACE_FACTOR, _FACTOR, (1.0 + programme.longer_calls) ** part
    yield PracticeField.RESOLUTION_SHIFT, _SHIFT, part * points_shift(scenario, programme.resolution_points)
    yield PracticeField.ABSENCE_ODDS, _FACTOR, programme.absence_factor**part
    exits = hazard_factor(programme.exit_factor**part, group, registry.values(scenario.behaviour.parameters))
    yield PracticeField.EXIT_FACTOR, _FACTOR, exits


def points_shift(scenario: Scenario, points: float) -> float:
    """Logit shift that raises the mean resolution of the scenario's moments by so many points, at most to 99 %."""
    mean = sum(moment.resolution for moment in scenario.moments.values()) / len(scenario.moments)
    mean = min(max(mean, 1.0 - _MOST), _MOST)
    raised = min(mean + points, _MOST)
    return math.log(raised / (1.0 - raised)) - math.log(mean / (1.0 - mean))


def exits_with_novices(factor: float, group: Group) -> float:
    """Factor on all exits of a group when only agents in their first three months are affected.

    Their share of the group is 1 - exp(-3 months / mean tenure). Novices leave more often than others, so this
    understates the effect.
    """
    months = of_seconds(group.tenure_mean) / MONTH
    novices = 1.0 - math.exp(-_NEW_HIRE_MONTHS / months) if months > 0 else 1.0
    return 1.0 - (1.0 - factor) * novices
