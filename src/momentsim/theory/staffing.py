"""How many agents a goal needs, by Erlang C and Erlang A: the smallest number that reaches it."""

from __future__ import annotations

import math
from collections.abc import Callable

from momentsim.theory import arguments
from momentsim.theory.erlang import SECONDS_PER_HOUR, demand_problems, erlang_a, erlang_c

MOST_AGENTS = 1 << 22  # end of the search; no centre is that large


def agents_needed_erlang_c(
    arrivals_per_hour: float, handling_time_s: float, *, service_level_share: float, threshold_s: float = 20.0
) -> int:
    """Smallest number of agents that answers at least `service_level_share` (between 0 and 1) of contacts
    within `threshold_s` when nobody abandons (Erlang C). No arrivals need 0 agents.

    Raises ValueError naming each wrong argument, its value and what is allowed.
    """
    problems = demand_problems(arrivals_per_hour, handling_time_s, threshold_s)
    problems.append(arguments.share("service_level_share", service_level_share))
    arguments.check("agents_needed_erlang_c", problems)
    if arrivals_per_hour == 0:
        return 0

    def enough(agents: int) -> bool:
        figures = erlang_c(arrivals_per_hour, handling_time_s, agents, threshold_s)
        return figures.service_level_share >= service_level_share

    load = arrivals_per_hour / SECONDS_PER_HOUR * handling_time_s
    return smallest_enough(enough, math.floor(load) + 1)


def agents_needed_erlang_a(
    arrivals_per_hour: float,
    handling_time_s: float,
    patience_s: float,
    *,
    service_level_share: float | None = None,
    threshold_s: float = 20.0,
    abandoned_share: float | None = None,
) -> int:
    """Smallest number of agents that reaches every goal given, with exponential patience (Erlang A).

    Goals: at least `service_level_share` of offered contacts answered within `threshold_s`; at most
    `abandoned_share` abandoned; each between 0 and 1, at least one of them given. No arrivals need 0 agents.
    Raises ValueError naming each wrong argument, its value and what is allowed.
    """
    problems = demand_problems(arrivals_per_hour, handling_time_s, threshold_s)
    problems.append(arguments.number("patience_s", patience_s))
    if service_level_share is None and abandoned_share is None:
        problems.append("service_level_share and abandoned_share are both None; allowed: at least one goal")
    if service_level_share is not None:
        problems.append(arguments.share("service_level_share", service_level_share))
    if abandoned_share is not None:
        problems.append(arguments.share("abandoned_share", abandoned_share))
    arguments.check("agents_needed_erlang_a", problems)
    if arrivals_per_hour == 0:
        return 0
    least_in_time = 0.0 if service_level_share is None else service_level_share
    most_abandoned = 1.0 if abandoned_share is None else abandoned_share

    def enough(agents: int) -> bool:
        figures = erlang_a(arrivals_per_hour, handling_time_s, agents, patience_s, threshold_s)
        return figures.service_level_share >= least_in_time and figures.abandoned_share <= most_abandoned

    load = arrivals_per_hour / SECONDS_PER_HOUR * handling_time_s
    # agents answer at most agents / load of the contacts, so fewer than this can not reach the goal
    return smallest_enough(enough, max(1, math.floor(load * max(least_in_time, 1.0 - most_abandoned))))


def smallest_enough(enough: Callable[[int], bool], first: int) -> int:
    """Smallest number >= first that is enough, for a condition that stays true: double, then halve.

    Raises ValueError where more agents than any centre has are not enough.
    """
    step, high = 1, first
    while not enough(high):
        if high > MOST_AGENTS:
            raise ValueError(f"the goal needs more than {MOST_AGENTS:,} agents; allowed: a goal within reach")
        high, step = high + step, step * 2
    low = high - step // 2  # the last number tried, or `first` itself
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle + 1, high)
    return low
