"""One command, one table: this engine beside lean and textbook SimPy, each checked against exact Erlang A.

    python benchmarks/measure.py             about three minutes on two idle cores
    python benchmarks/measure.py --quick     a tenth of the contacts

Rows of one size run in turn, several passes, and the best pass of each counts: rates of a shared machine
scatter, their ratio in one minute much less. This engine is timed through the whole product on one core:
demand, story with a full log in memory, and measures; the scenario's reading and the compilation are not in it.
"""

from __future__ import annotations

import argparse
import math
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

import lean_simpy
import textbook_simpy
from momentsim.engine import simulate
from momentsim.experiments.reference import reference_for
from momentsim.measures.digest import digest
from momentsim.measures.summary import summary
from momentsim.measures.theory import erlang_a
from momentsim.model import Reference, lower, prepare
from momentsim.scenario import load

HERE = Path(__file__).parent
AIRLINE = HERE.parent / "scenarios" / "airline_ice_storm.yaml"
SIZES = (10, 100, 2000)
ARRIVALS_PER_AGENT_HOUR = 10.0
HANDLING_S, PATIENCE_S = 360.0, 300.0
PASSES = 3


class Rate(NamedTuple):
    """One program at one size: contacts a second, events a contact, share abandoned."""

    per_second: float
    events_per_contact: float
    abandoned_share: float
    contacts: int


def product(agents: int, contacts: int, seed: int) -> Rate:
    """This engine through the whole product, one replication, one core."""
    per_day = 24 * ARRIVALS_PER_AGENT_HOUR * agents
    days = max(1, round(contacts / per_day))
    sets = (
        f"horizon={days} d",
        f"demand.volumes.call.per_day={per_day:.0f}",
        f"workforce.groups.team.heads={agents}",
        f"seed={seed}",
    )
    loaded = load(HERE / "plain.yaml", overrides=sets)
    blueprint = lower(loaded, Reference.neutral(loaded.scenario.moments))
    began = time.perf_counter()
    prepared = prepare(blueprint, 0)
    trace = simulate(prepared, log=True)
    summary(loaded.scenario, prepared.names, [digest(prepared, trace)])
    spent = time.perf_counter() - began
    offered = int(trace.intervals["offered"].sum())
    abandoned = int(trace.intervals["abandoned"].sum())
    return Rate(offered / spent, trace.events / offered, abandoned / offered, offered)


def simpy_rate(run: Callable[..., dict[str, float]], agents: int, contacts: int, seed: int) -> Rate:
    """A SimPy program at the same size."""
    done = run(ARRIVALS_PER_AGENT_HOUR * agents, HANDLING_S, PATIENCE_S, agents, contacts, seed)
    share = done["abandoned"] / done["contacts"]
    return Rate(done["contacts"] / done["seconds"], done["events"] / done["contacts"], share, contacts)


def best(rates: list[Rate]) -> Rate:
    """The fastest pass, with the abandoned share of all passes."""
    fastest = max(rates, key=lambda rate: rate.per_second)
    return fastest._replace(abandoned_share=sum(rate.abandoned_share for rate in rates) / len(rates))


def plain_table(scale: float) -> Table:
    """Erlang A at each size, the three programs in turn."""
    table = Table(title="Plain Erlang A, one core: thousand contacts a second (best of three passes in turn)")
    for heading in ("agents", "program", "k/s", "momentsim is", "events/contact", "abandoned", "exact"):
        table.add_column(heading, justify="left" if heading == "program" else "right")
    for agents in SIZES:
        exact = erlang_a(ARRIVALS_PER_AGENT_HOUR * agents, HANDLING_S, agents, PATIENCE_S).abandoned_share
        programs: dict[str, list[Rate]] = {"momentsim": [], "lean SimPy": [], "textbook SimPy": []}
        for seed in range(PASSES):
            programs["momentsim"].append(product(agents, int(2_000_000 * scale), seed))
            lean = simpy_rate(lean_simpy.run, agents, int(400_000 * scale), seed)
            programs["lean SimPy"].append(lean)
            textbook = simpy_rate(textbook_simpy.run, agents, int(60_000 * scale), seed)
            programs["textbook SimPy"].append(textbook)
        ours = best(programs["momentsim"])
        for name, rates in programs.items():
            rate = best(rates)
            ratio = "" if name == "momentsim" else f"{ours.per_second / rate.per_second:.1f}x as fast"
            table.add_row(
                str(agents), name, f"{rate.per_second / 1000:,.0f}", ratio, f"{rate.events_per_contact:.2f}",
                f"{100 * rate.abandoned_share:.2f} %", f"{100 * exact:.2f} %",
            )  # fmt: skip
    return table


def airline_seconds() -> tuple[float, int]:
    """One replication of the airline week with all behaviour, log in memory; seconds and attempts."""
    loaded = load(AIRLINE)
    reference = reference_for(loaded, loaded, clock="compiled", on_progress=lambda _share: True)
    blueprint = lower(loaded, reference)
    times = []
    offered = 0
    for replication in range(PASSES):
        began = time.perf_counter()
        prepared = prepare(blueprint, replication)
        trace = simulate(prepared, log=True)
        digest(prepared, trace)
        times.append(time.perf_counter() - began)
        offered = len(trace.contacts)
    return min(times), offered


def command_seconds(cache: str, *arguments: str) -> float:
    """Wall seconds of one `momentsim` command as a whole process."""
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "MOMENTSIM_CACHE": cache}
        command = [sys.executable, "-m", "momentsim", *arguments, "--out", f"{folder}/out"]
        subprocess.run(command, check=True, capture_output=True, env=environment)
    return time.perf_counter() - began


def start_table(scale: float) -> Table:
    """Compilation, start from a warm cache, and the airline week."""
    table = Table(title="Start and the airline week")
    table.add_column("what")
    table.add_column("measured", justify="right")
    table.add_column("bar", justify="right")
    quickstart = str(HERE.parent / "scenarios" / "quickstart.yaml")
    with tempfile.TemporaryDirectory() as cache:
        cold = command_seconds(cache, "run", quickstart)
        warm = min(command_seconds(cache, "run", quickstart) for _ in range(PASSES))
    table.add_row("quickstart, cold: with compilation", f"{cold:.1f} s", "20 s")
    table.add_row(
        "quickstart, warm: whole command, 20 replications, figures", f"{warm:.2f} s", "1.5 s to the table"
    )
    if not math.isclose(scale, 0.1):
        with tempfile.TemporaryDirectory() as cache:
            command_seconds(cache, "run", str(AIRLINE), "--replications", "2")
        peak_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        table.add_row(
            "airline, 2 replications in 2 threads, first one logged: peak memory", f"{peak_mb:,.0f} MB", ""
        )
        seconds, attempts = airline_seconds()
        per_second = attempts / seconds / 1000
        table.add_row(
            f"airline week, one replication ({attempts:,} rows)", f"{seconds:.2f} s", f"{per_second:,.0f} k/s"
        )
    return table


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the contacts, no airline")
    scale = 0.1 if parser.parse_args().quick else 1.0
    console = Console(width=110)
    console.print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    product(10, 1000, 0)  # compile before the clock starts
    console.print(plain_table(scale))
    console.print(start_table(scale))


if __name__ == "__main__":
    main()
