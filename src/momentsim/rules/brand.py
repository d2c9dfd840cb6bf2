"""The brand after a shock: most of the loss fades, a part stays (E2.13.7; half-life and share from E3.6)."""

from __future__ import annotations

from momentsim.compiler.decorators import compiled


@compiled
def brand_after(shock: float, elapsed: float, half_life: float, permanent: float) -> float:
    """Brand after `elapsed` (unit of `half_life`), SD: -shock x (permanent + (1 - permanent) x 2^(-t/half-life))."""
    if elapsed < 0.0:
        return 0.0
    return float(-shock * (permanent + (1.0 - permanent) * 2.0 ** (-elapsed / half_life)))
