"""Quantiles of laws of durations: increasing in the uniform draw, so common draws stay common."""

from __future__ import annotations

import math

from momentsim.compiled import compiled, compiled_apart
from momentsim.draws import normal_quantile


@compiled
def exponential_quantile(u: float, mean: float) -> float:
    """Quantile of the exponential law. log(1 - u) is exact enough: u is never below 2^-54."""
    return -mean * math.log(1.0 - u)


@compiled_apart
def lognormal_quantile(u: float, mu: float, sigma: float) -> float:
    """Quantile of the lognormal law; `mu` and `sigma` are of the logarithm."""
    return math.exp(mu + sigma * normal_quantile(u))
