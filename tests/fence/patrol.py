"""Goes along the fence: many random scenarios, each told by both clocks, and whatever is impossible is reported.

    python -m fence.patrol --first 1 --count 200 --side behind --scale 1 --log patrol.log

Each scenario has a line in the log before it begins and one when it is over, so that whoever started the process
knows which one ended it; `--first SEED --count 1` tells it again.
"""

from __future__ import annotations

import argparse
import faulthandler
import json
import os
import signal
import sys
import time
import traceback
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from engine.books_check import audit
from engine.stories import differences
from fence.memory import Side, fenced
from fence.whole import whole
from fence.worlds import RandomWorld
from momentsim.contract.trace import Trace
from momentsim.engine import simulate
from momentsim.measures.digest import digest
from momentsim.prepare import Reference, lower, prepare
from momentsim.scenario import LoadedScenario
from worlds.telling import loaded_from

LONGEST_S = 120.0
"""No scenario takes longer, in time of the processor; a process that does is ended, with a traceback."""


def told(loaded: LoadedScenario, side: Side) -> Trace:
    """The trace of both clocks, row for row the same, from tables at the fence; audited."""
    with fenced(side):
        prepared = prepare(lower(loaded, Reference.neutral(tuple(loaded.scenario.moments))), 1)
        compiled, simpy = (simulate(prepared, log=True, clock=clock) for clock in ("compiled", "simpy"))
    assert differences(compiled, simpy) == []
    audit(prepared, compiled)
    is_possible(prepared, compiled)
    return compiled


def is_possible(prepared: Any, trace: Trace) -> None:
    """What the audit of rows does not see: the digest that measures are made of is finite and not negative."""
    found = digest(prepared, trace)
    for name in ("queues", "staff", "horizon", "run_out", "agents", "teams"):
        table = getattr(found, name)
        for field in table.dtype.names or ():
            values = table[field]
            assert np.all(np.isfinite(values)), (name, field)
            assert field.startswith(("empathy", "quality", "talk_luck", "solved_luck")) or np.all(
                values >= 0
            ), (name, field)
    people = found.people
    everybody = prepared.plan.segments["customers"] + people["joined"]
    for who, most in (
        ("stayers", everybody),
        ("leavers", people["stayers_quiet"] + people["stayers_change"]),
    ):
        total = people[f"{who}_quiet"] + people[f"{who}_change"]
        assert np.all((total >= 0.0) & (total <= most * (1 + 1e-12))), who
    assert np.all(np.isfinite(found.paid_hours)) and np.all(found.paid_hours >= 0.0)


def main() -> NoReturn:
    """Tell the scenarios of a range of seeds; the log has a line for each that failed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--count", type=int, default=1)
    parser.add_argument("--side", choices=["behind", "before"], default="behind")
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--log", type=Path, required=True)
    asked = parser.parse_args()
    faulthandler.enable()
    faulthandler.register(signal.SIGPROF, chain=True)
    told(loaded_from(whole()), asked.side)  # compiles what there is to compile
    with asked.log.open("a", encoding="utf-8", buffering=1) as log:
        for seed in range(asked.first, asked.first + asked.count):
            print(json.dumps({"seed": seed, "begins": True}), file=log)
            print(json.dumps(patrolled(seed, asked.side, asked.scale)), file=log)
    sys.stdout.flush()
    os._exit(0)  # arrays at the fence may outlive what takes them away


def patrolled(seed: int, side: Side, scale: float) -> dict[str, Any]:
    """What became of one scenario."""
    world = RandomWorld(seed, scale)
    began = time.perf_counter()
    signal.setitimer(signal.ITIMER_PROF, LONGEST_S)
    try:
        trace = told(world.loaded(), side)
    except Exception:
        return {"seed": seed, "failed": traceback.format_exc()[-3000:], "changes": _shown(world)}
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0.0)
    taken = time.perf_counter() - began
    offered = int(trace.intervals["offered"].sum())
    return {
        "seed": seed, "contacts": len(trace.contacts), "offered": offered, "seconds": round(taken, 3),
        "changes": len(world.changes),
    }  # fmt: skip


def _shown(world: RandomWorld) -> dict[str, Any]:
    return {".".join(map(str, path)): value for path, value in world.changes.items()}


if __name__ == "__main__":
    main()
