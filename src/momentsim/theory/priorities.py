"""Exact waits under priorities: strict ones (Cobham) and head starts, with and without patience.

**Strict, nobody abandons.** Non-preemptive priorities, first come first served within a class; class k stands
behind the classes before it. With R the mean time until the next agent is free for a contact that finds all of
them busy, weighted by the probability of that, and s_k the share of the agents' time that classes 1..k take,

    E[W_k] = R / ((1 - s_(k-1)) * (1 - s_k))

- one agent, any laws of handling times: R = sum over classes of rate_i * E[handling_i^2] / 2. One class is the
  formula of Pollaczek and Khinchine.
- several agents, the same exponential law for all classes: R = P(wait in Erlang C) * handling / agents.

**Head start.** Two classes with the same exponential handling time and the same exponential patience (or
none); whoever has the smallest (arrival - head start) goes first, and the first class has a head start of d.
How many contacts wait does not depend on the order in which equal contacts are served, so a contact of the
second class finds k others waiting with the probability that Erlang A gives. All of them stand before it, and
so does every contact of the first class that comes within d after it. So the number of contacts before it is a
birth-and-death process: it falls at rate agents/handling + k/patience, and rises at the arrival rate of the
first class until time d, then no more. Its wait is the time until that process has gone (a phase-type law,
worked out with the exponential of its generator). The first class follows from the conservation law: both
classes together abandon and wait as in Erlang A (Kleinrock 1965). d = 0 is first come first served,
d = infinity strict priority.

Sources: A. Cobham, "Priority assignment in waiting line problems" (1954); O. Kella and U. Yechiali, "Waiting
times in the non-preemptive priority M/M/c queue" (1985); L. Kleinrock, "A conservation law for a wide class of
queueing disciplines" (1965). The head start's birth-and-death process is derived here. Queues are cut where
the rest weighs less than 1e-16.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from momentsim.theory import arguments
from momentsim.theory.erlang import NEGLIGIBLE_TAIL, SECONDS_PER_HOUR, erlang_a, erlang_c, shares_waiting

FloatArray = NDArray[np.float64]

ROOM_FOR_OVERTAKERS = 120
"""Contacts that may come before a waiting one beyond those it found, before the queue is cut."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One class of contacts: how many come, and how long each takes."""

    arrivals_per_hour: float
    handling_time_s: float
    """Mean, seconds."""
    handling_time_cv: float = 1.0
    """SD over mean; 1 for the exponential law, 0 for a constant."""

    @property
    def load(self) -> float:
        """Offered load, erlangs."""
        return self.arrivals_per_hour / SECONDS_PER_HOUR * self.handling_time_s

    @property
    def residual(self) -> float:
        """Rate times half the mean square of the handling time, seconds."""
        return 0.5 * self.load * self.handling_time_s * (1.0 + self.handling_time_cv**2)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassFigures:
    """Long-run figures of one class of contacts; shares (0..1) are of all its contacts."""

    wait_mean_s: float
    """Mean wait, seconds, of all contacts, with 0 for those answered at once."""
    abandoned_share: float
    service_level_share: float
    """Answered within the threshold; NaN where it is not known."""


def waits_of_one_agent(classes: Sequence[Work]) -> tuple[float, ...]:
    """Mean waits, seconds, of classes with any handling times before one agent (M/G/1), first class first.

    One class: Pollaczek-Khinchine. Raises ValueError when the load is 1 or more.
    """
    problems = [problem for work in classes for problem in _problems(work)]
    arguments.check("waits_of_one_agent", problems)
    arguments.check("waits_of_one_agent", [arguments.too_few_agents(_load(classes), 1)])
    return _waits(classes, sum(work.residual for work in classes), 1)


def waits_of_equal_work(
    arrivals_per_hour: Sequence[float], handling_time_s: float, agents: int
) -> tuple[float, ...]:
    """Mean waits, seconds, of classes that share one exponential handling time (M/M/n), first class first.

    Raises ValueError when there are not more agents than erlangs.
    """
    classes = [Work(arrivals_per_hour=rate, handling_time_s=handling_time_s) for rate in arrivals_per_hour]
    problems = [problem for work in classes for problem in _problems(work)]
    arguments.check("waits_of_equal_work", [*problems, arguments.whole("agents", agents, 1)])
    together = erlang_c(math.fsum(arrivals_per_hour), handling_time_s, agents)
    return _waits(classes, together.wait_probability * handling_time_s / agents, agents)


