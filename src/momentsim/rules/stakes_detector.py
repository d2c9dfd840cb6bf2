"""Who is thought to be in a moment of truth."""

from __future__ import annotations

from momentsim.compiler.decorators import compiled


@compiled
def detection_probability(stakes: float, threshold: float, sensitivity: float, specificity: float) -> float:
    """Probability 0..1 that a detector takes a moment for one of truth: stakes of `threshold` or more.

    `sensitivity` is the share of the true ones that it finds, `specificity` the share of others that it leaves.
    """
    return sensitivity if stakes >= threshold else 1.0 - specificity


@compiled
def band_of(score: float, bands: int) -> int:
    """Band 0..bands - 1 of a score of 0..1: of a higher one the last, of what is no number the first."""
    if score >= 1.0:
        return bands - 1
    return min(int(score * bands), bands - 1) if score > 0.0 else 0
