"""What a plan of heads says about itself: the table of its intervals, and plain data from which words are made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from momentsim.runs.staffing.plan import GroupPlan, Plan
from momentsim.scenario import LoadedScenario
from momentsim.scenario.staffed import interval_starts
from momentsim.scenario.types import Scenario
from momentsim.units import SECONDS_PER_DAY, SECONDS_PER_HOUR


def staffing_columns(loaded: LoadedScenario, plan: Plan) -> dict[str, list[Any]]:
    """Columns of staffing.csv: a row per group and interval of warm-up and horizon."""
    starts = interval_starts(loaded.scenario)
    part = loaded.scenario.interval / full_time_s(loaded.scenario)
    columns: dict[str, list[Any]] = {
        "interval_start": starts * len(plan),
        "group": [name for name in plan for _ in starts],
    }
    for column, field in (
        ("offered_forecast", "offered"),
        ("handling_s", "handling_s"),
        ("heads", "required"),
        ("heads_needed", "needed"),
        ("heads_rostered", "scheduled"),
    ):
        columns[column] = [value for each in plan.values() for value in getattr(each, field)]
    skipped = _warm_up(loaded.scenario)
    columns["fte"] = [
        round(part * heads, 6) if place >= skipped else 0.0
        for each in plan.values()
        for place, heads in enumerate(each.scheduled)
    ]
    return columns


def about_plan(loaded: LoadedScenario, plan: Plan) -> dict[str, dict[str, Any]]:
    """By group, what it is planned for, whose plan stands, and its hours of the horizon on duty and on the roster."""
    return {name: _about(loaded.scenario, name, each) for name, each in plan.items()}


def _about(scenario: Scenario, name: str, plan: GroupPlan) -> dict[str, Any]:
    spec = scenario.workforce.groups[name].planned
    assert spec is not None, "a plan is of groups with a goal"
    hours, skipped = scenario.interval / SECONDS_PER_HOUR, _warm_up(scenario)
    on_duty, scheduled = plan.required[skipped:], plan.scheduled[skipped:]
    return {
        "goal": str(spec.goal),
        **({"goals": len(spec.goal)} if len(spec.goal) > 1 else {}),
        "formula": spec.formula,
        "forecast_error": spec.forecast_error,
        "plan": spec.plan,
        "lead_s": spec.lead,
        "least": min(on_duty),
        "most": max(on_duty),
        "hours_on_duty": hours * sum(on_duty),
        "hours_needed": hours * sum(plan.needed[skipped:]),
        "hours_rostered": hours * sum(scheduled),
        "fte": hours * sum(scheduled) * SECONDS_PER_HOUR / full_time_s(scenario),
        "full_time_week_s": scenario.workforce.full_time_week,
    }


def full_time_s(scenario: Scenario) -> float:
    """Seconds that one full-time equivalent is on the roster over the horizon."""
    return scenario.workforce.full_time_week * scenario.horizon / (7 * SECONDS_PER_DAY)


def _warm_up(scenario: Scenario) -> int:
    return round(scenario.opening.warm_up / scenario.interval)


def is_restaffed(about: Mapping[str, Any]) -> bool:
    """Whether a group's heads are those of its own plan, from the start."""
    return bool(about["plan"] == "this" and about["lead_s"] == 0)
