"""Staffing a scenario: forecast, requirement, ladder, and what the simulation finds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import momentsim as ms
from momentsim.errors import MomentsimError, ScenarioError
from momentsim.prepare import Reference, lower
from momentsim.questions.staff.staffing import Staffing
from momentsim.runs.run import run
from momentsim.runs.settings import RunSettings
from momentsim.runs.staffing.forecast import forecast_of, written_habits
from momentsim.runs.staffing.pool import Pool, pool_of
from momentsim.runs.staffing.requirement import Formulas, Ladder
from momentsim.scenario import load
from momentsim.scenario.sections.staffing_goal import Goal
from momentsim.scenario.staffed import heads_text, interval_starts, with_heads
from momentsim.theory.staffing import agents_needed_erlang_a, agents_needed_erlang_c

PER_HOUR, HANDLING_S, PATIENCE_S = 110, 180, 240

PLAIN = f"""\
name: plain
start: "2024-01-01 00:00"
horizon: 12 h
seed: 5
customers: {{segments: {{everyone: {{customers: 1000, yearly_margin: 100 USD}}}}}}
moments:
  call:
    handling_time: {{distribution: exponential, mean: {HANDLING_S} s}}
    resolution: 100 %
demand: {{volumes: {{call: {{per_day: {24 * PER_HOUR}, profile: flat}}}}}}
workforce: {{groups: {{team: {{heads: 9, speed_sd: 0}}}}}}
waiting:
  patience: {{distribution: exponential, mean: {PATIENCE_S} s}}
  redial: {{first: 0 %, further: 0 %}}
behaviour: off
variants:
  shrunk:
    workforce: {{groups: {{team: {{shrinkage: 20 %, absence: 5 %}}}}}}
  two_groups:
    new: on
    workforce:
      groups:
        team: {{heads: 6, skills: [sales, service]}}
        others: {{heads: 3, skills: [service]}}
    moments:
      call: {{skill: service}}
      offer: {{skill: sales, handling_time: {{mean: 100 s}}}}
    demand: {{volumes: {{offer: {{per_day: 240, profile: flat}}}}}}
  apart:
    new: on
    workforce:
      groups:
        team: {{heads: 6, skills: [service]}}
        others: {{heads: 3, skills: [sales]}}
        called: {{heads: 3, reserve: on}}
    moments:
      call: {{skill: service}}
      offer: {{skill: sales, handling_time: {{mean: 100 s}}}}
    demand: {{volumes: {{offer: {{per_day: 240, profile: flat}}}}}}
