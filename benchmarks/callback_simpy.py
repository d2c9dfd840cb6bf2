"""Erlang A in SimPy without processes: callbacks, with an event for everything that happens.

Why it is an honest baseline: it is what a careful programmer writes who leaves SimPy's processes, Resource
and conditions behind for speed, and stays within its documented interface: a Timeout for each arrival, each
end of a service and each end of patience, with one callback, and draws in bulk. It tells the same events as
this engine does (a timer of patience is never cancelled; that of a contact answered in time does nothing), so
the two differ in what an event costs and not in how many there are. `lean_simpy.py` goes further, by tricks
that fit this one model.

The clock is in seconds. The run starts with as many busy agents as the load asks for, rather than with an
empty centre, so that the totals agree with the long-run Erlang A after fewer contacts.
"""

from __future__ import annotations

import time
from collections import deque
from typing import Any

import simpy

from lean_simpy import Callbacks, streams


class Waiting:
    """A contact in the queue; one that is gone is passed over when its turn comes."""

    __slots__ = ("gone", "since")

    def __init__(self, since: float) -> None:
        self.since = since
        self.gone = False


def run(
    arrivals_per_hour: float, handling_time_s: float, patience_s: float, agents: int, contacts: int, seed: int
) -> dict[str, float]:
    """Simulate `contacts` arrivals and everything that follows from them.

    Returns contacts, answered, abandoned, wait_mean_s (over all contacts, abandoned ones included), events
    (that SimPy processed) and seconds (of the processor).
    """
    started = time.process_time()
    environment = simpy.Environment()
    gap_s, service_s, patience = streams(seed, 3600.0 / arrivals_per_hour, handling_time_s, patience_s)
    timeout = environment.timeout
    waiting: deque[Waiting] = deque()
    busy_at_start = min(agents, round(arrivals_per_hour / 3600.0 * handling_time_s))
    idle = agents - busy_at_start
    answered = abandoned = arrived = 0
    wait_total_s = 0.0

    def service_ends(_: simpy.Event) -> None:
        nonlocal idle, answered, wait_total_s
        while waiting:
            first = waiting.popleft()
            if not first.gone:
                first.gone = True
                answered += 1
                wait_total_s += environment.now - first.since
                timeout(service_s()).callbacks = on_service_end
                return
        idle += 1

    def patience_ends(timer: Any) -> None:
        nonlocal abandoned, wait_total_s
        contact = timer.value
        if not contact.gone:
            contact.gone = True
            abandoned += 1
            wait_total_s += environment.now - contact.since

    def contact_arrives(_: simpy.Event) -> None:
        nonlocal idle, answered, arrived
        arrived += 1
        if idle:
            idle -= 1
            answered += 1
            timeout(service_s()).callbacks = on_service_end
        else:
            contact = Waiting(environment.now)
            waiting.append(contact)
            timeout(patience(), contact).callbacks = on_patience_end
        if arrived < contacts:
            timeout(gap_s()).callbacks = on_arrival

    on_service_end: Callbacks = [service_ends]
    on_patience_end: Callbacks = [patience_ends]
    on_arrival: Callbacks = [contact_arrives]
    for _ in range(busy_at_start):
        timeout(service_s()).callbacks = on_service_end
    timeout(gap_s()).callbacks = on_arrival
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

    print(line("callback SimPy", run, contacts=100_000))
