"""Routing: who takes a contact under each policy, moments of truth and their detector, matched segments."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.plans import plain_plan
from engine.small import START, Call, Serve, minutes, small
from engine.stories import RICH, differences, read, ready
from momentsim.contract.plan import HOUR, AgentChoice, ContactOrder, Prepared
from momentsim.contract.trace import Trace
from momentsim.engine import simulate
from momentsim.engine.contact.routing import occupancy_key
from momentsim.engine.simulate import ReplicationRun
from momentsim.engine.state import idle_lists
from momentsim.engine.state.initial_state import new_world
from momentsim.prepare import Reference, lower, prepare
from momentsim.rules.stakes_detector import detection_probability

ROUTINE, TRUTH = 0, 1
shares = st.floats(0.0, 1.0)


def hearts(calls: list[Call], empathy: list[float], **changes: Any) -> Prepared:
    """Reasons 0 (routine) and 1 (of truth) in one queue; everybody there from the start; a perfect detector."""
    changed: dict[str, Any] = {
        "groups": (len(empathy),), "serves": (Serve(0),), "talk_min": (10.0, 10.0), "stakes": [0.1, 0.9],
        "agent_choice": AgentChoice.HEART, "detector_on": 1, "heart_above": 0.5,
    } | changes  # fmt: skip
    roster = [(0.0, agent, START) for agent in range(len(empathy))]
    prepared = small(calls, roster=roster, **changed)
    prepared.plan.agents["emotional_intelligence"] = empathy
    return prepared


def told(prepared: Prepared) -> Trace:
    """The trace of both clocks, with contacts in the order of their arrival."""
    compiled, simpy = (simulate(prepared, log=True, clock=clock) for clock in ("compiled", "simpy"))
    assert differences(compiled, simpy) == []
    return compiled._replace(contacts=compiled.contacts[np.argsort(compiled.contacts["contact"])])


def agents_of(prepared: Prepared) -> list[int]:
    return [int(agent) for agent in told(prepared).contacts["agent"]]


def test_moments_of_truth_meet_the_most_empathetic_and_routine_the_others() -> None:
    calls = [Call(0.1, ROUTINE), Call(1, TRUTH), Call(2, TRUTH), Call(3, ROUTINE)]
    assert agents_of(hearts(calls, [0.0, 1.0, 2.0, -1.0])) == [0, 2, 1, 3]


def test_routine_takes_a_heart_only_when_nobody_else_is_idle_and_then_the_one_idle_longest() -> None:
    calls = [Call(0.1, ROUTINE), Call(1, ROUTINE), Call(2, ROUTINE)]
    assert agents_of(hearts(calls, [0.0, 1.0, 2.0])) == [0, 1, 2]


def test_a_moment_of_truth_does_not_wait_for_a_heart_while_another_agent_is_idle() -> None:
    assert agents_of(hearts([Call(0.1, TRUTH), Call(1, TRUTH)], [0.0, 1.0])) == [1, 0]


def test_a_free_heart_takes_moments_of_truth_first_and_the_others_the_longest_wait() -> None:
    """Agent 0 is free at 10 and 20 min, the heart at 10.5 and 20.5."""
    calls = [Call(0, ROUTINE), Call(0.5, TRUTH)]
    calls += [Call(1, ROUTINE), Call(2, TRUTH), Call(3, ROUTINE), Call(4, TRUTH)]
    trace = told(hearts(calls, [0.0, 1.0]))
    assert trace.contacts["agent"].tolist() == [0, 1, 0, 1, 0, 1]
    assert minutes(trace.contacts["answered"]) == [0, 0.5, 10, 10.5, 20, 20.5]
    first = [Call(0, ROUTINE), Call(0.5, TRUTH), Call(1, TRUTH), Call(2, ROUTINE), Call(3, ROUTINE)]
    assert agents_of(hearts(first, [0.0, 1.0])) == [0, 1, 0, 1, 0]


def test_hearts_look_at_priority_before_the_stakes_and_at_the_stakes_before_their_preferred_queue() -> None:
    calls = [Call(0, ROUTINE), Call(1, TRUTH), Call(2, ROUTINE), Call(3, TRUTH)]
    ranked = told(hearts(calls, [1.0], priority=[0, 4]))
    assert minutes(ranked.contacts["answered"]) == [0, 20, 10, 30]
    queues: dict[str, Any] = {"queue": [0, 1], "serves": (Serve(0, rank=0), Serve(1, rank=1))}
    assert minutes(told(hearts(calls, [1.0], **queues)).contacts["answered"]) == [0, 10, 30, 20]
    assert minutes(told(hearts(calls, [0.0], **queues)).contacts["answered"]) == [0, 20, 10, 30]


def test_hearts_of_several_groups_serve_one_queue() -> None:
    """Groups (0, 1) and (2, 3): the highest of both goes first; routine goes to the other idle longest."""
    groups: dict[str, Any] = {"groups": (2, 2), "serves": (Serve(0, 0), Serve(0, 1))}
    calls = [Call(0.1, TRUTH), Call(1, ROUTINE), Call(2, TRUTH), Call(3, ROUTINE)]
    assert agents_of(hearts(calls, [0.6, 0.1, 0.2, 0.9], **groups)) == [3, 1, 0, 2]


def test_nothing_detected_keeps_hearts_for_last() -> None:
    calls = [Call(0.1, TRUTH), Call(1, TRUTH), Call(2, ROUTINE)]
    assert agents_of(hearts(calls, [2.0, 0.0, 1.0], sensitivity=0.0)) == [1, 0, 2]


TURNS: dict[str, Any] = {
    "groups": (1, 2), "roster": tuple((0, agent, START) for agent in range(3)), "talk_min": (30.0, 30.0),
    "queue": [0, 1], "serves": (Serve(0, 0, turn=0), Serve(1, 0, turn=1), Serve(0, 1, turn=1), Serve(1, 1, turn=0)),
}  # fmt: skip


@pytest.mark.parametrize("choice", [AgentChoice.LONGEST_IDLE, AgentChoice.MOST_SKILLED])
def test_a_call_asks_the_groups_of_the_first_turn_first_whoever_is_idle_longer(choice: AgentChoice) -> None:
    """Apples (0) go to agent 0 first, oranges (1) to agents 1 and 2; who waits gets whoever is free next."""
    fruit = [Call(1, 1), Call(2, 0), Call(5, 0), Call(20, 0), Call(25, 1)]
    trace = told(small(fruit, agent_choice=choice, **TURNS))
    assert trace.contacts["agent"].tolist() == [1, 0, 2, 1, 0]
    assert minutes(trace.contacts["answered"]) == [1, 2, 5, 31, 32]


def test_of_groups_that_help_later_those_of_the_first_turn_are_asked_first() -> None:
    serves = (Serve(0, 0), Serve(0, 1, after_min=5.0, turn=2), Serve(0, 2, after_min=5.0, turn=1))
    story = TURNS | {"groups": (1, 1, 1), "serves": serves}
    assert agents_of(small([Call(1), Call(2), Call(20)], **story)) == [0, 2, 1]


@pytest.mark.parametrize(("choice", "field"), [(AgentChoice.MOST_SKILLED, "skill")])
def test_the_most_skilled_takes_the_call(choice: AgentChoice, field: str) -> None:
    from engine.test_agents_at_work import choices

    prepared = plain_plan(arrivals_per_hour=60, agents=10, hours=8, agent_choice=choice)
    prepared.plan.agents[field] = scores = np.random.default_rng(6).permutation(10) / 7 - 0.6
    found = choices(prepared, simulate(prepared, log=True))
    assert len(found) > 300
    for agent, there, _ in found:
        assert scores[agent] == scores[there].max()


def occupancies(prepared: Prepared, trace: Trace) -> list[tuple[int, dict[int, float]]]:
    """For each call that met idle agents: who took it, and the moving occupancy of all who were idle."""
    memory = float(prepared.plan.effects["load_memory_h"][0]) * HOUR
    agents = len(prepared.plan.agents)
    level, since, busy_until = np.zeros(agents), np.zeros(agents), np.full(agents, -1)
    found = []
    answered = trace.contacts[trace.contacts["answered"] >= 0]
    for row in answered[np.argsort(answered["answered"], kind="stable")]:
        now, taker = int(row["answered"]), int(row["agent"])
        if now == row["queued"]:
            fade = np.where(busy_until < now, np.exp(-(now - since) / memory), np.nan)
            there = {int(a): float(level[a] * fade[a]) for a in np.flatnonzero(busy_until < now)}
            found.append((taker, there))
        level[taker] *= math.exp(-(now - since[taker]) / memory)
        ends = int(row["ended"] + row["wrap"])
        level[taker] = 1 + (level[taker] - 1) * math.exp(-(ends - now) / memory)
        since[taker], busy_until[taker] = ends, ends
    return found


def test_the_least_occupied_takes_the_call() -> None:
    prepared = plain_plan(arrivals_per_hour=60, agents=10, hours=8, agent_choice=AgentChoice.LEAST_OCCUPIED)
    found = occupancies(prepared, simulate(prepared, log=True))
    assert len(found) > 300
    for agent, there in found:
        assert there[agent] == pytest.approx(min(there.values()), abs=1e-12)


@pytest.mark.parametrize("choice", list(AgentChoice)[1:4])
def test_equal_agents_wait_alike_under_every_policy(choice: AgentChoice) -> None:
    """Nobody is faster than another, so who answers does not change when."""

    def answers(policy: AgentChoice) -> Any:
        rows = simulate(plain_plan(arrivals_per_hour=100, agents=9, agent_choice=policy), log=True).contacts
        return rows[np.argsort(rows["contact"])]["answered"]

    assert np.array_equal(answers(choice), answers(AgentChoice.LONGEST_IDLE))


@given(
    st.lists(st.tuples(st.integers(0, 6), st.sampled_from([-1.0, 0.0, 0.4, 0.5, 2.0])), max_size=60),
    st.sampled_from([AgentChoice.HIGHEST_EMOTIONAL_INTELLIGENCE, AgentChoice.HEART]),
)
@settings(max_examples=settings().max_examples * 3 // 5)
def test_idle_agents_come_and_go_in_any_order(moves: list[tuple[int, float]], choice: AgentChoice) -> None:
    """Their emotional intelligence may change while they are idle: the key stays that of joining."""
    prepared = plain_plan(arrivals_per_hour=0, agents=7, agent_choice=choice, heart_above=0.5)
    world = new_world(prepared.plan, log=False)
    joined: dict[int, float] = {}
    for order, (agent, empathy) in enumerate(moves):
        world["agent_state"]["emotional_intelligence"][agent] = empathy
        if agent in joined:
            idle_lists.leave_by_key(world.world, 0, agent)
            del joined[agent]
        else:
            world["agent_state"]["idle_order"][agent] = order
            idle_lists.join_by_key(world.world, 0, agent)
            joined[agent] = empathy
        in_heap = [a for a, e in joined.items() if choice != AgentChoice.HEART or e >= 0.5]
        assert world["group_state"]["idle"][1] == len(in_heap)
        if in_heap:
            assert world["idle_heap"]["row"][0] == min(in_heap, key=lambda a: (-joined[a], a))
        for row, members in ((0, joined.keys() - set(in_heap)), (1, in_heap)):
            if choice == AgentChoice.HEART:
                oldest = min(members, key=lambda a: world["agent_state"]["idle_order"][a], default=-1)
                assert world["group_state"]["idle_first"][row] == oldest


@given(shares, shares, shares, shares)
def test_detection_is_a_probability_and_grows_with_sensitivity(
    stakes: float, threshold: float, sensitivity: float, specificity: float
) -> None:
    found = detection_probability(stakes, threshold, sensitivity, specificity)
    assert 0.0 <= found <= 1.0
    assert detection_probability(stakes, threshold, 1.0, specificity) >= found
    assert detection_probability(stakes, threshold, sensitivity, 1.0) <= found


@given(
    st.lists(st.tuples(st.floats(1e-6, 1.0), st.floats(0.0, 26_000.0)), min_size=2, max_size=2),
    st.sampled_from([1.0, 2.0, 4.0]),
)
def test_a_constant_key_orders_fading_occupancies(pair: list[tuple[float, float]], memory_h: float) -> None:
    later = max(joined for _, joined in pair)
    faded = [math.log(level) - (later - joined) / memory_h for level, joined in pair]
    keys = [occupancy_key(level, joined, memory_h) for level, joined in pair]
    if abs(faded[0] - faded[1]) > 1e-9:
        assert (keys[0] < keys[1]) == (faded[0] < faded[1])


HEART = ("routing.agent_choice=heart", "crises=null", "workforce.login_cap=null")


def detections(*overrides: str) -> dict[int, int]:
    """What the detector said of each moment, by customer and time of its beginning."""
    rows = simulate(ready(RICH, "crises=null", *overrides), log=True).moments
    return {hash((int(row["customer"]), int(row["began"]))): int(row["stakes_detected"]) for row in rows}


def test_the_detector_says_the_same_under_every_policy_and_more_of_it_finds_more() -> None:
    usual = detections("routing.agent_choice=heart")
    assert usual == detections("routing.order=detected", "workforce.groups.care.heads=7")
    sharper = detections("routing.agent_choice=heart", "routing.detector.sensitivity=95 %")
    assert all(sharper[moment] >= said for moment, said in usual.items())
    assert sum(sharper.values()) > sum(usual.values()) > 0
    assert not any(detections().values())


def test_detected_shares_are_those_written() -> None:
    """Binomial shares; outside 5.5 SD with a probability below 1e-7 each."""
    trace = simulate(
        ready(RICH, *HEART, "demand.volumes.rebooking.per_day=900", "horizon=2 d", "behaviour=off"), log=True
    )
    rows = trace.moments
    truth = rows["stakes"] >= 0.7
    for mask, share in ((truth, 0.8), (~truth, 0.1)):
        count = int(mask.sum())
        assert count > 500
        deviation = rows["stakes_detected"][mask].sum() - share * count
        assert abs(deviation) < 5.5 * math.sqrt(count * share * (1 - share))
    tallies = trace.tallies
    assert tallies["at_stakes"].sum() == truth.sum()
    assert tallies["at_stakes_detected"].sum() == rows["stakes_detected"][truth].sum()
    assert tallies["stakes_false_alarms"].sum() == rows["stakes_detected"][~truth].sum()


BANK: dict[str, Any] = {
    "name": "bank",
    "start": "2024-01-08 00:00",
    "horizon": "2 d",
    "customers": {"segments": {"everyone": {"customers": 2000, "yearly_margin": "100 USD"}}},
    "moments": {
        "balance": {"stakes": "10 %", "handling_time": {"distribution": "exponential", "mean": "4 min"}},
        "lost_card": {"stakes": "90 %", "handling_time": {"distribution": "exponential", "mean": "4 min"}},
    },
    "demand": {
        "volumes": {
            "balance": {"per_day": 1400, "profile": "flat"}, "lost_card": {"per_day": 500, "profile": "flat"},
        }
    },
    "workforce": {"groups": {"front": {"heads": 5}, "back": {"heads": 4}}},
    "routing": {"agent_choice": "heart"},
    "behaviour": "off",
}  # fmt: skip


def met(*overrides: str, replications: int = 1) -> np.ndarray[Any, Any]:
    """Emotional intelligence (z) met in moments of truth and in others, by replication."""
    loaded = read(BANK, *overrides)
    blueprint = lower(loaded, Reference.neutral(tuple(loaded.scenario.moments)))
    found = []
    for replication in range(1, replications + 1):
        rows = simulate(prepare(blueprint, replication)).intervals
        truth, empathy = rows["answered_at_stakes"].sum(), rows["empathy_at_stakes"].sum()
        others, rest = rows["answered"].sum() - truth, rows["empathy"].sum() - empathy
        found.append((empathy / truth, rest / others))
    return np.array(found)


def test_a_perfect_detector_brings_moments_of_truth_to_empathy_and_a_better_one_more() -> None:
    gaps = []
    for detector in (
        "{sensitivity: 50 %, specificity: 50 %}",
        "{}",
        "{sensitivity: 100 %, specificity: 100 %}",
    ):
        truth, routine = met(f"routing.detector={detector}")[0]
        gaps.append(truth - routine)
    assert gaps[0] + 0.2 < gaps[1] < gaps[2] - 0.05


@pytest.mark.parametrize("share", [30, 70])
def test_a_useless_detector_is_chance(share: int) -> None:
    """Sensitivity = 1 - specificity: moments of truth meet the same agents as others, but for luck.

    t test of paired differences over 40 replications at 5.9 standard errors: false alarm below 1e-6.
    """
    detector = f"routing.detector={{sensitivity: {share} %, specificity: {100 - share} %}}"
    found = met(detector, replications=40)
    difference = found[:, 0] - found[:, 1]
    assert abs(difference.mean()) < 5.9 * difference.std(ddof=1) / math.sqrt(len(difference))


def test_who_answers_is_counted_as_the_log_says() -> None:
    prepared = ready(BANK)
    trace = simulate(prepared, log=True)
    answered = trace.contacts[trace.contacts["answered"] >= 0]
    empathy = prepared.plan.agents["emotional_intelligence"][answered["agent"]]
    truth = answered["reason"] == 1
    assert trace.intervals["answered_at_stakes"].sum() == truth.sum()
    assert trace.intervals["empathy"].sum() == pytest.approx(empathy.sum())
    assert trace.intervals["empathy_at_stakes"].sum() == pytest.approx(empathy[truth].sum())


def test_detected_moments_go_first_where_the_order_says_so() -> None:
    calls = [Call(0, ROUTINE), Call(1, ROUTINE), Call(2, TRUTH)]
    changes: dict[str, Any] = {"agent_choice": AgentChoice.LONGEST_IDLE, "heart_above": 9.0}
    by_detector = hearts(calls, [0.0], contact_order=ContactOrder.DETECTED, **changes)
    assert minutes(told(by_detector).contacts["answered"]) == [0, 20, 10]
    blind = hearts(calls, [0.0], contact_order=ContactOrder.DETECTED, sensitivity=0.0, **changes)
    assert minutes(told(blind).contacts["answered"]) == [0, 10, 20]
    truth = hearts(calls, [0.0], contact_order=ContactOrder.STAKES, sensitivity=0.0, **changes)
    assert minutes(told(truth).contacts["answered"]) == [0, 20, 10]


def matched(prepared: Prepared, group: int = 1) -> Prepared:
    """The same with one group matched to the only segment."""
    matches = np.zeros_like(prepared.plan.matches)
    matches[group, 0] = 1
    return prepared._replace(plan=prepared.plan._replace(matches=matches))


def test_a_matched_group_is_preferred_while_it_has_idle_agents() -> None:
    groups: dict[str, Any] = {
        "groups": (2, 1), "serves": (Serve(0, 0), Serve(0, 1)), "agent_choice": AgentChoice.LONGEST_IDLE,
        "has_matches": 1,
    }  # fmt: skip
    calls = [Call(0.1), Call(1), Call(2), Call(11)]
    assert agents_of(matched(hearts(calls, [0.0, 0.0, 0.0], **groups))) == [2, 0, 1, 2]
    heart = groups | {"agent_choice": AgentChoice.HEART}
    assert agents_of(matched(hearts([Call(0.1, TRUTH), Call(1, TRUTH)], [2.0, 1.0, 0.0], **heart))) == [2, 0]


def test_matched_agents_serve_better_by_just_the_parameter() -> None:
    groups: dict[str, Any] = {
        "groups": (1, 1), "serves": (Serve(0, 0), Serve(0, 1)), "has_matches": 1, "memory_on": 1,
    }  # fmt: skip
    calls = [Call(0.1), Call(1)]
    qualities = {}
    for switch in (0, 1):
        rows = told(matched(hearts(calls, [0.0, 0.0], matching_on=switch, **groups))).contacts
        qualities[switch] = dict(zip(rows["group"].tolist(), rows["quality"].tolist(), strict=True))
    gained = float(plain_plan(arrivals_per_hour=0).plan.effects["matched_quality"][0])
    assert qualities[1][1] - qualities[0][1] == pytest.approx(gained)
    assert qualities[1][0] == qualities[0][0]


def quality_at(strength: float) -> tuple[int, float]:
    """Agent and quality of one call while the matching is so far in force."""
    groups: dict[str, Any] = {
        "groups": (1, 1), "serves": (Serve(0, 0), Serve(0, 1)), "has_matches": 1, "matching_on": 1,
        "memory_on": 1, "agent_choice": AgentChoice.LONGEST_IDLE,
    }  # fmt: skip
    run = ReplicationRun(matched(hearts([Call(1)], [0.0, 0.0], **groups)), log=True)
    run.world["practices"]["matching"] = strength
    run.advance()
    row = run.trace().contacts[0]
    return int(row["agent"]), float(row["quality"])


def test_a_programme_may_phase_the_matching_in() -> None:
    gained = float(plain_plan(arrivals_per_hour=0).plan.effects["matched_quality"][0])
    (nobody, none), (half_agent, half), (agent, whole) = (quality_at(s) for s in (0.0, 0.5, 1.0))
    assert (nobody, half_agent, agent) == (0, 1, 1)
    assert half - none == pytest.approx(gained / 2)
    assert whole - none == pytest.approx(gained)
