"""Exact queueing theory: Erlang B, C and A, the yardsticks that every simulated number is held against.

One skill, Poisson arrivals, exponential handling time, `agents` equal agents, first come first served:

- **Erlang B** (M/M/n/n): nobody waits; a contact that finds every agent busy is blocked.
- **Erlang C** (M/M/n): everybody waits until answered.
- **Erlang A** (M/M/n+M): everybody waits, with an exponential patience; optionally `lines` limit the
  contacts in the centre (waiting and in service together, M/M/n/N+M) and further contacts are blocked.

Erlang A needs no numerical integration. Write mu = 1/handling time, theta = 1/patience, c = n*mu/theta. A
contact that finds k others waiting is answered after S = the sum of independent exponentials with rates
n*mu + i*theta (i = 0..k), unless its own patience ends first. Then exp(-theta*S) ~ Beta(c, k+1), and so

    P(answered)             = n*mu / (n*mu + (k+1)*theta)
    P(answered by time t)   = P(answered) * P(N > k),  N ~ negative binomial(c + 1, exp(-theta*t))
    P(not over by time t)   = exp(-theta*t) * P(M <= k),  M ~ negative binomial(c, exp(-theta*t))
    E[S | answered]         = sum over i = 1..k+1 of 1 / (n*mu + i*theta)

which become the familiar Poisson and Erlang C expressions when theta -> 0. Sums over the queue stop where the
rest weighs less than 1e-16. **Numerical error** of every share: below 1e-10 for up to 10,000 agents and
thresholds up to an hour (the tests compare with an incomplete beta function and a matrix exponential).

Sources: A. K. Erlang (1917); C. Palm (1946); A. Mandelbaum and S. Zeltyn, "Service engineering in action: the
Palm/Erlang-A queue" (2007); reference values E3.7. The Beta form is derived here. Hours enter through
`arrivals_per_hour` only; every other time is in seconds.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from momentsim.theory import arguments

FloatArray = NDArray[np.float64]

SECONDS_PER_HOUR = 3600.0
NEGLIGIBLE_TAIL = 1e-16  # weight of the queue lengths left out, relative to all states
MOST_QUEUE_LENGTHS = 1 << 22  # 4 million states: about 0.2 GB for a moment, a queue that no centre has


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueFigures:
    """Long-run figures of one queue; shares (0..1) are of all offered contacts unless named otherwise."""

    wait_probability: float
    """Share of offered contacts that have to wait (they find every agent busy and a free line)."""
    wait_mean_s: float
    """Mean wait, seconds, over all offered contacts: abandoned ones count with the time until they left,
    those answered at once and blocked ones with 0."""
    abandoned_share: float
    """Share of offered contacts that leave before they are answered."""
    service_level_share: float
    """Contacts answered within the threshold, divided by all offered contacts: abandoned and blocked contacts
    count as not answered, however short their wait."""
    occupancy: float
    """Share of agents' time spent handling contacts, 0..1."""
    queue_mean: float
    """Mean number of contacts waiting, averaged over time."""
    blocked_share: float
    """Share of offered contacts that find no free line."""
    answered_wait_mean_s: float
    """Mean wait, seconds, of answered contacts only (average speed of answer)."""
    abandoned_in_threshold_share: float = 0.0
    """Share of offered contacts that leave within the threshold before they are answered."""

    @property
    def answered_share(self) -> float:
        """Share of offered contacts that are answered."""
        return 1.0 - self.abandoned_share - self.blocked_share

    @property
    def service_level_of_answered_share(self) -> float:
        """The other convention: contacts answered within the threshold, divided by all answered contacts."""
        return self.service_level_share / self.answered_share if self.answered_share > 0 else math.nan

    def service_level_by(self, formula: str, short_share: float = 0.0) -> float:
        """The service level by a named formula, `waiting.service_level_abandons` (see measures).

        `short_share` is the share of offered contacts that leave within the short threshold, for
        `ignore_short`: `abandoned_in_threshold_share` of the same queue at that threshold.
        """
        met, gone = self.service_level_share, self.abandoned_in_threshold_share
        parts = {
            "count": (met, 1.0),
            "ignore": (met, self.answered_share),
            "ignore_short": (met, 1.0 - short_share),
            "ignore_in_threshold": (met, 1.0 - gone),
            "credit_in_threshold": (met + gone, 1.0),
        }
        top, bottom = parts[formula]
        return top / bottom if bottom > 0 else math.nan


def erlang_b(load: float, agents: int) -> float:
    """Share of contacts blocked when nobody can wait (Erlang B, M/M/n/n), 0..1.

    `load`: offered load in erlangs, arrival rate times mean handling time, >= 0. `agents`: whole, >= 0.
    B(0) = 1; 1/B(n) = 1 + n/load * 1/B(n-1). Any distribution of handling times gives the same share.
    Raises ValueError naming argument, value and what is allowed.
    """
    load_problem = arguments.number("load", load, zero_allowed=True)
    arguments.check("erlang_b", [load_problem, arguments.whole("agents", agents, 0)])
    return 1.0 / _inverse_erlang_b(load, agents) if load > 0 else float(agents == 0)


