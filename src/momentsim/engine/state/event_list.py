"""Event list of the compiled clock: a wheel of unsorted buckets before a small heap.

The current bucket lives in a binary heap ordered by (time, kind, owner, stamp); later buckets of the current
turn of the wheel are unsorted linked lists; later turns are one list each. Inserting and taking cost no more
with ten thousand agents than with ten, and thousands of simultaneous events cost a heap's logarithm, not a
scan. All times are integers and a bucket is a shift of the time, so no event can fall between two buckets.
"""

from __future__ import annotations

import math

import numpy as np

from momentsim.compiler.decorators import compiled, compiled_inside
from momentsim.engine.state import tables
from momentsim.engine.state.records import EVENTS_AHEAD, HELD, PLACE, WHEEL
from momentsim.engine.state.tables import Tables, World

BUCKET_BITS = 13
BUCKETS = 1 << BUCKET_BITS
_MOST_TURNS_BITS = 21
_SCOUTED_BUCKETS = 6
"""How far the scout goes ahead of the current bucket."""


def add_calendar(world: Tables, until: int, mean_gap: float, most_posted: int) -> None:
    """Give a world an empty event list up to time `until`, for events about `mean_gap` microseconds apart.

    Telling one event posts up to `most_posted` others.
    """
    wheel = np.zeros(1, WHEEL)
    shift = bucket_shift(until, mean_gap)
    wheel["shift"] = shift
    wheel["free"] = wheel["scout"] = wheel["posted"] = -1
    wheel["most_posted"] = most_posted
    turns = np.full((until >> (shift + BUCKET_BITS)) + 2, -1, np.int32)
    world.put(wheel=wheel, buckets=np.full(BUCKETS, -1, np.int32), turns=turns)
    grow_calendar(world, 1024 + 2 * EVENTS_AHEAD * most_posted)


def bucket_shift(until: int, mean_gap: float) -> int:
    """By how many bits a time is shifted to give its bucket, about one event each, for times up to `until`.

    Not so few that turns of the wheel are many, and never more than `until` has: from 64 on machine code would
    shift by something else. A gap that is longer than the run, or no number, counts as the run.
    """
    within = min(float(until), mean_gap)  # this way round, so that what is no number gives `until`
    fine = round(math.log2(max(within, 1.0)))
    return max(0, fine, until.bit_length() - BUCKET_BITS - _MOST_TURNS_BITS)


def grow_calendar(world: Tables, capacity: int) -> None:
    """Make room for `capacity` events."""
    old = len(world["pool"])
    pool, front = tables.aligned_rows(capacity, HELD), np.zeros(capacity, PLACE)
    pool[:old], front[:old] = world["pool"], world["front"]
    pool["following"][old:] = np.arange(old + 1, capacity + 1)
    pool["following"][-1] = world["wheel"]["free"][0]
    world["wheel"]["free"] = old
    world.put(pool=pool, front=front)


@compiled_inside
def goes_before(w: World, one: int, other: int) -> bool:
    """Whether event `one` of the pool goes before event `other`."""
    a = tables.pool(w, one)
    b = tables.pool(w, other)
    if a["time"] != b["time"]:
        return bool(a["time"] < b["time"])
    if a["kind"] != b["kind"]:
        return bool(a["kind"] < b["kind"])
    if a["owner"] != b["owner"]:
        return bool(a["owner"] < b["owner"])
    return bool(a["stamp"] < b["stamp"])


@compiled_inside
def push_heap(w: World, row: int) -> None:
    """Put a row of the pool into the heap."""
    wheel = tables.wheel(w)
    heap_row = wheel["front_size"]
    wheel["front_size"] = heap_row + 1
    while heap_row > 0:
        parent = (heap_row - 1) >> 1
        if not goes_before(w, row, tables.front(w, parent)["row"]):
            break
        tables.front(w, heap_row)["row"] = tables.front(w, parent)["row"]
        heap_row = parent
    tables.front(w, heap_row)["row"] = row


@compiled_inside
def pop_heap(w: World) -> int:
    """Take the first row out of the heap, which must not be empty."""
    wheel = tables.wheel(w)
    first = tables.front(w, 0)["row"]
    size = wheel["front_size"] - 1
    wheel["front_size"] = size
    last = tables.front(w, size)["row"]
    heap_row = 0
    while True:
        below = 2 * heap_row + 1
        if below >= size:
            break
        if below + 1 < size and goes_before(
            w, tables.front(w, below + 1)["row"], tables.front(w, below)["row"]
        ):
            below += 1
        if not goes_before(w, tables.front(w, below)["row"], last):
            break
        tables.front(w, heap_row)["row"] = tables.front(w, below)["row"]
        heap_row = below
    tables.front(w, heap_row)["row"] = last
    return int(first)


