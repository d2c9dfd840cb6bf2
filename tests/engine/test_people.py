"""Stories of people at work, told on paper: escalation, authority, doubt, haste, and what quality is made of."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine.small import Call, Serve, minutes, small
from momentsim.contract import plan as p
from momentsim.contract.plan import MINUTE, RosterAction
from momentsim.contract.trace import Outcome, Trace
from momentsim.engine import ReplicationRun, simulate

START = RosterAction.START
CLERK_AND_EXPERT: dict[str, Any] = {
    "groups": (1, 1), "serves": (Serve(0, 0), Serve(1, 1)), "roster": ((0, 0, START), (0, 1, START)),
    "talk_min": (10.0, 30.0), "queue": [0, 1], "beyond_authority": [1.0, 0.0], "escalation_queue": [1, 1],
}  # fmt: skip
"""Needs of reason 0 go beyond the clerk's authority; the expert decides, and has a reason of their own."""


def changed(prepared: p.Prepared, table: str, **values: Any) -> p.Prepared:
    """The same with other values in one table of the plan."""
    rows = getattr(prepared.plan, table).copy()
    for name, value in values.items():
        rows[name] = value
    return prepared._replace(plan=prepared.plan._replace(**{table: rows}))


def told(prepared: p.Prepared) -> Trace:
    return simulate(prepared, log=True)


def legs(trace: Trace) -> list[tuple[int, int, str, float, float]]:
    """Of each leg: agent, number, outcome, and when it queued and ended."""
    rows = np.sort(trace.contacts, order=["ended"])
    names = [Outcome(int(row["outcome"])).name.lower() for row in rows]
    queued, ended = minutes(rows["queued"]), minutes(rows["ended"])
    return [
        (int(row["agent"]), int(row["leg"]), *rest)
        for row, rest in zip(rows, zip(names, queued, ended, strict=True), strict=True)
    ]


def test_a_decision_beyond_the_clerk_is_passed_on() -> None:
    """10 min and a minute of handover with the clerk, then 10 min with the expert, who was free."""
    trace = told(small([Call(0)], **CLERK_AND_EXPERT))
    assert legs(trace) == [(0, 1, "transferred", 0.0, 11.0), (1, 2, "answered", 11.0, 21.0)]
    counts = {name: int(trace.intervals[name].sum()) for name in ("offered", "answered", "transferred")}
    assert counts == {"offered": 2, "answered": 2, "transferred": 1}
    assert trace.tallies["contacts"].sum() == trace.tallies["resolved_first"].sum() == 1
    assert trace.moments["effort"][0] == pytest.approx(1.7)
    assert trace.agents["contacts"].tolist() == [1, 1]
    assert trace.agents["moments"].tolist() == [0, 1]


def test_who_is_passed_on_waits_again() -> None:
    trace = told(small([Call(0), Call(0, reason=1, customer=1)], **CLERK_AND_EXPERT))
    assert legs(trace)[-1] == (1, 2, "answered", 11.0, 40.0)
    assert trace.intervals["wait_answered"].sum() == 19 * MINUTE


def test_who_is_passed_on_may_hang_up() -> None:
    trace = told(small([Call(0), Call(0, reason=1, customer=1)], patience_min=5.0, **CLERK_AND_EXPERT))
    assert (-1, 2, "abandoned", 11.0, 16.0) in legs(trace)
    offered, answered, abandoned = (
        int(trace.intervals[name].sum()) for name in ("offered", "answered", "abandoned")
    )
    assert (offered, answered, abandoned) == (3, 2, 1)
    assert trace.tallies["unserved"].sum() == 1


def test_within_the_limit_the_agent_decides_and_spends() -> None:
    prepared = small([Call(0)], **CLERK_AND_EXPERT)
    trace = told(changed(prepared, "groups", authority=1e6))
    assert legs(trace) == [(0, 1, "answered", 0.0, 10.0)]
    assert trace.tallies["goodwill"].sum() == pytest.approx(0.35e6)


