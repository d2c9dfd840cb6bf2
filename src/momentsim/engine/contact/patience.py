"""How long callers are ready to wait before they hang up."""

from __future__ import annotations

from momentsim.compiler.decorators import compiled_apart, compiled_inside
from momentsim.contract.plan import MINUTE, NEVER
from momentsim.draws import Purpose
from momentsim.engine.contact import talk_outcome
from momentsim.engine.state import tables
from momentsim.engine.state.durations import draw_duration
from momentsim.engine.state.tables import World
from momentsim.rules import experience
from momentsim.rules.durations import whole


@compiled_inside
def draw_patience(w: World, slot: int) -> int:
    """How long a caller is ready to wait, microseconds: as the law, the segment, a crisis and what was told have it."""
    case = tables.cases(w, slot)
    reason = tables.reasons(w, case["reason"])
    law = reason["escalated_patience_law"] if case["escalated"] else reason["patience_law"]
    occasion = talk_outcome.leg_of(case, case["attempt"])
    patience = draw_duration(w, law, patience_factor(w, slot), case["key"], Purpose.PATIENCE, occasion)
    if case["announced"] > 0:
        patience = patience_of_told(w, slot, patience)
    return patience


@compiled_inside
def patience_factor(w: World, slot: int) -> float:
    """Patience is longer for patient segments and in a crisis without other channels (E2.3.6)."""
    case = tables.cases(w, slot)
    factor = tables.segments(w, case["segment"])["patience_factor"]
    if case["crisis"] >= 0 and tables.settings(w)["crisis_multipliers_on"]:
        factor *= tables.crises(w, case["crisis"])["patience_factor"]
    return float(factor)


@compiled_apart
def patience_of_told(w: World, slot: int, patience: int) -> int:
    """Patience of a caller who was told a wait: hardly anybody leaves before it is over, many soon after (E2.5.1)."""
    if patience >= NEVER:
        return patience
    effects = tables.effects(w)
    told = float(tables.cases(w, slot)["announced"])
    minutes = experience.patience_when_told(
        patience / MINUTE, told, effects["told_before"], effects["told_after"]
    )
    return whole(minutes * MINUTE)
