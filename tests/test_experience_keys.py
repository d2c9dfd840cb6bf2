"""Every key of experience and of making good moves the answer, and the right way (fixed seeds, common draws)."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from momentsim.engine import simulate
from momentsim.prepare import lower, prepare
from momentsim.validation.lived_experience import net_value, random_centre, storm_run
from momentsim.validation.simulation import load_text, reference_of

SHORT = ("workforce.groups.team.heads=6", "waiting.lines=9", "behaviour.anger=off", "behaviour.feedback=off")
"""Fewer people and lines than the reference has: people wait, hear busy and hang up, the same ones in every run."""
PAID = "crises.storm.compensation."


def value_of(*overrides: str) -> float:
    """Net value of loyalty in a short-staffed centre, customers being used to what it gives otherwise."""
    text = random_centre(1)
    blueprint = lower(load_text(text, overrides=[*SHORT, *overrides]), reference_of(load_text(text)))
    return sum(net_value(simulate(prepare(blueprint, number))) for number in (1, 2, 3))


def parameter(name: str, value: float) -> str:
    return f"behaviour.parameters.{name}={value}"


@pytest.mark.parametrize(
    ("name", "mild", "harsh", "setting"),
    [
        ("wait_size", 0.4, 1.6, ()),
        ("wait_scale_min", 32, 8, ()),
        ("busy_wait_min", 7.5, 30, ()),
        ("wait_urgent", 0.125, 0.5, ("moments.call.stakes=90 %",)),
        ("wait_informed", 0.3, 0.075, ("waiting.announce_wait=on",)),
        ("effort_repeat", 0.5, 2.0, ()),
        ("effort_channel_switch", 0.35, 1.4, ("moments.call.self_service={adoption: 60 %}",)),
        ("effort_weight", 0.1, 0.4, ()),
        ("self_service_failure_score", 0.25, 1.0, ("moments.call.self_service={adoption: 60 %}",)),
    ],
)
def test_what_hurts_more_costs_value(name: str, mild: float, harsh: float, setting: Sequence[str]) -> None:
    assert value_of(parameter(name, mild), *setting) > value_of(parameter(name, harsh), *setting)


def test_who_expects_a_wait_is_not_hurt_by_it() -> None:
    assert value_of("moments.call.expected_wait=10 min") > value_of("moments.call.expected_wait=0 s")


def test_outcomes_that_weigh_more_cost_more_where_needs_stay_unmet() -> None:
    """Nobody answers at all: every need is unmet."""
    nobody = ("workforce.groups.team.heads=0",)
    assert value_of(parameter("outcome_score", 0.4), *nobody) > value_of(
        parameter("outcome_score", 1.6), *nobody
    )


@pytest.mark.parametrize(
    ("name", "better", "worse"),
    [
        ("compensation_restores", 0.8, 0.2),
        ("generosity_scale", 0.25, 1.0),
        ("recovery_half_life_d", 6, 1.5),
        ("justice_of_money", 0.5, 0.185),
        ("grievance_closes", 1.0, 0.3),
    ],
)
def test_what_restores_more_wins_back_more(name: str, better: float, worse: float) -> None:
    more, less = (storm_run(parameter(name, value), "behaviour.grievances=on") for value in (better, worse))
    assert float(more.tallies["won_back"].sum()) > float(less.tallies["won_back"].sum()) > 0.0


def test_an_apology_doubles_what_closes_the_grievance() -> None:
    once = "customers.segments.everyone.customers=10000000"  # nobody is apologised to twice
    said, silent = (
        storm_run(f"{PAID}apology={word}", once, "behaviour.grievances=on").tallies["won_back"].sum()
        for word in ("on", "off")
    )
    assert float(said) > float(silent) > 0.0


def test_a_further_apology_harms_by_its_size() -> None:
    few = ("customers.segments.everyone.customers=500",)
    mild, harsh = (net_value(storm_run(parameter("apology_again_harm", size), *few)) for size in (0.025, 0.1))
    assert harsh < mild


@pytest.mark.parametrize(("name", "low", "high"), [("cash_redeemed", 0.8, 1.0), ("cash_cost", 1.0, 1.1)])
def test_cash_costs_what_its_keys_say(name: str, low: float, high: float) -> None:
    cost = [
        float(storm_run(parameter(name, value), f"{PAID}form=cash").tallies["compensation"].sum())
        for value in (low, high)
    ]
    assert cost[1] == pytest.approx(cost[0] * high / low)
