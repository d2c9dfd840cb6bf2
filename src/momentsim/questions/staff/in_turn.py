"""Goals of queues that nobody has in common: each pool is staffed in turn, and all are judged together in the end.

A pool is searched while the others have the heads found so far, or those of Erlang A. Once all are found, each level
and the one below are judged again beside the final heads of the others; where that no longer holds, the search goes on.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from typing import Final, Protocol

import numpy as np

from momentsim.errors import MomentsimError
from momentsim.prepare.blueprint import Blueprint
from momentsim.questions.staff.ask import StaffQuestion
from momentsim.questions.staff.goal import is_of_group
from momentsim.questions.staff.search import GoalVerdict, SearchAnswer
from momentsim.questions.staff.trials import Trials
from momentsim.runs.staffing.pool import pool_numbers, serves_of
from momentsim.scenario import LoadedScenario
from momentsim.scenario.sections.staffing_goal import Goal, Goals

ROUNDS: Final = 3
"""Times that every pool is searched at most."""


class SearchInTurn(Protocol):
    """The search for one pool."""

    @property
    def bench(self) -> Trials:
        """Where staffings of the pool are tried."""
        ...

    def answer(self) -> SearchAnswer:
        """The smallest level that meets the pool's goals beside the others as they are now."""
        ...

    def judge(self, level: int) -> GoalVerdict:
        """What the judge's draws say of a level."""
        ...


def questions_by_pool(
    loaded: LoadedScenario, blueprint: Blueprint, question: StaffQuestion
) -> tuple[StaffQuestion, ...]:
    """A question per pool, in the order of the scenario, where each goal says whose it is; else the question itself."""
    if question.groups or any(goal.scope is None for goal in question.goals):
        return (question,)
    pools = pool_numbers(loaded, blueprint)
    names = blueprint.names.groups
    own: dict[int, list[Goal]] = {}
    for goal, places in zip(question.goals, _places(loaded, blueprint, question.goals), strict=True):
        own.setdefault(pools[places[0]], []).append(goal)
    return tuple(
        dataclasses.replace(
            question,
            goals=Goals(own[pool]),
            groups=tuple(name for name, number in zip(names, pools, strict=True) if number == pool),
        )
        for pool in sorted(own)
    )


def _places(loaded: LoadedScenario, blueprint: Blueprint, goals: Goals) -> list[list[int]]:
    """By goal, the places of the groups that it is for; raises MomentsimError where there are none."""
    found = [list(_groups_of(loaded, blueprint, goal)) for goal in goals]
    problems = [
        f"goal '{goal}': nobody serves that queue"
        for goal, places in zip(goals, found, strict=True)
        if not places
    ]
    if problems:
        raise MomentsimError("; ".join(problems))
    return found


def _groups_of(loaded: LoadedScenario, blueprint: Blueprint, goal: Goal) -> Iterator[int]:
    names = blueprint.names.groups
    if is_of_group(goal, blueprint):
        yield names.index(str(goal.scope))
        return
    serving = serves_of(blueprint)[blueprint.names.queues.index(str(goal.scope))]
    for place in np.flatnonzero(serving).tolist():
        if not loaded.scenario.workforce.groups[names[place]].reserve:
            yield place


def search_in_turn(searches: Sequence[SearchInTurn], say: Callable[[str], None]) -> list[SearchAnswer]:
    """An answer for each search, all of which hold beside each other."""
    heads = [search.bench.rostered_heads(0) for search in searches]
    answers: list[SearchAnswer | None] = [None for _ in searches]
    for _ in range(ROUNDS):
        for place, search in enumerate(searches):
            known = _judged_beside_others(searches, heads, place, answers[place])
            if known is None:
                say(f"staffing {', '.join(search.bench.pool.groups)}")
                known = search.answer()
            answers[place], heads[place] = known, search.bench.rostered_heads(known.level)
        settled = [
            _judged_beside_others(searches, heads, place, answers[place]) for place in range(len(searches))
        ]
        found = [answer for answer in settled if answer is not None]
        if len(found) == len(searches):
            return found
    names = "; ".join(", ".join(search.bench.pool.groups) for search in searches)
    raise MomentsimError(
        f"goals: what the groups need ({names}) depends on each other so much that no common answer was found in "
        f"{ROUNDS} rounds; more replications (-n) may find one, or staff one after the other with --group"
    )


def _judged_beside_others(
    searches: Sequence[SearchInTurn],
    heads: Sequence[dict[str, list[int]]],
    place: int,
    answer: SearchAnswer | None,
) -> SearchAnswer | None:
    """The answer as judged beside the heads of the others; None where it is not the smallest that does."""
    search = searches[place]
    others = {
        name: counts for number, each in enumerate(heads) if number != place for name, counts in each.items()
    }
    search.bench.stand_beside(others)
    if answer is None or search.judge(answer.level) != "meets":
        return None
    if answer.level == search.bench.ladder.lowest:
        return SearchAnswer(answer.level, "misses")
    below = search.judge(answer.level - 1)
    return None if below == "meets" else SearchAnswer(answer.level, below)
