"""Levers about lines, seats, the order of contacts and offers: what they change in the centre."""

from __future__ import annotations

from momentsim.compiler.decorators import compiled_apart
from momentsim.contract.plan import NEVER, LeverKind
from momentsim.engine.agents import shifts
from momentsim.engine.state import tables
from momentsim.engine.state.tables import World


@compiled_apart
def add_lines(w: World, lever: int, sign: int) -> None:
    """Open the lines of the size in force, or close them; a contact that has one keeps it."""
    tables.settings(w)["lines"] += sign * tables.lever_sizes(w, tables.pulled(w, lever)["row"])["number"]


@compiled_apart
def move_login_cap(w: World, lever: int, sign: int, now: int) -> None:
    """Let more agents be logged in, or fewer: who waits at the door comes in, and nobody is thrown out."""
    tables.settings(w)["login_cap"] += sign * tables.lever_sizes(w, tables.pulled(w, lever)["row"])["number"]
    shifts.open_door(w, now)


@compiled_apart
def set_priority(w: World, lever: int) -> None:
    """Give a reason the priority of the lever on it that took effect last, or its own; for contacts that arrive now."""
    reason = tables.levers(w, lever)["reason"]
    level = tables.levers(w, lever)["usual"]
    latest = -1
    for other in range(tables.sizes(w)["levers"]):
        state = tables.pulled(w, other)
        terms = tables.lever_sizes(w, state["row"])
        if terms["kind"] != LeverKind.PRIORITY or terms["reason"] != reason:
            continue
        if latest < state["effective"] < NEVER:
            latest = state["effective"]
            level = terms["number"]
    tables.reasons(w, reason)["priority"] = level
