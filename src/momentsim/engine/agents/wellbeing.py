"""How agents fare: fatigue within hours, strain and burnout over weeks, engagement by how they are led."""

from __future__ import annotations

import math

from momentsim.compiler.decorators import compiled_apart, compiled_inside
from momentsim.contract.plan import HOUR, MINUTE
from momentsim.engine.state import tables
from momentsim.engine.state.codes import Duty
from momentsim.engine.state.tables import World
from momentsim.rules import careers
from momentsim.rules.workload import clip, moving_average, towards_one


@compiled_apart
def tire_agent(w: World, agent: int, duty: int, spent: int) -> None:
    """Move an agent's occupancy and fatigue over a stretch in one duty, and count strain (E2.7.4, E2.10.4)."""
    worker = tables.agent_state(w, agent)
    effects = tables.effects(w)
    hours = spent / HOUR
    if duty == Duty.TALKING or duty == Duty.WRAPPING:
        worker["worked"] += hours
        worker["occupancy"] = moving_average(worker["occupancy"], 1.0, hours, effects["load_memory_h"])
        over = worker["occupancy"] - effects["occupancy_threshold"]
        if over > 0.0:
            worker["strain"] += effects["strain_per_overload_hour"] * over * hours
            if tables.settings(w)["fatigue_on"]:
                grown = effects["fatigue_per_occupancy_hour"] * over * hours
                worker["fatigue"] = towards_one(worker["fatigue"], grown)
        return
    worker["occupancy"] = moving_average(worker["occupancy"], 0.0, hours, effects["load_memory_h"])
    if duty == Duty.OFFLINE or duty == Duty.AT_THE_DOOR:
        worker["fatigue"] *= math.exp(-hours)
    else:
        worker["worked"] += hours * int(duty == Duty.IDLE)
        rest = effects["fatigue_recovery_per_minute"] * (spent / MINUTE)
        worker["fatigue"] = clip(worker["fatigue"] - rest, 0.0, 1.0)


@compiled_inside
def settle_engagement(w: World, group: int) -> None:
    """Engagement of a group in SD, from how it is led; 0 where everything is as usual (E2.10.3, E2.12.6)."""
    practice = tables.practices(w, group)
    about = tables.groups(w, group)
    effects = tables.effects(w)
    practice["engagement"] = practice["engagement_apart"] = 0.0
    if tables.settings(w)["engagement_on"] == 0:
        return
    on_time = practice["handling_time_weight"] - about["usual_handling_time_weight"]
    on_voice = practice["customer_voice_weight"] - about["usual_customer_voice_weight"]
    level = practice["engagement_shift"]
    level -= effects["engagement_handling_time"] * on_time
    level += effects["engagement_customer_voice"] * on_voice
    level -= effects["engagement_incentive_gap"] * practice["incentive_gap"]
    bound = effects["wellbeing_bound"]
    freed = effects["engagement_autonomy"] * (practice["autonomy"] - about["usual_autonomy"])
    apart = effects["engagement_autonomy"] * (practice["autonomy_apart"] - about["usual_autonomy"])
    practice["engagement"] = careers.keep_within(level + freed, bound)
    practice["engagement_apart"] = careers.keep_within(level + apart, bound)


@compiled_inside
def wear_out(w: World, agent: int, days: float) -> None:
    """Burnout fades, and grows by the strain of these days beyond the usual one of the hours worked (E2.10.1).

    The usual strain was measured under the reference operation, so that there burnout stays 0 on average.
    """
    worker = tables.agent_state(w, agent)
    effects = tables.effects(w)
    settings = tables.settings(w)
    if settings["burnout_on"] and settings["score_only"] == 0:
        usual = tables.groups(w, tables.agent_state(w, agent)["group"])["usual_strain"] * worker["worked"]
        growth = effects["burnout_per_surface_act"] * (worker["strain"] - usual)
        worker["wear"] = careers.wear_after(worker["wear"], growth, effects["burnout_recovery"], days)
        worker["burnout"] = careers.keep_within(worker["wear"], effects["wellbeing_bound"])
        relief = effects["burnout_per_surface_act"] * worker["relief"]
        worker["spared"] = careers.wear_after(worker["spared"], relief, effects["burnout_recovery"], days)
    worker["strain_before"] += worker["strain"]
    worker["strain"] = 0.0
    worker["relief"] = 0.0
    worker["worked"] = 0.0


@compiled_inside
def burnout_apart(w: World, agent: int) -> float:
    """Burnout without what the autonomy of a bundle has spared: that is in the bundle's published totals already."""
    worker = tables.agent_state(w, agent)
    if worker["spared"] == 0.0:
        return float(worker["burnout"])
    return careers.keep_within(worker["wear"] + worker["spared"], tables.effects(w)["wellbeing_bound"])