def erlang_c(
    arrivals_per_hour: float, handling_time_s: float, agents: int, threshold_s: float = 20.0
) -> QueueFigures:
    """Long-run figures when everybody waits until answered (Erlang C, M/M/n).

    `arrivals_per_hour` > 0; `handling_time_s` > 0, mean including wrap-up; `agents` whole and more than the
    load a = arrivals * handling time; `threshold_s` >= 0. With B = erlang_b(a, n):

        P(W>0) = n*B / (n - a*(1 - B)),  E[W] = P(W>0) * handling / (n - a),
        service level = 1 - P(W>0) * exp(-(n - a) * threshold / handling)

    Raises ValueError naming each wrong argument, its value and what is allowed; so also when agents <= load,
    where the queue grows without end.
    """
    problems = arguments.centre_problems(arrivals_per_hour, handling_time_s, agents, threshold_s)
    arguments.check("erlang_c", problems)
    load = arrivals_per_hour / SECONDS_PER_HOUR * handling_time_s
    arguments.check("erlang_c", [arguments.too_few_agents(load, agents)])
    # n*B/(n - a(1-B)) divided through by B, so that a vanishing B (few contacts, many agents) stays exact
    wait_probability = agents / (agents + (agents - load) * (_inverse_erlang_b(load, agents) - 1.0))
    wait_mean_s = wait_probability * handling_time_s / (agents - load)
    late_share = wait_probability * math.exp(-(agents - load) * threshold_s / handling_time_s)
    return QueueFigures(
        wait_probability=wait_probability,
        wait_mean_s=wait_mean_s,
        abandoned_share=0.0,
        service_level_share=1.0 - late_share,
        occupancy=load / agents,
        queue_mean=arrivals_per_hour / SECONDS_PER_HOUR * wait_mean_s,
        blocked_share=0.0,
        answered_wait_mean_s=wait_mean_s,
    )


def erlang_a(
    arrivals_per_hour: float,
    handling_time_s: float,
    agents: int,
    patience_s: float,
    threshold_s: float = 20.0,
    lines: int | None = None,
) -> QueueFigures:
    """Long-run figures when waiting contacts have exponential patience (Erlang A, M/M/n+M or M/M/n/N+M).

    `arrivals_per_hour` > 0; `handling_time_s` > 0; `agents` whole >= 1; `patience_s` > 0, the mean patience
    (`math.inf`: nobody abandons); `threshold_s` >= 0; `lines` None (unlimited) or whole >= agents: contacts
    waiting and in service together. `lines=agents` is Erlang B. Formulas: head of this file; also
    P(abandoned) = E[W] / patience. Raises ValueError naming each wrong argument, its value and what is
    allowed; so also when the queue has no end (infinite patience, agents <= load) or holds millions.
    """
    problems = arguments.centre_problems(arrivals_per_hour, handling_time_s, agents, threshold_s)
    problems.append(arguments.number("patience_s", patience_s, infinity_allowed=True))
    if lines is not None:
        problems.append(arguments.whole("lines", lines, agents))
    arguments.check("erlang_a", problems)
    if math.isinf(patience_s) and lines is None:
        return erlang_c(arrivals_per_hour, handling_time_s, agents, threshold_s)
    arrival_rate = arrivals_per_hour / SECONDS_PER_HOUR
    busy_rate, abandon_rate = agents / handling_time_s, 1.0 / patience_s
    most_waiting = None if lines is None else lines - agents
    load = arrival_rate * handling_time_s
    idle_weight = _inverse_erlang_b(load, agents) - 1.0
    waiting = _waiting_shares(idle_weight, agents / load, abandon_rate / arrival_rate, most_waiting)
    full = most_waiting is not None and len(waiting) > most_waiting
    blocked_share = float(waiting[-1]) if full else 0.0
    joining = waiting[:-1] if full else waiting  # k others, as seen by a contact that joins the queue
    leave_rates: FloatArray = busy_rate + abandon_rate * np.arange(1.0, len(joining) + 1.0)
    answered = joining * (busy_rate / leave_rates)
    in_time = _more_than(leave_rates, busy_rate + abandon_rate, abandon_rate, threshold_s)
    # whoever waits no longer than the threshold was answered or hung up; S itself counts births from n*mu
    turn_comes = _more_than(leave_rates - abandon_rate, busy_rate, abandon_rate, threshold_s)
    over_in_time = 1.0 - math.exp(-abandon_rate * threshold_s) * (1.0 - turn_comes)
    at_once_share = max(0.0, 1.0 - float(waiting.sum()))
    answered_share = at_once_share + float(answered.sum())
    queue_mean = float(np.dot(waiting, np.arange(len(waiting))))
    return QueueFigures(
        wait_probability=float(joining.sum()),
        wait_mean_s=queue_mean / arrival_rate,
        abandoned_share=abandon_rate * queue_mean / arrival_rate,
        service_level_share=at_once_share + float(np.dot(answered, in_time)),
        occupancy=load * answered_share / agents,
        queue_mean=queue_mean,
        blocked_share=blocked_share,
        answered_wait_mean_s=float(np.dot(answered, np.cumsum(1.0 / leave_rates))) / answered_share,
        abandoned_in_threshold_share=max(
            0.0, float(np.dot(joining, over_in_time) - np.dot(answered, in_time))
        ),
    )


