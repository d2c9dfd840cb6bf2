"""Idle agents: in and out of a group's list, in order of time, and of its heap, in order of the policy's key.

Under `longest_idle` a list is enough; policies with a key use the heap. Heart routing uses both: those of the
highest emotional intelligence ("hearts") stand in the heap and in a list of their own, the others in the
group's list. Whoever begins a break or goes home leaves from any place.

Each group has two rows of `crews`: its own, and row `second_row` for those who stand in the heap.
"""

from __future__ import annotations

from momentsim.compiler.decorators import compiled_apart, compiled_inside
from momentsim.contract.plan import AgentChoice
from momentsim.engine.contact import routing
from momentsim.engine.state import tables
from momentsim.engine.state.tables import World


@compiled_inside
def join_idle(w: World, agent: int) -> None:
    """Put an agent among the idle ones of the group, as the one idle for the shortest time."""
    group = tables.workers(w, agent)["group"]
    tables.centre(w)["idle_serial"] += 1
    tables.workers(w, agent)["idle_order"] = tables.centre(w)["idle_serial"]
    tables.crews(w, group)["idle"] += 1
    if tables.settings(w)["agent_choice"] == AgentChoice.LONGEST_IDLE:
        join_list(w, group, agent)
    else:
        join_by_key(w, group, agent)


@compiled_inside
def leave_idle(w: World, agent: int) -> None:
    """Take an agent out of the idle ones."""
    group = tables.workers(w, agent)["group"]
    tables.crews(w, group)["idle"] -= 1
    if tables.settings(w)["agent_choice"] == AgentChoice.LONGEST_IDLE:
        leave_list(w, group, agent)
    else:
        leave_by_key(w, group, agent)


@compiled_apart
def join_by_key(w: World, group: int, agent: int) -> None:
    """Join under a policy with a key, which is set now: into the heap, or (not a heart) into the group's list."""
    is_heart_routing = tables.settings(w)["agent_choice"] == AgentChoice.HEART
    if is_heart_routing and routing.is_heart(w, agent) == 0:
        join_list(w, group, agent)
        return
    second = routing.second_row(w, group)
    tables.workers(w, agent)["choice_key"] = routing.key_of(w, agent)
    tables.crews(w, second)["idle"] += 1
    sift_up(w, tables.groups(w, group)["first_agent"], tables.crews(w, second)["idle"] - 1, agent)
    if is_heart_routing:
        join_list(w, second, agent)


@compiled_apart
def leave_by_key(w: World, group: int, agent: int) -> None:
    """Leave from where the agent joined, whatever has changed about the agent since."""
    if not routing.is_in_heap(w, agent):
        leave_list(w, group, agent)
        return
    second = routing.second_row(w, group)
    tables.crews(w, second)["idle"] -= 1
    leave_heap(w, group, tables.crews(w, second)["idle"], agent)
    if tables.settings(w)["agent_choice"] == AgentChoice.HEART:
        leave_list(w, second, agent)


@compiled_inside
def join_list(w: World, row: int, agent: int) -> None:
    """Put an agent at the end of the list of a row of `crews`."""
    crew = tables.crews(w, row)
    worker = tables.workers(w, agent)
    last = crew["idle_last"]
    worker["idle_before"] = last
    worker["idle_after"] = -1
    crew["idle_last"] = agent
    if last >= 0:
        tables.workers(w, last)["idle_after"] = agent
    else:
        crew["idle_first"] = agent


@compiled_inside
def leave_list(w: World, row: int, agent: int) -> None:
    """Take an agent out of the list of a row of `crews`."""
    crew = tables.crews(w, row)
    worker = tables.workers(w, agent)
    before = worker["idle_before"]
    after = worker["idle_after"]
    if before >= 0:
        tables.workers(w, before)["idle_after"] = after
    else:
        crew["idle_first"] = after
    if after >= 0:
        tables.workers(w, after)["idle_before"] = before
    else:
        crew["idle_last"] = before


@compiled_inside
def sift_up(w: World, base: int, place: int, agent: int) -> None:
    """Settle `agent` in the heap that starts at `base`, from `place` upwards."""
    while place > 0:
        parent = (place - 1) >> 1
        other = tables.idle_heap(w, base + parent)["row"]
        if not routing.goes_first(w, agent, other):
            break
        tables.idle_heap(w, base + place)["row"] = other
        tables.workers(w, other)["place"] = place
        place = parent
    tables.idle_heap(w, base + place)["row"] = agent
    tables.workers(w, agent)["place"] = place


@compiled_inside
def sift_down(w: World, base: int, size: int, place: int) -> None:
    """Settle the agent at `place` of the heap downwards."""
    agent = tables.idle_heap(w, base + place)["row"]
    while True:
        below = 2 * place + 1
        if below >= size:
            break
        other = tables.idle_heap(w, base + below)["row"]
        if below + 1 < size:
            right = tables.idle_heap(w, base + below + 1)["row"]
            if routing.goes_first(w, right, other):
                below += 1
                other = right
        if not routing.goes_first(w, other, agent):
            break
        tables.idle_heap(w, base + place)["row"] = other
        tables.workers(w, other)["place"] = place
        place = below
    tables.idle_heap(w, base + place)["row"] = agent
    tables.workers(w, agent)["place"] = place


@compiled_inside
def leave_heap(w: World, group: int, size: int, agent: int) -> None:
    """Take an agent out of a group's heap, in which `size` others stay."""
    base = tables.groups(w, group)["first_agent"]
    place = tables.workers(w, agent)["place"]
    tables.workers(w, agent)["place"] = -1
    if place == size:
        return
    last = tables.idle_heap(w, base + size)["row"]
    above = tables.idle_heap(w, base + max((place - 1) >> 1, 0))["row"]
    if place > 0 and routing.goes_first(w, last, above):
        sift_up(w, base, place, last)
    else:
        tables.idle_heap(w, base + place)["row"] = last
        sift_down(w, base, size, place)
