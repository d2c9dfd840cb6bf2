"""A shift plan: the requirement of a group covered by allowed shifts at least cost, and how well."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from momentsim.errors import MomentsimError
from momentsim.measures.display import Short, ShownAnswer
from momentsim.questions.shifts.cover import Cover, cover
from momentsim.questions.shifts.cover_model import SlotCosts, model_of
from momentsim.questions.shifts.patterns import CoverWeek, out_of_reach, week_of
from momentsim.questions.shifts.requirement import Requirement, group_of, requirement_of
from momentsim.questions.shifts.roster import cover_table, shifts_table, spans, templates_of, week_table
from momentsim.runs.identity import combine
from momentsim.runs.package_version import package_version
from momentsim.runs.staffing.plan import Planner
from momentsim.scenario import LoadedScenario, load

SHORTAGE_FACTOR = 10.0
"""A missing head counts ten times its hour where the rules say nothing: a full shift is added for an hour."""
NEAREST_FACTOR = 1000.0
"""The same where shortage is forbidden and cannot be avoided, to see how little is possible."""
GOOD_ENOUGH = 0.005
"""The search ends when no plan can be cheaper by more than this share."""
DEFAULT_SECONDS = 60.0
MOST_SHIFTS = 1000
"""Shift templates that a scenario may have."""


@dataclass(frozen=True)
class ShiftQuestion:
    """What is to be planned, and how."""

    loaded: LoadedScenario
    group: str
    requirement: Requirement
    hard: bool = False
    """Whether understaffing is forbidden."""
    seconds: float = DEFAULT_SECONDS

    @property
    def identity(self) -> str:
        """SHA-256 of everything that decides the plan."""
        return combine(
            (
                self.loaded.content_hash,
                self.group,
                hashlib.sha256(self.requirement.heads.tobytes()).hexdigest(),
                f"hard {self.hard}",
                f"{self.seconds:g} s to {GOOD_ENOUGH:g}",
                package_version(),
            )
        )


@dataclass(frozen=True, repr=False)
class ShiftPlan(ShownAnswer):
    """Heads per shift. Hours and money are of one week, or of the horizon where that is shorter than a week."""

    question: ShiftQuestion
    shifts: pd.DataFrame
    """A row per shift template, as a `shifts_file` has it."""
    week: pd.DataFrame
    """Heads that start by kind, time and weekday, with the paid hours of their week."""
    cover: pd.DataFrame
    """By interval of the horizon, net heads: interval_start, required, on_duty, over, under."""
    cost: float
    """Expected wages, in the scenario's currency: paid hours at cost_per_hour, less absence."""
    paid_hours: float
    """As rostered; breaks that are not paid are not in it."""
    agents: int
    """Agents on the roster; where days are planned one by one, those of all days."""
    gap: float
    """No allowed plan is cheaper (wages and priced shortage) by more than this share, 0..1."""
    out_of_reach: tuple[str, ...]
    """Spans of time with a requirement that no allowed shift reaches."""
    by_day: bool
    """The horizon is shorter than a week: days are planned one by one, and days_per_week is left aside."""
    seconds: float
    """How long it took."""

    def short(self) -> Short:
        """Heads per shift."""
        currency = self.question.loaded.scenario.currency
        hours, wages = f"{self.paid_hours:,.0f} paid hours", f"{self.cost:,.0f} {currency}"
        title = f"{self.question.group}: {self.agents} agents, {hours}, {wages}"
        return Short(title, self.week, ".shifts, .week, .cover, .cost, .gap; ms.words, ms.plot, ms.save")


def ask(
    loaded: LoadedScenario,
    group: str,
    given: Path | pd.DataFrame | None = None,
    *,
    hard: bool = False,
    seconds: float = DEFAULT_SECONDS,
) -> ShiftQuestion:
    """The question, checked: the group has shift rules, and somebody is required at some time."""
    planned = loaded
    if given is None and group_of(loaded, group)[0].is_unplanned:
        planned = Planner().staffed(loaded, load(loaded.path)).loaded
    requirement = requirement_of(planned, group, given)
    if not (requirement.heads > 0).any():
        raise MomentsimError(
            f"{loaded.path}: nobody is required in '{group}' at any time, so no shift is needed"
        )
    return ShiftQuestion(loaded, group, requirement, hard, seconds)


