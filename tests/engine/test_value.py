"""The value of a change against its definition: hazards by quadrature, date by date, with and without the change."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy.integrate import quad

from engine.stories import PLAIN, read
from momentsim.contract.plan import DAY
from momentsim.engine.customers import customers
from momentsim.engine.state.initial_state import new_world
from momentsim.engine.state.tables import Tables
from momentsim.prepare import Reference, lower, prepare

NOW = 3 * DAY + 12_345_678


@pytest.fixture(scope="module")
def world() -> Tables:
    loaded = read({**PLAIN, "horizon": "400 d"})
    blueprint = lower(loaded, Reference.neutral(tuple(loaded.scenario.moments)))
    return new_world(prepare(blueprint, 1).plan, log=False)


def expected(world: Tables, known: Any, y: float, target: float) -> float:
    """Value to the outlook of a customer with this displacement and wallet target from now on."""
    effects = world["effects"][0]
    half_life, slope = effects["displacement_half_life_d"] * DAY, effects["churn_slope"]

    def mean_factor(ahead: float) -> float:
        return float(
            quad(lambda s: math.exp(-slope * y * 2.0 ** (-s * ahead / half_life)), 0.0, 1.0, epsrel=1e-12)[0]
        )

    total = 0.0
    for date in world["pay_dates"]["value"]:
        if date > NOW:
            ahead = float(date - NOW)
            lag = 2.0 ** (-ahead / DAY / effects["wallet_lag_d"])
            wallet = target + (known["wallet"] - target) * lag
            total += wallet * math.exp(-known["hazard"] - known["rate"] * ahead * mean_factor(ahead))
    return float(known["pay"] * total)


@pytest.mark.parametrize("yearly_hazard", [0.0, 0.1, 2.0])
@pytest.mark.parametrize("y", [0.0, 0.05, -0.6])
@pytest.mark.parametrize("y_after", [0.0, -0.1, 0.04, -2.5, 3.0])
def test_value_of_a_change(world: Tables, yearly_hazard: float, y: float, y_after: float) -> None:
    """Small displacements and hazards go through short series, large ones do not: both are the same function."""
    known = world["customers"][0]
    known["rate"], known["behaviour"], known["hazard"], known["pay"] = (
        yearly_hazard / (365 * DAY),
        y,
        0.3,
        7.0,
    )
    known["wallet"], known["wallet_target"] = 1.1, 0.9
    found = customers.value_of_change(world.world, 0, NOW, y_after, 1.25)
    before, after = expected(world, known, y, 0.9), expected(world, known, y_after, 1.25)
    assert found == pytest.approx(after - before, rel=1e-9, abs=1e-9)


def test_nothing_is_earned_after_the_last_pay_date(world: Tables) -> None:
    after_all = int(np.max(world["pay_dates"]["value"]))
    assert customers.value_of_change(world.world, 0, after_all, 1.0, 2.0) == 0.0