def test_a_higher_limit_passes_on_a_part_of_the_same_needs() -> None:
    calls = [Call(minute, customer=minute) for minute in range(0, 600, 2)]
    story = CLERK_AND_EXPERT | {
        "groups": (20, 20), "roster": tuple((0, agent, START) for agent in range(40)), "beyond_authority": [0.6, 0]
    }  # fmt: skip
    passed = []
    for limit in (0.0, 20.0, 40.0, 80.0):
        rows = told(changed(small(calls, **story), "groups", authority=limit)).contacts
        passed.append({*rows["moment"][rows["outcome"] == Outcome.TRANSFERRED].tolist()})
    assert passed[0] > passed[1] > passed[2] > passed[3]
    # of 300 needs 60 % ask for a decision; six standard deviations, false alarm below 1e-8
    assert abs(len(passed[0]) - 180) < 6 * np.sqrt(300 * 0.6 * 0.4)


UNEVEN: dict[str, Any] = {
    "groups": (2,), "roster": ((0, 0, START), (0, 1, START)), "knowledge_on": 1, "stakes": 1.0, "memory_on": 1,
    "anger_on": 1,
}  # fmt: skip


def test_a_doubted_answer_is_asked_for_again() -> None:
    """The first agent knows nothing, so the answer is surely doubted; the second knows more, so that one holds."""
    prepared = changed(small([Call(0)], **UNEVEN), "agents", knowledge=[-1.0, 1.0])
    trace = told(changed(prepared, "effects", doubt=1e9))
    assert trace.contacts["agent"].tolist() == [0, 1]
    assert trace.contacts["resolved"].tolist() == [0, 1]
    assert trace.contacts["attempt"].tolist() == [1, 2]
    assert trace.intervals["doubted"].sum() == trace.intervals["resolved"].sum() == 1
    assert trace.moments["resolved"].tolist() == [1]
    assert trace.moments["effort"].tolist() == [2.0]
    assert trace.tallies["resolved_first"].sum() == 0
    assert trace.contacts["anger_before"][1] > 0.1
    assert trace.agents["moments"].tolist() == [0, 1]


@pytest.mark.parametrize("calm", ["one_voice", "stakes", "knowledge_on"])
def test_nothing_is_doubted_where_all_answer_alike_or_little_is_at_stake(calm: str) -> None:
    story = UNEVEN | ({calm: 0} if calm != "one_voice" else {})
    prepared = changed(small([Call(0)], **story), "agents", knowledge=[-1.0, 1.0])
    if calm == "one_voice":
        prepared = changed(prepared, "groups", one_voice=1.0)
    trace = told(changed(prepared, "effects", doubt=1e9))
    assert trace.contacts["resolved"].tolist() == [1]


def test_knowledge_makes_quality() -> None:
    qualities = []
    for knowledge in (0.0, 1.0):
        prepared = changed(small([Call(0)], **UNEVEN), "agents", knowledge=knowledge)
        qualities.append(told(changed(prepared, "groups", one_voice=0.25)).contacts["quality"][0])
    assert qualities[1] - qualities[0] == pytest.approx(0.3 * 0.75)


def weighed(handling: float, resolution: float, voice: float, **changes: Any) -> p.Prepared:
    prepared = small([Call(0)], incentives_on=1, **changes)
    names = ("handling_time_weight", "resolution_weight", "customer_voice_weight")
    return changed(prepared, "groups", **dict(zip(names, (handling, resolution, voice), strict=True)))


def test_weight_on_handling_time_shortens_talks() -> None:
    usual, hurried = (told(weighed(*each)).contacts for each in ((0.5, 0.2, 0.3), (0.9, 0.0, 0.1)))
    assert usual["talk"][0] == 10 * MINUTE
    assert hurried["talk"][0] == pytest.approx(10 * MINUTE * np.exp(-0.12 * 0.4), abs=1)


def test_weight_on_the_customers_voice_makes_quality() -> None:
    usual, heard = (told(weighed(*each, memory_on=1)).contacts for each in ((0.5, 0.2, 0.3), (0.1, 0.2, 0.7)))
    assert heard["quality"][0] - usual["quality"][0] == pytest.approx(0.3 * 0.4)


def test_gaming_cuts_a_talk_short_unsolved() -> None:
    trace = told(changed(weighed(1.0, 0.0, 0.0), "effects", gaming=2.0))
    row = trace.contacts[0]
    assert row["resolved"] == 0
    assert 0 < row["talk"] < 10 * MINUTE * np.exp(-0.06)
    assert trace.moments["resolved"].tolist() == [0]


def test_switched_off_incentives_do_nothing() -> None:
    prepared = changed(weighed(1.0, 0.0, 0.0), "settings", incentives_on=0)
    row = told(changed(prepared, "effects", gaming=2.0)).contacts[0]
    assert (row["talk"], row["resolved"]) == (10 * MINUTE, 1)


