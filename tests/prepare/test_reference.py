"""The reference: mean and spread of experience, labels at their quantiles, bonds; the operation of the pilot."""

from __future__ import annotations

import math
from datetime import timedelta

import numpy as np
import numpy.typing as npt
import pytest
from prepared_scenarios import MONDAY, demand_of, moment, scenario, segment, storm

from momentsim.contract.plan import Table
from momentsim.contract.trace import MOMENT_ROW
from momentsim.prepare import (
    Blueprint,
    Operation,
    Reference,
    lower,
    prepare,
    reference_from,
    reference_operation,
)
from momentsim.prepare.pilot import jump_rule
from momentsim.rules.loyalty import response
from momentsim.scenario.types import Customers, Group, SelfServiceFit, Waiting, Workforce


def blueprint() -> Blueprint:
    moments = {"plain": moment(stakes=0.2), "builder": moment(stakes=1.0, builder=True), "rare": moment()}
    made = scenario(moments=moments, demand=demand_of("plain", per_day=1000.0))
    return lower(Operation(made), Reference.neutral(moments))


def rows_of(reason: int, experiences: npt.NDArray[np.float64]) -> Table:
    rows = np.zeros(len(experiences), MOMENT_ROW)
    rows["reason"], rows["experience"] = reason, experiences
    return rows


def pilot() -> list[Table]:
    random = np.random.default_rng(5)
    parts = [rows_of(0, 0.5 - random.gamma(2.0, 0.5, 4000)), rows_of(1, random.normal(1.0, 0.7, 4000))]
    parts.append(rows_of(2, random.normal(9.0, 1.0, 5)))
    lost = rows_of(0, np.full(100, -50.0))
    lost["open"] = 1
    return [*parts, lost]


def test_disconfirmation_is_centred_and_the_average_contact_costs_a_little() -> None:
    """c and s are mean and SD; losses weigh more than gains, by the engine's own rule, so no mean jump is above 0."""
    plan, rows = blueprint(), pilot()
    found = reference_from(plan, rows, rates={"everyone": np.array([3.0, 1.0, 0.0])})
    effects = plan.effects[0]
    drift = 0.0
    for number, name in enumerate(("plain", "builder")):
        own = found.of(name)
        raw = rows[number]["experience"]
        assert own.spread == pytest.approx(raw.std())
        assert own.centre == pytest.approx(raw.mean())
        d = (raw - own.centre) / own.spread
        expected = np.array(found.expectation_law or (0.0, 0.0))
        parts = np.interp((np.arange(64) + 0.5) / 64, np.linspace(0.0, 1.0, len(expected)), expected)
        d = (d[:, None] - parts).ravel()
        jumps = np.array([response(x, effects["loss_aversion"], effects["gain_exponent"]) for x in d])
        jumps[jumps > 0] *= jump_rule(plan, number).gain
        mean = float(plan.reasons["stakes"][number] * effects["loyalty_step"] * jumps.mean())
        assert own.jump == pytest.approx(mean, rel=0.02)
        assert own.jump < 0.0
        assert (d > own.delight_above).mean() == pytest.approx(0.2, abs=5e-3)
        assert (d < own.let_down_below).mean() == pytest.approx(0.2, abs=5e-3)
        drift += (3.0, 1.0)[number] * own.jump
    assert found.segment("everyone").rest == pytest.approx(-drift * 180 / (math.log(2.0) * 365.25), rel=1e-6)


@pytest.mark.slow
def test_who_has_more_contacts_rests_higher_and_nobody_beyond_one() -> None:
    plan, rows = blueprint(), pilot()
    times = np.array([1.0, 1.0, 0.0])
    rates = {"few": 0.5 * times, "many": times, "all_the_time": 500.0 * times, "none": 0.0 * times}
    found = reference_from(plan, rows, rates=rates)
    assert 0.0 < found.segment("few").rest < found.segment("many").rest < 1.0
    assert found.segment("all_the_time").rest == 1.0
    assert found.segment("few").grievance < found.segment("many").grievance
    quiet = found.segment("none")
    assert (quiet.rest, quiet.grievance, quiet.wallet_rest, quiet.churn_factor) == (0.0, 0.0, 1.0, 1.0)
    assert found.segment("unheard_of").rest == 0.0
    for name in ("few", "many"):
        law = np.array(found.segment(name).attitude_law)
        assert np.all(np.diff(law) >= 0.0)
        assert np.trapezoid(law) == pytest.approx(0.0, abs=1e-9)


def test_rare_reasons_take_all_experiences_and_unknown_ones_the_fallback() -> None:
    found = reference_from(blueprint(), pilot())
    assert found.of("rare").spread == found.of("nowhere").spread == found.fallback.spread
    assert found.of("rare").spread > 0.7


def test_without_experiences_the_reference_is_neutral() -> None:
    neutral = reference_from(blueprint(), [])
    assert neutral.of("plain") == Reference.neutral(["plain"]).of("plain")
    assert reference_from(blueprint(), [rows_of(0, np.zeros(3))]) == neutral
    assert reference_from(blueprint(), [rows_of(0, np.zeros(300))]).of("plain").spread == 1.0


def test_the_reference_reaches_the_plan() -> None:
    made = blueprint()
    found = reference_from(made, pilot(), rates={"everyone": np.array([20.0, 0.0, 0.0])})
    loaded = Operation(scenario(moments={"plain": moment()}, demand=demand_of("plain", per_day=1000.0)))
    lowered = lower(loaded, found)
    row = prepare(lowered, 0).plan.reasons[0]
    own = found.of("plain")
    assert (row["centre"], row["spread"]) == (own.centre, own.spread)
    assert (row["delight_above"], row["let_down_below"]) == (own.delight_above, own.let_down_below)
    calm = lower(loaded, Reference.neutral(["plain"]))
    assert lowered.customers.segments["hazard"][0] < calm.customers.segments["hazard"][0]


def test_the_pilot_has_people_of_the_one_and_operation_of_the_other() -> None:
    base = Operation(
        scenario(moments={"question": moment(skill="voice", self_service=SelfServiceFit(adoption=0.3))}),
        {"b.csv": ()},
    )
    changed = Operation(
        scenario(
            start=MONDAY + timedelta(days=1),
            moments={"question": moment(skill="new", resolution=0.9), "extra": moment()},
            customers=Customers(segments={"everyone": segment(customers=77)}),
            workforce=Workforce(groups={"team": Group(heads=1)}),
            waiting=Waiting(lines=5),
            crises={"ice": storm()},
        ),
        {"a.csv": ()},
    )
    pilot_scenario = reference_operation(changed, base)
    made = pilot_scenario.scenario
    assert made.moments["question"].resolution == 0.9
    assert made.moments["question"].skill == "voice"
    assert made.moments["question"].self_service == SelfServiceFit(adoption=0.3)
    assert set(made.moments) == {"question", "extra"}
    assert made.customers.segments["everyone"].customers == 77
    assert made.workforce.groups["team"].heads == 5
    assert (made.waiting.lines, made.start, made.crises) == (None, MONDAY, {})
    assert set(pilot_scenario.tables) == {"a.csv", "b.csv"}
    prepare(lower(pilot_scenario, Reference.neutral(made.moments)), 0, score_only=True).moments_of_day(0)
