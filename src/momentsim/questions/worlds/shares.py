"""In how many of all plausible worlds a variant is better: a share that holds at its stated confidence.

A world counts as better only where the interval of its own paired difference leaves out 0, and as worse likewise; the
rest is undecided, by sampling noise. The share of worlds that would count has the exact binomial interval (Clopper and
Pearson 1934). Worlds share their luck, so the same unlucky draws may make many of them count that should not:
`ALLOWANCE` of the worlds that are not better are allowed to count as better by mistake. What was measured is in
decision 17.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from momentsim.measures.statistics import t_quantile

FloatArray = npt.NDArray[np.float64]

ALLOWANCE: Final = 0.2
"""Share of wrong worlds among those that are not better, beyond which mistakes are rare enough."""
EXACT: Final = 1e-12
"""Share of the largest difference below which worlds differ by rounding only."""


class ShareVerdict(NamedTuple):
    """Worlds that are clearly better, clearly worse, the same, or undecided; limits of the share of better ones."""

    better: int
    worse: int
    same: int
    undecided: int
    low: float
    high: float
    """Of the share of all plausible worlds in which it is better, 0..1."""
    worse_low: float
    """Lower limit of the share in which it is worse."""


def judge_share(differences: FloatArray, confidence: float) -> ShareVerdict:
    """Judge worlds (rows) by their differences per replication (columns), of which above 0 is better.

    Each limit is missed with at most (1 - confidence) / 2. One replication in a world decides nothing, unless the
    difference is 0 in all of them.
    """
    worlds, trials = differences.shape
    mean = differences.mean(axis=1)
    tiny = EXACT * float(np.abs(differences).max(initial=0.0))
    same = np.abs(differences).max(axis=1, initial=0.0) <= tiny
    error = differences.std(axis=1, ddof=1) / np.sqrt(trials) if trials > 1 else np.full(worlds, np.inf)
    half = t_quantile(trials, confidence) * error if trials > 1 else error
    better = int(np.sum(~same & (mean - half > 0.0)))
    worse = int(np.sum(~same & (mean + half < 0.0)))
    equal = int(same.sum())
    not_better = worse + equal
    return ShareVerdict(
        better,
        worse,
        equal,
        worlds - better - not_better,
        _at_least(better, worlds, confidence),
        1.0 - _at_least(not_better, worlds, confidence),
        _at_least(worse, worlds, confidence),
    )


def _at_least(counted: int, worlds: int, confidence: float) -> float:
    """Lower limit of the share of worlds that truly are what so many of them count as."""
    if counted == 0:
        return 0.0
    from scipy.special import betaincinv  # scipy is loaded only for comparisons

    least = float(betaincinv(counted, worlds - counted + 1, (1.0 - confidence) / 2.0))
    return max(0.0, (least - ALLOWANCE) / (1.0 - ALLOWANCE))
