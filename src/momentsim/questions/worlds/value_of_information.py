"""What it would be worth to know: expected values of perfect and of partial perfect information, in money.

The decision is between the baseline and all variants, by net benefit over the scenario's horizon and a year. Who knows
nothing more takes the case that is best in the mean of all worlds. Who knows the world takes the best in each: the mean
gain is the expected value of perfect information. Who knows one assumption takes the case that is best at its value
in the mean over all others; those means come from a regression on the worlds (Strong, Oakley and Brennan, Medical
Decision Making 34, 2014, 311-326), here the surrogate. What does not enter it has a value of 0: not told from nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from momentsim.questions.worlds.surrogate import Surrogate

FloatArray = npt.NDArray[np.float64]

GRID: Final[FloatArray] = np.asarray((np.arange(400) + 0.5) / 400.0, np.float64)
"""Shares of a range over which a mean is taken."""
DRAWS: Final = 400
SEED: Final = 20_141


class Value(NamedTuple):
    """An expected value of information with its 90 % limits."""

    value: float
    low: float
    high: float


def perfect(differences: FloatArray, drawn: int = DRAWS) -> Value:
    """Of knowing the world; `differences` from the baseline by world and variant, sampling noise taken out.

    Limits: worlds drawn anew with replacement.
    """
    random = np.random.default_rng(SEED)
    worlds = len(differences)
    again = [_gain(differences[random.integers(0, worlds, worlds)]) for _ in range(drawn)]
    low, high = np.quantile(again, [0.05, 0.95])
    return Value(_gain(differences), float(low), float(high))


def partly(fitted: Sequence[Surrogate], dimension: int, drawn: int = DRAWS) -> Value:
    """Of knowing one assumption; `fitted` are the surrogates of the differences of all variants from the baseline.

    Limits: coefficients drawn from their sampling distribution, each variant on its own.
    """
    if not any(dimension in one.dimensions for one in fitted):
        return Value(0.0, 0.0, 0.0)
    means = np.stack([one.of(dimension, GRID)[0] for one in fitted], axis=1)
    random = np.random.default_rng(SEED)
    again = [_gain(_draw(fitted, dimension, random)) for _ in range(drawn)]
    low, high = np.quantile(again, [0.05, 0.95])
    return Value(_gain(means), float(low), float(high))


def _draw(fitted: Sequence[Surrogate], dimension: int, random: np.random.Generator) -> FloatArray:
    draws = []
    for one in fitted:
        other = one._replace(coefficients=random.multivariate_normal(one.coefficients, one.covariance))
        draws.append(other.of(dimension, GRID)[0])
    return np.stack(draws, axis=1)


def _gain(differences: FloatArray) -> float:
    """Mean of the best of all cases less the best of all means; the baseline is 0 throughout."""
    best = np.maximum(differences.max(axis=1), 0.0).mean()
    return max(0.0, float(best - max(0.0, differences.mean(axis=0).max())))
