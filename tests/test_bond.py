"""The bond of customers (MODEL 1): its calibrated size, one grievance a moment, and keys that move the answer."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest
from scipy.integrate import quad

from momentsim.contract.plan import DAY
from momentsim.engine import simulate
from momentsim.measures.expected_customers import people_totals
from momentsim.prepare import Blueprint, lower, prepare
from momentsim.rules.grievances import grievance_after
from momentsim.scenario.evidence.registry import PARAMETERS
from momentsim.scenario.expected_rest import expected_rest
from momentsim.validation.simulation import load_text, reference_of
from momentsim.validation.texts import STILL

YEAR_D = 365.25


def churn_of_a_year(jump: float, grievance: float, usual: float = 0.1) -> float:
    """Churn of twelve months of a customer of norm 0 in a base that loses 12 %, among usual contacts."""
    value = {name: PARAMETERS[name].value for name in (
        "churn_slope", "churn_per_grievance", "displacement_half_life_d", "grievance_half_life_d",
    )}  # fmt: skip

    def factor(days: float) -> float:
        y = jump * 2.0 ** (-days / value["displacement_half_life_d"])
        open_still = usual + grievance * 2.0 ** (-days / value["grievance_half_life_d"])
        return float(math.exp(-value["churn_slope"] * y) * (1.0 + value["churn_per_grievance"] * open_still))

    calm = 1.0 + value["churn_per_grievance"] * usual
    return 1.0 - math.exp(-0.107 / YEAR_D / calm * quad(factor, 0.0, YEAR_D)[0])


def test_the_size_of_a_grievance_is_the_one_that_was_calibrated() -> None:
    """At the usual grievance, norm 0, stakes 1: an unmet need at d = -2 against d = 0 has 40 % more churn (E2.15.2)."""
    jump = (
        -PARAMETERS["loyalty_step"].value
        * PARAMETERS["loss_aversion"].value
        * 2.0
        * PARAMETERS["kappa"].value
    )
    size = PARAMETERS["grievance_unsolved"]
    calm = churn_of_a_year(0.0, 0.0)
    assert churn_of_a_year(jump, size.value) / calm == pytest.approx(1.40, abs=0.015)
    assert churn_of_a_year(jump, size.low) / calm == pytest.approx(1.20, abs=0.02)
    assert churn_of_a_year(jump, size.high) / calm == pytest.approx(1.60, abs=0.04)
    assert size.tag == "calibrated"
    assert PARAMETERS["grievance_solved"].value == size.value / 2.0


def test_one_moment_opens_one_grievance_and_nobody_has_more_than_three() -> None:
    event = grievance_after(0.1, 1.3, 0.0, 0.5)
    assert event == pytest.approx(0.1 + 0.65)
    assert grievance_after(event, 1.3, 0.5, 1.0) == pytest.approx(0.1 + 1.3)
    assert grievance_after(event, 1.3, 0.5, 0.5) == event
    assert grievance_after(2.9, 1.3, 0.0, 1.0) == 3.0


# --- keys that move the answer ------------------------------------------------------------------------------

SHORT = (
    "horizon=60 d",
    "workforce.groups.team.heads=1",
    "waiting.patience={distribution: constant, mean: 10 min}",
)
"""A third of the people: many are let down, the same ones in every run."""


@cache
def _calm() -> Blueprint:
    loaded = load_text(STILL, overrides=SHORT[:1])
    return lower(loaded, reference_of(loaded))


@cache
def answer(*overrides: str) -> tuple[float, float]:
    """Customers lost by experience until the outlook date, and value moved, in a short-staffed centre.

    What customers are used to is the staffed one's, by the default evidence.
    """
    calm = load_text(STILL, overrides=SHORT[:1])
    loaded = load_text(STILL, overrides=[*SHORT, *overrides])
    prepared = prepare(lower(loaded, reference_of(calm)), 1)
    trace = simulate(prepared)
    people = people_totals(prepared.plan, trace.customers, trace.joined, trace.rested)
    tallies = trace.tallies
    return float(people["lost_change"].sum()), float(
        tallies["created"].sum() + tallies["destroyed_by_handling"].sum()
    )


def parameter(name: str, value: float) -> str:
    return f"behaviour.parameters.{name}={value}"


@pytest.mark.parametrize(
    ("name", "mild", "harsh"),
    [
        ("churn_per_grievance", 0.25, 0.8),
        ("grievance_unsolved", 0.8, 2.3),
        ("grievance_solved", 0.1, 1.15),
        ("grievance_half_life_d", 30.0, 180.0),
        ("grievance_amplify", 0.0, 1.0),
        ("displacement_half_life_d", 90.0, 360.0),
        ("churn_slope", 0.45, 0.95),
        ("kappa", 0.3, 0.9),
    ],
)
def test_a_harsher_bond_loses_more_customers_and_value(name: str, mild: float, harsh: float) -> None:
    few, many = answer(parameter(name, mild)), answer(parameter(name, harsh))
    assert many[0] > few[0] > 0.0
    assert many[1] < few[1] < 0.0


def test_wallets_that_are_slow_to_come_back_cost_more() -> None:
    assert (
        answer(parameter("wallet_half_life_d", 720.0))[1] < answer(parameter("wallet_half_life_d", 180.0))[1]
    )


def test_grievances_and_expectations_are_on_unless_switched_off() -> None:
    usual, without = answer(), answer("behaviour.grievances=off")
    assert usual[0] > without[0] > 0.0
    assert usual[1] < without[1]
    assert answer("behaviour.expectations=off") != usual
    settings = _calm().settings[0]
    assert settings["grievances_on"] and settings["expectations_on"] and settings["word_of_mouth_on"]


def test_who_contacts_is_worse_off_and_who_does_not_goes_to_the_rest() -> None:
    """In the calm each contact costs a little; without any, attitude goes up to the level of rest."""
    prepared = prepare(_calm(), 1)
    trace = simulate(prepared)
    rest = prepared.plan.segments["attitude_rest"]
    assert np.all(rest > 0.0) and rest[0] > rest[1]
    change = trace.customers["attitude"] - trace.customers["attitude_at_start"]
    many = trace.customers["moments"] >= 3
    one = trace.customers["moments"] == 1
    left = 2.0 ** (-67.0 / 180.0)
    quiet = float(np.mean(rest[trace.customers["segment"]] * (1.0 - left)))
    assert float(change[many].mean()) < float(change[one].mean()) < quiet
    assert float(np.max(trace.customers["touched"])) <= 68 * DAY


def test_the_rest_that_check_and_explain_tell_is_close_to_the_measured_one() -> None:
    loaded = load_text(STILL)
    measured = reference_of(loaded)
    for name, about in expected_rest(loaded.scenario).items():
        assert about == pytest.approx(measured.segment(name).rest, rel=0.25)
