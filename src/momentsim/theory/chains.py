"""Queues that no formula solves, as Markov chains that are solved numerically.

Each model is a table of states and rates; its long-run shares p solve p * generator = 0 with sum 1, by sparse
elimination. A chain that has no end is cut; the share of time at the cut is returned as `edge_share`, so that
it can be seen that cutting changes nothing.

- `balking`: M/M/n/K+M, where a contact joins with a probability that depends on how many wait.
- `redials`: M/M/n/K+M, where contacts that hear busy or hang up call again after an exponential delay, with
  the same probability each time; a two-dimensional chain (contacts in the centre, contacts to come back).
- `patient_classes`: two classes with strict priority, the same handling time and patience of their own; a
  two-dimensional chain (waiting of the first class, waiting of the second).

Sources: G. Falin and J. Templeton, "Retrial Queues" (1997); C. Palm (1957) for the first. Times in seconds but
for `arrivals_per_hour`; shares 0..1.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from momentsim.theory import arguments
from momentsim.theory.erlang import SECONDS_PER_HOUR

FloatArray = NDArray[np.float64]
WholeArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitedCentre:
    """A plain centre: exponential handling and patience, a limited number of lines."""

    arrivals_per_hour: float
    handling_time_s: float
    agents: int
    patience_s: float
    lines: int
    """Waiting and in service together, at least `agents`."""

    def problems(self) -> list[str | None]:
        """What is wrong with it."""
        problems = arguments.centre_problems(self.arrivals_per_hour, self.handling_time_s, self.agents, 0.0)
        problems.append(arguments.number("patience_s", self.patience_s, infinity_allowed=True))
        return [*problems, arguments.whole("lines", self.lines, self.agents)]

    @property
    def arrival_rate(self) -> float:
        """Arrivals per second."""
        return self.arrivals_per_hour / SECONDS_PER_HOUR

    def departures(self, inside: WholeArray) -> FloatArray:
        """Rate at which some contact ends or hangs up, by number of contacts inside."""
        waiting = np.maximum(inside - self.agents, 0)
        return np.minimum(inside, self.agents) / self.handling_time_s + waiting / self.patience_s


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainFigures:
    """Long-run figures; shares of all attempts, redials included."""

    attempts_per_hour: float
    blocked_share: float
    balked_share: float
    abandoned_share: float
    wait_mean_s: float
    """Of answered and abandoned attempts."""
    queue_mean: float
    occupancy: float
    edge_share: float
    """Share of time at the place where the chain was cut; 0 when it ends by itself."""


def balking(line: LimitedCentre, stays: Callable[[int], float]) -> ChainFigures:
    """Figures when a contact that finds all agents busy and k waiting joins with probability `stays(k)`."""
    arguments.check("balking", line.problems())
    inside = np.arange(line.lines + 1)
    join = np.array([1.0 if j < line.agents else stays(j - line.agents) for j in range(line.lines)])
    rates = np.concatenate([[1.0], line.arrival_rate * join / line.departures(inside[1:])])
    shares = np.cumprod(rates) / np.cumprod(rates).sum()
    queue = float(shares @ np.maximum(inside - line.agents, 0))
    balked, blocked = float(shares[:-1] @ (1.0 - join)), float(shares[-1])
    return ChainFigures(
        attempts_per_hour=line.arrivals_per_hour,
        blocked_share=blocked,
        balked_share=balked,
        abandoned_share=queue / line.patience_s / line.arrival_rate,
        wait_mean_s=queue / line.arrival_rate / (1.0 - balked - blocked),
        queue_mean=queue,
        occupancy=float(shares @ np.minimum(inside, line.agents)) / line.agents,
        edge_share=0.0,
    )


def redials(line: LimitedCentre, *, again_share: float, delay_s: float, most_away: int) -> ChainFigures:
    """Figures when each failed attempt is repeated with probability `again_share` after an exponential delay.

    At most `most_away` contacts are about to call again; more are lost, and `edge_share` says how much of the
    time that is so.
    """
    problems = [arguments.share("again_share", again_share), arguments.number("delay_s", delay_s)]
    arguments.check("redials", [*line.problems(), *problems, arguments.whole("most_away", most_away, 1)])
    inside, away = (grid.ravel() for grid in np.indices((line.lines + 1, most_away + 1)))
    state = np.arange(len(inside))
    wide = most_away + 1
    waiting = np.maximum(inside - line.agents, 0)
    hang_up, answered = waiting / line.patience_s, np.minimum(inside, line.agents) / line.handling_time_s
    room, back = inside < line.lines, away / delay_s
    more = np.where(away < most_away, again_share, 0.0)
    chain = _Chain(len(state))
    chain.add(state, state + wide, np.where(room, line.arrival_rate, 0.0))
    chain.add(state, state + 1, np.where(room, 0.0, line.arrival_rate * more))
    chain.add(state, state + wide - 1, np.where(room, back, 0.0))
    chain.add(state, state - 1, np.where(room, 0.0, back * (1.0 - again_share)))
    chain.add(state, state - wide, answered + hang_up * (1.0 - more))
    chain.add(state, state - wide + 1, hang_up * more)
    shares = chain.solve()
    attempts = line.arrival_rate + float(shares @ back)
    blocked = float(shares[~room] @ (line.arrival_rate + back[~room])) / attempts
    queue = float(shares @ waiting)
    return ChainFigures(
        attempts_per_hour=attempts * SECONDS_PER_HOUR,
        blocked_share=blocked,
        balked_share=0.0,
        abandoned_share=float(shares @ hang_up) / attempts,
        wait_mean_s=queue / attempts / (1.0 - blocked),
        queue_mean=queue,
        occupancy=float(shares @ np.minimum(inside, line.agents)) / line.agents,
        edge_share=float(shares[away == most_away].sum()),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientClasses:
    """Two classes with strict priority: mean waits (of all contacts) and abandoned shares, first class first."""

    wait_mean_s: tuple[float, float]
    abandoned_share: tuple[float, float]
    edge_share: float


def patient_classes(
    arrivals_per_hour: tuple[float, float],
    handling_time_s: float,
    agents: int,
    patience_s: tuple[float, float],
    *,
    most_waiting: int,
) -> PatientClasses:
    """Figures of two classes of equal exponential work; the first goes first, each has its own patience.

    At most `most_waiting` of each class wait; more are lost, and `edge_share` says how much of the time that
    is so.
    """
    problems = [arguments.whole("agents", agents, 1), arguments.whole("most_waiting", most_waiting, 1)]
    for index in range(2):
        problems.append(arguments.number(f"arrivals_per_hour[{index}]", arrivals_per_hour[index]))
        problems.append(arguments.number(f"patience_s[{index}]", patience_s[index]))
    arguments.check("patient_classes", problems)
    first, second = (rate / SECONDS_PER_HOUR for rate in arrivals_per_hour)
    served = agents / handling_time_s
    wide = most_waiting + 1
    one, two = (grid.ravel() for grid in np.indices((wide, wide)))
    # states: `agents` with an idle agent (0 .. agents - 1 busy), then all busy with (one, two) waiting
    idle, state = np.arange(agents), agents + np.arange(len(one))
    chain = _Chain(agents + len(one))
    chain.add(idle, idle + 1, np.full(agents, first + second))
    chain.add(idle, idle - 1, idle / handling_time_s)
    chain.add(state, state + wide, np.where(one < most_waiting, first, 0.0))
    chain.add(state, state + 1, np.where(two < most_waiting, second, 0.0))
    chain.add(state, state - wide, one / patience_s[0] + np.where(one > 0, served, 0.0))
    chain.add(state, state - 1, two / patience_s[1] + np.where((one == 0) & (two > 0), served, 0.0))
    chain.add(state[:1], state[:1] - 1, np.array([served]))
    shares = chain.solve()[agents:]
    queues = float(shares @ one), float(shares @ two)
    return PatientClasses(
        wait_mean_s=(queues[0] / first, queues[1] / second),
        abandoned_share=(queues[0] / first / patience_s[0], queues[1] / second / patience_s[1]),
        edge_share=float(shares[(one == most_waiting) | (two == most_waiting)].sum()),
    )


class _Chain:
    """Rates between the states of a chain, collected and solved."""

    def __init__(self, states: int) -> None:
        self.states = states
        self._parts: list[tuple[WholeArray, WholeArray, FloatArray]] = []

    def add(self, origin: WholeArray, target: WholeArray, rate: FloatArray) -> None:
        """Moves from states to states; moves at rate 0 may name states that do not exist."""
        real = rate > 0.0
        self._parts.append((origin[real], target[real], rate[real]))

    def solve(self) -> FloatArray:
        """Long-run shares of time: balance in all states but one, whose equation says that they add up to 1."""
        from scipy.sparse import coo_matrix
        from scipy.sparse.linalg import spsolve

        origin, target, rate = (np.concatenate(part) for part in zip(*self._parts, strict=True))
        kept = target != 0  # balance of state 0 follows from the others
        leaves = origin != 0
        every = np.arange(self.states)
        rows = np.concatenate([target[kept], origin[leaves], np.zeros(self.states, np.int64)])
        columns = np.concatenate([origin[kept], origin[leaves], every])
        values = np.concatenate([rate[kept], -rate[leaves], np.ones(self.states)])
        size = (self.states, self.states)
        equations = coo_matrix((values, (rows, columns)), size).tocsc()
        one = np.zeros(self.states)
        one[0] = 1.0
        return np.asarray(spsolve(equations, one), np.float64)
