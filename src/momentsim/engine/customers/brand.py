"""The firm's brand: a crisis moves what everybody thinks of it, customers and prospects, not what customers do."""

from __future__ import annotations

from momentsim.compiler.decorators import compiled_inside
from momentsim.contract.plan import DAY
from momentsim.engine.state import tables
from momentsim.engine.state.tables import World
from momentsim.rules.brand import brand_after


@compiled_inside
def brand_level(w: World, now: int) -> float:
    """Brand now against before all crises, SD; crises are few and add up."""
    total = 0.0
    if tables.settings(w)["brand_on"]:
        effects = tables.effects(w)
        for crisis in range(tables.sizes(w)["crises"]):
            about = tables.crises(w, crisis)
            if about["brand_shock"] > 0.0 and about["begins"] <= now:
                total += brand_after(
                    about["brand_shock"],
                    float(now - about["begins"]),
                    effects["brand_half_life_d"] * DAY,
                    effects["brand_permanent"],
                )
    return total
