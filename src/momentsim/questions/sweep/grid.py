"""The points of a sweep: a full grid, a Latin hypercube, or the design from which Sobol' indices are computed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final, Literal, TypeAlias, get_args

import numpy as np
import numpy.typing as npt

from momentsim.errors import MomentsimError
from momentsim.questions.designs import unit_points
from momentsim.questions.sweep.axes import Axis

DesignChoice: TypeAlias = Literal["grid", "latin", "sobol"]
CHOICES: Final[tuple[str, ...]] = get_args(DesignChoice)
DEFAULT_POINTS: Final = {"latin": 100, "sobol": 64}
MOST_POINTS: Final = 2000
"""Points from which a sweep has to be asked for twice."""
LIMIT: Final = 1_000_000
"""Points that no sweep may have."""

FloatArray: TypeAlias = npt.NDArray[np.float64]
Values: TypeAlias = tuple[str, ...]
"""One value per varied key, as written."""


@dataclass(frozen=True)
class Design:
    """Which points are simulated, and how they make up the design.

    `rows` are the different points. Point number p of the design, in its own order, is `rows[places[p]]`: rounding can
    make several the same. `size` is the number asked for: of a Sobol design its base points, each of which gives one
    point more than two for every key.
    """

    name: DesignChoice
    size: int
    rows: tuple[Values, ...]
    places: tuple[int, ...]


def number_of_points(axes: Sequence[Axis], name: DesignChoice, points: int | None) -> int:
    """Points of a design before any is made."""
    if name == "grid":
        if points is not None:
            raise MomentsimError(
                "--points goes with --design latin or sobol, a grid has the points of its values"
            )
        return math.prod(len(axis.texts) for axis in axes)
    size = DEFAULT_POINTS[name] if points is None else points
    return size * (len(axes) + 2) if name == "sobol" else size


def design_of(axes: Sequence[Axis], name: DesignChoice, points: int | None, seed: int) -> Design:
    """The design; `number_of_points` says beforehand how large it gets."""
    if name == "grid":
        rows = tuple(product(*(axis.texts for axis in axes)))
        return Design(name, len(rows), rows, tuple(range(len(rows))))
    size = DEFAULT_POINTS[name] if points is None else points
    if name == "latin":
        _check_order(axes)
        shares = unit_points(name, size, len(axes), seed)
    else:
        shares = saltelli(unit_points(name, size, 2 * len(axes), seed))
    every = [tuple(axis.at(share) for axis, share in zip(axes, row, strict=True)) for row in shares.tolist()]
    rows = tuple(dict.fromkeys(every))
    numbers = {row: index for index, row in enumerate(rows)}
    return Design(name, size, rows, tuple(numbers[row] for row in every))


def saltelli(shares: FloatArray) -> FloatArray:
    """A, B, then A with one column of B for every key (Saltelli et al. 2010), one below the other."""
    first, second = np.split(shares, 2, axis=1)
    mixed = []
    for column in range(first.shape[1]):
        block = first.copy()
        block[:, column] = second[:, column]
        mixed.append(block)
    return np.concatenate([first, second, *mixed])


def _check_order(axes: Sequence[Axis]) -> None:
    for axis in axes:
        if axis.numbers is None and len(axis.texts) > 2:
            raise MomentsimError(
                f"{axis.key}: a latin design ranks values, and {len(axis.texts)} words have no order, "
                "take two of them, a grid or --design sobol"
            )
