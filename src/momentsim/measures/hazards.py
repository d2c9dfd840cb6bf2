"""Integrated churn hazard of many customers at once: a compiled loop over the one rule in `rules.bond`."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from momentsim.compiled import compiled
from momentsim.rules.bond import integrated_hazard

FloatArray = npt.NDArray[np.float64]


def integrated_hazards(
    hazard: FloatArray, norm: FloatArray, y: FloatArray, fading: tuple[float, float], duration: FloatArray
) -> FloatArray:
    """Integral of each customer's hazard over `duration`; `fading` is (churn slope, half-life).

    All times in one unit; arrays of one length.
    """
    result = duration.copy()
    integrate(hazard, norm, y, np.array(fading), result)
    return result


@compiled
def integrate(
    hazard: FloatArray, norm: FloatArray, y: FloatArray, fading: FloatArray, durations: FloatArray
) -> None:
    """The same in place: each duration becomes the integral over it."""
    slope, half_life = fading[0], fading[1]
    for row in range(len(norm)):
        durations[row] = integrated_hazard(hazard[row], norm[row], y[row], slope, half_life, durations[row])
