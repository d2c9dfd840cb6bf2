"""The requirement: heads by interval by Erlang's formulas, and the ladder of staffings around it."""

from __future__ import annotations

import itertools
import math
from bisect import bisect_left
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from momentsim.errors import MomentsimError
from momentsim.runs.staffing.forecast import Forecast
from momentsim.scenario.sections.staffing_goal import CUSTOMARY, Goal, GoalKind, Goals
from momentsim.theory.erlang import SECONDS_PER_HOUR, erlang_a, erlang_b
from momentsim.theory.staffing import agents_needed_erlang_c, smallest_enough

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

PARTS: Final = 4
"""Steps of a ladder per head."""
ALMOST: Final = 1e-9
LEAST_PART: Final = 1e-6
"""Of a head: so that a requirement rounds up to the number that is enough, also where one fewer nearly is."""


@dataclass(frozen=True)
class GroupRequirement:
    """Net heads that one group needs on duty, by interval from `start` on."""

    group: str
    start: datetime
    interval_s: float
    heads: FloatArray


class Ladder:
    """A family of staffings of one pool, monotone in its level: level 0 is Erlang A's requirement for the goal.

    With h more heads where the load is least certain, interval i has h x s_i / max(s) more than it needs by Erlang A
    (between whole numbers in proportion to what they reach), rounded up; s_i^2 = R_i + (c R_i)^2 is the variance of
    the load R_i when days and periods differ from the forecast with coefficient of variation c. So heads go where
    luck needs them. h goes up by quarters; levels are the staffings that differ. Where only a share `kept` of a head on
    the roster is at work, heads on the roster are whole, and those at work that share of them.
    """

    def __init__(
        self, formulas: Formulas, spread: FloatArray, beside: FloatArray, least: int, kept: float = 1.0
    ) -> None:
        self.formulas = formulas
        self.erlang_a = np.ceil(formulas.erlang_a - ALMOST).astype(np.int64)
        self.erlang_c = np.ceil(formulas.erlang_c - ALMOST).astype(np.int64)
        self.spread = spread
        self._exact = formulas.erlang_a
        self._beside = beside
        self._least = least
        self._kept = kept
        peak = int(self.erlang_a.max(initial=0))
        offsets = np.arange(-PARTS * (peak + 1), PARTS * (3 * peak + 20) + 1) / PARTS
        sums = np.array([self._own(offset).sum() for offset in offsets])
        first = np.flatnonzero(np.diff(sums, prepend=-1) > 0)
        self._offsets = offsets[first]
        self._zero = int(np.searchsorted(self._offsets, 0.0, side="right")) - 1

    @property
    def lowest(self) -> int:
        """The level below which nothing is left to take away."""
        return -self._zero

    @property
    def highest(self) -> int:
        """Where a search for more heads ends: about four times Erlang A's peak."""
        return len(self._offsets) - 1 - self._zero

    def heads(self, level: int) -> FloatArray:
        """Net heads to staff in every interval; between whole numbers where not all on the roster are at work."""
        return self._own(float(self._offsets[self._zero + level]))

    def level_with(self, more: float) -> int:
        """The level with so many heads more than Erlang A (or fewer, negative) where the load is least certain."""
        place = int(np.searchsorted(self._offsets, more, side="right")) - 1
        return max(place, 0) - self._zero

    def less_others(self, heads: IntArray) -> IntArray:
        """What is left to staff of the heads that a pool needs: less whoever works beside, at least the fewest."""
        return own_heads(heads.astype(np.float64), self._beside, self._least)

    def own_part(self, heads: FloatArray) -> FloatArray:
        """The same of a need between whole numbers, as formulas have it."""
        return np.maximum(heads - self._beside, float(self._least))

    def _own(self, more: float) -> FloatArray:
        most = float(self.spread.max(initial=0.0))
        exact = self._exact + more * self.spread / most
        somebody = np.where(self.spread > 0, 1.0, 0.0)
        if self._kept == 1.0:
            needed = np.maximum(np.ceil(exact - ALMOST), somebody)
            return self.less_others(needed.astype(np.int64)).astype(np.float64)
        return np.ceil(self.own_part(np.maximum(exact, somebody)) / self._kept - ALMOST) * self._kept


class Formulas(NamedTuple):
    """Heads of a pool by interval, between whole numbers; 0 where Erlang C has no answer."""

    erlang_a: FloatArray
    erlang_c: FloatArray


