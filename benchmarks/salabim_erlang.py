"""Erlang A in salabim: one component a contact, a resource, a request that fails when patience ends.

Why it is an honest baseline: the pattern of salabim's own documentation, in the generator style, which is its
faster one; the monitors nobody reads are switched off, which its documentation advises for speed. The clock is in
seconds; salabim does not say how many events it processed. The run starts with as many busy agents as the load asks
for (not counted), so that the totals agree with the long-run Erlang A.
"""

from __future__ import annotations

import random
import time
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import salabim

Steps = Generator[None, None, None]


@dataclass
class Totals:
    """The draws of one run, the means (seconds) behind them, and what its contacts add up to."""

    draws: random.Random
    handling_time_s: float
    patience_s: float
    answered: int = 0
    abandoned: int = 0
    wait_s: float = 0.0


class Contact(salabim.Component):  # type: ignore[misc]  # salabim is not typed
    """One contact: wait for an agent until patience ends; if answered, keep the agent busy."""

    def setup(self, agents: Any, totals: Totals) -> None:
        """What salabim hands to a new component."""
        self.agents, self.totals = agents, totals

    def process(self) -> Steps:
        """Its life."""
        totals, arrived = self.totals, self.env.now()
        patience = totals.draws.expovariate(1.0 / totals.patience_s)
        yield self.request(self.agents, fail_delay=patience)
        totals.wait_s += self.env.now() - arrived
        if self.failed():
            totals.abandoned += 1
        else:
            totals.answered += 1
            yield self.hold(totals.draws.expovariate(1.0 / totals.handling_time_s))


class AtStart(Contact):
    """A contact that is in service when the run starts (not counted)."""

    def process(self) -> Steps:
        """Its life."""
        yield self.request(self.agents)
        yield self.hold(self.totals.draws.expovariate(1.0 / self.totals.handling_time_s))


class Arrivals(salabim.Component):  # type: ignore[misc]  # salabim is not typed
    """The Poisson stream of contacts."""

    def setup(self, agents: Any, totals: Totals, contacts: int, mean_gap_s: float) -> None:
        """What salabim hands to a new component."""
        self.agents, self.totals, self.contacts, self.mean_gap_s = agents, totals, contacts, mean_gap_s

    def process(self) -> Steps:
        """One contact after the other."""
        for _ in range(self.contacts):
            yield self.hold(self.totals.draws.expovariate(1.0 / self.mean_gap_s))
            Contact(agents=self.agents, totals=self.totals)


def run(
    arrivals_per_hour: float, handling_time_s: float, patience_s: float, agents: int, contacts: int, seed: int
) -> dict[str, float]:
    """Simulate `contacts` arrivals and everything that follows from them.

    Returns contacts, answered, abandoned, wait_mean_s (over all contacts, abandoned ones included) and seconds
    (of the processor).
    """
    started = time.process_time()
    environment = salabim.Environment(trace=False, yieldless=False)
    team = salabim.Resource("agents", capacity=agents, monitor=False)
    totals = Totals(random.Random(seed), handling_time_s, patience_s)
    for _ in range(min(agents, round(arrivals_per_hour / 3600.0 * handling_time_s))):
        AtStart(agents=team, totals=totals)
    Arrivals(agents=team, totals=totals, contacts=contacts, mean_gap_s=3600.0 / arrivals_per_hour)
    environment.run()
    return {
        "contacts": contacts,
        "answered": totals.answered,
        "abandoned": totals.abandoned,
        "wait_mean_s": totals.wait_s / contacts,
        "seconds": time.process_time() - started,
    }


if __name__ == "__main__":
    from one_line import line

    print(line("salabim", run, contacts=5_000))
