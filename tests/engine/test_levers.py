"""Levers of section `levers`: each kind moves its own answer the right way, and one never pulled moves nothing."""

from __future__ import annotations

import copy
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.plans import pulled_by_plan
from engine.stories import PLAIN, differences, read, ready
from momentsim.contract.plan import HOUR, MINUTE, NEVER, LeverAction, Why
from momentsim.contract.trace import Trace
from momentsim.engine import LiveRun, simulate
from momentsim.runs.lever_file import EVERY, Act, LeverFile

REPLICATIONS = range(1, 6)
LEVERS: dict[str, dict[str, Any]] = {
    "call_in": {"group": "called", "delay": {"distribution": "constant", "mean": "5 min"}},
    "overtime": {"group": "team", "hours": "3 h", "agree": "100 %"},
    "extra_lines": {"lines": 20},
    "login_cap": {"agents": 2},
    "priority": {"moment": "urgent", "level": 1},
    "pause_offers": {},
    "start_programme": {"programme": "freer"},
}
QUICK = ("call_in", "login_cap", "start_programme")
"""Which the quick loop tells on both clocks and again from a file: people, limits, programmes."""
PULLED = {"at": "2024-01-08 02:00"}


def story(kind: str, **fields: Any) -> dict[str, Any]:
    """Too few agents, at most two logged in after a shift, few lines, offers, and one lever."""
    made = copy.deepcopy(PLAIN)
    made |= {"horizon": "12 h", "waiting": {"lines": 7 if kind == "extra_lines" else 12}}
    handling = {"distribution": "exponential", "mean": "5 min"}
    made["moments"] = {
        "question": {
            "handling_time": handling,
            "selling": {"pressure": "50 %", "margin": "20 USD", "acceptance": "10 %"},
        },
        "urgent": {"handling_time": handling},
    }
    made["demand"] = {
        "volumes": {
            name: {"per_day": count, "profile": "flat"}
            for name, count in (("question", 800), ("urgent", 200))
        }
    }
    shifts = {
        "early": {"start": "00:00", "length": "6 h", "heads": 4},
        "late": {"start": "06:00", "length": "6 h", "heads": 2},
    }
    made["workforce"] = {
        "login_cap": 3 if kind == "login_cap" else 20,
        "groups": {"team": {"shifts": shifts}, "called": {"heads": 3, "reserve": True}},
    }
    if kind == "start_programme":
        made["start"], made["horizon"] = "2024-01-08 00:00", "2 d"
        made["programmes"] = {
            "freer": {"kind": "script_change", "script": "0 %", "adoption": "1 s", "cost": "1000 USD"}
        }
    made["levers"] = {"it": {"kind": kind, **LEVERS[kind], **fields}}
    return made


def traces(kind: str, **fields: Any) -> list[Trace]:
    """One trace a replication."""
    return [simulate(ready(story(kind, **fields), replication=each)) for each in REPLICATIONS]


def contacts(trace: Trace, name: str) -> float:
    """Sum of a count of legs."""
    return float(trace.intervals[name].sum())


def mean_wait(trace: Trace, leg: int) -> float:
    """Of those answered."""
    legs = trace.intervals[:, leg]
    return float(legs["wait_answered"].sum() / legs["answered"].sum())


ANSWERS: dict[str, tuple[Callable[[Trace], float], int]] = {
    "call_in": (lambda trace: contacts(trace, "abandoned") + contacts(trace, "blocked"), -1),
    "overtime": (lambda trace: contacts(trace, "abandoned") + contacts(trace, "blocked"), -1),
    "extra_lines": (lambda trace: contacts(trace, "blocked"), -1),
    "login_cap": (lambda trace: contacts(trace, "abandoned") + contacts(trace, "blocked"), -1),
    "priority": (lambda trace: mean_wait(trace, 1), -1),
    "pause_offers": (lambda trace: float(trace.tallies["offers"].sum()), -1),
    "start_programme": (lambda trace: float(trace.intervals["script"][48:].sum()), -1),
}
"""What each kind is for, and in which direction. Both sides share all draws and the seeds are fixed, so nothing is left
to chance: a lever that does nothing gives differences of exactly 0, the others are over 4 standard errors off."""


@pytest.mark.parametrize("kind", LEVERS)
def test_each_kind_moves_its_own_answer(kind: str) -> None:
    measure, sign = ANSWERS[kind]
    pairs = zip(traces(kind, **PULLED), traces(kind), strict=True)
    moved = np.array([measure(pulled) - measure(not_pulled) for pulled, not_pulled in pairs])
    assert (sign * moved > 0).all()
    assert sign * moved.mean() > 4 * moved.std(ddof=1) / np.sqrt(len(moved))


@pytest.mark.parametrize("kind", LEVERS)
def test_a_lever_that_is_never_pulled_changes_no_byte(kind: str) -> None:
    without = story(kind)
    del without["levers"]
    if kind == "start_programme":  # it would start by itself
        del without["programmes"]
    with_lever, plain = simulate(ready(story(kind)), log=True), simulate(ready(without), log=True)
    other = {"lever_use", "levers", "programmes", "events"}
    assert set(differences(with_lever, plain)) <= {
        f"{name}{end}" for name in other for end in ("", ": (1,) and (0,)")
    }


