"""The one-off compilation: announced, and done by the parent before any worker starts."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from momentsim.engine import simulate
from momentsim.experiments.progress import Progress
from momentsim.experiments.reference import FIRST_PILOT_REPLICATION, shortened
from momentsim.experiments.settings import ClockName
from momentsim.model import Loaded, Reference, lower, prepare

ANNOUNCEMENT = "compiling, once after an installation or a change of version (less than a minute) ..."
CLOCK_FUNCTION = {"compiled": "advance", "simpy": "tell"}
"""What a clock calls: the largest function to compile, and machine code of its own for each clock."""

SHORT_HORIZON_S = 86_400.0


def cache_is_cold(clock: ClockName) -> bool:
    """Whether this clock has not been compiled on this machine yet (and compilation is not switched off)."""
    from momentsim.compiled import COMPILING, cache_folder

    return COMPILING and not any(cache_folder().rglob(f"*.{CLOCK_FUNCTION[clock]}-*.nbi"))


def compile_once(operation: Loaded, *, clock: ClockName, progress: Progress) -> None:
    """Simulate one day so that everything is compiled; the trace is thrown away.

    Costs a moment when the compiler's cache is warm, so it is only called when it is cold.
    """
    progress.say(ANNOUNCEMENT)
    with without_garbage_collection():
        simulate_briefly(operation, clock)


@contextmanager
def without_garbage_collection() -> Iterator[None]:
    """The compiler makes millions of objects that live on; looking for garbage among them costs a sixth."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def simulate_briefly(operation: Loaded, clock: ClockName) -> None:
    """One day of a scenario, logged, so that every handler and every book is compiled."""
    brief = shortened(operation, SHORT_HORIZON_S)
    blueprint = lower(brief, Reference.neutral(tuple(brief.scenario.moments)))
    simulate(prepare(blueprint, FIRST_PILOT_REPLICATION), log=True, clock=clock)
