"""The value of a change against its definition: hazards by quadrature, date by date, with and without the change."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy.integrate import quad

from engine.stories import PLAIN, read
from momentsim.contract.plan import DAY, Plan
from momentsim.engine.customers import outlook
from momentsim.engine.state.initial_state import new_world
from momentsim.engine.state.tables import Tables
from momentsim.prepare import Reference, lower, prepare

NOW = 3 * DAY + 12_345_678


@pytest.fixture(scope="module")
def plan() -> Plan:
    loaded = read({**PLAIN, "horizon": "400 d"})
    blueprint = lower(loaded, Reference.neutral(tuple(loaded.scenario.moments)))
    return prepare(blueprint, 1).plan


def expected(world: Tables, known: Any, y: float, target: float, grievance: float) -> float:
    """Value to the outlook of a customer with this displacement, wallet target and grievance from now on."""
    effects, about = world["effects"][0], world["segments"][0]
    half_life, slope = effects["displacement_half_life_d"] * DAY, effects["churn_slope"]
    mending, harm = effects["grievance_half_life_d"] * DAY, effects["churn_per_grievance"] * grievance
    away = y - about["behaviour_rest"]

    def factor(after: float) -> float:
        return float(
            math.exp(-slope * away * 2.0 ** (-after / half_life)) * (1.0 + harm * 2.0 ** (-after / mending))
        )

    def mean_factor(ahead: float) -> float:
        return float(quad(lambda s: factor(s * ahead), 0.0, 1.0, epsrel=1e-12)[0])

    total = 0.0
    for date in world["pay_dates"]["value"]:
        if date > NOW:
            ahead = float(date - NOW)
            wallet = wallet_then(effects, known["wallet"], target, about["wallet_rest"], ahead / DAY)
            total += wallet * math.exp(-known["hazard"] - known["rate"] * ahead * mean_factor(ahead))
    return float(known["pay"] * total)


def wallet_then(effects: Any, wallet: float, target: float, rest: float, days: float) -> float:
    """The wallet after so many days: it follows a target that relaxes, step by step."""
    follows = math.log(2.0) / effects["wallet_lag_d"]
    relaxing = float(effects["wallet_half_life_d"])
    pulled = quad(
        lambda s: follows
        * math.exp(-follows * (days - s))
        * (rest + (target - rest) * 2.0 ** (-s / relaxing)),
        0.0, days, epsrel=1e-12,
    )[0]  # fmt: skip
    return float(wallet * math.exp(-follows * days) + pulled)


@pytest.mark.parametrize("mending", [90.0, 30.0, 180.0, 97.3])
@pytest.mark.parametrize("yearly_hazard", [0.0, 0.1, 2.0])
@pytest.mark.parametrize("y", [0.0, 0.05, -0.6])
@pytest.mark.parametrize("y_after", [0.0, -0.1, 0.04, -2.5, 3.0])
def test_value_of_a_change(
    plan: Plan, yearly_hazard: float, y: float, y_after: float, mending: float
) -> None:
    """Small displacements and hazards go through short series, large ones do not: both are the same function.

    Half-lives of grievances and displacements may have any ratio.
    """
    effects = plan.effects.copy()
    effects["grievance_half_life_d"] = mending
    effects["wallet_half_life_d"] = 360.0 if mending != 180.0 else effects["wallet_lag_d"]
    world = new_world(plan._replace(effects=effects), log=False)
    world["segments"]["behaviour_rest"], world["segments"]["wallet_rest"] = 0.07, 1.02
    known = world["customers"][0]
    known["segment"], known["wallet_at"] = 0, NOW
    known["rate"], known["behaviour"], known["hazard"], known["pay"] = (
        yearly_hazard / (365 * DAY),
        y,
        0.3,
        7.0,
    )
    known["wallet"], known["wallet_target"] = 1.1, 0.9
    known["grievance"] = 0.4
    found = outlook.value_of_bond(world.world, 0, NOW, y_after, 1.25, 1.6)
    before, after = expected(world, known, y, 0.9, 0.4), expected(world, known, y_after, 1.25, 1.6)
    assert found == pytest.approx(after - before, rel=1e-9, abs=1e-9)


def test_nothing_is_earned_after_the_last_pay_date_nor_by_no_change(plan: Plan) -> None:
    world = new_world(plan, log=False)
    after_all = int(np.max(world["pay_dates"]["value"]))
    assert outlook.value_of_bond(world.world, 0, after_all, 1.0, 2.0, 1.0) == 0.0
    known = world["customers"][0]
    known["behaviour"], known["wallet_target"], known["grievance"] = 0.1, 1.1, 0.3
    known["segment"] = 0
    same = (float(known["behaviour"]), float(known["wallet_target"]), float(known["grievance"]))
    assert outlook.value_of_bond(world.world, 0, NOW, *same) == 0.0
