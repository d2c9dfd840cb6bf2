"""Agents: who takes the call, shifts, breaks, overtime, the login limit, and where their seconds go."""

from __future__ import annotations

import numpy as np
import pytest

from engine.plans import plain_plan, pulled_by_plan
from engine.small import BACK, BREAK, END, START, Call, minutes, small, story
from momentsim.contract import plan as p
from momentsim.contract.plan import MINUTE, AgentChoice, Prepared
from momentsim.contract.trace import Trace
from momentsim.engine import simulate
from momentsim.prepare.crisis_levers import blank_levers

HORIZON_MIN = 12 * 60


def choices(prepared: Prepared, trace: Trace) -> list[tuple[int, list[int], list[int]]]:
    """For each call that met idle agents: the agent who took it, who was idle, since when (all on duty from 0)."""
    rows = trace.contacts[np.lexsort((trace.contacts["contact"], trace.contacts["answered"]))]
    free_since = np.zeros(len(prepared.plan.agents), np.int64)
    found = []
    for row in rows[rows["answered"] >= 0]:
        if row["answered"] == row["queued"]:
            idle = np.flatnonzero(free_since < row["answered"])
            found.append((int(row["agent"]), idle.tolist(), free_since[idle].tolist()))
        free_since[row["agent"]] = row["ended"] + row["wrap"]
    return found


def test_longest_idle_agent_takes_the_call() -> None:
    prepared = plain_plan(arrivals_per_hour=60, agents=10, hours=8)
    found = choices(prepared, simulate(prepared, log=True))
    assert len(found) > 300
    for agent, idle, since in found:
        assert agent == min(zip(since, idle, strict=True))[1]


def test_highest_emotional_intelligence_takes_the_call() -> None:
    prepared = plain_plan(
        arrivals_per_hour=60, agents=10, hours=8, agent_choice=AgentChoice.HIGHEST_EMOTIONAL_INTELLIGENCE
    )
    ranks = np.random.default_rng(5).permutation(10)
    prepared.plan.agents["emotional_intelligence"] = 1.0 - ranks / 4
    found = choices(prepared, simulate(prepared, log=True))
    assert len(found) > 300
    for agent, idle, _ in found:
        assert ranks[agent] == ranks[idle].min()


def test_call_in_progress_at_shift_end_is_finished_by_that_agent() -> None:
    trace = story([Call(0), Call(5)], roster=[(0, 0, START), (4, 0, END), (30, 0, START)], wrap_min=2)
    assert trace.contacts["agent"].tolist() == [0, 0]
    assert minutes(trace.contacts["ended"]) == [10, 40]
    agent = trace.agents[0]
    assert agent["overtime"] == 8 * MINUTE  # 6 min of talk and 2 min of wrap-up after the shift's end at 4
    assert agent["talk"] == 20 * MINUTE
    assert agent["wrap"] == 4 * MINUTE
    assert agent["offline"] == (30 - 12) * MINUTE


def test_break_waits_for_the_call_and_ends_as_planned() -> None:
    trace = story(
        [Call(0), Call(6), Call(12)], roster=[(0, 0, START), (5, 0, BREAK), (20, 0, BACK)], wrap_min=1
    )
    assert minutes(trace.contacts["answered"]) == [0, 20, 31]
    assert trace.agents["paused"][0] == 9 * MINUTE  # from the end of wrap-up at 11 to 20
    assert trace.agents["overtime"][0] == 0


def test_break_that_is_over_when_the_call_ends_is_lost() -> None:
    trace = story([Call(0), Call(6)], roster=[(0, 0, START), (2, 0, BREAK), (8, 0, BACK)])
    assert minutes(trace.contacts["answered"]) == [0, 10]
    assert trace.agents["paused"][0] == 0


def test_idle_agent_breaks_at_once_and_goes_home_from_the_break() -> None:
    trace = story([Call(50)], roster=[(0, 0, START), (10, 0, BREAK), (20, 0, END), (60, 0, START)])
    assert (trace.agents["idle"][0], trace.agents["paused"][0]) == (
        (10 + HORIZON_MIN - 60 - 10) * MINUTE,
        10 * MINUTE,
    )
    assert trace.agents["offline"][0] == 40 * MINUTE
    assert minutes(trace.contacts["answered"]) == [60]


def test_login_cap_keeps_agents_at_the_door_in_order() -> None:
    """Cap 1, three agents: the second comes in when the first goes, the third when the second goes."""
    roster = [(0, 0, START), (1, 1, START), (2, 2, START), (30, 0, END), (60, 1, END)]
    trace = story([Call(10), Call(35), Call(65)], groups=(3,), roster=roster, login_cap=1)
    assert trace.contacts["agent"].tolist() == [0, 1, 2]
    assert minutes(trace.contacts["answered"]) == [10, 35, 65]
    assert trace.agents["offline"].tolist() == [
        (HORIZON_MIN - 30) * MINUTE,
        (30 + HORIZON_MIN - 60) * MINUTE,
        60 * MINUTE,
    ]


