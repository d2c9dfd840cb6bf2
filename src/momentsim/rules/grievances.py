"""How much a loss weighs: earlier complaints worsen it (E2.15.2), a strong relation buffers or amplifies (E2.13.2)."""

from __future__ import annotations

import math
from typing import Final

from momentsim.compiler.decorators import compiled

BOUND: Final = 3.0
"""Largest open grievance of one customer (MODEL 1)."""

_MEAN_ABOVE_ZERO = 1.0 / math.sqrt(2.0 * math.pi)


@compiled
def weight_with_grievance(grievance: float, usual: float, amplify: float) -> float:
    """Weight of a loss with an open grievance: 1 + amplify x (grievance - usual), never below 0.

    `usual` is the mean grievance at the reference operation, so that the mean weight is 1 there.
    """
    return max(0.0, 1.0 + amplify * (grievance - usual))


@compiled
def grievance_after(grievance: float, whole: float, opened: float, share: float) -> float:
    """Open grievance once a moment has opened `share` of the `whole` that it can, `opened` of it earlier; 0..BOUND.

    One moment opens one grievance: what comes later raises it to the larger share and never adds.
    """
    return max(grievance, min(grievance + whole * max(share - opened, 0.0), BOUND))


@compiled
def weight_of_broken_promise(norm: float, amplify: float) -> float:
    """Weight of a broken promise: (1 + amplify x n+) over its mean for n ~ N(0, 1), n+ being max(n, 0)."""
    return (1.0 + amplify * max(norm, 0.0)) / (1.0 + amplify * _MEAN_ABOVE_ZERO)


@compiled
def weight_of_product_failure(norm: float, buffer: float) -> float:
    """Weight of a product failure: max(0, 1 - buffer x n+) over its mean for n ~ N(0, 1); `buffer` 0..1."""
    if buffer <= 0.0:
        return 1.0
    cut = 1.0 / buffer
    density = _MEAN_ABOVE_ZERO * math.exp(-0.5 * cut * cut)
    beyond = density - cut * 0.5 * math.erfc(cut / math.sqrt(2.0))  # mean of max(n - cut, 0)
    mean = 1.0 - buffer * _MEAN_ABOVE_ZERO + buffer * beyond
    return max(0.0, 1.0 - buffer * max(norm, 0.0)) / mean


@compiled
def lean_of(norm: float, promise: float, product: float, amplify: float, buffer: float) -> float:
    """Mean attitude in the calm of customers of this norm, SD: losses weigh by norm, so strong relations lean.

    `promise` and `product` are what such losses take from attitudes on average.
    """
    lean = 0.0
    if promise != 0.0:
        lean += promise * (weight_of_broken_promise(norm, amplify) - 1.0)
    if product != 0.0:
        lean += product * (weight_of_product_failure(norm, buffer) - 1.0)
    return lean
