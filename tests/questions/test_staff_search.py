"""The search for the smallest staffing: what it promises, against a known truth."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from momentsim.errors import MomentsimError
from momentsim.measures.statistics import Estimate
from momentsim.questions.staff.goal import surplus_of
from momentsim.questions.staff.search import (
    GoalVerdict,
    LevelRange,
    OutOfReachError,
    search_then_judge,
    smallest,
    verdict,
)
from momentsim.scenario.sections.staffing_goal import Goal, goal_of

CONFIDENCE = 0.95
EXPERIMENTS = 2000
REPLICATIONS = 10
TRUTH = 7
"""The smallest level whose surplus is at least 0 in truth."""
LEVELS = LevelRange(-20, 200, 2)


def response(level: int) -> float:
    """True surplus of a level: rises ever more slowly, through 0 between 6 and 7."""
    return float(0.5 * (np.exp(-(TRUTH - 1 + 0.001) / 50) - np.exp(-level / 50)))


def draws(seed: int) -> Callable[[int], Estimate]:
    """Levels under common draws: what replications share moves all of them alike, and their spread falls a little."""
    shared = np.random.default_rng(seed).normal(0.0, 0.05, REPLICATIONS)

    def surplus(level: int) -> Estimate:
        values = response(level) + shared * (1.0 - 0.002 * level)
        return Estimate(np.array([values.mean()]), (values - values.mean())[:, None])

    return surplus


@pytest.mark.slow
def test_the_answer_is_too_small_no_more_often_than_stated() -> None:
    """The level just below the truth has a surplus of nearly 0, so 5 % of answers lie below the truth, no fewer.

    Seeds are fixed; six standard errors to either side are left with a probability below 1e-8.
    """
    answers = [
        search_then_judge(judgement(2 * number), judgement(2 * number + 1), LEVELS).level
        for number in range(EXPERIMENTS)
    ]
    below = sum(answer < TRUTH for answer in answers)
    expected, sigma = 0.05 * EXPERIMENTS, np.sqrt(0.05 * 0.95 * EXPERIMENTS)
    assert expected - 6 * sigma < below < expected + 6 * sigma


def judgement(seed: int) -> Callable[[int], GoalVerdict]:
    surplus = draws(seed)
    return lambda level: verdict(surplus(level), CONFIDENCE)


def test_where_the_search_begins_does_not_matter() -> None:
    for number in range(20):
        judge = draws(number)
        starts = (LEVELS.lowest, -3, 0, TRUTH, LEVELS.highest)
        found = {smallest(passing(judge), start, LEVELS) for start in starts}
        assert len(found) == 1


def passing(surplus: Callable[[int], Estimate]) -> Callable[[int], bool]:
    return lambda level: verdict(surplus(level), CONFIDENCE) == "meets"


@pytest.mark.parametrize("truth", [-20, -7, 0, 1, 13, 60])
@pytest.mark.parametrize("stride", [1, 4])
@pytest.mark.parametrize("start", [-20, 0, 60, 100])
def test_smallest_finds_the_edge(truth: int, stride: int, start: int) -> None:
    assert smallest(lambda level: level >= truth, start, LevelRange(-20, 60, stride)) == truth


def test_what_is_out_of_reach() -> None:
    with pytest.raises(OutOfReachError):
        smallest(lambda level: False, 0, LEVELS)


def test_few_replications_tell_nothing() -> None:
    one = Estimate(np.array([0.1]), np.zeros((1, 1)))
    assert verdict(one, CONFIDENCE) == "cannot tell"


@pytest.mark.parametrize(
    ("text", "goal"),
    [
        ("80/20", Goal("service_level", 0.8, 20.0)),
        ("80 % / 20 s", Goal("service_level", 0.8, 20.0)),
        ("92.5/30", Goal("service_level", 0.925, 30.0)),
        ("80 percent / 0.5 min", Goal("service_level", 0.8, 30.0)),
        ("abandoned < 3 %", Goal("abandoned", 0.03)),
        ("abandoned<=3%", Goal("abandoned", 0.03)),
        ("wait < 30 s", Goal("wait", threshold_s=30.0)),
        ("mean wait <= 0.5 min", Goal("wait", threshold_s=30.0)),
        ("ASA < 20 s", Goal("wait", threshold_s=20.0)),
        ("value", Goal("value")),
    ],
)
def test_goals(text: str, goal: Goal) -> None:
    assert goal_of(text) == goal
    assert goal_of(str(goal)) == goal


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("80/", "this is no service level"),
        ("/20", "this is no service level"),
        ("80/20/5", "this is no service level"),
        ("100/20", "100 % is not between 0 and 100 %"),
        ("80/-5", "-5 s is outside 0..86400 s"),
        ("80/5 apples", "this is no service level"),
        ("0.8/20", "a goal under 1 %, did you mean '80/20'?"),
        ("abandoned < 300 %", "300 % is not between 0 and 100 %"),
        ("abandoned < 3", "did you mean '3 %'?"),
        ("abandoned > 3 %", "this is no goal"),
        ("wait < 30", "'30' is no duration, write it like 30 s"),
        ("wait < 0 s", "0 s is outside 0..86400 s"),
        ("value < 3", "this is no goal"),
        ("", "this is no goal"),
    ],
)
def test_goals_that_are_none(text: str, words: str) -> None:
    with pytest.raises(MomentsimError) as error:
        goal_of(text)
    assert words in str(error.value)
    assert "write a service level like 80/20" in str(error.value)


def test_the_surplus_of_a_limit_is_what_is_left() -> None:
    found = Estimate(np.array([0.02]), np.array([[0.01], [-0.01]]))
    surplus = surplus_of(Goal("abandoned", 0.03), found)
    assert surplus.value[0] == pytest.approx(0.01)
    assert surplus.influence[:, 0].tolist() == [-0.01, 0.01]
