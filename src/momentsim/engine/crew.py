"""Agents as capacity: who is idle, who is on duty, and where their seconds go."""

from __future__ import annotations

import math

from momentsim.compiled import compiled_inside
from momentsim.engine import tables
from momentsim.engine.records import Duty
from momentsim.engine.tables import World
from momentsim.plan import HOUR, MINUTE, AgentChoice
from momentsim.rules.people import clipped, moving_average, towards_one

_OFFLINE = int(Duty.OFFLINE)
_IDLE = int(Duty.IDLE)
_TALKING = int(Duty.TALKING)
_WRAPPING = int(Duty.WRAPPING)
_PAUSED = int(Duty.PAUSED)
_AT_THE_DOOR = int(Duty.AT_THE_DOOR)
_HIGHEST = int(AgentChoice.HIGHEST_EMOTIONAL_INTELLIGENCE)


@compiled_inside
def choice_key(w: World, agent: int) -> int:
    """Idle agents go in the order of this key, smallest first."""
    if tables.settings(w)["agent_choice"] == _HIGHEST:
        return int(tables.agents(w, agent)["choice_rank"])
    return int(tables.workers(w, agent)["idle_order"])


@compiled_inside
def sift_up(w: World, base: int, place: int, agent: int) -> None:
    """Settle `agent` in the heap that starts at `base`, from `place` upwards."""
    key = choice_key(w, agent)
    while place > 0:
        parent = (place - 1) >> 1
        other = tables.idle_heap(w, base + parent)["row"]
        if choice_key(w, other) <= key:
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
    key = choice_key(w, agent)
    while True:
        below = 2 * place + 1
        if below >= size:
            break
        other = tables.idle_heap(w, base + below)["row"]
        if below + 1 < size:
            right = tables.idle_heap(w, base + below + 1)["row"]
            if choice_key(w, right) < choice_key(w, other):
                below += 1
                other = right
        if choice_key(w, other) >= key:
            break
        tables.idle_heap(w, base + place)["row"] = other
        tables.workers(w, other)["place"] = place
        place = below
    tables.idle_heap(w, base + place)["row"] = agent
    tables.workers(w, agent)["place"] = place


@compiled_inside
def join_idle(w: World, agent: int) -> None:
    """Put an agent among the idle ones of the group, as the one idle for the shortest time."""
    group = tables.agents(w, agent)["group"]
    crew = tables.crews(w, group)
    tables.centre(w)["idle_serial"] += 1
    tables.workers(w, agent)["idle_order"] = tables.centre(w)["idle_serial"]
    place = crew["idle"]
    crew["idle"] = place + 1
    sift_up(w, tables.groups(w, group)["first_agent"], place, agent)


@compiled_inside
def leave_idle(w: World, agent: int) -> None:
    """Take an agent out of the idle ones."""
    group = tables.agents(w, agent)["group"]
    base = tables.groups(w, group)["first_agent"]
    crew = tables.crews(w, group)
    place = tables.workers(w, agent)["place"]
    size = crew["idle"] - 1
    crew["idle"] = size
    tables.workers(w, agent)["place"] = -1
    if place == size:
        return
    last = tables.idle_heap(w, base + size)["row"]
    above = tables.idle_heap(w, base + max((place - 1) >> 1, 0))["row"]
    if place > 0 and choice_key(w, last) < choice_key(w, above):
        sift_up(w, base, place, last)
    else:
        tables.idle_heap(w, base + place)["row"] = last
        sift_down(w, base, size, place)


@compiled_inside
def idle_agent_for(w: World, queue: int, waited: int) -> int:
    """The idle agent who takes a contact of this queue that has waited so long, -1 for none.

    Groups are looked through, never agents: the first of each group's heap stands for it.
    """
    best = -1
    best_key = 0
    for row in range(queue_rows(w, queue), tables.sizes(w)["serves_by_queue"]):
        if (
            tables.serves_by_queue(w, row)["queue"] != queue
            or tables.serves_by_queue(w, row)["after"] > waited
        ):
            break
        group = tables.serves_by_queue(w, row)["group"]
        if tables.crews(w, group)["idle"] > 0:
            agent = tables.idle_heap(w, tables.groups(w, group)["first_agent"])["row"]
            key = choice_key(w, agent)
            if best < 0 or key < best_key:
                best = agent
                best_key = key
    return best