def shares_waiting(
    arrivals_per_hour: float, handling_time_s: float, agents: int, patience_s: float = math.inf
) -> FloatArray:
    """Probability that an arriving contact finds every agent busy and k others waiting, k = 0, 1, ...

    With exponential patience (mean `patience_s`), or, by default, with none. The same for every order in which
    equal contacts are served. Raises ValueError as `erlang_a` does.
    """
    problems = arguments.centre_problems(arrivals_per_hour, handling_time_s, agents, 0.0)
    problems.append(arguments.number("patience_s", patience_s, infinity_allowed=True))
    arguments.check("shares_waiting", problems)
    rate, load = arrivals_per_hour / SECONDS_PER_HOUR, arrivals_per_hour / SECONDS_PER_HOUR * handling_time_s
    if math.isinf(patience_s):
        arguments.check("shares_waiting", [arguments.too_few_agents(load, agents)])
    idle_weight = _inverse_erlang_b(load, agents) - 1.0
    return _waiting_shares(idle_weight, agents / load, 1.0 / (patience_s * rate), None)


def demand_problems(arrivals_per_hour: float, handling_time_s: float, threshold_s: float) -> list[str | None]:
    """What is wrong with the arguments that all formulas share; None for each that is right."""
    return [
        arguments.number("arrivals_per_hour", arrivals_per_hour, zero_allowed=True),
        arguments.number("handling_time_s", handling_time_s),
        arguments.number("threshold_s", threshold_s, zero_allowed=True),
    ]


def _inverse_erlang_b(load: float, agents: int) -> float:
    """1/B by the recursion; all terms positive: relative error <= agents * 2e-16. Inf where B underflows."""
    inverse = 1.0
    for busy in range(1, agents + 1):
        inverse = 1.0 + inverse * (busy / load)
    return inverse


def _waiting_shares(idle_weight: float, busy: float, abandon: float, most_waiting: int | None) -> FloatArray:
    """Long-run share of time with every agent busy and k contacts waiting, k = 0, 1, ... (births and deaths).

    `busy`, `abandon`: rates of answering (all agents together) and of abandoning (one contact), relative to
    the arrival rate. Relative to k = 0, state k weighs the product of 1 / (busy + i * abandon), i = 1..k; the
    states with an idle agent weigh `idle_weight` together. Logarithms keep overload from overflowing.
    """
    size = 1024
    while True:
        longest = size if most_waiting is None else min(size, most_waiting)
        log_steps = -np.log(busy + abandon * np.arange(1.0, longest + 1.0))
        log_weights = np.concatenate(([0.0], np.cumsum(log_steps)))
        peak = float(log_weights.max())
        weights: FloatArray = np.exp(log_weights - peak)
        total = idle_weight * math.exp(-peak) + float(weights.sum())
        ratio = 1.0 / (busy + abandon * (longest + 1))  # later ratios are smaller: tail at most geometric
        tail = float(weights[-1]) * ratio / (1.0 - ratio) if ratio < 1.0 else math.inf
        if longest == most_waiting or tail < NEGLIGIBLE_TAIL * total:
            return weights / total
        if size >= MOST_QUEUE_LENGTHS:
            raise ValueError(
                f"erlang_a: more than {MOST_QUEUE_LENGTHS:,} contacts would wait; "
                "allowed: a shorter patience_s, more agents, or fewer lines"
            )
        size *= 2


def _more_than(
    leave_rates: FloatArray, first_rate: float, abandon_rate: float, threshold_s: float
) -> FloatArray:
    """P(N > k), k = 0, 1, ...: N counts the departures ahead of a patient contact within the threshold.

    N is negative binomial: P(N=0) = exp(-first_rate * t), P(N=k+1) / P(N=k) = leave_rate(k) * u / (k+1),
    where u = (1 - exp(-theta*t)) / theta, or t when theta = 0 (then N is Poisson).
    """
    if threshold_s == 0.0 or len(leave_rates) == 0:
        return np.zeros(len(leave_rates))
    ended = -math.expm1(-abandon_rate * threshold_s)
    discounted_s = ended / abandon_rate if ended > 0.0 else threshold_s
    counts = np.arange(1.0, len(leave_rates))
    log_steps = np.log(leave_rates[:-1]) + math.log(discounted_s) - np.log(counts)
    log_shares = np.concatenate(([0.0], np.cumsum(log_steps))) - first_rate * threshold_s
    return np.clip(1.0 - np.cumsum(np.exp(log_shares)), 0.0, 1.0)
