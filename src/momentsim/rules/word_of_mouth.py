"""What is told about a moment and what it does to those who hear it (E2.16)."""

from __future__ import annotations

from momentsim.compiler.decorators import compiled


@compiled
def joins_by_good(told: float, reach: float, prospects: float, moved: float, prior: float) -> float:
    """Expected joins by one good moment: told x reach x share of prospects x moved x (1 - prior probability)."""
    return told * reach * prospects * moved * (1.0 - prior)


@compiled
def joins_by_bad(told: float, reach: float, prospects: float, moved: float, prior: float) -> float:
    """Expected joins that one bad moment prevents: told x reach x share of prospects x moved x prior probability."""
    return told * reach * prospects * moved * prior
