"""Future events are posted: written down and chained, until the clock that tells the story takes them over."""

from __future__ import annotations

from momentsim.compiler.decorators import compiled_inside
from momentsim.engine.state import tables
from momentsim.engine.state.tables import World


@compiled_inside
def post(w: World, time: int, kind: int, owner: int, slot: int, stamp: int) -> None:
    """Post an event. What lies beyond the end of the run-out will never be told and is not kept."""
    if time > tables.centre(w)["limit"]:
        return
    wheel = tables.wheel(w)
    row = wheel["free"]
    event = tables.pool(w, row)
    wheel["free"] = event["following"]
    wheel["count"] += 1
    event["time"] = time
    event["kind"] = kind
    event["owner"] = owner
    event["slot"] = slot
    event["stamp"] = stamp
    event["following"] = wheel["posted"]
    wheel["posted"] = row
