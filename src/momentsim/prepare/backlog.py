"""The backlog with which a scenario opens, as demand of the first instant."""

from __future__ import annotations

import numpy as np

from momentsim.contract.plan import Table
from momentsim.draws import name_key
from momentsim.prepare.demand_points import STRIP
from momentsim.scenario.types import Scenario


def backlog_strips(scenario: Scenario) -> Table:
    """Strips without length at time 0 whose moments are counted, not drawn; they own their draws."""
    backlog = scenario.opening.backlog
    reasons = list(scenario.moments)
    strips = np.zeros(len(backlog), STRIP)
    for strip, (name, count) in zip(strips, backlog.items(), strict=True):
        strip["reason"], strip["reason_key"] = reasons.index(name), name_key("backlog", name)
        strip["expected"], strip["replay"] = count, 1
    return strips
