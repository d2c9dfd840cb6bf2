"""The end of a talk: what it left behind, and what happens to the need."""

from __future__ import annotations

import math
from typing import Any

from momentsim.compiler.decorators import compiled_apart, compiled_inside
from momentsim.contract.trace import Outcome
from momentsim.draws import Purpose
from momentsim.engine.agents import agents, shifts
from momentsim.engine.contact import (
    attempts,
    emotional_labour,
    episodes,
    knowledge,
    moment_end,
    promises,
    routing,
    selling,
    talk,
    talk_outcome,
    transfers,
)
from momentsim.engine.customers import anger
from momentsim.engine.levers import in_force
from momentsim.engine.order import EventKind
from momentsim.engine.state import contact_log, counters, tables
from momentsim.engine.state.codes import Duty, Fate
from momentsim.engine.state.durations import draw_duration
from momentsim.engine.state.tables import World
from momentsim.engine.state.timers import post

_UNSOLVED = 0
_SOLVED = 1
_DOUBTED = 2
_HANDLE_MEMORY = 0.01


@compiled_inside
def talk_ends(w: World, slot: int, now: int) -> None:
    """The customer hangs up, helped or not, or is passed on; the agent wraps up."""
    case = tables.cases(w, slot)
    agent = case["agent"]
    reason = tables.reasons(w, case["reason"])
    quality = math.nan
    pressure = talk.load_pressure(w)
    labour = emotional_labour.meet_feelings(w, slot, agent, pressure, now)
    if tables.settings(w)["memory_on"]:
        quality = talk.talk_quality(w, slot, agent, pressure, labour)
        episodes.add_episode(w, slot, quality)
    passed_on = case["fate"] == Fate.PASSED_ON
    outcome = _UNSOLVED if passed_on else decide_outcome(w, slot, quality, now)
    resolved = int(outcome == _SOLVED)
    if not passed_on and talk_outcome.is_first_answer(case):
        counters.count_first_answer(w, slot, resolved)
    exchange_feelings(w, slot, agent, now)
    wrap = 0
    wrap_law = reason["escalated_wrap_law"] if case["escalated"] else reason["wrap_law"]
    if wrap_law >= 0:
        occasion = talk_outcome.leg_of(case, case["contacts"])
        wrap = draw_duration(w, wrap_law, 1.0, case["key"], Purpose.WRAP_UP, occasion)
    centre = tables.centre(w)
    centre["mean_handle"] += _HANDLE_MEMORY * (case["talk"] + wrap - centre["mean_handle"])
    case["context_s"] = 0.0
    case["talks"] += 1
    counters.count_answered(w, slot, case["answered"] - case["queued"], resolved, wrap)
    counters.count_encounter(w, slot, labour, quality)
    if tables.sizes(w)["sites"] > 0:
        count_at_home(w, slot, agent)
    contact_log.write_contact(w, slot, outcome_of(case), now, resolved, wrap, quality)
    if counters.counts_as_contact(w, slot) and centre["in_horizon"]:
        count_served(w, agent, quality, now)
    tables.agent_state(w, agent)["case"] = -1
    if passed_on:
        transfers.transfer_contact(w, slot, now)
    else:
        centre["in_system"] -= 1
        if case["fate"] == Fate.DECIDED:
            transfers.spend_goodwill(w, slot, agent)
        if outcome == _DOUBTED:
            knowledge.ask_again(w, slot, now)
        else:
            settle_need(w, slot, resolved, now)
    if wrap > 0:
        agents.change_duty(w, agent, Duty.WRAPPING, now)
        post(w, now + wrap, EventKind.WRAP_UP_ENDS, agent, -1, 0)
    else:
        shifts.free_agent(w, agent, now)


@compiled_inside
def count_served(w: World, agent: int, quality: float, now: int) -> None:
    """Count a contact for its agent, and as a use of the lever that has called the agent in."""
    worker = tables.agent_state(w, agent)
    worker["contacts"] += 1
    if tables.settings(w)["memory_on"]:
        worker["quality"] += quality
    if tables.sizes(w)["levers"] > 0 and worker["called_by"] >= 0:
        in_force.book_use(w, worker["called_by"], 1.0, now)


@compiled_apart
def count_at_home(w: World, slot: int, agent: int) -> None:
    """Count an answered contact whose customer is at home where the agent works."""
    site = tables.groups(w, tables.agent_state(w, agent)["group"])["site"]
    at_home = routing.home_of(w, tables.cases(w, slot)["customer"]) == site
    tables.counts(w, slot)["answered_at_home"] += int(at_home)


@compiled_inside
def outcome_of(case: Any) -> int:
    """How a leg ends in the log whose talk is over."""
    if case["fate"] == Fate.PASSED_ON:
        return Outcome.TRANSFERRED
    return Outcome.CALLED_BACK if case["callback"] else Outcome.ANSWERED


@compiled_inside
def decide_outcome(w: World, slot: int, quality: float, now: int) -> int:
    """Solved or not, or solved in the agent's eyes only; what was offered besides; and how that is remembered."""
    agent = tables.cases(w, slot)["agent"]
    settings = tables.settings(w)
    outcome = talk.draw_solution(w, slot, agent, now)
    if outcome == _SOLVED and settings["knowledge_on"] and knowledge.is_doubted(w, slot, agent):
        outcome = _DOUBTED
    solved = int(outcome == _SOLVED)
    pushed = selling.offer_harm(w, slot, solved, quality, now)
    if settings["memory_on"]:
        outcome_score = tables.effects(w)["outcome_score"]
        if solved:
            episodes.add_episode(w, slot, outcome_score - pushed)
        else:
            episodes.add_failure(w, slot, -outcome_score - pushed)
    return outcome


@compiled_inside
def exchange_feelings(w: World, slot: int, agent: int, now: int) -> None:
    """Anger tires the agent; empathy at stakes calms the customer (E2.7.3, E2.7.4)."""
    case = tables.cases(w, slot)
    if case["customer_row"] < 0 or tables.settings(w)["anger_on"] == 0:
        return
    effects = tables.effects(w)
    anger.cool_anger(w, case["customer_row"], now)
    person = tables.customers(w, case["customer_row"])
    worker = tables.agent_state(w, agent)
    if tables.settings(w)["fatigue_on"]:
        worker["fatigue"] += effects["fatigue_per_anger"] * person["anger"] * (1.0 - worker["fatigue"])
    if tables.settings(w)["emotional_intelligence_on"]:
        empathy = min(max(agents.empathy(w, agent), 0.0), 1.0)
        person["anger"] *= 1.0 - effects["anger_calming"] * empathy * case["stakes"]


@compiled_inside
def settle_need(w: World, slot: int, resolved: int, now: int) -> None:
    """Solved moments end, or wait for what was promised; unsolved ones come back, or are silently lost."""
    if resolved == 0:
        attempts.leave_unsolved(w, slot, now)
    elif promises.is_promise_due(w, slot):
        promises.keep_open(w, slot, now)
    else:
        moment_end.moment_ends(w, slot, now, 1, 0)