@compiled_inside
def place_row(w: World, row: int) -> None:
    """Put a row where its time belongs: heap, bucket of this turn, or a later turn."""
    wheel = tables.wheel(w)
    bucket = tables.pool(w, row)["time"] >> wheel["shift"]
    if bucket <= wheel["bucket"]:
        push_heap(w, row)
    elif bucket >> BUCKET_BITS == wheel["turn"]:
        number_of_bucket = bucket & (BUCKETS - 1)
        tables.pool(w, row)["following"] = tables.buckets(w, number_of_bucket)["row"]
        tables.buckets(w, number_of_bucket)["row"] = row
        wheel["in_wheel"] += 1
    else:
        turn = min(bucket >> BUCKET_BITS, tables.sizes(w)["turns"] - 1)
        tables.pool(w, row)["following"] = tables.turns(w, turn)["row"]
        tables.turns(w, turn)["row"] = row


@compiled_inside
def place_posted(w: World) -> None:
    """Take over the events that were posted while the last one was told."""
    wheel = tables.wheel(w)
    row = wheel["posted"]
    while row >= 0:
        following = tables.pool(w, row)["following"]
        place_row(w, row)
        row = following
    wheel["posted"] = -1


@compiled
def free_row(w: World, row: int) -> None:
    """Let the room of an event be used again; it stays readable until the next one is posted."""
    wheel = tables.wheel(w)
    tables.pool(w, row)["following"] = wheel["free"]
    wheel["free"] = row
    wheel["count"] -= 1


@compiled_inside
def next_turn(w: World) -> None:
    """Go to the next turn of the wheel that has events and lay them into buckets."""
    wheel = tables.wheel(w)
    turn = wheel["turn"] + 1
    last = tables.sizes(w)["turns"] - 1
    while turn < last and tables.turns(w, turn)["row"] < 0:
        turn += 1
    wheel["turn"] = turn
    wheel["bucket"] = (turn << BUCKET_BITS) - 1
    wheel["scouted"] = wheel["bucket"]
    row = tables.turns(w, turn)["row"]
    tables.turns(w, turn)["row"] = -1
    while row >= 0:
        following = tables.pool(w, row)["following"]
        place_row(w, row)
        row = following


@compiled_inside
def scout(w: World) -> None:
    """Go one event ahead of the wheel, so that it and the case it is about are there when their time comes.

    Events of a bucket lie anywhere in the pool, each known only from the one before; the scout goes along the
    chain while other events are told.
    """
    wheel = tables.wheel(w)
    row = wheel["scout"]
    if row >= 0:
        event = tables.pool(w, row)
        if event["slot"] >= 0:
            tables.fetch_case(w, event["slot"])
        row = event["following"]
    else:
        bucket = max(wheel["scouted"], wheel["bucket"]) + 1
        if bucket > wheel["bucket"] + _SCOUTED_BUCKETS or bucket >> BUCKET_BITS != wheel["turn"]:
            return
        wheel["scouted"] = bucket
        row = tables.buckets(w, bucket & (BUCKETS - 1))["row"]
    if row >= 0:
        tables.fetch_event(w, row)
    wheel["scout"] = row


@compiled_inside
def fetch_customers(w: World, bucket: int) -> None:
    """Let what is known of the customers of a coming bucket be fetched; the scout has been there.

    The row of an event of the recovery team is none of a case: what is then fetched is of no use, and no harm.
    """
    row = tables.buckets(w, bucket & (BUCKETS - 1))["row"]
    while row >= 0:
        event = tables.pool(w, row)
        if 0 <= event["slot"] < tables.sizes(w)["cases"]:
            tables.fetch_customer(w, tables.cases(w, event["slot"])["customer_row"])
        row = event["following"]


@compiled_inside
def first_event(w: World) -> int:
    """Row of the first event, -1 when there is none; moves the wheel on to it."""
    wheel = tables.wheel(w)
    if wheel["front_size"] > 0:
        return int(tables.front(w, 0)["row"])
    if wheel["count"] == 0:
        return -1
    while wheel["front_size"] == 0:
        if wheel["in_wheel"] == 0:
            next_turn(w)
            continue
        bucket = wheel["bucket"] + 1
        while tables.buckets(w, bucket & (BUCKETS - 1))["row"] < 0:
            bucket += 1
        wheel["bucket"] = bucket
        if wheel["scouted"] <= bucket:
            wheel["scout"] = -1
        if tables.centre(w)["tracking"]:
            fetch_customers(w, bucket + 1)
        heap_row = bucket & (BUCKETS - 1)
        row = tables.buckets(w, heap_row)["row"]
        tables.buckets(w, heap_row)["row"] = -1
        while row >= 0:
            following = tables.pool(w, row)["following"]
            wheel["in_wheel"] -= 1
            push_heap(w, row)
            row = following
    return int(tables.front(w, 0)["row"])


@compiled_inside
def is_due(w: World, row: int, time: int, kind: int) -> bool:
    """Whether an event of the list goes before something else of this time and kind."""
    event = tables.pool(w, row)
    return bool(event["time"] < time or (event["time"] == time and event["kind"] <= kind))


@compiled_inside
def take_event(w: World) -> int:
    """Take the first event off the list and return its row, which stays readable until the next is posted."""
    row = pop_heap(w)
    free_row(w, row)
    if tables.centre(w)["scouting"]:
        scout(w)
        scout(w)
    return row
