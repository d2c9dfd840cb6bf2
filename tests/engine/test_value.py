"""The value of a change against its definition: hazards by quadrature, date by date, with and without the change."""

from __future__ import annotations

import math
from typing import Any

import pytest
from scipy.integrate import quad

from engine.stories import PLAIN, read
from momentsim.contract.plan import DAY, MONTH, Plan
from momentsim.engine.customers import outlook
from momentsim.engine.state.initial_state import new_world
from momentsim.engine.state.tables import Tables
from momentsim.prepare import Reference, lower, prepare

NOW = 3 * DAY + 12_345_678


@pytest.fixture(scope="module")
def plan() -> Plan:
    loaded = read({**PLAIN, "horizon": "100 d"})
    blueprint = lower(loaded, Reference.neutral(tuple(loaded.scenario.moments)))
    return prepare(blueprint, 1).plan


def expected(world: Tables, known: Any, y: float, target: float, grievance: float) -> tuple[float, float]:
    """What a customer in this state is worth from now on, at the usual wallet and by what the wallet brings beyond.

    Month by month among the usual contacts: half-years are six of their months, for ever if the outlook has no end.
    """
    effects, about, outlook = world["effects"][0], world["segments"][0], world["outlook"][0]
    half_life, slope = effects["displacement_half_life_d"] * DAY, effects["churn_slope"]
    mending, per = effects["grievance_half_life_d"] * DAY, effects["churn_per_grievance"]
    usual = about["grievance"]
    more = per * (grievance - usual) / (1.0 + per * usual)
    rate = known["rate"] * about["usual_over_rest"]

    def factor(after: float) -> float:
        return float(
            math.exp(-slope * y * 2.0 ** (-after / half_life)) * (1.0 + more * 2.0 ** (-after / mending))
        )

    def mean_factor(ahead: float) -> float:
        return float(quad(lambda s: factor(s * ahead), 0.0, 1.0, epsrel=1e-12)[0])

    def margin(date: int, number: int) -> float:
        ahead = float(date - NOW)
        earned = math.exp(-known["hazard"] - rate * ahead * mean_factor(ahead))
        earned *= world["pay_weights"]["value"][number]
        months = 1 if number < outlook["monthly"] else 6
        back = math.exp(rate * MONTH) * outlook["growth"]
        return float(sum(earned * back**month for month in range(months)))

    worth, beyond, last = 0.0, 0.0, 0.0
    for number, date in enumerate(world["pay_dates"]["value"]):
        if date > NOW:
            last = margin(int(date), number)
            worth += last
            wallet = wallet_then(effects, known["wallet"], target, 1.0, float(date - NOW) / DAY)
            beyond += last * (wallet - 1.0)
    if outlook["endless"]:
        kept = math.exp(-rate * 6 * MONTH) * outlook["growth"] ** -6
        worth += sum(last * kept**later for later in range(1, 2000))
    return float(known["pay"] * worth), float(known["pay"] * beyond)


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
    known["segment"], known["wallet_at"], known["churned"] = 0, NOW, -1
    known["rate"], known["behaviour"], known["hazard"], known["pay"] = (
        yearly_hazard / (365 * DAY),
        y,
        0.3,
        7.0,
    )
    known["wallet"], known["wallet_target"] = 1.1, 0.9
    known["grievance"] = 0.4
    outlook.book_change(world.world, 0, NOW, y_after, 1.25, 1.6)
    before, after = expected(world, known, y, 0.9, 0.4), expected(world, known, y_after, 1.25, 1.6)
    booked = world["booking"][0]
    assert booked["churn"] == pytest.approx(after[0] - before[0], rel=1e-8, abs=1e-8)
    assert booked["wallet"] == pytest.approx(after[1] - before[1], rel=1e-8, abs=1e-8)
    account = world["rested"][0]
    assert account["churn"] == -booked["churn"] and account["within_12m"] == -booked["within_12m"]


def test_what_a_customer_is_worth(plan: Plan) -> None:
    world = new_world(plan, log=False)
    about, known = world["segments"], world["customers"][0]
    about["wallet_rest"], about["grievance"], about["usual_over_rest"] = 1.02, 0.2, 1.1
    world["settings"]["grievances_on"] = 1
    known["segment"], known["wallet_at"], known["hazard"], known["pay"] = 0, NOW, 0.3, 7.0
    known["rate"], known["behaviour"], known["grievance"] = 0.1 / (365 * DAY), -0.3, 0.5
    known["wallet"], known["wallet_target"] = 1.1, 0.9
    outlook.enter_worth(world.world, 0, NOW, 1.0)
    worth, beyond = expected(world, known, -0.3, 0.9, 0.5)
    assert world["rested"]["churn"][0] == pytest.approx(worth, rel=1e-9)
    assert world["rested"]["wallet"][0] == pytest.approx(beyond, rel=1e-9)


def test_what_a_wallet_at_rest_is_worth_comes_from_tables(plan: Plan) -> None:
    """As for a wallet of the same size that something has moved, which is reckoned without them."""
    found = []
    for moved in (False, True):
        world = new_world(plan, log=False)
        world["segments"]["wallet_rest"] = 1.3
        known = world["customers"][0]
        known["segment"], known["pay"], known["rate"], known["churned"] = 0, 7.0, 0.1 / (365 * DAY), -1
        known["wallet"] = known["wallet_target"] = 1.0
        known["wallet_at"] = 0
        known["hazard"] = known["behaviour"] = known["grievance"] = 0.0
        if moved:
            days, effects = NOW / DAY, world["effects"][0]
            known["wallet"] = wallet_then(effects, 1.0, 1.0, 1.3, days)
            known["wallet_target"] = 1.3 - 0.3 * 2.0 ** (-days / effects["wallet_half_life_d"])
            known["wallet_at"] = NOW
        outlook.book_change(world.world, 0, NOW, -0.5, float(known["wallet_target"]), 0.0)
        found.append(float(world["booking"]["wallet"][0]))
    assert found[0] == pytest.approx(found[1], rel=1e-3)
    assert found[0] < 0.0


def test_nothing_is_booked_for_no_change(plan: Plan) -> None:
    world = new_world(plan, log=False)
    known = world["customers"][0]
    known["behaviour"], known["wallet_target"], known["grievance"] = 0.1, 1.1, 0.3
    known["segment"] = 0
    same = (float(known["behaviour"]), float(known["wallet_target"]), float(known["grievance"]))
    outlook.book_change(world.world, 0, NOW, *same)
    assert world["booking"]["churn"][0] == 0.0
