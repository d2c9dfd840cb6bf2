"""What programmes cost: one-off, per agent, per month, per gift and per hire. Hours in training are paid like others.

Costs end with the horizon while value is counted to `economics.outlook` (a programme that is kept up costs more
after the horizon than is booked here).
"""

from __future__ import annotations

import numpy as np

from momentsim.measures.sums import FloatArray, Sample
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
            amounts[index, number] = cost_of(sample.scenario, programme, agents, trained)
            if isinstance(programme, WowBudget):
                amounts[index, number] += float(rows["gifts"].sum()) * programme.gift
            elif isinstance(programme, EmpathyHiring):
                amounts[index, number] += float(rows["hired"].sum()) * programme.cost_per_hire
    return amounts


def cost_of(scenario: Scenario, programme: Programme, agents: float, trained: float) -> float:
    """Cost of a programme without gifts and hires: once, per agent of its groups or trained, and per month."""
    heads = trained if isinstance(programme, Training) else agents
    once = programme.cost + heads * programme.cost_per_agent
    return once + months(scenario, programme) * monthly_cost(programme, agents)


def monthly_cost(programme: Programme, agents: float) -> float:
    """What a programme for so many agents costs a month while it lasts."""
    if isinstance(programme, AiAssist):
        return programme.cost_per_month + agents * programme.cost_per_agent_month
    return programme.cost_per_month


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
