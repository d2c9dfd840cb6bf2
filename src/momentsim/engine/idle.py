"""Idle agents: who of them takes the next contact.

The one idle longest is the first of a list; the one of the highest emotional intelligence the top of a heap.
Whoever begins a break or goes home leaves from any place of either.
"""

from __future__ import annotations

from momentsim.compiled import compiled_apart, compiled_inside
from momentsim.engine import tables
from momentsim.engine.tables import World
from momentsim.plan import AgentChoice

_HIGHEST = int(AgentChoice.HIGHEST_EMOTIONAL_INTELLIGENCE)


@compiled_inside
def by_rank(w: World) -> bool:
    """Whether idle agents are chosen by their rank, not by the time they have been idle."""
    return bool(tables.settings(w)["agent_choice"] == _HIGHEST)


@compiled_inside
def rank(w: World, agent: int) -> int:
    """Rank by emotional intelligence, 0 the highest."""
    return int(tables.workers(w, agent)["choice_rank"])


@compiled_inside
def join_idle(w: World, agent: int) -> None:
    """Put an agent among the idle ones of the group, as the one idle for the shortest time."""
    crew = tables.crews(w, tables.agents(w, agent)["group"])
    worker = tables.workers(w, agent)
    tables.centre(w)["idle_serial"] += 1
    worker["idle_order"] = tables.centre(w)["idle_serial"]
    crew["idle"] += 1
    if by_rank(w):
        join_heap(w, agent)
        return
    last = crew["idle_last"]
    worker["idle_before"] = last
    worker["idle_after"] = -1
    crew["idle_last"] = agent
    if last >= 0:
        tables.workers(w, last)["idle_after"] = agent
    else:
        crew["idle_first"] = agent


@compiled_inside
def leave_idle(w: World, agent: int) -> None:
    """Take an agent out of the idle ones."""
    crew = tables.crews(w, tables.agents(w, agent)["group"])
    crew["idle"] -= 1
    if by_rank(w):
        leave_heap(w, agent)
        return
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
def idle_agent_for(w: World, queue: int, waited: int) -> int:
    """The idle agent who takes a contact of this queue that has waited so long, -1 for none.

    Groups are looked through, never agents: the first of each group's idle ones stands for it.
    """
    best = -1
    best_key = 0
    line = tables.lines(w, queue)
    for row in range(line["first_server"], line["last_server"]):
        serves = tables.serves_by_queue(w, row)
        if serves["after"] > waited:
            break
        crew = tables.crews(w, serves["group"])
        if crew["idle"] > 0:
            if by_rank(w):
                agent = tables.idle_heap(w, tables.groups(w, serves["group"])["first_agent"])["row"]
                key = rank(w, agent)
            else:
                agent = crew["idle_first"]
                key = tables.workers(w, agent)["idle_order"]
            if best < 0 or key < best_key:
                best = agent
                best_key = key
    return int(best)


@compiled_inside
def sift_up(w: World, base: int, place: int, agent: int) -> None:
    """Settle `agent` in the heap that starts at `base`, from `place` upwards."""
    key = rank(w, agent)
    while place > 0:
        parent = (place - 1) >> 1
        other = tables.idle_heap(w, base + parent)["row"]
        if rank(w, other) <= key:
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
    key = rank(w, agent)
    while True:
        below = 2 * place + 1
        if below >= size:
            break
        other = tables.idle_heap(w, base + below)["row"]
        if below + 1 < size:
            right = tables.idle_heap(w, base + below + 1)["row"]
            if rank(w, right) < rank(w, other):
                below += 1
                other = right
        if rank(w, other) >= key:
            break
        tables.idle_heap(w, base + place)["row"] = other
        tables.workers(w, other)["place"] = place
        place = below
    tables.idle_heap(w, base + place)["row"] = agent
    tables.workers(w, agent)["place"] = place


@compiled_apart
def join_heap(w: World, agent: int) -> None:
    """Put an agent who has been counted among the idle ones into the group's heap."""
    group = tables.agents(w, agent)["group"]
    sift_up(w, tables.groups(w, group)["first_agent"], tables.crews(w, group)["idle"] - 1, agent)


@compiled_apart
def leave_heap(w: World, agent: int) -> None:
    """Take an agent who is no longer counted among the idle ones out of the group's heap."""
    group = tables.agents(w, agent)["group"]
    base = tables.groups(w, group)["first_agent"]
    place = tables.workers(w, agent)["place"]
    size = tables.crews(w, group)["idle"]
    tables.workers(w, agent)["place"] = -1
    if place == size:
        return
    last = tables.idle_heap(w, base + size)["row"]
    above = tables.idle_heap(w, base + max((place - 1) >> 1, 0))["row"]
    if place > 0 and rank(w, last) < rank(w, above):
        sift_up(w, base, place, last)
    else:
        tables.idle_heap(w, base + place)["row"] = last
        sift_down(w, base, size, place)


@compiled_apart
def rank_again(w: World) -> None:
    """Bring ranks up to date with agents' emotional intelligence, and the heaps of idle agents with the ranks.

    By insertion, since few have changed: others keep their order, ties go by number.
    """
    tables.centre(w)["ranks_stale"] = 0
    if not by_rank(w):
        return
    for rank_before in range(1, tables.sizes(w)["agents"]):
        place = rank_before
        agent = tables.ranking(w, place)["row"]
        while place > 0 and goes_before(w, agent, tables.ranking(w, place - 1)["row"]):
            tables.ranking(w, place)["row"] = tables.ranking(w, place - 1)["row"]
            place -= 1
        tables.ranking(w, place)["row"] = agent
    for place in range(tables.sizes(w)["agents"]):
        tables.workers(w, tables.ranking(w, place)["row"])["choice_rank"] = place
    for group in range(tables.sizes(w)["groups"]):
        size = tables.crews(w, group)["idle"]
        for back in range(size // 2):
            sift_down(w, tables.groups(w, group)["first_agent"], size, size // 2 - 1 - back)


@compiled_inside
def goes_before(w: World, agent: int, other: int) -> bool:
    """Whether an agent ranks before another one."""
    mine = tables.workers(w, agent)["emotional_intelligence"]
    theirs = tables.workers(w, other)["emotional_intelligence"]
    return bool(mine > theirs or (mine == theirs and agent < other))
