"""What changes by day: settled at midnight, before anybody works in the new date."""

from __future__ import annotations

from momentsim.compiler.decorators import compiled_apart
from momentsim.engine.agents import careers, programmes, training
from momentsim.engine.customers import acquisition
from momentsim.engine.state import tables
from momentsim.engine.state.tables import World


@compiled_apart
def day_begins(w: World, day: int, now: int) -> None:
    """A date begins; `day` is its row in the plan's dates. The first one begins with the run."""
    tables.centre(w)["day"] = day
    acquisition.customers_join(w, now)
    programmes.apply_programmes(w, now)
    careers.day_begins(w, day, now)
    training.settle(w, now)
