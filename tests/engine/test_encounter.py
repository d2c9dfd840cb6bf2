"""How script, emotional labour and bundles move the answer, each with the right sign.

Answers are counts of let-downs and expected value under common draws; where steps are compared, each is over ten
standard errors of the paired difference, so a false alarm has a probability far below 1e-6.
"""

from __future__ import annotations

import copy
from functools import cache
from typing import Any

import numpy as np
import pytest

from engine.small import Call, small
from engine.stories import PLAIN, read
from engine.test_people import changed, told
from momentsim.contract.codes import PracticeField
from momentsim.draws import Purpose, replication_key, uniform
from momentsim.engine import simulate
from momentsim.prepare import Blueprint, Reference, lower, prepare
from momentsim.prepare.careers import exit_hazard, exits_in_the_long_run, hazard_factor
from momentsim.prepare.programmes import aims_of
from momentsim.rules.encounter import labour_effect, logistic
from momentsim.runs.reference import reference_for
from momentsim.scenario.evidence import registry

TEAM = "workforce.groups.team."
HEARTFELT = (f"{TEAM}autonomy=100 %", f"{TEAM}emotional_intelligence_mean=115")
PRETENDED = (f"{TEAM}autonomy=0 %", f"{TEAM}emotional_intelligence_mean=85")
EXACT: dict[str, Any] = {"memory_on": 1, "stakes": 1.0}

TRUTH: dict[str, Any] = copy.deepcopy(PLAIN)
TRUTH["moments"]["question"] |= {"stakes": "90 %", "builder": True, "reconnect": "0 %"}
TRUTH["demand"]["volumes"]["question"]["per_day"] = 4000
TRUTH["workforce"]["groups"]["team"] = {"heads": 25, "knowledge_sd": 0.5}
ROUTINE = copy.deepcopy(TRUTH)
ROUTINE["moments"]["question"]["stakes"] = "0 %"


@cache
def reference() -> Reference:
    loaded = read(TRUTH)
    return reference_for(loaded, loaded, clock="compiled", on_progress=lambda share: True)


@cache
def answer(*overrides: str) -> tuple[int, float]:
    """Let-downs, and net value, of four days' replications of moments of truth, against the centre as it is."""
    blueprint: Blueprint = lower(read(TRUTH, *overrides), reference())
    tallies = [simulate(prepare(blueprint, number)).tallies for number in range(1, 5)]
    names = ("created", "destroyed_by_handling")
    value = sum(float(each[name].sum()) for each in tallies for name in names)
    return sum(int(each["let_down"].sum()) for each in tallies), value


# --- each key moves the answer ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ((f"{TEAM}script=0 %",), (f"{TEAM}script=100 %",)),
        (
            (f"{TEAM}script=0 %", f"{TEAM}emotional_intelligence_mean=90"),
            (f"{TEAM}script=100 %", f"{TEAM}emotional_intelligence_mean=90"),
        ),
        (
            (f"{TEAM}script=0 %", f"{TEAM}emotional_intelligence_sd=0"),
            (f"{TEAM}script=100 %", f"{TEAM}emotional_intelligence_sd=0"),
        ),
        ((f"{TEAM}emotional_intelligence_mean=110",), (f"{TEAM}emotional_intelligence_mean=90",)),
        ((f"{TEAM}autonomy=100 %",), (f"{TEAM}autonomy=0 %",)),
        (("behaviour.parameters.script_at_stakes=0.225",), ("behaviour.parameters.script_at_stakes=0.9",)),
        (("behaviour.scripting=off",), ("behaviour.scripting=on",)),
        (("behaviour.parameters.deep_acting_base=-0.5",), ("behaviour.emotional_labour=off",)),
        (("behaviour.parameters.deep_acting_autonomy=1.6",), ("behaviour.parameters.deep_acting_autonomy=0.4",)),
        (
            (f"{TEAM}emotional_intelligence_mean=115", "behaviour.parameters.deep_acting_ei=1.6"),
            (f"{TEAM}emotional_intelligence_mean=115", "behaviour.parameters.deep_acting_ei=0.4"),
        ),
        (
            (f"{TEAM}heads=14", "behaviour.parameters.deep_acting_stress=0.4"),
            (f"{TEAM}heads=14", "behaviour.parameters.deep_acting_stress=1.6"),
        ),
        (
            (*HEARTFELT, "behaviour.parameters.deep_acting_gain=0.37"),
            (*HEARTFELT, "behaviour.parameters.deep_acting_gain=0.18"),
        ),
        (
            (*PRETENDED, "behaviour.parameters.surface_acting_harm=0.05"),
            (*PRETENDED, "behaviour.parameters.surface_acting_harm=0.2"),
        ),
    ],
    ids=[
        "script", "script on a low team", "script where all are alike", "emotional intelligence", "autonomy",
        "script_at_stakes", "scripting", "emotional_labour", "deep_acting_autonomy", "deep_acting_ei",
        "deep_acting_stress", "deep_acting_gain", "surface_acting_harm",
    ],
)  # fmt: skip
def test_a_key_moves_the_answer(better: tuple[str, ...], worse: tuple[str, ...]) -> None:
    good, bad = answer(*better), answer(*worse)
    assert good[0] < bad[0]
    assert good[1] > bad[1]