"""


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A centre of which Erlang A knows everything."""
    file = tmp_path_factory.mktemp("plain") / "plain.yaml"
    file.write_text(PLAIN, encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def found(plain: Path) -> Staffing:
    return ms.staff(plain, "80/20", replications=16, workers=1)


def test_the_smallest_staffing_of_a_plain_centre_is_erlang_as(found: Staffing) -> None:
    """Seven heads miss 80 % by 5 points, eight exceed it by 6: five standard errors of 16 replications."""
    needed = agents_needed_erlang_a(
        PER_HOUR, HANDLING_S, PATIENCE_S, service_level_share=0.8, threshold_s=20.0
    )
    assert found.requirement["heads"].tolist() == [needed] * 24
    assert found.requirement["heads_erlang_a"].tolist() == [needed] * 24
    by_c = agents_needed_erlang_c(PER_HOUR, HANDLING_S, service_level_share=0.8, threshold_s=20.0)
    assert found.requirement["heads_erlang_c"].tolist() == [by_c] * 24
    assert found.answer is not None
    assert found.answer.level == 0
    assert found.heads == {"team": [needed] * 24}


def test_contacts_come_as_forecast(found: Staffing) -> None:
    table = found.requirement
    assert table["offered_forecast"].tolist() == [PER_HOUR / 2] * 24
    assert table["handling_s"].tolist() == [HANDLING_S] * 24
    assert table["patience_s"].tolist() == [PATIENCE_S] * 24
    expected = PER_HOUR * 12
    # 16 replications of a Poisson number: 5 standard errors, exceeded with probability 6e-7
    assert abs(table["offered_simulated"].sum() - expected) < 5 * np.sqrt(expected / 16)


def test_levels_can_be_computed_again_from_what_each_replication_says(found: Staffing) -> None:
    means = found.observations.groupby(["stage", "level", "measure"])["value"].mean()
    for row in found.levels.to_dict(orient="records"):
        assert means[row["stage"], row["level"], "goal"] == pytest.approx(row["goal_measure"])
        assert means[row["stage"], row["level"], "cost_total"] == pytest.approx(row["cost_total"])
    assert found.levels["stage"].unique().tolist() == ["searching", "judging"]


def test_heads_go_out_and_in_again(plain: Path, found: Staffing) -> None:
    """A scenario that reads the file gives, replication by replication, what the staffed one in memory gives."""
    heads = found.heads
    assert heads is not None
    assert found.staffed is not None
    text = heads_text(interval_starts(found.loaded.scenario), heads["team"])
    (plain.parent / "heads_team.csv").write_text(text, encoding="utf-8-sig")
    changes = {"workforce.groups.team.heads": "null", "workforce.groups.team.heads_file": "heads_team.csv"}
    read = load(plain, overrides=[f"{key}={value}" for key, value in changes.items()])
    assert read.tables == found.staffed.tables
    assert read.scenario == found.staffed.scenario
    settings = RunSettings(replications=2, log="none")
    one, other = (run(each, load(plain), settings).summary for each in (read, found.staffed))
    assert one.equals(other)


def test_whoever_is_not_there_is_rostered_on_top(plain: Path) -> None:
    found = ms.staff(plain, "80/20", variant="shrunk", replications=8, workers=1)
    net, rostered = found.requirement["heads"], found.requirement["heads_rostered"]
    assert (rostered == np.ceil(net / (0.80 * 0.95))).all()
    (requirement,) = found.requirements
    assert requirement.group == "team"
    assert requirement.start == found.loaded.scenario.start
    assert requirement.interval_s == 1800
    assert requirement.heads.tolist() == net.tolist()


def test_an_abandonment_goal_and_the_fewest_heads(plain: Path) -> None:
    found = ms.staff(plain, "abandoned < 20 %", replications=8, min_heads=9, workers=1)
    assert found.requirement["heads"].min() >= 9
    assert found.chosen is not None
    assert found.chosen.estimates["goal"].value[0] < 0.2


def test_a_goal_out_of_reach_names_the_nearest(plain: Path) -> None:
    limited = ["workforce.login_cap=4"]
    with pytest.raises(MomentsimError) as error:
        ms.staff(plain, "80/20", overrides=limited, replications=4, workers=1)
    words = str(error.value)
    assert "is not met by any number of people" in words
    assert "the nearest that can be had is" in words
    assert "workforce.login_cap 4" in words


def test_without_memory_there_is_no_value(plain: Path) -> None:
    with pytest.raises(MomentsimError, match=r"behaviour\.memory is off") as error:
        ms.staff(plain, "value", replications=4)
    assert "--set behaviour.memory=on" in str(error.value)


def test_bad_arguments(plain: Path) -> None:
    for arguments, words in (
        ({"confidence": 0.4}, "not between 50 and 100 %"),
        ({"replications": 2}, "at least 4"),
        ({"group": "tem"}, "did you mean 'team'"),
        ({"variant": "apart"}, "choose one of: --group team; --group others"),
        ({"variant": "apart", "group": "called"}, "it is a reserve"),
        ({"overrides": ["demand.volumes.call.per_day=0"]}, "nobody is expected to call"),
    ):
        with pytest.raises(MomentsimError) as error:
            ms.staff(plain, **arguments)
        assert words in str(error.value)


def pool_in(file: Path, variant: str, *groups: str) -> Pool:
    loaded = load(file, variant=variant)
    return pool_of(loaded, lower(loaded, Reference.neutral(tuple(loaded.scenario.moments))), groups)


def test_groups_that_share_skills_are_one_pool(plain: Path) -> None:
    both = pool_in(plain, "two_groups")
    assert both.groups == ("team", "others")
    assert both.weights[0].tolist() == pytest.approx([2 / 3, 1 / 3])
    alone = pool_in(plain, "two_groups", "others")
    assert alone.groups == ("others",)
    assert alone.beside.tolist() == [6.0] * 24
    apart = pool_in(plain, "apart", "team")
    assert apart.skill_names == ("service",)
    assert not apart.beside.any()


def test_division_among_groups_is_whole_and_monotone(plain: Path) -> None:
    pool = pool_in(plain, "two_groups")
    before = pool.divide(np.zeros(24, np.int64))
    for heads in range(1, 40):
        divided = pool.divide(np.full(24, heads))
        assert (divided.sum(axis=1) == heads).all()
        assert (divided >= before).all()
        assert np.abs(divided[0] - heads * np.array([2 / 3, 1 / 3])).max() <= 1
        before = divided


def test_a_ladder_rises_from_erlang_a_by_the_smallest_steps() -> None:
    exact = np.array([0.0, 0.4, 7.3, 40.8])
    formulas = Formulas(exact, np.array([0, 1, 9, 43]))
    ladder = Ladder(formulas, np.array([0.0, 0.3, 2.5, 6.0]), np.zeros(4), 0)
    assert ladder.heads(0).tolist() == [0, 1, 8, 41]
    steps = [ladder.heads(level) for level in range(ladder.lowest, ladder.highest + 1)]
    rises = np.diff(np.stack(steps), axis=0)
    assert (rises >= 0).all()
    assert (rises.sum(axis=1) >= 1).all()
    assert rises.max() == 1
    assert steps[0].tolist() == [0, 1, 1, 1]  # whoever is called has somebody to call
    assert ladder.heads(ladder.level_with(6.0))[3] == 47


def test_forecasts_hold_repeats(plain: Path) -> None:
    """Half of all contacts are followed by another one an hour later: in the end twice as many as first ones."""
    changes = ["moments.call.resolution=50 %", "moments.call.reconnect=100 %", "horizon=2 d"]
    delay = "moments.call.reconnect_delay={distribution: constant, mean: 1 h}"
    loaded = load(plain, overrides=[*changes, delay])
    blueprint = lower(loaded, Reference.neutral(("call",)))
    forecast = forecast_of(
        loaded, blueprint, pool_of(loaded, blueprint, ()), written_habits(loaded, blueprint)
    )
    first = PER_HOUR / 2
    assert forecast.offered[:6].tolist() == pytest.approx(
        [first, first, 1.5 * first, 1.5 * first, 1.75 * first, 1.75 * first]
    )
    assert forecast.offered[-1] == pytest.approx(2 * first, rel=1e-3)


def test_too_few_heads_for_the_teams_are_refused(plain: Path) -> None:
    loaded = load(plain, overrides=["workforce.groups.team.teams={count: 3, spread: 0.1}"])
    with pytest.raises(ScenarioError, match="3 teams of 2 agents"):
        with_heads(loaded, {"team": [2] * 24})


def test_levels_hold_a_goal_of_another_threshold(plain: Path) -> None:
    """What counts as in time is the goal's threshold, not the scenario's."""
    found = ms.staff(plain, "80/120", replications=8, workers=1)
    assert found.asked.goals == (Goal("service_level", 0.8, 120.0),)
    strict = agents_needed_erlang_a(
        PER_HOUR, HANDLING_S, PATIENCE_S, service_level_share=0.8, threshold_s=20.0
    )
    assert found.requirement["heads"].max() < strict
