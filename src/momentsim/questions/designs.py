"""Designs: points that fill a cube evenly, with far fewer of them than a full grid has."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias, get_args

import numpy as np
import numpy.typing as npt

from momentsim.errors import MomentsimError

DesignName: TypeAlias = Literal["latin", "sobol"]
DESIGNS: Final[tuple[str, ...]] = get_args(DesignName)


def unit_points(design: DesignName, points: int, dimensions: int, seed: int) -> npt.NDArray[np.float64]:
    """So many points of the unit cube, shape (points, dimensions), each number in 0..1, ends left out.

    `latin`: a Latin hypercube (McKay, Beckman and Conover 1979): in every dimension one point in each of `points`
    equal strips. `sobol`: scrambled Sobol points (Owen 1998), whose first 2, 4, 8, ... are spread evenly too; `points`
    must be a power of two. The same arguments give the same points. Raises MomentsimError for other arguments.
    """
    if points < 1 or dimensions < 1:
        raise MomentsimError(f"a design has at least 1 point and 1 dimension, not {points} and {dimensions}")
    from scipy.stats import qmc  # a second to import, for few commands

    if design == "latin":
        return np.asarray(qmc.LatinHypercube(dimensions, rng=seed).random(points), np.float64)
    if design == "sobol":
        if points & (points - 1):
            below = 1 << (points.bit_length() - 1)
            raise MomentsimError(
                f"a Sobol design has 2, 4, 8, ... points, not {points}: take {below} or {2 * below}"
            )
        return np.asarray(qmc.Sobol(dimensions, rng=seed).random(points), np.float64)
    raise MomentsimError(f"design: '{design}' is not known, allowed: {', '.join(DESIGNS)}")
