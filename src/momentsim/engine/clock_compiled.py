"""The compiled clock: tells the events in order, from three sources, until something outside is needed."""

from __future__ import annotations

from enum import IntEnum

from momentsim.compiler.decorators import compiled, compiled_inside
from momentsim.contract.plan import NEVER
from momentsim.engine import dispatch
from momentsim.engine.order import EventKind
from momentsim.engine.state import event_list, tables
from momentsim.engine.state.records import EVENTS_AHEAD
from momentsim.engine.state.tables import World


class Status(IntEnum):
    """Why a clock has stopped; the next event has not been touched."""

    DONE = 0
    NEED_ROOM = 1
    """A table is full."""
    NEED_MOMENTS = 2
    """The moments of the next day are wanted."""
    PAUSED = 3


_AGENDA = 0
_MOMENTS = 1
_DEMAND = 2
_BEFORE_ALL = -1
"""In place of a kind: the moments of a day are fetched before anything of its first instant is told."""

ROWS_AHEAD = 4 * EVENTS_AHEAD
"""Rows of a log that the next events may fill: up to four each."""


@compiled
def room_wanted(w: World) -> int:
    """Events that may have to be held within the next `EVENTS_AHEAD`: a lever may date all claims at once."""
    wheel = tables.wheel(w)
    posted = EVENTS_AHEAD * (wheel["most_posted"] + 1)
    return int(wheel["count"] + posted + tables.claims_book(w)["open"])


@compiled
def is_short_of_room(w: World) -> bool:
    """Whether the next `EVENTS_AHEAD` events might not find room."""
    centre = tables.centre(w)
    sizes = tables.sizes(w)
    if centre["open"] + EVENTS_AHEAD > sizes["cases"] or room_wanted(w) > sizes["pool"]:
        return True
    if centre["tracking"] and centre["customers"] + EVENTS_AHEAD > sizes["customers"]:
        return True
    if sizes["repairs"] > 0 and tables.desk(w)["open"] + EVENTS_AHEAD > sizes["repairs"]:
        return True
    if sizes["claims"] > 0 and tables.claims_book(w)["open"] + EVENTS_AHEAD > sizes["claims"]:
        return True
    return bool(  # both logs have as many rows
        centre["logging"]
        and max(centre["contact_rows"], centre["moment_rows"]) + ROWS_AHEAD > sizes["contacts"]
    )


@compiled_inside
def next_time_known(w: World, chunk_ends: int) -> tuple[int, int, int]:
    """What comes next of that which is known beforehand: its time and kind, and where it stands."""
    centre = tables.centre(w)
    sizes = tables.sizes(w)
    time = chunk_ends
    kind = _BEFORE_ALL
    source = _DEMAND
    if centre["moment_next"] < sizes["moments"]:
        time = tables.moments(w, centre["moment_next"])["began"]
        kind = EventKind.MOMENT_BEGINS
        source = _MOMENTS
    if centre["agenda_next"] < sizes["agenda"]:
        entry = tables.agenda(w, centre["agenda_next"])
        if entry["time"] < time or (entry["time"] == time and entry["kind"] < kind):
            time = entry["time"]
            kind = entry["kind"]
            source = _AGENDA
    return time, kind, source


@compiled
def advance(w: World, chunk_ends: int, until: int, max_events: int) -> int:
    """Tell events up to time `until` or `max_events` of them; return the value of a Status, to be called again.

    A value, since code of an earlier run hands over numbers without the compiler, but no members of enums.
    """
    centre = tables.centre(w)
    time, kind, source = next_time_known(w, chunk_ends)
    for number in range(max_events):
        if number % EVENTS_AHEAD == 0 and is_short_of_room(w):
            return Status.NEED_ROOM.value
        row = event_list.first_event(w)
        if row >= 0 and event_list.is_due(w, row, time, kind):
            event = tables.pool(w, row)
            if event["time"] > until:
                return Status.PAUSED.value
            event_list.take_event(w)
            dispatch.dispatch(w, event["kind"], event["time"], event["owner"], event["slot"], event["stamp"])
        elif source == _DEMAND and chunk_ends == NEVER:
            return Status.DONE.value
        elif time > until:
            return Status.PAUSED.value
        elif source == _DEMAND:
            return Status.NEED_MOMENTS.value
        elif source == _MOMENTS:
            dispatch.dispatch_moment(w, centre["moment_next"])
            time, kind, source = next_time_known(w, chunk_ends)
        else:
            if row < 0 and is_over(w, chunk_ends):
                return Status.DONE.value
            entry = tables.agenda(w, centre["agenda_next"])
            centre["agenda_next"] += 1
            dispatch.dispatch(w, kind, time, entry["owner"], entry["slot"], entry["stamp"])
            time, kind, source = next_time_known(w, chunk_ends)
        event_list.place_posted(w)
    return Status.PAUSED.value


@compiled_inside
def is_over(w: World, chunk_ends: int) -> bool:
    """Whether, with nothing posted, only the ends of intervals are still to come."""
    centre = tables.centre(w)
    return bool(
        centre["in_horizon"] == 0
        and chunk_ends == NEVER
        and centre["moment_next"] >= tables.sizes(w)["moments"]
    )
