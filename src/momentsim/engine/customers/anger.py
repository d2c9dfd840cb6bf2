"""Anger: added by what goes wrong, fading by itself."""

from __future__ import annotations

from momentsim.compiler.decorators import compiled_inside
from momentsim.contract.plan import HOUR
from momentsim.engine.state import tables
from momentsim.engine.state.tables import World
from momentsim.rules.loyalty import fade
from momentsim.rules.workload import towards_one


@compiled_inside
def add_anger(w: World, row: int, now: int, increment: float) -> None:
    """Add to a customer's anger (when anger is switched on)."""
    if row >= 0 and tables.settings(w)["anger_on"]:
        cool_anger(w, row, now)
        tables.customers(w, row)["anger"] = towards_one(tables.customers(w, row)["anger"], increment)


@compiled_inside
def cool_anger(w: World, row: int, now: int) -> None:
    """Let a customer's anger fade to now."""
    person = tables.customers(w, row)
    if person["anger"] > 0.0 and person["anger_at"] != now:
        half_life = tables.effects(w)["anger_half_life_h"] * HOUR
        person["anger"] = fade(person["anger"], now - person["anger_at"], half_life)
    person["anger_at"] = now
