"""Facts about noticing and making good, promises, and selling; and what a recovery team and paid tiers come to."""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from momentsim.measures.facts import Columns, FloatArray, Sample
from momentsim.scenario.sections.base import ALL_DAYS
from momentsim.scenario.types import Scenario
from momentsim.units import SECONDS_PER_DAY, SECONDS_PER_HOUR, SECONDS_PER_YEAR

WAYS = ("survey", "speech", "complaint", "listening")
NOTICED = {
    **{f"detected_{way}": f"detected_{way}" for way in WAYS},
    "false_alarms": "false_alarms",
    "recovered": "recovered",
    "recovery_given_up": "given_up",
    "recovery_backlog": "backlog",
}
"""Fact -> field of the moment tallies; without meaning where nothing is looked for."""
PROMISED = {
    "promises": "promises",
    "promises_kept": "promises_kept",
    "failures_repeated": "failures_repeated",
}
SOLD = {"offers": "offers", "pushy_offers": "pushy", "sales": "sales", "margin_sold": "sold"}


def absent(scenario: Scenario) -> tuple[str, ...]:
    """Facts that have no meaning in a scenario."""
    moments = scenario.moments.values()
    names: list[str] = []
    if scenario.recovery is None or not scenario.behaviour.memory:
        names += [*NOTICED, "detected"]
    if scenario.recovery is None or scenario.recovery.team is None:
        names += ["recovered", "recovery_given_up", "recovery_backlog"]
    if not any(moment.promise for moment in moments):
        names += PROMISED
    if not any(moment.selling for moment in moments):
        names += SOLD
    if not scenario.behaviour.memory:
        names += ["let_down_surveyed", "complaints"]
    return tuple(dict.fromkeys(names))


def team_hours(scenario: Scenario) -> float:
    """Paid hours of the recovery team within the horizon."""
    team = scenario.recovery.team if scenario.recovery else None
    if team is None:
        return 0.0
    end = scenario.start + timedelta(seconds=scenario.horizon)
    midnight = scenario.start.replace(hour=0, minute=0, second=0, microsecond=0)
    seconds = 0.0
    while midnight < end:
        if ALL_DAYS[midnight.weekday()] in team.days:
            begins = max(midnight + timedelta(seconds=team.start), scenario.start)
            seconds += max((min(midnight + timedelta(seconds=team.end), end) - begins).total_seconds(), 0.0)
        midnight += timedelta(seconds=SECONDS_PER_DAY)
    return team.people * seconds / SECONDS_PER_HOUR


def team_cost(scenario: Scenario) -> float:
    """What the recovery team is paid within the horizon."""
    team = scenario.recovery.team if scenario.recovery else None
    return 0.0 if team is None else team_hours(scenario) * team.cost_per_hour


def tier_income(sample: Sample) -> FloatArray:
    """What paid tiers bring in over the horizon, (replications, segments)."""
    years = sample.scenario.horizon / SECONDS_PER_YEAR
    sections = [sample.scenario.customers.segments[name] for name in sample.names.segments]
    income = [section.customers * section.tier_price * years for section in sections]
    return np.tile(np.array(income, np.float64), (len(sample.digests), 1))


def tier_facts(sample: Sample, scope: str) -> Columns:
    """Income of paid tiers for scope all or segment."""
    income = tier_income(sample)
    return {"tier_income": income.sum(axis=1, keepdims=True) if scope == "all" else income}
