"""The law of expectations in the calm: where they stand at the start, so that they drift nowhere.

A surprise u - a - e moves the expectation e by `up` of it when pleasant and by `down` when not. As praise raises
the bar more than a let-down lowers it, expectations would creep upwards; one level a per reason is chosen
so that the mean step is 0 at the reference operation. Everybody has a past: at the start expectations have the
law that such steps keep, with mean 0. It is found on a grid, without chance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from momentsim.rules.expectations import BOUND

FloatArray = npt.NDArray[np.float64]

GRID: Final = np.linspace(-BOUND, BOUND, 241)
STEP: Final = float(GRID[1] - GRID[0])
POINTS: Final = 160
"""Quantiles that stand for the experiences of a reason."""
ROUNDS: Final = 6
FORGOTTEN: Final = 150
"""Moments after which the start no longer matters."""
TABLE: Final = 129
"""Quantiles of the law that the engine interpolates."""
SAMPLE: Final = 15
"""Equal parts of the law by which experiences of the pilot are met."""


@dataclass(frozen=True, slots=True)
class ExpectationLaw:
    """Law of expectations at the reference operation; by reason the level from which they rise."""

    masses: FloatArray
    """On `GRID`."""
    levels: tuple[float, ...]
    """a of each reason: a surprise is raw experience / spread - a - e."""

    def table(self) -> FloatArray:
        """Evenly spaced quantiles, with mean 0 when interpolated."""
        table = self._quantiles(np.linspace(0.0, 1.0, TABLE))
        return np.asarray(table - np.trapezoid(table, dx=1.0 / (TABLE - 1)), np.float64)

    def sample(self) -> FloatArray:
        """Means of equal parts of the law."""
        fine = self._quantiles((np.arange(SAMPLE * 64) + 0.5) / (SAMPLE * 64)).reshape(SAMPLE, 64)
        parts = np.asarray(fine.mean(axis=1))
        return np.asarray(parts - parts.mean(), np.float64)

    def _quantiles(self, shares: FloatArray) -> FloatArray:
        edges = np.concatenate([[GRID[0]], 0.5 * (GRID[1:] + GRID[:-1]), [GRID[-1]]])
        below = np.concatenate([[0.0], np.cumsum(self.masses)])
        inside = np.concatenate([[True], np.diff(below) > 1e-12])
        return np.asarray(np.interp(shares, below[inside] / below[-1], edges[inside]), np.float64)


def law_in_the_calm(
    experiences: Sequence[FloatArray], weights: FloatArray, up: float, down: float
) -> ExpectationLaw:
    """The law under which the mean step of every reason is 0.

    `experiences` are raw ones of each reason over their spread, `weights` how many moments each reason has.
    """
    points = [np.quantile(mine, (np.arange(POINTS) + 0.5) / POINTS) for mine in experiences]
    shares = weights / weights.sum() if weights.sum() > 0 else np.full(len(points), 1.0 / len(points))
    masses = np.zeros(len(GRID))
    masses[len(GRID) // 2] = 1.0
    for _ in range(ROUNDS):
        levels = [_level(mine, masses, up, down) for mine in points]
        kernel = sum(
            (
                share * _transition(mine - level, up, down)
                for share, mine, level in zip(shares, points, levels, strict=True)
            ),
            np.zeros((len(GRID), len(GRID))),
        )
        masses = _centre_law(_stationary(kernel, masses))
    return ExpectationLaw(masses, tuple(_level(mine, masses, up, down) for mine in points))


def _steps(surprise: FloatArray, up: float, down: float) -> FloatArray:
    return np.where(surprise > 0.0, up, down) * surprise


def _level(points: FloatArray, masses: FloatArray, up: float, down: float) -> float:
    """Level at which the mean step is 0 when expectations have this law; the mean falls as the level rises."""
    there = masses > 0.0
    surprises, chances = points - GRID[there][:, None], masses[there]
    low, high = float(surprises.min()), float(surprises.max())
    for _ in range(50):
        middle = 0.5 * (low + high)
        if float(chances @ _steps(surprises - middle, up, down).mean(axis=1)) > 0.0:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


def _transition(points: FloatArray, up: float, down: float) -> FloatArray:
    """Probabilities from each place of the grid to each other by one moment; the mean is kept by sharing out."""
    after = np.clip(GRID[:, None] + _steps(points - GRID[:, None], up, down), -BOUND, BOUND)
    level = np.minimum(((after + BOUND) / STEP).astype(np.int64), len(GRID) - 2)
    upper = (after - GRID[level]) / STEP
    row = np.arange(len(GRID))[:, None] * len(GRID)
    size = len(GRID) ** 2
    lower_part = np.bincount((row + level).ravel(), (1.0 - upper).ravel(), size)
    upper_part = np.bincount((row + level + 1).ravel(), upper.ravel(), size)
    return np.asarray((lower_part + upper_part).reshape(len(GRID), -1) / len(points))


def _stationary(kernel: FloatArray, masses: FloatArray) -> FloatArray:
    """The law after many moments: each step forgets a twentieth or more."""
    for _ in range(FORGOTTEN):
        masses = masses @ kernel
    return masses


def _centre_law(masses: FloatArray) -> FloatArray:
    """The same law moved so that its mean is 0."""
    moved = np.interp(GRID + float(masses @ GRID), GRID, masses, left=0.0, right=0.0)
    return np.asarray(moved / moved.sum())
