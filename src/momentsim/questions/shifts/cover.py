"""The cover: how many agents work each pattern, and how many begin each break when, at least cost.

A mixed-integer programme with the break of a pattern modelled apart from it: agents of a pattern who begin a break
at each possible time add up to those of the pattern, so variables add up over breaks instead of multiplying (Aykin,
1996, "Optimal shift scheduling with multiple break windows", Management Science 42(4)). Shortage counts at a price,
so that there is always an answer, or is forbidden. Only heads need be whole while it is solved: with whole heads, the
rest is next to a flow and comes out whole nearly always; a last step places breaks with heads held.
"""

from __future__ import annotations

import math
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from momentsim.questions.shifts.cover_model import Model
from momentsim.questions.shifts.requirement import FloatArray

FEW_PATTERNS = 100
"""Up to so many patterns are solved at once; more of them by way of those that the linear programme chooses."""
NEAR_SHARE = 0.85
"""Of the time, for the search near the linear programme's answer."""
TIDY_S = 10.0
"""Seconds for the last step."""


class Cover(NamedTuple):
    """Whole numbers of agents by pattern and of breaks by begin, and how good they are."""

    heads: npt.NDArray[np.int64]
    breaks: npt.NDArray[np.int64]
    objective: float
    """Wages and priced shortage."""
    bound: float
    """No allowed plan has a lower objective."""

    @property
    def gap(self) -> float:
        """By which share of the objective a better plan could be cheaper, 0..1."""
        return max(0.0, 1.0 - self.bound / self.objective) if self.objective > 0 else 0.0


@dataclass(frozen=True)
class _Found:
    """What the solver says of one programme."""

    values: FloatArray | None
    objective: float = math.inf
    bound: float = -math.inf


@dataclass(frozen=True)
class _Limits:
    """What is whole, and between which limits."""

    whole: npt.NDArray[np.bool_]
    lower: FloatArray
    upper: FloatArray


def cover(model: Model, *, seconds: float, gap: float) -> Cover | None:
    """The best plan found in so many seconds, or the first within `gap` of the best possible; None: there is none."""
    end = time.monotonic() + seconds
    free = _Limits(model.whole, model.lower, model.upper)
    if model.patterns <= FEW_PATTERNS:
        best = _solve(model, free, seconds, gap)
        bound = best.bound
    else:
        linear = _solve(model, replace(free, whole=np.zeros_like(model.whole)), seconds, gap)
        if linear.values is None:
            return None
        bound = linear.objective
        best = _solve(model, _near(model, linear.values), NEAR_SHARE * (end - time.monotonic()), gap)
        if best.values is None or best.objective - bound > gap * best.objective:
            other = _solve(model, free, end - time.monotonic(), gap)
            bound = max(bound, other.bound)
            best = min(best, other, key=lambda found: found.objective)
    return None if best.values is None else _tidy(model, best.values, bound)


def _near(model: Model, linear: FloatArray) -> _Limits:
    """Patterns that the linear programme uses, each within one head of its answer."""
    lower, upper = model.lower.copy(), model.upper.copy()
    heads = np.arange(model.patterns)
    used = linear[heads] > 1e-6
    upper[heads] = np.minimum(upper[heads], np.where(used, np.ceil(linear[heads] - 1e-6) + 1.0, 0.0))
    if not model.least_counts:  # with a least number of heads, near below may be nothing or not allowed
        lower[heads] = np.where(used, np.maximum(np.floor(linear[heads] + 1e-6) - 1.0, 0.0), 0.0)
    return _Limits(model.whole, lower, upper)


def _tidy(model: Model, values: FloatArray, bound: float) -> Cover | None:
    """Whole breaks for the heads found; where none fit exactly, with a head more here and there."""
    lower, upper = model.lower.copy(), model.upper.copy()
    heads = np.arange(model.patterns)
    lower[heads] = upper[heads] = np.round(values[heads])
    whole = model.whole | model.is_break
    solution = _solve(model, _Limits(whole, lower, upper), TIDY_S, 1e-6)
    if solution.values is None:
        used = lower[heads] > 0
        upper[heads] = np.minimum(model.upper[heads], np.where(used, lower[heads] + 1.0, 0.0))
        solution = _solve(model, _Limits(whole, lower, upper), TIDY_S, 1e-3)
    if solution.values is None:
        return None
    numbers = np.round(solution.values).astype(np.int64)
    return Cover(numbers[heads], numbers[model.is_break], solution.objective, min(bound, solution.objective))


def _solve(model: Model, limits: _Limits, seconds: float, gap: float) -> _Found:
    from scipy.optimize import Bounds, LinearConstraint, milp

    with _quiet():
        result = milp(
            model.cost,
            integrality=limits.whole.astype(np.int64),
            bounds=Bounds(limits.lower, limits.upper),
            constraints=[LinearConstraint(rows, low, high) for rows, low, high in model.constraints],
            options={"time_limit": max(seconds, 0.5), "mip_rel_gap": gap / 2},
        )
    if result.x is None:
        return _Found(None)
    bound = result.mip_dual_bound
    certain = result.fun if result.status == 0 and not limits.whole.any() else -math.inf
    return _Found(result.x, float(result.fun), certain if bound is None else float(bound))


@contextmanager
def _quiet() -> Iterator[None]:
    """The solver's own messages, which it writes past Python, would spoil what a command prints."""
    sys.stdout.flush()
    kept, nothing = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nothing, 1)
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nothing)
