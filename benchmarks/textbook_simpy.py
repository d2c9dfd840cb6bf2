"""Erlang A in textbook SimPy: what most people write, and what most published SimPy models look like.

Why it is an honest baseline: it is the pattern of SimPy's own documentation (a bank whose customers renege),
with nothing added that slows it down and nothing tuned: one process per contact, a `simpy.Resource` for the
agents, `yield request | timeout` for patience, the standard library's `random`. The timeout of a contact that
is answered in time stays in SimPy's queue until its time comes, as it does in those programs.

The clock is in seconds. The run starts with as many busy agents as the load asks for, rather than with an
empty centre, so that the totals agree with the long-run Erlang A after fewer contacts.
"""

from __future__ import annotations

import random
import time
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import simpy

Steps = Generator[simpy.Event, Any, None]


@dataclass
class Totals:
    """What the contacts of one run add up to."""

    answered: int = 0
    abandoned: int = 0
    wait_s: float = 0.0


@dataclass
class Centre:
    """One centre: SimPy's environment, the agents, the draws and the means (seconds) behind them."""

    environment: simpy.Environment
    agents: simpy.Resource
    draws: random.Random
    handling_time_s: float
    patience_s: float
    totals: Totals

    def contact(self) -> Steps:
        """One contact: wait for an agent until patience ends; if answered, keep the agent busy."""
        arrived = self.environment.now
        with self.agents.request() as request:
            patience = self.environment.timeout(self.draws.expovariate(1.0 / self.patience_s))
            result = yield request | patience
            self.totals.wait_s += self.environment.now - arrived
            if request in result:
                self.totals.answered += 1
                yield self.environment.timeout(self.draws.expovariate(1.0 / self.handling_time_s))
            else:
                self.totals.abandoned += 1

    def contact_at_start(self) -> Steps:
        """A contact that is in service when the run starts (not counted)."""
        with self.agents.request() as request:
            yield request
            yield self.environment.timeout(self.draws.expovariate(1.0 / self.handling_time_s))

    def arrivals(self, contacts: int, mean_gap_s: float) -> Steps:
        """The Poisson stream of contacts."""
        for _ in range(contacts):
            yield self.environment.timeout(self.draws.expovariate(1.0 / mean_gap_s))
            self.environment.process(self.contact())


def run(
    arrivals_per_hour: float, handling_time_s: float, patience_s: float, agents: int, contacts: int, seed: int
) -> dict[str, float]:
    """Simulate `contacts` arrivals and everything that follows from them.

    Returns contacts, answered, abandoned, wait_mean_s (over all contacts, abandoned ones included), events
    (that SimPy processed) and seconds (of the processor).
    """
    started = time.process_time()
    environment = simpy.Environment()
    resource = simpy.Resource(environment, capacity=agents)
    centre = Centre(environment, resource, random.Random(seed), handling_time_s, patience_s, Totals())
    for _ in range(min(agents, round(arrivals_per_hour / 3600.0 * handling_time_s))):
        environment.process(centre.contact_at_start())
    environment.process(centre.arrivals(contacts, 3600.0 / arrivals_per_hour))
    environment.run()
    return {
        "contacts": contacts,
        "answered": centre.totals.answered,
        "abandoned": centre.totals.abandoned,
        "wait_mean_s": centre.totals.wait_s / contacts,
        "events": next(environment._eid),  # SimPy numbers what it schedules, and all of it has happened
        "seconds": time.process_time() - started,
    }


if __name__ == "__main__":
    from one_line import line

    print(line("textbook SimPy", run, contacts=20_000))
