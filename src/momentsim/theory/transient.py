"""Exact queueing theory when nothing is steady: M(t)/M/n(t)+M through the day, by Kolmogorov's equations.

One skill, Poisson arrivals at a piecewise constant rate, exponential handling time (rate mu) and patience (rate
theta), first come first served, agents who come and go. Two linear systems are solved beside each other.

**Forward**, the number i of contacts that wait or are with an agent on shift: births at the arrival rate,
deaths at min(i, n) * mu + max(i - n, 0) * theta. When the shift of k of the n agents ends, contacts in progress
are finished by these agents, who then go home. All agents are alike, so of min(i, n) busy agents H leave, H
hypergeometric; i falls by H and n by k. The number z of agents who are still finishing is the second coordinate
of the chain. It only falls, at rate z * mu, takes no contact and gives none back, so given i and z at the shift's
end both go their own ways, and every mean below needs just the law of i and the mean of z.

**Backward**, the fate of a contact with k others waiting ahead of it: c_k, the probability that it is answered,
and w_k, its mean wait counted where it is answered. With s the time to go,

    c_k' = (n*mu + k*theta) * (c_(k-1) - c_k) - theta * c_k,             c_(-1) = 1
    w_k' = (n*mu + k*theta) * (w_(k-1) - w_k) - theta * w_k + c_k,       w_(-1) = 0

When m agents start, they take the first m contacts: c_k becomes c_(k-m). After the last stretch things stay as
they are for ever. Contacts count in the interval of their arrival, as in the interval table.

Steps are matrix exponentials, exact at the grid points; Simpson's rule with steps of at most `STEP_S` adds them
up. **Numerical error**: below 1e-6 relative for handling times and patience of a minute or more (the tests halve
the step and compare with closed forms).

Source: A. N. Kolmogorov (1931), as in any text on Markov chains; for the queue, A. Mandelbaum, W. A. Massey and
M. I. Reiman, "Strong approximations for Markovian service networks" (1998).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from momentsim.theory import arguments
from momentsim.theory.erlang import SECONDS_PER_HOUR, QueueFigures

FloatArray = NDArray[np.float64]

STEP_S: Final = 5.0
NEGLIGIBLE: Final = 1e-13
"""Largest probability of the last state: what is beyond it is left out."""
MOST_STATES: Final = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """From `begin_s` on contacts arrive at this rate; just then shifts end (first) and start (second)."""

    begin_s: float
    arrivals_per_hour: float
    starting: int = 0
    ending: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TransientFigures:
    """Expected sums by interval, (intervals,) each."""

    offered: FloatArray
    answered: FloatArray
    abandoned: FloatArray
    answered_wait_s: FloatArray
    """Waits of the answered, summed."""
    waiting_s: FloatArray
    """Contact-seconds in the queue, by the clock."""
    busy_s: FloatArray
    """Agent-seconds with a contact, by the clock; also those of agents who finish after their shift."""


class _Piece(NamedTuple):
    """Time in which rate and agents are constant, within one interval."""

    begin: float
    end: float
    interval: int
    rate: float  # arrivals per second
    agents: int
    starting: int
    ending: int

    @property
    def steps(self) -> int:
        return 2 * max(1, math.ceil((self.end - self.begin) / (2.0 * STEP_S)))

    @property
    def step(self) -> float:
        return (self.end - self.begin) / self.steps


class _Walk(NamedTuple):
    """Probabilities of i contacts at every grid point of every piece, and agents still finishing."""

    shares: list[FloatArray]  # (steps + 1, states) by piece
    finishing: list[float]  # mean, at the beginning of each piece


def transient_figures(
    stretches: Sequence[Stretch], edges_s: Sequence[float], *, handling_s: float, patience_s: float
) -> TransientFigures:
    """Expected figures of the intervals between neighbouring `edges_s`, from an empty centre at the first edge.

    `stretches` in order of time, the first at the first edge or before (its agents start then). Before the
    end of a shift all agents must be alike, which they are once all of them have been busy at the same time
    since the last start. Raises ValueError naming what is wrong.
    """
    _check(stretches, edges_s, handling_s, patience_s)
    service, leaving = 1.0 / handling_s, 1.0 / patience_s
    pieces = _pieces(stretches, edges_s)
    walk = _walk(pieces, service, leaving)
    fates = _fates(pieces, walk.shares[0].shape[1], service, leaving)
    sums = {field.name: np.zeros(len(edges_s) - 1) for field in fields(TransientFigures)}
    for piece, shares, fate, finishing in zip(pieces, walk.shares, fates, walk.finishing, strict=True):
        for name, values in _rates(piece, shares, fate, finishing, service).items():
            sums[name][piece.interval] += _simpson(values, piece.step)
    return TransientFigures(**sums)


def erlang_a_from_empty(
    arrivals_per_hour: float,
    handling_time_s: float,
    agents: int,
    patience_s: float,
    *,
    until_s: float,
    threshold_s: float = 20.0,
) -> QueueFigures:
    """Erlang A over the first `until_s` seconds of a centre that starts empty.

    Contacts that arrive until then are followed to their end; queue and occupancy are means over the time.
    With `until_s` to infinity: `theory.erlang_a`. Raises ValueError naming what is wrong.
    """
    problems = arguments.centre_problems(arrivals_per_hour, handling_time_s, agents, threshold_s)
    arguments.check("erlang_a_from_empty", problems)
    start = Stretch(begin_s=0.0, arrivals_per_hour=arrivals_per_hour, starting=agents)
    rates = {"handling_s": handling_time_s, "patience_s": patience_s}
    figures = transient_figures([start], [0.0, until_s], **rates)
    offered, waited = float(figures.offered[0]), float(figures.waiting_s[0])
    pieces = _pieces([start], [0.0, until_s])
    shares = _walk(pieces, 1.0 / handling_time_s, 1.0 / patience_s).shares[0]
    averages = np.array([_simpson(column, pieces[0].step) for column in shares.T]) / until_s
    at_once, waiting = averages[:agents].sum(), averages[agents:]
    in_time = _answered_within(threshold_s, agents / handling_time_s, 1.0 / patience_s, len(waiting))
    return QueueFigures(
        wait_probability=float(waiting.sum()),
        wait_mean_s=float(figures.abandoned[0]) * patience_s / offered,
        abandoned_share=float(figures.abandoned[0]) / offered,
        service_level_share=float(at_once + waiting @ in_time),
        occupancy=float(figures.busy_s[0]) / (agents * until_s),
        queue_mean=waited / until_s,
        blocked_share=0.0,
        answered_wait_mean_s=float(figures.answered_wait_s[0] / figures.answered[0]),
    )


def _check(
    stretches: Sequence[Stretch], edges_s: Sequence[float], handling_s: float, patience_s: float
) -> None:
    problems = [arguments.number("handling_s", handling_s), arguments.number("patience_s", patience_s)]
    problems += arguments.edges_problems(edges_s, [stretch.begin_s for stretch in stretches])
    problems += [
        arguments.number("arrivals_per_hour", stretch.arrivals_per_hour, zero_allowed=True)
        for stretch in stretches
    ]
    problems += arguments.shift_problems([(stretch.starting, stretch.ending) for stretch in stretches])
    arguments.check("transient_figures", problems)


def _pieces(stretches: Sequence[Stretch], edges_s: Sequence[float]) -> list[_Piece]:
    begins = [max(stretch.begin_s, edges_s[0]) for stretch in stretches]
    cuts = sorted({*edges_s, *(begin for begin in begins if begin < edges_s[-1])})
    pieces, agents, following = [], 0, 0
    for begin, end in pairwise(cuts):
        starting = ending = 0
        while following < len(stretches) and begins[following] <= begin:
            starting, ending = stretches[following].starting, stretches[following].ending
            agents += starting - ending
            following += 1
        interval = int(np.searchsorted(edges_s, begin, side="right")) - 1
        rate = stretches[following - 1].arrivals_per_hour / SECONDS_PER_HOUR
        pieces.append(_Piece(begin, end, interval, rate, agents, starting, ending))
    return pieces


def _walk(pieces: Sequence[_Piece], service: float, leaving: float) -> _Walk:
    """The forward equations, with as many states as are needed."""
    states = 64
    while True:
        walk = _walk_with(states, pieces, service, leaving)
        if max(float(shares[:, -1].max()) for shares in walk.shares) < NEGLIGIBLE:
            return walk
        if states >= MOST_STATES:
            raise ValueError(f"transient_figures: more than {MOST_STATES} contacts; allowed: smaller centres")
        states *= 2


def _walk_with(states: int, pieces: Sequence[_Piece], service: float, leaving: float) -> _Walk:
    from scipy.linalg import expm

    shares, finishing = np.eye(states)[0], 0.0
    walk = _Walk([], [])
    for piece in pieces:
        before = piece.agents - piece.starting + piece.ending
        shares, gone = shift_ends(shares, before, piece.ending)
        finishing += gone
        step = expm(generator(states, piece.rate, piece.agents, service, leaving) * piece.step)
        rows = np.empty((piece.steps + 1, states))
        rows[0] = shares
        for index in range(piece.steps):
            rows[index + 1] = rows[index] @ step
        walk.shares.append(rows)
        walk.finishing.append(finishing)
        shares = rows[-1]
        finishing *= math.exp(-service * (piece.end - piece.begin))
    return walk


def generator(states: int, rate: float, agents: int, service: float, leaving: float) -> FloatArray:
    """Rates between 0..states-1 contacts, rows sum to 0; contacts beyond the last state are turned away."""
    contacts = np.arange(states)
    down = np.minimum(contacts, agents) * service + np.maximum(contacts - agents, 0) * leaving
    rates = np.diag(np.full(states - 1, rate), 1) + np.diag(down[1:], -1)
    return np.asarray(rates - np.diag(rates.sum(axis=1)), np.float64)


def shift_ends(shares: FloatArray, agents: int, ending: int) -> tuple[FloatArray, float]:
    """Law of the contacts after the shift of `ending` of `agents` agents ends; how many of them are busy."""
    if ending == 0:
        return shares, 0.0
    after, mean = np.zeros_like(shares), 0.0
    for contacts, share in enumerate(shares):
        busy = min(contacts, agents)
        for leave in range(max(0, ending - (agents - busy)), min(busy, ending) + 1):
            ways = math.comb(busy, leave) * math.comb(agents - busy, ending - leave)
            weight = share * ways / math.comb(agents, ending)
            after[contacts - leave] += weight
            mean += leave * weight
    return after, mean


def _fates(pieces: Sequence[_Piece], states: int, service: float, leaving: float) -> list[FloatArray]:
    """The backward equations: (steps + 1, 2 * states + 1) by piece: c, w and the constant 1."""
    from scipy.linalg import expm

    rate = pieces[-1].agents * service
    leave_rates = rate + leaving * np.arange(1.0, states + 1.0)
    answered = rate / leave_rates
    fate = np.concatenate([answered, answered * np.cumsum(1.0 / leave_rates), [1.0]])
    fates = []
    for piece in reversed(pieces):
        step = expm(_fate_rates(states, piece.agents * service, leaving) * piece.step)
        rows = np.empty((piece.steps + 1, len(fate)))
        rows[-1] = fate
        for index in range(piece.steps, 0, -1):
            rows[index - 1] = step @ rows[index]
        fates.append(rows)
        taken = min(piece.starting, states)
        answered, waits = rows[0][:states], rows[0][states : 2 * states]
        kept = states - taken
        fate = np.concatenate([np.ones(taken), answered[:kept], np.zeros(taken), waits[:kept], [1.0]])
    return fates[::-1]


def _fate_rates(states: int, rate: float, leaving: float) -> FloatArray:
    """Matrix of the backward equations for (c, w, 1)."""
    ahead = rate + leaving * np.arange(states)
    one = np.diag(ahead[1:], -1) - np.diag(ahead + leaving)
    whole = np.zeros((2 * states + 1, 2 * states + 1))
    whole[:states, :states] = one
    whole[states:-1, states:-1] = one
    whole[states:-1, :states] = np.eye(states)
    whole[0, -1] = rate  # c_(-1) = 1
    return whole


def _answered_within(threshold_s: float, rate: float, leaving: float, states: int) -> FloatArray:
    """Probability to be answered within a time, by contacts ahead, under constant agents."""
    from scipy.linalg import expm

    nobody_yet = np.zeros(2 * states + 1)
    nobody_yet[-1] = 1.0
    return np.asarray((expm(_fate_rates(states, rate, leaving) * threshold_s) @ nobody_yet)[:states])


def _rates(
    piece: _Piece, shares: FloatArray, fate: FloatArray, finishing: float, service: float
) -> dict[str, FloatArray]:
    """What TransientFigures adds up, per second, at every grid point of a piece."""
    states = shares.shape[1]
    contacts = np.arange(states)
    waiting = shares[:, piece.agents :]
    places = waiting.shape[1]
    answered = shares[:, : piece.agents].sum(axis=1) + (waiting * fate[:, :places]).sum(axis=1)
    times = piece.step * np.arange(len(shares))
    return {
        "offered": np.full(len(shares), piece.rate),
        "answered": piece.rate * answered,
        "abandoned": piece.rate * (1.0 - answered),
        "answered_wait_s": piece.rate * (waiting * fate[:, states : states + places]).sum(axis=1),
        "waiting_s": shares @ np.maximum(contacts - piece.agents, 0).astype(np.float64),
        "busy_s": shares @ np.minimum(contacts, piece.agents).astype(np.float64)
        + finishing * np.exp(-service * times),
    }


def _simpson(values: FloatArray, step: float) -> float:
    """Simpson's rule over an even number of steps."""
    return float(
        step / 3.0 * (values[0] + values[-1] + 4.0 * values[1:-1:2].sum() + 2.0 * values[2:-1:2].sum())
    )
