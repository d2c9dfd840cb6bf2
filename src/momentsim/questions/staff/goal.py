"""How far a staffing reaches its goal: the goal's measure, simulated, and by how much it is better than asked."""

from __future__ import annotations

import numpy as np

from momentsim.measures.facts import Sample
from momentsim.measures.statistics import Estimate, by_unit, estimate
from momentsim.measures.summary import facts_of
from momentsim.scenario.sections.staffing_goal import Goal

_PARTS = {"abandoned": ("abandoned", "offered"), "wait": ("wait_answered_s", "answered_on_line")}
"""Facts of which the goal's measure is made; of the others the service level."""


def surplus_of(goal: Goal, estimated: Estimate) -> Estimate:
    """By how much the measure is better than the goal; above 0 where it is met."""
    if goal.is_limit:
        return Estimate(goal.wanted - estimated.value, -estimated.influence)
    return Estimate(estimated.value - goal.wanted, estimated.influence)


def goal_estimate(goal: Goal, sample: Sample, skills: tuple[int, ...]) -> Estimate:
    """The goal's measure over these skills (places) together and the whole horizon: one item."""
    columns = facts_of(sample, "skill")
    top, bottom = _PARTS.get(goal.kind, ("service_met", "service_base"))
    pooled = [columns[name][:, list(skills)].sum(axis=1, keepdims=True) for name in (top, bottom)]
    return by_unit(estimate(np.asarray(pooled[0]), np.asarray(pooled[1])), sample.members)
