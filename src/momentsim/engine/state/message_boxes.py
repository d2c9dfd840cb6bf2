"""Messages that wait for a call back: first come first served by queue, apart from callers who wait on the phone."""

from __future__ import annotations

from momentsim.compiler.decorators import compiled_apart, compiled_inside
from momentsim.engine.state import open_spans, tables
from momentsim.engine.state.codes import MomentStage
from momentsim.engine.state.tables import World


@compiled_inside
def put_message(w: World, slot: int) -> None:
    """A message is the last of its queue."""
    case = tables.cases(w, slot)
    line = tables.lines(w, case["queue"])
    case["stage"] = MomentStage.MESSAGE
    case["following"] = -1
    if line["last_message"] >= 0:
        tables.cases(w, line["last_message"])["following"] = slot
    else:
        line["first_message"] = slot
    line["last_message"] = slot
    tables.centre(w)["messages"] += 1


@compiled_inside
def take_message(w: World, queue: int) -> int:
    """Take the first message of a queue that has one."""
    line = tables.lines(w, queue)
    slot = line["first_message"]
    line["first_message"] = tables.cases(w, slot)["following"]
    if line["first_message"] < 0:
        line["last_message"] = -1
    tables.centre(w)["messages"] -= 1
    return int(slot)


@compiled_apart
def oldest_for(w: World, group: int, now: int) -> int:
    """Of the queues that a group serves and that are open, the one with the oldest message; -1 for none.

    A group that helps a queue only after a delay takes its messages at once.
    """
    best = -1
    oldest = 0
    crew = tables.group_state(w, group)
    for row in range(crew["first_queue"], crew["last_queue"]):
        queue = tables.serves_by_group(w, row)["queue"]
        first = tables.lines(w, queue)["first_message"]
        if first < 0 or not open_spans.is_open(w, queue, now):
            continue
        left = tables.cases(w, first)["queued"]
        if best < 0 or left < oldest:
            best = queue
            oldest = left
    return int(best)