def plan(question: ShiftQuestion) -> ShiftPlan:
    """Solve it; MomentsimError if understaffing is forbidden and cannot be avoided, with what comes nearest."""
    began = time.monotonic()
    group, rules = group_of(question.loaded, question.group)
    week = week_of(question.requirement, rules)
    unreached = out_of_reach(week)
    if question.hard and unreached.any():
        raise MomentsimError(_unreached_words(question, unreached, week))
    rate = group.cost_per_hour or 1.0  # free hours are counted, or any number would be as good as any other
    slot_h = week.slot_s / 3600.0
    price = SHORTAGE_FACTOR * rate if rules.shortage_cost is None else rules.shortage_cost
    work = rate * (1.0 - group.absence) * slot_h
    short = price * question.requirement.available * slot_h
    prices = SlotCosts(work, np.inf if question.hard else short)
    answer = cover(model_of(week, rules, prices), seconds=question.seconds, gap=GOOD_ENOUGH)
    if answer is None:
        nearest = SlotCosts(work, NEAREST_FACTOR * rate * slot_h) if question.hard else None
        cover_found = nearest and cover(
            model_of(week, rules, nearest), seconds=question.seconds, gap=GOOD_ENOUGH
        )
        raise MomentsimError(_failure(question, week, cover_found or None))
    return _plan_of(question, week, answer, unreached, began)


def _plan_of(
    question: ShiftQuestion, week: CoverWeek, answer: Cover, unreached: npt.NDArray[np.bool_], began: float
) -> ShiftPlan:
    group, _ = group_of(question.loaded, question.group)
    templates = templates_of(week, answer)
    if len(templates) > MOST_SHIFTS:
        raise MomentsimError(
            f"the best plan has {len(templates):,} shift templates, a scenario has at most {MOST_SHIFTS:,}, allow "
            "fewer starts and kinds"
        )
    table = week_table(week, templates)
    hours = float(table["paid_hours"].sum())
    return ShiftPlan(
        question=question,
        shifts=shifts_table(week, templates),
        week=table,
        cover=cover_table(question.requirement, week, templates),
        cost=hours * group.cost_per_hour * (1.0 - group.absence),
        paid_hours=hours,
        agents=sum(template.heads for template in templates),
        gap=answer.gap,
        out_of_reach=_times(question.requirement, week, unreached),
        by_day=question.requirement.by_day,
        seconds=time.monotonic() - began,
    )


def _times(requirement: Requirement, week: CoverWeek, slots: npt.NDArray[np.bool_]) -> tuple[str, ...]:
    """Slots of the week as spans like `Mon 05:00-06:00`."""
    monday = pd.Timestamp(2024, 1, 1)
    step = pd.Timedelta(seconds=week.slot_s)
    stretches = spans([monday + int(slot) * step for slot in np.flatnonzero(slots)], step)
    return tuple(f"{begin:%a %H:%M}-{end:%H:%M}" for begin, end in stretches)


def _unreached_words(question: ShiftQuestion, unreached: npt.NDArray[np.bool_], week: CoverWeek) -> str:
    times = _times(question.requirement, week, unreached)
    named = ", ".join(times[:7]) + (f" and {len(times) - 7} more" if len(times) > 7 else "")
    return (
        f"no allowed shift of '{question.group}' reaches {named}, where people are required; widen earliest_start, "
        "latest_end, days or the windows of breaks, or plan without --hard"
    )


def _failure(question: ShiftQuestion, week: CoverWeek, nearest: Cover | None) -> str:
    """Why there is no plan; with the nearest one where there is one."""
    if not question.hard:
        return f"no plan was found in {question.seconds:g} s, give more --seconds, or allow fewer starts and kinds"
    if nearest is None:
        return (
            f"no plan without shortage was found in {question.seconds:g} s, give more --seconds, or no --hard"
        )
    table = cover_table(question.requirement, week, templates_of(week, nearest))
    short = table[table["under"] > 0]
    if short.empty:
        return "no plan without shortage was found in time, give more --seconds"
    hours = short["under"].sum() * question.requirement.interval_s / 3600.0
    worst = short.iloc[int(short["under"].argmax())]
    return (
        f"the shift rules of '{question.group}' allow no plan without shortage (see most_heads, most_per_start, "
        f"most_share, least_per_shift); the nearest leaves {hours:,.1f} head-hours short in {len(short)} intervals, "
        f"the most at {worst['interval_start']:%a %Y-%m-%d %H:%M}: {worst['under']:.1f} of {worst['required']:.1f}; "
        "plan without --hard to see it"
    )
