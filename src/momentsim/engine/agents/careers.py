"""Agents over weeks and years: strain and burnout, engagement, days missed, exits, hiring and learning.

Strain comes from talks and overload; everything else is settled at midnight, in the groups whose careers the
scenario writes. What is decided at midnight holds for shifts that start in the new
date: whoever works through the night finishes the shift as begun, and a seat filled or left then changes hands
when that shift ends. Groups with heads on duty have no shifts; they change at midnight itself.
"""

from __future__ import annotations

import math

from momentsim.compiler.decorators import compiled_apart, compiled_inside
from momentsim.contract.plan import DAY, MONTH
from momentsim.draws import Purpose, child, exponential, normal, uniform
from momentsim.engine.agents import programmes, shifts, training, wellbeing
from momentsim.engine.state import tables
from momentsim.engine.state.codes import Away
from momentsim.engine.state.tables import World
from momentsim.rules import careers


@compiled_apart
def day_begins(w: World, day: int, now: int) -> None:
    """A date begins: settle the days since, then say who comes today. After the horizon only the latter."""
    ordinal = tables.dates(w, day)["ordinal"]
    if tables.centre(w)["in_horizon"]:
        settle_careers(w, now)
    for group in range(tables.sizes(w)["groups"]):
        about = tables.groups(w, group)
        if about["careers"]:
            for agent in range(about["first_agent"], about["first_agent"] + about["agents"]):
                shifts.due_from(w, agent, presence_on(w, agent, ordinal), now)


@compiled_apart
def settle_careers(w: World, now: int) -> None:
    """Bring the agents of all groups with careers up to now: at midnight and at the horizon's end."""
    for group in range(tables.sizes(w)["groups"]):
        about = tables.groups(w, group)
        if about["careers"]:
            wellbeing.settle_engagement(w, group)
            for agent in range(about["first_agent"], about["first_agent"] + about["agents"]):
                settle_seat(w, agent, now)


@compiled_apart
def horizon_ends(w: World, now: int) -> None:
    """The last days are settled; strain counts no further. Agents' hours are booked already."""
    settle_careers(w, now)
    for agent in range(tables.sizes(w)["agents"]):
        worker = tables.agent_state(w, agent)
        worker["strain_before"] += worker["strain"]


@compiled_apart
def settle_seat(w: World, agent: int, now: int) -> None:
    """The days of one seat since it was last settled: vacant, or its agent wears out, learns, perhaps leaves."""
    worker = tables.agent_state(w, agent)
    before = worker["lived"]
    worker["lived"] = now
    if worker["filled_from"] >= 0:
        worker["vacant"] += max(now - max(before, tables.settings(w)["warm_up"]), 0)
        if now >= worker["filled_from"]:
            hire_novice(w, agent, now)
        return
    wellbeing.wear_out(w, agent, (now - before) / DAY)
    if leave(w, agent, before, now):
        worker["exits"] += 1
        worker["incumbent"] += 1
        worker["filled_from"] = now + tables.groups(w, tables.agent_state(w, agent)["group"])["hiring_lag"]
        if worker["filled_from"] <= now:
            hire_novice(w, agent, now)
    else:
        learn(w, agent, now)


@compiled_inside
def leave(w: World, agent: int, before: int, now: int) -> bool:
    """Whether the agent's integrated hazard of quitting has passed the threshold drawn (E2.11.3)."""
    group = tables.agent_state(w, agent)["group"]
    hazard = tables.groups(w, group)["exit_hazard"]
    if hazard <= 0.0:
        return False
    worker = tables.agent_state(w, agent)
    effects = tables.effects(w)
    practice = tables.practices(w, group)
    exposure = careers.exit_exposure(
        (before - worker["joined"]) / MONTH,
        (now - worker["joined"]) / MONTH,
        effects["exit_factor_first"],
        effects["exit_factor_year"],
        effects["exit_factor_later"],
    )
    factor = careers.exit_factor(
        wellbeing.burnout_apart(w, agent),
        practice["engagement_apart"],
        effects["burnout_exit"],
        effects["engagement_exit"],
    )
    worker["exit_hazard"] += hazard * exposure * factor * practice["exit_factor"]
    owner = child(tables.agents(w, agent)["key"], worker["incumbent"])
    return bool(worker["exit_hazard"] >= exponential(tables.settings(w)["key"], owner, Purpose.EXIT, 0))


@compiled_apart
def hire_novice(w: World, agent: int, now: int) -> None:
    """A novice takes the seat: a person drawn from the group's distributions, fresh, without experience."""
    worker = tables.agent_state(w, agent)
    group = tables.agent_state(w, agent)["group"]
    about = tables.groups(w, group)
    key = tables.settings(w)["key"]
    owner = child(tables.agents(w, agent)["key"], worker["incumbent"])
    worker["filled_from"] = -1
    worker["joined"] = now
    empathy = about["empathy_mean"] + about["empathy_sd"] * normal(key, owner, Purpose.AGENT_EMPATHY, 0)
    worker["emotional_intelligence"] = empathy + tables.practices(w, group)["hire_empathy"]
    programmes.count_hire(w, group, now)
    worker["skill"] = about["skill_mean"] + about["skill_sd"] * normal(key, owner, Purpose.AGENT_SKILL, 0)
    spread = about["speed_sd"]
    worker["own_pace"] = math.exp(spread * normal(key, owner, Purpose.AGENT_SPEED, 0) - 0.5 * spread * spread)
    worker["pace"] = worker["own_pace"]
    worker["fatigue"] = 0.0
    worker["strain_before"] += worker["strain"]
    worker["strain"] = 0.0
    worker["worked"] = 0.0
    worker["relief"] = 0.0
    worker["wear"] = 0.0
    worker["spared"] = 0.0
    worker["burnout"] = 0.0
    worker["exit_hazard"] = 0.0
    spread = about["knowledge_sd"]
    worker["knowledge"] = spread * normal(key, owner, Purpose.AGENT_KNOWLEDGE, 0)
    training.clear_courses(w, agent)
    learn(w, agent, now)


@compiled_inside
def learn(w: World, agent: int, now: int) -> None:
    """Pace and what is lacking for solving, by tenure on the group's learning curve (E2.11.6)."""
    if tables.settings(w)["learning_on"] == 0:
        return
    worker = tables.agent_state(w, agent)
    practice = tables.practices(w, tables.agent_state(w, agent)["group"])
    tenure = (now - worker["joined"]) / MONTH
    worker["inexperience"] = careers.inexperience(tenure, practice["learning_tau_months"])
    worker["pace"] = worker["own_pace"] * careers.learning_pace(
        worker["inexperience"], practice["learning_gap"]
    )


@compiled_inside
def presence_on(w: World, agent: int, ordinal: int) -> int:
    """Whether an agent comes on a date: not if the seat is vacant, nor on a day missed.

    The draw is the one that rosters without careers use, and the probability rises with burnout: who misses the
    day at usual burnout misses it at any higher one (E2.11.1).
    """
    worker = tables.agent_state(w, agent)
    if worker["filled_from"] >= 0:
        return Away.VACANT
    seat = tables.agents(w, agent)
    effects = tables.effects(w)
    odds = math.exp(effects["burnout_absence"] * wellbeing.burnout_apart(w, agent))
    odds *= tables.practices(w, seat["group"])["absence_odds"]
    share = careers.absence_probability(tables.groups(w, seat["group"])["absence"], odds)
    if share > 0.0 and uniform(tables.settings(w)["key"], seat["key"], Purpose.ABSENCE, ordinal) < share:
        return Away.ABSENT
    return Away.PRESENT
