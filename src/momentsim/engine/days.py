"""What changes by day: settled at midnight, before anybody works in the new date."""

from __future__ import annotations

from momentsim.compiled import compiled_apart
from momentsim.engine import careers, idle, tables
from momentsim.engine.tables import World


@compiled_apart
def day_begins(w: World, day: int, now: int) -> None:
    """A date begins; `day` is its row in the plan's dates. The first one begins with the run."""
    tables.centre(w)["day"] = day
    careers.day_begins(w, day, now)
    if tables.centre(w)["ranks_stale"]:
        idle.rank_again(w)
