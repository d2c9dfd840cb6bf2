"""Any small scenario, through the loader: both clocks tell the same, nothing is lost, nothing is impossible."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.books_check import audit
from engine.plans import plain_plan
from engine.stories import PLAIN, RICH, all_moments, differences, ready
from momentsim.contract.plan import DAY, HOUR, Prepared
from momentsim.contract.trace import Outcome, Trace
from momentsim.engine import simulate
from momentsim.scenario.sections.settings import SWITCHES

LEVERS = ["pre_cancel", "reserves", "self_service_offer", "notice", "compensation", "blackouts"]

shares = st.sampled_from([0.0, 0.3, 0.8, 1.0])
switches = st.booleans()
laws = st.one_of(
    st.fixed_dictionaries(
        {"mean": st.sampled_from(["30 s", "4 min", "20 min"]), "cv": st.sampled_from([0.0, 0.7, 2.0])}
    ),
    st.fixed_dictionaries(
        {
            "distribution": st.sampled_from(["exponential", "constant"]),
            "mean": st.sampled_from(["1 min", "5 min", "30 min"]),
        }
    ),
)
mixtures = st.builds(
    lambda some, most: {
        "distribution": "mixture",
        "parts": [{"weight": 0.2, "law": some}, {"weight": 0.8, "law": most}],
    },
    laws,
    laws,
)
patiences = st.one_of(laws, mixtures, st.just({"distribution": "never"}))


def moments(skill: str) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "stakes": shares, "builder": switches, "skill": st.just(skill),
            "priority": st.integers(1, 9), "head_start": st.sampled_from(["0 s", "0 s", "45 s", "6 min"]),
            "handling_time": laws, "complexity_sd": st.sampled_from([0.0, 1.0]),
            "resolution": shares, "reconnect": st.sampled_from([0.0, 0.5, 0.9]), "reconnect_delay": laws,
            "expected_wait": st.sampled_from(["0 s", "2 min"]),
        },
        optional={
            "wrap_up": laws,
            "self_service": st.fixed_dictionaries(
                {"adoption": shares, "success_simple": shares, "success_at_stakes": shares, "break_out": shares,
                 "context_passed": shares, "duration": laws}
            ),
        },
    )  # fmt: skip


def groups(skill: str, other: str) -> st.SearchStrategy[dict[str, Any]]:
    shift = st.fixed_dictionaries(
        {"start": st.sampled_from(["00:00", "03:30", "20:00"]), "length": st.sampled_from(["2 h", "8 h"]),
         "heads": st.integers(0, 4)},
        optional={"breaks": st.just([{"after": "30 min", "length": "15 min"}])},
    )  # fmt: skip
    skills = st.sampled_from([[skill], [skill, other], [other, skill]])
    staffed = st.one_of(
        st.fixed_dictionaries({"heads": st.integers(0, 6)}),
        st.fixed_dictionaries({"shifts": st.fixed_dictionaries({"one": shift, "two": shift})}),
    )
    rest = st.fixed_dictionaries(
        {"skills": skills, "autonomy": shares, "script": shares, "absence": st.sampled_from([0.0, 0.4])}
    )
    delays = st.sampled_from([{}, {"overflow_after": "2 min"}])
    return st.builds(_group, staffed, rest, delays)


def _group(staffed: dict[str, Any], rest: dict[str, Any], delays: dict[str, str]) -> dict[str, Any]:
    group = staffed | rest
    if delays and len(rest["skills"]) > 1:
        group["overflow_after"] = {rest["skills"][1]: delays["overflow_after"]}
    return group


spans = st.sampled_from(
    [
        [{"start": "03:00", "end": "21:30"}],
        [{"start": "00:00", "end": "02:00"}, {"start": "19:30", "end": "24:00"}],
    ]
)
hours = st.dictionaries(
    st.sampled_from(["sales", "care"]),
    st.fixed_dictionaries(
        {"weekly": spans, "at_closing": st.sampled_from(["serve", "disconnect"]),
         "closed": st.fixed_dictionaries({"message": switches, "call_again": shares, "delay": laws})},
    ),
    max_size=2,
)  # fmt: skip

diverts = st.dictionaries(
    st.sampled_from(["sales", "care"]),
    st.fixed_dictionaries(
        {"after": st.sampled_from(["20 s", "4 min", "1 h"]), "call_again": shares, "delay": laws},
        optional={
            "most_waiting": st.integers(1, 6),
            "voicemail": st.fixed_dictionaries(
                {"left": st.sampled_from([0.4, 1.0])}, optional={"queue": st.sampled_from(["sales", "care"])}
            ),
        },
    ),
    max_size=2,
)

stories = st.fixed_dictionaries(
    {
        "name": st.just("random"),
        "start": st.sampled_from(["2024-01-08 00:00", "2024-01-13 19:30"]),
        "horizon": st.sampled_from(["6 h", "25 h", "50 h"]),
        "seed": st.integers(0, 50),
        "customers": st.fixed_dictionaries(
            {"segments": st.fixed_dictionaries({
                "few": st.just(
                    {"customers": 3, "yearly_margin": "50 USD", "yearly_churn": "90 %", "patience_factor": 3}
                ),
                "many": st.just({"customers": 200, "yearly_margin": "9 USD"}),
            })}
        ),
        "moments": st.fixed_dictionaries({"first": moments("sales"), "second": moments("care")}),
        "demand": st.fixed_dictionaries(
            {"volumes": st.fixed_dictionaries({
                "first": st.fixed_dictionaries({"per_day": st.sampled_from([0, 30, 200]), "profile": st.just("flat")}),
                "second": st.fixed_dictionaries({"per_day": st.sampled_from([5, 60])}),
            })}
        ),
        "workforce": st.fixed_dictionaries(
            {"groups": st.fixed_dictionaries({"alpha": groups("sales", "care"), "beta": groups("care", "sales")})},
            optional={"login_cap": st.integers(1, 6)}
        ),
        "routing": st.fixed_dictionaries({
            "agent_choice": st.sampled_from(
                ["longest_idle", "highest_emotional_intelligence", "most_skilled", "least_occupied", "heart"]
            ),
            "order": st.sampled_from(["first_come", "stakes", "value", "anger", "detected"]),
            "heart_agents": shares,
            "detector": st.fixed_dictionaries({"sensitivity": shares, "specificity": shares, "stakes_above": shares}),
        }),
        "waiting": st.fixed_dictionaries(
            {"patience": patiences, "announce_wait": switches,
             "redial": st.fixed_dictionaries({"first": shares, "further": st.sampled_from([0.0, 0.7]), "delay": laws})},
            optional={"lines": st.integers(1, 12)},
        ),
        "behaviour": st.fixed_dictionaries(dict.fromkeys(SWITCHES, switches)),
        "opening_hours": hours,
        "divert": diverts,
        "run": st.just({"run_out": "12 h"}),
    }
)  # fmt: skip


def told(prepared: Prepared) -> Trace:
    """The trace of both clocks, audited."""
    compiled, simpy = (simulate(prepared, log=True, clock=clock) for clock in ("compiled", "simpy"))
    assert differences(compiled, simpy) == []
    audit(prepared, compiled)
    return compiled


@settings(
    max_examples=settings().max_examples * 4 // 5,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(story=stories)
def test_any_story_is_told_alike_and_adds_up(story: dict[str, Any]) -> None:
    told(ready(story))


@settings(max_examples=settings().max_examples // 4, suppress_health_check=[HealthCheck.too_slow])
@given(
    crisis=st.fixed_dictionaries(
        {"call_share": shares, "severity": st.sampled_from([0.0, 1.0, 4.0]), "anger": shares,
         "patience_factor": st.sampled_from([0.5, 4.0]), "resolution_factor": shares, "stakes": shares,
         "status_share": st.sampled_from([0.0, 0.2])}
    ),
    levers=st.sets(st.sampled_from(LEVERS)),
    seed=st.integers(0, 20),
)  # fmt: skip
def test_any_storm_is_told_alike_and_adds_up(crisis: dict[str, Any], levers: set[str], seed: int) -> None:
    story = copy.deepcopy(RICH)
    story["seed"] = seed
    storm = story["crises"]["storm"] | crisis
    for lever in set(LEVERS) - levers:
        del storm[lever]
    story["crises"]["storm"] = storm
    story["run"] = {"run_out": "1 d"}
    for volume in story["demand"]["volumes"].values():
        volume["per_day"] /= 5
    told(ready(story, "horizon=20 h"))


def test_no_agents_at_all() -> None:
    trace = told(ready(PLAIN, "workforce.groups.team.heads=0"))
    assert trace.intervals["answered"].sum() == 0
    assert len(trace.agents) == 0
    assert trace.intervals["abandoned"].sum() > 0


def test_no_demand_at_all() -> None:
    trace = told(ready(PLAIN, "demand.volumes.question.per_day=0"))
    assert len(trace.contacts) == len(trace.moments) == len(trace.customers) == 0
    assert np.all(trace.agents["idle"] == DAY)
    assert trace.ended == DAY


def test_one_customer_has_all_the_needs() -> None:
    prepared = ready(
        PLAIN, "customers.segments.everyone.customers=1", "customers.segments.everyone.yearly_churn=0 %"
    )
    trace = told(prepared)
    assert len(trace.customers) == 1
    assert trace.customers["moments"].tolist() == [len(all_moments(prepared))]


def test_fifty_times_too_much() -> None:
    trace = told(
        ready(PLAIN, "demand.volumes.question.per_day=7200", "workforce.groups.team.heads=1", "horizon=6 h")
    )
    offered, answered = (int(trace.intervals[name].sum()) for name in ("offered", "answered"))
    assert offered > 15 * answered
    agent = trace.agents[0]
    assert agent["idle"] < 0.01 * (agent["talk"] + agent["idle"])


def test_calls_out_of_hours_wait_for_the_morning_or_hang_up() -> None:
    story = copy.deepcopy(PLAIN)
    story["workforce"]["groups"]["team"] = {"heads": [{"start": "08:00", "end": "16:00", "heads": 6}]}
    story["waiting"] = {"patience": {"distribution": "exponential", "mean": "2 h"}}
    trace = told(ready(story))
    answered = trace.contacts[trace.contacts["outcome"] == Outcome.ANSWERED]["answered"] % DAY
    assert np.all((answered >= 8 * HOUR) & (answered < 16 * HOUR))
    night = trace.contacts["arrived"] % DAY < 7 * HOUR
    assert set(trace.contacts[night]["outcome"]) == {Outcome.ANSWERED, Outcome.ABANDONED}


def test_overnight_carry_over_into_the_run_out() -> None:
    """Needs of the evening return next morning, after the horizon, and are served then."""
    story = copy.deepcopy(PLAIN)
    story["moments"]["question"] |= {"resolution": "50 %", "reconnect": "100 %"}
    trace = told(ready(story))
    late = trace.contacts[trace.contacts["arrived"] >= DAY]
    assert len(late) > 20
    assert set(late["outcome"]) & {Outcome.ANSWERED}


@pytest.mark.parametrize("field", ["lines", "login_cap"])
def test_the_smallest_limits(field: str) -> None:
    prepared = plain_plan(arrivals_per_hour=60, agents=5, hours=4, **{field: 1})
    trace = told(prepared)
    talking = trace.contacts[trace.contacts["outcome"] == Outcome.ANSWERED]
    order = np.argsort(talking["answered"])
    assert np.all(talking["answered"][order][1:] >= talking["ended"][order][:-1])