@compiled_inside
def queue_rows(w: World, queue: int) -> int:
    """First row of a queue in `serves_by_queue` (sorted by queue)."""
    low = 0
    high = tables.sizes(w)["serves_by_queue"]
    while low < high:
        middle = (low + high) >> 1
        if tables.serves_by_queue(w, middle)["queue"] < queue:
            low = middle + 1
        else:
            high = middle
    return low


@compiled_inside
def close_staff_books(w: World, group: int, now: int) -> None:
    """Book the agent time of a group up to now into the current interval."""
    crew = tables.crews(w, group)
    elapsed = now - crew["since"]
    if elapsed > 0:
        row = tables.staff(w, tables.centre(w)["interval"], group)
        row["on_duty"] += elapsed * crew["on_duty"]
        row["busy"] += elapsed * crew["busy"]
        crew["since"] = now


@compiled_inside
def book_seconds(w: World, agent: int, now: int) -> int:
    """Book the time an agent spent in the present duty, inside the horizon; return it."""
    worker = tables.workers(w, agent)
    spent = now - worker["since"]
    worker["since"] = now
    if tables.centre(w)["in_horizon"] == 0:
        return int(spent)
    duty = worker["duty"]
    if duty == _TALKING:
        worker["talk"] += spent
    elif duty == _WRAPPING:
        worker["wrap"] += spent
    elif duty == _IDLE:
        worker["idle"] += spent
    elif duty == _PAUSED:
        worker["paused"] += spent
    else:
        worker["offline"] += spent
    if worker["shift_ended"] >= 0 and (duty == _TALKING or duty == _WRAPPING):
        worker["overtime"] += spent
    return int(spent)


@compiled_inside
def book_work_so_far(w: World, agent: int, now: int) -> None:
    """Close the books of a busy agent at the shift's end: what follows is overtime."""
    change_duty(w, agent, tables.workers(w, agent)["duty"], now)


@compiled_inside
def tire(w: World, agent: int, duty: int, spent: int) -> None:
    """Move an agent's occupancy and fatigue over a stretch of time in one duty (E2.7.4, E2.10.4)."""
    worker = tables.workers(w, agent)
    effects = tables.effects(w)
    hours = spent / HOUR
    if duty == _TALKING or duty == _WRAPPING:
        worker["occupancy"] = moving_average(worker["occupancy"], 1.0, hours, effects["load_memory_h"])
        over = worker["occupancy"] - effects["occupancy_threshold"]
        if tables.settings(w)["fatigue_on"] and over > 0.0:
            grown = effects["fatigue_per_occupancy_hour"] * over * hours
            worker["fatigue"] = towards_one(worker["fatigue"], grown)
        return
    worker["occupancy"] = moving_average(worker["occupancy"], 0.0, hours, effects["load_memory_h"])
    if duty == _OFFLINE or duty == _AT_THE_DOOR:
        worker["fatigue"] *= math.exp(-hours)
    else:
        rest = effects["fatigue_recovery_per_minute"] * (spent / MINUTE)
        worker["fatigue"] = clipped(worker["fatigue"] - rest, 0.0, 1.0)


@compiled_inside
def change_duty(w: World, agent: int, duty: int, now: int) -> None:
    """Let an agent go over to another duty and keep all books of time and counts."""
    worker = tables.workers(w, agent)
    old = worker["duty"]
    spent = book_seconds(w, agent, now)
    settings = tables.settings(w)
    if settings["fatigue_on"] or settings["load_on"]:
        tire(w, agent, old, spent)
    worker["duty"] = duty
    was_busy = old == _TALKING or old == _WRAPPING
    is_busy = duty == _TALKING or duty == _WRAPPING
    was_on = was_busy or old == _IDLE
    is_on = is_busy or duty == _IDLE
    if was_busy == is_busy and was_on == is_on:
        return
    group = tables.agents(w, agent)["group"]
    close_staff_books(w, group, now)
    crew = tables.crews(w, group)
    centre = tables.centre(w)
    busy_change = int(is_busy) - int(was_busy)
    on_change = int(is_on) - int(was_on)
    crew["busy"] += busy_change
    centre["busy"] += busy_change
    crew["on_duty"] += on_change
    centre["on_duty"] += on_change


@compiled_inside
def load(w: World) -> float:
    """Share of the agents on duty who are busy now; 1 when nobody is on duty."""
    centre = tables.centre(w)
    if centre["on_duty"] <= 0:
        return 1.0
    return float(centre["busy"] / centre["on_duty"])
