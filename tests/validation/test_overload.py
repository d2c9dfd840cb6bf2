"""The fluid identity of overload with redial, its errors, and the scenario that it describes."""

from __future__ import annotations

import numpy as np
import pytest

from momentsim.theory.erlang import erlang_a
from momentsim.validation import overload
from momentsim.validation.overload import OVERLOADS, Overload
from momentsim.validation.simulation import load_text


def test_the_table_of_the_evidence() -> None:
    assert [one.attempts for one in OVERLOADS] == pytest.approx([6, 11, 2], rel=1e-12)
    assert [1 - 1 / one.attempts for one in OVERLOADS] == pytest.approx([0.833, 0.909, 0.5], abs=5e-4)


@pytest.mark.parametrize("one", OVERLOADS, ids=lambda one: f"{one.load:g}-{one.redial:g}")
def test_attempts_balance(one: Overload) -> None:
    """Attempts are fresh calls and the repeated part of what is not served."""
    assert one.attempts == pytest.approx(one.load + one.redial * (one.attempts - 1), rel=1e-12)


@pytest.mark.parametrize("one", OVERLOADS, ids=lambda one: f"{one.load:g}-{one.redial:g}")
def test_the_circle_forgets_at_least_as_fast_as_claimed(one: Overload) -> None:
    patience, delay = overload.PATIENCE_S, overload.DELAY_S
    rates = np.array([[-1 / patience, 1 / delay], [one.redial / patience, -1 / delay]])
    slowest = -np.linalg.eigvals(rates).real.max()
    assert slowest >= 1 / one.forgetting_s
    assert one.limit_error < 2e-4


def test_idle_agents_are_rare_in_overload_and_not_otherwise() -> None:
    assert overload.idle_at_most(1.5) < 1e-5
    per_hour = 3600 * 0.8 * overload.AGENTS / overload.HANDLING_S
    steady = erlang_a(per_hour, overload.HANDLING_S, overload.AGENTS, overload.PATIENCE_S)
    assert overload.idle_at_most(0.8) == pytest.approx(1 - steady.occupancy, rel=1e-9)


@pytest.mark.parametrize("one", OVERLOADS, ids=lambda one: f"{one.load:g}-{one.redial:g}")
def test_the_scenario_is_the_one_described(one: Overload) -> None:
    scenario = load_text(one.text).scenario
    assert scenario.waiting.redial.first == scenario.waiting.redial.further == one.redial
    assert scenario.demand.volumes["call"].per_day == pytest.approx(86_400 * one.load * one.capacity)
    assert scenario.horizon == 1800 * one.warm_up + 3600 * one.hours
