"""What takes longer: all behaviour on, a year, ten times the horizon, more cores, start and compilation."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

import product
from momentsim.runs.backends.dask_cluster import client_of, disconnect
from momentsim.runs.choices import BackendName
from momentsim.runs.settings import RunSettings
from results_table import Results, doing

HORIZONS_D = (10, 100)
AIRLINE_REPLICATIONS = 4
CLUSTER = "tcp://127.0.0.1:18786"
REPLICATIONS, CONTACTS = 8, 240_000


def long_runs(passes: int) -> Results:
    """All of it, with the bar where there is one."""
    table = Results("Long runs, memory, cores, start", ("what", "measured", "bar"))
    with tempfile.TemporaryDirectory() as cache:
        doing("a cold start: compiles, half a minute")
        cold = product.command(cache, "run", str(product.QUICKSTART))
        table.rows.append(("quickstart, cold: with compilation", f"{cold.seconds:.1f} s", "20 s"))
        table.rows += start(cache, passes) + horizons(cache) + memory(cache)
    table.rows += behaviour(passes) + cores(passes) + backends(passes)
    return table


def start(cache: str, passes: int) -> list[tuple[str, str, str]]:
    """Whole commands, compiled before, and what they took before figures had a process of their own."""
    quickstart = str(product.QUICKSTART)
    commands = (
        ("run", "quickstart, warm, 20 replications, all figures", (quickstart,), "2.5 s; once 5.3 s"),
        ("check", "quickstart", (quickstart,), "0.6 s; once 1.1 to 1.4 s"),
        ("explain", "quickstart", (quickstart,), "0.6 s; once 1.1 to 1.4 s"),
        ("list", "scenarios", ("scenarios",), "0.6 s; once 1.1 to 1.4 s"),
        ("evidence", "all of it", (), "0.6 s; once 1.1 to 1.4 s"),
    )
    rows = []
    for name, what, arguments, bar in commands:
        doing(f"momentsim {name}")
        fresh = ("--fresh",) if name == "run" else ()
        best = min(product.command(cache, name, *arguments, *fresh) for _ in range(passes))
        rows.append((f"{name}: {what}, whole command", f"{best.seconds:.2f} s", bar))
    return rows


def horizons(cache: str) -> list[tuple[str, str, str]]:
    """The plain centre of 100 agents over ten times the horizon: time in proportion, memory flat."""
    doing("ten times the horizon")
    rows = []
    for log in ("none", "first"):
        short, long = (
            product.command(
                cache,
                "run",
                str(product.PLAIN),
                "--replications",
                "1",
                "--log",
                log,
                "--set",
                f"horizon={days} d",
            )
            for days in HORIZONS_D
        )
        contacts = tuple(f"{24_000 * days:,}" for days in HORIZONS_D)
        what = f"plain, --log {log}: {contacts[0]} and {contacts[1]} contacts, whole command"
        times = f"{short.seconds:.1f} s and {long.seconds:.1f} s"
        rows.append((what, times, "10x, beside start and figures"))
        grown = f"{short.peak_mb:,.0f} MB and {long.peak_mb:,.0f} MB"
        rows.append(("its peak memory", grown, "within 10 %"))
    return rows


def memory(cache: str) -> list[tuple[str, str, str]]:
    """Peak of the airline scenario in two threads."""
    doing("memory")
    airline = product.command(
        cache, "run", str(product.AIRLINE), "--replications", "2", "--workers", "2", "--log", "first"
    )
    what = "airline, 2 replications in 2 threads, first one logged: peak memory"
    return [(what, f"{airline.peak_mb:,.0f} MB", "")]


def behaviour(passes: int) -> list[tuple[str, str, str]]:
    """All behaviour on: the airline week, and a year."""
    rows = []
    for name, path, log, bar in (
        ("airline week, one replication, full log", product.AIRLINE, True, ""),
        ("a year of 200 seats, one replication, no log", product.YEAR, False, "10 s"),
        ("the same with everything of the human side on", product.YEAR_OF_PEOPLE, False, "10 s"),
    ):
        doing(name)
        done = product.whole(path, passes if log else min(passes, 2), log=log)
        thousands = done.attempts / done.seconds / 1000
        measured = f"{done.seconds:.2f} s, {thousands:,.0f} thousand/s"
        rows.append((f"{name} ({done.attempts:,} attempts)", measured, bar))
    return rows


def cores(passes: int) -> list[tuple[str, str, str]]:
    """Replications in one thread and in two."""
    doing("one and two threads")
    one, two = (
        min(product.replications_seconds(workers, REPLICATIONS, CONTACTS) for _ in range(passes))
        for workers in (1, 2)
    )
    what = f"{REPLICATIONS} replications of {CONTACTS:,} contacts in 1 and 2 threads"
    measured = f"{one:.2f} s and {two:.2f} s: {one / two:.2f}x"
    return [(what, measured, "1.8x")]


def backends(passes: int) -> list[tuple[str, str, str]]:
    """The airline week by every backend on two cores, against one replication after the other."""
    ways: list[tuple[BackendName, int, str | None]] = [
        ("serial", 1, None),
        ("threads", 2, None),
        ("processes", 2, None),
        ("dask", 1, CLUSTER),
    ]
    doing("backends")
    with cluster():
        found = {
            backend: min(
                product.backend_seconds(
                    RunSettings(
                        replications=AIRLINE_REPLICATIONS,
                        log="none",
                        backend=backend,
                        workers=workers,
                        address=address,
                    )
                )
                for _ in range(passes + 1)  # the first pass starts processes
            )
            for backend, workers, address in ways
        }
    return [
        (
            f"airline week, {AIRLINE_REPLICATIONS} replications, {backend}",
            f"{seconds:.1f} s: {found['serial'] / seconds:.2f}x",
            "" if backend == "serial" else "1.8x",
        )
        for backend, seconds in found.items()
    ]


@contextmanager
def cluster() -> Iterator[None]:
    """A scheduler and two workers over TCP on this machine."""
    scheduler = ("scheduler", "--host", "127.0.0.1", "--port", CLUSTER.rpartition(":")[2])
    worker = ("worker", CLUSTER, "--nthreads", "1", "--no-nanny", "--host", "127.0.0.1")
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.dask_{kind}", *arguments, "--no-dashboard"],
            stderr=subprocess.DEVNULL,
            env=dict(os.environ),
        )
        for kind, *arguments in (scheduler, worker, worker)
    ]
    try:
        client_of(CLUSTER).wait_for_workers(2, timeout=60)
        yield
    finally:
        disconnect()
        for process in reversed(processes):
            process.kill()
            process.wait()
