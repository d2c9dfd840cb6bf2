"""Erlang A in Ciw, an open library for queueing networks (one node, reneging customers).

Why it is an honest baseline: the network of Ciw's own documentation, with nothing added. Contacts that are in
service when the run starts are a batch of a class of their own (not counted), so that the totals agree with the
long-run Erlang A. The run stops when so many contacts have left. Ciw keeps one record a contact. The clock is in
seconds; Ciw does not say how many events it processed.
"""

from __future__ import annotations

import math
import time

import ciw

CLASSES = ("at start", "contact")


def run(
    arrivals_per_hour: float, handling_time_s: float, patience_s: float, agents: int, contacts: int, seed: int
) -> dict[str, float]:
    """Simulate about `contacts` contacts.

    Returns contacts, answered, abandoned, wait_mean_s (over all contacts, abandoned ones included) and seconds
    (of the processor).
    """
    started = time.process_time()
    ciw.seed(seed)
    at_start = min(agents, round(arrivals_per_hour / 3600.0 * handling_time_s))
    once = ciw.dists.Sequential([0.0, math.inf])
    service = ciw.dists.Exponential(1.0 / handling_time_s)
    patience = ciw.dists.Exponential(1.0 / patience_s)
    network = ciw.create_network(
        arrival_distributions={
            "at start": [once],
            "contact": [ciw.dists.Exponential(arrivals_per_hour / 3600.0)],
        },
        batching_distributions={
            "at start": [ciw.dists.Deterministic(at_start)],
            "contact": [ciw.dists.Deterministic(1)],
        },
        service_distributions={name: [service] for name in CLASSES},
        reneging_time_distributions={name: [patience] for name in CLASSES},
        number_of_servers=[agents],
        routing={name: [[0.0]] for name in CLASSES},
    )
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_customers(contacts + at_start, method="Finish")
    records = [
        record
        for record in simulation.get_all_records(only=["service", "renege"])
        if record.customer_class == "contact"
    ]
    abandoned = sum(record.record_type == "renege" for record in records)
    return {
        "contacts": len(records),
        "answered": len(records) - abandoned,
        "abandoned": abandoned,
        "wait_mean_s": sum(record.waiting_time for record in records) / len(records),
        "seconds": time.process_time() - started,
    }


if __name__ == "__main__":
    from one_line import line

    print(line("Ciw", run, contacts=10_000))
