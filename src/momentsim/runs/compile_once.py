"""The one-off compilation: announced, shown, and done by the parent before any worker starts."""

from __future__ import annotations

from momentsim.prepare import Loaded, reference_operation
from momentsim.runs.address_space import LEAST_TO_COMPILE, refuse_less_than
from momentsim.runs.choices import ClockName
from momentsim.runs.compiling import (
    progress_of_compiling,
    simulate_briefly,
    story,
    without_garbage_collection,
)
from momentsim.runs.progress import Progress
from momentsim.scenario import LoadedScenario
from momentsim.scenario.staffed import planned_groups, with_number

ANNOUNCEMENT = (
    "compiling, once after an installation or a change of version (a minute, more on a busy machine) ..."
)


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
        simulate_briefly(operation, clock)
