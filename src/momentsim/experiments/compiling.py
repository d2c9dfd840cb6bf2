"""What has to be compiled, and the shortest simulations that have it compiled."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from momentsim.compiled import CompiledFunction
from momentsim.engine import clock_compiled, simulate, telling
from momentsim.engine.simulate import Run
from momentsim.experiments.reference import FIRST_PILOT_REPLICATION, shortened
from momentsim.experiments.settings import ClockName
from momentsim.measures import digest
from momentsim.model import Loaded, Reference, lower, prepare
from momentsim.plan import Prepared

SHORT_HORIZON_S = 86_400.0


def story(clock: ClockName) -> CompiledFunction:
    """What a clock calls: the largest function to compile, and machine code of its own for each clock."""
    return cast("CompiledFunction", clock_compiled.advance if clock == "compiled" else telling.tell)


def simulate_briefly(operation: Loaded, clock: ClockName) -> None:
    """One day of a scenario, logged and counted, so that every handler and every book is compiled."""
    prepared = _one_day(operation)
    digest(prepared, simulate(prepared, log=True, clock=clock))


def simulate_nothing(operation: Loaded) -> None:
    """All but the story: what is called before the first event and after the last."""
    prepared = _one_day(operation)
    digest(prepared, Run(prepared, log=True).trace())


def _one_day(operation: Loaded) -> Prepared:
    brief = shortened(operation, SHORT_HORIZON_S)
    blueprint = lower(brief, Reference.neutral(tuple(brief.scenario.moments)))
    return prepare(blueprint, FIRST_PILOT_REPLICATION)


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
