"""Waiting contacts: first-come lists by queue, level and lane, in and out at any place in constant time."""

from __future__ import annotations

from momentsim.compiler.decorators import compiled_apart, compiled_inside
from momentsim.contract.plan import ContactOrder
from momentsim.engine.state import tables
from momentsim.engine.state.codes import MomentStage
from momentsim.engine.state.records import BANDS
from momentsim.engine.state.tables import World
from momentsim.rules.stakes_detector import band_of

_BEFORE_ANY_RANK = 1 << 32


@compiled_inside
def level_of(w: World, slot: int) -> int:
    """Level of a contact: its priority, then (when the scenario asks) a band of its score, highest first."""
    case = tables.cases(w, slot)
    if case["callback"] and tables.callbacks(w, case["callback_row"])["quiet"]:
        return int(tables.centre(w)["quiet_level"])
    level = int(tables.level_of(w, tables.reasons(w, case["reason"])["priority"])["value"])
    order = tables.settings(w)["contact_order"]
    if order == ContactOrder.FIRST_COME:
        return level
    person = tables.customers(w, case["customer_row"])
    if order == ContactOrder.STAKES:
        score = case["stakes"]
    elif order == ContactOrder.DETECTED:
        score = float(case["stakes_detected"])
    elif order == ContactOrder.VALUE:
        score = person["value"] / (2.0 * tables.segments(w, case["segment"])["margin"] + 1e-9)
    else:
        score = person["anger"]
    return level + BANDS - 1 - band_of(score, BANDS)


@compiled_inside
def close_queue_books(w: World, queue: int, now: int) -> None:
    """Book the time waited in a queue up to now into the current interval."""
    line = tables.lines(w, queue)
    elapsed = now - line["since"]
    if elapsed > 0:
        tables.queue_time(w, tables.centre(w)["interval"], queue)["value"] += elapsed * line["waiting"]
        line["since"] = now


@compiled_inside
def join_queue(w: World, slot: int, now: int) -> int:
    """Count a contact among those who wait in its queue; returns the number of its list."""
    case = tables.cases(w, slot)
    queue = case["queue"]
    lane = tables.lane_of(w, case["reason"])["value"]
    if case["stakes_detected"]:
        lane += tables.centre(w)["detected_lane"]
    list_number = level_of(w, slot) * tables.centre(w)["lanes"] + lane
    close_queue_books(w, queue, now)
    line = tables.lines(w, queue)
    line["waiting"] += 1
    line["from_crisis"] += int(case["crisis"] >= 0)
    case["stage"] = MomentStage.QUEUED
    case["waiting_list"] = list_number
    return int(list_number)


@compiled_inside
def enqueue(w: World, slot: int, now: int) -> None:
    """Put a contact at the end of its lane."""
    list_number = join_queue(w, slot, now)
    case = tables.cases(w, slot)
    queue = case["queue"]
    last = tables.queue_ends(w, queue, list_number)["last"]
    case["previous"] = last
    case["following"] = -1
    if last >= 0:
        tables.cases(w, last)["following"] = slot
    else:
        tables.queue_ends(w, queue, list_number)["first"] = slot
    tables.queue_ends(w, queue, list_number)["last"] = slot


@compiled_apart
def enqueue_first(w: World, slot: int, now: int) -> None:
    """Put a contact at the head of its lane: one that has waited there before."""
    list_number = join_queue(w, slot, now)
    case = tables.cases(w, slot)
    queue = case["queue"]
    first = tables.queue_ends(w, queue, list_number)["first"]
    case["previous"] = -1
    case["following"] = first
    if first >= 0:
        tables.cases(w, first)["previous"] = slot
    else:
        tables.queue_ends(w, queue, list_number)["last"] = slot
    tables.queue_ends(w, queue, list_number)["first"] = slot


@compiled_inside
def dequeue(w: World, slot: int, now: int) -> None:
    """Take a contact out of its queue, wherever it stands."""
    case = tables.cases(w, slot)
    queue = case["queue"]
    list_number = case["waiting_list"]
    close_queue_books(w, queue, now)
    line = tables.lines(w, queue)
    line["waiting"] -= 1
    line["from_crisis"] -= int(case["crisis"] >= 0)
    if case["previous"] >= 0:
        tables.cases(w, case["previous"])["following"] = case["following"]
    else:
        tables.queue_ends(w, queue, list_number)["first"] = case["following"]
    if case["following"] >= 0:
        tables.cases(w, case["following"])["previous"] = case["previous"]
    else:
        tables.queue_ends(w, queue, list_number)["last"] = case["previous"]
    case["stamp"] += 1


@compiled_inside
def standing_of(w: World, slot: int) -> int:
    """The time from which a waiting contact counts within its level: its arrival, less its head start."""
    case = tables.cases(w, slot)
    return int(case["queued"] - tables.reasons(w, case["reason"])["head_start"])


@compiled_inside
def is_taken_before(w: World, slot: int, other: int, heart: int) -> bool:
    """Whether a free agent takes one waiting contact of a level before another: by standing.

    A heart takes detected moments of truth before all others. The other agents do not take them later than
    first come first served would, so heart routing lets no detected moment wait longer than before.
    """
    if heart:
        detected = tables.cases(w, slot)["stakes_detected"]
        if detected != tables.cases(w, other)["stakes_detected"]:
            return bool(detected)
    return standing_of(w, slot) < standing_of(w, other)


@compiled_inside
def first_of_queue(w: World, queue: int, after: int, now: int, heart: int) -> int:
    """The first contact of a queue for a group that waits `after` before it helps, -1 for none.

    Lower level first; within it the heads of the lanes are compared, each the first come of its head start.
    A heart looks at the lanes of detected moments of truth first.
    """
    best = -1
    if tables.lines(w, queue)["waiting"] == 0:
        return best
    lanes = tables.centre(w)["lanes"]
    for level in range(tables.centre(w)["levels"]):
        for list_number in range(level * lanes, (level + 1) * lanes):
            slot = tables.queue_ends(w, queue, list_number)["first"]
            if slot < 0 or now - tables.cases(w, slot)["queued"] < after:
                continue
            if best < 0 or is_taken_before(w, slot, best, heart):
                best = slot
        if best >= 0:
            break
    return best


@compiled_inside
def next_waiting(w: World, group: int, now: int, heart: int) -> int:
    """The waiting contact that a free agent of this group takes, -1 for none.

    Lower level first; for a heart then detected moments of truth; then the group's order of preference; then the
    longer wait, head start included. A queue that the group serves only after a delay shows contacts that have
    really waited so long.
    """
    best = -1
    best_level = 0
    best_rank = 0
    crew = tables.group_state(w, group)
    first, last = crew["first_queue"], crew["last_queue"]
    if last - first == 1:  # nothing to compare
        serves = tables.serves_by_group(w, first)
        return first_of_queue(w, serves["queue"], serves["after"], now, heart)
    for row in range(first, last):
        after = tables.serves_by_group(w, row)["after"]
        slot = first_of_queue(w, tables.serves_by_group(w, row)["queue"], after, now, heart)
        if slot >= 0:
            rank = tables.serves_by_group(w, row)["rank"]
            level = tables.cases(w, slot)["waiting_list"] // tables.centre(w)["lanes"]
            if heart and tables.cases(w, slot)["stakes_detected"]:
                rank -= _BEFORE_ANY_RANK
            earlier = best >= 0 and standing_of(w, slot) < standing_of(w, best)
            better = level < best_level or (
                level == best_level and (rank < best_rank or (rank == best_rank and earlier))
            )
            if best < 0 or better:
                best = slot
                best_level = level
                best_rank = rank
    return best
