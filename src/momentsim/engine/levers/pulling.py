"""The one door of all levers: they are pulled, take effect after their lead time, and are undone; rows and prices.

Plan, trigger, playbook and hand all post an event of kind LEVER_ACTS, whose stamp says what is done, why and in which
size (`order.lever_stamp`). What a pull may not do (a lever in force, pulled too often or too soon) does nothing.
"""

from __future__ import annotations

from momentsim.compiler.decorators import compiled_apart, compiled_inside
from momentsim.contract.plan import HOUR, NEVER, LeverAction, LeverKind, Why
from momentsim.draws import Purpose, uniform
from momentsim.engine.levers import effects, reserves
from momentsim.engine.levers.in_force import book_cost, book_use
from momentsim.engine.order import ACTIONS, SIZES, WHYS, EventKind
from momentsim.engine.state import tables
from momentsim.engine.state.tables import World
from momentsim.engine.state.timers import post


@compiled_apart
def lever_acts(w: World, lever: int, stamp: int, now: int) -> None:
    """What an event does to a lever; one that belongs to an earlier pull does nothing."""
    action = stamp % ACTIONS
    why = stamp // ACTIONS % WHYS
    size = stamp // (ACTIONS * WHYS) % SIZES
    number = stamp // (ACTIONS * WHYS * SIZES)
    state = tables.pulled(w, lever)
    if number > 0 and number != state["pulls"]:
        return
    if action == LeverAction.PULL:
        if may_be_pulled(w, lever, now):
            pull(w, lever, size, why, now)
    elif action == LeverAction.UNDO:
        if is_held(w, lever):
            undo(w, lever, why, now)
    elif state["waiting"]:
        take_effect(w, lever, now)


@compiled_inside
def is_held(w: World, lever: int) -> bool:
    """Whether a lever is in force, or will be after its lead time."""
    state = tables.pulled(w, lever)
    return bool(state["waiting"] == 1 or state["effective"] < NEVER)


@compiled_inside
def may_be_pulled(w: World, lever: int, now: int) -> bool:
    """Whether a pull would do something now: not held, not pulled too often, and the last pull long enough ago."""
    state = tables.pulled(w, lever)
    about = tables.levers(w, lever)
    if is_held(w, lever) or state["pulls"] >= about["at_most"]:
        return False
    return bool(state["pulls"] == 0 or now - state["last"] >= about["again_after"])


@compiled_apart
def pull(w: World, lever: int, size: int, why: int, now: int) -> None:
    """Pull a lever in a size: it costs, and works or not by one draw of this pull."""
    about = tables.levers(w, lever)
    state = tables.pulled(w, lever)
    state["row"] = about["first_size"] + min(size, about["sizes"] - 1)
    state["pulls"] += 1
    state["last"] = now
    terms = tables.lever_sizes(w, state["row"])
    book_cost(w, lever, terms["once"], now)
    works = True
    if terms["success"] < 1.0:
        key = tables.settings(w)["key"]
        works = uniform(key, about["key"], Purpose.LEVER_WORKS, state["pulls"] - 1) < terms["success"]
    write_row(w, lever, LeverAction.PULL, why, now, now + terms["lead_time"] if works else NEVER)
    if not works:
        return
    if terms["lead_time"] > 0:
        state["waiting"] = 1
        post_action(w, lever, now + terms["lead_time"], LeverAction.TAKE_EFFECT, why)
    else:
        take_effect(w, lever, now)


@compiled_apart
def take_effect(w: World, lever: int, now: int) -> None:
    """From now on a lever is in force, and what ends by itself has its end."""
    state = tables.pulled(w, lever)
    state["waiting"] = 0
    state["effective"] = now
    state["released"] = NEVER
    state["short"] = 0
    state["booked"] = now
    state["began"] = now
    effects.lever_begins(w, lever, now)
    lasts = tables.lever_sizes(w, state["row"])["lasts"]
    if lasts > 0:
        post_action(w, lever, now + lasts, LeverAction.UNDO, Why.PLAN)


@compiled_apart
def undo(w: World, lever: int, why: int, now: int) -> None:
    """Take back a lever that is in force, or still on its way."""
    state = tables.pulled(w, lever)
    if state["effective"] < NEVER:
        book_force(w, lever, now)
        state["effective"] = NEVER
        effects.lever_ends(w, lever, now)
    state["waiting"] = 0
    state["released"] = now
    write_row(w, lever, LeverAction.UNDO, why, now, now)


@compiled_inside
def post_action(w: World, lever: int, time: int, action: int, why: int) -> None:
    """Post what belongs to the present pull of a lever and to no later one."""
    number = tables.pulled(w, lever)["pulls"]
    post(w, time, EventKind.LEVER_ACTS, lever, -1, action + ACTIONS * (why + WHYS * SIZES * number))


@compiled_apart
def write_row(w: World, lever: int, action: int, why: int, now: int, effective: int) -> None:
    """Log what was done; an event at t + 1 tells what was decided at t."""
    centre = tables.centre(w)
    row = tables.lever_rows(w, centre["lever_rows"])
    centre["lever_rows"] += 1
    row["time"] = now - 1
    row["lever"] = lever
    row["effective"] = effective
    row["action"] = action
    row["size"] = tables.pulled(w, lever)["row"] - tables.levers(w, lever)["first_size"]
    row["why"] = why


@compiled_apart
def book_force(w: World, lever: int, now: int) -> None:
    """Book the time in force up to now, and the uses of kinds that count on, inside the horizon."""
    state = tables.pulled(w, lever)
    held = now - max(state["booked"], tables.settings(w)["warm_up"])
    if held > 0 and tables.centre(w)["in_horizon"]:
        state["held"] += held
        book_cost(w, lever, held / HOUR * tables.lever_sizes(w, state["row"])["per_hour"], now)
    counted = effects.uses_so_far(w, lever)
    book_use(w, lever, max(counted - state["before"], 0), now)
    state["before"] = counted
    state["booked"] = now


@compiled_apart
def horizon_ends(w: World, now: int) -> None:
    """Levers cost up to here. Called while the horizon still counts."""
    for lever in range(tables.sizes(w)["levers"]):
        if tables.pulled(w, lever)["effective"] < NEVER:
            book_force(w, lever, now)


@compiled_apart
def dismiss_reserves(w: World, now: int) -> None:
    """At the end of an interval, undo calls of a crisis whose time is over, or whose queue was short long enough."""
    for lever in range(tables.sizes(w)["levers"]):
        about = tables.levers(w, lever)
        if about["kind"] != LeverKind.RESERVES or tables.pulled(w, lever)["effective"] > now:
            continue
        if reserves.is_over(w, lever, now):
            undo(w, lever, Why.PLAN, now)
