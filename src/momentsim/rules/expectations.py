"""How expectations learn from experience, in SD (Oliver 1980; sizes assumed, E2.13.6)."""

from __future__ import annotations

from typing import Final

from momentsim.compiler.decorators import compiled

BOUND: Final = 3.0
"""Farthest that experience moves an expectation, SD."""


@compiled
def expectation_after(expectation: float, surprise: float, up: float, down: float) -> float:
    """Expectation after a surprise: it rises by `up` of a pleasant one and falls by `down` of a bad one.

    `up`, `down` 0..1. Self-correcting: a higher expectation makes the next surprise smaller by as much.
    """
    step = up * surprise if surprise > 0.0 else down * surprise
    return min(max(expectation + step, -BOUND), BOUND)
