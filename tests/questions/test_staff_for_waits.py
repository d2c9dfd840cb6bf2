"""A goal for the mean wait: formulas, the search and what is said of it."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

import momentsim as ms
from momentsim.measures.statistics import Estimate
from momentsim.questions.staff.goal import surplus_of
from momentsim.runs.staffing.requirement import _by_erlang_a, _whole_by_erlang_a
from momentsim.scenario.sections.staffing_goal import Goal
from momentsim.theory.erlang import erlang_a
from questions.plain_desk import DESK

WAIT = Goal("wait", threshold_s=10.0)


@pytest.mark.parametrize("patience_s", [180.0, math.inf])
@pytest.mark.parametrize("per_hour", [1.0, 24.0, 240.0, 2400.0])
def test_formulas_give_the_fewest_with_whom_the_mean_wait_is_short_enough(
    per_hour: float, patience_s: float
) -> None:
    agents = _whole_by_erlang_a(WAIT, per_hour, 300.0, patience_s)
    assert erlang_a(per_hour, 300.0, agents, patience_s, 20.0).answered_wait_mean_s <= 10.0
    load = per_hour * 300.0 / 3600.0
    if agents > 1 and (math.isfinite(patience_s) or agents - 1 > load):
        assert erlang_a(per_hour, 300.0, agents - 1, patience_s, 20.0).answered_wait_mean_s > 10.0
    assert agents - 1 < _by_erlang_a(WAIT, per_hour, 300.0, patience_s) <= agents


def test_less_than_the_longest_wait_is_surplus() -> None:
    found = Estimate(np.array([8.0]), np.array([[0.5], [-0.5]]))
    assert surplus_of(WAIT, found).value[0] == pytest.approx(2.0)
    assert surplus_of(WAIT, found).influence[:, 0].tolist() == [-0.5, 0.5]


@pytest.mark.slow
def test_a_staffing_for_the_mean_wait(tmp_path: Path) -> None:
    path = tmp_path / "desk.yaml"
    path.write_text(DESK, encoding="utf-8")
    answer = ms.staff(path, "wait < 10 s", replications=8)
    words = ms.words(answer)
    assert "those answered wait" in words
    assert "%" not in words.split("With ")[0].replace("95 %", "")
    heads = answer.requirement["heads"]
    formula = _whole_by_erlang_a(WAIT, 240.0, 300.0, 180.0)
    assert formula <= heads.max() <= formula + 2
    wait = np.average(answer.requirement["wait_simulated"], weights=answer.requirement["offered_simulated"])
    assert 4.0 < wait <= 10.0
    judged = answer.levels[answer.levels["stage"] == "judging"]
    chosen = judged[judged["verdict"] == "meets"]["goal_measure"].max()
    assert wait == pytest.approx(chosen, rel=0.05)
