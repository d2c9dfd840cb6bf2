"""Lever `overtime`: agents of a group whose shift ends are asked to stay; who agrees stays up to so many hours."""

from __future__ import annotations

from momentsim.compiler.decorators import compiled_apart, compiled_inside
from momentsim.contract.plan import MINUTE, LeverKind, RosterAction
from momentsim.draws import Purpose, uniform
from momentsim.engine.agents import agents, shifts
from momentsim.engine.order import EventKind
from momentsim.engine.state import tables
from momentsim.engine.state.codes import Duty
from momentsim.engine.state.tables import World
from momentsim.engine.state.timers import post


@compiled_apart
def ask_for_overtime(w: World) -> None:
    """From now on shifts that end in the group may go on."""
    tables.centre(w)["overtime"] += 1


@compiled_apart
def end_overtime(w: World, lever: int, now: int) -> None:
    """Nobody of the group stays any longer: all who do go home, after the contact in progress."""
    group = tables.groups(w, tables.levers(w, lever)["group"])
    for agent in range(group["first_agent"], group["first_agent"] + group["agents"]):
        if tables.agent_state(w, agent)["stays_until"] >= 0:
            finish_overtime(w, agent, now)
    tables.centre(w)["overtime"] -= 1


@compiled_inside
def stays_on(w: World, agent: int, now: int) -> bool:
    """Whether an agent whose shift ends stays on, since a lever asks for overtime and the agent agrees."""
    if tables.centre(w)["overtime"] == 0:
        return False
    worker = tables.agent_state(w, agent)
    if worker["duty"] == Duty.OFFLINE or worker["duty"] == Duty.AT_THE_DOOR:
        return False
    return ask_to_stay(w, agent, now)


@compiled_apart
def ask_to_stay(w: World, agent: int, now: int) -> bool:
    """Ask an agent for each lever in force that wants the group to stay; who agrees stays up to its hours."""
    worker = tables.agent_state(w, agent)
    for lever in range(tables.sizes(w)["levers"]):
        state = tables.pulled(w, lever)
        about = tables.lever_sizes(w, state["row"])
        if (
            about["kind"] != LeverKind.OVERTIME
            or about["group"] != worker["group"]
            or state["effective"] > now
        ):
            continue
        key = tables.settings(w)["key"]
        owner = tables.agents(w, agent)["key"]
        if uniform(key, owner, Purpose.OVERTIME, now // MINUTE) < about["share"]:
            agents.book_work_so_far(w, agent, now)
            worker["stays_until"] = now + about["delay"]
            worker["on_break"] = 0
            state["counted"] += 1
            post(w, now + about["delay"], EventKind.ROSTER_CHANGES, agent, -1, RosterAction.OVERTIME_ENDS)
            return True
    return False


@compiled_apart
def finish_overtime(w: World, agent: int, now: int) -> None:
    """An agent who stayed on goes home, after the contact in progress."""
    worker = tables.agent_state(w, agent)
    agents.book_work_so_far(w, agent, now)
    worker["stays_until"] = -1
    worker["rostered"] = 0
    shifts.go_home(w, agent, now)
    if worker["next_away"] >= 0:
        shifts.change_presence(w, agent, worker["next_away"], now)
