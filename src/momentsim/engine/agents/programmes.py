"""Programmes by day: how strong each is, and how groups work under them."""

from __future__ import annotations

from momentsim.compiler.decorators import compiled_apart, compiled_inside
from momentsim.contract.plan import NEVER, AimKind
from momentsim.engine.state import tables
from momentsim.engine.state.tables import World
from momentsim.rules import programmes


@compiled_apart
def apply_programmes(w: World, now: int) -> None:
    """Settle everything for the date that begins now. Nothing happens in a scenario without programmes."""
    rows = tables.sizes(w)["programmes"]
    if rows == 0:
        return
    for row in range(rows):
        about = tables.programmes(w, row)
        tables.progress(w, row)["strength"] = programmes.strength(
            now,
            about["begins"],
            about["adoption"],
            about["s_curve"] == 1,
            about["ends"],
            about["half_life"],
        )
    first = 0
    while first < tables.sizes(w)["aims"]:
        first = settle_value(w, first)


@compiled_apart
def start(w: World, programme: int, begins: int) -> None:
    """A programme that waited for its lever has its first effect from then on, as dates begin."""
    for row in range(tables.sizes(w)["programmes"]):
        about = tables.programmes(w, row)
        if about["programme"] == programme:
            about["begins"] = begins
            about["ends"] = NEVER


@compiled_apart
def stop(w: World, programme: int, now: int) -> None:
    """It is stopped now, and fades from the next date on as one that ends by its plan."""
    for row in range(tables.sizes(w)["programmes"]):
        about = tables.programmes(w, row)
        if about["programme"] == programme:
            about["ends"] = now


@compiled_inside
def count_hire(w: World, group: int, now: int) -> None:
    """An agent of this group is hired: by programmes that choose who is, as far as they are in force."""
    if tables.centre(w)["in_horizon"] == 0 or now < tables.settings(w)["warm_up"]:
        return
    for row in range(tables.sizes(w)["programmes"]):
        if tables.programmes(w, row)["hires"] and tables.programmes(w, row)["group"] == group:
            tables.progress(w, row)["hired"] += tables.progress(w, row)["strength"]


@compiled_inside
def settle_value(w: World, first: int) -> int:
    """Set one value of how a group works by all aims at it, of which `first` is the first; return the next one.

    From the usual value, mixed with all targets by strength, times factors, plus shifts: in any order the same.
    """
    field = tables.aims(w, first)["field"]
    kept = 1.0
    total = 0.0
    pulled = 0.0
    factor = 1.0
    shift = 0.0
    aim = first
    while aim < tables.sizes(w)["aims"] and tables.aims(w, aim)["field"] == field:
        about = tables.aims(w, aim)
        strength = tables.progress(w, about["row"])["strength"]
        if about["kind"] == AimKind.FACTOR:
            factor *= about["value"] ** strength
        elif about["kind"] == AimKind.SHIFT:
            shift += about["value"] * strength
        else:
            kept *= 1.0 - strength
            total += strength
            pulled += strength * about["value"]
        aim += 1
    usual = tables.usual_values(w, field)["value"]
    value = programmes.mix_values(usual, kept, total, pulled) * factor + shift
    tables.practice_values(w, field)["value"] = value
    return int(aim)
