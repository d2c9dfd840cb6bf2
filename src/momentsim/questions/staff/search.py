"""The smallest staffing that meets a goal: bisection on a ladder under common draws, judged on fresh ones.

Level k meets the goal with confidence c when the one-sided lower bound (Student's t) of its surplus is at least 0.
The smallest level that does so on the judge's draws is an upper confidence bound of the smallest level that truly
does: it lies below the truth only if the level just below the truth passes, which happens with probability
1 - c at most. That needs surplus and bound to rise with the level, as they do where all levels share their draws;
then it does not matter which levels were looked at, or where one began. The search's draws choose that beginning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal, NamedTuple, TypeAlias

from momentsim.measures import students_t
from momentsim.measures.statistics import Estimate, standard_error

GoalVerdict: TypeAlias = Literal["meets", "misses", "cannot tell"]
Judgement: TypeAlias = Callable[[int], GoalVerdict]
"""What the draws of one stage say of a level."""


class LevelRange(NamedTuple):
    """Levels among which is searched."""

    lowest: int
    highest: int
    stride: int
    """First step of a search."""


class Bound(NamedTuple):
    """A number and its one-sided bounds, each on its own at the stated confidence."""

    value: float
    low: float
    high: float


class SearchAnswer(NamedTuple):
    """The smallest level that meets the goal with the stated confidence, and what is known of the one below."""

    level: int
    below: GoalVerdict


class OutOfReachError(Exception):
    """No level of the range meets the goal; the levels that were tried tell how far it goes."""


def bound(estimated: Estimate, confidence: float) -> Bound:
    """One-sided bounds of the first item; NaN from a single unit."""
    value = float(estimated.value[0])
    units = len(estimated.influence)
    if units < 2:
        return Bound(value, float("nan"), float("nan"))
    half = students_t.quantile(units - 1, 2.0 * confidence - 1.0) * float(
        standard_error(estimated.influence)[0]
    )
    return Bound(value, value - half, value + half)


def verdict(surplus: Estimate, confidence: float) -> GoalVerdict:
    """What the draws say of one level."""
    bounded = bound(surplus, confidence)
    if bounded.low >= 0:
        return "meets"
    return "misses" if bounded.high < 0 else "cannot tell"


def verdict_on_all(verdicts: Iterable[GoalVerdict]) -> GoalVerdict:
    """Of several goals: met where each of them is, missed where one is.

    No correction is needed: a level too small for all is too small for one of them, and passes that one's test with
    probability 1 - c at most.
    """
    each = set(verdicts)
    if "misses" in each:
        return "misses"
    return "cannot tell" if "cannot tell" in each else "meets"


def smallest(passes: Callable[[int], bool], start: int, levels: LevelRange) -> int:
    """The smallest level that passes while the one below does not: steps that double, then halves.

    Raises OutOfReachError when the highest level does not pass; the lowest level has none below it.
    """
    step = levels.stride
    level = min(max(start, levels.lowest), levels.highest)
    if passes(level):
        low, high = level, level
        while passes(low):
            if low == levels.lowest:
                return low
            high, low, step = low, max(low - step, levels.lowest), 2 * step
    else:
        low, high = level, level
        while not passes(high):
            if high == levels.highest:
                raise OutOfReachError
            low, high, step = high, min(high + step, levels.highest), 2 * step
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if passes(middle) else (middle, high)
    return high


def search_then_judge(search: Judgement, judge: Judgement, levels: LevelRange) -> SearchAnswer:
    """The answer: the search finds where to begin, the judge's draws decide alone."""

    def on(draws: Judgement) -> Callable[[int], bool]:
        return lambda level: draws(level) == "meets"

    beginning = smallest(on(search), 0, levels)
    fine = LevelRange(levels.lowest, levels.highest, 1)
    level = smallest(on(judge), beginning, fine)
    below = judge(level - 1) if level > levels.lowest else "misses"
    return SearchAnswer(level, below)
