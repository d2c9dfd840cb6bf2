"""One line about one program: its speed, and its mean wait beside the exact value."""

from __future__ import annotations

import statistics
from collections.abc import Callable

from momentsim.theory.erlang import erlang_a


def line(name: str, simulate: Callable[..., dict[str, float]], *, contacts: int, agents: int = 100) -> str:
    """Speed, events a contact (where the program tells), and the mean wait beside the exact Erlang A value.

    Eight seeds of `contacts` contacts each; load in erlangs = agents, handling 300 s, patience 180 s.
    """
    arrivals_per_hour, handling_time_s, patience_s = agents * 12.0, 300.0, 180.0
    centre = (arrivals_per_hour, handling_time_s, patience_s, agents)
    results = [simulate(*centre, contacts, seed) for seed in range(1, 9)]
    waits_s = [result["wait_mean_s"] for result in results]
    error_s = statistics.stdev(waits_s) / len(waits_s) ** 0.5
    exact_s = erlang_a(arrivals_per_hour, handling_time_s, agents, patience_s).wait_mean_s
    rate = max(result["contacts"] / result["seconds"] for result in results)
    speed = f"{rate:,.0f} contacts/s (best of {len(results)})"
    if "events" in results[0]:
        events = statistics.mean(result["events"] / result["contacts"] for result in results)
        speed += f", {events:.2f} events per contact"
    wait = f"mean wait {statistics.mean(waits_s):.3f} +- {error_s:.3f} s, exact {exact_s:.3f} s"
    return f"{name}, {agents} agents: {speed}; {wait}"
