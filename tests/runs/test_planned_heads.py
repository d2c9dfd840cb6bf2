"""Heads that a goal in the file asks for: right by the formulas, for a variant's own contacts, kept, and told."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import momentsim as ms
from momentsim.errors import ScenarioError
from momentsim.measures.columns import TABLES
from momentsim.prepare import Reference, lower, prepare
from momentsim.questions.compare.staffing import staffing_sentences
from momentsim.report.staffing_words import staffing_words
from momentsim.runs.reference_store import find_on
from momentsim.runs.sealed import Unusable
from momentsim.runs.staffing import plan as planning
from momentsim.runs.staffing.plan import GroupPlan, Planner, Staffed
from momentsim.runs.staffing.told import about_plan
from momentsim.scenario import load
from momentsim.scenario.staffed import with_heads
from momentsim.theory.staffing import agents_needed_erlang_a

DESK = """
name: desk
start: "2024-01-08 08:00"
horizon: 10 h
customers: {segments: {everyone: {customers: 50000, yearly_margin: 100 USD}}}
moments:
  call: {handling_time: {distribution: exponential, mean: 5 min}, resolution: 100 %, reconnect: 0 %}
demand: {volumes: {call: {per_hour: 120}}}
workforce: {groups: {team: {heads: {goal: 80/20}, speed_sd: 0, shrinkage: 20 %}}}
waiting: {patience: {distribution: exponential, mean: 4 min}, redial: {first: 0 %, further: 0 %}}
behaviour: off
variants:
  app: {moments: {call: {self_service: {adoption: 50 %, success_simple: 66 %, complexity_slope: 0}}}}
  app_kept:
    moments: {call: {self_service: {adoption: 50 %, success_simple: 66 %, complexity_slope: 0}}}
    workforce: {groups: {team: {heads: {plan: base}}}}
  app_later:
    moments: {call: {self_service: {adoption: 50 %, success_simple: 66 %, complexity_slope: 0}}}
    workforce: {groups: {team: {heads: {lead: 4 h}}}}