def head_start(
    arrivals_per_hour: tuple[float, float],
    handling_time_s: float,
    agents: int,
    *,
    head_start_s: float,
    patience_s: float = math.inf,
    threshold_s: float = 20.0,
) -> tuple[ClassFigures, ClassFigures]:
    """Figures of two classes of equal exponential work, the first of which has a head start.

    `head_start_s` >= 0, infinity for strict priority; `patience_s` > 0, the mean patience of both classes,
    infinity for none. The service level of the first class is not known (NaN). Raises ValueError naming each
    wrong argument; so also when the queue has no end.
    """
    first, second = arrivals_per_hour
    problems = [
        arguments.number("arrivals_per_hour[0]", first),
        arguments.number("arrivals_per_hour[1]", second),
        arguments.number("head_start_s", head_start_s, zero_allowed=True, infinity_allowed=True),
    ]
    arguments.check("head_start", problems)
    together = erlang_a(first + second, handling_time_s, agents, patience_s, threshold_s)
    waiting_shares = shares_waiting(first + second, handling_time_s, agents, patience_s)
    waiting_shares = waiting_shares[
        : int(np.flatnonzero(waiting_shares > NEGLIGIBLE_TAIL).max(initial=0)) + 1
    ]
    size = len(waiting_shares) + ROOM_FOR_OVERTAKERS
    leaving = agents / handling_time_s + np.arange(size) / patience_s
    tagged = _Tagged(
        start=np.concatenate([waiting_shares, np.zeros(ROOM_FOR_OVERTAKERS)]),
        overtaken=_generator(leaving, first / SECONDS_PER_HOUR, 1.0 / patience_s),
        safe=_generator(leaving, 0.0, 1.0 / patience_s),
        head_start_s=head_start_s,
    )
    one = np.ones(size)
    wait = tagged.time_in(one, math.inf)
    answer = np.where(np.arange(size) == 0, agents / handling_time_s, 0.0)
    at_once = 1.0 - float(waiting_shares.sum())
    abandoned = wait / patience_s
    behind = ClassFigures(
        wait_mean_s=wait,
        abandoned_share=abandoned,
        service_level_share=at_once + tagged.time_in(answer, threshold_s),
    )

    def conserved(total: float, part: float) -> float:
        return (total * (first + second) - part * second) / first

    ahead = ClassFigures(
        wait_mean_s=conserved(together.wait_mean_s, wait),
        abandoned_share=conserved(together.abandoned_share, abandoned),
        service_level_share=math.nan,
    )
    return ahead, behind


@dataclass(frozen=True, slots=True)
class _Tagged:
    """A contact of the second class that waits: states are the number of contacts before it."""

    start: FloatArray
    overtaken: Any
    """Generator while contacts of the first class may still overtake it."""
    safe: Any
    """Generator afterwards."""
    head_start_s: float

    def time_in(self, gain: FloatArray, until_s: float) -> float:
        """Expected integral of `gain` (by state) from its arrival until `until_s` or the end of its wait."""
        first_s = min(self.head_start_s, until_s)
        state, total = _follow(self.start, self.overtaken, gain, first_s)
        if until_s > first_s:
            total += _follow(state, self.safe, gain, until_s - first_s)[1]
        return total


def _follow(state: FloatArray, generator: Any, gain: FloatArray, time_s: float) -> tuple[FloatArray, float]:
    """State after a time, and the integral of the gain: state * G^-1 * (exp(G t) - 1) * gain."""
    from scipy.sparse.linalg import expm_multiply, spsolve

    if time_s == 0.0:
        return state, 0.0
    endless = math.isinf(time_s)
    later = np.zeros_like(state) if endless else np.asarray(expm_multiply(generator.T * time_s, state))
    return later, float((later - state) @ spsolve(generator, gain))


def _generator(leaving: FloatArray, joining: float, abandoning: float) -> Any:
    """Number before a waiting contact: down at `leaving` (from 0: it is answered), up at `joining`; each
    state is left for good at the rate `abandoning`, by the contact itself. A sparse matrix."""
    from scipy.sparse import diags

    up = np.full(len(leaving) - 1, joining)
    diagonal = -(leaving + abandoning)
    diagonal[:-1] -= up
    return diags([leaving[1:], diagonal, up], [-1, 0, 1], format="csc")


def _waits(classes: Sequence[Work], residual: float, agents: int) -> tuple[float, ...]:
    taken = np.concatenate([[0.0], np.cumsum([work.load / agents for work in classes])])
    return tuple(residual / ((1.0 - before) * (1.0 - after)) for before, after in pairwise(taken))


def _load(classes: Sequence[Work]) -> float:
    return math.fsum(work.load for work in classes)


def _problems(work: Work) -> list[str | None]:
    return [
        arguments.number("arrivals_per_hour", work.arrivals_per_hour),
        arguments.number("handling_time_s", work.handling_time_s),
        arguments.number("handling_time_cv", work.handling_time_cv, zero_allowed=True),
    ]
