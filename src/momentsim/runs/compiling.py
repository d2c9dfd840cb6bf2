"""The one-off compilation: of what, announced, shown, and done by the parent before any worker starts.

Most of it is the story, which one processor compiles. A second one, where there is one, meanwhile compiles what is
called before and after it: a process of its own, whose code this one then finds in the cache.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import cast

from momentsim.compiler.cache import cache_folder
from momentsim.compiler.decorators import CompiledFunction, listeners
from momentsim.contract.plan import Prepared
from momentsim.engine import ReplicationRun, clock_compiled, dispatch, simulate
from momentsim.measures import digest
from momentsim.prepare import Loaded, Reference, lower, prepare, reference_operation
from momentsim.runs.address_space import LEAST_TO_COMPILE, refuse_less_than
from momentsim.runs.backends.process_messages import receive, send, start
from momentsim.runs.choices import ClockName
from momentsim.runs.progress import Progress
from momentsim.runs.reference import FIRST_PILOT_REPLICATION, shorten
from momentsim.runs.settings import default_workers
from momentsim.scenario import LoadedScenario
from momentsim.scenario.staffed import planned_groups, with_number

ANNOUNCEMENT = (
    "compiling, once after an installation or a change of version (a minute, more on a busy machine) ..."
)
SHORT_HORIZON_S = 86_400.0


def cache_is_cold(clock: ClockName) -> bool:
    """Whether this clock has not been compiled on this machine yet (and compilation is not switched off)."""
    from momentsim.compiler.cache import cache_folder
    from momentsim.compiler.decorators import COMPILING

    if not COMPILING or story(clock).is_in_memory():
        return False
    folder = cache_folder()
    return folder is None or not any(folder.rglob(f"*.{story(clock).__name__}-*.nbi"))


def compile_if_cold(
    loaded: LoadedScenario, base: LoadedScenario, clock: ClockName, progress: Progress
) -> None:
    """Compile what a run needs, by the reference operation, where that was never done on this machine."""
    if not cache_is_cold(clock):
        return
    refuse_less_than(LEAST_TO_COMPILE, "compiling needs, once after an installation")
    operation = reference_operation(loaded, base)
    scenario = operation.scenario
    staffed = with_number(
        scenario, planned_groups(scenario), 1
    )  # heads are planned with what is compiled here
    compile_once(operation._replace(scenario=staffed), clock=clock, progress=progress)


def compile_once(operation: Loaded, *, clock: ClockName, progress: Progress) -> None:
    """Simulate one day so that everything is compiled; the trace is thrown away.

    Costs a moment when the compiler's cache is warm, so it is only called when it is cold.
    """
    progress.say(ANNOUNCEMENT)
    with without_garbage_collection(), progress_of_compiling(clock, progress):
        with others_compiled_beside(operation):
            story(clock).compile()
        simulate_briefly(operation, clock)


def story(clock: ClockName) -> CompiledFunction:
    """What a clock calls: the largest function to compile, and machine code of its own for each clock."""
    return cast("CompiledFunction", clock_compiled.advance if clock == "compiled" else dispatch.dispatch)


def simulate_briefly(operation: Loaded, clock: ClockName) -> None:
    """One day of a scenario, logged and counted, so that every handler and every book is compiled."""
    prepared = _prepare_briefly(operation)
    digest(prepared, simulate(prepared, log=True, clock=clock))


def _prepare_briefly(operation: Loaded) -> Prepared:
    brief = shorten(operation, SHORT_HORIZON_S)
    blueprint = lower(brief, Reference.neutral(tuple(brief.scenario.moments)))
    return prepare(blueprint, FIRST_PILOT_REPLICATION)


@contextmanager
def others_compiled_beside(operation: Loaded) -> Iterator[None]:
    """Within, another process compiles what stands around the story, where it has a processor and a place for code.

    Whatever it has not come to by then, for whatever reason, is compiled where it is first called.
    """
    if default_workers() < 2 or cache_folder() is None:
        yield
        return
    with ExitStack() as at_the_end:
        with suppress(OSError):
            process = start(__name__)
            at_the_end.callback(process.communicate)  # until it has ended
            at_the_end.callback(process.kill)
            assert process.stdin is not None
            send(process.stdin, operation)
        yield


def main() -> None:
    """The other process: closes the books of a run that has not begun."""
    operation: Loaded = receive(sys.stdin.buffer)
    with without_garbage_collection():
        prepared = _prepare_briefly(operation)
        digest(prepared, ReplicationRun(prepared, log=True).trace())


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
