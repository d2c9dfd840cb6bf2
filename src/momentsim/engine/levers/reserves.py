"""Lever `call_in`, and `reserves` of a crisis: a group that is on duty only once called."""

from __future__ import annotations

from momentsim.compiler.decorators import compiled_apart, compiled_inside
from momentsim.draws import Purpose, uniform
from momentsim.engine.agents import shifts
from momentsim.engine.order import EventKind
from momentsim.engine.state import tables
from momentsim.engine.state.durations import draw_duration
from momentsim.engine.state.tables import World
from momentsim.engine.state.timers import post

_LEVERS = 1 << 17
"""More than there can be: what a report is stamped with is the lever, and above it the number of the pull."""


@compiled_apart
def call_in(w: World, lever: int, now: int) -> None:
    """Called reserves report one by one, each after an own delay, if they come. Each call has its own draws."""
    state = tables.pulled(w, lever)
    about = tables.lever_sizes(w, state["row"])
    earlier = state["pulls"] - 1
    occasion = lever if about["crisis"] >= 0 else earlier
    key = tables.settings(w)["key"]
    group = tables.groups(w, about["group"])
    for agent in range(group["first_agent"], group["first_agent"] + group["agents"]):
        owner = tables.agents(w, agent)["key"]
        if uniform(key, owner, Purpose.SHOW_UP, occasion) < about["share"]:
            delay = draw_duration(w, about["law"], 1.0, owner, Purpose.CALL_OUT_DELAY, occasion)
            post(w, now + delay, EventKind.RESERVE_REPORTS, agent, -1, lever + _LEVERS * earlier)


@compiled_apart
def reserve_reports(w: World, agent: int, stamp: int, now: int) -> None:
    """A called reserve agent is ready: on duty now or at the next rostered start, unless all were sent home."""
    state = tables.pulled(w, stamp % _LEVERS)
    if state["released"] <= now or state["pulls"] - 1 != stamp // _LEVERS:
        return
    lever = stamp % _LEVERS
    worker = tables.agent_state(w, agent)
    worker["called"] = 1
    worker["called_by"] = lever if tables.levers(w, lever)["crisis"] < 0 else -1
    shifts.work_is_paid_again(w, agent, now)
    shifts.come_on_duty(w, agent, now)


@compiled_apart
def send_home(w: World, lever: int, now: int) -> None:
    """Send a called group home. A contact in progress is finished as overtime; whoever is on the way does not come."""
    group = tables.groups(w, tables.levers(w, lever)["group"])
    for agent in range(group["first_agent"], group["first_agent"] + group["agents"]):
        tables.agent_state(w, agent)["called"] = 0
        shifts.go_home(w, agent, now)


@compiled_inside
def is_over(w: World, lever: int, now: int) -> bool:
    """Whether reserves that a crisis called are to go: their time is over, or their queue was short long enough."""
    about = tables.levers(w, lever)
    over = 0 < about["until"] <= now
    if about["short_for"] > 0 and now > about["short_from"]:
        state = tables.pulled(w, lever)
        interval = tables.settings(w)["interval"]
        short = waited_for_group(w, about["group"]) <= about["short_queue"] * interval
        state["short"] = (state["short"] + interval) * int(short)
        over = over or state["short"] >= about["short_for"]
    return bool(over)


@compiled_inside
def waited_for_group(w: World, group: int) -> int:
    """Time waited in the present interval in all queues that a group serves; its books are closed."""
    crew = tables.group_state(w, group)
    waited = 0
    for row in range(crew["first_queue"], crew["last_queue"]):
        queue = tables.serves_by_group(w, row)["queue"]
        waited += tables.queue_time(w, tables.centre(w)["interval"], queue)["value"]
    return int(waited)
