"""Cost against value: which cases no other case beats on both counts, and how sure that is; places by benefit."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from momentsim.measures.statistics import Estimate, FloatArray, difference, interval, simultaneous

DRAWS = 4000
"""Draws of the means; a probability is then good to 0.008 (standard error at one half)."""

SEED = 20_260_101
TINY = 1e-9
"""Differences below this share of the largest amount are none: cases that differ in nothing share a place."""


class Front(NamedTuple):
    """By case: on the front by the estimates, with what probability, and who most probably beats it (or -1)."""

    on: npt.NDArray[np.bool_]
    probability: FloatArray
    beaten_by: npt.NDArray[np.int64]


class Places(NamedTuple):
    """By case: the best and the worst place that it may truly have, 1 is first."""

    best: npt.NDArray[np.int64]
    worst: npt.NDArray[np.int64]


def front(cost: Estimate, value: Estimate) -> Front:
    """Cases (items of both, replications paired) of which no other costs less and is worth more.

    The probability is that of the multivariate t distribution of the means, with the covariance of the paired
    replications: for two cases it agrees with `probability_better`. One replication gives NaN.
    """
    beaten = _is_beaten(cost.value[None], value.value[None])[0]
    often = _how_often(cost, value)
    if often is None:
        unknown = np.full(len(beaten), np.nan)
        by = np.where(beaten.any(axis=1), beaten.argmax(axis=1), -1)
        return Front(~beaten.any(axis=1), unknown, by.astype(np.int64))
    pairwise, probability = often
    by = np.where(beaten.any(axis=1), np.where(beaten, pairwise, -1.0).argmax(axis=1), -1)
    return Front(~beaten.any(axis=1), probability, by.astype(np.int64))


def places(benefit: Estimate) -> Places:
    """Places by benefit (most is first) that hold together with 95 %.

    A case is behind another only if the interval of their paired difference leaves out 0, by Bonferroni over all
    pairs of cases.
    """
    cases = len(benefit.value)
    confidence = simultaneous(max(1, cases * (cases - 1) // 2))
    behind = np.zeros((cases, cases), np.bool_)
    for case in range(cases):
        own = Estimate(benefit.value[[case]], benefit.influence[:, [case]])
        margin = interval(difference(own, benefit), confidence)
        behind[case] = margin.low > TINY * np.abs(benefit.value).max(initial=0.0)
        behind[case, case] = False
    return Places(1 + behind.sum(axis=1), cases - behind.sum(axis=0))


def _how_often(cost: Estimate, value: Estimate) -> tuple[FloatArray, FloatArray] | None:
    """Share of draws in which each case is beaten by each other one, and in which by none."""
    replications, cases = cost.influence.shape
    if replications < 2:
        return None
    random = np.random.default_rng(SEED)
    weights = random.standard_normal((DRAWS, replications)) / np.sqrt(replications * (replications - 1))
    spread = np.sqrt(random.chisquare(replications - 1, DRAWS) / (replications - 1))[:, None]
    drawn = [each.value + weights @ each.influence / spread for each in (cost, value)]
    pairwise, none = np.zeros((cases, cases)), np.zeros(cases)
    for first in range(0, DRAWS, 500):
        beaten = _is_beaten(*(each[first : first + 500] for each in drawn))
        pairwise += beaten.sum(axis=0)
        none += (~beaten.any(axis=2)).sum(axis=0)
    return pairwise / DRAWS, none / DRAWS


def _is_beaten(cost: FloatArray, value: FloatArray) -> npt.NDArray[np.bool_]:
    """(draws, cases, cases): does the other case (last) cost no more and give no less, and one of both better?"""
    dearer = cost[:, :, None] - cost[:, None, :]
    worth_less = value[:, None, :] - value[:, :, None]
    little = TINY * np.abs(cost).max(initial=0.0), TINY * np.abs(value).max(initial=0.0)
    no_better = (dearer >= -little[0]) & (worth_less >= -little[1])
    return np.asarray(no_better & ((dearer > little[0]) | (worth_less > little[1])), np.bool_)