"""
TWO_SKILLS = (
    DESK.replace("call: {handling", "t1: {skill: t1, handling")
    .replace("demand:", "  t2: {skill: t2, handling_time: {distribution: exponential, mean: 5 min}}\ndemand:")
    .replace("call: {per_hour: 120}", "t1: {per_hour: 120}, t2: {per_hour: 96}")
    .partition("variants")[0]
)
Plan = Callable[..., Staffed]


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    path = tmp_path / "desk.yaml"
    path.write_text(DESK, encoding="utf-8")
    return path


@pytest.fixture
def plan(desk: Path) -> Plan:
    def made(variant: str | None = None, *overrides: str) -> Staffed:
        return Planner().staffed(load(desk, variant=variant, overrides=overrides), load(desk))

    return made


def team(staffed: Staffed) -> GroupPlan:
    return staffed.plan["team"]


def test_heads_are_those_of_erlang_a(plan: Plan) -> None:
    needed = agents_needed_erlang_a(120, 300, 240, service_level_share=0.8, threshold_s=20)
    assert set(team(plan()).required) == {needed}
    assert set(team(plan()).scheduled) == {int(np.ceil(needed / 0.8))}


def test_a_large_centre_by_erlang_c(plan: Plan) -> None:
    large = plan(None, "demand.volumes.call.per_hour=12000", "workforce.groups.team.heads.formula=erlang_c")
    assert set(team(large).required) == {1015}


def test_monthly_calls_to_full_time_equivalents(plan: Plan) -> None:
    month = plan(
        None, "demand.volumes.call.per_hour=355.63", "moments.call.handling_time.mean=180 s",
        "workforce.groups.team.heads.formula=erlang_c", "workforce.groups.team.heads.goal=80/30",
        "workforce.groups.team.shrinkage=19 %",
    )  # fmt: skip
    assert (set(team(month).required), set(team(month).scheduled)) == ({22}, {28})
    about = about_plan(month.loaded, month.plan)["team"]
    assert about["hours_rostered"] == 280
    assert about["fte"] == pytest.approx(280 / (40 * 10 / 168))


def test_repeats_are_planned_for(plan: Plan) -> None:
    repeats = plan(
        None, "moments.call.resolution=60 %", "moments.call.reconnect=100 %", "opening.warm_up=12 h",
        "moments.call.reconnect_delay={distribution: exponential, mean: 30 min}",
    )  # fmt: skip
    assert team(repeats).offered[-1] == pytest.approx(100, rel=0.03)  # 60 needs of 1 / 0.6 contacts each


def test_redials_are_not_planned_for(plan: Plan) -> None:
    again = plan(None, "waiting.redial={first: 100 %, further: 100 %, delay: {mean: 10 min}}")
    assert team(again).required == team(plan()).required


def test_what_an_app_deflects_is_saved_in_hours(plan: Plan) -> None:
    base, app, kept, later = (team(plan(name)) for name in (None, "app", "app_kept", "app_later"))
    deflected = 1 - sum(app.offered) / sum(base.offered)
    saved = 1 - sum(app.required) / sum(base.required)
    assert 0.3 < deflected < 0.45
    assert 0.6 * deflected < saved < deflected  # a smaller team needs more slack
    assert kept.scheduled == base.scheduled
    assert kept.required == app.required
    assert later.scheduled == base.scheduled[:8] + app.scheduled[8:]


def test_a_run_is_that_of_the_planned_heads(desk: Path) -> None:
    result = ms.run(desk, replications=2, log="none")
    heads = with_heads(load(desk), {"team": result.plan["team"].scheduled})
    again = ms.run(heads, replications=2, log="none")
    assert result.summary.equals(again.summary)
    assert set(result.staffing.columns) == set(TABLES["staffing.csv"][1])
    assert result.staffing["fte"].sum() == pytest.approx(
        about_plan(result.loaded, result.plan)["team"]["fte"]
    )
    assert result.summary.set_index(["measure", "scope"])["value"]["service_level", "all"] > 0.75


def test_staff_asks_for_the_same_by_erlang_a(desk: Path, plan: Plan) -> None:
    found = ms.staff(desk, "80/20", replications=4)
    assert tuple(found.requirement["heads_erlang_a"]) == team(plan()).required


def test_groups_that_share_a_skill_share_its_load_in_equal_parts(desk: Path, plan: Plan) -> None:
    goal = "heads: {goal: 70/30}, shrinkage: 0 %"
    groups = f"s1: {{{goal}, skills: [t1]}}, s2: {{{goal}, skills: [t2]}}, g: {{{goal}, skills: [t1, t2]}}"
    desk.write_text(re.sub("workforce: .*", f"workforce: {{groups: {{{groups}}}}}", TWO_SKILLS), "utf-8")
    three = plan().plan
    heads = {name: each.required[0] for name, each in three.items()}
    needed = agents_needed_erlang_a(216, 300, 240, service_level_share=0.7, threshold_s=30)
    assert sum(heads.values()) == needed
    assert heads["g"] == pytest.approx(needed / 2, abs=0.51)
    assert heads["s1"] >= heads["s2"]


def test_others_who_serve_the_same_are_taken_off(desk: Path, plan: Plan) -> None:
    alone = max(team(plan()).required)
    desk.write_text(DESK.replace("groups: {team", "groups: {others: {heads: 5, speed_sd: 0}, team"), "utf-8")
    assert set(team(plan()).required) == {alone - 5}


def test_nobody_is_planned_while_it_is_closed(plan: Plan) -> None:
    hours = 'opening_hours={all: {weekly: [{start: "09:00", end: "12:00"}]}}'
    shut = team(plan(None, hours, "workforce.groups.team.heads.minimum=20"))
    assert shut.required == (*2 * (0,), *6 * (20,), *12 * (0,))


def test_days_follow_their_forecast_and_are_right_on_average(plan: Plan) -> None:
    wrong = plan(None, "workforce.groups.team.heads.forecast_error=15 %")
    right = plan()
    assert team(wrong).scheduled == team(right).scheduled
    blueprint = lower(wrong.loaded, Reference.neutral(tuple(wrong.loaded.scenario.moments)))
    paid = np.array([prepare(blueprint, number).paid_hours[0] for number in range(1, 201)])
    planned = 0.5 * sum(team(right).scheduled)
    assert paid.std() / planned == pytest.approx(0.15, rel=0.4)  # standard error 5 %
    assert abs(paid.mean() / planned - 1) < 5.5 * 0.15 / np.sqrt(len(paid))


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        (["waiting.lines=3"], "waiting.lines 3"),
        (["workforce.login_cap=2"], "workforce.login_cap 2"),
        (["demand.volumes.call.per_hour=0"], "nobody is expected to call"),
    ],
)
def test_a_goal_that_nobody_can_plan_for_is_told_with_its_place(
    plan: Plan, overrides: list[str], words: str
) -> None:
    with pytest.raises(ScenarioError, match=words) as told:
        plan(None, *overrides)
    assert "desk.yaml:9" in str(told.value)
    assert "workforce.groups.team.heads" in str(told.value)


def test_an_old_plan_needs_an_old_group(desk: Path, plan: Plan) -> None:
    more = "  more: {new: on, workforce: {groups: {more: {heads: {goal: 80/20, plan: base}}}}}\n"
    desk.write_text(DESK + more, "utf-8")
    with pytest.raises(ScenarioError, match="no such group"):
        plan("more")


def test_a_plan_is_made_once(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    first = plan("app")
    monkeypatch.setattr(Planner, "_make", lambda *arguments: pytest.fail("a plan was made again"))
    assert plan("app").plan == first.plan
    with pytest.raises(Unusable):
        planning._from_json(b'{"team": [["x"], [1], [1], [1], [1]]}')
    assert find_on(planning.SHELF, "never made", planning._from_json, lambda words: None) is None


def test_words_say_whose_heads_they_are(plan: Plan) -> None:
    made = {name or "base": plan(name) for name in (None, "app", "app_kept")}
    plans = {name: about_plan(each.loaded, each.plan) for name, each in made.items()}
    (kept,) = staffing_words(plans["app_kept"])
    assert "80/20 needs" in kept
    assert "the heads of the file without variants stay" in kept
    rows = [
        {"case": case, "scope": "all", "measure": measure, "difference": low, "low_all": low, "high_all": high}
        for case, measure, low, high in [
            ("app", "paid_hours", -45.0, -40.0), ("app", "cost_staff", -1600.0, -1400.0),
            ("app_kept", "paid_hours", 0.0, 0.0), ("app_kept", "cost_staff", 0.0, 0.0),
        ]
    ]  # fmt: skip
    told = staffing_sentences(pd.DataFrame(rows), plans, "base", "USD")
    assert told["app"].startswith(
        "team: planned anew for 80/20: 40.0 to 45.0 paid hours less, 1,400 to 1,600 USD less"
    )
    assert "no change of paid hours" in told["app_kept"]
    assert "h more than 80/20 needs" in told["app_kept"]


@pytest.mark.parametrize(
    ("overrides", "key", "words"),
    [
        (["heads={goal: 100/20}"], "heads.goal", "100 % is not between 0 and 100 %"),
        (["heads={goal: value}"], "heads.goal", "no goal that heads can be planned for"),
        (["heads={goal: 8020}"], "heads.goal", 'write a service level like "80/20"'),
        (["heads={gaol: 80/20}"], "heads.gaol", "did you mean 'goal'?"),
        (["heads={goal: abandoned < 3 %, formula: erlang_c}"], "heads.formula", "nobody hangs up"),
        (["heads.plan=base", "heads.lead=2 d"], "heads.lead", "stands for good"),
        (["reserve=on"], "heads.goal", "once a crisis has called it"),
        (["heads.forecast_error=5 %", "careers={yearly_exits: 30 %}"], "heads.forecast_error", "careers"),
        (['shifts={early: {start: "08:00", length: 8 h, heads: 3}}'], "shifts", "both given"),
    ],
)
def test_what_makes_no_sense_is_refused(desk: Path, overrides: list[str], key: str, words: str) -> None:
    with pytest.raises(ScenarioError) as told:
        load(desk, overrides=[f"workforce.groups.team.{each}" for each in overrides])
    (line,) = str(told.value).splitlines()
    assert f"workforce.groups.team.{key}: " in line
    assert words in line


@pytest.mark.parametrize(
    ("groups", "words"),
    [
        (
            "s1: {heads: {goal: 80/20}, skills: [t1, t2]}, s2: {heads: {goal: 90/20}, skills: [t2]}",
            "write one goal",
        ),
        (
            "s1: {heads: 9, skills: [t1, t2]}, s2: {heads: {goal: 80/20}, skills: [t3]}",
            "no moment with a volume",
        ),
    ],
)
def test_goals_are_for_queues_that_somebody_calls(desk: Path, groups: str, words: str) -> None:
    idle = TWO_SKILLS.replace("demand:", "  t3: {skill: t3, handling_time: {mean: 5 min}}\ndemand:")
    desk.write_text(re.sub("workforce: .*", f"workforce: {{groups: {{{groups}}}}}", idle), "utf-8")
    with pytest.raises(ScenarioError, match=words) as told:
        load(desk)
    assert "workforce.groups.s2.heads.goal: " in str(told.value)


def test_a_goal_with_another_threshold_than_results_count_is_a_warning(desk: Path) -> None:
    (warning,) = load(desk, overrides=["workforce.groups.team.heads.goal=80/30"]).warnings
    assert "answered within 20 s" in str(warning)
