"""Which assumption would flip a verdict: the mean difference as one assumption moves and all others stay open."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from momentsim.measures.statistics import t_quantile
from momentsim.questions.worlds.surrogate import Surrogate

FloatArray = npt.NDArray[np.float64]
Flips = Literal["yes", "perhaps", "no"]

GRID: Final = np.linspace(0.0, 1.0, 401)
"""Shares of the range at which the mean difference is looked at."""


class Flip(NamedTuple):
    """The mean difference over the range of one assumption. Shares are 0..1 of the range; NaN where it never is 0."""

    at_low: float
    at_low_error: float
    at_high: float
    at_high_error: float
    share: float
    """Where the mean difference is 0, nearest to the middle of the range."""
    from_share: float
    to_share: float
    """Between them 0 lies within the 95 % interval of the mean difference."""
    flips: Flips
    """yes: it is clearly above 0 in one part of the range and clearly below in another."""


def flip_of(fitted: Surrogate, dimension: int) -> Flip:
    """What the surrogate says of one assumption; its 95 % intervals hold for each place of the range alone."""
    mean, error = fitted.of(dimension, GRID)
    half = t_quantile(fitted.trials) * error
    crossings = np.flatnonzero(np.sign(mean[:-1]) * np.sign(mean[1:]) < 0)
    ends = float(mean[0]), float(half[0]), float(mean[-1]), float(half[-1])
    above, below = bool(np.any(mean - half > 0)), bool(np.any(mean + half < 0))
    if not len(crossings):
        return Flip(*ends, np.nan, np.nan, np.nan, "no")
    crossing = int(crossings[np.abs(GRID[crossings] - 0.5).argmin()])
    step = float(mean[crossing] / (mean[crossing] - mean[crossing + 1]))
    share = float(GRID[crossing]) + step * float(GRID[1])
    unclear = np.abs(mean) <= half
    first, last = crossing, crossing + 1
    while first > 0 and unclear[first]:
        first -= 1
    while last < len(GRID) - 1 and unclear[last]:
        last += 1
    return Flip(*ends, share, float(GRID[first]), float(GRID[last]), "yes" if above and below else "perhaps")
