"""The encounter: how long it takes, how well it goes, whether it solves the need."""

from __future__ import annotations

import math

import numpy as np

from momentsim.compiler.decorators import compiled_apart, compiled_inside
from momentsim.contract.plan import MINUTE, SECOND, LeverKind
from momentsim.draws import Purpose, normal_quantile, uniform
from momentsim.engine.agents import agents
from momentsim.engine.contact import incentives, knowledge, routing, talk_outcome
from momentsim.engine.levers.in_force import strength_in_force
from momentsim.engine.state import tables
from momentsim.engine.state.codes import Fate
from momentsim.engine.state.durations import quantile
from momentsim.engine.state.tables import World
from momentsim.rules import encounter, experience, workload
from momentsim.rules.durations import whole


@compiled_inside
def draw_complexity(w: World, reason: int, key: np.uint64) -> float:
    """How hard a moment is: normal with the reason's spread, 0 on average."""
    spread = tables.reasons(w, reason)["complexity_sd"]
    if spread <= 0.0:
        return 0.0
    return float(spread * normal_quantile(uniform(tables.settings(w)["key"], key, Purpose.COMPLEXITY, 0)))


@compiled_inside
def blackout_in_force(w: World, crisis: int, now: int) -> int:
    """Row of the blackout that covers a crisis moment now, -1 for none; blackouts are few."""
    if crisis < 0 or tables.settings(w)["crisis_multipliers_on"] == 0:
        return -1
    for row in range(tables.sizes(w)["blackouts"]):
        blackout = tables.blackouts(w, row)
        if blackout["crisis"] == crisis and blackout["start"] <= now < blackout["end"]:
            return row
    return -1


@compiled_inside
def as_instructed(w: World, slot: int, agent: int, factor: float) -> float:
    """A factor of a blackout after what instructions to the front line take of it: 1 with all that can be said."""
    case = tables.cases(w, slot)
    group = tables.agent_state(w, agent)["group"]
    told = strength_in_force(w, LeverKind.ONE_VOICE, case["crisis"], case["reason"], group)
    return factor if told == 0.0 else 1.0 + (1.0 - told) * (factor - 1.0)


@compiled_apart
def factor_of_group(w: World, group: int, queue: int) -> float:
    """How much longer a group talks to those of a queue than a usual one; the queues that it serves are few."""
    crew = tables.group_state(w, group)
    for row in range(crew["first_queue"], crew["last_queue"]):
        serves = tables.serves_by_group(w, row)
        if serves["queue"] == queue:
            return float(serves["talk_factor"])
    return 1.0


@compiled_inside
def talk_time(w: World, slot: int, agent: int, now: int) -> int:
    """Talk time, microseconds: the law x complexity, pace, haste, script, load, fatigue, anger, blackout; context.

    And the group's factor for the queue; and that with which the mean of the reference operation is that of the law.
    """
    case = tables.cases(w, slot)
    reason = tables.reasons(w, case["reason"])
    settings = tables.settings(w)
    effects = tables.effects(w)
    worker = tables.agent_state(w, agent)
    practice = tables.practices(w, tables.agent_state(w, agent)["group"])
    factor = worker["pace"] * worker["training_pace"] * practice["pace_factor"] * reason["talk_factor"]
    if settings["has_talk_factors"]:
        factor *= factor_of_group(w, worker["group"], case["queue"])
    if settings["incentives_on"]:
        factor *= incentives.pace(w, practice)
    if settings["scripting_on"]:
        usual = tables.groups(w, worker["group"])["usual_script"]
        factor *= encounter.script_pace(practice["script"], usual, case["stakes"], effects["script_speed"])
    if case["complexity"] != 0.0:
        per_sd = effects["complexity_handling"]
        spread = per_sd * reason["complexity_sd"]
        factor *= math.exp(per_sd * case["complexity"] - 0.5 * spread * spread)
    if settings["load_on"]:
        over = max(worker["occupancy"] - effects["occupancy_threshold"], 0.0)
        gain = settings["load_sign"] * effects["load_gain"]
        factor /= workload.load_speed(
            agents.workload(w),
            over,
            gain,
            effects["load_centre"],
            effects["load_steepness"],
            effects["overwork_slowing"],
        )
    if settings["fatigue_on"]:
        factor *= 1.0 + effects["fatigue_slowing"] * worker["fatigue"]
    if settings["anger_on"] and case["customer_row"] >= 0:
        factor *= 1.0 + effects["anger_handling"] * tables.customers(w, case["customer_row"])["anger"]
    blackout = blackout_in_force(w, case["crisis"], now)
    if blackout >= 0:
        factor *= as_instructed(w, slot, agent, tables.blackouts(w, blackout)["handling_factor"])
    occasion = talk_outcome.leg_of(case, case["contacts"])
    law = reason["escalated_talk_law"] if case["escalated"] else reason["talk_law"]
    drawn = quantile(w, law, uniform(settings["key"], case["key"], Purpose.TALK, occasion))
    tables.counts(w, slot)["talk_luck"] += factor * (drawn - tables.laws(w, law)["mean"])
    added_s = case["context_s"]
    if case["announced"] > 0:
        added_s += longer_when_told_s(w, slot)
    return whole(max(factor * drawn + added_s * SECOND, 0.0))


