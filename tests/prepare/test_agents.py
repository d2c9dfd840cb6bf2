"""Individual agents: spreads, learning, ranks, and luck that belongs to the agent."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from prepared_scenarios import prepared, scenario

from momentsim.contract.plan import Table
from momentsim.prepare.agents import heart_threshold, learning_pace
from momentsim.scenario.types import Behaviour, Group, Workforce

YEAR_S = 31557600.0


AS_USUAL = Behaviour()


def agents(behaviour: Behaviour = AS_USUAL, **group: Any) -> Table:
    made = scenario(workforce=Workforce(groups={"team": Group(**group)}), behaviour=behaviour)
    return prepared(made).plan.agents


def test_spreads_are_those_of_the_group() -> None:
    made = agents(
        heads=4000, emotional_intelligence_mean=107.5, skill_mean=0.2, behaviour=Behaviour(learning=False)
    )
    assert made["emotional_intelligence"].mean() == pytest.approx(0.5, abs=6 / np.sqrt(4000))
    assert made["emotional_intelligence"].std() == pytest.approx(1.0, rel=0.08)
    assert made["skill"].mean() == pytest.approx(0.2, abs=6 * 0.3 / np.sqrt(4000))
    assert made["skill"].std() == pytest.approx(0.3, rel=0.08)
    assert np.log(made["pace"]).std() == pytest.approx(0.2, rel=0.08)
    assert made["pace"].mean() == pytest.approx(1.0, abs=6 * 0.2 / np.sqrt(4000))


def test_learning_slows_novices_only() -> None:
    off = Behaviour(learning=False)
    assert agents(off, heads=3, speed_sd=0.0)["pace"].tolist() == [1.0, 1.0, 1.0]
    assert agents(heads=3, speed_sd=0.0, tenure_mean=0.0)["pace"] == pytest.approx(1 / 0.7)
    assert agents(heads=300, speed_sd=0.0, tenure_mean=100 * YEAR_S)["pace"].mean() == pytest.approx(
        1.0, abs=0.01
    )
    assert learning_pace(np.array([0.0, 2.5]), 0.3, 2.5).tolist() == pytest.approx(
        [1 / 0.7, 1 / (1 - 0.3 / np.e)]
    )


def test_hearts_are_the_share_of_the_highest_emotional_intelligence() -> None:
    made = agents(heads=50)
    empathy = made["emotional_intelligence"]
    for share, kept in ((0.0, 0), (0.1, 5), (0.25, 12), (1.0, 50)):
        threshold = heart_threshold(made, share)
        assert int(np.sum(empathy >= threshold)) == kept
        assert not kept or threshold == np.sort(empathy)[-kept]
    equal = agents(heads=5, emotional_intelligence_sd=0.0)
    assert int(np.sum(equal["emotional_intelligence"] >= heart_threshold(equal, 0.25))) == 5


def test_one_agent_more_and_another_group_change_nobody() -> None:
    few = agents(heads=5)
    many = agents(heads=6)
    groups = {"others": Group(heads=4), "team": Group(heads=5)}
    both = prepared(scenario(workforce=Workforce(groups=groups))).plan.agents
    for field in ("key", "emotional_intelligence", "skill", "pace"):
        assert np.array_equal(many[field][:5], few[field])
        assert np.array_equal(both[field][4:], few[field])
    assert both["group"].tolist() == [0] * 4 + [1] * 5


def test_replications_have_other_people() -> None:
    made = scenario()
    first, second = (prepared(made, replication).plan.agents for replication in (0, 1))
    assert np.array_equal(first["key"], second["key"])
    assert not np.any(first["skill"] == second["skill"])
