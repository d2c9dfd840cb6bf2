"""The end of a talk: what it left behind, and what happens to the need."""

from __future__ import annotations

import math

from momentsim.compiled import compiled_inside
from momentsim.draws import Purpose
from momentsim.engine import attempts, books, careers, closing, crew, customers, duties, encounters, tables
from momentsim.engine.order import Kind
from momentsim.engine.records import Duty
from momentsim.engine.tables import World
from momentsim.engine.timers import duration, post
from momentsim.trace import Outcome

_WRAPPING = int(Duty.WRAPPING)
_ANSWERED = int(Outcome.ANSWERED)
_WRAP_UP_ENDS = int(Kind.WRAP_UP_ENDS)
_WRAP_UP = int(Purpose.WRAP_UP)
_RECONNECT = int(Purpose.RECONNECT)
_RECONNECT_DELAY = int(Purpose.RECONNECT_DELAY)
_HANDLE_MEMORY = 0.01


@compiled_inside
def talk_ends(w: World, slot: int, now: int) -> None:
    """The customer hangs up, helped or not; the agent wraps up."""
    case = tables.cases(w, slot)
    agent = case["agent"]
    reason = tables.reasons(w, case["reason"])
    quality = math.nan
    if tables.settings(w)["memory_on"]:
        quality = encounters.quality(w, slot, agent)
        books.add_episode(w, slot, quality)
    resolved = encounters.solves(w, slot, agent, now)
    if tables.settings(w)["memory_on"]:
        outcome_score = tables.effects(w)["outcome_score"]
        books.add_episode(w, slot, outcome_score if resolved else -outcome_score)
    if tables.settings(w)["burnout_on"]:
        careers.strains(w, slot, agent, now)
    felt(w, slot, agent, now)
    wrap = 0
    if reason["wrap_law"] >= 0:
        wrap = duration(w, reason["wrap_law"], 1.0, case["key"], _WRAP_UP, case["contacts"])
    centre = tables.centre(w)
    centre["in_system"] -= 1
    centre["mean_handle"] += _HANDLE_MEMORY * (case["talk"] + wrap - centre["mean_handle"])
    case["context_s"] = 0.0
    books.count_answered(w, slot, case["answered"] - case["queued"], resolved, wrap)
    books.write_contact(w, slot, _ANSWERED, now, resolved, wrap, quality)
    if books.counts_as_contact(w, slot):
        tables.workers(w, agent)["contacts"] += centre["in_horizon"]
    tables.workers(w, agent)["case"] = -1
    after_the_talk(w, slot, resolved, now)
    if wrap > 0:
        crew.change_duty(w, agent, _WRAPPING, now)
        post(w, now + wrap, _WRAP_UP_ENDS, agent, -1, 0)
    else:
        duties.agent_freed(w, agent, now)


@compiled_inside
def felt(w: World, slot: int, agent: int, now: int) -> None:
    """Anger tires the agent; empathy at stakes calms the customer (E2.7.3, E2.7.4)."""
    case = tables.cases(w, slot)
    if case["known"] < 0 or tables.settings(w)["anger_on"] == 0:
        return
    effects = tables.effects(w)
    customers.cool(w, case["known"], now)
    known = tables.known(w, case["known"])
    if tables.settings(w)["fatigue_on"]:
        worker = tables.workers(w, agent)
        worker["fatigue"] += effects["fatigue_per_anger"] * known["anger"] * (1.0 - worker["fatigue"])
    if tables.settings(w)["emotional_intelligence_on"]:
        empathy = min(max(tables.workers(w, agent)["emotional_intelligence"], 0.0), 1.0)
        known["anger"] *= 1.0 - effects["anger_calming"] * empathy * case["stakes"]


@compiled_inside
def after_the_talk(w: World, slot: int, resolved: int, now: int) -> None:
    """Solved moments end; unsolved ones come back, or are silently lost."""
    if resolved:
        closing.moment_ends(w, slot, now, 1, 0)
        return
    case = tables.cases(w, slot)
    reason = tables.reasons(w, case["reason"])
    share = reason["reconnect"]
    law = reason["reconnect_law"]
    if case["crisis"] >= 0 and tables.settings(w)["crisis_multipliers_on"]:
        crisis = tables.crises(w, case["crisis"])
        if crisis["reconnect"] >= 0.0:
            share = crisis["reconnect"]
        if crisis["reconnect_law"] >= 0:
            law = crisis["reconnect_law"]
    if attempts.chance(w, slot, _RECONNECT, case["contacts"]) < share:
        attempts.come_back(
            w, slot, now, duration(w, law, 1.0, case["key"], _RECONNECT_DELAY, case["contacts"])
        )
    else:
        closing.moment_ends(w, slot, now, 0, 0)