def formulas_of(forecast: Forecast, goals: Goals) -> Formulas:
    """What goals (80/20 for the value goal) need in every interval, all of them together: the most of any."""
    needs = [_need_of(forecast, goal) for goal in goals]
    return Formulas(
        np.max([need.erlang_a for need in needs], axis=0), np.max([need.erlang_c for need in needs], axis=0)
    )


def _need_of(forecast: Forecast, goal: Goal) -> Formulas:
    """What one goal needs in every interval, as if it were for all contacts of the pool."""
    rates = forecast.offered * SECONDS_PER_HOUR / forecast.interval_s
    cells = list(zip(rates.tolist(), forecast.handling_s.tolist(), forecast.patience_s.tolist(), strict=True))
    return Formulas(
        np.array([_by_erlang_a(goal, *cell, forecast.lines) for cell in cells], np.float64),
        np.array([_between_by_erlang_c(goal, rate, handling) for rate, handling, _ in cells], np.float64),
    )


def lines_for(forecast: Forecast, goal: Goal) -> int | None:
    """Lines with which a goal on busy calls can be met at all, where those that there are do not do; else None.

    By Erlang B in the busiest interval, with somebody for every line.
    """
    load = float(forecast.load.max(initial=0.0))
    if goal.kind != "busy" or forecast.lines is None or erlang_b(load, forecast.lines) <= goal.share:
        return None
    return next(lines for lines in itertools.count(forecast.lines + 1) if erlang_b(load, lines) <= goal.share)


def own_heads(needed: FloatArray, beside: FloatArray, least: int = 0) -> IntArray:
    """Whole heads to staff of a need between whole numbers: less whoever works beside, at least the fewest."""
    own = np.ceil(np.ceil(needed - ALMOST) - beside - ALMOST)
    return np.maximum(own, least).astype(np.int64)


def ladder_of(
    forecast: Forecast, goals: Goals, *, variation: float, beside: FloatArray, least: int, kept: float = 1.0
) -> Ladder:
    """The ladder around goals (80/20 for the value goal).

    `variation` is that of days and periods together, `kept` the share of heads on the roster who are at work.
    """
    if not forecast.offered.any():
        raise MomentsimError("nobody is expected to call these groups, so nobody is needed")
    load = forecast.load
    spread = np.sqrt(load + (variation * load) ** 2)
    return Ladder(formulas_of(forecast, goals), spread, beside, least, kept)


@lru_cache(maxsize=20_000)
def _by_erlang_a(
    goal: Goal, per_hour: float, handling_s: float, patience_s: float, lines: int | None = None
) -> float:
    """Agents by Erlang A, between the last number that is too few and the first that is enough."""
    if per_hour == 0:
        return 0.0
    threshold_s = _level(goal)[1]
    enough = _whole_by_erlang_a(goal, per_hour, handling_s, patience_s, lines)
    cell = (goal.kind, per_hour, handling_s, patience_s)
    before, after = (_measure(*cell, agents, threshold_s, lines) for agents in (enough - 1, enough))
    wanted = goal.wanted if goal.is_limit else _level(goal)[0]
    part = (wanted - before) / (after - before) if after != before and math.isfinite(before) else 1.0
    return enough - 1 + min(max(part, LEAST_PART), 1.0)


def _whole_by_erlang_a(
    goal: Goal, per_hour: float, handling_s: float, patience_s: float, lines: int | None = None
) -> int:
    if goal.kind in ("wait", "busy", "occupancy"):
        return _fewest_within(goal, per_hour, handling_s, patience_s, lines)
    if math.isinf(patience_s):
        return _by_erlang_c(goal, per_hour, handling_s)
    share, threshold_s = _level(goal)

    def enough(agents: int) -> bool:
        measure = _measure(goal.kind, per_hour, handling_s, patience_s, agents, threshold_s, lines)
        return measure <= goal.wanted if goal.is_limit else measure >= share

    # agents answer at most agents / load of the contacts, so fewer than this can not reach the goal
    answered = 1.0 - goal.wanted if goal.is_limit else share
    return smallest_enough(enough, max(1, math.floor(per_hour / SECONDS_PER_HOUR * handling_s * answered)))


