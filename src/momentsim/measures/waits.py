"""Quantiles of waits from the histograms that every replication keeps.

Bins grow by 2.5 %, and a quantile is interpolated within its bin, so it is off by at most 2.5 % (and by less
than 1/16 s at the short end, where everything below 1/16 s counts as 0).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from momentsim.contract.trace import wait_bin_edges
from momentsim.measures.statistics import Estimate

FloatArray = npt.NDArray[np.float64]

WINDOW = 0.02
"""Half-width, in probability, of the window from which the density at a quantile is taken."""


def quantile(counts: FloatArray, probability: float) -> FloatArray:
    """Quantile in seconds of each histogram; `counts` (items, bins). NaN for an empty one."""
    edges = wait_bin_edges()
    cumulative = counts.cumsum(axis=1)
    total = cumulative[:, -1]
    target = probability * total
    bin_number = np.minimum((cumulative < target[:, None]).sum(axis=1), counts.shape[1] - 1)
    rows = np.arange(len(counts))
    within = counts[rows, bin_number]
    below = cumulative[rows, bin_number] - within
    share = np.where(within > 0, (target - below) / np.where(within > 0, within, 1.0), 0.0)
    # The first bin is those answered at once, to a sixteenth of a second.
    found = np.where(
        bin_number == 0, 0.0, edges[bin_number] + share * (edges[bin_number + 1] - edges[bin_number])
    )
    return np.where(total > 0, found, np.nan)


def below(counts: FloatArray, wait_s: FloatArray) -> FloatArray:
    """Number of waits up to `wait_s` (items,), interpolated; `counts` (replications, items, bins)."""
    edges = wait_bin_edges()
    cumulative = np.concatenate([np.zeros((*counts.shape[:2], 1)), counts.cumsum(axis=2)], axis=2)
    bin_number = np.clip(np.searchsorted(edges, wait_s, side="right") - 1, 0, counts.shape[2] - 1)
    share = np.clip((wait_s - edges[bin_number]) / (edges[bin_number + 1] - edges[bin_number]), 0.0, 1.0)
    share = np.where(bin_number == 0, 1.0, share)
    items = np.arange(counts.shape[1])
    low, high = cumulative[:, items, bin_number], cumulative[:, items, bin_number + 1]
    return np.asarray(low + share * (high - low), np.float64)


def estimate_quantile(counts: FloatArray, probability: float) -> Estimate:
    """Quantile of the pooled waits with influences; `counts` (replications, items, bins).

    Influence (Bahadur 1966): (probability * number - number below) / (density * mean number).
    """
    pooled = counts.sum(axis=0)
    value = quantile(pooled, probability)
    spread = quantile(pooled, min(probability + WINDOW, 1.0)) - quantile(
        pooled, max(probability - WINDOW, 0.0)
    )
    known = np.where(np.isnan(value), 0.0, value)
    numbers = counts.sum(axis=2)
    mean_number = numbers.mean(axis=0)
    shortfall = probability * numbers - below(counts, known)
    with np.errstate(invalid="ignore", divide="ignore"):
        influence = shortfall * spread / (2 * WINDOW) / mean_number
    # An atom (everybody answered at once) has no width: the quantile does not move.
    influence = np.where(np.isnan(influence), 0.0, influence)
    return Estimate(value, influence - influence.mean(axis=0))
