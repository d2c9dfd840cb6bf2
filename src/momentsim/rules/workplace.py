"""What incentives, knowledge and authority do to a talk. Weights and shares 0..1, scores in SD."""

from __future__ import annotations

import math

from momentsim.compiler.decorators import compiled


@compiled
def haste_factor(excess: float, speed: float) -> float:
    """Factor on handling times: exp(-speed * excess); `excess` weight on handling time above the usual (E2.12.6)."""
    return math.exp(-speed * excess)


@compiled
def gaming_probability(excess: float, gaming: float) -> float:
    """Share of talks cut short unsolved: gaming * excess weight on handling time, 0 at or below the usual (E2.12.6)."""
    return min(gaming * max(excess, 0.0), 1.0)


@compiled
def doubt_probability(knowledge: float, stakes: float, strength: float) -> float:
    """Chance that an answer is doubted: 1 - exp(-strength * (-knowledge)+ * stakes)."""
    return 1.0 - math.exp(-strength * max(-knowledge, 0.0) * stakes)


@compiled
def escalation_probability(limit: float, scale: float) -> float:
    """Chance that a decision goes beyond an agent's limit of money: exp(-limit / scale) (E2.12.7)."""
    return math.exp(-max(limit, 0.0) / scale)
