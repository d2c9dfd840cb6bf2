"""The price of one unit of gain: a ratio of two paired differences, with Fieller's interval.

Fieller (Journal of the Royal Statistical Society B 16, 1954, 175-185): R belongs to the interval unless
top - R * bottom is clearly not 0. The interval is bounded just when the bottom is clearly not 0 at the same
confidence; here a price is given only where the bottom is clearly above 0.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from momentsim.measures.statistics import CONFIDENCE, Estimate, t_quantile


class GainPrice(NamedTuple):
    """Ratio and interval; all NaN where the bottom is not clearly above 0."""

    value: float
    low: float
    high: float

    @property
    def is_known(self) -> bool:
        """Whether there is a price."""
        return math.isfinite(self.value)


UNKNOWN = GainPrice(math.nan, math.nan, math.nan)


def price(top: Estimate, bottom: Estimate, confidence: float = CONFIDENCE) -> GainPrice:
    """First item of `top` per first item of `bottom`; replications of both are paired."""
    replications = len(top.influence)
    t_squared = t_quantile(replications, confidence) ** 2
    numerator, denominator = float(top.value[0]), float(bottom.value[0])
    pair = np.stack([top.influence[:, 0], bottom.influence[:, 0]])
    covariance = pair @ pair.T / (replications * max(1, replications - 1))
    square = denominator**2 - t_squared * float(covariance[1, 1])
    if not (denominator > 0 and square > 0):
        return UNKNOWN
    middle = numerator * denominator - t_squared * float(covariance[0, 1])
    rest = numerator**2 - t_squared * float(covariance[0, 0])
    root = math.sqrt(max(0.0, middle**2 - square * rest))
    return GainPrice(numerator / denominator, (middle - root) / square, (middle + root) / square)
