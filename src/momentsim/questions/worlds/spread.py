"""How far the worlds are apart, and how far luck alone would take them: two uncertainties, one beside the other.

All worlds share the seeds, so a difference in world w and replication r is mean + world_w + luck_r + both_wr: the
crossed layout of two random effects (Searle, Casella and McCulloch, Variance Components, 1992, section 4.3). Its mean
squares give each variance without bias; luck that all worlds share does not pass for a spread of worlds.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

QUANTILES: Final = (0.05, 0.25, 0.50, 0.75, 0.95)


class Components(NamedTuple):
    """Mean, and variances of a paired difference; those of sampling are NaN with one replication in a world."""

    mean: float
    worlds: float
    """Between worlds, sampling noise taken out; with one replication in a world it is still in."""
    shared: float
    """Of the luck of a replication that all worlds share."""
    own: float
    """Of the luck that differs from world to world."""
    trials: int
    """Replications in a world, or antithetic pairs."""

    @property
    def sampling(self) -> float:
        """Variance of one replication in one world."""
        return self.shared + self.own

    @property
    def shrinking(self) -> float:
        """Factor that brings the spread of the means of worlds down to that between worlds, 0..1."""
        noise = self.own / self.trials
        if not noise > 0.0:
            return 1.0  # nothing to take out, or one replication, which cannot tell
        return float(np.sqrt(self.worlds / (self.worlds + noise)))


def components(differences: FloatArray) -> Components:
    """Method of moments; `differences` has a row per world and a column per replication. Negative variances are 0."""
    worlds, trials = differences.shape
    mean = float(differences.mean())
    by_world, by_trial = differences.mean(axis=1), differences.mean(axis=0)
    between = float(by_world.var(ddof=1)) if worlds > 1 else 0.0
    if worlds < 2 or trials < 2:
        return Components(mean, between, float("nan"), float("nan"), trials)
    rest = differences - by_world[:, None] - by_trial[None, :] + mean
    own = float((rest**2).sum()) / ((worlds - 1) * (trials - 1))
    luck = float(by_trial.var(ddof=1))
    return Components(mean, max(0.0, between - own / trials), max(0.0, luck - own / worlds), own, trials)


def shrink(differences: FloatArray) -> FloatArray:
    """Mean difference of each world, drawn towards the mean of all until they spread as much as worlds do."""
    parts = components(differences)
    return np.asarray(parts.mean + parts.shrinking * (differences.mean(axis=1) - parts.mean), np.float64)


def quantiles(differences: FloatArray) -> FloatArray:
    """The `QUANTILES` of the distribution over worlds, sampling noise taken out."""
    return np.asarray(np.quantile(shrink(differences), QUANTILES), np.float64)
