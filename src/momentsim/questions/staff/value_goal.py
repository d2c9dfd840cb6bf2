"""The value goal: staff until one more agent-hour costs as much as it saves in what customers are worth.

Along the ladder of staffings net benefit (value minus cost) rises and falls again. The search looks for its top on
its own draws, coarsely, then closer. Fresh draws then say what one more agent-hour brings and costs around
the level found, and what the customary 80/20 would change: paired differences, all under common draws.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

import numpy as np

from momentsim.errors import MomentsimError
from momentsim.measures.statistics import Estimate, difference, interval, simultaneous
from momentsim.questions.staff.goal import GOAL
from momentsim.questions.staff.search import Bound, LevelRange, OutOfReachError, smallest
from momentsim.questions.staff.trials import BENEFIT, COST, LOST, Level, Trials, TrialStage
from momentsim.scenario import LoadedScenario

COARSE: Final = 9
"""Levels of the first look."""
CLOSER: Final = 2
"""Further looks, each between the neighbours of the best level so far."""
POINTS_BETWEEN: Final = 4
FEWEST_HEADS: Final = 0.6
"""Where the first look begins: so much of Erlang A's peak below it."""
FAR: Final = 2.0
"""Where it ends: so many deviations of the load above Erlang A's 80/20."""
ARM: Final = 0.05
"""Share of agent-hours to either side over which the value of one more is taken."""


class Margin(NamedTuple):
    """What one more agent-hour does around a level: value and cost, money, and the net of both."""

    value: Bound
    cost: Bound
    net: Bound


class CustomaryChange(NamedTuple):
    """What 80/20 would change against the level found."""

    level: int
    cost: Bound
    kept: Bound
    value: Bound
    net: Bound


class ValueAnswer(NamedTuple):
    """The level of the most net benefit, what holds around it, and 80/20 beside it (None: out of reach)."""

    level: int
    edge: bool
    """Whether no fewer people were looked at: the top may lie lower still."""
    margin: Margin
    service_level: Bound
    customary: CustomaryChange | None
    customary_margin: Margin | None
    as_good: tuple[int, int]
    """Lowest and highest level looked at by the search that cannot be told from the best."""


def refuse_without_memory(loaded: LoadedScenario) -> None:
    """Raise where nothing that customers live through can change what they are worth."""
    if not loaded.scenario.behaviour.memory:
        origin = loaded.origin("behaviour.memory")
        raise MomentsimError(
            f"goal 'value': customers remember nothing here (behaviour.memory is off, {origin}), so service moves no "
            "value; switch memory on (--set behaviour.memory=on), or ask for a service level like 80/20"
        )


def search_value(bench: Trials, search: TrialStage, judge: TrialStage, confidence: float) -> ValueAnswer:
    """Search the top of net benefit, then judge it on fresh draws; intervals are two-sided."""
    levels = _first_look(bench)
    best = _best(bench, search, levels)
    for _ in range(CLOSER):
        levels = sorted({*levels, *_levels_between(levels, best)})
        best = _best(bench, search, levels)
    customary = _customary(bench, search)
    around = _around(bench, best)
    around_customary = around if customary is None else _around(bench, customary)
    wanted = sorted({best, *around, *around_customary, best if customary is None else customary})
    at = dict(zip(wanted, bench.look(judge, wanted), strict=True))
    return ValueAnswer(
        best,
        best == levels[0],
        _margin(at, around, confidence),
        _bound(at[best].estimates[GOAL], confidence),
        None if customary is None else _change(at[best], at[customary], confidence),
        None if customary is None else _margin(at, around_customary, confidence),
        _as_good(bench, search, levels, best),
    )


def _first_look(bench: Trials) -> list[int]:
    """Levels evenly from a fraction of Erlang A's heads to far above it."""
    ladder = bench.ladder
    few = FEWEST_HEADS * float(ladder.erlang_a.max())
    low, high = ladder.level_with(-few), ladder.level_with(max(FAR * float(ladder.spread.max()), 4.0))
    return sorted({round(level) for level in np.linspace(low, high, COARSE)})


