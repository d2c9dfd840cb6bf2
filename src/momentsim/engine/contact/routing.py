"""Which idle agent takes a contact: the policies, each a small function, and the preferences between groups.

Keys are set when an agent becomes idle: who is idle over midnight keeps the key of the day before until the
next contact.
"""

from __future__ import annotations

import math

from momentsim.compiler.decorators import compiled, compiled_apart, compiled_inside
from momentsim.contract.plan import HOUR, AgentChoice
from momentsim.draws import Purpose, uniform
from momentsim.engine.agents import agents
from momentsim.engine.state import tables
from momentsim.engine.state.tables import World
from momentsim.rules.sites import place_of


@compiled_inside
def by_emotional_intelligence(w: World, agent: int) -> float:
    """Key of `highest_emotional_intelligence`, and of hearts; the lowest key goes first."""
    return -agents.empathy(w, agent)


@compiled_inside
def by_skill(w: World, agent: int) -> float:
    """Key of `most_skilled`."""
    return float(-tables.agent_state(w, agent)["skill"])


@compiled_inside
def by_occupancy(w: World, agent: int) -> float:
    """Key of `least_occupied`; the agent has just become idle."""
    worker = tables.agent_state(w, agent)
    return occupancy_key(worker["occupancy"], worker["since"] / HOUR, tables.effects(w)["load_memory_h"])


@compiled_inside
def key_of(w: World, agent: int) -> float:
    """The policy's key of an agent who becomes idle."""
    choice = tables.settings(w)["agent_choice"]
    if choice == AgentChoice.MOST_SKILLED:
        return by_skill(w, agent)
    if choice == AgentChoice.LEAST_OCCUPIED:
        return by_occupancy(w, agent)
    return by_emotional_intelligence(w, agent)


@compiled_inside
def goes_first(w: World, one: int, other: int) -> bool:
    """Whether one agent of the heaps goes before another: the lower key, then the lower number."""
    key = tables.agent_state(w, one)["choice_key"]
    other_key = tables.agent_state(w, other)["choice_key"]
    return bool(key < other_key or (key == other_key and one < other))


@compiled_inside
def is_in_heap(w: World, agent: int) -> bool:
    """Whether an idle agent stands in a heap; under heart routing that is to be a heart."""
    return bool(tables.agent_state(w, agent)["heap_row"] >= 0)


@compiled_inside
def is_heart(w: World, agent: int) -> int:
    """1 for an agent whom heart routing keeps for moments of truth, else 0.

    What training adds does not count here, or training everybody would make hearts of everybody.
    """
    settings = tables.settings(w)
    empathy = tables.agent_state(w, agent)["emotional_intelligence"]
    return int(settings["agent_choice"] == AgentChoice.HEART and empathy >= settings["heart_above"])


@compiled_inside
def heap_group_row(w: World, group: int) -> int:
    """Row of `group_state` for those of a group who stand in its heap."""
    return int(tables.sizes(w)["groups"] + group)


@compiled_inside
def agent_for(w: World, slot: int, waited: int) -> int:
    """The idle agent who takes a contact that has waited so long, -1 for none.

    Groups are looked through, never agents: the first of each group's idle ones stands for it.
    """
    settings = tables.settings(w)
    plain = settings["has_matches"] == 0 and tables.sizes(w)["sites"] == 0
    if plain and settings["agent_choice"] == AgentChoice.LONGEST_IDLE:
        return longest_idle(w, tables.cases(w, slot)["queue"], waited)
    return preferred_agent(w, slot, waited)


@compiled_inside
def longest_idle(w: World, queue: int, waited: int) -> int:
    """Of all groups that serve a queue, those of the lowest turn: the agent idle longest, -1 for none."""
    best = -1
    best_turn = 0
    best_order = 0
    line = tables.lines(w, queue)
    for row in range(line["first_server"], line["last_server"]):
        serves = tables.serves_by_queue(w, row)
        if serves["after"] > waited:
            break
        those = tables.group_state(w, serves["group"])
        if those["idle"] > 0:
            agent = those["idle_first"]
            order = tables.agent_state(w, agent)["idle_order"]
            turn = serves["turn"]
            if best < 0 or turn < best_turn or (turn == best_turn and order < best_order):
                best = agent
                best_turn = turn
                best_order = order
    return int(best)


_MORE_THAN_TURNS = 1 << 20  # no group has as many queues


