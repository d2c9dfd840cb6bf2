"""Agents as capacity: who is on duty, and where their seconds go."""

from __future__ import annotations

from momentsim.compiler.decorators import compiled_apart, compiled_inside
from momentsim.engine.agents import wellbeing
from momentsim.engine.state import tables
from momentsim.engine.state.codes import Duty
from momentsim.engine.state.tables import World


@compiled_inside
def close_staff_books(w: World, group: int, now: int) -> None:
    """Book the agent time of a group up to now into the current interval."""
    crew = tables.group_state(w, group)
    elapsed = now - crew["since"]
    if elapsed > 0:
        row = tables.staff(w, tables.centre(w)["interval"], group)
        row["on_duty"] += elapsed * crew["on_duty"]
        row["busy"] += elapsed * crew["busy"]
        crew["since"] = now


@compiled_inside
def book_seconds(w: World, agent: int, now: int) -> int:
    """Book the time an agent spent in the present duty, inside the horizon; return it."""
    worker = tables.agent_state(w, agent)
    spent = now - worker["since"]
    worker["since"] = now
    if tables.centre(w)["in_horizon"] == 0:
        return int(spent)
    duty = worker["duty"]
    if duty == Duty.TALKING:
        worker["talk"] += spent
    elif duty == Duty.WRAPPING:
        worker["wrap"] += spent
    elif duty == Duty.IDLE:
        worker["idle"] += spent
    elif duty == Duty.PAUSED:
        worker["paused"] += spent
    else:
        worker["offline"] += spent
    if worker["shift_ended"] >= 0 and (duty == Duty.TALKING or duty == Duty.WRAPPING):
        worker["overtime"] += spent
        if worker["rostered"] and worker["on_break"]:
            worker["in_breaks"] += spent
    elif (
        tables.centre(w)["overtime"] > 0
        and worker["stays_until"] >= 0
        and duty != Duty.OFFLINE
        and duty != Duty.AT_THE_DOOR
    ):
        worker["overtime"] += spent  # asked to stay: idle time is paid too
    return int(spent)


@compiled_inside
def book_work_so_far(w: World, agent: int, now: int) -> None:
    """Close an agent's books of time: at the shift's end, where overtime begins, at the start or at the end."""
    change_duty(w, agent, tables.agent_state(w, agent)["duty"], now)


@compiled_inside
def change_duty(w: World, agent: int, duty: int, now: int) -> None:
    """Let an agent go over to another duty and keep all books of time and counts."""
    worker = tables.agent_state(w, agent)
    old = worker["duty"]
    spent = book_seconds(w, agent, now)
    centre = tables.centre(w)
    if centre["tiring"]:
        wellbeing.tire_agent(w, agent, old, spent)
    worker["duty"] = duty
    was_busy = old == Duty.TALKING or old == Duty.WRAPPING
    is_busy = duty == Duty.TALKING or duty == Duty.WRAPPING
    was_on = was_busy or old == Duty.IDLE
    is_on = is_busy or duty == Duty.IDLE
    if was_busy == is_busy and was_on == is_on:
        return
    group = tables.agent_state(w, agent)["group"]
    close_staff_books(w, group, now)
    crew = tables.group_state(w, group)
    busy_change = int(is_busy) - int(was_busy)
    on_change = int(is_on) - int(was_on)
    crew["busy"] += busy_change
    centre["busy"] += busy_change
    crew["on_duty"] += on_change
    centre["on_duty"] += on_change


@compiled_apart
def start_counting(w: World, agent: int, now: int) -> None:
    """The warm-up is over: an agent goes on with whatever it is, and time and contacts count from here."""
    book_work_so_far(w, agent, now)
    worker = tables.agent_state(w, agent)
    worker["contacts"] = 0
    worker["quality"] = 0.0
    worker["talk"] = 0
    worker["wrap"] = 0
    worker["idle"] = 0
    worker["paused"] = 0
    worker["offline"] = 0
    worker["overtime"] = 0
    worker["in_breaks"] = 0
    worker["exits"] = 0
    worker["strain_before"] = -worker["strain"]


@compiled_inside
def empathy(w: World, agent: int) -> float:
    """Emotional intelligence (z) of an agent today, with what training has added."""
    worker = tables.agent_state(w, agent)
    return float(worker["emotional_intelligence"] + worker["empathy_gain"])


@compiled_inside
def workload(w: World) -> float:
    """Share of the agents on duty who are busy now; 1 when nobody is on duty."""
    centre = tables.centre(w)
    if centre["on_duty"] <= 0:
        return 1.0
    return float(centre["busy"] / centre["on_duty"])
