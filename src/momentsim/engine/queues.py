"""Waiting contacts: one first-come list per queue and level, in and out at any place in constant time."""

from __future__ import annotations

from momentsim.compiled import compiled_inside
from momentsim.engine import tables
from momentsim.engine.records import BANDS, Stage
from momentsim.engine.tables import World
from momentsim.plan import ContactOrder

_QUEUED = int(Stage.QUEUED)
_FIRST_COME = int(ContactOrder.FIRST_COME)
_STAKES = int(ContactOrder.STAKES)
_VALUE = int(ContactOrder.VALUE)


@compiled_inside
def level_of(w: World, slot: int) -> int:
    """Level of a contact: its priority, then (when the scenario asks) a band of its score, highest first."""
    case = tables.cases(w, slot)
    level = int(tables.level_of(w, tables.reasons(w, case["reason"])["priority"])["value"])
    order = tables.settings(w)["contact_order"]
    if order == _FIRST_COME:
        return level
    known = tables.known(w, case["known"])
    if order == _STAKES:
        score = case["stakes"]
    elif order == _VALUE:
        score = known["value"] / (2.0 * tables.segments(w, case["segment"])["margin"] + 1e-9)
    else:
        score = known["anger"]
    return level + BANDS - 1 - min(int(score * BANDS), BANDS - 1)


@compiled_inside
def close_queue_books(w: World, queue: int, now: int) -> None:
    """Book the time waited in a queue up to now into the current interval."""
    line = tables.lines(w, queue)
    elapsed = now - line["since"]
    if elapsed > 0:
        tables.queue_time(w, tables.centre(w)["interval"], queue)["value"] += elapsed * line["waiting"]
        line["since"] = now


@compiled_inside
def enqueue(w: World, slot: int, now: int) -> None:
    """Put a contact at the end of its level."""
    case = tables.cases(w, slot)
    queue = case["queue"]
    level = level_of(w, slot)
    close_queue_books(w, queue, now)
    tables.lines(w, queue)["waiting"] += 1
    case["stage"] = _QUEUED
    case["level"] = level
    last = tables.queue_ends(w, queue, level)["last"]
    case["previous"] = last
    case["following"] = -1
    if last >= 0:
        tables.cases(w, last)["following"] = slot
    else:
        tables.queue_ends(w, queue, level)["first"] = slot
    tables.queue_ends(w, queue, level)["last"] = slot


@compiled_inside
def dequeue(w: World, slot: int, now: int) -> None:
    """Take a contact out of its queue, wherever it stands."""
    case = tables.cases(w, slot)
    queue = case["queue"]
    level = case["level"]
    close_queue_books(w, queue, now)
    tables.lines(w, queue)["waiting"] -= 1
    if case["previous"] >= 0:
        tables.cases(w, case["previous"])["following"] = case["following"]
    else:
        tables.queue_ends(w, queue, level)["first"] = case["following"]
    if case["following"] >= 0:
        tables.cases(w, case["following"])["previous"] = case["previous"]
    else:
        tables.queue_ends(w, queue, level)["last"] = case["previous"]
    case["stamp"] += 1


@compiled_inside
def first_level(w: World, queue: int) -> int:
    """The first level of a queue with somebody waiting, -1 for none."""
    if tables.lines(w, queue)["waiting"] == 0:
        return -1
    for level in range(tables.centre(w)["levels"]):
        if tables.queue_ends(w, queue, level)["first"] >= 0:
            return level
    return -1


@compiled_inside
def next_waiting(w: World, group: int, now: int) -> int:
    """The waiting contact that a free agent of this group takes, -1 for none.

    Lower level first; then the group's order of preference; then the longer wait. A queue that the group
    serves only after a delay shows the first contact of each level that has waited so long.
    """
    best = -1
    best_level = 0
    best_rank = 0
    crew = tables.crews(w, group)
    for row in range(crew["first_queue"], crew["last_queue"]):
        queue = tables.serves_by_group(w, row)["queue"]
        rank = tables.serves_by_group(w, row)["rank"]
        level = first_level(w, queue)
        while level >= 0 and level < tables.centre(w)["levels"]:
            slot = tables.queue_ends(w, queue, level)["first"]
            if slot >= 0 and now - tables.cases(w, slot)["queued"] >= tables.serves_by_group(w, row)["after"]:
                earlier = best >= 0 and tables.cases(w, slot)["queued"] < tables.cases(w, best)["queued"]
                better = level < best_level or (
                    level == best_level and (rank < best_rank or (rank == best_rank and earlier))
                )
                if best < 0 or better:
                    best = slot
                    best_level = level
                    best_rank = rank
                break
            level += 1
    return best
