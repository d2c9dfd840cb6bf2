"""Triggers: each minute the centre is looked at, and levers whose condition holds are pulled or undone."""

from __future__ import annotations

from momentsim.compiler.decorators import compiled_apart, compiled_inside
from momentsim.contract.plan import NEVER, Comparator, LeverAction, Watched, Why
from momentsim.engine.levers import complaints, pulling
from momentsim.engine.order import ACTIONS, WHYS, EventKind
from momentsim.engine.state import tables
from momentsim.engine.state.tables import World
from momentsim.engine.state.timers import post


@compiled_apart
def look_at_triggers(w: World, number: int, now: int) -> None:
    """Look at all triggers, for the time of this number; it sees an instant when all else of it has happened."""
    for trigger in range(tables.sizes(w)["triggers"]):
        about = tables.triggers(w, trigger)
        watch = tables.watches(w, trigger)
        if not compares(watched_value(w, trigger, number, now), about["comparison"], about["threshold"]):
            watch["since"] = NEVER
            continue
        watch["since"] = min(watch["since"], now)
        if now - watch["since"] >= about["hold"]:
            fire(w, trigger, now)


@compiled_inside
def fire(w: World, trigger: int, now: int) -> None:
    """Pull or undo the lever of a trigger one tick later, where that does something."""
    about = tables.triggers(w, trigger)
    lever = about["lever"]
    undoes = about["action"] == LeverAction.UNDO
    if undoes and not pulling.is_held(w, lever):
        return
    if not undoes and not pulling.may_be_pulled(w, lever, now + 1):
        return
    size = 0 if undoes else tables.levers(w, lever)["size"]
    stamp = about["action"] + ACTIONS * (Why.TRIGGER + WHYS * size)
    post(w, now + 1, EventKind.LEVER_ACTS, lever, -1, stamp)


@compiled_inside
def compares(value: float, comparison: int, threshold: float) -> bool:
    """Whether a value is on the side of the threshold that is asked for."""
    if comparison == Comparator.ABOVE:
        return bool(value > threshold)
    if comparison == Comparator.BELOW:
        return bool(value < threshold)
    if comparison == Comparator.AT_LEAST:
        return bool(value >= threshold)
    return bool(value <= threshold)


@compiled_inside
def watched_value(w: World, trigger: int, number: int, now: int) -> float:
    """What a trigger looks at: a count, microseconds or a share."""
    about = tables.triggers(w, trigger)
    watched = about["watched"]
    place = about["place"]
    if watched == Watched.ON_DUTY:
        return float(tables.centre(w)["on_duty"] if place < 0 else tables.group_state(w, place)["on_duty"])
    if watched == Watched.COMPLAINTS:
        return complaints.voiced_in_span(w, trigger, number)
    first = max(place, 0)
    last = tables.sizes(w)["lines"] if place < 0 else place + 1
    waiting = 0
    longest = 0
    answered = 0
    abandoned = 0
    for queue in range(first, last):
        line = tables.lines(w, queue)
        waiting += line["waiting"]
        answered += line["answered"]
        abandoned += line["abandoned"]
        if watched == Watched.LONGEST_WAIT and line["waiting"] > 0:
            longest = max(longest, now - waiting_since(w, queue))
    if watched == Watched.QUEUE:
        return float(waiting)
    if watched == Watched.LONGEST_WAIT:
        return float(longest)
    return share_in_span(w, trigger, number, abandoned, answered + abandoned)


@compiled_inside
def waiting_since(w: World, queue: int) -> int:
    """Since when the first of each list of a queue waits, the earliest; NEVER when nobody does."""
    earliest = NEVER
    centre = tables.centre(w)
    for list_number in range(centre["levels"] * centre["lanes"]):
        slot = tables.queue_ends(w, queue, list_number)["first"]
        if slot >= 0:
            earliest = min(earliest, tables.cases(w, slot)["queued"])
    return int(earliest)


@compiled_inside
def share_in_span(w: World, trigger: int, number: int, part: int, whole: int) -> float:
    """Share of what was counted within a trigger's span up to this look; 0 of nothing.

    Rows of the past go round: the one of look n stands at n modulo their number, and all are 0 at the start.
    """
    about = tables.triggers(w, trigger)
    length = about["span"] + 1
    here = tables.pasts(w, about["first_past"] + number % length)
    here["part"] = part
    here["whole"] = whole
    begin = tables.pasts(w, about["first_past"] + max(number - about["span"], 0) % length)
    counted = float(whole - begin["whole"])
    return float(part - begin["part"]) / counted if counted > 0.0 else 0.0
