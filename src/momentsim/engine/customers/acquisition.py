"""Customers who join: prospects become customers as the joining intensity of their segment adds up.

The intensity is what the firm's own efforts win, moved by the brand, plus what is told about it. Prospect number
k joins when its integral passes the k-th point of a unit Poisson process whose gaps the prospects own, so more
intensity only brings joins forward. The integral may fall by bad word of mouth; who has joined stays.
"""

from __future__ import annotations

import math

from momentsim.compiler.decorators import compiled_apart, compiled_inside
from momentsim.draws import Purpose, child, exponential
from momentsim.engine.customers import brand
from momentsim.engine.state import tables
from momentsim.engine.state.tables import World


@compiled_inside
def is_customer(w: World, customer: int, segment: int) -> bool:
    """Whether this one was a customer at the start or has joined by now."""
    about = tables.segments(w, segment)
    ordinal = customer - about["first_customer"] - about["customers"]
    return bool(ordinal < tables.joinings(w, segment)["joined"])


@compiled_inside
def joining_time(w: World, segment: int, ordinal: int) -> int:
    """Since when the customer of this ordinal is one: the scenario's start for those who were there."""
    about = tables.segments(w, segment)
    if ordinal < about["customers"]:
        return int(tables.settings(w)["warm_up"])
    return int(tables.prospects(w, about["first_prospect"] + ordinal - about["customers"])["value"])


@compiled_apart
def customers_join(w: World, now: int) -> None:
    """Integrate the joining intensity to now (at midnight, and at the horizon's end); let prospects join."""
    settings = tables.settings(w)
    for segment in range(tables.sizes(w)["segments"]):
        about = tables.segments(w, segment)
        joining = tables.joinings(w, segment)
        begin = max(joining["since"], settings["warm_up"])
        if about["prospects"] == 0 or min(now, settings["horizon"]) <= begin:
            continue
        liking = math.exp(tables.effects(w)["brand_acquisition"] * brand.brand_level(w, now))
        paid = about["joining"] * (min(now, settings["horizon"]) - begin) * liking
        joining["paid"] += paid
        joining["value"] += paid * tables.newcomer(w, segment)
        joining["due"] += paid + joining["told"]
        joining["told"] = 0.0
        joining["since"] = now
        seat_newcomer(w, segment, now)


@compiled_apart
def seat_newcomer(w: World, segment: int, now: int) -> None:
    """Whoever is due joins now; without a prospect left they are only counted."""
    about = tables.segments(w, segment)
    joining = tables.joinings(w, segment)
    if joining["next"] == 0.0:
        joining["next"] = draw_joining_gap(w, segment, 0)
    while joining["due"] >= joining["next"]:
        if joining["joined"] < about["prospects"]:
            tables.prospects(w, about["first_prospect"] + joining["joined"])["value"] = now
            joining["joined"] += 1
        else:
            joining["untracked"] += 1
        joining["next"] += draw_joining_gap(w, segment, joining["joined"] + joining["untracked"])


@compiled_inside
def draw_joining_gap(w: World, segment: int, joiner: int) -> float:
    """Joining intensity between the prospect before and this one."""
    about = tables.segments(w, segment)
    owner = child(about["key"], about["customers"] + joiner)
    return exponential(tables.settings(w)["key"], owner, Purpose.JOINING, 0)
