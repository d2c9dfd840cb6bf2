"""Student's t for whole degrees of freedom, in closed form: intervals need no import of scipy.

Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.3 and 26.7.4; the tests ask scipy.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

STEPS = 200
"""Halvings of the search interval; it ends at the last bit long before."""


def central_probability(t: float, degrees: int) -> float:
    """Probability that |T| is at most t >= 0."""
    angle = math.atan2(t, math.sqrt(degrees))
    cosine, sine = math.cos(angle), math.sin(angle)
    if degrees % 2:
        orders = np.arange(1, (degrees - 1) // 2)
        series = np.concatenate([[1.0], np.cumprod(2 * orders / (2 * orders + 1) * cosine**2)])
        tail = sine * cosine * float(series.sum()) if degrees > 1 else 0.0
        return 2.0 / math.pi * (angle + tail)
    orders = np.arange(1, degrees // 2)
    series = np.concatenate([[1.0], np.cumprod((2 * orders - 1) / (2 * orders) * cosine**2)])
    return sine * float(series.sum())


@lru_cache(maxsize=64)
def quantile(degrees: int, confidence: float) -> float:
    """The t with |T| <= t at this probability."""
    low, high = 0.0, 1.0
    while central_probability(high, degrees) < confidence:
        high *= 2.0
    for _ in range(STEPS):
        middle = 0.5 * (low + high)
        if middle in (low, high):
            break
        if central_probability(middle, degrees) < confidence:
            low = middle
        else:
            high = middle
    return high
