"""Which lever is in force where it matters, in which size, and what its uses cost."""

from __future__ import annotations

from momentsim.compiler.decorators import compiled_apart, compiled_inside
from momentsim.contract.plan import NEVER
from momentsim.engine.state import tables
from momentsim.engine.state.tables import World


@compiled_apart
def lever_in_force(w: World, kind: int, crisis: int, reason: int, group: int) -> int:
    """The first lever of a kind that is in force for these, -1 for none; one that names none of them is for all.

    `crisis`, `reason` and `group` are -1 where there is none, or where the question is about none. Levers are few.
    """
    for lever in range(tables.sizes(w)["levers"]):
        about = tables.levers(w, lever)
        if about["kind"] != kind or tables.pulled(w, lever)["effective"] == NEVER:
            continue
        if about["crisis"] >= 0 and about["crisis"] != crisis:
            continue
        if about["reason"] >= 0 and about["reason"] != reason:
            continue
        if about["group"] < 0 or about["group"] == group:
            return lever
    return -1


@compiled_inside
def strength_in_force(w: World, kind: int, crisis: int, reason: int, group: int) -> float:
    """Strength of the lever that is in force for these, in its size; 0 for none."""
    lever = lever_in_force(w, kind, crisis, reason, group)
    return float(tables.lever_sizes(w, tables.pulled(w, lever)["row"])["strength"]) if lever >= 0 else 0.0


@compiled_inside
def book_cost(w: World, lever: int, amount: float, now: int) -> None:
    """Book what a lever costs, inside the horizon and after the warm-up."""
    if tables.centre(w)["in_horizon"] and now >= tables.settings(w)["warm_up"]:
        tables.pulled(w, lever)["spent"] += amount


@compiled_inside
def book_use(w: World, lever: int, uses: float, now: int) -> None:
    """Book uses of a lever at its price per use, inside the horizon and after the warm-up."""
    if tables.centre(w)["in_horizon"] and now >= tables.settings(w)["warm_up"]:
        state = tables.pulled(w, lever)
        state["uses"] += uses
        state["spent"] += uses * tables.lever_sizes(w, state["row"])["per_use"]
