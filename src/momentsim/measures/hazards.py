"""Integrated churn hazard of many customers at once: a compiled loop over the one rule in `rules.bond`."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from momentsim.compiled import compiled
from momentsim.rules.bond import integrated_hazard

FloatArray = npt.NDArray[np.float64]


@compiled
def integrated_hazards(
    hazard: FloatArray, norm: FloatArray, y: FloatArray, fading: tuple[float, float], duration: FloatArray
) -> FloatArray:
    """Integral of each customer's hazard over `duration`; `fading` is (churn slope, half-life).

    All times in one unit; arrays of one length.
    """
    slope, half_life = fading
    result = np.zeros(len(norm))
    for row in range(len(norm)):
        result[row] = integrated_hazard(hazard[row], norm[row], y[row], slope, half_life, duration[row])
    return result
