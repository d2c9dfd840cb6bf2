"""The requirement: heads by interval by Erlang's formulas, and the ladder of staffings around it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from momentsim.errors import MomentsimError
from momentsim.experiments.staff.forecast import Forecast
from momentsim.experiments.staff.goal import CUSTOMARY, Goal
from momentsim.measures.theory import SECONDS_PER_HOUR, erlang_a
from momentsim.measures.theory_staffing import agents_needed_erlang_a, agents_needed_erlang_c

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Requirement:
    """Net heads that one group needs on duty, by interval from `start` on."""

    group: str
    start: datetime
    interval_s: float
    heads: IntArray


@dataclass(frozen=True)
class Ladder:
    """A family of staffings of one pool, monotone in its level: level 0 is Erlang A's requirement for the goal.

    Level k has k x s_i / max(s) heads more in interval i, rounded, where s_i^2 = R_i + (c R_i)^2 is the variance of
    the load R_i when days and periods differ from the forecast with coefficient of variation c. So one level is one
    head in the interval of the most uncertain load, and heads go where luck needs them.
    """

    erlang_a: IntArray
    erlang_c: IntArray
    spread: FloatArray
    beside: FloatArray
    least: int

    def heads(self, level: int) -> IntArray:
        """Net heads to staff in every interval, by whoever is not staffed diminished."""
        most = float(self.spread.max(initial=0.0))
        more = np.floor(level * self.spread / most + 0.5) if most > 0 else np.zeros(len(self.spread))
        needed = np.maximum(self.erlang_a + more, np.where(self.spread > 0, 1.0, 0.0))
        own = np.ceil(needed - self.beside - 1e-9)
        return np.maximum(own, self.least).astype(np.int64)

    @property
    def lowest(self) -> int:
        """The level below which nothing is left to take away."""
        return -int(self.erlang_a.max(initial=0)) - 1

    @property
    def highest(self) -> int:
        """Where a search for more heads ends: about four times Erlang A's peak."""
        return 3 * int(self.erlang_a.max(initial=0)) + 20


def ladder_of(
    forecast: Forecast, goal: Goal, *, variation: float, beside: FloatArray, least: int
) -> Ladder:
    """The ladder around a goal (80/20 for the value goal); `variation` is that of days and periods together."""
    if not forecast.offered.any():
        raise MomentsimError("nobody is expected to call these groups, so nobody is needed")
    load = forecast.load
    spread = np.sqrt(load + (variation * load) ** 2)
    rates = forecast.offered * SECONDS_PER_HOUR / forecast.interval_s
    cells = list(zip(rates.tolist(), forecast.handling_s.tolist(), forecast.patience_s.tolist(), strict=True))
    needed_a = np.array([_by_erlang_a(goal, *cell) for cell in cells], np.int64)
    needed_c = np.array([_by_erlang_c(goal, rate, handling) for rate, handling, _ in cells], np.int64)
    return Ladder(needed_a, needed_c, spread, beside, least)


@lru_cache(maxsize=20_000)
def _by_erlang_a(goal: Goal, per_hour: float, handling_s: float, patience_s: float) -> int:
    if per_hour == 0:
        return 0
    if math.isinf(patience_s):
        return _by_erlang_c(goal, per_hour, handling_s)
    if goal.kind == "abandoned":
        return agents_needed_erlang_a(per_hour, handling_s, patience_s, abandoned_share=goal.share)
    share, threshold_s = _level(goal)
    return agents_needed_erlang_a(
        per_hour, handling_s, patience_s, service_level_share=share, threshold_s=threshold_s
    )


@lru_cache(maxsize=20_000)
def _by_erlang_c(goal: Goal, per_hour: float, handling_s: float) -> int:
    """Erlang C knows no abandonment: for such a goal it has no answer, 0."""
    if per_hour == 0 or goal.kind == "abandoned":
        return 0
    share, threshold_s = _level(goal)
    return agents_needed_erlang_c(per_hour, handling_s, service_level_share=share, threshold_s=threshold_s)


def _level(goal: Goal) -> tuple[float, float]:
    return CUSTOMARY if goal.kind == "value" else (goal.share, goal.threshold_s)


def promised_by_erlang_a(forecast: Forecast, heads: FloatArray, goal: Goal) -> float:
    """The goal's measure over all intervals if Erlang A held in each of them with these heads on duty."""
    _, threshold_s = _level(goal)
    total = 0.0
    rates = forecast.offered * SECONDS_PER_HOUR / forecast.interval_s
    cells = zip(
        forecast.offered.tolist(), rates.tolist(), forecast.handling_s.tolist(), forecast.patience_s.tolist(),
        heads.tolist(), strict=True,
    )  # fmt: skip
    for offered, rate, handling_s, patience_s, count in cells:
        if offered > 0:
            total += offered * _share(goal.kind == "abandoned", rate, handling_s, patience_s, int(count), threshold_s)
    return total / float(forecast.offered.sum())


@lru_cache(maxsize=20_000)
def _share(
    abandoned: bool, per_hour: float, handling_s: float, patience_s: float, agents: int, threshold_s: float
) -> float:
    hopeless = agents == 0 or (math.isinf(patience_s) and agents <= per_hour * handling_s / SECONDS_PER_HOUR)
    if hopeless:
        return 1.0 if abandoned else 0.0
    figures = erlang_a(per_hour, handling_s, agents, patience_s, threshold_s)
    return figures.abandoned_share if abandoned else figures.service_level_share
