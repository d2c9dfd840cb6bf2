"""Durations that are drawn: quantiles of the laws of the plan."""

from __future__ import annotations

import numpy as np

from momentsim.compiler.decorators import compiled_apart, compiled_inside
from momentsim.contract.plan import Family
from momentsim.draws import uniform
from momentsim.engine.state import tables
from momentsim.engine.state.tables import World
from momentsim.rules.durations import (
    exponential_quantile,
    part_share,
    straight,
    table_place,
    table_quantile,
    two_number_quantile,
    whole,
)


@compiled_inside
def quantile(w: World, law: int, u: float) -> float:
    """Quantile of a law of the plan, microseconds; a law that never ends gives infinity."""
    row = tables.laws(w, law)
    if row["family"] == Family.EXPONENTIAL:  # most laws are; found here, without a call
        return exponential_quantile(u, row["a"])
    return other_quantile(w, law, u)


@compiled_apart
def other_quantile(w: World, law: int, u: float) -> float:
    """The same for laws that are not exponential."""
    row = tables.laws(w, law)
    family = row["family"]
    if family == Family.MIXTURE:
        part = row["first"]
        last = part + row["count"] - 1
        while part < last and u >= tables.laws(w, part)["weight"]:
            u -= tables.laws(w, part)["weight"]
            part += 1
        row = tables.laws(w, part)
        family = row["family"]
        u = part_share(u, row["weight"])
    if family == Family.EMPIRICAL:
        return empirical_quantile(w, row["first"], row["count"], u)
    if family == Family.GAMMA:
        return gamma_quantile(w, row["first"], row["a"], u)
    return two_number_quantile(family, u, row["a"], row["b"])


@compiled_inside
def empirical_quantile(w: World, start: int, count: int, u: float) -> float:
    """Quantile of observed durations, straight between neighbours: from the smallest to the largest."""
    step, position = straight(u, count - 1)
    low = tables.samples(w, start + step)["value"]
    high = tables.samples(w, start + min(step + 1, count - 1))["value"]
    return float((1.0 - position) * low + position * high)


@compiled_inside
def gamma_quantile(w: World, start: int, scale: float, u: float) -> float:
    """Quantile of a gamma law from the table of its shape: pairs of ln of a quantile and slope by step."""
    step, position = table_place(u)
    row = start + 2 * step
    return table_quantile(
        position,
        tables.samples(w, row)["value"],
        tables.samples(w, row + 1)["value"],
        tables.samples(w, row + 2)["value"],
        tables.samples(w, row + 3)["value"],
        scale,
    )


@compiled_inside
def draw_duration(w: World, law: int, factor: float, case_key: np.uint64, purpose: int, occasion: int) -> int:
    """A drawn duration of a law, times a factor above 0, in whole microseconds; NEVER when it has no end."""
    return whole(factor * quantile(w, law, uniform(tables.settings(w)["key"], case_key, purpose, occasion)))
