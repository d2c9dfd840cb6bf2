"""What changes by day: settled at midnight, before anybody works in the new date."""

from __future__ import annotations

from momentsim.compiler.decorators import compiled_apart, compiled_inside
from momentsim.engine.agents import careers, programmes, training
from momentsim.engine.customers import acquisition
from momentsim.engine.state import tables
from momentsim.engine.state.tables import World


@compiled_apart
def day_begins(w: World, day: int, now: int) -> None:
    """A date begins; `day` is its row in the plan's dates. The first one begins with the run."""
    tables.centre(w)["day"] = day
    tables.booked(w, day)["value"] = booked_so_far(w)
    acquisition.customers_join(w, now)
    programmes.apply_programmes(w, now)
    careers.day_begins(w, day, now)
    training.settle_training(w, now)


@compiled_inside
def booked_so_far(w: World) -> float:
    """Value booked to moments since the run began, money: what `trace.BOOKED` names, over all tallies."""
    total = 0.0
    for reason in range(tables.sizes(w)["reasons"]):
        for segment in range(tables.sizes(w)["segments"]):
            for kind in range(3):
                tally = tables.tally(w, reason, segment, kind)
                total += tally["created"] + tally["destroyed_by_operation"] + tally["destroyed_by_handling"]
                total += tally["won_back"] + tally["usual_price"] + tally["word_of_mouth"] + tally["sold"]
    return float(total)
