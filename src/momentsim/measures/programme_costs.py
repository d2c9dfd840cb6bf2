"""What programmes cost: one-off, per agent, per month, per gift and per hire. Hours in training are paid like others.

Costs end with the horizon while value is counted to `economics.outlook` (a programme that is kept up costs more
after the horizon than is booked here).
"""

from __future__ import annotations

import math

import numpy as np

from momentsim.contract.plan import SECOND
from momentsim.measures.digest import Digest
from momentsim.measures.facts import FloatArray, Sample
from momentsim.scenario.sections.levers import StartProgramme
from momentsim.scenario.sections.programmes import AiAssist, EmpathyHiring, Training, WowBudget
from momentsim.scenario.types import Programme, Scenario
from momentsim.units import SECONDS_PER_YEAR


def programme_costs(sample: Sample) -> FloatArray:
    """Money by replication and programme, in the order of the file."""
    programmes = list(sample.scenario.programmes.values())
    amounts = np.zeros((len(sample.digests), len(programmes)))
    for index, digest in enumerate(sample.digests):
        for number, programme in enumerate(programmes):
            rows = digest.programmes[digest.programmes["programme"] == number]
            agents = float(digest.agents["agents"][rows["group"]].sum())
            trained = float(rows["trained"].sum())
            begins_s, lasts = span_of(sample, digest, number)
            if begins_s < sample.scenario.horizon:
                amounts[index, number] = cost_of(programme, agents, trained, lasts)
            if isinstance(programme, WowBudget):
                amounts[index, number] += float(rows["gifts"].sum()) * programme.gift
            elif isinstance(programme, EmpathyHiring):
                amounts[index, number] += float(rows["hired"].sum()) * programme.cost_per_hire
    return amounts


def cost_of(programme: Programme, agents: float, trained: float, lasts: float) -> float:
    """Cost of a programme without gifts and hires: once, per agent of its groups or trained, and per month it lasts."""
    heads = trained if isinstance(programme, Training) else agents
    once = programme.cost + heads * programme.cost_per_agent
    return once + lasts * monthly_cost(programme, agents)


def monthly_cost(programme: Programme, agents: float) -> float:
    """What a programme for so many agents costs a month while it lasts."""
    if isinstance(programme, AiAssist):
        return programme.cost_per_month + agents * programme.cost_per_agent_month
    return programme.cost_per_month


def span_of(sample: Sample, digest: Digest, number: int) -> tuple[float, float]:
    """When a programme is decided in a replication, seconds after the start, and the months that it then lasts.

    One that waits for a lever lasts while that is in force, after its own lead time; infinity: it was not started.
    """
    scenario = sample.scenario
    name, programme = list(scenario.programmes.items())[number]
    first = len(sample.names.levers) - len(scenario.levers)
    for row, lever in enumerate(scenario.levers.values(), first):
        if isinstance(lever, StartProgramme) and lever.programme == name:
            use = digest.lever_use[row]
            if use["began"] < 0:
                return math.inf, 0.0
            held_s = max(float(use["held"]) / SECOND - programme.lead_time, 0.0)
            return float(use["began"]) / SECOND, held_s * 12.0 / SECONDS_PER_YEAR
    return start_s(scenario, programme), months(scenario, programme)


def start_s(scenario: Scenario, programme: Programme) -> float:
    """When it is decided and paid for, seconds after the scenario's start."""
    return 0.0 if programme.start is None else (programme.start - scenario.start).total_seconds()


def months(scenario: Scenario, programme: Programme) -> float:
    """Months (of 365.25 / 12 days) from the end of the lead time to the end, within the horizon; parts count."""
    starts_s = start_s(scenario, programme)
    ends_s = scenario.horizon
    if programme.end is not None:
        ends_s = min(ends_s, (programme.end - scenario.start).total_seconds())
    return max(ends_s - starts_s - programme.lead_time, 0.0) * 12.0 / SECONDS_PER_YEAR
