"""What agents do because of what their team leaders look at, against the usual weights (E2.12.6).

Handling times and resolution of a scenario were observed under the usual weights, so only the difference acts.
"""

from __future__ import annotations

from typing import Any

from momentsim.compiler.decorators import compiled_inside
from momentsim.engine.state import tables
from momentsim.engine.state.tables import World
from momentsim.rules import workplace


@compiled_inside
def clock_excess(w: World, practice: Any) -> float:
    """Weight on handling time above the usual one."""
    return float(practice["handling_time_weight"] - tables.effects(w)["usual_handling_time_weight"])


@compiled_inside
def pace(w: World, practice: Any) -> float:
    """Factor on handling times."""
    more = clock_excess(w, practice)
    if more == 0.0:
        return 1.0
    return workplace.haste_factor(more, tables.effects(w)["incentive_speed"])


@compiled_inside
def resolution(w: World, practice: Any) -> float:
    """Shift of the logit of resolution: haste lowers it, weight on solving raises it."""
    effects = tables.effects(w)
    solving = practice["resolution_weight"] - effects["usual_resolution_weight"]
    return float(
        effects["incentive_resolution"] * solving - effects["incentive_haste"] * clock_excess(w, practice)
    )


@compiled_inside
def quality(w: World, practice: Any) -> float:
    """Shift of quality in SD by weight on the customers' voice."""
    effects = tables.effects(w)
    usual = 1.0 - effects["usual_handling_time_weight"] - effects["usual_resolution_weight"]
    return float(effects["incentive_voice"] * (practice["customer_voice_weight"] - usual))


@compiled_inside
def cutting_probability(w: World, practice: Any) -> float:
    """Probability that a talk is cut short."""
    more = clock_excess(w, practice)
    if more <= 0.0:
        return 0.0
    return workplace.gaming_probability(more, tables.effects(w)["gaming"])
