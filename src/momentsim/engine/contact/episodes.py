"""What of a moment will be remembered: its best and its worst, its end, and the mean of its episodes."""

from __future__ import annotations

from momentsim.compiler.decorators import compiled_inside
from momentsim.engine.state import tables
from momentsim.engine.state.tables import World
from momentsim.rules import experience


@compiled_inside
def add_episode(w: World, slot: int, score: float) -> None:
    """Remember one episode of a moment, SD."""
    if tables.centre(w)["remembering"] == 0:
        return
    case = tables.cases(w, slot)
    case["best"] = max(case["best"], score)
    case["worst"] = min(case["worst"], score)
    case["end"] = score
    case["total"] += score
    case["episodes"] += 1
    case["unmet"] = 0


@compiled_inside
def add_failure(w: World, slot: int, score: float) -> None:
    """Remember an episode that leaves the need unmet: a talk that did not solve it, a promise that was broken."""
    add_episode(w, slot, score)
    tables.cases(w, slot)["unmet"] = 1


@compiled_inside
def add_busy(w: World, slot: int) -> None:
    """Remember an attempt that came to nothing at once (busy, balked): as a wait of a quarter of an hour."""
    case = tables.cases(w, slot)
    effects = tables.effects(w)
    expected = tables.reasons(w, case["reason"])["expected_wait"]
    add_episode(
        w,
        slot,
        experience.wait_score(
            effects["busy_wait_min"], expected, effects["wait_size"], effects["wait_scale_min"]
        ),
    )


@compiled_inside
def end_unmet(w: World, slot: int) -> None:
    """Nobody met the need: that is the last thing to be remembered, once (MODEL 7)."""
    if tables.cases(w, slot)["unmet"] == 0:
        add_failure(w, slot, -tables.effects(w)["outcome_score"])
