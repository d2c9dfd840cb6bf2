"""Future events are posted to an outbox; the clock that tells the story takes them from there."""

from __future__ import annotations

import numpy as np

from momentsim.compiled import compiled_apart, compiled_inside
from momentsim.draws import uniform
from momentsim.engine import tables
from momentsim.engine.tables import World
from momentsim.plan import NEVER, Family
from momentsim.rules.durations import exponential_quantile, lognormal_quantile

_NEVER = int(Family.NEVER)
_CONSTANT = int(Family.CONSTANT)
_EXPONENTIAL = int(Family.EXPONENTIAL)
_LOGNORMAL = int(Family.LOGNORMAL)
_MIXTURE = int(Family.MIXTURE)


@compiled_inside
def post(w: World, time: int, kind: int, owner: int, slot: int, stamp: int) -> None:
    """Post an event. What lies beyond the end of the run-out will never be told and is not kept."""
    centre = tables.centre(w)
    if time > centre["limit"]:
        return
    event = tables.outbox(w, centre["posted"])
    event["time"] = time
    event["kind"] = kind
    event["owner"] = owner
    event["slot"] = slot
    event["stamp"] = stamp
    centre["posted"] += 1


@compiled_apart
def quantile(w: World, law: int, u: float) -> float:
    """Quantile of a law of the plan, microseconds; a law that never ends gives NEVER."""
    row = tables.laws(w, law)
    family = row["family"]
    if family == _MIXTURE:
        part = row["first"]
        last = part + row["count"] - 1
        while part < last and u >= tables.laws(w, part)["weight"]:
            u -= tables.laws(w, part)["weight"]
            part += 1
        row = tables.laws(w, part)
        family = row["family"]
        u = min(max(u / row["weight"], 1e-17), 1.0 - 1e-16)
    if family == _EXPONENTIAL:
        return exponential_quantile(u, row["a"])
    if family == _LOGNORMAL:
        return lognormal_quantile(u, row["a"], row["b"])
    if family == _CONSTANT:
        return float(row["a"])
    if family == _NEVER:
        return float(NEVER)
    return empirical_quantile(w, row["first"], row["count"], u)


@compiled_inside
def empirical_quantile(w: World, start: int, count: int, u: float) -> float:
    """Quantile of observed durations, straight between neighbours: from the smallest to the largest."""
    place = u * (count - 1)
    below = min(int(place), count - 2) if count > 1 else 0
    if count == 1:
        return float(tables.samples(w, start)["value"])
    share = place - below
    return float(
        (1.0 - share) * tables.samples(w, start + below)["value"]
        + share * tables.samples(w, start + below + 1)["value"]
    )


@compiled_inside
def duration(w: World, law: int, factor: float, case_key: np.uint64, purpose: int, occasion: int) -> int:
    """A drawn duration of a law, times a factor, in whole microseconds; NEVER when it has no end."""
    drawn = factor * quantile(w, law, uniform(tables.settings(w)["key"], case_key, purpose, occasion))
    if drawn >= 1e17:
        return NEVER
    return int(drawn + 0.5)
