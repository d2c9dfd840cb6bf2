"""What has to be compiled, and the shortest simulation that has it compiled."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from momentsim.compiler.decorators import CompiledFunction, listeners
from momentsim.engine import clock_compiled, dispatch, simulate
from momentsim.measures import digest
from momentsim.prepare import Loaded, Reference, lower, prepare
from momentsim.runs.choices import ClockName
from momentsim.runs.progress import Progress
from momentsim.runs.reference import FIRST_PILOT_REPLICATION, shorten

SHORT_HORIZON_S = 86_400.0


def story(clock: ClockName) -> CompiledFunction:
    """What a clock calls: the largest function to compile, and machine code of its own for each clock."""
    return cast("CompiledFunction", clock_compiled.advance if clock == "compiled" else dispatch.dispatch)


def simulate_briefly(operation: Loaded, clock: ClockName) -> None:
    """One day of a scenario, logged and counted, so that every handler and every book is compiled."""
    brief = shorten(operation, SHORT_HORIZON_S)
    blueprint = lower(brief, Reference.neutral(tuple(brief.scenario.moments)))
    prepared = prepare(blueprint, FIRST_PILOT_REPLICATION)
    digest(prepared, simulate(prepared, log=True, clock=clock))


@contextmanager
def progress_of_compiling(clock: ClockName, progress: Progress) -> Iterator[None]:
    """Within, `progress` hears what share of the functions below a story the compiler has come to, and of the end.

    When all are there, machine code is made of them in one go, whose length nobody knows.
    """
    below = _all_below(story(clock), set()) - {story(clock)}
    waiting = {function for function in below if not function.has_part}

    def hear(function: CompiledFunction) -> None:
        if function in waiting:
            waiting.remove(function)
            progress.share(1.0 - len(waiting) / len(below))
            if not waiting:
                progress.stage("machine code")

    progress.stage("compile")
    listeners.append(hear)
    try:
        yield
    finally:
        listeners.remove(hear)


def _all_below(function: CompiledFunction, seen: set[CompiledFunction]) -> set[CompiledFunction]:
    """All that a function calls, and so on, with itself."""
    seen.add(function)
    for callee in function.callees():
        if callee not in seen:
            _all_below(callee, seen)
    return seen


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
