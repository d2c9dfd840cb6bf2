"""Rules of incentives, knowledge and authority: values on paper, bounds and directions over the registry's ranges."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from momentsim.rules import workload, workplace
from momentsim.scenario.evidence import registry

weights = st.floats(0.0, 1.0)


def within(name: str) -> st.SearchStrategy[float]:
    """The plausible range of a parameter."""
    entry = registry.BEHAVIOURAL[name]
    return st.floats(entry.low, entry.high)


@given(weight=weights, usual=within("usual_handling_time_weight"), speed=within("incentive_speed"))
def test_haste_shortens_talks_but_never_to_nothing(weight: float, usual: float, speed: float) -> None:
    factor = workplace.haste_factor(weight - usual, speed)
    assert 0.8 < factor < 1.2
    assert workplace.haste_factor(weight + 0.01 - usual, speed) < factor
    assert workplace.haste_factor(0.0, speed) == 1.0


@given(weight=weights, usual=within("usual_handling_time_weight"), gaming=within("gaming"))
def test_gaming_is_a_probability_and_nothing_at_the_usual_weight(
    weight: float, usual: float, gaming: float
) -> None:
    share = workplace.gaming_probability(weight - usual, gaming)
    assert 0.0 <= share <= 1.0
    assert (share > 0.0) == (gaming * (weight - usual) > 0.0)


@given(knowledge=st.floats(-10.0, 10.0), stakes=weights, strength=within("doubt"))
def test_doubt_rises_as_knowledge_falls_and_with_stakes(
    knowledge: float, stakes: float, strength: float
) -> None:
    share = workplace.doubt_probability(knowledge, stakes, strength)
    assert 0.0 <= share < 1.0
    assert workplace.doubt_probability(knowledge - 0.5, stakes, strength) >= share
    assert workplace.doubt_probability(knowledge, min(stakes + 0.1, 1.0), strength) >= share
    assert workplace.doubt_probability(abs(knowledge), stakes, strength) == 0.0
    assert workplace.doubt_probability(knowledge, 0.0, strength) == 0.0


@given(limit=st.floats(0.0, 1e12), scale=within("authority_scale"))
def test_authority_takes_escalations_away(limit: float, scale: float) -> None:
    share = workplace.escalation_probability(limit, scale)
    assert 0.0 <= share <= 1.0
    assert workplace.escalation_probability(limit + 1.0, scale) <= share
    assert workplace.escalation_probability(0.0, scale) == 1.0
    assert workplace.escalation_probability(scale, scale) == pytest.approx(math.exp(-1.0))


@given(
    base=weights, weight=weights, resolution=weights, knowledge=st.floats(-8.0, 8.0),
    usual=within("usual_handling_time_weight"), haste=within("incentive_haste"),
    solving=within("incentive_resolution"), per_sd=within("resolution_per_knowledge"),
)  # fmt: skip
def test_resolution_stays_a_probability(
    base: float,
    weight: float,
    resolution: float,
    knowledge: float,
    usual: float,
    haste: float,
    solving: float,
    per_sd: float,
) -> None:
    shift = -haste * (weight - usual) + solving * (resolution - 0.2) + per_sd * knowledge
    assert 0.0 <= workload.solution_probability(base, shift, 1.0) <= 1.0
