"""Complaints as triggers see them: at the look when they are voiced; one that is forestalled before never is."""

from __future__ import annotations

from momentsim.compiler.decorators import compiled_apart, compiled_inside
from momentsim.contract.plan import MINUTE, Watched
from momentsim.engine.state import tables
from momentsim.engine.state.tables import World


@compiled_apart
def expect_complaints(w: World, voiced: int, change: int) -> None:
    """So many complaints more (or fewer) will be voiced at a time that has not come yet; for triggers that watch."""
    since_start = voiced - tables.settings(w)["warm_up"]
    look = max(-(-since_start // MINUTE), 1)
    for trigger in range(tables.sizes(w)["triggers"]):
        about = tables.triggers(w, trigger)
        if about["watched"] == Watched.COMPLAINTS:
            row = about["first_past"] + look % (about["span"] + about["lag"] + 1)
            tables.pasts(w, row)["part"] += change


@compiled_inside
def voiced_in_span(w: World, trigger: int, number: int) -> float:
    """Complaints voiced within a trigger's span up to the look of this number.

    Rows go round like those of other triggers: what is voiced at look n, and all voiced until then, stand at n modulo
    their number. What lies ahead reaches no farther than the lag.
    """
    about = tables.triggers(w, trigger)
    length = about["span"] + about["lag"] + 1
    here = tables.pasts(w, about["first_past"] + number % length)
    before = tables.pasts(w, about["first_past"] + (number - 1 + length) % length)
    here["whole"] = before["whole"] + here["part"]
    here["part"] = 0
    if number <= about["span"]:
        return float(here["whole"])
    begin = tables.pasts(w, about["first_past"] + (number - about["span"]) % length)
    return float(here["whole"] - begin["whole"])