@pytest.mark.parametrize(
    "kind", [pytest.param(kind, marks=[] if kind in QUICK else pytest.mark.slow) for kind in LEVERS]
)
def test_both_clocks_and_a_replay_agree(kind: str) -> None:
    """Pulled and undone by triggers, several times; then as a file says."""
    terms = {
        "when": "queue > 2 for 2 min", "undo_when": "queue < 1 for 2 min", "again_after": "10 min",
        "at_most": 1 if kind == "start_programme" else 5, "lead_time": "3 min", "success": "80 %",
        "price": {"once": "10 USD", "per_hour": "6 USD/h", "per_use": "1 USD"},
    }  # fmt: skip
    prepared = ready(story(kind, **terms))
    compiled, simpy = (simulate(prepared, log=True, clock=clock) for clock in ("compiled", "simpy"))
    assert differences(compiled, simpy) == []
    assert len(compiled.levers) > 0
    assert (compiled.levers["why"] == Why.TRIGGER).all()
    acts = [
        Act(int(row["time"]), 0, LeverAction(row["action"]), int(row["size"]), Why(row["why"]))
        for row in compiled.levers
    ]
    again = LeverFile(Path("levers.csv"), "", {EVERY: acts}, ends_alone=True).with_levers(prepared, 1)
    assert set(differences(compiled, simulate(again, log=True))) <= {"events"}


def test_prices_add_up() -> None:
    """Once, by hours in force and by uses: a contact of the called group."""
    price = {"once": "500 USD", "per_hour": "20 USD/h", "per_use": "1 USD"}
    trace = simulate(ready(story("call_in", **PULLED, until="4 h", price=price)))
    use = trace.lever_use[0]
    assert (use["pulls"], use["held"]) == (1, 4 * HOUR)
    called = trace.agents[trace.agents["group"] == 1]
    assert use["uses"] == called["contacts"].sum() > 0  # those in progress when it is sent home count too
    assert use["spent"] == pytest.approx(500 + 4 * 20 + use["uses"])
    assert trace.levers["time"].tolist() == [2 * HOUR, 6 * HOUR]


def test_overtime_is_paid_as_overtime() -> None:
    trace = simulate(ready(story("overtime", **PULLED)))
    early = trace.agents[:4]
    assert (early["overtime"] > 2.5 * HOUR).all()  # six hours of shift, and three more
    assert (early["overtime"] <= 3.5 * HOUR).all()
    assert trace.lever_use["uses"][0] == 4


def test_a_pull_that_fails_costs_and_does_nothing() -> None:
    price = {"once": "500 USD"}
    failed = simulate(ready(story("call_in", **PULLED, success="0 %", price=price)))
    assert failed.levers["effective"].tolist() == [NEVER]
    assert failed.lever_use[["pulls", "held", "spent"]].tolist() == [(1, 0, 500.0)]
    assert contacts(failed, "answered") == contacts(simulate(ready(story("call_in"))), "answered")


def test_pulls_are_bounded_and_spaced() -> None:
    """A trigger that always holds, undone at once by another: no more pulls than allowed, none too soon."""
    always = {"when": "queue >= 0", "undo_when": "on_duty >= 0", "at_most": 3, "again_after": "30 min"}
    trace = simulate(ready(story("extra_lines", **always)))
    pulls = trace.levers["time"][trace.levers["action"] == LeverAction.PULL]
    assert len(pulls) == 3
    assert (np.diff(pulls) >= 30 * MINUTE).all()


def test_a_size_is_pulled_by_its_name() -> None:
    sizes = {"half": {"lines": 2}, "all": {"lines": 100}}
    small, large = (
        simulate(ready(story("extra_lines", **PULLED, sizes=sizes, size=size))) for size in ("half", "all")
    )
    assert (small.levers["size"][0], large.levers["size"][0]) == (0, 1)
    assert contacts(large, "blocked") < contacts(small, "blocked")


@pytest.mark.parametrize("watched", ["longest_wait > 1 min", "abandoned > 1 % over 1 h", "on_duty(team) < 3"])
def test_triggers_see_what_they_watch(watched: str) -> None:
    trace = simulate(ready(story("extra_lines", when=watched)))
    assert len(trace.levers) == 1 and trace.levers["why"][0] == Why.TRIGGER
    assert trace.levers["time"][0] % MINUTE == 0
    if watched.startswith(
        "on_duty"
    ):  # the late shift is of two; contacts of the early one are finished first
        assert 6 * HOUR <= trace.levers["time"][0] < 6.5 * HOUR


def test_a_playbook_pulls_in_a_size_and_undoes() -> None:
    def watch(live: LiveRun) -> Generator[Any, Any, None]:
        yield live.pause(2 * HOUR)
        live.pull(0, 1)
        assert live.is_held(0)
        yield live.pause(HOUR)
        live.undo(0)
        yield live.pause(HOUR)
        assert not live.is_held(0)

    sizes = {"half": {"lines": 2}, "all": {"lines": 100}}
    prepared = ready(story("extra_lines", sizes=sizes))
    trace = simulate(prepared, clock="simpy", watch=watch)
    assert trace.levers[["time", "action", "size", "why"]].tolist() == [
        (2 * HOUR, LeverAction.PULL, 1, Why.PLAYBOOK),
        (3 * HOUR, LeverAction.UNDO, 1, Why.PLAYBOOK),
    ]
    once = pulled_by_plan(prepared, {0: 2 * HOUR})
    assert simulate(once).levers["size"].tolist() == [0]


def test_without_triggers_nothing_is_looked_at() -> None:
    assert len(ready(story("extra_lines", **PULLED)).plan.triggers) == 0
    assert read(story("extra_lines", when="queue >= 0")).warnings