def test_all_three_together_are_more_than_each_alone() -> None:
    """Training, freedom and no script: the joint effect on let-downs is larger than the sum of the single ones."""
    ei, free, no_script = (
        f"{TEAM}emotional_intelligence_mean=115",
        f"{TEAM}autonomy=100 %",
        f"{TEAM}script=0 %",
    )
    base = answer()[0]
    gains = [base - answer(one)[0] for one in (ei, free, no_script)]
    assert base - answer(ei, free, no_script)[0] > sum(gains)


def test_in_routine_a_script_makes_talks_shorter() -> None:
    """At stakes 0 a full script takes 5 % of the talk time that none has; handling times are those of half a script."""

    def talk_time(*overrides: str) -> float:
        neutral = Reference.neutral(["question"])
        blueprint = lower(read(ROUTINE, "behaviour.load=off", *overrides), neutral)
        return float(simulate(prepare(blueprint, 1)).intervals["talk"].sum())

    free, usual, scripted = (talk_time(f"{TEAM}script={share} %") for share in (0, 50, 100))
    assert scripted / free == pytest.approx(0.95, abs=0.01)
    assert talk_time("behaviour.scripting=off") / usual == pytest.approx(1.0, abs=0.01)
    faster = talk_time(f"{TEAM}script=100 %", "behaviour.parameters.script_speed=0.1")
    assert faster < scripted < usual


def test_in_routine_a_script_makes_answers_alike() -> None:
    """Half of what an agent knows beyond others is lost to a full script at stakes 0, none at stakes 1."""
    for stakes, left in ((0.0, 0.5), (1.0, 1.0)):
        shown = []
        for knowledge in (0.0, 1.0):
            story: dict[str, Any] = {"memory_on": 1, "knowledge_on": 1, "scripting_on": 1, "stakes": stakes}
            prepared = changed(small([Call(0)], **story), "groups", script=1.0)
            shown.append(told(changed(prepared, "agents", knowledge=knowledge)).contacts["quality"][0])
        assert shown[1] - shown[0] == pytest.approx(0.3 * left)


# --- in one talk --------------------------------------------------------------------------------------------


def one(**values: Any) -> Any:
    """Quality of one talk at stakes 1, agent of EI 0 without autonomy or script."""
    prepared = changed(small([Call(0)], **EXACT, **values), "groups", autonomy=0.0, script=0.0)
    return float(told(prepared).contacts["quality"][0])


def test_emotional_labour_is_the_rule_by_the_draw_of_the_talk() -> None:
    prepared = small([Call(0)], **EXACT)
    key, moment = replication_key(1, 0), prepared.moments_of_day(0)[0]
    is_deep = uniform(key, moment["key"], Purpose.DEEP_ACTING.value, 1) < logistic(-0.5)
    effect = labour_effect(1.0 if is_deep else -1.0, logistic(-0.5), 0.25, 0.10)
    assert one(emotional_labour_on=1) - one() == pytest.approx(effect)


def test_a_script_costs_its_share_of_what_is_at_stake() -> None:
    for script in (0.0, 0.4, 1.0):
        qualities = [
            told(changed(small([Call(0)], memory_on=1, stakes=0.8, scripting_on=on), "groups", script=script))
            .contacts["quality"][0]
            for on in (0, 1)
        ]  # fmt: skip
        assert qualities[1] - qualities[0] == pytest.approx(-0.45 * script * 0.8)