def test_who_leaves_the_door_is_skipped() -> None:
    roster = [(0, 0, START), (1, 1, START), (2, 2, START), (3, 1, END), (30, 0, END)]
    trace = story([Call(35)], groups=(3,), roster=roster, login_cap=1)
    assert trace.contacts["agent"].tolist() == [2]


def test_at_the_cap_an_overtime_call_still_holds_the_seat() -> None:
    roster = [(0, 0, START), (0, 1, START), (5, 0, END)]
    trace = story([Call(0), Call(6)], groups=(2,), roster=roster, login_cap=1)
    assert trace.contacts["agent"].tolist() == [0, 1]
    assert minutes(trace.contacts["answered"]) == [0, 10]


def test_break_at_the_door_is_taken_inside() -> None:
    roster = [(0, 0, START), (0, 1, START), (8, 1, BREAK), (10, 0, END), (20, 1, BACK)]
    trace = story([Call(11)], groups=(2,), roster=roster, login_cap=1)
    assert minutes(trace.contacts["answered"]) == [20]
    assert trace.agents["paused"][1] == 10 * MINUTE


@pytest.mark.parametrize("show_up", [0.0, 1.0])
def test_reserves_come_only_when_called(show_up: float) -> None:
    prepared = small(
        [Call(0), Call(30)], talk_min=(60.0,), groups=(1, 1), roster=[(0, 0, START), (0, 1, START)]
    )
    plan = prepared.plan
    lever = blank_levers(1)
    lever["kind"], lever["crisis"], lever["group"] = p.LeverKind.RESERVES, 0, 1
    lever["law"], lever["share"] = 3, show_up  # the law of 20 min
    groups = plan.groups.copy()
    groups["reserve"][1] = 1
    serves = np.array([(0, 0, 0, 0, 0, 1.0), (0, 1, 0, 0, 0, 1.0)], p.SERVES)
    changed = plan._replace(
        levers=lever, lever_sizes=lever, groups=groups, serves_by_group=serves, serves_by_queue=serves
    )
    trace = simulate(pulled_by_plan(prepared._replace(plan=changed), {0: 20 * MINUTE}), log=True)
    answered = trace.contacts[trace.contacts["arrived"] == 30 * MINUTE][0]
    if show_up:
        assert answered["agent"] == 1
        assert (
            answered["answered"] == 40 * MINUTE + 1
        )  # called at 20, effective one tick later, ready after 20
    else:
        assert answered["agent"] == 0
        assert answered["answered"] == 60 * MINUTE
    assert trace.levers["effective"].tolist() == [20 * MINUTE + 1]


def test_seconds_end_with_the_horizon_though_calls_go_on() -> None:
    trace = story([Call(HORIZON_MIN - 10)], talk_min=(30.0,), roster=[(0, 0, START)])
    agent = trace.agents[0]
    assert (agent["talk"], agent["idle"]) == (10 * MINUTE, (HORIZON_MIN - 10) * MINUTE)
    assert trace.contacts["ended"].tolist() == [(HORIZON_MIN + 20) * MINUTE]


def test_staff_books_count_who_is_on_duty_and_busy() -> None:
    trace = story(
        [Call(0), Call(40)],
        talk_min=(20.0,),
        roster=[(0, 0, START), (45, 0, BREAK), (70, 0, BACK), (90, 0, END)],
    )
    assert minutes(trace.staff["busy"][:4, 0]) == [20, 20, 0, 0]
    assert minutes(trace.staff["on_duty"][:4, 0]) == [30, 30, 20, 0]


def test_long_idle_heap_survives_many_agents_leaving_in_any_order() -> None:
    """Agents go to breaks and home from the middle of the idle ones; the choice stays right."""
    rng = np.random.default_rng(11)
    roster = [(0.0, agent, START) for agent in range(12)]
    on_break = []
    for agent in range(12):
        start = float(rng.integers(5, 600))
        on_break.append((start, start + 40.0))
        roster += [(start, agent, BREAK), (start + 40.0, agent, BACK)]
    calls = [Call(float(minute)) for minute in np.sort(rng.uniform(1, 700, 400))]
    trace = story(calls, talk_min=(3.0,), groups=(12,), roster=roster)
    for row in trace.contacts:
        start, end = on_break[int(row["agent"])]
        answered = row["answered"] / MINUTE
        assert not start < answered < end
    assert trace.agents["paused"].min() > 30 * MINUTE