@compiled_inside
def longer_when_told_s(w: World, slot: int) -> float:
    """Seconds by which the talk that begins now lasts longer, since the wait was longer than told (E2.5.1)."""
    case = tables.cases(w, slot)
    if case["announced"] <= 0:
        return 0.0
    over = (case["answered"] - case["queued"]) / MINUTE - case["announced"]
    effects = tables.effects(w)
    return experience.talk_when_told(over, effects["told_talk_s"], effects["told_talk_most_min"])


@compiled_inside
def load_pressure(w: World) -> float:
    """Pressure of the load on everybody, 0..1 (E2.6.8)."""
    if tables.settings(w)["load_on"] == 0:
        return 0.0
    return workload.pressure(agents.workload(w), tables.effects(w)["occupancy_threshold"])


@compiled_inside
def talk_quality(w: World, slot: int, agent: int, pressure: float, labour: float) -> float:
    """Latent quality of an encounter in SD (MODEL 6).

    Skill, knowledge, team, incentives, empathy at stakes, emotional labour (see `meet_feelings`), script, match,
    fatigue, pressure, noise.
    """
    case = tables.cases(w, slot)
    worker = tables.agent_state(w, agent)
    practice = tables.practices(w, worker["group"])
    settings = tables.settings(w)
    effects = tables.effects(w)
    occasion = talk_outcome.leg_of(case, case["contacts"])
    luck = normal_quantile(uniform(settings["key"], case["key"], Purpose.QUALITY, occasion))
    performance = worker["skill"] + effects["quality_noise"] * luck
    performance += tables.agents(w, agent)["team_quality"] + practice["quality_shift"]
    if settings["knowledge_on"]:
        performance += effects["knowledge_quality"] * knowledge.knowledge_beyond_instructions(w, slot, agent)
    if settings["incentives_on"]:
        performance += incentives.quality(w, practice)
    performance -= effects["pressure_quality"] * pressure
    performance += quality_by_heart(w, slot, agent, pressure)
    if labour != 0.0:
        performance += encounter.labour_effect(
            labour,
            encounter.logistic(effects["deep_acting_base"]),
            effects["deep_acting_gain"],
            effects["surface_acting_harm"],
        )
    if settings["fatigue_on"]:
        performance -= effects["fatigue_quality"] * worker["fatigue"]
    if settings["matching_on"] and settings["has_matches"]:
        strength = routing.strength_of_match(w, worker["group"], case["segment"])
        performance += effects["matched_quality"] * strength
    return float(performance)


@compiled_inside
def quality_by_heart(w: World, slot: int, agent: int, pressure: float) -> float:
    """Quality by what the agent feels and may say: emotional intelligence with freedom, less what the script costs."""
    settings = tables.settings(w)
    effects = tables.effects(w)
    worker = tables.agent_state(w, agent)
    practice = tables.practices(w, worker["group"])
    stakes = tables.cases(w, slot)["stakes"]
    gained = 0.0
    if settings["scripting_on"]:
        gained -= effects["script_at_stakes"] * practice["script"] * stakes
    if settings["emotional_intelligence_on"]:
        freedom = (1.0 - practice["script"]) * practice["autonomy"] * (1.0 - pressure)
        empathy = agents.empathy(w, agent)
        gained += encounter.empathy_effect(
            empathy, stakes, effects["ei_at_stakes"], effects["ei_at_routine"], freedom
        )
        gained += effects["ei_with_skill"] * empathy * worker["skill"]
    return float(gained)


@compiled_inside
def draw_solution(w: World, slot: int, agent: int, now: int) -> int:
    """1 when this contact solves the need: base on the logit scale, then crisis and blackout factors."""
    case = tables.cases(w, slot)
    if case["fate"] == Fate.CUT_SHORT:
        return 0
    reason = tables.reasons(w, case["reason"])
    base = reason["resolution"]
    if base >= 1.0 and case["crisis"] < 0:  # no shift changes that, so the agent's row need not be waited for
        return 1
    effects = tables.effects(w)
    practice = tables.practices(w, tables.agent_state(w, agent)["group"])
    shift = (
        reason["resolution_shift"] + effects["resolution_per_skill"] * tables.agent_state(w, agent)["skill"]
    )
    shift -= effects["resolution_per_complexity"] * case["complexity"]
    shift += practice["resolution_shift"]
    if tables.settings(w)["knowledge_on"]:
        shift += effects["resolution_per_knowledge"] * knowledge.knowledge_beyond_instructions(w, slot, agent)
    if tables.settings(w)["incentives_on"]:
        shift += incentives.resolution(w, practice)
    shift -= effects["novice_resolution"] * tables.agent_state(w, agent)["inexperience"]
    factor = 1.0
    if case["crisis"] >= 0 and tables.settings(w)["crisis_multipliers_on"]:
        factor = tables.crises(w, case["crisis"])["resolution_factor"]
        blackout = blackout_in_force(w, case["crisis"], now)
        if blackout >= 0:
            factor *= as_instructed(w, slot, agent, tables.blackouts(w, blackout)["resolution_factor"])
    share = workload.solution_probability(base, shift, factor)
    if share >= 1.0:
        return 1
    occasion = talk_outcome.leg_of(case, case["contacts"])
    solved = int(uniform(tables.settings(w)["key"], case["key"], Purpose.RESOLUTION, occasion) < share)
    if talk_outcome.is_first_answer(case):
        tables.counts(w, slot)["solved_luck"] += solved - share
    return solved
