"""Erlang A in lean SimPy: the strongest baseline a careful SimPy programmer can put up.

Why it is an honest baseline: SimPy alone decides which event comes next and calls back, as in any SimPy
program, and nothing private of SimPy is touched while it runs; everything else that costs time is gone:

- No Resource, no processes, no conditions: two callbacks (a contact arrives, a service ends) do the work.
- Each agent owns one Timeout, which is scheduled again for its next contact, as is the one of the arrivals:
  no event is created after the start (1.3-1.4 times faster than a new Timeout each time: measured).
- Random numbers are drawn in bulk.
- A waiting contact is a pair (arrived, loses patience at) in a deque. Patience needs no event, since an
  impatient contact changes nothing for anybody until an agent would have taken it; then it is dropped and
  counted with the wait it really had (a Timeout per waiting contact costs a factor of 1.2-1.4: measured).

So SimPy processes just under 2 events per contact; `run` returns how many.

The clock is in seconds. The run starts with as many busy agents as the load asks for, rather than with an
empty centre, so that the totals agree with the long-run Erlang A after fewer contacts.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any

import numpy as np
import simpy

Callbacks = list[Callable[[Any], None]]

NORMAL = simpy.events.NORMAL
CHUNK = 4096


def exponentials(generator: np.random.Generator, mean: float) -> Callable[[], float]:
    """A function that returns the next exponential draw; numpy fills a list of 4,096 at a time."""

    def chunks() -> Iterator[list[float]]:
        while True:
            yield generator.exponential(mean, CHUNK).tolist()

    return chain.from_iterable(chunks()).__next__


def streams(seed: int, *means: float) -> Iterator[Callable[[], float]]:
    """For each mean a function that returns its next draw, each with a stream of random numbers of its own."""
    for generator, mean in zip(np.random.default_rng(seed).spawn(len(means)), means, strict=True):
        yield exponentials(generator, mean)


def run(
    arrivals_per_hour: float, handling_time_s: float, patience_s: float, agents: int, contacts: int, seed: int
) -> dict[str, float]:
    """Simulate `contacts` arrivals and everything that follows from them.

    Returns contacts, answered, abandoned, wait_mean_s (over all contacts, abandoned ones included), events
    (that SimPy processed) and seconds (of the processor).
    """
    started = time.process_time()
    environment = simpy.Environment()
    schedule = environment.schedule
    gap_s, service_s, patience = streams(seed, 3600.0 / arrivals_per_hour, handling_time_s, patience_s)
    waiting: deque[tuple[float, float]] = deque()
    idle: list[simpy.Event] = []  # the Timeouts of idle agents: its length is their number
    answered = abandoned = 0
    wait_total_s = 0.0
    to_come = contacts

    def service_ends(agent: simpy.Event) -> None:
        nonlocal answered, abandoned, wait_total_s
        now = environment.now
        while waiting:
            arrived, patience_ends = waiting.popleft()
            if patience_ends > now:
                answered += 1
                wait_total_s += now - arrived
                agent.callbacks = on_service_end
                schedule(agent, NORMAL, service_s())
                return
            abandoned += 1
            wait_total_s += patience_ends - arrived
        idle.append(agent)

    def contact_arrives(arrival: simpy.Event) -> None:
        nonlocal answered, to_come
        if idle:
            answered += 1
            agent = idle.pop()
            agent.callbacks = on_service_end
            schedule(agent, NORMAL, service_s())
        else:
            now = environment.now
            waiting.append((now, now + patience()))
        to_come -= 1
        if to_come:
            arrival.callbacks = on_arrival
            schedule(arrival, NORMAL, gap_s())

    on_service_end: Callbacks = [service_ends]
    on_arrival: Callbacks = [contact_arrives]
    busy_at_start = round(arrivals_per_hour / 3600.0 * handling_time_s)
    for number in range(agents):
        environment.timeout(service_s() if number < busy_at_start else 0.0).callbacks = on_service_end
    environment.timeout(gap_s()).callbacks = on_arrival
    environment.run()
    return {
        "contacts": contacts,
        "answered": answered,
        "abandoned": abandoned,
        "wait_mean_s": wait_total_s / contacts,
        "events": next(environment._eid),  # SimPy numbers what it schedules, and all of it has happened
        "seconds": time.process_time() - started,
    }


if __name__ == "__main__":
    from one_line import line

    print(line("lean SimPy", run, contacts=100_000))