def _best(bench: Trials, search: TrialStage, levels: list[int]) -> int:
    surpluses = bench.look(search, levels)
    benefits = [float(each.estimates[BENEFIT].value[0]) for each in surpluses]
    return levels[int(np.argmax(benefits))]


def _levels_between(levels: list[int], best: int) -> list[int]:
    """Levels between the best one's neighbours."""
    place = levels.index(best)
    low, high = levels[max(place - 1, 0)], levels[min(place + 1, len(levels) - 1)]
    return [round(level) for level in np.linspace(low, high, POINTS_BETWEEN + 2)]


def _around(bench: Trials, level: int) -> tuple[int, int]:
    """Levels to either side that make a twentieth of the agent-hours."""
    ladder, arm = bench.ladder, 1
    while level + arm < ladder.highest and bench.hours(level + arm) < (1.0 + ARM) * bench.hours(level):
        arm += 1
    return max(level - arm, ladder.lowest), min(level + arm, ladder.highest)


def _customary(bench: Trials, search: TrialStage) -> int | None:
    """The smallest level whose service level is 80/20 on average; None where it is out of reach."""

    def reached(level: int) -> bool:
        (estimated,) = bench.look(search, [level])
        return bool(bench.aims[0].surplus(estimated.estimates[GOAL]).value[0] >= 0)

    ladder = bench.ladder
    try:
        return smallest(reached, 0, LevelRange(ladder.lowest, ladder.highest, stride_of(bench)))
    except OutOfReachError:
        return None


def stride_of(bench: Trials) -> int:
    """First step of a search: about a fortieth of the peak."""
    return max(1, bench.ladder.level_with(float(bench.ladder.erlang_a.max()) / 40))


def value_of(level: Level) -> Estimate:
    """What customers are worth: net benefit with the cost put back."""
    benefit, cost = level.estimates[BENEFIT], level.estimates[COST]
    return Estimate(benefit.value + cost.value, benefit.influence + cost.influence)


def _bound(estimated: Estimate, confidence: float) -> Bound:
    limits = interval(estimated, confidence)
    return Bound(float(estimated.value[0]), float(limits.low[0]), float(limits.high[0]))


def _per_hour(fewer: Estimate, more: Estimate, hours: float, confidence: float) -> Bound:
    changed = difference(fewer, more)
    return _bound(Estimate(changed.value / hours, changed.influence / hours), confidence)


def _margin(at: Mapping[int, Level], around: tuple[int, int], confidence: float) -> Margin:
    fewer, more = at[around[0]], at[around[1]]
    hours = more.agent_hours - fewer.agent_hours
    return Margin(
        _per_hour(value_of(fewer), value_of(more), hours, confidence),
        _per_hour(fewer.estimates[COST], more.estimates[COST], hours, confidence),
        _per_hour(fewer.estimates[BENEFIT], more.estimates[BENEFIT], hours, confidence),
    )


def _change(best: Level, customary: Level, confidence: float) -> CustomaryChange:
    return CustomaryChange(
        customary.level,
        _per_hour(best.estimates[COST], customary.estimates[COST], 1.0, confidence),
        _per_hour(customary.estimates[LOST], best.estimates[LOST], 1.0, confidence),
        _per_hour(value_of(best), value_of(customary), 1.0, confidence),
        _per_hour(best.estimates[BENEFIT], customary.estimates[BENEFIT], 1.0, confidence),
    )


def _as_good(bench: Trials, search: TrialStage, levels: list[int], best: int) -> tuple[int, int]:
    """Levels whose net benefit is not clearly below the best one's, corrected for all that were compared."""
    surpluses = dict(zip(levels, bench.look(search, levels), strict=True))
    confidence = simultaneous(max(1, len(levels) - 1))
    top = surpluses[best].estimates[BENEFIT]
    near = [
        level
        for level, each in surpluses.items()
        if level == best or not interval(difference(top, each.estimates[BENEFIT]), confidence).high[0] < 0
    ]
    return min(near), max(near)