def test_anger_asks_for_feeling_where_nothing_is_at_stake() -> None:
    """The second caller of a routine reason waits 30 minutes: their anger alone is the demand, and it strains."""
    story: dict[str, Any] = {
        "memory_on": 1,
        "anger_on": 1,
        "emotional_labour_on": 1,
        "burnout_on": 1,
        "stakes": 0.0,
    }
    calls = [Call(0, customer=1), Call(1, customer=2)]
    trace = told(
        changed(small(calls, talk_min=(31.0,), expected_wait=1.0, **story), "effects", deep_acting_base=-50.0)
    )
    angry = trace.contacts[trace.contacts["customer"] == 2]
    assert trace.intervals["acts"].sum() == 1
    assert trace.agents["strain"].sum() == pytest.approx(float(angry["anger_after"][0]), rel=0.02)


# --- bundles ------------------------------------------------------------------------------------------------


def test_the_hazard_of_a_bundle_gives_its_published_total_in_the_long_run() -> None:
    values = registry.values({})
    for yearly in ("10 %", "42 %", "90 %"):
        group = read(PLAIN, f"{TEAM}careers={{yearly_exits: {yearly}}}").scenario.workforce.groups["team"]
        usual = exit_hazard(group, values)
        factor = hazard_factor(0.52, group, values)
        rates = [exits_in_the_long_run(hazard, values) for hazard in (usual, factor * usual)]
        assert rates[1] / rates[0] == pytest.approx(0.52)
        assert 0.52 < factor < 0.75
    group = read(PLAIN).scenario.workforce.groups["team"]
    assert hazard_factor(0.52, group, values) == 0.52


def test_empowerment_beside_a_bundle_keeps_its_own_effect() -> None:
    """Autonomy that no published total contains acts on exits, with a bundle beside it or without."""
    programmes = {
        "teams": {"kind": "expert_teams", "adoption": "0 s"},
        "free": {"kind": "empowerment", "autonomy": "90 %", "adoption": "0 s"},
    }
    story = copy.deepcopy(PLAIN) | {"programmes": programmes}
    scenario = read(story).scenario
    group = scenario.workforce.groups["team"]
    fields = [{aim[0] for aim in aims_of(each, scenario, group)} for each in scenario.programmes.values()]
    assert PracticeField.AUTONOMY in fields[0] & fields[1]
    assert PracticeField.AUTONOMY_APART in fields[1] - fields[0]


@pytest.mark.slow
def test_expert_teams_keep_people_as_often_as_published() -> None:
    """Exits of 2,000 seats in a year under common draws; the hazard falls to 0.59 and tenures do the rest.

    About 800 against 430 exits: the ratio has a standard error of 0.03 without common draws and less with them.
    """

    def exits(*overrides: str) -> int:
        story = copy.deepcopy(PLAIN)
        story["demand"]["volumes"]["question"]["per_day"] = 1
        story["workforce"]["groups"]["team"] = {"heads": 2000, "careers": {"yearly_exits": "42 %"}}
        blueprint = lower(
            read(story, "horizon=365 d", "interval=1 h", "run.run_out=0 s", *overrides),
            Reference.neutral(["question"]),
        )
        return int(simulate(prepare(blueprint, 1)).agents["exits"].sum())

    ratio = exits("programmes={teams: {kind: expert_teams, adoption: 0 s}}") / exits()
    assert 0.40 < ratio < 0.68


def test_the_measures_of_the_encounter_add_up() -> None:
    trace = simulate(prepare(lower(read(TRUTH), Reference.neutral(["question"])), 1), log=True)
    answered = trace.contacts["quality"][np.isfinite(trace.contacts["quality"])]
    totals = {
        name: float(trace.intervals[name].sum())
        for name in ("answered", "acts", "deep", "autonomy", "script")
    }
    assert totals["answered"] == totals["acts"] == len(answered)
    assert 0 < totals["deep"] < totals["acts"]
    assert totals["autonomy"] == totals["script"] == 0.5 * len(answered)
    assert trace.intervals["quality"].sum() == pytest.approx(answered.sum())
