"""Emotional labour: whether an agent feels with the customer of a talk, or puts on a face (MODEL 6, E2.10)."""

from __future__ import annotations

from momentsim.compiler.decorators import compiled_apart, compiled_inside
from momentsim.draws import Purpose, uniform
from momentsim.engine.agents import agents
from momentsim.engine.contact import talk_outcome
from momentsim.engine.customers import anger
from momentsim.engine.state import tables
from momentsim.engine.state.tables import World
from momentsim.rules import encounter


@compiled_inside
def meet_feelings(w: World, slot: int, agent: int, pressure: float, now: int) -> float:
    """The emotional demand of a talk that ends: above 0 where it was met by deep acting, below where on the surface.

    0 where nothing asks for it. What is met on the surface strains the agent by its demand.
    """
    settings = tables.settings(w)
    if settings["emotional_labour_on"] == 0 or (settings["memory_on"] == 0 and settings["burnout_on"] == 0):
        return 0.0
    demand = demand_of(w, slot, now)
    if demand <= 0.0:
        return 0.0
    case = tables.cases(w, slot)
    worker = tables.agent_state(w, agent)
    practice = tables.practices(w, worker["group"])
    occasion = talk_outcome.leg_of(case, case["contacts"])
    draw = uniform(settings["key"], case["key"], Purpose.DEEP_ACTING, occasion)
    leaning = leaning_of(w, agent, practice["autonomy"], pressure)
    is_deep = draw < encounter.logistic(leaning)
    if settings["burnout_on"]:
        worker["strain"] += 0.0 if is_deep else demand
        given = practice["autonomy"] - practice["autonomy_apart"]
        if given != 0.0:
            apart = encounter.logistic(leaning - tables.effects(w)["deep_acting_autonomy"] * given)
            worker["relief"] += demand * (int(is_deep) - int(draw < apart))
    return demand if is_deep else -demand


@compiled_apart
def demand_of(w: World, slot: int, now: int) -> float:
    """How much feeling a talk asks for, 0..1, by what is at stake and by the customer's anger now."""
    case = tables.cases(w, slot)
    felt = 0.0
    if case["customer_row"] >= 0 and tables.settings(w)["anger_on"]:
        anger.cool_anger(w, case["customer_row"], now)
        felt = tables.customers(w, case["customer_row"])["anger"]
    return encounter.emotional_demand(case["stakes"], felt)


@compiled_inside
def leaning_of(w: World, agent: int, autonomy: float, pressure: float) -> float:
    """The agent's leaning to deep acting, logit: by emotional intelligence, autonomy and stress (E2.10.2)."""
    effects = tables.effects(w)
    leaning = effects["deep_acting_base"] + effects["deep_acting_autonomy"] * autonomy
    leaning -= effects["deep_acting_stress"] * encounter.stress(
        pressure, tables.agent_state(w, agent)["fatigue"]
    )
    if tables.settings(w)["emotional_intelligence_on"]:
        leaning += effects["deep_acting_ei"] * agents.empathy(w, agent)
    return float(leaning)
