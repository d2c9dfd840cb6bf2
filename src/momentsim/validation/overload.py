"""Overload with redial against the fluid identity (E2.4.3): attempts say more about redial than about need.

Fresh calls arrive at rate a, `agents` agents serve at most C = agents / handling time, a = rho * C with rho > 1,
and every failed attempt is repeated with probability r. In the long run as many calls enter the circle as leave
it: attempts = a + r * (attempts - served). With nobody ever idle served = C, so

    attempts / C = (rho - r) / (1 - r),   failing share = 1 - C / attempts,   served moments / fresh = 1 / rho.

**Error of the limit.** For a finite centre served = C * (1 - i), with i the share of time that agents are idle,
and attempts / C is too low by exactly r / (1 - r) * i. Now i is at most the idle share of Erlang A without any
redial: by coupling, more arrivals (the redials) never make fewer agents busy. That is 2e-5 at most for these
centres (`idle_at_most`).

**Error of the start.** With every agent busy, the queue Q and the callers O who will try again follow
Q' = a + O/d - C - Q/p and O' = r*Q/p - O/d, with patience p and delay d. The slower of their two rates is at least
(1 - r) / (p + d), the product of both over their sum, so a warm-up of W of these times leaves exp(-W) of the
distance between the empty centre and its long run.

Both errors go into the tolerance (`limit_error`), next to the sampling error.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from momentsim.theory.erlang import erlang_a
from momentsim.validation.proof import Proof, prove_estimate
from momentsim.validation.simulation import FloatArray, SimulatedSample, load_text, sample
from momentsim.validation.texts import OVERLOAD

CASE: Final = "overload_redials"
HANDLING_S: Final = 300.0
PATIENCE_S: Final = 120.0
DELAY_S: Final = 60.0
AGENTS: Final = 150
REPLICATIONS: Final = 16
INTERVAL_S: Final = 1800.0
LEAST_TIMES: Final = 9.0
"""Slow times of the circle of redials that a warm-up has at least, after ten minutes to fill the centre."""
FILLING_S: Final = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Overload:
    """A centre with more fresh calls than it can serve."""

    load: float
    """Fresh calls over capacity, rho."""
    redial: float
    """Probability that a failed attempt is repeated, r."""
    hours: int
    seed: int

    @property
    def capacity(self) -> float:
        """Calls that all agents together can serve, per second."""
        return AGENTS / HANDLING_S

    @property
    def text(self) -> str:
        """The scenario file."""
        return OVERLOAD.format(
            seed=self.seed,
            hours=f"{0.5 * self.warm_up + self.hours:g}",
            handling_s=f"{HANDLING_S:g}",
            per_day=f"{86_400.0 * self.load * self.capacity:.12g}",
            agents=AGENTS,
            patience_s=f"{PATIENCE_S:g}",
            redial=f"{100.0 * self.redial:g}",
            delay_s=f"{DELAY_S:g}",
        )

    @property
    def forgetting_s(self) -> float:
        """Slow time of the circle of redials, seconds."""
        return (PATIENCE_S + DELAY_S) / (1.0 - self.redial)

    @property
    def warm_up(self) -> int:
        """Intervals left out at the start."""
        return math.ceil((LEAST_TIMES * self.forgetting_s + FILLING_S) / INTERVAL_S)

    @property
    def attempts(self) -> float:
        """Attempts over capacity in the fluid limit."""
        return (self.load - self.redial) / (1.0 - self.redial)

    @property
    def limit_error(self) -> float:
        """Largest relative distance of the three figures from the fluid limit, after the warm-up."""
        start = math.exp(-(self.warm_up * INTERVAL_S - FILLING_S) / self.forgetting_s)
        return idle_at_most(self.load) / (1.0 - self.redial) + start


def idle_at_most(load: float) -> float:
    """Idle share of agents without any redial; rounding in the formula counts too."""
    per_hour = 3600.0 * load * AGENTS / HANDLING_S
    return abs(1.0 - erlang_a(per_hour, HANDLING_S, AGENTS, PATIENCE_S).occupancy) + 1e-12


OVERLOADS: Final = (
    Overload(load=1.5, redial=0.9, hours=16, seed=31),
    Overload(load=2.0, redial=0.9, hours=9, seed=32),
    Overload(load=1.5, redial=0.5, hours=9, seed=33),
)
"""The three rows of E2.4.3: 6 times, 11 times, twice the capacity."""


def totals(made: SimulatedSample, name: str) -> FloatArray:
    """Sum over the intervals, by replication."""
    return np.array([float(one.queues[name].sum(dtype=np.float64)) for one in made.digests])


def overload_proofs() -> list[Proof]:
    """Attempts, failures and served moments of the three rows."""
    return [proof for overload in OVERLOADS for proof in proofs_of(overload)]


def proofs_of(overload: Overload) -> list[Proof]:
    """Simulate one row of the table and compare its three figures, named with rho and r."""
    made = sample(load_text(overload.text), REPLICATIONS, warm_up=overload.warm_up)
    offered, answered = totals(made, "offered"), totals(made, "answered")
    capacity = np.full(REPLICATIONS, overload.capacity * 3600.0 * overload.hours)
    fluid = overload.attempts
    found = (
        ("attempts / capacity", "times", fluid, made.ratio(offered, capacity)),
        ("failing share", "share", 1.0 - 1.0 / fluid, made.ratio(totals(made, "abandoned"), offered)),
        ("served / fresh", "share", 1.0 / overload.load, made.ratio(answered, capacity * overload.load)),
    )
    where = f"{overload.load:g}, {overload.redial:g}"
    proofs = [prove_estimate(CASE, f"{name}, {where}", unit, exact, one) for name, unit, exact, one in found]
    return [
        replace(proof, tolerance=proof.tolerance + overload.limit_error * proof.exact) for proof in proofs
    ]
