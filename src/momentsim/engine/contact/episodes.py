"""What of a moment will be remembered: its peak, its end, and the mean of its episodes."""

from __future__ import annotations

from momentsim.compiler.decorators import compiled_inside
from momentsim.engine.state import tables
from momentsim.engine.state.tables import World


@compiled_inside
def add_episode(w: World, slot: int, score: float) -> None:
    """Remember one episode of a moment: the one farthest from zero, the last one, and the mean."""
    if tables.centre(w)["remembering"] == 0:
        return
    case = tables.cases(w, slot)
    if case["episodes"] == 0 or abs(score) > abs(case["peak"]):
        case["peak"] = score
    case["end"] = score
    case["total"] += score
    case["episodes"] += 1
