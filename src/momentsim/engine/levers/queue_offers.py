"""Levers `callback` and `announcement`: what a queue offers or tells while they are in force."""

from __future__ import annotations

from momentsim.compiler.decorators import compiled_apart, compiled_inside
from momentsim.contract.plan import LeverKind
from momentsim.engine.state import tables
from momentsim.engine.state.tables import World


@compiled_apart
def put_in_force(w: World, lever: int) -> None:
    """The row of the size in force takes the place of what the queue offers or tells by itself."""
    state = tables.pulled(w, lever)
    row = tables.lever_sizes(w, state["row"])["number"]
    state["before"] = uses_of(w, lever)
    if tables.levers(w, lever)["kind"] == LeverKind.CALLBACK:
        tables.lines(w, tables.callbacks(w, row)["queue"])["callback"] = row
    else:
        tables.lines(w, tables.announcements(w, row)["queue"])["announcement"] = row


@compiled_apart
def take_back(w: World, lever: int) -> None:
    """The queue offers or tells again what it does by itself; who has taken a callback is still called."""
    row = tables.lever_sizes(w, tables.pulled(w, lever)["row"])["number"]
    own = -1
    if tables.levers(w, lever)["kind"] == LeverKind.CALLBACK:
        queue = tables.callbacks(w, row)["queue"]
        for other in range(tables.sizes(w)["callbacks"]):
            if tables.callbacks(w, other)["in_force"] and tables.callbacks(w, other)["queue"] == queue:
                own = other
        tables.lines(w, queue)["callback"] = own
    else:
        queue = tables.announcements(w, row)["queue"]
        for other in range(tables.sizes(w)["announcements"]):
            if (
                tables.announcements(w, other)["in_force"]
                and tables.announcements(w, other)["queue"] == queue
            ):
                own = other
        tables.lines(w, queue)["announcement"] = own


@compiled_inside
def uses_of(w: World, lever: int) -> int:
    """Callbacks taken, or callers told, under the row of the size in force."""
    row = tables.lever_sizes(w, tables.pulled(w, lever)["row"])["number"]
    if tables.levers(w, lever)["kind"] == LeverKind.CALLBACK:
        return int(tables.callbacks(w, row)["uses"])
    return int(tables.announcements(w, row)["uses"])
