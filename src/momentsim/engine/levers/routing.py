"""Levers about lines, seats and the order of contacts: extra_lines, login_cap, priority, pause_offers."""

from __future__ import annotations

from momentsim.compiler.decorators import compiled_apart
from momentsim.engine.state import tables
from momentsim.engine.state.tables import World


@compiled_apart
def add_lines(w: World, lever: int, sign: int) -> None:
    """Open the lines of the size in force, or close them; a contact that has one keeps it."""
    tables.settings(w)["lines"] += sign * tables.lever_sizes(w, tables.pulled(w, lever)["row"])["number"]
