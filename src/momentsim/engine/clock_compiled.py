"""The compiled clock: tells the events in order, from three sources, until something outside is needed."""

from __future__ import annotations

from enum import IntEnum

from momentsim.compiled import compiled, compiled_inside
from momentsim.engine import calendar as lists
from momentsim.engine import tables, telling
from momentsim.engine.order import Kind
from momentsim.engine.tables import World
from momentsim.plan import NEVER


class Status(IntEnum):
    """Why a clock has stopped; the next event has not been touched."""

    DONE = 0
    NEED_ROOM = 1
    """A table is full."""
    NEED_MOMENTS = 2
    """The moments of the next day are wanted."""
    PAUSED = 3


_DONE = int(Status.DONE)
_NEED_ROOM = int(Status.NEED_ROOM)
_NEED_MOMENTS = int(Status.NEED_MOMENTS)
_PAUSED = int(Status.PAUSED)
_MOMENT_BEGINS = int(Kind.MOMENT_BEGINS)
_AGENDA = 0
_MOMENTS = 1
_CALENDAR = 2
_DEMAND = 3


@compiled
def short_of_room(w: World) -> bool:
    """Whether the next event might not find room."""
    centre = tables.centre(w)
    if (
        centre["free_case"] < 0
        or tables.wheel(w)["count"] + tables.sizes(w)["outbox"] > tables.sizes(w)["pool"]
    ):
        return True
    if centre["tracking"] and centre["known"] >= tables.sizes(w)["known"]:
        return True
    if tables.sizes(w)["repairs"] > 0 and tables.desk(w)["free_repair"] < 0:
        return True
    return bool(
        centre["logging"]
        and (
            centre["contact_rows"] + 4 > tables.sizes(w)["contacts"]
            or centre["moment_rows"] + 4 > tables.sizes(w)["moment_rows"]
        )
    )


@compiled_inside
def drain(w: World) -> None:
    """Take the posted events over into the event list."""
    centre = tables.centre(w)
    for place in range(centre["posted"]):
        lists.insert(w, place)
    centre["posted"] = 0


@compiled
def advance(w: World, chunk_ends: int, until: int, max_events: int) -> int:
    """Tell events up to time `until` or `max_events` of them; return a Status. May be called again and again."""
    centre = tables.centre(w)
    for _ in range(max_events):
        if short_of_room(w):
            return _NEED_ROOM
        time = NEVER
        kind = 0
        source = _DEMAND
        place = centre["moment_next"]
        if place < tables.sizes(w)["moments"]:
            time = tables.moments(w, place)["began"]
            kind = _MOMENT_BEGINS
            source = _MOMENTS
        else:
            time = chunk_ends
        row = lists.first(w)
        if row >= 0:
            event = tables.pool(w, row)
            if event["time"] < time or (
                event["time"] == time and source == _MOMENTS and event["kind"] < kind
            ):
                time = event["time"]
                kind = event["kind"]
                source = _CALENDAR
        entry = centre["agenda_next"]
        if entry < tables.sizes(w)["agenda"]:
            known = tables.agenda(w, entry)
            if known["time"] < time or (known["time"] == time and source != _DEMAND and known["kind"] < kind):
                time = known["time"]
                kind = known["kind"]
                source = _AGENDA
        if source == _DEMAND and chunk_ends == NEVER:
            return _DONE
        if time > until:
            return _PAUSED
        if source == _CALENDAR:
            event = tables.pool(w, lists.take(w))
            telling.tell(w, kind, time, event["owner"], event["slot"], event["stamp"])
        elif source == _MOMENTS:
            telling.tell_moment(w, place)
        elif source == _AGENDA:
            if (
                row < 0
                and centre["in_horizon"] == 0
                and chunk_ends == NEVER
                and place >= tables.sizes(w)["moments"]
            ):
                return _DONE
            known = tables.agenda(w, entry)
            centre["agenda_next"] = entry + 1
            telling.tell(w, kind, time, known["owner"], known["slot"], known["stamp"])
        else:
            return _NEED_MOMENTS
        drain(w)
    return _PAUSED