@compiled_apart
def preferred_agent(w: World, slot: int, waited: int) -> int:
    """The same under any policy: the home site first, then groups that match the segment, suited agents, turns.

    Of agents liked alike the policy has the choice.
    """
    best = -1
    best_liking = 0
    case = tables.cases(w, slot)
    home = site_wanted(w, slot)
    line = tables.lines(w, case["queue"])
    for row in range(line["first_server"], line["last_server"]):
        serves = tables.serves_by_queue(w, row)
        if serves["after"] > waited:
            break
        group = serves["group"]
        if tables.group_state(w, group)["idle"] == 0:
            continue
        agent = front_of(w, group, case["stakes_detected"])
        liking = 2 * int(strength_of_match(w, group, case["segment"]) > 0.0)
        liking += suits(w, agent, case["stakes_detected"])
        if home >= 0 and tables.groups(w, group)["site"] == home:
            liking += 4
        liking = liking * _MORE_THAN_TURNS - serves["turn"]
        better = best < 0 or liking > best_liking
        if better or (liking == best_liking and is_before(w, agent, best, case["stakes_detected"])):
            best = agent
            best_liking = liking
    return best


@compiled_inside
def site_wanted(w: World, slot: int) -> int:
    """The home site of a caller whose attempt goes there first; -1 for others."""
    if tables.sizes(w)["sites"] == 0:
        return -1
    case = tables.cases(w, slot)
    draw = uniform(tables.settings(w)["key"], case["key"], Purpose.HOME_SITE, case["attempt"])
    return home_of(w, case["customer"]) if draw < tables.settings(w)["home_sites"] else -1


@compiled_inside
def home_of(w: World, customer: int) -> int:
    """Row of the site at which a customer is at home."""
    place = place_of(customer)
    site = 0
    while site < tables.sizes(w)["sites"] - 1 and place >= tables.sites(w, site)["until"]:
        site += 1
    return site


@compiled_inside
def front_of(w: World, group: int, detected: int) -> int:
    """The agent who stands for a group with idle ones."""
    choice = tables.settings(w)["agent_choice"]
    if choice == AgentChoice.LONGEST_IDLE:
        return int(tables.group_state(w, group)["idle_first"])
    if choice == AgentChoice.HEART:
        return heart_or_other(w, group, detected)
    return int(tables.idle_heap(w, tables.groups(w, group)["first_agent"])["row"])


@compiled_inside
def heart_or_other(w: World, group: int, detected: int) -> int:
    """Heart routing: a detected moment of truth goes to the heart of the highest emotional intelligence.

    Everything else goes to the one idle longest of the others, so that hearts stay free as long as there are
    others; and without a heart a moment of truth goes there too, rather than wait.
    """
    hearts = tables.group_state(w, heap_group_row(w, group))
    others = tables.group_state(w, group)["idle"] - hearts["idle"]
    if hearts["idle"] > 0 and detected:
        return int(tables.idle_heap(w, tables.groups(w, group)["first_agent"])["row"])
    if others == 0:
        return int(hearts["idle_first"])
    return int(tables.group_state(w, group)["idle_first"])


@compiled_inside
def suits(w: World, agent: int, detected: int) -> int:
    """1 where heart routing wants this agent for such a contact: a heart for a moment of truth, else another."""
    is_heart_routing = tables.settings(w)["agent_choice"] == AgentChoice.HEART
    return int(is_heart_routing and int(is_in_heap(w, agent)) == detected)


@compiled_inside
def is_before(w: World, one: int, other: int, detected: int) -> bool:
    """Whether one agent goes before another equally liked: by key where the heap orders, else idle longest."""
    by_key = tables.settings(w)["agent_choice"] != AgentChoice.HEART or detected
    if by_key and is_in_heap(w, one) and is_in_heap(w, other):
        return goes_first(w, one, other)
    return bool(tables.agent_state(w, one)["idle_order"] < tables.agent_state(w, other)["idle_order"])


@compiled_inside
def strength_of_match(w: World, group: int, segment: int) -> float:
    """How far a group is matched to a segment today: 0..1, 0 where it is not."""
    if tables.settings(w)["has_matches"] == 0 or tables.match(w, group, segment)["value"] == 0:
        return 0.0
    return float(tables.practices(w, group)["matching"])


_NEVER_BUSY = 1e-300


@compiled
def occupancy_key(occupancy: float, hours: float, memory_h: float) -> float:
    """Key that orders idle agents by their occupancy at any later time, lowest first.

    While idle an average a fades as a * exp(-t / memory), for all alike; so ln a + (time of joining) / memory,
    set once, orders them for ever. `occupancy` is the moving average 0..1 at joining, `hours` that time.
    """
    return math.log(max(occupancy, _NEVER_BUSY)) + hours / memory_h
