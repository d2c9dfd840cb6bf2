"""Idle agents: in and out of a group's list, in order of time, and of its heap, in order of the policy's key.

Under `longest_idle` a list is enough; policies with a key use the heap. Heart routing uses both: those of the
highest emotional intelligence ("hearts") stand in the heap and in a list of their own, the others in the
group's list. Whoever begins a break or goes home leaves from any place.

Each group has two rows of `group_state`: its own, and row `heap_group_row` for those who stand in the heap.
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
    group = tables.agent_state(w, agent)["group"]
    tables.centre(w)["idle_serial"] += 1
    tables.agent_state(w, agent)["idle_order"] = tables.centre(w)["idle_serial"]
    tables.group_state(w, group)["idle"] += 1
    if tables.settings(w)["agent_choice"] == AgentChoice.LONGEST_IDLE:
        join_list(w, group, agent)
    else:
        join_by_key(w, group, agent)


@compiled_inside
def leave_idle(w: World, agent: int) -> None:
    """Take an agent out of the idle ones."""
    group = tables.agent_state(w, agent)["group"]
    tables.group_state(w, group)["idle"] -= 1
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
    second = routing.heap_group_row(w, group)
    tables.agent_state(w, agent)["choice_key"] = routing.key_of(w, agent)
    tables.group_state(w, second)["idle"] += 1
    sift_up(w, tables.groups(w, group)["first_agent"], tables.group_state(w, second)["idle"] - 1, agent)
    if is_heart_routing:
        join_list(w, second, agent)


@compiled_apart
def leave_by_key(w: World, group: int, agent: int) -> None:
    """Leave from where the agent joined, whatever has changed about the agent since."""
    if not routing.is_in_heap(w, agent):
        leave_list(w, group, agent)
        return
    second = routing.heap_group_row(w, group)
    tables.group_state(w, second)["idle"] -= 1
    leave_heap(w, group, tables.group_state(w, second)["idle"], agent)
    if tables.settings(w)["agent_choice"] == AgentChoice.HEART:
        leave_list(w, second, agent)


@compiled_inside
def join_list(w: World, row: int, agent: int) -> None:
    """Put an agent at the end of the list of a row of `group_state`."""
    crew = tables.group_state(w, row)
    worker = tables.agent_state(w, agent)
    last = crew["idle_last"]
    worker["idle_before"] = last
    worker["idle_after"] = -1
    crew["idle_last"] = agent
    if last >= 0:
        tables.agent_state(w, last)["idle_after"] = agent
    else:
        crew["idle_first"] = agent


@compiled_inside
def leave_list(w: World, row: int, agent: int) -> None:
    """Take an agent out of the list of a row of `group_state`."""
    crew = tables.group_state(w, row)
    worker = tables.agent_state(w, agent)
    before = worker["idle_before"]
    after = worker["idle_after"]
    if before >= 0:
        tables.agent_state(w, before)["idle_after"] = after
    else:
        crew["idle_first"] = after
    if after >= 0:
        tables.agent_state(w, after)["idle_before"] = before
    else:
        crew["idle_last"] = before


@compiled_inside
def sift_up(w: World, base: int, position: int, agent: int) -> None:
    """Settle `agent` in the heap that starts at `base`, from `position` upwards."""
    while position > 0:
        parent = (position - 1) >> 1
        other = tables.idle_heap(w, base + parent)["row"]
        if not routing.goes_first(w, agent, other):
            break
        tables.idle_heap(w, base + position)["row"] = other
        tables.agent_state(w, other)["heap_row"] = position
        position = parent
    tables.idle_heap(w, base + position)["row"] = agent
    tables.agent_state(w, agent)["heap_row"] = position


@compiled_inside
def sift_down(w: World, base: int, size: int, position: int) -> None:
    """Settle the agent at `position` of the heap downwards."""
    agent = tables.idle_heap(w, base + position)["row"]
    while True:
        below = 2 * position + 1
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
        tables.idle_heap(w, base + position)["row"] = other
        tables.agent_state(w, other)["heap_row"] = position
        position = below
    tables.idle_heap(w, base + position)["row"] = agent
    tables.agent_state(w, agent)["heap_row"] = position


@compiled_inside
def leave_heap(w: World, group: int, size: int, agent: int) -> None:
    """Take an agent out of a group's heap, in which `size` others stay."""
    base = tables.groups(w, group)["first_agent"]
    position = tables.agent_state(w, agent)["heap_row"]
    tables.agent_state(w, agent)["heap_row"] = -1
    if position == size:
        return
    last = tables.idle_heap(w, base + size)["row"]
    above = tables.idle_heap(w, base + max((position - 1) >> 1, 0))["row"]
    if position > 0 and routing.goes_first(w, last, above):
        sift_up(w, base, position, last)
    else:
        tables.idle_heap(w, base + position)["row"] = last
        sift_down(w, base, size, position)