def _fewest_within(
    goal: Goal, per_hour: float, handling_s: float, patience_s: float, lines: int | None
) -> int:
    """The smallest number of agents with which a measure is within its limit; a line each where none is."""

    def enough(agents: int) -> bool:
        measure = _measure(goal.kind, per_hour, handling_s, patience_s, agents, 0.0, lines)
        return measure <= goal.wanted or (goal.kind == "busy" and lines is not None and agents >= lines)

    most = 1
    while not enough(most):
        most *= 2
    return bisect_left(range(most), True, lo=most // 2, key=enough)


def _between_by_erlang_c(goal: Goal, per_hour: float, handling_s: float) -> float:
    """Agents by Erlang C, between whole numbers; 0 for a goal that it does not know."""
    return _by_erlang_a(goal, per_hour, handling_s, math.inf) if goal.is_in_erlang_c else 0.0


@lru_cache(maxsize=20_000)
def _by_erlang_c(goal: Goal, per_hour: float, handling_s: float) -> int:
    """Erlang C knows no abandonment: for such a goal it has no answer, 0."""
    if per_hour == 0 or not goal.is_in_erlang_c:
        return 0
    share, threshold_s = _level(goal)
    return agents_needed_erlang_c(per_hour, handling_s, service_level_share=share, threshold_s=threshold_s)


def _level(goal: Goal) -> tuple[float, float]:
    return CUSTOMARY if goal.kind == "value" else (goal.share, goal.threshold_s)


def goal_by_erlang_a(forecast: Forecast, heads: FloatArray, goal: Goal) -> float:
    """The goal's measure over all intervals if Erlang A held in each of them with these heads on duty.

    Heads between whole numbers are there as shrinkage leaves them: now one more, now one fewer.
    """
    _, threshold_s = _level(goal)
    weights = heads if goal.kind == "occupancy" else forecast.offered
    total = 0.0
    rates = forecast.offered * SECONDS_PER_HOUR / forecast.interval_s
    cells = zip(
        weights.tolist(), rates.tolist(), forecast.handling_s.tolist(), forecast.patience_s.tolist(),
        heads.tolist(), strict=True,
    )  # fmt: skip
    for weight, rate, handling_s, patience_s, count in cells:
        if weight > 0 and rate > 0:
            cell = (goal.kind, rate, handling_s, patience_s)
            whole, part = int(count + ALMOST), max(count - int(count + ALMOST), 0.0)
            measure = _measure(*cell, whole, threshold_s, forecast.lines)
            if part > ALMOST and math.isfinite(measure):
                measure += part * (_measure(*cell, whole + 1, threshold_s, forecast.lines) - measure)
            total += weight * measure
    return total / float(weights.sum()) if weights.any() else math.nan


def effect_of_a_head(forecast: Forecast, heads: FloatArray, goal: Goal) -> FloatArray:
    """By interval, by how much one head fewer than these makes a goal's measure worse, by Erlang A.

    Where there is no end to that, what one more makes better; NaN where nobody calls.
    """
    rates = forecast.offered * SECONDS_PER_HOUR / forecast.interval_s
    cells = zip(
        rates.tolist(),
        forecast.handling_s.tolist(),
        forecast.patience_s.tolist(),
        heads.tolist(),
        strict=True,
    )
    return np.array([_effect_of_a_head(forecast, goal, cell) for cell in cells], np.float64)


def _effect_of_a_head(forecast: Forecast, goal: Goal, cell: tuple[float, float, float, float]) -> float:
    rate, handling_s, patience_s, heads = cell
    if rate == 0:
        return math.nan
    threshold_s, at_work = _level(goal)[1], max(int(heads + ALMOST), 1)
    fewer, now, more = (
        _measure(goal.kind, rate, handling_s, patience_s, count, threshold_s, forecast.lines)
        for count in (at_work - 1, at_work, at_work + 1)
    )
    return abs(fewer - now) if math.isfinite(fewer) else abs(now - more)


@lru_cache(maxsize=20_000)
def _measure(
    kind: GoalKind,
    per_hour: float,
    handling_s: float,
    patience_s: float,
    agents: int,
    threshold_s: float,
    lines: int | None = None,
) -> float:
    """A goal's measure by Erlang A; lines have an end only for goals on busy calls."""
    ends = lines if kind == "busy" else None
    if kind == "busy" and ends is None:
        return 0.0
    endless = math.isinf(patience_s) and ends is None and agents <= per_hour * handling_s / SECONDS_PER_HOUR
    if agents <= 0 or endless:
        return {"service_level": 0.0, "value": 0.0, "wait": math.inf}.get(kind, 1.0)
    figures = erlang_a(
        per_hour, handling_s, agents if ends is None else min(agents, ends), patience_s, threshold_s, ends
    )
    return {
        "wait": figures.answered_wait_mean_s,
        "abandoned": figures.abandoned_share,
        "busy": figures.blocked_share,
        "occupancy": figures.occupancy,
    }.get(kind, figures.service_level_share)
