"""Lever `overtime`: agents of a group whose shift ends are asked to stay; who stays, `agents.shifts` decides."""

from __future__ import annotations

from momentsim.compiler.decorators import compiled_apart
from momentsim.engine.agents import shifts
from momentsim.engine.state import tables
from momentsim.engine.state.tables import World


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
            shifts.end_overtime(w, agent, now)
    tables.centre(w)["overtime"] -= 1