# --- what may change by day -----------------------------------------------------------------------------------


def with_state(table: str, **values: Any) -> Trace:
    """One talk of which the state of the agent or of the group's practice was changed beforehand."""
    prepared = small([Call(0)], memory_on=1, emotional_intelligence_on=1, stakes=1.0, resolution=0.9)
    run = ReplicationRun(changed(prepared, "groups", autonomy=1.0, script=0.0), log=True)
    for name, value in values.items():
        run.world[table][name] = value
    run.advance()
    return run.trace()


def test_neutral_states_of_agents_and_practice() -> None:
    plain = with_state("agent_state").contacts[0]
    assert with_state("agent_state", training_pace=0.5).contacts["talk"][0] == plain["talk"] / 2
    assert with_state("practices", pace_factor=2.0).contacts["talk"][0] == plain["talk"] * 2
    gained = with_state("agent_state", empathy_gain=1.0).contacts["quality"][0]
    assert gained - plain["quality"] == pytest.approx(0.45)
    better = with_state("practices", quality_shift=0.5).contacts["quality"][0]
    assert better - plain["quality"] == pytest.approx(0.5)
    assert with_state("practices", resolution_shift=-50.0).contacts["resolved"][0] == 0
    assert with_state("practices", resolution_shift=50.0).contacts["resolved"][0] == 1


# --- load, fatigue and pressure -------------------------------------------------------------------------------


@pytest.mark.parametrize(("sign", "longer"), [(1.0, False), (-1.0, True)], ids=["speedup", "slowdown"])
def test_both_published_signs_of_load(sign: float, longer: bool) -> None:
    """Nine of ten agents are busy when the tenth call is answered: load 0.9, above its centre of 0.85."""
    calls = [Call(0, customer=number) for number in range(10)]
    roster = tuple((0, agent, START) for agent in range(10))
    trace = told(small(calls, groups=(10,), roster=roster, load_on=1, load_sign=sign))
    last = trace.contacts["talk"][trace.contacts["contact"] == 10][0]
    assert (last > 10 * MINUTE) == longer
    assert last == pytest.approx(10 * MINUTE / (1.0 + sign * 0.1 * np.tanh(2 * 0.05)), abs=1)


def test_fatigue_and_pressure_lower_quality_once_each() -> None:
    """The one agent is fully tired and the centre fully busy: each takes its own amount, and nothing twice."""

    def quality(fatigue: float, **switches: Any) -> float:
        run = ReplicationRun(small([Call(0)], memory_on=1, **switches), log=True)
        run.advance(until=MINUTE)
        run.world["agent_state"]["fatigue"] = fatigue
        run.advance()
        return float(run.trace().contacts["quality"][0])

    rested = quality(0.0)
    assert rested - quality(1.0, fatigue_on=1) == pytest.approx(0.15)
    assert rested - quality(0.0, load_on=1) == pytest.approx(0.2)
    assert rested - quality(1.0, load_on=1, fatigue_on=1) == pytest.approx(0.35)


# --- emotional intelligence counts only jointly ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "gain"),
    [
        ({}, 0.45),
        ({"autonomy": 0.0}, 0.0),
        ({"script": 1.0}, 0.0),
        ({"load_on": 1}, 0.0),
        ({"stakes": 0.0}, -0.05),
        ({"autonomy": 0.5, "script": 0.5}, 0.45 / 4),
    ],
    ids=["all there", "no autonomy", "all scripted", "full pressure", "no stakes", "half of each"],
)
def test_an_sd_of_emotional_intelligence(changes: dict[str, float], gain: float) -> None:
    """What one SD more gives in quality, in SD, to an agent of average skill."""
    practice = {"autonomy": 1.0, "script": 0.0} | {
        name: value for name, value in changes.items() if name in ("autonomy", "script")
    }
    rest = {name: value for name, value in changes.items() if name not in practice}
    story: dict[str, Any] = {"memory_on": 1, "emotional_intelligence_on": 1, "stakes": 1.0} | rest
    qualities = []
    for level in (0.0, 1.0):
        prepared = changed(small([Call(0)], **story), "groups", **practice)
        qualities.append(
            told(changed(prepared, "agents", emotional_intelligence=level)).contacts["quality"][0]
        )
    assert qualities[1] - qualities[0] == pytest.approx(gain)
