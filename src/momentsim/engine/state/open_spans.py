"""When queues are open: a table of times, searched by halves."""

from __future__ import annotations

from momentsim.compiler.decorators import compiled_apart, compiled_inside
from momentsim.contract.plan import NEVER
from momentsim.engine.state import tables
from momentsim.engine.state.tables import World


@compiled_apart
def following_span(w: World, queue: int, now: int) -> int:
    """Row of the first time after `now` at which a queue opens; its last row + 1 where it opens no more."""
    low = tables.hours(w, queue)["first_span"]
    high = tables.hours(w, queue)["last_span"]
    while low < high:
        middle = (low + high) >> 1
        if tables.open_spans(w, middle)["opens"] <= now:
            low = middle + 1
        else:
            high = middle
    return int(low)


@compiled_inside
def is_open(w: World, queue: int, now: int) -> bool:
    """Whether a queue is open; without hours it always is."""
    if tables.sizes(w)["hours"] == 0:
        return True
    row = following_span(w, queue, now) - 1
    return bool(row >= tables.hours(w, queue)["first_span"] and now < tables.open_spans(w, row)["closes"])


@compiled_inside
def next_opening(w: World, queue: int, now: int) -> int:
    """When a queue opens next, after `now`; NEVER where it does not before the run ends."""
    row = following_span(w, queue, now)
    if row >= tables.hours(w, queue)["last_span"]:
        return NEVER
    return int(tables.open_spans(w, row)["opens"])


@compiled_inside
def cuts_off_at(w: World, queue: int, now: int) -> int:
    """When a queue that is open closes and cuts off who waits; NEVER where they are still served."""
    if tables.sizes(w)["hours"] == 0 or tables.hours(w, queue)["disconnects"] == 0:
        return NEVER
    return closes_at(w, queue, now)


@compiled_inside
def closes_at(w: World, queue: int, now: int) -> int:
    """When a queue that is open closes; NEVER for one that does not."""
    if tables.sizes(w)["hours"] == 0:
        return NEVER
    row = following_span(w, queue, now) - 1
    if row < tables.hours(w, queue)["first_span"]:
        return NEVER
    return int(max(tables.open_spans(w, row)["closes"], now))
