"""This engine, timed through the whole product: demand, story with a log in memory, measures; one core."""

from __future__ import annotations

import math
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np

from momentsim.contract.plan import SECOND
from momentsim.engine import simulate
from momentsim.measures.digest import digest
from momentsim.measures.summary import summary
from momentsim.prepare import Reference, lower, prepare
from momentsim.runs.reference import reference_for
from momentsim.runs.run import run as run_replications
from momentsim.runs.settings import RunSettings
from momentsim.scenario import LoadedScenario, load

HERE = Path(__file__).parent
NEVER = "{distribution: never, mean: null}"
PLAIN = HERE / "plain.yaml"
YEAR = HERE / "year.yaml"
YEAR_OF_PEOPLE = HERE / "year_of_people.yaml"
AIRLINE = HERE.parent / "scenarios" / "airline_ice_storm.yaml"
QUICKSTART = HERE.parent / "scenarios" / "quickstart.yaml"


class Whole(NamedTuple):
    """One replication of a scenario with everything that is in it: processor seconds, and attempts to contact."""

    seconds: float
    attempts: int


class Command(NamedTuple):
    """One `momentsim` command as a process of its own: wall seconds, and its peak memory in MB."""

    seconds: float
    peak_mb: float


def run(
    arrivals_per_hour: float, handling_time_s: float, patience_s: float, agents: int, contacts: int, seed: int
) -> dict[str, float]:
    """Simulate about `contacts` contacts: whole days, at least one, from an empty centre.

    Returns contacts, answered, abandoned, wait_mean_s (over all contacts, abandoned ones included), events and
    seconds (of the processor). The scenario's reading and the compilation are not in it.
    """
    loaded = plain(arrivals_per_hour, handling_time_s, patience_s, agents, contacts, seed)
    blueprint = lower(loaded, Reference.neutral(loaded.scenario.moments))
    began = time.process_time()
    prepared = prepare(blueprint, 0)
    trace = simulate(prepared, log=True)
    summary(loaded.scenario, prepared.names, [digest(prepared, trace)])
    spent = time.process_time() - began
    rows, intervals = trace.contacts, trace.intervals
    left_queue = np.where(rows["answered"] >= 0, rows["answered"], rows["ended"])
    return {
        "contacts": int(intervals["offered"].sum()),
        "answered": int(intervals["answered"].sum()),
        "abandoned": int(intervals["abandoned"].sum()),
        "wait_mean_s": float(np.mean(left_queue - rows["queued"])) / SECOND,
        "events": trace.events,
        "seconds": spent,
    }


def plain(
    arrivals_per_hour: float, handling_time_s: float, patience_s: float, agents: int, contacts: int, seed: int
) -> LoadedScenario:
    """The scenario of one centre; `patience_s` may be infinite."""
    per_day = 24 * arrivals_per_hour
    law = f"{{distribution: exponential, mean: {patience_s:g} s}}"
    return load(
        PLAIN,
        overrides=(
            f"horizon={max(1, round(contacts / per_day))} d",
            f"demand.volumes.call.per_day={per_day:.0f}",
            f"moments.call.handling_time.mean={handling_time_s:g} s",
            f"waiting.patience={law if math.isfinite(patience_s) else NEVER}",
            f"workforce.groups.team.heads={agents}",
            f"seed={seed}",
        ),
    )


def whole(path: Path, passes: int, *, log: bool) -> Whole:
    """The best pass of a scenario with all behaviour, one replication, one core."""
    loaded = load(path)
    blueprint = lower(
        loaded, reference_for(loaded, loaded, clock="compiled", on_progress=lambda _share: True)
    )
    found = []
    for replication in range(passes):
        began = time.process_time()
        prepared = prepare(blueprint, replication)
        trace = simulate(prepared, log=log)
        digest(prepared, trace)
        spent = time.process_time() - began
        found.append(Whole(spent, int(trace.intervals["offered"].sum())))
    return min(found)


def replications_seconds(workers: int, replications: int, contacts: int) -> float:
    """Wall seconds of replications of the plain centre of 100 agents on so many threads."""
    loaded = plain(1000.0, 360.0, 300.0, 100, contacts, 1)
    settings = RunSettings(replications=replications, log="none", workers=workers)
    return run_replications(loaded, loaded, settings).seconds["simulate"]


def backend_seconds(settings: RunSettings) -> float:
    """Wall seconds of replications of the airline week as these settings say."""
    loaded = load(AIRLINE)
    return run_replications(loaded, loaded, settings).seconds["simulate"]


def command(cache: str, *arguments: str) -> Command:
    """One command, with its results thrown away; bytecode is kept, as in any installation."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with tempfile.TemporaryDirectory() as folder:
        whole_command = [sys.executable, "-m", "momentsim", *arguments]
        began = time.perf_counter()
        process = subprocess.Popen(
            whole_command,
            cwd=folder,
            env={**environment, "MOMENTSIM_CACHE": cache},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, whole_command)
    return Command(seconds, usage.ru_maxrss / 1024)


if __name__ == "__main__":
    from one_line import line

    print(line("momentsim", run, contacts=500_000))
