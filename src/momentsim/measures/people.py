"""Customers in expectation: who would stay, who leaves, and what experience changed, per segment.

Untouched customers are as they were at the start, so their expected churn is one integral over the norm
n ~ N(0, 1) (Gauss-Hermite), from the start or from joining on.
Every touched customer adds the difference between the life they had and the same
life with displacement 0 throughout (MODEL 1). Survival is an expectation, exp(-integrated hazard), not the
draw of who really left: a week's real churn is nearly 0 and noisy.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from momentsim.contract.plan import DAY, Plan, Table, floats

FloatArray = npt.NDArray[np.float64]

PEOPLE = floats(
    "touched",  # customers touched
    "joined",  # customers won within the horizon
    "class_change",  # sum over all of NPS class at the end - at the start; a class is -1, 0, 1
    "stayers_quiet",  # expected customers at the horizon's end, had nothing been lived through
    "leavers_quiet",  # of these, expected to leave by the outlook date (12 months later)
    "stayers_change",  # with what happened - without, touched customers
    "leavers_change",
    "lost_change",  # expected lost by the outlook date, with - without
    "wallet_change",  # sum of yearly margin x (wallet factor gone to - 1)
)
"""By segment."""

NODES = 60
"""Nodes of the quadrature over the norm: exact to about 1e-12 for churn slopes up to 1."""


def people_totals(plan: Plan, customers: Table, joined: Table) -> Table:
    """PEOPLE row of every segment; `joined` are rows of trace.JOINED."""
    from momentsim.measures.expected_churn import (
        add_changes,  # the compiler is loaded only where it is needed
    )

    table = np.zeros(len(plan.segments), PEOPLE)
    effects, (horizon, outlook) = plan.effects[0], _dates(plan)
    add_changes(
        np.ascontiguousarray(customers),
        plan.segments,
        table,
        float(horizon),
        float(outlook),
        float(effects["churn_slope"]),
        float(effects["displacement_half_life_d"]) * DAY,
        float(brand_at_end(plan)),
    )
    table["joined"] = np.bincount(joined["segment"], minlength=len(table))
    quiet = [_quiet(plan), _quiet_joined(plan, joined)]
    table["stayers_quiet"], table["leavers_quiet"] = (
        sum(parts, np.zeros(())) for parts in zip(*quiet, strict=True)
    )
    everybody = plan.segments["customers"] + table["joined"]
    _within_what_can_be(table, everybody)
    table["class_change"] += (everybody - table["touched"]) * _class_of_the_untouched(plan)
    return table


def _within_what_can_be(table: Table, everybody: FloatArray) -> None:
    """Let nobody stay who is not there, and nobody leave who has not stayed.

    What was lived through is added to an average over all norms, and one customer's change may be larger than
    the average: of a few customers, fewer than none would leave. The nearest number that can be is then nearer
    the truth, which can be. Numbers that can be are left as they are, to the last bit.
    """
    _bound_sum(table, "stayers", everybody)
    _bound_sum(table, "leavers", table["stayers_quiet"] + table["stayers_change"])


def _bound_sum(table: Table, who: str, most: FloatArray) -> None:
    """Change `<who>_change` so that with `<who>_quiet` it lies within 0..most."""
    quiet, change = table[f"{who}_quiet"], table[f"{who}_change"]
    total = quiet + change
    change[total < 0.0] = -quiet[total < 0.0]
    change[total > most] = (most - quiet)[total > most]


@lru_cache(maxsize=1)
def _nodes() -> tuple[FloatArray, FloatArray]:
    """Nodes and weights over the standard normal law."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(NODES)
    return nodes, weights / weights.sum()


def _quiet(plan: Plan) -> tuple[FloatArray, FloatArray]:
    """Expected stayers at the horizon's end and leavers by the outlook date at displacement 0."""
    nodes, weights = _nodes()
    horizon, outlook = _dates(plan)
    rates = plan.segments["hazard"][:, None] * np.exp(-plan.effects[0]["churn_slope"] * nodes)
    stay = np.exp(-rates * horizon)
    stay_long = np.exp(-rates * outlook)
    customers = plan.segments["customers"]
    return customers * (stay @ weights), customers * ((stay - stay_long) @ weights)


def _quiet_joined(plan: Plan, joined: Table) -> tuple[FloatArray, FloatArray]:
    """The same of those who joined, from then on."""
    nodes, weights = _nodes()
    horizon, outlook = _dates(plan)
    hazards = plan.segments["hazard"][joined["segment"]][:, None]
    rates = hazards * np.exp(-plan.effects[0]["churn_slope"] * nodes)
    stay = np.exp(-rates * (horizon - joined["time"])[:, None]) @ weights
    stay_long = np.exp(-rates * (outlook - joined["time"])[:, None]) @ weights
    segments = len(plan.segments)
    return (
        np.bincount(joined["segment"], stay, segments).astype(np.float64),
        np.bincount(joined["segment"], stay - stay_long, segments).astype(np.float64),
    )


def brand_at_end(plan: Plan) -> float:
    """Brand at the horizon's end, SD: the crises' shocks as far as they have not faded."""
    shocks = plan.crises[plan.crises["brand_shock"] > 0.0] if plan.settings["brand_on"][0] else ()
    if not len(shocks):
        return 0.0
    from momentsim.rules.brand import brand_after  # the compiler is loaded only where it is needed

    effects, horizon = plan.effects[0], int(plan.settings["horizon"][0])
    life, permanent = float(effects["brand_half_life_d"]) * DAY, float(effects["brand_permanent"])
    return sum(
        brand_after(float(crisis["brand_shock"]), float(horizon - crisis["begins"]), life, permanent)
        for crisis in shocks
    )


def _class_of_the_untouched(plan: Plan) -> FloatArray:
    """Mean change of NPS class by the brand alone, over n ~ N(0, 1)."""
    brand = brand_at_end(plan)
    if brand == 0.0:
        return np.zeros(len(plan.segments))
    cuts = np.stack([plan.segments["promoter_above"], plan.segments["detractor_below"]])
    below = [np.array([[_normal_cdf(cut - moved) for cut in row] for row in cuts]) for moved in (0.0, brand)]
    return np.asarray((below[0] - below[1]).sum(axis=0))


def _normal_cdf(value: float) -> float:
    return 0.5 * math.erfc(-value / math.sqrt(2.0))


def _dates(plan: Plan) -> tuple[int, int]:
    """End of the horizon and outlook date, microseconds since the scenario's start."""
    settings = plan.settings[0]
    start = int(settings["warm_up"])
    return int(settings["horizon"]) - start, int(settings["outlook"]) - start
