"""Rules of the encounter: closed forms, and bounds over the full ranges of the registry."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from momentsim.rules import encounter
from momentsim.scenario.evidence import registry

SHARE = st.floats(0.0, 1.0)
SD = st.floats(-6.0, 6.0)


def within(name: str) -> st.SearchStrategy[float]:
    """Any value of a parameter's plausible range."""
    entry = registry.get(name)
    return st.floats(entry.low, entry.high)


@given(st.floats(-800.0, 800.0))
def test_logistic_is_a_probability(score: float) -> None:
    assert 0.0 <= encounter.logistic(score) <= 1.0
    assert encounter.logistic(score) + encounter.logistic(-score) == pytest.approx(1.0)


def test_leaning_of_an_average_agent() -> None:
    """38 % act deep where autonomy and stress are equal; -0.5 + 0.8 x 0.5 without stress: 47.5 %."""
    assert encounter.logistic(-0.5) == pytest.approx(0.38, abs=0.003)
    assert encounter.logistic(-0.5 + 0.8 * 0.5) == pytest.approx(0.4750208)


@given(SHARE, SHARE)
def test_stress_is_a_share(pressure: float, fatigue: float) -> None:
    assert max(pressure, fatigue) - 1e-12 <= encounter.stress(pressure, fatigue) <= 1.0


@given(SHARE, SHARE)
def test_demand_is_a_share_that_rises_with_stakes_and_with_anger(stakes: float, anger: float) -> None:
    found = encounter.emotional_demand(stakes, anger)
    assert max(stakes, anger) - 1e-12 <= found <= 1.0
    assert encounter.emotional_demand(min(stakes + 0.1, 1.0), anger) >= found
    assert encounter.emotional_demand(stakes, min(anger + 0.1, 1.0)) >= found


@given(SHARE, SHARE, within("deep_acting_gain"), within("surface_acting_harm"))
def test_labour_moves_nothing_on_average_at_the_usual_share(
    demand: float, usual: float, gain: float, harm: float
) -> None:
    deep, surface = (encounter.labour_effect(sign * demand, usual, gain, harm) for sign in (1.0, -1.0))
    assert deep >= 0.0 >= surface
    assert usual * deep + (1.0 - usual) * surface == pytest.approx(0.0, abs=1e-12)
    assert deep - surface == pytest.approx((gain + harm) * demand)


@given(SHARE, SHARE, SHARE, within("script_speed"))
def test_a_script_shortens_routine_and_no_moment_of_truth(
    script: float, usual: float, stakes: float, speed: float
) -> None:
    assert encounter.script_pace(script, usual, 1.0, speed) == 1.0
    assert encounter.script_pace(usual, usual, stakes, speed) == 1.0
    none, full = (encounter.script_pace(level, usual, stakes, speed) for level in (0.0, 1.0))
    assert full / none == pytest.approx(1.0 - speed * (1.0 - stakes))


@given(SD, SHARE, SHARE, within("script_alike"))
def test_a_script_makes_routine_answers_alike(
    knowledge: float, script: float, stakes: float, alike: float
) -> None:
    shown = encounter.knowledge_shown(knowledge, script, stakes, alike)
    assert abs(shown) <= abs(knowledge)
    assert encounter.knowledge_shown(knowledge, 1.0, 0.0, alike) == pytest.approx((1.0 - alike) * knowledge)
    assert encounter.knowledge_shown(knowledge, script, 1.0, alike) == knowledge
