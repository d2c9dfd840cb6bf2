"""How a talk will end, decided when it begins: by the agent alone, cut short, or by a colleague who may decide."""

from __future__ import annotations

from typing import Any

from momentsim.compiler.decorators import compiled_apart, compiled_inside
from momentsim.contract.plan import SECOND, LeverKind
from momentsim.draws import Purpose, uniform
from momentsim.engine.contact import incentives
from momentsim.engine.levers.in_force import lever_in_force
from momentsim.engine.state import tables
from momentsim.engine.state.codes import Fate
from momentsim.engine.state.tables import World
from momentsim.rules import workplace

_AFTER_ESCALATION = 1 << 20
"""Occasions of draws after an escalation, far beyond any number of contacts."""


@compiled_inside
def leg_of(case: Any, number: int) -> int:
    """Occasion of a draw for this talk or wait: `number` of the contact or attempt, set apart once it is passed on."""
    return int(number) + int(case["escalated"]) * _AFTER_ESCALATION


@compiled_inside
def is_first_answer(case: Any) -> bool:
    """Whether the talk in progress belongs to the first attempt of its moment that met an agent, passed on or not."""
    return bool(case["talks"] == case["escalated"])


@compiled_inside
def decide_fate(w: World, slot: int, agent: int) -> int:
    """How this talk will end."""
    case = tables.cases(w, slot)
    practice = tables.practices(w, tables.agent_state(w, agent)["group"])
    if tables.settings(w)["incentives_on"]:
        share = incentives.cutting_probability(w, practice)
        if share > 0.0 and draw_gaming(w, slot) < share:
            return Fate.CUT_SHORT
    if tables.reasons(w, case["reason"])["beyond_authority"] > 0.0 and case["escalated"] == 0:
        return who_decides(w, slot, authority_of(w, slot, agent))
    return Fate.RUNS


@compiled_inside
def authority_of(w: World, slot: int, agent: int) -> float:
    """Money that an agent may spend on this need: the group's limit, and what a lever adds to it."""
    case = tables.cases(w, slot)
    group = tables.agent_state(w, agent)["group"]
    limit = tables.practices(w, group)["authority"]
    lever = lever_in_force(w, LeverKind.GOODWILL_AUTHORITY, case["crisis"], case["reason"], group)
    if lever >= 0:
        limit += tables.lever_sizes(w, tables.pulled(w, lever)["row"])["amount"]
    return float(limit)


@compiled_apart
def who_decides(w: World, slot: int, limit: float) -> int:
    """Whether the need asks for a decision, and then whether it lies within the agent's limit (E2.12.7).

    Both belong to the need: it asks for the same decision whoever answers and however often.
    """
    case = tables.cases(w, slot)
    key = tables.settings(w)["key"]
    share = tables.reasons(w, case["reason"])["beyond_authority"]
    if uniform(key, case["key"], Purpose.AUTHORITY, 0) >= share:
        return Fate.RUNS
    beyond = workplace.escalation_probability(limit, tables.effects(w)["authority_scale"])
    return Fate.PASSED_ON if uniform(key, case["key"], Purpose.AUTHORITY, 1) < beyond else Fate.DECIDED


@compiled_inside
def draw_gaming(w: World, slot: int) -> float:
    """The draw that decides whether a talk is cut short."""
    case = tables.cases(w, slot)
    return uniform(tables.settings(w)["key"], case["key"], Purpose.GAMING, leg_of(case, case["contacts"]))


@compiled_inside
def talk_length(w: World, slot: int, agent: int, talk: int) -> int:
    """Length of a talk of this fate: cut short at a uniform point of it, longer by a handover, else unchanged."""
    fate = tables.cases(w, slot)["fate"]
    if fate == Fate.PASSED_ON:
        return int(talk + tables.effects(w)["handover_s"] * SECOND)
    if fate == Fate.CUT_SHORT:
        share = incentives.cutting_probability(w, tables.practices(w, tables.agent_state(w, agent)["group"]))
        return int(talk * (draw_gaming(w, slot) / share))
    return talk
