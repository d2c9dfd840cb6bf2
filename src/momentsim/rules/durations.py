"""Quantiles of laws of durations: increasing in the uniform draw, so common draws stay common.

Gamma laws have no closed quantile. Theirs is read from a table made beforehand: ln of the quantile at equal
steps of the normal score z of the share, in which it is smooth, with its slopes (cubic Hermite interpolation).

A quantile is a number of any size; `whole` makes it a time of the engine, and every time that was drawn goes
through it.
"""

from __future__ import annotations

import math
from typing import Final

from momentsim.compiler.decorators import compiled, compiled_apart
from momentsim.contract.plan import LONGEST, NEVER, Family
from momentsim.draws import normal_quantile

_WITHOUT_END: Final = math.inf
_LONGEST: Final = float(LONGEST)

SCORE_LIMIT: Final = 8.6
"""Tables run over scores -8.6..8.6; a share drawn by 52 bits, or clipped at 1e-17, lies within 8.5."""
SCORE_STEPS: Final = 1024
SCORE_STEP: Final = 2.0 * SCORE_LIMIT / SCORE_STEPS


@compiled
def whole(drawn: float) -> int:
    """A drawn duration, microseconds from 0 up, as a time: rounded, cut at LONGEST; NEVER for one without end.

    The bound comes before the cast: a number that is no 64-bit integer would become anything. Also for what is
    no number at all the answer is a time, the longest.
    """
    if drawn < _LONGEST:
        return int(drawn + 0.5)
    if drawn == _WITHOUT_END:
        return NEVER
    return LONGEST


@compiled
def exponential_quantile(u: float, mean: float) -> float:
    """Quantile of the exponential law. log(1 - u) is exact enough: u is never below 2^-54."""
    return -mean * math.log(1.0 - u)


@compiled_apart
def lognormal_quantile(u: float, mu: float, sigma: float) -> float:
    """Quantile of the lognormal law; `mu` and `sigma` are of the logarithm."""
    return math.exp(mu + sigma * normal_quantile(u))


@compiled
def weibull_quantile(u: float, scale: float, inverse_shape: float) -> float:
    """Quantile of the Weibull law."""
    return float(scale * (-math.log1p(-u)) ** inverse_shape)


@compiled
def two_number_quantile(family: int, u: float, a: float, b: float) -> float:
    """Quantile of a law that two numbers describe (fields `a` and `b` of its row), microseconds.

    Infinite for a law without end, and only for that: parameters of the others are bounded by the scenario.
    """
    if family == Family.EXPONENTIAL:
        return exponential_quantile(u, a)
    if family == Family.LOGNORMAL:
        return lognormal_quantile(u, a, b)
    if family == Family.CONSTANT:
        return a
    if family == Family.WEIBULL:
        return weibull_quantile(u, a, b)
    if family == Family.UNIFORM:
        return a + b * u
    return _WITHOUT_END


@compiled
def part_share(u: float, weight: float) -> float:
    """The share within a part of a mixture, from the rest of the share that falls on this part."""
    return min(max(u / weight, 1e-17), 1.0 - 1e-16)


@compiled
def straight(u: float, steps: int) -> tuple[int, float]:
    """Step 0..steps-1 in which the share u of a whole of equal steps lies, and the place 0..1 within it."""
    position = u * steps
    step = min(int(position), max(steps - 1, 0))
    return step, position - step


@compiled
def table_place(u: float) -> tuple[int, float]:
    """Step of a table of quantiles in which the share u lies, and the place 0..1 within it."""
    position = (normal_quantile(u) + SCORE_LIMIT) / SCORE_STEP
    step = min(max(int(position), 0), SCORE_STEPS - 1)
    return step, position - step


@compiled
def table_quantile(
    position: float, left: float, left_slope: float, right: float, right_slope: float, scale: float
) -> float:
    """Quantile within one step of a table: `left`, `right` are ln of the standard law's, slopes are by step."""
    rest = 1.0 - position
    logarithm = rest * rest * (
        (1.0 + 2.0 * position) * left + position * left_slope
    ) + position * position * ((3.0 - 2.0 * position) * right - rest * right_slope)
    return scale * math.exp(logarithm)
