"""About how high customers rest: what a scenario says of it before anything is simulated.

A level of rest gives back what contacts cost (MODEL 1). The pilot of a run measures that cost; here experience is
taken for a standard normal variable, which is close where the operation is a calm one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from momentsim.scenario.evidence import registry
from momentsim.scenario.sections.base import ALL_DAYS
from momentsim.scenario.sections.demand import DAYS_PER_YEAR
from momentsim.scenario.sections.size_checks import moments_on
from momentsim.scenario.types import Moment, Scenario

PLAUSIBLE_REST: Final = 0.5
"""SD above which a base has too many contacts for its customers, or too few customers for its contacts."""
_MEAN_SHORTFALL: Final = 1.0 / math.sqrt(2.0 * math.pi)


def contacts_a_year(scenario: Scenario) -> dict[str, dict[str, float]]:
    """By segment and reason: moments a year of one customer, as far as the file says (counts of files do not show)."""
    segments = scenario.customers.segments
    customers = sum(segment.customers for segment in segments.values())
    weight = sum(segment.customers * segment.contact_weight for segment in segments.values())
    yearly = {}
    for name, volume in scenario.demand.volumes.items():
        week = sum(moments_on(volume, customers, day, {}) for day in ALL_DAYS)
        yearly[name] = week / 7.0 * DAYS_PER_YEAR * (1.0 - volume.preventable)
    return {
        name: {
            reason: mine * segment.contact_weight / weight if weight else 0.0
            for reason, mine in yearly.items()
        }
        for name, segment in segments.items()
    }


def expected_rest(scenario: Scenario) -> dict[str, float]:
    """By segment: about where attitude goes without contacts, SD; 0 where nothing is remembered."""
    rates = contacts_a_year(scenario)
    if not scenario.behaviour.memory:
        return dict.fromkeys(rates, 0.0)
    values = registry.values(scenario.behaviour.parameters)
    fading = math.log(2.0) * DAYS_PER_YEAR / values["displacement_half_life_d"]
    costs = {name: mean_cost(moment, values) for name, moment in scenario.moments.items()}
    return {
        name: min(sum(rate * costs.get(reason, 0.0) for reason, rate in mine.items()) / fading, 1.0)
        for name, mine in rates.items()
    }


def mean_cost(moment: Moment, values: Mapping[str, float]) -> float:
    """What a contact takes from attitude on average, SD, where d is standard normal."""
    power = values["gain_exponent"]
    gained = 2.0 ** (0.5 * power - 1.0) * math.gamma(0.5 * (power + 1.0)) / math.sqrt(math.pi)
    gained *= 1.0 if moment.builder else values["routine_gain"]
    lost = values["loss_aversion"] * _MEAN_SHORTFALL
    return float(moment.stakes * values["loyalty_step"] * (lost - gained))
