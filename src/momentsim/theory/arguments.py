"""Argument checks of the queueing formulas: each says what was given and what is allowed, all at once."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from numbers import Integral


def check(function: str, problems: Iterable[str | None]) -> None:
    """Raise one ValueError that lists every problem found; `None` entries are arguments without a problem."""
    wrong = [problem for problem in problems if problem is not None]
    if wrong:
        raise ValueError(f"{function}: " + "; ".join(wrong))


def centre_problems(
    arrivals_per_hour: float, handling_time_s: float, agents: int, threshold_s: float
) -> list[str | None]:
    """Problems with the four arguments that every waiting system has."""
    return [
        number("arrivals_per_hour", arrivals_per_hour),
        number("handling_time_s", handling_time_s),
        whole("agents", agents, 1),
        number("threshold_s", threshold_s, zero_allowed=True),
    ]


def number(
    name: str, value: float, *, zero_allowed: bool = False, infinity_allowed: bool = False
) -> str | None:
    """Problem with a quantity that must be positive (or zero, or infinite, where allowed); never NaN."""
    large_enough = value >= 0 if zero_allowed else value > 0  # false for NaN too
    if large_enough and (infinity_allowed or math.isfinite(value)):
        return None
    allowed = "a number >= 0" if zero_allowed else "a number > 0"
    return f"{name} = {value!r}; allowed: {allowed}{' or infinity' if infinity_allowed else ''}"


def whole(name: str, value: int, least: int) -> str | None:
    """Problem with a count: a whole number (10, not 10.0) of at least `least`."""
    if isinstance(value, Integral) and not isinstance(value, bool) and value >= least:
        return None
    return f"{name} = {value!r}; allowed: a whole number >= {least}"


def share(name: str, value: float) -> str | None:
    """Problem with a goal: a share strictly between 0 and 1; 80 probably means 0.8."""
    if 0 < value < 1:
        return None
    meant = f"; did you mean {value / 100:g}?" if 1 < value < 100 else ""
    return f"{name} = {value!r}; allowed: a share between 0 and 1{meant}"


def too_few_agents(load: float, agents: int) -> str | None:
    """Problem with a queue that nobody leaves unanswered: it needs more agents than erlangs of load."""
    if agents > load:
        return None
    least = math.floor(load) + 1
    return f"agents = {agents!r}; allowed: at least {least}, more than the load of {load:g} erlangs"


def edges_problems(edges_s: Sequence[float], begins_s: Sequence[float]) -> list[str | None]:
    """Problems with the edges of intervals and the beginnings of stretches of a day, seconds."""
    problems: list[str | None] = []
    if len(edges_s) < 2 or not _ascending(edges_s) or not all(map(math.isfinite, edges_s)):
        problems.append("edges_s; allowed: at least two finite times, ascending")
    elif not begins_s or not begins_s[0] <= edges_s[0]:
        problems.append("stretches; allowed: the first one begins at the first of edges_s, or before")
    if not _ascending(begins_s):
        problems.append("begin_s of the stretches; allowed: ascending times")
    return problems


def shift_problems(changes: Sequence[tuple[int, int]]) -> list[str | None]:
    """Problems with agents who start and end, pair by pair: more can not end than are on shift."""
    problems: list[str | None] = []
    agents = 0
    for starting, ending in changes:
        problems += [whole("starting", starting, 0), whole("ending", ending, 0)]
        if ending > agents:
            problems.append(f"ending = {ending!r}; allowed: 0 to {agents}, the agents on shift")
        agents += starting - ending
    return problems


def _ascending(times: Sequence[float]) -> bool:
    return all(earlier < later for earlier, later in pairwise(times))
